//! SPF of the senders: `spf.none`, `spf.ip-not-authorized`, `spf.multiple-records`, and what of the
//! whole tree of records the files beside this one judge.

use core::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::{Examined, Lookups, spf_helo, spf_includes, spf_limits, spf_text};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Evidence, Finding, Unknown, sentence};
use crate::diagnosis::proposal::Wish;
use crate::diagnosis::remedy::streams;
use crate::dkim::{KeyLookup, KeyStatus};
use crate::dns::{Check, Known, Query, Response, Step, Text};
use crate::problem::Severity;
use crate::result::SpfResult;
use crate::rule_id::RuleId;
use crate::spf::{self, CauseKind, CheckHost, Evaluation, Rewriter, Sender, Tree, TreeOutcome};

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let mut checks = streams(case);
    let no_address = checks.is_empty();
    if no_address {
        // The record itself can be judged without a sender.
        checks.push(CheckHost::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), case.sender()));
    }
    // Every path of the record counts, not only those of the senders that are known.
    let tree = Tree::of(case.domain.clone()).with_hosts();
    match (checks, tree, spf_helo::checks(case)).step(known) {
        Step::Need(needed) => Step::Need(needed),
        Step::Done((evaluations, tree, of_helo)) => {
            let lookups = Lookups::over(known);
            let mut found = Examined::default();
            leave_open(case, &mut found);
            let judging = Judging { case, tree: &tree, lookups: &lookups, wish: authorize(case, &evaluations) };
            for evaluation in &evaluations {
                judging.judge(evaluation, &mut found);
            }
            // What the senders' own evaluations ran into was found before, and weighs more.
            spf_includes::judge_others(case, &tree, &lookups, &mut found);
            spf_limits::judge_others(&tree, &mut found);
            // A record that does not parse was found before, with all that is wrong with it.
            let parsed = tree.root().record().ok().and(tree.root().text());
            for finding in parsed.into_iter().flat_map(|text| spf_text::advice(case, text, &evaluations, &lookups)) {
                found.find(finding);
            }
            for evaluation in &of_helo {
                spf_helo::judge(case, evaluation, &lookups, &mut found);
            }
            lookups.finish(found)
        }
    }
}

/// What cannot be judged for want of an address.
fn leave_open(case: &Case, found: &mut Examined) {
    for ip in case.unseen_ips() {
        let reason = "the address is private, and receivers see another one; take that from a Received field of theirs";
        found.leave_open(Unknown::new(format!("is mail from {ip} authorized"), reason, true));
    }
    if case.sending_ips.is_empty() {
        let reason = "no sending address was given; take it from the server, or from a Received field";
        found.leave_open(Unknown::new("are the sending addresses authorized, named and unlisted", reason, true));
    }
}

/// What the judgement of every sender rests on.
struct Judging<'a> {
    case: &'a Case,
    tree: &'a TreeOutcome,
    lookups: &'a Lookups<'a>,
    /// All senders that the record refuses, authorized.
    wish: Option<Wish>,
}

impl Judging<'_> {
    fn judge(&self, evaluation: &Evaluation, found: &mut Examined) {
        let (case, ip) = (self.case, evaluation.ip());
        match evaluation.result() {
            SpfResult::Pass => {}
            SpfResult::Temperror => found.leave_open(open(case, evaluation)),
            SpfResult::None => self.judge_none(evaluation, found),
            SpfResult::Permerror => found.find(self.permerror(evaluation)),
            SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral if ip.is_unspecified() => {}
            SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral => {
                found.find(not_authorized(case, evaluation, self.wish.as_ref()));
            }
        }
    }

    fn judge_none(&self, evaluation: &Evaluation, found: &mut Examined) {
        match evaluation.cause().kind() {
            CauseKind::NoRecord => found.find(none(self.case, self.lookups)),
            // That the domain does not exist is the mail route's finding.
            CauseKind::NoDomain => {}
            _ => found.leave_open(open(self.case, evaluation)),
        }
    }

    fn permerror(&self, evaluation: &Evaluation) -> Finding {
        let (case, tree, lookups) = (self.case, self.tree, self.lookups);
        let at_root = evaluation.cause().domain().is_none_or(|domain| *domain == case.domain);
        match evaluation.cause().kind() {
            CauseKind::MultipleRecords { count } if at_root => several(case, *count, lookups),
            CauseKind::IncludeWithoutRecord { .. } | CauseKind::RedirectWithoutRecord { .. } => {
                spf_includes::broken(case, evaluation, tree, lookups)
            }
            CauseKind::MultipleRecords { .. } | CauseKind::Syntax(_) if !at_root => {
                spf_includes::broken(case, evaluation, tree, lookups)
            }
            CauseKind::TooManyVoidLookups { .. } => spf_limits::void_lookups(case, evaluation, tree),
            CauseKind::TooManyLookups { .. } => spf_includes::endless(tree, Severity::Blocks)
                .unwrap_or_else(|| spf_limits::lookups(case, evaluation, tree)),
            CauseKind::TooManyMxHosts { .. } => spf_limits::mx_hosts(case, evaluation),
            _ => spf_text::malformed(case, evaluation, lookups),
        }
    }
}

fn open(case: &Case, evaluation: &Evaluation) -> Unknown {
    let (domain, ip) = (&case.domain, evaluation.ip());
    let question = if ip.is_unspecified() {
        format!("is the SPF record of {domain} in order")
    } else {
        format!("does SPF authorize {ip} for {domain}")
    };
    Unknown::new(question, evaluation.cause(), true).for_want_of(evaluation.cause().query())
}

fn none(case: &Case, lookups: &Lookups<'_>) -> Finding {
    let domain = &case.domain;
    let unsigned = lacks_usable_key(case, lookups);
    let severity = if unsigned { Severity::Blocks } else { Severity::Error };
    let signed =
        if unsigned { " No DKIM key that can be used was found either: large receivers refuse such mail." } else { "" };
    let message =
        format!("{domain} publishes no SPF record: receivers cannot tell its servers from a forger's.{signed}");
    let own = own_senders(case, lookups);
    // A record that names nobody would fail mail that nothing fails now.
    let known = if own.is_empty() { "none of them is known here" } else { "these are the ones known here" };
    let text = format!(
        "Publish one TXT record at {domain} that names every server that sends for it; {known}. Verify: a message from \
         each of them shows spf=pass at a receiver; then consider -all."
    );
    let authorized = || own.iter().cloned().fold(Rewriter::of(domain.clone()), Rewriter::authorize);
    Finding::new(RuleId::SpfNone, severity, domain, message)
        .with_evidence(lookups.evidence(&Query::txt(domain.clone())))
        .with_remedy(text, Vec::new())
        .wishing((!own.is_empty()).then(|| Wish::of(domain, authorized())))
}

/// Whether selectors were given and none of them has a key that can be used.
fn lacks_usable_key(case: &Case, lookups: &Lookups<'_>) -> bool {
    let usable = |selector: &String| {
        let key = lookups.run(&KeyLookup::new(selector, case.domain.clone()));
        key.is_none_or(|outcome| matches!(outcome.status(), KeyStatus::Usable(_) | KeyStatus::Unknown(_)))
    };
    !case.selectors.is_empty() && !case.selectors.iter().any(usable)
}

/// The domain's MX hosts, if it has any, and the sending addresses.
fn own_senders(case: &Case, lookups: &Lookups<'_>) -> Vec<Sender> {
    let answer = lookups.get(&Query::mx(case.domain.clone()));
    // RFC 7208 §4.6.4: `mx` with more hosts is a permerror.
    let limit = usize::from(spf::Limits::default().mx_hosts);
    let can_be_named =
        |found: &Response| found.exchanges().count() <= limit && found.exchanges().any(|(_, host)| !host.is_root());
    let has_mx = answer.is_some_and(|answer| answer.is_ok_and(|found| can_be_named(&found)));
    has_mx.then_some(Sender::OwnMx).into_iter().chain(case.public_ips().map(Sender::Address)).collect()
}

fn not_authorized(case: &Case, evaluation: &Evaluation, wish: Option<&Wish>) -> Finding {
    let (ip, domain, result) = (evaluation.ip(), &case.domain, evaluation.result());
    let message =
        format!("{ip} is not authorized to send for {domain}: SPF gives {result}. {}", sentence(evaluation.cause()));
    let text = format!(
        "If {ip} sends for you, authorize it in the record of {domain}, or send through a server that is authorized. If it \
         does not, the record does its work. Verify: a message from {ip} shows spf=pass at a receiver."
    );
    Finding::new(RuleId::SpfIpNotAuthorized, Severity::Blocks, ip, message)
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(text, Vec::new())
        .wishing(wish.cloned())
}

/// All sending addresses that the record does not authorize yet, so that the findings of several
/// addresses propose one and the same record.
fn authorize(case: &Case, all: &[Evaluation]) -> Option<Wish> {
    let refused = |e: &&Evaluation| {
        matches!(e.result(), SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral) && !e.ip().is_unspecified()
    };
    all.iter().find(refused)?;
    let of = Rewriter::of(case.domain.clone());
    let way = all.iter().filter(refused).fold(of, |way, evaluation| way.authorize(evaluation.ip()));
    Some(Wish::of(&case.domain, way))
}

/// The term and record that decided.
pub(super) fn deciding_evidence(evaluation: &Evaluation) -> Option<Evidence> {
    let cause = evaluation.cause();
    let (domain, record) = (cause.domain()?, cause.record()?);
    Some(Evidence::of_record(Query::txt(domain.clone()), Arc::clone(record), cause.span()))
}

fn several(case: &Case, count: usize, lookups: &Lookups<'_>) -> Finding {
    let domain = &case.domain;
    let query = Query::txt(domain.clone());
    let answer = lookups.get(&query).and_then(Result::ok);
    let mut texts: Vec<&Arc<[u8]>> = answer.iter().flat_map(|found| spf::select(found)).map(Text::bytes).collect();
    // The order of an answer means nothing (RFC 2181 §5): the same records give the same report.
    texts.sort_unstable();
    let message =
        format!("{domain} has {count} SPF records. Receivers may not choose one: every sender gets permerror.");
    let evidence = texts.into_iter().map(|text| Evidence::of_record(query.clone(), Arc::clone(text), None));
    let text = "Publish one record with the terms of all, and delete the others. Verify: the name has one TXT record that \
                starts with v=spf1.";
    Finding::new(RuleId::SpfMultipleRecords, Severity::Blocks, domain, message)
        .with_evidence(evidence)
        .with_remedy(text, Vec::new())
        .wishing(Wish::of(domain, Rewriter::of(domain.clone()).merge()))
}
