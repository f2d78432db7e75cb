//! A returned mail that the sender never sent: `spoof.backscatter`, and the listings of its true source.

use core::net::IpAddr;

use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::{Examined, Lookups};
use crate::dnsbl::{List, Lookup, Role, Verdict};
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn judge(case: &Case, lookups: &Lookups<'_>, found: &mut Examined) {
    let Some(ip) = case.route.as_ref().filter(|route| route.is_foreign).and_then(|route| route.client) else { return };
    // The rules about the message itself say more.
    if !case.has_message() {
        found.find(not_ours(case, ip));
    }
    let blocking: Vec<List> = case.lists.iter().filter(|list| list.can_mean(Role::Block)).cloned().collect();
    let verdicts = lookups.run(&Lookup::of(ip).lists(&blocking)).unwrap_or_default();
    for verdict in verdicts.iter().filter(|verdict| verdict.is_blocked()) {
        found.find(listing(ip, verdict, lookups));
    }
}

fn not_ours(case: &Case, ip: IpAddr) -> Finding {
    let relation = case.route.as_ref().and_then(|route| route.relation.clone());
    let relation = relation.unwrap_or_else(|| "it is not among the sending addresses".to_owned());
    let message = format!(
        "The message that came back was sent from {ip}: {relation}, and no server of {} is on its way. Somebody uses the name of the domain.",
        case.domain
    );
    let text = format!(
        "If {ip} sends for you after all, give it to this diagnosis as a sending address. Else nothing has to be delisted: publish SPF with \
         -all and sign with DKIM, raise the DMARC policy to reject once reports show no own mail failing, and refuse at the MX host \
         bounces to addresses that sent nothing (BATV). Whoever runs {ip} can stop it."
    );
    Finding::new(RuleId::SpoofBackscatter, Severity::Note, ip, message).with_remedy(text, Vec::new())
}

fn listing(ip: IpAddr, verdict: &Verdict, lookups: &Lookups<'_>) -> Finding {
    let zone = verdict.list().zone();
    let message = format!(
        "{ip}, where the message that came back was sent from, is on {zone}: {}. It is not one of the sender's mail hosts.",
        verdict.status()
    );
    let text = "Whoever runs the address stops what it sends, then asks for removal. Tell them, with the message that came back.";
    Finding::new(RuleId::DnsblIpListed, Severity::Note, format!("{ip} at {zone}"), message)
        .by(Acts::ListOperator)
        .with_evidence(lookups.evidence_of(verdict.queries()))
        .with_remedy(text, Vec::new())
}
