//! The text of a TXT record.

use core::fmt;
use std::sync::Arc;

use crate::span::Span;

/// Longest character-string, in octets (RFC 1035 §3.3).
const MAX_STRING: usize = 255;

/// A TXT record: one or more character-strings of up to 255 octets, and their join.
///
/// Protocols read the joined bytes (RFC 7208 §3.3, RFC 6376 §3.6.2.2): spans index those. The
/// cuts are kept, since where a publisher cut a record can be what is wrong with it.
///
/// ```
/// use deliverability_core::dns::Text;
/// let text = Text::from_strings([b"v=spf1 mx".as_slice(), b" -all"]);
/// assert_eq!(&text.bytes()[..], b"v=spf1 mx -all");
/// assert_eq!(text.to_string(), r#""v=spf1 mx" " -all""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    bytes: Arc<[u8]>,
    /// Ends of the character-strings in `bytes`, the last one left out.
    cuts: Box<[usize]>,
}

impl Text {
    /// A record from its bytes, cut into strings of 255 octets.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        let cuts = (1..).map(|n| n * MAX_STRING).take_while(|cut| *cut < bytes.len()).collect();
        Self { bytes, cuts }
    }

    /// A record from its character-strings; one over 255 octets is cut.
    pub fn from_strings<S: AsRef<[u8]>>(strings: impl IntoIterator<Item = S>) -> Self {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for string in strings {
            let string = string.as_ref();
            let chunks = string.chunks(MAX_STRING).chain(string.is_empty().then_some([].as_slice()));
            for chunk in chunks {
                bytes.extend_from_slice(chunk);
                ends.push(bytes.len());
            }
        }
        ends.pop();
        Self { bytes: bytes.into(), cuts: ends.into() }
    }

    /// The joined bytes, shared.
    pub const fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The joined text, with U+FFFD for what is not UTF-8.
    pub fn to_text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// The character-strings, in order.
    pub fn strings(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.cuts.iter().copied().chain([self.bytes.len()]);
        ends.scan(0, |start, end| {
            let span = Span::new(*start, end);
            *start = end;
            Some(span.of(&self.bytes))
        })
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

/// Master-file form: quoted strings, with `\"`, `\\` and `\DDD` escapes (RFC 1035 §5.1).
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, string) in self.strings().enumerate() {
            f.write_str(if n == 0 { "\"" } else { " \"" })?;
            for &byte in string {
                match byte {
                    b'"' | b'\\' => write!(f, "\\{}", char::from(byte))?,
                    0x20..=0x7e => write!(f, "{}", char::from(byte))?,
                    _ => write!(f, "\\{byte:03}")?,
                }
            }
            f.write_str("\"")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_kept_and_joined() {
        let text = Text::from_strings(["a", "", "b\"\u{e9}"]);
        assert_eq!(text.strings().count(), 3);
        assert_eq!(&text.bytes()[..], "ab\"é".as_bytes());
        assert_eq!(text.to_string(), r#""a" "" "b\"\195\169""#);
    }

    #[test]
    fn long_text_is_cut_at_255_octets() {
        let text = Text::new(vec![b'x'; 510]);
        assert_eq!(text.strings().map(<[u8]>::len).collect::<Vec<_>>(), [255, 255]);
        assert_eq!(Text::from_strings([vec![b'x'; 300]]).strings().count(), 2);
        assert_eq!(Text::new(*b"").strings().count(), 1);
    }
}
