//! Content transfer encodings undone and done (RFC 2045 §6.7, §6.8).

use data_encoding::{BASE64_MIME, BASE64_MIME_PERMISSIVE};

use crate::dkim::message::Fields;

/// Longest line of an encoded body.
const LINE: usize = 76;

/// The body as it was before it was encoded: by its Content-Transfer-Encoding field.
pub(super) fn decoded(body: &[u8], fields: &Fields) -> Option<Vec<u8>> {
    known(body, &encoding(fields))
}

/// The octets that stand for a text in this encoding; the text itself if there is nothing to decode.
pub(super) fn decoded_as(text: &[u8], encoding: &[u8]) -> Vec<u8> {
    known(text, encoding).unwrap_or_else(|| text.to_vec())
}

fn known(text: &[u8], encoding: &[u8]) -> Option<Vec<u8>> {
    match encoding {
        b"quoted-printable" => Some(from_quoted_printable(text)),
        b"base64" => {
            let symbols: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64_MIME_PERMISSIVE.decode(&symbols).ok()
        }
        _ => None,
    }
}

/// Whether the body is said to be encoded: nobody encodes it twice.
pub(super) fn is_encoded(fields: &Fields) -> bool {
    matches!(&encoding(fields)[..], b"quoted-printable" | b"base64")
}

fn encoding(fields: &Fields) -> Vec<u8> {
    let field = fields.named("Content-Transfer-Encoding").last();
    field.map_or(Vec::new(), |field| fields.value(*field).trim_ascii().to_ascii_lowercase())
}

fn from_quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((text, tail)) = memchr::memchr(b'=', rest).and_then(|at| rest.split_at_checked(at)) {
        decoded.extend_from_slice(text);
        let tail = tail.get(1..).unwrap_or_default();
        if let Some(behind) = tail.strip_prefix(b"\r\n") {
            rest = behind;
        } else if let Some((octet, behind)) = hex_pair(tail) {
            decoded.push(octet);
            rest = behind;
        } else {
            decoded.push(b'=');
            rest = tail;
        }
    }
    decoded.extend_from_slice(rest);
    decoded
}

/// The octet of two hex digits, and what follows them.
pub(super) fn hex_pair(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk::<2>()?;
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let octet = digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?;
    Some((u8::try_from(octet).ok()?, rest))
}

/// The body as an encoder writes it that encodes what it must and no more.
pub(super) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(body.len().saturating_add(64));
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        encode_line(text, &mut encoded);
        if text.len() < line.len() {
            encoded.extend_from_slice(b"\r\n");
        }
    }
    encoded
}

fn encode_line(text: &[u8], encoded: &mut Vec<u8>) {
    let mut column = 0_usize;
    for (n, byte) in text.iter().enumerate() {
        let is_last = n.saturating_add(1) == text.len();
        let stays = match byte {
            b' ' | b'\t' => !is_last,
            b'=' => false,
            byte => byte.is_ascii_graphic(),
        };
        let width = if stays { 1 } else { 3 };
        // RFC 2045 §6.7 (5): a line has 76 characters at most, the soft break's `=` among them.
        let room = if is_last { LINE } else { LINE.saturating_sub(1) };
        if column.saturating_add(width) > room {
            encoded.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if stays {
            encoded.push(*byte);
        } else {
            encoded.extend_from_slice(format!("={byte:02X}").as_bytes());
        }
        column = column.saturating_add(width);
    }
}

/// The same with the hex digits that RFC 2045 §6.7 (1) forbids and some write.
pub(super) fn quoted_printable_in_small_letters(body: &[u8]) -> Vec<u8> {
    let mut encoded = quoted_printable(body);
    let mut digits = 0_u8;
    for byte in &mut encoded {
        if digits > 0 {
            byte.make_ascii_lowercase();
            digits = digits.saturating_sub(1);
        } else if *byte == b'=' {
            digits = 2;
        }
    }
    encoded
}

/// The body in base64, in lines of so many characters.
pub(super) fn base64_lines(body: &[u8], width: usize) -> Vec<u8> {
    let all = data_encoding::BASE64.encode(body).into_bytes();
    all.chunks(width.max(1)).flat_map(|line| [line, b"\r\n"].concat()).collect()
}

/// The body in base64, in full lines.
pub(super) fn base64(body: &[u8]) -> Vec<u8> {
    BASE64_MIME.encode(body).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_goes_both_ways() {
        let text = "Gr\u{fc}\u{df}e = x \r\nlast\t".as_bytes();
        let encoded = quoted_printable(text);
        assert_eq!(encoded, b"Gr=C3=BC=C3=9Fe =3D x=20\r\nlast=09");
        assert_eq!(from_quoted_printable(&encoded), text);
        let long = [b'a'; 200];
        let encoded = quoted_printable(&long);
        assert!(encoded.split(|byte| *byte == b'\n').all(|line| line.trim_ascii_end().len() <= 76));
        assert_eq!(from_quoted_printable(&encoded), long);
    }
}
