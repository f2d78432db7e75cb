//! Returned mail to measure on: the corpora beside the checkout where they are, else a few messages of our own.

use std::fs;
use std::path::Path;

/// Messages.
pub fn corpus() -> Vec<Vec<u8>> {
    let ancestors = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().take(4);
    let shared =
        ancestors.map(|dir| dir.join("../shared/corpora/bounces")).find(|dir| dir.exists()).unwrap_or_default();
    let folders = ["sisimai", "postfix", "exim"].map(|name| shared.join(name));
    let files = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().filter_map(Result::ok);
    let mut paths: Vec<_> =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|word| word == "eml")).collect();
    paths.sort();
    let messages: Vec<_> = paths.iter().filter_map(|path| fs::read(path).ok()).collect();
    if messages.is_empty() { OWN.map(|text| text.as_bytes().to_vec()).to_vec() } else { messages }
}

const OWN: [&str; 3] = [
    "From: MAILER-DAEMON@mail.example.com (Mail Delivery System)\r\nSubject: Undelivered Mail Returned to Sender\r\n\
     To: amy@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\
     \tboundary=\"B\"\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
     This is the mail system at host mail.example.com.\r\n\r\n<bob@example.org>: host mx.example.org[192.0.2.1] said: \
     554 5.7.1 Service\r\n    unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org (in reply to RCPT TO\r\n    \
     command)\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.com\r\n\r\n\
     Final-Recipient: rfc822; bob@example.org\r\nAction: failed\r\nStatus: 5.7.1\r\nRemote-MTA: dns; mx.example.org\r\n\
     Diagnostic-Code: smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.25]\r\n    blocked using \
     zen.spamhaus.org\r\n\r\n--B\r\nContent-Type: message/rfc822\r\n\r\nFrom: amy@example.com\r\nTo: bob@example.org\r\n\
     Subject: hello\r\n\r\nHello.\r\n\r\n--B--\r\n",
    "From: Mail Delivery System <Mailer-Daemon@mail.example.com>\r\nX-Failed-Recipients: bob@example.org\r\n\
     Subject: Mail delivery failed: returning message to sender\r\n\r\n\
     This message was created automatically by mail delivery software.\r\n\r\n  bob@example.org\r\n    \
     host mx.example.org [192.0.2.1]\r\n    SMTP error from remote mail server after RCPT TO:<bob@example.org>:\r\n    \
     550-5.1.1 The email account that you tried to reach does not exist.\r\n    550 5.1.1 abc - gsmtp\r\n\r\n\
     ------ This is a copy of the message, including all the headers. ------\r\n\r\nFrom: amy@example.com\r\n\r\nHello.\r\n",
    "From: MAILER-DAEMON@example.com\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program at example.com.\r\n\
     I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<bob@example.org>:\r\n\
     192.0.2.1 does not like recipient.\r\nRemote host said: 552 5.2.2 mailbox full\r\nGiving up on 192.0.2.1.\r\n\r\n\
     --- Below this line is a copy of the message.\r\n\r\nReturn-Path: <amy@example.com>\r\n\r\nHello.\r\n",
];
