//! The rules across records, one file a family.
//!
//! A family runs its checks over the answers known and turns the outcomes into findings and
//! unknowns. To add a rule: its name and explanation in `rule_id.rs`, its code in the family that
//! sees the outcome it rests on.

#[cfg(feature = "verify")]
mod arc;
#[cfg(feature = "verify")]
mod claims;
mod dkim;
#[cfg(feature = "verify")]
mod dkim_mismatch;
mod dkim_missing;
#[cfg(feature = "verify")]
mod dkim_other_keys;
mod dkim_providers;
#[cfg(feature = "verify")]
mod dkim_signatures;
mod dmarc;
#[cfg(feature = "verify")]
mod dmarc_message;
mod dmarc_text;
#[cfg(feature = "verify")]
mod dmarc_way_out;
mod dmarc_wildcard;
mod dnsbl;
mod dnsbl_subjects;
mod dnsbl_text;
mod ipv6;
mod joined;
mod legacy;
mod mail_route;
#[cfg(feature = "verify")]
mod message;
#[cfg(feature = "verify")]
mod message_format;
mod returned;
mod reverse_dns;
mod spf;
mod spf_helo;
mod spf_includes;
mod spf_limits;
mod spf_providers;
mod spf_stricter;
mod spf_text;
#[cfg(feature = "verify")]
mod spoof;
#[cfg(feature = "verify")]
mod spoof_costs;
#[cfg(feature = "verify")]
mod spoof_source;

use core::cell::RefCell;
use std::collections::HashSet;

use super::claimed::Claimed;
use super::finding::{Evidence, Finding, Unknown};
use super::judged::Judged;
use super::returned::Returned;
use crate::dns::{Answer, Check, Known, Needed, Query, Step};
use crate::domain::DomainName;
use crate::rule_id::RuleId;

/// What a family of rules found.
#[derive(Debug, Default)]
pub(super) struct Examined {
    pub(super) findings: Vec<Finding>,
    pub(super) unknown: Vec<Unknown>,
    /// What became of the message.
    pub(super) at_receiver: Vec<Judged>,
    /// What the message says that others found.
    pub(super) claims: Vec<Claimed>,
    /// What a returned mail says, put to the test.
    pub(super) returned: Vec<Returned>,
    found: HashSet<(RuleId, String)>,
    open: HashSet<(String, String)>,
}

impl Examined {
    fn find(&mut self, finding: Finding) {
        if self.found.insert((finding.rule, finding.subject.clone())) {
            self.findings.push(finding);
        }
    }

    fn leave_open(&mut self, unknown: Unknown) {
        if self.open.insert((unknown.question.clone(), unknown.reason.clone())) {
            self.unknown.push(unknown);
        }
    }
}

/// A family of rules: examines a case over the answers known.
pub(super) struct Family {
    pub(super) examine: super::remedy::Examine,
    /// Its place in the order that an expert works in: what came back, does the sender exist, SPF, DKIM, DMARC,
    /// reverse DNS, IPv6, lists, what is out of use, the message.
    pub(super) place: usize,
}

impl Family {
    /// Whether it says something of a case whose domain is not known: lists and replies do.
    pub(super) const fn works_without_domain(&self) -> bool {
        matches!(self.place, 0 | 7 | 8)
    }
}

/// Every family, deep checks before wide ones: what comes first is asked first.
pub(super) const FAMILIES: &[Family] = &[
    Family { examine: spf::examine, place: 2 },
    Family { examine: dkim::examine, place: 3 },
    Family { examine: dmarc::examine, place: 4 },
    #[cfg(feature = "verify")]
    Family { examine: message::examine, place: 10 },
    Family { examine: reverse_dns::examine, place: 5 },
    Family { examine: ipv6::examine, place: 6 },
    Family { examine: mail_route::examine, place: 1 },
    Family { examine: dnsbl::examine, place: 8 },
    Family { examine: joined::examine, place: 7 },
    Family { examine: legacy::examine, place: 9 },
    Family { examine: returned::examine, place: 0 },
];

/// What is known, for rules that look something up themselves: what is missing is noted, so that
/// a remedy never depends on which answers happened to be there.
struct Lookups<'a> {
    known: &'a dyn Known,
    missing: RefCell<Vec<Query>>,
}

impl<'a> Lookups<'a> {
    fn over(known: &'a dyn Known) -> Self {
        Self { known, missing: RefCell::default() }
    }

    fn get(&self, query: &Query) -> Option<Answer> {
        self.known.get(query).map_err(|missing| self.missing.borrow_mut().push(missing)).ok()
    }

    /// The name that holds the records of an answer: the end of its CNAME chain. No record can
    /// stand beside a CNAME (RFC 1034 §3.6.2), so this is where one is changed or added.
    fn owner(&self, query: &Query) -> DomainName {
        let end = |answer: Answer| answer.ok()?.aliases().last().cloned();
        self.get(query).and_then(end).unwrap_or_else(|| query.name.clone())
    }

    /// Runs a check that a rule needs; `None` where answers are missing, which are noted.
    fn run<C: Check>(&self, check: &C) -> Option<C::Outcome> {
        match check.step(self.known) {
            Step::Done(outcome) => Some(outcome),
            Step::Need(needed) => {
                self.note(needed);
                None
            }
        }
    }

    /// Notes what a check needs that a rule runs itself.
    fn note(&self, needed: Needed) {
        self.missing.borrow_mut().extend(needed.blocking.into_iter().chain(needed.foreseen));
    }

    /// What was answered to a query that an outcome rests on.
    fn evidence(&self, query: &Query) -> Option<Evidence> {
        self.get(query).map(|answer| Evidence::of_answer(query.clone(), &answer))
    }

    /// The same for several queries.
    fn evidence_of<'q>(&self, queries: impl IntoIterator<Item = &'q Query>) -> Vec<Evidence> {
        queries.into_iter().filter_map(|query| self.evidence(query)).collect()
    }

    /// Done with what was found, unless something was missing.
    fn finish(self, found: Examined) -> Step<Examined> {
        match Needed::in_order(self.missing.into_inner()) {
            Some(needed) => Step::Need(needed),
            None => Step::Done(found),
        }
    }
}
