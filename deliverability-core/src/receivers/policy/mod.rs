//! What the large receivers demand of a sender, as dated profiles: one table a receiver.
//!
//! To add a receiver's demand: a row in the table of the receiver, with the page that says it and the month as
//! of which it stands.

mod gmail;
mod gmx;
mod icloud;
mod laposte;
mod outlook;
mod t_online;
mod yahoo;

use core::fmt;

use super::receiver::Receiver;
use crate::words::words;

/// One demand of one receiver, and since when.
///
/// ```
/// use deliverability_core::receivers::{Receiver, Requirement, Scope, policies};
///
/// let gmail = policies().filter(|policy| policy.receiver == Receiver::Gmail);
/// let bulk: Vec<_> = gmail.filter(|policy| policy.requirement == Requirement::Alignment).collect();
/// assert_eq!((bulk[0].id, bulk[0].scope), ("gmail.bulk/alignment", Scope::Bulk));
/// assert_eq!(bulk[0].codes, ["4.7.32", "5.7.32"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The stable name: receiver, scope, requirement.
    pub id: &'static str,
    /// Who demands it.
    pub receiver: Receiver,
    /// Of whom.
    pub scope: Scope,
    /// What.
    pub requirement: Requirement,
    /// The demand in words.
    pub demand: &'static str,
    /// Since when, as `2024-02` or `2025-05-05`; the month that the page came out where it gives no day, `None` where nothing is
    /// known.
    pub since: Option<&'static str>,
    /// The codes that its replies give where the demand is not met: enhanced status codes, or its own.
    pub codes: &'static [&'static str],
    /// The page that says it; of somebody else where the receiver has none.
    pub url: &'static str,
    /// The month as of which it is known to stand, as `2026-06`. The demands were gathered from the receivers' pages and from who
    /// quotes them; look at the page before relying on a detail.
    pub as_of: &'static str,
}

impl Policy {
    /// Whether a reply with this code is about the demand: an enhanced status code or a receiver's own one.
    pub fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|known| known.eq_ignore_ascii_case(code))
    }
}

/// As a report cites it: `Gmail's rules for bulk senders (gmail.bulk/alignment, since 2024-02, as of 2026-06)`.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rules of {} for {} ({}", self.receiver, self.scope.in_words(), self.id)?;
        if let Some(since) = self.since {
            write!(f, ", since {since}")?;
        }
        write!(f, ", as of {})", self.as_of)
    }
}

/// Every demand that is known, by receiver.
pub fn policies() -> impl Iterator<Item = &'static Policy> {
    [gmail::ROWS, yahoo::ROWS, outlook::ROWS, icloud::ROWS, gmx::ROWS, laposte::ROWS, t_online::ROWS]
        .into_iter()
        .flatten()
}

words! {
    /// Of whom something is demanded.
    Scope {
        /// Of everybody.
        All = "all",
        /// Of who sends much: what that is, the receiver says.
        Bulk = "bulk",
    }
}

impl Scope {
    const fn in_words(self) -> &'static str {
        match self {
            Self::All => "all senders",
            Self::Bulk => "bulk senders",
        }
    }
}

words! {
    /// What is demanded.
    Requirement {
        /// SPF or DKIM passes.
        SpfOrDkim = "spf-or-dkim",
        /// SPF passes.
        Spf = "spf",
        /// DKIM passes.
        Dkim = "dkim",
        /// A DMARC record stands.
        DmarcRecord = "dmarc-record",
        /// SPF or DKIM passes for a domain aligned with that of From.
        Alignment = "alignment",
        /// The author domain's DMARC policy is kept.
        DmarcPolicy = "dmarc-policy",
        /// The address has a PTR record.
        Ptr = "ptr",
        /// The PTR name leads back to the address.
        ForwardConfirmed = "forward-confirmed",
        /// The PTR name is not one made by a machine.
        PtrNotGeneric = "ptr-not-generic",
        /// The HELO name is a host name.
        Helo = "helo",
        /// The connection uses TLS.
        Tls = "tls",
        /// One click unsubscribes (RFC 8058).
        OneClickUnsubscribe = "one-click-unsubscribe",
        /// Few recipients complain.
        SpamRate = "spam-rate",
        /// The message keeps to RFC 5322.
        Format = "format",
        /// The sender's domain resolves and takes mail.
        SenderResolvable = "sender-resolvable",
        /// The address has no bad name: on public lists, or with the receiver.
        Reputation = "reputation",
        /// What is forwarded carries an ARC chain, or a rewritten sender.
        Forwarding = "forwarding",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_its_receiver_scope_and_requirement() {
        for policy in policies() {
            let id = format!("{}.{}/{}", policy.receiver.as_str(), policy.scope.as_str(), policy.requirement.as_str());
            assert_eq!(policy.id, id);
            assert!(policy.url.starts_with("https://"), "{id}");
            assert!(policy.as_of.starts_with("2026-"), "{id}");
            assert_eq!(policies().filter(|other| other.id == policy.id).count(), 1, "{id}");
        }
    }

    #[test]
    fn a_code_leads_to_one_demand_of_its_receiver() {
        let of = |code: &'static str| {
            policies().filter(move |policy| policy.receiver == Receiver::Gmail && policy.has_code(code))
        };
        for (code, id) in [("5.7.25", "gmail.all/forward-confirmed"), ("4.7.32", "gmail.bulk/alignment")] {
            assert_eq!(of(code).map(|policy| policy.id).collect::<Vec<_>>(), [id]);
        }
    }

    #[test]
    fn a_report_can_cite_it() {
        let alignment = policies().find(|policy| policy.id == "gmail.bulk/alignment").map(ToString::to_string);
        let text = "rules of Gmail for bulk senders (gmail.bulk/alignment, since 2024-02, as of 2026-06)";
        assert_eq!(alignment.as_deref(), Some(text));
    }
}
