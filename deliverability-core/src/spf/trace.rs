//! What an evaluation walked through, and what it spent (RFC 7208 §4.6.4).

use std::sync::Arc;

use super::limits::Limits;
use super::record::Record;
use crate::dns::Query;
use crate::domain::DomainName;
use crate::result::SpfResult;
use crate::span::Span;

/// The whole tree that was walked: one [`Visit`] a call of `check_host()`, the root first.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, spf::{CheckHost, TermOutcome}};
///
/// let zone: Zone = r#"
/// example.org  TXT "v=spf1 include:example.net -all"
/// example.net  TXT "v=spf1 ip4:192.0.2.1 -all"
/// "#.parse()?;
/// let evaluation = CheckHost::new("192.0.2.1".parse()?, "amy@example.org").in_zone(&zone);
/// let [root, included] = evaluation.trace().visits() else { unreachable!() };
/// assert_eq!(root.evaluated()[0].child(), Some(1));
/// assert_eq!(root.outcome_of(1), TermOutcome::NotEvaluated);
/// assert_eq!(included.domain().to_string(), "example.net");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trace {
    visits: Vec<Visit>,
    ledger: Ledger,
}

impl Trace {
    pub(super) fn new(limits: Limits) -> Self {
        Self { visits: Vec::new(), ledger: Ledger { lookups: Vec::new(), limits } }
    }

    /// The visits in the order begun; the first is the root. None if the domain was malformed.
    pub fn visits(&self) -> &[Visit] {
        &self.visits
    }

    /// The look-ups spent, against the limits.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Begins a visit; gives its number.
    pub(super) fn enter(&mut self, domain: DomainName, via: Option<Via>) -> usize {
        let number = self.visits.len();
        if let Some(via) = via
            && let Some(evaluated) = self.last_evaluated(via.visit)
        {
            evaluated.child = Some(number);
        }
        // Who includes once often includes more: room for all, to move them once at most.
        if number == 1 {
            self.visits.reserve(usize::from(self.ledger.limits.lookups).min(10));
        }
        let visit = Visit { domain, text: None, record: None, via, result: SpfResult::None, evaluated: Vec::new() };
        self.visits.push(visit);
        number
    }

    pub(super) fn leave(&mut self, visit: usize, result: SpfResult) {
        if let Some(visit) = self.visits.get_mut(visit) {
            visit.result = result;
        }
    }

    pub(super) fn read(&mut self, visit: usize, text: &Arc<[u8]>) {
        if let Some(visit) = self.visits.get_mut(visit) {
            visit.text = Some(Arc::clone(text));
        }
    }

    pub(super) fn parsed(&mut self, visit: usize, record: &Arc<Record>) {
        if let Some(visit) = self.visits.get_mut(visit) {
            visit.record = Some(Arc::clone(record));
            visit.evaluated.reserve_exact(record.terms.len());
        }
    }

    pub(super) fn begin(&mut self, visit: usize, term: usize, span: Span) {
        if let Some(visit) = self.visits.get_mut(visit) {
            visit.evaluated.push(Evaluated {
                term,
                span,
                target: None,
                outcome: TermOutcome::NotEvaluated,
                child: None,
            });
        }
    }

    pub(super) fn target(&mut self, visit: usize, target: &DomainName) {
        if let Some(evaluated) = self.last_evaluated(visit) {
            evaluated.target = Some(target.clone());
        }
    }

    pub(super) fn end(&mut self, visit: usize, outcome: TermOutcome) {
        if let Some(evaluated) = self.last_evaluated(visit) {
            evaluated.outcome = outcome;
        }
    }

    /// Enters a look-up, unless it would be over the limit.
    pub(super) fn spend(&mut self, visit: usize, term: usize, span: Span) -> bool {
        let within = self.ledger.lookups.len() < usize::from(self.ledger.limits.lookups);
        if within {
            self.ledger.lookups.push(Lookup { visit, term, span, query: None, void: false });
        }
        within
    }

    /// Notes what the last look-up asked; gives whether the void look-ups are within the limit.
    pub(super) fn asked(&mut self, query: &Query, void: bool) -> bool {
        if let Some(lookup) = self.ledger.lookups.last_mut() {
            lookup.query = Some(query.clone());
            lookup.void = void;
        }
        !void || self.ledger.void_lookups() <= usize::from(self.ledger.limits.void_lookups)
    }

    fn last_evaluated(&mut self, visit: usize) -> Option<&mut Evaluated> {
        self.visits.get_mut(visit)?.evaluated.last_mut()
    }
}

/// One call of `check_host()`: a domain and what became of its record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visit {
    domain: DomainName,
    text: Option<Arc<[u8]>>,
    record: Option<Arc<Record>>,
    via: Option<Via>,
    result: SpfResult,
    evaluated: Vec<Evaluated>,
}

impl Visit {
    /// The domain whose record was asked for.
    pub fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The joined bytes of its record, if there was exactly one; spans index these.
    pub fn text(&self) -> Option<&Arc<[u8]>> {
        self.text.as_ref()
    }

    /// The record, if it parsed.
    pub fn record(&self) -> Option<&Arc<Record>> {
        self.record.as_ref()
    }

    /// How the domain was reached; `None` for the root.
    pub fn via(&self) -> Option<Via> {
        self.via
    }

    /// What this call returned.
    pub fn result(&self) -> SpfResult {
        self.result
    }

    /// The terms that were evaluated, in order: directives, and the redirect that was followed.
    pub fn evaluated(&self) -> &[Evaluated] {
        &self.evaluated
    }

    /// What became of a term of the record, by its index.
    pub fn outcome_of(&self, term: usize) -> TermOutcome {
        self.evaluated.iter().find(|e| e.term == term).map_or(TermOutcome::NotEvaluated, |e| e.outcome)
    }
}

/// The term that led to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Via {
    /// Index of the visit in [`Trace::visits`].
    pub visit: usize,
    /// Index of its term, an include or redirect, in [`Record::terms`].
    pub term: usize,
}

/// A term that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evaluated {
    term: usize,
    span: Span,
    target: Option<DomainName>,
    outcome: TermOutcome,
    child: Option<usize>,
}

impl Evaluated {
    /// Its index in [`Record::terms`].
    pub fn term(&self) -> usize {
        self.term
    }

    /// Its bytes in [`Visit::text`].
    pub fn span(&self) -> Span {
        self.span
    }

    /// The target name after macro expansion; `None` if the term has none or it is no DNS name.
    pub fn target(&self) -> Option<&DomainName> {
        self.target.as_ref()
    }

    /// What became of it.
    pub fn outcome(&self) -> TermOutcome {
        self.outcome
    }

    /// The visit it led to, an index into [`Trace::visits`].
    pub fn child(&self) -> Option<usize> {
        self.child
    }
}

/// What became of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TermOutcome {
    /// The mechanism matched, or the redirect was followed.
    Match,
    /// The mechanism did not match.
    NoMatch,
    /// Its evaluation ended the whole with temperror or permerror.
    Error,
    /// Evaluation ended before it.
    NotEvaluated,
}

/// The look-ups that count, against the limits (§4.6.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ledger {
    lookups: Vec<Lookup>,
    limits: Limits,
}

impl Ledger {
    /// The look-ups, in order. A term over the limit is not among them: it asked nothing.
    pub fn entries(&self) -> &[Lookup] {
        &self.lookups
    }

    /// How many terms caused queries.
    pub fn lookups(&self) -> usize {
        self.lookups.len()
    }

    /// How many of them found no record.
    pub fn void_lookups(&self) -> usize {
        self.lookups.iter().filter(|lookup| lookup.void).count()
    }

    /// The limits that held.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// A term that causes queries, and whether its query was void.
///
/// The RFC counts terms (§4.6.4): address queries for the hosts of an `mx` or the names of a
/// `ptr` have a limit of their own and count neither as look-ups nor as void look-ups.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lookup {
    visit: usize,
    term: usize,
    span: Span,
    query: Option<Query>,
    void: bool,
}

impl Lookup {
    /// The visit whose term it is, an index into [`Trace::visits`].
    pub fn visit(&self) -> usize {
        self.visit
    }

    /// The term, an index into [`Record::terms`].
    pub fn term(&self) -> usize {
        self.term
    }

    /// The term's bytes in [`Visit::text`].
    pub fn span(&self) -> Span {
        self.span
    }

    /// The query for the term's target; `None` if the target is no DNS name.
    pub fn query(&self) -> Option<&Query> {
        self.query.as_ref()
    }

    /// Whether the answer was NXDOMAIN or had no record.
    pub fn is_void(&self) -> bool {
        self.void
    }
}
