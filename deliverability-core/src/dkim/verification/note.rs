//! What is worth knowing of a signature, whether it passes or not.

use core::fmt;

use crate::problem::Severity;

/// What is worth knowing of a signature, whether it passes or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Note {
    /// The message has several From fields, and the signature does not cover all: a reader may be
    /// shown one that nobody signed (RFC 6376 §8.15).
    UnsignedFrom {
        /// How many From fields there are.
        fields: usize,
    },
    /// `l=0`: nothing of the body is signed (RFC 6376 §8.2).
    BodyUnsigned,
    /// Text behind what `l=` covers is not signed (RFC 6376 §8.2).
    TailUnsigned {
        /// Its octets.
        octets: u64,
    },
    /// The key says `t=y`: the domain is testing, and a failure must not count against it
    /// (RFC 6376 §3.6.1).
    Testing,
    /// The message was stored with LF line ends; CR LF was hashed (RFC 6376 §5.3).
    StoredWithLf,
    /// Some lines of the header end in LF alone; CR LF was hashed.
    LoneLf,
    /// `h=` names DKIM-Signature, and there is no other than this (RFC 6376 §3.5).
    SignsItself,
    /// TXT records that are no key stand beside it.
    OtherRecords {
        /// How many.
        count: usize,
    },
    /// The RSA key is shorter than the 2048 bits that signers should use (RFC 8301 §3.2).
    ShortKey {
        /// Its size.
        bits: usize,
    },
}

impl Note {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnsignedFrom { .. } => "dkim.note.unsigned-from",
            Self::BodyUnsigned => "dkim.note.body-unsigned",
            Self::TailUnsigned { .. } => "dkim.note.tail-unsigned",
            Self::Testing => "dkim.note.testing",
            Self::StoredWithLf => "dkim.note.stored-with-lf",
            Self::LoneLf => "dkim.note.lone-lf",
            Self::SignsItself => "dkim.note.signs-itself",
            Self::OtherRecords { .. } => "dkim.note.other-records",
            Self::ShortKey { .. } => "dkim.note.short-key",
        }
    }

    /// How much it matters.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::UnsignedFrom { .. } => Severity::Error,
            Self::BodyUnsigned | Self::TailUnsigned { .. } | Self::SignsItself | Self::OtherRecords { .. } => {
                Severity::Warning
            }
            Self::Testing | Self::StoredWithLf | Self::LoneLf | Self::ShortKey { .. } => Severity::Note,
        }
    }

    /// The tag of the signature that it is about.
    pub(super) const fn tag(&self) -> &'static str {
        match self {
            Self::UnsignedFrom { .. } | Self::SignsItself => "h",
            Self::BodyUnsigned | Self::TailUnsigned { .. } => "l",
            Self::Testing | Self::OtherRecords { .. } | Self::ShortKey { .. } => "s",
            Self::StoredWithLf | Self::LoneLf => "",
        }
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsignedFrom { fields } => {
                write!(
                    f,
                    "the message has {fields} From fields and not all are signed; sign From once more than it stands"
                )
            }
            Self::BodyUnsigned => f.write_str("l=0: anybody may put any body under this signature; do not use l="),
            Self::TailUnsigned { octets } => {
                write!(f, "{octets} octets at the end of the body are not signed: anybody may have written them")
            }
            Self::Testing => {
                f.write_str("the key says t=y: the domain is testing, and its signatures count for nothing")
            }
            Self::StoredWithLf => f.write_str("the message was stored with LF line ends; CR LF was hashed"),
            Self::LoneLf => f.write_str("some lines of the header end in LF without CR; CR LF was hashed"),
            Self::SignsItself => f.write_str("h= names DKIM-Signature, and there is no other; leave it out"),
            Self::OtherRecords { count } => {
                write!(f, "{count} TXT records that are no key stand beside it; delete them")
            }
            Self::ShortKey { bits } => write!(f, "the RSA key has {bits} bits; sign with 2048"),
        }
    }
}
