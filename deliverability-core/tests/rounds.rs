//! Round trips are the depth of the question, not its width: one second a query, paused time,
//! elapsed seconds are rounds.
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use async_trait::async_trait;
use deliverability_core::dns::{Answer, Driver, Query, Resolver, Zone};
use deliverability_core::spf::{CheckHost, Evaluation};

/// A root with 2 includes of 2 and 4 includes below: 8 look-ups, depth 2 below the root.
const TREE: &str = r#"
example.org  TXT "v=spf1 include:a.test include:b.test -all"
a.test       TXT "v=spf1 include:a1.test include:a2.test -all"
b.test       TXT "v=spf1 include:b1.test include:b2.test include:b3.test include:b4.test -all"
a1.test      TXT "v=spf1 ip4:192.0.2.1 -all"
a2.test      TXT "v=spf1 ip4:192.0.2.2 -all"
b1.test      TXT "v=spf1 ip4:192.0.2.3 -all"
b2.test      TXT "v=spf1 ip4:192.0.2.4 -all"
b3.test      TXT "v=spf1 ip4:192.0.2.5 -all"
b4.test      TXT "v=spf1 ip4:192.0.2.6 -all"
"#;

const FIVE_HOSTS: &str = r#"
example.org  TXT "v=spf1 mx -all"
example.org  MX  1 mx1.example.org
example.org  MX  2 mx2.example.org
example.org  MX  3 mx3.example.org
example.org  MX  4 mx4.example.org
example.org  MX  5 mx5.example.org
mx1.example.org A 192.0.2.1
mx2.example.org A 192.0.2.2
mx3.example.org A 192.0.2.3
mx4.example.org A 192.0.2.4
mx5.example.org A 192.0.2.5
"#;

struct OneSecond(Zone);

#[async_trait]
impl Resolver for OneSecond {
    async fn resolve(&self, query: &Query) -> Answer {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        self.0.answer(query)
    }
}

/// The outcome and the seconds it took.
async fn timed(driver: Driver, check: &CheckHost, zone: &str) -> (Evaluation, u64) {
    let resolver = OneSecond(zone.parse().unwrap());
    let start = tokio::time::Instant::now();
    let evaluation = driver.drive(check, &resolver).await.0;
    (evaluation, start.elapsed().as_secs())
}

async fn rounds(zone: &str, ip: &str) -> (Evaluation, u64, u64) {
    let check = CheckHost::new(ip.parse().unwrap(), "amy@example.org");
    let (eager, rounds) = timed(Driver::default(), &check, zone).await;
    let (frugal, one_at_a_time) = timed(Driver::default().frugal(), &check, zone).await;
    assert_eq!(eager, frugal, "verdict, cause, trace and ledger are those of the one-at-a-time driver");
    (eager, rounds, one_at_a_time)
}

#[tokio::test(start_paused = true)]
async fn a_tree_of_eight_lookups_takes_three_rounds() {
    let (evaluation, eager, one_at_a_time) = rounds(TREE, "198.51.100.1").await;
    assert_eq!((evaluation.result().as_str(), evaluation.trace().ledger().lookups()), ("fail", 8));
    assert_eq!((eager, one_at_a_time), (3, 9));
}

#[tokio::test(start_paused = true)]
async fn an_mx_with_five_hosts_takes_three_rounds() {
    let (evaluation, eager, one_at_a_time) = rounds(FIVE_HOSTS, "192.0.2.5").await;
    assert_eq!((evaluation.result().as_str(), evaluation.trace().ledger().lookups()), ("pass", 1));
    assert_eq!((eager, one_at_a_time), (3, 7));
}

#[tokio::test(start_paused = true)]
async fn a_match_ends_the_waiting() {
    // What is foreseen may be slow: the check is done as soon as its own answers are there.
    let (evaluation, eager, one_at_a_time) = rounds(TREE, "192.0.2.1").await;
    assert_eq!((evaluation.result().as_str(), evaluation.trace().ledger().lookups()), ("pass", 2));
    assert_eq!((eager, one_at_a_time), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn exp_is_asked_after_all_else() {
    let zone = format!("{}\nwhy.test TXT \"no\"\n", TREE.replacen("-all", "-all exp=why.test", 1));
    let (evaluation, eager, _) = rounds(&zone, "198.51.100.1").await;
    assert_eq!((evaluation.explanation(), eager), (Some("no"), 4));
}

#[tokio::test(start_paused = true)]
async fn a_cap_on_queries_in_flight_costs_no_more_rounds_than_it_must() {
    let check = CheckHost::new("198.51.100.1".parse().unwrap(), "amy@example.org");
    let (_, seconds) = timed(Driver::default().in_flight(3), &check, TREE).await;
    assert_eq!(seconds, 4, "1 + 2 + 6 queries, three at a time");
}
