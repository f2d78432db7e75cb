//! What mailing lists and mail gateways do at once: every cause is named, in order.

use crate::mails::{
    PAGE, TEXT, alternative, base64, encoded, mixed, multipart, part, plain, quoted_printable, swap, text,
};
use crate::signer::{self, Key, Mail};
use crate::{Arrived, SIGNED};

const FOOTER: &str = "_______________________________________________\r\nMinutes mailing list\r\n";
/// The encoding's field too.
const ALL: &str = "From:To:Subject:Date:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding";

type Found = (&'static str, &'static [&'static str], Arrived);

fn changed(key: &Key, mail: &Mail, names: &str, change: impl FnOnce(&mut Mail)) -> Arrived {
    let mut signed = signer::sign(key, mail, "relaxed", "relaxed", names, "");
    change(&mut signed);
    Arrived { octets: signed.octets(), zone: key.zone() }
}

fn set(mail: &mut Mail, name: &str, value: &str) {
    *mail.field(name) = format!(" {value}");
}

fn push(mail: &mut Mail, name: &str, value: &str) {
    mail.fields.push((name.to_owned(), format!(" {value}")));
}

pub(crate) fn faults(key: &Key) -> Vec<Found> {
    let mut all = lists(key);
    all.extend(gateways(key));
    all
}

fn from_rewritten(m: &mut Mail) {
    set(m, "From", "Amy Example via Minutes <minutes@lists.example.net>");
    push(m, "Reply-To", "Amy Example <amy@example.org>");
}

fn marked(m: &mut Mail) {
    let subject = m.field("Subject").trim().to_owned();
    set(m, "Subject", &format!("[Minutes] {subject}"));
}

fn lists(key: &Key) -> Vec<Found> {
    vec![
        (
            "footer, mark",
            &["dkim.body-changed.footer", "dkim.header-changed.subject-prefix"],
            changed(key, &plain(), SIGNED, |m| {
                m.body.extend_from_slice(FOOTER.as_bytes());
                marked(m);
            }),
        ),
        (
            "footer, mark, From, Reply-To",
            &["dkim.body-changed.footer", "dkim.header-changed.subject-prefix"],
            changed(key, &plain(), SIGNED, |m| {
                m.body.extend_from_slice(FOOTER.as_bytes());
                marked(m);
                from_rewritten(m);
            }),
        ),
        (
            "a part for the footer, From",
            &["dkim.body-changed.footer-in-part", "dkim.header-changed.from-rewritten"],
            changed(key, &mixed(), ALL, |m| {
                swap(m, "--=_b1--", &format!("--=_b1\r\n{}\r\n--=_b1--", part("text/plain", "7bit", FOOTER)));
                from_rewritten(m);
            }),
        ),
        (
            "a group",
            &["dkim.body-changed.footer", "dkim.header-changed.from-rewritten"],
            changed(key, &plain(), ALL, |m| {
                m.body.extend_from_slice(b"\r\n-- \r\nYou received this message because you are subscribed.\r\n");
                set(m, "From", "\"'Amy Example' via Minutes\" <minutes@example.net>");
                push(m, "X-Original-Sender", "amy@example.org");
            }),
        ),
        (
            "made a part, the encoding's field gone",
            &["dkim.body-changed.made-a-part", "dkim.header-changed.mime"],
            changed(key, &plain(), ALL, |m| {
                let inner = part("text/plain", "8bit", &String::from_utf8(m.body.clone()).unwrap());
                set(m, "Content-Type", "multipart/mixed; boundary=\"=_x\"");
                m.fields.retain(|(name, _)| name != "Content-Transfer-Encoding");
                m.body = format!("--=_x\r\n{inner}\r\n--=_x\r\n{}\r\n--=_x--\r\n", part("text/plain", "7bit", FOOTER))
                    .into_bytes();
            }),
        ),
    ]
}

fn gateways(key: &Key) -> Vec<Found> {
    let link = "http://www.example.org/m?a=1&b=2";
    let safe = "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fwww.example.org%2Fm%3Fa%3D1%26b%3D2&data=05%7C02%7C";
    let page = PAGE.replace(&link.replace('&', "&amp;"), &safe.replace('&', "&amp;"));
    let encoded_page = |page: &str| part("text/html", "quoted-printable", &quoted_printable(page));
    vec![
        (
            "8bit to quoted-printable, both fields",
            &["dkim.body-changed.transfer-encoding", "dkim.header-changed.mime"],
            changed(key, &text(TEXT), ALL, |m| {
                set(m, "Content-Transfer-Encoding", "quoted-printable");
                set(m, "Content-Type", "text/plain; charset=\"utf-8\"");
                m.body = quoted_printable(TEXT).into_bytes();
            }),
        ),
        (
            "8bit to base64, its field",
            &["dkim.body-changed.transfer-encoding", "dkim.header-changed.mime"],
            changed(key, &text(TEXT), ALL, |m| {
                set(m, "Content-Transfer-Encoding", "base64");
                m.body = base64(TEXT.as_bytes(), 76).into_bytes();
            }),
        ),
        (
            "a banner and a mark",
            &["dkim.body-changed.banner-in-part", "dkim.header-changed.subject-prefix"],
            changed(key, &alternative(), ALL, |m| {
                swap(m, "Gr\u{fc}\u{df}e aus", "CAUTION: external\r\n\r\nGr\u{fc}\u{df}e aus");
                swap(m, "<p>Gr", "<div>CAUTION: external</div><p>Gr");
                marked(m);
            }),
        ),
        (
            "links in a quoted-printable part",
            &["dkim.body-changed.links"],
            changed(key, &multipart("mixed", &[encoded_page(PAGE)]), ALL, |m| {
                swap(m, &encoded_page(PAGE), &encoded_page(&page));
            }),
        ),
        (
            "links in a base64 body",
            &["dkim.body-changed.links"],
            changed(key, &encoded("base64", base64(TEXT.as_bytes(), 76).as_bytes()), ALL, |m| {
                m.body = base64(TEXT.replace(link, safe).as_bytes(), 76).into_bytes();
            }),
        ),
        (
            "a banner in a base64 body",
            &["dkim.body-changed.banner-in-part"],
            changed(key, &encoded("base64", base64(TEXT.as_bytes(), 76).as_bytes()), ALL, |m| {
                m.body = base64(format!("CAUTION: external\r\n\r\n{TEXT}").as_bytes(), 76).into_bytes();
            }),
        ),
    ]
}
