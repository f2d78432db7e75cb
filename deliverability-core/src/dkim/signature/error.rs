//! Why a DKIM-Signature is ignored.

use core::fmt;

use crate::result::DkimResult;
use crate::span::Span;
use crate::tag_list;

/// Why a text is no DKIM-Signature that can be verified, and which of its bytes say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the field's value.
    pub span: Span,
}

impl ParseError {
    pub(super) const fn new(kind: ErrorKind, span: Span) -> Self {
        Self { kind, span }
    }

    pub(super) const fn whole(kind: ErrorKind, value: &[u8]) -> Self {
        Self { kind, span: Span::new(0, value.len()) }
    }
}

/// What makes verifiers ignore a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is no tag list (RFC 6376 §3.2).
    TagList(tag_list::ErrorKind),
    /// A tag that must be there is not, or is empty.
    Missing {
        /// Which.
        tag: &'static str,
    },
    /// `v=` is not 1.
    Version,
    /// `a=` is not known here.
    Algorithm,
    /// `c=` is not known here.
    Canonicalization,
    /// `q=` has no method that is known here.
    QueryMethod,
    /// `b=` or `bh=` is no base64.
    Base64 {
        /// Which.
        tag: &'static str,
    },
    /// `bh=` has not the length of a hash of `a=`.
    BodyHashLength {
        /// The octets it has.
        octets: usize,
        /// The octets of the hash.
        expected: usize,
    },
    /// `d=` or `s=` cannot be part of a domain name.
    Name {
        /// Which.
        tag: &'static str,
    },
    /// `h=` holds something that is no field name.
    FieldName,
    /// `h=` leaves `From` out.
    FromNotSigned,
    /// `i=` is no identifier.
    Identity,
    /// The domain of `i=` is neither `d=` nor below it.
    IdentityOutsideDomain,
    /// `l=`, `t=` or `x=` is no number.
    Number {
        /// Which.
        tag: &'static str,
    },
    /// `x=` is not after `t=`.
    ExpirationBeforeTimestamp,
}

impl ErrorKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TagList(tag_list::ErrorKind::Duplicate) => "dkim.signature.duplicate-tag",
            Self::TagList(_) => "dkim.signature.syntax",
            Self::Missing { tag } => Self::missing_code(tag),
            Self::Version => "dkim.signature.version",
            Self::Algorithm => "dkim.signature.unknown-algorithm",
            Self::Canonicalization => "dkim.signature.unknown-canonicalization",
            Self::QueryMethod => "dkim.signature.unknown-query-method",
            Self::Base64 { .. } => "dkim.signature.base64",
            Self::BodyHashLength { .. } => "dkim.signature.body-hash-length",
            Self::Name { .. } => "dkim.signature.name",
            Self::FieldName => "dkim.signature.field-name",
            Self::FromNotSigned => "dkim.signature.from-not-signed",
            Self::Identity => "dkim.signature.identity",
            Self::IdentityOutsideDomain => "dkim.signature.identity-outside-domain",
            Self::Number { .. } => "dkim.signature.number",
            Self::ExpirationBeforeTimestamp => "dkim.signature.expires-before-signing",
        }
    }

    const fn missing_code(tag: &str) -> &'static str {
        match tag.as_bytes() {
            b"v" => "dkim.signature.missing-v",
            b"a" => "dkim.signature.missing-a",
            b"b" => "dkim.signature.missing-b",
            b"bh" => "dkim.signature.missing-bh",
            b"d" => "dkim.signature.missing-d",
            b"h" => "dkim.signature.missing-h",
            _ => "dkim.signature.missing-s",
        }
    }

    /// What a verifier says of such a signature.
    pub const fn result(self) -> DkimResult {
        match self {
            // RFC 6376 §3.3, §3.4, §3.5: what is not known is ignored; RFC 8601 §2.7.1 calls that
            // neutral. It is no fault by itself.
            Self::Algorithm | Self::Canonicalization | Self::QueryMethod => DkimResult::Neutral,
            // RFC 6376 §6.1.1: all else is PERMFAIL, a syntax error as much as a tag that is missing. RFC 8601 §2.7.1
            // has two words for it: neutral for a signature with syntax errors or that could not be processed,
            // permerror for an error that no later attempt mends, such as a required field that is absent. permerror is
            // taken: it says the more, is nearest to PERMFAIL, and tells what its signer has to mend from what is only
            // unknown here. No policy treats the two differently: neither passes.
            _ => DkimResult::Permerror,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagList(kind) => kind.fmt(f),
            Self::Missing { tag } => write!(f, "the signature has no {tag}= tag, or an empty one"),
            Self::Version => f.write_str("the version must be v=1"),
            Self::Algorithm => f.write_str("the algorithm of a= is not known; sign with rsa-sha256 or ed25519-sha256"),
            Self::Canonicalization => f.write_str("c= is not known; write relaxed/relaxed"),
            Self::QueryMethod => f.write_str("q= has no method that is known; delete it or write q=dns/txt"),
            Self::Base64 { tag } => write!(f, "the base64 of {tag}= is damaged"),
            Self::BodyHashLength { octets, expected } => {
                write!(f, "bh= has {octets} octets, and a hash of this algorithm {expected}")
            }
            Self::Name { tag } => write!(f, "{tag}= cannot be part of a domain name"),
            Self::FieldName => f.write_str("h= holds something that is no field name"),
            Self::FromNotSigned => f.write_str("h= leaves From out, which must be signed (RFC 6376 §5.4)"),
            Self::Identity => f.write_str("i= must be an address, or '@' and a domain"),
            Self::IdentityOutsideDomain => f.write_str("the domain of i= must be that of d= or below it"),
            Self::Number { tag } => write!(f, "{tag}= must be a number"),
            Self::ExpirationBeforeTimestamp => f.write_str("x= must be later than t="),
        }
    }
}
