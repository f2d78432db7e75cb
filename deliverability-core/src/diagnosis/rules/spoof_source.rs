//! Who sent a message that none of the sender's own servers sent, as far as that can be traced: what is
//! proven first, then what the message only claims.

use super::message::{Seen, Stream};
use crate::diagnosis::finding::Unknown;
use crate::dkim::SignatureOutcome;
use crate::domain::DomainName;
use crate::mail_route::RouteKind;
use crate::mail_source::{Relation, SourceOf, SourceOutcome};
use crate::public_suffix::organization;
use crate::result::{DkimResult, IprevResult};
use crate::reverse_dns::iprev::Pointer;
use crate::reverse_dns::{Iprev, IprevOutcome};

/// Most names that a sentence lists.
const MAX_NAMES: usize = 3;

/// What the address that handed the message over is to the sender's domain. A message that none of the sending
/// addresses sent has one such address.
pub(super) fn of(seen: &Seen<'_>) -> Option<SourceOutcome> {
    seen.lookups.run(&SourceOf::new(seen.streams.first()?.ip(), seen.case.domain.clone()))
}

/// That the message may be the sender's own after all: a mail host of its domain handed it over, or one that
/// its SPF record authorizes, which is none of the sending addresses given.
pub(super) fn may_be_own(source: &SourceOutcome) -> Option<Unknown> {
    if !matches!(source.relation(), Relation::MxHost | Relation::Authorized) {
        return None;
    }
    let question = format!("is the message from {} the sender's own", source.ip());
    let reason = format!(
        "{source}, and was not given as a sending address: if it sends for you, give it; if not, take it out of the SPF record"
    );
    Some(Unknown::new(question, reason, false))
}

/// What is known of the sender, in sentences.
pub(super) fn in_words(seen: &Seen<'_>, stream: &Stream<'_>, source: Option<&SourceOutcome>) -> String {
    let ip = stream.ip();
    let iprev = seen.lookups.run(&Iprev::of(ip));
    let named = iprev.map_or_else(String::new, |iprev| format!(", {}", calls_itself(&iprev)));
    let stands = source.map_or_else(String::new, stands_to_domain);
    let how = match &seen.case.route {
        Some(_) => "so the mail that came back says",
        None => {
            "so the topmost Received field with a public address says, and no Received field names a sending address of this \
             case"
        }
    };
    format!("The message was handed over by {ip}{named}: {how}.{stands} {}{}", signed(seen, stream), claimed(seen))
}

/// Anybody can point a PTR record at any name: only the way back proves it (RFC 8601 §2.7.3).
fn calls_itself(iprev: &IprevOutcome) -> String {
    let mut confirmed: Vec<&DomainName> = iprev.confirmed_names().collect();
    let mut claimed: Vec<&DomainName> = iprev.pointers().iter().map(Pointer::name).collect();
    // The order of an answer means nothing (RFC 2181 §5).
    confirmed.sort();
    claimed.sort();
    match (confirmed.first(), claimed.first()) {
        (Some(name), _) => format!("whose PTR record names {name}, which resolves back to it"),
        (None, Some(name)) => format!("whose PTR record names {name}; that name does not confirm it"),
        (None, None) if iprev.result() == IprevResult::Temperror => "whose PTR name is not known".to_owned(),
        (None, None) => "which has no PTR name".to_owned(),
    }
}

/// What the address is to the domain, and where that takes its mail.
fn stands_to_domain(source: &SourceOutcome) -> String {
    let route = source.route();
    let mut names: Vec<String> = route.hosts().iter().map(|host| host.name().to_string()).collect();
    names.sort();
    names.truncate(MAX_NAMES);
    if names.is_empty() || !matches!(route.kind(), RouteKind::Mx) {
        return format!(" {source}.");
    }
    format!(" {source}; the MX of {} is {}.", route.domain(), names.join(", "))
}

/// A signature that passes says who answers for the message (RFC 6376 §1).
fn signed(seen: &Seen<'_>, stream: &Stream<'_>) -> String {
    let author = organization(stream.dmarc.identities().author_domain());
    let domain = |outcome: &SignatureOutcome| outcome.signature().map(|signature| signature.domain.clone());
    let passing = seen.signatures.iter().filter(|outcome| outcome.result() == DkimResult::Pass);
    let mut others: Vec<String> =
        passing.filter_map(domain).filter(|of| !of.is_within(&author)).map(|of| of.to_string()).collect();
    others.dedup();
    others.truncate(MAX_NAMES);
    match (seen.signatures.is_empty(), others.is_empty()) {
        (true, _) => "It carries no signature.".to_owned(),
        (_, true) => "No signature of it passes: who signed is not proven.".to_owned(),
        _ => format!(
            "It is signed by {}, and that passes: whoever runs that domain answers for the message; no signature of {author} \
             passes.",
            others.join(", ")
        ),
    }
}

/// What a field says that anybody could have written.
fn claimed(seen: &Seen<'_>) -> String {
    match &seen.message.header().origin {
        Some((name, value)) => {
            format!(" A field that nothing proves says more: {name}: {}.", crate::escaped::Escaped(value.as_bytes()))
        }
        None => String::new(),
    }
}
