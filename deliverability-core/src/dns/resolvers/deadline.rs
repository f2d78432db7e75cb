//! An end to waiting.

use core::future::Future;
use core::pin::pin;
use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::future::{Either, select};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::dns::{Answer, DnsError, Query, Resolver};

/// Ends all questions of one run at one time: what is not answered by then is
/// [`DnsError::Timeout`], and nothing more is asked.
///
/// The time counts from the first question and holds for all of them together, however deep the
/// check goes: put a new `Deadline` around a shared resolver for each run. All that was answered
/// in time stays in the outcome; the list that kept silent stands in it with its time-out.
///
/// With [`Deadline::shrinking`] the last few are not waited for as long as that: once nearly all
/// have answered, what is left has a few times as long as the slowest of them took.
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
    shrinking: Option<Shrinking>,
}

/// How long the last few questions have.
#[derive(Debug)]
struct Shrinking {
    times: u32,
    at_least: Duration,
    run: Mutex<Run>,
    /// Whether nearly all have answered; who waits looks at its time when this changes.
    nearly_all: watch::Sender<bool>,
}

/// What has come of the questions so far.
#[derive(Debug, Default)]
struct Run {
    asked: u32,
    answered: u32,
    slowest: Duration,
    /// When the last answer came.
    last: Option<Instant>,
}

/// Of how many questions one may be unanswered when nearly all have answered.
const ONE_IN: u32 = 8;
/// Fewest answers from which is told how long answers take.
const ENOUGH: u32 = 8;

impl<R> Deadline<R> {
    /// Asks `inner` for as long as `within` from the first question on.
    pub fn of(inner: R, within: Duration) -> Self {
        Self { inner, within, end: Mutex::default(), shrinking: None }
    }

    /// Waits less for the last few: as soon as at least 8 questions have answered, and at most one
    /// in eight of those asked has not, a question that is still open is a [`DnsError::Timeout`]
    /// after `times` as long as the slowest answer took, and after `at_least`, whichever is longer,
    /// counted from the last answer that came or from when it was asked, whichever is later. The
    /// time of the whole run stays the limit.
    ///
    /// A question that is only slow, or was lost once on the way, is cut off too: its verdict is
    /// "unknown", with the time-out as the reason. So 58 lists that answer and 2 that are silent
    /// take about a second, the silent ones told by name:
    ///
    /// ```
    /// use std::time::Duration;
    /// use deliverability_core::dns::{Deadline, Zone};
    /// let shared = Zone::new();
    /// let run = Deadline::of(&shared, Duration::from_secs(20)).shrinking(4, Duration::from_millis(800));
    /// ```
    #[must_use]
    pub fn shrinking(self, times: u32, at_least: Duration) -> Self {
        let (run, nearly_all) = (Mutex::default(), watch::Sender::new(false));
        Self { shrinking: Some(Shrinking { times, at_least, run, nearly_all }), ..self }
    }

    /// Starts the time now, before the first question or once more.
    pub fn start(&self) {
        *self.end() = self.end_from_now();
        if let Some(shrinking) = &self.shrinking {
            *shrinking.run() = Run::default();
            shrinking.nearly_all.send_replace(false);
        }
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
        if end.is_some_and(|end| Instant::now() >= end) {
            return Err(DnsError::Timeout);
        }
        match (&self.shrinking, end) {
            (Some(shrinking), end) => shrinking.ask(end, self.inner.resolve(query)).await,
            (None, None) => self.inner.resolve(query).await,
            (None, Some(end)) => timeout_at(end, self.inner.resolve(query)).await.unwrap_or(Err(DnsError::Timeout)),
        }
    }
}

impl Shrinking {
    async fn ask(&self, end: Option<Instant>, answer: impl Future<Output = Answer>) -> Answer {
        let asked = Instant::now();
        let mut nearly_all = self.nearly_all.subscribe();
        self.count(|run| run.asked = run.asked.saturating_add(1));
        let mut answer = pin!(answer);
        loop {
            nearly_all.mark_unchanged();
            let until = [end, self.end_for(asked)].into_iter().flatten().min();
            if until.is_some_and(|until| Instant::now() >= until) {
                return Err(DnsError::Timeout);
            }
            // The sender lives as long as `self`: `changed` ends by a change only.
            let changed = pin!(nearly_all.changed());
            let either = select(&mut answer, changed);
            let either = match until {
                Some(until) => timeout_at(until, either).await.ok(),
                None => Some(either.await),
            };
            if let Some(Either::Left((answer, _))) = either {
                self.count(|run| run.take_in(asked));
                return answer;
            }
        }
    }

    /// When a question that was asked then is given up; `None` while many are open.
    fn end_for(&self, asked: Instant) -> Option<Instant> {
        let run = self.run();
        let last = run.last.filter(|_| run.nearly_all_answered())?;
        last.max(asked).checked_add(run.slowest.saturating_mul(self.times).max(self.at_least))
    }

    fn count(&self, change: impl FnOnce(&mut Run)) {
        let nearly_all = {
            let mut run = self.run();
            change(&mut run);
            run.nearly_all_answered()
        };
        self.nearly_all.send_if_modified(|was| core::mem::replace(was, nearly_all) != nearly_all);
    }

    fn run(&self) -> std::sync::MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    fn take_in(&mut self, asked: Instant) {
        let now = Instant::now();
        self.answered = self.answered.saturating_add(1);
        self.slowest = self.slowest.max(now.saturating_duration_since(asked));
        self.last = Some(now);
    }

    fn nearly_all_answered(&self) -> bool {
        let open = self.asked.saturating_sub(self.answered);
        self.answered >= ENOUGH && open.saturating_mul(ONE_IN) <= self.asked
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

    /// Answers at once or after some milliseconds, as the first label says: `n50`, or never.
    struct Paced;

    #[async_trait]
    impl Resolver for Paced {
        async fn resolve(&self, query: &Query) -> Answer {
            let label = query.name.labels().next().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            let Some(pace) = label.strip_prefix('n') else { return std::future::pending().await };
            tokio::time::sleep(Duration::from_millis(pace.parse().unwrap())).await;
            Response::no_data().into_answer()
        }
    }

    fn shrinking(good: usize, silent: usize) -> (Vec<Ask>, Deadline<Paced>) {
        let good = (0..good).map(|n| Ask(vec![a(&format!("n{}.list{n}.test", 50 + n))]));
        let silent = (0..silent).map(|n| Ask(vec![a(&format!("silent.list{n}.test"))]));
        let deadline = Deadline::of(Paced, Duration::from_secs(20)).shrinking(4, Duration::from_millis(800));
        (good.chain(silent).collect(), deadline)
    }

    async fn run(checks: Vec<Ask>, deadline: &Deadline<Paced>) -> (Duration, Vec<String>) {
        let start = Instant::now();
        let outcomes = checks.run(deadline).await.into_iter().flatten();
        let failed = outcomes.filter(|(_, answer)| answer.is_err()).map(|(query, _)| query.name.to_string());
        let failed = failed.collect();
        (start.elapsed(), failed)
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_few_have_a_few_times_as_long_as_the_others_took() {
        let (checks, deadline) = shrinking(58, 2);
        let (time, failed) = run(checks, &deadline).await;
        assert_eq!(failed, ["silent.list0.test", "silent.list1.test"]);
        // The slowest took 107 ms: 800 ms more is longer than four times that.
        assert_eq!(time, Duration::from_millis(907));
        // Slower ones have longer, and what comes in that time counts.
        let (mut checks, deadline) = shrinking(58, 2);
        checks.extend(["n400.test", "n1500.test"].map(|name| Ask(vec![a(name)])));
        let (time, failed) = run(checks, &deadline).await;
        assert_eq!((time, failed.len()), (Duration::from_millis(1500 + 4 * 1500), 2));
    }

    #[tokio::test(start_paused = true)]
    async fn many_silent_ones_are_waited_for_and_later_questions_have_their_time() {
        let (checks, deadline) = shrinking(50, 10);
        assert_eq!(run(checks, &deadline).await.0, Duration::from_secs(20), "a sixth are not the last few");
        let (checks, deadline) = shrinking(5, 1);
        assert_eq!(run(checks, &deadline).await.0, Duration::from_secs(20), "five tell nothing");
        let (checks, deadline) = shrinking(58, 0);
        run(checks, &deadline).await;
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(deadline.resolve(&a("n700.test")).await.is_ok());
        deadline.start();
        let again = shrinking(58, 1).0;
        assert_eq!(run(again, &deadline).await.0, Duration::from_millis(907));
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_time_is_no_deadline() {
        let deadline = Deadline::of(Slow::default(), Duration::MAX);
        assert!(deadline.resolve(&a("a.test")).await.is_ok());
    }
}
