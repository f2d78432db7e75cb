//! The returned mail of a case: what it says, and what the message that came back tells of its sender.

#[cfg(feature = "bounce")]
mod reading;

use core::net::IpAddr;
use std::sync::Arc;

#[cfg(feature = "verify")]
use super::message::CaseMessage;
use super::sent::Sent;
use crate::bounce::{Bounce, Recipient};
use crate::domain::DomainName;
use crate::header::trace::{Origin, Script};
use crate::mailbox;

/// Most recipients whose replies are put to the test.
const MAX_RECIPIENTS: usize = 100;

/// A returned mail given to a diagnosis, read once. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseBounce(Arc<Parts>);

#[derive(Debug, PartialEq)]
struct Parts {
    bounce: Bounce,
    octets: usize,
    envelope: Envelope,
    original: Header,
    way: Way,
    #[cfg(feature = "verify")]
    message: Option<CaseMessage>,
}

/// The way of the message that came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The Received fields, from the top.
    hops: Vec<Hop>,
    /// The client that handed the message to the topmost server from elsewhere.
    pub(super) source: Option<IpAddr>,
    /// The address that a server saw in place of the client's, and what that means.
    pub(super) hidden: Option<(IpAddr, String)>,
    pub(super) origin: Origin,
    pub(super) script: Option<Script>,
}

/// A Received field: who handed the message over.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) ip: Option<IpAddr>,
    pub(super) helo: Option<String>,
    /// Whether the client had logged in.
    pub(super) is_authenticated: bool,
}

/// What the report itself says of the message that it returns.
#[derive(Debug, Default, PartialEq, Eq)]
struct Envelope {
    /// Whom the report went to: the envelope sender of what it returns (RFC 5321 §6.1).
    to: Option<DomainName>,
    /// `X-Postfix-Sender`.
    sender: Option<DomainName>,
    at: Option<u64>,
}

/// What the header section that came back says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) sent: Sent,
    pub(super) from: Option<DomainName>,
    /// The purported responsible address (RFC 4407), or why there is none.
    pub(super) purported: Option<Result<String, String>>,
    /// A private address that SPF was judged for, as a Received-SPF field has it.
    pub(super) spf_of_private: Option<IpAddr>,
    /// Whether a field was there at all.
    is_there: bool,
}

impl CaseBounce {
    /// What it says, recipient by recipient.
    pub fn bounce(&self) -> &Bounce {
        &self.0.bounce
    }

    /// How many octets were given.
    pub fn octets(&self) -> usize {
        self.0.octets
    }

    /// The Received fields of the message that came back, from the top.
    pub(super) fn hops(&self) -> &[Hop] {
        &self.0.way.hops
    }

    /// The way of the message that came back, as its Received fields tell it.
    pub(super) fn way(&self) -> &Way {
        &self.0.way
    }

    /// When it was returned, in seconds since 1970, by its Date field.
    pub fn at(&self) -> Option<u64> {
        self.0.envelope.at
    }

    /// Whether a script, or a user of the server itself, submitted the message.
    pub(super) fn is_by_script(&self) -> bool {
        matches!(self.0.way.origin, Origin::Script | Origin::LocalSubmission)
    }

    pub(super) fn original(&self) -> &Header {
        &self.0.original
    }

    /// The message that came back, if all of it did.
    #[cfg(feature = "verify")]
    pub(super) fn message(&self) -> Option<&CaseMessage> {
        self.0.message.as_ref()
    }

    /// The recipients that are looked at.
    pub(super) fn recipients(&self) -> &[Recipient] {
        let all = self.0.bounce.recipients();
        all.get(..MAX_RECIPIENTS).unwrap_or(all)
    }

    /// The envelope sender's domain and where it stands, the surest first.
    pub(super) fn sender_domains(&self) -> Vec<(DomainName, &'static str)> {
        let Parts { envelope, original, .. } = &*self.0;
        let replies = || self.recipients().iter().map(|recipient| recipient.reply().parameters());
        let return_path = original.sent.return_path.as_deref().and_then(domain_of);
        let found = [
            (envelope.sender.clone(), "the report names the envelope sender"),
            (return_path, "the Return-Path of the message that came back"),
            (replies().find_map(|named| named.sender.as_deref().and_then(domain_of)), "the reply names the sender"),
            (envelope.to.clone(), "the report was sent to the envelope sender there"),
            (original.from.clone(), "the From field of the message that came back"),
            (replies().find_map(|named| named.domain.clone()), "the reply names it"),
        ];
        found.into_iter().filter_map(|(domain, source)| Some((domain?, source))).collect()
    }
}

impl Header {
    /// Whether the header section came back, and holds no signature.
    pub(super) fn is_unsigned(&self) -> bool {
        self.is_there && !self.sent.is_signed
    }
}

/// The domain of an address in a session or a report.
pub(super) fn domain_of(address: &str) -> Option<DomainName> {
    let mailbox = mailbox::Mailbox::from_session(address);
    let name: DomainName = mailbox.text().contains('@').then(|| mailbox.domain().parse().ok())??;
    (!name.is_root()).then_some(name)
}
