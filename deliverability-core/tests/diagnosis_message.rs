//! A message in a diagnosis: what a receiver makes of it, why, and what to change.
#![cfg(all(feature = "verify", feature = "zone-file"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

#[allow(dead_code, reason = "shared with other suites")]
mod drivers;
#[path = "dkim_support/signer.rs"]
#[allow(dead_code, clippy::print_stderr, reason = "other suites use the rest")]
mod signer;

use deliverability_core::diagnosis::{Finding, Proven, Report, Verdict};
use deliverability_core::dns::{Check, DnsError, Query, RecordData, Response, Zone};
use deliverability_core::dnsbl::{List, catalogue};
use deliverability_core::{Diagnosis, RuleId, Severity};
use signer::{Key, Mail, sign};

const NAMES: &str = "from:from:to:subject:date:message-id:list-unsubscribe:list-unsubscribe-post";

/// A sender with nothing wrong, but for its key.
const SOUND: &str = r#"
example.org            TXT "v=spf1 ip4:192.0.2.1 -all"
example.org            MX  10 mx.example.org
mx.example.org         A   192.0.2.1
mx.example.org         TXT "v=spf1 a -all"
1.2.0.192.in-addr.arpa PTR mx.example.org
_dmarc.example.org     TXT "v=DMARC1; p=reject"
"#;

fn mail() -> Mail {
    let fields = [
        ("From", " Amy <amy@example.org>"),
        ("To", " bob@example.net"),
        ("Subject", " the menu"),
        ("Date", " Thu, 1 Jan 2026 00:00:00 +0000"),
        ("Message-ID", " <1@example.org>"),
    ];
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Mail { fields, body: b"Bread, soup, cake.\r\n".to_vec() }
}

fn add(mail: &mut Mail, name: &str, value: &str) {
    mail.fields.push((name.to_owned(), value.to_owned()));
}

/// As the receiver noted it.
fn from(ip: &str, mail: &Mail) -> Mail {
    let mut mail = mail.clone();
    mail.fields.insert(0, ("Received".to_owned(), format!(" from h.test (h.test [{ip}]) by mx.example.net; now")));
    mail
}

fn signed(key: &Key, mail: &Mail) -> Mail {
    sign(key, mail, "relaxed", "relaxed", NAMES, "")
}

fn zone(key: &Key) -> Zone {
    zone_of(key, SOUND)
}

fn zone_of(key: &Key, text: &str) -> Zone {
    format!("{text}\ns._domainkey.example.org TXT \"{}\"", key.record()).parse().unwrap()
}

fn sender() -> Diagnosis {
    Diagnosis::of("example.org".parse().unwrap())
        .sending_ip("192.0.2.1".parse().unwrap())
        .helo("mx.example.org")
        .lists(&[])
}

fn report(mail: &Mail, zone: &Zone) -> Report {
    drivers::all_agree(&sender().message(mail.octets()), zone, 3)
}

fn rules(report: &Report) -> Vec<&'static str> {
    report.findings().iter().map(|found| found.rule.as_str()).collect()
}

fn the(report: &Report, rule: RuleId) -> Finding {
    let found = report.findings().iter().find(|found| found.rule == rule);
    found.unwrap_or_else(|| panic!("no {rule} in\n{report}")).clone()
}

fn results(report: &Report) -> Vec<String> {
    report.at_receiver().iter().map(|judged| format!("{}={}", judged.method, judged.result)).collect()
}

#[test]
fn a_message_that_is_signed_and_sent_right_has_no_finding() {
    let key = Key::ed25519();
    let report = report(&from("192.0.2.1", &signed(&key, &mail())), &zone(&key));
    assert_eq!((rules(&report), report.verdict()), (vec![], Verdict::NothingFound), "{report}");
    assert!(report.unknown().is_empty(), "{report}");
    assert_eq!(results(&report), ["spf=pass", "dkim=pass", "dmarc=pass"]);
}

#[test]
fn no_signature_is_found() {
    let key = Key::ed25519();
    let report = report(&mail(), &zone(&key));
    assert_eq!((rules(&report), the(&report, RuleId::DkimNone).severity), (vec!["dkim.none"], Severity::Error));
}

#[test]
fn the_key_of_the_signature_is_looked_up() {
    let key = Key::ed25519();
    let report = report(&signed(&key, &mail()), &SOUND.parse().unwrap());
    assert_eq!(the(&report, RuleId::DkimKeyMissing).subject, "s._domainkey.example.org", "{report}");
    assert!(!rules(&report).contains(&"dkim.signature-bad"), "{report}");
}

#[test]
fn a_changed_body_and_a_changed_header_are_told_apart() {
    let key = Key::ed25519();
    let mut body = signed(&key, &mail());
    body.body.extend_from_slice(b"-- \r\nsent by a list\r\n");
    let report_on_body = report(&body, &zone(&key));
    assert!(the(&report_on_body, RuleId::DkimBodyChanged).message.contains("appended"), "{report_on_body}");
    let Some(key) = Key::rsa() else { return };
    let mut header = signed(&key, &mail());
    *header.field("Subject") = " [list] the menu".to_owned();
    let report_on_header = report(&header, &zone_of(&key, SOUND));
    assert!(the(&report_on_header, RuleId::DkimHeaderChanged).message.contains("[list]"), "{report_on_header}");
    assert!(!rules(&report_on_header).contains(&"dkim.body-changed"), "{report_on_header}");
}

#[test]
fn another_key_than_the_published_one_blocks() {
    let (Some(key), Some(other)) = (Key::rsa(), Key::rsa()) else { return };
    let report = report(&signed(&key, &mail()), &zone(&other));
    // RFC 6376 §6.1.3: nothing says which key it was, so nothing is guessed.
    let found = the(&report, RuleId::DkimKeyMismatch);
    assert_eq!((found.severity, found.acts.as_str()), (Severity::Blocks, "sender_dns"), "{report}");
    assert!(found.remedy.text.contains("Publish at s._domainkey.example.org the public half"), "{report}");
}

#[test]
fn the_key_that_signs_is_found_under_another_selector() {
    // RFC 6376 §6.1.3; Ed25519 cannot tell this from a changed header but by the other key.
    for keys in
        [Key::rsa().zip(Key::rsa()), Some((Key::ed25519(), Key::ed25519())), Key::rsa().map(|k| (k, Key::ed25519()))]
    {
        let Some((key, other)) = keys else { continue };
        let text = format!("{SOUND}t._domainkey.example.org TXT \"{}\"", key.record());
        let diagnosis = sender().selector("t").message(signed(&key, &mail()).octets());
        let report = drivers::all_agree(&diagnosis, &zone_of(&other, &text), 3);
        let found = the(&report, RuleId::DkimKeyMismatch);
        assert!(found.message.contains("It verifies with the key at t._domainkey.example.org"), "{report}");
        assert!(found.remedy.text.starts_with("Have the server sign with s=t; d=example.org"), "{report}");
        assert_eq!(found.evidence.len(), 2, "{report}");
        assert!(!rules(&report).contains(&"dkim.header-changed"), "{report}");
    }
}

#[test]
fn a_missing_key_that_another_selector_has_is_published_there_too() {
    // RFC 6376 §3.6.2.1: the key is looked for under s= alone.
    let key = Key::ed25519();
    let text = format!("{SOUND}t._domainkey.example.org TXT \"{}\"", key.record());
    let diagnosis = sender().selector("t").message(signed(&key, &mail()).octets());
    let report = drivers::all_agree(&diagnosis, &text.parse().unwrap(), 3);
    let found = the(&report, RuleId::DkimKeyMissing);
    assert!(found.message.contains("verifies with the key at t._domainkey.example.org"), "{report}");
    assert_eq!(
        (changes(&found), found.remedy.proven),
        (vec![format!("s._domainkey.example.org - -> \"{}\"", key.record())], Proven::Yes)
    );
    // One that does not verify it is not offered.
    let other = format!("{SOUND}t._domainkey.example.org TXT \"{}\"", Key::ed25519().record());
    let diagnosis = sender().selector("t").message(signed(&key, &mail()).octets());
    let report = drivers::all_agree(&diagnosis, &other.parse().unwrap(), 3);
    assert!(the(&report, RuleId::DkimKeyMissing).remedy.changes.is_empty(), "{report}");
}

#[test]
fn a_strangers_key_is_never_proposed_to_be_published() {
    // Whoever wrote the message may have made both signatures with a key of his own.
    let key = Key::ed25519();
    let mut mail = from("192.0.2.1", &signed(&key, &mail()));
    let theirs = mail.field("DKIM-Signature").replace("d=example.org; s=s", "d=stranger.test; s=x");
    add(&mut mail, "DKIM-Signature", &theirs);
    let theirs = format!("{SOUND}x._domainkey.stranger.test TXT \"{}\"", key.record());
    let published = zone_of(&Key::ed25519(), &theirs);
    for (zone, rule) in [(theirs.parse().unwrap(), RuleId::DkimKeyMissing), (published, RuleId::DkimKeyMismatch)] {
        let report = report(&mail, &zone);
        let found = the(&report, rule);
        assert!(found.message.contains("with the key at x._domainkey.stranger.test"), "{report}");
        assert!(
            found.remedy.text.contains("nothing is to be published") && found.remedy.changes.is_empty(),
            "{report}"
        );
    }
}

fn changes(found: &Finding) -> Vec<String> {
    let data = |data: &Option<RecordData>| data.as_ref().map_or("-".to_owned(), ToString::to_string);
    found.remedy.changes.iter().map(|c| format!("{} {} -> {}", c.name, data(&c.old), data(&c.new))).collect()
}

#[test]
fn what_passes_for_another_domain_is_not_aligned() {
    // RFC 9989 §4.4: the return path is the provider's.
    let key = Key::ed25519();
    let mut mail = mail();
    add(&mut mail, "Return-Path", " <b@provider.test>");
    let text = format!("{SOUND}provider.test TXT \"v=spf1 ip4:192.0.2.1 -all\"");
    let report = report(&from("192.0.2.1", &mail), &zone_of(&key, &text));
    let found = the(&report, RuleId::DmarcNotAligned);
    assert_eq!(found.severity, Severity::Blocks);
    assert!(found.message.contains("SPF passes for provider.test"), "{report}");
    assert_eq!(results(&report), ["spf=pass", "dmarc=fail"]);
}

#[test]
fn a_return_path_that_spf_authorizes_already_is_named() {
    // RFC 9989 §4.4.2: SPF for example.org has the address, and the return path is the provider's.
    let mut mail = mail();
    add(&mut mail, "Return-Path", " <b@provider.test>");
    let text = format!("{SOUND}provider.test TXT \"v=spf1 ip4:192.0.2.1 -all\"");
    let report = report(&from("192.0.2.1", &mail), &text.parse().unwrap());
    let found = the(&report, RuleId::DmarcNotAligned);
    assert!(found.remedy.text.starts_with("Have the server use a return path (MAIL FROM) at example.org"), "{report}");
    assert!(found.remedy.changes.is_empty(), "{report}");
}

#[test]
fn what_is_not_aligned_comes_with_the_record_where_one_does_it() {
    // RFC 9989 §4.4: strict alignment, where relaxed would do.
    let mut strict = mail();
    *strict.field("From") = " amy@news.example.org".to_owned();
    let text = SOUND.replace("p=reject", "p=reject; aspf=s; adkim=s");
    let report_on_strict = report(&from("192.0.2.1", &strict), &text.parse().unwrap());
    let found = the(&report_on_strict, RuleId::DmarcNotAligned);
    let relaxed = "_dmarc.example.org \"v=DMARC1; p=reject; aspf=s; adkim=s\" -> \"v=DMARC1; p=reject; adkim=s\"";
    assert_eq!((changes(&found), found.remedy.proven), (vec![relaxed.to_owned()], Proven::Yes), "{report_on_strict}");
    // RFC 7208 §4.6: a return path of one's own, whose record lacks the address.
    let mut bounce = mail();
    add(&mut bounce, "Return-Path", " <b@bounce.example.org>");
    let text = format!("{SOUND}bounce.example.org TXT \"v=spf1 ip4:192.0.2.9 -all\"");
    let report_on_bounce = report(&from("192.0.2.1", &bounce), &text.parse().unwrap());
    let found = the(&report_on_bounce, RuleId::DmarcNotAligned);
    let added = "bounce.example.org \"v=spf1 ip4:192.0.2.9 -all\" -> \"v=spf1 ip4:192.0.2.9 ip4:192.0.2.1 -all\"";
    assert_eq!((changes(&found), found.remedy.proven), (vec![added.to_owned()], Proven::Yes), "{report_on_bounce}");
}

#[test]
fn several_authors_are_judged_each_and_the_strictest_policy_that_fails_applies() {
    // RFC 9989 §5.3.1, §11.5.
    let mut mail = mail();
    *mail.field("From") = " amy@example.org, eve@mild.test, bob@strict.test, joe@strict.test".to_owned();
    let text = format!(
        "{SOUND}_dmarc.mild.test TXT \"v=DMARC1; p=quarantine\"\n_dmarc.strict.test TXT \"v=DMARC1; p=reject\""
    );
    let report_on_three = report(&from("192.0.2.1", &mail), &text.parse().unwrap());
    assert_eq!(results(&report_on_three), ["spf=pass", "dmarc=pass", "dmarc=fail", "dmarc=fail"], "{report_on_three}");
    assert_eq!(the(&report_on_three, RuleId::DmarcAuthorForeign).subject, "strict.test", "{report_on_three}");
    let format = the(&report_on_three, RuleId::BulkUnsubscribeOrFormat);
    assert!(format.message.contains("4 addresses") && format.message.contains("no Sender field"), "{report_on_three}");
    // Several addresses at one domain have one author domain.
    *mail.field("From") = " amy@example.org, eve@example.org".to_owned();
    let report_on_one = report(&from("192.0.2.1", &mail), &text.parse().unwrap());
    assert_eq!(results(&report_on_one), ["spf=pass", "dmarc=pass"], "{report_on_one}");
    // Nobody can make a receiver ask for hundreds.
    *mail.field("From") = (0..90).map(|n| format!(" a@d{n}.test")).collect::<Vec<_>>().join(",");
    let report_on_many = report(&mail, &text.parse().unwrap());
    assert!(report_on_many.unknown().iter().any(|open| open.reason.contains("too many domains")), "{report_on_many}");
    assert!(report_on_many.answers().iter().count() < 60);
}

#[test]
fn somebody_elses_domain_in_from_blocks() {
    // RULES 28: a visitor's address in a contact form.
    let mut mail = mail();
    *mail.field("From") = " visitor@mailbox.test".to_owned();
    let text = format!("{SOUND}_dmarc.mailbox.test TXT \"v=DMARC1; p=reject\"\nmailbox.test A 192.0.2.99");
    let report = report(&mail, &text.parse().unwrap());
    let found = the(&report, RuleId::DmarcAuthorForeign);
    assert_eq!((found.severity, found.subject.as_str()), (Severity::Blocks, "mailbox.test"));
    assert!(found.remedy.text.contains("Reply-To"), "{report}");
}

#[test]
fn bulk_mail_needs_one_click_and_a_signature_over_it() {
    // RFC 8058 §3.1, §4.
    let key = Key::ed25519();
    let mut bulk = mail();
    add(&mut bulk, "List-Unsubscribe", " <https://example.org/u/1>");
    let without = report(&signed(&key, &bulk), &zone(&key));
    assert!(the(&without, RuleId::BulkUnsubscribeOrFormat).message.contains("One-Click"), "{without}");
    add(&mut bulk, "List-Unsubscribe-Post", " List-Unsubscribe=One-Click");
    assert_eq!(rules(&report(&signed(&key, &bulk), &zone(&key))), Vec::<&str>::new());
    let unsigned = sign(&key, &bulk, "relaxed", "relaxed", "from:from", "");
    let report = report(&unsigned, &zone(&key));
    assert!(the(&report, RuleId::BulkUnsubscribeOrFormat).message.contains("no valid signature covers"), "{report}");
}

#[test]
fn a_message_without_date_or_with_two_from_fields_breaks_the_format() {
    // RFC 5322 §3.6.
    let key = Key::ed25519();
    let mut broken = mail();
    broken.fields.retain(|(name, _)| name != "Date");
    add(&mut broken, "From", " eve@example.net");
    let report = report(&broken, &zone(&key));
    let found = the(&report, RuleId::BulkUnsubscribeOrFormat);
    assert!(found.message.contains("several From fields; it has no Date field"), "{report}");
    assert!(report.unknown().iter().any(|open| open.question == "does the message pass DMARC"), "{report}");
}

#[test]
fn a_forgery_is_not_blamed_on_the_sender() {
    let key = Key::ed25519();
    let forged = from("198.51.100.66", &mail());
    // The policy stops it.
    let stopped = report(&forged, &zone(&key));
    let found = the(&stopped, RuleId::SpoofBackscatter);
    assert_eq!((rules(&stopped).len(), found.severity), (1, Severity::Note), "{stopped}");
    assert!(found.remedy.changes.is_empty());
    // No policy: the record that would have stopped it, tried.
    let mild = report(&forged, &zone_of(&key, &SOUND.replace("p=reject", "p=none; rua=mailto:d@example.org")));
    let found = the(&mild, RuleId::SpoofNotStopped);
    let new = found.remedy.changes[0].new.as_ref().unwrap().to_string();
    assert_eq!((new.as_str(), found.remedy.proven), ("\"v=DMARC1; p=reject; rua=mailto:d@example.org\"", Proven::Yes));
    assert!(found.remedy.text.contains("What else breaks"), "{mild}");
    // Authorized by SPF: the term goes too.
    let spf = SOUND.replace("ip4:192.0.2.1 -all", "a ip4:192.0.2.1 -all") + "example.org A 198.51.100.66";
    let passes = report(&forged, &zone_of(&key, &spf));
    let found = the(&passes, RuleId::SpoofNotStopped);
    assert!(found.message.contains("by the term `a`"), "{passes}");
    let news: Vec<String> =
        found.remedy.changes.iter().map(|change| change.new.as_ref().unwrap().to_string()).collect();
    assert!(news.contains(&"\"v=spf1 ip4:192.0.2.1 -all\"".to_owned()), "{passes}");
    assert_eq!(found.remedy.proven, Proven::Yes, "{passes}");
}

#[test]
fn who_sent_a_forgery_is_told_by_what_is_proven_first() {
    // RFC 6376 §1: a signature that passes names who answers for the message; RFC 8601 §2.7.3: the way back.
    let key = Key::ed25519();
    let mut forged = mail();
    *forged.field("From") = " amy@victim.test".to_owned();
    let forged = from("198.51.100.66", &signed(&key, &forged));
    let text = format!(
        "{SOUND}victim.test MX 10 mx.victim.test\nmx.victim.test A 203.0.113.1\nvictim.test TXT \"v=spf1 mx -all\"\n\
                        66.100.51.198.in-addr.arpa PTR mx.bank.test\nmx.bank.test A 203.0.113.9"
    );
    let diagnosis = Diagnosis::of("victim.test".parse().unwrap()).sending_ip("203.0.113.1".parse().unwrap()).lists(&[]);
    let report = drivers::all_agree(&diagnosis.message(forged.octets()), &zone_of(&key, &text), 3);
    let found = the(&report, RuleId::SpoofNotStopped);
    for said in [
        "198.51.100.66, whose PTR record names mx.bank.test; that name does not confirm it",
        "; the MX of victim.test is mx.victim.test",
        "It is signed by example.org, and that passes",
        "It does not pass SPF: a policy of quarantine or reject would have stopped it",
    ] {
        assert!(found.message.contains(said), "{said}\n{report}");
    }
}

#[test]
fn what_a_policy_breaks_is_told_of_each_sender() {
    // RFC 9989 §5.3.6, §7.4.
    let key = Key::ed25519();
    let forged = from("198.51.100.66", &mail());
    let mild = SOUND.replace("p=reject", "p=none");
    let diagnosis = sender().sending_ip("192.0.2.77".parse().unwrap()).selector("s").message(forged.octets());
    let report = drivers::all_agree(&diagnosis, &zone_of(&key, &mild), 3);
    let text = the(&report, RuleId::SpoofNotStopped).remedy.text;
    for said in [
        "not mail from 192.0.2.1, which goes on passing by SPF",
        "mail from 192.0.2.77, unless it is signed with d=example.org",
        "where it is not signed with s=s; d=example.org",
    ] {
        assert!(text.contains(said), "{said}\n{report}");
    }
}

#[test]
fn a_forgers_listing_keeps_no_own_mail_from_arriving() {
    // RFC 5782 §2: the list speaks of the address that handed the message over.
    let key = Key::ed25519();
    let spamcop: Vec<List> =
        catalogue().iter().filter(|list| list.zone().to_string() == "bl.spamcop.net").cloned().collect();
    let diagnosis = sender().selector("s").lists(&spamcop).message(from("198.51.100.66", &mail()).octets());
    let listed = format!("{SOUND}2.0.0.127.bl.spamcop.net A 127.0.0.2\n66.100.51.198.bl.spamcop.net A 127.0.0.2");
    let report_on_listed = drivers::all_agree(&diagnosis, &zone_of(&key, &listed), 3);
    let found = the(&report_on_listed, RuleId::DnsblIpListed);
    assert_eq!((found.severity, found.subject.as_str()), (Severity::Note, "198.51.100.66 at bl.spamcop.net"));
    assert_eq!(report_on_listed.verdict(), Verdict::NothingFound, "{report_on_listed}");
    // Not known of the forger: named, and no reason to doubt the sender.
    let mut zone = zone_of(&key, &listed);
    zone.fail(Query::a("66.100.51.198.bl.spamcop.net".parse().unwrap()), DnsError::Timeout);
    let report_on_silence = drivers::all_agree(&diagnosis, &zone, 3);
    assert_eq!(report_on_silence.verdict(), Verdict::NothingFound, "{report_on_silence}");
    let open = report_on_silence.unknown().iter().find(|open| open.question.contains("198.51.100.66")).unwrap();
    assert!(!open.could_block);
    // Without sending addresses it is the address that the receiver saw, whoever's it is.
    let anybody =
        Diagnosis::of("example.org".parse().unwrap()).lists(&spamcop).message(from("198.51.100.66", &mail()).octets());
    let report_on_anybody = drivers::all_agree(&anybody, &zone_of(&key, &listed), 3);
    assert!(the(&report_on_anybody, RuleId::DnsblIpListed).severity > Severity::Note, "{report_on_anybody}");
}

#[test]
fn an_author_domain_that_takes_no_mail_is_found() {
    // RFC 5321 §5.1, RFC 7505 §4.2; RULES 30: the envelope is in order.
    let mut mail = mail();
    *mail.field("From") = " amy@shop.example.org".to_owned();
    for (more, severity) in [
        ("", Severity::Blocks),
        ("shop.example.org TXT \"x\"", Severity::Blocks),
        ("shop.example.org MX 0 .", Severity::Error),
    ] {
        let report = report(&from("192.0.2.1", &mail), &format!("{SOUND}{more}").parse().unwrap());
        let found = the(&report, RuleId::SenderUnresolvable);
        assert_eq!((found.severity, found.subject.as_str()), (severity, "shop.example.org"), "{report}");
        assert!(found.message.contains("the domain in the From field"), "{report}");
    }
    let there = report(&from("192.0.2.1", &mail), &format!("{SOUND}shop.example.org A 192.0.2.1").parse().unwrap());
    assert!(!rules(&there).contains(&"sender.unresolvable"), "{there}");
}

#[test]
fn own_mail_that_was_forwarded_is_no_forgery() {
    let key = Key::ed25519();
    let forwarded = from("198.51.100.66", &signed(&key, &mail()));
    let report = report(&forwarded, &zone(&key));
    assert!(rules(&report).iter().all(|rule| !rule.starts_with("spoof.")), "{report}");
    assert_eq!(results(&report), ["spf=fail", "dkim=pass", "dmarc=pass"]);
}

#[test]
fn a_forwarder_is_never_to_be_authorized() {
    // RFC 7960 §2.1: SPF does not survive forwarding, and DMARC that rests on it does not either.
    let sent = from("192.0.2.1", &mail());
    let mut rewritten = from("203.0.113.9", &sent);
    let plain = rewritten.clone();
    rewritten.fields.insert(0, ("Return-Path".to_owned(), " <SRS0=x=y=example.org=amy@forwarder.test>".to_owned()));
    for (mail, spf) in [(plain, "spf=fail"), (rewritten, "spf=none")] {
        let report = report(&mail, &SOUND.parse().unwrap());
        // RFC 7208 §2.4: the forwarder's MAIL FROM is not what the sender's own server said.
        assert_eq!(results(&report), [spf, "spf=pass", "dmarc=fail", "dmarc=pass"], "{report}");
        let found = the(&report, RuleId::DmarcNotAligned);
        assert!(found.message.starts_with("Handed over by 203.0.113.9, the message"), "{report}");
        assert!(
            found.remedy.text.starts_with("Do not authorize 203.0.113.9 in SPF: it passed the message on"),
            "{report}"
        );
        assert!(found.remedy.changes.is_empty(), "{report}");
    }
    // Whose address it is is not known without sending addresses; a mailing list says what it is.
    let anybody = |mail: &Mail| Diagnosis::of("example.org".parse().unwrap()).lists(&[]).message(mail.octets());
    let mut unknown = from("203.0.113.9", &mail());
    let report_on_unknown = drivers::all_agree(&anybody(&unknown), &SOUND.parse().unwrap(), 3);
    let text = the(&report_on_unknown, RuleId::DmarcNotAligned).remedy.text;
    assert!(text.starts_with("If 203.0.113.9 sends for you, authorize it"), "{report_on_unknown}");
    add(&mut unknown, "List-Id", " <cooks.list.test>");
    let report_on_list = drivers::all_agree(&anybody(&unknown), &SOUND.parse().unwrap(), 3);
    let text = the(&report_on_list, RuleId::DmarcNotAligned).remedy.text;
    assert!(text.contains("its List-Id field says"), "{report_on_list}");
}

#[test]
fn a_null_sender_is_judged_by_what_its_own_client_said_in_helo() {
    // RFC 7208 §2.4: the forwarder said another name than the sender's server.
    let mut forwarded = from("203.0.113.9", &from("192.0.2.1", &mail()));
    forwarded.fields.insert(0, ("Return-Path".to_owned(), " <>".to_owned()));
    let zone = format!("{SOUND}h.test TXT \"v=spf1 ip4:203.0.113.9 -all\"");
    let report = report(&forwarded, &zone.parse().unwrap());
    let spf: Vec<&str> = report.at_receiver().iter().take(2).map(|judged| judged.identity.as_str()).collect();
    assert_eq!(spf, ["h.test from 203.0.113.9", "mx.example.org from 192.0.2.1"], "{report}");
    assert_eq!(results(&report)[..2], ["spf=pass", "spf=pass"], "{report}");
}

#[test]
fn a_provider_that_spf_authorizes_is_no_forger() {
    // RFC 7208 §5.2: nobody is to take out of the record who sends for the domain.
    let text = SOUND.replace("ip4:192.0.2.1 -all", "ip4:192.0.2.1 include:_spf.provider.test -all")
        + "_spf.provider.test TXT \"v=spf1 ip4:198.51.100.0/24 -all\"";
    let report_on_provider = report(&from("198.51.100.7", &mail()), &text.parse().unwrap());
    let spoofed = |report: &Report| rules(report).iter().any(|rule| rule.starts_with("spoof."));
    assert!(!spoofed(&report_on_provider), "{report_on_provider}");
    let open = report_on_provider.unknown().iter().find(|open| open.question.contains("the sender's own")).unwrap();
    assert!(open.reason.contains("if it sends for you, give it"), "{report_on_provider}");
    // A host that takes the domain's mail may send it too.
    let text = format!("{SOUND}example.org MX 20 mx2.example.org\nmx2.example.org A 203.0.113.5");
    let report_on_mx = report(&from("203.0.113.5", &mail()), &text.parse().unwrap());
    assert!(!spoofed(&report_on_mx), "{report_on_mx}");
}

#[test]
fn a_policy_that_stands_is_not_proposed_again() {
    // RFC 9989 §4.7: it asks for rejection already, and the forgery passes by SPF alone.
    let text = SOUND.replace("ip4:192.0.2.1 -all", "a ip4:192.0.2.1 -all") + "example.org A 198.51.100.66";
    let report = report(&from("198.51.100.66", &mail()), &text.parse().unwrap());
    let found = the(&report, RuleId::SpoofNotStopped);
    let only = "example.org \"v=spf1 a ip4:192.0.2.1 -all\" -> \"v=spf1 ip4:192.0.2.1 -all\"";
    assert_eq!((changes(&found), found.remedy.proven), (vec![only.to_owned()], Proven::Yes), "{report}");
    assert!(!found.remedy.text.contains("publish"), "{report}");
}

#[test]
fn a_signature_that_passes_shows_that_a_key_is_published() {
    // RFC 8020 §5: a server that denies _domainkey, though a selector stands below it.
    let key = Key::ed25519();
    let zone = zone(&key);
    let denying = |query: &Query| match query.name.to_string().as_str() {
        "_domainkey.example.org" => Response::nxdomain().into_answer(),
        _ => zone.answer(query),
    };
    let message = from("198.51.100.66", &signed(&key, &mail()));
    let report = sender().message(message.octets()).run_with(denying);
    assert_eq!(results(&report), ["spf=fail", "dkim=pass", "dmarc=pass"], "{report}");
    assert!(!rules(&report).contains(&"dkim.none"), "{report}");
}

#[test]
fn a_failed_query_is_never_a_failed_message() {
    let key = Key::ed25519();
    let message = from("192.0.2.1", &signed(&key, &mail()));
    let whole = zone(&key);
    let asked: Vec<Query> = report(&message, &whole).answers().iter().map(|(query, _)| query.clone()).collect();
    for query in asked {
        let mut zone = whole.clone();
        zone.fail(query.clone(), DnsError::Timeout);
        let report = report(&message, &zone);
        assert_eq!(rules(&report), Vec::<&str>::new(), "{query}\n{report}");
        assert!(report.unknown().iter().any(|open| open.queries().contains(&query)), "{query}\n{report}");
    }
}

#[cfg(feature = "serde")]
#[test]
fn the_report_says_which_message_it_was_and_nothing_of_its_content() {
    let key = Key::ed25519();
    let report = report(&from("192.0.2.1", &signed(&key, &mail())), &zone(&key));
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(json["case"]["message"]["author_domain"], "example.org");
    assert_eq!(json["case"]["message"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(json["at_receiver"][2]["method"], "dmarc");
    assert!(!report.to_json().contains("soup") && !report.to_string().contains("soup"));
}
