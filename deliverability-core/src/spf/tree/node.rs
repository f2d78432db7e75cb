//! The records of a tree and their terms that cause look-ups.

use std::borrow::Cow;
use std::sync::Arc;

use super::count::Count;
use super::hosts::Presence;
use crate::domain::DomainName;
use crate::span::Span;
use crate::spf::cause::CauseKind;
use crate::spf::record::Record;

/// A domain of the tree and its record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    pub(super) domain: DomainName,
    pub(super) callers: Vec<Caller>,
    pub(super) text: Option<Arc<[u8]>>,
    pub(super) record: Result<Arc<Record>, CauseKind>,
    /// The TXT query found no record of any kind.
    pub(super) void: bool,
    pub(super) terms: Vec<LookupTerm>,
    pub(super) lookups: Count,
}

impl Node {
    pub(super) fn new(domain: DomainName) -> Self {
        let record = Err(CauseKind::NoRecord);
        Self { domain, callers: Vec::new(), text: None, record, void: false, terms: Vec::new(), lookups: Count::ZERO }
    }

    /// The domain whose TXT records were asked for.
    pub fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The terms that lead here, the one met first in front; none for the root, unless it loops.
    pub fn callers(&self) -> &[Caller] {
        &self.callers
    }

    /// The joined bytes of its record, if there is exactly one; spans index these.
    pub fn text(&self) -> Option<&Arc<[u8]>> {
        self.text.as_ref()
    }

    /// The record.
    ///
    /// # Errors
    ///
    /// Why there is none: no such domain, no record, several, a syntax error, or a DNS failure,
    /// after which nothing is known.
    pub fn record(&self) -> Result<&Arc<Record>, &CauseKind> {
        self.record.as_ref()
    }

    /// Its terms that cause look-ups (§4.6.4), in the order written.
    pub fn terms(&self) -> &[LookupTerm] {
        &self.terms
    }

    /// The most look-ups that one evaluation of this record spends, with all below it.
    pub fn lookups(&self) -> Count {
        self.lookups
    }

    /// The text of a term, with U+FFFD for what is not UTF-8.
    pub fn term_text(&self, term: &LookupTerm) -> Cow<'_, str> {
        String::from_utf8_lossy(self.text.as_deref().map(|text| term.span.of(text)).unwrap_or_default())
    }

    /// Whether the record is not known for a failure of the DNS.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self.record, Err(CauseKind::Dns(_)))
    }

    pub(super) fn lookup_term(&self, term: usize) -> Option<&LookupTerm> {
        self.terms.get(self.terms.binary_search_by_key(&term, |lookup| lookup.term).ok()?)
    }
}

/// A term that leads to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Caller {
    /// Index of the including or redirecting record in
    /// [`TreeOutcome::nodes`](super::TreeOutcome::nodes).
    pub node: usize,
    /// Index of the term in [`Record::terms`].
    pub term: usize,
}

/// A term that causes look-ups: `include`, `a`, `mx`, `ptr`, `exists` or `redirect=` (§4.6.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookupTerm {
    pub(super) term: usize,
    pub(super) span: Span,
    pub(super) leads_to_record: bool,
    pub(super) target: Target,
    /// What is known of its host, for IPv4 and for IPv6 clients.
    pub(super) hosts: [Presence; 2],
    pub(super) reached: bool,
    pub(super) is_loop: bool,
    pub(super) lookups: Count,
    pub(super) before: Count,
}

impl LookupTerm {
    pub(super) const fn new(term: usize, span: Span, leads_to_record: bool, target: Target) -> Self {
        let (zero, unknown) = (Count::ZERO, Presence::Unknown);
        let (hosts, reached, is_loop) = ([unknown; 2], false, false);
        Self { term, span, leads_to_record, target, hosts, reached, is_loop, lookups: zero, before: zero }
    }

    /// Its index in [`Record::terms`].
    pub fn term(&self) -> usize {
        self.term
    }

    /// Its bytes in [`Node::text`].
    pub fn span(&self) -> Span {
        self.span
    }

    /// Whether it is an include or a redirect, which leads to another record.
    pub fn leads_to_record(&self) -> bool {
        self.leads_to_record
    }

    /// Where it leads.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The record it leads to, an index into [`TreeOutcome::nodes`](super::TreeOutcome::nodes).
    pub fn child(&self) -> Option<usize> {
        if let Target::Record(child) = self.target { Some(child) } else { None }
    }

    /// Whether its host has records, for an IPv4 client. Known with
    /// [`Tree::with_hosts`](super::Tree::with_hosts); of includes and redirects always.
    pub fn host_for_ip4(&self) -> Presence {
        let [ip4, _] = self.hosts;
        ip4
    }

    /// Whether its host has records, for an IPv6 client.
    pub fn host_for_ip6(&self) -> Presence {
        let [_, ip6] = self.hosts;
        ip6
    }

    /// Whether some client's evaluation comes to it.
    pub fn is_reached(&self) -> bool {
        self.reached
    }

    /// Whether it leads back to a record above it.
    pub fn is_loop(&self) -> bool {
        self.is_loop
    }

    /// The most look-ups it can spend: 1 and those of the record behind it; none if it is never
    /// reached.
    pub fn lookups(&self) -> Count {
        self.lookups
    }

    /// The most look-ups spent in the same record before it.
    pub fn lookups_before(&self) -> Count {
        self.before
    }
}

impl Caller {
    /// A term by its record and its place in it.
    pub(crate) const fn of(node: usize, term: usize) -> Self {
        Self { node, term }
    }
}

/// Where a term leads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// `include` and `redirect=`: to a record, an index into
    /// [`TreeOutcome::nodes`](super::TreeOutcome::nodes).
    Record(usize),
    /// `a`, `mx` and `exists`: to a host. `ptr`: the domain that the client's name must be within.
    Host(DomainName),
    /// It depends on the client or the sender, by macros: not known here, and not dead.
    Client,
    /// To no domain name: an include or redirect is then permerror (§5.2, §6.1), others never
    /// match.
    Invalid,
    /// To a record that was not read, for the tree is too wide or too deep.
    NotRead(DomainName),
    /// It stands after `all`, or is a redirect beside `all`: no one evaluates it (§5.1, §6.1).
    Ignored,
}
