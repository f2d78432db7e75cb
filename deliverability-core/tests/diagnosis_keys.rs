//! DKIM keys in a diagnosis: where a key went, who must act, and the record to publish, tried.
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

#[allow(dead_code, reason = "shared with other suites")]
mod drivers;

use deliverability_core::diagnosis::{Change, Diagnosis, Finding, Proven, Report};
use deliverability_core::dns::{Check, Query, RecordData, Response, Zone};
use deliverability_core::problem::Severity;
use deliverability_core::rule_id::RuleId;

const KEY: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/// The key of RFC 6376 appendix C, of 1024 bits.
const RSA: &str = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

fn sender() -> Diagnosis {
    Diagnosis::of("a.test".parse().unwrap()).lists(&[])
}

fn zone(text: &str) -> Zone {
    format!("a.test MX 10 mx.a.test\nmx.a.test A 192.0.2.1\n{text}").parse().unwrap()
}

fn report(text: &str) -> Report {
    drivers::all_agree(&sender().selector("s"), &zone(text), 5)
}

fn the(report: &Report, rule: RuleId) -> Finding {
    let found = report.findings().iter().find(|found| found.rule == rule);
    found.unwrap_or_else(|| panic!("no {rule} in\n{report}")).clone()
}

fn rules(report: &Report) -> Vec<RuleId> {
    report.findings().iter().map(|found| found.rule).collect()
}

fn shown(change: &Change) -> String {
    let data = |data: &Option<RecordData>| data.as_ref().map_or("-".to_owned(), ToString::to_string);
    format!("{} {} {} -> {}", change.name, change.record_type().as_str(), data(&change.old), data(&change.new))
}

fn changes(found: &Finding) -> Vec<String> {
    found.remedy.changes.iter().map(shown).collect()
}

#[test]
fn a_key_under_the_name_doubled_is_moved() {
    // RFC 6376 §3.6.2.1; RULES 22: the panel added the zone's name.
    let report = report(&format!("s._domainkey.a.test.a.test TXT \"{KEY}\""));
    let found = the(&report, RuleId::DkimKeyMissing);
    assert!(found.message.contains("The key stands at s._domainkey.a.test.a.test"), "{report}");
    let moved =
        [format!("s._domainkey.a.test TXT - -> \"{KEY}\""), format!("s._domainkey.a.test.a.test TXT \"{KEY}\" -> -")];
    assert_eq!((changes(&found), found.remedy.proven), (moved.to_vec(), Proven::Yes), "{report}");
}

#[test]
fn a_cname_without_its_final_dot_is_mended() {
    // RFC 1035 §5.1.
    let report = report(&format!("s._domainkey.a.test CNAME s.esp.example.a.test\ns.esp.example TXT \"{KEY}\""));
    let found = the(&report, RuleId::DkimKeyMissing);
    assert_eq!(changes(&found), ["s._domainkey.a.test CNAME s.esp.example.a.test -> s.esp.example"], "{report}");
    assert_eq!(found.remedy.proven, Proven::Yes, "{report}");
}

#[test]
fn a_cname_that_leads_nowhere_names_who_must_act() {
    // RFC 6376 §3.6.2.1, RFC 1034 §3.6.2.
    let foreign = report("s._domainkey.a.test CNAME s-a-test.dkim.esp.example\nesp.example A 192.0.2.9");
    let found = the(&foreign, RuleId::DkimKeyMissing);
    assert!(found.message.contains("s-a-test.dkim.esp.example does not exist"), "{foreign}");
    #[cfg(feature = "psl")]
    assert!(found.remedy.text.contains("whoever runs esp.example must publish the key there"), "{foreign}");
    assert!(found.remedy.changes.is_empty());
    let own = report("s._domainkey.a.test CNAME s.keys.a.test\ns.keys.a.test A 192.0.2.9");
    let found = the(&own, RuleId::DkimKeyMissing);
    assert!(found.message.contains("s.keys.a.test exists, without a TXT record"), "{own}");
    assert!(found.remedy.text.starts_with("Publish the key record at s.keys.a.test"), "{own}");
}

#[test]
fn a_revoked_key_is_replaced_and_not_revived() {
    // RFC 6376 §3.6.1, p=.
    let report = report("s._domainkey.a.test TXT \"v=DKIM1; p=\"");
    let found = the(&report, RuleId::DkimKeyMissing);
    assert!(found.message.contains("has been revoked"), "{report}");
    assert!(found.remedy.text.starts_with("Sign with a new key under a new selector"), "{report}");
}

#[test]
fn damage_of_the_zone_file_comes_with_the_record_to_publish() {
    // RFC 6376 §3.6.2.2, RFC 1035 §5.1; RULES 22.
    let (first, second) = RSA.split_at(120);
    let damaged = [
        // Quotes of a record in two strings, published as part of its text.
        format!("{first}\" \"{second}"),
        // Semicolons escaped for a zone file, in a panel that escapes nothing.
        RSA.replace(';', "\\;"),
    ];
    for text in damaged {
        let mut zone = zone("");
        zone.insert("s._domainkey.a.test".parse().unwrap(), RecordData::Txt(text.as_str().into()));
        let report = sender().selector("s").in_zone(&zone);
        let found = the(&report, RuleId::DkimKeyBad);
        assert_eq!((found.severity, found.remedy.proven), (Severity::Blocks, Proven::Yes), "{report}");
        let Some(RecordData::Txt(new)) = &found.remedy.changes[0].new else { panic!("{report}") };
        let read = deliverability_core::dkim::KeyRecord::parse(new.bytes()).unwrap();
        assert_eq!(read, RSA.parse().unwrap(), "{report}");
    }
}

#[test]
fn a_long_record_is_proposed_in_strings_that_fit() {
    // RFC 1035 §3.3: 255 octets a string. The key is one of 4096 bits by its length.
    let mut octets = vec![0x30, 0x82, 0x02, 0x0a, 0x02, 0x82, 0x02, 0x01, 0x00];
    octets.extend([0xab; 512]);
    octets.extend([0x02, 0x03, 0x01, 0x00, 0x01]);
    let key = format!("v=DKIM1; k=rsa; p={}", data_encoding::BASE64.encode(&octets));
    let mut zone = zone("");
    zone.insert("s._domainkey.a.test.a.test".parse().unwrap(), RecordData::Txt(key.as_str().into()));
    let report = sender().selector("s").in_zone(&zone);
    let found = the(&report, RuleId::DkimKeyMissing);
    let Some(RecordData::Txt(new)) = &found.remedy.changes[0].new else { panic!("{report}") };
    assert!(new.strings().count() > 2 && new.strings().all(|string| string.len() <= 255));
    // What the report shows can be put into a zone file as it stands.
    let text = report.to_string();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("+ s._domainkey")).unwrap();
    let published: Zone = format!("s._domainkey{line}").parse().unwrap();
    let answer = published.answer(&Query::txt("s._domainkey.a.test".parse().unwrap())).unwrap();
    assert_eq!(answer.texts().next(), Some(new));
    #[cfg(feature = "serde")]
    {
        let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        let all = json["findings"].as_array().unwrap();
        let change = &all.iter().find(|found| found["rule"] == "dkim.key-missing").unwrap()["remedy"]["changes"][0];
        assert_eq!(change["new"], key.as_str());
        let strings: Vec<&str> = change["strings"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
        assert!(strings.iter().all(|string| string.len() <= 255));
        assert_eq!(strings.concat(), key);
    }
}

#[test]
fn a_domain_with_no_selector_at_all_is_told_only_where_the_dns_says_so() {
    // RFC 8020 §2: nothing below a name that does not exist.
    let sender = || sender().sending_ip("192.0.2.1".parse().unwrap());
    let none = sender().in_zone(&zone(""));
    let found = the(&none, RuleId::DkimNone);
    assert_eq!((found.severity, found.subject.as_str()), (Severity::Error, "a.test"), "{none}");
    assert!(found.message.contains("_domainkey.a.test does not exist"), "{none}");
    assert!(none.unknown().iter().any(|open| open.reason.contains("signed in another name")), "{none}");
    // Who sends nothing needs none.
    assert!(
        !rules(&Diagnosis::of("a.test".parse().unwrap()).lists(&[]).in_zone(&zone(""))).contains(&RuleId::DkimNone)
    );
    // A selector that nobody named, a server that breaks RFC 8020, a wildcard: nothing is concluded.
    let silent = [
        format!("hidden._domainkey.a.test TXT \"{KEY}\""),
        "*.a.test TXT \"any\"".to_owned(),
        "_domainkey.a.test TXT \"o=~\"".to_owned(),
    ];
    for text in silent {
        let report = sender().in_zone(&zone(&text));
        assert!(report.findings().iter().all(|found| found.rule != RuleId::DkimNone), "{report}");
        assert!(report.unknown().iter().any(|open| open.reason.contains("no selector was given")), "{report}");
    }
    let adsp = zone("_adsp._domainkey.a.test TXT \"dkim=all\"");
    let report = sender().run_with(|query| match query.name.to_string().as_str() {
        "_domainkey.a.test" => Response::nxdomain().into_answer(),
        _ => adsp.answer(query),
    });
    assert!(report.findings().iter().all(|found| found.rule != RuleId::DkimNone), "{report}");
}

#[test]
fn a_selector_that_is_missing_says_what_stands_beside_it() {
    // RFC 8020 §2.
    let nothing = report("");
    let found = the(&nothing, RuleId::DkimKeyMissing);
    assert!(found.message.contains("no selector is published there (RFC 8020 §2)"), "{nothing}");
    let other = report(&format!("t._domainkey.a.test TXT \"{KEY}\""));
    let found = the(&other, RuleId::DkimKeyMissing);
    assert!(found.message.contains("under another selector"), "{other}");
}

#[test]
fn a_provider_whose_own_selectors_are_missing_signs_nothing() {
    // RULES 20: Microsoft 365 signs under selector1 and selector2 alone.
    let with = |more: &str| {
        let text = format!(
            "b.test MX 10 b-test.mail.protection.outlook.com\nb.test TXT \"v=spf1 include:spf.protection.outlook.com -all\"\n\
             b-test.mail.protection.outlook.com A 192.0.2.9\nspf.protection.outlook.com TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n\
             other._domainkey.b.test TXT \"{KEY}\"\n{more}"
        );
        drivers::all_agree(&Diagnosis::of("b.test".parse().unwrap()).lists(&[]), &text.parse().unwrap(), 5)
    };
    let none = with("");
    let found = the(&none, RuleId::DkimNone);
    assert!(found.message.contains("selector1 and selector2 alone"), "{none}");
    assert_eq!(found.evidence.len(), 3, "{none}");
    assert!(!rules(&with(&format!("selector2._domainkey.b.test TXT \"{KEY}\""))).contains(&RuleId::DkimNone));
    // Neither that it sends nor that the answer is missing is assumed.
    let mut zone = Zone::new();
    for name in ["selector1._domainkey.b.test", "_domainkey.b.test"] {
        zone.fail(Query::txt(name.parse().unwrap()), deliverability_core::dns::DnsError::Timeout);
    }
    zone.merge("b.test MX 10 b-test.mail.protection.outlook.com\nb.test TXT \"v=spf1 include:spf.protection.outlook.com -all\"".parse().unwrap());
    let report = Diagnosis::of("b.test".parse().unwrap()).lists(&[]).in_zone(&zone);
    assert!(!rules(&report).contains(&RuleId::DkimNone), "{report}");
}
