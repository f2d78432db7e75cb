//! Text that was appended to a body: the line is searched at which the hash matches.
//!
//! The body is hashed once; at each line that may be the first of the footer the state of the hash
//! is copied and finished, so the search is linear.

use memchr::{memchr_iter, memrchr_iter};

use super::change::BodyChange;
use super::search::{FINISH, Search};
use crate::dkim::body_hash::Pass;

/// Most footers are short: each of so many lines at the end is tried.
const LAST_LINES: usize = 64;
/// Before them those are tried, so many at most, that start a paragraph or a line of hyphens or
/// underscores.
const PARAGRAPHS: usize = 192;
/// Among so many lines at the end.
const LINES: usize = 20_000;

/// What was appended where footers start.
pub(super) fn likely(search: &mut Search<'_>) -> Option<BodyChange> {
    let mut starts = starts(search.body);
    starts.extend(words_of_last_line(search.body));
    find(search, search.body, starts.into_iter())
}

/// Where words of the last line start: a body that had no line end there.
fn words_of_last_line(body: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let text = body.trim_ascii_end();
    let start = memchr::memrchr(b'\n', text).map_or(0, |at| at.saturating_add(1));
    let line = text.get(start..).unwrap_or_default();
    let blanks = memchr_iter(b' ', line).map(move |at| at.saturating_add(start));
    blanks.take(LAST_LINES)
}

/// What was appended, wherever it starts.
pub(super) fn anywhere(search: &mut Search<'_>) -> Option<BodyChange> {
    let body = search.body;
    find(search, body, memchr_iter(b'\n', body).map(|end| end.saturating_add(1)))
}

/// Whether this body was signed, or the start of it.
pub(super) fn is_with_or_without(search: &mut Search<'_>, body: &[u8]) -> bool {
    if search.wanted.length.is_some() {
        return search.is(body);
    }
    let mut starts = starts(body);
    starts.push(body.len());
    find(search, body, starts.into_iter()).is_some()
}

/// The search at these places, in ascending order.
fn find(search: &mut Search<'_>, body: &[u8], starts: impl Iterator<Item = usize>) -> Option<BodyChange> {
    // RFC 6376 §3.5: text behind the signed length changes nothing.
    if search.wanted.length.is_some() || !search.take(body.len()) {
        return None;
    }
    let closing = closing_line(body).filter(|closing| *closing > 0);
    let mut pass = search.pass();
    let mut fed = 0;
    for start in starts {
        let (before, rest) = body.split_at_checked(start)?;
        pass.feed(before.get(fed..)?);
        fed = start;
        let tail = closing.filter(|closing| *closing > start);
        let octets = tail.map_or(0, |closing| body.len().saturating_sub(closing).saturating_add(FINISH));
        if !search.take(octets.saturating_add(FINISH)) {
            return None;
        }
        let found = appended(search, &pass, rest, tail.map(|closing| closing.saturating_sub(start)));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Whether what stands at the start of `rest` was appended behind what was hashed: all of it, or
/// all up to the line that closes the body.
fn appended(search: &Search<'_>, pass: &Pass, rest: &[u8], closing: Option<usize>) -> Option<BodyChange> {
    if search.would_be(pass, &[]) {
        return Some(BodyChange::Footer { octets: rest.len(), first_line: first_line(rest) });
    }
    let octets = closing?;
    let is = search.would_be(pass, &[rest.get(octets..)?]);
    is.then(|| BodyChange::FooterInPart { octets, first_line: first_line(rest) })
}

/// The first line of a text, for people, without the white space around it.
pub(super) fn first_line(text: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_ascii().to_vec()
}

/// Where footers may start, in ascending order.
pub(super) fn starts(body: &[u8]) -> Vec<usize> {
    let mut starts = Vec::with_capacity(LAST_LINES.saturating_add(PARAGRAPHS));
    let (mut last, mut paragraphs) = (LAST_LINES, PARAGRAPHS);
    let mut end = body.len();
    for at in memrchr_iter(b'\n', body).take(LINES) {
        let start = at.saturating_add(1);
        let line = body.get(start..end).unwrap_or_default();
        end = start;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let left = if last > 0 {
            &mut last
        } else if is_separated(body.get(..start).unwrap_or_default(), line) {
            &mut paragraphs
        } else {
            continue;
        };
        let Some(fewer) = left.checked_sub(1) else { break };
        *left = fewer;
        starts.push(start);
    }
    starts.reverse();
    starts
}

/// Whether a line behind this text starts something new.
fn is_separated(before: &[u8], line: &[u8]) -> bool {
    before.ends_with(b"\n\r\n") || before.ends_with(b"\n\n") || line.starts_with(b"--") || line.starts_with(b"__")
}

/// Where the last line starts, if it closes a multipart body (RFC 2046 §5.1.1).
fn closing_line(body: &[u8]) -> Option<usize> {
    let text = body.trim_ascii_end();
    let start = memchr::memrchr(b'\n', text).map_or(0, |at| at.saturating_add(1));
    let line = text.get(start..)?;
    (line.len() > 4 && line.starts_with(b"--") && line.ends_with(b"--")).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_start_at_the_last_lines_and_at_paragraphs() {
        let body = [&b"Dear Bob,\r\n\r\nnew\r\nnot new\r\n-- \r\n"[..], &b"line\r\n\r\n".repeat(LAST_LINES)].concat();
        let starts = starts(&body);
        assert_eq!(starts.len(), 2 + LAST_LINES);
        assert!(body[starts[0]..].starts_with(b"new") && body[starts[1]..].starts_with(b"-- "));
        assert!(starts.is_sorted());
        assert!(super::starts(&b"a\r\n\r\n".repeat(1 << 12)).len() <= LAST_LINES + PARAGRAPHS);
    }
}
