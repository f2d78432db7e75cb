//! What a receiver writes about a chain, and whose words in it may be believed (RFC 8617 §6, §7.2, §9).

use super::{Chain, Set};
use crate::domain::DomainName;
use crate::header::MethodResult;
use crate::result::{ArcResult, ChainStatus};

impl Chain {
    /// The Chain Validation Status for an Authentication-Results field (RFC 8617 §6), with `oldest-pass` of
    /// a chain that passes, or why it fails. Who knows the address that handed the message over adds
    /// `.with("smtp", "remote-ip", ip)`.
    pub fn authentication_result(&self) -> MethodResult {
        let mut result = MethodResult::new("arc", self.status());
        // RFC 8617 §5.2.1: a query that failed counts as fail.
        result.reason = self.failures().first().filter(|_| self.status() == ChainStatus::Fail).map(ToString::to_string);
        match self.oldest_pass() {
            Some(oldest) => result.with("header", "oldest-pass", oldest),
            None => result,
        }
    }

    /// The sets whose results may be believed by somebody who trusts these sealers, the newest first; none
    /// unless the chain passes.
    ///
    /// A seal proves who wrote a set, not that it is about this message: a later host may have put an old
    /// chain on top of another message (RFC 8617 §9). So the words of a set are worth something only if
    /// every host that sealed after it is trusted too.
    pub fn trusted(&self, sealers: &[DomainName]) -> impl Iterator<Item = &Set> {
        let sets = if self.result() == ArcResult::Pass { self.sets() } else { &[] };
        let is_trusted = |set: &&Set| set.seal().and_then(super::Seal::domain).is_some_and(|d| sealers.contains(d));
        sets.iter().rev().take_while(is_trusted)
    }
}
