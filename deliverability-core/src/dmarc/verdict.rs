//! What a receiver makes of a message under one set of rules.

use core::fmt;

use super::alignment::AlignedIdentifier;
use super::cause::Cause;
use super::policy_discovery::Decision;
use super::record::Policy;
use super::standing::Rules;
use crate::dns::DnsError;
use crate::domain::DomainName;
use crate::result::DmarcResult;

/// The result of DMARC evaluation under one set of rules, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    pub(super) rules: Rules,
    pub(super) result: DmarcResult,
    pub(super) cause: Cause,
    pub(super) decision: Option<Result<Decision, DnsError>>,
    pub(super) testing: bool,
    pub(super) percentage: Option<u8>,
    pub(super) organization: Option<DomainName>,
    pub(super) identifiers: Vec<AlignedIdentifier>,
}

impl Verdict {
    /// The rules.
    pub const fn rules(&self) -> Rules {
        self.rules
    }

    /// The result.
    pub const fn result(&self) -> DmarcResult {
        self.result
    }

    /// Why.
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The record that applies, and what in it gives the policy. `None` if no record applies, or that is not
    /// known, and where [`Verdict::unknown_policy`] says why the policy is not.
    pub fn decision(&self) -> Option<&Decision> {
        self.decision.as_ref()?.as_ref().ok()
    }

    /// The Domain Owner Assessment Policy for the author domain, whatever the result.
    pub fn policy(&self) -> Option<Policy> {
        self.decision().map(Decision::policy)
    }

    /// Why the policy is not known although a record applies: `np` matters, and whether the author domain
    /// exists is not known.
    pub fn unknown_policy(&self) -> Option<&DnsError> {
        self.decision.as_ref()?.as_ref().err()
    }

    /// What the domain owner asks to be done with this message: the policy if the result is fail, in test
    /// mode, or with `pct=0` under RFC 7489, one level below it. `None` for other results.
    pub fn requested(&self) -> Option<Policy> {
        let policy = self.policy().filter(|_| self.result == DmarcResult::Fail)?;
        // RFC 7489 §6.6.4: mail that the share leaves out is treated one level milder; with 0 that is all.
        let is_lowered = self.testing || self.percentage == Some(0);
        Some(if is_lowered { policy.one_below() } else { policy })
    }

    /// Whether the record is in test mode (`t=y`; always false under RFC 7489).
    pub const fn is_testing(&self) -> bool {
        self.testing
    }

    /// The share of failing messages that the policy is for, in percent (`pct`; `None` under RFC 9989).
    pub const fn percentage(&self) -> Option<u8> {
        self.percentage
    }

    /// The organizational domain of the author domain; `None` if it is not known.
    pub const fn organizational_domain(&self) -> Option<&DomainName> {
        self.organization.as_ref()
    }

    /// Every identifier, and how it stands to the author domain. Empty if no record applies: alignment means
    /// nothing then.
    pub fn identifiers(&self) -> &[AlignedIdentifier] {
        &self.identifiers
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DMARC {} {}", self.result, Reason(self))
    }
}

/// What a verdict says beside its result: by which rules, why, and what is asked for.
pub(crate) struct Reason<'a>(pub(crate) &'a Verdict);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { testing, percentage, .. } = self.0;
        write!(f, "under {}: {}", self.0.rules, self.0.cause)?;
        match (self.0.result, self.0.decision()) {
            (DmarcResult::Fail, Some(decision)) => {
                write!(f, "; {} asks for {}", decision.domain(), decision.policy())?;
                f.write_str(if *testing { ", in test mode" } else { "" })?;
                let share = percentage.filter(|percentage| *percentage < 100);
                share.map_or(Ok(()), |share| write!(f, ", for {share} % of such mail"))
            }
            _ => Ok(()),
        }
    }
}
