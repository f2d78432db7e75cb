//! Exact causes, from whole messages: bounces that Postfix and Exim made from labelled replies, and the labelled
//! sentences of real ones.
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

use bounce_support::{json, messages, shared};
use deliverability_core::SpfResult;
use deliverability_core::bounce::{self, Bounce, Cause, Reply};
use serde_json::Value;

/// The reply that a number of `replies.json` is.
fn bare_reply(replies: &Value, file: &str) -> Reply {
    let id: u64 = file.trim_end_matches(".eml").parse().unwrap();
    let row = replies.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap();
    bounce::classify_reply(row["text"].as_str().unwrap())
}

#[test]
fn the_whole_bounce_says_what_the_reply_says() {
    let Some(replies) = json("replies.json") else { return };
    let mut wrong = Vec::new();
    for folder in ["postfix", "exim"] {
        for (file, message) in messages(folder) {
            let (bounce, wanted) = (bounce::read(&message), bare_reply(&replies, &file));
            let [one] = bounce.recipients() else { panic!("{folder}/{file}: {:?}", bounce.recipients()) };
            let reply = one.reply();
            if (reply.cause(), reply.parameters()) != (wanted.cause(), wanted.parameters()) {
                wrong.push(format!(
                    "{folder}/{file}: {} {:?}\n  {:?}\n  {:?}\n  {:?}",
                    reply.cause(),
                    wanted.cause(),
                    reply.parameters(),
                    wanted.parameters(),
                    reply.text()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The causes that a label of `causes.json` stands for.
fn labelled(label: &str) -> Vec<&str> {
    match label {
        "ptr" => vec!["ptr_missing", "ptr_mismatch", "ptr_generic"],
        "relay_or_dynamic" => vec!["relay_denied", "ip_dynamic"],
        other => vec![other],
    }
}

fn says(bounce: &Bounce, row: &Value) -> bool {
    let label = row["cause"].as_str().unwrap();
    bounce.recipients().iter().any(|recipient| {
        // Outlook's 5.7.515 is about the level of all three results; the label names the one that failed.
        let is_level = recipient.cause() == Cause::AuthLevel
            && recipient.reply().parameters().spf == Some(SpfResult::Fail)
            && label == "spf_fail";
        is_level || labelled(label).contains(&recipient.cause().as_str())
    })
}

#[test]
fn the_labelled_sentences_of_real_bounces() {
    let Some(causes) = json("sisimai/causes.json") else { return };
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for row in causes.as_array().unwrap() {
        let file = row["file"].as_str().unwrap();
        let bounce = bounce::read(&fs::read(shared(&format!("sisimai/{file}")).unwrap()).unwrap());
        seen += 1;
        if !says(&bounce, row) {
            let found: Vec<_> =
                bounce.recipients().iter().map(|one| (one.cause().as_str(), one.reply().text())).collect();
            wrong.push(format!("{file}: {} {found:?}", row["cause"]));
        }
    }
    eprintln!("{} of {seen} labelled causes", seen - wrong.len());
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_sender_is_never_blamed_on_the_recipient() {
    let Some(replies) = json("replies.json") else { return };
    for folder in ["postfix", "exim"] {
        for (file, message) in messages(folder) {
            let id: u64 = file.trim_end_matches(".eml").parse().unwrap();
            let row = replies.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap();
            let label = row["cause"].as_str().unwrap();
            if !["callout", "sender", "pra"].iter().any(|start| label.starts_with(start)) {
                continue;
            }
            for recipient in bounce::read(&message).recipients() {
                let blamed =
                    [Cause::UserUnknown, Cause::MailboxDisabled, Cause::RecipientDomain, Cause::RecipientNullMx];
                assert!(!blamed.contains(&recipient.cause()), "{folder}/{file}: {recipient:?}");
            }
        }
    }
}
