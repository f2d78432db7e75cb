//! What a returned mail tells of its case: the sender's domain, the address that was refused, the name in HELO.
//!
//! What the caller gave is left as it is. All else is taken from the surest place, and said to be inferred.

mod client;
mod relation;

use core::net::IpAddr;

use super::bounce::CaseBounce;
use super::case::Case;
use super::returned::Inferred;
use crate::bounce::{Cause, NamedList};
use crate::dns::{Known, Needed};
use crate::dnsbl::{Kind, KnownList, List, Terms};
use crate::public_suffix::organization;
use client::Client;
pub(super) use client::is_only_in_link;
use relation::Relation;

/// The way that a refused message took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The client that was refused, where it is known.
    pub(super) client: Option<IpAddr>,
    /// The forwarder between the sender's own servers and the refusing one: the client itself.
    pub(super) forwarder: Option<IpAddr>,
    /// Whether nothing on the way is the sender's.
    pub(super) is_foreign: bool,
    /// What the client is to the sender's domain, in words.
    pub(super) relation: Option<String>,
}

/// A case completed, and what was added.
pub(super) struct Completed {
    pub(super) case: Case,
    pub(super) inferred: Vec<Inferred>,
}

/// Completes a case from its returned mail. What has to be asked for that is added to `needed`; the case is
/// then what it most likely will be.
pub(super) fn complete(given: &Case, known: &dyn Known, needed: &mut Needed) -> Completed {
    let mut completed = Completed { case: given.clone(), inferred: Vec::new() };
    let Some(bounce) = given.bounce.clone() else { return completed };
    completed.domain(&bounce);
    completed.route(&bounce, known, needed);
    #[cfg(feature = "verify")]
    completed.message(&bounce);
    completed.lists(&bounce);
    completed
}

impl Completed {
    fn add(&mut self, what: &'static str, value: impl core::fmt::Display, source: impl Into<String>) {
        self.inferred.push(Inferred::new(what, value, source));
    }

    fn domain(&mut self, bounce: &CaseBounce) {
        if !self.case.domain.is_root() {
            return;
        }
        if let Some((domain, source)) = bounce.sender_domains().into_iter().next() {
            self.add("domain", &domain, source);
            self.case.domain = domain;
        }
    }

    /// Who was refused, and what it is to the sender.
    fn route(&mut self, bounce: &CaseBounce, known: &dyn Known, needed: &mut Needed) {
        let client = Client::of(bounce, known, needed);
        let given = self.case.sending_ips.clone();
        let route = if given.is_empty() {
            self.inferred_route(bounce, &client, known, needed)
        } else {
            of_given(&self.case, &client)
        };
        if self.case.helo.is_none()
            && let Some((helo, source)) = client.helo_of(bounce, &self.case.sending_ips)
        {
            self.add("helo", crate::escaped::Printable(&helo), source);
            self.case.helo = Some(helo);
        }
        self.case.route = Some(route);
    }

    /// Without sending addresses: the client's, if it may be the sender's own, else the hop below that is.
    fn inferred_route(
        &mut self,
        bounce: &CaseBounce,
        client: &Client,
        known: &dyn Known,
        needed: &mut Needed,
    ) -> Route {
        let mut route = Route { client: client.ip(), forwarder: None, is_foreign: false, relation: None };
        let Some(ip) = client.ip() else { return route };
        if self.case.domain.is_root() {
            self.take_address(ip, client.source.to_owned());
            return route;
        }
        // Until it can be told, the address is taken for the sender's own, so that all else is asked in the same round.
        let Some(relation) = Relation::of(ip, &self.case.domain, known, needed) else {
            self.take_address(ip, String::new());
            return route;
        };
        route.relation = Some(relation.in_words());
        let is_own = |hop: &IpAddr, needed: &mut Needed| {
            Relation::of(*hop, &self.case.domain, known, needed).is_some_and(|relation| relation.is_own())
        };
        let own = client.below.iter().copied().filter(|_| relation.is_stranger()).find(|hop| is_own(hop, needed));
        if let Some(own) = own {
            route.forwarder = Some(ip);
            let source = "a Received field of the message that came back; what follows it forwarded the message";
            self.take_address(own, source.to_owned());
        } else if relation.is_foreign(bounce) {
            route.is_foreign = true;
            self.add("client", ip, format!("{}; {}", client.source, relation.in_words()));
        } else {
            for ip in &client.addresses {
                self.take_address(*ip, format!("{}; {}", client.source, relation.in_words()));
            }
        }
        route
    }

    fn take_address(&mut self, ip: IpAddr, source: String) {
        self.add("sending_ip", ip, source);
        self.case.sending_ips.push(ip);
    }

    #[cfg(feature = "verify")]
    fn message(&mut self, bounce: &CaseBounce) {
        if self.case.message.is_none()
            && let Some(message) = bounce.message()
        {
            self.add("message", format!("{} octets", message.octets()), "it came back whole");
            self.case.message = Some(message.clone());
        }
        if self.case.at.is_none()
            && let Some(at) = bounce.at()
        {
            self.add("at", at, "the Date field of the report");
            self.case.at = Some(at);
        }
    }

    /// The lists that replies name are asked beside the others, unless none is to be asked.
    fn lists(&mut self, bounce: &CaseBounce) {
        if self.case.lists.is_empty() {
            return;
        }
        let named = bounce
            .recipients()
            .iter()
            .filter_map(|recipient| list_of(recipient.reply().parameters().list.as_ref()?, recipient.cause()));
        let mut lists = self.case.lists.to_vec();
        for list in named {
            if lists.len() < self.case.lists.len().saturating_add(MAX_LISTS)
                && !lists.iter().any(|one| one.zone() == list.zone())
            {
                self.inferred.push(Inferred::new("list", list.zone(), "a reply names it"));
                lists.push(list);
            }
        }
        self.case.lists = lists.into();
    }
}

/// Most lists that are asked because replies name them.
const MAX_LISTS: usize = 5;

/// A list that may be asked by somebody who made no arrangement with it. One that the catalogue does not know is
/// asked as RFC 5782 has it, and believed if its test points are right.
pub(super) fn list_of(named: &NamedList, cause: Cause) -> Option<List> {
    let list = match named.known {
        Some(KnownList::Active(list)) => list.clone(),
        Some(_) => return None,
        None => {
            let kind = if cause == Cause::IpBlocklisted { Kind::Ip } else { Kind::Domain };
            List::new(named.zone.clone()?, kind).with_rfc_test_points()
        }
    };
    (!matches!(list.terms(), Some(Terms::Key | Terms::Paid))).then_some(list)
}

/// With sending addresses given: a client that is none of them is a forwarder if one of them is a hop below it, else
/// a stranger.
fn of_given(case: &Case, client: &Client) -> Route {
    let of = |is_foreign, forwarder| Route { client: client.ip(), forwarder, is_foreign, relation: None };
    let Some(ip) = client.ip() else { return of(false, None) };
    let is_given = |ip: &IpAddr| case.sending_ips.contains(ip);
    // A server of the domain may send from another address than the one that its name has.
    let is_named = client.reporter.as_ref().is_some_and(|name| name.is_within(&organization(&case.domain)));
    if client.addresses.iter().any(is_given) || is_named {
        return of(false, None);
    }
    if client.below.iter().any(is_given) { of(false, Some(ip)) } else { of(true, None) }
}
