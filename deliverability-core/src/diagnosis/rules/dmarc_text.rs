//! What is wrong with the text of DMARC records, and the text without it.

use std::sync::Arc;

use super::{Lookups, dmarc_wildcard};
use crate::diagnosis::finding::{Change, Evidence, Finding};
use crate::dmarc::{DiscoveryOutcome, Reading, RecordStatus};
use crate::dns::{Query, Text};
use crate::domain::DomainName;
use crate::problem::{Problem, Severity, apply_edits};
use crate::rule_id::RuleId;

/// The findings on the texts of one's own organization: those above it belong to others.
pub(super) fn judge(outcome: &DiscoveryOutcome, organization: &DomainName, lookups: &Lookups<'_>) -> Vec<Finding> {
    let own = |query: &Query| query.name.parent().is_some_and(|domain| domain.is_within(organization));
    let mut texts: Vec<(&Query, &Text)> = outcome.problems().map(|(query, text, _)| (query, text)).collect();
    texts.dedup();
    let is_read = |text: &Text| Reading::of(text.bytes()).is_ok() || matches!(outcome.status(), RecordStatus::None);
    let wildcards: Vec<(&Query, Query)> = dmarc_wildcard::suspects(outcome, organization)
        .filter_map(|query| Some((query, dmarc_wildcard::answers(query, lookups)?)))
        .collect();
    let mut findings: Vec<Finding> =
        wildcards.iter().map(|(query, probe)| dmarc_wildcard::finding(outcome, query, probe, lookups)).collect();
    // A text that no record stands for can be neither mended nor deleted there.
    texts.retain(|(query, text)| {
        Reading::of(text.bytes()).is_ok() || !wildcards.iter().any(|(answered, _)| answered == query)
    });
    for (query, text) in texts.into_iter().filter(|(query, text)| own(query) && is_read(text)) {
        for rule in [RuleId::DmarcRecordInvalid, RuleId::DmarcRemovedTag] {
            findings.extend(advise(rule, outcome, query, text, lookups));
        }
    }
    findings
}

fn advise(
    rule: RuleId,
    outcome: &DiscoveryOutcome,
    query: &Query,
    text: &Text,
    lookups: &Lookups<'_>,
) -> Option<Finding> {
    let problems = problems(outcome, query, text, rule);
    let severity = problems.iter().map(|problem| problem.severity).max()?;
    let told: Vec<String> = problems.iter().take(5).map(|problem| problem.message.clone()).collect();
    let message = format!("In the record at {}: {}.", query.name, told.join("; "));
    let change =
        edited(text.bytes(), &problems).map(|new| Change::replace_text(lookups.owner(query), text.bytes(), &new));
    let evidence = problems
        .iter()
        .take(5)
        .map(|problem| Evidence::of_record(query.clone(), Arc::clone(text.bytes()), Some(problem.span)));
    let todo = match rule {
        RuleId::DmarcRemovedTag => "Delete the tag; to try a policy out, use t=y.",
        _ if severity >= Severity::Error => "Publish the record again without its faults.",
        _ => "Receivers read the record; mend it, or delete it if it is no DMARC record.",
    };
    let finding = Finding::new(rule, severity, &query.name, message).with_evidence(evidence.collect::<Vec<_>>());
    Some(finding.with_remedy(format!("{todo} Verify: run this diagnosis again."), change.into_iter().collect()))
}

fn problems(outcome: &DiscoveryOutcome, query: &Query, text: &Text, rule: RuleId) -> Vec<Problem> {
    let of_text = outcome.problems().filter(|(at, of, problem)| *at == query && *of == text && problem.rule == rule);
    of_text.map(|(_, _, problem)| problem.clone()).collect()
}

/// The one record at a name without its faults, if that can be told.
pub(super) fn mended(outcome: &DiscoveryOutcome, query: &Query, lookups: &Lookups<'_>) -> Option<Change> {
    let level = outcome.walk().levels().find(|level| level.query() == query)?;
    let bytes = level.text()?;
    let text = level.texts().iter().find(|text| text.bytes() == bytes)?;
    let new = edited(bytes, &problems(outcome, query, text, RuleId::DmarcRecordInvalid))?;
    Some(Change::replace_text(lookups.owner(query), bytes, &new))
}

/// The text with the edits made, if it is a record with a policy then.
fn edited(text: &[u8], problems: &[Problem]) -> Option<String> {
    let edited = problems.iter().any(|problem| problem.edit.is_some()).then(|| apply_edits(text, problems))?;
    Reading::of(&edited).ok()?.record().p?;
    String::from_utf8(edited).ok()
}
