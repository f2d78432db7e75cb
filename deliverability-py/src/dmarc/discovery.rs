//! `check_dmarc`.

use deliverability_core::DomainName;
use deliverability_core::dmarc::{self, Decision, Discovery, DiscoveryOutcome, RecordStatus};
use deliverability_core::dns::{DnsError, Query};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::check::Check;
use crate::field::variant_words;
use crate::input::MailDomain;
use crate::outcome::{Ask, Evidence, outcome_class};
use crate::problem::Problem;
use crate::span;
use crate::value::value_class;

outcome_class! {
    /// The DMARC record that applies to mail from a domain, or why none does (RFC 9989 §4.10.1).
    DmarcDiscovery of AskDiscovery, matched by (status, domain, policy) {
        /// Whether a record applies.
        status: DmarcStatus = |e| e.outcome.status().into();
        /// The domain, as in a From field.
        domain: DomainName = |e| e.ask.domain.clone();
        /// The policy, if the domain exists; `None` if no record applies.
        policy: Option<dmarc::Policy> = |e| decision(e).map(Decision::policy);
        /// Where the record stands, without `_dmarc`.
        record_domain: Option<DomainName> = |e| decision(e).map(|decision| decision.domain().clone());
        /// The text of the record that applies.
        record: Option<String> = |e| decision(e).map(|decision| span::text(decision.text()));
        /// The tag that gives the policy.
        tag: Option<String> = |e| decision(e).map(|decision| decision.tag().to_string());
        /// Records in places where nobody looks; looked for only if none applies.
        misplaced: Vec<(Query, String)> = |e| {
            e.outcome.misplaced().map(|(query, text)| (query.clone(), span::text(text.bytes()))).collect()
        };
        /// Everything that is wrong with what stands at the names that were asked.
        problems: Vec<DmarcProblem> = |e| problems(&e.outcome);
        /// The query that failed, if it is not known whether a record applies.
        failed: Option<Query> = |e| match e.outcome.status() {
            RecordStatus::Unknown(query, _) => Some(query.clone()),
            _ => None,
        };
        /// How that query failed.
        error: Option<DnsError> = |e| match e.outcome.status() {
            RecordStatus::Unknown(_, error) => Some(error.clone()),
            _ => None,
        };
    }
}

fn decision(e: &Evidence<AskDiscovery>) -> Option<&Decision> {
    match e.outcome.status() {
        RecordStatus::Found(decision) => Some(decision),
        _ => None,
    }
}

fn problems(outcome: &DiscoveryOutcome) -> Vec<DmarcProblem> {
    let one = |(query, text, problem): (&Query, &deliverability_core::dns::Text, &_)| DmarcProblem {
        query: query.clone(),
        text: span::text(text.bytes()),
        problem: Problem::of(problem, text.bytes()),
    };
    outcome.problems().map(one).collect()
}

value_class! {
    /// A problem of a text that stands at one of the names that were asked for a DMARC record.
    DmarcProblem {
        /// The query that found the text.
        query: Query,
        /// The text, which the problem's span indexes.
        text: String,
        /// The problem.
        problem: Problem,
    } with {
        fn __str__(&self) -> String {
            format!("{}: {}", self.query.name, self.problem.message)
        }
    }
}

variant_words! {
    /// Whether a DMARC record applies.
    DmarcStatus from RecordStatus {
        Found = "found",
        Invalid = "invalid",
        None = "none",
        Unknown = "unknown",
    } else Unknown
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskDiscovery {
    domain: DomainName,
}

impl Ask for AskDiscovery {
    type Outcome = DiscoveryOutcome;
    const FUNCTION: &'static str = "check_dmarc";

    fn show(outcome: &DiscoveryOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.domain.to_string(),).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn check_dmarc(domain: MailDomain) -> Check {
    DmarcDiscovery::of(AskDiscovery { domain: domain.0.clone() }, Discovery::of(domain.0))
}
