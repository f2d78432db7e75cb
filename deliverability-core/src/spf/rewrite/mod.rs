//! Surgery: changes to a domain's SPF record that provably change nothing else (RFC 7208).
//!
//! [`Rewriter`] takes what is wanted and gives a [`Rewrite`]: the exact records to publish, and a
//! [`Proof`] over the answers at hand.

mod add;
mod address_set;
mod atlas;
mod change;
mod draft;
mod edges;
mod explore;
mod family;
mod flatten;
mod merge;
mod plan;
mod probe;
mod proof;
mod prune;
mod refusal;
mod sender;
mod split;

pub use change::RecordChange;
pub use proof::{Claim, Difference, Proof, Unproven};
pub use refusal::Refusal;
pub use sender::Sender;
pub use split::AnswerSize;

use core::fmt;

use super::record::Qualifier;
use crate::dns::{Check, Known, Step};
use crate::domain::DomainName;
use explore::{World, foresee};
use plan::{Halt, Plan};

/// Rewrites the SPF record of a domain, and proves what it changes.
///
/// A [`Check`]: run it over a zone, recorded answers or a resolver. What is asked for is done in
/// the order asked; what stays keeps its spelling. The outcome is the rewrite, or why there is none.
///
/// Where the domain's name is an alias (CNAME), the record changed is the one at the alias's end:
/// no record can stand beside a CNAME (RFC 1034 §3.6.2). No record over 65,000 octets is written:
/// with its length octets it would not fit into RDATA (RFC 1035 §3.2.1).
///
/// ```
/// use deliverability_core::{Check, dns::Zone, spf::Rewriter};
///
/// let zone: Zone = r#"
/// example.org       TXT "v=spf1 include:_spf.example.net -ip4:198.51.100.0/24 ~all"
/// _spf.example.net  TXT "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/25 -all"
/// "#.parse()?;
/// let of = Rewriter::of("example.org".parse()?);
///
/// let added = of.clone().authorize(std::net::IpAddr::from([198, 51, 100, 7])).in_zone(&zone)?;
/// let new = "v=spf1 include:_spf.example.net ip4:198.51.100.7 -ip4:198.51.100.0/24 ~all";
/// assert_eq!(added.changes()[0].new, new);
/// assert!(added.proof().is_proven());
///
/// let flat = of.flatten("_spf.example.net".parse()?).in_zone(&zone)?;
/// assert_eq!(flat.changes()[0].new, "v=spf1 ip4:192.0.2.0/24 -ip4:198.51.100.0/24 ~all");
/// assert!(flat.proof().is_proven());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Rewriter {
    domain: DomainName,
    merge: bool,
    ending: Qualifier,
    operations: Vec<Operation>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operation {
    Add(Vec<Sender>),
    Prune,
    Flatten(DomainName),
    FlattenOwn,
    Remove(String),
    Split(AnswerSize),
}

impl Rewriter {
    /// Nothing to be changed yet at `domain`.
    pub fn of(domain: DomainName) -> Self {
        Self { domain, merge: false, ending: Qualifier::Softfail, operations: Vec::new() }
    }

    /// Authorizes a sender, in front of the first term that decides against it. A domain without a
    /// record gets one, which ends in `~all`: see [`Rewriter::ending`].
    pub fn authorize(mut self, sender: impl Into<Sender>) -> Self {
        match self.operations.last_mut() {
            Some(Operation::Add(senders)) => senders.push(sender.into()),
            _ => self.operations.push(Operation::Add(vec![sender.into()])),
        }
        self
    }

    /// What a record that is made for a domain without one says of all others; softfail without.
    pub fn ending(self, qualifier: Qualifier) -> Self {
        Self { ending: qualifier, ..self }
    }

    /// Makes one record of several (RFC 7208 §4.5), before anything else.
    pub fn merge(self) -> Self {
        Self { merge: true, ..self }
    }

    /// Takes out what can decide nothing: terms after `all`, repeated mechanisms, networks that
    /// earlier ones cover, look-ups that find nothing, includes that let nobody pass.
    pub fn prune(self) -> Self {
        self.then(Operation::Prune)
    }

    /// Puts the addresses that a domain authorizes today in the place of its `include`.
    ///
    /// They are a copy: when the owner changes that record, this one must be made again. Includes
    /// with `ptr`, or with macros that depend on the session, cannot become addresses and are refused.
    pub fn flatten(self, include: DomainName) -> Self {
        self.then(Operation::Flatten(include))
    }

    /// Puts addresses in the place of every `a`, `mx` and `include` whose name is the domain or one
    /// below it: static addresses of one's own cost no look-ups so. What cannot become addresses stays.
    pub fn flatten_own(self) -> Self {
        self.then(Operation::FlattenOwn)
    }

    /// Takes out every term written so, such as `include:gone.example`. Where it was what gave
    /// permerror, a verdict in its place counts as repaired.
    pub fn remove(self, term: impl Into<String>) -> Self {
        self.then(Operation::Remove(term.into()))
    }

    /// Moves terms to the names `_spf1`, `_spf2`, ... below the domain until every answer fits. Each
    /// name costs a look-up; where that passes the limit of ten, the proof says so.
    pub fn split(self, budget: AnswerSize) -> Self {
        self.then(Operation::Split(budget))
    }

    fn then(mut self, operation: Operation) -> Self {
        self.operations.push(operation);
        self
    }

    fn rewrite(&self, known: &dyn Known) -> Result<Rewrite, Halt> {
        let creates = matches!(self.operations.first(), Some(Operation::Add(_)));
        let ending = creates.then_some(self.ending);
        let mut plan = Plan::start(&self.domain, known, self.merge, ending)?;
        if self.operations.iter().any(|o| matches!(o, Operation::Prune | Operation::Flatten(_) | Operation::FlattenOwn))
        {
            foresee(&self.domain, World::unlimited(known))?;
        }
        for operation in &self.operations {
            match operation {
                Operation::Add(senders) => plan.add(senders)?,
                Operation::Prune => plan.prune()?,
                Operation::Flatten(include) => plan.flatten(include)?,
                Operation::FlattenOwn => plan.flatten_own()?,
                Operation::Remove(term) => plan.remove(term)?,
                Operation::Split(budget) => plan.split(*budget)?,
            }
        }
        let (changes, proof) = plan.finish()?;
        Ok(Rewrite { changes, proof })
    }
}

impl Check for Rewriter {
    type Outcome = Result<Rewrite, Refusal>;

    fn step(&self, known: &dyn Known) -> Step<Self::Outcome> {
        match self.rewrite(known) {
            Ok(rewrite) => Step::Done(Ok(rewrite)),
            Err(Halt::Need(needed)) => Step::Need(needed),
            Err(Halt::Refuse(refusal)) => Step::Done(Err(refusal)),
        }
    }
}

/// Records to publish, and the proof of what they change.
///
/// `Display` shows the changes in master-file form, then the proof, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rewrite {
    changes: Vec<RecordChange>,
    proof: Proof,
}

impl Rewrite {
    /// The records to publish, all of them together, the domain's own first; none where the record
    /// already is as wanted.
    pub fn changes(&self) -> &[RecordChange] {
        &self.changes
    }

    /// Whether they change what was asked for, and nothing else.
    pub const fn proof(&self) -> &Proof {
        &self.proof
    }
}

impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        self.proof.fmt(f)
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests;
