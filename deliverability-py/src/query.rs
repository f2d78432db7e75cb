//! What a resolver is asked.

use deliverability_core::dns;
use pyo3::prelude::*;

use crate::error::Unreadable;
use crate::input::Domain;
use crate::value::{Reduced, hash, reduce, repr};

/// A question to the DNS: a name and a record type ("A", "AAAA", "CNAME", "MX", "PTR", "TXT").
///
/// Names compare without case.
#[pyclass(frozen, module = "deliverability")]
#[derive(Clone, Debug)]
pub(crate) struct Query(pub(crate) dns::Query);

#[pymethods]
impl Query {
    #[new]
    fn new(name: Domain, record_type: &str) -> PyResult<Self> {
        Ok(Self(dns::Query::new(name.0, parse_type(record_type)?)))
    }

    #[classattr]
    const fn __match_args__() -> (&'static str, &'static str) {
        ("name", "record_type")
    }

    /// The absolute name asked for, in A-labels, without the final dot.
    #[getter]
    fn name(&self) -> String {
        self.0.name.to_string()
    }

    /// The record type asked for.
    #[getter]
    fn record_type(&self) -> &'static str {
        self.0.record_type.as_str()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
    }

    fn __hash__(&self) -> u64 {
        hash(&self.0)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        repr(slf.as_any(), "Query", &["name", "record_type"])
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        reduce(slf.as_any(), &["name", "record_type"])
    }
}

pub(crate) fn parse_type(text: &str) -> PyResult<dns::RecordType> {
    text.parse().map_err(|_| {
        Unreadable::whole("record type", &"not one of A, AAAA, CNAME, MX, PTR, TXT", "record_type", text).into()
    })
}
