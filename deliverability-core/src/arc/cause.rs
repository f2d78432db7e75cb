//! Why a chain does not pass.

use core::fmt;

use crate::dkim::KeyCause;
use crate::dkim::signature::ParseError;
use crate::result::{ArcResult, ChainStatus};
use crate::span::Span;

/// A header field of an ARC set (RFC 8617 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `ARC-Authentication-Results`: what the host found.
    AuthenticationResults,
    /// `ARC-Message-Signature`: its signature of the message.
    MessageSignature,
    /// `ARC-Seal`: its signature of all sets so far.
    Seal,
}

impl Field {
    /// Each of them, in the order in which a seal covers them (RFC 8617 §5.1.1).
    pub const ALL: [Self; 3] = [Self::AuthenticationResults, Self::MessageSignature, Self::Seal];

    /// The field's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthenticationResults => "ARC-Authentication-Results",
            Self::MessageSignature => "ARC-Message-Signature",
            Self::Seal => "ARC-Seal",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A cause, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The set's instance, where one is known.
    pub instance: Option<u8>,
    /// The field; `None` if it is about a whole set or chain.
    pub field: Option<Field>,
    /// What is wrong.
    pub cause: Cause,
    /// Where, in bytes of [`Chain::text`](super::Chain::text); its start if no place says so.
    pub span: Span,
}

impl Failure {
    /// What it makes of its signature or chain: `fail`, or `temperror` if only a query failed.
    pub const fn result(&self) -> ArcResult {
        if self.cause.is_unknown() { ArcResult::Temperror } else { ArcResult::Fail }
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.instance, self.field) {
            (Some(instance), Some(field)) => write!(f, "{field} i={instance}: ")?,
            (Some(instance), None) => write!(f, "set i={instance}: ")?,
            (None, Some(field)) => write!(f, "{field}: ")?,
            (None, None) => {}
        }
        self.cause.fmt(f)
    }
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The header section is larger than the limits of the message: nothing was judged.
    HeaderTooLarge,
    /// There are more than 50 sets, or an instance is above 50 (RFC 8617 §5.2).
    TooManySets,
    /// The field has no instance, or one that is no number from 1 to 50 (RFC 8617 §4.2.1).
    Instance,
    /// A set is missing: instances go from 1 up without a gap (RFC 8617 §5.2).
    MissingSet,
    /// A set lacks this field.
    MissingField,
    /// A set has this field more than once.
    DuplicateField {
        /// How often.
        count: usize,
    },
    /// The seal says `cv=fail`: the chain was found broken on the way, and stays so.
    SealedFail,
    /// `cv=` is missing, or none of its words.
    StatusUnreadable,
    /// `cv=` must be `none` in the first set and `pass` in the others (RFC 8617 §5.2).
    StatusWrong {
        /// What it says.
        found: ChainStatus,
        /// What it must say.
        expected: ChainStatus,
    },
    /// The seal has `h=`, which makes it invalid (RFC 8617 §4.1.3).
    SealSignsFields,
    /// `h=` of the message signature names ARC-Seal, which it must not (RFC 8617 §4.1.2).
    SignsSeal,
    /// The ARC-Message-Signature cannot be verified.
    MessageSignatureMalformed(ParseError),
    /// The ARC-Seal cannot be verified.
    SealMalformed(ParseError),
    /// It is signed with rsa-sha1, which nobody may accept (RFC 8301 §3.1).
    RetiredAlgorithm,
    /// Its key cannot be used, or is not known.
    Key(KeyCause),
    /// The body is not the one that was signed.
    BodyChanged,
    /// The message signature does not verify.
    MessageSignatureMismatch,
    /// The seal does not verify.
    SealMismatch,
    /// The seal could not be verified: the sets that it covers are not whole.
    SealUnchecked,
}

impl Cause {
    /// The stable code, such as `arc.seal.mismatch`. Keys are DKIM keys and have DKIM's codes.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HeaderTooLarge => "arc.limit.header",
            Self::TooManySets => "arc.limit.sets",
            Self::Instance => "arc.instance",
            Self::MissingSet => "arc.missing-set",
            Self::MissingField => "arc.missing-field",
            Self::DuplicateField { .. } => "arc.duplicate-field",
            Self::SealedFail => "arc.cv.fail",
            Self::StatusUnreadable => "arc.cv.unreadable",
            Self::StatusWrong { .. } => "arc.cv.wrong",
            Self::SealSignsFields => "arc.seal.signs-fields",
            Self::SignsSeal => "arc.message-signature.signs-seal",
            Self::MessageSignatureMalformed(_) => "arc.message-signature.malformed",
            Self::SealMalformed(_) => "arc.seal.malformed",
            Self::RetiredAlgorithm => "arc.rsa-sha1",
            Self::Key(cause) => cause.code(),
            Self::BodyChanged => "arc.body-changed",
            Self::MessageSignatureMismatch => "arc.message-signature.mismatch",
            Self::SealMismatch => "arc.seal.mismatch",
            Self::SealUnchecked => "arc.seal.unchecked",
        }
    }

    /// Whether only a query failed: a later try may differ.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Key(KeyCause::Unknown(_)))
    }

    /// Where it stands when several causes are there: the first decides. RFC 8617 §5.2 looks at the
    /// newest `cv=`, then at the structure, then at signatures; what a later try may mend is last.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::HeaderTooLarge | Self::TooManySets => 0,
            Self::SealedFail => 1,
            Self::Instance
            | Self::MissingSet
            | Self::MissingField
            | Self::DuplicateField { .. }
            | Self::StatusUnreadable
            | Self::StatusWrong { .. } => 2,
            Self::SealUnchecked => 4,
            Self::Key(KeyCause::Unknown(_)) => 5,
            _ => 3,
        }
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HeaderTooLarge => "the header section is too large to be judged",
            Self::TooManySets => "the chain has more than 50 sets",
            Self::Instance => "i= must be a number from 1 to 50",
            Self::MissingSet => "the set is missing: instances must not have a gap",
            Self::MissingField => "the field is missing from its set",
            Self::DuplicateField { count } => return write!(f, "the field stands {count} times in its set"),
            Self::SealedFail => "cv=fail: the chain was broken before, and cannot pass again",
            Self::StatusUnreadable => "cv= must be none, pass or fail",
            Self::StatusWrong { found, expected } => return write!(f, "cv={found} must be cv={expected} in this set"),
            Self::SealSignsFields => "a seal must not have h= (RFC 8617 §4.1.3)",
            Self::SignsSeal => "h= must not name ARC-Seal (RFC 8617 §4.1.2)",
            Self::MessageSignatureMalformed(error) | Self::SealMalformed(error) => return error.kind.fmt(f),
            Self::RetiredAlgorithm => "rsa-sha1 must not be accepted any more (RFC 8301 §3.1)",
            Self::Key(cause) => return cause.fmt(f),
            Self::BodyChanged => "the body is not the one that was signed",
            Self::MessageSignatureMismatch => {
                "the signature does not verify: signed fields were changed, or another key signed"
            }
            Self::SealMismatch => "the seal does not verify: a field of a set was changed, or another key signed",
            Self::SealUnchecked => "the seal cannot be verified: the sets that it covers are not whole",
        })
    }
}
