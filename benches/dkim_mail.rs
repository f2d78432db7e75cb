//! Signed messages to measure on, made anew for each run.

use deliverability_core::dns::Zone;

use crate::signer::{Key, Mail, sign};

/// A message with a body of about so many octets, signed rsa-sha256 with 2,048 bits and
/// relaxed/relaxed, and the zone with its key.
pub fn signed(octets: usize) -> (Vec<u8>, Zone) {
    signed_in("text", octets)
}

/// The same in one of the forms that mail has: `text`, `html`, `base64` or `alternative`.
pub fn signed_in(form: &str, octets: usize) -> (Vec<u8>, Zone) {
    let key = Key::rsa().expect("openssl makes the key");
    (sign(&key, &mail(form, octets), "relaxed", "relaxed", NAMES, " t=1767225600;").octets(), key.zone())
}

const NAMES: &str = "From:To:Subject:Date:Message-ID:MIME-Version:Content-Type";

fn mail(form: &str, octets: usize) -> Mail {
    let (content_type, encoding, body) = content(form, octets);
    let fields = [
        (
            "Received",
            " from a.example.org (a.example.org [192.0.2.1])\r\n\tby mx.example.org with ESMTPS id 4fX7;\r\n\tFri, 20 Nov 2026 09:00:00 +0000",
        ),
        ("From", " Amy Example <amy@example.org>"),
        ("To", " Bob <bob@example.net>"),
        ("Subject", " What was said in the meeting on Thursday, and what comes next"),
        ("Date", " Fri, 20 Nov 2026 09:00:00 +0000"),
        ("Message-ID", " <20261120090000.4fX7@example.org>"),
        ("MIME-Version", " 1.0"),
        ("Content-Type", content_type),
        ("Content-Transfer-Encoding", encoding),
    ];
    Mail { fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), body }
}

/// Type, encoding and body of about so many octets.
fn content(form: &str, octets: usize) -> (&'static str, &'static str, Vec<u8>) {
    const LINE: &[u8] = b"The quick brown fox jumps over the lazy dog and runs on into the wood.\r\n";
    let text = |octets: usize| [b"Dear Bob,\r\n\r\n", &LINE.repeat(octets / LINE.len() + 1)[..]].concat();
    let html = |octets: usize| [b"<html><body><p>\r\n", &text(octets)[..], b"</p></body></html>\r\n"].concat();
    match form {
        "html" => (" text/html; charset=utf-8", " 8bit", html(octets)),
        "base64" => {
            let body = data_encoding::BASE64_MIME.encode(&text(octets / 4 * 3)).into_bytes();
            (" text/plain; charset=utf-8", " base64", body)
        }
        "alternative" => {
            let half = octets / 2;
            let (plain, html) = (text(half), html(half));
            let body = [
                b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
                &plain[..],
                b"\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
                &html,
                b"\r\n--b--\r\n",
            ];
            (" multipart/alternative; boundary=b", " 8bit", body.concat())
        }
        _ => (" text/plain; charset=utf-8", " 8bit", text(octets)),
    }
}
