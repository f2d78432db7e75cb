//! Whether a rewrite changes what it says, and nothing else.

use core::fmt;
use std::net::IpAddr;

use super::super::evaluation::Evaluation;
use super::explore::{Explored, Stop, World, explore, is_over_limit};
use crate::dns::{DnsError, Known, Needed, Query};
use crate::domain::DomainName;
use crate::result::SpfResult;

/// Whether a rewrite changes what it says, and nothing else: every verdict that mail of the domain
/// can get was compared, before and after.
///
/// Compared are `check_host()` results (not explanations) for clients at every edge of every
/// network that the records lead to, `ip4`, `ip6`, `a` and `mx` alike, and at the addresses beside
/// it, in both families. Between two edges all clients take the same path, so this is all of them.
/// `ptr`, and `exists` with the client's address in its name, are taken to match, not to match
/// and, for `exists`, to fail, in every combination. It holds for the answers it was made over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Proof {
    /// It was compared and is as claimed.
    #[non_exhaustive]
    Proven {
        /// What was compared.
        claim: Claim,
        /// At how many addresses.
        points: usize,
        /// How many comparisons had permerror before and a verdict after, as repairs do. Where look-up
        /// limits were the cause, the verdict is the one that the record would give without them.
        repaired: usize,
    },
    /// It could not be compared.
    #[non_exhaustive]
    Unproven {
        /// Why not.
        why: Unproven,
    },
    /// It was compared and is not as claimed.
    #[non_exhaustive]
    Refuted {
        /// A sender who gets another verdict than claimed.
        difference: Difference,
    },
}

impl Proof {
    /// Whether the claim was proven.
    pub const fn is_proven(&self) -> bool {
        matches!(self, Self::Proven { .. })
    }
}

/// One sentence without a full stop.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proven { claim, points, repaired } => {
                write!(f, "proven at every network edge ({points} addresses): {claim}")?;
                if *repaired == 0 { Ok(()) } else { f.write_str("; where there was permerror, there is a verdict") }
            }
            Self::Unproven { why } => write!(f, "not proven: {why}"),
            Self::Refuted { difference } => write!(f, "refuted: {difference}"),
        }
    }
}

/// What a rewrite claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Claim {
    /// Every sender keeps its verdict.
    SameVerdicts,
    /// The added senders pass; every other sender keeps its verdict.
    AddedPass,
    /// Those senders pass whom one of the records alone lets pass, and the added ones; no others.
    SamePass,
    /// The added senders pass, and no others: there was no record.
    OnlyAddedPass,
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SameVerdicts => "every sender keeps its verdict",
            Self::AddedPass => "what was added passes, and every other sender keeps its verdict",
            Self::SamePass => "exactly those pass whom one of the records lets pass",
            Self::OnlyAddedPass => "what was added passes, and nothing else does",
        })
    }
}

/// Why a claim could not be proven.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unproven {
    /// A query failed whose answer matters.
    #[error("{query} could not be asked: {error}")]
    Dns {
        /// The query.
        query: Query,
        /// How it failed.
        error: DnsError,
    },
    /// The target of a term changes with the sender's name, the HELO name or the client's name, or
    /// is a record that changes with the client.
    #[error("where the term \"{term}\" in the record of {domain} leads depends on who sends")]
    DependsOnSession {
        /// Whose record.
        domain: DomainName,
        /// The term.
        term: String,
    },
    /// Two `exists` terms lead to the same name for this client.
    #[error("two terms with macros lead to the same name for {ip}")]
    Coincidence {
        /// The client.
        ip: IpAddr,
    },
    /// There are `ptr` terms with more than three targets.
    #[error("the records hold \"ptr\" for too many domains")]
    TooManyPtr,
    /// The records are so large that comparing would take too long.
    #[error("the records have too many networks to compare all verdicts")]
    TooManyEdges,
}

/// A sender who gets another verdict than claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The client.
    pub ip: IpAddr,
    /// The verdict claimed.
    pub expected: SpfResult,
    /// The verdict after the rewrite.
    pub after: SpfResult,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} gets {} where {} is claimed", self.ip, self.after, self.expected)
    }
}

/// What is to be compared.
pub(super) struct Case<'a> {
    pub(super) domain: &'a DomainName,
    /// The records as they stand: one world, or one for each of several records alone.
    pub(super) before: Vec<&'a dyn Known>,
    pub(super) after: &'a dyn Known,
    /// A world in which the added senders pass and no one else does.
    pub(super) added: Option<&'a dyn Known>,
    pub(super) claim: Claim,
    /// A term that gave permerror was taken out: a verdict in its place is what is wanted.
    pub(super) repairs: bool,
}

impl Case<'_> {
    /// The proof, or what is needed for it.
    pub(super) fn prove(&self) -> Result<Proof, Needed> {
        let proof = self.compare(false);
        // The limits may be all that made the difference.
        let by_limit = |d: &Difference| d.expected == SpfResult::Permerror || self.claim == Claim::SamePass;
        let proof = match proof {
            Err(Stop::Refuted(difference)) if by_limit(&difference) => self.compare(true),
            proof => proof,
        };
        match proof {
            Ok((explored, repaired)) => Ok(Proof::Proven { claim: self.claim, points: explored.points, repaired }),
            Err(Stop::Need(needed)) => Err(needed),
            Err(Stop::Unproven(why)) => Ok(Proof::Unproven { why }),
            Err(Stop::Refuted(difference)) => Ok(Proof::Refuted { difference }),
            Err(Stop::Again) => Ok(Proof::Unproven { why: Unproven::TooManyPtr }),
        }
    }

    /// Compares all verdicts; `unlimited` to know what the records mean where limits end them.
    fn compare(&self, unlimited: bool) -> Result<(Explored, usize), Stop> {
        let meant: &[&dyn Known] = if unlimited { &self.before } else { &[] };
        let worlds: Vec<World<'_>> = core::iter::once(World::new(self.after))
            .chain(self.added.map(World::new))
            .chain(self.before.iter().map(|known| World::new(*known)))
            .chain(meant.iter().map(|known| World::unlimited(*known)))
            .collect();
        let mut repaired = 0usize;
        let explored = explore(self.domain, &worlds, &mut |ip, evaluations| {
            let Some((after, rest)) = evaluations.split_first() else { return Ok(()) };
            let (added, rest) = rest.split_at(usize::from(self.added.is_some()).min(rest.len()));
            let is_added = added.iter().any(|evaluation| evaluation.result() == SpfResult::Pass);
            let (before, meant) = rest.split_at(self.before.len().min(rest.len()));
            let expected = self.expected(is_added, before, meant);
            if expected.holds(after.result()) {
                let failed =
                    !is_added && !before.is_empty() && before.iter().all(|one| one.result() == SpfResult::Permerror);
                repaired = repaired.saturating_add(usize::from(failed && after.result() != SpfResult::Permerror));
                return Ok(());
            }
            Err(Stop::Refuted(Difference { ip, expected: expected.word(), after: after.result() }))
        })?;
        Ok((explored, repaired))
    }

    fn expected(&self, is_added: bool, before: &[Evaluation], meant: &[Evaluation]) -> Expected {
        if is_added {
            return Expected::Exactly(SpfResult::Pass);
        }
        let passes = |one: &Evaluation| one.result() == SpfResult::Pass;
        match (self.claim, before.first()) {
            (Claim::SameVerdicts | Claim::AddedPass, Some(one)) => match meant.first() {
                Some(meant) if is_over_limit(one) => Expected::Either(one.result(), meant.result()),
                _ if self.repairs && one.result() == SpfResult::Permerror && !is_over_limit(one) => Expected::NoError,
                _ => Expected::Exactly(one.result()),
            },
            _ if before.iter().chain(meant).any(passes) => Expected::Exactly(SpfResult::Pass),
            _ => Expected::NoPass,
        }
    }
}

enum Expected {
    Exactly(SpfResult),
    /// An error for want of look-ups, or the verdict without that limit.
    Either(SpfResult, SpfResult),
    NoPass,
    NoError,
}

impl Expected {
    fn holds(&self, after: SpfResult) -> bool {
        match self {
            Self::Exactly(result) => after == *result,
            Self::Either(one, other) => after == *one || after == *other,
            Self::NoPass => matches!(after, SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral),
            Self::NoError => !matches!(after, SpfResult::Permerror | SpfResult::Temperror | SpfResult::None),
        }
    }

    fn word(&self) -> SpfResult {
        match self {
            Self::Exactly(result) | Self::Either(_, result) => *result,
            Self::NoPass | Self::NoError => SpfResult::Fail,
        }
    }
}
