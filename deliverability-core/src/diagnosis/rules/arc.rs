//! The Authenticated Received Chain of a message (RFC 8617, experimental): `arc.chain-fails`,
//! `arc.changed-on-the-way`.

use super::Examined;
use super::claims::fits;
use super::message::Seen;
use crate::arc::{Cause, Chain, Failure, Seal, Set};
use crate::diagnosis::finding::{Acts, Evidence, Finding, Unknown, sentence};
use crate::dkim::{self, SignatureOutcome};
use crate::dns::Query;
use crate::header::MethodResult;
use crate::problem::Severity;
use crate::result::{ArcResult, DmarcResult};
use crate::rule_id::RuleId;

/// What every finding here starts with.
const ARC: &str = "ARC (an experiment, RFC 8617)";
/// Most failures that are told.
const MAX_FAILURES: usize = 5;

pub(super) fn judge(seen: &Seen<'_>, found: &mut Examined) {
    match seen.chain.result() {
        ArcResult::None => {}
        ArcResult::Fail => found.find(fails(seen)),
        ArcResult::Temperror => leave_open(seen, found),
        ArcResult::Pass => {
            if let Some(finding) = changed(seen) {
                found.find(finding);
            }
        }
    }
}

/// A receiver counts it as fail (RFC 8617 §5.2.1); what a later try gives is not known.
fn leave_open(seen: &Seen<'_>, found: &mut Examined) {
    let reason = seen.chain.failures().first().map(ToString::to_string).unwrap_or_default();
    let queries = keys(seen.chain).filter(|query| seen.lookups.get(query).is_some_and(|answer| answer.is_err()));
    found.leave_open(Unknown::new("does the ARC chain of the message pass", reason, false).for_want_of(queries));
}

/// The queries for the keys of a chain.
fn keys(chain: &Chain) -> impl Iterator<Item = &Query> {
    chain.sets().iter().flat_map(|set| {
        let signature = set.message_signature().and_then(|signature| signature.key());
        let seal = set.seal().and_then(Seal::key);
        [signature, seal].into_iter().flatten().filter_map(|key| key.query())
    })
}

fn fails(seen: &Seen<'_>) -> Finding {
    let chain = seen.chain;
    let told: Vec<String> = chain.failures().iter().take(MAX_FAILURES).map(sentence).collect();
    let more = chain.failures().len().saturating_sub(told.len());
    let more = if more == 0 { String::new() } else { format!(" And {more} more.") };
    let broken = chain.failures().first().and_then(|failure| failure.instance);
    let message = format!(
        "{ARC}: the chain does not pass. {}{more}{} It counts as none: what its hosts say they found helps nowhere.",
        told.join(" "),
        body_change(chain, broken)
    );
    let host =
        broken.and_then(|instance| sealer(chain, instance)).unwrap_or_else(|| "The host that sealed it".to_owned());
    // Who says that the chain was broken when it came in did not break it.
    let host = if chain.cause() == Some(&Cause::SealedFail) { format!("A host before {host}") } else { host };
    let text = format!(
        "Nothing has to be published. {host} has to mend its sealing, or what changes the message behind it. Verify: give \
         this diagnosis the next message that came this way."
    );
    Finding::new(RuleId::ArcChainFails, Severity::Note, seen.case.author_domain(), message)
        .by(Acts::Receiver)
        .with_evidence(evidence(seen, chain.failures()))
        .with_remedy(text, Vec::new())
}

/// The key records of the sets that fail.
fn evidence(seen: &Seen<'_>, failures: &[Failure]) -> Vec<Evidence> {
    let instances: Vec<u8> = failures.iter().take(MAX_FAILURES).filter_map(|failure| failure.instance).collect();
    let sets = seen.chain.sets().iter().filter(|set| instances.contains(&set.instance()));
    let keys = sets.filter_map(|set| set.seal()?.key()?.query());
    seen.lookups.evidence_of(keys)
}

/// How the body was changed behind the message signature of a set, if it was.
fn body_change(chain: &Chain, instance: Option<u8>) -> String {
    let set = chain.sets().iter().find(|set| Some(set.instance()) == instance);
    let change = set.and_then(Set::message_signature).and_then(|signature| signature.body_change());
    change.map(|change| format!(" Since then {change}.")).unwrap_or_default()
}

fn sealer(chain: &Chain, instance: u8) -> Option<String> {
    let set = chain.sets().iter().find(|set| set.instance() == instance)?;
    Some(format!("{} (i={instance})", set.seal()?.domain()?))
}

/// The chain passes, and the message does not: who changed it.
fn changed(seen: &Seen<'_>) -> Option<Finding> {
    let (what, set, broken) = of_dkim(seen).or_else(|| of_route(seen))?;
    let who = who(seen.chain, set, broken);
    let message = format!(
        "{ARC}: the chain passes. {what}. {who} If that is true, forwarding broke it, not the sender. A receiver that trusts the \
         sealers may take their word; none has to."
    );
    let text = "Nothing has to be published for this. Sign all mail with DKIM, which survives forwarding as long as the message \
                is not changed; whoever changes it rewrites From and signs with its own domain. Verify: a message sent \
                directly shows dmarc=pass at a receiver.";
    let finding = Finding::new(RuleId::ArcChangedOnTheWay, Severity::Note, seen.case.author_domain(), message);
    Some(finding.by(Acts::Receiver).with_evidence(newest_seal(seen)).with_remedy(text, Vec::new()))
}

fn newest_seal(seen: &Seen<'_>) -> Option<Evidence> {
    seen.lookups.evidence(seen.chain.sets().last()?.seal()?.key()?.query()?)
}

/// A signature that was broken on the way: what happened, the last set that saw it pass, and the signature.
fn of_dkim<'a>(seen: &Seen<'a>) -> Option<(String, &'a Set, Option<&'a SignatureOutcome>)> {
    let is_broken = |outcome: &&SignatureOutcome| {
        let is_change = |cause: &dkim::Cause| {
            matches!(
                cause,
                dkim::Cause::BodyChanged(_) | dkim::Cause::HeaderChanged(_) | dkim::Cause::SignatureMismatch
            )
        };
        outcome.causes().iter().any(is_change)
    };
    seen.signatures.iter().filter(is_broken).find_map(|outcome| {
        let names = |result: &MethodResult| ["d", "i", "b"].iter().any(|tag| result.property("header", tag).is_some());
        let set = last_with(seen.chain, "dkim", &|result| names(result) && fits(outcome, result))?;
        let (domain, host) = (&outcome.signature()?.domain, host(set));
        let what = format!(
            "As {host} says, the DKIM signature of {domain} passed when the message came there; now it does not"
        );
        Some((what, set, Some(outcome)))
    })
}

/// A message that passed SPF or DMARC when it came to the first host, and came another way since.
fn of_route<'a>(seen: &Seen<'a>) -> Option<(String, &'a Set, Option<&'a SignatureOutcome>)> {
    seen.streams.first().filter(|stream| stream.result() == DmarcResult::Fail)?;
    let author = seen.message.author_domain()?;
    let of_author = |result: &MethodResult| {
        result.property("header", "from").is_some_and(|from| from.parse().ok().as_ref() == Some(author))
    };
    let set = last_with(seen.chain, "dmarc", &of_author)?;
    let what =
        format!("As {} says, the message passed DMARC for {author} when it came there; now it does not", host(set));
    Some((what, set, None))
}

/// The newest set that says that a method passed.
fn last_with<'a>(chain: &'a Chain, method: &str, fits: &dyn Fn(&MethodResult) -> bool) -> Option<&'a Set> {
    let says = |set: &&Set| {
        let mut results = set.results().into_iter().flat_map(|results| results.of(method));
        results.any(|result| result.result == "pass" && fits(result))
    };
    chain.sets().iter().rev().find(says)
}

/// Who sealed a set, and its instance.
fn host(set: &Set) -> String {
    let domain = set.seal().and_then(Seal::domain).map(ToString::to_string).unwrap_or_default();
    format!("{domain} (i={})", set.instance())
}

/// Who changed the message after it came to the host of a set. RFC 8617 §5.1: a host changes it first and
/// seals it then, so its own signature covers its own changes.
fn who(chain: &Chain, set: &Set, broken: Option<&SignatureOutcome>) -> String {
    let own = set.message_signature();
    let how = own.and_then(|signature| signature.body_change()).map(ToString::to_string);
    let how = how.or_else(|| broken.and_then(SignatureOutcome::cause).map(ToString::to_string));
    let how = how.map(|how| format!(": {how}")).unwrap_or_default();
    let host = host(set);
    match chain.oldest_pass() {
        _ if own.is_some_and(|own| own.result() == ArcResult::Pass) && broken.is_none() => {
            format!("It was not changed since {host} sealed it: it came on from there, which SPF does not survive.")
        }
        _ if own.is_some_and(|own| own.result() == ArcResult::Pass) => {
            format!("It was not changed since {host} sealed it, so that host changed it itself{how}.")
        }
        Some(first) if first > 0 => {
            let first = sealer(chain, first).unwrap_or_default();
            format!("It was changed behind {host}, by {first} or a host before it that does not seal{how}.")
        }
        _ => format!("It was changed behind {host}{how}."),
    }
}
