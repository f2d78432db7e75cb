//! A message of the case: what SPF, DKIM and DMARC make of it at a receiver, and what each family of
//! rules about it needs to know.

use core::net::IpAddr;

use super::{
    Examined, Lookups, arc as arc_rules, claims, dkim_signatures, dmarc_message, message_format, spoof, spoof_source,
};
use crate::arc;
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::Unknown;
use crate::diagnosis::judged::Judged;
use crate::diagnosis::message::CaseMessage;
use crate::dkim::{SignatureOutcome, Verification};
use crate::dmarc::{self, Identities};
use crate::dns::{Check, Known, Step};
use crate::domain::DomainName;
use crate::public_suffix::organization;
use crate::result::DmarcResult;
use crate::spf::{self, CheckHost};

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let Some(message) = &case.message else { return Step::Done(Examined::default()) };
    let verification = Verification::of(message.mail());
    let verification = case.at.into_iter().fold(verification, Verification::at);
    let chain = arc::Verification::of(message.mail());
    let (signatures, evaluations, chain) = match (verification, streams(case, message), chain).step(known) {
        Step::Need(needed) => return Step::Need(needed),
        Step::Done(outcomes) => outcomes,
    };
    // RFC 9989 §11.5: of several author domains each is judged.
    let ways: Vec<(&spf::Evaluation, &DomainName)> =
        evaluations.iter().flat_map(|spf| message.author_domains().iter().map(move |author| (spf, author))).collect();
    let identities = |(spf, author): &(&spf::Evaluation, &DomainName)| {
        dmarc::Evaluation::of(Identities::new((*author).clone()).with_found(Some(spf), &signatures))
    };
    let outcomes = match ways.iter().map(identities).collect::<Vec<_>>().step(known) {
        Step::Need(needed) => return Step::Need(needed),
        Step::Done(outcomes) => outcomes,
    };
    let streams: Vec<Stream<'_>> = ways.iter().zip(&outcomes).map(|((spf, _), dmarc)| Stream { spf, dmarc }).collect();
    let lookups = Lookups::over(known);
    let mut found =
        Examined { at_receiver: judged(&evaluations, &signatures, &streams, &chain), ..Examined::default() };
    let seen = Seen { case, message, signatures: &signatures, chain: &chain, streams: &streams, lookups: &lookups };
    seen.judge(&mut found);
    lookups.finish(found)
}

/// A message as a receiver sees it.
pub(super) struct Seen<'a> {
    pub(super) case: &'a Case,
    pub(super) message: &'a CaseMessage,
    pub(super) signatures: &'a [SignatureOutcome],
    pub(super) chain: &'a arc::Chain,
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
    /// Whether it is a sending address of the case.
    pub(super) fn is_own(&self, ip: IpAddr) -> bool {
        self.case.sending_ips.contains(&ip)
    }

    fn judge(&self, found: &mut Examined) {
        self.leave_open(found);
        arc_rules::judge(self, found);
        claims::judge(self, found);
        let is_signed = self.streams.iter().any(|stream| spoof::is_signed_by_author(stream));
        if self.case.message_is_from_elsewhere() && !is_signed {
            let source = spoof_source::of(self);
            let Some(unknown) = source.as_ref().and_then(spoof_source::may_be_own) else {
                spoof::judge(self, source.as_ref(), found);
                return;
            };
            found.leave_open(unknown);
        }
        dkim_signatures::judge(self, found);
        dmarc_message::judge(self, found);
        message_format::judge(self, found);
    }

    fn leave_open(&self, found: &mut Examined) {
        let question = "does the message pass DMARC";
        if self.message.author_domains().is_empty() {
            let reason = "it has not one From field with addresses at domain names, or they are at too many domains";
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
    let noted = message.header().sent.return_path.clone().unwrap_or_else(|| case.sender());
    let is_passed_on = source.is_some_and(|ip| !case.sending_ips.is_empty() && !case.sending_ips.contains(&ip));
    // What a forwarder said in HELO and in MAIL FROM is not what the sender's own servers say.
    let own_sender = if is_passed_on && is_of_others(case, &noted) { case.sender() } else { noted.clone() };
    let theirs = message.header().source_helo.as_ref().filter(|_| case.route.is_none());
    let helo = if is_passed_on { theirs } else { case.helo.as_ref() };
    let handed_over = source.map(|ip| helo.into_iter().fold(CheckHost::new(ip, &noted), CheckHost::helo));
    let own = own.map(|ip| case.check_host_of(ip, &own_sender));
    handed_over.into_iter().chain(own).collect()
}

/// Whether a MAIL FROM address is of another organization than the sender's, as those that forwarders write.
fn is_of_others(case: &Case, address: &str) -> bool {
    let domain = address.rsplit_once('@').and_then(|(_, domain)| domain.parse::<DomainName>().ok());
    domain.is_some_and(|domain| !domain.is_within(&organization(&case.domain)))
}

/// What each mechanism comes to.
fn judged(
    evaluations: &[spf::Evaluation],
    signatures: &[SignatureOutcome],
    streams: &[Stream<'_>],
    chain: &arc::Chain,
) -> Vec<Judged> {
    let spf = evaluations.iter().map(Judged::of_spf);
    let dkim = signatures.iter().map(Judged::of_dkim);
    let dmarc = streams.iter().flat_map(|stream| Judged::of_dmarc(stream.ip(), stream.dmarc));
    spf.chain(dkim).chain(dmarc).chain(Judged::of_arc(chain)).collect()
}
