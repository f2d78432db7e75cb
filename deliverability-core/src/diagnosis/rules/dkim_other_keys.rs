//! Which published key made a signature that its own does not verify.

use super::Lookups;
use crate::diagnosis::case::Case;
use crate::dkim::{KeyLookup, KeyOutcome, SignatureOutcome, Verification};
use crate::dns::{Check, Step};
use crate::domain::DomainName;

/// Most keys that one signature is tried with.
const MAX_TRIES: usize = 20;

/// A key of the case under another selector that verifies the signature `index` of its message.
pub(super) fn of_signature(
    case: &Case,
    index: usize,
    outcome: &SignatureOutcome,
    lookups: &Lookups<'_>,
) -> Option<KeyOutcome> {
    let verification = Verification::of(case.message.as_ref()?.mail());
    let own = outcome.key()?.query();
    let others = candidates(case, &outcome.signature()?.domain).into_iter().take(MAX_TRIES);
    let mut keys = others.filter_map(|lookup| match lookup.step(lookups.known) {
        Step::Done(key) => Some(key),
        Step::Need(needed) => {
            lookups.note(needed);
            None
        }
    });
    let verifies = |key: &KeyOutcome| {
        key.query() != own && key.key().is_some_and(|key| verification.verifies_with(index, key) == Some(true))
    };
    // All are looked up, so that they are asked for together.
    keys.by_ref().filter(verifies).collect::<Vec<_>>().into_iter().next()
}

/// The same for the signatures whose key this is to be.
pub(super) fn of_key(case: &Case, key: &KeyOutcome, lookups: &Lookups<'_>) -> Option<KeyOutcome> {
    let message = case.message.as_ref().filter(|_| case.message_is_own())?;
    match Verification::of(message.mail()).step(lookups.known) {
        Step::Need(needed) => {
            lookups.note(needed);
            None
        }
        Step::Done(outcomes) => {
            let is_meant = |outcome: &SignatureOutcome| outcome.key().is_some_and(|of| of.query() == key.query());
            let mut meant = outcomes.iter().enumerate().filter(|(_, outcome)| is_meant(outcome));
            meant.find_map(|(n, outcome)| of_signature(case, n, outcome, lookups))
        }
    }
}

/// The selectors given, at the signing domain too, and those of the message's other signatures.
fn candidates(case: &Case, domain: &DomainName) -> Vec<KeyLookup> {
    let mut keys: Vec<(String, DomainName)> = case.keys();
    for selector in &case.selectors {
        let key = (selector.clone(), domain.clone());
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.into_iter().map(|(selector, domain)| KeyLookup::new(&selector, domain)).collect()
}
