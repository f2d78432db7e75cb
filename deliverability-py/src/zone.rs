//! A DNS world in memory.

use std::sync::Arc;

use deliverability_core::dns::{self, Answer, resolvers::ZoneFileError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyTuple, PyType};

use crate::answer;
use crate::error::{self, Unreadable};
use crate::input::Domain;
use crate::query::{Query, parse_type};
use crate::span::line;
use crate::value::hash;

/// A DNS world in memory: every name that is not in it does not exist.
///
/// `Zone.parse(text)` reads master-file text. `Zone(records)` takes a mapping of (name, type) to
/// the values that a resolver returns, or to a `DnsError` for a query that fails. A name with any
/// type is no-data for the other types. CNAMEs are followed, wildcards answered.
#[pyclass(frozen, module = "deliverability")]
pub(crate) struct Zone {
    pub(crate) zone: Arc<dns::Zone>,
    source: Source,
}

/// What the zone was made from.
enum Source {
    Text(String),
    Records(Vec<(dns::Query, Answer)>),
}

#[pymethods]
impl Zone {
    #[new]
    #[pyo3(signature = (records=None, /))]
    fn new(records: Option<&Bound<'_, PyMapping>>) -> PyResult<Self> {
        let mut zone = dns::Zone::new();
        let mut entries = Vec::new();
        for item in records.map(PyMappingMethods::items).transpose()?.into_iter().flatten() {
            let (query, answer) = entry(&item)?;
            lay(&mut zone, &query, &answer);
            entries.push((query, answer));
        }
        Ok(Self { zone: Arc::new(zone), source: Source::Records(entries) })
    }

    /// Reads master-file text (RFC 1035 §5). Names are absolute with or without the final dot,
    /// unless `$ORIGIN` is set. Raises `ParseError` with the entry that cannot be read.
    #[classmethod]
    fn parse(_class: &Bound<'_, PyType>, py: Python<'_>, text: String) -> PyResult<Self> {
        match py.detach(|| text.parse::<dns::Zone>()) {
            Ok(zone) => Ok(Self { zone: Arc::new(zone), source: Source::Text(text) }),
            Err(error) => Err(unreadable(&error, text).into()),
        }
    }

    /// Answers a query as any resolver does: a list of values, `[]`, `None`, or raises `DnsError`.
    fn resolve(&self, py: Python<'_>, query: &Query) -> PyResult<Py<PyAny>> {
        answer::to_py(py, &self.zone.answer(&query.0))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.zone == other.get().zone)
    }

    fn __hash__(&self) -> u64 {
        hash(&self.zone.records().collect::<Vec<_>>())
    }

    fn __repr__(&self) -> String {
        format!("<Zone of {} records>", self.zone.records().count())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let (py, class) = (slf.py(), slf.get_type());
        match &slf.get().source {
            Source::Text(text) => Ok((class.getattr("parse")?, PyTuple::new(py, [text])?)),
            Source::Records(entries) => Ok((class.into_any(), PyTuple::new(py, [mapping(py, entries)?])?)),
        }
    }
}

/// A name and a type, and what stands there.
pub(crate) fn entry(item: &Bound<'_, PyAny>) -> PyResult<(dns::Query, Answer)> {
    let (key, value) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    let (name, record_type) = key.extract::<(Domain, String)>()?;
    let query = dns::Query::new(name.0, parse_type(&record_type)?);
    let answer = answer::from_py(&query, &value)?;
    Ok((query, answer))
}

fn lay(zone: &mut dns::Zone, query: &dns::Query, answer: &Answer) {
    match answer {
        Err(error) => zone.fail(query.clone(), error.clone()),
        Ok(response) if response.is_nxdomain() => {}
        Ok(response) => {
            zone.add_name(&query.name);
            for data in response.records() {
                zone.insert(query.name.clone(), data.clone());
            }
        }
    }
}

/// What [`entry`] reads, as a dict.
pub(crate) fn mapping<'py>(py: Python<'py>, entries: &[(dns::Query, Answer)]) -> PyResult<Bound<'py, PyDict>> {
    let records = PyDict::new(py);
    for (query, answer) in entries {
        let value = match answer {
            Err(error) => error::dns_error_to_py(py, error)?.unbind(),
            Ok(_) => answer::to_py(py, answer)?,
        };
        records.set_item((query.name.to_string(), query.record_type.as_str()), value)?;
    }
    Ok(records)
}

fn unreadable(error: &ZoneFileError, text: String) -> Unreadable {
    Unreadable { message: error.to_string(), kind: "zone_file".to_owned(), span: line(&text, error.line), text }
}
