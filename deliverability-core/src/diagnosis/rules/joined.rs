//! What needs two protocols to be told: `ip.dynamic-or-policy-listed` joins a listing by policy to
//! the PTR name that it goes by.

use core::net::IpAddr;

use super::reverse_dns::generic_names;
use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Finding, Scope};
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
    let listed: Vec<&Verdict> = verdicts.iter().filter(|verdict| !policy_codes(verdict).is_empty()).collect();
    if listed.is_empty() {
        return;
    }
    let says = |verdict: &&Verdict| {
        let codes: Vec<String> = policy_codes(verdict).into_iter().map(ToString::to_string).collect();
        format!("{}: {}", verdict.list().zone(), codes.join(", "))
    };
    let lists: Vec<String> = listed.iter().map(says).collect();
    let message = format!(
        "{ip} is listed by policy, not for what it sent ({}). {} Most receivers refuse mail that comes from it directly.",
        lists.join("; "),
        why(iprev)
    );
    let queries = core::iter::once(iprev.query()).chain(listed.iter().flat_map(|verdict| verdict.queries()));
    found.find(
        Finding::new(RuleId::IpDynamicOrPolicyListed, Severity::Blocks, ip, message)
            .about(Scope::Address(ip))
            .by(Acts::SenderServer)
            .with_evidence(lookups.evidence_of(queries))
            .with_remedy(what_to_do(ip, &listed), Vec::new()),
    );
}

/// What the PTR name has to do with it.
fn why(iprev: &IprevOutcome) -> String {
    let names = generic_names(iprev);
    match (names.first(), iprev.result()) {
        (Some(name), _) => format!("Its PTR name {} {name}: such names are what these lists go by.", name.text()),
        (None, IprevResult::Permerror) => "It has no PTR name either, which such lists count too.".to_owned(),
        (None, IprevResult::Temperror) => "Whether its PTR name is the reason is not known.".to_owned(),
        (None, _) => "Its PTR name is not generic, so the range around it is the reason.".to_owned(),
    }
}

fn what_to_do(ip: IpAddr, listed: &[&Verdict]) -> String {
    let pages: Vec<&str> = listed.iter().filter_map(|verdict| verdict.list().delist()).collect();
    let at = if pages.is_empty() { String::new() } else { format!(" ({})", pages.join(", ")) };
    format!(
        "Do not deliver directly from {ip}: send through your provider's relay (smarthost) with authentication. If the address \
         is static and yours to send from, first have its PTR record set to a host name under your own domain, then ask the \
         list for an exemption{at}. Verify: run this diagnosis again; the list answers NXDOMAIN for {ip}."
    )
}
