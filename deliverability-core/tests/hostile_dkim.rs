//! Messages made to hurt: bounded time and memory, no panic, an outcome a signature.
#![cfg(feature = "verify")]
#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use deliverability_core::Check;
use deliverability_core::dkim::{Limits, Message, SignatureOutcome, Verification};
use deliverability_core::dns::{RecordData, Text, Zone};

const SIGNATURE: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from:subject:x;\r\n\
    \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n";
const FROM: &str = "From: amy@example.org\r\n";

fn zone() -> Zone {
    let mut zone = Zone::new();
    let record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    zone.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Txt(Text::from(record)));
    zone
}

fn verify(message: &[u8]) -> Vec<SignatureOutcome> {
    let read = Message::of(message);
    let outcomes = Verification::of(&read).at(0).in_zone(&zone());
    assert_eq!(outcomes.len(), read.signature_count());
    for outcome in &outcomes {
        assert!(!outcome.to_string().chars().any(char::is_control), "{outcome}");
        assert!(outcome.problems().iter().all(|problem| problem.span.end <= outcome.text().len()));
    }
    outcomes
}

#[test]
fn ten_thousand_fields() {
    let fields: String = (0..10_000).map(|n| format!("X: {n}\r\n")).collect();
    let outcomes = verify(format!("{SIGNATURE}{fields}{FROM}\r\nbody\r\n").as_bytes());
    assert_eq!(outcomes[0].cause().unwrap().code(), "dkim.limit.header");
    // Just below the limit, every one of them is named in h=.
    let names = "x:".repeat(9_990);
    let signature = SIGNATURE.replace("h=from", &format!("h={names}from"));
    let fields: String = (0..9_990).map(|n| format!("X: {n}\r\n")).collect();
    let outcomes = verify(format!("{signature}{fields}{FROM}\r\nbody\r\n").as_bytes());
    assert_eq!(outcomes[0].signature_verifies(), Some(false));
}

#[test]
fn a_thousand_signatures() {
    let outcomes = verify(format!("{}{FROM}\r\nbody\r\n", SIGNATURE.repeat(1000)).as_bytes());
    let judged = outcomes.iter().filter(|o| o.cause().unwrap().code() != "dkim.limit.signatures").count();
    assert_eq!(judged, Limits::default().signatures);
    let different: String =
        (0..1000).map(|n| SIGNATURE.replace("47DE", &format!("{n:04}")).replace("c=", &format!("l={n}; c="))).collect();
    assert_eq!(verify(format!("{different}{FROM}\r\nbody\r\n").as_bytes()).len(), 1000);
}

#[test]
fn a_hundred_megabytes_of_white_space() {
    for (piece, times) in [(&b" "[..], 100 << 20), (b"\r\n", 5 << 20), (b" \t\r\n", 2 << 20)] {
        let mut reader = Message::reader();
        reader.feed(format!("{SIGNATURE}{FROM}\r\n").as_bytes());
        let megabyte = piece.repeat((1 << 20) / piece.len());
        (0..times * piece.len() / megabyte.len()).for_each(|_| reader.feed(&megabyte));
        let outcomes = Verification::of(&reader.finish()).in_zone(&zone());
        // RFC 6376 §3.4.4: relaxed, all of it is nothing.
        assert_eq!(outcomes[0].body_matches(), Some(true));
    }
}

#[test]
fn a_header_without_an_end() {
    let endless = "X".repeat(3 << 20);
    assert!(verify(format!("{SIGNATURE}{FROM}{endless}").as_bytes())[0].cause().unwrap().code() == "dkim.limit.header");
    let folds = format!("{SIGNATURE}{FROM}X: a\r\n{}", " \r\n".repeat(100_000));
    assert_eq!(verify(folds.as_bytes()).len(), 1);
}

#[test]
fn octets_that_no_mail_has() {
    let odd = ["\0", "\n", "\r", "\r\r\n", "\u{1b}[2J", "\u{202e}", ";", "=", "\t"];
    for one in odd {
        for other in odd {
            let message = format!("{SIGNATURE}{FROM}Subject:{one}x{other}\r\n\r\n{one}body{other}\r\n.{other}{one}");
            assert_eq!(verify(message.as_bytes()).len(), 1, "{message:?}");
            let _ = verify(message.replace("v=1", &format!("v={one}{other}")).as_bytes());
            let _ = verify(message.replace("example.org", one).replace("s=s", &format!("s={other}")).as_bytes());
            let _ = verify(message.replace("\r\n", "\n").as_bytes());
        }
    }
    let bytes: Vec<u8> = (0..=255).collect();
    let _ = verify(&[SIGNATURE.as_bytes(), &bytes, b"\r\n\r\n", &bytes].concat());
}

#[test]
fn a_changed_body_is_searched_within_bounds() {
    let signature = SIGNATURE.replace("47DE", "AAAA").replace("relaxed/relaxed", "simple/simple");
    for line in
        ["\r\n", "x\r\n", ".\r\n", "From x\r\n", "=\r\n", "https://a.safelinks.protection.outlook.com/?url=%\r\n"]
    {
        let body = line.repeat((1 << 18) / line.len());
        let outcomes = verify(format!("{}{FROM}\r\n{body}", signature.repeat(20)).as_bytes());
        assert_eq!(outcomes[0].body_matches(), Some(false));
    }
    let large = "x\r\n".repeat(2 << 20);
    let outcomes = verify(format!("{signature}{FROM}\r\n{large}").as_bytes());
    assert_eq!(outcomes[0].cause().unwrap().code(), "dkim.body-changed.not-searched");
}

#[test]
fn what_is_not_searched_is_not_called_unknown() {
    let signature = SIGNATURE.replace("47DE", "AAAA");
    let code = |body: &str, limits: Limits| {
        let message = Message::with_limits(format!("{signature}{FROM}\r\n{body}").as_bytes(), limits);
        Verification::of(&message).in_zone(&zone())[0].cause().unwrap().code()
    };
    let (small, large) = ("a line\r\n".repeat(10), "a line\r\n".repeat(20_000));
    assert_eq!(code(&small, Limits::default()), "dkim.body-changed");
    assert_eq!(code(&large, Limits::default()), "dkim.body-changed.partly-searched");
    assert_eq!(code(&small, Limits { explained_passes: 0, ..Limits::default() }), "dkim.body-changed.partly-searched");
    assert_eq!(code(&small, Limits { explained_octets: 0, ..Limits::default() }), "dkim.body-changed.not-searched");
}

#[test]
fn nested_mime() {
    let part = |n: usize| format!("--{n}\r\nContent-Type: multipart/mixed; boundary={}\r\n\r\n", n + 1);
    let open: String = (0..4_000).map(part).collect();
    let closed: String = (0..4_000).rev().map(|n| format!("--{n}--\r\n")).collect();
    let types = "Content-Type: multipart/mixed; boundary=0\r\nContent-Transfer-Encoding: base64\r\n";
    for signature in [SIGNATURE.to_owned(), SIGNATURE.replace("47DE", "AAAA").replace("relaxed/relaxed", "simple")] {
        for body in [format!("{open}{closed}"), open.clone(), "--0--\r\n".repeat(10_000), format!("{open}\0")] {
            let outcomes = verify(format!("{signature}{FROM}{types}\r\n{body}").as_bytes());
            assert_eq!(outcomes[0].body_matches(), Some(false));
        }
    }
}

#[test]
fn bodies_of_nul_and_of_bare_lf() {
    let signature = SIGNATURE.replace("47DE", "AAAA").replace("relaxed/relaxed", "simple/simple");
    for octet in ["\0", "\n", "\r", "\0\n"] {
        let body = octet.repeat((1 << 19) / octet.len());
        for signature in [SIGNATURE, &signature] {
            let outcomes = verify(format!("{signature}{FROM}\r\n{body}").as_bytes());
            assert_eq!(outcomes[0].body_matches(), Some(false));
        }
    }
}
