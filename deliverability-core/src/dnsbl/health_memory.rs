//! Remembers for an hour what lists answered at their test points.

use core::time::Duration;
use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;

use super::list::List;
use crate::dns::{Answer, Caching, Query, Resolver};

/// How long the answer at a test point is kept.
const AN_HOUR: Duration = Duration::from_secs(3600);

/// Asks each test point of some lists once an hour, whatever the TTL of the answer, and passes
/// everything else on.
///
/// A check is pure and remembers nothing: the health of a list belongs to the (list, resolver) pair,
/// so the memory is a resolver around that resolver. Behind it a list whose health is known costs
/// one query a subject. A test point that failed is asked again after five seconds.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, dnsbl::{HealthMemory, Kind, List, Lookup}};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let lists = [List::new("bl.example".parse()?, Kind::Ip).with_rfc_test_points()];
/// let zone: Zone = "2.0.0.127.bl.example A 127.0.0.2".parse()?;
/// let resolver = HealthMemory::of(zone, &lists);
/// for ip in ["192.0.2.7", "192.0.2.8"] {
///     // Three queries for the first address, one for the second.
///     assert!(!Lookup::of(ip.parse()?).lists(&lists).run(&resolver).await[0].is_unknown());
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct HealthMemory<R> {
    inner: Arc<R>,
    points: HashSet<Query>,
    kept: Caching<Arc<R>>,
}

impl<R> HealthMemory<R> {
    /// Remembers the test points of `lists`, as `inner` answers them.
    pub fn of(inner: R, lists: &[List]) -> Self {
        let points: HashSet<Query> = lists.iter().flat_map(List::points).map(|point| point.query.clone()).collect();
        let inner = Arc::new(inner);
        let kept = Caching::of(Arc::clone(&inner)).positive(AN_HOUR..=AN_HOUR).negative(AN_HOUR..=AN_HOUR);
        Self { inner, kept: kept.capacity(points.len()), points }
    }

    /// The resolver that is asked.
    pub fn inner(&self) -> &R {
        &self.inner
    }

    /// Forgets what was remembered.
    pub fn clear(&self) {
        self.kept.clear();
    }
}

#[async_trait]
impl<R: Resolver> Resolver for HealthMemory<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        if self.points.contains(query) { self.kept.resolve(query).await } else { self.inner.resolve(query).await }
    }
}
