//! A message of the case: what SPF, DKIM and DMARC make of it at a receiver, and what each family of
//! rules about it needs to know.

use core::net::IpAddr;

use super::{Examined, Lookups, dkim_signatures, dmarc_message, message_format, spoof};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::Unknown;
use crate::diagnosis::judged::Judged;
use crate::diagnosis::message::CaseMessage;
use crate::dkim::{SignatureOutcome, Verification};
use crate::dmarc::{self, Identities};
use crate::dns::{Check, Known, Step};
use crate::domain::DomainName;
use crate::result::DmarcResult;
use crate::spf::{self, CheckHost};

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let Some(message) = &case.message else { return Step::Done(Examined::default()) };
    let verification = Verification::of(message.mail());
    let verification = case.at.into_iter().fold(verification, Verification::at);
    let (signatures, evaluations) = match (verification, streams(case, message)).step(known) {
        Step::Need(needed) => return Step::Need(needed),
        Step::Done(outcomes) => outcomes,
    };
    let author = message.author_domain();
    let identities = |author: &DomainName| -> Vec<Identities> {
        evaluations.iter().map(|spf| Identities::new(author.clone()).with_found(Some(spf), &signatures)).collect()
    };
    let checks: Vec<dmarc::Evaluation> =
        author.map(identities).unwrap_or_default().into_iter().map(dmarc::Evaluation::of).collect();
    let outcomes = match checks.step(known) {
        Step::Need(needed) => return Step::Need(needed),
        Step::Done(outcomes) => outcomes,
    };
    let streams: Vec<Stream<'_>> =
        evaluations.iter().zip(&outcomes).map(|(spf, dmarc)| Stream { spf, dmarc }).collect();
    let lookups = Lookups::over(known);
    let mut found = Examined { at_receiver: judged(&evaluations, &signatures, &outcomes), ..Examined::default() };
    let seen = Seen { case, message, signatures: &signatures, streams: &streams, lookups: &lookups };
    seen.judge(&mut found);
    lookups.finish(found)
}

/// A message as a receiver sees it.
pub(super) struct Seen<'a> {
    pub(super) case: &'a Case,
    pub(super) message: &'a CaseMessage,
    pub(super) signatures: &'a [SignatureOutcome],
    pub(super) streams: &'a [Stream<'a>],
    pub(super) lookups: &'a Lookups<'a>,
}

/// One way that the message may have come, and what came of it.
#[derive(Clone, Copy)]
pub(super) struct Stream<'a> {
    pub(super) spf: &'a spf::Evaluation,
    pub(super) dmarc: &'a dmarc::Outcome,
}

impl Stream<'_> {
    pub(super) fn ip(&self) -> IpAddr {
        self.spf.ip()
    }

    pub(super) fn result(&self) -> DmarcResult {
        self.dmarc.result()
    }
}

impl Seen<'_> {
    fn judge(&self, found: &mut Examined) {
        self.leave_open(found);
        let is_signed = self.streams.iter().any(|stream| spoof::is_signed_by_author(stream));
        if self.case.message_is_from_elsewhere() && !is_signed {
            spoof::judge(self, found);
            return;
        }
        dkim_signatures::judge(self, found);
        dmarc_message::judge(self, found);
        message_format::judge(self, found);
    }

    fn leave_open(&self, found: &mut Examined) {
        let question = "does the message pass DMARC";
        if self.message.author_domain().is_none() {
            let reason = "it has not one From field with one address at a domain name";
            found.leave_open(Unknown::new(question, reason, true));
        } else if self.streams.is_empty() {
            let none = "no public sending address was given, and no Received field tells who handed the message over";
            let reason = self.message.hidden_source().unwrap_or(none);
            found.leave_open(Unknown::new(question, reason, true));
        }
        for stream in self.streams.iter().filter(|stream| stream.result() == DmarcResult::Temperror) {
            let question = format!("does the message pass DMARC from {}", stream.ip());
            let queries = stream
                .dmarc
                .queries()
                .into_iter()
                .filter(|query| self.lookups.get(query).is_some_and(|answer| answer.is_err()));
            found.leave_open(Unknown::new(question, stream.dmarc.rfc9989().cause(), true).for_want_of(queries));
        }
    }
}

/// The address that handed the message over, then the sending addresses; of a message that none of them
/// sent the first alone.
fn streams(case: &Case, message: &CaseMessage) -> Vec<CheckHost> {
    // Of a returned mail it is known who was refused, which the fields of the message may not name.
    let source = case.route.as_ref().map_or_else(|| message.source(), |route| route.client);
    let own = case.public_ips().filter(|ip| !case.message_is_from_elsewhere() && Some(*ip) != source);
    let sender = message.header().return_path.clone().unwrap_or_else(|| case.sender());
    let check = |ip| case.helo.iter().fold(CheckHost::new(ip, &sender), CheckHost::helo);
    source.into_iter().chain(own).map(check).collect()
}

/// What each mechanism comes to.
fn judged(
    evaluations: &[spf::Evaluation],
    signatures: &[SignatureOutcome],
    outcomes: &[dmarc::Outcome],
) -> Vec<Judged> {
    let spf = evaluations.iter().map(Judged::of_spf);
    let dkim = signatures.iter().map(Judged::of_dkim);
    let dmarc = evaluations.iter().zip(outcomes).flat_map(|(spf, outcome)| Judged::of_dmarc(spf.ip(), outcome));
    spf.chain(dkim).chain(dmarc).collect()
}
