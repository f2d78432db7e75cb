//! Why a DMARC record, or a tag of it, is ignored.

use core::fmt;

use super::tags::TagName;
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

/// What is wrong with a record. All but [`ErrorKind::Version`] cost one tag only (RFC 9989 §4.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It does not start with `v=DMARC1`: the text is no DMARC record (RFC 9989 §4.7, `v`).
    Version,
    /// A part is no `tag=value`.
    Form(tag_list::ErrorKind),
    /// A tag has no value.
    EmptyValue(TagName),
    /// A line break or a tab stands where only spaces may.
    WhiteSpace,
    /// The tag stood before; the first one counts.
    Duplicate(TagName),
    /// `p`, `sp` or `np` is none of the three policies.
    Policy(TagName),
    /// `psd` is none of `y`, `n` and `u`.
    Psd,
    /// `t` is neither `y` nor `n`.
    Testing,
    /// `adkim` or `aspf` is neither `r` nor `s`.
    Alignment(TagName),
    /// `fo` is no list of `0`, `1`, `d` and `s`.
    FailureOptions,
    /// `rua` or `ruf` has an item that is no URI.
    Uri(TagName),
    /// `pct` is no number from 0 to 100.
    Percentage,
}

impl ErrorKind {
    /// The tag that it costs, where it has a name of its own.
    pub const fn tag(self) -> Option<TagName> {
        match self {
            Self::Version => Some(TagName::V),
            Self::EmptyValue(tag)
            | Self::Duplicate(tag)
            | Self::Policy(tag)
            | Self::Alignment(tag)
            | Self::Uri(tag) => Some(tag),
            Self::Psd => Some(TagName::Psd),
            Self::Testing => Some(TagName::T),
            Self::FailureOptions => Some(TagName::Fo),
            Self::Percentage => Some(TagName::Pct),
            Self::Form(_) | Self::WhiteSpace => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version => f.write_str("a DMARC record must start with v=DMARC1 and a semicolon, in these letters"),
            Self::Form(kind) => kind.fmt(f),
            Self::EmptyValue(tag) => write!(f, "{tag}= has no value; write one or delete the tag"),
            Self::WhiteSpace => f.write_str("only spaces may stand in a record, and tabs between tags; delete it"),
            Self::Duplicate(tag) => write!(f, "{tag}= stands twice; keep one"),
            Self::Policy(TagName::P) => f.write_str("a policy must be none, quarantine or reject"),
            Self::Policy(tag) => write!(f, "a policy must be none, quarantine or reject, in {tag}= too"),
            Self::Psd => f.write_str("psd= must be y, n or u"),
            Self::Testing => f.write_str("t= must be y or n"),
            Self::Alignment(tag) => write!(f, "{tag}= must be r or s"),
            Self::FailureOptions => f.write_str("fo= must be 0 or 1, d and s, with colons between"),
            Self::Uri(tag) => write!(f, "{tag}= takes URIs such as mailto:reports@example.org, with commas between"),
            Self::Percentage => f.write_str("pct= must be a number from 0 to 100"),
        }
    }
}
