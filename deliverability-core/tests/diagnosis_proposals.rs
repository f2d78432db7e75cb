//! What a diagnosis finds in SPF records and proposes for them: the rows of the rules on SPF, each
//! change with its proof for every sender (DESIGN §6).
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

#[path = "support/cases.rs"]
#[cfg(feature = "serde")]
mod cases;

use deliverability_core::diagnosis::{Finding, Proven, Report, Verdict};
use deliverability_core::dns::{DnsError, Query, Zone};
use deliverability_core::spf::{Claim, Proof};
use deliverability_core::{Check, Diagnosis, RuleId, Severity};

fn case(ips: &[&str]) -> Diagnosis {
    let of = Diagnosis::of("e.test".parse().unwrap()).lists(&[]);
    ips.iter().fold(of, |case, ip| case.sending_ip(ip.parse().unwrap()))
}

/// The report on one record and one sender at 192.0.2.1.
fn report(record: &str, others: &str) -> Report {
    case(&["192.0.2.1"]).in_zone(&format!("e.test TXT \"{record}\"\ne.test MX 1 m.e.test\n{others}").parse().unwrap())
}

fn found(report: &Report, rule: RuleId) -> &Finding {
    report.findings().iter().find(|found| found.rule == rule).unwrap_or_else(|| panic!("no {rule} in\n{report}"))
}

fn is_found(report: &Report, rule: RuleId) -> bool {
    report.findings().iter().any(|found| found.rule == rule)
}

/// The records to publish, without quotes.
fn records(finding: &Finding) -> Vec<String> {
    let new = finding.remedy.changes.iter().filter_map(|change| change.new.as_ref());
    new.map(|new| new.to_string().trim_matches('"').to_owned()).collect()
}

fn claim(finding: &Finding) -> Claim {
    match finding.remedy.proof {
        Some(Proof::Proven { claim, .. }) => claim,
        ref other => panic!("{other:?}"),
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_record_to_publish_comes_with_its_proof() {
    let told = |name: &str, rule: RuleId| {
        let case = cases::CASES.iter().find(|case| case.name == name).unwrap();
        let report = case.diagnosis().in_zone(&case.zone());
        let found = found(&report, rule).clone();
        let json = serde_json::to_value(&report).unwrap();
        let wrote = json["findings"].as_array().unwrap().iter().find(|wrote| wrote["rule"] == rule.as_str()).cloned();
        (found, wrote.unwrap())
    };
    let (newsletter, wrote) = told("newsletter", RuleId::SpfIpNotAuthorized);
    let ends =
        "Proven at every network edge (19 addresses): what was added passes, and every other sender keeps its verdict.";
    assert!(newsletter.remedy.text.ends_with(ends), "{}", newsletter.remedy.text);
    assert_eq!((claim(&newsletter), newsletter.remedy.proven), (Claim::AddedPass, Proven::Yes));
    assert_eq!(
        (&wrote["remedy"]["proof"]["status"], &wrote["remedy"]["proof"]["points"], &wrote["remedy"]["tried"]),
        (&"proven".into(), &19.into(), &2.into())
    );
    let (inside, _) = told("internal-mta", RuleId::SpfNone);
    assert!(inside.remedy.text.ends_with("what was added passes, and nothing else does."), "{}", inside.remedy.text);
    assert_eq!((claim(&inside), inside.remedy.proven), (Claim::OnlyAddedPass, Proven::Yes));
}

#[test]
fn a_proof_that_cannot_be_made_is_said_to_be_none() {
    let per_sender = report("v=spf1 exists:%{l}.e.test -all", "");
    let refused = found(&per_sender, RuleId::SpfIpNotAuthorized);
    assert_eq!(records(refused), ["v=spf1 exists:%{l}.e.test ip4:192.0.2.1 -all"], "{per_sender}");
    assert_eq!(refused.remedy.proven, Proven::Yes, "for the senders named");
    let why = "Not proven for every sender: where the term \"exists:%{l}.e.test\" in the record of e.test leads depends on \
               who sends.";
    assert!(refused.remedy.text.ends_with(why), "{per_sender}");
    assert!(matches!(refused.remedy.proof, Some(Proof::Unproven { .. })));
    // A failed look-up is no proof either.
    let mut zone: Zone = "e.test TXT \"v=spf1 ip4:192.0.2.9 include:p.test -all\"".parse().unwrap();
    zone.fail(Query::txt("p.test".parse().unwrap()), DnsError::Timeout);
    let report = case(&["192.0.2.1"]).in_zone(&zone);
    assert!(!is_found(&report, RuleId::SpfIpNotAuthorized), "not known\n{report}");
    assert_eq!(report.verdict(), Verdict::Explained, "for want of a PTR record alone\n{report}");
}

#[test]
fn no_record_at_all_is_an_error_and_one_is_proposed() {
    // RULES no. 1.
    let zone: Zone = "e.test MX 1 m.e.test\nm.e.test A 192.0.2.9".parse().unwrap();
    let report = case(&["192.0.2.1"]).in_zone(&zone);
    let none = found(&report, RuleId::SpfNone);
    assert_eq!((none.severity, records(none)), (Severity::Error, vec!["v=spf1 mx ip4:192.0.2.1 ~all".to_owned()]));
    assert_eq!(claim(none), Claim::OnlyAddedPass);
    let unsigned = case(&["192.0.2.1"]).selector("s").in_zone(&zone);
    assert_eq!(found(&unsigned, RuleId::SpfNone).severity, Severity::Blocks, "nor DKIM");
}

#[test]
fn several_records_are_merged_with_their_proof() {
    // RULES no. 3, RFC 7208 §4.5.
    let two = report("v=spf1 ip4:192.0.2.1 -all", "e.test TXT \"v=spf1 mx ~all\"\nm.e.test A 192.0.2.9");
    let several = found(&two, RuleId::SpfMultipleRecords);
    assert_eq!(records(several), ["v=spf1 ip4:192.0.2.1 mx ~all"]);
    assert_eq!((claim(several), several.remedy.proven), (Claim::SamePass, Proven::Yes), "{two}");
    let malformed = report("v=spf1 ip4:192.0.2.1 -all", "e.test TXT \"v=spf1 ipv4:192.0.2.9 -all\"");
    let several = found(&malformed, RuleId::SpfMultipleRecords);
    assert!(several.remedy.changes.is_empty() && several.remedy.proof.is_none());
    assert!(several.remedy.text.contains("No record is proposed here: a record does not parse"), "{malformed}");
}

#[test]
fn hosts_that_are_gone_are_found_on_every_path_and_named() {
    // RULES no. 5, RFC 7208 §4.6.4: the sender passes in front of them.
    let record = "v=spf1 ip4:192.0.2.1 a:g1.e.test mx:g2.e.test exists:g3.e.test -all";
    let others = "p.test A 192.0.2.9\nm.e.test A 192.0.2.8";
    let report_on = |record: &str| report(record, others);
    let gone = report_on(record);
    let void = found(&gone, RuleId::SpfVoidLookups);
    assert_eq!(
        (void.severity, records(void)),
        (Severity::Error, vec!["v=spf1 ip4:192.0.2.1 -all".to_owned()]),
        "{gone}"
    );
    assert!(void.remedy.text.contains("`a:g1.e.test`, `mx:g2.e.test`, `exists:g3.e.test`"), "{gone}");
    assert_eq!((claim(void), void.remedy.proven), (Claim::SameVerdicts, Proven::Yes));
    assert_eq!(void.evidence[1].span.unwrap().of(&void.evidence[1].answer), b"mx:g2.e.test");
    // Two are allowed.
    assert!(!is_found(&report_on(&record.replace(" mx:g2.e.test", "")), RuleId::SpfVoidLookups));
    // The record of another's is not for the domain's owner to change.
    let foreign = report(
        "v=spf1 ip4:192.0.2.1 include:p.test -all",
        "p.test TXT \"v=spf1 a:g1.test a:g2.test a:g3.test ip4:192.0.2.7 -all\"",
    );
    let void = found(&foreign, RuleId::SpfVoidLookups);
    assert!(void.remedy.changes.is_empty() && void.remedy.text.contains("Tell the owner of p.test"), "{foreign}");
    assert!(void.remedy.text.contains("No record is proposed here"), "{foreign}");
}

#[test]
fn a_syntax_error_is_told_with_its_replacement() {
    // RULES no. 6, RFC 7208 §4.6.
    let broken = report("v=spf1 mx ipv4:192.0.2.1 -all", "m.e.test A 192.0.2.9");
    let syntax = found(&broken, RuleId::SpfSyntax);
    assert!(syntax.remedy.text.starts_with("Replace `ipv4:192.0.2.1` by `ip4:192.0.2.1`, and publish"), "{broken}");
    assert_eq!((records(syntax), syntax.severity), (vec!["v=spf1 mx ip4:192.0.2.1 -all".to_owned()], Severity::Blocks));
}

#[test]
fn a_broken_include_is_found_on_every_path() {
    // RULES no. 7, RFC 7208 §5.2: the sender passes in front of it.
    let others = "a.test TXT \"v=spf1 include:b.test -all\"\nb.test TXT \"v=spf1 ipv4:1.2.3.4\"";
    for (record, subject, message) in [
        (
            "v=spf1 ip4:192.0.2.1 include:gone.test ~include:a.test -all",
            "include:gone.test",
            "The SPF record of gone.test is missing: the domain does not exist, and `include:gone.test` in the record of e.test",
        ),
        (
            "v=spf1 ip4:192.0.2.1 ~include:a.test include:gone.test -all",
            "~include:a.test",
            "The SPF record of b.test is malformed",
        ),
    ] {
        let late = report(record, others);
        let broken = found(&late, RuleId::SpfIncludeBroken);
        assert_eq!((broken.subject.as_str(), broken.severity), (subject, Severity::Error), "{late}");
        assert!(broken.message.starts_with(message), "{late}");
        // Both go: the one behind would be permerror still.
        assert_eq!(
            (records(broken), broken.remedy.proven),
            (vec!["v=spf1 ip4:192.0.2.1 -all".to_owned()], Proven::Yes)
        );
        assert!(broken.remedy.text.ends_with("where there was permerror, there is a verdict."), "{late}");
    }
    let nested = report("v=spf1 ip4:192.0.2.1 ~include:a.test -all", others);
    let broken = found(&nested, RuleId::SpfIncludeBroken);
    assert!(broken.message.contains("`include:b.test` in the record of a.test leads there"), "{nested}");
    assert_eq!(
        broken.evidence.iter().map(|proof| proof.query.name.to_string()).collect::<Vec<_>>(),
        ["e.test", "a.test", "b.test"]
    );
    let microsoft = report("v=spf1 include:spf.microsoftonline.com mx -all", "m.e.test A 192.0.2.1");
    let provider = found(&microsoft, RuleId::SpfIncludeBroken);
    assert!(
        provider.remedy.text.contains("Microsoft 365 is include:spf.protection.outlook.com (seen in summer 2026).")
    );
    // DESIGN §6: "v=spf1 -all" would refuse mail that is in error now.
    let alone = report("v=spf1 include:gone.test -all", "");
    let broken = found(&alone, RuleId::SpfIncludeBroken);
    assert!(broken.remedy.changes.is_empty() && broken.remedy.text.contains("would authorize nobody"), "{alone}");
}

#[test]
fn a_record_that_includes_itself_is_a_loop() {
    // RULES no. 7: only the limit of RFC 7208 §4.6.4 ends it.
    let looping = report("v=spf1 include:e.test ip4:192.0.2.1 -all", "");
    let found_loop = found(&looping, RuleId::SpfIncludeBroken);
    assert_eq!((found_loop.subject.as_str(), found_loop.severity), ("include:e.test", Severity::Blocks), "{looping}");
    assert_eq!(
        (records(found_loop), found_loop.remedy.proven),
        (vec!["v=spf1 ip4:192.0.2.1 -all".to_owned()], Proven::Yes)
    );
    assert!(found_loop.message.contains("leads back to e.test"), "{looping}");
    assert!(!is_found(&looping, RuleId::SpfTooManyLookups), "{looping}");
    let round = report(
        "v=spf1 ip4:192.0.2.1 include:a.test -all",
        "a.test TXT \"v=spf1 include:b.test -all\"\nb.test TXT \"v=spf1 include:a.test -all\"",
    );
    let found_loop = found(&round, RuleId::SpfIncludeBroken);
    assert_eq!((found_loop.subject.as_str(), found_loop.severity), ("include:a.test", Severity::Error), "{round}");
    assert!(found_loop.message.starts_with("`include:a.test` in the record of b.test leads back to a.test"), "{round}");
}

#[test]
fn records_that_let_too_many_pass_are_made_stricter() {
    // RULES no. 8, RFC 7208 §5.1, §5.5, §8.2.
    let all = report("v=spf1 mx +all", "m.e.test A 192.0.2.9");
    let weak = found(&all, RuleId::SpfWeakAll);
    assert_eq!((weak.severity, records(weak)), (Severity::Blocks, vec!["v=spf1 mx ip4:192.0.2.1 ~all".to_owned()]));
    assert_eq!(weak.remedy.proven, Proven::Yes, "the sender who passed by +all is named\n{all}");
    for (record, new) in [("v=spf1 ip4:192.0.2.1 ?all", "~all"), ("v=spf1 ip4:192.0.2.1", "~all")] {
        let neutral = report(record, "");
        let weak = found(&neutral, RuleId::SpfWeakAll);
        let wanted = format!("v=spf1 ip4:192.0.2.1 {new}");
        assert_eq!((weak.severity, records(weak)), (Severity::Warning, vec![wanted]), "{neutral}");
        assert!(weak.remedy.text.contains("other verdicts to senders that are not named"), "{neutral}");
    }
    let wide = report("v=spf1 ip4:192.0.0.0/7 -all", "");
    assert!(
        found(&wide, RuleId::SpfWeakAll).remedy.changes.is_empty(),
        "which part is meant is not for us to say\n{wide}"
    );
    let dead = report("v=spf1 ip4:192.0.2.1 -all ip4:192.0.2.7", "");
    assert_eq!(records(found(&dead, RuleId::SpfDeadTerm)), ["v=spf1 ip4:192.0.2.1 -all"]);
    let named = "1.2.0.192.in-addr.arpa PTR h.e.test\nh.e.test A 192.0.2.1";
    let ptr = report("v=spf1 mx ptr -all", named);
    let slow = found(&ptr, RuleId::SpfPtr);
    assert_eq!(
        (records(slow), slow.remedy.proven),
        (vec!["v=spf1 mx ip4:192.0.2.1 -all".to_owned()], Proven::Yes),
        "{ptr}"
    );
    assert_eq!(
        records(found(&report("v=spf1 ip4:192.0.2.1 ptr -all", named), RuleId::SpfPtr)),
        ["v=spf1 ip4:192.0.2.1 -all"]
    );
}

#[test]
fn a_helo_name_without_a_record_is_found() {
    // RULES no. 9, RFC 7208 §2.3, §10.1.3.
    let zone = "e.test TXT \"v=spf1 ip4:192.0.2.1 -all\"\nm.e.test A 192.0.2.1\nw.e.test A 192.0.2.80";
    let with = |helo: &str| case(&["192.0.2.1"]).helo(helo).in_zone(&zone.parse().unwrap());
    let own = with("m.e.test");
    let none = found(&own, RuleId::SpfHeloNone);
    assert_eq!((none.severity, records(none)), (Severity::Warning, vec!["v=spf1 a -all".to_owned()]), "{own}");
    assert_eq!((claim(none), none.remedy.proven), (Claim::OnlyAddedPass, Proven::Yes));
    // It would authorize another host.
    let elsewhere = with("w.e.test");
    assert!(found(&elsewhere, RuleId::SpfHeloNone).remedy.changes.is_empty(), "{elsewhere}");
    for other in ["[192.0.2.1]", "192.0.2.1", "localhost", "m.e.local", "gone.e.test", "e.test", "a_b.e.test", ""] {
        assert!(!is_found(&with(other), RuleId::SpfHeloNone), "{other}: {}", with(other));
    }
    let published = format!("{zone}\nm.e.test TXT \"v=spf1 a -all\"");
    let report = case(&["192.0.2.1"]).helo("m.e.test").in_zone(&published.parse().unwrap());
    assert!(!is_found(&report, RuleId::SpfHeloNone), "{report}");
    let mut failing: Zone = zone.parse().unwrap();
    failing.fail(Query::txt("m.e.test".parse().unwrap()), DnsError::Timeout);
    let report = case(&["192.0.2.1"]).helo("m.e.test").in_zone(&failing);
    assert!(!is_found(&report, RuleId::SpfHeloNone), "{report}");
    let question = "does the HELO name m.e.test have an SPF record";
    assert!(report.unknown().iter().any(|open| open.question == question && !open.could_block), "{report}");
}

#[test]
fn a_report_on_very_many_addresses_stays_readable() {
    // DESIGN §10: what every finding repeats would grow with the square of the addresses.
    let ips: Vec<String> = (0..200).map(|n| format!("192.0.2.{n}")).collect();
    let ips: Vec<&str> = ips.iter().map(String::as_str).collect();
    let zone: Zone = "e.test TXT \"v=spf1 -all\"".parse().unwrap();
    let report = case(&ips).in_zone(&zone);
    let refused: Vec<_> = report.findings().iter().filter(|found| found.rule == RuleId::SpfIpNotAuthorized).collect();
    assert_eq!(refused.len(), 200);
    assert!(refused.iter().all(|found| (found.remedy.streams.len(), found.remedy.tried) == (32, 200)));
    assert!(refused.iter().all(|found| found.remedy.proven == Proven::Yes && claim(found) == Claim::AddedPass));
    let text = report.to_string();
    assert_eq!(text.matches("        + e.test. TXT").count(), 1, "one record, shown once");
    assert!(text.contains("and 168 more\n") && text.contains("the same as for 192.0.2.0"));
}

#[cfg(feature = "serde")]
#[test]
fn json_says_whether_an_unknown_could_have_blocked() {
    let report = case(&[]).in_zone(&Zone::new());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["unknown"][0]["could_block"], true);
}
