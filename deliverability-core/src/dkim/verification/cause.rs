//! Why a signature does not pass.

use core::fmt;

use super::key_cause::KeyCause;
use crate::dkim::explain::{BodyChange, HeaderChange};
use crate::dkim::signature::ParseError;
use crate::result::DkimResult;

/// Why a signature does not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The field is no signature that can be verified.
    Signature(ParseError),
    /// It is signed with rsa-sha1, which nobody may accept (RFC 8301 §3.1).
    RetiredAlgorithm,
    /// Its key cannot be used.
    Key(KeyCause),
    /// The key says `t=s`, and the domain of `i=` is a subdomain (RFC 6376 §3.6.1).
    StrictIdentity,
    /// The body is not the one that was signed.
    BodyChanged(BodyChange),
    /// The signed fields are not those that were signed; the key is the right one.
    HeaderChanged(HeaderChange),
    /// The published key is not the one that signed, or `b=` was damaged.
    KeyMismatch,
    /// The signature is not as long as the published key: another key signed, or `b=` was cut.
    SignatureLength {
        /// The octets of `b=`.
        signature: usize,
        /// The octets that the key makes.
        key: usize,
    },
    /// The signature does not verify: the signed fields were changed, another key signed, or `b=`
    /// was damaged. Ed25519 does not tell which.
    SignatureMismatch,
    /// It has expired.
    Expired {
        /// `x=`.
        expiration: u64,
        /// The time it was judged at.
        at: u64,
    },
    /// It was signed in the future.
    Future {
        /// `t=`.
        timestamp: u64,
        /// The time it was judged at.
        at: u64,
    },
    /// The header section is larger than the limits: nothing was judged.
    HeaderTooLarge,
    /// More signatures than the limit stand above it: it was not judged.
    TooManySignatures,
}

impl Cause {
    /// The stable code, such as `dkim.body-changed.footer`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Signature(error) => error.kind.code(),
            Self::RetiredAlgorithm => "dkim.signature.rsa-sha1",
            Self::Key(cause) => cause.code(),
            Self::StrictIdentity => "dkim.key.strict-identity",
            Self::BodyChanged(change) => change.code(),
            Self::HeaderChanged(change) => change.code(),
            Self::KeyMismatch => "dkim.key-mismatch",
            Self::SignatureLength { .. } => "dkim.key-mismatch.length",
            Self::SignatureMismatch => "dkim.signature-mismatch",
            Self::Expired { .. } => "dkim.signature.expired",
            Self::Future { .. } => "dkim.signature.future",
            Self::HeaderTooLarge => "dkim.limit.header",
            Self::TooManySignatures => "dkim.limit.signatures",
        }
    }

    /// The result of a signature that has this cause only.
    pub const fn result(&self) -> DkimResult {
        match self {
            Self::Signature(error) => error.kind.result(),
            Self::Key(cause) => cause.result(),
            // RFC 8301 §3.1, RFC 6376 §3.6.1, §6.1.1: permanent failures.
            Self::RetiredAlgorithm | Self::StrictIdentity => DkimResult::Permerror,
            // RFC 6376 §3.5, t=: such signatures may be ignored, which is the verifier's policy.
            Self::Future { .. } => DkimResult::Policy,
            Self::HeaderTooLarge | Self::TooManySignatures => DkimResult::Neutral,
            _ => DkimResult::Fail,
        }
    }

    /// What to do, as one sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Signature(_) => "Mend the signing software's configuration, or replace it.",
            Self::RetiredAlgorithm => "Sign with rsa-sha256.",
            Self::Key(cause) => cause.advice(),
            Self::StrictIdentity => "Sign with the domain of d= in i=, or delete t=s from the key record.",
            Self::BodyChanged(change) => change.advice(),
            Self::HeaderChanged(change) => change.advice(),
            Self::KeyMismatch | Self::SignatureLength { .. } => {
                "Publish the public half of the key that signs, under this selector or a new one."
            }
            Self::SignatureMismatch => {
                "Compare the published key with the one that signs, then the signed fields as sent with those that \
                 arrived."
            }
            Self::Expired { .. } => "Give signatures a longer life, or none, and find out what held the message up.",
            Self::Future { .. } => "Set the clock of the signing server.",
            Self::HeaderTooLarge | Self::TooManySignatures => "Find out what adds so many fields.",
        }
    }

    /// Where it stands when several causes are there: the first decides the result. What is certain
    /// comes before what may be otherwise at a later try.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::HeaderTooLarge | Self::TooManySignatures => 0,
            Self::Signature(error) if matches!(error.kind.result(), DkimResult::Permerror) => 1,
            Self::Signature(_) => 2,
            Self::RetiredAlgorithm => 3,
            Self::Key(KeyCause::Unknown(_) | KeyCause::Several { .. }) => 7,
            Self::Key(_) => 4,
            Self::StrictIdentity => 5,
            Self::BodyChanged(_) => 6,
            Self::HeaderChanged(_) | Self::KeyMismatch | Self::SignatureLength { .. } | Self::SignatureMismatch => 8,
            Self::Expired { .. } => 9,
            Self::Future { .. } => 10,
        }
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature(error) => error.fmt(f),
            Self::RetiredAlgorithm => f.write_str("rsa-sha1 must not be accepted any more (RFC 8301 §3.1)"),
            Self::Key(cause) => cause.fmt(f),
            Self::StrictIdentity => {
                f.write_str("the key says t=s: the domain of i= must be that of d=, not below it (RFC 6376 §3.6.1)")
            }
            Self::BodyChanged(change) => change.fmt(f),
            Self::HeaderChanged(change) => change.fmt(f),
            Self::KeyMismatch => f.write_str("the published key is not the one that signed, or b= was damaged"),
            Self::SignatureLength { signature, key } => {
                write!(
                    f,
                    "the signature has {signature} octets, and the published key makes {key}: another key signed, or b= was cut"
                )
            }
            Self::SignatureMismatch => {
                f.write_str("the signature does not verify: signed fields were changed, or another key signed")
            }
            Self::Expired { expiration, at } => {
                write!(f, "the signature expired at {expiration}, {} seconds before", at.saturating_sub(*expiration))
            }
            Self::Future { timestamp, at } => {
                write!(
                    f,
                    "the signature was made at {timestamp}, {} seconds in the future",
                    timestamp.saturating_sub(*at)
                )
            }
            Self::HeaderTooLarge => f.write_str("the header section is too large to be judged"),
            Self::TooManySignatures => f.write_str("too many signatures stand above this one: it was not judged"),
        }
    }
}
