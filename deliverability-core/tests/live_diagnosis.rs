//! The live diagnosis gives the same report as the offline one: every case through real servers on
//! loopback, `nsd` for its zone and `rbldnsd` for its lists.
#![cfg(all(feature = "hickory", feature = "serde", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/cases.rs"]
mod cases;
#[allow(dead_code, unreachable_pub, reason = "shared by test files")]
mod support;

use cases::CASES;
use deliverability_core::diagnosis::Report;
use deliverability_core::dns::{Answer, Caching, Deadline, Zone};
use deliverability_core::dnsbl::{Impact, Kind, List};
use deliverability_core::{Check, Diagnosis};
use std::time::Duration;
use support::{RblList, RealServers, Servers, serve};

/// An answer without its TTL ("no such name" has none in a zone in memory) and without the order of
/// its set, which means nothing (RFC 2181 §5).
fn comparable(answer: &Answer) -> String {
    let Ok(response) = answer else { return format!("{answer:?}") };
    let mut records: Vec<String> = response.records().iter().map(ToString::to_string).collect();
    records.sort();
    format!("{records:?} {:?} {}", response.aliases(), response.is_nxdomain())
}

fn assert_same(name: &str, live: &Report, offline: &Report) {
    assert_eq!(live.to_string(), offline.to_string(), "{name}");
    assert_eq!(live.findings(), offline.findings(), "{name}");
    assert_eq!(live.unknown(), offline.unknown(), "{name}");
    let answers = |report: &Report| -> Vec<String> {
        report.answers().iter().map(|(query, answer)| format!("{query} {}", comparable(answer))).collect()
    };
    assert_eq!(answers(live), answers(offline), "{name}");
}

/// One whole run: its own deadline, and answers remembered.
fn run(servers: &Servers, diagnosis: &Diagnosis) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let resolver: Deadline<Caching<RealServers>> =
        Deadline::of(Caching::of(servers.resolver()), Duration::from_secs(20));
    runtime.block_on(diagnosis.run(&resolver))
}

#[test]
fn every_case_reads_the_same_live_and_offline() {
    for case in CASES {
        let Some(servers) = serve(&case.zone_text(), &[]) else { return };
        let (live, offline) = (run(&servers, &case.diagnosis()), case.diagnosis().in_zone(&case.zone()));
        assert_same(case.name, &live, &offline);
    }
}

/// A healthy list that lists the sender, a healthy one that does not, one that lists the world, one
/// that answers 127.255.255.254, and one that was emptied.
fn lists(ip: &str) -> Vec<RblList> {
    vec![
        RblList::healthy("listing.lists.example", &[ip]),
        RblList::healthy("clean.lists.example", &[]),
        RblList::listing_the_world("world.lists.example"),
        RblList::refusing("refusing.lists.example"),
        RblList::emptied("emptied.lists.example"),
    ]
}

const ZONES: [&str; 5] = ["listing", "clean", "world", "refusing", "emptied"];

#[test]
fn every_case_reads_the_same_with_lists_served_by_rbldnsd() {
    for case in CASES {
        let story = case.read();
        let ip = story["sending_ips"][0].as_str().unwrap();
        let served = lists(ip);
        let Some(servers) = serve(&case.zone_text(), &served) else { return };
        let of = |label: &&str| List::new(format!("{label}.lists.example").parse().unwrap(), Kind::Ip);
        let asked: Vec<List> =
            ZONES.iter().map(|label| of(label).with_rfc_test_points().with_impact(Impact::High)).collect();
        let diagnosis = case.diagnosis().lists(&asked);
        // An emptied list still has its zone: its name exists.
        let texts: String = served.iter().map(RblList::zone_text).collect::<String>() + &case.zone_text();
        let mut zone: Zone = texts.parse().unwrap();
        zone.add_name(&"emptied.lists.example".parse().unwrap());
        let (live, offline) = (run(&servers, &diagnosis), diagnosis.in_zone(&zone));
        assert_same(case.name, &live, &offline);
        let listed: Vec<&str> = live
            .findings()
            .iter()
            .filter(|found| found.rule.as_str() == "dnsbl.ip-listed" && found.subject.starts_with(ip))
            .map(|found| found.subject.as_str())
            .collect();
        assert_eq!(listed, [format!("{ip} at listing.lists.example")], "{}: one list is right, and only it", case.name);
        for unsure in ["world", "refusing", "emptied"] {
            let question = format!("is {ip} listed at {unsure}.lists.example");
            assert!(live.unknown().iter().any(|open| open.question == question), "{}: {question}\n{live}", case.name);
        }
    }
}
