//! Authenticated Received Chains (RFC 8617, experimental).
#![cfg(feature = "verify")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod dkim_support;
mod drivers;

use std::collections::BTreeSet;
use std::fs;

use deliverability_core::arc::{Chain, Verification};
use deliverability_core::dkim::Message;
use deliverability_core::dns::{RecordData, Text, Zone};
use deliverability_core::{ArcResult, Check};
use dkim_support::shared;
use saphyr::{LoadableYamlNode, Yaml};

/// One test of the validation suite.
struct Case {
    name: String,
    message: String,
    /// What the suite expects, in lower case; empty where it states nothing.
    status: String,
    zone: Zone,
}

/// The tests of every section, each with the keys of its section.
fn suite() -> Option<Vec<Case>> {
    let file = shared("arc_test_suite").map(|dir| dir.join("arc-draft-validation-tests.yml"))?;
    let text = with_unlike_names(&fs::read_to_string(file).unwrap());
    let sections = Yaml::load_from_str(&text).unwrap();
    Some(sections.iter().flat_map(section).collect())
}

/// The suite with the number of its line in each test's name: some names stand twice.
fn with_unlike_names(suite: &str) -> String {
    let lines = suite.lines().enumerate().map(|(n, line)| match line.trim_end().strip_suffix(':') {
        Some(name) if name.starts_with("  ") && !name.starts_with("   ") => format!("{name}_line_{}:\n", n + 1),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

fn section(section: &Yaml<'_>) -> Vec<Case> {
    let mut zone = Zone::new();
    for (name, record) in section["txt-records"].as_mapping().into_iter().flatten() {
        let text = record.as_str().unwrap();
        zone.insert(name.as_str().unwrap().parse().unwrap(), RecordData::Txt(Text::from_strings([text])));
    }
    let tests = section["tests"].as_mapping().into_iter().flatten();
    let cases = tests.map(|(name, test)| Case {
        name: name.as_str().unwrap().to_owned(),
        message: test["message"].as_str().unwrap().to_owned(),
        status: test["cv"].as_str().unwrap_or_default().trim().to_lowercase(),
        zone: zone.clone(),
    });
    cases.collect()
}

fn verify(message: &str, zone: &Zone) -> Chain {
    Verification::of(&Message::of(message.as_bytes())).in_zone(zone)
}

fn describe(chain: &Chain) -> String {
    let codes: Vec<&str> = chain.failures().iter().map(|failure| failure.cause.code()).collect();
    format!("{} {codes:?}", chain.result())
}

#[test]
fn the_validation_suite() {
    let Some(cases) = suite() else { return };
    let (mut wrong, mut terminated) = (Vec::new(), 0);
    for case in &cases {
        let chain = verify(&case.message, &case.zone);
        // Where a seal says cv=fail the suite, older than the RFC, states nothing: the chain was over.
        // RFC 8617 §5.2, steps 2 and 3: the status is fail.
        let expected = if case.status.is_empty() { "fail" } else { &case.status };
        terminated += usize::from(case.status.is_empty());
        let says_why = !case.status.is_empty() || chain.cause().map(|cause| cause.code()) == Some("arc.cv.fail");
        if chain.result().as_str() != expected || !says_why {
            wrong.push(format!("{}: {expected}, found {}", case.name, describe(&chain)));
        }
    }
    let names: BTreeSet<&str> = cases.iter().filter_map(|case| case.name.split("_line_").next()).collect();
    // 175 tests under 171 names.
    assert_eq!((names.len(), cases.len(), terminated), (171, 175, 3));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
