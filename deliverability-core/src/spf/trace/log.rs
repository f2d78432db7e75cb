//! What a walk notes of its way: as little as the whole can be told from, since few ask for it.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Evaluated, Ledger, Lookup, TermOutcome, Via, Visit};
use crate::dns::{Query, Response};
use crate::domain::DomainName;
use crate::network;
use crate::result::SpfResult;
use crate::spf::limits::Limits;
use crate::spf::record::{DomainSpec, Mechanism, Record, Term, TermKind};
use crate::spf::selection::select;

/// The notes. Targets, spans and texts are found in the records and answers, which they share.
#[derive(Clone)]
pub(super) struct Log {
    pub(super) ip: IpAddr,
    pub(super) limits: Limits,
    pub(super) root: DomainName,
    pub(super) visits: Vec<Noted>,
    pub(super) lookups: Vec<Spent>,
    /// Names that macros made.
    pub(super) made: Vec<DomainName>,
}

/// A call of `check_host()`.
#[derive(Clone)]
pub(super) struct Noted {
    /// The look-up that led here.
    pub(super) via: Option<usize>,
    /// The answer with its one record.
    pub(super) answer: Option<Arc<Response>>,
    pub(super) record: Option<Held>,
    /// The term that ended the evaluation, and how; without, all directives were tried in vain.
    pub(super) last: Option<(usize, TermOutcome)>,
    pub(super) result: SpfResult,
}

/// A parsed record: the walk's own, or one that a cache shares.
#[derive(Clone)]
pub(in crate::spf) enum Held {
    Own(Record),
    Shared(Arc<Record>),
}

impl core::ops::Deref for Held {
    type Target = Record;

    fn deref(&self) -> &Record {
        match self {
            Self::Own(record) => record,
            Self::Shared(record) => record,
        }
    }
}

/// A term that spent a look-up.
#[derive(Clone, Copy)]
pub(super) struct Spent {
    pub(super) visit: usize,
    pub(super) term: usize,
    pub(super) target: Target,
    pub(super) asked: Asked,
}

/// What a look-up term names.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Target {
    /// Nothing that the DNS could be asked for.
    Nothing,
    /// The name that the term writes or, without, the record's own.
    Written,
    /// An index into [`Log::made`].
    Made(usize),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Asked {
    Nothing,
    Found,
    Void,
}

impl Log {
    pub(super) fn ledger(&self) -> Ledger {
        let entries = self.lookups.iter().map(|spent| Lookup {
            visit: spent.visit,
            term: spent.term,
            span: self.term(*spent).map_or_else(Default::default, |term| term.span),
            query: if spent.asked == Asked::Nothing { None } else { self.query(*spent) },
            void: spent.asked == Asked::Void,
        });
        Ledger { lookups: entries.collect(), limits: self.limits }
    }

    pub(super) fn visits(&self) -> Vec<Visit> {
        self.visits.iter().enumerate().map(|(number, noted)| self.visit(number, noted)).collect()
    }

    fn visit(&self, number: usize, noted: &Noted) -> Visit {
        let lookup = |via: usize| self.lookups.get(via).map(|spent| Via { visit: spent.visit, term: spent.term });
        Visit {
            domain: self.domain(number).cloned().unwrap_or(DomainName::root()),
            text: self.text(number).map(Arc::clone),
            record: noted.record.as_ref().map(|held| match held {
                Held::Own(record) => Arc::new(record.clone()),
                Held::Shared(record) => Arc::clone(record),
            }),
            via: noted.via.and_then(lookup),
            result: noted.result,
            evaluated: self.evaluated(number, noted),
        }
    }

    /// Directives from left to right up to the last evaluated, or all of them and the redirect.
    fn evaluated(&self, number: usize, noted: &Noted) -> Vec<Evaluated> {
        let Some(record) = &noted.record else { return Vec::new() };
        let is_directive =
            |term: usize| matches!(record.terms.get(term), Some(Term { kind: TermKind::Directive(_), .. }));
        let end = noted.last.filter(|(last, _)| is_directive(*last)).map_or(record.terms.len(), |(last, _)| last);
        let tried = (0..end).filter(|term| is_directive(*term)).map(|term| (term, TermOutcome::NoMatch));
        tried.chain(noted.last).map(|(term, outcome)| self.evaluated_term(number, record, term, outcome)).collect()
    }

    fn evaluated_term(&self, visit: usize, record: &Record, term: usize, outcome: TermOutcome) -> Evaluated {
        let lookup = self.lookups.iter().position(|spent| (spent.visit, spent.term) == (visit, term));
        let spent = lookup.and_then(|lookup| self.lookups.get(lookup));
        Evaluated {
            term,
            span: record.terms.get(term).map_or_else(Default::default, |term| term.span),
            target: spent.and_then(|spent| self.target(*spent)).cloned(),
            outcome,
            child: lookup.and_then(|lookup| self.visits.iter().position(|noted| noted.via == Some(lookup))),
        }
    }

    fn term(&self, spent: Spent) -> Option<&Term> {
        self.visits.get(spent.visit)?.record.as_ref()?.terms.get(spent.term)
    }

    pub(super) fn domain(&self, visit: usize) -> Option<&DomainName> {
        match self.visits.get(visit)?.via {
            Some(via) => self.target(*self.lookups.get(via)?),
            None => Some(&self.root),
        }
    }

    pub(super) fn text(&self, visit: usize) -> Option<&Arc<[u8]>> {
        let answer = self.visits.get(visit)?.answer.as_ref()?;
        select(answer).next().map(crate::dns::Text::bytes)
    }

    fn target(&self, spent: Spent) -> Option<&DomainName> {
        match spent.target {
            Target::Nothing => None,
            Target::Made(name) => self.made.get(name),
            // One without a domain is no include or redirect, so this goes one visit up at most.
            Target::Written => match self.term(spent)?.kind.domain_spec() {
                Some(DomainSpec::Name(name)) => Some(name),
                Some(DomainSpec::Macro(_)) => None,
                None => self.domain(spent.visit),
            },
        }
    }

    /// What a look-up term asks for.
    fn query(&self, spent: Spent) -> Option<Query> {
        let name = self.target(spent)?.clone();
        Some(match &self.term(spent)?.kind {
            TermKind::Modifier(_) => Query::txt(name),
            TermKind::Directive(directive) => match directive.mechanism {
                Mechanism::A { .. } => Query::address(name, self.ip),
                Mechanism::Mx { .. } => Query::mx(name),
                Mechanism::Exists(_) => Query::a(name),
                Mechanism::Ptr { .. } => Query::ptr(network::arpa_name(self.ip)),
                _ => Query::txt(name),
            },
        })
    }
}
