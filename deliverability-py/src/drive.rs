//! A check over a resolver in Python: the queries are handed out, the answers handed in.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use deliverability_core::dns::{self, Answer, DnsError, Driver, Resolver};
use pyo3::prelude::*;
use tokio::sync::oneshot;

use crate::answer;
use crate::check::{AnyCheck, Found};
use crate::query::Query;

/// A run of a check that asks its caller.
///
/// It is never waited for and never woken: whoever hands in answers polls it afterwards.
#[pyclass(frozen, module = "deliverability._core")]
pub(crate) struct Drive {
    run: Mutex<Pin<Box<dyn Future<Output = Found> + Send>>>,
    asked: Arc<Asked>,
}

/// The queries that nobody has taken yet, with where their answers go.
#[derive(Default)]
struct Asked(Mutex<Vec<Pending>>);

type Pending = (dns::Query, oneshot::Sender<Answer>);

impl Drive {
    pub(crate) fn new(check: AnyCheck, in_flight: usize) -> Self {
        let asked = Arc::<Asked>::default();
        let resolver = Arc::clone(&asked);
        let run = async move { Driver::default().in_flight(in_flight).drive(&check, &*resolver).await.0 };
        Self { run: Mutex::new(Box::pin(run)), asked }
    }
}

#[pymethods]
impl Drive {
    /// Goes on as far as it can: gives the outcome, or `None` while it waits for answers.
    fn poll(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let polled = py.detach(|| lock(&self.run).as_mut().poll(&mut Context::from_waker(Waker::noop())));
        match polled {
            Poll::Ready(found) => found(py).map(Some),
            Poll::Pending => Ok(None),
        }
    }

    /// The queries asked since this was last called.
    fn asked(&self) -> Vec<Asking> {
        let asked = core::mem::take(&mut *lock(&self.asked.0));
        asked.into_iter().map(|(query, answer)| Asking { query, answer: Mutex::new(Some(answer)) }).collect()
    }
}

/// One query of a `Drive`, to be answered once.
#[pyclass(frozen, module = "deliverability._core")]
pub(crate) struct Asking {
    query: dns::Query,
    answer: Mutex<Option<oneshot::Sender<Answer>>>,
}

#[pymethods]
impl Asking {
    #[getter]
    fn query(&self) -> Query {
        Query(self.query.clone())
    }

    /// Hands in what `resolve` returned.
    fn answer(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        self.send(answer::from_py(&self.query, value)?);
        Ok(())
    }

    /// Hands in what `resolve` raised; an exception that is no `DnsError` is raised again.
    fn fail(&self, py: Python<'_>, raised: Bound<'_, PyAny>) -> PyResult<()> {
        self.send(answer::from_call(&self.query, Err(PyErr::from_value(raised)), py)?);
        Ok(())
    }
}

impl Asking {
    fn send(&self, answer: Answer) {
        if let Some(sender) = lock(&self.answer).take() {
            // The run may be over without it.
            let _ = sender.send(answer);
        }
    }
}

#[async_trait]
impl Resolver for Asked {
    async fn resolve(&self, query: &dns::Query) -> Answer {
        let (sender, answer) = oneshot::channel();
        lock(&self.0).push((query.clone(), sender));
        answer.await.unwrap_or_else(|_| Err(DnsError::other("the resolver gave no answer")))
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
