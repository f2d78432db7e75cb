//! What holds for every SMTP reply: who is believed, what expires, what stays unknown, what is bounded.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use deliverability_core::bounce::{Cause, Context, Permanence, classify_reply, classify_reply_in};

#[test]
fn a_status_means_what_its_writer_means() {
    let of = |host: &'static str, text: &str| {
        let mut context = Context::default();
        context.remote_host = Some(host);
        classify_reply_in(text, &context).cause()
    };
    assert_eq!(of("mx.example.net", "550 5.7.27 no"), Cause::SenderNullMx);
    assert_eq!(of("aspmx.l.google.com", "550 5.7.27 no"), Cause::SpfFail);
    assert_eq!(of("mx.example.net", "550 5.7.30 no"), Cause::TlsRequired);
    assert_eq!(of("aspmx.l.google.com", "550 5.7.30 no"), Cause::DkimFail);
    assert_eq!(of("example-net.mail.protection.outlook.com", "550 5.7.23 no"), Cause::SpfFail);
    assert_eq!(of("mx.example.net", "550 5.7.606 no"), Cause::IpBlockedPrivate);
}

#[test]
fn a_zone_in_the_receivers_own_domain_is_no_public_list() {
    let mut context = Context::default();
    context.remote_host = Some("mx1.example.net");
    let text = "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using rbl.example.net";
    assert_eq!(classify_reply_in(text, &context).cause(), Cause::IpBlockedPrivate);
    context.remote_host = Some("mx1.example.com");
    assert_eq!(classify_reply_in(text, &context).cause(), Cause::IpBlocklisted);
}

#[test]
fn the_diagnostic_is_believed_over_the_status_field() {
    let mut context = Context::default();
    context.status = "5.1.1".parse().ok();
    let reply = classify_reply_in("550 5.2.2 nyaan", &context);
    assert_eq!((reply.cause(), reply.status().unwrap().to_string()), (Cause::MailboxFull, "5.2.2".into()));
    let reply = classify_reply_in("550 nyaan", &context);
    assert_eq!((reply.cause(), reply.status().unwrap().to_string()), (Cause::UserUnknown, "5.1.1".into()));
}

#[test]
fn an_expired_message_keeps_what_was_said_last() {
    for (text, underlying) in [
        ("550 5.4.316 Message expired, connection refused", Some(Cause::Network)),
        (
            "554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>",
            Some(Cause::Network),
        ),
        ("451 4.7.1 Greylisting in action: retry timeout exceeded", Some(Cause::Greylisted)),
        ("retry timeout exceeded", None),
        ("550 4.4.7 QUEUE.Expired; message expired", None),
    ] {
        let reply = classify_reply(text);
        assert_eq!((reply.cause(), reply.underlying()), (Cause::Expired, underlying), "{text}");
    }
}

#[test]
fn whether_a_later_try_helps() {
    for (text, permanence) in [
        ("450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]", Permanence::Temporary),
        ("550 5.1.1 no such user", Permanence::Permanent),
        (
            "421 4.7.1 [TS03] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed. See https://postmaster.yahooinc.com/error-codes",
            Permanence::Permanent,
        ),
        ("nyaan", Permanence::Unknown),
        ("(#4.4.1)", Permanence::Temporary),
    ] {
        assert_eq!(classify_reply(text).permanence(), permanence, "{text}");
    }
}

#[test]
fn what_nobody_knows_is_unknown() {
    for text in [
        "",
        " ",
        "550",
        "550 Nyaan",
        "421 later",
        "552 5.0.0 nope",
        "hello",
        "450 4.0.0 Temporary failure",
        "554 Transaction failed",
        "550 see http://example.org/",
        "220 mx.example.net ESMTP",
    ] {
        let reply = classify_reply(text);
        assert_eq!((reply.cause(), reply.sentence().of_text(reply.text())), (Cause::Unknown, ""), "{text}");
    }
}

#[test]
fn hostile_texts_are_bounded() {
    let seeds = [
        "550-",
        "550 5.7.1 ",
        "\0",
        "\u{1b}[2J",
        "[192.0.2.1] ",
        "http://",
        "@",
        "a@b.example ",
        "blocked using ",
        "sender verify ",
        "ü",
        "<<< ",
        "4.4.7 ",
        ".",
        ":",
        "said: ",
        "see x.",
        "response: ",
        "host ",
    ];
    for seed in seeds {
        for text in [seed.repeat(1_000_000 / seed.len()), format!("550 5.7.1 {}", seed.repeat(20_000))] {
            let reply = classify_reply(&text);
            assert!(reply.text().len() <= 8192 && !reply.text().contains(char::is_control));
            assert!(reply.sentence().end <= reply.text().len());
            assert!(reply.text().get(reply.sentence().range()).is_some(), "{seed}");
        }
    }
}
