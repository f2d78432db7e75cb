//! The same diagnosis inside a network and outside of it.

use deliverability_core::diagnosis as core_diagnosis;
use deliverability_core::dns::{DnsError, Query};
use pyo3::prelude::*;

use super::finding::{Evidence, Finding};
use super::report::Report;
use crate::value::value_class;
use crate::words::Ternary;

value_class! {
    /// Where a report made inside a network and one made outside of it part.
    SplitHorizon {
        /// Whether they do; unknown if they do not as far as both answered.
        is_split: Ternary,
        /// The answers that differ, ordered by name, then type.
        differences: Vec<SplitDifference>,
        /// The queries without an answer on one side or both, and why.
        open: Vec<(Query, DnsError)>,
        /// A `dns.split-horizon` finding for each difference, the worst first.
        findings: Vec<Finding>,
        /// The whole in words; `str(horizon)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }

        /// The value as JSON text.
        fn to_json(&self) -> PyResult<String> {
            crate::field::Field::tree(self).to_json()
        }
    }
}

impl From<&core_diagnosis::SplitHorizon> for SplitHorizon {
    fn from(horizon: &core_diagnosis::SplitHorizon) -> Self {
        Self {
            is_split: (&horizon.is_split()).into(),
            differences: horizon.differences().iter().map(SplitDifference::from).collect(),
            open: horizon.open().to_vec(),
            findings: horizon.findings().iter().map(Finding::from).collect(),
            text: horizon.to_string(),
        }
    }
}

value_class! {
    /// A query that is answered otherwise inside than outside.
    SplitDifference {
        /// The query.
        query: Query,
        /// The answer inside.
        inside: Evidence,
        /// The answer outside, which receivers see.
        outside: Evidence,
        /// The findings that rest on this answer and are made inside only.
        only_inside: Vec<Finding>,
        /// The findings that rest on this answer and are made outside only.
        only_outside: Vec<Finding>,
    }
}

impl From<&core_diagnosis::Difference> for SplitDifference {
    fn from(difference: &core_diagnosis::Difference) -> Self {
        let [inside, outside] = difference.evidence();
        Self {
            query: difference.query().clone(),
            inside: (&inside).into(),
            outside: (&outside).into(),
            only_inside: difference.only_inside().iter().map(Finding::from).collect(),
            only_outside: difference.only_outside().iter().map(Finding::from).collect(),
        }
    }
}

/// Compares two reports on the same case, made through a resolver inside the sender's network and
/// through one outside of it: which answers differ, and which findings follow from that.
#[pyfunction]
pub(crate) fn split_horizon(py: Python<'_>, inside: &Report, outside: &Report) -> SplitHorizon {
    py.detach(|| (&core_diagnosis::SplitHorizon::of(inside.outcome(), outside.outcome())).into())
}
