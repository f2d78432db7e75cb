//! Line ends: whatever the transport made of them, the reading is the same.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// The octets with LF alone between lines. CRLF, a bare CR, and CR CR LF (a line end that was translated twice) are one.
pub(super) fn to_lf(octets: &[u8]) -> Cow<'_, [u8]> {
    let mut rest = octets;
    let mut lines = Vec::new();
    while let Some(at) = memchr(b'\r', rest) {
        lines.reserve(rest.len());
        lines.extend_from_slice(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let is_doubled = after.starts_with(b"\r\n");
        if !is_doubled {
            lines.push(b'\n');
        }
        rest = if is_doubled { after } else { after.strip_prefix(b"\n").unwrap_or(after) };
    }
    if lines.is_empty() {
        return Cow::Borrowed(octets);
    }
    lines.extend_from_slice(rest);
    Cow::Owned(lines)
}

/// As [`to_lf`], for text.
pub(super) fn text_to_lf(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// The octets as they travel (RFC 5321 §2.3.8): CRLF between lines, which is what a DKIM signature covers.
pub(super) fn to_crlf(lines: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(lines.len() + memchr_iter(b'\n', lines).count());
    let mut from = 0;
    for at in memchr_iter(b'\n', lines) {
        octets.extend_from_slice(lines.get(from..at).unwrap_or_default());
        octets.extend_from_slice(b"\r\n");
        from = at + 1;
    }
    octets.extend_from_slice(lines.get(from..).unwrap_or_default());
    octets
}

#[cfg(test)]
mod tests {
    use super::{to_crlf, to_lf};

    #[test]
    fn every_line_end_becomes_one() {
        for text in ["a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r"] {
            assert_eq!(to_lf(text.as_bytes()).as_ref(), b"a\nb\n\nc\n", "{text:?}");
        }
        assert_eq!(to_lf(b"a\r\r\nb").as_ref(), b"a\nb");
        assert_eq!(to_crlf(b"a\n\nb"), b"a\r\n\r\nb");
    }
}
