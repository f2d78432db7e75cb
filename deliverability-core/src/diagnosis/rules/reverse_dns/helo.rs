//! What the HELO name is worth, against the addresses and their PTR names.

use super::naming::is_free;
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Change, Finding, Unknown, sentence};
use crate::diagnosis::rules::{Examined, Lookups};
use crate::dns::{Query, RecordData};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::reverse_dns::{GenericName, HeloForm, HeloOutcome, IprevOutcome};
use crate::rule_id::RuleId;

pub(super) fn judge(
    case: &Case,
    lookups: &Lookups<'_>,
    iprev: &[IprevOutcome],
    helo: &[HeloOutcome],
    found: &mut Examined,
) {
    // One name is judged against all sending addresses: it need only belong to one of them.
    let Some(first) = helo.first() else {
        if case.helo.is_none() && !case.sending_ips.is_empty() {
            found.leave_open(Unknown::new("what the server says in HELO", "no HELO name was given", false));
        }
        return;
    };
    if !first.form().is_valid() || first.resolves().is_no() {
        return found.find(invalid(case, lookups, first, iprev));
    }
    if let Some(error) = first.resolves().error() {
        let open = Unknown::new(format!("does the HELO name {} resolve", first.text()), error, false);
        return found.leave_open(open.for_want_of(first.queries()));
    }
    if !first.client().is_unspecified() {
        judge_owner(lookups, iprev, helo, first, found);
    }
}

/// Whose name it is: a sending address must be behind it.
fn judge_owner(
    lookups: &Lookups<'_>,
    iprev: &[IprevOutcome],
    helo: &[HeloOutcome],
    first: &HeloOutcome,
    found: &mut Examined,
) {
    let is_pointer =
        |outcome: &IprevOutcome| outcome.confirmed_names().any(|pointer| first.form().name() == Some(pointer));
    if helo.iter().any(|outcome| outcome.resolves_to_client().is_yes()) || iprev.iter().any(is_pointer) {
        if let (HeloForm::AddressLiteral(_), Some(name)) = (first.form(), good_name(iprev)) {
            found.find(literal(lookups, first, iprev, name));
        }
        return;
    }
    let unknown = helo.iter().find_map(|outcome| outcome.resolves_to_client().error().cloned());
    match unknown {
        Some(error) => {
            let question = format!("does the HELO name {} resolve to a sending address", first.text());
            found.leave_open(Unknown::new(question, error, false).for_want_of(first.queries()));
        }
        None => found.find(mismatch(lookups, first, iprev)),
    }
}

fn invalid(case: &Case, lookups: &Lookups<'_>, outcome: &HeloOutcome, iprev: &[IprevOutcome]) -> Finding {
    let found = Finding::new(RuleId::HeloInvalid, Severity::Error, outcome.text(), sentence(outcome))
        .with_evidence(lookups.evidence_of(outcome.queries()));
    match publish(case, lookups, outcome, iprev) {
        Some((text, change)) => found.with_remedy(text, vec![change]),
        None => found.by(Acts::SenderServer).with_remedy(say_instead(iprev), Vec::new()),
    }
}

/// A name of the domain's own that leads nowhere yet can be given the address, where no PTR name
/// is there to be said instead.
fn publish(
    case: &Case,
    lookups: &Lookups<'_>,
    outcome: &HeloOutcome,
    iprev: &[IprevOutcome],
) -> Option<(String, Change)> {
    let ip = Some(outcome.client()).filter(|ip| !ip.is_unspecified())?;
    let name = outcome.form().name().filter(|name| outcome.form().is_valid() && name.is_within(&case.domain))?;
    if good_name(iprev).is_some() || is_free(case, lookups, name, ip) != Some(true) {
        return None;
    }
    let text = format!(
        "Publish the address of the server at {name}, and have the PTR record of {ip} set to the same name; or let the server \
         say another name that leads to it (Postfix: smtp_helo_name, Exim: helo_data). Verify: {name} gives {ip}."
    );
    Some((text, Change::add(name.clone(), RecordData::from(ip))))
}

/// RFC 5321 §4.1.1.1, §4.1.4: a literal is for a client that has no name.
fn literal(lookups: &Lookups<'_>, outcome: &HeloOutcome, iprev: &[IprevOutcome], name: &DomainName) -> Finding {
    let message =
        format!("{outcome}, which is for clients without a name: this one is {name}. Many receivers refuse it.");
    Finding::new(RuleId::HeloMismatch, Severity::Warning, outcome.text(), message)
        .by(Acts::SenderServer)
        .with_evidence(lookups.evidence_of(iprev.iter().flat_map(IprevOutcome::queries)))
        .with_remedy(say_instead(iprev), Vec::new())
}

fn mismatch(lookups: &Lookups<'_>, outcome: &HeloOutcome, iprev: &[IprevOutcome]) -> Finding {
    let pointers = iprev.iter().map(IprevOutcome::query);
    let asked: Vec<&Query> = outcome.queries().chain(pointers).collect();
    let message = format!("{outcome}, and it is no confirmed PTR name of a sending address.");
    Finding::new(RuleId::HeloMismatch, Severity::Warning, outcome.text(), message)
        .by(Acts::SenderServer)
        .with_evidence(lookups.evidence_of(asked))
        .with_remedy(say_instead(iprev), Vec::new())
}

/// A confirmed PTR name that is not generic.
fn good_name(iprev: &[IprevOutcome]) -> Option<&DomainName> {
    let names = iprev.iter().flat_map(|outcome| outcome.confirmed_names().map(move |name| (name, outcome.address())));
    names.filter(|(name, ip)| !GenericName::of(name, *ip).is_generic()).map(|(name, _)| name).next()
}

fn say_instead(iprev: &[IprevOutcome]) -> String {
    let host =
        good_name(iprev).map_or_else(|| "the name that its PTR record will give".to_owned(), ToString::to_string);
    format!(
        "Let the server say {host} in HELO (Postfix: smtp_helo_name, Exim: helo_data). Verify: connect from the server and \
         read the name in the receiver's Received field."
    )
}
