//! The report does not depend on the driver: on random zones, whose records refer to each other,
//! fail and ask for remedies, every driver gives the same one (DESIGN §2).
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod drivers;

use std::collections::BTreeMap;

use deliverability_core::Diagnosis;
use deliverability_core::dns::{DnsError, Query, RecordType, Zone};
use deliverability_core::dnsbl::{Impact, Kind, List};
use drivers::Random;

const ZONES: u64 = 100;

/// Records, each of which is there or not.
const RECORDS: &[&str] = &[
    "e.test TXT \"v=spf1 mx -all\"",
    "e.test TXT \"v=spf1 include:i.test -exists:%{ir}.x.test ~all\"",
    "e.test TXT \"v=spf1 redirect=i.test\"",
    "e.test TXT \"v=spf1 ptr:e.test ?all\"",
    "e.test CNAME i.test",
    "i.test TXT \"v=spf1 a:mail.e.test -all\"",
    "i.test TXT \"v=spf1 include:gone.test a -all\"",
    "i.test A 192.0.2.7",
    "e.test MX 10 mail.e.test",
    "e.test MX 20 alias.e.test",
    "e.test MX 30 gone.e.test",
    "e.test MX 0 .",
    "e.test A 203.0.113.1",
    "mail.e.test A 192.0.2.1",
    "mail.e.test A 203.0.113.1",
    "mail.e.test AAAA 2001:db8::1",
    "smtp.e.test CNAME mail.e.test",
    "alias.e.test CNAME mail.e.test",
    "*.e.test A 203.0.113.1",
    "1.2.0.192.in-addr.arpa PTR mail.e.test",
    "1.2.0.192.in-addr.arpa PTR www.e.test",
    "1.2.0.192.in-addr.arpa CNAME 1.0-25.2.0.192.in-addr.arpa",
    "1.0-25.2.0.192.in-addr.arpa PTR h.isp.test",
    "7.2.0.192.in-addr.arpa PTR i.test",
    "s._domainkey.e.test CNAME s.i.test",
    "s._domainkey.e.test TXT \"v=DKIM1\\\\; k=ed25519\\\\; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
    "s.i.test TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"",
    "_dmarc.e.test TXT \"v=DMARC1; p=none\"",
    "_dmarc.e.test TXT \"v=DMARC1; p=reject; adkim=s; rua=mailto:d@r.test\"",
    "_dmarc.e.test CNAME i.test",
    "_dmarc.test TXT \"v=DMARC1; p=quarantine; psd=y\"",
    "e.test TXT \"v=DMARC1; p=none\"",
    "e.test._report._dmarc.r.test TXT \"v=DMARC1\"",
    "2.0.0.127.bl.test A 127.0.0.2",
    "1.2.0.192.bl.test A 127.0.0.2",
    "*.bl.test A 127.0.0.2",
];

fn zone(random: &mut Random) -> Zone {
    let there: Vec<&str> = RECORDS.iter().filter(|_| random.below(2) == 0).copied().collect();
    let mut zone: Zone = there.join("\n").parse().unwrap();
    for _ in 0..random.below(3) {
        let name = RECORDS[random.below(RECORDS.len())].split(' ').next().unwrap().parse().unwrap();
        let record_type = RecordType::ALL[random.below(RecordType::ALL.len())];
        zone.fail(Query::new(name, record_type), [DnsError::Timeout, DnsError::Servfail][random.below(2)].clone());
    }
    zone
}

fn case(random: &mut Random) -> Diagnosis {
    let list = List::new("bl.test".parse().unwrap(), Kind::Ip).with_rfc_test_points().with_impact(Impact::High);
    let mut case = Diagnosis::of("e.test".parse().unwrap()).lists(&[list]);
    for ip in ["192.0.2.1", "192.0.2.7", "2001:db8::1", "10.0.0.1"] {
        if random.below(2) == 0 {
            case = case.sending_ip(ip.parse().unwrap());
        }
    }
    if random.below(4) > 0 {
        case = case.helo(["mail.e.test", "smtp.e.test", "gone.e.test", "host.local", "[192.0.2.1]"][random.below(5)]);
    }
    if random.below(3) > 0 { case.selector("s") } else { case }
}

/// A message whose Received fields, author and signature vary.
#[cfg(feature = "verify")]
fn with_message(case: Diagnosis, random: &mut Random) -> Diagnosis {
    let source = ["192.0.2.1", "192.0.2.7", "203.0.113.1"][random.below(3)];
    let author = ["e.test", "mail.e.test", "i.test"][random.below(3)];
    let path = ["<b@e.test>", "<b@i.test>", "<>"][random.below(3)];
    let signature = "DKIM-Signature: v=1; a=ed25519-sha256; d=e.test; s=s; h=from; bh=AAAA; b=AAAA\r\n";
    let signature = [signature, ""][random.below(2)];
    let message = format!(
        "Return-Path: {path}\r\nReceived: from h ([{source}]) by m; now\r\n{signature}From: a@{author}\r\n\r\nbody\r\n"
    );
    case.message(message)
}

#[cfg(feature = "verify")]
#[test]
fn with_a_message() {
    let mut seen = BTreeMap::<String, usize>::new();
    for seed in 1000..1000 + ZONES {
        let mut random = Random(seed);
        let (zone, case) = (zone(&mut random), case(&mut random));
        let report = drivers::all_agree(&with_message(case, &mut random), &zone, seed);
        for found in report.findings() {
            *seen.entry(found.rule.to_string()).or_default() += 1;
        }
        for judged in report.at_receiver() {
            *seen.entry(format!("{}={}", judged.method, judged.result)).or_default() += 1;
        }
    }
    let kinds = [
        "spoof.not-stopped",
        "spoof.backscatter",
        "dmarc.not-aligned",
        "dmarc.none",
        "dmarc.record-invalid",
        "dkim.none",
        "dmarc=pass",
        "dmarc=fail",
        "spf=temperror",
    ];
    let unseen: Vec<_> = kinds.into_iter().filter(|kind| !seen.contains_key(*kind)).collect();
    assert_eq!(unseen, Vec::<&str>::new(), "{seen:?}");
}

#[test]
fn on_random_zones_and_random_orders() {
    let mut seen = BTreeMap::<String, usize>::new();
    for seed in 0..ZONES {
        let mut random = Random(seed);
        let (zone, case) = (zone(&mut random), case(&mut random));
        let report = drivers::all_agree(&case, &zone, seed);
        for found in report.findings() {
            *seen.entry(found.rule.to_string()).or_default() += 1;
            *seen.entry(format!("proven {}", found.remedy.proven.as_str())).or_default() += 1;
        }
        *seen.entry(report.verdict().to_string()).or_default() += 1;
    }
    let kinds = ["proven yes", "proven no", "proven unknown", "explained", "at_risk", "ptr.missing", "helo.mismatch"];
    let unseen: Vec<_> = kinds.into_iter().filter(|kind| !seen.contains_key(*kind)).collect();
    assert_eq!(unseen, Vec::<&str>::new(), "{seen:?}");
}
