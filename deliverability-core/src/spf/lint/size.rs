//! How a record is carried: strings of up to 255 octets, answers of up to 512 or 1,232
//! (RFC 7208 §3.3, §3.4; RFC 6891 §6.2.5).

use super::repair::strict;
use crate::escaped::Escaped;
use crate::problem::{Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;

/// Longest character-string, in octets (RFC 1035 §3.3).
const STRING: usize = 255;
/// What an answer holds besides the record: header 12, question 5, head of the record 12, EDNS 11.
/// The owner name comes on top.
const AROUND: usize = 40;
/// Longest answer over UDP without EDNS, in octets (RFC 1035 §4.2.1).
const PLAIN_UDP: usize = 512;
/// Longest answer that is not cut into fragments, in octets: the size that servers agreed on.
const SAFE_UDP: usize = 1232;

/// A text that does not fit into one string.
pub(super) fn long_string(text: &[u8]) -> Option<Problem> {
    let rest = Span::new(STRING, text.len());
    let message = || {
        let octets = text.len();
        format!(
            "the record has {octets} octets and a string of a TXT record holds 255; publish it in several strings, which are joined without a space (RFC 7208 §3.3)"
        )
    };
    (text.len() > STRING).then(|| Problem::new(RuleId::SpfRecordTooLong, Severity::Note, rest, message()))
}

/// An answer that is too long with this record alone.
pub(super) fn long_answer(text: &[u8], cuts: usize) -> Option<Problem> {
    let strings = text.len().div_ceil(STRING).max(cuts.saturating_add(1));
    let octets = text.len().saturating_add(strings).saturating_add(AROUND);
    let (limit, severity, what) = if octets > SAFE_UDP {
        (SAFE_UDP, Severity::Warning, "it may be cut into fragments or need TCP")
    } else if octets > PLAIN_UDP {
        (PLAIN_UDP, Severity::Note, "without EDNS it needs TCP")
    } else {
        return None;
    };
    let message = format!(
        "the answer has at least {octets} octets, over {limit}: {what}; move terms into included records (RFC 7208 §3.4)"
    );
    let past = text.len().saturating_sub(octets.saturating_sub(limit));
    Some(Problem::new(RuleId::SpfRecordTooLong, severity, Span::new(past, text.len()), message))
}

/// Cuts between strings where a space seems to be lost, though the record parses.
pub(super) fn odd_cuts(text: &[u8], cuts: &[usize]) -> Vec<Problem> {
    cuts.iter().filter_map(|cut| odd_cut(text, *cut)).collect()
}

fn odd_cut(text: &[u8], cut: usize) -> Option<Problem> {
    // A longer word is no pair of terms.
    const LONGEST: usize = 600;
    let before = Span::new(cut.saturating_sub(LONGEST), cut).of(text);
    let after = Span::new(cut, cut.saturating_add(LONGEST)).of(text);
    let first = before.rsplit(|byte| *byte == b' ').next()?;
    let second = after.split(|byte| *byte == b' ').next()?;
    let span = Span::new(cut.saturating_sub(first.len()), cut.saturating_add(second.len()));
    let is_term = |word: &[u8]| core::str::from_utf8(word).is_ok_and(|word| strict(word).is_some());
    let both = first.len() < LONGEST && second.len() < LONGEST && is_term(first) && is_term(second);
    let message = || {
        format!(
            "two strings of the record are joined without a space between \"{}\" and \"{}\"; put a space at the end of the first (RFC 7208 §3.3)",
            Escaped(first),
            Escaped(second)
        )
    };
    both.then(|| Problem::new(RuleId::SpfSyntax, Severity::Warning, span, message()))
}
