//! A resolver that asks name servers.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use deliverability_core::dns::{Bulk, Hickory};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::error::Unreadable;
use crate::native::Native;
use crate::value::hash;

const DNS_PORT: u16 = 53;

/// Asks name servers over the network.
///
/// `nameservers` are addresses with or without a port ("127.0.0.1:5353", "[2001:db8::53]:5353",
/// "192.0.2.53"); without them, the system's are asked. `timeout` is in seconds and for each try;
/// each server is tried `attempts` times. `deadline`, in seconds from its first query, is for each
/// check as a whole: what has no answer by then is a time-out. With `shrinking`, the last few that
/// are silent, once nearly all have answered, are waited for four times as long as the slowest took,
/// or 0.8 seconds. Raises `OSError` if the system has no name server.
#[pyclass(frozen, module = "deliverability")]
pub(crate) struct Resolver {
    settings: Settings,
    /// With the process that made it: its count of queries under way does not survive a fork.
    /// Locked only while attached to the interpreter.
    made: Mutex<(u32, Arc<Hickory>)>,
}

#[derive(PartialEq, Eq, Hash)]
struct Settings {
    servers: Option<Vec<SocketAddr>>,
    timeout: Option<Duration>,
    attempts: Option<u32>,
    end: Option<End>,
}

/// When a check has to be done.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct End {
    pub(crate) deadline: Duration,
    pub(crate) shrinking: bool,
}

impl End {
    fn new(deadline: Option<f64>, shrinking: bool) -> PyResult<Option<Self>> {
        match deadline {
            Some(deadline) => Ok(Some(Self { deadline: seconds("deadline", deadline)?, shrinking })),
            None if shrinking => Err(PyValueError::new_err("shrinking needs a deadline that it shortens")),
            None => Ok(None),
        }
    }
}

#[pymethods]
impl Resolver {
    #[new]
    #[pyo3(signature = (nameservers=None, *, timeout=None, attempts=None, deadline=None, shrinking=false))]
    fn new(
        nameservers: Option<Vec<String>>,
        timeout: Option<f64>,
        attempts: Option<u32>,
        deadline: Option<f64>,
        shrinking: bool,
    ) -> PyResult<Self> {
        let servers = nameservers.map(|texts| texts.iter().map(|text| server(text)).collect()).transpose()?;
        let timeout = timeout.map(|timeout| seconds("timeout", timeout)).transpose()?;
        if attempts == Some(0) {
            return Err(PyValueError::new_err("attempts must be at least 1"));
        }
        let settings = Settings { servers, timeout, attempts, end: End::new(deadline, shrinking)? };
        let made = Mutex::new((std::process::id(), make(&settings)?));
        Ok(Self { settings, made })
    }

    /// The name servers that were given, with their ports; `None` for those of the system.
    #[getter]
    fn nameservers<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        self.settings
            .servers
            .as_ref()
            .map(|servers| PyTuple::new(py, servers.iter().map(ToString::to_string)))
            .transpose()
    }

    /// Seconds to wait for each try; `None` for the default.
    #[getter]
    fn timeout(&self) -> Option<f64> {
        self.settings.timeout.map(|timeout| timeout.as_secs_f64())
    }

    /// How often each server is tried; `None` for the default.
    #[getter]
    const fn attempts(&self) -> Option<u32> {
        self.settings.attempts
    }

    /// Seconds for a check as a whole; `None` for no end to it.
    #[getter]
    fn deadline(&self) -> Option<f64> {
        self.settings.end.map(|end| end.deadline.as_secs_f64())
    }

    /// Whether the last few are not waited for as long as that.
    #[getter]
    fn shrinking(&self) -> bool {
        self.settings.end.is_some_and(|end| end.shrinking)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.settings == other.get().settings)
    }

    fn __hash__(&self) -> u64 {
        hash(&self.settings)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let shown = |name| Ok::<_, PyErr>(slf.getattr(name)?.repr()?.to_string_lossy().into_owned());
        let (servers, timeout, attempts) = (shown("nameservers")?, shown("timeout")?, shown("attempts")?);
        let end = match slf.get().settings.end {
            Some(_) => format!(", deadline={}, shrinking={}", shown("deadline")?, shown("shrinking")?),
            None => String::new(),
        };
        Ok(format!("Resolver({servers}, timeout={timeout}, attempts={attempts}{end})"))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let (py, keywords) = (slf.py(), PyDict::new(slf.py()));
        for name in ["nameservers", "timeout", "attempts", "deadline", "shrinking"] {
            keywords.set_item(name, slf.getattr(name)?)?;
        }
        let partial = py.import("functools")?.getattr("partial")?;
        Ok((partial.call((slf.get_type(),), Some(&keywords))?, PyTuple::empty(py)))
    }
}

impl Resolver {
    /// The resolver of this process.
    pub(crate) fn hickory(&self, _attached: Python<'_>) -> PyResult<Arc<Hickory>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.0 != std::process::id() {
            *made = (std::process::id(), make(&self.settings)?);
        }
        Ok(Arc::clone(&made.1))
    }

    /// One for bulk work, and how many name servers it has; `None` for the system's.
    pub(crate) fn bulk(&self, in_flight: usize) -> PyResult<Option<(Native, usize)>> {
        let Some(servers) = &self.settings.servers else { return Ok(None) };
        let bulk = Bulk::with_name_servers(servers.iter().copied());
        let bulk = bulk.map_err(|error| PyValueError::new_err(error.to_string()))?.in_flight(in_flight);
        let bulk = self.settings.timeout.into_iter().fold(bulk, Bulk::timeout);
        let bulk = self.settings.attempts.into_iter().fold(bulk, Bulk::attempts);
        Ok(Some((Arc::new(bulk), servers.len())))
    }

    pub(crate) const fn end(&self) -> Option<End> {
        self.settings.end
    }
}

fn make(settings: &Settings) -> PyResult<Arc<Hickory>> {
    let servers = settings.servers.as_deref();
    let made = match servers {
        Some(servers) => Hickory::with_name_servers(servers.iter().copied()),
        None => Hickory::system(),
    };
    let made = made.map_err(|error| match servers {
        Some(_) => PyValueError::new_err(error.to_string()),
        None => PyOSError::new_err(error.to_string()),
    })?;
    let made = settings.timeout.into_iter().fold(made, Hickory::timeout);
    Ok(Arc::new(settings.attempts.into_iter().fold(made, Hickory::attempts)))
}

fn server(text: &str) -> PyResult<SocketAddr> {
    let with_port = || text.parse().ok();
    let without_port = || text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, DNS_PORT));
    let expected = "expected an address, with or without a port, such as 192.0.2.53 or [2001:db8::53]:5353";
    with_port()
        .or_else(without_port)
        .ok_or_else(|| Unreadable::whole("name server", &expected, "nameserver", text).into())
}

fn seconds(name: &str, number: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(number)
        .ok()
        .filter(|time| !time.is_zero())
        .ok_or_else(|| PyValueError::new_err(format!("{name} must be a positive number of seconds")))
}
