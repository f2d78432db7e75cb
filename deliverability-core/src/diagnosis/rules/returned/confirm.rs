//! Puts what a reply says to the test: each cause has the check that shows whether it is so.

use core::fmt::Display;
use core::net::IpAddr;

use super::{confirm_auth, confirm_list, confirm_name};
use crate::bounce::{Cause, Recipient, Reply};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::Evidence;
use crate::diagnosis::returned::Confirmation;
use crate::diagnosis::rules::Lookups;
use crate::dns::{Check, Query};
use crate::dnsbl::Verdict;
use crate::domain::DomainName;
use crate::network::is_public;

/// Most addresses that one reply is tested with, where it names none.
const MAX_ADDRESSES: usize = 5;

/// One reply of the case, and what is known to test it with.
pub(super) struct Question<'a> {
    pub(super) case: &'a Case,
    pub(super) recipient: &'a Recipient,
    pub(super) cause: Cause,
    pub(super) lookups: &'a Lookups<'a>,
}

/// What came of the test.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) confirmation: Confirmation,
    pub(super) evidence: Vec<Evidence>,
    /// The queries that were to tell.
    pub(super) queries: Vec<Query>,
    /// What the list that is named says.
    pub(super) listings: Vec<Verdict>,
}

impl Answered {
    pub(super) fn new(confirmation: Confirmation) -> Self {
        Self { confirmation, evidence: Vec::new(), queries: Vec::new(), listings: Vec::new() }
    }

    pub(super) fn confirmed(how: impl Display) -> Self {
        Self::new(Confirmation::Confirmed(how.to_string()))
    }

    pub(super) fn refuted(how: impl Display) -> Self {
        Self::new(Confirmation::Refuted(how.to_string()))
    }

    pub(super) fn unknown(why: impl Display) -> Self {
        Self::new(Confirmation::Unknown(why.to_string()))
    }

    pub(super) fn not_checkable(why: impl Display) -> Self {
        Self::new(Confirmation::NotCheckable(why.to_string()))
    }

    pub(super) fn with(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    pub(super) fn asking<'q>(mut self, queries: impl IntoIterator<Item = &'q Query>) -> Self {
        self.queries.extend(queries.into_iter().cloned());
        self
    }

    /// Of several tests the one that says most: what is confirmed, then what is not known, then what is refuted.
    pub(super) fn most(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        let weight = |answered: &Self| match answered.confirmation {
            Confirmation::Confirmed(_) => 3_u8,
            Confirmation::Unknown(_) => 2,
            Confirmation::Refuted(_) => 1,
            Confirmation::NotCheckable(_) => 0,
        };
        // The first of those that weigh the same.
        all.into_iter().reduce(|best, next| if weight(&next) > weight(&best) { next } else { best })
    }
}

impl<'a> Question<'a> {
    /// About the last reply's cause where it was tried for too long.
    pub(super) fn of(case: &'a Case, recipient: &'a Recipient, lookups: &'a Lookups<'a>) -> Self {
        let reply = recipient.reply();
        Self { case, recipient, cause: reply.underlying().unwrap_or_else(|| reply.cause()), lookups }
    }

    pub(super) const fn reply(&self) -> &'a Reply {
        self.recipient.reply()
    }

    /// Runs a check; `None` where answers are missing, which are noted.
    pub(super) fn run<C: Check>(&self, check: &C) -> Option<C::Outcome> {
        self.lookups.run(check)
    }

    /// The addresses that it may be about: the one that it names, else those that the mail is sent from.
    pub(super) fn addresses(&self) -> Vec<IpAddr> {
        let named = self.reply().parameters().ip.filter(|ip| is_public(*ip));
        let client = self.case.route.as_ref().and_then(|route| route.client);
        match (named, client) {
            // A link may name an inner hop: then the client counts as well.
            (Some(ip), Some(client)) if ip != client => vec![ip, client],
            (Some(ip), _) => vec![ip],
            (None, _) => self.case.public_ips().chain(client).take(MAX_ADDRESSES).collect(),
        }
    }

    /// The envelope sender's domain: the one that it names, else that of the case.
    pub(super) fn sender_domain(&self) -> Option<DomainName> {
        let named = self.reply().parameters();
        let of_sender = || named.sender.as_deref().and_then(crate::diagnosis::bounce::domain_of);
        let own = (!self.case.domain.is_root()).then(|| self.case.domain.clone());
        named.domain.clone().or_else(of_sender).or(own)
    }

    /// The domain of From: of the message, else the one that it names, else that of the case.
    pub(super) fn author_domain(&self) -> Option<DomainName> {
        let of_header = self.case.bounce.as_ref().and_then(|bounce| bounce.original().from.clone());
        of_header.or_else(|| self.reply().parameters().domain.clone()).or_else(|| {
            let author = self.case.author_domain();
            (!author.is_root()).then(|| author.clone())
        })
    }

    /// Tests it; `None` where answers are missing.
    pub(super) fn answer(&self) -> Option<Answered> {
        match self.cause {
            Cause::IpBlocklisted | Cause::DomainBlocklisted | Cause::UrlBlocklisted => confirm_list::answer(self),
            Cause::SpfFail | Cause::SpfError => confirm_auth::spf(self),
            Cause::DkimFail => confirm_auth::dkim(self),
            Cause::AuthMissing => confirm_auth::none_passes(self),
            Cause::DmarcPolicy | Cause::AuthLevel => confirm_auth::dmarc(self),
            Cause::PtrMissing | Cause::PtrMismatch | Cause::PtrGeneric | Cause::IpDynamic => {
                confirm_name::pointer(self)
            }
            Cause::HeloRejected => confirm_name::helo(self),
            Cause::SenderDomain | Cause::SenderUnroutable | Cause::SenderNullMx => confirm_name::sender_route(self),
            Cause::CalloutUnreachable
            | Cause::CalloutRejected
            | Cause::CalloutNullSenderRefused
            | Cause::CalloutPostmaster
            | Cause::CalloutGreylisted
            | Cause::SenderVerifyFailed => confirm_name::callout(self),
            Cause::RecipientDomain | Cause::RecipientNullMx => confirm_name::recipient_route(self),
            Cause::PraFailure => Some(confirm_name::purported_author(self)),
            other => Some(Answered::not_checkable(why_not(other))),
        }
    }
}

/// Why a cause cannot be tested from here.
const fn why_not(cause: Cause) -> &'static str {
    match cause {
        Cause::IpBlockedPrivate | Cause::IpReputation => {
            "only the receiver knows its own list and its opinion of an address"
        }
        Cause::ArcFail => "the chain can be judged at the forwarder only: what came back is not what the receiver saw",
        Cause::ContentSpam | Cause::Virus | Cause::AttachmentBlocked => {
            "only the receiver's filter knows what it looked at"
        }
        Cause::TlsRequired | Cause::TlsCertificate | Cause::Network | Cause::ServerError => {
            "a connection to the mail server shows it"
        }
        Cause::UserUnknown | Cause::MailboxFull | Cause::MailboxDisabled => "only the receiver knows its mailboxes",
        Cause::Unknown => "the reply is not known",
        _ => "only the receiver knows its rules",
    }
}
