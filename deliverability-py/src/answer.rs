//! The values that a resolver in Python answers with, and a zone is made of.

use core::net::{Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use deliverability_core::DomainName;
use deliverability_core::dns::{Answer, Query, RecordData, RecordType, Response, Text};
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::error::{self, Unreadable};

/// The answer that a value stands for: a list of records, `[]`, `None`, or a `DnsError`.
pub(crate) fn from_py(query: &Query, value: &Bound<'_, PyAny>) -> PyResult<Answer> {
    if value.is_none() {
        return Ok(Response::nxdomain().into_answer());
    }
    if let Some(error) = error::dns_error_from_py(value)? {
        return Ok(Err(error));
    }
    if value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>() {
        return Err(wrong(query, value, "a list of values, [] or None"));
    }
    let items = value.try_iter().map_err(|_| wrong(query, value, "a list of values, [] or None"))?;
    let records = items.map(|item| record(query, &item?)).collect::<PyResult<Vec<_>>>()?;
    Ok(Response::new(records).into_answer())
}

/// What a call of `resolve` came to; an exception that is no `DnsError` is the caller's.
pub(crate) fn from_call(query: &Query, called: PyResult<Bound<'_, PyAny>>, py: Python<'_>) -> PyResult<Answer> {
    match called {
        Ok(value) => from_py(query, &value),
        Err(raised) => match error::dns_error_from_py(raised.value(py))? {
            Some(error) => Ok(Err(error)),
            None => Err(raised),
        },
    }
}

/// An answer as the value that a resolver in Python would give, or the `DnsError` to raise.
pub(crate) fn to_py(py: Python<'_>, answer: &Answer) -> PyResult<Py<PyAny>> {
    match answer {
        Err(error) => Err(PyErr::from_value(error::dns_error_to_py(py, error)?)),
        Ok(response) if response.is_nxdomain() => Ok(py.None()),
        Ok(response) => {
            let records = response.records().iter().map(|data| record_to_py(py, data));
            Ok(PyList::new(py, records.collect::<PyResult<Vec<_>>>()?)?.into_any().unbind())
        }
    }
}

fn record(query: &Query, value: &Bound<'_, PyAny>) -> PyResult<RecordData> {
    Ok(match query.record_type {
        RecordType::A => RecordData::A(parsed::<Ipv4Addr>(query, value, "an IPv4 address")?),
        RecordType::Aaaa => RecordData::Aaaa(parsed::<Ipv6Addr>(query, value, "an IPv6 address")?),
        RecordType::Cname => RecordData::Cname(host(query, value)?),
        RecordType::Ptr => RecordData::Ptr(host(query, value)?),
        RecordType::Mx => {
            let (preference, exchange) = pair(value)
                .ok_or_else(|| wrong(query, value, "a tuple (preference, host), preference from 0 to 65535"))?;
            RecordData::Mx { preference, exchange: host(query, &exchange)? }
        }
        _ => RecordData::Txt(text(query, value)?),
    })
}

/// A tuple, or a list, as JSON has it.
fn pair<'py>(value: &Bound<'py, PyAny>) -> Option<(u16, Bound<'py, PyAny>)> {
    match value.cast::<PyList>() {
        Ok(list) => list.to_tuple().extract().ok(),
        Err(_) => value.extract().ok(),
    }
}

/// An address, as text or as an object of `ipaddress`.
fn parsed<T: FromStr>(query: &Query, value: &Bound<'_, PyAny>, expected: &str) -> PyResult<T> {
    let text = value.str()?.to_string_lossy().into_owned();
    text.parse().map_err(|_| wrong_text(query, &text, expected, "address").into())
}

fn host(query: &Query, value: &Bound<'_, PyAny>) -> PyResult<DomainName> {
    let Ok(text) = value.cast::<PyString>() else { return Err(wrong(query, value, "a domain name as str")) };
    let text = text.to_string_lossy().into_owned();
    text.parse().map_err(|error: deliverability_core::domain::ParseError| {
        let unreadable = Unreadable::domain(&error, &text);
        Unreadable { message: format!("answer to {query}: {}", unreadable.message), ..unreadable }.into()
    })
}

fn text(query: &Query, value: &Bound<'_, PyAny>) -> PyResult<Text> {
    text_of(value)?.ok_or_else(|| {
        wrong(query, value, "str, bytes, or a sequence of those (the character-strings of one TXT record)")
    })
}

/// One text: `str`, `bytes`, or its character-strings as a sequence of those; `None` for what is
/// none of these.
pub(crate) fn text_of(value: &Bound<'_, PyAny>) -> PyResult<Option<Text>> {
    if let Some(bytes) = string(value)? {
        return Ok(Some(Text::new(bytes)));
    }
    let Ok(items) = value.try_iter() else { return Ok(None) };
    let strings = items.map(|item| string(&item?)).collect::<PyResult<Option<Vec<_>>>>()?;
    Ok(strings.map(Text::from_strings))
}

fn string(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    match value.cast::<PyString>() {
        Ok(text) => Ok(Some(text.to_str()?.as_bytes().to_vec())),
        Err(_) => Ok(None),
    }
}

fn wrong(query: &Query, value: &Bound<'_, PyAny>, expected: &str) -> PyErr {
    let shown = value.repr().map_or_else(|_| "?".to_owned(), |repr| repr.to_string_lossy().into_owned());
    let shown: String = shown.chars().take(100).collect();
    PyTypeError::new_err(format!("answer to {query}: expected {expected}, got {shown}"))
}

fn wrong_text(query: &Query, text: &str, expected: &str, kind: &str) -> Unreadable {
    Unreadable::whole(&format!("answer to {query}:"), &format!("not {expected}"), kind, text)
}

fn record_to_py<'py>(py: Python<'py>, data: &RecordData) -> PyResult<Bound<'py, PyAny>> {
    match data {
        RecordData::Mx { preference, exchange } => (*preference, exchange.to_string()).into_bound_py_any(py),
        RecordData::Txt(text) => text_to_py(py, text),
        other => other.to_string().into_bound_py_any(py),
    }
}

/// `str` where a text is UTF-8 cut at 255 octets, else what keeps its bytes and cuts.
fn text_to_py<'py>(py: Python<'py>, text: &Text) -> PyResult<Bound<'py, PyAny>> {
    if *text != Text::new(text.bytes().clone()) {
        let strings: Vec<_> = text.strings().map(|string| PyBytes::new(py, string)).collect();
        return strings.into_bound_py_any(py);
    }
    match core::str::from_utf8(text.bytes()) {
        Ok(text) => text.into_bound_py_any(py),
        Err(_) => PyBytes::new(py, text.bytes()).into_bound_py_any(py),
    }
}
