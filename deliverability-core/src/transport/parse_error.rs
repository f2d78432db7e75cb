//! Why a record is ignored.

use core::fmt;

use crate::span::Span;
use crate::tag_list;

/// A fault of a record, and which of its bytes say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the record.
    pub span: Span,
}

impl ParseError {
    pub(super) const fn new(kind: ErrorKind, span: Span) -> Self {
        Self { kind, span }
    }
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It does not start with the version: it is no record of this kind.
    Version(&'static str),
    /// It is no list of `tag=value`.
    Form(tag_list::ErrorKind),
    /// A tag that must be there is not.
    Missing(&'static str),
    /// The `id` of MTA-STS is not 1 to 32 letters and digits.
    Id,
    /// An item of `rua` is no `mailto:` or `https:` URI.
    ReportUri,
    /// A location of BIMI is no `https:` URI.
    Location(&'static str),
    /// `avp` of BIMI is neither `brand` nor `personal`.
    AddressPreference,
    /// The name of an extension is longer than 32 octets, or its value is empty.
    Extension,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "the record must start with v={version};, in these letters"),
            Self::Form(kind) => kind.fmt(f),
            Self::Missing(tag) => write!(f, "the record has no {tag}=; add it"),
            Self::Id => f.write_str("id= must be 1 to 32 letters and digits, such as 20260101000000"),
            Self::ReportUri => f.write_str("rua= takes mailto: and https: URIs, with commas between"),
            Self::Location(tag) => write!(f, "{tag}= must be a URI that starts with https://"),
            Self::AddressPreference => f.write_str("avp= must be brand or personal"),
            Self::Extension => f.write_str("a tag's name has at most 32 octets, and its value one at least"),
        }
    }
}
