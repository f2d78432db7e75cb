//! What the large receivers demand of a sender.

use deliverability_core::receivers::{self, Receiver, Requirement, Scope};
use pyo3::prelude::*;

use crate::field::{Field as _, core_words};
use crate::value::value_class;

value_class! {
    /// One demand of one receiver, and since when.
    ReceiverPolicy {
        /// The stable name: receiver, scope, requirement, such as "gmail.bulk/alignment".
        id: String,
        /// Who demands it.
        receiver: Receiver,
        /// Of whom.
        scope: Scope,
        /// What.
        requirement: Requirement,
        /// The demand in words.
        demand: String,
        /// Since when, as "2024-02" or "2025-05-05"; `None` where the receiver does not say.
        since: Option<String>,
        /// The codes that its replies give where the demand is not met: enhanced status codes, or its
        /// own.
        codes: Vec<String>,
        /// The page that says it; of somebody else where the receiver has none.
        url: String,
        /// The month as of which it is known to stand, as "2026-06".
        as_of: String,
        /// As a report cites it; `str(policy)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&receivers::Policy> for ReceiverPolicy {
    fn from(policy: &receivers::Policy) -> Self {
        Self {
            id: policy.id.to_owned(),
            receiver: policy.receiver,
            scope: policy.scope,
            requirement: policy.requirement,
            demand: policy.demand.to_owned(),
            since: policy.since.map(str::to_owned),
            codes: policy.codes.iter().map(|code| (*code).to_owned()).collect(),
            url: policy.url.to_owned(),
            as_of: policy.as_of.to_owned(),
            text: policy.to_string(),
        }
    }
}

core_words! {
    Scope = "PolicyScope";
    Requirement = "Requirement";
}

/// Every demand of the large receivers that is known, by receiver.
///
/// >>> import deliverability as dv
/// >>> bulk = [policy for policy in dv.receiver_policies() if policy.id == "gmail.bulk/alignment"]
/// >>> print(bulk[0])
/// rules of Gmail for bulk senders (gmail.bulk/alignment, since 2024-02, as of 2026-06)
#[pyfunction]
pub(crate) fn receiver_policies(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    receivers::policies().map(ReceiverPolicy::from).collect::<Vec<_>>().to_py(py)
}
