//! What a returned mail says about each recipient, and whether the DNS bears it out.

use core::fmt;

use super::finding::Evidence;
use crate::bounce::{Actor, Cause, Reply};
use crate::receivers::Policy;
use crate::rule_id::RuleId;

/// What a returned mail says about one recipient, put to the test.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Returned {
    pub(super) recipient: Option<String>,
    pub(super) remote_host: Option<String>,
    pub(super) reply: Reply,
    pub(super) confirmation: Confirmation,
    pub(super) evidence: Vec<Evidence>,
    pub(super) findings: Vec<(RuleId, String)>,
    pub(super) advice: String,
    pub(super) actor: Actor,
    pub(super) policy: Option<&'static Policy>,
}

impl Returned {
    /// The recipient's address, where it is told.
    pub fn recipient(&self) -> Option<&str> {
        self.recipient.as_deref()
    }

    /// The server that replied, where it is told.
    pub fn remote_host(&self) -> Option<&str> {
        self.remote_host.as_deref()
    }

    /// The reply: its text, codes, cause and what it names.
    pub const fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Why: the last reply's cause where it was tried for too long.
    pub fn cause(&self) -> Cause {
        self.reply.underlying().unwrap_or_else(|| self.reply.cause())
    }

    /// Who must act.
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// Whether what the reply says is so now.
    pub const fn confirmation(&self) -> &Confirmation {
        &self.confirmation
    }

    /// The answers that the confirmation rests on.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// The findings of the report that say the same: rule and subject.
    pub fn findings(&self) -> &[(RuleId, String)] {
        &self.findings
    }

    /// What to do, and who.
    pub fn advice(&self) -> &str {
        &self.advice
    }

    /// Whether this is why the mail did not arrive: it is so now, or only the receiver can know it and says so.
    pub(super) fn explains(&self) -> bool {
        let is_told = !matches!(
            self.cause(),
            Cause::Unknown | Cause::AutoReply | Cause::Feedback | Cause::PolicyUnspecified | Cause::Expired
        );
        match &self.confirmation {
            Confirmation::Confirmed(_) => true,
            Confirmation::NotCheckable(_) => is_told,
            Confirmation::Refuted(_) | Confirmation::Unknown(_) => false,
        }
    }

    /// The receiver's published demand that was not met, where it has one.
    pub const fn policy(&self) -> Option<&'static Policy> {
        self.policy
    }
}

/// Whether what a reply says is so, as far as the DNS and the returned message tell. Each but the first says
/// why in words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Confirmation {
    /// It is so: how that was seen.
    Confirmed(String),
    /// It is not so, or no longer.
    Refuted(String),
    /// It could be told, and was not.
    Unknown(String),
    /// Only the receiver knows, or a connection to a mail server tells.
    NotCheckable(String),
}

impl Confirmation {
    /// The stable word: `confirmed`, `refuted`, `unknown` or `not_checkable`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Confirmed(_) => "confirmed",
            Self::Refuted(_) => "refuted",
            Self::Unknown(_) => "unknown",
            Self::NotCheckable(_) => "not_checkable",
        }
    }

    /// What was seen, or why nothing could be.
    pub fn reason(&self) -> &str {
        match self {
            Self::Confirmed(text) | Self::Refuted(text) | Self::Unknown(text) | Self::NotCheckable(text) => text,
        }
    }

    /// Whether it is so.
    pub const fn is_confirmed(&self) -> bool {
        matches!(self, Self::Confirmed(_))
    }
}

/// In words: `no longer so: 192.0.2.1 is not listed at bl.example`.
impl fmt::Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = match self {
            Self::Confirmed(_) => "confirmed",
            Self::Refuted(_) => "not so now",
            Self::Unknown(_) => "not known",
            Self::NotCheckable(_) => "cannot be checked from here",
        };
        write!(f, "{head}: {}", self.reason())
    }
}

/// Something of the case that nobody gave: it was taken from the returned mail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inferred {
    /// What it is: `domain`, `sending_ip`, `client` (the address that sent it, where that is not
    /// the sender's), `helo`, `message`, `list` or `at`.
    pub what: &'static str,
    /// Its value.
    pub value: String,
    /// Where it was found.
    pub source: String,
}

impl Inferred {
    pub(super) fn new(what: &'static str, value: impl fmt::Display, source: impl Into<String>) -> Self {
        Self { what, value: value.to_string(), source: source.into() }
    }
}

/// `sending_ip 192.0.2.1: the reply names it`.
impl fmt::Display for Inferred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.what, self.value, self.source)
    }
}
