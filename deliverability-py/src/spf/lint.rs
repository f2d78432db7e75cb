//! The linter of records.

use deliverability_core::spf;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::answer::text_of;
use crate::problem::Problem;

/// Everything that is wrong or unwise in an SPF record, in the order of the text; at most 200
/// problems, the worst (RFC 7208 §4.6, §12).
///
/// `text` is `str`, `bytes`, or the character-strings of the TXT record as a sequence of those, since
/// where it was cut can be what is wrong; spans index the joined text. What makes the record void has
/// the rule "spf.syntax" and the severity "blocks". `apply_edits` makes the edits.
#[pyfunction]
pub(crate) fn lint_spf(text: &Bound<'_, PyAny>) -> PyResult<Vec<Problem>> {
    let Some(record) = text_of(text)? else {
        return Err(PyTypeError::new_err("an SPF record is str, bytes, or a sequence of those"));
    };
    let whole = text.is_instance_of::<PyString>() || text.is_instance_of::<PyBytes>();
    let lint = || if whole { spf::lint(record.bytes()) } else { spf::lint_text(&record) };
    let problems = text.py().detach(lint);
    Ok(problems.iter().map(|problem| Problem::of(problem, record.bytes())).collect())
}
