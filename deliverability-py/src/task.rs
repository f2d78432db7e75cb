//! A check that runs beside the interpreter, for an event loop to await.

use core::future::Future;
use core::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt as _;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::task::AbortHandle;

use crate::check::Found;
use crate::process::Process;

/// A check under way. It holds nothing of Python's: the callback waits with the process.
#[pyclass(frozen, module = "deliverability._core")]
pub(crate) struct Task {
    process: Arc<Process>,
    number: u64,
    abort: AbortHandle,
    ended: Ended,
}

/// The outcome, once it is there; `None` in it for a run that panicked.
type Ended = Arc<Mutex<Option<Option<Found>>>>;

impl Task {
    /// Runs `future`; `callback` is called from another thread when it has ended.
    pub(crate) fn start(
        py: Python<'_>,
        callback: Py<PyAny>,
        future: impl Future<Output = Found> + Send + 'static,
    ) -> PyResult<Self> {
        let process = Process::current(py)?;
        let number = process.expect(callback, py)?;
        let ended = Ended::default();
        let (arrival, outcome) = (Arc::clone(&process), Arc::clone(&ended));
        let abort = process
            .runtime
            .spawn(async move {
                let found = AssertUnwindSafe(future).catch_unwind().await.ok();
                *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
                arrival.arrived(number);
            })
            .abort_handle();
        Ok(Self { process, number, abort, ended })
    }
}

#[pymethods]
impl Task {
    /// The outcome, once the callback was called.
    fn outcome(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        match ended {
            Some(Some(found)) => found(py),
            Some(None) => Err(PyRuntimeError::new_err("the check panicked, which is a bug in it: please report it")),
            None => Err(PyRuntimeError::new_err("the check has not ended")),
        }
    }

    /// Stops the check and its look-ups, if it has not ended; then nothing is called any more.
    fn cancel(&self, py: Python<'_>) {
        // In a child, what was started before the fork runs nowhere.
        if self.process.is_current() {
            self.process.forget(self.number, py);
            self.abort.abort();
        }
    }
}
