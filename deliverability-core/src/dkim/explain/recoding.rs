//! Parts of a body in the encoding that they had before.

use core::ops::Range;

use super::change::BodyChange;
use super::encoding;
use super::footer;
use super::parts::{self, Part};
use super::search::Search;

/// No more parts are put into another encoding.
const MAX_PARTS: usize = 8;
/// In so many places a footer is looked for in an encoded part.
const FOOTERS: usize = 48;

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
    parts.iter().filter(|part| &part.encoding[..] == b"base64").find_map(|part| footer_within(search, part))
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

/// A footer that was put in before the text was encoded again.
fn footer_within(search: &mut Search<'_>, part: &Part) -> Option<BodyChange> {
    let (body, text) = (search.body, search.body.get(part.body.clone())?);
    let decoded = encoding::decoded_as(text, &part.encoding);
    let mut starts = footer::starts(&decoded);
    starts.reverse();
    for start in starts.into_iter().take(FOOTERS) {
        let (before, footer) = decoded.split_at_checked(start)?;
        for encode in [encoding::base64, |text: &[u8]| encoding::base64(text).trim_ascii_end().to_vec()] {
            if !search.take(body.len()) {
                return None;
            }
            if search.is(&edited(body, &[(part.body.clone(), encode(before))])) {
                let first_line = footer.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii().to_vec();
                let octets = footer.len();
                let is_whole = part.header.is_empty();
                return Some(if is_whole {
                    BodyChange::Footer { octets, first_line }
                } else {
                    BodyChange::FooterInPart { octets, first_line }
                });
            }
        }
    }
    None
}
