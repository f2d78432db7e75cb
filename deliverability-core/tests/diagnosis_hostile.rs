//! Cases and zones that nobody would write in good faith, and some that people do: a diagnosis
//! stays bounded, and proposes nothing that harms (DESIGN §6, §10).
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::cell::Cell;
use std::net::IpAddr;

use deliverability_core::diagnosis::{Finding, Proven, Report};
use deliverability_core::dns::{Answer, Known, Query, Zone};
use deliverability_core::{Check, Diagnosis, RuleId, Step};

fn case(domain: &str) -> Diagnosis {
    Diagnosis::of(domain.parse().unwrap()).lists(&[])
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn found(report: &Report, rule: RuleId) -> &Finding {
    report.findings().iter().find(|found| found.rule == rule).unwrap_or_else(|| panic!("no {rule} in\n{report}"))
}

/// The changes of a remedy: where, and the new record.
fn changes(finding: &Finding) -> Vec<String> {
    let shown = |change: &deliverability_core::diagnosis::Change| {
        let new = change.new.as_ref().map_or_else(|| "gone".to_owned(), ToString::to_string);
        format!("{} {} {new}", change.name, change.record_type())
    };
    finding.remedy.changes.iter().map(shown).collect()
}

/// Counts what is read.
struct Counted<'a> {
    zone: &'a Zone,
    reads: Cell<usize>,
}

impl Known for Counted<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        self.reads.set(self.reads.get() + 1);
        self.zone.get(query)
    }
}

#[test]
fn a_diagnosis_reads_in_proportion_to_its_addresses() {
    // DESIGN §10: every address is refused and has no PTR, so each has remedies to be tried.
    let zone: Zone = "e.test TXT \"v=spf1 mx -all\"\ne.test MX 1 mx.e.test\nmx.e.test A 192.0.2.1".parse().unwrap();
    let reads = |addresses: u8| {
        let known = Counted { zone: &zone, reads: Cell::new(0) };
        let case =
            (0..addresses).fold(case("e.test").helo("mx.e.test"), |case, n| case.sending_ip([198, 51, 100, n].into()));
        let Step::Done(report) = case.step(&known) else { panic!("a zone knows everything") };
        assert_eq!(
            report.findings().iter().filter(|found| found.remedy.proven == Proven::Yes).count(),
            2 * usize::from(addresses)
        );
        known.reads.get()
    };
    assert!(reads(80) < 5 * reads(20), "{} reads of 20 addresses, {} of 80", reads(20), reads(80));
}

fn diagnose(case: Diagnosis, zone: &str) -> Report {
    case.in_zone(&zone.parse().unwrap())
}

#[test]
fn changes_are_made_where_the_records_stand() {
    // RFC 1034 §3.6.2: nothing stands beside a CNAME, so a remedy goes to the end of the chain.
    let spf = "www.e.test CNAME p.e.test\np.e.test TXT \"v=spf1 -all\"\np.e.test A 192.0.2.9";
    let report = diagnose(case("www.e.test").sending_ip(ip("192.0.2.1")), spf);
    let refused = found(&report, RuleId::SpfIpNotAuthorized);
    assert_eq!(changes(refused), ["p.e.test TXT \"v=spf1 ip4:192.0.2.1 -all\""]);
    assert_eq!(refused.remedy.proven, Proven::Yes);

    let absent =
        diagnose(case("www.e.test").sending_ip(ip("192.0.2.1")), "www.e.test CNAME p.e.test\np.e.test A 192.0.2.9");
    assert_eq!(changes(found(&absent, RuleId::SpfNone)), ["p.e.test TXT \"v=spf1 ip4:192.0.2.1 ~all\""]);

    let key = "s._domainkey.e.test CNAME s.esp.test\n\
        s.esp.test TXT \"v=DKIM1\\\\; k=ed25519\\\\; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"";
    let report = diagnose(case("e.test").selector("s"), key);
    let bad = found(&report, RuleId::DkimKeyBad);
    assert!(changes(bad)[0].starts_with("s.esp.test TXT"), "{report}");
    assert_eq!(bad.remedy.proven, Proven::Yes);

    // RFC 2317 §4: a delegated reverse block.
    let block = "1.2.0.192.in-addr.arpa CNAME 1.0-25.2.0.192.in-addr.arpa\n1.0-25.2.0.192.in-addr.arpa PTR x.isp.test\n\
        mail.e.test A 192.0.2.1";
    let report = diagnose(case("e.test").sending_ip(ip("192.0.2.1")).helo("mail.e.test"), block);
    let unconfirmed = found(&report, RuleId::PtrNotForwardConfirmed);
    assert_eq!(changes(unconfirmed), ["1.0-25.2.0.192.in-addr.arpa PTR mail.e.test"]);
    assert_eq!(unconfirmed.remedy.proven, Proven::Yes);

    let mx = "www.e.test CNAME e.test\ne.test MX 1 a.test\na.test CNAME b.test\nb.test A 192.0.2.9";
    let report = diagnose(case("www.e.test"), mx);
    assert_eq!(changes(found(&report, RuleId::MxCname)), ["e.test MX 1 b.test"]);
}

#[test]
fn a_host_in_use_gets_no_second_address() {
    // DESIGN §6: the web host's name must not lead to the mail server.
    let zone = "1.2.0.192.in-addr.arpa PTR www.e.test\nwww.e.test A 203.0.113.5\nmail.e.test A 192.0.2.1";
    let report = diagnose(case("e.test").sending_ip(ip("192.0.2.1")).helo("mail.e.test"), zone);
    let unconfirmed = found(&report, RuleId::PtrNotForwardConfirmed);
    assert_eq!(changes(unconfirmed), ["1.2.0.192.in-addr.arpa PTR mail.e.test"]);
    let silent = diagnose(case("e.test").sending_ip(ip("192.0.2.1")), zone);
    assert!(changes(found(&silent, RuleId::PtrNotForwardConfirmed)).is_empty(), "{silent}");
    // Nor in the other family, unless that address sends too.
    let halves = "mail.e.test A 203.0.113.5";
    let report = diagnose(case("e.test").sending_ip(ip("2001:db8::1")), halves);
    assert!(changes(found(&report, RuleId::PtrMissing))[1].starts_with("smtp.e.test AAAA"), "{report}");
    let report = diagnose(case("e.test").sending_ip(ip("2001:db8::1")).sending_ip(ip("203.0.113.5")), halves);
    assert!(changes(found(&report, RuleId::PtrMissing))[1].starts_with("mail.e.test AAAA"), "{report}");
}

#[test]
fn an_mx_alias_that_leads_nowhere_is_not_replaced_by_its_target() {
    // RFC 2181 §10.3, and a host without an address takes no mail.
    let report = diagnose(case("e.test"), "e.test MX 10 a.test\na.test CNAME gone.test");
    assert!(changes(found(&report, RuleId::MxCname)).is_empty(), "{report}");
}
