//! Which published key made a signature that its own does not verify.

use super::Lookups;
use crate::diagnosis::case::Case;
use crate::dkim::{KeyLookup, KeyOutcome, SignatureOutcome, Verification};
use crate::dns::{Check, Step};
use crate::domain::DomainName;

/// Most keys that one signature is tried with.
const MAX_TRIES: usize = 20;

/// What came of trying the case's other keys on a signature.
#[derive(Default)]
pub(super) struct Tried {
    /// The first that verifies it.
    pub(super) verifying: Option<KeyOutcome>,
    /// Where the others stand.
    pub(super) in_vain: Vec<DomainName>,
}

/// Tries the keys of the case under other selectors on the signature `index` of its message.
pub(super) fn try_all(case: &Case, index: usize, outcome: &SignatureOutcome, lookups: &Lookups<'_>) -> Tried {
    let mut tried = Tried::default();
    let (Some(message), Some(signature)) = (&case.message, outcome.signature()) else { return tried };
    let verification = Verification::of(message.mail());
    let own = outcome.key().and_then(KeyOutcome::query);
    for lookup in candidates(case, &signature.domain).into_iter().take(MAX_TRIES) {
        let key = match lookup.step(lookups.known) {
            Step::Done(key) => key,
            // All are looked up, so that they are asked for together.
            Step::Need(needed) => {
                lookups.note(needed);
                continue;
            }
        };
        if key.query() == own {
            continue;
        }
        match key.key().and_then(|record| verification.verifies_with(index, record)) {
            Some(true) if tried.verifying.is_none() => tried.verifying = Some(key),
            Some(false) => tried.in_vain.extend(key.query().map(|query| query.name.clone())),
            _ => {}
        }
    }
    tried
}

/// The key that verifies a signature whose own key this is to be.
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
            meant.find_map(|(n, outcome)| try_all(case, n, outcome, lookups).verifying)
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
