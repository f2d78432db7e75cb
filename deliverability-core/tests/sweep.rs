//! Sweeps: what is asked, what is left alone, and how they go on after a stop.
#![cfg(all(feature = "bulk", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::collections::HashMap;
use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use deliverability_core::dns::{Answer, DnsError, Keyed, Query, RecordType, Recording, Resolver, Zone};
use deliverability_core::dnsbl::sweep::{Cell, Journal, JournalError, Sweep};
use deliverability_core::dnsbl::{Kind, List, Lookup, Status, Subject};
use deliverability_core::network::Network;
use deliverability_core::{Check as _, DomainName};
use futures_util::StreamExt as _;

/// Lists in memory, and one that never answers; counts what it is asked and how much at once.
#[derive(Default)]
struct World {
    zone: Zone,
    asked: Mutex<HashMap<Query, usize>>,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

impl World {
    fn new(text: &str) -> Self {
        Self { zone: text.parse().unwrap(), ..Self::default() }
    }

    fn asked(&self, within: &str) -> usize {
        let within: DomainName = within.parse().unwrap();
        self.asked.lock().unwrap().iter().filter(|(query, _)| query.name.is_within(&within)).map(|(_, n)| n).sum()
    }

    fn asked_twice(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().filter(|(_, n)| **n > 1).map(|(query, _)| query.to_string()).collect()
    }
}

#[async_trait]
impl Resolver for World {
    async fn resolve(&self, query: &Query) -> Answer {
        *self.asked.lock().unwrap().entry(query.clone()).or_default() += 1;
        let now = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        let silent = query.name.labels().any(|label| label == b"silent");
        tokio::time::sleep(Duration::from_millis(if silent { 3000 } else { 1 })).await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        if silent { Err(DnsError::Timeout) } else { self.zone.answer(query) }
    }
}

const HEALTHY: &str = "2.0.0.127.good.test A 127.0.0.2\n7.2.0.192.good.test A 127.0.0.3\n\
    7.2.0.192.good.test TXT \"a\\009reason\"\n2.0.0.127.other.test A 127.0.0.2\n";

fn list(zone: &str) -> List {
    List::new(zone.parse().unwrap(), Kind::Ip).with_rfc_test_points()
}

fn addresses(network: &str) -> impl Iterator<Item = IpAddr> + Send + 'static {
    network.parse::<Network>().unwrap().addresses()
}

async fn all(mut sweep: Sweep<'_, &World>) -> Vec<Cell> {
    let mut cells = Vec::new();
    while let Some(cell) = sweep.next().await {
        cells.push(cell);
    }
    assert_eq!(sweep.progress().in_flight, 0);
    cells
}

fn of<'c>(cells: &'c [Cell], zone: &str) -> Vec<&'c Cell> {
    cells.iter().filter(|cell| cell.list().zone().to_string() == zone).collect()
}

struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let file = Self(std::env::temp_dir().join(format!("deliverability-{name}-{}", std::process::id())));
        drop(fs::remove_file(&file.0));
        file
    }
}

impl Drop for File {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

#[tokio::test(start_paused = true)]
async fn every_cell_once_and_the_test_points_once() {
    let world = World::new(HEALTHY);
    let sweep = Sweep::of(addresses("192.0.2.0/24"), &world).lists(["good.test", "other.test"].map(list));
    let cells = all(sweep.in_flight(16)).await;
    assert_eq!(cells.len(), 512);
    let listed: Vec<String> = cells.iter().filter(|cell| cell.is_listed()).map(ToString::to_string).collect();
    assert_eq!(listed, ["192.0.2.7 good.test: listed: 127.0.0.3"]);
    assert!(cells.iter().all(|cell| !cell.is_unknown() && cell.is_settled()));
    // 256 questions, two test points, one text.
    assert_eq!((world.asked("good.test"), world.asked("other.test")), (259, 258));
    assert!(world.asked_twice().is_empty());
    assert!(world.most.load(Ordering::Relaxed) <= 18, "sixteen, one of which may be tests of two points");
}

#[tokio::test(start_paused = true)]
async fn families_go_with_their_lists_and_mapped_addresses_are_ipv4() {
    let world = World::new(HEALTHY);
    let v4 = List::new("good.test".parse().unwrap(), Kind::Ipv4).with_rfc_test_points();
    let given: [IpAddr; 3] = ["::ffff:192.0.2.7", "2001:db8::1", "192.0.2.8"].map(|ip| ip.parse().unwrap());
    let cells = all(Sweep::of(given, &world).lists([v4])).await;
    let mut shown: Vec<String> = cells.iter().map(ToString::to_string).collect();
    shown.sort();
    assert_eq!(shown, ["192.0.2.7 good.test: listed: 127.0.0.3", "192.0.2.8 good.test: not listed"]);
    assert!(all(Sweep::of(addresses("192.0.2.0/24"), &world).lists([])).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_cannot_be_believed_is_asked_nothing() {
    let text =
        format!("{HEALTHY}*.world.test A 127.0.0.2\n*.refusing.test A 127.255.255.254\n*.parked.test A 203.0.113.9");
    let world = World::new(&text);
    let zones = ["good.test", "world.test", "refusing.test", "parked.test", "x.silent.test"];
    let cells = all(Sweep::of(addresses("192.0.2.0/24"), &world).lists(zones.map(list))).await;
    assert_eq!(cells.len(), 5 * 256);
    for zone in &zones[1..] {
        let cells = of(&cells, zone);
        assert!(cells.iter().all(|cell| cell.is_unknown() && !cell.was_asked() && !cell.is_settled()), "{zone}");
        assert_eq!(world.asked(zone), 2, "{zone}: its test points");
    }
    assert!(matches!(of(&cells, "world.test")[0].status(), Status::Unhealthy { .. }));
    assert!(matches!(of(&cells, "refusing.test")[0].status(), Status::Refused { .. }));
    assert_eq!(of(&cells, "x.silent.test")[0].status(), &Status::Failed(DnsError::Timeout));
    assert_eq!(
        of(&cells, "x.silent.test")[0].to_string().split_once(": ").unwrap().1,
        "unknown: no answer in time (left alone)"
    );
    assert!(of(&cells, "good.test").iter().all(|cell| !cell.is_unknown()));
}

/// Answers at test points only.
struct Dying(World);
#[async_trait]
impl Resolver for Dying {
    async fn resolve(&self, query: &Query) -> Answer {
        let answer = self.0.resolve(query).await;
        let point = query.name.to_string().contains(".0.0.127.");
        if point { answer } else { Err(DnsError::Timeout) }
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_begins_to_refuse_or_to_fail_is_left_alone() {
    // Healthy at its test points, and then it refuses, or is silent.
    let text = "2.0.0.127.late.test A 127.0.0.2\n*.2.0.192.late.test A 127.255.255.255\n\
        2.0.0.127.dies.test A 127.0.0.2";
    let world = World::new(text);
    let dying = List::new("dies.test".parse().unwrap(), Kind::Ip).with_rfc_test_points();
    let sweep = Sweep::of(addresses("192.0.2.0/24"), &world).lists([list("late.test"), dying]).in_flight(4);
    let cells = all(sweep).await;
    let late = of(&cells, "late.test");
    assert!(late.iter().all(|cell| matches!(cell.status(), Status::Refused { .. })));
    let asked = late.iter().filter(|cell| cell.was_asked()).count();
    assert!(asked <= 2, "those under way when it refused: {asked}");
    assert_eq!(world.asked("late.test"), 2 + asked);
    assert!(of(&cells, "dies.test").iter().all(|cell| !cell.is_unknown()));
    // The eighth failure in a row.
    let dying = Dying(World::new(text));
    let mut sweep = Sweep::of(addresses("198.51.100.0/24"), &dying).lists([list("dies.test")]).in_flight(1);
    let mut asked = 0;
    while let Some(cell) = sweep.next().await {
        assert_eq!(cell.status(), &Status::Failed(DnsError::Timeout));
        asked += usize::from(cell.was_asked());
    }
    assert_eq!((asked, sweep.progress().left_alone), (8, 248));
}

#[tokio::test(start_paused = true)]
async fn a_silent_list_does_not_hold_up_the_others() {
    let world = World::new(HEALTHY);
    let zones = ["good.test", "other.test", "x.silent.test"].map(list);
    let mut sweep = Sweep::of(addresses("192.0.0.0/20"), &world).lists(zones).in_flight(32);
    let start = tokio::time::Instant::now();
    let mut good = 0;
    while let Some(cell) = sweep.next().await {
        good += u32::from(!cell.is_unknown());
        if good == 2 * 4096 {
            break;
        }
    }
    assert_eq!(good, 2 * 4096);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_stopped_sweep_goes_on_and_asks_nothing_again() {
    let (world, file) = (World::new(HEALTHY), File::new("stopped"));
    let lists = || ["good.test", "other.test", "x.silent.test"].map(list);
    let mut seen = Vec::new();
    for stop_after in [100, 150, usize::MAX] {
        let mut journal = Journal::open(&file.0).unwrap();
        let mut sweep = Sweep::of(addresses("192.0.2.0/24"), &world).lists(lists()).in_flight(10).resume(&journal);
        let mut settled = 0;
        while let Some(cell) = sweep.next().await {
            journal.keep(&cell).unwrap();
            if cell.is_settled() {
                seen.push(format!("{} {}", cell.subject(), cell.list().zone()));
                settled += 1;
            }
            if settled == stop_after {
                sweep.finish();
            }
        }
        assert!(settled >= stop_after.min(200) && settled < stop_after.saturating_add(11));
    }
    assert_eq!(seen.len(), 512);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 512);
    let again: Vec<String> = world.asked_twice().into_iter().filter(|query| !query.contains("silent")).collect();
    assert!(again.is_empty(), "{again:?}");
    let mut entries = Vec::new();
    Journal::read(&file.0, |entry| entries.push(entry)).unwrap();
    assert_eq!(entries.len(), 512);
    let listed: Vec<_> = entries.into_iter().filter(|entry| entry.status == "listed").collect();
    assert_eq!((listed.len(), listed[0].values.len()), (1, 1));
    assert_eq!(listed[0].words.as_deref().map(|words| words.contains('\t')), Some(false));
}

#[tokio::test(start_paused = true)]
async fn a_torn_journal_is_read_up_to_its_last_whole_line_and_others_are_refused() {
    let (world, file) = (World::new(HEALTHY), File::new("torn"));
    let mut journal = Journal::open(&file.0).unwrap();
    for cell in all(Sweep::of(addresses("192.0.2.0/28"), &world).lists([list("good.test")])).await {
        journal.keep(&cell).unwrap();
    }
    let whole = fs::read(&file.0).unwrap();
    for length in 0..whole.len() {
        fs::write(&file.0, &whole[..length]).unwrap();
        let journal = Journal::open(&file.0).unwrap();
        assert!(journal.settled() <= 16);
        let kept = fs::read(&file.0).unwrap();
        assert!(kept.ends_with(b"\n") && whole.starts_with(&kept), "{length}");
    }
    for other in ["root:x:0:0\n", "deliverability sweep 2\n", "something", "\n"] {
        fs::write(&file.0, other).unwrap();
        assert!(matches!(Journal::open(&file.0), Err(JournalError::NotAJournal)), "{other:?}");
        assert_eq!(fs::read_to_string(&file.0).unwrap(), other, "it is left as it was");
    }
    for (line, text) in [
        (2, "deliverability sweep 1\nx\n"),
        (3, "deliverability sweep 1\n192.0.2.1\tgood.test\tnot_listed\t\t\n192.0.2.1\t..\tx\t\t\n"),
    ] {
        fs::write(&file.0, text).unwrap();
        let error = Journal::open(&file.0).unwrap_err();
        assert!(matches!(error, JournalError::Malformed { line: at } if at == line), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_lists_only_those_open_to_anybody_are_asked() {
    // As everywhere: a list that needs a key or registration is asked by who names it.
    let world = World::new("");
    let subject = "192.0.2.1".parse::<IpAddr>().unwrap();
    let cells: Vec<Cell> = Sweep::of([subject], &world).collect().await;
    let mut asked: Vec<String> = cells.iter().map(|cell| cell.list().zone().to_string()).collect();
    let verdicts = Lookup::of(subject).in_zone(&Zone::new());
    let mut wanted: Vec<String> = verdicts.iter().map(|verdict| verdict.list().zone().to_string()).collect();
    asked.sort();
    wanted.sort();
    assert_eq!(asked, wanted);
}

#[cfg(feature = "serde")]
#[tokio::test(start_paused = true)]
async fn no_output_of_any_kind_holds_a_key() {
    use deliverability_core::{Diagnosis, dns::Answers};
    const KEY: &str = "s3cr3tk3ys3cr3tk3y";
    let text = format!(
        "2.0.0.127.{KEY}.zen.dq.test A 127.0.0.2\n7.2.0.192.{KEY}.zen.dq.test A 127.0.0.4\n\
         7.2.0.192.{KEY}.zen.dq.test TXT \"https://dq.test/?key={KEY} or {}\"\n\
         2.0.0.127.{KEY}.alias.dq.test CNAME target.{KEY}.dq.test\ntarget.{KEY}.dq.test A 127.0.0.2",
        KEY.to_ascii_uppercase()
    );
    let world = World::new(&text);
    let keyed = Keyed::of(&world).key("dq.test".parse().unwrap(), KEY).unwrap();
    let resolver = Recording::of(&keyed);
    let zones = ["_key_.zen.dq.test", "_key_.alias.dq.test", "_key_.unknown.test"].map(list);
    let ip: IpAddr = "192.0.2.7".parse().unwrap();
    let verdicts = Lookup::of(ip).lists(&zones).run(&resolver).await;
    assert!(verdicts[0].is_listed() && verdicts[1].status() == &Status::NotListed);
    assert!(verdicts[2].to_string().contains("no key is known"));
    let report = Diagnosis::of("example.org".parse().unwrap()).sending_ip(ip).lists(&zones).run(&resolver).await;
    let cells = {
        let mut cells = Vec::new();
        let mut sweep = Sweep::of([ip], &keyed).lists(zones);
        while let Some(cell) = sweep.next().await {
            cells.push(cell);
        }
        cells
    };
    let file = File::new("keyed");
    let mut journal = Journal::open(&file.0).unwrap();
    for cell in &cells {
        journal.keep(cell).unwrap();
    }
    let answers: Answers = resolver.answers();
    let shown = [
        verdicts.iter().map(ToString::to_string).collect::<String>(),
        format!("{verdicts:?}{verdicts:#?}{cells:?}{keyed:?}{resolver:?}{answers:?}{report:?}{journal:?}"),
        serde_json::to_string(&answers).unwrap(),
        report.to_string(),
        report.to_json(),
        fs::read_to_string(&file.0).unwrap(),
    ];
    for text in shown {
        assert!(!text.to_ascii_lowercase().contains(KEY), "{text}");
        assert!(text.contains("_key_"));
    }
    assert!(world.asked.lock().unwrap().keys().any(|query| query.to_string().contains(KEY)), "the wire has it");
    assert!(world.asked.lock().unwrap().keys().all(|query| !query.to_string().contains("_key_")));
    assert!(
        world
            .asked
            .lock()
            .unwrap()
            .contains_key(&Query::new(format!("7.2.0.192.{KEY}.zen.dq.test").parse().unwrap(), RecordType::Txt))
    );
}

fn name(text: &str) -> Subject {
    Subject::Domain(text.parse().unwrap())
}

#[tokio::test(start_paused = true)]
async fn what_comes_first_has_no_say_in_what_a_missing_entry_means() {
    // The must-be-listed test point itself, then an address that is not listed.
    let world = World::new(HEALTHY);
    let subjects: [IpAddr; 2] = ["127.0.0.2", "192.0.2.8"].map(|ip| ip.parse().unwrap());
    let cells = all(Sweep::of(subjects, &world).lists([list("good.test")]).in_flight(1)).await;
    let shown: Vec<String> = cells.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["127.0.0.2 good.test: listed: 127.0.0.2", "192.0.2.8 good.test: not listed"]);
    // The must-not-be-listed one, which this list has: then nothing it lacks is clean.
    let world = World::new("2.0.0.127.good.test A 127.0.0.2\n1.0.0.127.good.test A 127.0.0.2");
    let subjects: [IpAddr; 2] = ["127.0.0.1", "192.0.2.8"].map(|ip| ip.parse().unwrap());
    let cells = all(Sweep::of(subjects, &world).lists([list("good.test")]).in_flight(1)).await;
    assert!(cells.iter().all(Cell::is_unknown), "{cells:?}");
}

#[tokio::test(start_paused = true)]
async fn a_name_that_cannot_be_asked_says_nothing_of_the_list() {
    let world = World::new("test.dom.test A 127.0.0.2");
    let domains = List::new("dom.test".parse().unwrap(), Kind::Domain).with_rfc_test_points();
    let long = vec!["x".repeat(62); 4].join(".");
    for odd in [long.as_str(), "192.0.2.7"] {
        let subjects = [name(odd), name("a.example"), name("b.example")];
        let cells = all(Sweep::of(subjects, &world).lists([domains.clone()]).in_flight(1)).await;
        let shown: Vec<String> = cells.iter().skip(1).map(ToString::to_string).collect();
        assert_eq!(shown, ["a.example dom.test: not listed", "b.example dom.test: not listed"]);
        assert!(cells[0].is_unknown() && !cells[0].is_settled(), "{}", cells[0]);
    }
    assert_eq!(world.asked("192.0.2.7.dom.test"), 0, "an address is not asked of a list of domains");
}

#[tokio::test(start_paused = true)]
async fn what_a_list_says_at_its_test_point_does_not_spoil_the_journal() {
    let values = (0..4000).map(|n| format!("2.0.0.127.good.test A 127.0.{}.{}", n / 250, n % 250));
    let flood = values.collect::<Vec<_>>().join("\n");
    let (world, file) = (World::new(&flood), File::new("flood"));
    let mut journal = Journal::open(&file.0).unwrap();
    for cell in all(Sweep::of(addresses("192.0.2.0/30"), &world).lists([list("good.test")])).await {
        journal.keep(&cell).unwrap();
    }
    assert_eq!(Journal::open(&file.0).unwrap().settled(), 4);
}

#[tokio::test(start_paused = true)]
async fn long_words_of_ones_own_do_not_spoil_the_journal() {
    let own = List::new("own.test".parse().unwrap(), Kind::Ip).with_rfc_test_points();
    let own = own.with_refusal("127.0.0.9".parse().unwrap(), "é".repeat(20_000));
    let world = World::new("2.0.0.127.own.test A 127.0.0.2\n1.2.0.192.own.test A 127.0.0.9");
    let file = File::new("words");
    let mut journal = Journal::open(&file.0).unwrap();
    let one: IpAddr = "192.0.2.1".parse().unwrap();
    for cell in all(Sweep::of([one], &world).lists([own])).await {
        journal.keep(&cell).unwrap();
    }
    assert_eq!(Journal::open(&file.0).unwrap().settled(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_reads_as_an_address_stays_a_name_in_the_journal() {
    let world = World::new("test.dom.test A 127.0.0.2\n2.0.0.127.dom.test A 127.0.0.2");
    let both = List::new("dom.test".parse().unwrap(), Kind::IpAndDomain).with_rfc_test_points();
    let file = File::new("names");
    let mut journal = Journal::open(&file.0).unwrap();
    for cell in all(Sweep::of([name("2001:db8::1")], &world).lists([both])).await {
        journal.keep(&cell).unwrap();
    }
    let mut entries = Vec::new();
    Journal::read(&file.0, |entry| entries.push(entry.subject)).unwrap();
    assert_eq!(entries, [name("2001:db8::1")]);
}

#[tokio::test]
async fn subjects_that_no_list_holds_do_not_block_the_runtime() {
    let (world, taken) = (World::new(HEALTHY), AtomicUsize::new(0));
    let v4 = List::new("good.test".parse().unwrap(), Kind::Ipv4).with_rfc_test_points();
    let subjects = addresses("2001:db8::/108").inspect(|_| _ = taken.fetch_add(1, Ordering::Relaxed));
    let mut sweep = Sweep::of(subjects, &world).lists([v4]);
    assert!(futures_util::poll!(sweep.next()).is_pending());
    assert!(taken.load(Ordering::Relaxed) < 10_000);
    assert!(sweep.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_cell_is_blocked_where_a_verdict_is() {
    // A list of reputations: some of its codes are a reason to block.
    let scores = deliverability_core::dnsbl::catalogue();
    let scores = scores.iter().find(|list| list.zone().to_string() == "rep.mailspike.net").unwrap();
    let world = World::new(
        "2.0.0.127.rep.mailspike.net A 127.0.0.15\n7.2.0.192.rep.mailspike.net A 127.0.0.10\n8.2.0.192.rep.mailspike.net A 127.0.0.20",
    );
    let scores = scores.clone().with_rfc_test_points();
    let subjects: [IpAddr; 2] = ["192.0.2.7", "192.0.2.8"].map(|ip| ip.parse().unwrap());
    let cells = all(Sweep::of(subjects, &world).lists([scores.clone()])).await;
    for (cell, is_blocked) in cells.iter().zip([true, false]) {
        let Subject::Ip(ip) = *cell.subject() else { panic!() };
        let verdicts = Lookup::of(ip).lists(std::slice::from_ref(&scores)).run(&world).await;
        assert_eq!((cell.is_listed(), cell.is_blocked(), verdicts[0].is_blocked()), (true, is_blocked, is_blocked));
    }
}
