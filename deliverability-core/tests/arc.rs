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

#[expect(dead_code, reason = "the suite brings its own zones")]
mod dkim_support;
mod drivers;
#[path = "dkim_support/sealer.rs"]
mod sealer;

use std::collections::BTreeSet;
use std::fs;

use deliverability_core::arc::{Cause, Chain, Verification};
use deliverability_core::dkim::Message;
use deliverability_core::dns::{DnsError, Query, RecordData, Text, Zone};
use deliverability_core::result::ChainStatus;
use deliverability_core::{ArcResult, Check};
use dkim_support::shared;
use saphyr::{LoadableYamlNode, Yaml};
use sealer::{MAIL, Sealer, field};

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
        let says_why = !case.status.is_empty() || chain.cause().map(Cause::code) == Some("arc.cv.fail");
        if chain.result().as_str() != expected || !says_why {
            wrong.push(format!("{}: {expected}, found {}", case.name, describe(&chain)));
        }
    }
    let names: BTreeSet<&str> = cases.iter().filter_map(|case| case.name.split("_line_").next()).collect();
    // 175 tests under 171 names.
    assert_eq!((names.len(), cases.len(), terminated), (171, 175, 3));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn a_chain_of_two_sets_passes() {
    let sealer = Sealer::new();
    let check = Verification::of(&Message::of(sealer.chain(2).as_bytes()));
    let chain = drivers::all_agree(&check, &sealer.zone(), 1);
    assert_eq!((chain.result(), chain.status(), chain.oldest_pass()), (ArcResult::Pass, ChainStatus::Pass, Some(0)));
    assert!(chain.failures().is_empty() && chain.cause().is_none());
    assert_eq!(chain.to_string(), "ARC, an experimental protocol (RFC 8617): pass, 2 sets, sealed last by example.org");
    let newest = &chain.sets()[1];
    assert_eq!(newest.instance(), 2);
    assert!(newest.results().unwrap().is_by("mx2.example.org"));
    assert_eq!(newest.results().unwrap().of("spf").next().unwrap().result, "pass");
    let (signature, seal) = (newest.message_signature().unwrap(), newest.seal().unwrap());
    assert_eq!((signature.verifies(), signature.body_matches(), seal.verifies()), (Some(true), Some(true), Some(true)));
    assert_eq!((seal.status(), seal.selector(), seal.timestamp()), (Some(ChainStatus::Pass), Some("s"), Some(1)));
}

#[test]
fn older_message_signatures_may_be_broken() {
    // RFC 8617 §5.2, steps 4 and 5.
    let sealer = Sealer::new();
    let changed = sealer.chain(2).replace("body\r\n", "body\r\n--\r\na list\r\n");
    let chain = verify(&sealer.seal(&changed, 3, "pass"), &sealer.zone());
    assert_eq!((chain.result(), chain.oldest_pass()), (ArcResult::Pass, Some(3)));
    let oldest = chain.sets()[0].message_signature().unwrap();
    assert_eq!((oldest.result(), oldest.verifies()), (ArcResult::Fail, Some(true)));
    assert_eq!(oldest.failures()[0].cause.code(), "arc.body-changed");
}

#[test]
fn a_message_without_a_chain_has_none() {
    let chain = verify(MAIL, &Zone::new());
    assert_eq!((chain.result(), chain.status(), chain.oldest_pass()), (ArcResult::None, ChainStatus::None, None));
    assert_eq!(chain.to_string(), "ARC, an experimental protocol (RFC 8617): none, the message carries no chain");
}

#[test]
fn every_cause_has_a_code_and_a_place() {
    let sealer = Sealer::new();
    let (mail, zone) = (sealer.chain(2), sealer.zone());
    let header = mail.split_once("\r\n\r\n").unwrap().0;
    let without = |name: &str, value: &str| mail.replace(&format!("{}\r\n", field(header, name, value).unwrap()), "");
    let twice = format!("{}\r\n{mail}", field(header, "ARC-Seal", "i=2").unwrap());
    let replaced = |of: &str, by: &str| mail.replacen(of, by, 1);
    let cases = [
        (mail.replace("body\r\n", "other\r\n"), "arc.body-changed", ""),
        (mail.replace("Subject: hello", "Subject: [list] hello"), "arc.message-signature.mismatch", ""),
        (replaced("mx1.example.org", "mx9.example.org"), "arc.seal.mismatch", ""),
        (replaced("cv=pass", "cv=none"), "arc.cv.wrong", "none"),
        (replaced("cv=pass", "cv=fail"), "arc.cv.fail", "fail"),
        (replaced("cv=pass", "cv=maybe"), "arc.cv.unreadable", "maybe"),
        (replaced("cv=none", "cv=fail"), "arc.cv.fail", "fail"),
        (replaced("cv=pass", "h=from; cv=pass"), "arc.seal.signs-fields", "from"),
        (replaced("h=from:subject", "h=from:arc-seal"), "arc.message-signature.signs-seal", "from:arc-seal"),
        (replaced("ARC-Seal: i=2", "ARC-Seal: i=0"), "arc.instance", "0"),
        (replaced("ARC-Seal: i=2", "ARC-Seal: i=51"), "arc.instance", "51"),
        (replaced("i=2; a=ed25519-sha256; c=", "i=2; c="), "arc.message-signature.malformed", ""),
        (replaced("a=ed25519-sha256; cv=pass", "cv=pass"), "arc.seal.malformed", ""),
        (replaced("a=ed25519-sha256; cv=pass", "a=rsa-sha1; cv=pass"), "arc.rsa-sha1", "rsa-sha1"),
        (replaced("s=s; h=", "s=t; h="), "dkim.key.missing", "t"),
        (without("ARC-Seal", "i=1"), "arc.missing-field", ""),
        (without("ARC-Authentication-Results", "i=2"), "arc.missing-field", ""),
        (without("ARC-Message-Signature", "i=2"), "arc.missing-field", ""),
        (twice, "arc.duplicate-field", ""),
        (mail.replace("i=2", "i=3"), "arc.missing-set", ""),
    ];
    for (mail, code, place) in cases {
        let chain = verify(&mail, &zone);
        assert_eq!((chain.result(), chain.oldest_pass()), (ArcResult::Fail, None), "{code}: {mail}");
        assert_eq!(chain.cause().map(Cause::code), Some(code), "{}", describe(&chain));
        let span = chain.failures()[0].span.of(chain.text());
        let found = String::from_utf8_lossy(span);
        assert!(
            if code == "arc.body-changed" { found.len() == 44 } else { place.is_empty() || found == place },
            "{code}: {found}"
        );
        assert!(chain.to_string().contains("experimental"));
    }
}

#[test]
fn a_query_that_fails_is_unknown_and_sealed_as_fail() {
    // RFC 8617 §5.2.1.
    let sealer = Sealer::new();
    let mut zone = sealer.zone();
    zone.fail(Query::txt("s._domainkey.example.org".parse().unwrap()), DnsError::Timeout);
    let mail = sealer.chain(2);
    let chain = drivers::all_agree(&Verification::of(&Message::of(mail.as_bytes())), &zone, 2);
    assert_eq!((chain.result(), chain.status()), (ArcResult::Temperror, ChainStatus::Fail));
    assert_eq!((chain.cause().unwrap().code(), chain.oldest_pass()), ("dkim.key.unknown", None));
    // What is certain comes first.
    let chain = verify(&mail.replace("body\r\n", "other\r\n"), &zone);
    assert_eq!((chain.result(), chain.cause().unwrap().code()), (ArcResult::Fail, "arc.body-changed"));
}

#[test]
fn nothing_passes_without_its_key() {
    let sealer = Sealer::new();
    let mail = sealer.chain(1);
    let mut two = sealer.zone();
    two.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Txt(Text::from("v=DKIM1; k=rsa; p=")));
    for zone in [Zone::new(), Sealer::new().zone(), two] {
        let chain = verify(&mail, &zone);
        assert_eq!(chain.result(), ArcResult::Fail, "{}", describe(&chain));
        assert!(chain.sets().iter().all(|set| set.seal().unwrap().result() == ArcResult::Fail));
    }
}

#[test]
fn a_seal_that_says_fail_covers_its_own_set() {
    // RFC 8617 §5.1.2.
    let sealer = Sealer::new();
    let broken = sealer.chain(1).replace("mx1.", "mx9.");
    let chain = verify(&sealer.seal(&broken, 2, "fail"), &sealer.zone());
    let says: Vec<_> = chain.sets().iter().map(|set| set.seal().unwrap().verifies()).collect();
    assert_eq!((chain.cause().unwrap().code(), says), ("arc.cv.fail", vec![Some(false), Some(true)]));
}

#[test]
fn fifty_sets_are_the_most() {
    // RFC 8617 §5.2, step 1.
    let sealer = Sealer::new();
    let most = sealer.chain(50);
    let chain = verify(&most, &sealer.zone());
    assert_eq!((chain.result(), chain.sets().len(), chain.oldest_pass()), (ArcResult::Pass, 50, Some(0)));
    let chain = verify(&sealer.seal(&most, 51, "pass"), &sealer.zone());
    assert_eq!((chain.result(), chain.cause().unwrap().code()), (ArcResult::Fail, "arc.limit.sets"));
    assert!(chain.sets().is_empty());
}

#[test]
fn hostile_chains_are_judged_in_bounded_work() {
    let zone = Zone::new();
    let seal = "ARC-Seal: i=1; cv=none; a=rsa-sha256; d=example.org; s=s; b=AAAA\r\n".repeat(9_000);
    assert_eq!(verify(&seal, &zone).cause().unwrap().code(), "arc.limit.sets");
    let names = "x:".repeat(8_000);
    let fields = (1..=50).map(|n| {
        format!("ARC-Message-Signature: i={n}; a=rsa-sha256; d=example.org; s=s; h={names}; bh=AAAA; b=AAAA\r\n")
    });
    let many: String = fields.chain((0..9_000).map(|n| format!("X: {n}\r\n"))).collect();
    let chain = verify(&many, &zone);
    assert_eq!((chain.result(), chain.sets().len()), (ArcResult::Fail, 50));
    let names = format!("ARC-Seal: i=50\r\nARC-Message-Signature: {}\r\n\0\u{1b}\r\n\r\n", "i=1;".repeat(1_000));
    assert!(!verify(&names, &zone).to_string().chars().any(char::is_control));
}

#[test]
fn the_result_for_a_receivers_field() {
    // RFC 8617 §6, §10.1, §10.2: none, pass and fail are all the words that there are.
    let sealer = Sealer::new();
    let (mail, mut zone) = (sealer.chain(2), sealer.zone());
    let result = |mail: &str, zone: &Zone| verify(mail, zone).authentication_result().to_string();
    assert_eq!(result(MAIL, &zone), "arc=none");
    assert_eq!(result(&mail, &zone), "arc=pass header.oldest-pass=0");
    let changed = mail.replace("body\r\n", "body\r\nmore\r\n");
    let later = sealer.seal(&changed, 3, "pass");
    assert_eq!(result(&later, &zone), "arc=pass header.oldest-pass=3");
    let broken = "arc=fail reason=\"ARC-Message-Signature i=2: the body is not the one that was signed\"";
    assert_eq!(result(&changed, &zone), broken);
    zone.fail(Query::txt("s._domainkey.example.org".parse().unwrap()), DnsError::Timeout);
    assert!(result(&mail, &zone).starts_with("arc=fail reason="));
}

#[test]
fn a_set_is_believed_if_all_behind_it_are() {
    // RFC 8617 §9: a later host may put an old chain on top of another message.
    let [one, two, three] = ["one.test", "two.test", "three.test"].map(Sealer::of);
    let mut zone = one.zone();
    two.publish(&mut zone);
    three.publish(&mut zone);
    let mail = three.seal(&two.seal(&one.seal(MAIL, 1, "none"), 2, "pass"), 3, "pass");
    let chain = verify(&mail, &zone);
    let trusted = |chain: &Chain, domains: &[&str]| -> Vec<u8> {
        let domains: Vec<_> = domains.iter().map(|domain| domain.parse().unwrap()).collect();
        chain.trusted(&domains).map(deliverability_core::arc::Set::instance).collect()
    };
    assert_eq!(trusted(&chain, &["one.test", "two.test", "three.test"]), [3, 2, 1]);
    assert_eq!(trusted(&chain, &["one.test", "three.test"]), [3]);
    assert_eq!((trusted(&chain, &["one.test"]), trusted(&chain, &[])), (vec![], vec![]));
    let broken = verify(&mail.replace("body\r\n", "other\r\n"), &zone);
    assert!(trusted(&broken, &["one.test", "two.test", "three.test"]).is_empty());
}

#[test]
fn what_happened_to_the_body_is_told() {
    let sealer = Sealer::new();
    let changed = sealer.chain(1).replace("body\r\n", "body\r\n--\r\na list\r\n");
    let chain = verify(&sealer.seal(&changed, 2, "pass"), &sealer.zone());
    let change = |n: usize| chain.sets()[n].message_signature().unwrap().body_change().map(ToString::to_string);
    assert_eq!(change(0).as_deref(), Some("12 octets were appended to the body, from \"--\" on"));
    assert_eq!(change(1), None);
}

#[test]
fn instances_take_comments_where_the_grammar_lets_them_stand() {
    // RFC 8617 §3.9, §4.1.1; and no more than two digits.
    let sealer = Sealer::new();
    let results =
        |instance: &str| sealer.seal(MAIL, 1, "none").replacen("Results: i=1;", &format!("Results: {instance};"), 1);
    for instance in ["i=(a;b) 1", "(a) i = 01 (c)"] {
        // Another text than was sealed, and the same set.
        let chain = verify(&results(instance), &sealer.zone());
        assert_eq!(chain.cause().map(Cause::code), Some("arc.seal.mismatch"), "{instance}");
    }
    for instance in ["i=+1", "i=001", "i=1 1", "I=1"] {
        let chain = verify(&results(instance), &sealer.zone());
        assert_eq!(chain.cause().map(Cause::code), Some("arc.instance"), "{instance}: {}", describe(&chain));
    }
}
