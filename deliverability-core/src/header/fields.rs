//! The fields of a message's header section (RFC 5322 §2.2, §2.2.3).

use memchr::{Memchr, memchr_iter};

use crate::span::Span;

/// One header field: its name and its raw value, folds and all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Field<'a> {
    /// The name as written: visible ASCII without a colon.
    pub name: &'a str,
    /// What follows the colon, with its folds, without the last line end.
    pub value: &'a [u8],
    /// Where the value stands in the text that was read.
    pub value_span: Span,
    /// Where the field stands in it, without the last line end.
    pub span: Span,
}

impl Field<'_> {
    /// Whether the field has this name; case does not matter (RFC 5322 §1.2.2).
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether the value is white space and nothing else.
    pub fn is_blank(&self) -> bool {
        self.value.iter().all(u8::is_ascii_whitespace)
    }

    /// The value on one line: line ends are dropped, the white space behind them stays (§2.2.3).
    pub fn unfolded(&self) -> Vec<u8> {
        unfold(self.value)
    }
}

/// The fields of a header section, in order, up to the first empty line or the end.
///
/// A line that is neither a field nor the continuation of one is passed over, such as the `From `
/// line of a mailbox file. Lines end in LF, with or without CR. Takes time linear in the text and
/// allocates nothing.
///
/// ```
/// use deliverability_core::header::fields;
/// let message = b"From: amy@example.org\r\nSubject: two\r\n lines\r\n\r\nbody: text\r\n";
/// let read: Vec<_> = fields(message).map(|field| (field.name, field.unfolded())).collect();
/// assert_eq!(read, [("From", b" amy@example.org".to_vec()), ("Subject", b" two lines".to_vec())]);
/// ```
pub fn fields(header: &[u8]) -> impl Iterator<Item = Field<'_>> {
    places(header).filter_map(|Place { name, value }| {
        let span = Span::new(name.start, value.end);
        // All visible ASCII.
        let name = core::str::from_utf8(name.of(header)).ok()?;
        Some(Field { name, value: value.of(header), value_span: value, span })
    })
}

/// Where a field stands: its name, and its value behind the colon up to the last line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

/// Where the [`fields`] stand.
pub(crate) fn places(header: &[u8]) -> impl Iterator<Item = Place> {
    let mut lines = memchr_iter(b'\n', header);
    let mut at = 0;
    core::iter::from_fn(move || {
        loop {
            let start = at;
            at = folded_line(header, start, &mut lines);
            let line = without_line_end(header.get(start..at)?);
            if line.is_empty() {
                (at, lines) = (header.len(), memchr_iter(b'\n', &[]));
                return None;
            }
            if let Some(place) = read(line, start) {
                return Some(place);
            }
        }
    })
}

/// Where the body starts: behind the first empty line (RFC 5322 §2.1). `None` if there is none.
///
/// ```
/// use deliverability_core::header::body_start;
/// assert_eq!(body_start(b"A: 1\r\n\r\nbody"), Some(8));
/// assert_eq!(body_start(b"A: 1\r\n"), None);
/// ```
pub fn body_start(message: &[u8]) -> Option<usize> {
    let starts = memchr_iter(b'\n', message).map(|end| end.saturating_add(1));
    core::iter::once(0).chain(starts).find_map(|line| match message.get(line..)? {
        [b'\n', ..] => line.checked_add(1),
        [b'\r', b'\n', ..] => line.checked_add(2),
        _ => None,
    })
}

/// The text without the line ends of folds; the white space behind them stays (RFC 5322 §2.2.3).
///
/// ```
/// use deliverability_core::header::unfold;
/// assert_eq!(unfold(b"pass\r\n (mx.test)"), b"pass (mx.test)");
/// ```
pub fn unfold(value: &[u8]) -> Vec<u8> {
    let mut unfolded = Vec::with_capacity(value.len());
    let mut bytes = value.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let ends_line = byte == b'\n' || (byte == b'\r' && bytes.peek() == Some(&b'\n'));
        if !ends_line {
            unfolded.push(byte);
        }
    }
    unfolded
}

/// The end of the line at `start` with its continuations and line end. An empty line has none.
fn folded_line(text: &[u8], start: usize, line_ends: &mut Memchr<'_>) -> usize {
    let is_empty = matches!(text.get(start..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
    for line_end in line_ends {
        let end = line_end.saturating_add(1);
        if is_empty || !matches!(text.get(end), Some(b' ' | b'\t')) {
            return end;
        }
    }
    text.len()
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let Some(line) = line.strip_suffix(b"\n") else { return line };
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// `field-name ":" value`; white space before the colon is obsolete but read (RFC 5322 §4.5).
fn read(line: &[u8], start: usize) -> Option<Place> {
    let end = line.iter().position(|byte| *byte == b':' || !byte.is_ascii_graphic()).filter(|end| *end > 0)?;
    let behind = line.get(end..)?;
    let colon = behind.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
    if behind.get(colon) != Some(&b':') {
        return None;
    }
    let name = Span::new(start, start.saturating_add(end));
    let value = Span::new(name.end.saturating_add(colon).saturating_add(1), start.saturating_add(line.len()));
    Some(Place { name, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Vec<(String, String)> {
        let text_of = |field: Field<'_>| (field.name.to_owned(), String::from_utf8(field.unfolded()).unwrap());
        fields(text.as_bytes()).map(text_of).collect()
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fields_end_at_the_empty_line() {
        // RFC 5322 §2.1.
        assert_eq!(read_all("A: 1\r\nB:2\r\n\r\nC: 3\r\n"), pairs(&[("A", " 1"), ("B", "2")]));
        assert_eq!(read_all("A: 1\n\n B: 2\n"), pairs(&[("A", " 1")]));
        assert_eq!(read_all("\r\nA: 1"), []);
        let mut ended = fields(b"A: 1\r\n\r\nB: 2\r\nC: 3\r\n").skip(1);
        assert_eq!([ended.next(), ended.next(), ended.next()], [None; 3]);
        assert_eq!(read_all("A: 1"), pairs(&[("A", " 1")]));
    }

    #[test]
    fn the_body_starts_where_the_fields_end() {
        for (message, body) in [("A: 1\n\nb", "b"), ("\r\nb", "b"), ("\nb", "b"), ("A: 1\r\n \r\n\r\n\r\nb", "\r\nb")] {
            assert_eq!(body_start(message.as_bytes()).map(|at| &message[at..]), Some(body), "{message:?}");
        }
        assert_eq!(body_start(b"A: 1\r\r\nB"), None);
    }

    #[test]
    fn folds_are_taken_out() {
        // RFC 5322 §2.2.3.
        assert_eq!(read_all("A: x\r\n\ty\r\n  z\nB: b\n"), pairs(&[("A", " x\ty  z"), ("B", " b")]));
        assert_eq!(read_all("A:\r\n \r\n x\r\n"), pairs(&[("A", "  x")]));
    }

    #[test]
    fn what_is_no_field_is_passed_over() {
        let text = "From amy Mon Jan 1\nno field\n continued: here\nA : 1\n\u{fc}: 2\n: 3\nB: 4";
        assert_eq!(read_all(text), pairs(&[("A", " 1"), ("B", " 4")]));
    }

    #[test]
    fn spans_point_into_the_text() {
        let text = b"x\r\nSender:\r\n amy@example.org\r\n";
        let field = fields(text).next().unwrap();
        assert_eq!(field.value_span.of(text), b"\r\n amy@example.org");
        assert_eq!(field.span.of(text), b"Sender:\r\n amy@example.org");
        assert!(field.is("sENDER") && !field.is_blank());
        assert!(fields(b"Sender: \r\n\t\r\n").next().unwrap().is_blank());
    }
}
