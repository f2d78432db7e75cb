//! What became of a case from one report to the next.

use deliverability_core::diagnosis::Finding as CoreFinding;
use pyo3::prelude::*;

use super::finding::Finding;
use super::report::Report;
use crate::value::value_class;

value_class! {
    /// The findings of two reports on one case, compared.
    ReportComparison {
        /// Findings that were not there before.
        appeared: Vec<Finding>,
        /// Findings that are worse, milder or say something else now: before, now.
        changed: Vec<(Finding, Finding)>,
        /// Findings of before whose answers are there and do not show them any more.
        gone: Vec<Finding>,
        /// Findings of before of which nothing is known now.
        became_unknown: Vec<Finding>,
        /// Findings that are there as before.
        still: Vec<Finding>,
        /// A line for each change; `str(comparison)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

/// What became of a case since an earlier report on it.
#[pyfunction]
pub(crate) fn compare_reports(before: &Report, after: &Report) -> ReportComparison {
    let comparison = after.0.outcome.since(&before.0.outcome);
    let findings = |findings: &[CoreFinding]| findings.iter().map(Finding::from).collect();
    ReportComparison {
        text: comparison.to_string(),
        appeared: findings(&comparison.appeared),
        changed: comparison.changed.iter().map(|(before, now)| (before.into(), now.into())).collect(),
        gone: findings(&comparison.gone),
        became_unknown: findings(&comparison.became_unknown),
        still: findings(&comparison.still),
    }
}
