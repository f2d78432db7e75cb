//! Everything that is wrong with the text of a DMARC record (RFC 9989 §4.7, §4.8).
//!
//! Each pass names what it finds and covers it in a working copy, so that the next pass sees what the
//! publisher meant, at the same offsets.

mod separators;
mod tags;
mod uris;
mod values;
mod version;
mod wrapping;

use core::cmp::Reverse;

use super::parse_error::ParseError;
use super::reading::Reading;
use super::standing::{Rules, Standing};
use crate::dns::Text;
use crate::problem::{Edit, Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;

/// No more problems than this are named of one record.
const MAX_PROBLEMS: usize = 50;

/// No more problems than this are looked for, of which the worst are named.
const MAX_FOUND: usize = 1_000;

/// Every problem of a DMARC record's text, in the order of the text, with edits where the mending is sure.
/// At most 50, the worst.
///
/// A problem that costs the record or a tag of it has severity `error`. A text that is no DMARC record and
/// does not mean to be has one `warning`.
///
/// ```
/// use deliverability_core::{dmarc::lint, problem::apply_edits};
///
/// let text = "v=DMARC1 p=rejct; rua=d@example.org";
/// let problems = lint(text);
/// let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
/// assert_eq!(
///     messages,
///     [
///         "a semicolon is missing between two tags",
///         "p=\"rejct\" is no policy; write none, quarantine or reject",
///         "a reporting address must be a URI: write mailto: in front",
///     ]
/// );
/// assert_eq!(apply_edits(text.as_bytes(), &problems), b"v=DMARC1; p=reject; rua=mailto:d@example.org");
/// ```
pub fn lint(text: impl AsRef<[u8]>) -> Vec<Problem> {
    let mut linter = Linter { text: text.as_ref(), work: text.as_ref().to_vec(), problems: Vec::new() };
    if linter.is_meant() {
        linter.glued();
        linter.escapes_and_quotes();
        linter.separators();
        linter.white_space();
        linter.stray_bytes();
        linter.version();
        linter.tags();
    }
    linter.finish()
}

/// The problems of a TXT record, joined as receivers join it (RFC 9989 §4.5).
pub fn lint_text(record: &Text) -> Vec<Problem> {
    lint(record.bytes())
}

/// A record under examination.
struct Linter<'a> {
    text: &'a [u8],
    /// The record, with what was reported covered.
    work: Vec<u8>,
    problems: Vec<Problem>,
}

impl Linter<'_> {
    fn report(&mut self, severity: Severity, span: Span, message: impl Into<String>, edit: Option<Edit>) {
        self.report_as(RuleId::DmarcRecordInvalid, severity, span, message, edit);
    }

    fn report_as(
        &mut self,
        rule: RuleId,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
        edit: Option<Edit>,
    ) {
        if self.problems.len() < MAX_FOUND {
            let problem = Problem::new(rule, severity, span, message);
            self.problems.push(Problem { edit, ..problem });
        }
    }

    /// Covers bytes of the working copy with spaces.
    fn cover(&mut self, span: Span) {
        for byte in self.work.iter_mut().take(span.end).skip(span.start) {
            *byte = b' ';
        }
    }

    /// The problems, in order.
    fn finish(mut self) -> Vec<Problem> {
        let reading = Reading::of(self.text);
        self.soften(&reading);
        self.complete(reading);
        self.problems.sort_by_key(|problem| (Reverse(problem.severity), problem.span));
        self.problems.truncate(MAX_PROBLEMS);
        self.problems.sort_by_key(|problem| (problem.span, Reverse(problem.severity)));
        self.problems
    }

    /// What RFC 9989 accepts as a whole may look wrong, but nothing of it is ignored.
    fn soften(&mut self, reading: &Result<Reading, ParseError>) {
        let is_accepted = |reading: &Reading| {
            reading.faults().is_empty() && !matches!(reading.standing(Rules::Rfc9989), Standing::Ignored(_))
        };
        if reading.as_ref().is_ok_and(is_accepted) {
            for problem in &mut self.problems {
                problem.severity = problem.severity.min(Severity::Warning);
            }
        }
    }

    /// Whatever receivers ignore has a problem: where no pass found it, in the reader's words.
    fn complete(&mut self, reading: Result<Reading, ParseError>) {
        let faults = match reading {
            // So many are enough.
            _ if self.problems.len() > MAX_PROBLEMS => Vec::new(),
            Ok(reading) => reading.faults().to_vec(),
            // One problem says enough of a text that is no record at all.
            Err(_) if !self.problems.is_empty() => Vec::new(),
            Err(error) => vec![error],
        };
        for fault in faults {
            let is_known =
                |problem: &Problem| touch(problem.span, fault.span) || covers(problem.edit.as_ref(), fault.span);
            if !self.problems.iter().any(is_known) {
                self.report(Severity::Error, fault.span, fault.kind.to_string(), None);
            }
        }
    }
}

/// Whether two spans have a byte in common, or meet.
const fn touch(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn covers(edit: Option<&Edit>, span: Span) -> bool {
    edit.is_some_and(|edit| touch(edit.span, span))
}

fn deletion(span: Span) -> Option<Edit> {
    replacement(span, "")
}

#[expect(clippy::unnecessary_wraps, reason = "what reports take")]
fn replacement(span: Span, with: impl Into<String>) -> Option<Edit> {
    Some(Edit { span, replacement: with.into() })
}

/// The first place of `part` in `text`, without case, from `from` on.
fn find(text: &[u8], part: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let at = rest.windows(part.len()).position(|window| window.eq_ignore_ascii_case(part))?;
    Some(from.saturating_add(at))
}

#[cfg(test)]
mod tests;
