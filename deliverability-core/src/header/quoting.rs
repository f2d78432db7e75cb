//! Writing foreign text into a header field: it can neither end the field nor leave its quotes.

use crate::escaped::Printable;

/// Longest text of one value or comment, in octets as written: a line that cannot be folded stays
/// within the 998 characters of RFC 5322 §2.1.1. Longer text is cut and ends in `...`.
const MAX_WRITTEN: usize = 900;

/// A value: a dot-atom as it is, all else as a quoted-string (RFC 5322 §3.2.3, §3.2.4). What is a
/// dot-atom and no token of RFC 2045 §5.1 is quoted too: Authentication-Results has tokens (RFC 8601
/// §2.2), and not all readers take what looks like a pair for one value.
pub(crate) fn value(text: &str) -> String {
    let is_token = !text.contains(['=', '/', '?']);
    if text.len() <= MAX_WRITTEN && is_token { local_part(text) } else { enclosed(text, '"', '"') }
}

/// A local part (RFC 5322 §3.4.1).
pub(super) fn local_part(text: &str) -> String {
    if is_dot_atom(text) { text.to_owned() } else { enclosed(text, '"', '"') }
}

/// A comment (RFC 5322 §3.2.2).
pub(super) fn comment(text: &str) -> String {
    enclosed(text, '(', ')')
}

/// `domain-literal` (RFC 5322 §3.4.1).
pub(super) fn domain_literal(text: &str) -> String {
    enclosed(text, '[', ']')
}

/// `dot-atom-text`, ASCII only.
fn is_dot_atom(text: &str) -> bool {
    let atom = |atom: &str| !atom.is_empty() && atom.bytes().all(is_atext);
    text.split('.').all(atom)
}

/// `atext` (RFC 5322 §3.2.3).
pub(super) const fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~')
}

/// The text between two delimiters: they and backslashes as quoted-pairs, what does not print as
/// an escape.
fn enclosed(text: &str, open: char, close: char) -> String {
    let mut written = String::from(open);
    for character in Printable(text).to_string().chars() {
        if written.len() >= MAX_WRITTEN {
            written.push_str("...");
            break;
        }
        if character == '\\' || character == open || character == close {
            written.push('\\');
        }
        written.push(character);
    }
    written.push(close);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dot_atom_goes_unquoted() {
        for plain in ["mx.example.org", "192.0.2.1", "a+b", "mailfrom"] {
            assert_eq!(value(plain), plain);
        }
        for (text, quoted) in [
            ("", "\"\""),
            ("a@b.test", "\"a@b.test\""),
            ("2001:db8::1", "\"2001:db8::1\""),
            ("a..b", "\"a..b\""),
            ("a/24", "\"a/24\""),
            ("?all", "\"?all\""),
            ("a=b", "\"a=b\""),
            ("a b;c=\"d\\", "\"a b;c=\\\"d\\\\\""),
            ("x\r\nBcc: y", "\"x\\\\x0d\\\\x0aBcc: y\""),
        ] {
            assert_eq!(value(text), quoted);
        }
    }

    #[test]
    fn parentheses_stay_in_their_comment() {
        assert_eq!(comment("a) (b \\"), "(a\\) \\(b \\\\)");
    }

    #[test]
    fn long_text_is_cut_below_the_line_limit() {
        // RFC 5322 §2.1.1.
        for text in ["\\".repeat(5000), "x".repeat(5000), "\u{1f4e7}".repeat(5000)] {
            assert!(value(&text).len() < 920 && value(&text).ends_with("...\""));
        }
    }
}
