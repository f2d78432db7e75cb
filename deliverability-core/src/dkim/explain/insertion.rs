//! Text that was put into the parts of a body: a footer at the end of a part or in front of `</body>`, a banner at the
//! start of a part or behind `<body>`; in one part, or in the text and the HTML alike.

use core::ops::Range;

use memchr::{memchr_iter, memmem};

use super::change::BodyChange;
use super::footer;
use super::parts::{Kind, Part};
use super::search::{FINISH, Search};
use crate::dkim::body_hash::Pass;

/// So many ends of a banner are tried.
const BANNERS: usize = 40;
/// A banner has these octets at most.
const BANNER: usize = 4096;
/// Tags of HTML at which a footer may start, from its end backwards.
const TAGS: usize = 48;
/// Where two parts were changed, so many places of the first are tried.
const OUTER: usize = 16;
/// Parts that are looked at.
const MAX_PARTS: usize = 8;

/// Places in the body between which something may have been put in: one end is fixed.
struct Gap {
    /// Where it may start, in ascending order.
    starts: Vec<usize>,
    /// Where it may end, in ascending order.
    ends: Vec<usize>,
    is_footer: bool,
}

impl Gap {
    /// A footer from one of these places of a part to its end.
    fn footer(part: &Part, mut starts: Vec<usize>, end: usize) -> Self {
        // The line end in front may have come with the footer.
        let before: Vec<usize> = starts.iter().filter_map(|start| start.checked_sub(2)).collect();
        starts.extend(before);
        starts.sort_unstable();
        starts.dedup();
        let at = |n: usize| part.body.start.saturating_add(n);
        let starts = starts.into_iter().filter(|start| *start < end).map(at).collect();
        Self { starts, ends: vec![at(end)], is_footer: true }
    }
}

/// What was put in.
pub(super) fn undone(search: &mut Search<'_>, parts: &[Part]) -> Option<BodyChange> {
    let body = search.body;
    let texts: Vec<&Part> = parts.iter().filter(|part| part.is_text()).take(MAX_PARTS).collect();
    let of = |gap: fn(&[u8], &Part) -> Gap| texts.iter().map(|part| gap(body, part)).collect::<Vec<Gap>>();
    let (footers, banners) = (of(footer_gap), of(banner_gap));
    let pages = texts.iter().filter(|part| part.kind == Kind::Html).map(|part| text_footer_gap(body, part));
    let below: Vec<Gap> = pages.filter(|gap| footers.iter().all(|footer| footer.ends != gap.ends)).collect();
    let found = footers.iter().chain(&banners).chain(&below).find_map(|gap| one(search, gap));
    found.or_else(|| both(search, &footers)).or_else(|| both(search, &banners))
}

/// A footer goes up to the end of the page of HTML, or of the part.
fn footer_gap(body: &[u8], part: &Part) -> Gap {
    let text = body.get(part.body.clone()).unwrap_or_default();
    let end = last_tag(text, b"</body").or_else(|| last_tag(text, b"</html"));
    let Some(end) = end.filter(|_| part.kind == Kind::Html) else { return text_footer_gap(body, part) };
    let page = text.get(..end).unwrap_or_default();
    let tags = memchr::memrchr_iter(b'<', page).take(TAGS);
    Gap::footer(part, tags.chain(lines_back(page)).collect(), end)
}

/// A footer goes up to the end of the part.
fn text_footer_gap(body: &[u8], part: &Part) -> Gap {
    let text = body.get(part.body.clone()).unwrap_or_default();
    Gap::footer(part, footer::starts(text), text.len())
}

fn lines_back(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memrchr_iter(b'\n', text).map(|at| at.saturating_add(1)).take(TAGS)
}

/// Where the last tag with this start stands.
fn last_tag(text: &[u8], tag: &[u8]) -> Option<usize> {
    let near = text.len().saturating_sub(BANNER);
    let end = text.get(near..)?.to_ascii_lowercase();
    memmem::rfind(&end, tag).map(|at| at.saturating_add(near))
}

/// A banner starts with the part, or behind `<body>`.
fn banner_gap(body: &[u8], part: &Part) -> Gap {
    let text = body.get(part.body.clone()).unwrap_or_default();
    let start = if part.kind == Kind::Html { behind_body_tag(text) } else { 0 };
    let near = text.get(start..).unwrap_or_default();
    let near = near.get(..BANNER).unwrap_or(near);
    let mut ends: Vec<usize> = memchr_iter(b'\n', near).map(|at| at.saturating_add(1)).take(BANNERS).collect();
    if part.kind == Kind::Html {
        ends.extend(memchr_iter(b'>', near).map(|at| at.saturating_add(1)).take(BANNERS));
        ends.sort_unstable();
        ends.dedup();
    }
    let at = |n: usize| part.body.start.saturating_add(start).saturating_add(n);
    // The line end behind the tag may stay where it is.
    let starts = if start > 0 && near.starts_with(b"\r\n") { vec![at(0), at(2)] } else { vec![at(0)] };
    Gap { starts, ends: ends.into_iter().map(at).collect(), is_footer: false }
}

fn behind_body_tag(text: &[u8]) -> usize {
    let start = text.get(..BANNER).unwrap_or(text).to_ascii_lowercase();
    let tag = memmem::find(&start, b"<body").unwrap_or_default();
    let end = start.get(tag..).and_then(|rest| memchr::memchr(b'>', rest));
    end.map_or(0, |end| tag.saturating_add(end).saturating_add(1))
}

/// Something in one part.
fn one(search: &mut Search<'_>, gap: &Gap) -> Option<BodyChange> {
    let mut pass = search.pass();
    from(search, gap, &mut pass, 0)
}

/// The same behind what a pass had: `fed` octets of the body.
fn from(search: &mut Search<'_>, gap: &Gap, pass: &mut Pass, fed: usize) -> Option<BodyChange> {
    let (body, mut fed) = (search.body, fed);
    let first = *gap.starts.first()?;
    if !search.take(gap.starts.last()?.saturating_sub(fed)) {
        return None;
    }
    pass.feed(body.get(fed..first)?);
    fed = first;
    for start in &gap.starts {
        pass.feed(body.get(fed..*start)?);
        fed = *start;
        for end in gap.ends.iter().filter(|end| *end > start) {
            let rest = body.get(*end..)?;
            if !search.take(rest.len().saturating_add(FINISH)) {
                return None;
            }
            if search.would_be(pass, &[rest]) {
                return Some(change(body, gap, *start..*end));
            }
        }
    }
    None
}

fn change(body: &[u8], gap: &Gap, range: Range<usize>) -> BodyChange {
    let text = body.get(range.clone()).unwrap_or_default();
    let octets = text.len();
    let shown = text.trim_ascii();
    let first_line = footer::first_line(shown);
    match gap.is_footer {
        false if shown.is_empty() && range.start == 0 => BodyChange::LeadingLines,
        _ if shown.is_empty() => {
            let above = memchr_iter(b'\n', body.get(..range.start).unwrap_or_default()).count();
            BodyChange::LineAdded { line: above.saturating_add(1) }
        }
        true if range.end == body.len() => BodyChange::Footer { octets, first_line },
        false if range.start == 0 => BodyChange::Banner { lines: memchr_iter(b'\n', text).count().max(1) },
        true => BodyChange::FooterInPart { octets, first_line },
        false => BodyChange::BannerInPart { octets, first_line },
    }
}

/// Something in two parts that follow each other.
fn both(search: &mut Search<'_>, gaps: &[Gap]) -> Option<BodyChange> {
    gaps.windows(2).find_map(|pair| {
        let [first, second] = pair else { return None };
        for (start, end) in outer(search.body, first) {
            if !search.take(start.saturating_add(FINISH)) {
                return None;
            }
            let mut pass = search.pass();
            pass.feed(search.body.get(..start)?);
            let found = from(search, second, &mut pass, end);
            if found.is_some() {
                return Some(change(search.body, first, start..end));
            }
        }
        None
    })
}

/// The likely places of the first: paragraphs and separators, then lines near the fixed end.
fn outer(body: &[u8], gap: &Gap) -> Vec<(usize, usize)> {
    let pairs = gap.starts.iter().flat_map(|start| gap.ends.iter().map(move |end| (*start, *end)));
    let mut all: Vec<(usize, usize)> = pairs.filter(|(start, end)| start < end).collect();
    if gap.is_footer {
        all.reverse();
    }
    let is_likely = |(start, end): &(usize, usize)| {
        let place = if gap.is_footer { *start } else { *end };
        let before = body.get(..place).unwrap_or_default();
        let behind = body.get(place..).unwrap_or_default();
        before.ends_with(b"\r\n\r\n")
            || behind.starts_with(b"\r\n\r\n")
            || behind.starts_with(b"--")
            || behind.starts_with(b"__")
    };
    all.sort_by_key(|pair| !is_likely(pair));
    all.truncate(OUTER);
    all
}
