//! Where receivers that follow RFC 9989 and those still on RFC 7489 part (RFC 9989 appendix C).

use core::fmt;

use super::alignment::Alignment;
use super::evaluation::Outcome;
use super::identities::Mechanism;
use super::policy_discovery::Decision;
use super::survey::Found;
use super::tags::TagName;
use super::verdict::Verdict;
use crate::dns::Query;
use crate::domain::DomainName;

/// One thing that the two sets of rules see differently. Whether the result changes with it, the two
/// verdicts say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disagreement {
    /// The tree walk and the public suffix list give the author domain different organizational domains.
    OrganizationalDomain {
        /// By the tree walk (RFC 9989 §4.10.2).
        rfc9989: DomainName,
        /// By the list (RFC 7489 §3.2).
        rfc7489: DomainName,
    },
    /// The record of another domain applies, or of none.
    PolicyDomain {
        /// RFC 9989 §4.10.1.
        rfc9989: Option<DomainName>,
        /// RFC 7489 §6.6.3.
        rfc7489: Option<DomainName>,
    },
    /// Several records stand at the author domain: RFC 7489 §6.6.3 stops there, RFC 9989 §4.10 walks on.
    SeveralRecords {
        /// The query that found them.
        query: Query,
    },
    /// Another tag gives the policy: `np` is for RFC 9989 only.
    PolicyTag {
        /// Under RFC 9989 §4.7.
        rfc9989: TagName,
        /// Under RFC 7489 §6.3.
        rfc7489: TagName,
    },
    /// The record has `t=y`, which RFC 7489 does not know.
    TestMode,
    /// The record has `pct` below 100, which RFC 9989 removed.
    Percentage(u8),
    /// An identifier is aligned under one of them only.
    Alignment {
        /// What authenticated it.
        mechanism: Mechanism,
        /// The identifier.
        domain: DomainName,
        /// RFC 9989 §4.10.2.
        rfc9989: Alignment,
        /// RFC 7489 §3.1.
        rfc7489: Alignment,
    },
}

/// One sentence, without a final stop.
impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |domain: &Option<DomainName>| match domain {
            Some(domain) => format!("the record of {domain}"),
            None => "no record".to_owned(),
        };
        match self {
            Self::OrganizationalDomain { rfc9989, rfc7489 } => write!(
                f,
                "the organizational domain is {rfc9989} by the tree walk of RFC 9989, {rfc7489} by the public suffix \
                 list of RFC 7489"
            ),
            Self::PolicyDomain { rfc9989, rfc7489 } => {
                write!(f, "RFC 9989 applies {}, RFC 7489 {}", named(rfc9989), named(rfc7489))
            }
            Self::SeveralRecords { query } => {
                write!(f, "several records stand at {}: RFC 7489 stops there, RFC 9989 walks on", query.name)
            }
            Self::PolicyTag { rfc9989, rfc7489 } => {
                write!(f, "RFC 9989 takes the policy from {rfc9989}=, RFC 7489 from {rfc7489}=")
            }
            Self::TestMode => f.write_str("t=y lowers the policy by one level under RFC 9989 only"),
            Self::Percentage(percent) => write!(f, "pct={percent} counts under RFC 7489 only"),
            Self::Alignment { mechanism, domain, rfc9989, .. } => {
                let (aligned, other) =
                    if rfc9989.is_aligned() { ("RFC 9989", "RFC 7489") } else { ("RFC 7489", "RFC 9989") };
                write!(f, "{domain}, by {mechanism}, is aligned under {aligned} and not under {other}")
            }
        }
    }
}

/// Everything that the two verdicts see differently.
pub(super) fn between(outcome: &Outcome) -> Vec<Disagreement> {
    let (new, old) = (outcome.rfc9989(), outcome.rfc7489());
    let mut found = Vec::new();
    if let (Some(rfc9989), Some(rfc7489)) = (new.organizational_domain(), old.organizational_domain())
        && rfc9989 != rfc7489
    {
        found.push(Disagreement::OrganizationalDomain { rfc9989: rfc9989.clone(), rfc7489: rfc7489.clone() });
    }
    let author = outcome.walk().levels().next().filter(|level| level.domain() == outcome.walk().start());
    if let Some(level) = author.filter(|level| matches!(level.found(), Found::Several { .. })) {
        found.push(Disagreement::SeveralRecords { query: level.query().clone() });
    }
    found.extend(policies(new, old));
    let pairs = new.identifiers().iter().zip(old.identifiers());
    found.extend(pairs.filter(|(new, old)| new.alignment().is_aligned() != old.alignment().is_aligned()).map(
        |(new, old)| Disagreement::Alignment {
            mechanism: new.identifier().mechanism(),
            domain: new.identifier().domain().clone(),
            rfc9989: new.alignment().clone(),
            rfc7489: old.alignment().clone(),
        },
    ));
    found
}

fn policies(new: &Verdict, old: &Verdict) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let domain = |verdict: &Verdict| verdict.decision().map(|decision| decision.domain().clone());
    let tag = |verdict: &Verdict| verdict.decision().map(Decision::tag);
    if domain(new) != domain(old) {
        found.push(Disagreement::PolicyDomain { rfc9989: domain(new), rfc7489: domain(old) });
    } else if let (Some(rfc9989), Some(rfc7489)) = (tag(new), tag(old))
        && rfc9989 != rfc7489
    {
        found.push(Disagreement::PolicyTag { rfc9989, rfc7489 });
    }
    found.extend(new.is_testing().then_some(Disagreement::TestMode));
    found.extend(old.percentage().filter(|percent| *percent < 100).map(Disagreement::Percentage));
    found
}
