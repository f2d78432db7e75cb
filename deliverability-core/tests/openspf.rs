//! The openspf.org test suite for RFC 7208 (`rfc7208-tests.yml`, release 2014.04): every result
//! and every explanation, through every driver.
//!
//! The suite comes with the source distribution of pyspf; `data/fetch_openspf.sh` fetches it
//! into `.test-data/`, which is not committed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

mod drivers;

use std::path::{Path, PathBuf};
use std::process::Command;

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Query, RecordData, RecordType, Text, Zone};
use deliverability_core::spf::{CheckHost, Evaluation};
use saphyr::{LoadableYamlNode, Yaml};

/// How many tests the suite holds.
const TESTS: usize = 203;
/// How many of them expect an explanation, or that there is none.
const EXPLANATIONS: usize = 22;

#[test]
fn every_result_and_every_explanation() {
    let Some(suite) = suite() else {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "the openspf suite could not be fetched");
        eprintln!("SKIPPED: the openspf suite is not here and could not be fetched (tests/data/fetch_openspf.sh)");
        return;
    };
    let (mut tests, mut explanations, mut failures) = (0, 0, Vec::new());
    for scenario in Yaml::load_from_str(&suite).unwrap() {
        let zone = zone(&scenario["zonedata"]);
        for (id, test) in scenario["tests"].as_mapping().unwrap() {
            let evaluation = drivers::all_agree(&check(test), &zone, tests as u64);
            tests += 1;
            explanations += usize::from(test.contains_mapping_key("explanation"));
            failures.extend(judge(test, &evaluation).map(|why| format!("{}: {why}", id.as_str().unwrap())));
        }
    }
    assert_eq!(failures, Vec::<String>::new());
    assert_eq!((tests, explanations), (TESTS, EXPLANATIONS), "the suite is not whole");
}

/// The suite's text, fetched if it is not there yet.
fn suite() -> Option<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path: PathBuf = here.join("../.test-data/rfc7208-tests.yml");
    if !path.exists() {
        let script = here.join("tests/data/fetch_openspf.sh");
        let fetched = Command::new("sh").arg(script).status();
        eprintln!("fetching the openspf suite: {fetched:?}");
    }
    std::fs::read_to_string(path).ok()
}

fn check(test: &Yaml<'_>) -> CheckHost {
    let given = |key: &str| test.as_mapping_get(key).and_then(Yaml::as_str).unwrap_or_default();
    CheckHost::new(given("host").parse().unwrap(), given("mailfrom")).helo(given("helo"))
}

/// What is wrong with an evaluation.
fn judge(test: &Yaml<'_>, evaluation: &Evaluation) -> Option<String> {
    let result = evaluation.result().as_str();
    let expected: Vec<&str> = match test["result"].as_sequence() {
        Some(alternatives) => alternatives.iter().filter_map(Yaml::as_str).collect(),
        None => test["result"].as_str().into_iter().collect(),
    };
    if !expected.contains(&result) {
        return Some(format!("{result}, expected {expected:?}: {}", evaluation.cause()));
    }
    // "DEFAULT" is the receiver's own text: the domain has no usable one.
    let explanation = evaluation.explanation().unwrap_or("DEFAULT");
    let wanted = test.as_mapping_get("explanation")?.as_str()?;
    (explanation != wanted).then(|| format!("explanation {explanation:?}, expected {wanted:?}"))
}

fn zone(data: &Yaml<'_>) -> Zone {
    let mut zone = Zone::new();
    for (name, entries) in data.as_mapping().unwrap() {
        let name = domain_name(name.as_str().unwrap());
        zone.add_name(&name);
        let entries = entries.as_sequence().unwrap();
        let typed: Vec<(&str, &Yaml<'_>)> = entries
            .iter()
            .filter_map(Yaml::as_mapping)
            .flatten()
            .map(|(record_type, value)| (record_type.as_str().unwrap(), value))
            .collect();
        // Records of type SPF stand for TXT records, unless any TXT is given ("NONE" is one).
        let has_txt = typed.iter().any(|(record_type, _)| *record_type == "TXT");
        let mut present = Vec::new();
        for (record_type, value) in typed {
            if value.as_str() == Some("NONE") || (record_type == "SPF" && has_txt) {
                continue;
            }
            let data = record_data(record_type, value);
            present.push(data.record_type());
            zone.insert(name.clone(), data);
        }
        if entries.iter().any(|entry| entry.as_str() == Some("TIMEOUT")) {
            for silent in RecordType::ALL.iter().filter(|t| !present.contains(t)) {
                zone.fail(Query::new(name.clone(), *silent), DnsError::Timeout);
            }
        }
    }
    zone
}

fn record_data(record_type: &str, value: &Yaml<'_>) -> RecordData {
    let text = value.as_str().unwrap_or_default();
    match record_type {
        "A" => RecordData::A(text.parse().unwrap()),
        "AAAA" => RecordData::Aaaa(text.parse().unwrap()),
        "PTR" => RecordData::Ptr(domain_name(text)),
        "CNAME" => RecordData::Cname(domain_name(text)),
        "TXT" | "SPF" => RecordData::Txt(match value.as_sequence() {
            Some(strings) => Text::from_strings(strings.iter().map(|s| s.as_str().unwrap())),
            None => Text::from_strings([text]),
        }),
        "MX" => RecordData::Mx {
            preference: value[0].as_integer().unwrap().try_into().unwrap(),
            exchange: domain_name(value[1].as_str().unwrap()),
        },
        other => panic!("{other} records are not known to the suite's runner"),
    }
}

/// The empty name is the root, as in a null MX.
fn domain_name(text: &str) -> DomainName {
    if text.is_empty() { DomainName::root() } else { DomainName::from_ascii(text.as_bytes()).unwrap() }
}
