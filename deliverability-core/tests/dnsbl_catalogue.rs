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
use deliverability_core::dnsbl::{Kind, List, ListAnswer, Role, Subject, catalogue};
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

fn kind(fact: &Value) -> Kind {
    match (fact["kind"].as_str().unwrap(), &fact["ipv6"]) {
        ("ip", Value::Bool(true)) => Kind::Ip,
        ("ip", _) => Kind::Ipv4,
        ("ipv6", _) => Kind::Ipv6,
        ("domain", _) => Kind::Domain,
        (other, _) => panic!("{other}"),
    }
}

fn role(fact: &Value) -> Role {
    match fact["role"].as_str().unwrap() {
        "block" => Role::Block,
        "welcome" => Role::Welcome,
        "info" => Role::Information,
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
fn every_row_is_a_live_list_of_confidence_a_with_the_collected_facts() {
    let Some(facts) = facts() else { return };
    for list in catalogue() {
        let zone = list.zone().to_string();
        let fact = facts.iter().find(|fact| fact["zone"] == *zone).unwrap_or_else(|| panic!("{zone} is not collected"));
        assert_eq!((&fact["confidence"], &fact["status"]), (&"A".into(), &"live".into()), "{zone}");
        assert_eq!((list.kind(), list.role()), (kind(fact), role(fact)), "{zone}");
        assert_eq!((list.operator(), list.delist()), (fact["operator"].as_str(), fact["delist"].as_str()), "{zone}");
        let access = fact["access"].as_str().unwrap();
        assert!(
            !["key", "account", "paid", "registered"].iter().any(|word| access.starts_with(word)),
            "{zone}: {access}"
        );
        let stated: Vec<String> = match fact["test"]["listed"].as_array() {
            Some(points) => points.iter().map(|point| canonical(point.as_str().unwrap())).collect(),
            None => Vec::new(),
        };
        let ours = listed_points(list);
        assert!(ours.iter().all(|point| stated.contains(point)), "{zone}: {ours:?} of {stated:?}");
        assert_eq!(ours.is_empty(), stated.is_empty(), "{zone}: {ours:?} of {stated:?}");
    }
}

fn canonical(point: &str) -> String {
    point.parse::<IpAddr>().map_or_else(|_| point.to_owned(), |ip| ip.to_string())
}

/// The single values that a field of facts names; bits stand for themselves.
fn values(field: &Value) -> Vec<Ipv4Addr> {
    let sure = field.as_object().unwrap().iter().filter(|(_, meaning)| !meaning.as_str().unwrap().contains("conf."));
    let value = |key: &str| key.parse().or_else(|_| format!("127.0.0.{key}").parse()).ok();
    sure.filter_map(|(key, _)| value(key)).collect()
}

fn decode(list: &List, value: Ipv4Addr) -> ListAnswer {
    list.decode(&Response::new([RecordData::A(value)]).into_answer())
}

#[test]
fn every_collected_code_is_explained_and_every_refusal_refuses() {
    let Some(facts) = facts() else { return };
    for list in catalogue() {
        let fact = facts.iter().find(|fact| fact["zone"] == *list.zone().to_string()).unwrap();
        for value in values(&fact["codes"]) {
            let ListAnswer::Entry(codes) = decode(list, value) else { panic!("{}: {value}", list.zone()) };
            assert!(codes.iter().all(|code| code.meaning.is_some()), "{}: {value}", list.zone());
        }
        for value in values(&fact["refusal"]) {
            assert!(matches!(decode(list, value), ListAnswer::Refused { .. }), "{}: {value}", list.zone());
        }
    }
}
