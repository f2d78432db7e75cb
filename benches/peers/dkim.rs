//! DKIM verification of one message: read, its key looked up in memory and parsed, its signature
//! judged.

#[path = "../dkim_mail.rs"]
mod dkim_mail;

use std::hint::black_box;
use std::sync::Arc;

use deliverability_core::Check as _;
use deliverability_core::dkim::{KeyCache, KeyRecord, Message, Verification, overall};

use crate::{Subject, mail_auth_peer, signer, subject, viadkim_peer};

/// When the messages are judged.
const NOW: u64 = 1_767_225_700;

pub fn subjects() -> Vec<Subject> {
    let mut all = Vec::new();
    for (task, octets) in [("dkim 1K", 1 << 10), ("dkim 50K", 50 << 10), ("dkim 10M", 10 << 20)] {
        all.extend(verifiers(task, octets));
    }
    all.extend(footers("dkim footer", 50 << 10));
    all.extend(hostile("dkim hostile", 4 << 20));
    let record = signer::Key::rsa().expect("openssl makes the key").record();
    let text = record.clone();
    all.push(subject("dkim key", "ours", move || KeyRecord::parse(black_box(record.as_bytes())).expect("valid")));
    all.push(mail_auth_peer::key("dkim key", text));
    all
}

fn verifiers(task: &'static str, octets: usize) -> Vec<Subject> {
    let (message, zone) = dkim_mail::signed(octets);
    let floor = signer::Floor::new(octets);
    let mut all = mail_auth_peer::dkim(task, &message, &zone);
    all.push(viadkim_peer::dkim(task, &message, &zone));
    all.push(subject(task, "the floor", move || floor.run()));
    let keys = Arc::new(KeyCache::default());
    let (text, same) = (message.clone(), zone.clone());
    let verification = |message: &[u8]| Verification::of(&Message::of(black_box(message))).at(NOW);
    let ours = move || overall(&verification(&message).in_zone(&zone));
    let cached = move || overall(&verification(&text).key_cache(&keys).in_zone(&same));
    assert_eq!((ours().as_str(), cached().as_str()), ("pass", "pass"));
    all.splice(0..0, [subject(task, "ours", ours), subject(task, "ours, cached", cached)]);
    all
}

/// A message with a footer, and what it costs to verify the one without.
fn footers(task: &'static str, octets: usize) -> Vec<Subject> {
    let (message, zone) = dkim_mail::signed(octets);
    let footer = [&message[..], b"_______________\r\nA list\r\nhttps://lists.example/\r\n"].concat();
    let changed: Vec<u8> = String::from_utf8(message.clone()).expect("text").replace("The quick", "A slow").into();
    let run = move |message: &[u8], zone: &deliverability_core::dns::Zone| {
        Verification::of(&Message::of(black_box(message))).at(NOW).in_zone(zone)
    };
    let (one, other) = (zone.clone(), zone.clone());
    vec![
        subject(task, "ours, a footer", move || run(&footer, &one)),
        subject(task, "ours, not found", move || run(&changed, &other)),
        subject(task, "ours, unchanged", move || run(&message, &zone)),
    ]
}

/// The largest body that is searched for what happened to it, four times over.
fn hostile(task: &'static str, octets: usize) -> Vec<Subject> {
    let lines: [(&str, &[u8]); 6] = [
        ("text", b"A line of a text that is as long as lines mostly are, or so they say.\r\n"),
        ("letters", b"a\r\n"),
        ("paragraphs", b"a\r\n\r\n"),
        ("bare LF", b"a \n"),
        ("8 bit", b"=\xfc\r\n"),
        ("dots", b"..\r\nFrom >From .\r\n"),
    ];
    let verify = |message: Vec<u8>| move || Message::of(black_box(&message));
    lines.map(|(by, line)| subject(task, by, verify(unsigned(line, octets)))).into()
}

/// A message whose signatures are of four other bodies.
fn unsigned(line: &[u8], octets: usize) -> Vec<u8> {
    let mut message = Vec::new();
    for n in 0..4 {
        let signature = format!(
            "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=example.org; s=s; h=from;\r\n\
             \tbh={n}AAAQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"
        );
        message.extend_from_slice(signature.as_bytes());
    }
    message.extend_from_slice(b"From: amy@example.org\r\n\r\n");
    message.extend_from_slice(&line.repeat(octets / line.len()));
    message
}
