//! Real bounces of seventy kinds of server.
#![cfg(feature = "bounce")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod bounce_support;

use bounce_support::{json, messages, with_line_ends};
use deliverability_core::bounce;
use serde_json::Value;

/// The results of a file; none where its author expects nothing.
fn results(expected: &Value, file: &str) -> Vec<Value> {
    expected[file]["results"].as_array().cloned().unwrap_or_default()
}

#[test]
fn every_recipient_is_found() {
    let Some(expected) = json("sisimai/expected.json") else { return };
    let mut missing = Vec::new();
    for (file, message) in messages("sisimai") {
        let bounce = bounce::read(&message);
        let found: Vec<_> = bounce.recipients().iter().filter_map(|recipient| recipient.address()).collect();
        // `.invalid` stands for "the report names none" there.
        let results = results(&expected, &file);
        let addresses = results.iter().filter_map(|result| result["recipient"].as_str());
        for address in addresses.filter(|address| !address.ends_with(".invalid")) {
            if !found.iter().any(|found| found.eq_ignore_ascii_case(address)) {
                missing.push(format!("{file}: {address} among {found:?}"));
            }
        }
    }
    assert!(missing.is_empty(), "{} missing:\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn line_ends_change_nothing() {
    let mut differing = Vec::new();
    for (file, message) in messages("sisimai") {
        let read = bounce::read(&with_line_ends(&message, b"\n"));
        for end in [&b"\r\n"[..], b"\r"] {
            if bounce::read(&with_line_ends(&message, end)) != read {
                differing.push(format!("{file} {end:?}"));
            }
        }
        if bounce::read(&message) != read {
            differing.push(file);
        }
    }
    assert!(differing.is_empty(), "{differing:?}");
}
