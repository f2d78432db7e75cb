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
