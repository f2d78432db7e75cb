//! The words of the grammar (RFC 8601 §2.2).

use crate::header::quoting::is_atext;

/// `Keyword` (RFC 5321 §4.1.2).
pub(super) fn is_keyword(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && text.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric)
}

/// `token` (RFC 2045 §5.1), with the characters that RFC 6532 adds.
pub(super) fn is_token(text: &str) -> bool {
    const SPECIALS: &[char] = &['(', ')', '<', '>', '@', ',', ';', ':', '\\', '"', '/', '[', ']', '?', '='];
    !text.is_empty() && !text.contains(|c: char| c.is_control() || c.is_whitespace() || SPECIALS.contains(&c))
}

/// `[ local-part ] "@" domain-name`, the local part without quotes.
pub(super) fn is_address(text: &str) -> bool {
    let is_atom = |atom: &str| !atom.is_empty() && atom.bytes().all(|byte| is_atext(byte) || !byte.is_ascii());
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| is_domain(domain) && (local.is_empty() || local.split('.').all(is_atom)))
}

/// `domain-name` (RFC 6376 §3.5); one label may stand alone.
pub(super) fn is_domain(text: &str) -> bool {
    let in_label = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || !byte.is_ascii();
    text.split('.').all(|label| !label.is_empty() && label.bytes().all(in_label))
}

/// Whether a word is `method=result`.
pub(super) fn is_result(word: &str) -> bool {
    word.split_once('=').is_some_and(|(method, result)| {
        let is_method = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'/';
        !result.is_empty() && !method.is_empty() && method.bytes().all(is_method)
    })
}
