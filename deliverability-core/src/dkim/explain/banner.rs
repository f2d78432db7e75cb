//! Lines that were put in front of a body.

use memchr::{memchr_iter, memmem};

use super::change::BodyChange;
use super::footer;
use super::search::Search;

/// So many lines are tried.
const LINES: usize = 32;
/// Among the first of these a banner's words are looked for.
const FIRST_LINES: usize = 8;
/// Words of the first line that are tried.
const WORD_STARTS: usize = 24;
/// No more than these octets are looked at.
const OCTETS: usize = 4096;

/// Words of banners about outside mail, in lower case.
const WORDS: &[&[u8]] = &[b"caution", b"external", b"outside", b"warning", b"attention", b"be careful", b"phish"];

/// A banner whose words give it away: it ends with the line that has them, or with the next empty
/// line.
pub(super) fn announced(search: &mut Search<'_>) -> Option<BodyChange> {
    let ends = ends(search.body);
    let start = search.body.get(..*ends.get(FIRST_LINES.min(ends.len()).checked_sub(1)?)?)?;
    let start = start.get(..OCTETS).unwrap_or(start).to_ascii_lowercase();
    let at = WORDS.iter().filter_map(|word| memmem::find(&start, word)).max()?;
    let line = ends.iter().position(|end| *end > at)?;
    let mut from_there = ends.iter().enumerate().skip(line);
    let empty = from_there.find(|(n, end)| {
        let start = n.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
        search.body.get(start..**end).is_some_and(|line| line.trim_ascii().is_empty())
    });
    let lines = [empty.map(|(n, _)| n), Some(line)];
    lines.into_iter().flatten().find_map(|n| without(search, n, *ends.get(n)?))
}

/// Any lines, or words at the start of the first.
pub(super) fn any(search: &mut Search<'_>) -> Option<BodyChange> {
    let ends = ends(search.body);
    let first = search.body.get(..*ends.first()?)?;
    let words = first.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at.saturating_add(1));
    let found = ends.iter().enumerate().find_map(|(n, end)| without(search, n, *end));
    found.or_else(|| words.take(WORD_STARTS).find_map(|end| without(search, 0, end)))
}

/// Lines at the start, and a footer too. The banner is named.
pub(super) fn with_footer(search: &mut Search<'_>) -> Option<BodyChange> {
    let ends = ends(search.body);
    let found = ends.iter().take(FIRST_LINES).position(|end| {
        let rest = search.body.get(*end..).unwrap_or_default();
        search.has(rest.len()) && footer::is_with_or_without(search, rest)
    });
    found.map(|last| BodyChange::Banner { lines: last.saturating_add(1) })
}

fn without(search: &mut Search<'_>, last: usize, end: usize) -> Option<BodyChange> {
    let rest = search.body.get(end..)?;
    search.is(rest).then_some(BodyChange::Banner { lines: last.saturating_add(1) })
}

/// Where the first lines end.
fn ends(body: &[u8]) -> Vec<usize> {
    memchr_iter(b'\n', body).take(LINES).map(|at| at.saturating_add(1)).collect()
}
