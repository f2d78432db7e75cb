//! Lines of mail logs, and bare replies.
#![cfg(feature = "bounce")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use deliverability_core::bounce::{self, Action, Kind};

/// Address, action, host and reply of a line's recipient.
fn line(text: &str) -> (Option<String>, Option<Action>, Option<String>, String) {
    let bounce = bounce::read(text.as_bytes());
    assert_eq!(bounce.kind(), Kind::LogLine, "{text}");
    let [recipient] = bounce.recipients() else { panic!("{text}: {:?}", bounce.recipients()) };
    let owned = |word: Option<&str>| word.map(ToOwned::to_owned);
    (
        owned(recipient.address()),
        recipient.action(),
        owned(recipient.remote_host()),
        recipient.reply().text().to_owned(),
    )
}

fn expect(text: &str, address: Option<&str>, action: Action, host: Option<&str>, reply: &str) {
    let owned = |word: Option<&str>| word.map(ToOwned::to_owned);
    assert_eq!(line(text), (owned(address), Some(action), owned(host), reply.to_owned()), "{text}");
}

#[test]
fn postfix() {
    expect(
        "Nov 21 18:50:50 mail postfix/smtp[123]: 4F2A1: to=<bob@example.org>, relay=mx.example.org[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.1] said: 550 5.1.1 <bob@example.org>: User unknown (in reply to RCPT TO command))",
        Some("bob@example.org"),
        Action::Failed,
        Some("mx.example.org"),
        "550 5.1.1 <bob@example.org>: User unknown",
    );
    expect(
        "2026-11-21T18:50:50.123456+00:00 mail postfix/smtp[123]: 4F2A1: to=<bob@example.org>, orig_to=<b@example.org>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mx.example.org[192.0.2.1]:25: Connection timed out)",
        Some("bob@example.org"),
        Action::Delayed,
        Some("mx.example.org"),
        "connect to mx.example.org[192.0.2.1]:25: Connection timed out",
    );
    expect(
        "Nov 21 18:50:50 mail postfix/smtpd[99]: NOQUEUE: reject: RCPT from client.example.net[192.0.2.9]: 554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org; from=<a@example.net> to=<bob@example.org> proto=ESMTP helo=<client.example.net>",
        Some("bob@example.org"),
        Action::Failed,
        None,
        "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org",
    );
    expect(
        "Nov 21 18:50:50 mail postfix/postscreen[99]: NOQUEUE: reject: RCPT from [192.0.2.9]:4711: 550 5.7.1 Service unavailable; client [192.0.2.9] blocked using zen.spamhaus.org; from=<a@example.net>, to=<bob@example.org>, proto=ESMTP, helo=<x>",
        Some("bob@example.org"),
        Action::Failed,
        None,
        "550 5.7.1 Service unavailable; client [192.0.2.9] blocked using zen.spamhaus.org",
    );
}

#[test]
fn exim() {
    expect(
        "2026-11-21 18:51:02 1xUqAw-0002L9-3D ** bob@example.org R=dnslookup T=remote_smtp H=mx.example.org [192.0.2.1] X=TLS1.3:ECDHE_X25519: SMTP error from remote mail server after RCPT TO:<bob@example.org>: 550 5.1.1 User unknown",
        Some("bob@example.org"),
        Action::Failed,
        Some("mx.example.org"),
        "550 5.1.1 User unknown",
    );
    expect(
        "2026-11-21 18:51:02 1xUqAw-0002L9-3D == bob@example.org R=dnslookup T=remote_smtp defer (-44) H=mx.example.org [192.0.2.1]: SMTP error from remote mail server after RCPT TO:<bob@example.org>: 451 4.7.1 Greylisted",
        Some("bob@example.org"),
        Action::Delayed,
        Some("mx.example.org"),
        "451 4.7.1 Greylisted",
    );
    expect(
        "2026-11-21 18:51:02 1xUqAw-0002L9-3D ** bob@example.invalid: Unrouteable address",
        Some("bob@example.invalid"),
        Action::Failed,
        None,
        "Unrouteable address",
    );
    expect(
        "2026-11-21 18:51:02 H=client.example.net [192.0.2.9] F=<a@example.net> rejected RCPT <bob@example.org>: Sender verify failed",
        Some("bob@example.org"),
        Action::Failed,
        None,
        "Sender verify failed",
    );
    expect(
        "2026-11-21 18:51:02 H=client.example.net [192.0.2.9] F=<a@example.net> temporarily rejected RCPT <bob@example.org>: Could not complete sender verify callout",
        Some("bob@example.org"),
        Action::Delayed,
        None,
        "Could not complete sender verify callout",
    );
}

#[test]
fn sendmail() {
    expect(
        "Nov 21 18:50:50 mail sendmail[123]: x1A: to=<bob@example.org>, ctladdr=<a@example.com> (1/1), delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=120000, relay=mx.example.org. [192.0.2.1], dsn=5.1.1, stat=User unknown",
        Some("bob@example.org"),
        Action::Failed,
        Some("mx.example.org"),
        "User unknown",
    );
    expect(
        "Nov 21 18:50:50 mail sm-mta[123]: x1A: to=<bob@example.org>, delay=00:00:01, mailer=esmtp, relay=mx.example.org. [192.0.2.1], dsn=4.0.0, stat=Deferred: 451 4.7.1 Try again later",
        Some("bob@example.org"),
        Action::Delayed,
        Some("mx.example.org"),
        "451 4.7.1 Try again later",
    );
    expect(
        "Nov 21 18:50:50 mail sm-mta[123]: ruleset=check_rcpt, arg1=<bob@example.org>, relay=client.example.net [192.0.2.9], reject=550 5.7.1 <bob@example.org>... Relaying denied",
        Some("bob@example.org"),
        Action::Failed,
        None,
        "550 5.7.1 <bob@example.org>... Relaying denied",
    );
}

#[test]
fn several_lines_are_several_recipients() {
    let log = "Nov 21 18:50:50 mail postfix/qmgr[1]: 4F: from=<a@example.com>, size=1, nrcpt=2 (queue active)\n\
               Nov 21 18:50:50 mail postfix/smtp[1]: 4F: to=<b@example.org>, relay=none, dsn=5.1.1, status=bounced (no)\n\
               Nov 21 18:50:50 mail postfix/smtp[1]: 4F: to=<c@example.org>, relay=none, dsn=2.0.0, status=sent (250 ok)\n";
    let bounce = bounce::read(log.as_bytes());
    let actions: Vec<_> = bounce.recipients().iter().map(bounce::Recipient::action).collect();
    assert_eq!(actions, [Some(Action::Failed), Some(Action::Delivered)]);
}

#[test]
fn a_bare_reply_is_one() {
    let bounce = bounce::read(b"550-5.7.26 This mail is unauthenticated\r\n550 5.7.26 and refused. abc - gsmtp\r\n");
    assert_eq!(bounce.kind(), Kind::Reply);
    assert_eq!(
        bounce.recipients()[0].reply().text(),
        "550 5.7.26 This mail is unauthenticated and refused. abc - gsmtp"
    );
}
