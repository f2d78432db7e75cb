//! Returned messages, log lines and replies written for these tests, in the layouts of the servers that make them, each with
//! what it must come to.
#![cfg(feature = "bounce")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod bounce_support;

use std::fs;
use std::path::PathBuf;

use bounce_support::with_line_ends;
use deliverability_core::bounce::{self, Bounce, Original, Recipient};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/returned")
}

/// Name, octets and what is expected of each; `*` there stands for anything.
fn cases() -> Vec<(String, Vec<u8>, Value)> {
    let expected: Value = serde_json::from_slice(&fs::read(folder().join("expected.json")).unwrap()).unwrap();
    let cases = expected.as_object().unwrap().iter();
    cases.map(|(name, case)| (name.clone(), fs::read(folder().join(name)).unwrap(), case.clone())).collect()
}

fn is_as_wanted(found: &Value, wanted: &Value) -> bool {
    let (same, any) = (found == wanted, wanted == "*");
    let same_letters = found.as_str().zip(wanted.as_str()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
    same || any || same_letters
}

fn of_recipient(recipient: &Recipient) -> Value {
    let reply = recipient.reply();
    json!([
        recipient.address(),
        reply.cause().as_str(),
        reply.code(),
        reply.status().map(|status| status.to_string()),
        recipient.remote_host(),
        recipient.action().map(bounce::Action::as_str),
    ])
}

/// What differs, in words; empty where all is as expected.
fn differences(bounce: &Bounce, wanted: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, found: &Value, wanted: &Value| {
        if !is_as_wanted(found, wanted) {
            differences.push(format!("{what} {found} for {wanted}"));
        }
    };
    compare("kind", &json!(bounce.kind().as_str()), &wanted["kind"]);
    compare("reporting", &json!(bounce.reporting_mta()), &wanted["mta"]);
    let found = bounce.original().map(|original| if original.is_whole() { "whole" } else { "headers" });
    compare("original", &json!(found), &wanted["orig"]);
    let identity = wanted["oid"].as_str().unwrap_or_default();
    let has_identity = bounce.original().is_some_and(|original| names(original, identity));
    compare("original's identity", &json!(identity.is_empty() || has_identity), &json!(true));
    let (found, wanted) = (bounce.recipients(), wanted["rcpts"].as_array().unwrap());
    compare("recipients", &json!(found.len()), &json!(wanted.len()));
    for (found, wanted) in found.iter().zip(wanted) {
        let row = of_recipient(found);
        let (row, wanted) = (row.as_array().unwrap(), wanted.as_array().unwrap());
        if !row.iter().zip(wanted).all(|(found, wanted)| is_as_wanted(found, wanted)) {
            differences.push(format!("{} for {} {:?}", json!(row), json!(wanted), found.reply().text()));
        }
    }
    differences
}

fn names(original: &Original, identity: &str) -> bool {
    String::from_utf8_lossy(original.octets()).contains(identity)
}

#[test]
fn each_is_read_as_it_is_meant() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (name, octets, wanted) in cases() {
        seen += 1;
        let differences = differences(&bounce::read(&octets), &wanted);
        if !differences.is_empty() {
            wrong.push(format!("{name}:\n    {}", differences.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {seen} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn line_ends_change_nothing() {
    for (name, octets, _) in cases() {
        let read = bounce::read(&with_line_ends(&octets, b"\n"));
        for end in [&b"\r\n"[..], b"\r"] {
            assert_eq!(bounce::read(&with_line_ends(&octets, end)), read, "{name} {end:?}");
        }
    }
}
