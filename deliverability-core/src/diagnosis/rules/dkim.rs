//! DKIM keys as they are published: `dkim.key-bad`, and which are `dkim.key-missing`.

use std::sync::Arc;

use super::{Examined, Lookups, dkim_missing, dkim_providers};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Scope, Unknown, sentence};
use crate::dkim::{KeyOutcome, KeyStatus, Namespace, SelectorOutcome, SetUp, SetUpOutcome};
use crate::dns::{Check, Known, Query, Step};
use crate::domain::DomainName;
use crate::problem::{Problem, Severity, apply_edits};
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    match set_ups(case).step(known) {
        Step::Need(needed) => Step::Need(needed),
        Step::Done(outcomes) => {
            let lookups = Lookups::over(known);
            let mut found = Examined::default();
            if case.keys().is_empty() && !case.message_is_own() {
                for outcome in &outcomes {
                    judge_unnamed(case, outcome, &lookups, &mut found);
                }
            }
            for outcome in &outcomes {
                for selector in outcome.selectors() {
                    judge(case, outcome, selector, &lookups, &mut found);
                }
            }
            lookups.finish(found)
        }
    }
}

/// The selectors in use by their domains, that of the case first.
fn set_ups(case: &Case) -> Vec<SetUp> {
    let mut domains: Vec<(DomainName, SetUp)> = Vec::new();
    let keys = case.keys();
    for (selector, domain) in &keys {
        match domains.iter_mut().find(|(of, _)| of == domain) {
            Some((_, set_up)) => *set_up = set_up.clone().selector(selector),
            None => domains.push((domain.clone(), SetUp::of(domain.clone()).selector(selector))),
        }
    }
    if keys.is_empty() && !case.message_is_own() {
        domains.push((case.domain.clone(), SetUp::of(case.domain.clone())));
    }
    domains.into_iter().map(|(_, set_up)| set_up).collect()
}

/// No selector was given. What stands above all of them may still say that there is none.
fn judge_unnamed(case: &Case, outcome: &SetUpOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    let domain = outcome.domain();
    let is_empty =
        outcome.namespace() == Some(&Namespace::Empty) && !dkim_missing::proves_nothing(case, domain, lookups);
    let reason = if is_empty {
        format!(
            "no selector of {domain} is published, as its name server says; whether mail is signed in another name, only a \
             message shows"
        )
    } else {
        "no selector was given, and the DNS does not list them; take `s=` from the DKIM-Signature of a message"
            .to_owned()
    };
    found.leave_open(Unknown::new("does mail carry a DKIM signature that verifies", reason, true));
    // A domain that sends nothing needs no key.
    if is_empty && (case.has_message() || !case.sending_ips.is_empty()) {
        found.find(dkim_missing::nothing_published(outcome, lookups));
    } else if !is_empty && let Some(unsigned) = dkim_providers::unsigned(domain, lookups) {
        found.find(unsigned);
    }
}

fn judge(case: &Case, set_up: &SetUpOutcome, selector: &SelectorOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    let outcome = selector.key();
    let question = || format!("is there a DKIM key for the selector {} of {}", outcome.selector(), outcome.domain());
    match (outcome.status(), outcome.query()) {
        (KeyStatus::Unknown(error), _) => {
            found.leave_open(Unknown::new(question(), error, true).for_want_of(outcome.query()));
        }
        (KeyStatus::BadSelector(error), _) => found.leave_open(Unknown::new(question(), error, true)),
        (KeyStatus::Missing { .. } | KeyStatus::Revoked, Some(query)) => {
            found.find(dkim_missing::missing(case, set_up, selector, query, lookups));
        }
        (KeyStatus::Usable(_), _) if outcome.problems().is_empty() => {}
        (_, Some(query)) => found.find(bad(outcome, query, lookups)),
        (_, None) => {}
    }
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
