//! What the text of the domain's own SPF record says by itself: `spf.syntax` with the mended record,
//! and what parses but is unwise, such as `spf.weak-all`.

use std::sync::Arc;

use super::{Lookups, spf_stricter};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, sentence};
use crate::dns::Query;
use crate::escaped::Escaped;
use crate::problem::{Edit, Problem, Severity, apply_edits};
use crate::rule_id::RuleId;
use crate::spf::{self, Evaluation, Record};

/// A record that does not parse, with every problem of its text and the record that mends them all.
pub(super) fn malformed(case: &Case, evaluation: &Evaluation, lookups: &Lookups<'_>) -> Finding {
    let why = evaluation.cause();
    let domain = why.domain().unwrap_or(&case.domain);
    let message = format!("{} The result is permerror for every sender, whatever the rest says.", sentence(why));
    let own = why.record().filter(|_| *domain == case.domain);
    let problems: Vec<Problem> = own.map(|record| broken(record)).unwrap_or_default();
    let change = own.and_then(|record| mended(case, record, &problems, lookups));
    let do_what =
        if change.is_some() { "publish the record as mended here" } else { "mend the record where it is marked" };
    let text = format!(
        "{} Verify: SPF of {} gives no permerror.",
        sentence(own.map(|record| replacements(record, &problems)).unwrap_or_default() + do_what),
        case.domain
    );
    let evidence = match own {
        Some(record) if !problems.is_empty() => proof(case, record, &problems),
        _ => why.record().map(|record| of_cause(evaluation, domain, record)).into_iter().collect(),
    };
    Finding::new(RuleId::SpfSyntax, Severity::Blocks, domain, message)
        .with_evidence(evidence)
        .with_remedy(text, change.into_iter().collect())
}

/// What stands there and what is to stand there, of no more than five problems.
fn replacements(record: &[u8], problems: &[Problem]) -> String {
    let edits = problems.iter().filter_map(|problem| problem.edit.as_ref());
    // What is put in or taken out says little without its place, which is marked.
    let shown = edits.filter(|edit| edit.span.start < edit.span.end && !edit.replacement.trim().is_empty()).take(5);
    let one =
        |edit: &Edit| format!("`{}` by `{}`", Escaped(edit.span.of(record)), Escaped(edit.replacement.as_bytes()));
    let all: Vec<String> = shown.map(one).collect();
    if all.is_empty() { String::new() } else { format!("replace {}, and ", all.join(", ")) }
}

/// One finding a rule for what parses and is unwise.
pub(super) fn advice(
    case: &Case,
    record: &Arc<[u8]>,
    evaluations: &[Evaluation],
    lookups: &Lookups<'_>,
) -> Vec<Finding> {
    let mut problems = spf::lint(record);
    problems.sort_by_key(|problem| problem.rule);
    let of_one_rule = problems.chunk_by(|one, other| one.rule == other.rule);
    of_one_rule.filter_map(|problems| advise(case, record, problems, evaluations, lookups)).collect()
}

fn advise(
    case: &Case,
    record: &Arc<[u8]>,
    problems: &[Problem],
    evaluations: &[Evaluation],
    lookups: &Lookups<'_>,
) -> Option<Finding> {
    let rule = problems.first()?.rule;
    let severity = problems.iter().map(|problem| problem.severity).max()?;
    let told: Vec<String> = problems.iter().map(|problem| problem.message.clone()).collect();
    let message = format!("In the SPF record of {}: {}.", case.domain, told.join("; "));
    let (problems, note) = match spf_stricter::edits(rule, case, record, problems, evaluations) {
        Some(edits) => (edits, spf_stricter::NOTE),
        None => (problems.to_vec(), ""),
    };
    let change = mended(case, record, &problems, lookups);
    let note = if change.is_some() { note } else { "" };
    let text = format!("{}{note} Verify: run this diagnosis again.", what_to_do(rule));
    let finding = Finding::new(rule, severity, &case.domain, message).with_evidence(proof(case, record, &problems));
    Some(finding.with_remedy(text, change.into_iter().collect()))
}

/// The last paragraph of a rule's explanation says what to do.
fn what_to_do(rule: RuleId) -> String {
    let explanation = rule.explanation().trim();
    let last = explanation.rsplit("\n\n").next().unwrap_or(explanation);
    last.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// The problems that void the record.
fn broken(record: &[u8]) -> Vec<Problem> {
    spf::lint(record).into_iter().filter(|problem| problem.severity == Severity::Blocks).collect()
}

/// The record with every edit made, if there is one and it parses then.
fn mended(case: &Case, record: &[u8], problems: &[Problem], lookups: &Lookups<'_>) -> Option<Change> {
    let edited = problems.iter().any(|problem| problem.edit.is_some()).then(|| apply_edits(record, problems))?;
    Record::parse(&edited).ok()?;
    let owner = lookups.owner(&Query::txt(case.domain.clone()));
    Some(Change::replace_text(owner, record, &String::from_utf8(edited).ok()?))
}

/// The record once a problem, with the bytes that it is about; no more than five times.
fn proof(case: &Case, record: &Arc<[u8]>, problems: &[Problem]) -> Vec<Evidence> {
    let query = Query::txt(case.domain.clone());
    let shown = problems.iter().take(5);
    shown.map(|problem| Evidence::of_record(query.clone(), Arc::clone(record), Some(problem.span))).collect()
}

fn of_cause(evaluation: &Evaluation, domain: &crate::domain::DomainName, record: &Arc<[u8]>) -> Evidence {
    Evidence::of_record(Query::txt(domain.clone()), Arc::clone(record), evaluation.cause().span())
}
