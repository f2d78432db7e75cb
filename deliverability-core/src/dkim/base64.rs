//! The base64 of `p=`, with the place of a fault (RFC 6376 §2.10, RFC 2045 §6.8).

use data_encoding::{BASE64, BASE64_MIME_PERMISSIVE};

use crate::tag_list::is_white;

/// What is wrong with base64 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A byte that no base64 has, at this offset of the text.
    Symbol { at: usize, byte: u8 },
    /// Padding that something follows, at this offset.
    Padding { at: usize },
    /// The symbols are no multiple of four: some are lost, be it padding only.
    Length { symbols: usize },
}

/// Decodes base64; white space may stand anywhere.
pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, Fault> {
    let has_white = text.iter().fold(false, |found, byte| found | is_white(*byte));
    let plain = if has_white {
        decode_plain(&text.iter().copied().filter(|byte| !is_white(*byte)).collect::<Vec<u8>>())
    } else {
        decode_plain(text)
    };
    plain.map_or_else(|| decode_odd(text), Ok)
}

/// What encoders write: padding at the end only, no stray bits, no white space.
fn decode_plain(text: &[u8]) -> Option<Vec<u8>> {
    let body = text.get(..text.len().saturating_sub(2))?;
    if body.contains(&b'=') { None } else { BASE64.decode(text).ok() }
}

/// The same for text that is not what encoders write.
fn decode_odd(text: &[u8]) -> Result<Vec<u8>, Fault> {
    let symbols = symbols(text);
    if let Some(&(at, byte)) = symbols.iter().find(|(_, byte)| !is_symbol(*byte) && *byte != b'=') {
        return Err(Fault::Symbol { at, byte });
    }
    let padding = symbols.iter().rev().take_while(|(_, byte)| *byte == b'=').count();
    let data = symbols.len().saturating_sub(padding);
    if let Some(&(at, _)) = symbols.iter().take(data).find(|(_, byte)| *byte == b'=') {
        return Err(Fault::Padding { at });
    }
    let bytes: Vec<u8> = symbols.iter().map(|(_, byte)| *byte).collect();
    // The permissive form does not mind non-zero bits behind the last octet: no verifier does.
    BASE64_MIME_PERMISSIVE.decode(&bytes).map_err(|_| match symbols.get(data) {
        Some(&(at, _)) if bytes.len().is_multiple_of(4) || padding > 2 => Fault::Padding { at },
        _ => Fault::Length { symbols: bytes.len() },
    })
}

/// The octets of as many whole groups as stand at the start of the text.
pub(super) fn decode_prefix(text: &[u8]) -> Vec<u8> {
    let mut good: Vec<u8> =
        symbols(text).into_iter().map(|(_, byte)| byte).take_while(|byte| is_symbol(*byte)).collect();
    // Padded up, the last group gives the octets that it has.
    match good.len() % 4 {
        1 => good.truncate(good.len().saturating_sub(1)),
        part @ 2.. => good.extend(core::iter::repeat_n(b'=', 4usize.saturating_sub(part))),
        _ => {}
    }
    BASE64_MIME_PERMISSIVE.decode(&good).unwrap_or_default()
}

/// The offset just past the symbols, padding included, that encode the first `octets` octets.
pub(super) fn end_of(text: &[u8], octets: usize) -> usize {
    let whole = octets / 3 * 4;
    let (part, padding) = [(0, 0), (2, 2), (3, 1)].get(octets % 3).copied().unwrap_or_default();
    let symbols = symbols(text);
    let end = |n: usize| n.checked_sub(1).and_then(|last| symbols.get(last)).map_or(0, |(at, _)| at.saturating_add(1));
    let data = whole.saturating_add(part);
    let padded = symbols.iter().skip(data).take(padding).take_while(|(_, byte)| *byte == b'=').count();
    end(data.saturating_add(padded))
}

/// Padded base64 on one line.
pub(super) fn encode(octets: &[u8]) -> String {
    BASE64.encode(octets)
}

/// Whether the byte is one of the 64.
pub(super) const fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Every byte that is no white space, with its offset.
fn symbols(text: &[u8]) -> Vec<(usize, u8)> {
    text.iter().copied().enumerate().filter(|(_, byte)| !is_white(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_stray_bits_do_not_matter() {
        assert_eq!(decode(b" Zm9\r\n v Yg =\t= "), Ok(b"foob".to_vec()));
        assert_eq!(decode(b"Zm9vYh=="), Ok(b"foob".to_vec()));
        assert_eq!(decode(b""), Ok(Vec::new()));
    }

    #[test]
    fn faults_have_a_place() {
        assert_eq!(decode(b"Zm 9v\"Yg=="), Err(Fault::Symbol { at: 5, byte: b'"' }));
        assert_eq!(decode(b"Zm=9vYmFy"), Err(Fault::Padding { at: 2 }));
        assert_eq!(decode(b"=Zm9v"), Err(Fault::Padding { at: 0 }));
        assert_eq!(decode(b"Zm9vYg"), Err(Fault::Length { symbols: 6 }));
        assert_eq!(decode(b"Zm9vY"), Err(Fault::Length { symbols: 5 }));
        assert_eq!(decode(b"Zm9v===="), Err(Fault::Padding { at: 4 }));
        assert_eq!(decode(b"Zm9vYg==Zm9v"), Err(Fault::Padding { at: 6 }));
    }

    #[test]
    fn prefixes_end_at_the_first_fault() {
        assert_eq!(decode_prefix(b"Zm9v Yg=="), b"foob");
        assert_eq!(decode_prefix(b"Zm9vYmv=spf1"), b"foob\x6b");
        assert_eq!(decode_prefix(b"\"Zm9v"), b"");
        assert_eq!(end_of(b"Zm9v Yg==Zm9v", 4), 9);
        assert_eq!(end_of(b"Zm9vYg", 3), 4);
    }
}
