//! What needs two protocols to be told: `ptr.explains-listing` joins a listing by policy to the PTR
//! name that it goes by.

use core::net::IpAddr;

use super::reverse_dns::generic_names;
use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Finding, Scope};
use crate::dns::{Check, Known, Needed, Step};
use crate::dnsbl::{Code, List, Lookup, Pattern, Status, Verdict};
use crate::problem::Severity;
use crate::result::IprevResult;
use crate::reverse_dns::{Iprev, IprevOutcome};
use crate::rule_id::RuleId;

/// The codes by which a list says that a range is not meant to send, or that the PTR name is
/// generic or missing: by the lists' own pages, read 2026.
const BY_POLICY: &[(&str, Pattern)] = &[
    ("zen.spamhaus.org", Pattern::between([127, 0, 0, 10], [127, 0, 0, 11])),
    ("pbl.spamhaus.org", Pattern::between([127, 0, 0, 10], [127, 0, 0, 11])),
    ("all.spamrats.com", Pattern::between([127, 0, 0, 36], [127, 0, 0, 37])),
];

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let lists: Vec<List> = case.lists.iter().filter(|list| has_policy(list)).cloned().collect();
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    if lists.is_empty() {
        return Step::Done(found);
    }
    for ip in case.public_ips() {
        let mut needed = Needed::default();
        let iprev = Iprev::of(ip).step(known).or_need(&mut needed);
        let verdicts = Lookup::of(ip).lists(&lists).step(known).or_need(&mut needed);
        lookups.note(needed);
        if let (Some(iprev), Some(verdicts)) = (iprev, verdicts) {
            judge(ip, &iprev, &verdicts, &lookups, &mut found);
        }
    }
    lookups.finish(found)
}

fn has_policy(list: &List) -> bool {
    BY_POLICY.iter().any(|(zone, _)| list.zone().to_string() == *zone)
}

fn is_by_policy(verdict: &Verdict, code: &Code) -> bool {
    let zone = verdict.list().zone().to_string();
    BY_POLICY.iter().any(|(list, pattern)| *list == zone && pattern.matches(code.address))
}

/// The listings that go by the range or the name, not by what was sent.
fn policy_codes(verdict: &Verdict) -> Vec<&Code> {
    let Status::Listed { codes, .. } = verdict.status() else { return Vec::new() };
    codes.iter().filter(|code| is_by_policy(verdict, code)).collect()
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
