//! Rules about reverse DNS, HELO names, IPv6 and what joins them to lists: RULES 10 to 15 and 33.
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use deliverability_core::diagnosis::{Finding, Proven, Report};
use deliverability_core::dns::{DnsError, Query, Zone};
use deliverability_core::dnsbl::{List, catalogue};
use deliverability_core::{Check, Diagnosis, RuleId, Severity};

/// A sender at 192.0.2.1 with nothing wrong.
const SOUND: &str = r#"
s._domainkey.example.org TXT "v=DKIM1; p="
example.org             TXT "v=spf1 ip4:192.0.2.1 -all"
example.org             MX  10 mx.example.org
mx.example.org          A   192.0.2.1
mx.example.org          TXT "v=spf1 a -all"
1.2.0.192.in-addr.arpa  PTR mx.example.org
_dmarc.example.org       TXT "v=DMARC1; p=none"
"#;
const POINTER: &str = "1.2.0.192.in-addr.arpa  PTR mx.example.org";
const V6_REVERSE: &str = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";

fn sender() -> Diagnosis {
    Diagnosis::of("example.org".parse().unwrap())
        .sending_ip("192.0.2.1".parse().unwrap())
        .helo("mx.example.org")
        .lists(&[])
}

fn report(diagnosis: &Diagnosis, zone: &str) -> Report {
    diagnosis.in_zone(&zone.parse().unwrap())
}

/// The sound zone with another line for the PTR record.
fn pointing(line: &str) -> String {
    assert!(SOUND.contains(POINTER));
    SOUND.replace(POINTER, line)
}

fn rules(report: &Report) -> Vec<&'static str> {
    report.findings().iter().map(|found| found.rule.as_str()).collect()
}

fn find(report: &Report, rule: RuleId) -> &Finding {
    report.findings().iter().find(|found| found.rule == rule).unwrap_or_else(|| panic!("no {rule} in\n{report}"))
}

fn changes(found: &Finding) -> Vec<String> {
    let shown = |data: &Option<_>| data.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let changes = found.remedy.changes.iter();
    changes.map(|change| format!("{}: {} -> {}", change.query(), shown(&change.old), shown(&change.new))).collect()
}

#[test]
fn nothing_is_found_of_a_sound_sender() {
    assert_eq!(rules(&report(&sender(), SOUND)), Vec::<&str>::new());
}

#[test]
fn a_missing_ptr_is_the_address_owners_to_set() {
    // RFC 1912 §2.1, RFC 8601 §2.7.3; RULES 10.
    let report = report(&sender(), &pointing(""));
    let found = find(&report, RuleId::PtrMissing);
    assert_eq!((found.severity, found.remedy.proven), (Severity::Blocks, Proven::Yes));
    assert_eq!(changes(found), ["1.2.0.192.in-addr.arpa PTR: - -> mx.example.org"]);
    assert!(found.remedy.text.contains("Ask the owner of 192.0.2.1 for it"), "{}", found.remedy.text);
    assert!(!found.remedy.text.contains("publish"), "the name has the address: {}", found.remedy.text);
    assert_eq!(found.evidence[0].text(), "no such name (NXDOMAIN)");
}

#[test]
fn a_failure_is_never_a_missing_ptr() {
    // RFC 8601 §2.7.3: temperror. The reason tells time-out, SERVFAIL and REFUSED apart.
    let query = Query::ptr("1.2.0.192.in-addr.arpa".parse().unwrap());
    let mut reasons = Vec::new();
    for error in [DnsError::Timeout, DnsError::Servfail, DnsError::Refused] {
        let mut zone: Zone = SOUND.parse().unwrap();
        zone.fail(query.clone(), error);
        let report = sender().in_zone(&zone);
        assert!(report.findings().is_empty(), "{report}");
        let open = report.unknown().iter().find(|open| open.queries().contains(&query)).unwrap();
        assert!(open.could_block);
        reasons.push(open.reason.clone());
    }
    reasons.dedup();
    assert_eq!(reasons.len(), 3);
}

#[test]
fn a_delegated_block_names_the_zone_and_who_runs_it() {
    // RFC 2317 §4: the change goes where the alias leads.
    let block = "1.2.0.192.in-addr.arpa CNAME 1.0-63.2.0.192.in-addr.arpa\n0-63.2.0.192.in-addr.arpa TXT x";
    let report = report(&sender(), &pointing(block));
    let found = find(&report, RuleId::PtrMissing);
    assert_eq!(changes(found), ["1.0-63.2.0.192.in-addr.arpa PTR: - -> mx.example.org"]);
    assert!(found.remedy.text.contains("whoever runs the zone 0-63.2.0.192.in-addr.arpa sets it"), "{report}");
    assert!(found.message.contains("is an alias of 1.0-63.2.0.192.in-addr.arpa, which does not exist"), "{report}");
    assert_eq!(found.remedy.proven, Proven::Yes);
}

#[test]
fn a_block_delegated_into_the_own_zone_is_the_senders_own() {
    // RFC 2317 §5.1: the alias may lead to any name.
    let report = report(&sender(), &pointing("1.2.0.192.in-addr.arpa CNAME 1.rev.example.org"));
    let found = find(&report, RuleId::PtrMissing);
    assert!(found.remedy.text.contains("is delegated to you (RFC 2317)"), "{report}");
    assert_eq!(changes(found), ["1.rev.example.org PTR: - -> mx.example.org"]);
}

#[test]
fn any_of_several_ptrs_may_confirm() {
    // RFC 8601 §2.7.3; RULES 11: all PTRs are looked at.
    let zone = pointing(&format!("1.2.0.192.in-addr.arpa PTR other.example.net\n{POINTER}"));
    assert_eq!(rules(&report(&sender(), &zone)), Vec::<&str>::new());
}

#[test]
fn a_ptr_that_does_not_lead_back_is_found_by_family() {
    // RULES 11: AAAA does not confirm IPv4.
    let zone = SOUND.replace("mx.example.org          A   192.0.2.1", "mx.example.org AAAA ::ffff:192.0.2.1");
    let report = report(&sender().helo("[192.0.2.1]"), &zone);
    let found = find(&report, RuleId::PtrNotForwardConfirmed);
    assert!(found.message.contains("mx.example.org has no A record"), "{report}");
}

#[test]
fn a_ptr_that_names_an_alias() {
    // RFC 2181 §10.2.
    let zone = pointing("1.2.0.192.in-addr.arpa PTR alias.example.org\nalias.example.org CNAME mx.example.org");
    let report = report(&sender(), &zone);
    let found = find(&report, RuleId::PtrCname);
    assert_eq!(changes(found), ["1.2.0.192.in-addr.arpa PTR: alias.example.org -> mx.example.org"]);
    assert_eq!(found.remedy.proven, Proven::Yes, "{report}");
}

const GENERIC: &str = "1.2.0.192.in-addr.arpa PTR dsl-1-2-0-192.isp.example\ndsl-1-2-0-192.isp.example A 192.0.2.1";

#[test]
fn a_generic_name_shows_its_piece_and_is_replaced() {
    // RULES 12.
    let report = report(&sender(), &pointing(GENERIC));
    let found = find(&report, RuleId::PtrGeneric);
    assert_eq!((found.severity, found.remedy.proven), (Severity::Error, Proven::Yes), "{report}");
    let evidence = &found.evidence[0];
    assert_eq!(evidence.span.unwrap().of(&evidence.answer), b"1-2-0-192");
    assert_eq!(changes(found), ["1.2.0.192.in-addr.arpa PTR: dsl-1-2-0-192.isp.example -> mx.example.org"]);
}

#[test]
fn a_generic_name_in_helo_is_not_proposed_again() {
    let report = report(&sender().helo("dsl-1-2-0-192.isp.example"), &pointing(GENERIC));
    let found = find(&report, RuleId::PtrGeneric);
    let wanted = [
        "1.2.0.192.in-addr.arpa PTR: dsl-1-2-0-192.isp.example -> mail.example.org",
        "mail.example.org A: - -> 192.0.2.1",
    ];
    assert_eq!(changes(found), wanted, "{report}");
    assert_eq!(found.remedy.proven, Proven::Yes);
}

#[test]
fn one_good_confirmed_name_beside_a_generic_one_is_enough() {
    let report = report(&sender(), &pointing(&format!("{GENERIC}\n{POINTER}")));
    assert_eq!(rules(&report), Vec::<&str>::new());
}

#[test]
fn a_name_that_speaks_of_mail_weighs_less() {
    let zone = GENERIC.replace("dsl-1", "mail-1");
    let report = report(&sender(), &pointing(&zone));
    assert_eq!(find(&report, RuleId::PtrGeneric).severity, Severity::Warning);
}

#[test]
fn helo_names_that_no_public_server_may_say() {
    // RFC 5321 §2.3.5, §4.1.1.1; RFC 6761 §6.3, §6.4; RFC 6762 §3; RFC 8375; RULES 13.
    for name in
        ["localhost", "mail", "mail.lan", "dc.corp.local", "x.home.arpa", "x.internal", "x.invalid", "192.0.2.1"]
    {
        let report = report(&sender().helo(name), SOUND);
        let found = find(&report, RuleId::HeloInvalid);
        assert_eq!((found.severity, found.subject.as_str()), (Severity::Error, name));
        assert!(found.remedy.text.contains("say mx.example.org in HELO"), "{name}: {}", found.remedy.text);
    }
}

#[test]
fn a_helo_name_of_ones_own_that_does_not_resolve_is_published() {
    let report = report(&sender().helo("out.example.org"), &pointing("").replace("mx.example.org", "mx.example.net"));
    let found = find(&report, RuleId::HeloInvalid);
    assert_eq!(changes(found), ["out.example.org A: - -> 192.0.2.1"]);
    assert_eq!(found.remedy.proven, Proven::Yes, "{report}");
    let missing = find(&report, RuleId::PtrMissing);
    assert_eq!(changes(missing)[0], "1.2.0.192.in-addr.arpa PTR: - -> out.example.org");
}

#[test]
fn a_helo_name_of_another_host_is_a_mismatch() {
    // RFC 5321 §4.1.4: no reason to refuse, counted all the same; RULES 14.
    let zone = format!("{SOUND}web.example.org A 198.51.100.80");
    let report = report(&sender().helo("web.example.org"), &zone);
    let found = find(&report, RuleId::HeloMismatch);
    assert_eq!(found.severity, Severity::Warning);
    let asked: Vec<String> = found.evidence.iter().map(|evidence| evidence.query.to_string()).collect();
    assert_eq!(asked, ["web.example.org A", "web.example.org AAAA", "1.2.0.192.in-addr.arpa PTR"]);
}

#[test]
fn an_address_literal_is_for_clients_without_a_name() {
    // RFC 5321 §4.1.1.1, §4.1.4.
    let named = report(&sender().helo("[192.0.2.1]"), SOUND);
    let found = find(&named, RuleId::HeloMismatch);
    assert!(found.message.contains("this one is mx.example.org"), "{named}");
    let unnamed = report(&sender().helo("[192.0.2.1]"), &pointing(""));
    assert!(!rules(&unnamed).contains(&"helo.mismatch"), "{unnamed}");
}

#[test]
fn ipv6_of_a_sending_host_without_ptr_and_spf() {
    // RULES 33: the AAAA record of a name that leads to the sending address.
    let report = report(&sender(), &format!("{SOUND}mx.example.org AAAA 2001:db8::1"));
    let found = find(&report, RuleId::Ipv6HalfConfigured);
    assert_eq!((found.severity, found.subject.as_str()), (Severity::Warning, "2001:db8::1"));
    let wanted = [
        format!("{V6_REVERSE} PTR: - -> mx.example.org"),
        r#"example.org TXT: "v=spf1 ip4:192.0.2.1 -all" -> "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all""#.to_owned(),
    ];
    assert_eq!(changes(found), wanted, "{report}");
    assert_eq!(found.remedy.proven, Proven::Yes, "{report}");
    assert!(found.remedy.text.contains("inet_protocols = ipv4"));
}

#[test]
fn ipv6_that_is_whole_or_unknown_is_not_found() {
    let whole = format!("{SOUND}mx.example.org AAAA 2001:db8::1\n{V6_REVERSE} PTR mx.example.org");
    let whole = whole.replace("-all", "ip6:2001:db8::1 -all");
    assert_eq!(rules(&report(&sender(), &whole)), Vec::<&str>::new());
    let mut zone: Zone = whole.parse().unwrap();
    zone.fail(Query::ptr(V6_REVERSE.parse().unwrap()), DnsError::Timeout);
    let report = sender().in_zone(&zone);
    assert!(report.findings().is_empty(), "{report}");
    assert!(report.unknown().iter().any(|open| open.question.contains("2001:db8::1")), "{report}");
}

#[test]
fn ipv6_that_sends_is_judged_as_such() {
    let diagnosis = sender().sending_ip("2001:db8::1".parse().unwrap());
    let report = report(&diagnosis, &format!("{SOUND}mx.example.org AAAA 2001:db8::1"));
    assert_eq!(find(&report, RuleId::Ipv6HalfConfigured).severity, Severity::Blocks);
    assert!(rules(&report).contains(&"ptr.missing") && rules(&report).contains(&"spf.ip-not-authorized"));
}

fn policy_list() -> List {
    let zen = catalogue().iter().find(|list| list.zone().to_string() == "zen.spamhaus.org");
    zen.unwrap().clone()
}

#[test]
fn a_policy_listing_is_joined_to_the_name_it_goes_by() {
    // RULES 15.
    let lists = [policy_list()];
    let listed = |pointer: &str, code: &str| {
        let zone = format!(
            "{}\n2.0.0.127.zen.spamhaus.org A 127.0.0.2\n1.2.0.192.zen.spamhaus.org A {code}",
            pointing(pointer)
        );
        report(&sender().lists(&lists), &zone)
    };
    let generic = listed(GENERIC, "127.0.0.10");
    let found = find(&generic, RuleId::PtrExplainsListing);
    assert_eq!((found.severity, found.subject.as_str()), (Severity::Warning, "192.0.2.1 at zen.spamhaus.org"));
    assert!(found.message.contains("dsl-1-2-0-192.isp.example holds the whole address"), "{generic}");
    let asked: Vec<String> = found.evidence.iter().map(|evidence| evidence.query.to_string()).collect();
    assert!(asked.contains(&"1.2.0.192.in-addr.arpa PTR".to_owned()), "{asked:?}");
    assert!(asked.contains(&"1.2.0.192.zen.spamhaus.org A".to_owned()), "{asked:?}");
    let unnamed = listed("", "127.0.0.10");
    assert!(find(&unnamed, RuleId::PtrExplainsListing).message.contains("It has no PTR name"), "{unnamed}");
    for (pointer, code) in [(POINTER, "127.0.0.10"), (GENERIC, "127.0.0.2")] {
        let report = listed(pointer, code);
        assert!(!rules(&report).contains(&"ptr.explains-listing"), "{report}");
    }
}

#[test]
fn a_null_mx_stands_alone() {
    // RFC 7505 §3.
    let report = report(&sender(), &format!("{SOUND}example.org MX 0 ."));
    let found = find(&report, RuleId::MxNullBesideOthers);
    assert_eq!(changes(found), ["example.org MX: 0 . -> -"]);
    assert_eq!((found.severity, found.remedy.proven), (Severity::Error, Proven::Yes), "{report}");
}
