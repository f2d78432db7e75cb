//! A reply, classified.

use std::sync::Arc;

use super::cause::Cause;
use super::parameters::Parameters;
use super::status_code::EnhancedStatusCode;
use crate::receivers::Receiver;
use crate::span::Span;

/// What an SMTP reply says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    pub(super) text: Arc<str>,
    pub(super) code: Option<u16>,
    pub(super) status: Option<EnhancedStatusCode>,
    pub(super) cause: Cause,
    pub(super) underlying: Option<Cause>,
    pub(super) parameters: Parameters,
    pub(super) receiver: Option<Receiver>,
    pub(super) permanence: Permanence,
    pub(super) sentence: Span,
}

impl Reply {
    /// The text as read: lines joined by one space, continuation prefixes left out.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The reply code (RFC 5321 §4.2), 200 to 599.
    pub const fn code(&self) -> Option<u16> {
        self.code
    }

    /// The enhanced status code (RFC 3463) of the reply's own text, else that of the delivery report.
    pub const fn status(&self) -> Option<EnhancedStatusCode> {
        self.status
    }

    /// Why.
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// Behind [`Cause::Expired`]: what the last reply said before the sender gave up.
    pub const fn underlying(&self) -> Option<Cause> {
        self.underlying
    }

    /// What it names.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Who wrote it, where that can be told.
    pub const fn receiver(&self) -> Option<Receiver> {
        self.receiver
    }

    /// Whether a later try can help.
    pub const fn permanence(&self) -> Permanence {
        self.permanence
    }

    /// The words of [`Reply::text`] that say the cause; empty for [`Cause::Unknown`].
    pub const fn sentence(&self) -> Span {
        self.sentence
    }
}

/// Whether a later try can help (RFC 3463 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Permanence {
    /// A later try may do: 4yz, 4.x.x.
    Temporary,
    /// No later try of the same message helps: 5yz, 5.x.x.
    Permanent,
    /// The reply does not say.
    Unknown,
}

impl Permanence {
    /// The stable word, in JSON and Python.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Temporary => "temporary",
            Self::Permanent => "permanent",
            Self::Unknown => "unknown",
        }
    }
}
