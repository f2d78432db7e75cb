//! The forms in which mail comes back, each by the section that defines it.
#![cfg(feature = "bounce")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use deliverability_core::bounce::{self, Action, Bounce, Cause, Kind, Limits};

fn read(text: &str) -> Bounce {
    bounce::read(text.as_bytes())
}

fn report(fields: &str, text: &str) -> Bounce {
    read(&format!(
        "From: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_x\"\n\n\
         --=_x\nContent-Type: text/plain\n\n{text}\n\
         --=_x\nContent-Type: message/delivery-status\n\n{fields}\n\
         --=_x\nContent-Type: text/rfc822-headers\n\nFrom: a@example.com\nDKIM-Signature: v=1; d=example.com\n\n--=_x--\n"
    ))
}

fn addresses(bounce: &Bounce) -> Vec<&str> {
    bounce.recipients().iter().filter_map(|recipient| recipient.address()).collect()
}

#[test]
fn rfc_3464_section_2_each_recipient_has_its_own_fields() {
    let bounce = report(
        "Reporting-MTA: dns; mx.example.com\n\n\
         Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1 (no such user)\n\
         Remote-MTA: dns; mx1.example.org\nDiagnostic-Code: smtp; 550 5.1.1 <bob@example.org>: User\n unknown\n\n\
         Original-Recipient: rfc822;sales+2Beu@example.net\nFinal-Recipient: rfc822; <ann@example.net>\nAction: delayed\n\
         Status: 4.2.2\nRemote-MTA: dns; mx2.example.net (192.0.2.2)\nDiagnostic-Code: smtp; 452 4.2.2 Mailbox full\n",
        "Not delivered.\n",
    );
    assert_eq!(bounce.kind(), Kind::DeliveryReport);
    assert_eq!(bounce.reporting_mta(), Some("mx.example.com"));
    let [bob, ann] = bounce.recipients() else { panic!("{:?}", bounce.recipients()) };
    assert_eq!((bob.address(), bob.action()), (Some("bob@example.org"), Some(Action::Failed)));
    assert_eq!(bob.status().unwrap().to_string(), "5.1.1");
    assert_eq!(bob.remote_host(), Some("mx1.example.org"));
    assert_eq!(bob.reply().text(), "550 5.1.1 <bob@example.org>: User unknown");
    assert_eq!((ann.address(), ann.original_address()), (Some("ann@example.net"), Some("sales+eu@example.net")));
    assert_eq!((ann.action(), ann.remote_host()), (Some(Action::Delayed), Some("mx2.example.net")));
    assert_eq!(ann.reply().text(), "452 4.2.2 Mailbox full");
    let original = bounce.original().unwrap();
    assert_eq!(original.octets(), b"From: a@example.com\r\nDKIM-Signature: v=1; d=example.com\r\n");
    assert!(!original.is_whole());
}

#[test]
fn rfc_6533_section_3_utf_8_addresses_are_decoded() {
    let bounce = report(
        "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: utf-8; \\x{442}\\x{435}\\x{441}\\x{442}@example.org\n\
         Action: failed\nStatus: 5.1.1\n",
        "",
    );
    assert_eq!(addresses(&bounce), ["тест@example.org"]);
}

#[test]
fn rfc_3464_reports_without_empty_lines_or_indents_are_still_read() {
    let bounce = report(
        "Reporting-MTA: dns; mx.example.com\nFinal-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 no\nsuch user here\nFinal-Recipient: rfc822; b@example.org\nAction: failed\n\
         Status: 5.2.2\n",
        "",
    );
    assert_eq!(addresses(&bounce), ["a@example.org", "b@example.org"]);
    assert_eq!(bounce.recipients()[0].reply().text(), "550 5.1.1 no such user here");
}

#[test]
fn the_fuller_of_report_and_words_is_taken() {
    let bounce = report(
        "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.7.1\n\
         Diagnostic-Code: smtp; 550-5.7.1 Message blocked, see\n",
        "   ----- The following addresses had permanent fatal errors -----\n<bob@example.org>\n\
         \x20   (reason: 550-5.7.1 Message blocked, see)\n\n   ----- Transcript of session follows -----\n\
         ... while talking to mx1.example.org.:\n>>> DATA\n<<< 550-5.7.1 Message blocked, see\n\
         <<< 550 5.7.1 https://example.org/why?ip=192.0.2.1\n554 5.0.0 Service unavailable\n",
    );
    let bob = &bounce.recipients()[0];
    assert_eq!(bob.reply().text(), "550 5.7.1 Message blocked, see https://example.org/why?ip=192.0.2.1");
    assert_eq!(bob.remote_host(), Some("mx1.example.org"));
}

#[test]
fn quoted_printable_base64_and_charsets_are_decoded() {
    let quoted = read(
        "From: Mail Delivery System <MAILER-DAEMON@example.com>\nContent-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: quoted-printable\n\n<bob@example.org>: host mx.example.org[192.0.2.1] said: 550 see=\n\
         \x20https://example.org/a=3D1&b=\n=3D2 (in reply to RCPT TO command)\n",
    );
    assert_eq!(quoted.recipients()[0].reply().text(), "550 see https://example.org/a=1&b=2");
    assert_eq!(quoted.recipients()[0].remote_host(), Some("mx.example.org"));
    let base64 = read(
        "From: MAILER-DAEMON@example.com\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n\
         PGJvYkBleGFtcGxlLm9yZz46IDU1MCBib+50ZSBwbGVpbmUK\n",
    );
    assert_eq!(base64.recipients()[0].reply().text(), "550 boîte pleine");
}

#[test]
fn the_returned_message_is_never_taken_for_the_reply() {
    let bounce = read(
        "From: Mail Delivery System <Mailer-Daemon@example.com>\nX-Failed-Recipients: bob@example.org\n\n\
         The following address(es) failed:\n\n  bob@example.org\n    host mx.example.org [192.0.2.1]\n\
         \x20   SMTP error from remote mail server after RCPT TO:<bob@example.org>:\n    550 5.1.1 User unknown\n\n\
         ------ This is a copy of the message, including all the headers. ------\n\n\
         From: a@example.com\nTo: bob@example.org\nSubject: blocked\n\n<eve@example.net>: 554 5.7.1 listed at zen.spamhaus.org\n",
    );
    assert_eq!(bounce.kind(), Kind::TextReport);
    assert_eq!(addresses(&bounce), ["bob@example.org"]);
    assert_eq!(bounce.recipients()[0].reply().text(), "550 5.1.1 User unknown");
    let original = bounce.original().unwrap();
    assert!(original.is_whole() && original.octets().starts_with(b"From: a@example.com\r\n"));
}

#[test]
fn rfc_5965_complaints_are_no_bounces() {
    let bounce = read(
        "From: feedback@example.net\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nThis is an abuse report.\n\
         --b\nContent-Type: message/feedback-report\n\nFeedback-Type: Abuse\nUser-Agent: X/1\nVersion: 1\n\
         Source-IP: 192.0.2.7\nOriginal-Rcpt-To: <bob@example.net>\nOriginal-Mail-From: <a@example.com>\n\
         Reported-Domain: example.com\n\
         --b\nContent-Type: message/rfc822\n\nFrom: a@example.com\n\nhello\n--b--\n",
    );
    assert_eq!(bounce.kind(), Kind::FeedbackReport);
    assert_eq!(addresses(&bounce), ["bob@example.net"]);
    assert_eq!(bounce.recipients()[0].cause(), Cause::Feedback);
    let feedback = bounce.feedback().unwrap();
    assert_eq!(feedback.kind, "abuse");
    assert_eq!(feedback.source_ip, Some("192.0.2.7".parse().unwrap()));
    assert_eq!(feedback.original_sender.as_deref(), Some("a@example.com"));
    assert_eq!(feedback.reported_domain.as_deref(), Some("example.com"));
}

#[test]
fn rfc_3834_automatic_answers_are_no_bounces() {
    let bounce =
        read("From: Bob <bob@example.org>\nAuto-Submitted: auto-replied\nSubject: away\n\nI am away. 550 5.1.1 \n");
    assert_eq!(bounce.kind(), Kind::AutoReply);
    assert_eq!(bounce.recipients()[0].cause(), Cause::AutoReply);
    // §5: Postfix marks its bounces so, too.
    let postfix = read(
        "From: MAILER-DAEMON@example.com (Mail Delivery System)\nAuto-Submitted: auto-replied\n\n\
         <bob@example.org>: host mx.example.org[192.0.2.1] said: 550 no\n",
    );
    assert_eq!(postfix.kind(), Kind::TextReport);
}

#[test]
fn ordinary_mail_is_nothing_of_the_kind() {
    let bounce =
        read("From: Ann <ann@example.org>\nTo: bob@example.com\nSubject: lunch\n\nMeet me.\ncarl@example.net joins.\n");
    assert_eq!(bounce.kind(), Kind::Other);
    assert!(bounce.recipients().is_empty());
    let postmaster = read("From: postmaster@example.org\nSubject: maintenance\n\nThe server is down on Sunday.\n");
    assert_eq!((postmaster.kind(), postmaster.recipients().len()), (Kind::Other, 0));
    for text in ["", "\n", "hello", "{\"a\": 1}", "{"] {
        assert_eq!(read(text).kind(), Kind::Other, "{text:?}");
    }
}

#[test]
fn amazon_notifications_are_read_bare_in_an_envelope_and_in_mail() {
    let bare = r#"{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","reportingMTA":"dsn; a1.example.com","bouncedRecipients":[{"emailAddress":"bob@example.org","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"headers":[{"name":"From","value":"a@example.com"}]}}"#;
    let envelope = format!("{{\"Type\":\"Notification\",\"Message\":{}}}", serde_json::to_string(bare).unwrap());
    let mail =
        format!("From: no-reply@sns.amazonaws.com\nSubject: AWS Notification\n\n{bare}\n\n--\nIf you wish to stop\n");
    for text in [bare, &envelope, &mail] {
        let bounce = read(text);
        assert_eq!(bounce.kind(), Kind::Notification, "{text}");
        assert_eq!(bounce.reporting_mta(), Some("a1.example.com"));
        let bob = &bounce.recipients()[0];
        assert_eq!((bob.address(), bob.action()), (Some("bob@example.org"), Some(Action::Failed)));
        assert_eq!(bob.reply().text(), "550 5.1.1 user unknown");
        assert_eq!(bounce.original().unwrap().octets(), b"From: a@example.com\r\n");
    }
    let complaint = r#"{"eventType":"Complaint","complaint":{"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":"bob@example.org"}]}}"#;
    assert_eq!(read(complaint).recipients()[0].cause(), Cause::Feedback);
    let delivery = r#"{"eventType":"Delivery","delivery":{"recipients":["bob@example.org"],"smtpResponse":"250 ok"}}"#;
    assert_eq!(read(delivery).recipients()[0].action(), Some(Action::Delivered));
}

#[test]
fn one_address_may_fail_at_several_hosts() {
    let bounce = report(
        "Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; bob@example.org\nAction: delayed\nStatus: 4.4.1\n\
         Remote-MTA: dns; mx1.example.org\nDiagnostic-Code: smtp; 451 busy\n\n\
         Final-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx2.example.org\n\
         Diagnostic-Code: smtp; 550 no\n",
        "",
    );
    let hosts: Vec<_> =
        bounce.recipients().iter().map(|recipient| (recipient.remote_host(), recipient.reply().text())).collect();
    assert_eq!(hosts, [(Some("mx1.example.org"), "451 busy"), (Some("mx2.example.org"), "550 no")]);
}

#[test]
fn limits_bound_what_is_read() {
    let mut limits = Limits::default();
    limits.recipients = 2;
    limits.reply = 20;
    let text = "From: MAILER-DAEMON@example.com\n\n<a@example.org>: 550 no\n<b@example.org>: 550 this is far longer than that\n<c@example.org>: 550 no\n";
    let bounce = bounce::read_within(text.as_bytes(), &limits);
    assert_eq!(addresses(&bounce), ["a@example.org", "b@example.org"]);
    assert!(bounce.recipients().iter().all(|recipient| recipient.reply().text().len() <= 20));
}

/// Layouts of servers whose bounces carry no report: address, and the reply's text.
const WORDINGS: [(&str, &str, &str); 8] = [
    (
        "Message details:\n  Subject: hello\n  MAIL FROM: a@example.com\n  RCPT TO: bob@example.org\n  Size (in bytes): 1\n\nError message below:\n550 - no such user here\n",
        "bob@example.org",
        "550 - no such user here",
    ),
    (
        "The following addresses\nfailed:\n\n\"bob@example.org\":\nSMTP error from remote server after RCPT command:\nhost: mx.example.org\n5.1.1 <bob@example.org>... User Unknown\n\n--- The header of the original message is following. ---\n\nFrom: a@example.com\n",
        "bob@example.org",
        "host: mx.example.org 5.1.1 <bob@example.org>... User Unknown",
    ),
    (
        "Unable to deliver message to: <bob@example.org>\nDelivery failed for the following reason:\nServer mx.example.org[192.0.2.1] failed with: 550 <bob@example.org> No such user here\n\nThis has been a permanent failure.\n",
        "bob@example.org",
        "550 <bob@example.org> No such user here",
    ),
    (
        "Your message:\n   From:    a@example.net\n   Subject: hello\n\nCould not be delivered because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected: \n\n    bob@example.org\n",
        "bob@example.org",
        "550 5.1.1 User unknown The following recipients were affected:",
    ),
    (
        "1 error(s):\n\nSMTP Server <mx.example.org> rejected recipient <bob@example.org> \n  (Error following RCPT command). It responded as follows: [550 5.1.1 User Unknown]Message follows.\n",
        "bob@example.org",
        "[550 5.1.1 User Unknown]Message follows.",
    ),
    (
        "Sent >>> RCPT TO:<bob@example.org>\nReceived <<< 550 5.1.1 <bob@example.org>... user unknown\n\nUnable to deliver message to <bob@example.org>\n",
        "bob@example.org",
        "550 5.1.1 <bob@example.org>... user unknown",
    ),
    (
        "Unable to deliver message to the following recipients:\n\n   * bob@example.org\n\nTechnical details:\nSMTP:RCPT host 192.0.2.8: 553 5.3.0 No such user here\n",
        "bob@example.org",
        "553 5.3.0 No such user here",
    ),
    (
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nbob@example.org\n\n------- Returned Message --------\n\nFrom: a@example.com\n",
        "bob@example.org",
        "------- Failure Reasons -------- User not listed in public Name & Address Book",
    ),
];

#[test]
fn the_layouts_of_many_servers() {
    for (text, address, reply) in WORDINGS {
        let bounce =
            read(&format!("From: MAILER-DAEMON@example.com\nTo: a@example.com\nSubject: Undeliverable\n\n{text}"));
        let found: Vec<_> = bounce.recipients().iter().map(|one| (one.address(), one.reply().text())).collect();
        assert_eq!(found, [(Some(address), reply)], "{text}");
    }
}

#[test]
fn a_bounce_that_is_forwarded_as_an_attachment_is_read() {
    let bounce = read(
        "From: Ann <ann@example.com>\nTo: help@example.net\nSubject: please look\nContent-Type: multipart/mixed; boundary=f\n\n\
         --f\nContent-Type: text/plain\n\nWhat is this?\n\
         --f\nContent-Type: message/rfc822\n\nFrom: MAILER-DAEMON@example.com\nSubject: failure notice\n\n\
         <bob@example.org>:\nRemote host said: 550 no\n\n--- Below this line is a copy of the message.\n\nFrom: ann@example.com\n--f--\n",
    );
    assert_eq!((bounce.kind(), addresses(&bounce)), (Kind::TextReport, vec!["bob@example.org"]));
    assert_eq!(bounce.original().unwrap().octets(), b"From: ann@example.com");
}
