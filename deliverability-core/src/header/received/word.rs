//! Words of a field, and where they stand.

use core::fmt;
use core::net::IpAddr;
use std::borrow::Cow;

use crate::escaped::Printable;
use crate::span::Span;

/// A word of a Received field and where it stands in the text that was read.
///
/// `Display` escapes what does not print; `text` is what was written. Octets that are not UTF-8
/// are replaced, folds become one space.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word<'a> {
    /// What was written, without the brackets `<` and `>` around it.
    pub text: Cow<'a, str>,
    /// Where it stands.
    pub span: Span,
}

impl<'a> Word<'a> {
    /// The word that a span of a text covers.
    pub(super) fn at(text: &'a [u8], span: Span) -> Self {
        let bytes = text.get(span.start..span.end).unwrap_or_default();
        let text = core::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        Self { text, span }
    }

    /// The words that a span of a text covers, which a fold may part.
    pub(super) fn several(text: &'a [u8], span: Span) -> Self {
        let word = Self::at(text, span);
        if !word.text.contains(['\r', '\n']) {
            return word;
        }
        let words: Vec<&str> = word.text.split_ascii_whitespace().collect();
        Self { text: Cow::Owned(words.join(" ")), span }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the text is the other one; case does not matter, nor a final dot.
    pub fn is(&self, other: &str) -> bool {
        let bare = self.text.strip_suffix('.').unwrap_or(&self.text);
        bare.eq_ignore_ascii_case(other.strip_suffix('.').unwrap_or(other))
    }

    /// The same word, independent of the text that was read.
    pub fn into_owned(self) -> Word<'static> {
        Word { text: Cow::Owned(self.text.into_owned()), span: self.span }
    }
}

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printable(&self.text).fmt(f)
    }
}

/// An address of a Received field and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The address; an IPv4-mapped IPv6 address is given as IPv4.
    pub ip: IpAddr,
    /// Where it stands, without brackets, port and `IPv6:` tag.
    pub span: Span,
}
