//! Names and routes: does the address have a name, does the HELO name resolve, can the sender be answered.

use core::net::{IpAddr, Ipv4Addr};

use super::confirm::{Answered, Question};
use crate::bounce::Cause;
use crate::diagnosis::bounce::domain_of;
use crate::diagnosis::rules::reverse_dns::generic_names;
use crate::domain::DomainName;
use crate::mail_route::{MailRoute, RouteKind, RouteOutcome};
use crate::network::list_addresses;
use crate::result::IprevResult;
use crate::reverse_dns::{Helo, Iprev, IprevOutcome};

pub(super) fn pointer(question: &Question<'_>) -> Option<Answered> {
    let checks: Vec<Iprev> = question.addresses().into_iter().map(Iprev::of).collect();
    let outcomes = question.run(&checks)?;
    let each = outcomes.iter().map(|outcome| of_pointer(question, outcome));
    let none = || Answered::unknown("the reply does not name the address, and no sending address was given");
    Some(Answered::most(each).unwrap_or_else(none))
}

fn of_pointer(question: &Question<'_>, outcome: &IprevOutcome) -> Answered {
    let generic = generic_names(outcome);
    let is_generic = matches!(question.cause, Cause::PtrGeneric | Cause::IpDynamic);
    let answered = match (outcome.result(), generic.first()) {
        (IprevResult::Temperror, _) => Answered::unknown(outcome),
        (IprevResult::Fail | IprevResult::Permerror, _) => Answered::confirmed(outcome),
        (IprevResult::Pass, Some(name)) if is_generic => Answered::confirmed(format!("{} {name}", name.text())),
        (IprevResult::Pass, _) if question.cause == Cause::IpDynamic => {
            Answered::not_checkable(format!("the receiver says which ranges it takes for dynamic; {outcome}"))
        }
        (IprevResult::Pass, _) => Answered::refuted(outcome),
    };
    let queries = || outcome.queries();
    answered.asking(queries()).with(question.lookups.evidence_of(queries()))
}

pub(super) fn helo(question: &Question<'_>) -> Option<Answered> {
    let Some(name) = question.reply().parameters().helo.as_ref().or(question.case.helo.as_ref()) else {
        return Some(Answered::unknown("the reply does not say which name it was, and no HELO name was given"));
    };
    let client = question.addresses().first().copied();
    let outcome = question.run(&Helo::of(name, client.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))?;
    let answered = if !outcome.form().is_valid() || outcome.resolves().is_no() {
        Answered::confirmed(&outcome)
    } else if let Some(error) = outcome.resolves().error() {
        Answered::unknown(error)
    } else if client.is_some() && outcome.resolves_to_client().is_no() {
        Answered::confirmed(&outcome)
    } else {
        Answered::refuted(&outcome)
    };
    Some(answered.asking(outcome.queries()).with(question.lookups.evidence_of(outcome.queries())))
}

/// Whether the envelope sender could be answered.
pub(super) fn sender_route(question: &Question<'_>) -> Option<Answered> {
    let Some(domain) = question.sender_domain() else {
        return Some(Answered::unknown("the sender's domain is not known"));
    };
    let route = question.run(&MailRoute::of(domain.clone()))?;
    let is_null = matches!(route.kind(), RouteKind::NullMx) || route.null_mx_beside_others();
    let says = in_words(&domain, &route);
    let answered = match (question.cause, route.kind()) {
        (_, RouteKind::Unknown(_)) => Answered::unknown(says),
        (Cause::SenderNullMx, _) if is_null => Answered::confirmed(says),
        (Cause::SenderNullMx, _) => Answered::refuted(says),
        (_, RouteKind::NoSuchDomain | RouteKind::NoRoute | RouteKind::NullMx) => Answered::confirmed(says),
        _ if route.accepts_mail().is_no() => Answered::confirmed(says),
        _ => Answered::refuted(says),
    };
    Some(with_route(question, answered, &route))
}

/// The DNS part of a callout: whether there is a host to ask. What it answers shows in a session only.
pub(super) fn callout(question: &Question<'_>) -> Option<Answered> {
    let named = question.reply().parameters().sender.as_deref().and_then(domain_of);
    let Some(domain) = named.or_else(|| question.sender_domain()) else {
        return Some(Answered::unknown("the sender's domain is not known"));
    };
    let route = question.run(&MailRoute::of(domain.clone()))?;
    let says = in_words(&domain, &route);
    let answered = if matches!(route.kind(), RouteKind::Unknown(_)) {
        Answered::unknown(says)
    } else if route.accepts_mail().is_no() {
        Answered::confirmed(format!("nobody can ask: {says}"))
    } else {
        let how = "what the host answers to MAIL FROM:<> and RCPT TO shows in a session only";
        Answered::not_checkable(format!("{says}; {how}"))
    };
    Some(with_route(question, answered, &route))
}

pub(super) fn recipient_route(question: &Question<'_>) -> Option<Answered> {
    let Some(domain) = question.recipient.address().and_then(domain_of) else {
        return Some(Answered::unknown("the recipient's address is not known"));
    };
    let route = question.run(&MailRoute::of(domain.clone()))?;
    let says = in_words(&domain, &route);
    let answered = match route.kind() {
        RouteKind::Unknown(_) => Answered::unknown(says),
        RouteKind::NoSuchDomain | RouteKind::NoRoute | RouteKind::NullMx => Answered::confirmed(says),
        _ if route.accepts_mail().is_no() => Answered::confirmed(says),
        _ => Answered::refuted(says),
    };
    Some(with_route(question, answered, &route))
}

fn with_route(question: &Question<'_>, answered: Answered, route: &RouteOutcome) -> Answered {
    answered.asking(route.queries()).with(question.lookups.evidence_of(route.queries()))
}

/// Where mail to a domain goes.
fn in_words(domain: &DomainName, route: &RouteOutcome) -> String {
    match route.kind() {
        RouteKind::NoSuchDomain => format!("{domain} does not exist"),
        RouteKind::NullMx => format!("{domain} says with a null MX that it takes no mail"),
        RouteKind::NoRoute => format!("{domain} has neither an MX nor an address record"),
        RouteKind::Unknown(error) => format!("where mail to {domain} goes is not known: {error}"),
        RouteKind::ImplicitMx | RouteKind::Mx if route.accepts_mail().is_no() => {
            format!("no mail host of {domain} has a public address")
        }
        RouteKind::ImplicitMx | RouteKind::Mx => {
            let addresses: Vec<IpAddr> =
                route.hosts().iter().flat_map(crate::mail_route::MxHost::addresses).take(5).collect();
            let names: Vec<String> = route.hosts().iter().take(5).map(|host| host.name().to_string()).collect();
            format!("mail to {domain} goes to {} ({})", names.join(", "), list_addresses(&addresses))
        }
    }
}

/// RFC 4407 §2: whether the message has one purported responsible address.
pub(super) fn purported_author(question: &Question<'_>) -> Answered {
    match question.case.bounce.as_ref().and_then(|bounce| bounce.original().purported.as_ref()) {
        None => Answered::unknown("the header of the message did not come back"),
        Some(Err(why)) => Answered::confirmed(format!("the message has no purported responsible address: {why}")),
        Some(Ok(address)) => Answered::not_checkable(format!(
            "the message has the purported responsible address {address}; Sender ID is historic, and only the receiver knows what it took it for"
        )),
    }
}
