//! Why a list file is refused.

use core::fmt;

use crate::dnsbl::pattern::NoPattern;
use crate::dnsbl::reason;
use crate::dnsbl::words::Kind;
use crate::domain::ParseError;
use crate::span::Span;

/// Why a list file is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {kind}")]
#[non_exhaustive]
pub struct ListFileError {
    /// What is wrong.
    pub kind: ListFileErrorKind,
    /// The bytes of the file that are at fault.
    pub span: Span,
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
}

/// What is wrong in a list file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListFileErrorKind {
    /// The text is no TOML.
    Toml(String),
    /// A key that is not known.
    UnknownKey {
        /// What it stands in: `a list`, `a code`.
        within: &'static str,
        /// The key.
        key: String,
        /// The keys that are known there.
        allowed: &'static [&'static str],
    },
    /// A key that is not there.
    MissingKey {
        /// What it is missing in.
        within: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A value of another type.
    WrongType {
        /// The key.
        key: &'static str,
        /// What its value is.
        want: &'static str,
    },
    /// A word that is not known.
    UnknownWord {
        /// The key.
        key: &'static str,
        /// The word.
        word: String,
        /// The words that are known there.
        allowed: Vec<&'static str>,
    },
    /// A name that is no domain name.
    Zone(ParseError),
    /// Values that are not written as such.
    Values(NoPattern),
    /// A test point of what the list does not hold.
    NotHeld(Kind),
    /// A zone that stands in the file already.
    Twice,
}

impl fmt::Display for ListFileErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toml(message) => f.write_str(&reason::shown(message)),
            Self::UnknownKey { within, key, allowed } => {
                write!(f, "{within} has no key `{}`; it has {}", reason::shown(key), allowed.join(", "))
            }
            Self::MissingKey { within, key } => write!(f, "{within} needs the key `{key}`"),
            Self::WrongType { key, want } => write!(f, "`{key}` is {want}"),
            Self::UnknownWord { key, word, allowed } => {
                write!(f, "`{}` is no {key}; it is {}", reason::shown(word), allowed.join(", "))
            }
            Self::Zone(error) => error.fmt(f),
            Self::Values(error) => error.fmt(f),
            Self::NotHeld(kind) => write!(f, "a list of kind {} does not hold this", kind.as_str()),
            Self::Twice => f.write_str("a list with this zone stands above"),
        }
    }
}

impl ListFileError {
    /// The error at these bytes of `text`.
    pub(super) fn new(text: &str, bytes: core::ops::Range<usize>, kind: ListFileErrorKind) -> Self {
        let before = text.get(..bytes.start).unwrap_or(text);
        let start_of_line = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let in_line = before.get(start_of_line..).unwrap_or_default();
        Self {
            kind,
            span: Span::new(bytes.start, bytes.end),
            line: before.matches('\n').count().saturating_add(1),
            column: in_line.chars().count().saturating_add(1),
        }
    }
}
