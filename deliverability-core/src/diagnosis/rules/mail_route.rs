//! Where the domain takes its mail: `sender.unresolvable`, `mx.*`.

use core::fmt;

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Finding, Unknown};
use crate::dns::{Check, Known, RecordData, Step};
use crate::domain::DomainName;
use crate::mail_route::{HostState, MailRoute, MxHost, RouteKind, RouteOutcome};
use crate::network::list_addresses;
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let authors: Vec<MailRoute> = case.other_authors().into_iter().map(MailRoute::of).collect();
    match (MailRoute::of(case.domain.clone()), authors).step(known) {
        Step::Need(needed) => Step::Need(needed),
        Step::Done((route, authors)) => {
            let lookups = Lookups::over(known);
            let mut found = Examined::default();
            judge_route(&route, &lookups, &mut found);
            // Of a domain that is in From only, how it takes mail is its own business; that it does is not.
            for author in &authors {
                judge_author(author, &lookups, &mut found);
            }
            for host in route.hosts() {
                judge_host(&route, host, &lookups, &mut found);
            }
            judge_hosts(&route, &lookups, &mut found);
            judge_null_mx(&route, &lookups, &mut found);
            lookups.finish(found)
        }
    }
}

/// What keeps mail to a domain from being delivered; `None` if nothing does. What is not known is left open.
fn obstacle(route: &RouteOutcome, found: &mut Examined) -> Option<&'static str> {
    match route.kind() {
        RouteKind::Mx | RouteKind::ImplicitMx => None,
        RouteKind::Unknown(error) => {
            let open = Unknown::new(format!("can mail to {} be delivered", route.domain()), error, true);
            found.leave_open(open.for_want_of(route.queries()));
            None
        }
        RouteKind::NoSuchDomain => Some("does not exist"),
        RouteKind::NullMx => Some("says with a null MX that it takes no mail"),
        RouteKind::NoRoute => Some("has neither an MX nor an address record"),
    }
}

/// The domain of a From field that is not the envelope's: large receivers want that of both.
fn judge_author(route: &RouteOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    let Some(what) = obstacle(route, found) else { return };
    let domain = route.domain();
    // RFC 7505 §4.2 speaks of the MAIL FROM domain; that of From is what readers answer to.
    let severity = if *route.kind() == RouteKind::NullMx { Severity::Error } else { Severity::Blocks };
    let message = format!(
        "{domain}, the domain in the From field, {what}: nobody can answer such a message, and large receivers refuse it \
         (Yahoo asks for an MX or address record of the MAIL FROM and the From domain)."
    );
    let text = format!(
        "Write a From address at a domain that takes mail, or publish an MX record at {domain} that names your mail host. \
         Verify: a message to postmaster@{domain} arrives."
    );
    found.find(
        Finding::new(RuleId::SenderUnresolvable, severity, domain, message)
            .with_evidence(lookups.evidence_of(route.queries()))
            .with_remedy(text, Vec::new()),
    );
}

fn judge_route(route: &RouteOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    let Some(what) = obstacle(route, found) else { return };
    let domain = route.domain();
    let message = format!("{domain} {what}: receivers refuse a sender that they could not answer, and callouts fail.");
    let text = match route.kind() {
        RouteKind::NullMx => format!(
            "Send from a domain that takes mail, or replace the null MX of {domain} by an MX record that names your mail \
             host. Verify: a message to postmaster@{domain} arrives."
        ),
        _ => format!(
            "Publish an MX record at {domain} that names your mail host. Verify: a message to postmaster@{domain} arrives."
        ),
    };
    found.find(
        Finding::new(RuleId::SenderUnresolvable, Severity::Blocks, domain, message)
            .with_evidence(lookups.evidence_of(route.queries()))
            .with_remedy(text, Vec::new()),
    );
}

fn judge_host(route: &RouteOutcome, host: &MxHost, lookups: &Lookups<'_>, found: &mut Examined) {
    let (rule, what, text, changes) = match host.state() {
        HostState::Addresses(_) | HostState::Null => return,
        HostState::Failed(error) => {
            let question = format!("does the MX host {} have an address", host.name());
            return found.leave_open(Unknown::new(question, error, false).for_want_of(host.queries()));
        }
        HostState::Cname { chain } => of_alias(route, host, chain),
        HostState::AddressLiteral(address) => of_address(route, address),
        HostState::Dangling { nxdomain } => of_dangling(route, host, *nxdomain),
        HostState::PrivateOnly(addresses) => of_private(host, addresses),
    };
    let mut proof: Vec<_> = lookups.evidence(route.query()).into_iter().collect();
    proof.extend(lookups.evidence_of(host.queries()));
    let message = format!("The MX record {} {} of {} {what}.", host.preference(), host.name(), route.domain());
    found.find(
        Finding::new(rule, Severity::Error, host.name(), message).with_evidence(proof).with_remedy(text, changes),
    );
}

type Judged = (RuleId, String, String, Vec<Change>);

fn of_alias(route: &RouteOutcome, host: &MxHost, chain: &[DomainName]) -> Judged {
    let end = chain.last().unwrap_or(host.name());
    let what = format!("names an alias of {end}");
    if host.is_reachable().is_no() {
        let text = format!("Name a host with a public address record in place of {}: {end} has none.", host.name());
        return (RuleId::MxCname, what, text, Vec::new());
    }
    let text = format!("Name {end} in the MX record. Verify: the MX host has an address record of its own.");
    (RuleId::MxCname, what, text, vec![replace(route, host, end.clone())])
}

fn of_address(route: &RouteOutcome, address: &dyn fmt::Display) -> Judged {
    let text =
        format!("Give {address} a host name, such as mail.{}, and put that name in the MX record.", route.domain());
    (RuleId::MxIpLiteral, format!("names the address {address}; it must name a host"), text, Vec::new())
}

fn of_dangling(route: &RouteOutcome, host: &MxHost, nxdomain: bool) -> Judged {
    let what = if nxdomain { "names a host that does not exist" } else { "names a host without an address" };
    let text = format!("Give {} an address record, or delete this MX record if the host is gone.", host.name());
    // Deleting is only safe where another host is left to take the mail.
    let others = route.hosts().iter().any(|other| other.name() != host.name() && other.is_reachable().is_yes());
    let delete = others.then(|| Change::delete(owner(route), record(host, host.name().clone())));
    (RuleId::MxDangling, what.to_owned(), text, delete.into_iter().collect())
}

fn of_private(host: &MxHost, addresses: &[core::net::IpAddr]) -> Judged {
    let shown = list_addresses(addresses);
    let text = format!("Publish the public address of {}, or take the MX record out of the public zone.", host.name());
    (RuleId::MxPrivateIp, format!("names a host with private addresses only ({shown})"), text, Vec::new())
}

/// The name that holds the MX records (RFC 1034 §3.6.2).
fn owner(route: &RouteOutcome) -> DomainName {
    route.aliases().last().unwrap_or(route.domain()).clone()
}

fn record(host: &MxHost, exchange: DomainName) -> RecordData {
    RecordData::Mx { preference: host.preference(), exchange }
}

fn replace(route: &RouteOutcome, host: &MxHost, by: DomainName) -> Change {
    Change::replace(owner(route), record(host, host.name().clone()), record(host, by))
}

/// `mx.none`: MX records, and no host among them that can take mail.
fn judge_hosts(route: &RouteOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    if *route.kind() != RouteKind::Mx || !route.accepts_mail().is_no() {
        return;
    }
    let domain = route.domain();
    let message = format!("None of the MX hosts of {domain} can take mail: answers, bounces and callouts to it fail.");
    let text = format!("Point the MX record of {domain} at a host name that has a public address record.");
    found.find(
        Finding::new(RuleId::MxNone, Severity::Error, domain, message)
            .with_evidence(lookups.evidence(route.query()))
            .with_remedy(text, Vec::new()),
    );
}

/// `mx.null-beside-others`: RFC 7505 §3 lets a null MX stand alone only.
fn judge_null_mx(route: &RouteOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    if !route.null_mx_beside_others() {
        return;
    }
    let domain = route.domain();
    let nulls = || route.hosts().iter().filter(|host| host.name().is_root());
    // Without a host that takes mail, it is the others that may be wrong.
    let keeps_mail = route.accepts_mail().is_yes();
    let delete = |host: &MxHost| Change::delete(owner(route), record(host, host.name().clone()));
    let message = format!(
        "{domain} says with a null MX that it takes no mail, and names MX hosts beside it: receivers may refuse mail from \
         {domain}, and senders mail to it."
    );
    let text = format!(
        "Delete the null MX if {domain} takes mail, else all other MX records. Verify: the MX set of {domain} holds hosts \
         only, or the null MX alone."
    );
    found.find(
        Finding::new(RuleId::MxNullBesideOthers, Severity::Error, domain, message)
            .with_evidence(lookups.evidence(route.query()))
            .with_remedy(text, if keeps_mail { nulls().map(delete).collect() } else { Vec::new() }),
    );
}
