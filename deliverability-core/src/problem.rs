//! What a linter finds in one record's text.

use core::fmt;

use crate::rule_id::RuleId;
use crate::span::Span;

/// How much a problem or finding matters. The greatest is the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A risk.
    Warning,
    /// Breaks a standard or a documented rule.
    Error,
    /// Mail is refused or junked by a major receiver now.
    Blocks,
}

impl Severity {
    /// The stable word: `note`, `warning`, `error` or `blocks`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Blocks => "blocks",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One problem in the text of a record: what, how bad, where, and how to mend it where that is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Problem {
    /// The rule that found it.
    pub rule: RuleId,
    /// How much it matters.
    pub severity: Severity,
    /// The bytes it is about.
    pub span: Span,
    /// What stands there and what was expected.
    pub message: String,
    /// The change that mends it, where one can be inferred.
    pub edit: Option<Edit>,
}

impl Problem {
    /// A problem without an edit.
    pub fn new(rule: RuleId, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self { rule, severity, span, message: message.into(), edit: None }
    }

    /// The same problem with the change that mends it.
    #[must_use]
    pub fn with_edit(self, span: Span, replacement: impl Into<String>) -> Self {
        Self { edit: Some(Edit { span, replacement: replacement.into() }), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} (bytes {})", self.severity, self.rule, self.message, self.span)
    }
}

/// A replacement of some bytes of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What comes in its place; empty to delete.
    pub replacement: String,
}

/// The text with the edits of `problems` made, whatever their order.
///
/// An edit that overlaps one before it, or reaches beyond the text, is left out. Takes bytes, since
/// the text of a record need not be UTF-8.
///
/// ```
/// use deliverability_core::{Problem, RuleId, Severity, Span, problem::apply_edits};
///
/// let typo = Problem::new(RuleId::SpfSyntax, Severity::Blocks, Span::new(7, 11), "misspelled");
/// let edited = apply_edits(b"v=spf1 ipv4:192.0.2.1", &[typo.with_edit(Span::new(7, 11), "ip4")]);
/// assert_eq!(edited, b"v=spf1 ip4:192.0.2.1");
/// ```
pub fn apply_edits(text: &[u8], problems: &[Problem]) -> Vec<u8> {
    let mut edits: Vec<&Edit> = problems.iter().filter_map(|problem| problem.edit.as_ref()).collect();
    edits.sort_by_key(|edit| edit.span);
    edits.dedup();
    let (mut edited, mut done) = (Vec::with_capacity(text.len()), 0);
    for edit in edits {
        if edit.span.start >= done && edit.span.end <= text.len() {
            edited.extend_from_slice(Span::new(done, edit.span.start).of(text));
            edited.extend_from_slice(edit.replacement.as_bytes());
            done = edit.span.end;
        }
    }
    edited.extend_from_slice(Span::new(done, text.len()).of(text));
    edited
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, replacement: &str) -> Problem {
        let span = Span::new(start, end);
        Problem::new(RuleId::SpfSyntax, Severity::Error, span, "").with_edit(span, replacement)
    }

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        let problems = [edit(4, 6, ""), edit(0, 1, "A"), edit(3, 3, "-"), edit(0, 1, "A")];
        assert_eq!(apply_edits(b"abcdef", &problems), b"Abc-d");
    }

    #[test]
    fn an_edit_that_overlaps_or_lies_outside_is_left_out() {
        assert_eq!(apply_edits(b"abcdef", &[edit(0, 3, "x"), edit(2, 4, "y"), edit(5, 9, "z")]), b"xdef");
    }
}
