//! Many subjects × many lists, as an iterator.

use core::future::poll_fn;
use core::task::{Context, Poll, Waker};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deliverability_core::dnsbl::List;
use deliverability_core::dnsbl::sweep::{Cell, Journal, JournalError, Progress, Sweep};
use futures_util::Stream as _;
use pyo3::exceptions::{PyRuntimeError, PyStopAsyncIteration, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyString};

use super::cell::{DnsblCell, SweepProgress};
use super::list::DnsblList;
use super::subjects::Subjects;
use crate::check::{Found, heeding_signals};
use crate::error::{Unreadable, kind_word};
use crate::native::{Native, for_bulk};
use crate::process::Process;
use crate::task::Task;

/// A sweep under way: an iterator of cells, in the order in which they are known.
///
/// It goes on while somebody iterates. Leaving a `with` block, `close()` or dropping it ends what is
/// under way.
#[pyclass(frozen, module = "deliverability")]
pub(crate) struct DnsblSweep {
    process: Arc<Process>,
    run: Arc<Mutex<Run>>,
    subjects: Subjects,
    items: Py<PyIterator>,
    /// Whether somebody waits for a cell.
    is_iterated: AtomicBool,
}

/// What runs without the interpreter.
struct Run {
    /// `None` once it is over.
    sweep: Option<Sweep<'static, Native>>,
    journal: Option<Journal>,
    subjects: Subjects,
    /// Known, but not handed out yet.
    found: Option<Cell>,
    is_finishing: bool,
    /// As it was when it was over.
    progress: Progress,
}

/// Why a run has come to a halt.
enum Halt {
    Found,
    /// More subjects have to be taken.
    Wanting,
    Ended,
}

/// `addresses` are taken as they are needed. At most `in_flight` queries are under way at each name
/// server.
#[pyfunction]
pub(crate) fn sweep_dnsbl(
    py: Python<'_>,
    addresses: &Bound<'_, PyAny>,
    lists: Option<&Bound<'_, PyAny>>,
    resolver: &Bound<'_, PyAny>,
    journal: Option<PathBuf>,
    in_flight: usize,
) -> PyResult<DnsblSweep> {
    if addresses.is_instance_of::<PyString>() {
        let shown = addresses.repr()?;
        return Err(PyTypeError::new_err(format!("addresses is an iterable, not one str: write [{shown}]")));
    }
    if in_flight == 0 {
        return Err(PyValueError::new_err("in_flight must be at least 1"));
    }
    let lists: Vec<List> = DnsblList::each(lists)?.into_iter().map(|list| list.list).collect();
    let items = addresses.try_iter()?;
    let subjects = if lists.is_empty() { Subjects::none() } else { Subjects::default() };
    let (resolver, servers) = for_bulk(resolver, in_flight)?;
    let cells = in_flight.saturating_mul(servers).saturating_mul(2);
    let journal = journal.map(|path| py.detach(|| open(&path))).transpose()?;
    let mut sweep = Sweep::of(subjects.clone(), resolver).lists(lists).in_flight(cells);
    if let Some(journal) = &journal {
        sweep = sweep.resume(journal);
    }
    let (progress, found) = (sweep.progress(), None);
    let run = Run { sweep: Some(sweep), journal, subjects: subjects.clone(), found, is_finishing: false, progress };
    Ok(DnsblSweep {
        process: Process::current(py)?,
        run: Arc::new(Mutex::new(run)),
        subjects,
        items: items.unbind(),
        is_iterated: AtomicBool::new(false),
    })
}

fn open(path: &Path) -> PyResult<Journal> {
    Journal::open(path).map_err(|error| match error {
        JournalError::Io(error) => error.into(),
        error => {
            let path = path.to_string_lossy();
            Unreadable::whole("journal", &error, &kind_word(&error), &path).into()
        }
    })
}

#[pymethods]
impl DnsblSweep {
    const fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    /// Waits for the next cell, with the interpreter released; Ctrl-C ends the wait, and loses
    /// nothing.
    fn __next__(&self, py: Python<'_>) -> PyResult<Option<DnsblCell>> {
        self.check_process()?;
        let _turn = Turn::of(&self.is_iterated)?;
        loop {
            let halt = py.detach(|| {
                let halted = poll_fn(|context| self.lock().poll(context));
                self.process.runtime.block_on(heeding_signals(halted))
            })?;
            match halt {
                Halt::Found => return self.hand_out(py),
                Halt::Wanting => self.take_subjects(py)?,
                Halt::Ended => return Ok(None),
            }
        }
    }

    /// The next cell if it is known; `None` if it has to be waited for.
    fn _next_known(&self, py: Python<'_>) -> PyResult<Option<DnsblCell>> {
        self.check_process()?;
        let _turn = Turn::of(&self.is_iterated)?;
        loop {
            let halted = py.detach(|| {
                let _entered = self.process.runtime.enter();
                self.lock().poll(&mut Context::from_waker(Waker::noop()))
            });
            match halted {
                Poll::Ready(Halt::Found) => return self.hand_out(py),
                Poll::Ready(Halt::Wanting) => self.take_subjects(py)?,
                Poll::Ready(Halt::Ended) => return Err(PyStopAsyncIteration::new_err(())),
                Poll::Pending => return Ok(None),
            }
        }
    }

    /// Waits beside the interpreter; `ended` is called, from another thread, when there is
    /// something to do.
    fn _wait(&self, py: Python<'_>, ended: Py<PyAny>) -> PyResult<Task> {
        self.check_process()?;
        let run = Arc::clone(&self.run);
        Task::start(py, ended, async move {
            poll_fn(|context| lock(&run).poll(context)).await;
            Box::new(|py: Python<'_>| Ok(py.None())) as Found
        })
    }

    /// How far it is.
    #[getter]
    fn progress(&self) -> PyResult<SweepProgress> {
        self.check_process()?;
        Ok(self.lock().progress().into())
    }

    /// Begins nothing new: iterating ends when what is under way is done.
    fn finish(&self) -> PyResult<()> {
        self.check_process()?;
        self.lock().finish();
        Ok(())
    }

    /// Ends what is under way, and iterating.
    fn close(&self) {
        // In a child, what was started before the fork runs nowhere.
        if self.process.is_current() {
            let ended = self.lock().end();
            drop(ended);
        }
    }

    const fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_raised))]
    fn __exit__(&self, _raised: &Bound<'_, PyAny>) {
        self.close();
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("<DnsblSweep: {}>", self.progress()?.__str__()))
    }
}

impl DnsblSweep {
    fn check_process(&self) -> PyResult<()> {
        if self.process.is_current() {
            return Ok(());
        }
        Err(PyRuntimeError::new_err("this sweep was begun before the fork, and runs in the parent: begin one here"))
    }

    fn take_subjects(&self, py: Python<'_>) -> PyResult<()> {
        self.subjects.take_from(&mut self.items.bind(py).clone())
    }

    /// What was found, once the journal has it.
    fn hand_out(&self, py: Python<'_>) -> PyResult<Option<DnsblCell>> {
        let cell = py.detach(|| {
            let mut run = self.lock();
            let cell = run.found.take();
            match (&mut run.journal, &cell) {
                (Some(journal), Some(cell)) => journal.keep(cell).map(|()| Some(cell.into())),
                (_, cell) => Ok(cell.as_ref().map(DnsblCell::from)),
            }
        });
        if cell.is_err() {
            self.close();
        }
        Ok(cell?)
    }

    fn lock(&self) -> MutexGuard<'_, Run> {
        lock(&self.run)
    }
}

impl Drop for DnsblSweep {
    fn drop(&mut self) {
        self.close();
        if !self.process.is_current() {
            // What is inherited is leaked: it belongs to a runtime that is not here.
            core::mem::forget(Arc::clone(&self.run));
        }
    }
}

impl Run {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Halt> {
        if self.found.is_some() {
            return Poll::Ready(Halt::Found);
        }
        let Some(sweep) = &mut self.sweep else { return Poll::Ready(Halt::Ended) };
        let polled = core::pin::Pin::new(sweep).poll_next(context);
        let is_wanting = !self.is_finishing && self.subjects.are_wanted();
        match polled {
            Poll::Ready(Some(cell)) => {
                self.found = Some(cell);
                Poll::Ready(Halt::Found)
            }
            _ if is_wanting => Poll::Ready(Halt::Wanting),
            Poll::Ready(None) => {
                self.end();
                Poll::Ready(Halt::Ended)
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn progress(&self) -> Progress {
        self.sweep.as_ref().map_or(self.progress, Sweep::progress)
    }

    fn finish(&mut self) {
        self.is_finishing = true;
        if let Some(sweep) = &mut self.sweep {
            sweep.finish();
        }
    }

    /// What was under way, to be dropped, and the journal, to be closed.
    fn end(&mut self) -> (Option<Sweep<'static, Native>>, Option<Journal>) {
        if let Some(sweep) = &self.sweep {
            self.progress = sweep.progress();
            self.progress.in_flight = 0;
        }
        self.found = None;
        (self.sweep.take(), self.journal.take())
    }
}

/// Held by the one who waits for a cell.
struct Turn<'a>(&'a AtomicBool);

impl<'a> Turn<'a> {
    fn of(is_taken: &'a AtomicBool) -> PyResult<Self> {
        if is_taken.swap(true, Ordering::Acquire) {
            return Err(PyRuntimeError::new_err(
                "this sweep is iterated already, by another thread or by its addresses",
            ));
        }
        Ok(Self(is_taken))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// A panic in another thread leaves nothing half done in what is locked here.
fn lock(run: &Mutex<Run>) -> MutexGuard<'_, Run> {
    run.lock().unwrap_or_else(PoisonError::into_inner)
}
