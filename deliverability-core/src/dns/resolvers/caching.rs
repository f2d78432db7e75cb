//! Keeps answers for their time to live (RFC 1035 §3.2.1, RFC 2308, RFC 9520).

use core::ops::RangeInclusive;
use core::time::Duration;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::dns::{Answer, Query, Resolver};

/// How long an answer without a TTL is kept: a resolver that knows none may have changed its mind.
const WITHOUT_TTL: Duration = Duration::from_secs(60);

/// Keeps the answers of another resolver for their time to live, and asks it once for what is
/// asked many times at once.
///
/// A kept answer is the same to the letter, its TTL included: reports do not depend on how old it
/// is. By default
/// - records are kept for their TTL, up to a day;
/// - NXDOMAIN and no-data for theirs, up to three hours (RFC 2308 §5);
/// - answers without a TTL for a minute;
/// - failures for five seconds (RFC 9520 §3.2), so that one run asks once and the next asks again;
/// - at most 4,096 answers; those that expire first make room.
///
/// ```
/// use deliverability_core::{dns::{Caching, Zone}, spf::CheckHost, Check};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let zone: Zone = r#"example.org TXT "v=spf1 -all""#.parse()?;
/// let resolver = Caching::of(zone);
/// let check = CheckHost::new("192.0.2.1".parse()?, "amy@example.org");
/// let (first, again) = (check.run(&resolver).await, check.run(&resolver).await);
/// resolver.clear(); // after a change in the DNS
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Caching<R> {
    inner: R,
    positive: RangeInclusive<Duration>,
    negative: RangeInclusive<Duration>,
    failures: Duration,
    capacity: usize,
    fixed: HashMap<Query, Duration>,
    state: Mutex<State>,
}

impl<R> Caching<R> {
    /// Keeps what `inner` answers.
    pub fn of(inner: R) -> Self {
        let hours = |n: u64| Duration::from_secs(n * 3600);
        Self {
            inner,
            positive: Duration::ZERO..=hours(24),
            negative: Duration::ZERO..=hours(3),
            failures: Duration::from_secs(5),
            capacity: 4096,
            fixed: HashMap::new(),
            state: Mutex::default(),
        }
    }

    /// Keeps records for at least and at most this long, whatever their TTL.
    #[must_use]
    pub fn positive(self, bounds: RangeInclusive<Duration>) -> Self {
        Self { positive: bounds, ..self }
    }

    /// Keeps NXDOMAIN and no-data for at least and at most this long, whatever their TTL.
    #[must_use]
    pub fn negative(self, bounds: RangeInclusive<Duration>) -> Self {
        Self { negative: bounds, ..self }
    }

    /// Keeps failures for this long; not at all with zero.
    #[must_use]
    pub fn failures(self, time: Duration) -> Self {
        Self { failures: time, ..self }
    }

    /// Keeps the answers to these queries for this long, whatever their TTL and the bounds; their
    /// failures as long as others. So the health of lists is remembered, at their test points:
    ///
    /// ```
    /// use std::time::Duration;
    /// use deliverability_core::{dns::{Caching, Zone}, dnsbl::{catalogue, test_queries}};
    /// let hour = Duration::from_secs(3600);
    /// let resolver = Caching::of(Zone::new()).keeping(test_queries(catalogue()), hour);
    /// ```
    #[must_use]
    pub fn keeping(mut self, queries: impl IntoIterator<Item = Query>, time: Duration) -> Self {
        self.fixed.extend(queries.into_iter().map(|query| (query, time)));
        self
    }

    /// Keeps at most this many answers.
    #[must_use]
    pub fn capacity(self, answers: usize) -> Self {
        Self { capacity: answers, ..self }
    }

    /// Forgets every kept answer, and those under way: what is asked from now on is asked anew.
    pub fn clear(&self) {
        let mut state = self.state();
        *state = State { counter: state.counter, ..State::default() };
    }

    fn time_to_keep(&self, query: &Query, answer: &Answer) -> Duration {
        let Ok(response) = answer else { return self.failures };
        if let Some(fixed) = self.fixed.get(query) {
            return *fixed;
        }
        let bounds = if response.is_void() { &self.negative } else { &self.positive };
        let ttl = response.ttl().map_or(WITHOUT_TTL, |ttl| Duration::from_secs(ttl.into()));
        ttl.max(*bounds.start()).min(*bounds.end())
    }

    fn keep(&self, query: &Query, answer: &Answer, cell: &Arc<OnceCell<Answer>>) {
        let time = self.time_to_keep(query, answer);
        let Some(end) = Instant::now().checked_add(time).filter(|_| !time.is_zero() && self.capacity > 0) else {
            return;
        };
        let mut state = self.state();
        if !state.is_under_way(query, cell) {
            return;
        }
        state.forget(query);
        while state.kept.len() >= self.capacity {
            let Some((_, soonest)) = state.by_end.pop_first() else { break };
            state.kept.remove(&soonest);
        }
        state.counter = state.counter.wrapping_add(1);
        let at = (end, state.counter);
        state.by_end.insert(at, query.clone());
        state.kept.insert(query.clone(), (at, answer.clone()));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct State {
    kept: HashMap<Query, (End, Answer)>,
    /// The kept queries, those that expire first in front.
    by_end: BTreeMap<End, Query>,
    counter: u64,
    under_way: HashMap<Query, Arc<OnceCell<Answer>>>,
}

/// When an answer expires, and a number of its own.
type End = (Instant, u64);

impl State {
    fn fresh(&mut self, query: &Query) -> Option<Answer> {
        let ((end, _), answer) = self.kept.get(query)?;
        if *end > Instant::now() {
            return Some(answer.clone());
        }
        self.forget(query);
        None
    }

    /// Whether this is the question under way, not one from before a [`Caching::clear`].
    fn is_under_way(&self, query: &Query, cell: &Arc<OnceCell<Answer>>) -> bool {
        self.under_way.get(query).is_some_and(|current| Arc::ptr_eq(current, cell))
    }

    fn forget(&mut self, query: &Query) {
        if let Some((end, _)) = self.kept.remove(query) {
            self.by_end.remove(&end);
        }
    }
}

#[async_trait]
impl<R: Resolver> Resolver for Caching<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        let shared = {
            let mut state = self.state();
            if let Some(answer) = state.fresh(query) {
                return answer;
            }
            let cell = Arc::clone(state.under_way.entry(query.clone()).or_default());
            Shared { state: &self.state, query, cell }
        };
        // If who asks gives up, another one who waits asks in its place.
        let ask = || async {
            let answer = self.inner.resolve(query).await;
            self.keep(query, &answer, &shared.cell);
            answer
        };
        shared.cell.get_or_init(ask).await.clone()
    }
}

/// A question that several may wait for; the last to leave clears it away.
struct Shared<'a> {
    state: &'a Mutex<State>,
    query: &'a Query,
    cell: Arc<OnceCell<Answer>>,
}

impl Drop for Shared<'_> {
    fn drop(&mut self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Cells are shared out under the lock: two owners are the table and this one.
        let last = self.cell.initialized() || Arc::strong_count(&self.cell) <= 2;
        if last && state.is_under_way(self.query, &self.cell) {
            state.under_way.remove(self.query);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{DnsError, RecordData, Response};
    use core::sync::atomic::{AtomicU32, Ordering};
    use tokio::time::{advance, sleep};

    /// Takes a second; `n4.test` has that TTL, `void4.test` too, `bad.test` fails. Counts.
    #[derive(Default)]
    struct Counting(AtomicU32);

    #[async_trait]
    impl Resolver for Counting {
        async fn resolve(&self, query: &Query) -> Answer {
            let nth = self.0.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            let label = query.name.labels().next().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
            let response = if let Some(ttl) = label.strip_prefix('n') {
                Response::new([RecordData::A(nth.into())]).with_ttl(ttl.parse().unwrap())
            } else if let Some(ttl) = label.strip_prefix("void") {
                Response::nxdomain().with_ttl(ttl.parse().unwrap())
            } else if label == "bad" {
                return Err(DnsError::Servfail);
            } else {
                Response::no_data()
            };
            response.into_answer()
        }
    }

    fn a(name: &str) -> Query {
        Query::a(name.parse().unwrap())
    }

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    /// Asks, waits, asks again: whether the second answer was a kept one.
    async fn is_kept(cache: &Caching<Counting>, name: &str, wait: u64) -> bool {
        cache.clear();
        let first = cache.resolve(&a(name)).await;
        let asked = cache.inner.0.load(Ordering::Relaxed);
        advance(seconds(wait)).await;
        let second = cache.resolve(&a(name)).await;
        let kept = cache.inner.0.load(Ordering::Relaxed) == asked;
        assert!(!kept || first == second);
        kept
    }

    #[tokio::test(start_paused = true)]
    async fn answers_are_kept_for_their_time() {
        let cache = Caching::of(Counting::default());
        assert!(is_kept(&cache, "n4.test", 3).await);
        assert!(!is_kept(&cache, "n4.test", 4).await);
        assert!(!is_kept(&cache, "n0.test", 0).await, "RFC 1035 §3.2.1: a TTL of 0 is for one use");
        assert!(!is_kept(&cache, "n4294967295.test", 24 * 3600).await);
        assert!(is_kept(&cache, "void99999.test", 3 * 3600 - 1).await);
        assert!(!is_kept(&cache, "void99999.test", 3 * 3600).await);
        assert!(is_kept(&cache, "plain.test", 59).await && !is_kept(&cache, "plain.test", 60).await);
        assert!(is_kept(&cache, "bad.test", 4).await && !is_kept(&cache, "bad.test", 5).await);
        let cache = cache.positive(seconds(30)..=seconds(60)).failures(Duration::ZERO);
        assert!(is_kept(&cache, "n4.test", 29).await && !is_kept(&cache, "n99.test", 60).await);
        assert!(!is_kept(&cache, "bad.test", 0).await);
    }

    #[tokio::test(start_paused = true)]
    async fn some_answers_are_kept_for_a_time_of_their_own() {
        let queries = ["n4.test", "void4.test", "bad.test"].map(a);
        let cache = Caching::of(Counting::default()).positive(seconds(0)..=seconds(9)).keeping(queries, seconds(60));
        assert!(is_kept(&cache, "n4.test", 59).await && !is_kept(&cache, "n4.test", 60).await);
        assert!(is_kept(&cache, "void4.test", 59).await && !is_kept(&cache, "n5.test", 5).await);
        assert!(!is_kept(&cache, "bad.test", 5).await, "a failure is not the health of a list");
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_answers_is_bounded() {
        let cache = Caching::of(Counting::default()).capacity(2);
        for name in ["n50.test", "n40.test", "n60.test", "n70.test"] {
            cache.resolve(&a(name)).await.unwrap();
        }
        assert_eq!(cache.state().kept.len(), 2);
        assert_eq!(cache.state().by_end.len(), 2);
        for name in ["n60.test", "n70.test"] {
            cache.resolve(&a(name)).await.unwrap();
        }
        assert_eq!(cache.inner.0.load(Ordering::Relaxed), 4, "those that expire first made room");
        assert!(!is_kept(&cache.capacity(0), "n50.test", 0).await);
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_question_is_asked_once_at_a_time() {
        let cache = Arc::new(Caching::of(Counting::default()));
        let ask = || {
            let cache = Arc::clone(&cache);
            tokio::spawn(async move { cache.resolve(&a("n0.test")).await })
        };
        let (first, second, third) = (ask(), ask(), ask());
        sleep(Duration::from_millis(500)).await;
        first.abort();
        assert_eq!(second.await.unwrap(), third.await.unwrap());
        // One for who gave up, one for both who took over.
        assert_eq!(cache.inner.0.load(Ordering::Relaxed), 2);
        let alone = ask();
        sleep(Duration::from_millis(500)).await;
        alone.abort();
        assert!(alone.await.unwrap_err().is_cancelled());
        assert!(cache.state().under_way.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_under_way_when_cleared_is_not_kept() {
        let cache = Caching::of(Counting::default());
        let query = a("n60.test");
        let (old, ()) = tokio::join!(cache.resolve(&query), async {
            sleep(Duration::from_millis(500)).await;
            cache.clear();
        });
        assert_ne!(cache.resolve(&query).await, old);
        assert!(cache.state().under_way.is_empty());
    }
}
