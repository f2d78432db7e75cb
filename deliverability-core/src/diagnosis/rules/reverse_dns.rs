//! PTR records and HELO names: `ptr.missing`, `ptr.not-forward-confirmed`, `helo.invalid`,
//! `helo.mismatch`.

use core::net::{IpAddr, Ipv4Addr};

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Change, Finding, Scope, Unknown, sentence};
use crate::dns::{Answer, Check, Known, Needed, Query, RecordData, Step};
use crate::domain::DomainName;
use crate::network::arpa_name;
use crate::problem::Severity;
use crate::result::IprevResult;
use crate::reverse_dns::{Helo, HeloOutcome, Iprev, IprevOutcome};
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let iprev: Vec<Iprev> = case.public_ips().map(Iprev::of).collect();
    let mut clients: Vec<IpAddr> = case.public_ips().collect();
    if clients.is_empty() {
        // The name itself can be judged without a client.
        clients.push(Ipv4Addr::UNSPECIFIED.into());
    }
    let helo: Vec<Helo> = case.helo.iter().flat_map(|helo| clients.iter().map(move |ip| Helo::of(helo, *ip))).collect();
    let mut needed = Needed::default();
    let iprev = iprev.step(known).or_need(&mut needed);
    let helo = helo.step(known).or_need(&mut needed);
    let (Some(iprev), Some(helo)) = (iprev, helo) else { return Step::Need(needed) };
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    for outcome in &iprev {
        judge_pointers(case, &lookups, outcome, &helo, &mut found);
    }
    judge_helo(case, &lookups, &iprev, &helo, &mut found);
    lookups.finish(found)
}

fn judge_pointers(
    case: &Case,
    lookups: &Lookups<'_>,
    outcome: &IprevOutcome,
    helo: &[HeloOutcome],
    found: &mut Examined,
) {
    let ip = outcome.address();
    match outcome.result() {
        IprevResult::Pass => {}
        IprevResult::Temperror => {
            let reason = outcome.error().map_or_else(String::new, ToString::to_string);
            let open = Unknown::new(format!("does {ip} have a confirmed PTR name"), reason, true);
            found.leave_open(open.for_want_of(outcome.queries()));
        }
        IprevResult::Permerror => {
            let (text, changes) = name_the_address(case, lookups, ip, helo);
            found.find(
                Finding::new(RuleId::PtrMissing, Severity::Blocks, ip, sentence(outcome))
                    .about(Scope::Address(ip))
                    .with_evidence(lookups.evidence(outcome.query()))
                    .with_remedy(text, changes),
            );
        }
        IprevResult::Fail => found.find(
            Finding::new(RuleId::PtrNotForwardConfirmed, Severity::Blocks, ip, sentence(outcome))
                .about(Scope::Address(ip))
                .with_evidence(lookups.evidence_of(outcome.queries()))
                .with_remedy(confirm_text(outcome), confirm_changes(case, lookups, outcome, helo)),
        ),
    }
}

/// The PTR record to ask for, and the address record of its name.
fn name_the_address(case: &Case, lookups: &Lookups<'_>, ip: IpAddr, helo: &[HeloOutcome]) -> (String, Vec<Change>) {
    let spoken = helo.iter().find(|outcome| outcome.client() == ip && outcome.form().is_valid());
    let public = spoken.and_then(|outcome| outcome.form().name()).filter(|name| may_host(case, name, ip, lookups));
    let Some(name) = public.cloned().or_else(|| free_name(case, ip, lookups)) else {
        let text = format!("Ask the owner of {ip} to set its PTR record to the public name of the server.");
        return (text, Vec::new());
    };
    let text = format!(
        "Ask the owner of {ip} (the provider or hoster that assigned it) to set its PTR record to {name}, and publish the \
         address record of {name}. The PTR record stands in the reverse zone of the address, not in your domain's zone. \
         Then let the server say {name} in HELO. Verify: the PTR of {ip} gives {name}, and {name} gives {ip}."
    );
    let mut changes = vec![Change::add(pointer_owner(lookups, ip), RecordData::Ptr(name.clone()))];
    changes.extend(address_change(lookups, name, ip));
    (text, changes)
}

/// The name that holds the PTR records: in a delegated block it is an alias's target (RFC 2317 §4).
fn pointer_owner(lookups: &Lookups<'_>, ip: IpAddr) -> DomainName {
    lookups.owner(&Query::ptr(arpa_name(ip)))
}

/// A name within the case's domain that nothing stands at yet: one in use would get a second host.
fn free_name(case: &Case, ip: IpAddr, lookups: &Lookups<'_>) -> Option<DomainName> {
    let names = ["mail", "smtp", "out", "mta"].into_iter().filter_map(|label| case.domain.child(label).ok());
    for name in names.filter(DomainName::is_host_name) {
        // Not known yet: the next step goes on from here.
        if is_free(case, lookups, &name, ip)? {
            return Some(name);
        }
    }
    None
}

/// Whether `name` can be this server's: it leads to the address already, or it is the domain's own
/// and leads nowhere yet. One that leads elsewhere is another host's.
fn may_host(case: &Case, name: &DomainName, ip: IpAddr, lookups: &Lookups<'_>) -> bool {
    address_change(lookups, name.clone(), ip).is_none()
        || name.is_within(&case.domain) && is_free(case, lookups, name, ip) == Some(true)
}

/// Whether nothing stands at `name`, in the other family nothing but what is known to send mail
/// too; `None` while it is not known.
fn is_free(case: &Case, lookups: &Lookups<'_>, name: &DomainName, ip: IpAddr) -> Option<bool> {
    let answers = [Query::a(name.clone()), Query::aaaa(name.clone())].map(|query| lookups.get(&query));
    let [Some(v4), Some(v6)] = answers else { return None };
    let is_ours = |address: IpAddr| address.is_ipv4() != ip.is_ipv4() && case.sending_ips.contains(&address);
    let leads_nowhere_else =
        |answer: Answer| answer.is_ok_and(|found| found.aliases().is_empty() && found.addresses().all(is_ours));
    Some(leads_nowhere_else(v4) && leads_nowhere_else(v6))
}

fn is_alias(lookups: &Lookups<'_>, name: &DomainName, ip: IpAddr) -> bool {
    let query = Query::address(name.clone(), ip);
    lookups.owner(&query) != query.name
}

/// The address record that `name` lacks.
fn address_change(lookups: &Lookups<'_>, name: DomainName, ip: IpAddr) -> Option<Change> {
    let answer = lookups.get(&Query::address(name.clone(), ip));
    let there = answer.is_some_and(|answer| answer.is_ok_and(|found| found.addresses().any(|address| address == ip)));
    (!there).then(|| Change::add(name, RecordData::from(ip)))
}

fn confirm_text(outcome: &IprevOutcome) -> String {
    let ip = outcome.address();
    format!(
        "Give the PTR name an address record for {ip}, or ask the owner of {ip} to set its PTR record to a name that has \
         one. Verify: the PTR of {ip} gives a name, and that name gives {ip}."
    )
}

/// A PTR name within the case's domain gets the address if the server says it in HELO or it leads
/// nowhere yet: else it is another host's. Then the PTR record names the HELO host that has the
/// address.
fn confirm_changes(case: &Case, lookups: &Lookups<'_>, outcome: &IprevOutcome, helo: &[HeloOutcome]) -> Vec<Change> {
    let ip = outcome.address();
    let names = || outcome.pointers().iter().map(crate::reverse_dns::Pointer::name);
    let said = |name: &DomainName| helo.iter().any(|said| said.client() == ip && said.form().name() == Some(name));
    let can_take = |name: &&DomainName| {
        let alone = || is_free(case, lookups, name, ip) == Some(true);
        name.is_within(&case.domain) && !is_alias(lookups, name, ip) && (said(name) || alone())
    };
    if let Some(own) = names().find(can_take) {
        return vec![Change::add(own.clone(), RecordData::from(ip))];
    }
    let spoken = helo.iter().find(|outcome| outcome.client() == ip && outcome.resolves_to_client().is_yes());
    match (spoken.and_then(|outcome| outcome.form().name()), names().next()) {
        (Some(host), Some(old)) => {
            let (old, new) = (RecordData::Ptr(old.clone()), RecordData::Ptr(host.clone()));
            vec![Change::replace(pointer_owner(lookups, ip), old, new)]
        }
        _ => Vec::new(),
    }
}

fn judge_helo(case: &Case, lookups: &Lookups<'_>, iprev: &[IprevOutcome], helo: &[HeloOutcome], found: &mut Examined) {
    // One name is judged against all sending addresses: it need only belong to one of them.
    let Some(first) = helo.first() else {
        if case.helo.is_none() && !case.sending_ips.is_empty() {
            found.leave_open(Unknown::new("what the server says in HELO", "no HELO name was given", false));
        }
        return;
    };
    let name = first.text();
    if !first.form().is_valid() || first.resolves().is_no() {
        return found.find(invalid(lookups, first, iprev));
    }
    if let Some(error) = first.resolves().error() {
        let open = Unknown::new(format!("does the HELO name {name} resolve"), error, false);
        return found.leave_open(open.for_want_of(first.queries()));
    }
    if first.client().is_unspecified() {
        return;
    }
    let unknown = helo.iter().find_map(|outcome| outcome.resolves_to_client().error().cloned());
    let is_pointer =
        |outcome: &IprevOutcome| outcome.confirmed_names().any(|pointer| first.form().name() == Some(pointer));
    if helo.iter().any(|outcome| outcome.resolves_to_client().is_yes()) || iprev.iter().any(is_pointer) {
        return;
    }
    match unknown {
        Some(error) => {
            let question = format!("does the HELO name {name} resolve to a sending address");
            found.leave_open(Unknown::new(question, error, false).for_want_of(first.queries()));
        }
        None => found.find(mismatch(lookups, first, iprev)),
    }
}

fn invalid(lookups: &Lookups<'_>, outcome: &HeloOutcome, iprev: &[IprevOutcome]) -> Finding {
    Finding::new(RuleId::HeloInvalid, Severity::Error, outcome.text(), sentence(outcome))
        .by(Acts::SenderServer)
        .with_evidence(lookups.evidence_of(outcome.queries()))
        .with_remedy(say_instead(iprev), Vec::new())
}

fn mismatch(lookups: &Lookups<'_>, outcome: &HeloOutcome, iprev: &[IprevOutcome]) -> Finding {
    Finding::new(
        RuleId::HeloMismatch,
        Severity::Warning,
        outcome.text(),
        format!("{outcome}, and it is no confirmed PTR name of a sending address."),
    )
    .by(Acts::SenderServer)
    .with_evidence(lookups.evidence_of(outcome.queries()))
    .with_remedy(say_instead(iprev), Vec::new())
}

fn say_instead(iprev: &[IprevOutcome]) -> String {
    let name = iprev.iter().flat_map(IprevOutcome::confirmed_names).next();
    let host = name.map_or_else(|| "the name that its PTR record will give".to_owned(), ToString::to_string);
    format!(
        "Let the server say {host} in HELO (Postfix: smtp_helo_name, Exim: helo_data). Verify: connect from the server and \
         read the name in the receiver's Received field."
    )
}
