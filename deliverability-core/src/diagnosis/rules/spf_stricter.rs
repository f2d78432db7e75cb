//! Records that let too many pass, made stricter: the change for `spf.weak-all` and `spf.ptr`.
//!
//! These change verdicts of senders that nobody named: that is what they are for. So no proof is
//! made; named senders who pass by the weak term today are named in its place.

use crate::diagnosis::case::Case;
use crate::problem::Problem;
use crate::result::SpfResult;
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::{Directive, Evaluation, Mechanism, Modifier, Qualifier, Record, Sender, Term, TermKind};

/// What to know before such a change is published.
pub(super) const NOTE: &str =
    " The change below gives other verdicts to senders that are not named here: name all of yours first.";

/// The edits that make the record stricter; `None` where the problems are others, or what is left
/// would name nobody.
pub(super) fn edits(
    rule: RuleId,
    case: &Case,
    record: &[u8],
    problems: &[Problem],
    evaluations: &[Evaluation],
) -> Option<Vec<Problem>> {
    let put = match rule {
        RuleId::SpfWeakAll => "~all",
        RuleId::SpfPtr => "",
        _ => return None,
    };
    let terms = Record::parse(record).ok()?.terms;
    let is_problem = |term: &&Term| problems.iter().any(|problem| problem.span == term.span);
    let weak: Vec<Span> =
        terms.iter().filter(|term| is_weak(&term.kind)).filter(is_problem).map(|term| term.span).collect();
    let senders = passing_by(case, &weak, evaluations);
    let stays = |term: &&Term| !weak.contains(&term.span) && names_senders(&term.kind);
    if senders.is_empty() && !terms.iter().any(|term| stays(&term)) {
        return None;
    }
    let first = senders.iter().map(String::as_str).chain([put]).collect::<Vec<_>>().join(" ");
    let edited = |problem: &Problem| match weak.iter().position(|span| *span == problem.span) {
        Some(0) => replaced(record, problem.clone(), first.trim_end()),
        Some(_) => replaced(record, problem.clone(), put),
        // Nothing ends the record.
        None if problem.span.start == problem.span.end => {
            let space = if record.ends_with(b" ") { "" } else { " " };
            problem.clone().with_edit(problem.span, format!("{space}{put}"))
        }
        None => problem.clone(),
    };
    let all: Vec<Problem> = problems.iter().map(edited).collect();
    all.iter().any(|problem| problem.edit.is_some()).then_some(all)
}

fn is_weak(kind: &TermKind) -> bool {
    let TermKind::Directive(Directive { qualifier, mechanism }) = kind else { return false };
    match mechanism {
        Mechanism::All => matches!(qualifier, Qualifier::Pass | Qualifier::Neutral),
        mechanism => matches!(mechanism, Mechanism::Ptr { .. }),
    }
}

fn names_senders(kind: &TermKind) -> bool {
    match kind {
        TermKind::Directive(directive) => {
            directive.qualifier == Qualifier::Pass && directive.mechanism != Mechanism::All
        }
        TermKind::Modifier(modifier) => matches!(modifier, Modifier::Redirect(_)),
    }
}

/// Terms for the sending addresses that pass by a weak term of the domain's own record.
fn passing_by(case: &Case, weak: &[Span], evaluations: &[Evaluation]) -> Vec<String> {
    let passes = |evaluation: &&Evaluation| {
        let decided = evaluation.cause();
        evaluation.result() == SpfResult::Pass
            && decided.domain() == Some(&case.domain)
            && decided.span().is_some_and(|span| weak.contains(&span))
    };
    evaluations.iter().filter(passes).map(|evaluation| Sender::Address(evaluation.ip()).to_string()).collect()
}

/// A term with something in its place; with nothing, its space goes too.
fn replaced(record: &[u8], problem: Problem, put: &str) -> Problem {
    let span = problem.span;
    let has_space = put.is_empty() && Span::new(0, span.start).of(record).ends_with(b" ");
    let start = span.start.saturating_sub(usize::from(has_space));
    problem.with_edit(Span::new(start, span.end), put)
}
