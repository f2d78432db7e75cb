//! Changes of a whole body that can be undone.

use super::change::BodyChange;
use super::signs::Signs;
use super::{encoding, links};
use crate::dkim::message::Fields;

/// A change and how to undo it.
pub(super) struct Rewrite {
    pub(super) change: BodyChange,
    /// What a changed body shows.
    pub(super) sign: Signs,
    /// Whether relaxed canonicalization leaves nothing of it.
    pub(super) simple_only: bool,
    /// Whether it is a change of encoding, which often comes together with a footer.
    pub(super) is_encoding: bool,
    /// The body before the change, `None` where there cannot have been one.
    pub(super) undo: fn(&[u8], &Fields) -> Option<Vec<u8>>,
}

impl Rewrite {
    const fn new(change: BodyChange, sign: Signs, undo: fn(&[u8], &Fields) -> Option<Vec<u8>>) -> Self {
        Self { change, sign, simple_only: false, is_encoding: false, undo }
    }

    const fn simple(mut self) -> Self {
        self.simple_only = true;
        self
    }

    const fn encoding(mut self) -> Self {
        self.is_encoding = true;
        self
    }
}

/// Those that leave a sign in the body or its fields, likely ones first.
pub(super) const SEEN: &[Rewrite] = &[
    Rewrite::new(BodyChange::LineEnds, Signs::ODD_LINE_END, |body, _| Some(with_line_ends(body, b"\r\n"))),
    Rewrite::new(BodyChange::TransferEncoding { signed: "8bit" }, Signs::NONE, encoding::decoded).encoding(),
    Rewrite::new(BodyChange::TransferEncoding { signed: "quoted-printable" }, Signs::TO_BE_QUOTED, |body, fields| {
        (!encoding::is_encoded(fields)).then(|| encoding::quoted_printable(body))
    })
    .encoding(),
    Rewrite::new(BodyChange::Charset { signed: "iso-8859-1" }, Signs::NON_ASCII, |body, _| to_latin_1(body)).encoding(),
    Rewrite::new(BodyChange::Charset { signed: "utf-8" }, Signs::NON_ASCII, |body, _| from_latin_1(body)).encoding(),
    Rewrite::new(BodyChange::FromQuoted, Signs::QUOTED_FROM, |body, _| {
        by_line(body, |line| line.strip_prefix(b">").filter(is_from))
    }),
    Rewrite::new(BodyChange::FromQuoted, Signs::FROM, |body, _| with_prefix(body, b">", is_from)),
    Rewrite::new(BodyChange::Dots, Signs::TWO_DOTS, |body, _| {
        by_line(body, |line| line.strip_prefix(b".").filter(|rest| rest.starts_with(b".")))
    }),
    Rewrite::new(BodyChange::Dots, Signs::DOT, |body, _| with_prefix(body, b".", |line| line.starts_with(b"."))),
    Rewrite::new(BodyChange::LeadingLines, Signs::LEADING_LINE, |body, _| Some(without_leading_lines(body).to_vec())),
    Rewrite::new(BodyChange::TrailingSpace { line: None }, Signs::WHITE_END, |body, _| {
        Some(without_trailing_space(body))
    })
    .simple(),
    Rewrite::new(BodyChange::TrailingSpace { line: None }, Signs::HYPHENS, |body, _| signature_lines(body)).simple(),
    Rewrite::new(BodyChange::Links, Signs::SCANNED_LINK, |body, _| links::restored(body)),
];

/// Those that leave none.
pub(super) const UNSEEN: &[Rewrite] = &[
    Rewrite::new(BodyChange::LineEnds, Signs::NONE, |body, _| Some(with_line_ends(body, b"\n"))),
    Rewrite::new(BodyChange::TransferEncoding { signed: "base64" }, Signs::NONE, |body, fields| {
        (!encoding::is_encoded(fields)).then(|| encoding::base64(body))
    })
    .encoding(),
    Rewrite::new(BodyChange::LeadingLines, Signs::NONE, |body, _| Some([b"\r\n", body].concat())),
    Rewrite::new(BodyChange::LeadingLines, Signs::NONE, |body, _| Some([b"\r\n\r\n", body].concat())),
];

fn lines(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = body;
    core::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1));
        let (line, behind) = rest.split_at_checked(end).filter(|(line, _)| !line.is_empty())?;
        rest = behind;
        Some(line)
    })
}

/// The body with some lines replaced by a part of them; `None` if none is.
fn by_line(body: &[u8], part: impl Fn(&[u8]) -> Option<&[u8]>) -> Option<Vec<u8>> {
    let before: Vec<u8> = lines(body).flat_map(|line| part(line).unwrap_or(line)).copied().collect();
    (before.len() != body.len()).then_some(before)
}

/// The body with a prefix on some lines; `None` if no line gets one.
fn with_prefix(body: &[u8], prefix: &[u8], gets: impl Fn(&&[u8]) -> bool) -> Option<Vec<u8>> {
    let mut before = Vec::with_capacity(body.len());
    for line in lines(body) {
        if gets(&line) {
            before.extend_from_slice(prefix);
        }
        before.extend_from_slice(line);
    }
    (before.len() != body.len()).then_some(before)
}

fn is_from(line: &&[u8]) -> bool {
    line.starts_with(b"From ")
}

fn without_line_end(line: &[u8]) -> (&[u8], bool) {
    let Some(text) = line.strip_suffix(b"\n") else { return (line, false) };
    let end = text.iter().rposition(|byte| *byte != b'\r').map_or(0, |at| at.saturating_add(1));
    (text.get(..end).unwrap_or_default(), true)
}

/// The body with these line ends; a doubled CR is a part of one.
fn with_line_ends(body: &[u8], line_end: &[u8]) -> Vec<u8> {
    let mut before = Vec::with_capacity(body.len());
    for line in lines(body) {
        let (text, ended) = without_line_end(line);
        before.extend_from_slice(text);
        before.extend_from_slice(if ended { line_end } else { b"" });
    }
    before
}

fn without_leading_lines(body: &[u8]) -> &[u8] {
    let mut rest = body;
    while let Some(shorter) = rest.strip_prefix(b"\r\n") {
        rest = shorter;
    }
    rest
}

fn without_trailing_space(body: &[u8]) -> Vec<u8> {
    let mut before = Vec::with_capacity(body.len());
    for line in lines(body) {
        before.extend_from_slice(line.trim_ascii_end());
        before.extend_from_slice(if line.ends_with(b"\n") { b"\r\n" } else { b"" });
    }
    before
}

/// `-- ` in front of a personal signature lost its space.
fn signature_lines(body: &[u8]) -> Option<Vec<u8>> {
    let mut before = Vec::with_capacity(body.len());
    for line in lines(body) {
        before.extend_from_slice(if line == b"--\r\n" { b"-- \r\n" } else { line });
    }
    (before.len() != body.len()).then_some(before)
}

fn to_latin_1(body: &[u8]) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(body).ok().filter(|text| !text.is_ascii())?;
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

fn from_latin_1(body: &[u8]) -> Option<Vec<u8>> {
    core::str::from_utf8(body)
        .is_err()
        .then(|| body.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes())
}
