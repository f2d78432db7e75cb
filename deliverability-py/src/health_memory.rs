//! The health of lists, remembered.

use std::sync::{Arc, Mutex, PoisonError};

use deliverability_core::dnsbl::{self, List};
use pyo3::prelude::*;

use crate::dnsbl::list::DnsblList;
use crate::keyed::Keyed;
use crate::native::{Native, check_kind, lasting};
use crate::resolver::Resolver;
use crate::zone::Zone;

/// A resolver that asks the test points of lists once an hour, and everything else each time.
///
/// Behind it a list whose health is known costs one query an address. `lists` are those whose test
/// points are remembered, the default ones if not given. It is around a `Resolver`, a `Zone` or a
/// `Keyed`; a forked child remembers for itself.
#[pyclass(frozen, module = "deliverability")]
pub(crate) struct HealthMemory {
    pub(crate) inner: Py<PyAny>,
    lists: Vec<DnsblList>,
    /// With the process that made it. Locked only while attached to the interpreter.
    made: Mutex<Option<(u32, Native)>>,
}

#[pymethods]
impl HealthMemory {
    #[new]
    #[pyo3(signature = (resolver, lists=None))]
    fn new(resolver: &Bound<'_, PyAny>, lists: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        check_kind(resolver, |it| {
            it.is_instance_of::<Resolver>() || it.is_instance_of::<Zone>() || it.is_instance_of::<Keyed>()
        })?;
        Ok(Self { inner: resolver.clone().unbind(), lists: DnsblList::each(lists)?, made: Mutex::default() })
    }

    /// Forgets what was remembered.
    fn clear(&self) {
        *self.made() = None;
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let inner = self.inner.bind(py).repr()?;
        Ok(format!("<HealthMemory({}) of {} lists>", inner.to_string_lossy(), self.lists.len()))
    }

    /// What is remembered stays where it is.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<crate::value::Reduced<'py>> {
        let this = slf.get();
        let arguments = (this.inner.bind(slf.py()), this.lists.clone()).into_pyobject(slf.py())?;
        Ok((slf.get_type().into_any(), arguments))
    }
}

impl HealthMemory {
    /// The resolver of this process, with what it remembers.
    pub(crate) fn native(&self, py: Python<'_>) -> PyResult<Native> {
        let mut made = self.made();
        let own = std::process::id();
        if let Some((_, native)) = made.as_ref().filter(|(process, _)| *process == own) {
            return Ok(Arc::clone(native));
        }
        let lists: Vec<List> = self.lists.iter().map(|list| list.list.clone()).collect();
        let native: Native = Arc::new(dnsbl::HealthMemory::of(lasting(self.inner.bind(py))?, &lists));
        *made = Some((own, Arc::clone(&native)));
        Ok(native)
    }

    fn made(&self) -> std::sync::MutexGuard<'_, Option<(u32, Native)>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
