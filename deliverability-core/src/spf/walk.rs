//! The recursive `check_host()` function (RFC 7208 §4).
//!
//! A missing answer is noted and stands in as "does not match"; the same walk goes on under the
//! same limits, so what it notes is what will be asked, as far as that can be foreseen. If
//! anything was missing, all but the notes is thrown away.

use std::sync::Arc;

use super::cause::{Cause, CauseKind};
use super::check_host::CheckHost;
use super::evaluation::Evaluation;
use super::mechanisms::Found;
use super::record::{DomainSpec, Modifier, Record, TermKind};
use super::selection::select;
use super::trace::{TermOutcome, Trace, Via};
use crate::dns::{Answer, Known, Needed, Query, Step};
use crate::domain::DomainName;
use crate::result::SpfResult;
use crate::span::Span;

/// One evaluation under way.
pub(super) struct Walk<'a> {
    pub(super) check: &'a CheckHost,
    pub(super) known: &'a dyn Known,
    pub(super) sender_domain: &'a DomainName,
    pub(super) missing: Vec<Query>,
    pub(super) trace: Trace,
}

/// How a call of `check_host()` ended.
pub(super) struct Ending {
    pub(super) result: SpfResult,
    pub(super) cause: Cause,
    /// The visit whose `exp=` explains a fail: where a redirect led, never an include (§6.2).
    pub(super) visit: usize,
}

/// A term under evaluation.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) visit: usize,
    pub(super) term: usize,
    pub(super) span: Span,
    pub(super) domain: &'a DomainName,
    text: &'a Arc<[u8]>,
}

impl At<'_> {
    pub(super) fn cause(self, kind: CauseKind, query: Option<Query>) -> Cause {
        Cause::new(kind).of_domain(self.domain).in_record(self.text, Some(self.span)).by(query)
    }

    pub(super) const fn via(self) -> Via {
        Via { visit: self.visit, term: self.term }
    }
}

impl<'a> Walk<'a> {
    pub(super) fn run(check: &'a CheckHost, known: &'a dyn Known) -> Step<Evaluation> {
        let trace = Trace::new(check.limits);
        let domain = match check.subject.domain() {
            Ok(domain) => domain,
            Err(kind) => {
                let cause = Cause::new(kind);
                return Step::Done(evaluation(check, SpfResult::None, None, cause, trace));
            }
        };
        let mut walk = Walk { check, known, sender_domain: &domain, missing: Vec::new(), trace };
        let ending = walk.answer(&Query::txt(domain.clone())).map(|answer| walk.check_host(&domain, None, answer));
        let explanation = ending.as_ref().and_then(|ending| walk.explanation(ending));
        match (Needed::in_order(walk.missing), ending) {
            (None, Some(Ending { result, cause, .. })) => {
                Step::Done(evaluation(check, result, explanation, cause, walk.trace))
            }
            (needed, _) => Step::Need(needed.unwrap_or_default()),
        }
    }

    /// The answer to a query; if it is not known, it is noted as missing, once.
    pub(super) fn answer(&mut self, query: &Query) -> Option<Answer> {
        match self.known.get(query) {
            Ok(answer) => Some(answer),
            Err(ask) => {
                if !self.missing.contains(&ask) {
                    self.missing.push(ask);
                }
                None
            }
        }
    }

    /// `check_host()` for `domain`, whose TXT records are `answer`.
    pub(super) fn check_host(&mut self, domain: &DomainName, via: Option<Via>, answer: Answer) -> Ending {
        let visit = self.trace.enter(domain.clone(), via);
        let ending = self.select_record(visit, domain, answer);
        self.trace.leave(visit, ending.result);
        ending
    }

    /// RFC 7208 §4.4, §4.5: exactly one record, or none or an error.
    fn select_record(&mut self, visit: usize, domain: &DomainName, answer: Answer) -> Ending {
        let end = |result, kind| {
            let cause = Cause::new(kind).of_domain(domain).by(Some(Query::txt(domain.clone())));
            Ending { result, cause, visit }
        };
        let response = match answer {
            Ok(response) => response,
            Err(error) => return end(SpfResult::Temperror, CauseKind::Dns(error)),
        };
        let mut records = select(&response);
        match (records.next(), records.count()) {
            (Some(text), 0) => self.evaluate(visit, domain, text.bytes()),
            (Some(_), more) => end(SpfResult::Permerror, CauseKind::MultipleRecords { count: more.saturating_add(1) }),
            (None, _) if response.is_nxdomain() => end(SpfResult::None, CauseKind::NoDomain),
            (None, _) => end(SpfResult::None, CauseKind::NoRecord),
        }
    }

    /// RFC 7208 §4.6: a syntax error anywhere in the record is found before any term counts.
    fn evaluate(&mut self, visit: usize, domain: &DomainName, text: &Arc<[u8]>) -> Ending {
        self.trace.read(visit, text);
        let record = match Record::parse(text) {
            Ok(record) => Arc::new(record),
            Err(error) => {
                let span = error.span;
                let cause = Cause::new(CauseKind::Syntax(error)).of_domain(domain).in_record(text, Some(span));
                return Ending { result: SpfResult::Permerror, cause, visit };
            }
        };
        self.trace.parsed(visit, &record);
        match self.first_match(visit, domain, text, &record) {
            Some(ending) => ending,
            None => self.redirect_or_default(visit, domain, text, &record),
        }
    }

    /// RFC 7208 §4.6.2: directives from left to right, until one matches or fails to evaluate.
    fn first_match(&mut self, visit: usize, domain: &DomainName, text: &Arc<[u8]>, record: &Record) -> Option<Ending> {
        for (term, written) in record.terms.iter().enumerate() {
            let TermKind::Directive(directive) = &written.kind else { continue };
            let at = At { visit, term, span: written.span, domain, text };
            self.trace.begin(visit, term, written.span);
            let (outcome, result, cause) = match self.mechanism(at, &directive.mechanism) {
                Ok(Found::NoMatch) => {
                    self.trace.end(visit, TermOutcome::NoMatch);
                    continue;
                }
                Ok(Found::Match(query)) => {
                    (TermOutcome::Match, directive.qualifier.result(), at.cause(CauseKind::Matched, query))
                }
                Err(cause) => (TermOutcome::Error, cause.error_result(), *cause),
            };
            self.trace.end(visit, outcome);
            return Some(Ending { result, cause, visit });
        }
        None
    }

    /// RFC 7208 §4.7, §6.1: nothing matched.
    fn redirect_or_default(&mut self, visit: usize, domain: &DomainName, text: &Arc<[u8]>, record: &Record) -> Ending {
        for (term, written) in record.terms.iter().enumerate() {
            if let TermKind::Modifier(Modifier::Redirect(target)) = &written.kind {
                let at = At { visit, term, span: written.span, domain, text };
                self.trace.begin(visit, term, written.span);
                let ending = self.redirect(at, target);
                let failed = matches!(ending.result, SpfResult::Temperror | SpfResult::Permerror);
                self.trace.end(visit, if failed { TermOutcome::Error } else { TermOutcome::Match });
                return ending;
            }
        }
        no_match(visit, domain, text)
    }

    fn redirect(&mut self, at: At<'_>, target: &DomainSpec) -> Ending {
        let failed = |cause: Box<Cause>| Ending { result: cause.error_result(), cause: *cause, visit: at.visit };
        let name = match self.required_target(at, target) {
            Ok(Some(name)) => name,
            Ok(None) => return no_match(at.visit, at.domain, at.text),
            Err(cause) => return failed(cause),
        };
        let query = Query::txt(name.clone());
        let answer = match self.ask(at, &query) {
            Ok(Some(answer)) => answer,
            Ok(None) => return no_match(at.visit, at.domain, at.text),
            Err(cause) => return failed(cause),
        };
        let ending = self.check_host(&name, Some(at.via()), answer);
        if ending.result == SpfResult::None {
            // RFC 7208 §6.1: none becomes permerror here.
            let kind = CauseKind::RedirectWithoutRecord { target: name };
            return failed(Box::new(at.cause(kind, Some(query))));
        }
        ending
    }
}

/// RFC 7208 §4.7: neutral. Also what stands in where an answer is missing.
fn no_match(visit: usize, domain: &DomainName, text: &Arc<[u8]>) -> Ending {
    let cause = Cause::new(CauseKind::NoMatch).of_domain(domain).in_record(text, None);
    Ending { result: SpfResult::Neutral, cause, visit }
}

fn evaluation(
    check: &CheckHost,
    result: SpfResult,
    explanation: Option<Box<str>>,
    cause: Cause,
    trace: Trace,
) -> Evaluation {
    Evaluation { subject: Arc::clone(&check.subject), result, explanation, cause, trace }
}
