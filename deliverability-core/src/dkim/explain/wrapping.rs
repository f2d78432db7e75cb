//! Lines that were broken because they were long, joined again.

use super::change::BodyChange;
use super::search::Search;

/// Widths at which programs break lines (RFC 5322 §2.1.1 among them), besides the longest line that is there.
const WIDTHS: [usize; 9] = [76, 72, 998, 78, 79, 80, 75, 74, 70];
/// Shorter lines are not broken in the midst of a word.
const CUT: usize = 500;
/// Lines that are broken at blanks come to this length at least.
const WRAPPED: usize = 50;
/// What is left of a mark and a lead between two lines that were one.
const MARKS: [(&[u8], &[u8]); 4] = [(b"", b""), (b"!", b" "), (b"", b" "), (b"!", b"")];

/// Whether long lines were broken.
pub(super) fn undone(search: &mut Search<'_>) -> Option<BodyChange> {
    let body = search.body;
    if !search.take(body.len() / 2) {
        return None;
    }
    let lines: Vec<&[u8]> =
        body.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let longest = lines.iter().map(|line| line.len()).max().unwrap_or_default();
    let is = (longest >= CUT && is_cut(search, &lines, longest))
        || (longest >= WRAPPED && is_folded(search, &lines, longest));
    is.then_some(BodyChange::Wrapped)
}

/// Broken at some length, wherever that is in a word.
fn is_cut(search: &mut Search<'_>, lines: &[&[u8]], longest: usize) -> bool {
    MARKS.iter().any(|(mark, lead)| {
        let is_broken = |line: &[u8], next: &[u8]| {
            line.len().saturating_add(3) > longest && line.ends_with(mark) && next.starts_with(lead)
        };
        let (before, joined) = join(lines, is_broken, mark.len(), lead.len(), b"");
        joined > 0 && search.take(before.len()) && search.is(&before)
    })
}

/// Broken at blanks, which were taken away or stayed.
fn is_folded(search: &mut Search<'_>, lines: &[&[u8]], longest: usize) -> bool {
    let mut tried = Vec::new();
    let widths = || WIDTHS.into_iter().chain(longest..longest.saturating_add(3));
    [&b" "[..], b""].iter().any(|glue| {
        tried.clear();
        widths().any(|width| {
            if !search.take(search.body.len()) {
                return false;
            }
            let (before, joined) = join(lines, |line, next| is_wrapped(line, next, width, glue), 0, 0, glue);
            // A wider page joins fewer of the same lines.
            if joined == 0 || tried.contains(&joined) {
                return false;
            }
            tried.push(joined);
            search.is(&before)
        })
    })
}

/// Whether the first word of the next line would not have fitted.
fn is_wrapped(line: &[u8], next: &[u8], width: usize, glue: &[u8]) -> bool {
    let word = next.split(|byte| *byte == b' ').next().unwrap_or_default().len();
    let text = line.trim_ascii_end();
    let blank_stays = text.len() < line.len();
    word > 0
        && !text.is_empty()
        && blank_stays == glue.is_empty()
        && text.len().saturating_add(1).saturating_add(word) > width
}

/// The lines with some of them joined, and how many: `cut` octets off the end of the first, `skip` off the start of the
/// second.
fn join(
    lines: &[&[u8]],
    is_broken: impl Fn(&[u8], &[u8]) -> bool,
    cut: usize,
    skip: usize,
    glue: &[u8],
) -> (Vec<u8>, usize) {
    let (mut before, mut joined, mut skipped) = (Vec::new(), 0_usize, 0);
    for (n, line) in lines.iter().enumerate() {
        let text = line.get(skipped..).unwrap_or_default();
        skipped = 0;
        match lines.get(n.saturating_add(1)) {
            Some(next) if is_broken(line, next) => {
                before.extend_from_slice(text.get(..text.len().saturating_sub(cut)).unwrap_or_default());
                before.extend_from_slice(glue);
                (skipped, joined) = (skip, joined.saturating_add(1));
            }
            Some(_) => before.extend_from_slice(&[text, b"\r\n"].concat()),
            None => before.extend_from_slice(text),
        }
    }
    (before, joined)
}
