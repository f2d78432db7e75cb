//! What a diagnosis makes of listings: who is listed as whom, why, what to stop first, where to go.
#![cfg(all(feature = "zone-file", feature = "serde"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/cases.rs"]
mod cases;

use std::cell::RefCell;

use deliverability_core::diagnosis::{Acts, Finding, Report};
use deliverability_core::dns::{Query, Zone};
use deliverability_core::dnsbl::{KnownList, List, known};
use deliverability_core::{Check, Diagnosis, RuleId, Severity};

const IP: &str = "192.0.2.7";

const OWN: &str = "example.org MX 10 mail.example.org\nexample.org TXT \"v=spf1 mx -all\"\n\
                   mail.example.org A 192.0.2.7\n7.2.0.192.in-addr.arpa PTR mail.example.org\n";

const ZEN: &str = "2.0.0.127.zen.spamhaus.org A 127.0.0.2\n";
const DBL: &str = "dbltest.com.dbl.spamhaus.org A 127.0.1.2\n";
const SURBL: &str = "surbl-org-permanent-test-point.com.multi.surbl.org A 127.0.0.254\n";

fn lists(zones: &[&str]) -> Vec<List> {
    let active = |zone: &&str| match known(zone) {
        Some(KnownList::Active(list)) => list.clone(),
        other => panic!("{zone}: {other:?}"),
    };
    zones.iter().map(active).collect()
}

fn diagnosis(zones: &[&str]) -> Diagnosis {
    let domain = "example.org".parse().unwrap();
    Diagnosis::of(domain).sending_ip(IP.parse().unwrap()).helo("mail.example.org").lists(&lists(zones))
}

fn zone(records: &[&str]) -> Zone {
    format!("{OWN}{}", records.concat()).parse().unwrap()
}

fn of_rule(report: &Report, rule: RuleId) -> Vec<&Finding> {
    report.findings().iter().filter(|found| found.rule == rule).collect()
}

fn one(report: &Report, rule: RuleId) -> &Finding {
    let found = of_rule(report, rule);
    assert_eq!(found.len(), 1, "{report}");
    found[0]
}

#[test]
fn the_accidental_spammer_is_told_what_each_code_means_and_what_to_stop_first() {
    let case = &cases::CASES[3];
    let report = case.diagnosis().in_zone(&case.zone());
    let listed = of_rule(&report, RuleId::DnsblIpListed);
    let [zen, spamcop] = listed.as_slice() else { panic!("{report}") };
    for words in ["CSS: automated", "XBL: exploited or infected host"] {
        assert!(zen.message.contains(words), "{}", zen.message);
    }
    let text = &zen.remedy.text;
    let order = [
        "(1) find what sent the spam",
        "a mail account whose password",
        "(2) find the infected machine",
        "(NAT)",
        "https://check.spamhaus.org/",
        "once the cause is gone",
        "deal with it before any other",
        "Verify: run this diagnosis again",
    ];
    let places: Vec<usize> =
        order.iter().map(|words| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"))).collect();
    assert!(places.is_sorted(), "the cause first, then removal, then the check: {text}");
    assert!(spamcop.remedy.text.contains("falls off by itself soon after the reports stop"), "{}", spamcop.remedy.text);
}

#[test]
fn a_policy_listing_is_no_abuse_and_is_for_the_sender_to_act_on() {
    let records = "7.2.0.192.zen.spamhaus.org A 127.0.0.10\n";
    let report = diagnosis(&["zen.spamhaus.org"]).in_zone(&zone(&[ZEN, records]));
    let found = one(&report, RuleId::IpDynamicOrPolicyListed);
    assert_eq!((found.severity, found.acts), (Severity::Blocks, Acts::SenderServer));
    assert_eq!(found.subject, "192.0.2.7 at zen.spamhaus.org");
    assert!(found.remedy.text.starts_with("First do not deliver directly from this address"), "{}", found.remedy.text);
    assert!(found.remedy.text.contains("one static address"), "{}", found.remedy.text);
    assert!(of_rule(&report, RuleId::DnsblIpListed).is_empty());
}

#[test]
fn abuse_and_policy_on_one_list_are_two_findings() {
    let records = "7.2.0.192.zen.spamhaus.org A 127.0.0.4\n7.2.0.192.zen.spamhaus.org A 127.0.0.11\n";
    let report = diagnosis(&["zen.spamhaus.org"]).in_zone(&zone(&[ZEN, records]));
    assert!(one(&report, RuleId::DnsblIpListed).message.contains("127.0.0.4 (XBL"));
    assert!(one(&report, RuleId::IpDynamicOrPolicyListed).message.contains("127.0.0.11 (PBL"));
}

#[test]
fn names_are_asked_with_the_identity_that_they_have() {
    let records = "mail.example.org.dbl.spamhaus.org A 127.0.1.105\nexample.org.dbl.spamhaus.org A 127.0.1.2\n";
    let report = diagnosis(&["dbl.spamhaus.org"]).in_zone(&zone(&[DBL, records]));
    let found = of_rule(&report, RuleId::DnsblDomainListed);
    let subjects: Vec<&str> = found.iter().map(|found| found.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "example.org (sender domain) at dbl.spamhaus.org",
            "mail.example.org (HELO name, PTR name) at dbl.spamhaus.org",
        ]
    );
    // A domain of good repute that others abuse weighs less than a spammer's own.
    assert_eq!([found[0].severity, found[1].severity], [Severity::Blocks, Severity::Warning]);
    assert!(found[1].remedy.text.starts_with("First find the abused page"), "{}", found[1].remedy.text);
}

#[cfg(feature = "psl")]
#[test]
fn a_list_of_registrable_domains_is_asked_once_for_all_names_below_one() {
    let domain = "news.shop.example.co.uk".parse().unwrap();
    let check = Diagnosis::of(domain).helo("mail.example.co.uk").lists(&lists(&["multi.surbl.org"]));
    let asked = RefCell::new(Vec::new());
    let zone: Zone = format!("{SURBL}example.co.uk.multi.surbl.org A 127.0.0.72\n").parse().unwrap();
    let report = check.run_with(|query| {
        asked.borrow_mut().push(query.clone());
        zone.answer(query)
    });
    let found = one(&report, RuleId::DnsblDomainListed);
    assert_eq!(found.subject, "example.co.uk (sender domain, HELO name) at multi.surbl.org");
    assert!(found.message.contains("PH: phishing") && found.message.contains("ABUSE"), "{}", found.message);
    let surbl = "multi.surbl.org".parse().unwrap();
    let of_list = asked.borrow().iter().filter(|query: &&Query| query.name.is_within(&surbl)).count();
    assert_eq!(of_list, 4, "the question, two test points, the reason: {asked:?}");
}

#[cfg(not(feature = "psl"))]
#[test]
fn without_the_public_suffix_list_a_longer_name_is_an_unknown() {
    let check = diagnosis(&["multi.surbl.org"]).helo("mx.example.co.uk");
    let report = check.in_zone(&zone(&[SURBL]));
    let open: Vec<&str> = report.unknown().iter().map(|open| open.question.as_str()).collect();
    // mail.example.org, the PTR name, is below example.org, which is asked about.
    assert!(open.contains(&"is the domain of mx.example.co.uk listed at multi.surbl.org"), "{open:?}");
    assert!(!open.iter().any(|question| question.contains("mail.example.org")), "{open:?}");
}

#[test]
fn no_address_literal_and_no_private_name_is_asked_of_a_list_of_domains() {
    for helo in ["[192.0.2.7]", "192.0.2.7", "mail", "mail.local"] {
        let check = diagnosis(&["dbl.spamhaus.org"]).helo(helo);
        let dbl = "dbl.spamhaus.org".parse().unwrap();
        let asked = RefCell::new(Vec::new());
        let zone = zone(&[DBL]);
        check.run_with(|query| {
            asked.borrow_mut().push(query.clone());
            zone.answer(query)
        });
        let names: Vec<String> =
            asked.borrow().iter().filter(|q| q.name.is_within(&dbl)).map(|q| q.name.to_string()).collect();
        assert!(
            names.iter().all(|name| ["example.org", "mail.example.org", "dbltest.com", "example.com"]
                .iter()
                .any(|known| *name == format!("{known}.dbl.spamhaus.org"))),
            "{helo}: {names:?}"
        );
    }
}

#[test]
fn a_list_that_refuses_is_one_finding_and_one_question_for_many_subjects() {
    let mut check = diagnosis(&["zen.spamhaus.org"]);
    for last in 8..12 {
        check = check.sending_ip(format!("192.0.2.{last}").parse().unwrap());
    }
    let zone = zone(&["*.zen.spamhaus.org A 127.255.255.254\n"]);
    let asked = RefCell::new(0);
    let zen = "zen.spamhaus.org".parse().unwrap();
    let report = check.run_with(|query| {
        *asked.borrow_mut() += usize::from(query.name.is_within(&zen));
        zone.answer(query)
    });
    assert_eq!(one(&report, RuleId::DnsblQueryRefused).subject, "zen.spamhaus.org");
    assert_eq!(*asked.borrow(), 1);
    let open = report.unknown().iter().filter(|open| open.question.contains("zen.spamhaus.org")).count();
    assert_eq!(open, 5, "each address is named: {report}");
}

#[test]
fn a_dead_list_is_named_and_not_asked() {
    let dead = List::new("dnsbl.sorbs.net".parse().unwrap(), deliverability_core::dnsbl::Kind::Ipv4);
    let check = diagnosis(&[]).lists(&[dead]);
    let sorbs = "dnsbl.sorbs.net".parse().unwrap();
    let zone = zone(&["*.dnsbl.sorbs.net A 127.0.0.2\n"]);
    let report = check.run_with(|query| {
        assert!(!query.name.is_within(&sorbs));
        zone.answer(query)
    });
    let found = one(&report, RuleId::DnsblListDead);
    assert_eq!(found.severity, Severity::Note);
    assert!(found.message.starts_with("dnsbl.sorbs.net is dead since 2024: "), "{}", found.message);
}

#[test]
fn a_dead_list_explains_nothing() {
    use deliverability_core::dnsbl::{Cause, Kind};
    // A list of policy: its entries would be explained by the PTR name.
    let dead = List::new("dnsbl.sorbs.net".parse().unwrap(), Kind::Ipv4).with_rfc_test_points();
    let check =
        diagnosis(&[]).lists(&[dead.with_cause(Cause::EndUserRange)]).sending_ip("198.51.100.9".parse().unwrap());
    let report =
        check.in_zone(&zone(&["*.dnsbl.sorbs.net A 127.0.0.2\n1.0.0.127.dnsbl.sorbs.net TXT \"not listed\"\n"]));
    assert_eq!(one(&report, RuleId::PtrMissing).subject, "198.51.100.9");
    assert!(of_rule(&report, RuleId::PtrExplainsListing).is_empty());
}

#[test]
fn codes_of_different_roles_are_told_apart() {
    let point = "2.0.0.127.hostkarma.junkemailfilter.com A 127.0.0.2\n";
    for (value, listed) in [("127.0.0.1", 0), ("127.0.0.2", 0), ("127.0.0.3", 0)] {
        let record = format!("7.2.0.192.hostkarma.junkemailfilter.com A {value}\n");
        let report = diagnosis(&["hostkarma.junkemailfilter.com"]).in_zone(&zone(&[point, &record]));
        // The list has an entry at 127.0.0.1 by design, so nothing shows that it does not list the world.
        assert_eq!(of_rule(&report, RuleId::DnsblIpListed).len(), listed, "{value}: {report}");
        assert!(report.unknown().iter().any(|open| open.question.contains("hostkarma")), "{value}: {report}");
    }
    let point = "rep.mailspike.net TXT gone\n";
    for (value, listed) in [("127.0.0.10", 1), ("127.0.0.15", 0), ("127.0.0.20", 0)] {
        let record = format!("7.2.0.192.rep.mailspike.net A {value}\n");
        let report = diagnosis(&["rep.mailspike.net"]).in_zone(&zone(&[point, &record]));
        assert_eq!(of_rule(&report, RuleId::DnsblIpListed).len(), listed, "{value}: {report}");
    }
}

#[test]
fn a_listing_that_can_be_ignored_is_a_note_that_says_so() {
    let point = "2.0.0.127.dnsbl-3.uceprotect.net A 127.0.0.2\n";
    let report = diagnosis(&["dnsbl-3.uceprotect.net"])
        .in_zone(&zone(&[point, "7.2.0.192.dnsbl-3.uceprotect.net A 127.0.0.2\n"]));
    let found = one(&report, RuleId::DnsblIpListed);
    assert_eq!(found.severity, Severity::Note);
    assert!(found.remedy.text.contains("it can be ignored"), "{}", found.remedy.text);
    assert!(found.remedy.text.starts_with("First know that there is nothing to stop"), "{}", found.remedy.text);
}
