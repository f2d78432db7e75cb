//! What an evaluation walked through, and what it spent (RFC 7208 §4.6.4).

use core::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

pub(super) use self::log::Held;
use self::log::{Asked, Log, Noted, Spent, Target};
use super::limits::Limits;
use super::record::Record;
use crate::dns::{Query, Response};
use crate::domain::DomainName;
use crate::result::SpfResult;
use crate::span::Span;

mod log;

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
///
/// It is told from the walk's notes when it is first asked for.
#[derive(Clone)]
#[non_exhaustive]
pub struct Trace {
    log: Log,
    told: OnceLock<Box<Told>>,
}

/// The notes, told.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    visits: Vec<Visit>,
    ledger: Ledger,
}

impl Trace {
    pub(super) fn new(ip: IpAddr, limits: Limits, root: DomainName) -> Self {
        let log = Log { ip, limits, root, visits: Vec::new(), lookups: Vec::new(), made: Vec::new() };
        Self { log, told: OnceLock::new() }
    }

    /// The visits in the order begun; the first is the root. None if the domain was malformed.
    pub fn visits(&self) -> &[Visit] {
        &self.told().visits
    }

    /// The look-ups spent, against the limits.
    pub fn ledger(&self) -> &Ledger {
        &self.told().ledger
    }

    fn told(&self) -> &Told {
        self.told.get_or_init(|| Box::new(Told { visits: self.log.visits(), ledger: self.log.ledger() }))
    }

    /// The domain of a visit.
    pub(super) fn domain_of(&self, visit: usize) -> Option<&DomainName> {
        self.log.domain(visit)
    }

    /// The joined bytes of a visit's record.
    pub(super) fn text_of(&self, visit: usize) -> Option<&Arc<[u8]>> {
        self.log.text(visit)
    }

    /// The record of a visit, once it was left.
    pub(super) fn record_of(&self, visit: usize) -> Option<&Record> {
        self.log.visits.get(visit)?.record.as_deref()
    }

    /// The bytes of the term that ended a visit.
    pub(super) fn last_span(&self, visit: usize) -> Option<Span> {
        let visit = self.log.visits.get(visit)?;
        Some(visit.record.as_ref()?.terms.get(visit.last?.0)?.span)
    }

    /// Begins the root's visit, or one that the last look-up led to; gives its number.
    pub(super) fn enter(&mut self) -> usize {
        let (number, via) = (self.log.visits.len(), self.log.lookups.len().checked_sub(1));
        // Who includes once often includes more: room for all, to move them once at most.
        if number == self.log.visits.capacity() {
            self.log.visits.reserve_exact(if number == 1 { self.usual_lookups() } else { 1 });
        }
        let noted = || Noted { via, answer: None, record: None, last: None, result: SpfResult::None };
        // `push` would make them elsewhere and move them.
        self.log.visits.extend(core::iter::once_with(noted));
        number
    }

    /// Notes the answer that has the visit's record.
    pub(super) fn read(&mut self, visit: usize, answer: Arc<Response>) {
        if let Some(visit) = self.log.visits.get_mut(visit) {
            visit.answer = Some(answer);
        }
    }

    /// Notes the visit's record, and which of its terms ended the evaluation, and how.
    pub(super) fn evaluated(&mut self, visit: usize, record: Held, last: Option<(usize, TermOutcome)>) {
        if let Some(visit) = self.log.visits.get_mut(visit) {
            visit.record = Some(record);
            visit.last = last;
        }
    }

    pub(super) fn leave(&mut self, visit: usize, result: SpfResult) {
        if let Some(visit) = self.log.visits.get_mut(visit) {
            visit.result = result;
        }
    }

    /// Enters a look-up, unless it would be over the limit.
    pub(super) fn spend(&mut self, visit: usize, term: usize) -> bool {
        if self.log.lookups.len() >= usize::from(self.log.limits.lookups) {
            return false;
        }
        if self.log.lookups.is_empty() && visit == 0 {
            self.log.lookups.reserve_exact(self.usual_lookups());
        }
        let spent = || Spent { visit, term, target: Target::Nothing, asked: Asked::Nothing };
        self.log.lookups.extend(core::iter::once_with(spent));
        true
    }

    /// Notes that the last look-up's target is the name as written.
    pub(super) fn written(&mut self) {
        if let Some(lookup) = self.log.lookups.last_mut() {
            lookup.target = Target::Written;
        }
    }

    /// Notes the last look-up's target, which macros made.
    pub(super) fn made(&mut self, target: &DomainName) {
        if let Some(lookup) = self.log.lookups.last_mut() {
            lookup.target = Target::Made(self.log.made.len());
            self.log.made.push(target.clone());
        }
    }

    /// Notes that the last look-up asked; gives whether the void look-ups are within the limit.
    pub(super) fn asked(&mut self, void: bool) -> bool {
        if let Some(lookup) = self.log.lookups.last_mut() {
            lookup.asked = if void { Asked::Void } else { Asked::Found };
        }
        !void || self.void_lookups() <= usize::from(self.log.limits.void_lookups)
    }

    fn void_lookups(&self) -> usize {
        self.log.lookups.iter().filter(|lookup| lookup.asked == Asked::Void).count()
    }

    fn usual_lookups(&self) -> usize {
        usize::from(self.log.limits.lookups).min(10)
    }
}

impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        self.told() == other.told()
    }
}

impl Eq for Trace {}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { visits, ledger } = self.told();
        f.debug_struct("Trace").field("visits", visits).field("ledger", ledger).finish()
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
