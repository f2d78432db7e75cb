//! A returned mail in, its cause, whether it is so now, and the fix out.
#![cfg(all(feature = "bounce", feature = "verify", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "explain/returned.rs"]
mod returned;

use deliverability_core::bounce::{Actor, Cause};
use deliverability_core::diagnosis::{Acts, Explain, Finding, Report, Returned, Verdict};
use deliverability_core::dns::{Answers, DnsError, Query, Step, Zone};
use deliverability_core::dnsbl::{KnownList, List, known};
use deliverability_core::{Check, Diagnosis, RuleId};
use returned::{Dsn, dsn};

fn zone(text: &str) -> Zone {
    text.parse().unwrap()
}

fn list(zone: &str) -> List {
    match known(zone) {
        Some(KnownList::Active(list)) => list.clone(),
        _ => panic!("{zone} is no list in use"),
    }
}

fn explain(reply: &str) -> Explain {
    Explain::of(reply).lists(&[])
}

fn one(report: &Report) -> &Returned {
    assert_eq!(report.returned().len(), 1, "{report}");
    &report.returned()[0]
}

fn found(report: &Report, rule: RuleId) -> &Finding {
    report.findings().iter().find(|found| found.rule == rule).unwrap_or_else(|| panic!("no {rule} in\n{report}"))
}

fn has(report: &Report, rule: RuleId) -> bool {
    report.findings().iter().any(|found| found.rule == rule)
}

fn inferred<'a>(report: &'a Report, what: &str) -> Option<&'a str> {
    report.inferred().iter().find(|one| one.what == what).map(|one| one.value.as_str())
}

/// The outcome of a reply's test over these records.
fn outcome(reply: &str, records: &str) -> String {
    let report = explain(reply).domain("example.org".parse().unwrap()).in_zone(&zone(records));
    one(&report).confirmation().as_str().to_owned()
}

const PTR: &str = "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.25]";
const FCRDNS: &str = "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.25]";
const SPF: &str = "550 5.7.1 [SPF] 192.0.2.25 is not allowed to send mail from example.org.";
const HELO: &str = "450 4.7.1 <mail.example.org>: Helo command rejected: Host not found";
const DOMAIN: &str = "450 4.1.8 <amy@example.org>: Sender address rejected: Domain not found";
const NULL_MX: &str =
    "550 5.7.27 <amy@example.org>: Sender address rejected: Domain example.org does not accept mail (nullMX)";

#[test]
fn what_a_reply_says_is_confirmed_while_it_is_so_and_refuted_after() {
    let named = "25.2.0.192.in-addr.arpa PTR mail.example.org\nmail.example.org A 192.0.2.25";
    let routed = "example.org MX 10 mx.example.org\nmx.example.org A 192.0.2.9";
    let cases = [
        (PTR, "example.org A 192.0.2.25", named),
        (FCRDNS, "25.2.0.192.in-addr.arpa PTR mail.example.org", named),
        (SPF, "example.org TXT \"v=spf1 -all\"", "example.org TXT \"v=spf1 ip4:192.0.2.25 -all\""),
        (HELO, "example.org A 192.0.2.25", "mail.example.org A 192.0.2.25"),
        (DOMAIN, "example.net A 192.0.2.25", routed),
        (NULL_MX, "example.org MX 0 .", routed),
    ];
    for (reply, broken, mended) in cases {
        assert_eq!(outcome(reply, broken), "confirmed", "{reply}");
        assert_eq!(outcome(reply, mended), "refuted", "{reply}");
    }
}

/// DESIGN §6: what did not answer is neither so nor not so.
#[test]
fn what_cannot_be_told_is_unknown_with_a_reason() {
    let mut silent = Zone::new();
    silent.fail(Query::ptr("25.2.0.192.in-addr.arpa".parse().unwrap()), DnsError::Timeout);
    let report = explain(PTR).domain("example.org".parse().unwrap()).in_zone(&silent);
    assert_eq!(one(&report).confirmation().as_str(), "unknown");
    assert!(one(&report).confirmation().reason().contains("no answer in time"), "{report}");
    assert!(report.unknown().iter().any(|open| open.question.contains("ptr_missing") && open.could_block));

    // Whose address it was, nobody said.
    let report = explain("550 5.7.1 Sender Policy Framework (SPF) failed").in_zone(&zone("example.org A 192.0.2.1"));
    assert_eq!(one(&report).confirmation().as_str(), "unknown");
}

#[test]
fn the_list_that_is_named_is_asked() {
    let reply = "550 5.7.1 Service unavailable; client [192.0.2.25] blocked using psbl.surriel.com; https://psbl.org/";
    let healthy = "2.0.0.127.psbl.surriel.com A 127.0.0.2\n";
    let listed = format!("{healthy}25.2.0.192.psbl.surriel.com A 127.0.0.2");
    // It is none of those that are asked without a reply that names it.
    let explain = || Explain::of(reply).domain("example.org".parse().unwrap()).lists(&[list("bl.spamcop.net")]);
    let report = explain().in_zone(&zone(&listed));
    assert_eq!(one(&report).confirmation().as_str(), "confirmed", "{report}");
    assert_eq!(found(&report, RuleId::DnsblIpListed).subject, "192.0.2.25 at psbl.surriel.com");
    assert_eq!(report.verdict(), Verdict::Explained);

    let report = explain().in_zone(&zone(healthy));
    assert_eq!(one(&report).confirmation().as_str(), "refuted", "{report}");
    assert!(one(&report).confirmation().to_string().contains("not, or no longer, on psbl.surriel.com"), "{report}");

    // Who wants no list asked gets none asked.
    let report = explain().lists(&[]).in_zone(&zone(&listed));
    assert_eq!(one(&report).confirmation().as_str(), "unknown", "{report}");
    assert!(report.answers().iter().all(|(query, _)| !query.to_string().contains("psbl")), "{report}");
}

#[test]
fn a_dead_list_is_the_receivers_to_mend() {
    let reply = "554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using dnsbl.sorbs.net";
    let report = explain(reply).in_zone(&Zone::new());
    assert_eq!(one(&report).actor(), Actor::Receiver);
    let dead = found(&report, RuleId::DnsblListDead);
    assert_eq!((dead.acts, dead.severity.as_str()), (Acts::Receiver, "blocks"));
    assert!(report.answers().iter().all(|(query, _)| !query.to_string().contains("sorbs")), "{report}");
}

/// A link may name any hop of the message: the client that was refused counts as well.
#[test]
fn the_address_in_a_link_may_be_an_inner_hop() {
    let reply = "554 Service unavailable; Client host [mail.example.org] blocked using Barracuda Reputation; \
                 http://bbl.barracudacentral.org/q.cgi?ip=203.0.113.7";
    let mail = dsn(&Dsn {
        reply,
        reporter: "mail.example.org",
        received: "from [203.0.113.7] (unknown [203.0.113.7]) (Authenticated sender: amy) by mail.example.org with ESMTPSA id 1; \
                   Mon, 2 Feb 2026 08:00:00 +0000",
        ..Dsn::default()
    });
    let records =
        "mail.example.org A 192.0.2.25\nexample.org MX 10 mail.example.org\nexample.org TXT \"v=spf1 mx -all\"";
    let report = Explain::of(&mail).lists(&[]).in_zone(&zone(records));
    assert_eq!(inferred(&report, "sending_ip"), Some("192.0.2.25"), "{report}");
    assert_eq!(one(&report).reply().parameters().ip, Some("203.0.113.7".parse().unwrap()));
    let says = "203.0.113.7, which the link is about, is not the server that was refused, but Received field 1";
    assert!(one(&report).advice().contains(says), "{report}");
}

const OWN: &str = r#"
example.org       MX  10 mail.example.org
example.org       TXT "v=spf1 mx -all"
mail.example.org  A   192.0.2.25
"#;

/// The client is the server that wrote the report, if another one refused the message; its submitter is not.
#[test]
fn the_client_is_not_who_submitted_the_message() {
    let mail = dsn(&Dsn {
        reply: "550 5.7.1 Spam message rejected",
        reporter: "mail.example.org",
        received: "from [198.51.100.9] (dsl9.isp.test [198.51.100.9]) by mail.example.org with ESMTPSA id 1; \
                   Mon, 2 Feb 2026 08:00:00 +0000",
        ..Dsn::default()
    });
    let report = Explain::of(&mail).lists(&[]).in_zone(&zone(OWN));
    assert_eq!(inferred(&report, "domain"), Some("example.org"));
    assert_eq!(inferred(&report, "sending_ip"), Some("192.0.2.25"));
    assert_eq!(inferred(&report, "helo"), Some("mail.example.org"));
    assert!(!has(&report, RuleId::SpoofNotStopped) && !has(&report, RuleId::SpoofBackscatter), "{report}");
    assert!(report.at_receiver().iter().all(|judged| !judged.identity.contains("198.51.100.9")), "{report}");
    assert_eq!(one(&report).cause(), Cause::ContentSpam);
}

/// What the receiver itself returned shows the client in its own Received field.
#[test]
fn the_client_is_what_the_receiver_saw() {
    let mail = dsn(&Dsn {
        reply: "",
        status: "5.1.1",
        reporter: "mx.example.net",
        remote: "",
        received: "from mail.example.org (mail.example.org [192.0.2.25]) by mx.example.net with ESMTP id 1; \
                   Mon, 2 Feb 2026 08:00:00 +0000",
        ..Dsn::default()
    });
    let report = Explain::of(&mail).lists(&[]).in_zone(&zone(OWN));
    assert_eq!(inferred(&report, "sending_ip"), Some("192.0.2.25"), "{report}");
    assert_eq!(inferred(&report, "helo"), Some("mail.example.org"), "{report}");
}

/// RULES 29: the receiver judged SPF at the forwarder.
#[test]
fn a_forwarder_is_named_and_must_change() {
    let mail = dsn(&Dsn {
        reply: "550-5.7.26 The MAIL FROM domain [example.org] has an SPF record with a hard fail policy (-all) but it fails to pass \
                SPF checks with the ip: [203.0.113.80]. - gsmtp",
        reporter: "forward.uni.test",
        remote: "gmail-smtp-in.l.google.com",
        received: "from mail.example.org (mail.example.org [192.0.2.25]) by forward.uni.test with ESMTPS id 1; \
                   Mon, 2 Feb 2026 08:00:00 +0000",
        ..Dsn::default()
    });
    let report = Explain::of(&mail).lists(&[]).in_zone(&zone(OWN));
    assert_eq!(inferred(&report, "sending_ip"), Some("192.0.2.25"), "{report}");
    let forward = found(&report, RuleId::ForwardBreaksAuth);
    assert_eq!((forward.subject.as_str(), forward.acts), ("203.0.113.80", Acts::Forwarder));
    assert!(forward.remedy.text.contains("SRS") && forward.remedy.text.contains("do not add the forwarder"));
    // The forwarder is nobody to authorize.
    assert!(!has(&report, RuleId::SpfIpNotAuthorized), "{report}");
    assert_eq!(one(&report).confirmation().as_str(), "confirmed");
    assert_eq!(one(&report).policy().map(|policy| policy.id), Some("gmail.all/spf-or-dkim"));

    // The same with the sender's own address given.
    let report = Explain::of(&mail).sending_ip("192.0.2.25".parse().unwrap()).lists(&[]).in_zone(&zone(OWN));
    assert!(has(&report, RuleId::ForwardBreaksAuth), "{report}");
}

fn strangers_mail(reply: &str, is_whole: bool) -> Vec<u8> {
    dsn(&Dsn {
        reply,
        reporter: "mx.example.net",
        remote: "store.example.net",
        received: "from pc.isp.test (pc.isp.test [203.0.113.80]) by mx.example.net with ESMTP id 1; \
                   Mon, 2 Feb 2026 08:00:00 +0000",
        is_whole,
        ..Dsn::default()
    })
}

/// RULES 36: nothing on the way is the sender's.
#[test]
fn what_a_stranger_sent_is_backscatter() {
    let mail = strangers_mail("550 5.7.1 Spam message from 203.0.113.80 rejected", false);
    let records = format!("{OWN}\n2.0.0.127.bl.spamcop.net A 127.0.0.2\n80.113.0.203.bl.spamcop.net A 127.0.0.2");
    let mut report = Explain::of(&mail).lists(&[list("bl.spamcop.net")]).in_zone(&zone(&records));
    if inferred(&report, "client").is_none() {
        // The reply does not name the address in a way that is read: the case is told who sends.
        report = Explain::of(strangers_mail("", false))
            .sending_ip("192.0.2.25".parse().unwrap())
            .lists(&[list("bl.spamcop.net")])
            .in_zone(&zone(&records));
    }
    let found_it = found(&report, RuleId::SpoofBackscatter);
    assert_eq!((found_it.subject.as_str(), found_it.severity.as_str()), ("203.0.113.80", "note"));
    assert_eq!(found(&report, RuleId::DnsblIpListed).severity.as_str(), "note");
    assert!(!has(&report, RuleId::SpfIpNotAuthorized) && !has(&report, RuleId::PtrMissing), "{report}");
}

/// Where that it is not authorized is what was refused, a stranger may be a server that was forgotten.
#[test]
fn a_server_that_spf_does_not_name_is_authorized_if_it_is_the_senders() {
    let mail = strangers_mail("550 5.7.1 [SPF] 203.0.113.80 is not allowed to send mail from example.org.", true);
    let report = Explain::of(&mail).lists(&[]).in_zone(&zone(OWN));
    let spf = found(&report, RuleId::SpfIpNotAuthorized);
    assert!(spf.remedy.text.starts_with("If 203.0.113.80 sends for you"), "{report}");
    assert_eq!(spf.remedy.proven.as_str(), "yes");
}

const CALLOUT: &str = "550-Verification failed for <amy@example.org> 550-Called:   192.0.2.25 550-Sent:     RCPT TO:<amy@example.org> \
                       550-Response: 550 5.1.1 no such user here 550 Sender verify failed";

/// RULES 31, both directions: whose server must change is said.
#[test]
fn a_callout_says_whose_server_must_change() {
    let theirs = explain(CALLOUT).domain("example.org".parse().unwrap()).in_zone(&zone(OWN));
    let ours = found(&theirs, RuleId::CalloutNoSuchUser);
    assert_eq!(ours.subject, "amy@example.org");
    assert!(ours.remedy.text.starts_with("At the mail hosts of example.org, which are yours"), "{theirs}");
    assert!(ours.message.contains("It is not the recipient that does not exist"), "{theirs}");

    // Our own server asks a stranger's.
    let mail = dsn(&Dsn {
        reply: CALLOUT,
        reporter: "mail.example.org",
        remote: "mail.office.test",
        recipient: "info@office.test",
        ..Dsn::default()
    });
    let report = Explain::of(&mail).domain("office.test".parse().unwrap()).lists(&[]).in_zone(&zone(OWN));
    let found_it = found(&report, RuleId::CalloutNoSuchUser);
    assert!(
        found_it.remedy.text.starts_with("The mail hosts of example.org must change, which are the sender's"),
        "{report}"
    );
    assert!(found_it.message.starts_with("Your own server mail.office.test"), "{report}");
}

#[test]
fn callouts_are_told_apart() {
    let cases = [
        ("451 Could not complete sender verify callout", RuleId::CalloutTimeout, "blocks"),
        (
            "450 4.1.7 <amy@example.org>: Sender address rejected: unverified address: host mx.example.org[192.0.2.3] said: 451 4.7.1 \
             greylisted, please try again later (in reply to RCPT TO command)",
            RuleId::CalloutGreylisted,
            "error",
        ),
        (
            "550-Postmaster verification failed while checking <amy@example.org> 550-Called:   192.0.2.3 550-Sent:     RCPT \
             TO:<postmaster@example.org> 550-Response: 550 5.1.1 no postmaster 550 Sender verify failed",
            RuleId::CalloutPostmaster,
            "blocks",
        ),
        ("550 Sender verification failed", RuleId::CalloutUnspecified, "blocks"),
        (
            "550-Verification failed for <amy@example.org> 550-Called:   192.0.2.3 550-Sent:     RCPT TO:<amy@example.org> \
             550-Response: 554 5.7.1 Service unavailable; Client host [198.51.100.1] blocked using zen.spamhaus.org 550 Sender verify failed",
            RuleId::CalloutPolicy,
            "blocks",
        ),
    ];
    for (reply, rule, severity) in cases {
        let report = explain(reply).domain("example.org".parse().unwrap()).in_zone(&zone(OWN));
        assert_eq!(found(&report, rule).severity.as_str(), severity, "{report}");
        assert!(one(&report).findings().iter().any(|(found, _)| *found == rule), "{report}");
    }
}

/// RULES 19: no DNS change lifts it; who is asked, and with what.
#[test]
fn a_private_block_names_the_portal() {
    let reply = "550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't sent. Please contact your Internet service provider since \
                 part of their network is on our block list (S3150). You can also refer your provider to \
                 http://mail.live.com/mail/troubleshooting.aspx#errors. [BL2NAM02FT023.eop-nam02.prod.protection.outlook.com]";
    let report = explain(reply).in_zone(&Zone::new());
    let block = found(&report, RuleId::ReceiverPrivateBlock);
    assert_eq!((block.acts, block.severity.as_str()), (Acts::Receiver, "blocks"));
    assert!(block.message.contains("S3150") && block.remedy.text.contains("192.0.2.25"), "{report}");
    assert!(block.remedy.text.contains("https://"), "{report}");
    assert_eq!(report.verdict(), Verdict::Explained);
}

/// RULES 34.
#[test]
fn tls_failures_name_the_side() {
    let cases = [
        ("550 5.7.323 tlsa-invalid: The domain failed DANE validation", RuleId::TlsDaneMismatch, Acts::Receiver),
        ("550 5.7.322 certificate-expired: Certificate has expired", RuleId::TlsCert, Acts::Receiver),
        ("530 5.7.0 Must issue a STARTTLS command first", RuleId::TlsNone, Acts::SenderServer),
    ];
    for (reply, rule, acts) in cases {
        let report = explain(reply).in_zone(&Zone::new());
        assert_eq!(found(&report, rule).acts, acts, "{report}");
    }
}

/// SPF judged on a container bridge says nothing about the sender.
#[test]
fn a_bridge_address_is_no_client() {
    let reply = "550 5.7.1 [SPF] 172.18.0.1 is not allowed to send mail from example.org.";
    let report = explain(reply).domain("example.org".parse().unwrap()).in_zone(&zone(OWN));
    let bridge = found(&report, RuleId::SpfBridgeAddress);
    assert_eq!((bridge.subject.as_str(), bridge.acts), ("172.18.0.1", Acts::Receiver));
    assert!(bridge.message.contains("container"), "{report}");
    assert!(!has(&report, RuleId::SpfIpNotAuthorized), "{report}");
}

#[test]
fn a_reply_alone_gives_its_cause_and_what_is_not_known() {
    let report = explain("550 5.1.1 The email account that you tried to reach does not exist").in_zone(&Zone::new());
    assert_eq!(one(&report).cause(), Cause::UserUnknown);
    assert_eq!(report.verdict(), Verdict::Explained);
    assert!(report.unknown().iter().any(|open| open.reason.contains("does not tell the sender's domain")), "{report}");
    assert!(report.to_string().starts_with("a sender that is not told\n"), "{report}");
    assert!(report.to_string().lines().all(|line| !line.ends_with(' ')), "{report:?}");

    let report = explain("something else").in_zone(&Zone::new());
    assert_eq!(report.verdict(), Verdict::Unknown, "{report}");
}

/// What the caller gives goes before what the returned mail says.
#[test]
fn what_is_given_wins() {
    let mail = strangers_mail("550 5.7.1 [SPF] 203.0.113.80 is not allowed to send mail from example.org.", true);
    let diagnosis = Diagnosis::of("example.net".parse().unwrap()).bounce(&mail).helo("given.example.net").lists(&[]);
    let report = diagnosis.sending_ip("203.0.113.80".parse().unwrap()).in_zone(&zone(OWN));
    let case = report.case();
    assert_eq!((case.domain.to_string().as_str(), case.helo.as_deref()), ("example.net", Some("given.example.net")));
    assert_eq!(case.sending_ips, ["203.0.113.80".parse::<std::net::IpAddr>().unwrap()]);
    assert!(report.inferred().iter().all(|one| !["domain", "sending_ip", "helo"].contains(&one.what)), "{report}");
}

#[test]
fn complaints_and_automatic_answers_are_no_failures() {
    let mail =
        b"From: amy@example.net\r\nTo: bob@example.org\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n\
                 Date: Mon, 2 Feb 2026 08:00:00 +0000\r\n\r\nI am away.\r\n";
    let report = Explain::of(mail).lists(&[]).in_zone(&zone(OWN));
    let no_failure = |one: &Returned| one.cause() == Cause::AutoReply;
    assert!(report.returned().iter().all(no_failure), "{report}");
    assert_ne!(report.verdict(), Verdict::Explained, "{report}");
}

/// One round of questions after another: what has to be known of the returned mail first delays nothing else.
#[test]
fn an_explanation_takes_as_many_rounds_as_its_diagnosis() {
    let mail = strangers_mail("550 5.7.1 [SPF] 192.0.2.25 is not allowed to send mail from example.org.", true);
    let records = zone(OWN);
    let rounds = |check: &dyn Check<Outcome = Report>| {
        let mut answers = Answers::new();
        let mut rounds = 0;
        while let Step::Need(needed) = check.step(&answers) {
            for query in needed.blocking.into_iter().chain(needed.foreseen) {
                answers.insert(query.clone(), records.answer(&query));
            }
            rounds += 1;
        }
        rounds
    };
    let told = Diagnosis::of("example.org".parse().unwrap()).sending_ip("192.0.2.25".parse().unwrap()).lists(&[]);
    let (of_explain, of_diagnosis) = (rounds(&Explain::of(&mail).lists(&[])), rounds(&told));
    assert!(of_explain <= of_diagnosis + 1, "{of_explain} rounds, {of_diagnosis} without the mail");
}

/// What strangers wrote into a reply is neither formatting nor HTML in a ticket.
#[test]
fn a_ticket_is_safe_to_open() {
    let reply =
        "550 5.7.1 <script>alert(1)</script> [click](javascript:x) `code` **bold** | \u{1b}[2J rejected as spam";
    let report = explain(reply).in_zone(&Zone::new());
    let markdown = report.to_markdown();
    let shown = markdown.lines().find(|line| line.starts_with("- **It says:**")).unwrap();
    // Inside of a code span nothing is formatting; its fence is longer than what is in it.
    assert!(shown.contains("``") && !shown.contains('\u{1b}'), "{markdown}");
    let outside: Vec<&str> = markdown.lines().filter(|line| !line.starts_with("- **It says:**")).collect();
    assert!(outside.iter().all(|line| !line.contains("<script>") && !line.contains("[click](")), "{markdown}");
    assert!(markdown.starts_with("# a sender that is not told: "), "{markdown}");
}

/// Line ends tell nothing: CRLF, LF and bare CR give one report.
#[test]
fn line_ends_do_not_matter() {
    let mail = strangers_mail("550 5.7.1 [SPF] 203.0.113.80 is not allowed to send mail from example.org.", false);
    let explained = |mail: &[u8]| {
        let report = Explain::of(mail).lists(&[]).in_zone(&zone(OWN));
        (report.inferred().to_vec(), report.returned().to_vec(), report.findings().to_vec())
    };
    let text = String::from_utf8(mail.clone()).unwrap();
    let crlf = explained(&mail);
    assert!(!crlf.0.is_empty() && !crlf.1.is_empty());
    for other in [text.replace("\r\n", "\n"), text.replace("\r\n", "\r")] {
        assert_eq!(explained(other.as_bytes()), crlf);
    }
}
