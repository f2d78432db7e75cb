//! Messages and the fields that receivers write into them: DKIM signatures, Authentication-Results.

use deliverability_core::dkim::{self, Message, Signature, Verification};
use deliverability_core::dns::{RecordData, Text, Zone};
use deliverability_core::header::{AuthenticationResults, body_start, fields};
use deliverability_core::{Check, DkimResult};

pub(crate) const SIGNATURE_WORDS: &[&str] = &[
    "v=1;",
    "a=rsa-sha256;",
    "a=ed25519-sha256;",
    "b=AAAA;",
    "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;",
    "c=relaxed/relaxed;",
    "c=simple;",
    "d=example.org;",
    "d=b\u{fc}cher.example;",
    "s=s;",
    "h=From:Subject;",
    "h=",
    ":",
    "i=a=20@b.example.org;",
    "l=0;",
    "l=2;",
    "t=1;",
    "x=9999999999999;",
    "q=dns/txt;",
    "z=From:=20a|To:b;",
    "\r\n ",
    "=",
    ";",
];

pub(crate) const MESSAGE_WORDS: &[&str] = &[
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from:subject;\r\n \
     bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n",
    "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from:x; l=1; z=From:b;\r\n \
     bh=AADEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n",
    "From: amy@example.org\r\n",
    "Subject: [list] Re: hello\r\n",
    "Received: from a by b.example; now\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "X",
    ":",
    " ",
    "\t",
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    "line ",
    "=20",
    "=",
    ">From ",
    "..",
    "--b--",
];

pub(crate) const AUTHENTICATION_RESULTS_WORDS: &[&str] = &[
    "mx.test",
    "; ",
    "none",
    "i=1; ",
    "spf=pass",
    "dkim/1=fail",
    "reason=\"x\"",
    "smtp.mailfrom=",
    "header.d=@a.test",
    "(c)",
    "(",
    " . ",
    "\r\n ",
    "\"",
    "\\",
];

/// A signature that is read holds what verification works on; an error lies in the text.
pub fn dkim_signature(data: &[u8]) {
    match Signature::parse(data) {
        Ok(signature) => {
            assert!(signature.signs("from") && !signature.octets.is_empty());
            assert_eq!(signature.body_hash.len(), signature.algorithm.hash().octets());
            assert!(signature.identity.domain.is_within(&signature.domain));
            assert!(signature.expiration.zip(signature.timestamp).is_none_or(|(end, start)| end > start));
        }
        Err(error) => assert!(error.span.end <= data.len() && !error.to_string().chars().any(char::is_control)),
    }
}

/// Fields lie one behind the other, in front of the body; pieces read as the whole.
pub fn message_headers(data: &[u8]) {
    let body = body_start(data).unwrap_or(data.len());
    let mut end = 0;
    for field in fields(data) {
        assert!(end <= field.span.start && field.span.end <= body);
        assert!(field.span.start < field.value_span.start && field.value_span.end == field.span.end);
        end = field.span.end;
    }
    let whole = Message::of(data);
    for size in [1, 7] {
        let mut reader = Message::reader();
        data.chunks(size).for_each(|piece| reader.feed(piece));
        assert_eq!(reader.finish(), whole);
    }
}

/// Any message has an outcome a signature, whose places lie in the signature and whose words show.
pub fn verify_message(data: &[u8]) {
    let message = Message::of(data);
    let mut zone = Zone::new();
    let record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    zone.insert("s._domainkey.example.org".parse().expect("a name"), RecordData::Txt(Text::from(record)));
    let outcomes = Verification::of(&message).at(1).in_zone(&zone);
    assert_eq!(outcomes.len(), message.signature_count());
    is_one_field(&AuthenticationResults::new("mx.test").with_all(dkim::authentication_results(&outcomes)).to_string());
    for outcome in outcomes {
        // Nobody signed for this key.
        assert_ne!(outcome.result(), DkimResult::Pass);
        assert!(outcome.cause().is_some() && !outcome.to_string().chars().any(char::is_control));
        for problem in outcome.problems() {
            assert!(problem.span.end <= outcome.text().len(), "{problem}");
            assert!(!problem.message.chars().any(char::is_control), "{problem:?}");
        }
    }
}

/// Whatever a field holds, what is written is one field that reads back as it was written.
pub fn authentication_results(data: &[u8]) {
    for read in [Some(AuthenticationResults::parse(data)), AuthenticationResults::parse_arc(data).map(|(_, read)| read)]
    {
        let Some(read) = read else { continue };
        assert!(read.departures.iter().all(|departure| departure.span.end <= data.len()));
        let written = read.to_string();
        is_one_field(&written);
        // What is escaped or cut once stays as it is.
        let again = AuthenticationResults::parse(written.as_bytes());
        let twice = AuthenticationResults::parse(again.to_string().as_bytes());
        assert_eq!(again.results, twice.results, "{written:?}");
        assert!(again.results.len() <= read.results.len(), "{written:?}");
    }
}

pub(crate) fn is_one_field(written: &str) {
    for (n, line) in written.split("\r\n").enumerate() {
        assert!(line.len() <= 998 && !line.trim().is_empty(), "{written:?}");
        assert!(!line.chars().any(char::is_control), "{written:?}");
        assert!(n == 0 || line.starts_with(' '), "{written:?}");
    }
}
