//! SPF: `spf.none`, `spf.ip-not-authorized`, `spf.multiple-records`, `spf.include-broken` and what
//! makes a record permerror.

use core::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Unknown, sentence};
use crate::diagnosis::remedy::streams;
use crate::dkim::{KeyLookup, KeyStatus};
use crate::dns::{Check, Known, Query, RecordData, Step, Text};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::result::SpfResult;
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::{self, CauseKind, CheckHost, Evaluated, Evaluation, Rewrite, Rewriter, Sender, TermOutcome};

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let mut checks = streams(case);
    let no_address = checks.is_empty();
    if no_address {
        // The record itself can be judged without a sender.
        checks.push(CheckHost::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), case.sender()));
    }
    match checks.step(known) {
        Step::Need(needed) => Step::Need(needed),
        Step::Done(evaluations) => {
            let lookups = Lookups::over(known);
            let mut found = Examined::default();
            if no_address {
                let reason = "no sending address was given; take it from the server, or from a Received field";
                found.leave_open(Unknown::new(
                    "are the sending addresses authorized, named and unlisted",
                    reason,
                    true,
                ));
            }
            for evaluation in &evaluations {
                judge(case, evaluation, &evaluations, &lookups, &mut found);
            }
            lookups.finish(found)
        }
    }
}

fn judge(case: &Case, evaluation: &Evaluation, all: &[Evaluation], lookups: &Lookups<'_>, found: &mut Examined) {
    let ip = evaluation.ip();
    match evaluation.result() {
        SpfResult::Pass => {}
        SpfResult::Temperror => {
            let question = format!("does SPF authorize {ip} for {}", case.domain);
            found.leave_open(Unknown::new(question, evaluation.cause(), true).for_want_of(evaluation.cause().query()));
        }
        SpfResult::None => judge_none(case, evaluation, lookups, found),
        SpfResult::Permerror => found.find(permerror(case, evaluation, lookups)),
        SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral if ip.is_unspecified() => {}
        SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral => {
            found.find(not_authorized(case, evaluation, all, lookups));
        }
    }
}

fn judge_none(case: &Case, evaluation: &Evaluation, lookups: &Lookups<'_>, found: &mut Examined) {
    match evaluation.cause().kind() {
        CauseKind::NoRecord => found.find(none(case, lookups)),
        // That the domain does not exist is the mail route's finding.
        CauseKind::NoDomain => {}
        _ => {
            let question = format!("does SPF authorize {} for {}", evaluation.ip(), case.domain);
            found.leave_open(Unknown::new(question, evaluation.cause(), true).for_want_of(evaluation.cause().query()));
        }
    }
}

fn none(case: &Case, lookups: &Lookups<'_>) -> Finding {
    let domain = &case.domain;
    let unsigned = lacks_usable_key(case, lookups);
    let severity = if unsigned { Severity::Blocks } else { Severity::Error };
    let signed =
        if unsigned { " No DKIM key that can be used was found either: large receivers refuse such mail." } else { "" };
    let message =
        format!("{domain} publishes no SPF record: receivers cannot tell its servers from a forger's.{signed}");
    let rewrite = rewritten(&senders(case, lookups).fold(Rewriter::of(domain.clone()), Rewriter::authorize), lookups);
    let text = format!(
        "Publish one TXT record at {domain} that names every server that sends for it; these are the ones known here. \
         Verify: a message from each of them shows spf=pass at a receiver; then consider -all."
    );
    Finding::new(RuleId::SpfNone, severity, domain, message)
        .with_evidence(lookups.evidence(&Query::txt(domain.clone())))
        .with_remedy(with_proof(text, rewrite.as_ref()), changes(rewrite.as_ref()))
}

/// The rewrite, if it can be made and nothing is missing for it.
fn rewritten(rewriter: &Rewriter, lookups: &Lookups<'_>) -> Option<Rewrite> {
    match rewriter.step(&lookups.known) {
        Step::Done(rewrite) => rewrite.ok(),
        Step::Need(needed) => {
            lookups.note(needed);
            None
        }
    }
}

fn changes(rewrite: Option<&Rewrite>) -> Vec<Change> {
    let changes = rewrite.map_or(&[][..], Rewrite::changes);
    changes.iter().flat_map(of_record).collect()
}

/// The record to publish in place of the first one, and the deletion of the others.
fn of_record(change: &spf::RecordChange) -> Vec<Change> {
    let name = || change.name.clone();
    let Some((first, others)) = change.old.split_first() else {
        return vec![Change::add(name(), RecordData::Txt(change.new.as_str().into()))];
    };
    let gone = others.iter().map(|old| Change::delete(name(), RecordData::Txt(Text::new(Arc::clone(old)))));
    core::iter::once(Change::replace_text(name(), first, &change.new)).chain(gone).collect()
}

fn with_proof(text: impl Into<String>, rewrite: Option<&Rewrite>) -> String {
    match rewrite {
        Some(rewrite) => format!("{} This record is {}.", text.into(), rewrite.proof()),
        None => text.into(),
    }
}

/// Whether selectors were given and none of them has a key that can be used.
fn lacks_usable_key(case: &Case, lookups: &Lookups<'_>) -> bool {
    let usable = |selector: &String| match KeyLookup::new(selector, case.domain.clone()).step(&lookups.known) {
        Step::Done(outcome) => matches!(outcome.status(), KeyStatus::Usable(_) | KeyStatus::Unknown(_)),
        Step::Need(needed) => {
            lookups.note(needed);
            true
        }
    };
    !case.selectors.is_empty() && !case.selectors.iter().any(usable)
}

/// The domain's MX hosts, if it has any, and the sending addresses.
fn senders<'c>(case: &'c Case, lookups: &Lookups<'_>) -> impl Iterator<Item = Sender> + use<'c> {
    let answer = lookups.get(&Query::mx(case.domain.clone()));
    let has_mx = answer.is_some_and(|a| a.is_ok_and(|found| found.exchanges().any(|(_, host)| !host.is_root())));
    let addresses = case.sending_ips.iter().copied().map(Sender::Address);
    has_mx.then_some(Sender::OwnMx).into_iter().chain(addresses)
}

fn not_authorized(case: &Case, evaluation: &Evaluation, all: &[Evaluation], lookups: &Lookups<'_>) -> Finding {
    let (ip, domain, result) = (evaluation.ip(), &case.domain, evaluation.result());
    let message =
        format!("{ip} is not authorized to send for {domain}: SPF gives {result}. {}", sentence(evaluation.cause()));
    let text = format!(
        "If {ip} sends for you, authorize it in the record of {domain}, or send through a server that is authorized. If it \
         does not, the record does its work. Verify: a message from {ip} shows spf=pass at a receiver."
    );
    let rewrite = rewritten(&authorizing(domain, all), lookups);
    Finding::new(RuleId::SpfIpNotAuthorized, Severity::Blocks, ip, message)
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(with_proof(text, rewrite.as_ref()), changes(rewrite.as_ref()))
}

/// Adds all sending addresses that are not authorized yet, so that the findings of several
/// addresses propose one and the same record.
fn authorizing(domain: &DomainName, all: &[Evaluation]) -> Rewriter {
    let refused = |e: &&Evaluation| matches!(e.result(), SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral);
    all.iter().filter(refused).map(Evaluation::ip).fold(Rewriter::of(domain.clone()), Rewriter::authorize)
}

/// The domain's own record.
fn root_record(evaluation: &Evaluation) -> Option<&Arc<[u8]>> {
    evaluation.trace().visits().first()?.text()
}

/// The term of the domain's own record whose evaluation ended in an error.
fn failing_root_term(evaluation: &Evaluation) -> Option<Span> {
    let evaluated = evaluation.trace().visits().first()?.evaluated();
    evaluated.iter().find(|term| term.outcome() == TermOutcome::Error).map(Evaluated::span)
}

fn deciding_evidence(evaluation: &Evaluation) -> Option<Evidence> {
    let cause = evaluation.cause();
    let (domain, record) = (cause.domain()?, cause.record()?);
    Some(Evidence::of_record(Query::txt(domain.clone()), Arc::clone(record), cause.span()))
}

fn permerror(case: &Case, evaluation: &Evaluation, lookups: &Lookups<'_>) -> Finding {
    let at_root = evaluation.cause().domain().is_none_or(|domain| *domain == case.domain);
    match evaluation.cause().kind() {
        CauseKind::MultipleRecords { count } if at_root => several(case, *count, lookups),
        CauseKind::IncludeWithoutRecord { .. } | CauseKind::RedirectWithoutRecord { .. } => {
            broken_include(case, evaluation, lookups)
        }
        CauseKind::MultipleRecords { .. } | CauseKind::Syntax(_) if !at_root => {
            broken_include(case, evaluation, lookups)
        }
        CauseKind::TooManyVoidLookups { .. } => {
            over_limit(RuleId::SpfVoidLookups, Severity::Error, case, evaluation, lookups)
        }
        CauseKind::TooManyLookups { .. } | CauseKind::TooManyMxHosts { .. } => {
            over_limit(RuleId::SpfTooManyLookups, Severity::Blocks, case, evaluation, lookups)
        }
        _ => malformed(case, evaluation),
    }
}

fn several(case: &Case, count: usize, lookups: &Lookups<'_>) -> Finding {
    let domain = &case.domain;
    let query = Query::txt(domain.clone());
    let answer = lookups.get(&query).and_then(Result::ok);
    let mut texts: Vec<&[u8]> =
        answer.iter().flat_map(|found| spf::select(found)).map(|text| &**text.bytes()).collect();
    // The order of an answer means nothing (RFC 2181 §5): the same records give the same proposal.
    texts.sort_unstable();
    let message =
        format!("{domain} has {count} SPF records. Receivers may not choose one: every sender gets permerror.");
    let evidence = texts.iter().map(|text| Evidence::of_record(query.clone(), Arc::from(*text), None));
    let rewrite = rewritten(&Rewriter::of(domain.clone()).merge(), lookups);
    let text = "Publish one record with the terms of all, and delete the others. Verify: the name has one TXT record that \
                starts with v=spf1.";
    Finding::new(RuleId::SpfMultipleRecords, Severity::Blocks, domain, message)
        .with_evidence(evidence)
        .with_remedy(with_proof(text, rewrite.as_ref()), changes(rewrite.as_ref()))
}

fn broken_include(case: &Case, evaluation: &Evaluation, lookups: &Lookups<'_>) -> Finding {
    let (domain, why) = (&case.domain, evaluation.cause());
    let own_term = failing_root_term(evaluation);
    let root = root_record(evaluation);
    let shown = root.zip(own_term).map(|(record, span)| String::from_utf8_lossy(span.of(record)).into_owned());
    let removing = shown.as_ref().map(|term| Rewriter::of(domain.clone()).remove(term));
    let rewrite = removing.and_then(|rewriter| rewritten(&rewriter, lookups));
    let subject = shown.unwrap_or_else(|| domain.to_string());
    let text = format!(
        "Remove `{subject}` from the record of {domain} if its provider no longer sends for you; else use the name that the \
         provider documents today. Verify: SPF of {domain} gives no permerror."
    );
    let mut proof: Vec<Evidence> =
        root.zip(own_term).map(|(record, span)| root_evidence(domain, record, span)).into_iter().collect();
    proof.extend(deciding_evidence(evaluation).filter(|evidence| !proof.contains(evidence)));
    proof.extend(why.query().and_then(|query| lookups.evidence(query)));
    let message = format!("{} The result for {} is permerror.", sentence(why), evaluation.ip());
    Finding::new(RuleId::SpfIncludeBroken, Severity::Blocks, subject, message)
        .with_evidence(proof)
        .with_remedy(with_proof(text, rewrite.as_ref()), changes(rewrite.as_ref()))
}

fn root_evidence(domain: &DomainName, record: &Arc<[u8]>, span: Span) -> Evidence {
    Evidence::of_record(Query::txt(domain.clone()), Arc::clone(record), Some(span))
}

fn over_limit(
    rule: RuleId,
    severity: Severity,
    case: &Case,
    evaluation: &Evaluation,
    lookups: &Lookups<'_>,
) -> Finding {
    let ledger = evaluation.trace().ledger();
    let message = format!(
        "{} Up to there: {} look-ups, {} of them void. The result is permerror.",
        sentence(evaluation.cause()),
        ledger.lookups(),
        ledger.void_lookups()
    );
    let text = format!(
        "Remove terms of {} that are not needed or whose hosts are gone, and write your own static addresses as ip4: and \
         ip6:. Verify: SPF of {} gives no permerror.",
        case.domain, case.domain
    );
    let pruned = rewritten(&Rewriter::of(case.domain.clone()).prune(), lookups);
    let pruned = pruned.filter(|rewrite| !rewrite.changes().is_empty() && rewrite.proof().is_proven());
    Finding::new(rule, severity, &case.domain, message)
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(with_proof(text, pruned.as_ref()), changes(pruned.as_ref()))
}

fn malformed(case: &Case, evaluation: &Evaluation) -> Finding {
    let why = evaluation.cause();
    let domain = why.domain().unwrap_or(&case.domain);
    let message = format!("{} The result is permerror for every sender, whatever the rest says.", sentence(why));
    let text =
        format!("Mend the record of {domain} where it is marked. Verify: SPF of {} gives no permerror.", case.domain);
    Finding::new(RuleId::SpfSyntax, Severity::Blocks, domain, message)
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(text, Vec::new())
}
