//! What would have to change for another result.

use super::deciding_visit;
use crate::result::SpfResult;
use crate::spf::cause::{Cause, CauseKind};
use crate::spf::evaluation::Evaluation;
use crate::spf::parse_error::shown;
use crate::spf::record::{Modifier, TermKind};
use crate::spf::rewrite::Sender;
use crate::spf::trace::{TermOutcome, Visit};

pub(super) fn otherwise(evaluation: &Evaluation) -> Vec<String> {
    let cause = evaluation.cause();
    match (evaluation.result(), cause.kind()) {
        (SpfResult::Pass, _) => vec![without_the_match(evaluation)],
        (_, CauseKind::Matched | CauseKind::NoMatch) => refused(evaluation),
        (_, kind) => vec![repair(evaluation, cause, kind)],
    }
}

/// A pass rests on one term: what stands behind it would decide without it.
fn without_the_match(evaluation: &Evaluation) -> String {
    let cause = evaluation.cause();
    let next = deciding_visit(evaluation).and_then(|visit| {
        let terms = &visit.record()?.terms;
        let after = terms.iter().filter(|term| term.span.start > cause.span().unwrap_or_default().start);
        // RFC 7208 §6.1: a redirect comes behind all directives.
        let next = after.into_iter().find(|term| matches!(term.kind, TermKind::Directive(_)));
        let redirect = || terms.iter().find(|t| matches!(t.kind, TermKind::Modifier(Modifier::Redirect(_))));
        Some(shown(next.or_else(redirect)?.span.of(visit.text()?)))
    });
    let term = term_of(cause);
    match next {
        Some(next) => format!("without the term {term}, evaluation would go on with \"{next}\"."),
        None => format!("without the term {term}, nothing would match: neutral."),
    }
}

/// The client is not authorized: where its address would have to stand, and the other way round.
fn refused(evaluation: &Evaluation) -> Vec<String> {
    let (ip, root) = (evaluation.ip(), evaluation.trace().visits().first());
    let Some(root) = root else { return Vec::new() };
    let (term, domain) = (Sender::Address(ip), root.domain());
    let place = match deciding_term(root) {
        Some(deciding) => format!("in front of \"{deciding}\""),
        None => "at the end".to_owned(),
    };
    let mut ways = vec![
        format!("for pass, put {term} {place} in the SPF record of {domain}, if this client sends for it;"),
        "or send through a server that the record authorizes.".to_owned(),
    ];
    if evaluation.result() != SpfResult::Fail {
        let now = evaluation.result();
        ways.push(format!(
            "For fail instead of {now}, the record has to end in -all: do that when every server that sends is in it."
        ));
    }
    ways
}

/// The term of the domain's own record that decided, or led to the record that did.
fn deciding_term(root: &Visit) -> Option<Box<str>> {
    let last = root.evaluated().last().filter(|last| last.outcome() == TermOutcome::Match)?;
    Some(shown(last.span().of(root.text()?)))
}

fn term_of(cause: &Cause) -> String {
    cause
        .span()
        .zip(cause.record())
        .map_or_else(String::new, |(span, record)| format!("\"{}\"", shown(span.of(record))))
}

fn domain_of(cause: &Cause) -> String {
    cause.domain().map_or_else(|| "the domain".to_owned(), ToString::to_string)
}

/// What would mend an error or the want of a record.
fn repair(evaluation: &Evaluation, cause: &Cause, kind: &CauseKind) -> String {
    let (term, domain) = (term_of(cause), domain_of(cause));
    match kind {
        CauseKind::MalformedDomain { .. } => {
            "the client has to give a sender or HELO name with a fully qualified domain name.".to_owned()
        }
        CauseKind::NoDomain => format!("the domain {domain} has to exist; look for a spelling error in the sender."),
        CauseKind::NoRecord => {
            let ip = Sender::Address(evaluation.ip());
            format!(
                "publish one TXT record at {domain} that names every server that sends, such as \"v=spf1 {ip} ~all\"."
            )
        }
        CauseKind::MultipleRecords { .. } => {
            format!("merge the SPF records of {domain} into one, and delete the others.")
        }
        CauseKind::Syntax(_) => {
            format!("mend {term} in the record of {domain}; until then every sender gets permerror.")
        }
        CauseKind::TooManyLookups { limit } => over_the_limit(evaluation, *limit),
        CauseKind::TooManyVoidLookups { .. } => dead_names(evaluation),
        CauseKind::TooManyMxHosts { limit, .. } => {
            format!(
                "write the addresses of the mail exchangers as ip4: and ip6: in place of {term}, or have {limit} at most."
            )
        }
        CauseKind::IncludeWithoutRecord { target } | CauseKind::RedirectWithoutRecord { target } => {
            format!("remove {term} from the record of {domain}, or publish an SPF record at {target}.")
        }
        CauseKind::InvalidDomainSpec => format!("give {term} in the record of {domain} a full domain name."),
        CauseKind::Dns(_) => {
            "ask again later; if it stays, the name servers of the name that was asked have to be mended.".to_owned()
        }
        CauseKind::Matched | CauseKind::NoMatch => String::new(),
    }
}

/// RFC 7208 §4.6.4: what comes before the term over the limit spent it.
fn over_the_limit(evaluation: &Evaluation, limit: u8) -> String {
    let cause = evaluation.cause();
    format!(
        "take away terms that cost look-ups in front of {} in the record of {}, so that {limit} are enough; or have this \
         client match before: put {} first in the record of {}.",
        term_of(cause),
        domain_of(cause),
        Sender::Address(evaluation.ip()),
        evaluation.trace().visits().first().map_or_else(|| domain_of(cause), |root| root.domain().to_string()),
    )
}

fn dead_names(evaluation: &Evaluation) -> String {
    let entries = evaluation.trace().ledger().entries().iter();
    let dead: Vec<String> =
        entries.filter(|l| l.is_void()).filter_map(|l| l.query()).map(ToString::to_string).collect();
    format!("remove the terms whose names have no such record: {}.", dead.join(", "))
}
