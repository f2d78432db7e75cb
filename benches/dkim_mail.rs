//! Signed messages to measure on, made anew for each run.

use deliverability_core::dns::Zone;

use crate::signer::{Key, Mail, sign};

/// A message with a body of about so many octets, signed rsa-sha256 with 2,048 bits and
/// relaxed/relaxed, and the zone with its key.
pub fn signed(octets: usize) -> (Vec<u8>, Zone) {
    let key = Key::rsa().expect("openssl makes the key");
    (sign(&key, &mail(octets), "relaxed", "relaxed", NAMES, " t=1767225600;").octets(), key.zone())
}

const NAMES: &str = "From:To:Subject:Date:Message-ID:MIME-Version:Content-Type";

fn mail(octets: usize) -> Mail {
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
        ("Content-Type", " text/plain; charset=utf-8"),
    ];
    let line = b"The quick brown fox jumps over the lazy dog and runs on into the wood.\r\n";
    let mut body = b"Dear Bob,\r\n\r\n".to_vec();
    while body.len() < octets {
        body.extend_from_slice(line);
    }
    Mail { fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), body }
}
