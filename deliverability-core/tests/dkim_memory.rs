//! How much memory hostile messages take: the most that this process ever held, so one test alone.
#![cfg(feature = "verify")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail loudly")]

use std::fs;

use deliverability_core::dkim::{Message, MessageReader};

const MIB: usize = 1 << 20;

const HEADER: &str = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from;\r\n\
    \tbh=AAAAQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\nFrom: amy@example.org\r\n";

/// The most memory that was ever resident, in octets. `None`, loudly, where the system does not say.
fn peak() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok();
    let line = status.as_deref().and_then(|status| status.lines().find(|line| line.starts_with("VmHWM:")));
    let kib = line.and_then(|line| line.split_ascii_whitespace().nth(1)?.parse::<usize>().ok());
    if kib.is_none() {
        eprintln!("SKIPPED: the system does not tell how much memory is used");
    }
    Some(kib? << 10)
}

/// Feeds `piece` until so many octets were read.
fn feed(mut reader: MessageReader, piece: &[u8], octets: usize) -> Message {
    let megabyte = piece.repeat(MIB / piece.len());
    for _ in 0..octets / megabyte.len() {
        reader.feed(&megabyte);
    }
    reader.finish()
}

fn reader(header: &str) -> MessageReader {
    let mut reader = Message::reader();
    reader.feed(header.as_bytes());
    reader
}

#[test]
fn memory_does_not_grow_with_the_message() {
    let Some(before) = peak() else { return };
    let grown = |what: &str, most: usize| {
        let grown = peak().unwrap().saturating_sub(before);
        eprintln!("{what}: {} KiB", grown >> 10);
        assert!(grown < most * MIB, "{what}: {} MiB", grown / MIB);
    };
    let many = HEADER.repeat(1000);
    // A body that is searched for what happened to it is kept, until it is too large.
    feed(reader(&format!("{HEADER}\r\n")), b" ", 100 * MIB);
    for piece in [&b"\r\n"[..], b" \t\r\n", b"\0", b"\n", b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"] {
        feed(reader(&format!("{many}\r\n")), piece, 8 * MIB);
    }
    grown("a large body", 32);
    feed(reader(HEADER), b"X: y\r\n", 8 * MIB);
    feed(reader(HEADER), b"x", 8 * MIB);
    grown("a large header", 32);
    for piece in [&b"x\n"[..], b"=\xfc\r\n", b"\r\n", b".\r\n"] {
        feed(reader(&format!("{}\r\n", HEADER.repeat(20))), piece, 2 * MIB);
        grown("a large body searched for its change", 64);
    }
}
