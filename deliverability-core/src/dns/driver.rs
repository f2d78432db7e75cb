//! The async driver: asks what a check needs and steps it, without a barrier.

use core::future::Future;
use core::pin::Pin;
use core::task::Poll;
use std::collections::HashSet;

use futures_util::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::{Answers, Check, Needed, Query, Resolver, Step};

/// Drives a check over a [`Resolver`].
///
/// It keeps up to [`Driver::in_flight`] queries under way, takes in all that has arrived, steps
/// the check and asks what is new, in the check's order. It waits for no round to be complete, so
/// one silent server delays only what depends on it.
///
/// ```
/// use deliverability_core::{dns::{Driver, Zone}, spf::CheckHost};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let zone: Zone = r#"example.org TXT "v=spf1 -all""#.parse()?;
/// let check = CheckHost::new("192.0.2.1".parse()?, "amy@example.org");
/// let (outcome, asked) = Driver::default().in_flight(8).drive(&check, &zone).await;
/// assert_eq!(asked.len(), 1);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Driver {
    in_flight: usize,
    frugal: bool,
}

impl Default for Driver {
    /// Eager, with at most 64 queries in flight.
    fn default() -> Self {
        Self { in_flight: 64, frugal: false }
    }
}

impl Driver {
    /// At most `queries` in flight at once (at least 1).
    #[must_use]
    pub fn in_flight(self, queries: usize) -> Self {
        Self { in_flight: queries.max(1), ..self }
    }

    /// Asks blocking queries only: the fewest queries, the most round trips.
    #[must_use]
    pub fn frugal(self) -> Self {
        Self { frugal: true, ..self }
    }

    /// Runs `check` to its end; gives its outcome and every answer that came, read or not.
    ///
    /// Drop the future to cancel; queries under way are dropped with it.
    ///
    /// # Panics
    ///
    /// If the check asks only for what it was already given, which is a bug in the check.
    pub async fn drive<C, R>(&self, check: &C, resolver: &R) -> (C::Outcome, Answers)
    where
        C: Check + ?Sized,
        R: Resolver + ?Sized,
    {
        let mut answers = Answers::new();
        let mut waited_for: HashSet<Query> = HashSet::new();
        let mut under_way = FuturesUnordered::new();
        loop {
            let needed = match check.step(&answers) {
                Step::Done(outcome) => return (outcome, answers),
                Step::Need(needed) => needed,
            };
            assert!(is_progress(&needed, &answers), "a check asks only for what it was given: {needed:?}");
            let foreseen = if self.frugal { Vec::new() } else { needed.foreseen };
            let mut at_once = 0;
            for query in needed.blocking.into_iter().chain(foreseen) {
                if under_way.len() + at_once >= self.in_flight {
                    break;
                }
                if waited_for.contains(&query) || answers.contains(&query) {
                    continue;
                }
                // What a cache or a zone answers at once need not be waited for.
                let asked = query.clone();
                let mut asking = Box::pin(ask(resolver, query));
                if let Some(answer) = poll_once(&mut asking).await {
                    answers.extend([answer]);
                    at_once += 1;
                } else {
                    waited_for.insert(asked);
                    under_way.push(asking);
                }
            }
            if at_once == 0 {
                answers.extend(under_way.next().await);
            }
            // All that is there already goes into the same step.
            while let Some(Some(arrived)) = under_way.next().now_or_never() {
                answers.extend([arrived]);
            }
        }
    }
}

/// What a future gives if it is ready; it is polled again by whoever waits for it.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    core::future::poll_fn(|context| match Pin::new(&mut *future).poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

async fn ask<R: Resolver + ?Sized>(resolver: &R, query: Query) -> (Query, super::Answer) {
    let answer = resolver.resolve(&query).await;
    (query, answer)
}

fn is_progress(needed: &Needed, answers: &Answers) -> bool {
    needed.blocking.iter().any(|query| !answers.contains(query))
}
