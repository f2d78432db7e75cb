//! A check on its way, and the ways to run it.

use core::future::Future;
use core::pin::pin;
use core::time::Duration;
use std::sync::Arc;

use deliverability_core::dns::{Answers as CoreAnswers, Known, Reading, Zone as CoreZone};
use deliverability_core::{Check as CoreCheck, Step};
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::answer;
use crate::answers::Answers;
use crate::drive::Drive;
use crate::native::for_checks;
use crate::process::Process;
use crate::query::Query;
use crate::task::Task;
use crate::zone::Zone;

/// How often a blocking call looks for signals.
const SIGNALS: Duration = Duration::from_millis(50);

/// What a check found, as a way to its Python object: made where the interpreter is attached.
pub(crate) type Found = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// Any check of the core.
#[derive(Clone)]
pub(crate) struct AnyCheck(Arc<dyn CoreCheck<Outcome = Found> + Send + Sync>);

impl CoreCheck for AnyCheck {
    type Outcome = Found;

    fn step(&self, known: &dyn Known) -> Step<Found> {
        self.0.step(known)
    }
}

/// A check to be run by one of the drivers of `deliverability._run`.
#[pyclass(frozen, module = "deliverability._core")]
pub(crate) struct Check(AnyCheck);

impl Check {
    /// A check whose outcome, with the answers it was read from, `found` turns into a Python object.
    pub(crate) fn new<C, F, T>(check: C, found: F) -> Self
    where
        C: CoreCheck + Send + Sync + 'static,
        C::Outcome: Send + 'static,
        F: Fn(C::Outcome, CoreAnswers) -> T + Send + Sync + 'static,
        T: for<'py> IntoPyObject<'py> + Send + 'static,
    {
        Self(AnyCheck(Arc::new(Evident { check, found })))
    }
}

#[pymethods]
impl Check {
    /// Runs over a zone or recorded answers: in one pass, without any runtime.
    fn run_known(&self, py: Python<'_>, known: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let check = &self.0;
        let found = if let Ok(zone) = known.cast::<Zone>() {
            let zone: &CoreZone = &zone.get().zone;
            py.detach(|| check.in_zone(zone))
        } else if let Ok(answers) = known.cast::<Answers>() {
            let answers: &CoreAnswers = &answers.get().0;
            py.detach(|| check.replay(answers))
        } else {
            return Err(PyTypeError::new_err("a Zone or Answers"));
        };
        found(py)
    }

    /// Runs over a callable, on this thread, one query at a time; its exceptions are raised from
    /// here. If it gives something awaitable, that is closed, and the answer is `None`.
    fn run_with(&self, py: Python<'_>, ask: &Bound<'_, PyAny>) -> PyResult<Option<Py<PyAny>>> {
        let check = &self.0;
        let found = check.try_run_with(|query| {
            let called = ask.call1((Query(query.clone()),));
            if let Ok(value) = &called
                && value.hasattr("__await__")?
            {
                if value.hasattr("close")? {
                    value.call_method0("close")?;
                }
                return Err(BrokenOff::Awaitable);
            }
            Ok(answer::from_call(query, called, py)?)
        });
        match found {
            Ok(found) => found(py).map(Some),
            Err(BrokenOff::Awaitable) => Ok(None),
            Err(BrokenOff::Raised(error)) => Err(error),
        }
    }

    /// Runs over a resolver in Rust, with the interpreter released; Ctrl-C ends it.
    fn run_on(&self, py: Python<'_>, resolver: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let (process, resolver) = (Process::current(py)?, for_checks(resolver)?);
        let check = &self.0;
        let found = py.detach(|| process.runtime.block_on(heeding_signals(check.run(&*resolver))))?;
        found(py)
    }

    /// Starts over a resolver in Rust; `ended` is called, from another thread, when the outcome is there.
    fn start_on(&self, py: Python<'_>, resolver: &Bound<'_, PyAny>, ended: Py<PyAny>) -> PyResult<Task> {
        let resolver = for_checks(resolver)?;
        let check = self.0.clone();
        Task::start(py, ended, async move { check.run(&*resolver).await })
    }

    /// Starts over whatever answers the queries it hands out, at most `in_flight` at once.
    fn drive(&self, in_flight: usize) -> Drive {
        Drive::new(self.0.clone(), in_flight)
    }
}

/// Why a callable gives no answer.
enum BrokenOff {
    /// It is `async`.
    Awaitable,
    Raised(PyErr),
}

impl From<PyErr> for BrokenOff {
    fn from(error: PyErr) -> Self {
        Self::Raised(error)
    }
}

/// A check with the answers that its outcome was read from.
struct Evident<C, F> {
    check: C,
    found: F,
}

impl<C, F, T> CoreCheck for Evident<C, F>
where
    C: CoreCheck,
    C::Outcome: Send + 'static,
    F: Fn(C::Outcome, CoreAnswers) -> T,
    T: for<'py> IntoPyObject<'py> + Send + 'static,
{
    type Outcome = Found;

    fn step(&self, known: &dyn Known) -> Step<Found> {
        let reading = Reading::new(known);
        match self.check.step(&reading) {
            Step::Need(needed) => Step::Need(needed),
            Step::Done(outcome) => {
                let found = (self.found)(outcome, reading.into_answers());
                Step::Done(Box::new(move |py| found.into_py_any(py)))
            }
        }
    }
}

/// Awaits `future`, and now and then asks whether the caller was interrupted.
pub(crate) async fn heeding_signals<T>(future: impl Future<Output = T>) -> PyResult<T> {
    let mut future = pin!(future);
    loop {
        if let Ok(output) = tokio::time::timeout(SIGNALS, &mut future).await {
            return Ok(output);
        }
        match Python::try_attach(signals) {
            Some(checked) => checked?,
            // The interpreter is gone: this thread has nowhere to return to.
            None => core::future::pending().await,
        }
    }
}

fn signals(py: Python<'_>) -> PyResult<()> {
    py.check_signals()
}
