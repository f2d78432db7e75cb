//! Everything that is wrong or unwise in the text of a record (RFC 7208 §4.6, §12).
//!
//! A tolerant reader splits the text into words and says what each was meant to be; the strict
//! parser judges every repair. What parses is read for what is unwise.

mod address;
mod advice;
mod glued;
mod malformed;
mod message;
mod networks;
mod pieces;
mod repair;
mod size;
mod structure;
mod words;

use core::cmp::Reverse;

use self::pieces::Pieces;
use super::record::Record;
use crate::dns::Text;
use crate::problem::{Problem, Severity};
use crate::rule_id::RuleId;

/// No more problems than this are named of one record.
const MAX_PROBLEMS: usize = 200;

/// Every problem of a record, in the order of the text; at most 200, the worst.
///
/// What makes the record void has the rule `spf.syntax` and severity `blocks`, and an edit wherever
/// the meaning can be inferred. Edits do not overlap: [`apply_edits`](crate::problem::apply_edits)
/// makes them. No edit of a record that parses changes the verdict on any sender: a term that costs
/// a look-up and stands twice is only named, since without it a permerror for too many can be lifted.
///
/// ```
/// use deliverability_core::{problem::apply_edits, spf};
///
/// let text = "v=spf1 ipv4:192.0.2.1 include: _spf.example.net –all";
/// let problems = spf::lint(text);
/// assert_eq!(problems.len(), 3);
/// assert_eq!(
///     problems[0].message,
///     "\"ipv4:192.0.2.1\" misspells the mechanism; write \"ip4:192.0.2.1\" (RFC 7208 §4.6.1, §5)"
/// );
/// assert_eq!(apply_edits(text.as_bytes(), &problems), b"v=spf1 ip4:192.0.2.1 include:_spf.example.net -all");
/// ```
pub fn lint(text: impl AsRef<[u8]>) -> Vec<Problem> {
    let text = text.as_ref();
    let mut problems = examine(text, &[]);
    problems.extend(size::long_string(text));
    finish(problems)
}

/// Every problem of a published record, as [`lint`] names them, and of the places where its strings
/// are cut. Spans index the joined bytes.
///
/// ```
/// use deliverability_core::{dns::Text, spf};
///
/// let problems = spf::lint_text(&Text::from_strings(["v=spf1 mx", "include:_spf.example.net -all"]));
/// assert!(problems[0].message.contains("two strings of the record are joined without a space"));
/// ```
pub fn lint_text(text: &Text) -> Vec<Problem> {
    let lengths = text.strings().map(<[u8]>::len);
    let mut cuts: Vec<usize> = lengths
        .scan(0_usize, |end, length| Some(core::mem::replace(end, end.saturating_add(length))))
        .skip(1)
        .collect();
    cuts.dedup();
    finish(examine(text.bytes(), &cuts))
}

fn examine(text: &[u8], cuts: &[usize]) -> Vec<Problem> {
    let parsed = Record::parse(text);
    let mut problems: Vec<Problem> = size::long_answer(text, cuts.len()).into_iter().collect();
    let pieces = match &parsed {
        Ok(record) => Some(Pieces::of_record(text, record)),
        Err(_) => Pieces::of_malformed(text, cuts),
    };
    if let Some(mut pieces) = pieces {
        if parsed.is_err() {
            structure::mend(&mut pieces);
        }
        advice::advise(&mut pieces);
        networks::advise(&mut pieces);
        problems.extend(pieces.into_problems());
    }
    let explained =
        problems.iter().any(|problem| problem.severity == Severity::Blocks && problem.rule == RuleId::SpfSyntax);
    if parsed.is_ok() {
        problems.extend(size::odd_cuts(text, cuts));
    }
    if let Some(error) = parsed.err().filter(|_| !explained) {
        problems.push(message::of_error(&error));
    }
    problems
}

/// The worst problems, in the order of the text.
fn finish(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| (Reverse(problem.severity), problem.span));
    problems.truncate(MAX_PROBLEMS);
    problems.sort_by_key(|problem| (problem.span, Reverse(problem.severity)));
    problems
}
