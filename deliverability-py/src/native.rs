//! The resolvers that run in Rust.

use core::time::Duration;
use std::sync::Arc;

use deliverability_core::dns::{self, Deadline};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::health_memory::HealthMemory;
use crate::keyed::Keyed;
use crate::resolver::{End, Resolver};
use crate::zone::Zone;

/// A resolver in Rust, whichever it is.
pub(crate) type Native = Arc<dyn dns::Resolver>;

/// Once nearly all have answered, the rest have this many times as long as the slowest took, ...
const TIMES: u32 = 4;
/// ... and at least this long.
const AT_LEAST: Duration = Duration::from_millis(800);

/// The resolver of this process that an object of Python's stands for, for one run of a check: a
/// deadline begins with it.
pub(crate) fn for_checks(resolver: &Bound<'_, PyAny>) -> PyResult<Native> {
    let native = lasting(resolver)?;
    Ok(match end_of(resolver) {
        None => native,
        Some(End { deadline, shrinking: false }) => Arc::new(Deadline::of(native, deadline)),
        Some(End { deadline, shrinking: true }) => Arc::new(Deadline::of(native, deadline).shrinking(TIMES, AT_LEAST)),
    })
}

/// The same for any number of runs.
pub(crate) fn lasting(resolver: &Bound<'_, PyAny>) -> PyResult<Native> {
    let py = resolver.py();
    if let Ok(resolver) = resolver.cast::<Resolver>() {
        return Ok(resolver.get().hickory(py)?);
    }
    if let Ok(zone) = resolver.cast::<Zone>() {
        return Ok(Arc::clone(&zone.get().zone) as Native);
    }
    if let Ok(keyed) = resolver.cast::<Keyed>() {
        return keyed.get().around(lasting(keyed.get().inner.bind(py))?);
    }
    match resolver.cast::<HealthMemory>() {
        Ok(memory) => memory.get().native(py),
        Err(_) => Err(not_native(resolver)),
    }
}

/// One for bulk work, with this many queries under way at each name server, and how many of those
/// there are as far as is known. A sweep has no deadline, and remembers the health of lists itself.
pub(crate) fn for_bulk(resolver: &Bound<'_, PyAny>, in_flight: usize) -> PyResult<(Native, usize)> {
    let py = resolver.py();
    if let Ok(keyed) = resolver.cast::<Keyed>() {
        let (inner, servers) = for_bulk(keyed.get().inner.bind(py), in_flight)?;
        return Ok((keyed.get().around(inner)?, servers));
    }
    if let Ok(memory) = resolver.cast::<HealthMemory>() {
        return for_bulk(memory.get().inner.bind(py), in_flight);
    }
    if let Ok(resolver) = resolver.cast::<Resolver>()
        && let Some(bulk) = resolver.get().bulk(in_flight)?
    {
        return Ok(bulk);
    }
    Ok((lasting(resolver)?, 1))
}

/// Refuses a resolver of another kind.
pub(crate) fn check_kind(resolver: &Bound<'_, PyAny>, is_of: impl Fn(&Bound<'_, PyAny>) -> bool) -> PyResult<()> {
    if is_of(resolver) { Ok(()) } else { Err(not_native(resolver)) }
}

/// When a run ends at the latest.
fn end_of(resolver: &Bound<'_, PyAny>) -> Option<End> {
    let py = resolver.py();
    if let Ok(resolver) = resolver.cast::<Resolver>() {
        return resolver.get().end();
    }
    if let Ok(keyed) = resolver.cast::<Keyed>() {
        return end_of(keyed.get().inner.bind(py));
    }
    resolver.cast::<HealthMemory>().ok().and_then(|memory| end_of(memory.get().inner.bind(py)))
}

fn not_native(resolver: &Bound<'_, PyAny>) -> PyErr {
    let name = resolver.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("only a Resolver, a Zone or what is around one of them can be used here, not {name}"))
}
