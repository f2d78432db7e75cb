//! What became of one set.

use std::sync::Arc;

use super::{Failure, Field};
use crate::dkim::signature::{self, Algorithm, Reading, Signature};
use crate::dkim::{BodyChange, KeyOutcome, Signed};
use crate::domain::DomainName;
use crate::header::AuthenticationResults;
use crate::result::{ArcResult, ChainStatus};

/// What one host added (RFC 8617 §4.2). A field that is missing, or stands more than once, is `None`:
/// the failures of the chain say which.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Set {
    pub(super) instance: u8,
    pub(super) results: Option<AuthenticationResults>,
    pub(super) message_signature: Option<MessageSignature>,
    pub(super) seal: Option<Seal>,
}

impl Set {
    /// Its place in the chain, from 1 up.
    pub const fn instance(&self) -> u8 {
        self.instance
    }

    /// What the host says it found (`ARC-Authentication-Results`). Worth what the host is worth, and
    /// nothing if the chain does not pass.
    pub const fn results(&self) -> Option<&AuthenticationResults> {
        self.results.as_ref()
    }

    /// The host's signature of the message.
    pub const fn message_signature(&self) -> Option<&MessageSignature> {
        self.message_signature.as_ref()
    }

    /// The host's seal of all sets so far.
    pub const fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }
}

/// An ARC-Message-Signature and its verdict. Only the newest must pass: those before may be broken by
/// what the hosts behind them changed (RFC 8617 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageSignature {
    pub(super) signed: Signed,
    pub(super) key: Option<KeyOutcome>,
    pub(super) verified: Option<bool>,
    pub(super) failures: Vec<Failure>,
}

impl MessageSignature {
    /// `pass`, `fail`, or `temperror` if nothing but a query failed.
    pub fn result(&self) -> ArcResult {
        result(&self.failures)
    }

    /// Everything that is wrong with it.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// The signature; `None` if the field cannot be verified. Its `i=` is the instance; the identity is
    /// that of `d=`.
    pub fn signature(&self) -> Option<&Signature> {
        self.signed.reading.signature.as_ref()
    }

    /// What stands at its selector; `None` if it does not say where its key is.
    pub const fn key(&self) -> Option<&KeyOutcome> {
        self.key.as_ref()
    }

    /// Whether the body has the hash that was signed. `None` if it could not be hashed.
    pub fn body_matches(&self) -> Option<bool> {
        self.signed.body_matches()
    }

    /// What happened to the body since, as for a DKIM signature. `None` if it has the hash that was signed.
    pub fn body_change(&self) -> Option<&BodyChange> {
        self.signed.change.as_ref()
    }

    /// Whether the signed fields carry this signature. `None` without a usable key.
    pub const fn verifies(&self) -> Option<bool> {
        self.verified
    }
}

/// An ARC-Seal and its verdict. Every seal must pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seal {
    pub(super) tags: Arc<signature::Seal>,
    pub(super) status: Option<ChainStatus>,
    pub(super) key: Option<KeyOutcome>,
    pub(super) verified: Option<bool>,
    pub(super) failures: Vec<Failure>,
}

impl Seal {
    /// `pass`, `fail`, or `temperror` if nothing but a query failed.
    pub fn result(&self) -> ArcResult {
        result(&self.failures)
    }

    /// Everything that is wrong with it.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// `cv=`: what the host says of the chain as it came in. `None` if it cannot be read.
    pub const fn status(&self) -> Option<ChainStatus> {
        self.status
    }

    /// `a=`: how it was made; `None` if it cannot be read.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.tags.algorithm
    }

    /// `d=`: who sealed; `None` if it cannot be read.
    pub fn domain(&self) -> Option<&DomainName> {
        self.tags.domain.as_ref()
    }

    /// `s=`: the selector, in A-labels; `None` if it cannot be read.
    pub fn selector(&self) -> Option<&str> {
        self.tags.selector.as_deref()
    }

    /// `t=`: when it was sealed, in seconds since 1970; `None` if it does not say.
    pub fn timestamp(&self) -> Option<u64> {
        self.tags.timestamp
    }

    /// What stands at its selector; `None` if it does not say where its key is.
    pub const fn key(&self) -> Option<&KeyOutcome> {
        self.key.as_ref()
    }

    /// Whether the sets that it covers carry this seal. `None` without a usable key or whole sets.
    pub const fn verifies(&self) -> Option<bool> {
        self.verified
    }
}

/// A certain failure comes before one that a later try may mend.
pub(super) fn result(failures: &[Failure]) -> ArcResult {
    let mut results = failures.iter().map(Failure::result);
    let first = results.next().unwrap_or(ArcResult::Pass);
    if results.any(|result| result == ArcResult::Fail) { ArcResult::Fail } else { first }
}

/// The tags of a field, for the places of its failures.
#[derive(Clone, Copy)]
pub(super) struct Tags<'a> {
    pub(super) instance: u8,
    pub(super) field: Field,
    pub(super) reading: &'a Reading,
    /// Where the value starts in the header section.
    pub(super) start: usize,
}

impl Tags<'_> {
    /// The failure at a tag.
    pub(super) fn failure(&self, cause: super::Cause, tag: &str) -> Failure {
        self.failure_at(cause, self.reading.span(tag))
    }

    /// The failure at a place in the value.
    pub(super) fn failure_at(&self, cause: super::Cause, span: crate::span::Span) -> Failure {
        let span = span.shifted(self.start);
        Failure { instance: Some(self.instance), field: Some(self.field), cause, span }
    }
}
