//! What `check_host()` found.

use std::net::IpAddr;
use std::sync::Arc;

use super::cause::Cause;
use super::subject::{Identity, Subject};
use super::trace::Trace;
use crate::result::SpfResult;

/// The outcome of a [`CheckHost`](super::CheckHost): the result, why, and the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evaluation {
    pub(super) subject: Arc<Subject>,
    pub(super) result: SpfResult,
    pub(super) explanation: Option<Box<str>>,
    pub(super) cause: Cause,
    pub(super) trace: Trace,
}

impl Evaluation {
    /// The result (RFC 7208 §2.6).
    pub fn result(&self) -> SpfResult {
        self.result
    }

    /// The domain's own explanation of a fail (§6.2): visible ASCII and spaces, at most 2,048
    /// octets. It is the domain owner's text, not the receiver's (§11.5).
    pub fn explanation(&self) -> Option<&str> {
        self.explanation.as_deref()
    }

    /// What decided.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The tree that was walked, with its ledger of look-ups.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The client's address; an IPv4-mapped one as IPv4 (§5).
    pub fn ip(&self) -> IpAddr {
        self.subject.ip
    }

    /// Which identity was checked.
    pub fn identity(&self) -> Identity {
        self.subject.identity
    }

    /// The MAIL FROM address as given, without angle brackets; empty for the null sender and for
    /// a check of the HELO identity.
    pub fn sender(&self) -> &str {
        self.subject.mail_from.text()
    }

    /// The HELO name as given.
    pub fn helo(&self) -> &str {
        &self.subject.helo
    }

    /// The domain that was checked, as given: of the sender, or of HELO for the null sender.
    pub fn domain(&self) -> &str {
        self.subject.domain_text()
    }
}
