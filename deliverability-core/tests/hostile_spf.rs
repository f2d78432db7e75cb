//! RFC 7208 under hostile records and hostile sessions: it ends within the limits, with the same
//! outcome from every driver.
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod drivers;

use std::fmt::Write as _;
use std::net::IpAddr;

use deliverability_core::dns::{Answers, Driver, Query, RecordData, Text, Zone};
use deliverability_core::spf::{CauseKind, CheckHost, Evaluation};
use deliverability_core::{Check, DomainName, Step};
use drivers::Random;

const CLIENT: &str = "192.0.2.1";

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

fn zone(text: &str) -> Zone {
    text.parse().unwrap()
}

/// A zone with one record of any length at a.test.
fn publishing(record: &str) -> Zone {
    let mut zone = Zone::new();
    zone.insert(name("a.test"), RecordData::Txt(record.into()));
    zone
}

fn client(ip: &str, sender: &str) -> CheckHost {
    CheckHost::new(ip.parse::<IpAddr>().unwrap(), sender).helo("mx.h.test")
}

/// The outcome for amy@a.test, the same from every driver.
fn evaluate(zone: &Zone) -> Evaluation {
    drivers::all_agree(&client(CLIENT, "amy@a.test"), zone, 7)
}

fn result(zone: &Zone) -> &'static str {
    evaluate(zone).result().as_str()
}

/// The names that the terms of the root record led to.
fn targets(evaluation: &Evaluation) -> Vec<String> {
    let evaluated = evaluation.trace().visits()[0].evaluated().iter();
    evaluated.filter_map(|term| term.target()).map(ToString::to_string).collect()
}

// Long records.

#[test]
fn ten_thousand_terms_are_one_walk() {
    let evaluation = evaluate(&publishing(&format!("v=spf1{} -all", " ip4:192.0.2.9".repeat(10_000))));
    assert_eq!((evaluation.result().as_str(), evaluation.cause().term().as_deref()), ("fail", Some("-all")));
    assert_eq!(evaluation.trace().visits()[0].evaluated().len(), 10_001);
    // RFC 7208 §4.6: an error in the last of them is found before the first one matches.
    let spoilt = evaluate(&publishing(&format!("v=spf1{} ip4:", " +all".repeat(10_000))));
    assert!(matches!(spoilt.cause().kind(), CauseKind::Syntax(_)), "{}", spoilt.cause());
}

#[test]
fn macros_that_expand_hugely_match_nothing() {
    let zone = |text: &str| {
        let mut zone = publishing(&format!("v=spf1 exists:{text} -all"));
        zone.insert(name("x.test"), RecordData::A([127, 0, 0, 2].into()));
        zone
    };
    for text in ["%{s}".repeat(10_000), "%{S}.".repeat(10_000) + "x.test", "a.".repeat(30_000) + "x.test"] {
        assert_eq!(result(&zone(&text)), "fail");
    }
    // RFC 7208 §7.3: the last part of a sender that ends in a dot is empty, so that the text stays
    // short while the macros read on and on.
    let sender = format!("{}.@a.test", "a".repeat(999));
    let of = |macros: usize| {
        let zone = zone(&format!("{}x.test", "%{l1}".repeat(macros)));
        drivers::all_agree(&client(CLIENT, &sender), &zone, 7).result().as_str()
    };
    assert_eq!((of(10), of(10_000)), ("pass", "fail"));
}

#[test]
fn spaces_and_case_do_not_matter() {
    // RFC 7208 §4.5, §4.6.1, §12.
    assert_eq!(result(&publishing("V=SpF1   ~ALL   -IP4:192.0.2.1/32   ")), "softfail");
    assert_eq!(result(&publishing("v=spf1   ")), "neutral");
    assert_eq!(result(&publishing("v=spf1 \u{a0}+all")), "permerror");
}

#[test]
fn a_record_may_be_cut_anywhere_and_stand_behind_an_alias() {
    // RFC 7208 §3.3: strings are joined without anything between them.
    let mut zone = Zone::new();
    let strings = ["v=sp", "f1 ip", "", "4:192.0", ".2.1 -al", "l"];
    zone.insert(name("real.test"), RecordData::Txt(Text::from_strings(strings)));
    zone.insert(name("a.test"), RecordData::Cname(name("real.test")));
    let evaluation = evaluate(&zone);
    assert_eq!((evaluation.result().as_str(), targets(&evaluation)), ("pass", vec![]));
    // The domain stays the one asked for: it is what the macros and "a" mean.
    assert_eq!(evaluation.trace().visits()[0].domain(), &name("a.test"));
}

// Networks.

#[test]
fn networks_at_their_edges() {
    let of = |ip: &str, record: &str| {
        let zone =
            zone(&format!("a.test TXT \"v=spf1 {record} -all\"\na.test AAAA 2001:db8::9\na.test A 198.51.100.9"));
        drivers::all_agree(&client(ip, "amy@a.test"), &zone, 7).result().as_str()
    };
    // RFC 7208 §5.6, §12: an IPv6 address may end in an IPv4 one.
    assert_eq!(of("2001:db8::c000:201", "ip6:2001:db8::192.0.2.1"), "pass");
    assert_eq!(of(CLIENT, "ip4:0.0.0.0/0"), "pass");
    assert_eq!(of("2001:db8::1", "ip4:0.0.0.0/0"), "fail");
    assert_eq!(of("::ffff:192.0.2.1", "ip6:::/0"), "fail");
    assert_eq!(of("2001:db8:ffff::1", "a//0"), "pass");
    assert_eq!(of(CLIENT, "a//0"), "fail");
    assert_eq!(of(CLIENT, "a/0//128"), "pass");
}

// Limits.

#[test]
fn includes_may_nest_ten_deep() {
    // RFC 7208 §4.6.4.
    let chain = |depth: usize, last: &str| {
        let mut text = format!("a.test TXT \"v=spf1 include:n1.test\"\nn{depth}.test TXT \"v=spf1 {last}\"\n");
        for n in 1..depth {
            writeln!(text, "n{n}.test TXT \"v=spf1 include:n{}.test\"", n + 1).unwrap();
        }
        evaluate(&zone(&text))
    };
    assert_eq!(chain(10, "+all").result().as_str(), "pass");
    for over in [chain(11, "+all"), chain(10, "mx")] {
        assert_eq!(*over.cause().kind(), CauseKind::TooManyLookups { limit: 10 });
        assert_eq!(over.cause().domain(), Some(&name("n10.test")));
        assert_eq!(over.trace().visits().len(), 11);
    }
}

#[test]
fn a_third_void_lookup_ends_it_whatever_asks() {
    // RFC 7208 §4.6.4: also before an include finds that there is no record (§5.2).
    let voids = "exists:v1.test a:v2.test";
    for third in ["include:v3.test", "exists:v3.test", "mx:v3.test", "redirect=v3.test", "ptr"] {
        let evaluation = evaluate(&zone(&format!("a.test TXT \"v=spf1 {voids} {third}\"")));
        assert_eq!(*evaluation.cause().kind(), CauseKind::TooManyVoidLookups { limit: 2 }, "{third}");
        assert_eq!(evaluation.trace().ledger().void_lookups(), 3);
    }
    let included = "a.test TXT \"v=spf1 exists:v1.test include:b.test\"\nb.test TXT \"v=spf1 mx a:v3.test +all\"";
    assert_eq!(result(&zone(included)), "permerror");
}

#[test]
fn of_a_hundred_ptr_names_ten_are_asked_for() {
    // RFC 7208 §4.6.4: the others are ignored, here as for the macro p.
    let mut text = String::from("a.test TXT \"v=spf1 ptr exists:%{p}.x.test -all\"\n");
    for n in 0..100 {
        writeln!(text, "1.2.0.192.in-addr.arpa PTR h{n}.a.test").unwrap();
    }
    let zone = zone(&(text + "h99.a.test A 192.0.2.1"));
    let evaluation = evaluate(&zone);
    assert_eq!((evaluation.result().as_str(), targets(&evaluation)[1].as_str()), ("fail", "unknown.x.test"));
    let (_, asked) = drivers::block_on(Driver::default().drive(&client(CLIENT, "amy@a.test"), &zone));
    // The record, PTR, ten names and the exists.
    assert_eq!(asked.len(), 13);
}

// Redirect and explanation.

#[test]
fn redirect_counts_for_nothing_beside_all() {
    // RFC 7208 §5.1, §6.1: wherever they stand; it is not even foreseen.
    for record in ["redirect=b.test ?all", "?all redirect=b.test"] {
        let zone = zone(&format!("a.test TXT \"v=spf1 a {record}\"\nb.test TXT \"v=spf1 -all\""));
        assert_eq!(result(&zone), "neutral");
        let check = client(CLIENT, "amy@a.test");
        let (_, asked) = drivers::block_on(Driver::default().drive(&check, &zone));
        assert!(!asked.contains(&Query::txt(name("b.test"))));
    }
}

#[test]
fn an_included_record_never_explains() {
    // RFC 7208 §6.2.
    let explanation = |records: &str| {
        let why = "mine.test TXT \"mine, %{d}\"\ntheirs.test TXT \"theirs, %{d}\"\n";
        evaluate(&zone(&format!("{why}{records}"))).explanation().map(str::to_owned)
    };
    let theirs = "b.test TXT \"v=spf1 -all exp=theirs.test\"";
    assert_eq!(explanation(&format!("a.test TXT \"v=spf1 include:b.test -all\"\n{theirs}")), None);
    let redirected = "c.test TXT \"v=spf1 redirect=b.test exp=mine.test\"";
    assert_eq!(explanation(&format!("a.test TXT \"v=spf1 include:c.test -all\"\n{redirected}\n{theirs}")), None);
    assert_eq!(
        explanation(&format!("a.test TXT \"v=spf1 redirect=c.test\"\n{redirected}\n{theirs}")).as_deref(),
        Some("theirs, b.test")
    );
    // An error is not explained, nor is what an include fails with.
    let broken = "a.test TXT \"v=spf1 -include:no.test -all exp=mine.test\"";
    assert_eq!(explanation(broken), None);
}

// Sessions.

#[test]
fn senders_that_a_session_can_say() {
    let zone = zone("a.test TXT \"v=spf1 exists:%{l}.x.test exists:%{S}.y.test -all\"");
    let said = |sender: &str| {
        let evaluation = drivers::all_agree(&client(CLIENT, sender), &zone, 7);
        (evaluation.result().as_str(), targets(&evaluation))
    };
    let fail = |targets: [&str; 2]| ("fail", targets.map(str::to_owned).to_vec());
    assert_eq!(said("\"a b\"@a.test"), fail(["\"a\\032b\".x.test", "%22a%20b%22%40a.test.y.test"]));
    // RFC 7208 §7.3: what a macro stands for is not expanded again.
    assert_eq!(said("%{d}@a.test"), fail(["%{d}.x.test", "%25%7Bd%7D%40a.test.y.test"]));
    assert_eq!(said("a\0b@A.TEST."), fail(["a\\000b.x.test", "a%00b%40A.TEST.y.test"]));
    assert_eq!(said("<@a.test>"), fail(["postmaster.x.test", "postmaster%40a.test.y.test"]));
    // RFC 8616 §4: a local part outside ASCII matches nothing, and the term is still counted.
    assert_eq!(said("\u{e9}@a.test").1, ["%C3%A9%40a.test.y.test"]);
    let long = format!("{}@a.test", "x".repeat(10_000));
    assert_eq!(said(&long), ("fail", vec![]));
    // RFC 7208 §4.3.
    for malformed in ["a@a.test ", "a@a\0.test", "a@.test", "a@\u{1b}[2J.test", "a@b", &"\u{e9}".repeat(10_000)] {
        assert_eq!(said_none(&zone, malformed), "none", "{malformed:?}");
    }
}

fn said_none(zone: &Zone, sender: &str) -> &'static str {
    let evaluation = client(CLIENT, sender).in_zone(zone);
    assert!(evaluation.trace().visits().is_empty());
    assert!(!evaluation.cause().to_string().contains(|c: char| c.is_control()));
    evaluation.result().as_str()
}

#[test]
fn the_helo_identity_has_postmaster_as_its_sender() {
    // RFC 7208 §2.3, §4.1.
    let zone = zone("h.test TXT \"v=spf1 exists:%{s}.%{l}.%{o}.%{h}.x.test -all\"");
    let check = CheckHost::of_helo(CLIENT.parse::<IpAddr>().unwrap(), "h.test");
    let evaluation = drivers::all_agree(&check, &zone, 7);
    assert_eq!(targets(&evaluation), ["postmaster@h.test.postmaster.h.test.h.test.x.test"]);
    assert_eq!((evaluation.identity().as_str(), evaluation.sender()), ("helo", ""));
}

// Foresight.

#[test]
fn the_sender_is_never_foreseen() {
    const TERMS: [&str; 10] = [
        "a:n.test",
        "mx",
        "ptr",
        "exists:%{l}.x.test",
        "exists:%{S}.x.test",
        "exists:%{d}.x.test",
        "include:%{l}.i.test",
        "include:i.test",
        "redirect=%{l}.i.test",
        "exp=%{l}.why.test",
    ];
    let mut random = Random(3);
    for _ in 0..1000 {
        let mut text = String::new();
        for owner in ["a.test", "i.test", "*.i.test"] {
            let mut left = TERMS.to_vec();
            let terms: Vec<_> = (0..random.below(6)).map(|_| left.swap_remove(random.below(left.len()))).collect();
            writeln!(text, "{owner} TXT \"v=spf1 {} -all\"", terms.join(" ")).unwrap();
        }
        let zone = zone(&(text + "a.test MX 1 m.test\n1.2.0.192.in-addr.arpa PTR p.a.test"));
        assert_not_foreseen(&client(CLIENT, "secret@a.test"), &zone, &mut random);
    }
}

/// Answers one query a step, any of those wanted.
fn assert_not_foreseen(check: &CheckHost, zone: &Zone, random: &mut Random) {
    let mut answers = Answers::new();
    while let Step::Need(needed) = check.step(&answers) {
        let leak = needed.foreseen.iter().find(|query| query.to_string().contains("secret"));
        assert_eq!(leak, None, "{:?}", needed.blocking);
        let mut wanted: Vec<Query> = needed.blocking.into_iter().chain(needed.foreseen).collect();
        let query = wanted.swap_remove(random.below(wanted.len()));
        let answer = zone.answer(&query);
        answers.insert(query, answer);
    }
}
