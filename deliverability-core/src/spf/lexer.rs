//! Pieces of a record's text that know where they stand (RFC 7208 §4.6.1).

use super::parse_error::{ErrorKind, ParseError, shown};
use crate::span::Span;

/// A piece of visible ASCII text and the offset of its first byte in the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) text: &'a [u8],
    pub(super) start: usize,
}

impl<'a> Token<'a> {
    /// A whole text of visible characters; `also` is one more octet to allow.
    pub(super) fn visible(text: &'a [u8], also: Option<u8>) -> Result<Self, Box<ParseError>> {
        match text.iter().position(|b| !matches!(b, 0x21..=0x7e) && Some(*b) != also) {
            Some(at) => Err(forbidden_octet(text, at)),
            None => Ok(Self { text, start: 0 }),
        }
    }

    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.end())
    }

    pub(super) fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn first(self) -> Option<u8> {
        self.text.first().copied()
    }

    /// The first `length` bytes and the rest; all and nothing if there are fewer.
    pub(super) fn split_at(self, length: usize) -> (Self, Self) {
        let (head, tail) = self.text.split_at_checked(length).unwrap_or((self.text, &[]));
        (Self { text: head, start: self.start }, Self { text: tail, start: self.start + head.len() })
    }

    /// What follows `prefix`, if the piece starts with it.
    pub(super) fn after(self, prefix: u8) -> Option<Self> {
        match self.text {
            [first, text @ ..] if *first == prefix => Some(Self { text, start: self.start + 1 }),
            _ => None,
        }
    }

    /// The leading bytes for which `keep` holds, and the rest.
    pub(super) fn run(self, keep: impl Fn(u8) -> bool) -> (Self, Self) {
        self.split_at(self.text.iter().take_while(|b| keep(**b)).count())
    }

    /// What stands before the first `byte`, and the rest; all and nothing if there is none.
    pub(super) fn until(self, byte: u8) -> (Self, Self) {
        self.split_at(find(byte, self.text).unwrap_or(self.text.len()))
    }

    /// The text, which is ASCII.
    pub(super) fn as_str(self) -> &'a str {
        core::str::from_utf8(self.text).unwrap_or_default()
    }

    /// The text as a message may show it.
    pub(super) fn shown(self) -> Box<str> {
        shown(self.text)
    }

    pub(super) fn error<T>(self, kind: ErrorKind) -> Result<T, Box<ParseError>> {
        Err(ParseError::boxed(kind, self.span()))
    }
}

/// A record up to its first octet that no term may hold, and the error about that octet.
pub(super) fn visible_text(record: &[u8]) -> (&[u8], Option<Box<ParseError>>) {
    if is_visible(record) {
        return (record, None);
    }
    let is_allowed = |b: &u8| matches!(b, b' '..=0x7e);
    let at = record.iter().take_while(|b| is_allowed(b)).count();
    (record.get(..at).unwrap_or(record), Some(forbidden_octet(record, at)))
}

/// Whether all octets are visible ASCII or spaces: eight at a time, since all octets are looked at.
fn is_visible(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk() else {
        return text.iter().all(|b| matches!(b, b' '..=0x7e));
    };
    // The last eight may have been looked at in part.
    let (eights, _) = text.as_chunks();
    let bad = eights.iter().fold(not_visible(*last), |bad, eight| bad | not_visible(*eight));
    bad & HIGH_BITS == 0
}

/// Sets the high bit of some octet if any is below a space or above a tilde.
#[inline]
fn not_visible(eight: [u8; 8]) -> u64 {
    let octets = u64::from_ne_bytes(eight);
    let below = octets.wrapping_sub(ONES * u64::from(b' ')) & !octets;
    below | octets.wrapping_add(ONES) | octets
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGH_BITS: u64 = u64::from_ne_bytes([0x80; 8]);

#[allow(clippy::unnecessary_box_returns, reason = "results hold errors boxed")]
fn forbidden_octet(text: &[u8], at: usize) -> Box<ParseError> {
    let octet = text.get(at).copied().unwrap_or_default();
    ParseError::boxed(ErrorKind::ForbiddenOctet { octet }, Span::new(at, at.saturating_add(1)))
}

pub(super) fn contains(byte: u8, text: &[u8]) -> bool {
    find(byte, text).is_some()
}

/// Where `byte` first stands in `text`: eight octets at a time, since reading a record is mostly this.
fn find(byte: u8, text: &[u8]) -> Option<usize> {
    let (eights, rest) = text.as_chunks::<8>();
    for (n, eight) in eights.iter().enumerate() {
        // An octet is zero where it is the one sought; the lowest high bit left marks the first.
        let differs = u64::from_le_bytes(*eight) ^ (ONES * u64::from(byte));
        let zeros = differs.wrapping_sub(ONES) & !differs & HIGH_BITS;
        if zeros != 0 {
            return usize::try_from(zeros.trailing_zeros() / 8).ok().map(|at| n * 8 + at);
        }
    }
    rest.iter().position(|b| *b == byte).map(|at| text.len() - rest.len() + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_byte_is_found_wherever_it_is() {
        for length in 0..40 {
            for at in 0..length {
                let mut text = vec![b'a'; length];
                text[at..].fill(b' ');
                assert_eq!(find(b' ', &text), Some(at));
                text[at..].fill(b'!');
                assert_eq!(find(b' ', &text), None);
                assert_eq!(find(0xff, &text), None);
            }
        }
    }

    #[test]
    fn an_octet_that_no_term_may_hold_is_seen_wherever_it_is() {
        for length in 1..40 {
            for at in 0..length {
                for octet in 0..=0xff {
                    let mut text = vec![if at % 2 == 0 { b' ' } else { b'~' }; length];
                    text[at] = octet;
                    assert_eq!(is_visible(&text), matches!(octet, b' '..=b'~'), "{octet} at {at} of {length}");
                }
            }
        }
    }
}
