//! Keys that are not where verifiers look: `dkim.key-missing`, and `dkim.none` where a domain has none
//! at all. Where the key stands instead, and whose DNS has to change.

use std::sync::Arc;

use super::Lookups;
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Change, Finding, sentence};
#[cfg(feature = "verify")]
use crate::diagnosis::message::CaseMessage;
#[cfg(feature = "verify")]
use crate::dkim::KeyLookup;
use crate::dkim::{KeyOutcome, KeyStatus, Namespace, SelectorOutcome, SetUpOutcome};
use crate::dns::{Query, RecordData, Text};
use crate::domain::DomainName;
use crate::historic::adsp;
use crate::problem::Severity;
use crate::public_suffix::organization;
use crate::rule_id::RuleId;

/// How to get at what belongs into a key record.
pub(super) const PUBLIC_HALF: &str = "`openssl pkey -in PRIVATE-KEY -pubout -outform DER | openssl base64 -A` prints what \
     p= of an RSA key holds; of an Ed25519 key it is the base64 of the last 32 octets.";

/// What was found, what to do and the records to publish.
struct Told {
    seen: String,
    todo: String,
    changes: Vec<Change>,
}

pub(super) fn missing(
    case: &Case,
    set_up: &SetUpOutcome,
    selector: &SelectorOutcome,
    query: &Query,
    lookups: &Lookups<'_>,
) -> Finding {
    let key = selector.key();
    let told = elsewhere(selector, query, lookups)
        .or_else(|| signed_with(case, key, query, lookups))
        .or_else(|| behind_alias(key, query))
        .unwrap_or_else(|| nowhere(set_up, key, query));
    let (name, domain) = (key.selector(), key.domain());
    let text = format!("{} Verify: a message signed with s={name}; d={domain} passes at a receiver.", told.todo);
    let places = [selector.doubled(), selector.behind_cname()].into_iter().flatten().filter_map(KeyOutcome::query);
    let above = set_up.namespace_query().filter(|_| matches!(key.status(), KeyStatus::Missing { .. }));
    Finding::new(RuleId::DkimKeyMissing, Severity::Blocks, &query.name, format!("{}{}", sentence(key), told.seen))
        .with_evidence(lookups.evidence_of([query].into_iter().chain(places).chain(above)))
        .with_remedy(text, told.changes)
}

/// The key stands where the name of the zone was added by mistake.
fn elsewhere(selector: &SelectorOutcome, query: &Query, lookups: &Lookups<'_>) -> Option<Told> {
    let KeyStatus::Missing { alias, .. } = selector.key().status() else { return None };
    match (selector.doubled(), selector.behind_cname(), alias) {
        (Some(doubled), _, None) => {
            let (at, record) = (doubled.query()?, text(doubled)?);
            let seen = format!(" The key stands at {}: the name of the zone was added once more.", at.name);
            let todo = format!(
                "Publish the record at {} and delete it where it stands now. Most DNS panels add the zone's name: enter the \
                 part in front of it.",
                query.name
            );
            let put = Change::add(query.name.clone(), record.clone());
            Some(Told { seen, todo, changes: vec![put, Change::delete(lookups.owner(at), record)] })
        }
        (_, Some(behind), Some(alias)) => {
            let at = &behind.query()?.name;
            let seen = format!(
                " The key stands at {at}: the CNAME's target was written without its final dot, and the zone's name was added."
            );
            let todo = format!("Let the CNAME at {} name {at}, with a final dot in a zone file.", query.name);
            // Of a longer chain it is not known here which link is wrong.
            let chain = lookups.get(query).and_then(Result::ok).map_or(0, |found| found.aliases().len());
            let cname = |name: &DomainName| RecordData::Cname(name.clone());
            let change = (chain == 1).then(|| Change::replace(query.name.clone(), cname(alias), cname(at)));
            Some(Told { seen, todo, changes: change.into_iter().collect() })
        }
        _ => None,
    }
}

fn text(key: &KeyOutcome) -> Option<RecordData> {
    Some(RecordData::Txt(Text::new(Arc::clone(key.record()?))))
}

/// The message shows which published key signs.
#[cfg(feature = "verify")]
fn signed_with(case: &Case, key: &KeyOutcome, query: &Query, lookups: &Lookups<'_>) -> Option<Told> {
    let other = super::dkim_other_keys::of_key(case, key, query, lookups)?;
    let (selector, domain, name) = (other.selector(), other.domain(), &other.query()?.name);
    let seen = format!(" The signature of the message verifies with the key at {name}.");
    if organization(domain) != organization(key.domain()) {
        // Whoever wrote the message may have made that key: it is never proposed to be published.
        let todo = format!(
            "If {domain} sends for you, publish at {} what it asks for. If not, the message is not yours, and nothing is to be \
             published.",
            query.name
        );
        return Some(Told { seen, todo, changes: Vec::new() });
    }
    let can_stand = matches!(key.status(), KeyStatus::Missing { alias: None, .. });
    let put = can_stand.then(|| Some(Change::add(query.name.clone(), text(&other)?))).flatten();
    let or = if put.is_some() { ", or publish that key here too, as below" } else { "" };
    let todo = format!("Have the server sign with s={selector}; d={domain}{or}.");
    Some(Told { seen, todo, changes: put.into_iter().collect() })
}

#[cfg(not(feature = "verify"))]
const fn signed_with(_: &Case, _: &KeyOutcome, _: &Query, _: &Lookups<'_>) -> Option<Told> {
    None
}

/// A CNAME that leads nowhere: who runs its target must act.
fn behind_alias(key: &KeyOutcome, query: &Query) -> Option<Told> {
    let KeyStatus::Missing { alias: Some(target), nxdomain } = key.status() else { return None };
    let (name, domain) = (&query.name, key.domain());
    let owner = organization(target);
    let lacks = if *nxdomain { "does not exist" } else { "exists, without a TXT record" };
    let todo = if target.is_within(&organization(domain)) {
        format!("Publish the key record at {target}, or name the right target in the CNAME at {name}. {PUBLIC_HALF}")
    } else {
        format!(
            "Compare the CNAME's target with the one that the provider asks for, letter by letter. If it is right, whoever \
             runs {owner} must publish the key there: switch DKIM for {domain} on at that provider, or ask it to. If the \
             provider is no longer yours, stop signing with s={} and delete the CNAME.",
            key.selector()
        )
    };
    Some(Told { seen: format!(" {target} {lacks}."), todo, changes: Vec::new() })
}

/// Nothing is known of where the key went.
fn nowhere(set_up: &SetUpOutcome, key: &KeyOutcome, query: &Query) -> Told {
    let (name, selector) = (&query.name, key.selector());
    if matches!(key.status(), KeyStatus::Revoked) {
        let todo = format!(
            "Sign with a new key under a new selector and publish its public half there; the selector {selector} stays \
             revoked. {PUBLIC_HALF}"
        );
        return Told { seen: String::new(), todo, changes: Vec::new() };
    }
    let above = set_up.namespace_query().map_or(name, |query| &query.name);
    let (seen, first) = match set_up.namespace() {
        Some(Namespace::Empty) => (format!(" {above} {}.", Namespace::Empty), ""),
        Some(Namespace::Exists) => (
            format!(" {above} exists: a key may stand below it under another selector."),
            "Compare s= of a message first. ",
        ),
        _ => (String::new(), ""),
    };
    let todo = format!(
        "{first}Publish the public half of the key that the server signs with at {name}, or stop signing with the selector \
         {selector}. Keep the record until mail signed with it has left the queues. {PUBLIC_HALF}"
    );
    Told { seen, todo, changes: Vec::new() }
}

/// Whether nothing can be concluded from a name below the domain that does not exist: the domain itself
/// does not, which is another finding, or the server denies names that have others below them.
pub(super) fn proves_nothing(case: &Case, domain: &DomainName, lookups: &Lookups<'_>) -> bool {
    let answer = |name: DomainName| lookups.get(&Query::txt(name)).and_then(Result::ok);
    let is_gone = answer(domain.clone()).is_some_and(|found| found.is_nxdomain());
    // RFC 8020 §5: a policy record of ADSP below `_domainkey` shows that it exists.
    let practices = adsp::name(domain).ok();
    let mut below = practices.into_iter().chain(selector_names(case, domain)).filter_map(answer);
    is_gone || below.any(|found| !found.is_nxdomain() || !found.aliases().is_empty())
}

/// Where the keys of the message's signatures stand, whoever made them: these are looked up to verify them.
#[cfg(feature = "verify")]
fn selector_names(case: &Case, domain: &DomainName) -> Vec<DomainName> {
    let keys = case.message.iter().flat_map(CaseMessage::keys);
    keys.filter(|(_, signer)| signer == domain)
        .filter_map(|(selector, _)| Some(KeyLookup::new(selector, domain.clone()).query()?.name.clone()))
        .collect()
}

#[cfg(not(feature = "verify"))]
const fn selector_names(_: &Case, _: &DomainName) -> Vec<DomainName> {
    Vec::new()
}

/// No selector at all is published.
pub(super) fn nothing_published(outcome: &SetUpOutcome, lookups: &Lookups<'_>) -> Finding {
    let domain = outcome.domain();
    let above = outcome.namespace_query().map_or_else(String::new, |query| query.name.to_string());
    let message = format!(
        "{above} does not exist, as the name server says: then {domain} has no DKIM key under any selector (RFC 8020 §2), \
         no signature with d={domain} verifies, and large receivers refuse mail to many without one."
    );
    let text = format!(
        "Turn DKIM signing on at the server or provider that sends, with d={domain}, and publish the key record that it \
         gives. If mail is signed and passes at receivers, the name server breaks RFC 8020: give this diagnosis the \
         selector. Verify: run this diagnosis again, with the selector."
    );
    Finding::new(RuleId::DkimNone, Severity::Error, domain, message)
        .by(Acts::SenderServer)
        .with_evidence(lookups.evidence_of(outcome.namespace_query()))
        .with_remedy(text, Vec::new())
}
