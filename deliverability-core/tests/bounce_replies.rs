//! SMTP replies as receivers write them: the cause, what they name, who is not to blame.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};

use deliverability_core::bounce::{Cause, Reply, classify_reply};
use serde_json::Value;

fn corpus(file: &str) -> Option<Vec<Value>> {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/bounces").join(file);
    if !path.exists() {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{file} is not at hand");
        eprintln!("SKIPPED: {file} is not at hand");
        return None;
    }
    let rows: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    Some(rows.as_array().unwrap().clone())
}

/// What a reply names, by the corpus's words.
fn parameter(reply: &Reply, key: &str) -> Option<String> {
    let found = reply.parameters();
    match key {
        "list" => found.list.as_ref().map(|list| list.name.clone()),
        "zone" => found.list.as_ref().and_then(|list| list.zone.as_ref()).map(ToString::to_string),
        "url" => found.url.clone(),
        "ip" => found.ip.map(|ip| ip.to_string()),
        "domain" => found.domain.as_ref().map(|domain| domain.to_string().to_lowercase()),
        "sender" => found.sender.clone(),
        "mx" => found.mx.clone(),
        "helo" => found.helo.clone(),
        "code" => found.code.clone(),
        "spf" => found.spf.map(|result| result.to_string()),
        "dkim" => found.dkim.map(|result| result.to_string()),
        "dmarc" => found.dmarc.map(|result| result.to_string()),
        _ => panic!("{key}"),
    }
}

#[test]
fn labelled_replies() {
    let Some(rows) = corpus("replies.json") else { return };
    let (mut exact, mut right, mut stated) = (0, 0, 0);
    for row in &rows {
        let text = row["text"].as_str().unwrap();
        let reply = classify_reply(text);
        let expected = row["cause"].as_str().unwrap();
        if reply.cause().as_str() == expected {
            exact += 1;
        } else {
            eprintln!("{} {expected}: {} {text}", row["id"], reply.cause());
        }
        for (key, value) in row.get("params").and_then(Value::as_object).into_iter().flatten() {
            stated += 1;
            let found = parameter(&reply, key);
            if found.as_deref() == value.as_str() {
                right += 1;
            } else {
                eprintln!("{} {key} {value}: {found:?} {text}", row["id"]);
            }
        }
    }
    eprintln!("{exact} of {} causes, {right} of {stated} parameters", rows.len());
    assert_eq!((exact, right), (rows.len(), stated));
}

/// Every reply that names a list gives its zone, the page and the address, as far as they stand there.
#[test]
fn replies_that_name_a_list_give_all_of_it() {
    let Some(rows) = corpus("replies.json") else { return };
    let mut named = 0;
    for row in rows.iter().filter(|row| row["params"].get("list").is_some()) {
        let text = row["text"].as_str().unwrap();
        let reply = classify_reply(text);
        let list = reply.parameters().list.as_ref().unwrap_or_else(|| panic!("{text}"));
        // Cloudmark's list cannot be asked by DNS.
        assert_eq!(list.zone.is_none(), list.name == "cloudmark-csi", "{text}");
        assert_eq!(reply.parameters().url.is_some(), text.contains("http"), "{text}");
        assert_eq!(reply.parameters().ip.is_some(), text.contains("192.0.2.25"), "{text}");
        assert!(reply.sentence().end > reply.sentence().start, "{text}");
        named += 1;
    }
    assert!(named >= 15, "{named}");
}

#[test]
fn labelled_sentences_of_real_bounces() {
    let Some(rows) = corpus("sisimai/causes.json") else { return };
    let mut exact = 0;
    for row in &rows {
        let text = row["sentence"].as_str().unwrap();
        let reply = classify_reply(text);
        let (expected, found) = (row["cause"].as_str().unwrap(), reply.cause().as_str());
        let is_right = found == expected || (expected == "ptr" && found.starts_with("ptr_"));
        exact += usize::from(is_right);
        if !is_right {
            eprintln!("{} {expected}: {found} {text}", row["file"]);
        }
        for key in ["ip", "domain", "url", "spf", "dkim", "dmarc"] {
            let Some(value) = row.get(key).and_then(Value::as_str) else { continue };
            let found = parameter(&reply, key);
            if found.as_deref() != Some(value.to_lowercase().as_str()) {
                eprintln!("    {} {key} {value}: {found:?} {text}", row["file"]);
            }
        }
    }
    eprintln!("{exact} of {}", rows.len());
    assert!(exact >= 60);
}

#[test]
fn every_cause_has_its_own_slug() {
    let slugs: std::collections::BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.as_str()).collect();
    assert_eq!(slugs.len(), Cause::ALL.len());
}
