//! What callers pass in: addresses, domains, raw session text.

use core::net::IpAddr;

use deliverability_core::{DomainName, Span};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::error::Unreadable;

/// An address: a `str`, or an object of `ipaddress`.
#[derive(Clone, Copy)]
pub(crate) struct Address(pub(crate) IpAddr);

impl<'py> FromPyObject<'_, 'py> for Address {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = value.str()?.to_string_lossy().into_owned();
        match text.parse() {
            Ok(address) => Ok(Self(address)),
            Err(_) => {
                Err(Unreadable::whole("address", &"neither an IPv4 nor an IPv6 address", "address", &text).into())
            }
        }
    }
}

/// A domain name.
pub(crate) struct Domain(pub(crate) DomainName);

impl<'py> FromPyObject<'_, 'py> for Domain {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = value.cast::<PyString>()?.to_string_lossy().into_owned();
        match text.parse() {
            Ok(name) => Ok(Self(name)),
            Err(error) => Err(Unreadable::domain(&error, &text).into()),
        }
    }
}

/// The domain of mail, where an address is easily given in its place.
pub(crate) struct MailDomain(pub(crate) DomainName);

impl<'py> FromPyObject<'_, 'py> for MailDomain {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let text = value.cast::<PyString>()?.to_string_lossy().into_owned();
        if let Some((local_part, domain)) = text.rsplit_once('@') {
            let error = format!("it is an address; pass its domain, {domain:?}");
            let span = Span::new(0, local_part.len() + 1);
            return Err(Unreadable::new("domain name", &error, "address", span, &text).into());
        }
        Ok(Self(value.extract::<Domain>()?.0))
    }
}

/// Text as a mail session gave it: lone surrogates, which Python makes of undecodable bytes, are
/// taken as U+FFFD.
pub(crate) struct Session(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for Session {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(value.cast::<PyString>()?.to_string_lossy().into_owned()))
    }
}

/// The items of a list; a bare `str` is one item that forgot its list.
pub(crate) fn each<T>(
    items: &Bound<'_, PyAny>,
    name: &str,
    read: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    if items.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(format!("{name} is a list, not one str: write [{}]", items.repr()?)));
    }
    items.try_iter()?.map(|item| read(&item?)).collect()
}
