//! Messages signed here and changed in one way each: the cause has to be named, always.
#![cfg(feature = "verify")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "dkim_support/signer.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
mod signer;

use std::sync::{Arc, LazyLock};

use deliverability_core::dkim::{Cause, KeyCache, Message, SignatureOutcome, Verification};
use deliverability_core::{Check, DkimResult};
use signer::{Key, Mail, sign};

/// Messages of each kind.
const MESSAGES: usize = 20;

/// One kind of change.
struct Kind {
    code: &'static str,
    /// Words of `c=`; empty for all four pairs in turn.
    header: &'static str,
    body: &'static str,
    /// Tags of the signature besides.
    more: fn(&Mail) -> String,
    before: fn(usize, &mut Mail),
    change: fn(usize, &mut Mail),
    /// Whether it is for RSA only, which tells a wrong key from changed fields.
    rsa_only: bool,
}

const PLAIN: Kind = Kind {
    code: "",
    header: "",
    body: "",
    more: |_| String::new(),
    before: |_, _| {},
    change: |_, _| {},
    rsa_only: false,
};

const KINDS: &[Kind] = &[
    Kind {
        code: "dkim.body-changed.footer",
        change: |n, mail| {
            mail.body.extend_from_slice(b"_______________\r\n");
            (0..=n).for_each(|line| mail.body.extend_from_slice(format!("footer line {line}\r\n").as_bytes()));
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.trailing-space",
        body: "simple",
        before: |n, mail| {
            let at = mail.body.iter().enumerate().filter(|(_, b)| **b == b'\r').nth(n % 3).unwrap().0;
            mail.body.splice(at..at, *b" ");
        },
        change: |_, mail| {
            let text = String::from_utf8(mail.body.clone()).unwrap();
            mail.body = text.replace(" \r\n", "\r\n").into_bytes();
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.transfer-encoding",
        before: |_, mail| mail.body.extend_from_slice("Gr\u{fc}\u{df}e aus K\u{f6}ln = sch\u{f6}n\r\n".as_bytes()),
        change: |n, mail| {
            let (word, body) = if n % 2 == 0 {
                ("quoted-printable", quoted_printable(&mail.body))
            } else {
                ("base64", data_encoding::BASE64_MIME.encode(&mail.body).into_bytes())
            };
            *mail.field("Content-Transfer-Encoding") = format!(" {word}");
            mail.body = body;
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.charset",
        before: |n, mail| {
            let text = "na\u{ef}ve caf\u{e9}\r\n";
            match n % 2 {
                0 => mail.body.extend(text.chars().map(|c| c as u8)),
                _ => mail.body.extend_from_slice(text.as_bytes()),
            }
        },
        change: |n, mail| {
            mail.body = match n % 2 {
                0 => mail.body.iter().map(|b| char::from(*b)).collect::<String>().into_bytes(),
                _ => String::from_utf8(mail.body.clone()).unwrap().chars().map(|c| c as u8).collect(),
            };
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.line-ends",
        change: |n, mail| {
            let text = String::from_utf8(mail.body.clone()).unwrap();
            mail.body = text.replace("\r\n", if n % 2 == 0 { "\r\r\n" } else { "\n" }).into_bytes();
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.from-quoted",
        before: |_, mail| mail.body.extend_from_slice(b"From here on\r\n"),
        change: |_, mail| {
            let text = String::from_utf8(mail.body.clone()).unwrap();
            mail.body = text.replace("\r\nFrom ", "\r\n>From ").into_bytes();
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.banner",
        change: |n, mail| {
            let banner = format!("CAUTION: this mail comes from outside.\r\n{}", "Be careful.\r\n".repeat(n % 4));
            mail.body.splice(0..0, banner.into_bytes());
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.shorter",
        more: |mail| format!(" l={};", mail.body.len()),
        body: "simple",
        change: |n, mail| mail.body.truncate(mail.body.len() - 3 - n),
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.links",
        before: |_, mail| mail.body.extend_from_slice(b"see http://example.org/a?b=c for more\r\n"),
        change: |_, mail| {
            let text = String::from_utf8(mail.body.clone()).unwrap();
            let link =
                "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fexample.org%2Fa%3Fb%3Dc&data=05%7C";
            mail.body = text.replace("http://example.org/a?b=c", link).into_bytes();
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.body-changed.footer-in-part",
        before: |_, mail| {
            let part = b"--b1\r\nContent-Type: text/plain\r\n\r\n".to_vec();
            mail.body = [part, mail.body.clone(), b"--b1--\r\n".to_vec()].concat();
        },
        change: |n, mail| {
            let at = mail.body.len() - b"--b1--\r\n".len();
            mail.body.splice(at..at, format!("-- \r\nlist footer {n}\r\n").into_bytes());
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.header-changed.subject-prefix",
        change: |n, mail| {
            let prefix = ["[list] ", "***SPAM*** ", "[EXTERNAL] ", "{Spam?} ", "Re: [tag] "][n % 5];
            let subject = mail.field("Subject");
            *subject = format!(" {prefix}{}", subject.trim_start());
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.header-changed.refolded",
        header: "simple",
        change: |n, mail| {
            let value = mail.field(["Subject", "To"][n % 2]);
            let at = value.rfind(' ').unwrap();
            value.replace_range(at..=at, ["\r\n ", "\r\n\t"][n / 2 % 2]);
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.header-changed.field-added",
        change: |n, mail| {
            let name = ["From", "Cc", "Subject"][n % 3];
            let at = if n % 2 == 0 { 0 } else { mail.fields.len() };
            mail.fields.insert(at, (name.to_owned(), " Mallory <mallory@example.net>".to_owned()));
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.header-changed.field-removed",
        change: |_, mail| mail.fields.retain(|(name, _)| name != "MIME-Version"),
        ..PLAIN
    },
    Kind {
        code: "dkim.header-changed.from-rewritten",
        change: |_, mail| {
            let from = std::mem::replace(mail.field("From"), " Amy via List <list@lists.example>".to_owned());
            mail.fields.push(("X-Original-From".to_owned(), from));
        },
        ..PLAIN
    },
    Kind {
        code: "dkim.header-changed.quotes",
        change: |_, mail| " \"Amy Example\" <amy@example.org>".clone_into(mail.field("From")),
        ..PLAIN
    },
    Kind {
        code: "dkim.header-changed.field-altered",
        more: |mail| {
            let field = |name: &str| mail.fields.iter().find(|(of, _)| of == name).unwrap().1.replace(' ', "=20");
            format!(" z=To:{}|Date:{};", field("To"), field("Date"))
        },
        change: |n, mail| {
            *mail.field(["To", "Date"][n % 2]) = format!(" something else {n}");
        },
        ..PLAIN
    },
    Kind { code: "dkim.key-mismatch", rsa_only: true, ..PLAIN },
    Kind {
        code: "dkim.key-mismatch.length",
        change: |n, mail| {
            let signature = mail.field("DKIM-Signature");
            signature.truncate(signature.len() - 4 * (n + 1));
        },
        rsa_only: true,
        ..PLAIN
    },
];

/// The plainest encoder: every octet that has to be, lines as they are.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    body.iter()
        .flat_map(|byte| match byte {
            b'=' | 0x80.. => format!("={byte:02X}").into_bytes(),
            byte => vec![*byte],
        })
        .collect()
}

fn message(n: usize) -> Mail {
    let fields = [
        ("Received", " from a.example.org by mx.example.org; Fri, 20 Nov 2026 09:00:00 +0000"),
        ("From", " Amy Example <amy@example.org>"),
        ("To", " Bob <bob@example.net>, Carol <carol@example.net>"),
        ("Date", " Fri, 20 Nov 2026 09:00:00 +0000"),
        ("MIME-Version", " 1.0"),
        ("Content-Type", " text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", " 8bit"),
    ];
    let mut fields: Vec<(String, String)> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    fields.insert(3, ("Subject".to_owned(), format!(" Report number {n} of the year")));
    fields.push(("Message-ID".to_owned(), format!(" <{n}@example.org>")));
    let lines = (0..=n).map(|line| format!("This is line {line} of message {n}.\r\n"));
    let body = format!("Hello Bob,\r\n\r\n{}\r\nAmy\r\n", lines.collect::<String>());
    Mail { fields, body: body.into_bytes() }
}

const SIGNED: &str = "From:From:To:Cc:Subject:Subject:Date:MIME-Version:Message-ID";
const PAIRS: [(&str, &str); 4] =
    [("relaxed", "relaxed"), ("simple", "simple"), ("relaxed", "simple"), ("simple", "relaxed")];

fn word<'a>(fixed: &'a str, otherwise: &'a str) -> &'a str {
    if fixed.is_empty() { otherwise } else { fixed }
}

fn verify(mail: &Mail, key: &Key) -> SignatureOutcome {
    static KEYS: LazyLock<Arc<KeyCache>> = LazyLock::new(Arc::default);
    let check = Verification::of(&Message::of(&mail.octets()));
    let outcomes = check.in_zone(&key.zone());
    // A cache of keys, one for all messages, changes nothing.
    assert_eq!(check.key_cache(&KEYS).in_zone(&key.zone()), outcomes);
    outcomes[0].clone()
}

/// The codes of all causes of one message of a kind.
fn codes(kind: &Kind, n: usize, key: &Key, other: &Key) -> Vec<&'static str> {
    let mut mail = message(n);
    (kind.before)(n, &mut mail);
    let (header, body) = PAIRS[n % 4];
    let (header, body) = (word(kind.header, header), word(kind.body, body));
    let mut signed = sign(key, &mail, header, body, SIGNED, &(kind.more)(&mail));
    let untouched = verify(&signed, key);
    assert_eq!(untouched.result(), DkimResult::Pass, "{} {n} {header}/{body}: {untouched}", kind.code);
    (kind.change)(n, &mut signed);
    let published = if kind.code == "dkim.key-mismatch" { other } else { key };
    let outcome = verify(&signed, published);
    assert_eq!(outcome.result(), DkimResult::Fail, "{} {n} {header}/{body}: {outcome}", kind.code);
    outcome.causes().iter().map(Cause::code).collect()
}

#[test]
fn every_change_is_named() {
    let ed25519 = Key::ed25519();
    let rsa = Key::rsa().zip(Key::rsa());
    let (mut named, mut wrong) = (0, Vec::new());
    for kind in KINDS {
        for n in 0..MESSAGES {
            let codes = match &rsa {
                Some((key, other)) if kind.rsa_only || n % 2 == 0 => codes(kind, n, key, other),
                _ if kind.rsa_only => continue,
                _ => codes(kind, n, &ed25519, &ed25519),
            };
            if codes == [kind.code] {
                named += 1;
            } else {
                wrong.push(format!("{} {n}: {codes:?}", kind.code));
            }
        }
    }
    eprintln!("{} kinds, {named} changes named", KINDS.len());
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn two_changes_are_both_named() {
    let key = Key::ed25519();
    let mut mail = sign(&key, &message(3), "relaxed", "relaxed", SIGNED, "");
    mail.body.extend_from_slice(b"-- \r\nlist footer\r\n");
    *mail.field("Subject") = format!(" [list]{}", mail.field("Subject"));
    let from = std::mem::replace(mail.field("From"), " Amy via List <list@lists.example>".to_owned());
    mail.fields.push(("Reply-To".to_owned(), from));
    mail.fields.insert(0, ("Received".to_owned(), " from mx.example.org by lists.example; today".to_owned()));
    mail.fields.insert(0, ("List-Id".to_owned(), " A list <list.lists.example>".to_owned()));
    let outcome = verify(&mail, &key);
    let codes: Vec<_> = outcome.causes().iter().map(Cause::code).collect();
    assert_eq!(codes, ["dkim.body-changed.footer", "dkim.header-changed.subject-prefix"]);
    assert_eq!(outcome.later_hosts(), ["lists.example"]);
    assert_eq!(outcome.mailing_list(), Some("A list <list.lists.example>"));
    assert_eq!(outcome.to_string(), "fail for example.org: 18 octets were appended to the body, from \"--\" on");
}
