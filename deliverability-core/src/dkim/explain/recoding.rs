//! Parts of a body in the encoding that they had before.

use core::ops::Range;

use super::change::BodyChange;
use super::encoding;
use super::footer::first_line;
use super::parts::{self, Kind, Part};
use super::search::Search;
use super::{footer, links};

/// No more parts are put into another encoding.
const MAX_PARTS: usize = 8;
/// In so many places a footer is looked for in an encoded part.
const FOOTERS: usize = 48;
/// So many first lines of such a part may be a banner.
const BANNERS: usize = 16;

/// How a text is encoded.
struct Style {
    word: &'static str,
    encode: fn(&[u8]) -> Vec<u8>,
}

/// Likely ones first. Encoders differ in the length of their lines, in whether the last one ends, and in the hex
/// digits.
const STYLES: &[Style] = &[
    Style { word: "8bit", encode: <[u8]>::to_vec },
    Style { word: "quoted-printable", encode: encoding::quoted_printable },
    Style { word: "base64", encode: encoding::base64 },
    Style { word: "base64", encode: |text| encoding::base64(text).trim_ascii_end().to_vec() },
    Style { word: "7bit", encode: <[u8]>::to_vec },
    Style { word: "base64", encode: |text| encoding::base64_lines(text, 64) },
    Style { word: "base64", encode: |text| encoding::base64_lines(text, 72) },
    Style { word: "quoted-printable", encode: encoding::quoted_printable_in_small_letters },
    Style { word: "binary", encode: <[u8]>::to_vec },
];

/// A range of the body and what stood there.
type Edit = (Range<usize>, Vec<u8>);

/// The text parts in another encoding: all of them, or one.
pub(super) fn undone(search: &mut Search<'_>, parts: &[Part]) -> Option<BodyChange> {
    let texts: Vec<&Part> = parts.iter().filter(|part| part.is_text()).take(MAX_PARTS).collect();
    let mut whole = STYLES.iter().map(|style| (style, texts.clone())).collect::<Vec<_>>();
    if texts.len() > 1 {
        whole.extend(texts.iter().flat_map(|part| STYLES.iter().map(move |style| (style, vec![*part]))));
    }
    for (style, parts) in whole {
        let octets = parts.iter().fold(search.body.len(), |sum, part| sum.saturating_add(part.body.len()));
        if !search.take(octets / 2) {
            return None;
        }
        let edits: Vec<Edit> = parts.iter().filter_map(|part| edit(search.body, part, style)).flatten().collect();
        let is_it = !edits.is_empty() && search.is(&edited(search.body, &edits));
        if is_it {
            return Some(BodyChange::TransferEncoding { signed: style.word });
        }
    }
    let mut encoded = parts.iter().filter(|part| matches!(&part.encoding[..], b"base64" | b"quoted-printable"));
    encoded.find_map(|part| within(search, part))
}

/// A part in another style; `None` where that is what it is.
fn edit(body: &[u8], part: &Part, style: &Style) -> Option<Vec<Edit>> {
    let now = body.get(part.body.clone())?;
    let before = (style.encode)(&encoding::decoded_as(now, &part.encoding));
    let header = body.get(part.header.clone())?;
    let mut edits = Vec::new();
    if let Some(value) = parts::value(header, "Content-Transfer-Encoding")
        && part.encoding != style.word.as_bytes()
    {
        let start = part.header.start;
        let value = start.saturating_add(value.start)..start.saturating_add(value.end);
        edits.push((value, [b" ", style.word.as_bytes()].concat()));
    }
    if before != now {
        edits.push((part.body.clone(), before));
    }
    (!edits.is_empty()).then_some(edits)
}

/// The body with these edits, which stand in order.
fn edited(body: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut before = Vec::with_capacity(body.len());
    let mut at = 0;
    for (range, text) in edits {
        before.extend_from_slice(body.get(at..range.start).unwrap_or_default());
        before.extend_from_slice(text);
        at = range.end;
    }
    before.extend_from_slice(body.get(at..).unwrap_or_default());
    before
}

/// What was done to a text that was decoded for it and encoded again.
fn within(search: &mut Search<'_>, part: &Part) -> Option<BodyChange> {
    let text = search.body.get(part.body.clone())?;
    if !search.take(text.len()) {
        return None;
    }
    let decoded = encoding::decoded_as(text, &part.encoding);
    let restored = if part.kind == Kind::Html { links::restored_as_html(&decoded) } else { links::restored(&decoded) };
    if restored.is_some_and(|before| was(search, part, &before)) {
        return Some(BodyChange::Links);
    }
    // Lines of quoted-printable stay as they are when others come.
    if &part.encoding[..] != b"base64" {
        return None;
    }
    footer_within(search, part, &decoded).or_else(|| banner_within(search, part, &decoded))
}

/// Whether a part held this text before, in the same encoding.
fn was(search: &mut Search<'_>, part: &Part, before: &[u8]) -> bool {
    let same = STYLES.iter().filter(|style| style.word.as_bytes() == part.encoding).take(2);
    same.into_iter().any(|style| {
        // Encoded and put together, beside being hashed.
        search.take(search.body.len().saturating_mul(3) / 2) && {
            let edit = (part.body.clone(), (style.encode)(before));
            search.is(&edited(search.body, &[edit]))
        }
    })
}

fn footer_within(search: &mut Search<'_>, part: &Part, decoded: &[u8]) -> Option<BodyChange> {
    let mut starts = footer::starts(decoded);
    starts.reverse();
    let start = starts.into_iter().take(FOOTERS).find(|start| {
        let before = decoded.get(..*start).unwrap_or_default();
        was(search, part, before)
    })?;
    let footer = decoded.get(start..)?;
    let (octets, first_line) = (footer.len(), first_line(footer));
    let is_whole = part.header.is_empty();
    Some(if is_whole {
        BodyChange::Footer { octets, first_line }
    } else {
        BodyChange::FooterInPart { octets, first_line }
    })
}

fn banner_within(search: &mut Search<'_>, part: &Part, decoded: &[u8]) -> Option<BodyChange> {
    let ends = memchr::memchr_iter(b'\n', decoded).map(|at| at.saturating_add(1)).take(BANNERS);
    let end = ends.into_iter().find(|end| was(search, part, decoded.get(*end..).unwrap_or_default()))?;
    let banner = decoded.get(..end)?;
    Some(BodyChange::BannerInPart { octets: banner.len(), first_line: first_line(banner) })
}
