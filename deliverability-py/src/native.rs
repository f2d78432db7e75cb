//! The resolvers that run in Rust.

use std::sync::Arc;

use deliverability_core::dns;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::keyed::Keyed;
use crate::resolver::Resolver;
use crate::zone::Zone;

/// A resolver in Rust, whichever it is.
pub(crate) type Native = Arc<dyn dns::Resolver>;

/// The resolver of this process that an object of Python's stands for.
pub(crate) fn for_checks(resolver: &Bound<'_, PyAny>) -> PyResult<Native> {
    if let Ok(resolver) = resolver.cast::<Resolver>() {
        return Ok(resolver.get().hickory(resolver.py())?);
    }
    if let Ok(zone) = resolver.cast::<Zone>() {
        return Ok(Arc::clone(&zone.get().zone) as Native);
    }
    if let Ok(keyed) = resolver.cast::<Keyed>() {
        return keyed.get().around(for_checks(keyed.get().inner.bind(resolver.py()))?);
    }
    Err(not_native(resolver))
}

/// One for bulk work, with this many queries under way at each name server, and how many of those
/// there are as far as is known.
pub(crate) fn for_bulk(resolver: &Bound<'_, PyAny>, in_flight: usize) -> PyResult<(Native, usize)> {
    if let Ok(keyed) = resolver.cast::<Keyed>() {
        let (inner, servers) = for_bulk(keyed.get().inner.bind(resolver.py()), in_flight)?;
        return Ok((keyed.get().around(inner)?, servers));
    }
    if let Ok(resolver) = resolver.cast::<Resolver>()
        && let Some(bulk) = resolver.get().bulk(in_flight)?
    {
        return Ok(bulk);
    }
    Ok((for_checks(resolver)?, 1))
}

/// Whether it is one of those that [`for_checks`] takes and that a `Keyed` can be around.
pub(crate) fn check_inner(resolver: &Bound<'_, PyAny>) -> PyResult<()> {
    if resolver.is_instance_of::<Resolver>() || resolver.is_instance_of::<Zone>() {
        return Ok(());
    }
    Err(not_native(resolver))
}

fn not_native(resolver: &Bound<'_, PyAny>) -> PyErr {
    let name = resolver.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("a resolver in Python cannot be used here, only a Resolver or a Zone, not {name}"))
}
