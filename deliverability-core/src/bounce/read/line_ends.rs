//! Line ends: whatever the transport made of them, the reading is the same.

use std::borrow::Cow;

/// The octets with LF alone between lines. CRLF, a bare CR, and CR CR LF (a line end that was translated twice) are one.
pub(super) fn to_lf(octets: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = octets.iter().position(|&octet| octet == b'\r') else {
        return Cow::Borrowed(octets);
    };
    let (mut lines, rest) = match octets.split_at_checked(first) {
        Some((head, rest)) => (head.to_vec(), rest),
        None => return Cow::Borrowed(octets),
    };
    lines.reserve(rest.len());
    let mut pieces = rest.split(|&octet| octet == b'\r').skip(1).peekable();
    while let Some(piece) = pieces.next() {
        let is_doubled = piece.is_empty() && pieces.peek().is_some_and(|next| next.first() == Some(&b'\n'));
        if !is_doubled {
            lines.push(b'\n');
            lines.extend_from_slice(piece.strip_prefix(b"\n").unwrap_or(piece));
        }
    }
    Cow::Owned(lines)
}

/// As [`to_lf`], for text.
pub(super) fn text_to_lf(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// The octets as they travel (RFC 5321 §2.3.8): CRLF between lines, which is what a DKIM signature covers.
pub(super) fn to_crlf(lines: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(lines.len() + lines.len() / 32);
    for line in lines.split_inclusive(|&octet| octet == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(line) => {
                octets.extend_from_slice(line);
                octets.extend_from_slice(b"\r\n");
            }
            None => octets.extend_from_slice(line),
        }
    }
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
