//! Asking lists well: one query a list and record, health remembered for an hour, lists that
//! refused or were silent left alone, names as each list wants them.
#![cfg(all(feature = "zone-file", feature = "tokio", feature = "idna"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use deliverability_core::dns::{Answer, Answers, DnsError, Driver, Known, Needed, Query, Resolver, Zone};
use deliverability_core::dnsbl::{HealthMemory, Kind, List, Lookup, LookupEach, Status, Subject, Verdict};
use deliverability_core::{Check, DomainName, Step};

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

fn address(text: &str) -> Subject {
    Subject::Ip(text.parse().unwrap())
}

fn healthy(zone: &str) -> List {
    List::new(name(zone), Kind::IpAndDomain).with_rfc_test_points()
}

/// Notes every query; answers after a second, and with a TTL of a minute.
#[derive(Default)]
struct Noting {
    zone: Zone,
    asked: Mutex<Vec<Query>>,
}

impl Noting {
    fn over(zone: Zone) -> Self {
        Self { zone, asked: Mutex::default() }
    }

    fn take(&self) -> Vec<Query> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

#[async_trait]
impl Resolver for Noting {
    async fn resolve(&self, query: &Query) -> Answer {
        self.asked.lock().unwrap().push(query.clone());
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.zone.answer(query).and_then(|response| (*response).clone().with_ttl(60).into_answer())
    }
}

#[tokio::test(start_paused = true)]
async fn an_unlisted_address_costs_one_query_a_list_whose_health_is_known() {
    let zones: Vec<String> = (0..60).map(|n| format!("l{n}.test")).collect();
    let points: Vec<String> = zones.iter().map(|zone| format!("2.0.0.127.{zone} A 127.0.0.2\n")).collect();
    let text = points.concat();
    let lists: Vec<List> = zones.iter().map(|zone| healthy(zone)).collect();
    let resolver = HealthMemory::of(Noting::over(text.parse().unwrap()), &lists);
    let noted = || resolver.inner().take();

    let check = |ip: &str| Lookup::of(ip.parse().unwrap()).lists(&lists);
    assert!(check("192.0.2.7").run(&resolver).await.iter().all(|v| v.status() == &Status::NotListed));
    assert_eq!(noted().len(), 180);
    // Half an hour on, the TTL of the test points is long over.
    tokio::time::advance(Duration::from_secs(1800)).await;
    assert!(check("192.0.2.8").run(&resolver).await.iter().all(|v| v.status() == &Status::NotListed));
    let asked = noted();
    assert_eq!(asked.len(), 60);
    for zone in &zones {
        let own: Vec<_> = asked.iter().filter(|query| query.name.is_within(&name(zone))).collect();
        assert_eq!(own, [&Query::a(name(&format!("8.2.0.192.{zone}")))], "absolute, and once");
    }
    tokio::time::advance(Duration::from_secs(1801)).await;
    check("192.0.2.8").run(&resolver).await;
    assert_eq!(noted().len(), 180, "after an hour the health is asked again");
    resolver.clear();
    check("192.0.2.9").run(&resolver).await;
    assert_eq!(noted().len(), 180);
}

fn subjects() -> Vec<Subject> {
    vec![
        address("192.0.2.7"),
        address("192.0.2.8"),
        address("2001:db8::7"),
        Subject::Domain(name("shop.example")),
        Subject::Domain(name("mail.shop.example")),
    ]
}

/// One list that refuses, one that is silent, one emptied, one that lists two subjects.
fn world() -> (Vec<List>, Zone) {
    let lists = ["refuses.test", "silent.test", "emptied.test", "ok.test"].map(healthy).to_vec();
    let text = "*.refuses.test A 127.255.255.254\nemptied.test TXT gone\n\
                2.0.0.127.ok.test A 127.0.0.2\ntest.ok.test A 127.0.0.2\n\
                2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ok.test A 127.0.0.2\n\
                8.2.0.192.ok.test A 127.0.0.2\n8.2.0.192.ok.test TXT why\nshop.example.ok.test A 127.0.0.3\n";
    let mut zone: Zone = text.parse().unwrap();
    for subject in subjects() {
        zone.fail(lists[1].query(&subject).unwrap(), DnsError::Timeout);
    }
    (lists, zone)
}

fn words(verdicts: &[Vec<Verdict>], zone: &str) -> Vec<String> {
    let of_zone = |of: &Vec<Verdict>| of.iter().find(|v| v.list().zone() == &name(zone)).unwrap().to_string();
    verdicts.iter().map(of_zone).collect()
}

#[tokio::test(start_paused = true)]
async fn a_list_that_refused_or_was_silent_is_not_asked_again() {
    let (lists, zone) = world();
    let resolver = Noting::over(zone.clone());
    let check = LookupEach::of(subjects()).lists(&lists);
    let verdicts = check.run(&resolver).await;
    let asked = resolver.take();
    for zone in ["refuses.test", "silent.test"] {
        let own = asked.iter().filter(|query| query.name.is_within(&name(zone)));
        // The question and the two test points of the first subject, which go out beside it.
        assert_eq!(own.count(), 3, "{zone}");
        assert!(verdicts[1..].iter().all(|of| of.iter().any(|v| v.list().zone() == &name(zone) && v.is_left_alone())));
    }
    assert_eq!(asked.len(), asked.iter().collect::<std::collections::HashSet<_>>().len(), "nothing is asked twice");
    let refused =
        "refuses.test: unknown: the list refused to answer: 127.255.255.254: asked through a public or open resolver";
    assert_eq!(words(&verdicts, "refuses.test")[0], refused);
    assert_eq!(words(&verdicts, "refuses.test")[4], format!("{refused} (left alone after 7.2.0.192.refuses.test A)"));
    assert_eq!(
        words(&verdicts, "silent.test")[3],
        "silent.test: unknown: no answer in time (left alone after 7.2.0.192.silent.test A)"
    );
    let ok = words(&verdicts, "ok.test");
    assert_eq!(
        ok,
        ["not listed", "listed: 127.0.0.2", "not listed", "listed: 127.0.0.3", "not listed"]
            .map(|w| format!("ok.test: {w}"))
    );
}

#[tokio::test(start_paused = true)]
async fn several_subjects_give_the_same_verdicts_whatever_the_driver() {
    let (lists, zone) = world();
    let check = LookupEach::of(subjects()).lists(&lists);
    let in_zone = check.in_zone(&zone);
    assert_eq!(check.run_with(|query| zone.answer(query)), in_zone);
    for driver in
        [Driver::default(), Driver::default().frugal(), Driver::default().in_flight(1), Driver::default().in_flight(3)]
    {
        let (verdicts, asked) = driver.drive(&check, &zone).await;
        assert_eq!(verdicts, in_zone);
        assert_eq!(check.replay(&asked), in_zone);
    }
    // What one subject alone is told by lists that answer is what it is told among others.
    for (subject, verdicts) in subjects().into_iter().zip(&in_zone) {
        let alone = LookupEach::of([subject]).lists(&lists).in_zone(&zone);
        let answering = |of: &[Verdict]| of.iter().filter(|v| !v.is_left_alone()).cloned().collect::<Vec<_>>();
        assert!(answering(verdicts).iter().all(|verdict| alone[0].contains(verdict)));
    }
}

/// Answers known, plus every answer of a zone that is asked for: what an eager driver would see
/// if everything arrived at once.
struct Everything<'a>(&'a Zone);

impl Known for Everything<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        Ok(self.0.answer(query))
    }
}

#[test]
fn more_being_known_changes_nothing() {
    let (lists, zone) = world();
    let check = LookupEach::of(subjects()).lists(&lists);
    assert_eq!(check.step(&Everything(&zone)).done().unwrap(), check.in_zone(&zone));
}

#[test]
fn the_other_subjects_wait_for_the_first_answer_only() {
    let (lists, zone) = world();
    let check = LookupEach::of(subjects()).lists(&lists[3..]);
    let needed = |answers: &Answers| match check.step(answers) {
        Step::Need(Needed { blocking, foreseen, .. }) => [blocking, foreseen].concat(),
        Step::Done(done) => panic!("{done:?}"),
    };
    let mut answers = Answers::new();
    let first = needed(&answers);
    assert_eq!(first.len(), 3, "the question and the test points: {first:?}");
    for query in first {
        let answer = zone.answer(&query);
        answers.insert(query, answer);
    }
    let second: std::collections::HashSet<Query> = needed(&answers).into_iter().collect();
    // Four questions, the test points of the other family, and those of names.
    assert_eq!(second.len(), 8, "{second:?}");
}

#[test]
fn an_address_in_text_is_not_asked_of_a_list_of_domains() {
    let list = List::new(name("dbl.test"), Kind::Domain).with_rfc_test_points();
    for text in ["192.0.2.7", "7"] {
        let verdict = &Lookup::of_domain(name(text)).lists(std::slice::from_ref(&list)).in_zone(&Zone::new())[0];
        assert_eq!(verdict.queries().count(), 0);
        assert_eq!(
            verdict.to_string(),
            format!("dbl.test: unknown: {text} is an address, and is not asked of a list of domains")
        );
    }
}

#[test]
fn names_are_asked_as_a_labels() {
    let list = List::new(name("dbl.test"), Kind::Domain);
    let verdict = &Lookup::of_domain(name("bücher.example")).lists(&[list]).in_zone(&Zone::new())[0];
    assert_eq!(verdict.query(), &Query::a(name("xn--bcher-kva.example.dbl.test")));
}
