//! What needs two protocols to be told: `ptr.explains-listing` joins a listing by policy to the PTR
//! name that it goes by.

use core::net::IpAddr;

use super::dnsbl::dead;
use super::reverse_dns::generic_names;
use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Finding, Scope};
use crate::dns::{Check, Known, Needed, Step};
use crate::dnsbl::{Cause, Code, List, LookupEach, Subject, Verdict};
use crate::problem::Severity;
use crate::result::IprevResult;
use crate::reverse_dns::{Iprev, IprevOutcome};
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let lists: Vec<List> = case.lists.iter().filter(|list| has_policy(list) && dead(list).is_none()).cloned().collect();
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    let mut needed = Needed::default();
    let ips: Vec<IpAddr> = case.public_ips().collect();
    let pointers: Vec<Iprev> = ips.iter().copied().map(Iprev::of).collect();
    // As the lists' own rules ask: a list that refused once is left alone here too.
    let listings = LookupEach::of(ips.iter().copied().map(Subject::Ip)).lists(&lists);
    let listings = listings.step(known).or_need(&mut needed);
    if !lists.is_empty()
        && let (Some(pointers), Some(listings)) = (pointers.step(known).or_need(&mut needed), listings)
    {
        for (ip, (iprev, verdicts)) in ips.into_iter().zip(pointers.iter().zip(&listings)) {
            judge(ip, iprev, verdicts, &lookups, &mut found);
        }
    }
    lookups.note(needed);
    lookups.finish(found)
}

/// Whether the list can say that a range is not meant to send, or that a PTR name is generic or
/// missing.
fn has_policy(list: &List) -> bool {
    list.codes().iter().map(|code| code.cause).chain([list.cause()]).any(is_by_policy)
}

fn is_by_policy(cause: Option<Cause>) -> bool {
    matches!(cause, Some(Cause::EndUserRange | Cause::ReverseDns))
}

/// The codes that go by the range or the name, not by what was sent.
fn policy_codes(verdict: &Verdict) -> Vec<&Code> {
    verdict.codes().iter().filter(|code| is_by_policy(code.cause)).collect()
}

fn judge(ip: IpAddr, iprev: &IprevOutcome, verdicts: &[Verdict], lookups: &Lookups<'_>, found: &mut Examined) {
    let Some(why) = why(iprev) else { return };
    for verdict in verdicts {
        let codes: Vec<String> = policy_codes(verdict).into_iter().map(ToString::to_string).collect();
        if codes.is_empty() {
            continue;
        }
        let zone = verdict.list().zone();
        let message = format!(
            "{ip} is on {zone} for what it is, not for what it sent: {}. {why} Removal is refused, or does not last, while \
             that stays.",
            codes.join(", ")
        );
        let queries = core::iter::once(iprev.query()).chain(verdict.queries());
        found.find(
            Finding::new(RuleId::PtrExplainsListing, Severity::Warning, format!("{ip} at {zone}"), message)
                .about(Scope::Address(ip))
                .with_evidence(lookups.evidence_of(queries))
                .with_remedy(what_to_do(ip, verdict), Vec::new()),
        );
    }
}

/// What the PTR name has to do with it, if anything.
fn why(iprev: &IprevOutcome) -> Option<String> {
    let names = generic_names(iprev);
    match (names.first(), iprev.result()) {
        (Some(name), _) => Some(format!("Its PTR name {} {name}: such lists go by names like that.", name.text())),
        (None, IprevResult::Permerror) => Some("It has no PTR name, which such lists go by.".to_owned()),
        (None, _) => None,
    }
}

fn what_to_do(ip: IpAddr, verdict: &Verdict) -> String {
    let zone = verdict.list().zone();
    let at = verdict.list().delist().map(|page| format!(" at {page}")).unwrap_or_default();
    format!(
        "If {ip} is static and yours to send from: first have its PTR record set to a host name under your own domain, as \
         above, and only then ask {zone} for removal or an exemption{at}. Else do not deliver directly from it, but through \
         your provider's relay (smarthost) with authentication. Verify: {zone} answers NXDOMAIN for {ip}."
    )
}
