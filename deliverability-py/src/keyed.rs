//! Keys of lists that want one, kept out of everything but the wire.

use std::collections::BTreeMap;
use std::sync::Arc;

use deliverability_core::DomainName;
use deliverability_core::dns;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString, PyTuple};

use crate::input::Domain;
use crate::native::{Native, check_kind};
use crate::resolver::Resolver;
use crate::zone::Zone;

/// A resolver that puts secret keys into the names of lists that want one, and takes them out of
/// every answer.
///
/// `keys` maps zones to keys. Lists have the label `_key_` in its place; below a zone of `keys` that
/// label becomes the key on the way out, and `_key_` again in all that comes back. It is around a
/// `Resolver` or a `Zone`, and is not pickled, since the keys would be in the pickle.
#[pyclass(frozen, module = "deliverability")]
pub(crate) struct Keyed {
    pub(crate) inner: Py<PyAny>,
    keys: BTreeMap<DomainName, Secret>,
}

/// Shown nowhere.
struct Secret(String);

#[pymethods]
impl Keyed {
    #[new]
    fn new(resolver: &Bound<'_, PyAny>, keys: &Bound<'_, PyMapping>) -> PyResult<Self> {
        check_kind(resolver, |it| it.is_instance_of::<Resolver>() || it.is_instance_of::<Zone>())?;
        let keys = keys.items()?.iter().map(|item| secret(&item)).collect::<PyResult<BTreeMap<_, _>>>()?;
        let keyed = Self { inner: resolver.clone().unbind(), keys };
        // Refuses what can be no key.
        keyed.around(Arc::new(dns::Zone::new()))?;
        Ok(keyed)
    }

    /// The zones that a key is known for.
    #[getter]
    fn zones<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.keys.keys().map(ToString::to_string).collect::<Vec<_>>())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (inner, zones) = (self.inner.bind(py).repr()?, self.zones(py)?.repr()?);
        Ok(format!("<Keyed({}, zones={})>", inner.to_string_lossy(), zones.to_string_lossy()))
    }

    #[allow(clippy::unused_self, reason = "a method of Python's")]
    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err(
            "a Keyed is not pickled: its keys would be in the pickle. Make one where it is needed",
        ))
    }
}

impl Keyed {
    /// The keys around a resolver in Rust.
    pub(crate) fn around(&self, inner: Native) -> PyResult<Native> {
        let mut keyed = dns::Keyed::of(inner);
        for (zone, key) in &self.keys {
            keyed = keyed.key(zone.clone(), &key.0).map_err(|error| PyValueError::new_err(error.to_string()))?;
        }
        Ok(Arc::new(keyed))
    }
}

fn secret(item: &Bound<'_, PyAny>) -> PyResult<(DomainName, Secret)> {
    let (zone, key) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    let zone = zone.extract::<Domain>()?.0;
    match key.cast::<PyString>() {
        Ok(key) => Ok((zone, Secret(key.to_string_lossy().into_owned()))),
        Err(_) => Err(PyTypeError::new_err(format!("the key for {zone} is not a str"))),
    }
}
