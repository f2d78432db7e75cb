//! DKIM keys: `dkim.key-missing`, `dkim.key-bad`.

use std::sync::Arc;

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Scope, Unknown, sentence};
use crate::dkim::{KeyLookup, KeyOutcome, KeyStatus};
use crate::dns::{Check, Known, Query, Step};
use crate::problem::{Problem, Severity, apply_edits};
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let checks: Vec<KeyLookup> =
        case.keys().into_iter().map(|(selector, domain)| KeyLookup::new(&selector, domain)).collect();
    match checks.step(known) {
        Step::Need(needed) => Step::Need(needed),
        Step::Done(outcomes) => {
            let lookups = Lookups::over(known);
            let mut found = Examined::default();
            if outcomes.is_empty() && !case.message_is_own() {
                let reason = "no selector was given, and the DNS does not list them; take `s=` from the DKIM-Signature of a message";
                found.leave_open(Unknown::new("does mail carry a DKIM signature that verifies", reason, true));
            }
            for outcome in &outcomes {
                judge(outcome, &lookups, &mut found);
            }
            lookups.finish(found)
        }
    }
}

fn judge(outcome: &KeyOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    let question = || format!("is there a DKIM key for the selector {} of {}", outcome.selector(), outcome.domain());
    match (outcome.status(), outcome.query()) {
        (KeyStatus::Unknown(error), _) => {
            found.leave_open(Unknown::new(question(), error, true).for_want_of(outcome.query()));
        }
        (KeyStatus::BadSelector(error), _) => found.leave_open(Unknown::new(question(), error, true)),
        (KeyStatus::Missing { .. } | KeyStatus::Revoked, Some(query)) => found.find(missing(outcome, query, lookups)),
        (KeyStatus::Usable(_), _) if outcome.problems().is_empty() => {}
        (_, Some(query)) => found.find(bad(outcome, query, lookups)),
        (_, None) => {}
    }
}

fn missing(outcome: &KeyOutcome, query: &Query, lookups: &Lookups<'_>) -> Finding {
    let (selector, domain) = (outcome.selector(), outcome.domain());
    let text = format!(
        "Publish the public half of the key that the server signs with at {}, or stop signing with the selector {selector}. \
         Keep the record until mail signed with it has left the queues. Verify: a message signed with s={selector}; \
         d={domain} passes at a receiver.",
        query.name
    );
    Finding::new(RuleId::DkimKeyMissing, Severity::Blocks, &query.name, sentence(outcome))
        .with_evidence(lookups.evidence(query))
        .with_remedy(text, Vec::new())
}

fn bad(outcome: &KeyOutcome, query: &Query, lookups: &Lookups<'_>) -> Finding {
    let problems = outcome.problems();
    let worst = problems.iter().map(|problem| problem.severity).max();
    let severity = match outcome.status() {
        KeyStatus::Usable(_) => worst.unwrap_or(Severity::Note),
        _ => Severity::Blocks,
    };
    let change =
        |record: &Arc<[u8]>| Some(Change::replace_text(lookups.owner(query), record, &mended(record, problems)?));
    let text = "Publish exactly one key record there, as the signing software printed it, in strings of at most 255 octets, \
                with an RSA key of 2048 bits. Verify: look the name up and compare.";
    Finding::new(RuleId::DkimKeyBad, severity, &query.name, describe(outcome))
        .with_evidence(proof(outcome, query, lookups))
        .about(Scope::Selector(outcome.selector().to_owned(), outcome.domain().clone()))
        .with_remedy(text, outcome.record().and_then(change).into_iter().collect())
}

fn describe(outcome: &KeyOutcome) -> String {
    let problems = outcome.problems();
    let head = match outcome.status() {
        // The outcome names the first problem; here all of them follow.
        KeyStatus::Unusable(_) if !problems.is_empty() => "The key record cannot be used".to_owned(),
        _ => sentence(outcome).trim_end_matches('.').to_owned(),
    };
    let told: Vec<String> =
        problems.iter().map(|problem| format!("{} (bytes {})", problem.message, problem.span)).collect();
    if told.is_empty() { format!("{head}.") } else { format!("{head}: {}.", told.join("; ")) }
}

/// The record once a problem, with the bytes that it is about; the whole answer where there is none.
fn proof(outcome: &KeyOutcome, query: &Query, lookups: &Lookups<'_>) -> Vec<Evidence> {
    let Some(record) = outcome.record().filter(|_| !outcome.problems().is_empty()) else {
        return lookups.evidence(query).into_iter().collect();
    };
    let at = |problem: &Problem| Evidence::of_record(query.clone(), Arc::clone(record), Some(problem.span));
    outcome.problems().iter().map(at).collect()
}

/// The record with every edit made; `None` if there is none or it would not be text.
fn mended(record: &[u8], problems: &[Problem]) -> Option<String> {
    let edited = problems.iter().any(|problem| problem.edit.is_some()).then(|| apply_edits(record, problems))?;
    String::from_utf8(edited).ok()
}
