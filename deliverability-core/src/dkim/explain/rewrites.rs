//! Changes of a whole body that can be undone.

use super::change::BodyChange;
use super::signs::Signs;
use super::{charset, encoding, links};
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
    Rewrite::new(BodyChange::Charset { signed: "iso-8859-1" }, Signs::NON_ASCII, |body, _| charset::to_latin_1(body))
        .encoding(),
    Rewrite::new(BodyChange::Charset { signed: "utf-8" }, Signs::NON_ASCII, |body, _| charset::from_latin_1(body))
        .encoding(),
    Rewrite::new(BodyChange::Charset { signed: "windows-1252" }, Signs::NON_ASCII, |body, _| charset::to_windows(body)),
    Rewrite::new(BodyChange::Charset { signed: "utf-8" }, Signs::NON_ASCII, |body, _| charset::from_windows(body)),
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
    Rewrite::new(BodyChange::TrailingSpace { line: None }, Signs::NONE, |body, _| Some(flowed(body))).simple(),
    Rewrite::new(BodyChange::Links, Signs::SCANNED_LINK, |body, _| links::restored(body)),
    Rewrite::new(BodyChange::Links, Signs::SCANNED_LINK, |body, _| links::restored_as_html(body)),
    Rewrite::new(BodyChange::Links, Signs::SCANNED_LINK, |body, _| links::restored_in_both(body)),
    Rewrite::new(BodyChange::Preamble, Signs::DELIMITER, |body, _| Some([PREAMBLE, body].concat())),
    Rewrite::new(BodyChange::Preamble, Signs::DELIMITER, |body, _| Some([PREAMBLE, b"\r\n", body].concat())),
];

/// Those that leave none.
pub(super) const UNSEEN: &[Rewrite] = &[
    Rewrite::new(BodyChange::LineEnds, Signs::NONE, |body, _| Some(with_line_ends(body, b"\n"))),
    Rewrite::new(BodyChange::TransferEncoding { signed: "base64" }, Signs::NONE, |body, fields| {
        (!encoding::is_encoded(fields)).then(|| encoding::base64(body))
    })
    .encoding(),
    Rewrite::new(BodyChange::ByteOrderMark, Signs::NONE, |body, _| {
        Some(body.strip_prefix(MARK).map_or_else(|| [MARK, body].concat(), <[u8]>::to_vec))
    }),
    Rewrite::new(BodyChange::LineEnds, Signs::EMPTY_LINES, |body, _| without_every_second_line(body)),
    Rewrite::new(BodyChange::Tabs, Signs::BLANKS, |body, _| Some(with_tabs(body))).simple(),
    Rewrite::new(BodyChange::Tabs, Signs::BLANKS, |body, _| Some(blanks_at_starts(body))).simple(),
    Rewrite::new(BodyChange::Tabs, Signs::BLANKS, |body, _| Some(each_blank(body))).simple(),
    Rewrite::new(BodyChange::LeadingLines, Signs::NONE, |body, _| Some([b"\r\n", body].concat())),
    Rewrite::new(BodyChange::LeadingLines, Signs::NONE, |body, _| Some([b"\r\n\r\n", body].concat())),
];

/// U+FEFF at the start.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// What many programs write in front of the first part.
const PREAMBLE: &[u8] = b"This is a multi-part message in MIME format.\r\n";

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

/// Lines that a paragraph goes on behind have a blank at their end (RFC 3676 §4.2), and `-- ` has one.
fn flowed(body: &[u8]) -> Vec<u8> {
    let mut before = Vec::with_capacity(body.len().saturating_add(64));
    let mut all = lines(body).peekable();
    while let Some(line) = all.next() {
        let text = line.trim_ascii_end();
        let goes_on = all.peek().is_some_and(|next| is_text(next) || next.trim_ascii_end() == b"--");
        let blank = text == b"--" || (goes_on && is_text(text));
        before.extend_from_slice(text);
        before.extend_from_slice(if blank { b" " } else { b"" });
        before.extend_from_slice(without_blanks(line.get(text.len()..).unwrap_or_default()));
    }
    before
}

/// Whether a line is one of a paragraph, neither a delimiter nor a field of a part.
fn is_text(line: &[u8]) -> bool {
    line.first().is_some_and(u8::is_ascii_graphic) && !line.starts_with(b"--") && !line.starts_with(b"Content-")
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

fn without_every_second_line(body: &[u8]) -> Option<Vec<u8>> {
    let mut all = lines(body);
    let mut before = Vec::with_capacity(body.len());
    while let Some(line) = all.next() {
        before.extend_from_slice(line);
        all.next().filter(|line| *line != b"\r\n").map_or(Some(()), |_| None)?;
    }
    Some(before)
}

/// Eight columns a tab: blanks up to such a column were one.
fn with_tabs(body: &[u8]) -> Vec<u8> {
    let mut before = Vec::with_capacity(body.len());
    let (mut column, mut blanks) = (0_usize, 0_usize);
    for byte in body {
        if *byte == b' ' {
            (column, blanks) = (column.saturating_add(1), blanks.saturating_add(1));
            if column.is_multiple_of(8) {
                before.push(b'\t');
                blanks = 0;
            }
            continue;
        }
        before.extend(core::iter::repeat_n(b' ', core::mem::take(&mut blanks)));
        before.push(*byte);
        column = if *byte == b'\n' { 0 } else { column.saturating_add(1) };
    }
    before.extend(core::iter::repeat_n(b' ', blanks));
    before
}

/// One tab for the blanks that lines start with.
fn blanks_at_starts(body: &[u8]) -> Vec<u8> {
    let of = |line: &[u8]| {
        let rest = without_blanks(line);
        if rest.len() == line.len() { line.to_vec() } else { [b"\t", rest].concat() }
    };
    lines(body).flat_map(of).collect()
}

fn each_blank(body: &[u8]) -> Vec<u8> {
    body.iter().map(|byte| if *byte == b' ' { b'\t' } else { *byte }).collect()
}
