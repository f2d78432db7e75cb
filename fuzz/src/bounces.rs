//! Returned mail and log lines.

use deliverability_core::bounce::{self, Bounce, Kind, Limits};

pub(crate) const BOUNCE_WORDS: &[&str] = &[
    "From: MAILER-DAEMON@example.com\n",
    "X-Failed-Recipients: bob@example.org\n",
    "Subject: Returned mail: User unknown\n",
    "Auto-Submitted: auto-replied\n",
    "Content-Type: multipart/report; boundary=b\n",
    "Content-Type: message/delivery-status\n",
    "Content-Type: message/feedback-report\n",
    "Content-Type: message/rfc822\n",
    "Content-Type: text/plain; charset=iso-2022-jp\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Transfer-Encoding: base64\n",
    "\n\n--b\n",
    "\n--b--\n",
    "\n\n",
    "\n",
    "Final-Recipient: rfc822; bob@example.org\n",
    "Original-Recipient: utf-8; \\x{431}@example.org\n",
    "Action: failed\n",
    "Status: 5.7.1\n",
    "Diagnostic-Code: smtp; 550-5.7.1 blocked\n 550 5.7.1 see http://a.example/\n",
    "Feedback-Type: abuse\nSource-IP: 192.0.2.1\n",
    "<bob@example.org>: ",
    "host mx.example.org[192.0.2.1] said: ",
    "550 5.1.1 User unknown",
    ">>> RCPT TO:<bob@example.org>\n<<< 550 no\n",
    "--- Below this line is a copy of the message.\n",
    "From x@example.org Mon Jan 1\nA: b\n",
    "{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\"}]}}",
    "\u{1b}$B%f\u{1b}(B",
    "=\n",
    "=3D",
];

pub(crate) const LOG_WORDS: &[&str] = &[
    "Nov 21 18:50:50 mail postfix/smtp[1]: 4F: ",
    "to=<bob@example.org>, ",
    "orig_to=<b@example.org>, ",
    "relay=mx.example.org[192.0.2.1]:25, ",
    "dsn=5.1.1, ",
    " status=bounced (",
    "host mx.example.org[192.0.2.1] said: 550 no (in reply to RCPT TO command))",
    "NOQUEUE: reject: RCPT from a[192.0.2.9]:4711: 554 5.7.1 ",
    "; from=<a@example.net> to=<b@example.org>",
    "2026-11-21 18:51:02 1xUqAw-0002L9-3D ** bob@example.org ",
    " == b@example.org <c@example.org> R=x T=y H=mx.example.org [192.0.2.1] defer (-44): ",
    "H=a [192.0.2.9] F=<a@b.example> rejected RCPT <b@example.org>: ",
    "SMTP error from remote mail server after end of data: ",
    " stat=Deferred: 451 later",
    "ruleset=check_rcpt, arg1=<b@example.org>, reject=550 no",
    "\n",
    "]: ",
    ": ",
];

/// A message is read within its limits, and whatever its lines end with.
pub fn bounce_message(data: &[u8]) {
    let bounce = bounce::read(data);
    holds(&bounce);
    if !data.contains(&b'\r') {
        for end in [&b"\r\n"[..], b"\r"] {
            let lines: Vec<_> = data.split(|&octet| octet == b'\n').collect();
            assert_eq!(bounce::read(&lines.join(end)), bounce);
        }
    }
    let mut limits = Limits::default();
    (limits.recipients, limits.reply, limits.depth, limits.parts) = (2, 64, 2, 3);
    let bounce = bounce::read_within(data, &limits);
    assert!(bounce.recipients().len() <= 2 && bounce.recipients().iter().all(|one| one.reply().text().len() <= 64));
}

/// A log line gives its recipients, or is something else.
pub fn log_line(data: &[u8]) {
    holds(&bounce::read(data));
}

fn holds(bounce: &Bounce) {
    assert!(bounce.recipients().len() <= Limits::default().recipients);
    assert!(bounce.kind() != Kind::Other || bounce.recipients().is_empty());
    for recipient in bounce.recipients() {
        let reply = recipient.reply();
        assert!(reply.text().get(reply.sentence().start..reply.sentence().end).is_some());
    }
}
