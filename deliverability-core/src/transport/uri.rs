//! URIs in records: their scheme and their characters (RFC 3986).

/// Whether a text is a URI of this scheme with something behind it.
pub(super) fn is_uri(text: &[u8], scheme: &str) -> bool {
    let (Some(head), Some(rest)) = (text.get(..scheme.len()), text.get(scheme.len()..)) else { return false };
    head.eq_ignore_ascii_case(scheme.as_bytes()) && !rest.is_empty() && rest.iter().all(|byte| is_uri_byte(*byte))
}

/// RFC 3986 §2; the characters that a list of URIs keeps for itself (`,`, `;` and `!`, RFC 8460 §3) must be
/// encoded.
const fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' | b'%')
        || matches!(byte, b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b'=')
}
