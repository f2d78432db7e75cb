//! The body is changed on the way.

use crate::mails::{
    PAGE, TEXT, alternative, base64, encoded, html, mixed, multipart, part, plain, quoted_printable, swap, swap_last,
    swap_once, text,
};
use crate::signer::Mail;
use crate::{Arrived, Fault, Keys, changed};

const RR: (&str, &str) = ("relaxed", "relaxed");
const RS: (&str, &str) = ("relaxed", "simple");

const FOOTER: &[&str] = &["dkim.body-changed.footer"];
const IN_PART: &[&str] = &["dkim.body-changed.footer-in-part"];
const BANNER: &[&str] = &["dkim.body-changed.banner"];
const BANNER_IN_PART: &[&str] = &["dkim.body-changed.banner-in-part"];
const ENCODING: &[&str] = &["dkim.body-changed.transfer-encoding"];
const CHARSET: &[&str] = &["dkim.body-changed.charset"];
const LINKS: &[&str] = &["dkim.body-changed.links"];
const SPACE: &[&str] = &["dkim.body-changed.trailing-space"];
const WRAPPED: &[&str] = &["dkim.body-changed.wrapped"];
const TABS: &[&str] = &["dkim.body-changed.tabs"];
const DOTS: &[&str] = &["dkim.body-changed.dots"];
const LINES: &[&str] = &["dkim.body-changed.leading-lines"];
const ENDS: &[&str] = &["dkim.body-changed.line-ends"];
const MARK: &[&str] = &["dkim.body-changed.byte-order-mark"];
const LOST: &[&str] = &["dkim.body-changed"];

pub(crate) fn faults(keys: &Keys) -> Vec<Fault> {
    let mut all = Vec::new();
    let key = keys.usual();
    let mut add = |name, codes, mail: Mail, how, change: &dyn Fn(&mut Mail)| {
        all.push(Fault(name, "fail", codes, changed(key, &mail, how, change)));
    };
    appended(&mut add);
    put_above(&mut add);
    encoded_anew(&mut add);
    links(&mut add);
    lines(&mut add);
    parts(&mut add);
    all.extend(unharmed(keys));
    all
}

type Add<'a> =
    &'a mut dyn FnMut(&'static str, &'static [&'static str], Mail, (&'static str, &'static str), &dyn Fn(&mut Mail));

fn push(mail: &mut Mail, text: &str) {
    mail.body.extend_from_slice(text.as_bytes());
}

const LIST: &str =
    "_______________________________________________\r\nMinutes mailing list\r\nhttps://lists.example.net/minutes\r\n";

fn appended(add: Add<'_>) {
    add("footer of a list", FOOTER, plain(), RR, &|m| push(m, LIST));
    add("footer of a list, simple", FOOTER, plain(), RS, &|m| push(m, LIST));
    add("footer of a scanner behind an empty line", FOOTER, plain(), RR, &|m| {
        push(m, "\r\n-- \r\nThis mail was scanned.\r\n");
    });
    add("footer behind HTML", FOOTER, html(PAGE), RR, &|m| push(m, "<p>scanned</p>\r\n"));
    add("footer on the last line, which lost its end", FOOTER, plain(), RR, &|m| {
        m.body.truncate(m.body.len() - 2);
        push(m, " -- sent by list\r\n");
    });
    add("footer before </body>", IN_PART, html(PAGE), RR, &|m| swap(m, "</body>", "<p>A disclaimer</p>\r\n</body>"));
    add("tracking pixel", IN_PART, html(PAGE), RR, &|m| {
        swap(m, "</body>", "<img src=\"https://t.example.net/o.gif?u=1\" width=\"1\" height=\"1\"></body>");
    });
    add("footer as a part of its own", IN_PART, mixed(), RR, &|m| {
        swap(m, "--=_b1--", &format!("--=_b1\r\n{}\r\n--=_b1--", part("text/plain", "7bit", LIST)));
    });
    add("footer in the text part", IN_PART, mixed(), RR, &|m| swap(m, "now.\r\n", &format!("now.\r\n\r\n{LIST}")));
    add("footer in both alternatives", IN_PART, alternative(), RR, &|m| {
        swap(m, "now.\r\n", &format!("now.\r\n\r\n{LIST}"));
        swap(m, "</body>", "<hr>A disclaimer<br>\r\n</body>");
    });
    add("footer in the text of the alternatives", IN_PART, alternative(), RS, &|m| {
        swap(m, "now.\r\n", &format!("now.\r\n{LIST}"));
    });
    add(
        "footer in a base64 part",
        IN_PART,
        multipart("mixed", &[part("text/plain", "base64", &base64(TEXT.as_bytes(), 76))]),
        RR,
        &|m| {
            swap(m, &base64(TEXT.as_bytes(), 76), &base64(format!("{TEXT}{LIST}").as_bytes(), 76));
        },
    );
    add("footer in a base64 body", FOOTER, encoded("base64", base64(TEXT.as_bytes(), 76).as_bytes()), RR, &|m| {
        m.body = base64(format!("{TEXT}{LIST}").as_bytes(), 76).into_bytes();
    });
    add("footer under base64", FOOTER, encoded("base64", base64(TEXT.as_bytes(), 76).as_bytes()), RR, &|m| {
        push(m, LIST);
    });
}

fn put_above(add: Add<'_>) {
    const WARNING: &str = "CAUTION: External email. Do not click links.\r\n\r\n";
    add("banner", BANNER, plain(), RR, &|m| m.body = [WARNING.as_bytes(), &m.body].concat());
    add("banner without a line of its own", BANNER, plain(), RR, &|m| m.body = [b"[EXTERNAL] ", &m.body[..]].concat());
    add("banner in HTML", BANNER_IN_PART, html(PAGE), RR, &|m| {
        swap(m, "<body bgcolor=\"#ffffff\">", "<body bgcolor=\"#ffffff\"><div>CAUTION: external</div>\r\n");
    });
    add("banner in both alternatives", BANNER_IN_PART, alternative(), RR, &|m| {
        swap(m, "Gr\u{fc}\u{df}e aus", &format!("{WARNING}Gr\u{fc}\u{df}e aus"));
        swap(m, "<body bgcolor=\"#ffffff\">", "<body bgcolor=\"#ffffff\"><table><tr><td>CAUTION</td></tr></table>");
    });
    add("banner in the text part", BANNER_IN_PART, mixed(), RR, &|m| {
        swap(m, "Gr\u{fc}\u{df}e aus", &format!("{WARNING}Gr\u{fc}\u{df}e aus"));
    });
    add("banner and footer", BANNER, plain(), RR, &|m| {
        m.body = [WARNING.as_bytes(), &m.body].concat();
        push(m, LIST);
    });
    add("byte order mark added", MARK, plain(), RR, &|m| m.body = [b"\xef\xbb\xbf", &m.body[..]].concat());
    add("byte order mark removed", MARK, text(&format!("\u{feff}{TEXT}")), RR, &|m| {
        m.body.drain(..3);
    });
    add("empty lines at the top removed", LINES, text(&format!("\r\n\r\n{TEXT}")), RR, &|m| {
        m.body.drain(..4);
    });
    add("an empty line at the top added", LINES, plain(), RR, &|m| m.body = [b"\r\n", &m.body[..]].concat());
}

fn reencoded(m: &mut Mail, word: &str, body: String) {
    *m.field("Content-Transfer-Encoding") = format!(" {word}");
    m.body = body.into_bytes();
}

fn encoded_anew(add: Add<'_>) {
    let bytes = TEXT.as_bytes();
    let qp = quoted_printable(TEXT);
    add("8bit to quoted-printable", ENCODING, text(TEXT), RR, &|m| {
        reencoded(m, "quoted-printable", quoted_printable(TEXT));
    });
    add("8bit to base64", ENCODING, text(TEXT), RS, &|m| reencoded(m, "base64", base64(bytes, 76)));
    add("quoted-printable to 8bit", ENCODING, encoded("quoted-printable", qp.as_bytes()), RR, &|m| {
        reencoded(m, "8bit", TEXT.to_owned());
    });
    add("quoted-printable to base64", ENCODING, encoded("quoted-printable", qp.as_bytes()), RR, &|m| {
        reencoded(m, "base64", base64(bytes, 76));
    });
    add("base64 to 8bit", ENCODING, encoded("base64", base64(bytes, 76).as_bytes()), RR, &|m| {
        reencoded(m, "8bit", TEXT.to_owned());
    });
    add("base64 to quoted-printable", ENCODING, encoded("base64", base64(bytes, 76).as_bytes()), RS, &|m| {
        reencoded(m, "quoted-printable", quoted_printable(TEXT));
    });
    add("base64 in lines of 64 to 76", ENCODING, encoded("base64", base64(bytes, 64).as_bytes()), RR, &|m| {
        reencoded(m, "base64", base64(bytes, 76));
    });
    add(
        "quoted-printable with other capitals",
        ENCODING,
        encoded("quoted-printable", in_small_letters(&qp).as_bytes()),
        RR,
        &|m| {
            reencoded(m, "quoted-printable", quoted_printable(TEXT));
        },
    );
    add("one part of several to quoted-printable", ENCODING, mixed(), RR, &|m| {
        swap(m, &part("text/plain", "8bit", TEXT), &part("text/plain", "quoted-printable", &quoted_printable(TEXT)));
    });
    add("the HTML part to base64", ENCODING, alternative(), RR, &|m| {
        swap(m, &part("text/html", "8bit", PAGE), &part("text/html", "base64", &base64(PAGE.as_bytes(), 76)));
    });
    add("both parts to quoted-printable", ENCODING, alternative(), RS, &|m| {
        swap(m, &part("text/plain", "8bit", TEXT), &part("text/plain", "quoted-printable", &quoted_printable(TEXT)));
        swap(m, &part("text/html", "8bit", PAGE), &part("text/html", "quoted-printable", &quoted_printable(PAGE)));
    });
    add(
        "both parts from quoted-printable to 8bit",
        ENCODING,
        multipart(
            "alternative",
            &[
                part("text/plain", "quoted-printable", &quoted_printable(TEXT)),
                part("text/html", "quoted-printable", &quoted_printable(PAGE)),
            ],
        ),
        RR,
        &|m| {
            swap(
                m,
                &part("text/plain", "quoted-printable", &quoted_printable(TEXT)),
                &part("text/plain", "8bit", TEXT),
            );
            swap(m, &part("text/html", "quoted-printable", &quoted_printable(PAGE)), &part("text/html", "8bit", PAGE));
        },
    );
    add(
        "one part from base64 to quoted-printable",
        ENCODING,
        multipart(
            "mixed",
            &[
                part("text/plain", "base64", &base64(bytes, 76)),
                part("text/html", "quoted-printable", &quoted_printable(PAGE)),
            ],
        ),
        RR,
        &|m| {
            swap(
                m,
                &part("text/plain", "base64", &base64(bytes, 76)),
                &part("text/plain", "quoted-printable", &quoted_printable(TEXT)),
            );
        },
    );
    charsets(add);
}

/// Hex digits as RFC 2045 §6.7 (1) forbids them.
fn in_small_letters(qp: &str) -> String {
    let pieces: Vec<String> = qp
        .split('=')
        .enumerate()
        .map(|(n, piece)| match piece.split_at_checked(2) {
            Some((hex, rest)) if n > 0 => format!("{}{rest}", hex.to_ascii_lowercase()),
            _ => piece.to_owned(),
        })
        .collect();
    pieces.join("=")
}

fn charsets(add: Add<'_>) {
    let latin: Vec<u8> = TEXT.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mut in_latin = encoded("8bit", &latin);
    " text/plain; charset=iso-8859-1".clone_into(in_latin.field("Content-Type"));
    add("Latin-1 to UTF-8", CHARSET, in_latin, RR, &|m| m.body = TEXT.as_bytes().to_vec());
    add("UTF-8 to Latin-1", CHARSET, text(TEXT), RR, &|m| m.body.clone_from(&latin));
    let curly = "She said \u{201c}yes\u{201d} \u{2013} it costs 3 \u{20ac}.\r\n";
    add("UTF-8 to Windows-1252", CHARSET, text(curly), RR, &|m| {
        m.body = b"She said \x93yes\x94 \x96 it costs 3 \x80.\r\n".to_vec();
    });
    add("UTF-8 read as Latin-1", CHARSET, text(TEXT), RR, &|m| {
        m.body = m.body.iter().map(|b| char::from(*b)).collect::<String>().into_bytes();
    });
    add("the eighth bit became a question mark", LOST, text(TEXT), RR, &|m| {
        m.body = m.body.iter().map(|b| if b.is_ascii() { *b } else { b'?' }).collect();
    });
}

fn links(add: Add<'_>) {
    let link = "https://www.example.org/minutes?year=2026&id=3";
    let safe = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.org%2Fminutes%3Fyear%3D2026%26id%3D3&data=05%7C02%7C&reserved=0";
    add("links by Safe Links", LINKS, plain(), RR, &|m| swap(m, link, safe));
    let v2 = "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.example.org_minutes-3Fyear-3D2026-26id-3D3&d=DwMFaQ&c=a&r=b&m=c&s=d&e=";
    add("links by URL Defense 2", LINKS, plain(), RR, &|m| swap(m, link, v2));
    let v3 = "https://urldefense.com/v3/__https://www.example.org/minutes?year=2026&id=3__;!!AbC!xyz$ ";
    add("links by URL Defense 3", LINKS, plain(), RR, &|m| swap(m, link, v3));
    let barracuda = "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwww.example.org%2fminutes%3fyear%3d2026%26id%3d3&c=E,1,x&typo=1";
    add("links by Barracuda", LINKS, plain(), RR, &|m| swap(m, link, barracuda));
    let cisco = "https://secure-web.cisco.com/1AbC-xyz/https%3A%2F%2Fwww.example.org%2Fminutes%3Fyear%3D2026%26id%3D3";
    add("links by Cisco", LINKS, plain(), RR, &|m| swap(m, link, cisco));
    let html_safe = "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fwww.example.org%2Fm%3Fa%3D1%26b%3D2&amp;data=05";
    add("links in HTML", LINKS, html(PAGE), RR, &|m| swap(m, "http://www.example.org/m?a=1&amp;b=2", html_safe));
    add("links in both alternatives", LINKS, alternative(), RR, &|m| {
        swap(m, "http://www.example.org/m?a=1&b=2", &html_safe.replace("&amp;", "&"));
        swap(m, "http://www.example.org/m?a=1&amp;b=2", html_safe);
    });
    let mimecast = "https://protect-eu.mimecast.com/s/AbCdEfGh?domain=example.org";
    add("links that cannot be read back", LOST, plain(), RR, &|m| swap(m, link, mimecast));
}

fn long(words: usize) -> String {
    let all: Vec<String> = (0..words).map(|n| format!("word{n}")).collect();
    all.join(" ") + "\r\n"
}

/// Broken at white space, which stays behind or is lost.
fn wrap(text: &str, width: usize, glue: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().unwrap();
        if !last.is_empty() && last.len() + 1 + word.len() > width {
            lines.push(word.to_owned());
        } else {
            *last = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
        }
    }
    lines.join(glue)
}

fn lines(add: Add<'_>) {
    let body = long(400);
    let hard = |width: usize, glue: &str| {
        let line = body.trim_end();
        let pieces: Vec<String> =
            line.as_bytes().chunks(width).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        pieces.join(glue) + "\r\n"
    };
    add("a long line cut at 998", WRAPPED, text(&body), RR, &|m| m.body = hard(998, "\r\n").into_bytes());
    add("a long line cut at 990 with an exclamation mark", WRAPPED, text(&body), RR, &|m| {
        m.body = hard(990, "!\r\n ").into_bytes();
    });
    add("a long line cut at 2048 with a space", WRAPPED, text(&long(900)), RS, &|m| {
        let text = long(900);
        m.body = text
            .trim_end()
            .as_bytes()
            .chunks(998)
            .map(|c| String::from_utf8_lossy(c).into_owned())
            .collect::<Vec<_>>()
            .join("\r\n ")
            .into_bytes();
        push(m, "\r\n");
    });
    add("lines wrapped at 76", WRAPPED, text(&long(60)), RR, &|m| m.body = wrap(&long(60), 76, "\r\n").into_bytes());
    add("lines wrapped at 76, the space stays", WRAPPED, text(&long(60)), RS, &|m| {
        m.body = wrap(&long(60), 76, " \r\n").into_bytes();
    });
    add("paragraphs wrapped at 72", WRAPPED, text(&format!("{}\r\n{}", long(40), long(30))), RR, &|m| {
        m.body = format!("{}\r\n{}", wrap(&long(40), 72, "\r\n"), wrap(&long(30), 72, "\r\n")).into_bytes();
    });
    add("tabs to spaces", TABS, text("a\tb\r\n\tc\r\n"), RS, &|m| m.body = b"a       b\r\n        c\r\n".to_vec());
    add("a tab to a space", TABS, text("a\tb\r\n\tc\r\n"), RS, &|m| swap(m, "\t", " "));
    // Which of several lines had it cannot be found out.
    add("trailing space removed", LOST, text("-- \r\nAmy \r\nend\t\r\n"), RS, &|m| {
        m.body = b"--\r\nAmy\r\nend\r\n".to_vec();
    });
    add("the space of a signature's dashes removed", SPACE, text("Hi\r\n-- \r\nAmy\r\n"), RS, &|m| {
        swap(m, "-- \r\n", "--\r\n");
    });
    add("trailing space added", SPACE, plain(), RS, &|m| swap(m, "Bob,\r\n", "Bob, \r\n"));
    add(
        "trailing space in a part removed",
        SPACE,
        multipart("mixed", &[part("text/plain", "7bit", "Hi \r\n-- \r\nAmy\r\n")]),
        RS,
        &|m| {
            swap(m, " \r\n", "\r\n");
        },
    );
    add("leading dot doubled", DOTS, text("Hi\r\n.profile\r\n..\r\n"), RR, &|m| swap(m, "\r\n.", "\r\n.."));
    add("leading dot removed", DOTS, text("Hi\r\n.profile and\r\nmore\r\n"), RR, &|m| swap(m, "\r\n.p", "\r\np"));
    add("dots of three lines removed", LOST, text("Hi\r\n.a\r\nb\r\n.c\r\nd\r\n.e\r\n"), RR, &|m| {
        swap(m, "\r\n.", "\r\n");
    });
    add(
        "leading dot doubled in a part",
        DOTS,
        multipart("mixed", &[part("text/plain", "7bit", "Hi\r\n.x\r\n")]),
        RR,
        &|m| swap(m, "\r\n.", "\r\n.."),
    );
    add("From quoted", &["dkim.body-changed.from-quoted"], text("Hi\r\nFrom here on\r\n"), RR, &|m| {
        swap(m, "\r\nFrom", "\r\n>From");
    });
    add("From unquoted", &["dkim.body-changed.from-quoted"], text("Hi\r\n>From here on\r\n"), RR, &|m| {
        swap(m, "\r\n>From", "\r\nFrom");
    });
    add("CR CR LF", ENDS, plain(), RR, &|m| swap(m, "\r\n", "\r\r\n"));
    add("LF in the body alone", ENDS, plain(), RR, &|m| swap(m, "\r\n", "\n"));
    add("LF in one part", ENDS, mixed(), RR, &|m| swap(m, TEXT, &TEXT.replace("\r\n", "\n")));
    add("lone LF became CR LF", ENDS, text("one\ntwo\r\nthree\r\n"), RR, &|m| swap_once(m, "one\n", "one\r\n"));
    add("a lost empty line in the midst", &["dkim.body-changed.line-removed"], plain(), RR, &|m| {
        swap_once(m, "\r\n\r\n", "\r\n");
    });
    add("every line followed by an empty one", ENDS, text("a\r\nb\r\nc\r\n"), RR, &|m| swap(m, "\r\n", "\r\n\r\n"));
}

fn parts(add: Add<'_>) {
    let wrapped = |m: &mut Mail| {
        let inner = part("text/plain", "8bit", &String::from_utf8(m.body.clone()).unwrap());
        " multipart/mixed; boundary=\"=_x\"".clone_into(m.field("Content-Type"));
        m.body =
            format!("--=_x\r\n{inner}\r\n--=_x\r\n{}\r\n--=_x--\r\n", part("text/plain", "7bit", LIST)).into_bytes();
    };
    add("made a part, with a footer beside it", &["dkim.body-changed.made-a-part"], plain(), RR, &wrapped);
    add("the preamble removed", &["dkim.body-changed.preamble"], alternative(), RR, &|m| {
        swap_once(m, "This is a multi-part message in MIME format.\r\n", "");
    });
    add("the preamble added", BANNER, multipart("mixed", &[part("text/plain", "8bit", TEXT)]), RR, &|m| {
        swap_once(m, "This is", "You read\r\nThis is");
    });
    add("an epilogue added", FOOTER, alternative(), RR, &|m| push(m, "epilogue of a scanner\r\n"));
    add("a part's field added", &["dkim.body-changed.line-added"], mixed(), RR, &|m| {
        swap_once(m, "--=_b1\r\n", "--=_b1\r\nX-Scanned: yes\r\n");
    });
    add("a part's transfer encoding named anew", ENCODING, mixed(), RR, &|m| {
        swap_once(m, "Encoding: 8bit", "Encoding: 7bit");
    });
    add("the attachment removed", LOST, mixed(), RR, &|m| {
        let text = String::from_utf8(m.body.clone()).unwrap();
        let at = text.find("--=_b1\r\nContent-Type: image").unwrap();
        m.body = format!("{}--=_b1--\r\n", &text[..at]).into_bytes();
    });
    add("the attachment replaced by a text", LOST, mixed(), RR, &|m| {
        let text = String::from_utf8(m.body.clone()).unwrap();
        let at = text.find("--=_b1\r\nContent-Type: image").unwrap();
        let removed = part("text/plain", "7bit", "The attachment was removed.\r\n");
        m.body = format!("{}--=_b1\r\n{removed}\r\n--=_b1--\r\n", &text[..at]).into_bytes();
    });
    add(
        "the boundary changed, its field too",
        &["dkim.body-changed.boundary", "dkim.body-changed"],
        alternative(),
        RR,
        &|m| {
            swap(m, "=_b1", "----=_Part_1");
            " multipart/alternative; boundary=\"----=_Part_1\"".clone_into(m.field("Content-Type"));
        },
    );
    add("cut short", LOST, plain(), RR, &|m| m.body.truncate(60));
    add("words changed", LOST, plain(), RR, &|m| swap(m, "minutes", "hours"));
    add("emptied", LOST, plain(), RR, &|m| m.body.clear());
    add("both lines of a footer in a nested part", IN_PART, nested(), RR, &|m| {
        swap_last(m, "--=_in--", "-- \r\nscanned\r\n--=_in--");
    });
    add("one nested part encoded anew", ENCODING, nested(), RR, &|m| {
        swap(m, &part("text/html", "8bit", PAGE), &part("text/html", "quoted-printable", &quoted_printable(PAGE)));
    });
}

/// The alternatives within the mixed parts.
fn nested() -> Mail {
    let inner = format!(
        "Content-Type: multipart/alternative; boundary=\"=_in\"\r\n\r\n--=_in\r\n{}\r\n--=_in\r\n{}\r\n--=_in--\r\n",
        part("text/plain", "8bit", TEXT),
        part("text/html", "8bit", PAGE)
    );
    multipart("mixed", &[inner, part("text/plain", "7bit", "an attached note\r\n")])
}

/// What changes nothing (RFC 6376 §3.4.3, §3.4.4).
fn unharmed(keys: &Keys) -> Vec<Fault> {
    let key = keys.usual();
    let pass =
        |name, mail: Mail, how, change: &dyn Fn(&mut Mail)| Fault(name, "pass", &[], changed(key, &mail, how, change));
    let mut lf = changed(key, &plain(), RR, |_| {});
    lf.octets.retain(|byte| *byte != b'\r');
    let Arrived { octets, zone } = lf;
    vec![
        pass("the last line's end removed", plain(), RS, &|m| m.body.truncate(m.body.len() - 2)),
        pass("empty lines at the end", plain(), RS, &|m| push(m, "\r\n\r\n")),
        pass("tabs to spaces, relaxed", plain(), RR, &|m| swap(m, "\t", " ")),
        pass("trailing space, relaxed", plain(), RR, &|m| swap(m, "\r\n", " \r\n")),
        pass("space-only lines at the end, relaxed", plain(), RR, &|m| push(m, " \r\n\t\r\n")),
        Fault("LF for CR LF everywhere", "pass", &["dkim.note.stored-with-lf"], Arrived { octets, zone }),
    ]
}
