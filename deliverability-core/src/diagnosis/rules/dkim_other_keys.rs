//! Which published key made a signature that its own does not verify.

use super::Lookups;
use crate::diagnosis::case::Case;
use crate::dkim::{KeyLookup, KeyOutcome, Verification};
use crate::dns::Query;
use crate::domain::DomainName;
use crate::public_suffix::organization;

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

/// Tries the keys of the case under other selectors on the signature `index` of its message, whose own key
/// is looked up with `own`.
pub(super) fn try_all(case: &Case, index: usize, own: &KeyOutcome, lookups: &Lookups<'_>) -> Tried {
    let mut tried = Tried::default();
    let Some(message) = &case.message else { return tried };
    let mut keys = others(case, own, lookups);
    keys.retain(|key| key.key().is_some());
    if keys.is_empty() {
        return tried;
    }
    let results = Verification::of(message.mail()).try_keys(index, keys.iter().filter_map(KeyOutcome::key));
    for (key, result) in keys.into_iter().zip(results) {
        match result {
            Some(true) if tried.verifying.is_none() => tried.verifying = Some(key),
            Some(false) => tried.in_vain.extend(key.query().map(|query| query.name.clone())),
            _ => {}
        }
    }
    tried
}

/// The key that verifies a signature whose own key this is to be.
pub(super) fn of_key(case: &Case, own: &KeyOutcome, query: &Query, lookups: &Lookups<'_>) -> Option<KeyOutcome> {
    let message = case.message.as_ref().filter(|_| case.message_is_own())?;
    let verification = Verification::of(message.mail());
    let mut signatures = verification.of_key(query);
    signatures.find_map(|index| try_all(case, index, own, lookups).verifying)
}

/// What stands at the selectors given, at the signing domain too, and at those of the other signatures.
fn others(case: &Case, own: &KeyOutcome, lookups: &Lookups<'_>) -> Vec<KeyOutcome> {
    let mut names: Vec<(String, DomainName)> = case.keys();
    for selector in &case.selectors {
        let name = (selector.clone(), own.domain().clone());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // The key of one's own organization explains more than a stranger's copy of it.
    let organization = organization(own.domain());
    names.sort_by_key(|(_, domain)| !domain.is_within(&organization));
    let mut keys = Vec::new();
    for (selector, domain) in names.into_iter().take(MAX_TRIES) {
        // All are looked up, so that they are asked for together.
        keys.extend(lookups.run(&KeyLookup::new(&selector, domain)).filter(|key| key.query() != own.query()));
    }
    keys
}
