//! The async driver: asks what a check needs and steps it, without a barrier.

use core::cell::RefCell;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll};
use std::collections::HashSet;

use futures_util::FutureExt as _;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::{Answer, Answers, Check, Known, Needed, Query, Resolver, Step};

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
        let mut flight = Flight { limit: self.in_flight, asked: HashSet::new(), under_way: FuturesUnordered::new() };
        loop {
            let step = poll_fn(|context| {
                let (answers, flight) = (&mut answers, &mut flight);
                let asking = Asking { answers, flight, resolver, context, waits: false };
                Poll::Ready(check.step(&RefCell::new(asking)))
            });
            let needed = match step.await {
                Step::Done(outcome) => return (outcome, answers),
                Step::Need(needed) => needed,
            };
            assert!(is_progress(&needed, &answers), "a check asks only for what it was given: {needed:?}");
            let foreseen = if self.frugal { Vec::new() } else { needed.foreseen };
            for query in needed.blocking.into_iter().chain(foreseen) {
                if !answers.contains(&query) && flight.has_room_for(&query) {
                    flight.add(query.clone(), Box::pin(ask(resolver, query)));
                }
            }
            answers.extend(flight.under_way.next().await);
            // All that is there already goes into the same step.
            while let Some(Some(arrived)) = flight.under_way.next().now_or_never() {
                answers.extend([arrived]);
            }
        }
    }
}

/// A query on its way to its answer.
type Arriving<'a> = Pin<Box<dyn Future<Output = (Query, Answer)> + Send + 'a>>;

async fn ask<R: Resolver + ?Sized>(resolver: &R, query: Query) -> (Query, Answer) {
    let answer = resolver.resolve(&query).await;
    (query, answer)
}

/// The queries that are waited for, and those that were.
struct Flight<'a> {
    limit: usize,
    asked: HashSet<Query>,
    under_way: FuturesUnordered<Arriving<'a>>,
}

impl<'a> Flight<'a> {
    fn has_room_for(&self, query: &Query) -> bool {
        self.under_way.len() < self.limit && !self.asked.contains(query)
    }

    fn add(&mut self, query: Query, arriving: Arriving<'a>) {
        self.asked.insert(query);
        self.under_way.push(arriving);
    }
}

/// What is known during a step. The first query that is missing is what every driver asks next, so
/// it is asked on the spot: where the answer is there at once, as from a cache, the step goes on.
struct Asking<'s, 'c, 'a, R: ?Sized> {
    answers: &'s mut Answers,
    flight: &'s mut Flight<'a>,
    resolver: &'a R,
    context: &'s mut Context<'c>,
    /// Something is missing, so that what the check asks from now on is foreseen only.
    waits: bool,
}

impl<R: Resolver + ?Sized> Asking<'_, '_, '_, R> {
    fn get(&mut self, query: &Query) -> Result<Answer, Query> {
        if let Some(answer) = self.answers.get(query) {
            return Ok(answer.clone());
        }
        if core::mem::replace(&mut self.waits, true) || !self.flight.has_room_for(query) {
            return Err(query.clone());
        }
        let mut arriving: Arriving<'_> = Box::pin(ask(self.resolver, query.clone()));
        match arriving.as_mut().poll(self.context) {
            Poll::Ready((query, answer)) => {
                self.waits = false;
                self.answers.insert(query, answer.clone());
                Ok(answer)
            }
            Poll::Pending => {
                self.flight.add(query.clone(), arriving);
                Err(query.clone())
            }
        }
    }
}

impl<R: Resolver + ?Sized> Known for RefCell<Asking<'_, '_, '_, R>> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        self.borrow_mut().get(query)
    }
}

fn is_progress(needed: &Needed, answers: &Answers) -> bool {
    needed.blocking.iter().any(|query| !answers.contains(query))
}
