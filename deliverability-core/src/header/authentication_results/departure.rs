//! What departs from the grammar of the field (RFC 8601 §2.2).

use core::fmt;

use crate::span::Span;

/// What departs from the grammar, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Departure {
    /// What it is.
    pub kind: DepartureKind,
    /// Where, in bytes of the field as it was given.
    pub span: Span,
}

/// What departs from the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DepartureKind {
    /// No host is named in front: nobody can tell whose results these are.
    NoAuthservId,
    /// The version is not 1: what follows may mean something else (§2.6).
    Version,
    /// A part has no `method=result`.
    NoResult,
    /// A part is empty: a semicolon too many, often at the end.
    EmptyPart,
    /// `none` stands beside results, or twice.
    NoneBesideResults,
    /// A property has no type in front of its name.
    NoPropertyType,
    /// `reason=` stands behind properties, or twice.
    LateReason,
    /// A method, result, property type or property is no keyword of letters, digits and `-`.
    Name,
    /// A value is empty, or has characters that must stand in quotes.
    Value,
    /// A quoted string or a comment is not closed.
    Unclosed,
    /// Words that are neither property nor comment.
    StrayWords,
    /// Neither results nor `none` follow the host.
    Nothing,
    /// More than 100 results, or 1000 departures; what follows is left out.
    TooMany,
}

impl DepartureKind {
    /// What departs, in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAuthservId => "no host is named in front of the results (RFC 8601 §2.2)",
            Self::Version => "the version of the syntax is not 1, the only one there is (RFC 8601 §2.6)",
            Self::NoResult => "a part between semicolons has no method=result (RFC 8601 §2.2)",
            Self::EmptyPart => "nothing stands behind a semicolon (RFC 8601 §2.2)",
            Self::NoneBesideResults => "\"none\" must stand alone (RFC 8601 §2.2)",
            Self::NoPropertyType => "a property has no type such as smtp. or header. in front (RFC 8601 §2.2)",
            Self::LateReason => "one reason= may stand, directly behind the result (RFC 8601 §2.2)",
            Self::Name => "a method, result or property must be letters, digits and hyphens (RFC 8601 §2.2)",
            Self::Value => "a value that is neither a word nor an address must stand in quotes (RFC 8601 §2.2)",
            Self::Unclosed => "a quoted string or a comment is not closed (RFC 5322 §3.2)",
            Self::StrayWords => "words stand where a property is expected (RFC 8601 §2.2)",
            Self::Nothing => "neither results nor \"none\" follow the host (RFC 8601 §2.2)",
            Self::TooMany => "more than 100 results, or faults without end",
        }
    }
}

impl fmt::Display for DepartureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What departs, and at which byte.
impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.kind, self.span.start)
    }
}
