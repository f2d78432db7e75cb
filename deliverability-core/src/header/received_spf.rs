//! The Received-SPF field ([RFC 7208 §9.1](https://www.rfc-editor.org/rfc/rfc7208#section-9.1)),
//! written strictly and read as it comes.

mod read;

use core::fmt;
use core::net::IpAddr;
use core::str::FromStr;

use super::{folding, quoting};
use crate::result::SpfResult;
use crate::span::Span;

/// The field's name.
const NAME: &str = "Received-SPF";
/// Longest word for a result or a key.
const MAX_NAME: usize = 64;

/// What a receiver noted about SPF.
///
/// Reading takes what is seen in the wild: a bare result, results of old drafts, nested or
/// unclosed comments, several of them, values in no quotes, `;` or none between and behind, folds,
/// octets that are not UTF-8. What is said without a key is kept in the comment, so the reason is
/// never lost.
///
/// `Display` writes the whole field, name and all, folded at 78 characters, without a final line
/// end. Whatever the texts hold, it is one field and parses: quotes, parentheses and backslashes
/// are quoted, control characters escaped, texts over 900 octets cut. A field that was well-formed
/// reads back equal.
///
/// ```
/// use deliverability_core::{SpfResult, header::ReceivedSpf};
///
/// let field: ReceivedSpf =
///     "Fail (mx.test: not permitted (really)) client-ip=192.0.2.1; envelope-from=<amy@example.org>;".parse()?;
/// assert_eq!(field.result.meaning(), Some(SpfResult::Fail));
/// assert_eq!(field.reason(), Some("mx.test: not permitted (really)"));
/// assert_eq!(field.client_ip(), Some("192.0.2.1".parse()?));
/// assert_eq!(field.get("envelope-from"), Some("<amy@example.org>"));
///
/// let written = ReceivedSpf::new(SpfResult::Pass).with("helo", "a\r\nBcc: eve@example.net").to_string();
/// assert_eq!(written, "Received-SPF: pass helo=\"a\\\\x0d\\\\x0aBcc: eve@example.net\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReceivedSpf {
    /// The result, as stated.
    pub result: StatedResult,
    /// What is said to people. Several comments, and words without a key, are joined by `; `.
    pub comment: Option<String>,
    /// Keys and values in order, without quotes. Keys of the RFC are `client-ip`,
    /// `envelope-from`, `helo`, `problem`, `receiver`, `identity` and `mechanism`.
    pub pairs: Vec<(String, String)>,
}

impl ReceivedSpf {
    /// A field that states a result and nothing else.
    pub fn new(result: SpfResult) -> Self {
        Self { result: StatedResult::Defined(result), comment: None, pairs: Vec::new() }
    }

    /// Reads a field's value, or the whole field with its name, from bytes that need not be UTF-8.
    ///
    /// # Errors
    ///
    /// There is no result, or the text is another field.
    pub fn parse(field: &[u8]) -> Result<Self, ParseError> {
        read::field(field)
    }

    /// The same field with a comment.
    #[must_use]
    pub fn comment(self, comment: impl Into<String>) -> Self {
        Self { comment: Some(comment.into()), ..self }
    }

    /// The same field with one more key and value.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.pairs.push((key.into(), value.into()));
        self
    }

    /// The first value of a key; case does not matter.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(other, _)| other.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
    }

    /// The client's address, with or without brackets around it.
    pub fn client_ip(&self) -> Option<IpAddr> {
        let value = self.get("client-ip")?;
        value.trim_matches(['<', '>', '[', ']']).parse().ok()
    }

    /// Why: `problem`, which the RFC has for errors, else the comment.
    pub fn reason(&self) -> Option<&str> {
        self.get("problem").filter(|problem| !problem.is_empty()).or(self.comment.as_deref())
    }

    /// The pieces that a line may be folded between, the first one whole.
    fn pieces(&self) -> Vec<String> {
        let mut pieces = vec![format!("{NAME}: {}", name(self.result.as_str()).unwrap_or("unknown".into()))];
        pieces.extend(self.comment.as_deref().map(|comment| quoting::comment(comment.trim())));
        let pairs = self.pairs.iter().filter_map(|(key, value)| Some((name(key)?, quoting::value(value))));
        let mut pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={value};")).collect();
        // RFC 7208 §9.1: semicolons stand between the pairs; a last one is allowed, not needed.
        if let Some(last) = pairs.last_mut() {
            last.pop();
        }
        pieces.extend(pairs);
        pieces
    }
}

/// Letters, digits, `-`, `_` and `.` of a text, if a letter is in front; the `name` of RFC 7208 §12.
fn name(text: &str) -> Option<String> {
    let name = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let name: String = name.skip_while(|c| !c.is_ascii_alphabetic()).take(MAX_NAME).collect();
    (!name.is_empty()).then_some(name)
}

impl FromStr for ReceivedSpf {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for ReceivedSpf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        folding::write(f, &self.pieces().join(" "))
    }
}

/// A result as a receiver wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StatedResult {
    /// One of RFC 7208 §2.6.
    Defined(SpfResult),
    /// Another word, as written: see [`StatedResult::meaning`].
    Other(String),
}

impl StatedResult {
    /// The word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Defined(result) => result.as_str(),
            Self::Other(word) => word,
        }
    }

    /// The result of RFC 7208 that is meant. Words of the drafts before RFC 4408 and of old
    /// programs are read: `error` and `err_temp` are temperror, `unknown` and `err_perm` permerror,
    /// `hardfail` is fail. `None` for any other word: it says nothing about SPF.
    pub fn meaning(&self) -> Option<SpfResult> {
        let word = match self {
            Self::Defined(result) => return Some(*result),
            Self::Other(word) => word.to_ascii_lowercase(),
        };
        match word.as_str() {
            "error" | "err_temp" | "temp_error" => Some(SpfResult::Temperror),
            "unknown" | "err_perm" | "perm_error" => Some(SpfResult::Permerror),
            "hardfail" | "hard_fail" => Some(SpfResult::Fail),
            "soft_fail" => Some(SpfResult::Softfail),
            _ => None,
        }
    }
}

impl fmt::Display for StatedResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::escaped::Escaped(self.as_str().as_bytes()).fmt(f)
    }
}

/// Why a text is no Received-SPF field, and which of its bytes say so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the unfolded text.
    pub span: Span,
}

/// What makes a text no Received-SPF field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No word stands where the result is expected.
    #[error("a result is missing; expected a word such as pass, fail or none")]
    NoResult,
    /// The text is a field of another name.
    #[error("this is the field {name}, not Received-SPF")]
    OtherField {
        /// Its name, cut when long.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hostile(text: &str) -> ReceivedSpf {
        ReceivedSpf::new(SpfResult::Fail).comment(text).with("helo", text).with("x-other", text)
    }

    #[test]
    fn session_text_cannot_break_the_header() {
        // RFC 7208 §9.1, §11.5: what a sender says must not become a field, a line or a key.
        for text in
            ["a\r\nBcc: x", "a\nb", "\"; result=pass", ") (", "\\", "\0\x1b[2J", "\u{2028}\u{85}\u{202e}", "a\\\"b"]
        {
            let written = hostile(text).to_string();
            let lines: Vec<_> = written.split("\r\n").collect();
            assert!(lines.iter().skip(1).all(|line| line.starts_with(' ')), "{written:?}");
            assert!(!lines.iter().any(|line| line.chars().any(char::is_control)), "{written:?}");
            let read: ReceivedSpf = written.parse().unwrap();
            assert_eq!((read.pairs.len(), read.to_string()), (2, written.clone()), "{written:?}");
        }
    }

    #[test]
    fn lines_are_folded_and_never_too_long() {
        // RFC 5322 §2.1.1: 78 characters where there are spaces, 998 in any case.
        let field =
            ReceivedSpf::new(SpfResult::Softfail).comment("many words ".repeat(30)).with("helo", "x".repeat(9000));
        let written = field.to_string();
        let lengths: Vec<_> = written.split("\r\n").map(str::len).collect();
        assert!(lengths.iter().take(4).all(|length| *length <= 78), "{lengths:?}");
        assert!(lengths.iter().all(|length| *length <= 998), "{lengths:?}");
        assert!(!written.contains("\r\n\r\n") && written.parse::<ReceivedSpf>().is_ok());
    }

    #[test]
    fn keys_and_words_are_names() {
        let field = ReceivedSpf {
            result: StatedResult::Other("fail\r\nX: y".into()),
            comment: None,
            pairs: vec![("a key=\r\n".into(), "v".into()), ("=".into(), "v".into())],
        };
        assert_eq!(field.to_string(), "Received-SPF: failXy akey=v");
        assert_eq!(field.result.to_string(), "fail\\x0d\\x0aX: y");
    }

    #[test]
    fn addresses_are_quoted_where_the_grammar_asks() {
        let field = ReceivedSpf::new(SpfResult::Pass).with("client-ip", "2001:db8::1").with("helo", "mx.a.test");
        assert_eq!(field.to_string(), "Received-SPF: pass client-ip=\"2001:db8::1\"; helo=mx.a.test");
        assert_eq!(field.client_ip(), Some("2001:db8::1".parse().unwrap()));
    }
}
