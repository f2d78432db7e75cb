//! Cases and zones that nobody would write in good faith, and some that people do: a diagnosis
//! stays bounded, and proposes nothing that harms (DESIGN §6, §10).
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::cell::Cell;
use std::net::IpAddr;

use deliverability_core::diagnosis::{Finding, Proven, Report, Verdict};
use deliverability_core::dns::{Answer, DnsError, Known, Query, Zone};
use deliverability_core::dnsbl::{Impact, Kind, List, Pattern};
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
    let zone = "e.test TXT \"v=spf1 mx -all\"\ne.test MX 1 mx.e.test\nmx.e.test A 192.0.2.1\n_dmarc.e.test TXT \"v=DMARC1; p=none\"";
    let zone: Zone = zone.parse().unwrap();
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

fn diagnose(case: &Diagnosis, zone: &str) -> Report {
    case.in_zone(&zone.parse().unwrap())
}

#[test]
fn changes_are_made_where_the_records_stand() {
    // RFC 1034 §3.6.2: nothing stands beside a CNAME, so a remedy goes to the end of the chain.
    let spf = "www.e.test CNAME p.e.test\np.e.test TXT \"v=spf1 -all\"\np.e.test A 192.0.2.9";
    let report = diagnose(&case("www.e.test").sending_ip(ip("192.0.2.1")), spf);
    let refused = found(&report, RuleId::SpfIpNotAuthorized);
    assert_eq!(changes(refused), ["p.e.test TXT \"v=spf1 ip4:192.0.2.1 -all\""]);
    assert_eq!(refused.remedy.proven, Proven::Yes);

    let absent =
        diagnose(&case("www.e.test").sending_ip(ip("192.0.2.1")), "www.e.test CNAME p.e.test\np.e.test A 192.0.2.9");
    assert_eq!(changes(found(&absent, RuleId::SpfNone)), ["p.e.test TXT \"v=spf1 ip4:192.0.2.1 ~all\""]);

    let key = "s._domainkey.e.test CNAME s.esp.test\n\
        s.esp.test TXT \"v=DKIM1\\\\; k=ed25519\\\\; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"";
    let report = diagnose(&case("e.test").selector("s"), key);
    let bad = found(&report, RuleId::DkimKeyBad);
    assert!(changes(bad)[0].starts_with("s.esp.test TXT"), "{report}");
    assert_eq!(bad.remedy.proven, Proven::Yes);

    // RFC 2317 §4: a delegated reverse block.
    let block = "1.2.0.192.in-addr.arpa CNAME 1.0-25.2.0.192.in-addr.arpa\n1.0-25.2.0.192.in-addr.arpa PTR x.isp.test\n\
        mail.e.test A 192.0.2.1";
    let report = diagnose(&case("e.test").sending_ip(ip("192.0.2.1")).helo("mail.e.test"), block);
    let unconfirmed = found(&report, RuleId::PtrNotForwardConfirmed);
    assert_eq!(changes(unconfirmed), ["1.0-25.2.0.192.in-addr.arpa PTR mail.e.test"]);
    assert_eq!(unconfirmed.remedy.proven, Proven::Yes);

    let mx = "www.e.test CNAME e.test\ne.test MX 1 a.test\na.test CNAME b.test\nb.test A 192.0.2.9";
    let report = diagnose(&case("www.e.test"), mx);
    assert_eq!(changes(found(&report, RuleId::MxCname)), ["e.test MX 1 b.test"]);
}

#[test]
fn a_host_in_use_gets_no_second_address() {
    // DESIGN §6: the web host's name must not lead to the mail server.
    let zone = "1.2.0.192.in-addr.arpa PTR www.e.test\nwww.e.test A 203.0.113.5\nmail.e.test A 192.0.2.1";
    let report = diagnose(&case("e.test").sending_ip(ip("192.0.2.1")).helo("mail.e.test"), zone);
    let unconfirmed = found(&report, RuleId::PtrNotForwardConfirmed);
    assert_eq!(changes(unconfirmed), ["1.2.0.192.in-addr.arpa PTR mail.e.test"]);
    let silent = diagnose(&case("e.test").sending_ip(ip("192.0.2.1")), zone);
    assert!(changes(found(&silent, RuleId::PtrNotForwardConfirmed)).is_empty(), "{silent}");
    // Nor in the other family, unless that address sends too.
    let halves = "mail.e.test A 203.0.113.5";
    let report = diagnose(&case("e.test").sending_ip(ip("2001:db8::1")), halves);
    assert!(changes(found(&report, RuleId::PtrMissing))[1].starts_with("smtp.e.test AAAA"), "{report}");
    let report = diagnose(&case("e.test").sending_ip(ip("2001:db8::1")).sending_ip(ip("203.0.113.5")), halves);
    assert!(changes(found(&report, RuleId::PtrMissing))[1].starts_with("mail.e.test AAAA"), "{report}");
}

#[test]
fn an_mx_alias_that_leads_nowhere_is_not_replaced_by_its_target() {
    // RFC 2181 §10.3, and a host without an address takes no mail.
    let report = diagnose(&case("e.test"), "e.test MX 10 a.test\na.test CNAME gone.test");
    assert!(changes(found(&report, RuleId::MxCname)).is_empty(), "{report}");
}

#[test]
fn no_record_is_proposed_that_names_nobody() {
    // DESIGN §6: "v=spf1 ~all" would fail mail that nothing fails now.
    let report = diagnose(&case("e.test"), "e.test A 192.0.2.9");
    assert!(changes(found(&report, RuleId::SpfNone)).is_empty(), "{report}");
    // RFC 7208 §6.1: so would a record that lost its redirect.
    let report = diagnose(&case("e.test"), "e.test TXT \"v=spf1 redirect=gone.test\"");
    let broken = found(&report, RuleId::SpfIncludeBroken);
    assert!(changes(broken).is_empty() && broken.remedy.text.starts_with("Let `redirect=gone.test`"), "{report}");
}

#[test]
fn mx_is_not_proposed_where_it_would_be_an_error() {
    // RFC 7208 §4.6.4: at most ten hosts.
    let hosts: Vec<_> = (0..11).map(|n| format!("e.test MX {n} m{n}.test\nm{n}.test A 203.0.113.{n}")).collect();
    let report = diagnose(&case("e.test").sending_ip(ip("192.0.2.1")), &hosts.join("\n"));
    let none = found(&report, RuleId::SpfNone);
    assert_eq!(changes(none), ["e.test TXT \"v=spf1 ip4:192.0.2.1 ~all\""]);
    assert_eq!(none.remedy.proven, Proven::Yes);
}

#[test]
fn a_private_address_is_not_one_that_receivers_see() {
    // RFC 1918, RFC 4193: neither a PTR record nor an SPF term for it does anything.
    for inside in ["10.0.0.5", "fd00::5", "0.0.0.0"] {
        let report = diagnose(
            &case("e.test").sending_ip(ip(inside)),
            "e.test TXT \"v=spf1 -all\"\ne.test A 192.0.2.9\n_dmarc.e.test TXT \"v=DMARC1; p=none\"\n\
             s._domainkey.e.test TXT \"v=DMARC1; p=\"",
        );
        assert!(report.findings().is_empty(), "{report}");
        assert_eq!(
            (report.unknown()[0].question.clone(), report.verdict()),
            (format!("is mail from {inside} authorized"), Verdict::Unknown)
        );
    }
    let report =
        diagnose(&case("e.test").sending_ip(ip("10.0.0.5")).sending_ip(ip("192.0.2.1")), "e.test TXT \"v=spf1 -all\"");
    assert_eq!(changes(found(&report, RuleId::SpfIpNotAuthorized)), ["e.test TXT \"v=spf1 ip4:192.0.2.1 -all\""]);
}

#[test]
fn without_an_address_what_can_be_judged_is_judged() {
    let mut zone: Zone = "e.test A 192.0.2.9".parse().unwrap();
    zone.fail(Query::txt("e.test".parse().unwrap()), DnsError::Timeout);
    let report = case("e.test").helo("localhost").in_zone(&zone);
    found(&report, RuleId::HeloInvalid);
    assert!(report.unknown().iter().any(|open| open.question == "is the SPF record of e.test in order"), "{report}");
    let report = diagnose(&case("e.test").helo("mail.e.test"), "e.test A 192.0.2.9\nmail.e.test A 192.0.2.7");
    assert!(report.findings().iter().all(|found| found.rule != RuleId::HeloMismatch), "{report}");
    assert!(!report.to_string().contains("0.0.0.0"), "{report}");
    let broken = diagnose(&case("e.test"), "e.test TXT \"v=spf1 include:gone.test -all\"");
    assert!(!broken.to_string().contains("0.0.0.0"), "{broken}");
}

#[test]
fn an_odd_domain_is_not_taken_for_another_one() {
    // RFC 1035 §3.1 allows any octet in a label; a session does not.
    let zone = "e.test TXT \"v=spf1 -all\"\ne.test A 192.0.2.1";
    for domain in ["amy@e.test", r"a\000b.e.test", r"a\.b.e.test", "a b.e.test"] {
        let report = diagnose(&case(domain).sending_ip(ip("192.0.2.1")), zone);
        let about_spf = |found: &Finding| found.rule.as_str().starts_with("spf.");
        assert!(!report.findings().iter().any(about_spf), "{report}");
        assert!(report.unknown().iter().any(|open| open.question.starts_with("does SPF authorize")), "{report}");
        assert!(changes(found(&report, RuleId::PtrMissing)).is_empty(), "no host has such a name\n{report}");
    }
}

#[test]
fn a_helo_name_that_is_an_unconfirmed_pointer_is_not_denied() {
    let zone = "1.2.0.192.in-addr.arpa PTR mail.e.test\nmail.e.test A 203.0.113.5";
    let report = diagnose(&case("e.test").sending_ip(ip("192.0.2.1")).helo("mail.e.test"), zone);
    let mismatch = found(&report, RuleId::HeloMismatch);
    assert!(mismatch.message.ends_with("it is no confirmed PTR name of a sending address."), "{report}");
}

#[test]
fn a_list_whose_worst_code_blocks_could_have_blocked() {
    // DESIGN §5: "nothing_found" never hides an unknown that could have blocked.
    let list = List::new("bl.test".parse().unwrap(), Kind::Ip).with_rfc_test_points();
    let list = list.with_weighed_code(Pattern::one([127, 0, 0, 4]), "exploited", Impact::Critical);
    let mut zone = Zone::new();
    zone.fail(Query::a("1.2.0.192.bl.test".parse().unwrap()), DnsError::Timeout);
    let report = case("e.test").sending_ip(ip("192.0.2.1")).lists(&[list]).in_zone(&zone);
    let listed = report.unknown().iter().find(|open| open.question == "is 192.0.2.1 listed at bl.test").unwrap();
    assert!(listed.could_block);
}

#[test]
fn the_first_line_claims_no_more_than_was_answered() {
    // DESIGN §6: rules are broken, and whether something blocks is not known.
    let case = || case("e.test").sending_ip(ip("192.0.2.1")).helo("localhost").selector("s");
    let dead = case().run_with(|_| Err(DnsError::Servfail));
    let line = |report: &Report| report.to_string().lines().nth(1).unwrap_or_default().to_owned();
    assert_eq!(dead.verdict(), Verdict::AtRisk);
    assert!(line(&dead).ends_with("a question that matters has no answer"), "{dead}");
    let sound = "e.test TXT \"v=spf1 ip4:192.0.2.1 -all\"\ne.test MX 1 m.e.test\ne.test MX 2 n.e.test\nm.e.test A 192.0.2.1\n\
        m.e.test TXT \"v=spf1 a -all\"\n1.2.0.192.in-addr.arpa PTR m.e.test\ns._domainkey.e.test TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"\n\
        _dmarc.e.test TXT \"v=DMARC1; p=none\"";
    let mut zone: Zone = sound.parse().unwrap();
    zone.fail(Query::a("n.e.test".parse().unwrap()), DnsError::Timeout);
    let report = case().helo("m.e.test").in_zone(&zone);
    assert_eq!(
        (report.verdict(), line(&report).as_str()),
        (Verdict::NothingFound, "nothing found: all that was answered is in order"),
        "{report}"
    );
}

#[test]
fn a_long_record_is_called_one() {
    // RFC 7208 §3.4; RFC 1035 §3.2.1: RDATA has at most 65,535 octets.
    let refused = |terms: usize| {
        let mut zone = Zone::new();
        let record = format!("v=spf1 {}-all", "ip4:203.0.113.9 ".repeat(terms));
        zone.insert("e.test".parse().unwrap(), deliverability_core::dns::RecordData::Txt(record.as_str().into()));
        let report = case("e.test").sending_ip(ip("192.0.2.1")).in_zone(&zone);
        let refused = found(&report, RuleId::SpfIpNotAuthorized).clone();
        (refused.remedy.text.contains("450 octets"), refused.remedy.changes.len())
    };
    assert_eq!(refused(26), (false, 1), "445 octets");
    assert_eq!(refused(27), (true, 1), "461 octets");
    assert_eq!(refused(4070), (false, 0));
}
