//! The five stories of `examples/cases/`: what must be found is found, and what must not is not.
#![cfg(all(feature = "serde", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/cases.rs"]
mod cases;

use cases::{CASES, Case};
use deliverability_core::Check;
#[cfg(feature = "bounce")]
use deliverability_core::diagnosis::Returned;
use deliverability_core::diagnosis::{Finding, Report};
use deliverability_core::spf::Proof;
use serde_json::Value;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn matches(found: &Finding, wanted: &Value) -> bool {
    let agrees = |key: &str, is: &str| wanted[key].is_null() || text(&wanted[key]) == is;
    found.rule.as_str() == text(&wanted["rule"])
        && agrees("severity", found.severity.as_str())
        && agrees("subject", &found.subject)
        && agrees("proven", found.remedy.proven.as_str())
        && agrees("acts", found.acts.as_str())
        && found.message.contains(text(&wanted["message"]))
        && found.remedy.text.contains(text(&wanted["remedy"]))
}

fn assert_finds(case: &Case, report: &Report, wanted: &Value) {
    let found = report.findings().iter().find(|found| matches(found, wanted));
    let found = found.unwrap_or_else(|| panic!("{}: {wanted} is not found in\n{report}", case.name));
    if let Some(publish) = wanted["publish"].as_str() {
        let new = found.remedy.changes[0].new.as_ref().unwrap().to_string();
        assert_eq!(new.trim_matches('"'), publish, "{}", case.name);
    }
    if let Some(proof) = wanted["proof"].as_str() {
        assert!(found.remedy.proof.as_ref().is_some_and(Proof::is_proven), "{}", case.name);
        assert!(found.remedy.text.ends_with(&format!("{proof}.")), "{}: {}", case.name, found.remedy.text);
    }
}

#[test]
fn every_story_is_told() {
    for case in CASES {
        let story = case.read();
        let report = case.diagnosis().in_zone(&case.zone());
        assert_eq!(report.verdict().as_str(), text(&story["verdict"]), "{}\n{report}", case.name);
        for wanted in story["finds"].as_array().unwrap() {
            assert_finds(case, &report, wanted);
        }
        for rule in story["not_found"].as_array().unwrap() {
            assert!(
                report.findings().iter().all(|found| found.rule.as_str() != text(rule)),
                "{}: {rule}\n{report}",
                case.name
            );
        }
        for about in story["unknown"].as_array().unwrap() {
            assert!(
                report.unknown().iter().any(|open| open.question.contains(text(about))),
                "{}: {about}\n{report}",
                case.name
            );
        }
    }
}

#[cfg(feature = "verify")]
#[test]
fn a_message_tells_the_rest_of_a_story() {
    let mut told = 0;
    for case in CASES {
        let Some(diagnosis) = case.with_message() else { continue };
        let report = diagnosis.in_zone(&case.zone());
        for wanted in case.read()["message_finds"].as_array().unwrap() {
            assert_finds(case, &report, wanted);
        }
        told += 1;
    }
    assert_eq!(told, 2);
}

#[cfg(feature = "bounce")]
#[test]
fn what_came_back_tells_each_story_by_itself() {
    for case in CASES {
        let story = &case.read()["explained"];
        let report = case.explanation().in_zone(&case.zone());
        assert_eq!(report.verdict().as_str(), text(&story["verdict"]), "{}\n{report}", case.name);
        for wanted in story["inferred"].as_array().unwrap() {
            let found = report.inferred().iter().any(|it| it.what == text(&wanted[0]) && it.value == text(&wanted[1]));
            assert!(found, "{}: {wanted}\n{report}", case.name);
        }
        let wanted = story["returned"].as_array().unwrap();
        assert_eq!(report.returned().len(), wanted.len(), "{}\n{report}", case.name);
        for (returned, wanted) in report.returned().iter().zip(wanted) {
            assert_returned(case, &report, returned, wanted);
        }
        for wanted in story["finds"].as_array().unwrap() {
            assert_finds(case, &report, wanted);
        }
        let is_absent = |rule: &Value| report.findings().iter().all(|found| found.rule.as_str() != text(rule));
        assert!(story["not_found"].as_array().unwrap().iter().all(is_absent), "{}\n{report}", case.name);
    }
}

#[cfg(feature = "bounce")]
fn assert_returned(case: &Case, report: &Report, returned: &Returned, wanted: &Value) {
    let reply = returned.reply();
    let named = reply.parameters();
    let zone = named.list.as_ref().and_then(|list| list.zone.as_ref()).map(ToString::to_string);
    let ip = named.ip.map(|ip| ip.to_string());
    let policy = returned.policy().map(|policy| policy.id);
    let parts = [
        ("recipient", returned.recipient()),
        ("cause", Some(returned.cause().as_str())),
        ("permanence", Some(reply.permanence().as_str())),
        ("acts", Some(returned.actor().as_str())),
        ("confirmation", Some(returned.confirmation().as_str())),
        ("list", zone.as_deref()),
        ("ip", ip.as_deref()),
        ("policy", policy),
    ];
    for (key, is) in parts {
        assert!(wanted[key].is_null() || wanted[key].as_str() == is, "{}: {key} {is:?}\n{report}", case.name);
    }
    assert!(
        reply.sentence().of_text(reply.text()).contains(text(&wanted["says"])),
        "{}: {wanted}\n{report}",
        case.name
    );
    let findings: Vec<String> = returned.findings().iter().map(|(rule, subject)| format!("{rule} {subject}")).collect();
    for finding in wanted["findings"].as_array().unwrap() {
        assert!(findings.iter().any(|found| found == text(finding)), "{}: {finding} not in {findings:?}", case.name);
    }
}

#[test]
fn a_story_that_waits_for_a_part_says_so() {
    for case in CASES {
        assert!(!text(&case.read()["later"]).is_empty(), "{}", case.name);
    }
}
