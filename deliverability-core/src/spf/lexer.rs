//! Pieces of a record's text that know where they stand (RFC 7208 §4.6.1).

use super::parse_error::{ErrorKind, ParseError, shown};
use crate::span::Span;

/// A piece of visible ASCII text and the offset of its first byte in the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl<'a> Token<'a> {
    /// Visible characters only; `also` is one more octet to allow.
    pub(super) fn visible(bytes: &'a [u8], start: usize, also: Option<u8>) -> Result<Self, ParseError> {
        let forbidden = |b: &u8| !(0x21..=0x7e).contains(b) && Some(*b) != also;
        let bad = bytes.iter().position(forbidden);
        match (bad, core::str::from_utf8(bytes)) {
            (None, Ok(text)) => Ok(Self { text, start }),
            (at, _) => {
                let at = at.unwrap_or_default();
                let octet = bytes.get(at).copied().unwrap_or_default();
                let from = start.saturating_add(at);
                let span = Span::new(from, from.saturating_add(1));
                Err(ParseError::new(ErrorKind::ForbiddenOctet { octet }, span))
            }
        }
    }

    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.start.saturating_add(self.text.len()))
    }

    pub(super) fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn first(self) -> Option<u8> {
        self.text.as_bytes().first().copied()
    }

    /// The first `length` bytes and the rest; all and nothing if there are fewer.
    pub(super) fn split_at(self, length: usize) -> (Self, Self) {
        let (head, tail) = self.text.split_at_checked(length).unwrap_or((self.text, ""));
        (Self { text: head, start: self.start }, Self { text: tail, start: self.start.saturating_add(head.len()) })
    }

    /// What follows `prefix`, if the piece starts with it.
    pub(super) fn after(self, prefix: &str) -> Option<Self> {
        self.text.starts_with(prefix).then(|| self.split_at(prefix.len()).1)
    }

    /// The leading bytes for which `keep` holds, and the rest.
    pub(super) fn run(self, keep: impl Fn(u8) -> bool) -> (Self, Self) {
        self.split_at(self.text.bytes().take_while(|b| keep(*b)).count())
    }

    /// The text as a message may show it.
    pub(super) fn shown(self) -> Box<str> {
        shown(self.text.as_bytes())
    }

    pub(super) fn error<T>(self, kind: ErrorKind) -> Result<T, ParseError> {
        Err(ParseError::new(kind, self.span()))
    }
}

/// The record's text up to its first octet that no term may hold, and the error about that octet.
pub(super) fn visible_text(bytes: &[u8]) -> (&str, Option<ParseError>) {
    let is_allowed = |b: u8| matches!(b, b' '..=0x7e);
    // All at once is many times quicker than one by one, and nearly always enough.
    let length = if bytes.iter().fold(true, |all, b| all & is_allowed(*b)) {
        bytes.len()
    } else {
        bytes.iter().position(|b| !is_allowed(*b)).unwrap_or(bytes.len())
    };
    let text = core::str::from_utf8(Span::new(0, length).of(bytes)).unwrap_or_default();
    let forbidden = bytes.get(length).map(|octet| {
        let span = Span::new(length, length.saturating_add(1));
        ParseError::new(ErrorKind::ForbiddenOctet { octet: *octet }, span)
    });
    (text, forbidden)
}

/// The pieces between spaces from `start` on.
pub(super) fn words(text: &str, start: usize) -> impl Iterator<Item = Token<'_>> {
    let mut rest = Token { text, start: 0 }.split_at(start).1;
    core::iter::from_fn(move || {
        let word = rest.run(|b| b == b' ').1;
        let (word, after) = word.run(|b| b != b' ');
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}
