//! Signed fields are changed on the way.

use crate::mails::plain;
use crate::signer::{self, Mail};
use crate::{Arrived, Fault, Keys, SIGNED, changed};

const RR: (&str, &str) = ("relaxed", "relaxed");
const SR: (&str, &str) = ("simple", "relaxed");

const PREFIX: &[&str] = &["dkim.header-changed.subject-prefix"];
const REWRITTEN: &[&str] = &["dkim.header-changed.from-rewritten"];
const ADDED: &[&str] = &["dkim.header-changed.field-added"];
const REMOVED: &[&str] = &["dkim.header-changed.field-removed"];
const REFOLDED: &[&str] = &["dkim.header-changed.refolded"];
const QUOTES: &[&str] = &["dkim.header-changed.quotes"];
const MIME: &[&str] = &["dkim.header-changed.mime"];
const DATE: &[&str] = &["dkim.header-changed.date"];
const WORDS: &[&str] = &["dkim.header-changed.encoded-words"];
const CASE: &[&str] = &["dkim.header-changed.name-case"];
const ORDER: &[&str] = &["dkim.header-changed.reordered"];
const ALTERED: &[&str] = &["dkim.header-changed.field-altered"];
const UNKNOWN: &[&str] = &["dkim.header-changed"];

pub(crate) fn faults(keys: &Keys) -> Vec<Fault> {
    let mut all = Vec::new();
    let key = keys.usual();
    let mut add = |name, codes, mail: Mail, how, change: &dyn Fn(&mut Mail)| {
        all.push(Fault(name, "fail", codes, changed(key, &mail, how, change)));
    };
    subjects(&mut add);
    authors(&mut add);
    fields(&mut add);
    forms(&mut add);
    mime(&mut add);
    all.extend(trace(keys));
    all.extend(unharmed(keys));
    all
}

type Add<'a> =
    &'a mut dyn FnMut(&'static str, &'static [&'static str], Mail, (&'static str, &'static str), &dyn Fn(&mut Mail));

fn set(mail: &mut Mail, name: &str, value: &str) {
    *mail.field(name) = format!(" {value}");
}

fn push(mail: &mut Mail, name: &str, value: &str) {
    mail.fields.push((name.to_owned(), format!(" {value}")));
}

fn put(mail: &mut Mail, name: &str, value: &str) {
    mail.fields.insert(1, (name.to_owned(), format!(" {value}")));
}

fn with(name: &str, value: &str) -> Mail {
    let mut mail = plain();
    match mail.fields.iter().position(|(of, _)| of == name) {
        Some(_) => set(&mut mail, name, value),
        None => push(&mut mail, name, value),
    }
    mail
}

const SUBJECT: &str = "The minutes of the meeting in March";

fn subjects(add: Add<'_>) {
    add("list tag", PREFIX, plain(), RR, &|m| set(m, "Subject", &format!("[Minutes] {SUBJECT}")));
    add("list tag, simple", PREFIX, plain(), SR, &|m| set(m, "Subject", &format!("[Minutes] {SUBJECT}")));
    add("spam tag", PREFIX, plain(), RR, &|m| set(m, "Subject", &format!("*****SPAM***** {SUBJECT}")));
    add("external tag without a space", PREFIX, plain(), RR, &|m| set(m, "Subject", &format!("[EXT]{SUBJECT}")));
    add("list tag behind Re:", PREFIX, with("Subject", "Re: the minutes"), RR, &|m| {
        set(m, "Subject", "Re: [Minutes] the minutes");
    });
    add("list tag and Re: in front", PREFIX, with("Subject", "Re: the minutes"), RR, &|m| {
        set(m, "Subject", "[Minutes] Re: the minutes");
    });
    add("list tag with a number", PREFIX, plain(), RR, &|m| set(m, "Subject", &format!("[Minutes 1234] {SUBJECT}")));
    add("list tag before an encoded word", PREFIX, with("Subject", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?="), RR, &|m| {
        set(m, "Subject", "[Minutes] =?utf-8?Q?Gr=C3=BC=C3=9Fe?=");
    });
    add(
        "tag at the end",
        &["dkim.header-changed.subject-suffix", "dkim.header-changed.subject-prefix"],
        plain(),
        RR,
        &|m| {
            set(m, "Subject", &format!("{SUBJECT} [SPAM]"));
        },
    );
    add("encoded word from Q to B", WORDS, with("Subject", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?="), RR, &|m| {
        set(m, "Subject", "=?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=");
    });
    add("encoded word from B to Q", WORDS, with("Subject", "=?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?="), RR, &|m| {
        set(m, "Subject", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=");
    });
    add("raw UTF-8 became an encoded word", WORDS, with("Subject", "Gr\u{fc}\u{df}e aus K\u{f6}ln"), RR, &|m| {
        set(m, "Subject", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=");
    });
    add(
        "encoded word became raw UTF-8",
        WORDS,
        with("Subject", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?="),
        RR,
        &|m| {
            set(m, "Subject", "Gr\u{fc}\u{df}e aus K\u{f6}ln");
        },
    );
    add("subject replaced", UNKNOWN, plain(), RR, &|m| set(m, "Subject", "quarantined"));
    add("subject emptied", UNKNOWN, plain(), RR, &|m| set(m, "Subject", ""));
}

fn authors(add: Add<'_>) {
    add("From of a list, the old in Reply-To", REWRITTEN, plain(), RR, &|m| {
        set(m, "From", "Amy Example via Minutes <minutes@lists.example.net>");
        m.fields.push(("X-Reply".to_owned(), " x".to_owned()));
        push(m, "X-Original-From", "Amy Example <amy@example.org>");
    });
    add("From of a list, nothing else", REWRITTEN, plain(), RR, &|m| {
        set(m, "From", "\"Amy Example via Minutes\" <minutes@lists.example.net>");
        push(m, "List-Id", "<minutes.lists.example.net>");
    });
    add("From of a Google group", REWRITTEN, plain(), RR, &|m| {
        set(m, "From", "\"'Amy Example' via Minutes\" <minutes@example.net>");
        push(m, "X-Original-Sender", "amy@example.org");
    });
    add("From of a list, the old behind Reply-To, which was not signed", REWRITTEN, plain(), RR, &|m| {
        set(m, "From", "Amy Example via Minutes <minutes@lists.example.net>");
        push(m, "Old-From", "Amy Example <amy@example.org>");
    });
    add("Reply-To added", ADDED, plain(), RR, &|m| push(m, "Reply-To", "minutes@lists.example.net"));
    add("Reply-To added above", ADDED, plain(), RR, &|m| put(m, "Reply-To", "minutes@lists.example.net"));
    add("From rewritten and Reply-To added with the old", REWRITTEN, plain(), RR, &|m| {
        set(m, "From", "Amy Example via Minutes <minutes@lists.example.net>");
        push(m, "Reply-To", "Amy Example <amy@example.org>");
    });
    add(
        "Reply-To replaced",
        &["dkim.header-changed", "dkim.header-changed.field-removed"],
        with("Reply-To", "desk@example.org"),
        RR,
        &|m| set(m, "Reply-To", "minutes@lists.example.net"),
    );
    add(
        "Reply-To put before another",
        &["dkim.header-changed.address-added"],
        with("Reply-To", "desk@example.org"),
        RR,
        &|m| {
            set(m, "Reply-To", "minutes@lists.example.net, desk@example.org");
        },
    );
    add("quotes added to the name", QUOTES, plain(), RR, &|m| set(m, "From", "\"Amy Example\" <amy@example.org>"));
    add("quotes of the name removed", QUOTES, with("From", "\"Amy Example\" <amy@example.org>"), RR, &|m| {
        set(m, "From", "Amy Example <amy@example.org>");
    });
    add(
        "quotes of one recipient of two",
        QUOTES,
        with("To", "\"Bob\" <bob@example.net>, \"Carol\" <carol@example.net>"),
        RR,
        &|m| {
            set(m, "To", "Bob <bob@example.net>, \"Carol\" <carol@example.net>");
        },
    );
    add("angle brackets added", QUOTES, with("To", "bob@example.net"), RR, &|m| set(m, "To", "<bob@example.net>"));
    add("angle brackets removed", QUOTES, with("To", "<bob@example.net>"), RR, &|m| set(m, "To", "bob@example.net"));
    add("comment turned into a name", QUOTES, with("From", "amy@example.org (Amy Example)"), RR, &|m| {
        set(m, "From", "Amy Example <amy@example.org>");
    });
    add("comment removed", UNKNOWN, with("From", "Amy <amy@example.org> (work)"), RR, &|m| {
        set(m, "From", "Amy <amy@example.org>");
    });
    add(
        "blank after the comma lost",
        &["dkim.header-changed.refolded", "dkim.header-changed.quotes"],
        plain(),
        RR,
        &|m| {
            set(m, "To", "Bob <bob@example.net>,Carol <carol@example.net>");
        },
    );
    add("capitals of the domain", UNKNOWN, with("To", "Bob <bob@Example.NET>"), RR, &|m| {
        set(m, "To", "Bob <bob@example.net>");
    });
    add("recipient hidden", UNKNOWN, plain(), RR, &|m| set(m, "To", "undisclosed-recipients:;"));
    add("recipient replaced", UNKNOWN, plain(), RR, &|m| set(m, "To", "minutes@lists.example.net"));
    add("the display name copied from the address", QUOTES, with("To", "bob@example.net"), RR, &|m| {
        set(m, "To", "\"bob@example.net\" <bob@example.net>");
    });
}

fn fields(add: Add<'_>) {
    add("Cc added", ADDED, plain(), RR, &|m| push(m, "Cc", "dan@example.net"));
    add("second Subject below", ADDED, plain(), RR, &|m| push(m, "Subject", "Buy now"));
    add("second Subject above", ADDED, plain(), RR, &|m| put(m, "Subject", "Buy now"));
    add("second From above", ADDED, plain(), RR, &|m| put(m, "From", "Mallory <mallory@example.net>"));
    add("the same From twice", ADDED, plain(), RR, &|m| push(m, "From", "Amy Example <amy@example.org>"));
    add("Message-ID below the signed one", ADDED, plain(), RR, &|m| push(m, "Message-ID", "<other@example.net>"));
    add("two fields added", ADDED, plain(), RR, &|m| {
        push(m, "Cc", "dan@example.net");
        push(m, "Reply-To", "dan@example.net");
    });
    // Reply-To is not there either: which of them was cannot be found out.
    add("Cc removed", UNKNOWN, with("Cc", "dan@example.net"), RR, &|m| m.fields.retain(|(name, _)| name != "Cc"));
    add("MIME-Version removed", REMOVED, plain(), RR, &|m| m.fields.retain(|(name, _)| name != "MIME-Version"));
    add("Reply-To removed, which was as From", REMOVED, with("Reply-To", "Amy Example <amy@example.org>"), RR, &|m| {
        m.fields.retain(|(name, _)| name != "Reply-To");
    });
    add("Message-ID replaced", UNKNOWN, plain(), RR, &|m| set(m, "Message-ID", "<new.1@relay.example.net>"));
    add("Message-ID replaced, the old kept", ALTERED, plain(), RR, &|m| {
        set(m, "Message-ID", "<new.1@relay.example.net>");
        push(m, "X-Original-Message-ID", "<20261120.1@example.org>");
    });
    add("Subject replaced, the old kept", ALTERED, plain(), RR, &|m| {
        set(m, "Subject", "quarantined");
        push(m, "X-Original-Subject", SUBJECT);
    });
    add("Date in UTC", DATE, plain(), RR, &|m| set(m, "Date", "Fri, 20 Nov 2026 09:00:00 +0000"));
    add("Date with a zone's name", DATE, plain(), RR, &|m| set(m, "Date", "Fri, 20 Nov 2026 10:00:00 +0100 (CET)"));
    add("Date without a zone's name", DATE, with("Date", "Fri, 20 Nov 2026 10:00:00 +0000 (UTC)"), RR, &|m| {
        set(m, "Date", "Fri, 20 Nov 2026 10:00:00 +0000");
    });
    add("Date in GMT became numbers", DATE, with("Date", "Fri, 20 Nov 2026 10:00:00 GMT"), RR, &|m| {
        set(m, "Date", "Fri, 20 Nov 2026 10:00:00 +0000");
    });
    add("Date with two digits of the day", DATE, with("Date", "Fri, 6 Nov 2026 10:00:00 +0100"), RR, &|m| {
        set(m, "Date", "Fri, 06 Nov 2026 10:00:00 +0100");
    });
    add("Date without the day of the week", DATE, plain(), RR, &|m| set(m, "Date", "20 Nov 2026 10:00:00 +0100"));
    add("Date of the relay", UNKNOWN, plain(), RR, &|m| set(m, "Date", "Fri, 20 Nov 2026 11:17:23 +0200"));
}

fn forms(add: Add<'_>) {
    add("refolded", REFOLDED, plain(), SR, &|m| set(m, "Subject", "The minutes of the\r\n meeting in March"));
    add("refolded with a tab", REFOLDED, plain(), SR, &|m| {
        set(m, "To", "Bob <bob@example.net>,\r\n\tCarol <carol@example.net>");
    });
    add("unfolded", REFOLDED, with("Subject", "The minutes of the\r\n\tmeeting in March"), SR, &|m| {
        set(m, "Subject", "The minutes of the\tmeeting in March");
    });
    add("tab of the fold to a space", REFOLDED, with("Subject", "The minutes of the\r\n\tmeeting"), SR, &|m| {
        set(m, "Subject", "The minutes of the\r\n meeting");
    });
    add("two fields refolded", REFOLDED, plain(), SR, &|m| {
        set(m, "Subject", "The minutes of the\r\n meeting in March");
        set(m, "To", "Bob <bob@example.net>,\r\n\tCarol <carol@example.net>");
    });
    add("the signature refolded", REFOLDED, plain(), SR, &|m| {
        let value = m.field("DKIM-Signature");
        *value = value.replacen("; d=", ";\r\n d=", 1);
    });
    add("space behind the colon removed", REFOLDED, plain(), SR, &|m| SUBJECT.clone_into(m.field("Subject")));
    add("space at the end removed", REFOLDED, with("Subject", "Minutes "), SR, &|m| set(m, "Subject", "Minutes"));
    add("doubled spaces made one", REFOLDED, with("Subject", "Minutes  of March"), SR, &|m| {
        set(m, "Subject", "Minutes of March");
    });
    add("folded within a word", &["dkim.header-changed.refolded"], with("Subject", &"a".repeat(90)), RR, &|m| {
        set(m, "Subject", &format!("{}\r\n {}", "a".repeat(70), "a".repeat(20)));
    });
    add("unfolded without the space", REFOLDED, with("Subject", "The minutes of\r\n March"), RR, &|m| {
        set(m, "Subject", "The minutes ofMarch");
    });
    add("capitals of the name", CASE, plain(), SR, &|m| rename(m, "Message-ID", "Message-Id"));
    add("capitals of two names", CASE, plain(), SR, &|m| {
        rename(m, "Message-ID", "Message-Id");
        rename(m, "MIME-Version", "Mime-Version");
    });
    add("comment in MIME-Version", &["dkim.header-changed.mime", "dkim.header-changed"], plain(), RR, &|m| {
        set(m, "MIME-Version", "1.0 (Relay 5.1)");
    });
    add("MIME-Version lost its comment", UNKNOWN, with("MIME-Version", "1.0 (Mac OS X Mail 16.0)"), RR, &|m| {
        set(m, "MIME-Version", "1.0");
    });
    add("control octet removed", UNKNOWN, with("Subject", "a\u{7}b"), RR, &|m| set(m, "Subject", "ab"));
}

fn rename(mail: &mut Mail, from: &str, to: &str) {
    let field = mail.fields.iter_mut().find(|(name, _)| name == from).unwrap();
    to.clone_into(&mut field.0);
}

fn mime(add: Add<'_>) {
    let boundary = |value: &str| with("Content-Type", value);
    add("Content-Type parameter added", MIME, boundary("text/plain"), RR, &|m| {
        set(m, "Content-Type", "text/plain; charset=us-ascii");
    });
    add("charset in capitals", MIME, plain(), RR, &|m| set(m, "Content-Type", "text/plain; charset=UTF-8"));
    add("charset quoted", MIME, plain(), RR, &|m| set(m, "Content-Type", "text/plain; charset=\"utf-8\""));
    add("boundary's quotes removed", MIME, boundary("multipart/mixed; boundary=\"b1\""), RR, &|m| {
        set(m, "Content-Type", "multipart/mixed; boundary=b1");
    });
    add("boundary's quotes added", MIME, boundary("multipart/mixed; boundary=b1"), RR, &|m| {
        set(m, "Content-Type", "multipart/mixed; boundary=\"b1\"");
    });
    add("blank behind the semicolon removed", MIME, plain(), RR, &|m| {
        set(m, "Content-Type", "text/plain;charset=utf-8");
    });
    add("format=flowed added", MIME, plain(), RR, &|m| {
        set(m, "Content-Type", "text/plain; charset=utf-8; format=flowed");
    });
    add("parameter order", MIME, boundary("text/plain; charset=utf-8; format=flowed"), RR, &|m| {
        set(m, "Content-Type", "text/plain; format=flowed; charset=utf-8");
    });
    add("capitals of the type", MIME, boundary("TEXT/PLAIN; charset=utf-8"), RR, &|m| {
        set(m, "Content-Type", "text/plain; charset=utf-8");
    });
    add("charset renamed", MIME, boundary("text/plain; charset=iso-8859-1"), RR, &|m| {
        set(m, "Content-Type", "text/plain; charset=utf-8");
    });
    add("multipart renamed", MIME, boundary("multipart/alternative; boundary=b1"), RR, &|m| {
        set(m, "Content-Type", "multipart/mixed; boundary=b1");
    });
}

/// Fields that every hop touches are signed.
fn trace(keys: &Keys) -> Vec<Fault> {
    let key = keys.usual();
    let signed = |names: &str, mail: &Mail| signer::sign(key, mail, "relaxed", "relaxed", names, "");
    let arrived = |mail: Mail| Arrived { octets: mail.octets(), zone: key.zone() };
    let mut received = signed("From:Received:Received:Subject", &plain());
    received.fields.insert(0, ("Received".to_owned(), " from mx.example.org by mx.example.net; now".to_owned()));
    let mut path = signed("From:Return-Path:Subject", &with("Return-Path", "<amy@example.org>"));
    path.fields.retain(|(name, _)| name != "Return-Path");
    let mut replaced = signed("From:Return-Path:Subject", &with("Return-Path", "<amy@example.org>"));
    replaced.fields.retain(|(name, _)| name != "Return-Path");
    replaced.fields.insert(0, ("Return-Path".to_owned(), " <bounce+amy@example.org>".to_owned()));
    let mut swapped = with("Keywords", "one");
    push(&mut swapped, "Keywords", "two");
    let mut swapped = signed("From:Keywords:Keywords", &swapped);
    let at = swapped.fields.len() - 2;
    swapped.fields.swap(at, at + 1);
    let mut three = with("Comments", "one");
    push(&mut three, "Comments", "two");
    push(&mut three, "Comments", "three");
    let mut three = signed("From:Comments:Comments:Comments", &three);
    let at = three.fields.len() - 3;
    three.fields[at..].reverse();
    let unsubscribe = with("List-Unsubscribe", "<mailto:u@example.org>");
    let mut unsubscribe = signed("From:List-Unsubscribe:Subject", &unsubscribe);
    unsubscribe.fields.retain(|(name, _)| name != "List-Unsubscribe");
    let mut copies = plain();
    let tags = format!(" z=Subject:{}|Message-ID:<20261120.1@example.org>;", SUBJECT.replace(' ', "=20"));
    copies = signer::sign(key, &copies, "relaxed", "relaxed", SIGNED, &tags);
    set(&mut copies, "Subject", "quarantined");
    vec![
        Fault("Received signed once more than it stood", "fail", ADDED, arrived(received)),
        Fault("the only signed field that is not there", "fail", REMOVED, arrived(unsubscribe)),
        Fault("Return-Path removed", "fail", REMOVED, arrived(path)),
        Fault(
            "Return-Path replaced",
            "fail",
            &["dkim.header-changed.trace-field", "dkim.header-changed"],
            arrived(replaced),
        ),
        Fault("two of a name swapped", "fail", ORDER, arrived(swapped)),
        Fault("three of a name reversed", "fail", ORDER, arrived(three)),
        Fault("replaced, with a copy in z=", "fail", ALTERED, arrived(copies)),
    ]
}

/// What changes nothing.
fn unharmed(keys: &Keys) -> Vec<Fault> {
    let key = keys.usual();
    let pass = |name, codes, change: &dyn Fn(&mut Mail)| Fault(name, "pass", codes, changed(key, &plain(), RR, change));
    let once = |name, codes, change: &dyn Fn(&mut Mail)| {
        let mut mail = signer::sign(key, &plain(), "relaxed", "relaxed", "From:Subject:Date", "");
        change(&mut mail);
        Fault(name, "pass", codes, Arrived { octets: mail.octets(), zone: key.zone() })
    };
    vec![
        pass("refolded, relaxed", &[], &|m| set(m, "Subject", "The minutes of the\r\n\tmeeting in March")),
        pass("capitals of a name, relaxed", &[], &|m| rename(m, "Message-ID", "MESSAGE-ID")),
        pass("fields in another order", &[], &|m| m.fields[1..].reverse()),
        pass("unsigned fields added", &[], &|m| put(m, "X-Spam", "no")),
        once("second Subject above, signed once", &[], &|m| put(m, "Subject", "Buy now")),
        once("second From above, signed once", &["dkim.note.unsigned-from"], &|m| {
            put(m, "From", "Mallory <m@example.net>");
        }),
    ]
}
