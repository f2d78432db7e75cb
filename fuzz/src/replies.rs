//! The fuzz body of SMTP replies.

use deliverability_core::bounce::{Cause, EnhancedStatusCode, classify_reply};

/// Any text as a reply: bounded, whole characters, and the same whatever ends the lines.
pub fn smtp_reply(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let reply = classify_reply(&text);
    assert!(reply.text().len() <= 8192 && !reply.text().contains(char::is_control));
    let said = reply.text().get(reply.sentence().range()).expect("the sentence cuts a character");
    assert!(reply.cause() != Cause::Unknown || said.is_empty());
    let in_lines = text.replace("\r\n", "\n").replace('\r', "\n");
    if in_lines.len() <= 8192 && text.len() <= 8192 {
        assert_eq!(classify_reply(&in_lines), reply);
        assert_eq!(classify_reply(&in_lines.replace('\n', "\r")), reply);
    }
    if let Some(status) = reply.status() {
        assert_eq!(status.to_string().parse::<EnhancedStatusCode>().ok(), Some(status));
    }
}

/// Pieces of replies.
pub(crate) const REPLY_WORDS: &[&str] = &[
    "550-",
    "550 ",
    "421 ",
    "5.7.26 ",
    "4.7.1 ",
    "\r\n",
    "\n",
    "\r",
    " ",
    "Client host [192.0.2.25] blocked using ",
    "zen.spamhaus.org",
    "; see http://www.spamhaus.org/query/ip/192.0.2.25",
    "Verification failed for <a@example.org>",
    "Called: 192.0.2.3",
    "Sent: RCPT TO:<",
    "Response: 550 5.1.1 no such user",
    "Sender verify failed",
    "host mx.example.net[192.0.2.1] said: ",
    "User unknown",
    "- gsmtp",
    "(S3150)",
    "AUP#In-1220",
    "#BL000011",
    "OFR006_102",
    "SPF= Fail , DKIM= Pass",
    "HELO/EHLO argument \"",
    "domain example.org ",
    "does not exist",
    "retry timeout exceeded",
    "2001:db8::1",
    "[",
    "<",
    ">",
    "@",
    "\u{fc}",
    "<<< ",
];
