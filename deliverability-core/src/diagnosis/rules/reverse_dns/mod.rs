//! PTR records and HELO names: `ptr.missing`, `ptr.not-forward-confirmed`, `ptr.generic`,
//! `ptr.cname`, `helo.invalid`, `helo.mismatch`.

mod helo;
mod naming;
mod pointers;

use core::net::{IpAddr, Ipv4Addr};

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::dns::{Check, Known, Needed, Step};
use crate::reverse_dns::{GenericName, Helo, Iprev, IprevOutcome};

pub(super) use naming::pointer_owner;

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
        pointers::judge(case, &lookups, outcome, &helo, &mut found);
    }
    helo::judge(case, &lookups, &iprev, &helo, &mut found);
    lookups.finish(found)
}

/// The generic names that receivers know an address by: empty if one of its names is not generic.
/// Where names are confirmed, the others do not count.
pub(super) fn generic_names(outcome: &IprevOutcome) -> Vec<GenericName> {
    let confirmed: Vec<_> = outcome.confirmed_names().collect();
    let all = || outcome.pointers().iter().map(crate::reverse_dns::Pointer::name).collect();
    let names = if confirmed.is_empty() { all() } else { confirmed };
    let looked_at: Vec<_> = names.into_iter().map(|name| GenericName::of(name, outcome.address())).collect();
    if looked_at.iter().all(GenericName::is_generic) { looked_at } else { Vec::new() }
}
