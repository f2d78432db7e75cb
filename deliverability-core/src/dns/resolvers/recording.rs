//! Keeps what another resolver answered.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::dns::{Answer, Answers, Query, Resolver};

/// A resolver that keeps every answer of another one, to be saved and replayed.
///
/// ```
/// use deliverability_core::{dns::{Recording, Zone}, spf::CheckHost, Check};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let zone: Zone = r#"example.org TXT "v=spf1 -all""#.parse()?;
/// let resolver = Recording::of(zone);
/// let check = CheckHost::new("192.0.2.1".parse()?, "amy@example.org");
/// let live = check.run(&resolver).await;
/// assert_eq!(check.replay(&resolver.answers()).result(), live.result());
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
pub struct Recording<R> {
    inner: R,
    answers: Mutex<Answers>,
}

impl<R> Recording<R> {
    /// Records what `inner` answers.
    pub fn of(inner: R) -> Self {
        Self { inner, answers: Mutex::default() }
    }

    /// What was answered so far.
    pub fn answers(&self) -> Answers {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl<R: Resolver> Resolver for Recording<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        let answer = self.inner.resolve(query).await;
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(query.clone(), answer.clone());
        answer
    }
}
