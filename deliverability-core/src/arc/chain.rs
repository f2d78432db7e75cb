//! What became of a chain.

use core::fmt;
use std::sync::Arc;

use super::{Cause, Failure, MessageSignature, Seal, Set, set};
use crate::domain::DomainName;
use crate::result::{ArcResult, ChainStatus};

/// What became of a message's Authenticated Received Chain (experimental, RFC 8617).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chain {
    text: Arc<[u8]>,
    sets: Vec<Set>,
    failures: Vec<Failure>,
}

impl Chain {
    /// RFC 8617 §5.2: the structure, the newest message signature and every seal decide.
    pub(super) fn new(text: &Arc<[u8]>, sets: Vec<Set>, structure: Vec<Failure>) -> Self {
        let newest = sets.last().and_then(Set::message_signature).map(MessageSignature::failures);
        let seals = sets.iter().rev().filter_map(Set::seal).flat_map(Seal::failures);
        let mut failures = structure;
        failures.extend(newest.into_iter().flatten().chain(seals).cloned());
        failures.sort_by_key(|failure| failure.cause.rank());
        Self { text: Arc::clone(text), sets, failures }
    }

    /// The result: `pass` only if the newest message signature and every seal verify. A query that
    /// failed gives `temperror` if nothing else is wrong; [`status`](Self::status) has the RFC's word.
    pub fn result(&self) -> ArcResult {
        if self.sets.is_empty() && self.failures.is_empty() { ArcResult::None } else { set::result(&self.failures) }
    }

    /// The Chain Validation Status, as the next seal would state it in `cv=`: RFC 8617 §5.2.1 counts a
    /// query that failed as `fail`.
    pub fn status(&self) -> ChainStatus {
        self.result().into()
    }

    /// Why it does not pass: the cause that decides. `None` if it passes, or if there is no chain.
    pub fn cause(&self) -> Option<&Cause> {
        self.failures.first().map(|failure| &failure.cause)
    }

    /// Everything that keeps it from passing, the one that decides first. What is wrong with older
    /// message signatures is no failure of the chain: see [`MessageSignature::failures`].
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Its sets, from instance 1 up to the newest; 50 at most.
    pub fn sets(&self) -> &[Set] {
        &self.sets
    }

    /// Who sealed last: the host that answers for what came before. `None` if no seal says.
    pub fn sealer(&self) -> Option<&DomainName> {
        self.sets.last()?.seal()?.domain()
    }

    /// The header section as it came: what the spans of the failures index.
    pub const fn text(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// `oldest-pass` (RFC 8617 §5.2): the lowest instance from which on every message signature
    /// passes, 0 if all do: the message was not changed since. `None` if the chain does not pass, or
    /// if a query failed that decides it.
    pub fn oldest_pass(&self) -> Option<u8> {
        if self.result() != ArcResult::Pass {
            return None;
        }
        let results = self.sets.iter().rev().map(|set| {
            let result = set.message_signature().map_or(ArcResult::Fail, MessageSignature::result);
            (set.instance(), result)
        });
        match results.into_iter().find(|(_, result)| *result != ArcResult::Pass) {
            None => Some(0),
            Some((_, ArcResult::Temperror)) => None,
            Some((instance, _)) => Some(instance.saturating_add(1)),
        }
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const STATUS: &str = "ARC, an experimental protocol (RFC 8617)";
        let sets = self.sets.len();
        match (self.result(), self.failures.first()) {
            (ArcResult::None, _) => write!(f, "{STATUS}: none, the message carries no chain"),
            (result, Some(failure)) => write!(f, "{STATUS}: {result}, {failure}"),
            (result, None) => {
                write!(f, "{STATUS}: {result}, {sets} {}", if sets == 1 { "set" } else { "sets" })?;
                match self.sealer() {
                    Some(sealer) => write!(f, ", sealed last by {sealer}"),
                    None => Ok(()),
                }
            }
        }
    }
}
