//! The catalogue against the collection of facts that it was made from, where that is at hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use deliverability_core::dns::{RecordData, Response};
use deliverability_core::dnsbl::{
    Fate, Kind, KnownList, List, ListAnswer, Pattern, Role, Subject, catalogue, dead_lists, default_lists, known,
};
use serde_json::Value;

fn facts() -> Option<Vec<Value>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/dnsbl/catalogue.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{} is absent", path.display());
        eprintln!("SKIPPED: {} is absent", path.display());
        return None;
    };
    let facts: Value = serde_json::from_str(&text).unwrap();
    Some(facts["lists"].as_array().unwrap().clone())
}

fn zone(fact: &Value) -> String {
    fact["zone"].as_str().unwrap().replace("<key>", "_key_")
}

/// Lists asked by a hash are out of scope; one of them is collected as a list of domains.
fn is_asked_by_name(fact: &Value) -> bool {
    fact["kind"] != "hash" && fact["zone"] != "uribl.rspamd.com"
}

fn is_sure(fact: &Value) -> bool {
    ["A", "B"].contains(&fact["confidence"].as_str().unwrap())
}

fn kind(fact: &Value) -> Kind {
    match (fact["kind"].as_str().unwrap(), &fact["ipv6"]) {
        ("ip", Value::Bool(true)) => Kind::Ip,
        ("ip", _) => Kind::Ipv4,
        ("ipv6", _) => Kind::Ipv6,
        ("domain", _) => Kind::Domain,
        ("ip+domain", Value::Bool(true)) => Kind::IpAndDomain,
        ("ip+domain", _) => Kind::Ipv4AndDomain,
        (other, _) => panic!("{other}"),
    }
}

/// What is policy or of mixed meaning says nothing bad by itself.
fn role(fact: &Value) -> Role {
    match fact["role"].as_str().unwrap() {
        "block" => Role::Block,
        "welcome" => Role::Welcome,
        "info" | "policy" | "mixed" => Role::Information,
        other => panic!("{other}"),
    }
}

/// The test points of a list as words, those of RFC 5782 §5 that are not stated left out.
fn listed_points(list: &List) -> Vec<String> {
    let subjects = ["127.0.0.9", "::9"].map(|ip| Subject::Ip(ip.parse().unwrap()));
    let domain = Subject::Domain("a.example".parse().unwrap());
    let points = subjects.iter().chain([&domain]).filter_map(|subject| list.listed_point(subject));
    points.map(|point| point.subject.to_string()).collect()
}

#[test]
fn the_catalogue_is_every_list_in_use_that_is_sure() {
    let Some(facts) = facts() else { return };
    let in_use = facts.iter().filter(|fact| fact["status"] == "live" && is_sure(fact) && is_asked_by_name(fact));
    let mut wanted: Vec<String> = in_use.map(zone).collect();
    let mut ours: Vec<String> = catalogue().iter().map(|list| list.zone().to_string()).collect();
    wanted.sort();
    ours.sort();
    assert_eq!(ours, wanted);
}

#[test]
fn the_dead_lists_are_those_that_are_sure_with_their_year() {
    let Some(facts) = facts() else { return };
    let dead = |fact: &&Value| !["live", "stale"].contains(&fact["status"].as_str().unwrap());
    for fact in facts.iter().filter(dead) {
        let found = known(&zone(fact));
        if !is_sure(fact) {
            assert!(found.is_none(), "{}: not sure enough", zone(fact));
            continue;
        }
        let Some(KnownList::Dead(list)) = found else { panic!("{}: {found:?}", zone(fact)) };
        assert_eq!(list.since().map(u64::from), fact["status_year"].as_u64(), "{list}");
        let fate = match fact["status"].as_str().unwrap() {
            "dead" => Fate::Gone,
            "empty" => Fate::Emptied,
            "lists-world" => Fate::ListsEverything,
            "unsafe" => Fate::Unreliable,
            "retired" => Fate::Merged,
            _ => Fate::Distrusted,
        };
        assert_eq!(list.fate(), fate, "{list}");
        assert!(!list.source().is_empty() && list.read().len() == 10);
    }
    assert_eq!(dead_lists().len(), facts.iter().filter(dead).filter(|fact| is_sure(fact)).count());
}

#[test]
fn every_row_has_the_collected_facts() {
    let Some(facts) = facts() else { return };
    for list in catalogue() {
        let fact = facts.iter().find(|fact| zone(fact) == list.zone().to_string()).unwrap();
        let zone = zone(fact);
        assert_eq!((list.kind(), list.role()), (kind(fact), role(fact)), "{zone}");
        assert_eq!((list.operator(), list.delist()), (fact["operator"].as_str(), fact["delist"].as_str()), "{zone}");
        let access = fact["access"].as_str().unwrap();
        let closed = ["key", "account", "paid", "registered"].iter().any(|word| access.contains(word));
        let open = list.terms().unwrap().is_open();
        // "DQS key otherwise" is beside an open door.
        assert_eq!(open, !closed || access.starts_with("free below"), "{zone}: {access}");
        let stated: Vec<String> = match fact["test"]["listed"].as_array() {
            Some(points) => points.iter().map(|point| canonical(point.as_str().unwrap())).collect(),
            None => Vec::new(),
        };
        let ours = listed_points(list);
        assert!(ours.iter().all(|point| stated.contains(point)), "{zone}: {ours:?} of {stated:?}");
        assert_eq!(ours.is_empty(), stated.is_empty(), "{zone}: {ours:?} of {stated:?}");
    }
}

#[test]
fn the_default_set_is_sure_open_and_asked_in_plain() {
    let Some(facts) = facts() else { return };
    for list in default_lists() {
        let fact = facts.iter().find(|fact| zone(fact) == list.zone().to_string()).unwrap();
        assert!(is_sure(fact) && list.terms().unwrap().is_open(), "{}", list.zone());
    }
}

fn canonical(point: &str) -> String {
    point.parse::<IpAddr>().map_or_else(|_| point.to_owned(), |ip| ip.to_string())
}

/// The single values that a field of facts names; bits stand for themselves.
fn values(field: &Value) -> Vec<Ipv4Addr> {
    let Some(field) = field.as_object() else { return Vec::new() };
    let sure = field.iter().filter(|(_, meaning)| !meaning.as_str().unwrap().contains("conf."));
    sure.filter_map(|(key, _)| value(key)).collect()
}

/// A value, the first of a range, or a bit.
fn value(key: &str) -> Option<Ipv4Addr> {
    if let Ok(Pattern::Octets { first, .. }) = key.parse() {
        return Some(first.into());
    }
    format!("127.0.0.{key}").parse().ok()
}

fn decode(list: &List, value: Ipv4Addr) -> ListAnswer {
    list.decode(&Response::new([RecordData::A(value)]).into_answer())
}

#[test]
fn every_collected_code_is_explained_and_every_refusal_refuses() {
    let Some(facts) = facts() else { return };
    for list in catalogue() {
        let fact = facts.iter().find(|fact| zone(fact) == list.zone().to_string()).unwrap();
        for value in values(&fact["codes"]) {
            let ListAnswer::Entry(codes) = decode(list, value) else { panic!("{}: {value}", list.zone()) };
            assert!(codes.iter().all(|code| code.meaning.is_some()), "{}: {value}", list.zone());
        }
        for value in values(&fact["refusal"]) {
            assert!(matches!(decode(list, value), ListAnswer::Refused { .. }), "{}: {value}", list.zone());
        }
    }
}
