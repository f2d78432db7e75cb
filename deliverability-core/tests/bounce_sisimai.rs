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

use std::collections::BTreeMap;

use bounce_support::{json, messages, with_line_ends};
use deliverability_core::bounce::{self, Action, Bounce, Cause, Recipient};
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

/// The author's reasons that a cause is filed under. Theirs are coarser here and finer there, and turn on the SMTP
/// command that was answered, which is beside the cause.
fn reasons(cause: Cause) -> &'static [&'static str] {
    match cause {
        // Where the labelled sentences of the same corpus give a cause to a file with another reason, that stands here:
        // "policyviolation" of Mimecast's and La Poste's own block lists, "rejected" of Yahoo's TSS04, "blocked" of an SPF
        // failure, "hostunknown" of the sender's domain, "virusdetected" of Mimecast's MCSpamSignature.
        // "filtered" is an unknown user that is refused after DATA, or with 5.2.1; "hasmoved" one that left no address.
        Cause::UserUnknown => &["userunknown", "filtered", "hasmoved"],
        Cause::MailboxFull => &["mailboxfull"],
        Cause::MailboxDisabled => &["suspend", "filtered"],
        Cause::Size => &["mesgtoobig", "exceedlimit"],
        // "notaccept" is a domain whose MX says that it takes no mail.
        Cause::RecipientDomain => &["hostunknown", "networkerror", "notaccept"],
        Cause::RecipientNullMx => &["notaccept", "hostunknown"],
        Cause::Network => &["networkerror", "expired", "blocked"],
        Cause::Loop => &["networkerror", "systemerror"],
        Cause::Expired => &["expired"],
        Cause::ServerError => &["systemerror", "mailererror", "systemfull", "notaccept", "syntaxerror"],
        Cause::RfcNoncompliant => &["contenterror", "syntaxerror", "policyviolation"],
        // "filtered" is also what a content filter refused.
        Cause::ContentSpam | Cause::UrlBlocklisted => &["spamdetected", "filtered", "virusdetected"],
        Cause::Virus => &["virusdetected"],
        Cause::AttachmentBlocked => &["policyviolation", "securityerror"],
        Cause::PolicyUnspecified => &["policyviolation", "securityerror", "blocked", "rejected"],
        Cause::SpoofingPolicy => &["policyviolation", "rejected"],
        Cause::IpBlocklisted | Cause::IpBlockedPrivate | Cause::IpDynamic => &["blocked", "policyviolation"],
        Cause::IpReputation => &["badreputation", "blocked", "rejected"],
        Cause::RateLimited => &["toomanyconn", "speeding", "blocked"],
        Cause::PtrMissing | Cause::PtrMismatch | Cause::PtrGeneric => &["requireptr"],
        Cause::HeloRejected => &["blocked", "rejected"],
        Cause::SpfFail => &["authfailure", "blocked"],
        Cause::SpfError
        | Cause::DkimFail
        | Cause::DmarcPolicy
        | Cause::AuthMissing
        | Cause::AuthLevel
        | Cause::ArcFail => &["authfailure"],
        Cause::AuthRequired => &["securityerror"],
        Cause::TlsRequired | Cause::TlsCertificate => &["securityerror", "failedstarttls"],
        Cause::RelayDenied => &["norelaying"],
        Cause::SenderDomain => &["rejected", "hostunknown"],
        Cause::SenderRejected
        | Cause::SenderUnroutable
        | Cause::SenderNullMx
        | Cause::SenderVerifyFailed
        | Cause::CalloutRejected => &["rejected"],
        Cause::Feedback => &["feedback"],
        Cause::AutoReply => &["vacation"],
        Cause::Unknown => &["undefined", "onhold"],
        _ => &[],
    }
}

/// The cause, or what the report says became of the message.
fn agrees(recipient: &Recipient, reason: &str) -> bool {
    let is_delivered = matches!(recipient.action(), Some(Action::Delivered | Action::Relayed | Action::Expanded))
        || recipient.action().is_none() && recipient.status().is_some_and(|status| status.class == 2);
    // A delivery given up is filed under what the last reply said, or under "expired".
    let causes = [Some(recipient.cause()), recipient.reply().underlying()];
    if is_delivered {
        reason == "delivered"
    } else {
        causes.into_iter().flatten().any(|cause| reasons(cause).contains(&reason))
    }
}

/// Whether each expected result has a recipient with such a reason, and of its address where that is told.
fn agrees_in_all(bounce: &Bounce, results: &[Value]) -> bool {
    results.iter().all(|result| {
        let (address, reason) = (result["recipient"].as_str(), result["reason"].as_str().unwrap_or_default());
        bounce.recipients().iter().any(|recipient| {
            let is_same = |address: &str| recipient.address().is_some_and(|own| own.eq_ignore_ascii_case(address));
            address.is_none_or(|address| address.ends_with(".invalid") || is_same(address)) && agrees(recipient, reason)
        })
    })
}

/// Files whose expected reason is not taken over, with our cause and why.
fn departures() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("data/sisimai_departures.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect::<Vec<_>>()).map(|row| (row[0], row[1])).collect()
}

#[test]
fn ninety_seven_percent_have_the_expected_reason() {
    let Some(expected) = json("sisimai/expected.json") else { return };
    let (departures, mut seen, mut departing, mut missed) = (departures(), 0, 0, Vec::new());
    for (file, message) in messages("sisimai") {
        let wanted = results(&expected, &file);
        if wanted.is_empty() {
            continue;
        }
        seen += 1;
        let bounce = bounce::read(&message);
        let others = expected[&file]["alternatives"].as_object().unwrap().values();
        let mut others = others.filter_map(|results| results.as_array());
        let is_agreed = agrees_in_all(&bounce, &wanted) || others.any(|results| agrees_in_all(&bounce, results));
        let cause = bounce.recipients().first().map_or("", |one| one.cause().as_str());
        match departures.get(&*file) {
            Some(ours) => {
                departing += 1;
                assert!(!is_agreed && cause == *ours, "{file}: {cause} is no longer the departure listed");
            }
            None if !is_agreed => missed.push(describe(&file, &bounce, &wanted)),
            None => {}
        }
    }
    let agreed = seen - departing - missed.len();
    eprintln!("{agreed} of {seen} files with the expected reason, {departing} explained departures, missed:");
    eprintln!("{}", missed.join("\n"));
    assert!((seen - missed.len()) * 100 >= seen * 97, "{} of {seen}:\n{}", missed.len(), missed.join("\n"));
}

fn describe(file: &str, bounce: &Bounce, wanted: &[Value]) -> String {
    let causes: Vec<_> = bounce.recipients().iter().map(|one| (one.cause().as_str(), one.reply().text())).collect();
    let reasons: Vec<_> = wanted.iter().map(|result| result["reason"].as_str().unwrap_or_default()).collect();
    format!("{file}: {reasons:?} {causes:?}")
}
