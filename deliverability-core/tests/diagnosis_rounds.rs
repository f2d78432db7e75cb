//! A diagnosis among 60 lists: SPF is not held up by them, a silent list holds up nothing, and a
//! deadline ends the whole. One second a query, paused time: elapsed seconds are rounds.
#![cfg(all(feature = "tokio", feature = "zone-file"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use deliverability_core::dns::{Answer, Deadline, Driver, Known, Query, Resolver, Zone};
use deliverability_core::dnsbl::{Impact, Kind, List, Lookup};
use deliverability_core::spf::{CheckHost, Evaluation};
use deliverability_core::{Check, Diagnosis, Step};
use tokio::time::{Instant, sleep};

const TREE: &str = r#"
example.org  TXT "v=spf1 include:a.test include:b.test -all"
a.test       TXT "v=spf1 include:a1.test include:a2.test include:a3.test -all"
b.test       TXT "v=spf1 include:b1.test include:b2.test include:b3.test -all"
a1.test      TXT "v=spf1 ip4:192.0.2.1 -all"
a2.test      TXT "v=spf1 ip4:192.0.2.2 -all"
a3.test      TXT "v=spf1 ip4:192.0.2.3 -all"
b1.test      TXT "v=spf1 ip4:192.0.2.4 -all"
b2.test      TXT "v=spf1 ip4:192.0.2.5 -all"
b3.test      TXT "v=spf1 ip4:198.51.100.7 -all"
example.org  MX  10 mx1.example.org
example.org  MX  10 mx2.example.org
mx1.example.org A 198.51.100.7
mx2.example.org A 198.51.100.8
7.100.51.198.in-addr.arpa PTR mx1.example.org
"#;

const IP: &str = "198.51.100.7";

/// Sixty lists whose test points are in order, and which list nothing.
fn world() -> (Zone, Vec<List>) {
    let mut text = TREE.to_owned();
    let mut lists = Vec::new();
    for n in 0..60 {
        let _ = writeln!(text, "2.0.0.127.l{n}.lists.test A 127.0.0.2");
        let list = List::new(format!("l{n}.lists.test").parse().unwrap(), Kind::Ip);
        lists.push(list.with_rfc_test_points().with_impact(Impact::High));
    }
    (text.parse().unwrap(), lists)
}

fn diagnosis(lists: &[List]) -> Diagnosis {
    let domain = "example.org".parse().unwrap();
    Diagnosis::of(domain).sending_ip(IP.parse().unwrap()).helo("mx1.example.org").selector("s").lists(lists)
}

/// Answers after a second, never for names below `silent`; notes when each query was answered.
struct Slow {
    zone: Zone,
    silent: Option<&'static str>,
    start: Instant,
    answered: Mutex<BTreeMap<Query, u64>>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
}

impl Slow {
    fn new(zone: Zone, silent: Option<&'static str>) -> Self {
        let (in_flight, most_in_flight) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { zone, silent, start: Instant::now(), answered: Mutex::default(), in_flight, most_in_flight }
    }

    fn answered_at(&self, name: &str) -> u64 {
        self.answered.lock().unwrap()[&Query::txt(name.parse().unwrap())]
    }
}

#[async_trait]
impl Resolver for Slow {
    async fn resolve(&self, query: &Query) -> Answer {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        if self.silent.is_some_and(|silent| query.name.is_within(&silent.parse().unwrap())) {
            sleep(Duration::from_secs(3600)).await;
        }
        sleep(Duration::from_secs(1)).await;
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        self.answered.lock().unwrap().insert(query.clone(), self.start.elapsed().as_secs());
        self.zone.answer(query)
    }
}

/// SPF, with a note of when it was first done.
struct Watched<'a> {
    check: CheckHost,
    start: Instant,
    done_at: &'a Mutex<Cell<Option<u64>>>,
}

impl Check for Watched<'_> {
    type Outcome = Evaluation;

    fn step(&self, known: &dyn Known) -> Step<Evaluation> {
        let step = self.check.step(known);
        let done_at = self.done_at.lock().unwrap();
        if matches!(step, Step::Done(_)) && done_at.get().is_none() {
            done_at.set(Some(self.start.elapsed().as_secs()));
        }
        step
    }
}

#[tokio::test(start_paused = true)]
async fn spf_takes_three_rounds_inside_a_diagnosis_with_sixty_lists() {
    let (zone, lists) = world();
    let resolver = Slow::new(zone.clone(), None);
    let report = diagnosis(&lists).run(&resolver).await;
    // 180 list queries wait behind 64 places; the SPF tree does not.
    assert_eq!(resolver.answered_at("b3.test"), 3, "the deepest include");
    assert_eq!(resolver.most_in_flight.load(Ordering::SeqCst), 64);
    assert!(resolver.start.elapsed() <= Duration::from_secs(5), "{:?}", resolver.start.elapsed());
    assert_eq!(report, diagnosis(&lists).in_zone(&zone), "the report is that of the one-at-a-time driver");
}

#[tokio::test(start_paused = true)]
async fn a_silent_list_does_not_delay_spf_and_the_deadline_names_it() {
    let (zone, lists) = world();
    for silent in [None, Some("l7.lists.test")] {
        let resolver = Slow::new(zone.clone(), silent);
        let done_at = Mutex::default();
        let check = CheckHost::new(IP.parse().unwrap(), "amy@example.org");
        let spf = Watched { check, start: resolver.start, done_at: &done_at };
        let both = (spf, Lookup::of(IP.parse().unwrap()).lists(&lists));
        let (evaluation, verdicts) = both.run(&Deadline::of(&resolver, Duration::from_secs(20))).await;
        assert_eq!((evaluation.result().as_str(), done_at.lock().unwrap().get()), ("pass", Some(3)));
        let unknown: Vec<_> = verdicts.iter().filter(|v| v.is_unknown()).map(|v| v.list().zone().to_string()).collect();
        assert_eq!(unknown, silent.into_iter().collect::<Vec<_>>());
        let elapsed = resolver.start.elapsed().as_secs();
        assert!(if silent.is_some() { elapsed == 20 } else { elapsed <= 4 }, "{elapsed} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_whole_diagnosis_and_keeps_the_rest() {
    let (zone, lists) = world();
    let resolver = Slow::new(zone, Some("l7.lists.test"));
    let report = diagnosis(&lists).run(&Deadline::of(&resolver, Duration::from_secs(20))).await;
    assert_eq!(resolver.start.elapsed().as_secs(), 20);
    let open: Vec<&str> = report.unknown().iter().map(|open| open.question.as_str()).collect();
    assert_eq!(open, ["is 198.51.100.7 listed at l7.lists.test"]);
    assert_eq!(report.unknown()[0].reason, "no answer in time");
    assert!(report.findings().iter().any(|found| found.rule.as_str() == "dkim.key-missing"));
}

#[tokio::test(start_paused = true)]
async fn drivers_agree_on_the_report() {
    let (zone, lists) = world();
    let check = diagnosis(&lists[..4]);
    let wanted = check.in_zone(&zone);
    for driver in [Driver::default(), Driver::default().frugal(), Driver::default().in_flight(1)] {
        let (report, asked) = driver.drive(&check, &zone).await;
        assert_eq!(report, wanted);
        assert_eq!(check.replay(&asked), wanted);
    }
    assert_eq!(check.replay(wanted.answers()), wanted, "the report's own answers are enough to replay it");
}
