//! SPF: `spf.none`, `spf.ip-not-authorized`, `spf.multiple-records`, `spf.include-broken` and what
//! makes a record permerror.

use core::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::{Examined, Lookups, spf_text};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Unknown, sentence};
use crate::diagnosis::remedy::streams;
use crate::dkim::{KeyLookup, KeyStatus};
use crate::dns::{Check, Known, Query, RecordData, Response, Step, Text};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::result::SpfResult;
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::record_text;
use crate::spf::{
    self, CauseKind, CheckHost, Evaluated, Evaluation, LookupTerm, Standing, TermOutcome, Tree, TreeOutcome,
};

/// Octets of a record that still fits into a small answer (RFC 7208 §3.4).
const LONG_RECORD: usize = 450;
/// Octets of a record that can be published: with its length octets it fits into RDATA
/// (RFC 1035 §3.2.1).
const LONGEST_RECORD: usize = 65_000;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let mut checks = streams(case);
    let no_address = checks.is_empty();
    if no_address {
        // The record itself can be judged without a sender.
        checks.push(CheckHost::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), case.sender()));
    }
    // Every path of the record counts, not only those of the senders that are known.
    match (checks, Tree::of(case.domain.clone())).step(known) {
        Step::Need(needed) => Step::Need(needed),
        Step::Done((evaluations, tree)) => {
            let lookups = Lookups::over(known);
            let mut found = Examined::default();
            for ip in case.unseen_ips() {
                let reason =
                    "the address is private, and receivers see another one; take that from a Received field of theirs";
                found.leave_open(Unknown::new(format!("is mail from {ip} authorized"), reason, true));
            }
            if case.sending_ips.is_empty() {
                let reason = "no sending address was given; take it from the server, or from a Received field";
                found.leave_open(Unknown::new(
                    "are the sending addresses authorized, named and unlisted",
                    reason,
                    true,
                ));
            }
            let proposal = authorize(case, &evaluations, &lookups);
            for evaluation in &evaluations {
                judge(case, evaluation, proposal.as_ref(), &lookups, &mut found);
            }
            if tree.standing() == Standing::Over {
                // A sender's own evaluation that hits the limit was found before, and blocks.
                found.find(others_cut_off(&tree));
            }
            // A record that does not parse was found before, with all that is wrong with it.
            let parsed = tree.root().record().ok().and(tree.root().text());
            for finding in parsed.into_iter().flat_map(|text| spf_text::advice(case, text, &lookups)) {
                found.find(finding);
            }
            lookups.finish(found)
        }
    }
}

fn judge(case: &Case, evaluation: &Evaluation, proposal: Option<&Change>, lookups: &Lookups<'_>, found: &mut Examined) {
    let ip = evaluation.ip();
    match evaluation.result() {
        SpfResult::Pass => {}
        SpfResult::Temperror => {
            found.leave_open(
                Unknown::new(question(case, ip), evaluation.cause(), true).for_want_of(evaluation.cause().query()),
            );
        }
        SpfResult::None => judge_none(case, evaluation, lookups, found),
        SpfResult::Permerror => found.find(permerror(case, evaluation, lookups)),
        SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral if ip.is_unspecified() => {}
        SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral => {
            found.find(not_authorized(case, evaluation, proposal));
        }
    }
}

fn judge_none(case: &Case, evaluation: &Evaluation, lookups: &Lookups<'_>, found: &mut Examined) {
    match evaluation.cause().kind() {
        CauseKind::NoRecord => found.find(none(case, lookups)),
        // That the domain does not exist is the mail route's finding.
        CauseKind::NoDomain => {}
        _ => {
            found.leave_open(
                Unknown::new(question(case, evaluation.ip()), evaluation.cause(), true)
                    .for_want_of(evaluation.cause().query()),
            );
        }
    }
}

fn question(case: &Case, ip: IpAddr) -> String {
    let domain = &case.domain;
    if ip.is_unspecified() {
        format!("is the SPF record of {domain} in order")
    } else {
        format!("does SPF authorize {ip} for {domain}")
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
    let own = own_terms(case, lookups);
    // A record that names nobody would fail mail that nothing fails now.
    let new = (!own.is_empty()).then(|| format!("v=spf1 {own}~all"));
    let known = if new.is_some() { "these are the ones known here" } else { "none of them is known here" };
    let text = format!(
        "Publish one TXT record at {domain} that names every server that sends for it; {known}. Verify: a message from \
         each of them shows spf=pass at a receiver; then consider -all."
    );
    let change = |new: String| Change::add(owner(case, lookups), RecordData::Txt(new.as_str().into()));
    Finding::new(RuleId::SpfNone, severity, domain, message)
        .with_evidence(lookups.evidence(&Query::txt(domain.clone())))
        .with_remedy(text, new.map(change).into_iter().collect())
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

/// Terms for the domain's MX hosts, if it has any, and the sending addresses.
fn own_terms(case: &Case, lookups: &Lookups<'_>) -> String {
    let answer = lookups.get(&Query::mx(case.domain.clone()));
    // RFC 7208 §4.6.4: `mx` with more hosts is a permerror.
    let limit = usize::from(spf::Limits::default().mx_hosts);
    let can_be_named =
        |found: &Response| found.exchanges().count() <= limit && found.exchanges().any(|(_, host)| !host.is_root());
    let has_mx = answer.is_some_and(|answer| answer.is_ok_and(|found| can_be_named(&found)));
    let addresses = case.public_ips().map(record_text::address_term);
    has_mx.then(|| "mx".to_owned()).into_iter().chain(addresses).map(|term| term + " ").collect()
}

fn not_authorized(case: &Case, evaluation: &Evaluation, proposal: Option<&Change>) -> Finding {
    let (ip, domain, result) = (evaluation.ip(), &case.domain, evaluation.result());
    let message =
        format!("{ip} is not authorized to send for {domain}: SPF gives {result}. {}", sentence(evaluation.cause()));
    let text = format!(
        "If {ip} sends for you, authorize it in the record of {domain}, or send through a server that is authorized. If it \
         does not, the record does its work.{} Verify: a message from {ip} shows spf=pass at a receiver.",
        proposal.map(length_note).unwrap_or_default()
    );
    Finding::new(RuleId::SpfIpNotAuthorized, Severity::Blocks, ip, message)
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(text, proposal.cloned().into_iter().collect())
}

/// RFC 7208 §3.4: the answer should fit into 512 octets.
fn length_note(change: &Change) -> &'static str {
    match &change.new {
        Some(RecordData::Txt(text)) if text.bytes().len() > LONG_RECORD => {
            " The record gets over 450 octets, which not every receiver reads (RFC 7208 §3.4): name networks in place of \
             addresses, or move terms to an include."
        }
        _ => "",
    }
}

/// The root's record with all sending addresses that it does not authorize yet, so that the
/// findings of several addresses propose one and the same record.
fn authorize(case: &Case, all: &[Evaluation], lookups: &Lookups<'_>) -> Option<Change> {
    let refused = |e: &&Evaluation| matches!(e.result(), SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral);
    let root = root_record(all.iter().find(refused)?)?;
    let ips: Vec<IpAddr> = all.iter().filter(refused).map(Evaluation::ip).collect();
    let deciding = |e: &Evaluation| e.cause().span().filter(|_| e.cause().domain() == Some(&case.domain));
    // In front of the earliest term that refused one of them.
    let at = all.iter().filter(refused).filter_map(deciding).min();
    let new = record_text::authorize(root, &ips, at)?;
    if new.len() > LONGEST_RECORD {
        return None;
    }
    Some(Change::replace_text(owner(case, lookups), root, &new))
}

/// Where the domain's SPF record stands or is to stand.
fn owner(case: &Case, lookups: &Lookups<'_>) -> DomainName {
    lookups.owner(&Query::txt(case.domain.clone()))
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
        CauseKind::TooManyVoidLookups { .. } => over_limit(RuleId::SpfVoidLookups, Severity::Error, case, evaluation),
        CauseKind::TooManyLookups { .. } | CauseKind::TooManyMxHosts { .. } => {
            over_limit(RuleId::SpfTooManyLookups, Severity::Blocks, case, evaluation)
        }
        _ => spf_text::malformed(case, evaluation, lookups),
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
    let changes = record_text::merge(&texts)
        .map(|merged| merge_changes(&owner(case, lookups), &texts, &merged))
        .unwrap_or_default();
    let text = "Publish one record with the terms of all, and delete the others. Verify: the name has one TXT record that \
                starts with v=spf1.";
    Finding::new(RuleId::SpfMultipleRecords, Severity::Blocks, domain, message)
        .with_evidence(evidence)
        .with_remedy(text, changes)
}

fn merge_changes(owner: &DomainName, texts: &[&[u8]], merged: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        changes.push(match n {
            0 => Change::replace_text(owner.clone(), text, merged),
            _ => Change::delete(owner.clone(), RecordData::Txt(Text::new(*text))),
        });
    }
    changes
}

fn broken_include(case: &Case, evaluation: &Evaluation, lookups: &Lookups<'_>) -> Finding {
    let (domain, why) = (&case.domain, evaluation.cause());
    let own_term = failing_root_term(evaluation);
    let root = root_record(evaluation);
    let shown = root.zip(own_term).map(|(record, span)| String::from_utf8_lossy(span.of(record)).into_owned());
    let subject = shown.unwrap_or_else(|| domain.to_string());
    // RFC 7208 §6.1: without its redirect a record may name nobody; the change is a new target.
    let is_redirect = subject.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("redirect="));
    let term = root.zip(own_term).filter(|_| !is_redirect);
    let change = term.and_then(|(record, span)| without(owner(case, lookups), record, span));
    let text = if is_redirect {
        format!(
            "Let `{subject}` in the record of {domain} name a domain whose SPF record is in order, such as the provider \
             documents today. Verify: SPF of {domain} gives no permerror."
        )
    } else {
        format!(
            "Remove `{subject}` from the record of {domain} if its provider no longer sends for you; else use the name \
             that the provider documents today. Verify: SPF of {domain} gives no permerror."
        )
    };
    let mut proof: Vec<Evidence> =
        root.zip(own_term).map(|(record, span)| root_evidence(domain, record, span)).into_iter().collect();
    proof.extend(deciding_evidence(evaluation).filter(|evidence| !proof.contains(evidence)));
    proof.extend(why.query().and_then(|query| lookups.evidence(query)));
    let message = format!("{} The result is permerror.", sentence(why));
    Finding::new(RuleId::SpfIncludeBroken, Severity::Blocks, subject, message)
        .with_evidence(proof)
        .with_remedy(text, change.into_iter().collect())
}

fn root_evidence(domain: &DomainName, record: &Arc<[u8]>, span: Span) -> Evidence {
    Evidence::of_record(Query::txt(domain.clone()), Arc::clone(record), Some(span))
}

fn without(owner: DomainName, record: &[u8], span: Span) -> Option<Change> {
    let new = record_text::without_term(record, span)?;
    Some(Change::replace_text(owner, record, &new))
}

fn over_limit(rule: RuleId, severity: Severity, case: &Case, evaluation: &Evaluation) -> Finding {
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
    Finding::new(rule, severity, &case.domain, message)
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(text, Vec::new())
}

/// RFC 7208 §4.6.4: the senders known stay within the limit, but not every path does.
fn others_cut_off(tree: &TreeOutcome) -> Finding {
    let (domain, limit) = (tree.domain(), tree.limits().lookups);
    let named = |term: &LookupTerm| tree.root().term_text(term).into_owned();
    let from = tree.cut_off().map(named).unwrap_or_default();
    let spenders = tree.spenders().into_iter().take(3).map(|term| format!("{} ({})", named(term), term.lookups()));
    let message = format!(
        "SPF of {domain} takes {} look-ups in the worst case, and {limit} are allowed: senders that only `{from}` or what \
         stands behind it names can get permerror. No sender known here comes to that.",
        tree.lookups(),
    );
    let text = format!(
        "Remove terms of {domain} that are not needed, the costliest first: {}. Write your own static addresses as ip4: and \
         ip6:. Verify: the whole tree of {domain} takes at most {limit} look-ups.",
        spenders.collect::<Vec<_>>().join(", ")
    );
    let span = tree.cut_off().map(LookupTerm::span);
    let evidence =
        tree.root().text().map(|text| Evidence::of_record(Query::txt(domain.clone()), Arc::clone(text), span));
    Finding::new(RuleId::SpfTooManyLookups, Severity::Error, domain, message)
        .with_evidence(evidence)
        .with_remedy(text, Vec::new())
}
