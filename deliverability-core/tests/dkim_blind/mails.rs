//! The messages that are signed.

use crate::signer::Mail;

fn fields(content_type: &str, encoding: &str) -> Vec<(String, String)> {
    let fields = [
        ("Received", " from app.example.org by mx.example.org; Fri, 20 Nov 2026 09:00:00 +0000"),
        ("From", " Amy Example <amy@example.org>"),
        ("To", " Bob <bob@example.net>, Carol <carol@example.net>"),
        ("Subject", " The minutes of the meeting in March"),
        ("Date", " Fri, 20 Nov 2026 10:00:00 +0100"),
        ("Message-ID", " <20261120.1@example.org>"),
        ("MIME-Version", " 1.0"),
        ("Content-Type", content_type),
        ("Content-Transfer-Encoding", encoding),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// Plain text of a few lines.
pub(crate) fn plain() -> Mail {
    text(
        "Hello Bob,\r\n\r\nhere are the minutes:\r\n\thttps://www.example.org/minutes?year=2026&id=3\r\n\r\nRegards,\r\nAmy\r\n",
    )
}

/// Plain text, 8bit.
pub(crate) fn text(body: &str) -> Mail {
    Mail { fields: fields(" text/plain; charset=utf-8", " 8bit"), body: body.as_bytes().to_vec() }
}

/// Text in some encoding.
pub(crate) fn encoded(encoding: &str, body: &[u8]) -> Mail {
    Mail { fields: fields(" text/plain; charset=utf-8", &format!(" {encoding}")), body: body.to_vec() }
}

/// One page of HTML.
pub(crate) fn html(body: &str) -> Mail {
    Mail { fields: fields(" text/html; charset=utf-8", " 8bit"), body: body.as_bytes().to_vec() }
}

pub(crate) const TEXT: &str =
    "Gr\u{fc}\u{df}e aus K\u{f6}ln,\r\n\r\nthe minutes are at http://www.example.org/m?a=1&b=2 now.\r\n";
pub(crate) const PAGE: &str = "<html><head><title>M</title></head>\r\n<body bgcolor=\"#ffffff\">\r\n<p>Gr\u{fc}\u{df}e,</p>\r\n<p><a href=\"http://www.example.org/m?a=1&amp;b=2\">minutes</a></p>\r\n</body>\r\n</html>\r\n";

/// One part with its own fields.
pub(crate) fn part(kind: &str, encoding: &str, body: &str) -> String {
    format!("Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}")
}

/// Parts joined under a boundary.
pub(crate) fn multipart(kind: &str, parts: &[String]) -> Mail {
    let mut body = "This is a multi-part message in MIME format.\r\n".to_owned();
    for part in parts {
        body = format!("{body}--=_b1\r\n{part}\r\n");
    }
    body.push_str("--=_b1--\r\n");
    Mail { fields: fields(&format!(" multipart/{kind}; boundary=\"=_b1\""), " 8bit"), body: body.into_bytes() }
}

/// Text and HTML.
pub(crate) fn alternative() -> Mail {
    multipart("alternative", &[part("text/plain", "8bit", TEXT), part("text/html", "8bit", PAGE)])
}

/// Text and a picture.
pub(crate) fn mixed() -> Mail {
    let picture = "Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ\r\n";
    multipart("mixed", &[part("text/plain", "8bit", TEXT), picture.to_owned()])
}

/// As relays write it: what has to be, and soft line breaks.
pub(crate) fn quoted_printable(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.split("\r\n") {
        let mut out = String::new();
        let mut width = 0;
        for (n, byte) in line.bytes().enumerate() {
            let last = n + 1 == line.len();
            let token = match byte {
                b' ' | b'\t' if last => format!("={byte:02X}"),
                b'=' | 0x7f.. => format!("={byte:02X}"),
                byte => char::from(byte).to_string(),
            };
            if width + token.len() > 75 {
                out.push_str("=\r\n");
                width = 0;
            }
            width += token.len();
            out.push_str(&token);
        }
        lines.push(out);
    }
    lines.join("\r\n")
}

/// Lines of so many characters.
pub(crate) fn base64(text: &[u8], width: usize) -> String {
    let all = data_encoding::BASE64.encode(text);
    let lines: Vec<_> = all.as_bytes().chunks(width).map(String::from_utf8_lossy).collect();
    lines.join("\r\n") + "\r\n"
}

/// The body with one text put for another, which must be there.
pub(crate) fn swap(mail: &mut Mail, from: &str, to: &str) {
    let text = String::from_utf8(mail.body.clone()).unwrap();
    assert!(text.contains(from), "{from:?} in {text}");
    mail.body = text.replace(from, to).into_bytes();
}

/// The first only.
pub(crate) fn swap_once(mail: &mut Mail, from: &str, to: &str) {
    let text = String::from_utf8(mail.body.clone()).unwrap();
    assert!(text.contains(from), "{from:?} in {text}");
    mail.body = text.replacen(from, to, 1).into_bytes();
}

/// The last only.
pub(crate) fn swap_last(mail: &mut Mail, from: &str, to: &str) {
    let mut text = String::from_utf8(mail.body.clone()).unwrap();
    let at = text.rfind(from).unwrap();
    text.replace_range(at..at + from.len(), to);
    mail.body = text.into_bytes();
}
