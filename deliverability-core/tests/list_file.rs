//! The list file of the examples: every key that it shows does what it says.
#![cfg(all(feature = "list-file", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use deliverability_core::Check;
use deliverability_core::dns::Zone;
use deliverability_core::dnsbl::{Cause, Impact, Kind, List, Lookup, NameForm, Role, Status, Terms, lists_from_toml};

const EXAMPLE: &str = include_str!("../../examples/lists.toml");

fn lists() -> Vec<List> {
    lists_from_toml(EXAMPLE).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_example_has_three_lists_with_all_their_facts() {
    let lists = lists();
    let zones: Vec<String> = lists.iter().map(|list| list.zone().to_string()).collect();
    assert_eq!(zones, ["bl.example.net", "uri.example.net", "_key_.bl.example.com"]);
    let list = &lists[0];
    assert_eq!((list.kind(), list.role(), list.impact()), (Kind::Ipv4, Role::Block, Some(Impact::Medium)));
    assert_eq!((list.operator(), list.delist()), (Some("Example Networks"), Some("https://bl.example.net/remove")));
    assert_eq!(
        (list.terms(), list.access()),
        (Some(Terms::Registration), Some("free, for resolvers that are registered"))
    );
    assert_eq!((list.source(), list.read()), (Some("bl.example.net/codes"), Some("2026-11-21")));
    assert!(list.removal().unwrap().contains("an hour") && list.note().unwrap().contains("whole networks"));
    assert_eq!((lists[1].name_form(), lists[1].cause()), (NameForm::Registrable, Some(Cause::SpamDomain)));
    assert_eq!(lists[2].points().count(), 4, "both points of both families");
}

#[test]
fn its_codes_and_refusals_decode() {
    let verdict = |value: &str| {
        let records = format!("2.0.0.127.bl.example.net A 127.0.0.2\n7.2.0.192.bl.example.net A {value}\n");
        let zone: Zone = records.parse().unwrap();
        Lookup::of("192.0.2.7".parse().unwrap()).lists(&lists()[..1]).in_zone(&zone).remove(0)
    };
    let trap = verdict("127.0.0.2");
    assert!(trap.is_blocked() && trap.codes()[0].cause == Some(Cause::Trap));
    let range = verdict("127.0.0.11");
    assert_eq!(
        (range.impact(), range.codes()[0].removal.as_deref()),
        (Some(Impact::Low), Some("the provider of the range asks for it"))
    );
    let reputation = verdict("127.0.1.42");
    assert!(!reputation.is_blocked());
    assert_eq!((reputation.codes()[0].number, reputation.codes()[0].role), (Some(42), Role::Information));
    assert!(matches!(verdict("127.0.0.255").status(), Status::Refused { why } if why.contains("over the query limit")));
}

#[test]
fn a_deeply_nested_file_is_refused() {
    for deep in ["list = ".to_owned() + &"[".repeat(200_000), "list = ".to_owned() + &"{a=".repeat(200_000)] {
        assert!(lists_from_toml(&deep).is_err());
    }
    assert!(lists_from_toml(&format!("[{}]", vec!["a"; 100_000].join("."))).is_err());
}
