//! What a tree came to.

use core::cmp::Reverse;
use core::net::IpAddr;

use super::budget::{self, Costing, Measure};
use super::count::Count;
use super::node::{Caller, LookupTerm, Node, Target};
use super::svg;
use crate::domain::DomainName;
use crate::result::SpfResult;
use crate::spf::cause::CauseKind;
use crate::spf::evaluation::Evaluation;
use crate::spf::limits::Limits;

/// The records behind a domain, the most that an evaluation can spend on them, and what is wrong.
///
/// `Display` is an indented tree with what each term can spend; [`TreeOutcome::to_svg`] the same
/// as a picture.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TreeOutcome {
    root: Node,
    nodes: Vec<Node>,
    senders: Vec<KnownSender>,
    limits: Limits,
    lookups: Count,
    least: Count,
    mended: Count,
    void: [Count; 2],
    void_at_most: Count,
    loops: Vec<Loop>,
    unknown: Vec<Caller>,
}

impl TreeOutcome {
    pub(super) fn new(root: &Node, nodes: Vec<Node>, evaluations: Vec<Evaluation>, limits: Limits) -> Self {
        let mut outcome = Self {
            root: root.clone(),
            senders: evaluations.into_iter().map(|evaluation| KnownSender { evaluation }).collect(),
            limits,
            lookups: Count::ZERO,
            least: budget::most(&nodes, Measure::Least, None),
            mended: budget::most(&nodes, Measure::Mended, None),
            void: [true, false].map(|ip4| Costing::new(&nodes, Measure::Void, ip4, None).run()),
            void_at_most: budget::most(&nodes, Measure::VoidAtMost, None),
            loops: Vec::new(),
            unknown: Vec::new(),
            nodes,
        };
        outcome.count_lookups(true);
        outcome.count_lookups(false);
        outcome.unknown = outcome.callers_of_unknown().collect();
        outcome.root = outcome.nodes.first().unwrap_or(root).clone();
        outcome
    }

    /// Adds what clients of one family can spend.
    fn count_lookups(&mut self, ip4: bool) {
        let mut costing = Costing::new(&self.nodes, Measure::Lookups, ip4, None);
        self.lookups = self.lookups.max(costing.run());
        let at_nodes: Vec<_> = (0..self.nodes.len()).map(|node| costing.most_at(node)).collect();
        let (reached, loops) = (costing.reached, costing.loops);
        for (node, most) in self.nodes.iter_mut().zip(at_nodes) {
            node.lookups = node.lookups.max(most.unwrap_or(Count::ZERO));
        }
        for found in loops {
            if !self.loops.contains(&found) {
                self.loops.push(found);
            }
        }
        for seen in reached {
            let Some(node) = self.nodes.get_mut(seen.node) else { continue };
            let Ok(index) = node.terms.binary_search_by_key(&seen.term, |lookup| lookup.term) else { continue };
            let Some(term) = node.terms.get_mut(index) else { continue };
            term.reached = true;
            term.is_loop |= seen.is_loop;
            term.lookups = term.lookups.max(seen.most);
            term.before = term.before.max(seen.before);
        }
    }

    fn callers_of_unknown(&self) -> impl Iterator<Item = Caller> {
        self.reached().filter_map(|(node, term)| {
            let unknown = match term.target {
                Target::Record(child) => self.nodes.get(child).is_some_and(Node::is_unknown),
                Target::Client => term.leads_to_record,
                Target::NotRead(_) => true,
                Target::Host(_) | Target::Invalid | Target::Ignored => false,
            };
            unknown.then_some(Caller { node, term: term.term })
        })
    }

    /// The terms that some path comes to, with the number of their record.
    fn reached(&self) -> impl Iterator<Item = (usize, &LookupTerm)> {
        let all = self.nodes.iter().enumerate();
        all.flat_map(|(number, node)| node.terms.iter().map(move |term| (number, term)))
            .filter(|(_, term)| term.is_reached())
    }

    /// The domain whose tree it is.
    pub fn domain(&self) -> &DomainName {
        self.root().domain()
    }

    /// The record of the domain itself.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Every domain that was read, once; the root first, then level by level.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The limits measured against.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The most look-ups on any path through `check_host()`, without regard to the limit.
    ///
    /// Records that are not known count as empty: see [`TreeOutcome::unknown`].
    pub fn lookups(&self) -> Count {
        self.lookups
    }

    /// The same, if the includes and redirects that end in permerror today are mended to lead to
    /// a record that itself spends nothing.
    pub fn lookups_when_mended(&self) -> Count {
        self.mended
    }

    /// The most void look-ups on any path that are known to be void.
    ///
    /// A loop counts once here.
    pub fn void_lookups(&self) -> Count {
        let [ip4, ip6] = self.void;
        ip4.max(ip6)
    }

    /// The same for IPv4 clients alone: an `a` whose host has no IPv6 address is void for others only.
    pub fn void_lookups_for_ip4(&self) -> Count {
        let [ip4, _] = self.void;
        ip4
    }

    /// The same, with every look-up as void that is not known to find something: hosts that were
    /// not asked, failed queries, and what depends on the client.
    pub fn void_lookups_at_most(&self) -> Count {
        self.void_at_most
    }

    /// The look-ups against their limit.
    pub fn standing(&self) -> Standing {
        let limit = self.limits.lookups;
        if self.least.exceeds(limit) {
            Standing::Over
        } else if !self.unknown.is_empty() || self.root().is_unknown() {
            Standing::Unknown
        } else if self.lookups.exceeds(limit.saturating_sub(2)) {
            Standing::Near
        } else {
            Standing::Within
        }
    }

    /// The void look-ups against their limit. Never [`Standing::Near`].
    pub fn void_standing(&self) -> Standing {
        let limit = self.limits.void_lookups;
        if self.void_lookups().exceeds(limit) {
            Standing::Over
        } else if self.void_at_most.exceeds(limit) || !self.unknown.is_empty() || self.root().is_unknown() {
            Standing::Unknown
        } else {
            Standing::Within
        }
    }

    /// The terms of the domain's own record that cause look-ups, the costliest first; those that
    /// no client comes to are left out.
    pub fn spenders(&self) -> Vec<&LookupTerm> {
        let mut terms: Vec<&LookupTerm> = self.root().terms.iter().filter(|term| term.is_reached()).collect();
        terms.sort_by_key(|term| Reverse(term.lookups));
        terms
    }

    /// The most look-ups on any path, if this term of the domain's own record were taken out.
    pub fn lookups_without(&self, term: &LookupTerm) -> Count {
        budget::most(&self.nodes, Measure::Lookups, Some(term.term))
    }

    /// The first term of the domain's own record at which the limit can be passed: clients that
    /// only it or a later term names can get permerror.
    pub fn cut_off(&self) -> Option<&LookupTerm> {
        let passes = |term: &&LookupTerm| term.before.plus(term.lookups).exceeds(self.limits.lookups);
        // A redirect is evaluated last, wherever it stands.
        self.root().terms.iter().filter(|term| term.is_reached()).filter(passes).min_by_key(|term| term.before)
    }

    /// The terms that lead back to a record under evaluation; of very many, the first.
    pub fn loops(&self) -> &[Loop] {
        &self.loops
    }

    /// The includes and redirects that end in permerror for every client that comes to them: the
    /// target is no domain name, or its record is missing, not unique or malformed.
    pub fn broken(&self) -> impl Iterator<Item = Caller> {
        let dead = |term: &LookupTerm| match term.target {
            Target::Record(child) => self.nodes.get(child).is_some_and(|n| n.record.is_err() && !n.is_unknown()),
            Target::Invalid => term.leads_to_record,
            _ => false,
        };
        self.reached().filter(move |(_, term)| dead(term)).map(|(node, term)| Caller { node, term: term.term })
    }

    /// The includes and redirects behind which the record is not known, and may spend more: the DNS
    /// failed, macros make it depend on the client, or the tree is too large.
    pub fn unknown(&self) -> &[Caller] {
        &self.unknown
    }

    /// The senders given, in that order, each evaluated.
    pub fn senders(&self) -> &[KnownSender] {
        &self.senders
    }

    /// The tree as an SVG picture: a document of its own, without scripts and outside resources,
    /// in which foreign text is escaped.
    pub fn to_svg(&self) -> String {
        svg::draw(self)
    }
}

/// Figures against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// No client comes near the limit.
    Within,
    /// The costliest path spends all that is allowed, or one less.
    Near,
    /// Some path spends more than is allowed: permerror.
    Over,
    /// What is known is within the limit, but not all is known.
    Unknown,
}

impl Standing {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Within => "within the limit",
            Self::Near => "at the limit",
            Self::Over => "over the limit",
            Self::Unknown => "not all known",
        }
    }
}

impl core::fmt::Display for Standing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A term that leads back to a record which is being evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loop {
    /// The record with the term, an index into [`TreeOutcome::nodes`].
    pub node: usize,
    /// The term, an index into [`Record::terms`](crate::spf::Record::terms).
    pub term: usize,
    /// The records on the way round, from the one led back to, to the one with the term.
    pub path: Vec<usize>,
}

/// A client that was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownSender {
    evaluation: Evaluation,
}

impl KnownSender {
    /// Its address.
    pub fn ip(&self) -> IpAddr {
        self.evaluation.ip()
    }

    /// What SPF says of it today.
    pub fn result(&self) -> SpfResult {
        self.evaluation.result()
    }

    /// The look-ups spent until that was decided.
    pub fn lookups(&self) -> usize {
        self.evaluation.trace().ledger().lookups()
    }

    /// Whether a limit of §4.6.4 ended its evaluation.
    pub fn is_cut_off(&self) -> bool {
        matches!(
            self.evaluation.cause().kind(),
            CauseKind::TooManyLookups { .. } | CauseKind::TooManyVoidLookups { .. } | CauseKind::TooManyMxHosts { .. }
        )
    }

    /// The whole evaluation.
    pub fn evaluation(&self) -> &Evaluation {
        &self.evaluation
    }
}
