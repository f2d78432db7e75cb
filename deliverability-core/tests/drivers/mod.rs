//! Runs one check through every driver, over resolvers that answer in any order.

use std::fmt::Debug;
use std::sync::Mutex;

use async_trait::async_trait;
use deliverability_core::Check;
use deliverability_core::dns::{Answer, Answers, Driver, Query, Resolver, Zone};

/// A small generator of numbers (splitmix64): the same on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }
}

/// A resolver over a zone whose answers arrive in a random order.
struct Shuffled<'a> {
    zone: &'a Zone,
    random: Mutex<Random>,
}

#[async_trait]
impl Resolver for Shuffled<'_> {
    async fn resolve(&self, query: &Query) -> Answer {
        let turns = self.random.lock().unwrap().below(6);
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        self.zone.answer(query)
    }
}

/// The outcome over the zone, after every driver gave the same one. What each query came to in
/// the one-at-a-time run is enough to replay it.
pub(crate) fn all_agree<C>(check: &C, zone: &Zone, seed: u64) -> C::Outcome
where
    C: Check + Sync,
    C::Outcome: Debug + PartialEq + Send,
{
    let outcome = check.in_zone(zone);
    let (frugal, asked) = block_on(Driver::default().frugal().drive(check, zone));
    assert_eq!(frugal, outcome, "one at a time");
    assert_eq!(check.replay(&asked), outcome, "replayed");
    let mut calls = Answers::new();
    let called = check.run_with(|query| {
        assert!(!calls.contains(query), "asked twice: {query}");
        calls.insert(query.clone(), zone.answer(query));
        zone.answer(query)
    });
    assert_eq!(called, outcome, "callback");
    assert_eq!(calls, asked, "the callback is asked what the one-at-a-time driver asks");
    for (n, in_flight) in [1, 3, 64].into_iter().enumerate() {
        let resolver = Shuffled { zone, random: Mutex::new(Random(seed.wrapping_add(n as u64))) };
        let eager = block_on(Driver::default().in_flight(in_flight).drive(check, &resolver)).0;
        assert_eq!(eager, outcome, "eager, {in_flight} in flight");
    }
    outcome
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}
