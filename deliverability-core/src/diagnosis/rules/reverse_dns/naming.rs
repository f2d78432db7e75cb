//! Which name a sending address is to get, who can give it, and the records for that.

use core::net::IpAddr;

use crate::diagnosis::case::Case;
use crate::diagnosis::finding::Change;
use crate::diagnosis::rules::Lookups;
use crate::dns::{Answer, Query, RecordData};
use crate::domain::DomainName;
use crate::network::arpa_name;
use crate::reverse_dns::{GenericName, HeloOutcome, IprevOutcome, Pointer};

/// The PTR record to ask for, and the address record of its name.
pub(super) fn name_the_address(
    case: &Case,
    lookups: &Lookups<'_>,
    outcome: &IprevOutcome,
    helo: &[HeloOutcome],
) -> (String, Vec<Change>) {
    let ip = outcome.address();
    let is_good = |name: &&DomainName| may_host(case, name, ip, lookups) && !GenericName::of(name, ip).is_generic();
    let spoken = helo.iter().find(|said| said.client() == ip && said.form().is_valid());
    let public = spoken.and_then(|said| said.form().name()).filter(is_good);
    let Some(name) = public.cloned().or_else(|| free_name(case, ip, lookups)) else {
        let text = format!(
            "Have the PTR record of {ip} set to the public name of the server. {} Verify: the PTR of {ip} gives that name, and \
             the name gives {ip}.",
            who_sets(case, outcome)
        );
        return (text, Vec::new());
    };
    let address = address_change(lookups, name.clone(), ip);
    let publish = if address.is_some() { format!(", and publish the address record of {name}") } else { String::new() };
    let text = format!(
        "Have the PTR record of {ip} set to {name}{publish}. {} Then let the server say {name} in HELO. Verify: the PTR of \
         {ip} gives {name}, and {name} gives {ip}.",
        who_sets(case, outcome)
    );
    (text, rename(lookups, outcome, &name).into_iter().chain(address).collect())
}

/// One PTR record with `name` in place of those that stand there.
fn rename(lookups: &Lookups<'_>, outcome: &IprevOutcome, name: &DomainName) -> Vec<Change> {
    let owner = pointer_owner(lookups, outcome.address());
    let new = RecordData::Ptr(name.clone());
    let mut old = outcome.pointers().iter().map(|pointer| RecordData::Ptr(pointer.name().clone()));
    let first = match old.next() {
        Some(first) => Change::replace(owner.clone(), first, new),
        None => Change::add(owner.clone(), new),
    };
    core::iter::once(first).chain(old.map(|other| Change::delete(owner.clone(), other))).collect()
}

/// Who can set the PTR record, which never stands in the domain's own zone unless the reverse
/// name leads there.
pub(super) fn who_sets(case: &Case, outcome: &IprevOutcome) -> String {
    let (ip, reverse, owner) = (outcome.address(), &outcome.query().name, outcome.owner());
    if outcome.aliases().is_empty() {
        return format!(
            "Ask the owner of {ip} for it (the provider or hoster that assigned it): the record stands in the reverse zone of \
             the address, not in your domain's zone."
        );
    }
    // RFC 2317 §4, §5.1: the reverse name is an alias into a zone of the holder's choice.
    if owner.is_within(&case.domain) {
        return format!("{reverse} is delegated to you (RFC 2317): the record stands at {owner}, in your own zone.");
    }
    let zone = owner.parent().unwrap_or_else(|| owner.clone());
    format!(
        "{reverse} is delegated (RFC 2317): the record stands at {owner}, and whoever runs the zone {zone} sets it. If that is \
         not you, ask the owner of {ip}."
    )
}

/// The name that holds the PTR records: in a delegated block it is an alias's target (RFC 2317 §4).
pub(in crate::diagnosis::rules) fn pointer_owner(lookups: &Lookups<'_>, ip: IpAddr) -> DomainName {
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
pub(super) fn is_free(case: &Case, lookups: &Lookups<'_>, name: &DomainName, ip: IpAddr) -> Option<bool> {
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

/// A PTR name within the case's domain gets the address if the server says it in HELO or it leads
/// nowhere yet: else it is another host's. Then the PTR record names the HELO host that has the
/// address.
pub(super) fn confirm_changes(
    case: &Case,
    lookups: &Lookups<'_>,
    outcome: &IprevOutcome,
    helo: &[HeloOutcome],
) -> Vec<Change> {
    let ip = outcome.address();
    let names = || outcome.pointers().iter().map(Pointer::name);
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
