//! Split DNS (RFC 9499 §6): what counts as a difference, what does not, and what follows from it.
#![cfg(all(feature = "serde", feature = "zone-file"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

#[path = "support/cases.rs"]
mod cases;

use cases::CASES;
use deliverability_core::diagnosis::{Difference, Evidence, Finding, SplitHorizon};
use deliverability_core::dns::{Answers, DnsError, Query, Ternary, Zone};
use deliverability_core::dnsbl::{Kind, List};
use deliverability_core::{Check, Diagnosis, RuleId, Severity};

fn diagnosis() -> Diagnosis {
    Diagnosis::of("example.org".parse().unwrap())
        .sending_ip("192.0.2.1".parse().unwrap())
        .helo("mx.example.org")
        .lists(&[])
}

const OUTSIDE: &str = r#"
example.org             TXT "v=spf1 ip4:192.0.2.1 -all"
example.org             MX  10 mx.example.org
mx.example.org          A   192.0.2.1
mx.example.org          A   192.0.2.2
1.2.0.192.in-addr.arpa  PTR mx.example.org
"#;

fn compared(inside: &str, outside: &str) -> SplitHorizon {
    let report = |zone: &str| diagnosis().in_zone(&zone.parse().unwrap());
    SplitHorizon::of(&report(inside), &report(outside))
}

fn queries(horizon: &SplitHorizon) -> Vec<String> {
    horizon.differences().iter().map(|difference| difference.query().to_string()).collect()
}

#[test]
fn what_is_no_horizon_is_not_told_as_one() {
    // RFC 2181 §5: neither the order of a set nor its TTL tells anything.
    let order = OUTSIDE.replace("A   192.0.2.1", "60 IN A 192.0.2.9").replace("A   192.0.2.2", "A 192.0.2.1");
    let order = order.replace("192.0.2.9", "192.0.2.2");
    let rotated = OUTSIDE.replace("mx.example.org          A   192.0.2.2", "mx.example.org A 192.0.2.3");
    let part = OUTSIDE.replace("mx.example.org          A   192.0.2.2", "");
    // RFC 7208 §3.3: a text is its strings joined.
    let cut = OUTSIDE.replace("\"v=spf1 ip4:192.0.2.1 -all\"", "\"v=spf1 ip4:192\" \".0.2.1 -all\"");
    let empty = format!("{OUTSIDE}x.mx.example.org TXT x");
    for inside in [OUTSIDE, &order, &rotated, &part, &cut, &empty, &OUTSIDE.replace("mx.example", "MX.Example")] {
        let horizon = compared(inside, OUTSIDE);
        assert_eq!(horizon.is_split(), Ternary::No, "{inside}\n{horizon}");
        assert!(horizon.findings().is_empty());
    }
}

#[test]
fn private_addresses_and_other_records_part_the_sides() {
    let private = format!("{OUTSIDE}mx.example.org A 10.0.0.1");
    assert_eq!(queries(&compared(&private, OUTSIDE)), ["mx.example.org A"]);
    let elsewhere = OUTSIDE.replace("A   192.0.2.1", "A 198.51.100.1").replace("A   192.0.2.2", "A 198.51.100.2");
    assert_eq!(queries(&compared(&elsewhere, OUTSIDE)), ["mx.example.org A"]);
    let none = OUTSIDE.replace("1.2.0.192.in-addr.arpa  PTR mx.example.org", "");
    assert_eq!(queries(&compared(OUTSIDE, &none)), ["1.2.0.192.in-addr.arpa PTR"]);
}

#[test]
fn a_failure_on_one_side_is_not_known() {
    let query = Query::ptr("1.2.0.192.in-addr.arpa".parse().unwrap());
    let mut silent: Zone = OUTSIDE.parse().unwrap();
    silent.fail(query.clone(), DnsError::Timeout);
    let (quiet, whole) = (diagnosis().in_zone(&silent), diagnosis().in_zone(&OUTSIDE.parse().unwrap()));
    for (inside, outside) in [(&quiet, &whole), (&whole, &quiet)] {
        let horizon = SplitHorizon::of(inside, outside);
        assert_eq!(horizon.is_split(), Ternary::Unknown(DnsError::Timeout), "{horizon}");
        assert_eq!(horizon.open(), [(query.clone(), DnsError::Timeout)]);
        assert!(horizon.findings().is_empty());
        assert!(horizon.to_string().contains("? does 1.2.0.192.in-addr.arpa PTR differ: no answer in time"));
    }
}

#[test]
fn a_difference_carries_both_answers_and_what_follows() {
    let outside = OUTSIDE.replace("1.2.0.192.in-addr.arpa  PTR mx.example.org", "");
    let horizon = compared(OUTSIDE, &outside);
    let [finding] = &horizon.findings()[..] else { panic!("{horizon}") };
    assert_eq!((finding.rule, finding.severity), (RuleId::DnsSplitHorizon, Severity::Warning));
    let proof: Vec<String> = finding.evidence.iter().map(Evidence::text).collect();
    assert_eq!(proof, ["mx.example.org", "no such name (NXDOMAIN)"]);
    assert!(finding.message.contains("only outside: ptr.missing [blocks] 192.0.2.1"), "{}", finding.message);
    let turned = compared(&outside, OUTSIDE);
    assert!(turned.findings()[0].message.contains("Only inside: ptr.missing"), "{turned}");
}

#[test]
fn a_difference_without_consequence_is_a_note() {
    let more = format!("{OUTSIDE}example.org TXT \"some-verification=1\"");
    let horizon = compared(&more, OUTSIDE);
    assert_eq!(horizon.findings()[0].severity, Severity::Note, "{horizon}");
}

#[test]
fn lists_answer_by_who_asks() {
    let list = List::new("bl.test".parse().unwrap(), Kind::Ip).with_rfc_test_points();
    let diagnosis = diagnosis().lists(&[list]);
    let inside = format!("{OUTSIDE}1.2.0.192.bl.test A 127.255.255.254");
    let [inside, outside] = [&inside, OUTSIDE].map(|zone| diagnosis.in_zone(&zone.parse().unwrap()));
    assert_eq!(SplitHorizon::of(&inside, &outside).is_split(), Ternary::No);
}

#[test]
fn answers_alone_can_be_compared() {
    let query = Query::ptr("1.2.0.192.in-addr.arpa".parse().unwrap());
    let answers = |zone: &str| -> Answers {
        [(query.clone(), zone.parse::<Zone>().unwrap().answer(&query))].into_iter().collect()
    };
    let horizon = SplitHorizon::of_answers(&answers(OUTSIDE), &answers(""));
    assert_eq!(horizon.differences()[0].query(), &query);
    assert!(horizon.differences()[0].only_outside().is_empty());
    assert_eq!(SplitHorizon::of_answers(&Answers::new(), &answers("")).is_split(), Ternary::No, "asked on one side");
}

#[test]
fn the_inside_mail_server_turns_on_it() {
    for case in CASES {
        let story = case.read();
        if story["inside"].is_null() {
            continue;
        }
        let diagnosis = case.diagnosis();
        let horizon = SplitHorizon::of(&diagnosis.in_zone(&case.inside_zone()), &diagnosis.in_zone(&case.zone()));
        let texts = |key: &str| -> Vec<String> {
            story["inside"][key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let mut wanted = texts("differs");
        wanted.sort();
        let mut found = queries(&horizon);
        found.sort();
        assert_eq!(found, wanted, "{horizon}");
        let outside = || horizon.differences().iter().flat_map(Difference::only_outside);
        for rule in texts("only_outside") {
            assert!(outside().any(|found: &Finding| found.rule.as_str() == rule), "{rule}\n{horizon}");
        }
    }
}
