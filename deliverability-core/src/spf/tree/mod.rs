//! The whole tree of records behind a domain, and the most that a path through it can spend
//! (RFC 7208 §4.6.4, §5.2, §6.1).
//!
//! [`CheckHost`] walks the path that one client takes; [`Tree`] reads every include and redirect
//! and asks what *any* client could take:
//!
//! - `grow` reads the records, each domain once, a level of the tree a round;
//! - `budget` finds the costliest path through them;
//! - `outcome` tells it as data; `view` lays it out once for `text` and for `svg`, the picture.

mod budget;
mod count;
mod grow;
mod hosts;
mod node;
mod outcome;
mod svg;
mod text;
mod view;

pub use count::Count;
pub use hosts::Presence;
pub use node::{Caller, LookupTerm, Node, Target};
pub use outcome::{KnownSender, Loop, Standing, TreeOutcome};

use core::net::IpAddr;

use super::check_host::CheckHost;
use super::limits::Limits;
use crate::dns::{Check, Known, Needed, Step};
use crate::domain::DomainName;
use grow::Growth;

/// The tree of all records that evaluations of a domain can read, and what they can spend.
///
/// Each domain is read once, however many terms lead to it; rounds of questions are as many as the
/// tree is deep. At most 256 domains are read, 20 levels deep, and 512 KiB of records: what lies
/// beyond is told as unknown.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, spf::{Standing, Tree}};
///
/// let zone: Zone = r#"
/// example.org  TXT "v=spf1 mx include:a.example include:b.example -all"
/// a.example    TXT "v=spf1 a mx exists:%{i}.a.example ptr -all"
/// b.example    TXT "v=spf1 include:a.example ~all"
/// "#.parse()?;
/// let outcome = Tree::of("example.org".parse()?).in_zone(&zone);
/// assert_eq!(outcome.lookups().finite(), Some(12));
/// assert_eq!(outcome.standing(), Standing::Over);
/// assert_eq!(outcome.spenders()[0].span().of(outcome.root().text().unwrap()), b"include:b.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Tree {
    domain: DomainName,
    senders: Vec<IpAddr>,
    hosts: bool,
    limits: Limits,
}

impl Tree {
    /// The tree of the record at `domain`, for mail whose sender is at that domain.
    pub const fn of(domain: DomainName) -> Self {
        let limits = Limits { lookups: 10, void_lookups: 2, mx_hosts: 10, ptr_names: 10 };
        Self { domain, senders: Vec::new(), hosts: false, limits }
    }

    /// Clients to evaluate too, each as `postmaster@` the domain: which of them pass before the
    /// limit bites.
    pub fn senders(mut self, ips: impl IntoIterator<Item = IpAddr>) -> Self {
        self.senders.extend(ips);
        self
    }

    /// Asks for the hosts of `a` (both families), `mx` and `exists` terms too, so that void
    /// look-ups are known: up to two more queries a term, 512 in all.
    pub const fn with_hosts(mut self) -> Self {
        self.hosts = true;
        self
    }

    /// The limits to measure against; the RFC's without.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    fn checks(&self) -> Vec<CheckHost> {
        let sender = format!("postmaster@{}", self.domain);
        self.senders.iter().map(|ip| CheckHost::new(*ip, &sender).limits(self.limits)).collect()
    }
}

impl Check for Tree {
    type Outcome = TreeOutcome;

    fn step(&self, known: &dyn Known) -> Step<TreeOutcome> {
        let mut growth = Growth::new(&self.domain);
        growth.read_records(known);
        if self.hosts {
            growth.ask_hosts(known);
        }
        let (nodes, mut missing) = growth.finish();
        let mut needed = Needed::default();
        let senders = self.checks().step(known).or_need(&mut needed);
        for query in needed.blocking.into_iter().chain(needed.foreseen) {
            if !missing.contains(&query) {
                missing.push(query);
            }
        }
        match (Needed::in_order(missing), senders) {
            (None, Some(evaluations)) => {
                let root = Node::new(self.domain.clone());
                Step::Done(TreeOutcome::new(&root, nodes, evaluations, self.limits))
            }
            (needed, _) => Step::Need(needed.unwrap_or_default()),
        }
    }
}
