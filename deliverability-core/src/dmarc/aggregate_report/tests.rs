use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::*;

const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0" xmlns:ext="https://example.net/ext">
  <version>1.0</version>
  <report_metadata>
    <org_name>Example &amp; Sons</org_name>
    <email>dmarc@example.net</email>
    <report_id>3v98abbp8ya9n3va8yr8oa3ya</report_id>
    <date_range><begin>302832000</begin><end>302918399</end></date_range>
    <error>several records at _dmarc.example.org</error>
    <generator>Example 1.2</generator>
  </report_metadata>
  <policy_published>
    <domain>example.org</domain><p>quarantine</p><sp>none</sp><np>reject</np><testing>n</testing>
    <adkim>r</adkim><aspf>s</aspf><fo>1</fo><discovery_method>treewalk</discovery_method>
  </policy_published>
  <extension><ext:policy_published><domain>wrong.example</domain></ext:policy_published></extension>
  <record>
    <row><source_ip>192.0.2.1</source_ip><count>123</count>
      <policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
    <identifiers><envelope_from/><header_from>example.org</header_from></identifiers>
    <auth_results>
      <dkim><domain>example.org</domain><selector>abc</selector><result>pass</result></dkim>
      <spf><domain>mx.example.net</domain><scope>helo</scope><result>fail</result></spf>
    </auth_results>
  </record>
  <record>
    <row><source_ip>2001:db8::7</source_ip><count>5</count>
      <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf>
        <reason><type>mailing_list</type><comment>known list</comment></reason></policy_evaluated></row>
    <identifiers><header_from>news.example.org</header_from></identifiers>
    <auth_results>
      <dkim><domain>list.example</domain><selector>s</selector><result>pass</result></dkim>
      <dkim><domain>example.org</domain><selector>abc</selector><result>fail</result></dkim>
      <spf><domain>list.example</domain><scope>mfrom</scope><result>pass</result></spf>
    </auth_results>
    <ext:arc-results/>
  </record>
  <record><row><source_ip>not an address</source_ip><count>1</count></row></record>
</feedback>"#;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// An archive of one file, with sizes in the directory only, as streaming writers make it.
fn zip(name: &str, text: &[u8], method: u16, flags: u16) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    let packed = if method == 8 { encoder.finish().unwrap() } else { text.to_vec() };
    let number = |n: usize, length: usize| n.to_le_bytes()[..length].to_vec();
    let (method, flags) = (number(method.into(), 2), number(usize::from(flags) | 8, 2));
    let mut archive = [b"PK\x03\x04\x14\0".to_vec(), flags.clone(), method.clone(), vec![0; 16]].concat();
    archive.extend([number(name.len(), 2), number(0, 2), name.as_bytes().to_vec(), packed.clone()].concat());
    let directory = archive.len();
    archive.extend([b"PK\x01\x02\x14\0\x14\0".to_vec(), flags, method, vec![0; 8], number(packed.len(), 4)].concat());
    archive.extend([number(text.len(), 4), number(name.len(), 2), vec![0; 16], name.as_bytes().to_vec()].concat());
    let size = archive.len() - directory;
    archive.extend(
        [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec(), number(size, 4), number(directory, 4), vec![0; 2]].concat(),
    );
    archive
}

fn kind(bytes: &[u8]) -> ReadErrorKind {
    AggregateReport::read(bytes).unwrap_err().kind
}

#[test]
fn the_schema_of_rfc_9990() {
    let report = AggregateReport::read(REPORT.as_bytes()).unwrap();
    let metadata = &report.metadata;
    assert_eq!(metadata.org_name, "Example & Sons");
    assert_eq!((metadata.begin, metadata.end), (Some(302_832_000), Some(302_918_399)));
    assert_eq!(metadata.errors, ["several records at _dmarc.example.org"]);
    let policy = &report.policy;
    assert_eq!(
        (policy.domain.as_str(), policy.p, policy.np),
        ("example.org", Some(Policy::Quarantine), Some(Policy::Reject))
    );
    assert_eq!((policy.adkim, policy.aspf), (Some(AlignmentMode::Relaxed), Some(AlignmentMode::Strict)));
    assert_eq!((policy.testing, policy.discovery_method.as_deref()), (Some(false), Some("treewalk")));
    assert_eq!((report.records.len(), report.unread_records, report.messages()), (2, 1, 128));
    assert_eq!(report.records[0].passed(), Some(true));
    assert_eq!(report.records[0].envelope_from.as_deref(), Some(""));
    assert_eq!(report.records[1].overrides[0].kind, "mailing_list");
}

#[test]
fn failing_sources_say_why() {
    let failing = AggregateReport::read(REPORT.as_bytes()).unwrap().failing_sources();
    assert_eq!(failing.len(), 1);
    assert_eq!((failing[0].messages(), failing[0].failing()), (5, 5));
    let causes: Vec<_> = failing[0].causes().map(|(cause, count)| format!("{count} {cause}")).collect();
    assert_eq!(
        causes,
        [
            "5 SPF passed for list.example, which is not aligned",
            "5 DKIM passed for list.example, which is not aligned",
            "5 DKIM gave fail for example.org, selector abc",
        ]
    );
}

#[test]
fn packed_or_not_the_report_is_the_same() {
    let report = AggregateReport::read(REPORT.as_bytes());
    assert_eq!(AggregateReport::read(&gzip(REPORT.as_bytes())), report);
    for method in [0, 8] {
        assert_eq!(AggregateReport::read(&zip("a!b!1!2.xml", REPORT.as_bytes(), method, 0)), report, "method {method}");
    }
    assert_eq!(AggregateReport::read(format!("\u{feff}\r\n{REPORT}").as_bytes()), report);
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let limits = Limits { unpacked: 1 << 20, records: 100, ..Limits::default() };
    let within = |bytes: &[u8]| AggregateReport::read_within(bytes, &limits).unwrap_err().kind;
    let bomb = vec![b' '; 2 << 20];
    for packed in [gzip(&bomb), zip("x.xml", &bomb, 8, 0), zip("x.xml", &bomb, 0, 0), bomb] {
        assert_eq!(within(&packed), ReadErrorKind::TooLarge { limit: 1 << 20 });
    }
    let rows = format!("<feedback>{}</feedback>", "<record/>".repeat(101));
    assert_eq!(within(rows.as_bytes()), ReadErrorKind::TooManyRecords { limit: 100 });
    assert_eq!(kind(&vec![b' '; (32 << 20) + 1]), ReadErrorKind::TooLarge { limit: 32 << 20 });
    assert_eq!(kind("<feedback>".repeat(13).as_bytes()), ReadErrorKind::TooDeep);
    // No entity is expanded.
    let laughs = r#"<!DOCTYPE f [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><feedback><policy_published><domain>x&b;y</domain></policy_published></feedback>"#;
    assert_eq!(AggregateReport::read(laughs.as_bytes()).unwrap().policy.domain, "xy");
    let long =
        format!("<feedback><policy_published><domain>{}</domain></policy_published></feedback>", "é".repeat(2_000));
    assert_eq!(AggregateReport::read(long.as_bytes()).unwrap().policy.domain.len(), 1_000);
}

#[test]
fn what_is_no_report_says_why() {
    assert_eq!(kind(b""), ReadErrorKind::NotAReport);
    assert_eq!(kind(b"<html/>"), ReadErrorKind::NotAReport);
    assert_eq!(kind(b"<feedback></feedback>"), ReadErrorKind::NotAReport);
    assert!(matches!(kind(b"<feedback><record>"), ReadErrorKind::Xml(_)));
    assert!(matches!(kind(b"<feedback></record>"), ReadErrorKind::Xml(_)));
    assert!(matches!(kind(&gzip(REPORT.as_bytes())[..100]), ReadErrorKind::Damaged(_)));
    assert!(matches!(kind(&zip("x.xml", b"<a/>", 8, 0)[..40]), ReadErrorKind::Damaged(_)));
    assert_eq!(kind(&zip("x.xml", b"<a/>", 8, 1)), ReadErrorKind::Unsupported);
    assert_eq!(kind(&zip("x.xml", b"<a/>", 12, 0)), ReadErrorKind::Unsupported);
}
