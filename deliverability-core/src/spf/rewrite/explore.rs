//! Every verdict that a domain's mail can get, in one or more worlds.

use core::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::super::cause::CauseKind;
use super::super::check_host::CheckHost;
use super::super::evaluation::Evaluation;
use super::super::limits::Limits;
use super::super::record::{DualCidr, Mechanism, Modifier, TermKind};
use super::super::record_cache::RecordCache;
use super::super::trace::{Evaluated, Visit};
use super::address_set::AddressSet;
use super::atlas::{Atlas, Found, check_of, is_fixed_target, is_followed};
use super::edges::Edges;
use super::family::Family;
use super::probe::{Probe, ways};
use super::proof::{Difference, Unproven};
use crate::dns::{Answer, Check as _, Known, Needed, Query, Step};
use crate::domain::DomainName;
use crate::network::Network;
use crate::result::SpfResult;

/// Most addresses to try.
const MAX_POINTS: usize = 20_000;
/// Most evaluations.
const MAX_EVALUATIONS: usize = 100_000;
/// Most work, over all evaluations, in octets of records read: a few seconds.
const MAX_OCTETS: usize = 1 << 28;
/// What a look-up costs, in octets read: an `mx` may have ten hosts.
const LOOKUP_OCTETS: usize = 500;

/// Answers, and the limits under which they are evaluated.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub(super) known: &'a dyn Known,
    pub(super) limits: Limits,
}

impl<'a> World<'a> {
    pub(super) fn new(known: &'a dyn Known) -> Self {
        Self { known, limits: Limits::default() }
    }

    /// What the records mean, whatever they cost, within four times the limits.
    pub(super) fn unlimited(known: &'a dyn Known) -> Self {
        let limits = Limits { lookups: 40, void_lookups: 40, ..Limits::default() };
        Self { known, limits }
    }
}

/// Why an exploration ended early.
pub(super) enum Stop {
    Need(Needed),
    Unproven(Unproven),
    Refuted(Difference),
    /// A target of `ptr` was met that the assumptions of this address did not reckon with.
    Again,
}

/// Sees the evaluations of one address in all worlds, under one set of assumptions.
pub(super) type Visitor<'v> = dyn FnMut(IpAddr, &[Evaluation]) -> Result<(), Stop> + 'v;

/// What was explored.
pub(super) struct Explored {
    pub(super) points: usize,
    /// Whether verdicts depend on more than the client's address.
    pub(super) branched: bool,
    edges: Edges,
}

impl Explored {
    /// All addresses whose stretch begins with a chosen one.
    pub(super) fn stretches(&self, chosen: &dyn Fn(IpAddr) -> bool) -> AddressSet {
        self.edges.stretches(chosen)
    }
}

/// Evaluates mail of `domain` from every address at which a verdict can change, in every world.
///
/// Networks are those of the records that evaluation reaches, so all addresses between two tried
/// ones take the same path: what holds at those tried holds everywhere.
pub(super) fn explore(domain: &DomainName, worlds: &[World<'_>], visitor: &mut Visitor<'_>) -> Result<Explored, Stop> {
    let mut exploration = Exploration::new(domain, worlds);
    exploration.foresee()?;
    loop {
        let next = exploration.found.edges.borrow_mut().next();
        let Some(ip) = next else { break };
        exploration.point(ip, visitor)?;
    }
    let Exploration { found, branched, .. } = exploration;
    let edges = found.edges.into_inner();
    Ok(Explored { points: edges.points(), branched, edges })
}

/// What is needed to follow all terms of the world's records, all of it at once.
pub(super) fn foresee(domain: &DomainName, world: World<'_>) -> Result<(), Needed> {
    match Exploration::new(domain, &[world]).foresee() {
        Err(Stop::Need(needed)) => Err(needed),
        _ => Ok(()),
    }
}

struct Exploration<'a> {
    domain: &'a DomainName,
    worlds: &'a [World<'a>],
    atlases: Vec<RefCell<Atlas>>,
    found: Found,
    /// Address sets whose edges were added.
    spread: HashSet<(Query, DualCidr)>,
    /// The same records are read at every address.
    records: Arc<RecordCache>,
    evaluations: usize,
    octets: usize,
    branched: bool,
}

impl<'a> Exploration<'a> {
    fn new(domain: &'a DomainName, worlds: &'a [World<'a>]) -> Self {
        Self {
            domain,
            worlds,
            atlases: worlds.iter().map(|_| RefCell::new(Atlas::of(domain))).collect(),
            found: Found { edges: RefCell::new(Edges::new()), ptr_targets: RefCell::default() },
            spread: HashSet::new(),
            records: Arc::default(),
            evaluations: 0,
            octets: 0,
            branched: false,
        }
    }

    /// Looks at one address of each family that hardly a term matches: most of what is missing,
    /// of both, is missing there.
    fn foresee(&mut self) -> Result<(), Stop> {
        let mut missing = Vec::new();
        for family in Family::BOTH {
            if let Err(Stop::Need(needed)) = self.point(family.address(0), &mut |_, _| Ok(())) {
                missing.extend(needed.blocking.into_iter().chain(needed.foreseen));
            }
        }
        Needed::in_order(missing).map_or(Ok(()), |needed| Err(Stop::Need(needed)))
    }

    fn point(&mut self, ip: IpAddr, visitor: &mut Visitor<'_>) -> Result<(), Stop> {
        loop {
            match self.under(ip, &mut Vec::new(), visitor) {
                Err(Stop::Again) => {}
                ended => return ended,
            }
        }
    }

    /// One address under some assumptions; where more are needed, under each of them in turn.
    fn under(&mut self, ip: IpAddr, assumed: &mut Vec<(Query, Answer)>, visitor: &mut Visitor<'_>) -> Result<(), Stop> {
        let mut evaluations = Vec::with_capacity(self.worlds.len());
        let targets = self.found.ptr_targets.borrow().len();
        for (world, atlas) in self.worlds.iter().zip(&self.atlases) {
            let check = check_of(self.domain, ip).limits(world.limits).record_cache(&self.records);
            let probe = Probe {
                world: world.known,
                check: &check,
                atlas,
                found: &self.found,
                assumed,
                open: RefCell::default(),
                coincidence: Cell::new(false),
            };
            let step = check.step(&probe);
            let (open, coincidence) = (probe.open.take(), probe.coincidence.get());
            if coincidence {
                return Err(Stop::Unproven(Unproven::Coincidence { ip }));
            }
            match (step, open) {
                (_, Some(query)) => return self.branch(&query, &check, ip, assumed, visitor),
                (Step::Need(needed), None) => return Err(Stop::Need(needed)),
                (Step::Done(evaluation), None) => evaluations.push(evaluation),
            }
        }
        if self.found.ptr_targets.borrow().len() > targets && !assumed.is_empty() {
            return Err(Stop::Again);
        }
        for (n, evaluation) in evaluations.iter().enumerate() {
            self.account(evaluation, assumed)?;
            self.spread_edges(n, evaluation)?;
        }
        visitor(ip, &evaluations)
    }

    fn branch(
        &mut self,
        query: &Query,
        check: &CheckHost,
        ip: IpAddr,
        assumed: &mut Vec<(Query, Answer)>,
        visitor: &mut Visitor<'_>,
    ) -> Result<(), Stop> {
        self.branched = true;
        let targets = self.found.ptr_targets.borrow().clone();
        let ways = ways(query, check, &targets).ok_or(Stop::Unproven(Unproven::TooManyPtr))?;
        for way in ways {
            let before = assumed.len();
            assumed.extend(way);
            self.under(ip, assumed, visitor)?;
            assumed.truncate(before);
        }
        Ok(())
    }

    /// Holds the work within bounds, and stops where an answer is not known or cannot be.
    fn account(&mut self, evaluation: &Evaluation, assumed: &[(Query, Answer)]) -> Result<(), Stop> {
        let visits = evaluation.trace().visits();
        self.evaluations = self.evaluations.saturating_add(1);
        let read = visits.iter().filter_map(Visit::text).map(|text| text.len()).sum::<usize>();
        let lookups = evaluation.trace().ledger().lookups().saturating_mul(LOOKUP_OCTETS);
        self.octets = self.octets.saturating_add(read).saturating_add(lookups);
        let too_much = self.evaluations > MAX_EVALUATIONS
            || self.octets > MAX_OCTETS
            || self.found.edges.borrow().points() > MAX_POINTS;
        if too_much {
            return Err(Stop::Unproven(Unproven::TooManyEdges));
        }
        if let CauseKind::Dns(error) = evaluation.cause().kind()
            && let Some(query) = evaluation.cause().query()
            && !assumed.iter().any(|(assumed, _)| assumed == query)
        {
            return Err(Stop::Unproven(Unproven::Dns { query: query.clone(), error: error.clone() }));
        }
        match visits.iter().find_map(unfollowed) {
            Some((domain, term)) => Err(Stop::Unproven(Unproven::DependsOnSession { domain, term })),
            None => Ok(()),
        }
    }

    /// Adds the edges of the addresses that `a` and `mx` terms were compared with.
    fn spread_edges(&mut self, world: usize, evaluation: &Evaluation) -> Result<(), Stop> {
        let Some(world) = self.worlds.get(world) else { return Ok(()) };
        for visit in evaluation.trace().visits() {
            for evaluated in visit.evaluated() {
                let (Some(name), Some(mechanism)) = (evaluated.target(), mechanism(visit, evaluated)) else { continue };
                let (queries, cidr) = match mechanism {
                    Mechanism::A { cidr, .. } => (vec![Query::address(name.clone(), evaluation.ip())], *cidr),
                    Mechanism::Mx { cidr, .. } => (exchanges(world.known, name, evaluation.ip()), *cidr),
                    _ => continue,
                };
                for query in queries {
                    if self.spread.insert((query.clone(), cidr)) {
                        self.add_edges(world.known, &query, cidr)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn add_edges(&self, known: &dyn Known, query: &Query, cidr: DualCidr) -> Result<(), Stop> {
        // An mx that matched at its first host has not asked for the others yet.
        let answer = known.get(query).map_err(|missing| Stop::Need(Needed::in_order([missing]).unwrap_or_default()))?;
        let Ok(response) = answer else { return Ok(()) };
        for ip in response.addresses() {
            let prefix = if ip.is_ipv4() { cidr.ip4 } else { cidr.ip6 };
            let network = prefix.and_then(|prefix| Network::new(ip, prefix)).unwrap_or(Network::host(ip));
            self.found.edges.borrow_mut().add(network);
        }
        Ok(())
    }
}

/// The address queries of the mail exchangers that an `mx` compares: none where they are too many
/// (RFC 7208 §4.6.4), and not the root, which is no host (RFC 7505 §3).
fn exchanges(known: &dyn Known, name: &DomainName, ip: IpAddr) -> Vec<Query> {
    let Ok(Ok(response)) = known.get(&Query::mx(name.clone())) else { return Vec::new() };
    if response.exchanges().count() > usize::from(Limits::default().mx_hosts) {
        return Vec::new();
    }
    let hosts = response.exchanges().filter(|(_, host)| !host.is_root());
    hosts.map(|(_, host)| Query::address(host.clone(), ip)).collect()
}

fn mechanism<'v>(visit: &'v Visit, evaluated: &Evaluated) -> Option<&'v Mechanism> {
    match &visit.record()?.terms.get(evaluated.term())?.kind {
        TermKind::Directive(directive) => Some(&directive.mechanism),
        TermKind::Modifier(_) => None,
    }
}

/// The first term evaluated in a visit whose target changes with who sends.
fn unfollowed(visit: &Visit) -> Option<(DomainName, String)> {
    let record = visit.record()?;
    let terms = visit.evaluated().iter().filter_map(|evaluated| record.terms.get(evaluated.term()));
    let mut open = terms.filter(|term| match &term.kind {
        TermKind::Directive(directive) => !is_followed(&directive.mechanism),
        TermKind::Modifier(Modifier::Redirect(target)) => !is_fixed_target(target),
        TermKind::Modifier(_) => false,
    });
    open.next().map(|term| (visit.domain().clone(), term.to_string()))
}

/// The term of the domain's own record that decided, an index into [`Record::terms`]; `None` if
/// none did.
///
/// [`Record::terms`]: super::super::record::Record::terms
pub(super) fn deciding_term(evaluation: &Evaluation) -> Option<usize> {
    use super::super::trace::TermOutcome;
    let evaluated = evaluation.trace().visits().first()?.evaluated().last()?;
    matches!(evaluated.outcome(), TermOutcome::Match | TermOutcome::Error).then(|| evaluated.term())
}

/// Whether an evaluation ended for want of look-ups.
pub(super) fn is_over_limit(evaluation: &Evaluation) -> bool {
    evaluation.result() == SpfResult::Permerror
        && matches!(evaluation.cause().kind(), CauseKind::TooManyLookups { .. } | CauseKind::TooManyVoidLookups { .. })
}
