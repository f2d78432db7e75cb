//! Returned mail for tests.

use std::fmt::Write as _;

/// A delivery report about a message of amy@example.org.
pub(crate) struct Dsn<'a> {
    pub(crate) reply: &'a str,
    pub(crate) status: &'a str,
    pub(crate) recipient: &'a str,
    /// The server that wrote the report.
    pub(crate) reporter: &'a str,
    /// The server that replied; none if empty.
    pub(crate) remote: &'a str,
    /// The Received field of the message; none if empty.
    pub(crate) received: &'a str,
    /// Whether the body came back too.
    pub(crate) is_whole: bool,
}

impl Default for Dsn<'_> {
    fn default() -> Self {
        Self {
            reply: "",
            status: "5.0.0",
            recipient: "bob@example.net",
            reporter: "mail.example.org",
            remote: "mx.example.net",
            received: "",
            is_whole: true,
        }
    }
}

pub(crate) fn dsn(parts: &Dsn<'_>) -> Vec<u8> {
    let mut text = format!(
        "From: MAILER-DAEMON@{0}\nTo: amy@example.org\nSubject: Undelivered Mail\nDate: Mon, 2 Feb 2026 09:00:00 +0000\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: text/plain\n\nYour message could not be delivered.\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; {0}\n\nFinal-Recipient: rfc822; {1}\nAction: failed\nStatus: {2}\n",
        parts.reporter, parts.recipient, parts.status
    );
    if !parts.remote.is_empty() {
        let _ = writeln!(text, "Remote-MTA: dns; {}", parts.remote);
    }
    if !parts.reply.is_empty() {
        let _ = writeln!(text, "Diagnostic-Code: smtp; {}", parts.reply);
    }
    let kind = if parts.is_whole { "message/rfc822" } else { "text/rfc822-headers" };
    let _ = write!(text, "\n--b\nContent-Type: {kind}\n\nReturn-Path: <amy@example.org>\n");
    if !parts.received.is_empty() {
        let _ = writeln!(text, "Received: {}", parts.received);
    }
    text.push_str(
        "From: Amy <amy@example.org>\nTo: bob@example.net\nSubject: hello\nDate: Mon, 2 Feb 2026 08:00:00 +0000\n",
    );
    text.push_str("Message-ID: <1@example.org>\n");
    text.push_str(if parts.is_whole { "\nhello\n\n--b--\n" } else { "\n--b--\n" });
    text.replace('\n', "\r\n").into_bytes()
}
