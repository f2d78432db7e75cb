//! Includes and redirects that lead to no record, or back: `spf.include-broken`.

use std::sync::Arc;

use super::spf::deciding_evidence;
use super::{Examined, Lookups, spf_providers};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Evidence, Finding, sentence};
use crate::diagnosis::proposal::Wish;
use crate::dns::Query;
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::{
    Caller, CauseKind, Evaluated, Evaluation, LookupTerm, Node, Rewriter, Target, TermOutcome, TreeOutcome,
};

/// What a sender's own evaluation ran into.
pub(super) fn broken(case: &Case, evaluation: &Evaluation, tree: &TreeOutcome, lookups: &Lookups<'_>) -> Finding {
    let why = evaluation.cause();
    let span = failing_root_term(evaluation);
    let term = span.and_then(|span| tree.root().terms().iter().find(|term| term.span() == span));
    let mut proof: Vec<Evidence> = term.and_then(|term| evidence_at(tree.root(), term)).into_iter().collect();
    proof.extend(deciding_evidence(evaluation).filter(|evidence| !proof.contains(evidence)));
    proof.extend(why.query().and_then(|query| lookups.evidence(query)));
    let message = format!("{} The result is permerror.", sentence(why));
    let target = why.query().map(|query| &query.name);
    finding(&case.domain, tree, term, Severity::Blocks, message, target).with_evidence(proof)
}

/// Broken includes and loops that no sender known here comes to.
pub(super) fn judge_others(case: &Case, tree: &TreeOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    for caller in tree.broken() {
        if let Some(finding) = unused(case, tree, caller, lookups) {
            found.find(finding);
        }
    }
    if let Some(finding) = endless(tree, Severity::Error) {
        found.find(finding);
    }
}

fn unused(case: &Case, tree: &TreeOutcome, caller: Caller, lookups: &Lookups<'_>) -> Option<Finding> {
    let (node, term) = called(tree, caller)?;
    let own = root_term_to(tree, caller)?;
    let text = node.term_text(term);
    let child = term.child().and_then(|child| tree.nodes().get(child));
    let what = match child.map(|child| (child.domain(), child.record())) {
        Some((target, Err(why))) => format!("The SPF record of {target} {why}"),
        _ => format!("`{text}` leads to no domain name"),
    };
    let message = format!(
        "{what}, and `{text}` in the record of {} leads there: every sender that comes to it gets permerror. No sender known \
         here does.",
        node.domain()
    );
    let mut proof: Vec<Evidence> = evidence_at(tree.root(), own).into_iter().collect();
    proof.extend(evidence_at(node, term).filter(|evidence| !proof.contains(evidence)));
    let target = child.map(Node::domain);
    proof.extend(target.and_then(|target| lookups.evidence(&Query::txt(target.clone()))));
    Some(finding(&case.domain, tree, Some(own), Severity::Error, message, target).with_evidence(proof))
}

/// A term that leads back to a record which is being evaluated.
pub(super) fn endless(tree: &TreeOutcome, severity: Severity) -> Option<Finding> {
    let found = tree.loops().first()?;
    let caller = Caller::of(found.node, found.term);
    let ((node, term), own) = (called(tree, caller)?, root_term_to(tree, caller)?);
    let back_to = tree.nodes().get(*found.path.first()?)?;
    let message = format!(
        "`{}` in the record of {} leads back to {}, which is being evaluated: a loop that only the limit of {} look-ups ends, \
         with permerror.",
        node.term_text(term),
        node.domain(),
        back_to.domain(),
        tree.limits().lookups
    );
    let mut proof: Vec<Evidence> = evidence_at(tree.root(), own).into_iter().collect();
    proof.extend(evidence_at(node, term).filter(|evidence| !proof.contains(evidence)));
    Some(finding(tree.domain(), tree, Some(own), severity, message, None).with_evidence(proof))
}

/// The finding about a term of the domain's own record, and what to do with that.
fn finding(
    domain: &DomainName,
    tree: &TreeOutcome,
    term: Option<&LookupTerm>,
    severity: Severity,
    message: String,
    target: Option<&DomainName>,
) -> Finding {
    let subject = term.map_or_else(|| domain.to_string(), |term| tree.root().term_text(term).into_owned());
    // RFC 7208 §6.1: without its redirect a record may name nobody; the change is a new target.
    let is_redirect = is_redirect(&subject);
    let provider = target.and_then(spf_providers::current_name).map(|it| it.advice()).unwrap_or_default();
    let text = if is_redirect {
        format!(
            "Let `{subject}` in the record of {domain} name a domain whose SPF record is in order, such as the provider \
             documents today.{provider} Verify: SPF of {domain} gives no permerror."
        )
    } else {
        format!(
            "Remove `{subject}` from the record of {domain} if its provider no longer sends for you; else use the name \
             that the provider documents today.{provider} Verify: SPF of {domain} gives no permerror."
        )
    };
    Finding::new(RuleId::SpfIncludeBroken, severity, subject, message)
        .with_remedy(text, Vec::new())
        .wishing((term.is_some() && !is_redirect).then(|| Wish::of(domain, without_broken(domain, tree))))
}

fn is_redirect(term: &str) -> bool {
    term.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("redirect="))
}

/// The record without any include of its own that is broken or leads back, behind the first one
/// too: one that stays would be permerror still.
fn without_broken(domain: &DomainName, tree: &TreeOutcome) -> Rewriter {
    let loops = tree.loops().iter().map(|found| Caller::of(found.node, found.term));
    let terms = all_broken(tree).chain(loops).filter_map(|caller| root_term_to(tree, caller));
    let mut terms: Vec<&LookupTerm> = terms.collect();
    terms.sort_by_key(|term| term.term());
    let mut texts: Vec<String> = Vec::new();
    for text in terms.into_iter().map(|term| tree.root().term_text(term).into_owned()) {
        // Every term written so goes at once.
        if !is_redirect(&text) && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.into_iter().fold(Rewriter::of(domain.clone()), Rewriter::remove)
}

/// The includes and redirects that lead to no record, also those that an earlier one hides.
fn all_broken(tree: &TreeOutcome) -> impl Iterator<Item = Caller> {
    let is_broken = |term: &LookupTerm| match term.target() {
        Target::Record(child) => {
            let record = tree.nodes().get(*child).map(Node::record);
            record.is_some_and(|record| record.is_err_and(|why| !matches!(why, CauseKind::Dns(_))))
        }
        Target::Invalid => term.leads_to_record(),
        _ => false,
    };
    let of = move |(number, node)| {
        Node::terms(node).iter().filter(move |term| is_broken(term)).map(move |term| Caller::of(number, term.term()))
    };
    tree.nodes().iter().enumerate().flat_map(of)
}

/// The term of the domain's own record whose evaluation ended in an error.
fn failing_root_term(evaluation: &Evaluation) -> Option<Span> {
    let evaluated = evaluation.trace().visits().first()?.evaluated();
    evaluated.iter().find(|term| term.outcome() == TermOutcome::Error).map(Evaluated::span)
}

fn called(tree: &TreeOutcome, caller: Caller) -> Option<(&Node, &LookupTerm)> {
    let node = tree.nodes().get(caller.node)?;
    Some((node, node.terms().iter().find(|term| term.term() == caller.term)?))
}

/// The first term of the domain's own record by which an evaluation comes to a term: that is the
/// one its owner can change.
fn root_term_to(tree: &TreeOutcome, caller: Caller) -> Option<&LookupTerm> {
    if caller.node == 0 {
        return called(tree, caller).map(|(_, term)| term);
    }
    let leads_there = |term: &&LookupTerm| {
        let mut seen = vec![false; tree.nodes().len()];
        let mut open: Vec<usize> = term.child().into_iter().collect();
        while let Some(at) = open.pop() {
            let is_new = seen.get_mut(at).is_some_and(|seen| !core::mem::replace(seen, true));
            if at == caller.node {
                return true;
            }
            if is_new {
                let below = tree.nodes().get(at).into_iter().flat_map(Node::terms);
                open.extend(below.filter_map(LookupTerm::child).filter(|child| *child != 0));
            }
        }
        false
    };
    tree.root().terms().iter().find(leads_there)
}

fn evidence_at(node: &Node, term: &LookupTerm) -> Option<Evidence> {
    Some(Evidence::of_record(Query::txt(node.domain().clone()), Arc::clone(node.text()?), Some(term.span())))
}
