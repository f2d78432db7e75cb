//! Recorded answers.

use std::sync::Arc;

use deliverability_core::dns::{self, DnsError, JsonError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple, PyType};

use crate::answer;
use crate::error::Unreadable;
use crate::query::Query;
use crate::span::{Span, line};
use crate::value::hash;

/// Answers by query: the evidence of an outcome, and a resolver that replays it.
///
/// What is missing was not asked: as a resolver it raises `DnsError("not_recorded")`.
#[pyclass(frozen, module = "deliverability")]
pub(crate) struct Answers(pub(crate) Arc<dns::Answers>);

#[pymethods]
impl Answers {
    /// Reads what `to_json` writes; raises `ParseError` with the line that cannot be read.
    #[classmethod]
    fn from_json(_class: &Bound<'_, PyType>, py: Python<'_>, text: String) -> PyResult<Self> {
        match py.detach(|| dns::Answers::from_json(&text)) {
            Ok(answers) => Ok(Self(Arc::new(answers))),
            Err(error) => Err(unreadable(&error, text).into()),
        }
    }

    /// The answers as JSON text, one a line.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Answers a query as any resolver does: a list of values, `[]`, `None`, or raises `DnsError`.
    fn resolve(&self, py: Python<'_>, query: &Query) -> PyResult<Py<PyAny>> {
        match self.0.get(&query.0) {
            Some(answer) => answer::to_py(py, answer),
            None => answer::to_py(py, &Err(DnsError::NotRecorded)),
        }
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __contains__(&self, query: &Bound<'_, PyAny>) -> bool {
        query.cast::<Query>().is_ok_and(|query| self.0.contains(&query.get().0))
    }

    /// The queries that were answered, ordered by name, then type.
    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let queries: Vec<_> = self.0.iter().map(|(query, _)| Query(query.clone())).collect();
        Ok(PyList::new(py, queries)?.try_iter()?.into_any())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
    }

    fn __hash__(&self) -> u64 {
        hash(&self.0.iter().map(|(query, _)| query).collect::<Vec<_>>())
    }

    fn __repr__(&self) -> String {
        format!("<Answers to {} queries>", self.0.len())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        Ok((slf.get_type().getattr("from_json")?, PyTuple::new(slf.py(), [slf.get().to_json()])?))
    }
}

fn unreadable(error: &JsonError, text: String) -> Unreadable {
    let Span { start, end } = line(&text, error.line);
    let at = start.saturating_add(error.column.saturating_sub(1)).min(end);
    Unreadable { message: error.to_string(), kind: "json".to_owned(), span: Span { start: at, end }, text }
}
