//! Results that a message carries, in a diagnosis: chains of ARC sets (RFC 8617), and the fields of receivers
//! that are trusted or not (RFC 8601).
#![cfg(all(feature = "verify", feature = "zone-file"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

#[allow(dead_code, reason = "shared with other suites")]
mod drivers;
#[path = "dkim_support/sealer.rs"]
#[allow(dead_code, reason = "other suites use the rest")]
mod sealer;
#[path = "dkim_support/signer.rs"]
#[allow(dead_code, clippy::print_stderr, reason = "other suites use the rest")]
mod signer;

use deliverability_core::diagnosis::{Claimed, Finding, Report};
use deliverability_core::dns::{DnsError, Query, Zone};
use deliverability_core::{Diagnosis, RuleId, Severity};
use sealer::Sealer;
use signer::{Key, Mail, sign};

const SOUND: &str = r#"
example.org            TXT "v=spf1 ip4:192.0.2.1 -all"
example.org            MX  10 mx.example.org
mx.example.org         A   192.0.2.1
mx.example.org         TXT "v=spf1 a -all"
1.2.0.192.in-addr.arpa PTR mx.example.org
_dmarc.example.org     TXT "v=DMARC1; p=reject"
"#;

const CAME_IN: &str = "mx.list.test; spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org header.s=s; \
                       dmarc=pass header.from=example.org";

/// A signed message, and the zone of its sender and of the hosts that seal it.
fn signed(sealers: &[&Sealer]) -> (String, Zone) {
    let fields = [
        ("From", " Amy <amy@example.org>"),
        ("Subject", " the menu"),
        ("Date", " Thu, 1 Jan 2026 00:00:00 +0000"),
        ("Message-ID", " <1@example.org>"),
    ];
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let key = Key::ed25519();
    let mail = Mail { fields, body: b"Bread, soup, cake.\r\n".to_vec() };
    let mail = sign(&key, &mail, "relaxed", "relaxed", "from:from:subject:date", "").octets();
    let mut zone: Zone = format!("{SOUND}\ns._domainkey.example.org TXT \"{}\"", key.record()).parse().unwrap();
    for sealer in sealers {
        sealer.publish(&mut zone);
    }
    (String::from_utf8(mail).unwrap(), zone)
}

fn with_footer(mail: &str) -> String {
    format!("{mail}-- \r\nsent by a list\r\n").replace("-- \r\n", "--\r\n")
}

fn received(ip: &str, mail: &str) -> String {
    format!("Received: from h.test (h.test [{ip}]) by mx.example.net; now\r\n{mail}")
}

fn diagnosis(mail: &str) -> Diagnosis {
    let sender = Diagnosis::of("example.org".parse().unwrap()).sending_ip("192.0.2.1".parse().unwrap());
    sender.helo("mx.example.org").lists(&[]).message(mail)
}

fn report(mail: &str, zone: &Zone) -> Report {
    drivers::all_agree(&diagnosis(mail), zone, 3)
}

fn the(report: &Report, rule: RuleId) -> Finding {
    let found = report.findings().iter().find(|found| found.rule == rule);
    found.unwrap_or_else(|| panic!("no {rule} in\n{report}")).clone()
}

fn has(report: &Report, rule: RuleId) -> bool {
    report.findings().iter().any(|found| found.rule == rule)
}

fn arc_line(report: &Report) -> String {
    let line = report.at_receiver().iter().find(|judged| judged.method == "arc");
    line.unwrap_or_else(|| panic!("{report}")).to_string()
}

#[test]
fn the_list_that_changed_the_message_is_named() {
    // The list checked it, added a footer and sealed: its own signature covers the footer (RFC 8617 §5.1).
    let list = Sealer::of("list.test");
    let (mail, zone) = signed(&[&list]);
    let sealed = received("192.0.2.1", &list.seal_with(&with_footer(&mail), 1, "none", CAME_IN));
    let report = report(&sealed, &zone);
    let line = "arc=pass (1 set, sealed last by list.test): every seal and the newest message signature verify; an \
                experiment (RFC 8617)";
    assert_eq!(arc_line(&report), line);
    let found = the(&report, RuleId::ArcChangedOnTheWay);
    assert_eq!((found.severity, found.subject.as_str()), (Severity::Note, "example.org"));
    for part in [
        "experiment",
        "As list.test (i=1) says, the DKIM signature of example.org passed when the message came there",
        "that host changed it itself: 20 octets",
    ] {
        assert!(found.message.contains(part), "{part}\n{report}");
    }
    assert!(has(&report, RuleId::DkimBodyChanged), "{report}");
    assert!(report.to_string().contains("RFC 8617"));
}

#[test]
fn a_change_between_two_sealers_is_put_between_them() {
    let (gate, list) = (Sealer::of("gate.test"), Sealer::of("list.test"));
    let (mail, zone) = signed(&[&gate, &list]);
    let first = gate.seal_with(&mail, 1, "none", CAME_IN);
    let second =
        list.seal_with(&with_footer(&first), 2, "pass", "mx.list.test; dkim=fail header.d=example.org; arc=pass");
    let report = report(&received("192.0.2.1", &second), &zone);
    let found = the(&report, RuleId::ArcChangedOnTheWay);
    let part =
        "It was changed behind gate.test (i=1), by list.test (i=2) or a host before it that does not seal: 20 octets";
    assert!(found.message.contains(part), "{report}");
    assert!(!has(&report, RuleId::ArcChainFails), "{report}");
}

#[test]
fn forwarding_that_only_breaks_spf_is_told() {
    // Not signed, forwarded as it is: DMARC passed by SPF at the first host.
    let list = Sealer::of("list.test");
    let (mail, zone) = signed(&[&list]);
    let (_, unsigned) = mail.split_once("From:").unwrap();
    let sealed = list.seal_with(&format!("From:{unsigned}"), 1, "none", CAME_IN);
    let sealed = received("198.51.100.66", &received("192.0.2.1", &sealed));
    let report = report(&sealed, &zone);
    let found = the(&report, RuleId::ArcChangedOnTheWay);
    assert!(
        found.message.contains(
            "the message passed DMARC for example.org when it came there; now it does not. It was not changed since"
        ),
        "{report}"
    );
}

#[test]
fn a_chain_that_fails_says_which_set_and_why() {
    let list = Sealer::of("list.test");
    let (mail, zone) = signed(&[&list]);
    let sealed = with_footer(&list.seal_with(&mail, 1, "none", CAME_IN));
    let report = report(&received("192.0.2.1", &sealed), &zone);
    let found = the(&report, RuleId::ArcChainFails);
    assert_eq!(found.severity, Severity::Note);
    for part in
        ["ARC-Message-Signature i=1: the body is not the one that was signed", "Since then 20 octets were appended"]
    {
        assert!(found.message.contains(part), "{part}\n{report}");
    }
    assert!(found.remedy.text.contains("list.test (i=1) has to mend"), "{report}");
    // Its word is worth nothing: nobody is blamed by it.
    assert!(!has(&report, RuleId::ArcChangedOnTheWay), "{report}");
    assert!(
        report.claims().iter().all(|claimed| claimed.standing == "not verified: the chain does not pass"),
        "{report}"
    );
}

#[test]
fn who_reports_a_broken_chain_is_not_blamed_for_it() {
    // RFC 8617 §5.1.2.
    let (list, gate) = (Sealer::of("list.test"), Sealer::of("gate.test"));
    let (mail, zone) = signed(&[&list, &gate]);
    let broken = with_footer(&list.seal_with(&mail, 1, "none", CAME_IN));
    let sealed = gate.seal_with(&broken, 2, "fail", "mx.gate.test; arc=fail");
    let found = the(&report(&received("192.0.2.1", &sealed), &zone), RuleId::ArcChainFails);
    assert!(found.message.contains("cv=fail: the chain was broken before"), "{found:?}");
    assert!(found.remedy.text.contains("A host before gate.test (i=2) has to mend"), "{found:?}");
}

#[test]
fn a_key_that_could_not_be_asked_for_leaves_the_chain_open() {
    let list = Sealer::of("list.test");
    let (mail, mut zone) = signed(&[&list]);
    let query = Query::txt("s._domainkey.list.test".parse().unwrap());
    zone.fail(query.clone(), DnsError::Timeout);
    let report = report(&received("192.0.2.1", &list.seal_with(&mail, 1, "none", CAME_IN)), &zone);
    assert!(!has(&report, RuleId::ArcChainFails), "{report}");
    let open = report.unknown().iter().find(|open| open.queries().contains(&query)).unwrap();
    assert!(open.question.contains("ARC") && !open.could_block, "{report}");
}

#[test]
fn a_chain_that_passes_and_broke_nothing_has_no_finding() {
    let list = Sealer::of("list.test");
    let (mail, zone) = signed(&[&list]);
    let report = report(&received("192.0.2.1", &list.seal_with(&mail, 1, "none", CAME_IN)), &zone);
    assert!(report.findings().is_empty(), "{report}");
    let claimed: Vec<String> =
        report.claims().iter().map(|claimed| format!("{}={}", claimed.method, claimed.result)).collect();
    assert_eq!(claimed, ["spf=pass", "dkim=pass", "dmarc=pass"]);
    assert_eq!(report.claims()[0].field, "ARC-Authentication-Results i=1");
    assert!(
        report
            .to_string()
            .contains("mx.list.test, ARC i=1: spf=pass (smtp.mailfrom=example.org): sealed, not verified")
    );
    assert!(report.claims().iter().all(|claimed| !claimed.trusted && claimed.here.is_none()), "{report}");
}

const SAID: &str = "Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.org;\r\n dkim=fail header.d=example.org \
                    header.s=s; dmarc=temperror header.from=example.org; iprev=pass policy.iprev=192.0.2.1\r\n";

#[test]
fn without_trust_results_are_claims() {
    // RFC 8601 §4.1, §7.1.
    let (mail, zone) = signed(&[]);
    let report = report(&format!("{SAID}{}", received("192.0.2.1", &mail)), &zone);
    assert!(report.findings().is_empty(), "{report}");
    assert_eq!(report.claims().len(), 4);
    assert!(report.claims().iter().all(|claimed| !claimed.trusted && claimed.here.is_none()), "{report}");
    assert!(
        report
            .to_string()
            .contains("mx.example.net: spf=pass (smtp.mailfrom=example.org): another host's, not verified")
    );
}

#[test]
fn a_trusted_receiver_is_compared_with_what_is_found_here() {
    let (mail, zone) = signed(&[]);
    let forged = "Authentication-Results: MX.example.net; dkim=fail header.d=example.org\r\n";
    let mail = format!("{SAID}{}", received("192.0.2.1", &format!("{forged}{mail}")));
    let check = diagnosis(&mail).trusting_authserv_id("MX.Example.Net");
    let report = drivers::all_agree(&check, &zone, 3);
    let here: Vec<Option<&str>> = report.claims().iter().map(|claimed| claimed.here.as_deref()).collect();
    // What was not looked at here, and what came in with the message, is not compared.
    assert_eq!(here, [Some("pass"), Some("pass"), Some("pass"), None, None]);
    let disagree: Vec<bool> = report.claims().iter().map(Claimed::disagrees).collect();
    // A temporary error there says nothing else.
    assert_eq!(disagree, [false, true, false, false, false]);
    let found = the(&report, RuleId::ResultsDisagree);
    assert_eq!((found.severity, found.subject.as_str()), (Severity::Note, "mx.example.net"));
    let told = "mx.example.net found dkim=fail (header.d=example.org header.s=s), here it is pass";
    assert!(found.message.starts_with(told), "{report}");
    assert!(report.claims()[4].standing.contains("came in with the message"), "{report}");
}

#[test]
fn results_of_another_identity_are_not_compared() {
    let (mail, zone) = signed(&[]);
    let said = "Authentication-Results: mx.example.net; spf=fail smtp.mailfrom=bounce@other.test;\r\n\
                \tdkim=fail header.d=other.test; dmarc=fail header.from=other.test; dkim/2=fail header.d=example.org;\r\n\
                \tdmarc=bestguessfail header.from=example.org\r\n";
    let mail = format!("{said}{}", received("192.0.2.1", &mail));
    let report = drivers::all_agree(&diagnosis(&mail).trusting_authserv_id("mx.example.net"), &zone, 3);
    assert!(report.claims().iter().all(|claimed| claimed.trusted && claimed.here.is_none()), "{report}");
    assert!(!has(&report, RuleId::ResultsDisagree), "{report}");
}

#[test]
fn hostile_claims_are_bounded_and_harmless() {
    let (mail, zone) = signed(&[]);
    let said =
        "Authentication-Results: \u{1b}[2J\u{202e}mx; spf=\u{7}pass smtp.mailfrom=\"\u{1b}]0;x\"\r\n".repeat(500);
    let report = report(&format!("{said}{}", received("192.0.2.1", &mail)), &zone);
    assert_eq!(report.claims().len(), 50);
    assert!(!report.to_string().chars().any(|c| c.is_control() && c != '\n'), "{report}");
}

#[cfg(feature = "serde")]
#[test]
fn claims_are_in_the_json() {
    let (mail, zone) = signed(&[]);
    let mail = format!("{SAID}{}", received("192.0.2.1", &mail));
    let report = diagnosis(&mail).trusting_authserv_id("mx.example.net");
    let report = deliverability_core::Check::in_zone(&report, &zone);
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["claims"][1]["here"], "pass");
    assert_eq!(json["claims"][1]["trusted"], true);
    assert_eq!(json["claims"][3]["identity"], "policy.iprev=192.0.2.1");
}
