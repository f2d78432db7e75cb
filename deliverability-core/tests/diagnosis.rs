//! What a diagnosis must do whatever the case: lose nothing, guess nothing, try what it proposes.
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use deliverability_core::diagnosis::{Finding, Proven, Report, Verdict};
use deliverability_core::dns::{DnsError, Query, Zone};
use deliverability_core::dnsbl::{Impact, Kind, List};
use deliverability_core::spf::Proof;
use deliverability_core::{Check, Diagnosis, RuleId, Severity};

/// A sender with nothing wrong.
const SOUND: &str = r#"
example.org                TXT "v=spf1 mx -all"
example.org                MX  10 mx.example.org
mx.example.org             A   192.0.2.1
mx.example.org             TXT "v=spf1 a -all"
1.2.0.192.in-addr.arpa     PTR mx.example.org
_dmarc.example.org         TXT "v=DMARC1; p=none"
s._domainkey.example.org   TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
2.0.0.127.bl.test          A   127.0.0.2
"#;

fn list() -> List {
    List::new("bl.test".parse().unwrap(), Kind::Ip).with_rfc_test_points().with_impact(Impact::Critical)
}

fn sound() -> Diagnosis {
    Diagnosis::of("example.org".parse().unwrap())
        .sending_ip("192.0.2.1".parse().unwrap())
        .helo("mx.example.org")
        .selector("s")
        .lists(&[list()])
}

fn report_on(zone: &str) -> Report {
    sound().in_zone(&zone.parse().unwrap())
}

fn replaced(from: &str, to: &str) -> Report {
    assert!(SOUND.contains(from), "{from}");
    report_on(&SOUND.replace(from, to))
}

fn rules(report: &Report) -> Vec<&'static str> {
    report.findings().iter().map(|found| found.rule.as_str()).collect()
}

fn only(report: &Report) -> &Finding {
    assert_eq!(report.findings().len(), 1, "{report}");
    &report.findings()[0]
}

fn the(report: &Report, rule: RuleId) -> &Finding {
    report.findings().iter().find(|found| found.rule == rule).unwrap_or_else(|| panic!("no {rule} in\n{report}"))
}

fn new_records(found: &Finding) -> Vec<String> {
    found.remedy.changes.iter().filter_map(|change| change.new.as_ref()).map(ToString::to_string).collect()
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let report = report_on(SOUND);
    assert_eq!(
        (rules(&report), report.unknown(), report.verdict()),
        (vec![], [].as_slice(), Verdict::NothingFound),
        "{report}"
    );
}

#[test]
fn a_failure_of_any_one_question_loses_nothing_else_and_is_named() {
    let broken = SOUND.replace(
        "2.0.0.127.bl.test          A   127.0.0.2",
        "2.0.0.127.bl.test A 127.0.0.2\n1.2.0.192.bl.test A 127.0.0.2",
    );
    let broken = broken.replace("k=ed25519", "k=nonsense");
    let whole = report_on(&broken);
    assert_eq!(rules(&whole), ["dkim.key-bad", "dnsbl.ip-listed"], "{whole}");
    let questions: Vec<Query> = whole.answers().iter().map(|(query, _)| query.clone()).collect();
    for question in questions {
        for error in [DnsError::Timeout, DnsError::Servfail, DnsError::Refused] {
            let mut zone: Zone = broken.parse().unwrap();
            zone.fail(question.clone(), error.clone());
            let report = sound().in_zone(&zone);
            for found in whole.findings() {
                let rests_on_it = found.evidence.iter().any(|evidence| evidence.query.name == question.name)
                    || question.name.is_within(&"bl.test".parse().unwrap());
                let same = |other: &Finding| {
                    (other.rule, &other.subject, &other.message) == (found.rule, &found.subject, &found.message)
                };
                assert!(
                    rests_on_it || report.findings().iter().any(same),
                    "{question} {error}: lost {}\n{report}",
                    found.rule
                );
            }
            let unexpected = report
                .findings()
                .iter()
                .any(|found| !rules(&whole).contains(&found.rule.as_str()) && found.rule != RuleId::DnsblQueryRefused);
            assert!(!unexpected, "{question} {error}: a failure is no finding\n{report}");
            assert!(
                report.unknown().iter().any(|open| open.queries().contains(&question)),
                "{question} {error} is not named\n{report}"
            );
        }
    }
}

#[test]
fn nothing_found_never_hides_an_unknown_that_could_block() {
    for query in [
        Query::txt("example.org".parse().unwrap()),
        Query::ptr("1.2.0.192.in-addr.arpa".parse().unwrap()),
        Query::a("1.2.0.192.bl.test".parse().unwrap()),
    ] {
        let mut zone: Zone = SOUND.parse().unwrap();
        zone.fail(query.clone(), DnsError::Timeout);
        assert_eq!(sound().in_zone(&zone).verdict(), Verdict::Unknown, "{query}");
    }
}

#[test]
fn what_was_not_told_is_not_known() {
    let zone: Zone = SOUND.parse().unwrap();
    let report = Diagnosis::of("example.org".parse().unwrap()).lists(&[]).in_zone(&zone);
    let open: Vec<&str> = report.unknown().iter().map(|open| open.question.as_str()).collect();
    assert_eq!(
        open,
        ["are the sending addresses authorized, named and unlisted", "does mail carry a DKIM signature that verifies"]
    );
    assert_eq!(report.verdict(), Verdict::Unknown);
}

#[test]
fn several_spf_records_are_merged_and_the_merge_is_tried() {
    // RFC 7208 §4.5.
    let report = replaced("\"v=spf1 mx -all\"", "\"v=spf1 mx -all\"\nexample.org TXT \"v=spf1 ip4:192.0.2.9 -all\"");
    let found = only(&report);
    assert_eq!(
        (found.rule, found.severity, found.remedy.proven),
        (RuleId::SpfMultipleRecords, Severity::Blocks, Proven::Yes)
    );
    let changes: Vec<_> =
        found.remedy.changes.iter().map(|change| change.new.as_ref().map(ToString::to_string)).collect();
    assert_eq!(changes, [Some("\"v=spf1 ip4:192.0.2.9 mx -all\"".to_owned()), None]);
    assert_eq!(found.remedy.streams[0].after.as_str(), "pass");
}

#[test]
fn a_record_over_the_limit_is_found_though_the_sender_passes_before() {
    // RFC 7208 §4.6.4.
    let ten = |term: &dyn Fn(u8) -> String| (0..10).map(term).collect::<Vec<_>>().concat();
    let many = ten(&|n| format!(" exists:n{n}.test"));
    let report = replaced("v=spf1 mx -all", &format!("v=spf1 mx{many} -all"));
    let found = the(&report, RuleId::SpfTooManyLookups);
    assert_eq!((found.severity, found.remedy.proven), (Severity::Error, Proven::Yes), "{report}");
    assert_eq!(new_records(found), ["\"v=spf1 mx -all\""], "what finds nothing decides nothing");
    let evidence = &found.evidence[0];
    assert_eq!(evidence.span.unwrap().of(&evidence.answer), b"exists:n9.test");
    // The sender's own evaluation at the limit blocks, and is told once.
    let hosts = ten(&|n| format!("n{n}.test A 198.51.100.{n}\n"));
    let many = ten(&|n| format!(" a:n{n}.test"));
    let report = report_on(&format!("{}{hosts}", SOUND.replace("v=spf1 mx -all", &format!("v=spf1{many} mx -all"))));
    let found = the(&report, RuleId::SpfTooManyLookups);
    assert_eq!(found.severity, Severity::Blocks, "{report}");
    assert!(new_records(found)[0].ends_with("a:n9.test ip4:192.0.2.1 -all\""), "own static addresses\n{report}");
    assert!(found.remedy.text.contains("when one moves, change it too"), "{report}");
    assert!(found.remedy.proof.as_ref().is_some_and(Proof::is_proven), "{report}");
    assert_eq!(the(&report, RuleId::SpfVoidLookups).severity, Severity::Warning, "only IPv6 clients ask in vain");
    // Nothing of it decides nothing, and nothing is one's own.
    let foreign = ten(&|n| format!(" a:n{n}.test")) + " include:p.test";
    let hosts = hosts + "p.test TXT \"v=spf1 ip4:203.0.113.9 -all\"\n";
    let report = report_on(&format!("{}{hosts}", SOUND.replace("v=spf1 mx -all", &format!("v=spf1{foreign} -all"))));
    let found = the(&report, RuleId::SpfTooManyLookups);
    assert!(found.remedy.changes.is_empty() && found.remedy.text.contains("it still takes 11 look-ups"), "{report}");
}

#[test]
fn a_dead_include_is_taken_out() {
    // RFC 7208 §5.2.
    let report = replaced("v=spf1 mx -all", "v=spf1 include:gone.test mx -all");
    let found = only(&report);
    assert_eq!(
        (found.rule, found.subject.as_str(), found.remedy.proven),
        (RuleId::SpfIncludeBroken, "include:gone.test", Proven::Yes)
    );
    let new = found.remedy.changes[0].new.as_ref().unwrap().to_string();
    assert_eq!(new, "\"v=spf1 mx -all\"");
    let evidence = &found.evidence[0];
    assert_eq!(evidence.span.unwrap().of(&evidence.answer), b"include:gone.test");
}

#[test]
fn an_include_whose_own_include_is_broken_is_named_by_the_term_one_can_change() {
    let report = replaced(
        "\"v=spf1 mx -all\"",
        "\"v=spf1 include:a.test mx -all\"\na.test TXT \"v=spf1 include:b.test -all\"\nb.test TXT \"v=spf1 ip4:1.2.3 -all\"",
    );
    let found = only(&report);
    assert_eq!((found.rule, found.subject.as_str()), (RuleId::SpfIncludeBroken, "include:a.test"), "{report}");
    assert_eq!(found.evidence[1].query.name.to_string(), "b.test", "the record that is really broken stands beside it");
}

#[test]
fn a_syntax_error_points_at_its_bytes() {
    let report = replaced("v=spf1 mx -all", "v=spf1 mx ipv4:192.0.2.1 -all");
    let found = only(&report);
    let evidence = &found.evidence[0];
    assert_eq!((found.rule, found.severity), (RuleId::SpfSyntax, Severity::Blocks));
    assert!(evidence.span.unwrap().of(&evidence.answer).starts_with(b"ipv4"), "{report}");
}

#[test]
fn a_record_that_does_not_parse_is_mended_and_tried() {
    // RFC 7208 §4.6, §12: every problem of the text, and one record without any of them.
    let report = replaced(
        "v=spf1 mx -all",
        "v=spf1 mx ipv4:192.0.2.9 include: _spf.test \\226\\128\\147all\"\n_spf.test TXT \"v=spf1 -all",
    );
    let found = only(&report);
    assert_eq!((found.rule, found.remedy.proven), (RuleId::SpfSyntax, Proven::Yes), "{report}");
    let new = found.remedy.changes[0].new.as_ref().unwrap().to_string();
    assert_eq!(new, "\"v=spf1 mx ip4:192.0.2.9 include:_spf.test -all\"");
    assert_eq!(found.evidence.len(), 3, "{report}");
}

#[test]
fn a_record_that_lets_anybody_pass_is_found_though_its_senders_pass() {
    // RFC 7208 §8.2, RULES no. 8.
    let report = replaced("v=spf1 mx -all", "v=spf1 mx +all");
    assert_eq!((only(&report).rule, only(&report).severity), (RuleId::SpfWeakAll, Severity::Blocks), "{report}");
    let twice = replaced("v=spf1 mx -all", "v=spf1 mx ip4:192.0.2.9 ip4:192.0.2.9 -all");
    let found = only(&twice);
    assert_eq!((found.rule, found.remedy.proven), (RuleId::SpfDuplicateTerm, Proven::Yes), "{twice}");
    assert_eq!(found.remedy.changes[0].new.as_ref().unwrap().to_string(), "\"v=spf1 mx ip4:192.0.2.9 -all\"");
}

#[test]
fn all_addresses_that_are_refused_come_into_one_record() {
    let zone: Zone = SOUND.parse().unwrap();
    let check = sound().sending_ip("198.51.100.1".parse().unwrap()).sending_ip("2001:db8::1".parse().unwrap());
    let report = check.in_zone(&zone);
    let refused: Vec<_> = report.findings().iter().filter(|found| found.rule == RuleId::SpfIpNotAuthorized).collect();
    assert_eq!(refused.len(), 2);
    for found in refused {
        let new = found.remedy.changes[0].new.as_ref().unwrap().to_string();
        assert_eq!(new, "\"v=spf1 mx ip4:198.51.100.1 ip6:2001:db8::1 -all\"");
        assert_eq!((found.remedy.proven, found.remedy.streams.len()), (Proven::Yes, 3));
    }
}

#[test]
fn a_remedy_is_tried_and_called_what_it_is() {
    let merged =
        SOUND.replace("\"v=spf1 mx -all\"", "\"v=spf1 include:slow.test -all\"\nexample.org TXT \"v=spf1 mx -all\"");
    assert_eq!(
        only(&report_on(&merged)).remedy.proven,
        Proven::No,
        "slow.test does not exist: the merged record is broken too"
    );
    let mut zone: Zone = merged.parse().unwrap();
    zone.fail(Query::txt("slow.test".parse().unwrap()), DnsError::Timeout);
    assert_eq!(only(&sound().in_zone(&zone)).remedy.proven, Proven::Unknown, "no answer: nothing is proven");
}

#[test]
fn pointer_names_are_confirmed_or_found() {
    let report = replaced("mx.example.org             A   192.0.2.1", "mx.example.org             A   192.0.2.2");
    assert!(rules(&report).contains(&"ptr.not-forward-confirmed"), "{report}");
    let found = report.findings().iter().find(|found| found.rule == RuleId::PtrNotForwardConfirmed).unwrap();
    assert_eq!(found.remedy.changes[0].new.as_ref().unwrap().to_string(), "192.0.2.1");
    assert_eq!(found.remedy.proven, Proven::Yes);
}

#[test]
fn a_missing_pointer_never_takes_a_name_that_is_in_use() {
    let zone = SOUND.replace("1.2.0.192.in-addr.arpa     PTR mx.example.org", "mail.example.org A 192.0.2.77");
    let report = sound().helo("inside.local").in_zone(&zone.parse().unwrap());
    let found = report.findings().iter().find(|found| found.rule == RuleId::PtrMissing).unwrap();
    assert_eq!(found.remedy.changes[0].new.as_ref().unwrap().to_string(), "smtp.example.org");
}

#[test]
fn mail_routes_that_lead_nowhere_are_found() {
    let null = replaced("MX  10 mx.example.org", "MX  0 .");
    assert_eq!(null.findings()[0].rule, RuleId::SenderUnresolvable, "RFC 7505 §4.1\n{null}");
    let literal = replaced("MX  10 mx.example.org", "MX  10 192.0.2.1");
    assert!(rules(&literal).contains(&"mx.ip-literal") && rules(&literal).contains(&"mx.none"), "{literal}");
    let alias = replaced("mx.example.org             A   192.0.2.1", "mx.example.org CNAME h.test\nh.test A 192.0.2.1");
    let found = alias.findings().iter().find(|found| found.rule == RuleId::MxCname).unwrap();
    assert_eq!(found.remedy.changes[0].new.as_ref().unwrap().to_string(), "10 h.test", "RFC 2181 §10.3");
    assert_eq!(found.remedy.proven, Proven::Yes);
    let absent = Diagnosis::of("absent.test".parse().unwrap()).lists(&[]).in_zone(&SOUND.parse().unwrap());
    assert_eq!(rules(&absent), ["sender.unresolvable"], "{absent}");
}

#[test]
fn dkim_keys_are_missing_revoked_or_bad() {
    let key = "\"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"";
    assert_eq!(rules(&replaced("s._domainkey", "other._domainkey")), ["dkim.key-missing"]);
    assert_eq!(rules(&replaced(key, "\"v=DKIM1; p=\"")), ["dkim.key-missing"]);
    let escaped = replaced(key, r#""v=DKIM1\\; k=ed25519\\; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=""#);
    let found = only(&escaped);
    assert_eq!((found.rule, found.severity), (RuleId::DkimKeyBad, Severity::Blocks));
    assert_eq!(found.remedy.changes[0].new.as_ref().unwrap().to_string(), key, "{escaped}");
    assert_eq!(found.remedy.proven, Proven::Yes);
}

#[test]
fn foreign_bytes_do_not_reach_the_terminal() {
    let report = replaced("v=spf1 mx -all", "v=spf1 \\027[2J\\226\\128\\174 -all");
    let shown = sound().helo("\u{1b}[31mred").in_zone(&SOUND.parse().unwrap()).to_string() + &report.to_string();
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
}

#[test]
fn a_report_reads_as_text() {
    let text = replaced("v=spf1 mx -all", "v=spf1 -all").to_string();
    assert!(text.starts_with("example.org, sending from 192.0.2.1 as mx.example.org\nexplained: "), "{text}");
    assert!(text.contains("          v=spf1 -all\n                 ^^^^\n"), "{text}");
    assert!(text.contains("        + example.org. TXT \"v=spf1 ip4:192.0.2.1 -all\""), "{text}");
    assert!(text.contains("192.0.2.1 postmaster@example.org: fail -> pass"), "{text}");
}

#[cfg(feature = "serde")]
#[test]
fn a_report_is_json_version_1() {
    let json = serde_json::to_value(replaced("v=spf1 mx -all", "v=spf1 -all")).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["case"]["sending_ips"][0], "192.0.2.1");
    assert_eq!(json["verdict"], "explained");
    let found = &json["findings"][0];
    assert_eq!(
        (&found["rule"], &found["severity"], &found["acts"]),
        (&"spf.ip-not-authorized".into(), &"blocks".into(), &"sender_dns".into())
    );
    assert_eq!(found["evidence"][0]["query"], "example.org TXT");
    assert_eq!(found["evidence"][0]["span"], serde_json::json!([7, 11]));
    assert_eq!(
        found["remedy"]["changes"][0],
        serde_json::json!({"name": "example.org", "type": "TXT", "old": "v=spf1 -all", "new": "v=spf1 ip4:192.0.2.1 -all"})
    );
    assert_eq!(found["remedy"]["proven"], "yes");
    assert_eq!(found["remedy"]["streams"][0]["after"], "pass");
    assert!(
        json["answers"]
            .as_array()
            .unwrap()
            .iter()
            .any(|answer| answer["name"] == "example.org" && answer["type"] == "TXT")
    );
}
