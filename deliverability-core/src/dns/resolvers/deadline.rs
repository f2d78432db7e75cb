//! An end to waiting.

use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};

use crate::dns::{Answer, DnsError, Query, Resolver};

/// Ends all questions of one run at one time: what is not answered by then is
/// [`DnsError::Timeout`], and nothing more is asked.
///
/// The time counts from the first question and holds for all of them together, however deep the
/// check goes: put a new `Deadline` around a shared resolver for each run. All that was answered
/// in time stays in the outcome; the list that kept silent stands in it with its time-out.
///
/// Needs a Tokio runtime with its timer enabled.
///
/// ```
/// use std::time::Duration;
/// use deliverability_core::{dns::{Deadline, Zone}, spf::CheckHost, Check};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let shared: Zone = r#"example.org TXT "v=spf1 -all""#.parse()?;
/// let check = CheckHost::new("192.0.2.1".parse()?, "amy@example.org");
/// let outcome = check.run(&Deadline::of(&shared, Duration::from_secs(20))).await;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Deadline<R> {
    inner: R,
    within: Duration,
    /// When the time is up; not set before the first question.
    end: Mutex<Option<Instant>>,
}

impl<R> Deadline<R> {
    /// Asks `inner` for as long as `within` from the first question on.
    pub fn of(inner: R, within: Duration) -> Self {
        Self { inner, within, end: Mutex::default() }
    }

    /// Starts the time now, before the first question or once more.
    pub fn start(&self) {
        *self.end() = self.end_from_now();
    }

    /// `None` where no clock reaches.
    fn end_from_now(&self) -> Option<Instant> {
        Instant::now().checked_add(self.within)
    }

    fn end(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<R: Resolver> Resolver for Deadline<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        let end = {
            let mut end = self.end();
            *end = end.or_else(|| self.end_from_now());
            *end
        };
        match end {
            None => self.inner.resolve(query).await,
            Some(end) if Instant::now() >= end => Err(DnsError::Timeout),
            Some(end) => timeout_at(end, self.inner.resolve(query)).await.unwrap_or(Err(DnsError::Timeout)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Answers, Check, Known, Needed, Response, Step};
    use core::sync::atomic::{AtomicUsize, Ordering};

    /// Answers after a second, but never for names under `silent`.
    #[derive(Default)]
    struct Slow {
        asked: AtomicUsize,
    }

    #[async_trait]
    impl Resolver for Slow {
        async fn resolve(&self, query: &Query) -> Answer {
            self.asked.fetch_add(1, Ordering::Relaxed);
            if query.name.labels().any(|label| label == b"silent") {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            Response::no_data().into_answer()
        }
    }

    /// Asks its queries one after the other.
    struct Ask(Vec<Query>);

    impl Check for Ask {
        type Outcome = Answers;

        fn step(&self, known: &dyn Known) -> Step<Answers> {
            let answered: Result<Answers, Query> =
                self.0.iter().map(|query| Ok((query.clone(), known.get(query)?))).collect();
            match answered.map_err(|query| Needed::in_order([query])) {
                Ok(answers) => Step::Done(answers),
                Err(needed) => Step::Need(needed.unwrap_or_default()),
            }
        }
    }

    fn a(name: &str) -> Query {
        Query::a(name.parse().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn one_deadline_ends_the_whole_and_names_who_was_silent() {
        let lists = (0..60).map(|n| Ask(vec![a(&format!("list{n}.test"))]));
        let silent = Ask(vec![a("silent.test"), a("after.silent.test")]);
        let checks: Vec<Ask> = lists.chain([silent]).collect();
        let slow = Slow::default();
        let deadline = Deadline::of(&slow, Duration::from_secs(5));
        tokio::time::advance(Duration::from_secs(60)).await;
        let start = Instant::now();
        let outcomes = checks.run(&deadline).await;
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        let failed: Vec<String> = outcomes
            .into_iter()
            .flatten()
            .filter(|(_, answer)| *answer == Err(DnsError::Timeout))
            .map(|(query, _)| query.to_string())
            .collect();
        assert_eq!(failed, ["after.silent.test A", "silent.test A"]);
        assert_eq!(slow.asked.load(Ordering::Relaxed), 61, "nothing is asked once time is up");
        deadline.start();
        assert!(deadline.resolve(&a("again.test")).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_time_is_no_deadline() {
        let deadline = Deadline::of(Slow::default(), Duration::MAX);
        assert!(deadline.resolve(&a("a.test")).await.is_ok());
    }
}
