//! Everything that is wrong with the text of a key record (RFC 6376 §3.6.1).
//!
//! Each pass names what it finds and covers it with spaces in a working copy, so that the next
//! pass sees what the publisher meant, at the same offsets.

mod key;
mod tags;
mod wrapping;

use core::cmp::Reverse;

use super::key_record::{KeyRecord, ParseError};
use crate::dns::Text;
use crate::problem::{Edit, Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;

/// No more problems than this are named of one record.
const MAX_PROBLEMS: usize = 50;

/// Every problem of a key record, in the order of the text, with edits where the mending is sure.
/// At most 50, the worst. Spans index the joined bytes.
///
/// A problem that makes verifiers refuse the record has severity `blocks`.
///
/// ```
/// use deliverability_core::{dkim::lint_key, dns::Text};
///
/// let record = Text::from(r"v=DKIM1\; k=ed25519\; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
/// let problems = lint_key(&record);
/// assert_eq!(problems[0].message, "backslashes of a zone file are left in the record; delete them");
/// assert_eq!((problems.len(), problems[0].span.of(record.bytes())), (1, &br"\; k=ed25519\"[..]));
/// assert_eq!(problems[0].edit.as_ref().map(|edit| edit.replacement.as_str()), Some("; k=ed25519"));
/// ```
pub fn lint_key(record: &Text) -> Vec<Problem> {
    let parsed = KeyRecord::parse(record.bytes());
    let mut linter = Linter::new(record, &parsed);
    if linter.is_a_key() {
        linter.wrapping();
        linter.tags();
        linter.key();
    }
    linter.finish(parsed.err())
}

/// A record under examination.
struct Linter<'a> {
    record: &'a Text,
    /// The record, with what was reported covered by spaces.
    work: Vec<u8>,
    /// How bad a fault of form is: it blocks if the record does not parse.
    fault: Severity,
    problems: Vec<Problem>,
}

impl<'a> Linter<'a> {
    fn new(record: &'a Text, parsed: &Result<KeyRecord, ParseError>) -> Self {
        let fault = if parsed.is_err() { Severity::Blocks } else { Severity::Warning };
        Self { record, work: record.bytes().to_vec(), fault, problems: Vec::new() }
    }

    /// Names a problem.
    fn report(&mut self, severity: Severity, span: Span, message: impl Into<String>, edit: Option<Edit>) {
        let problem = Problem::new(RuleId::DkimKeyBad, severity, span, message);
        self.problems.push(Problem { edit, ..problem });
    }

    /// Covers bytes of the working copy.
    fn cover(&mut self, span: Span) {
        for byte in self.work.iter_mut().take(span.end).skip(span.start) {
            *byte = b' ';
        }
    }

    /// The edit that takes `gone` out of `span`; `None` if what stays is not UTF-8.
    fn without(&self, span: Span, gone: impl Fn(usize) -> bool) -> Option<Edit> {
        let kept = self.record.bytes().iter().enumerate().take(span.end).skip(span.start);
        let kept: Vec<u8> = kept.filter(|(at, _)| !gone(*at)).map(|(_, byte)| *byte).collect();
        Some(Edit { span, replacement: String::from_utf8(kept).ok()? })
    }

    /// The problems, in order. A record that does not parse has one that blocks: if no pass found
    /// it, the parser's own words.
    fn finish(mut self, error: Option<ParseError>) -> Vec<Problem> {
        let explained = self.problems.iter().any(|problem| problem.severity == Severity::Blocks);
        if let Some(error) = error.filter(|_| !explained) {
            self.report(Severity::Blocks, error.span, error.kind.to_string(), None);
        }
        self.problems.sort_by_key(|problem| (Reverse(problem.severity), problem.span));
        self.problems.truncate(MAX_PROBLEMS);
        self.problems.sort_by_key(|problem| (problem.span, Reverse(problem.severity)));
        self.problems
    }
}

/// An edit that deletes.
const fn deletion(span: Span) -> Edit {
    Edit { span, replacement: String::new() }
}

/// The first place of `part` in `text`, without case, from `from` on.
fn find(text: &[u8], part: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let at = rest.windows(part.len()).position(|window| window.eq_ignore_ascii_case(part))?;
    Some(from.saturating_add(at))
}

#[cfg(test)]
mod tests;
