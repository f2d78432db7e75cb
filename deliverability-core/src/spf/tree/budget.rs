//! The costliest path through a tree (RFC 7208 §4.6.4).
//!
//! An evaluation is a path: at every term it goes on, matches or fails. Which of them is free to
//! any client, but for what the records fix:
//!
//! - `all` always matches, and so does a network of prefix length 0 for a client of its family;
//!   a network of the other family never does. Both families are tried.
//! - `include` matches if the included record gives pass, goes on if it gives anything else, and
//!   ends all in permerror where there is no record (§5.2). So a client that goes on past an
//!   include took a path in it that does not pass: it is the costliest *such* path that counts.
//! - `redirect=` goes on with the target's record where nothing matched (§6.1).
//!
//! What was spent before does not change what can be spent after. So three numbers a record hold
//! all that its callers need: the most that is spent on a path to pass, to another result, and to
//! an error. Every record is gone through once, however many paths there are.
//!
//! Terms are taken to match independently of each other, which never gives too little. It can give
//! too much only where a record is passed by clients that its terms do not name (`+all`): elsewhere
//! the costliest client is the one that no term names.

use super::count::Count;
use super::hosts::Presence;
use super::node::{LookupTerm, Node, Target};
use super::outcome::Loop;
use crate::spf::record::{Directive, Mechanism, Modifier, Qualifier, Record, TermKind};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Look-ups; a record that a DNS failure hides is taken as empty.
    Lookups,
    /// Look-ups, where such a record ends the evaluation: the least that the most can be.
    Least,
    /// Look-ups, with the records that are missing or malformed taken as empty.
    Mended,
    /// Void look-ups that are known to be void.
    Void,
    /// Void look-ups, with those not known to have records.
    VoidAtMost,
}

/// The most that is spent on a path to each kind of end; `None` where no path ends so.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    pass: Option<Count>,
    /// Fail, softfail or neutral. For a term: it does not match.
    other: Option<Count>,
    error: Option<Count>,
}

impl Ends {
    const fn error(spent: Count) -> Self {
        Self { pass: None, other: None, error: Some(spent) }
    }

    /// Anything can happen, and nothing is known to be spent on it.
    const fn anything(error: Count) -> Self {
        Self { pass: Some(Count::ZERO), other: Some(Count::ZERO), error: Some(error) }
    }

    fn after(self, spent: Count) -> Self {
        let add = |end: Option<Count>| end.map(|more| spent.plus(more));
        Self { pass: add(self.pass), other: add(self.other), error: add(self.error) }
    }

    /// `None` is less than any count.
    fn or(self, other: Self) -> Self {
        Self { pass: self.pass.max(other.pass), other: self.other.max(other.other), error: self.error.max(other.error) }
    }

    fn most(self) -> Count {
        self.pass.max(self.other).max(self.error).unwrap_or(Count::ZERO)
    }
}

/// One measure taken over a tree, for clients of one family.
pub(super) struct Costing<'a> {
    nodes: &'a [Node],
    measure: Measure,
    ip4: bool,
    /// A term of the root to leave out.
    without: Option<usize>,
    ends: Vec<Option<Ends>>,
    under_way: Vec<usize>,
    is_under_way: Vec<bool>,
    /// What was seen of every term that was reached: node, index among its look-up terms.
    pub(super) reached: Vec<Reached>,
    /// The first of them.
    pub(super) loops: Vec<Loop>,
}

/// Most loops that are told one by one.
const MAX_LOOPS: usize = 32;

/// A look-up term that some path comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) node: usize,
    pub(super) term: usize,
    pub(super) before: Count,
    pub(super) most: Count,
    pub(super) is_loop: bool,
}

/// The most over both families of clients.
pub(super) fn most(nodes: &[Node], measure: Measure, without: Option<usize>) -> Count {
    let of = |ip4| Costing::new(nodes, measure, ip4, without).run();
    of(true).max(of(false))
}

impl<'a> Costing<'a> {
    pub(super) fn new(nodes: &'a [Node], measure: Measure, ip4: bool, without: Option<usize>) -> Self {
        Self {
            nodes,
            measure,
            ip4,
            without,
            ends: vec![None; nodes.len()],
            under_way: Vec::new(),
            is_under_way: vec![false; nodes.len()],
            reached: Vec::new(),
            loops: Vec::new(),
        }
    }

    /// The most that a path from the root spends.
    pub(super) fn run(&mut self) -> Count {
        self.record_at(0).most()
    }

    /// The most that a record spends, if any path comes to it.
    pub(super) fn most_at(&self, node: usize) -> Option<Count> {
        self.ends.get(node).copied().flatten().map(Ends::most)
    }

    /// `check_host()` of one domain: gone through once, and remembered.
    fn record_at(&mut self, index: usize) -> Ends {
        let Some(node) = self.nodes.get(index) else { return Ends::default() };
        if let Some(ends) = self.ends.get(index).copied().flatten() {
            return ends;
        }
        let ends = match &node.record {
            Ok(record) => {
                self.begin(index);
                let ends = self.record(index, node, record);
                self.end(index);
                ends
            }
            Err(_) if node.is_unknown() => self.unknown(),
            Err(_) => self.broken(),
        };
        if let Some(slot) = self.ends.get_mut(index) {
            *slot = Some(ends);
        }
        ends
    }

    fn begin(&mut self, index: usize) {
        self.under_way.push(index);
        self.is_under_way.get_mut(index).into_iter().for_each(|is| *is = true);
    }

    fn end(&mut self, index: usize) {
        self.under_way.pop();
        self.is_under_way.get_mut(index).into_iter().for_each(|is| *is = false);
    }

    /// Whether a term leads back to a record above it.
    fn is_loop(&self, lookup: &LookupTerm) -> bool {
        lookup.child().and_then(|child| self.is_under_way.get(child)).is_some_and(|is| *is)
    }

    fn record(&mut self, index: usize, node: &Node, record: &Record) -> Ends {
        let mut ends = Ends::default();
        let mut spent = Count::ZERO;
        for (term, written) in record.terms.iter().enumerate() {
            let TermKind::Directive(directive) = &written.kind else { continue };
            if index == 0 && self.without == Some(term) {
                continue;
            }
            let end = self.directive(index, node.lookup_term(term), directive, spent).after(spent);
            ends = ends.or(Ends { error: end.error, ..matched(directive.qualifier, end.pass) });
            match end.other {
                Some(more) => spent = more,
                None => return ends,
            }
        }
        ends.or(self.redirect_or_default(index, node, record, spent))
    }

    /// RFC 7208 §4.7, §6.1.
    fn redirect_or_default(&mut self, index: usize, node: &Node, record: &Record, spent: Count) -> Ends {
        let redirect = |kind: &TermKind| matches!(kind, TermKind::Modifier(Modifier::Redirect(_)));
        let term = record.terms.iter().position(|term| redirect(&term.kind));
        match term.and_then(|term| node.lookup_term(term)) {
            Some(lookup) if index != 0 || self.without != Some(lookup.term) => {
                self.call(index, lookup, spent).after(spent)
            }
            _ => Ends { other: Some(spent), ..Ends::default() },
        }
    }

    /// A directive: `pass` is a match, `other` that there is none.
    fn directive(&mut self, node: usize, lookup: Option<&LookupTerm>, directive: &Directive, spent: Count) -> Ends {
        let network = |is_own_family: bool, prefix: u8| Ends {
            pass: is_own_family.then_some(Count::ZERO),
            other: (!is_own_family || prefix > 0).then_some(Count::ZERO),
            error: None,
        };
        match (&directive.mechanism, lookup) {
            (Mechanism::Ip4(net), _) => network(self.ip4, net.prefix()),
            (Mechanism::Ip6(net), _) => network(!self.ip4, net.prefix()),
            (Mechanism::Include(_), Some(lookup)) => self.call(node, lookup, spent),
            (mechanism, Some(lookup)) => {
                let ends = self.host(mechanism, lookup);
                self.note(node, lookup, spent, ends);
                ends
            }
            (_, None) => Ends { pass: Some(Count::ZERO), ..Ends::default() },
        }
    }

    /// `a`, `mx`, `ptr` and `exists`.
    fn host(&self, mechanism: &Mechanism, lookup: &LookupTerm) -> Ends {
        let (can_match, one, zero) = (lookup.target != Target::Invalid, Count::Of(1), Count::ZERO);
        if !self.counts_voids() {
            return Ends { pass: can_match.then_some(one), other: Some(one), error: None };
        }
        let [ip4, ip6] = lookup.hosts;
        let (pass, other) = match if self.ip4 { ip4 } else { ip6 } {
            // RFC 7208 §4.8: what is no name is not asked for, so nothing is void.
            _ if !can_match => (None, Some(zero)),
            Presence::Void => (None, Some(one)),
            Presence::Found if matches!(mechanism, Mechanism::Exists(_)) => (Some(zero), None),
            Presence::Unknown if self.measure == Measure::VoidAtMost => (Some(zero), Some(one)),
            Presence::Found | Presence::Unknown => (Some(zero), Some(zero)),
        };
        Ends { pass, other, error: None }
    }

    /// `include` and `redirect=`: the term and the record it leads to.
    fn call(&mut self, node: usize, lookup: &LookupTerm, spent: Count) -> Ends {
        let ends = match lookup.target {
            Target::Record(child) if self.is_loop(lookup) => self.back_to(child, node, lookup),
            Target::Record(child) => {
                let void = self.nodes.get(child).is_some_and(|child| child.void);
                let own = if self.counts_voids() { u64::from(void) } else { 1 };
                self.record_at(child).after(Count::Of(own))
            }
            Target::Client => self.anything().after(self.term_itself()),
            Target::NotRead(_) => self.unknown().after(self.term_itself()),
            _ => self.broken().after(self.term_itself()),
        };
        self.note(node, lookup, spent, ends);
        ends
    }

    /// A record that calls one which is under evaluation: that never comes back.
    fn back_to(&mut self, ancestor: usize, node: usize, lookup: &LookupTerm) -> Ends {
        if self.loops.len() < MAX_LOOPS {
            let path = self.under_way.iter().copied().skip_while(|at| *at != ancestor).collect();
            self.loops.push(Loop { node, term: lookup.term, path });
        }
        // What stands behind the loop is told as if the loop ended.
        let error = if self.counts_voids() { Count::ZERO } else { Count::Endless };
        Ends::anything(error).after(self.term_itself())
    }

    /// What a DNS failure or the size of the tree hides.
    fn unknown(&self) -> Ends {
        if self.measure == Measure::Least { Ends::error(Count::ZERO) } else { self.anything() }
    }

    /// A record whose name the client decides: that some client is not matched by it is certain.
    fn anything(&self) -> Ends {
        // A name that does not exist is void, and has no record: permerror.
        Ends::anything(Count::Of(u64::from(self.measure == Measure::VoidAtMost)))
    }

    /// RFC 7208 §5.2, §6.1: no record, several, or a malformed one is permerror in its callers.
    fn broken(&self) -> Ends {
        if self.measure == Measure::Mended { Ends::anything(Count::ZERO) } else { Ends::error(Count::ZERO) }
    }

    fn term_itself(&self) -> Count {
        Count::Of(u64::from(!self.counts_voids()))
    }

    const fn counts_voids(&self) -> bool {
        matches!(self.measure, Measure::Void | Measure::VoidAtMost)
    }

    fn note(&mut self, node: usize, lookup: &LookupTerm, before: Count, ends: Ends) {
        let is_loop = self.is_loop(lookup);
        self.reached.push(Reached { node, term: lookup.term, before, most: ends.most(), is_loop });
    }
}

fn matched(qualifier: Qualifier, spent: Option<Count>) -> Ends {
    match qualifier {
        Qualifier::Pass => Ends { pass: spent, ..Ends::default() },
        Qualifier::Fail | Qualifier::Softfail | Qualifier::Neutral => Ends { other: spent, ..Ends::default() },
    }
}
