//! The signature itself is wrong or was damaged.

use crate::mails::plain;
use crate::signer::{self, Key, Mail};
use crate::{Arrived, Fault, Keys, SIGNED, zone_of};

const RR: (&str, &str) = ("relaxed", "relaxed");

pub(crate) fn faults(keys: &Keys) -> Vec<Fault> {
    let mut all = tags(keys.usual());
    all.extend(missing(keys.usual()));
    all.extend(times(keys.usual()));
    all.extend(lengths(keys.usual()));
    all.extend(damaged(keys));
    all.extend(other_keys(keys));
    all
}

fn whole(key: &Key) -> String {
    let algorithm = key.algorithm();
    format!(" v=1; a={algorithm}; c=relaxed/relaxed; d=example.org; s=s; h={SIGNED};\r\n\tbh={{bh}}; b=")
}

fn with_tags(key: &Key, names: &str, tags: &str) -> Arrived {
    let mail = signer::sign_tags(key, &plain(), RR, names, tags);
    Arrived { octets: mail.octets(), zone: key.zone() }
}

/// One text of the tags put for another.
fn swapped(key: &Key, from: &str, to: &str) -> Arrived {
    let tags = whole(key);
    assert!(tags.contains(from), "{from:?} in {tags}");
    with_tags(key, SIGNED, &tags.replace(from, to))
}

fn tags(key: &Key) -> Vec<Fault> {
    let at = |name, result, codes, from: &str, to: &str| Fault(name, result, codes, swapped(key, from, to));
    let a = format!("a={};", key.algorithm());
    let h = format!("h={SIGNED};");
    vec![
        at("v=2", "permerror", &["dkim.signature.version"], "v=1;", "v=2;"),
        at("v=1.0", "permerror", &["dkim.signature.version"], "v=1;", "v=1.0;"),
        at("v=DKIM1", "permerror", &["dkim.signature.version"], "v=1;", "v=DKIM1;"),
        at("unknown algorithm", "neutral", &["dkim.signature.unknown-algorithm"], &a, "a=rsa-sha512;"),
        at(
            "rsa-sha1",
            "permerror",
            &["dkim.signature.rsa-sha1"],
            &format!("{a} c=relaxed/relaxed;"),
            "a=rsa-sha1; c=relaxed/relaxed; bh=2jmj7l5rSw0yVb/vlWAYkK/YBwk=;",
        )
        .with_one_hash(),
        at(
            "unknown canonicalization",
            "neutral",
            &["dkim.signature.unknown-canonicalization"],
            "c=relaxed/relaxed",
            "c=relaxed/nowsp",
        ),
        at("unknown query method", "neutral", &["dkim.signature.unknown-query-method"], "s=s;", "s=s; q=https/json;"),
        at("a query method of several", "pass", &[], "s=s;", "s=s; q=https/json:dns/txt;"),
        at("From not signed", "permerror", &["dkim.signature.from-not-signed"], &h, "h=To:Subject;"),
        at("a blank for a colon in h=", "permerror", &["dkim.signature.field-name"], &h, "h=From To Subject;"),
        at("doubled tag", "permerror", &["dkim.signature.duplicate-tag"], "s=s;", "s=s; s=s;"),
        at("i= beside d=", "permerror", &["dkim.signature.identity-outside-domain"], "s=s;", "s=s; i=amy@example.com;"),
        at("i= of the parent", "permerror", &["dkim.signature.identity-outside-domain"], "s=s;", "s=s; i=@org;"),
        at(
            "i= ends like d= without being below",
            "permerror",
            &["dkim.signature.identity-outside-domain"],
            "s=s;",
            "s=s; i=@badexample.org;",
        ),
        at("i= below d=", "pass", &[], "s=s;", "s=s; i=@news.example.org;"),
        at("i= without an at sign", "permerror", &["dkim.signature.identity"], "s=s;", "s=s; i=example.org;"),
        at("an unknown tag", "pass", &[], "s=s;", "s=s; r=y; xx=what ever;"),
        at("d= with capitals", "pass", &[], "d=example.org", "d=Example.ORG"),
        at("d= with a final dot", "permerror", &["dkim.signature.name"], "d=example.org", "d=example.org."),
        at("d= with an address", "permerror", &["dkim.signature.name"], "d=example.org", "d=amy@example.org"),
        at("no equals sign", "permerror", &["dkim.signature.syntax"], "s=s;", "s=s; garbage;"),
        at("an empty tag", "permerror", &["dkim.signature.syntax"], "s=s;", "s=s;;"),
        at(
            "bh= of another hash",
            "permerror",
            &["dkim.signature.body-hash-length"],
            "bh={bh}",
            "bh=2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        ),
        at("bh= no base64", "permerror", &["dkim.signature.base64"], "bh={bh}", "bh=_-_-"),
        at("l= no number", "permerror", &["dkim.signature.number"], "s=s;", "s=s; l=12x;"),
        at("l= negative", "permerror", &["dkim.signature.number"], "s=s;", "s=s; l=-1;"),
        at("t= with a fraction", "permerror", &["dkim.signature.number"], "s=s;", "s=s; t=1795169000.5;"),
        at("h= with blanks around", "pass", &[], &h, &format!("h = {};", SIGNED.replace(':', " : "))),
        at(
            "c= with the header's only",
            "fail",
            &["dkim.body-changed.other-canonicalization"],
            "c=relaxed/relaxed",
            "c=relaxed",
        ),
    ]
}

trait OneHash {
    fn with_one_hash(self) -> Self;
}

impl OneHash for Fault {
    /// Without the second `bh=`.
    fn with_one_hash(mut self) -> Self {
        let text = String::from_utf8(self.3.octets).unwrap();
        let at = text.find("\r\n\tbh=").unwrap();
        let end = at + text[at..].find("; b=").unwrap();
        self.3.octets = format!("{}{}", &text[..at], &text[end + 1..]).into_bytes();
        self
    }
}

fn missing(key: &Key) -> Vec<Fault> {
    let whole = whole(key);
    let out = |name: &'static str, code: &'static [&'static str], tag: &str| {
        let at = whole.find(&format!("{tag}=")).unwrap();
        let end = whole[at..].find(';').map_or(whole.len(), |n| at + n + 1);
        Fault(name, "permerror", code, with_tags(key, SIGNED, &format!("{}{}", &whole[..at], &whole[end..])))
    };
    let mut all = vec![
        out("no v=", &["dkim.signature.missing-v"], "v"),
        out("no a=", &["dkim.signature.missing-a"], "a"),
        out("no d=", &["dkim.signature.missing-d"], "d"),
        out("no s=", &["dkim.signature.missing-s"], " s"),
        out("no h=", &["dkim.signature.missing-h"], "h"),
        out("no bh=", &["dkim.signature.missing-bh"], "bh"),
    ];
    let mut mail = signed(key);
    let value = mail.field("DKIM-Signature");
    value.truncate(value.rfind("b=").unwrap() + 2);
    all.push(Fault(
        "b= empty",
        "permerror",
        &["dkim.signature.missing-b"],
        Arrived { octets: mail.octets(), zone: key.zone() },
    ));
    all
}

fn times(key: &Key) -> Vec<Fault> {
    let more =
        |name, result, codes, more: &str| Fault(name, result, codes, swapped(key, "s=s;", &format!("s=s; {more};")));
    vec![
        more("expired", "fail", &["dkim.signature.expired"], "t=1795000000; x=1795086400"),
        more("from the future", "policy", &["dkim.signature.future"], "t=1796000000"),
        more("a minute ahead", "pass", &[], "t=1795170060"),
        more("x= before t=", "permerror", &["dkim.signature.expires-before-signing"], "t=1795169000; x=1795168000"),
        more("x= as t=", "permerror", &["dkim.signature.expires-before-signing"], "t=1795169000; x=1795169000"),
        more("x= beyond all numbers", "pass", &[], "x=999999999999"),
        more("in time", "pass", &[], "t=1795169000; x=1795770000"),
    ]
}

fn lengths(key: &Key) -> Vec<Fault> {
    let body = plain().body.len();
    let l = |l: usize, text: &str| {
        let tags = whole(key).replace("s=s;", &format!("s=s; l={l};"));
        let mut mail = signer::sign_tags(key, &plain(), RR, SIGNED, &tags);
        mail.body.extend_from_slice(text.as_bytes());
        Arrived { octets: mail.octets(), zone: key.zone() }
    };
    // The body as relaxed: a tab at the start of a line is a space, no octet less.
    vec![
        Fault("a tail behind l=", "pass", &["dkim.note.tail-unsigned"], l(body, "-- \r\nfooter\r\n")),
        Fault("l= larger than the body", "fail", &["dkim.body-changed.shorter"], l(body + 500, "")),
    ]
}

fn signed(key: &Key) -> Mail {
    signer::sign_tags(key, &plain(), RR, SIGNED, &whole(key))
}

fn damage(key: &Key, change: impl FnOnce(&mut String)) -> Arrived {
    let mut mail = signed(key);
    change(mail.field("DKIM-Signature"));
    Arrived { octets: mail.octets(), zone: key.zone() }
}

fn flip(value: &mut String, at: usize) {
    let other = if value.as_bytes()[at] == b'A' { "B" } else { "A" };
    value.replace_range(at..=at, other);
}

const TAG: &[&str] = &["dkim.header-changed.signature"];

fn damaged(keys: &Keys) -> Vec<Fault> {
    let key = keys.usual();
    let mut all = vec![
        Fault("b= wrapped", "pass", &[], damage(key, |v| v.insert_str(v.len() - 40, "\r\n\t "))),
        Fault("b= with a blank", "pass", &[], damage(key, |v| v.insert(v.len() - 11, ' '))),
        Fault(
            "b= with an exclamation mark of a line that was cut",
            "permerror",
            &["dkim.signature.base64"],
            damage(key, |v| v.insert_str(v.len() - 40, "!\r\n ")),
        ),
        Fault(
            "b= with soft line breaks",
            "permerror",
            &["dkim.signature.base64"],
            damage(key, |v| v.insert_str(v.len() - 40, "=\r\n ")),
        ),
        Fault(
            "bh= with one letter changed",
            "fail",
            &["dkim.header-changed.signature"],
            damage(key, |v| {
                let at = v.find("bh=").unwrap() + 7;
                flip(v, at);
            }),
        ),
        Fault("d= in other capitals", "fail", TAG, damage(key, |v| *v = v.replace("d=example.org", "d=EXAMPLE.org"))),
        Fault(
            "c= rewritten",
            "fail",
            &["dkim.header-changed.signature", "dkim.header-changed"],
            damage(key, |v| *v = v.replace("; s=s;", "; s=s; q=dns/txt;")),
        ),
        Fault("a blank behind a semicolon lost", "fail", TAG, damage(key, |v| *v = v.replace("; d=", ";d="))),
        Fault(
            "h= with other capitals",
            "fail",
            &["dkim.header-changed"],
            damage(key, |v| *v = v.replace("h=From:From", "h=from:from")),
        ),
    ];
    if let Some(rsa) = &keys.rsa {
        all.extend([
            Fault("b= with one letter changed", "fail", &["dkim.key-mismatch"], damage(rsa, |v| flip(v, v.len() - 40))),
            Fault("b= cut short", "fail", &["dkim.key-mismatch.length"], damage(rsa, |v| v.truncate(v.len() - 40))),
        ]);
    }
    let ed = &keys.ed25519;
    all.extend([
        Fault(
            "b= of Ed25519 with one letter changed",
            "fail",
            &["dkim.signature-mismatch"],
            damage(ed, |v| flip(v, v.len() - 40)),
        ),
        Fault(
            "b= of Ed25519 cut short",
            "fail",
            &["dkim.key-mismatch.length"],
            damage(ed, |v| v.truncate(v.len() - 40)),
        ),
        Fault("body and field of Ed25519 changed", "fail", &["dkim.body-changed"], changed_ed25519(ed)),
    ]);
    all
}

fn changed_ed25519(key: &Key) -> Arrived {
    let mut mail = signed(key);
    mail.body = b"other\r\n".to_vec();
    Arrived { octets: mail.octets(), zone: key.zone() }
}

fn other_keys(keys: &Keys) -> Vec<Fault> {
    let ed = &keys.ed25519;
    let under = |signs: &Key, stands: &str| Arrived { octets: signed(signs).octets(), zone: zone_of(&[stands]) };
    let mut all =
        vec![Fault("another Ed25519 key", "fail", &["dkim.signature-mismatch"], under(ed, &Key::ed25519().record()))];
    let strict = |i: &str| {
        let mut arrived = swapped(ed, "s=s;", &format!("s=s; i={i};"));
        arrived.zone = zone_of(&[&format!("{}; t=y:s", ed.record())]);
        arrived
    };
    all.push(Fault("t=s with i= below d=", "permerror", &["dkim.key.strict-identity"], strict("@news.example.org")));
    all.push(Fault("t=s with i= as d=", "pass", &["dkim.note.testing"], strict("amy@example.org")));
    if let (Some(rsa), Some(other)) = (&keys.rsa, &keys.other) {
        all.extend([
            Fault("another RSA key", "fail", &["dkim.key-mismatch"], under(rsa, &other.record())),
            Fault("RSA signature, Ed25519 key", "permerror", &["dkim.key.type"], under(rsa, &ed.record())),
            Fault("Ed25519 signature, RSA key", "permerror", &["dkim.key.type"], under(ed, &rsa.record())),
        ]);
    }
    all
}
