//! Text that was appended to a body: the line is searched at which the hash matches.
//!
//! The body is hashed once, line by line; at each line the state of the hash is copied and
//! finished, so the search is linear.

use super::body::Wanted;
use super::change::BodyChange;
use crate::dkim::body_hash::Pass;

/// Footers are short: so many lines at the end are searched first.
const LAST_LINES: usize = 64;

/// What was appended.
pub(super) fn search(wanted: &Wanted, body: &[u8]) -> Option<BodyChange> {
    let last = start_of_last_lines(body);
    short(wanted, body).or_else(|| (last > 0).then(|| find(wanted, body, 0, last, None)).flatten())
}

/// What was appended, if it is short.
pub(super) fn short(wanted: &Wanted, body: &[u8]) -> Option<BodyChange> {
    find(wanted, body, start_of_last_lines(body), usize::MAX, closing_line(body))
}

/// The search at the line ends from `start` to `end`.
fn find(wanted: &Wanted, body: &[u8], start: usize, end: usize, closing: Option<usize>) -> Option<BodyChange> {
    // RFC 6376 §3.5: text behind the signed length changes nothing.
    let (before, lines) = body.split_at_checked(start).filter(|_| wanted.length.is_none())?;
    let mut pass = Pass::new(wanted.kind);
    pass.want(None);
    pass.feed(before);
    let mut at = start;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        if at >= end {
            break;
        }
        let is_empty = line.trim_ascii().is_empty();
        if !is_empty && pass.would_be(&wanted.digest, &[]) {
            return Some(BodyChange::Footer {
                octets: body.len().saturating_sub(at),
                first_line: line.trim_ascii().into(),
            });
        }
        if let Some(tail) = closing.filter(|closing| *closing > at && !is_empty)
            && pass.would_be(&wanted.digest, body.get(tail..).unwrap_or_default())
        {
            let octets = tail.saturating_sub(at);
            return Some(BodyChange::FooterInPart { octets, first_line: line.trim_ascii().into() });
        }
        pass.feed(line);
        at = at.saturating_add(line.len());
    }
    None
}

/// Where the last lines start.
fn start_of_last_lines(body: &[u8]) -> usize {
    let ends = body.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    ends.take(LAST_LINES.saturating_add(1)).nth(LAST_LINES).map_or(0, |at| at.saturating_add(1))
}

/// Where the last line starts, if it closes a multipart body (RFC 2046 §5.1.1).
fn closing_line(body: &[u8]) -> Option<usize> {
    let text = body.trim_ascii_end();
    let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
    let line = text.get(start..)?;
    (line.len() > 4 && line.starts_with(b"--") && line.ends_with(b"--")).then_some(start)
}
