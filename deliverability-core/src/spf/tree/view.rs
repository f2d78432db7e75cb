//! The tree as people are shown it: every term in its place, every record once.

use super::count::Count;
use super::node::{LookupTerm, Node, Target};
use super::outcome::TreeOutcome;
use crate::escaped::Escaped;

/// Most rows that are shown.
const MAX_ROWS: usize = 400;

/// One line of text, or one box of the picture.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) depth: usize,
    /// The last one below its parent.
    pub(super) is_last: bool,
    /// The domain or the term, escaped and cut.
    pub(super) label: String,
    /// The most that it spends; of the root, the tree's.
    pub(super) lookups: Count,
    /// A term of the domain's own record that can pass the limit.
    pub(super) is_cut_off: bool,
    pub(super) state: State,
    /// Why the state is what it is, in words; empty where there is nothing to say.
    pub(super) note: String,
}

/// What there is to see at a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// A record that was read.
    Record,
    /// `a`, `mx`, `ptr`, `exists`.
    Host,
    /// A record whose rows stand further up.
    Repeated,
    /// It leads back to a record above it.
    Loop,
    /// It ends in permerror.
    Broken,
    /// A void look-up.
    Void,
    /// What is behind it is not known.
    Unknown,
    /// No client comes to it.
    NotReached,
}

impl State {
    pub(super) const ALL: [Self; 8] = [
        Self::Record,
        Self::Host,
        Self::Repeated,
        Self::Loop,
        Self::Broken,
        Self::Void,
        Self::Unknown,
        Self::NotReached,
    ];
}

/// A term whose row is to come.
struct Pending<'a> {
    node: usize,
    term: &'a LookupTerm,
    depth: usize,
    is_last: bool,
}

/// The rows, top down, and how many were left out.
pub(super) fn rows(outcome: &TreeOutcome) -> (Vec<Row>, usize) {
    let mut shown = vec![false; outcome.nodes().len()];
    let mut pending = Vec::new();
    let mut rows = vec![root_row(outcome)];
    push_terms(outcome, 0, 1, &mut shown, &mut pending);
    let mut left_out = 0_usize;
    while let Some(next) = pending.pop() {
        if rows.len() >= MAX_ROWS {
            left_out = left_out.saturating_add(1);
            continue;
        }
        let row = row(outcome, &next, &shown);
        if let (State::Record, Some(child)) = (row.state, next.term.child()) {
            push_terms(outcome, child, next.depth.saturating_add(1), &mut shown, &mut pending);
        }
        rows.push(row);
    }
    (rows, left_out)
}

fn push_terms<'a>(
    outcome: &'a TreeOutcome,
    node: usize,
    depth: usize,
    shown: &mut [bool],
    pending: &mut Vec<Pending<'a>>,
) {
    if let Some(shown) = shown.get_mut(node) {
        *shown = true;
    }
    let terms = outcome.nodes().get(node).map(Node::terms).unwrap_or_default();
    let last = terms.len().saturating_sub(1);
    let below = terms.iter().enumerate().map(|(n, term)| Pending { node, term, depth, is_last: n == last });
    // The next row is the last one of the stack.
    pending.extend(below.rev());
}

fn root_row(outcome: &TreeOutcome) -> Row {
    let (state, note) = match outcome.root().record() {
        Ok(_) => (State::Record, String::new()),
        Err(why) if outcome.root().is_unknown() => (State::Unknown, format!("its record {why}")),
        Err(why) => (State::Broken, format!("its record {why}")),
    };
    let label = outcome.domain().to_string();
    Row { depth: 0, is_last: true, label, lookups: outcome.lookups(), is_cut_off: false, state, note }
}

fn row(outcome: &TreeOutcome, at: &Pending<'_>, shown: &[bool]) -> Row {
    let term = at.term;
    let text = outcome.nodes().get(at.node).map(|node| node.term_text(term)).unwrap_or_default();
    let (state, note) = state(outcome, at, shown);
    let label = Escaped(text.as_bytes()).to_string();
    let limit = outcome.limits().lookups;
    let is_cut_off = at.node == 0 && term.lookups_before().plus(term.lookups()).exceeds(limit);
    Row { depth: at.depth, is_last: at.is_last, label, lookups: term.lookups(), is_cut_off, state, note }
}

fn state(outcome: &TreeOutcome, at: &Pending<'_>, shown: &[bool]) -> (State, String) {
    let term = at.term;
    let told = |state, note: &str| (state, note.to_owned());
    match &term.target {
        Target::Ignored => told(State::NotReached, "ignored: the record has \"all\""),
        _ if !term.is_reached() => told(State::NotReached, "no client comes to it"),
        Target::Record(child) => {
            let Some(node) = outcome.nodes().get(*child) else { return told(State::Unknown, "") };
            match node.record() {
                _ if term.is_loop => told(State::Loop, "a loop: it leads back to a record above"),
                Err(why) if node.is_unknown() => (State::Unknown, format!("its record {why}")),
                Err(why) => (State::Broken, format!("its record {why}")),
                Ok(_) if shown.get(*child).copied().unwrap_or(false) => told(State::Repeated, "again: it stands above"),
                Ok(_) => told(State::Record, ""),
            }
        }
        Target::Client if term.leads_to_record => {
            told(State::Unknown, "not known here: the record depends on the client")
        }
        Target::Invalid if term.leads_to_record => told(State::Broken, "leads to no domain name"),
        Target::Invalid => told(State::Host, "leads to no domain name: never matches"),
        Target::NotRead(_) => told(State::Unknown, "not read: the tree is too large"),
        Target::Host(_) | Target::Client => host(term),
    }
}

fn host(term: &LookupTerm) -> (State, String) {
    use super::hosts::Presence::Void;
    let note = match term.hosts {
        [Void, Void] => "void: nothing is there",
        [Void, _] => "void for IPv4 clients",
        [_, Void] => "void for IPv6 clients",
        _ => return (State::Host, String::new()),
    };
    (if term.hosts == [Void, Void] { State::Void } else { State::Host }, note.to_owned())
}
