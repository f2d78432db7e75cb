//! The base64 of `p=`, with the place of a fault (RFC 6376 §2.10, RFC 2045 §6.8).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use data_encoding::{BASE64, BASE64_MIME_PERMISSIVE};
use memchr::memchr;

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
    let plain = if memchr(b'\n', text).is_some() { decode_plain(&unfolded(text)) } else { decode_plain(text) };
    plain.map_or_else(|| decode_odd(text), Ok)
}

/// The lines of a folded text, without the white space around them.
fn unfolded(text: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = memchr(b'\n', rest) {
        let (line, behind) = rest.split_at_checked(end.saturating_add(1)).unwrap_or((rest, &[]));
        symbols.extend_from_slice(line.trim_ascii());
        rest = behind;
    }
    symbols.extend_from_slice(rest.trim_ascii());
    symbols
}

/// What encoders write: padding at the end only, and no white space.
fn decode_plain(text: &[u8]) -> Option<Vec<u8>> {
    const AS_WRITTEN: GeneralPurpose =
        GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));
    AS_WRITTEN.decode(text).ok()
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
    fn plain_text_is_decoded_as_odd_text_is() {
        let octets: Vec<u8> = (0..=255).collect();
        for length in 0..octets.len() {
            let text = encode(&octets[length..]);
            assert_eq!(decode_plain(text.as_bytes()).unwrap_or_default(), octets[length..], "{text}");
            assert_eq!(decode_odd(text.as_bytes()), Ok(octets[length..].to_vec()));
            let folded: Vec<&[u8]> = text.as_bytes().chunks(7).collect();
            assert_eq!(decode(&folded.join(&b"\r\n\t "[..])), Ok(octets[length..].to_vec()));
            assert_eq!(decode(&folded.join(&b" "[..])), Ok(octets[length..].to_vec()));
        }
        for byte in 0..=255_u8 {
            for at in 0..8 {
                let mut text = *b"Zm9vYmFy";
                text[at] = byte;
                assert_eq!(decode(&text), decode_odd(&text), "{}", text.escape_ascii());
            }
        }
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
