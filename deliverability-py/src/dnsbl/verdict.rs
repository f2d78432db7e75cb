//! What lists say about an address.

use core::net::{IpAddr, Ipv4Addr};

use deliverability_core::DomainName;
use deliverability_core::dns::{Answers as CoreAnswers, DnsError, Query};
use deliverability_core::dnsbl::{self, Lookup, Status, Verdict};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::list::DnsblList;
use crate::check::Check;
use crate::field::variant_words;
use crate::input::Address;
use crate::outcome::{Ask, Evidence, outcome_class};
use crate::value::value_class;

outcome_class! {
    /// The verdict of one list on one address.
    DnsblVerdict of AskList, matched by (status, zone, subject) {
        /// What came out.
        status: ListStatus = |e| e.outcome.status().into();
        /// The list's zone.
        zone: DomainName = |e| e.outcome.list().zone().clone();
        /// What it was asked about.
        subject: String = |e| e.outcome.subject().to_string();
        /// The list that was asked.
        list: DnsblList = |e| e.ask.list.clone();
        /// Every A value of an entry, decoded.
        codes: Vec<DnsblCode> = |e| e.outcome.codes().iter().map(DnsblCode::of).collect();
        /// The list's own words about an entry.
        reason: Option<String> = |e| match e.outcome.status() {
            Status::Listed { reason, .. } => reason.clone(),
            _ => None,
        };
        /// The page where removal of an entry is asked for.
        delist: Option<String> = |e| match e.outcome.status() {
            Status::Listed { delist, .. } => delist.clone(),
            _ => None,
        };
        /// Why the list refused, or cannot be believed.
        why: Option<String> = |e| match e.outcome.status() {
            Status::Refused { why } | Status::Unhealthy { why } => Some(why.clone()),
            _ => None,
        };
        /// Why the query has no answer.
        error: Option<DnsError> = |e| match e.outcome.status() {
            Status::Failed(error) => Some(error.clone()),
            _ => None,
        };
        /// Whether the subject is listed; on a welcome list that is a good thing.
        is_listed: bool = |e| e.outcome.is_listed();
        /// Whether it is listed on a list whose role is to block.
        is_blocked: bool = |e| e.outcome.is_blocked();
        /// Whether neither "listed" nor "not listed" could be established.
        is_unknown: bool = |e| e.outcome.is_unknown();
        /// How much the listing matters, where that is known.
        impact: Option<dnsbl::Impact> = |e| e.outcome.impact();
        /// The question.
        query: Query = |e| e.outcome.query().clone();
        /// The query whose answer decided: the question or a test point.
        decided_by: Query = |e| e.outcome.decided_by().clone();
        /// Every query whose answer was read.
        queries: Vec<Query> = |e| e.outcome.queries().cloned().collect();
    }
}

value_class! {
    /// One A value of an entry, and what the list means by it.
    DnsblCode {
        /// The value, within 127.0.0.0/8.
        address: Ipv4Addr,
        /// What the list means by it.
        meaning: Option<String>,
        /// How much it matters, where that differs from the list as a whole.
        impact: Option<dnsbl::Impact>,
        /// What being listed by it means.
        role: dnsbl::Role,
        /// What it tells of the cause, where that is known.
        cause: Option<dnsbl::Cause>,
        /// How removal is had and how long that takes, where that is known.
        removal: Option<String>,
        /// The number that the value carries: a score, a level of trust, an age.
        number: Option<u8>,
    }
}

variant_words! {
    /// What came out of asking a list.
    ListStatus from Status {
        Listed = "listed",
        NotListed = "not_listed",
        Refused = "refused",
        Unhealthy = "unhealthy",
        Untestable = "untestable",
        Failed = "failed",
    } else Untestable
}

impl DnsblCode {
    pub(super) fn of(code: &dnsbl::Code) -> Self {
        Self {
            address: code.address,
            meaning: code.meaning.as_deref().map(str::to_owned),
            impact: code.impact,
            role: code.role,
            cause: code.cause,
            removal: code.removal.as_deref().map(str::to_owned),
            number: code.number,
        }
    }
}

/// One list of many that were asked.
#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskList {
    ip: IpAddr,
    list: DnsblList,
}

impl Ask for AskList {
    type Outcome = Verdict;
    const FUNCTION: &'static str = "_check_dnsbl_list";

    fn show(outcome: &Verdict) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.ip.to_string(), self.list.clone()).into_pyobject(py)
    }
}

#[pyfunction]
#[pyo3(signature = (ip, lists=None))]
pub(crate) fn check_dnsbl(ip: Address, lists: Option<&Bound<'_, PyAny>>) -> PyResult<Check> {
    Ok(check(ip.0, DnsblList::each(lists)?))
}

/// The verdict of one list: how a verdict is unpickled.
#[pyfunction(name = "_check_dnsbl_list")]
pub(crate) fn check_dnsbl_list(ip: Address, list: &DnsblList) -> Check {
    let (ask, list) = (AskList { ip: ip.0, list: list.clone() }, [list.list.clone()]);
    Check::new(Lookup::of(ip.0).lists(&list), move |verdicts: Vec<Verdict>, answers| {
        let verdict = verdicts.into_iter().next();
        verdict.map(|verdict| DnsblVerdict(Evidence::new(&ask, verdict, answers)))
    })
}

fn check(ip: IpAddr, lists: Vec<DnsblList>) -> Check {
    let asked: Vec<_> = lists.iter().map(|list| list.list.clone()).collect();
    Check::new(Lookup::of(ip).lists(&asked), move |verdicts: Vec<Verdict>, answers| {
        verdicts.into_iter().map(|verdict| one(ip, &lists, verdict, &answers)).collect::<Vec<_>>()
    })
}

/// A verdict with the answers that it alone rests on.
fn one(ip: IpAddr, lists: &[DnsblList], verdict: Verdict, answers: &CoreAnswers) -> DnsblVerdict {
    let asked = lists.iter().find(|list| list.list == *verdict.list());
    let list = asked.cloned().unwrap_or_else(|| DnsblList::of(verdict.list()));
    let read = verdict.queries().filter_map(|query| Some((query.clone(), answers.get(query)?.clone())));
    let read = read.collect();
    DnsblVerdict(Evidence::new(&AskList { ip, list }, verdict, read))
}
