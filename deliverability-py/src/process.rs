//! What each process has one of: a Tokio runtime, and the one thread that enters Python.
//!
//! A forked child has none of its parent's threads, so all of this is kept by process id, and the
//! child starts its own. What it inherits is leaked, never used and never dropped.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};

/// Workers of the runtime: look-ups wait more than they work.
const WORKERS: usize = 2;

/// Locked only while attached to the interpreter, which a fork is too: never held in a child.
static CURRENT: Mutex<Current> = Mutex::new(Current { process: None, closed: None });

struct Current {
    process: Option<Arc<Process>>,
    /// The process whose interpreter is on its way out.
    closed: Option<u32>,
}

/// The runtime of this process, and its way back into Python.
pub(crate) struct Process {
    id: u32,
    pub(crate) runtime: Runtime,
    gate: Gate,
    arrivals: mpsc::Sender<u64>,
    /// What is called when a task has ended. Locked only while attached.
    callbacks: Mutex<HashMap<u64, Py<PyAny>>>,
    tasks: AtomicU64,
}

impl Process {
    /// This process's own; started when first wanted.
    pub(crate) fn current(_attached: Python<'_>) -> PyResult<Arc<Self>> {
        let mut current = lock(&CURRENT);
        let id = std::process::id();
        if let Some(process) = current.process.as_ref().filter(|process| process.id == id) {
            return Ok(Arc::clone(process));
        }
        let process = Self::start(id, current.closed == Some(id))?;
        // Dropped, the parent's runtime would wait for threads that are not here.
        core::mem::forget(current.process.replace(Arc::clone(&process)));
        Ok(process)
    }

    fn start(id: u32, closed: bool) -> PyResult<Arc<Self>> {
        let runtime =
            Builder::new_multi_thread().worker_threads(WORKERS).thread_name("deliverability").enable_all().build()?;
        let (arrivals, arrived) = mpsc::channel();
        let process = Arc::new(Self {
            id,
            runtime,
            gate: Gate::new(closed),
            arrivals,
            callbacks: Mutex::default(),
            tasks: AtomicU64::new(0),
        });
        let notified = Arc::clone(&process);
        std::thread::Builder::new().name("deliverability-py".into()).spawn(move || notified.notify(&arrived))?;
        Ok(process)
    }

    /// Whether this is the process that runs, not the one it was forked from.
    pub(crate) fn is_current(&self) -> bool {
        self.id == std::process::id()
    }

    /// Keeps what to call, from another thread, when the task of the number given has ended.
    pub(crate) fn expect(&self, callback: Py<PyAny>, _attached: Python<'_>) -> PyResult<u64> {
        if self.gate.is_closed() {
            return Err(PyRuntimeError::new_err("the interpreter is shutting down: no new check can be awaited"));
        }
        let task = self.tasks.fetch_add(1, Ordering::Relaxed);
        lock(&self.callbacks).insert(task, callback);
        Ok(task)
    }

    /// Calls nothing for a task that nobody waits for any more.
    pub(crate) fn forget(&self, task: u64, _attached: Python<'_>) {
        let callback = lock(&self.callbacks).remove(&task);
        // Out of the lock: it can run code of anyone's.
        drop(callback);
    }

    /// Says that a task has ended; from any thread, attached or not.
    pub(crate) fn arrived(&self, task: u64) {
        // Its receiver lives as long as the process.
        let _ = self.arrivals.send(task);
    }

    /// The one thread that enters Python: so no worker ever waits for the interpreter.
    fn notify(&self, arrived: &mpsc::Receiver<u64>) {
        while let Ok(first) = arrived.recv() {
            let tasks: Vec<u64> = core::iter::once(first).chain(arrived.try_iter()).collect();
            self.gate.enter(|py| {
                for task in &tasks {
                    self.call_back(py, *task);
                }
            });
        }
    }

    fn call_back(&self, py: Python<'_>, task: u64) {
        let callback = lock(&self.callbacks).remove(&task);
        // It fails where the event loop was closed meanwhile: nobody waits there any more.
        let _ = callback.map(|callback| callback.call0(py));
    }
}

/// Counts who is in Python, so that the interpreter can close the door and wait for them.
struct Gate {
    state: Mutex<State>,
    left: Condvar,
}

struct State {
    inside: usize,
    closed: bool,
}

impl Gate {
    fn new(closed: bool) -> Self {
        Self { state: Mutex::new(State { inside: 0, closed }), left: Condvar::new() }
    }

    fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    /// Runs `work` in Python, unless the interpreter is on its way out.
    fn enter(&self, work: impl FnOnce(Python<'_>)) {
        {
            let mut state = lock(&self.state);
            if state.closed {
                return;
            }
            state.inside += 1;
        }
        let _ = Python::try_attach(work);
        lock(&self.state).inside -= 1;
        self.left.notify_all();
    }

    fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        while state.inside > 0 {
            state = self.left.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Called at exit: lets no thread into Python any more, and waits for those inside.
#[pyfunction(name = "_close")]
pub(crate) fn close(py: Python<'_>) {
    let id = std::process::id();
    let process = {
        let mut current = lock(&CURRENT);
        current.closed = Some(id);
        current.process.clone().filter(|process| process.id == id)
    };
    if let Some(process) = process {
        py.detach(|| process.gate.close());
    }
}

/// A panic in another thread leaves nothing half done in what is locked here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
