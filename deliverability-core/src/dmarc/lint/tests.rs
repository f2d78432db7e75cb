use super::*;
use crate::dmarc::Record;
use crate::problem::apply_edits;

/// The text with its edits made, until there are none; the first round's messages.
fn mended(text: &str) -> (String, Vec<String>) {
    let messages = lint(text).into_iter().map(|problem| problem.message).collect();
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..5 {
        let problems = lint(&bytes);
        if problems.iter().all(|problem| problem.edit.is_none()) {
            break;
        }
        bytes = apply_edits(&bytes, &problems);
    }
    (String::from_utf8(bytes).unwrap(), messages)
}

#[test]
fn a_good_record_has_no_problem() {
    for text in ["v=DMARC1; p=none", "v=DMARC1;p=reject;sp=none;np=reject;adkim=s;rua=mailto:a@b.c,mailto:d@e.f;"] {
        assert_eq!(lint(text), [], "{text}");
    }
}

/// A text, the text when its edits are made, and a message.
const FAULTS: &[(&str, &str, &str)] = &[
    ("v=dmarc1; p=none", "v=DMARC1; p=none", "the version is \"dmarc1\" and must be DMARC1, in these letters"),
    (r"v=DMARC1\; p=none\;", "v=DMARC1; p=none;", "backslashes of a zone file are left in the record; delete them"),
    (r#""v=DMARC1; p=none""#, "v=DMARC1; p=none", "quotes of a zone file are left in the record; delete them"),
    ("&quot;v=DMARC1; p=none&quot;", "v=DMARC1; p=none", "\"&quot;\" stands before the record; delete it"),
    // The semicolon of the quote is the only one between the tags.
    (
        "v=DMARC1; p=none; rua=mailto:a@b&quot; adkim=s",
        "v=DMARC1; p=none; rua=mailto:a@b; adkim=s",
        "quotes of a zone file are left in the record; delete them",
    ),
    (
        "v=DMARC1; p=&quot;none&quot;&quot; adkim=s;&quot;",
        "v=DMARC1; p=none; adkim=s;",
        "quotes of a zone file are left in the record; delete them",
    ),
    (
        "v=DMARC1; p=none; rua=mailto:a@b&quot; f=1",
        "v=DMARC1; p=none; rua=mailto:a@b; f=1",
        "quotes of a zone file are left in the record; delete them",
    ),
    ("v=DMARC1 p=none rua=mailto:a@b", "v=DMARC1; p=none; rua=mailto:a@b", "a semicolon is missing between two tags"),
    (
        "v=DMARC1; p=none; adkim=r, aspf=r",
        "v=DMARC1; p=none; adkim=r; aspf=r",
        "a comma stands between two tags; write a semicolon",
    ),
    ("v=DMARC1; p=none; pct:100", "v=DMARC1; p=none", "a colon stands behind a tag's name; write ="),
    (
        "\nv=DMARC1; p=none\n",
        "v=DMARC1; p=none",
        "white space stands before the record, which must start with v=DMARC1; delete it",
    ),
    (
        "v=DMARC1;\np=none",
        "v=DMARC1; p=none",
        "a line break stands in the record: the tag is ignored; write a space (RFC 9989 §4.8)",
    ),
    ("p=none; v=DMARC1", "v=DMARC1; p=none", "v=DMARC1 must be the first tag, or the record is ignored"),
    ("v:DMARC1; p=none", "v=DMARC1; p=none", "a colon stands behind a tag's name; write ="),
    (
        "p=none; rua=mailto:a@b",
        "v=DMARC1; p=none; rua=mailto:a@b",
        "a DMARC record must start with v=DMARC1; it does not, and is ignored",
    ),
    (
        "v=DMARC1; p=quarentine",
        "v=DMARC1; p=quarantine",
        "p=\"quarentine\" is no policy; write none, quarantine or reject",
    ),
    (
        "v=DMARC1; p=none # testing",
        "v=DMARC1; p=none",
        "p=\"none # testing\" is no policy; write none, quarantine or reject",
    ),
    ("v=DMARC1; p=none; sp=", "v=DMARC1; p=none", "sp= has no value and is ignored"),
    ("v=DMARC1; p=none; aspf=strict", "v=DMARC1; p=none; aspf=s", "aspf=\"strict\" is ignored; write r or s"),
    ("v=DMARC1; p=none; t=yes", "v=DMARC1; p=none; t=y", "t=\"yes\" is ignored; write y or n"),
    (
        "v=DMARC1; p=none; ruf=mailto:a@b; fo=0,1,d",
        "v=DMARC1; p=none; ruf=mailto:a@b; fo=1:d",
        "fo=\"0,1,d\" is ignored; write 0 or 1, d and s, with colons between",
    ),
    (
        "v=DMARC1; p=none; rua=mailto: a@b",
        "v=DMARC1; p=none; rua=mailto:a@b",
        "a space stands inside the URI, which is ignored; delete it",
    ),
    (
        "v=DMARC1; p=none; rua=mailto:a@b, rua=mailto:c@d",
        "v=DMARC1; p=none; rua=mailto:a@b, mailto:c@d",
        "rua= is written again inside its list; delete it",
    ),
    ("v=DMARC1; p=none; rua=mailto:a@b,", "v=DMARC1; p=none; rua=mailto:a@b", "an item of rua= is empty; delete it"),
    ("v=DMARC1; p=none; P=none", "v=DMARC1; p=none", "p= stands twice; delete one"),
    ("v=DMARC1; SP=none; p=none", "v=DMARC1; sp=none; p=none", "some receivers take SP for another tag; write sp"),
    ("v=DMARC1; p=none;; sp=none", "v=DMARC1; p=none; sp=none", "nothing stands between two semicolons; delete one"),
    ("v=DMARC1; p=none;CAA", "v=DMARC1; p=none", "\"CAA\" is no tag and is ignored; delete it"),
    (
        "v=DMARC1; rua=mailto:a@b",
        "v=DMARC1; p=none; rua=mailto:a@b",
        "p= is missing: the record acts as p=none (RFC 9989 §4.10.1)",
    ),
    ("v=DMARC1", "v=DMARC1; p=none", "p= is missing, and rua= too: the record is ignored (RFC 9989 §4.10.1)"),
    (
        "v=DMARC1; p=none; rua=mailto:a@b.cv=spf1 -all",
        "v=DMARC1; p=none; rua=mailto:a@b.c",
        "an SPF record is glued onto the record; delete it",
    ),
    (
        "v=DMARC1; p=none;s._domainkey p=MIGf",
        "v=DMARC1; p=none;",
        "a DKIM key record is glued onto the record; delete it",
    ),
    (
        "_dmarc.tsu.edu. IN TXT v=DMARC1; p=none",
        "v=DMARC1; p=none",
        "\"_dmarc.tsu.edu. IN TXT \" stands before the record; delete it",
    ),
    ("v=DMARC1; p=none\u{a0}", "v=DMARC1; p=none", "\"\\u{a0}\" is not printable ASCII; delete it"),
];

#[test]
fn faults_are_named_and_mended() {
    for (text, expected, message) in FAULTS {
        let (text_after, messages) = mended(text);
        assert!(messages.iter().any(|found| found == message), "{text}: {messages:?}");
        assert_eq!(text_after, *expected, "{text}: {messages:?}");
        assert!(Record::parse(text_after.as_bytes()).is_ok(), "{text_after}");
    }
}

#[test]
fn removed_tags_are_warned_about() {
    // RFC 9989 appendix C.5.2.
    let problems = lint("v=DMARC1; p=reject; pct=20; ri=86400; rf=afrf");
    let found: Vec<_> = problems
        .iter()
        .map(|p| (p.rule, p.severity, p.span.of_text("v=DMARC1; p=reject; pct=20; ri=86400; rf=afrf")))
        .collect();
    assert_eq!(
        found,
        [
            (RuleId::DmarcRemovedTag, Severity::Warning, "pct=20"),
            (RuleId::DmarcRemovedTag, Severity::Note, "ri=86400"),
            (RuleId::DmarcRemovedTag, Severity::Note, "rf=afrf"),
        ]
    );
}

#[test]
fn notes_and_warnings_leave_the_record_alone() {
    let says = [
        ("v=DMARC1; p=none; rua=mailto:a@b!10m", Severity::Note),
        ("v=DMARC1; p=none; rua=https://example.org/", Severity::Warning),
        ("v=DMARC1; p=none; fo=1", Severity::Note),
        ("v=DMARC1; sp=none; p=none", Severity::Note),
        ("v=DMARC1; p=none; asl=x", Severity::Note),
    ];
    for (text, severity) in says {
        let problems = lint(text);
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        assert_eq!(problems[0].severity, severity, "{text}");
    }
}

#[test]
fn other_texts_are_told_apart() {
    let says = [
        ("v=spf1 -all", "this is an SPF record, not a DMARC record: it is ignored here"),
        ("google-site-verification=x", "this is no DMARC record: it is ignored here"),
        ("", "this is no DMARC record: it is ignored here"),
    ];
    for (text, message) in says {
        let problems = lint(text);
        assert_eq!((problems.len(), problems[0].severity), (1, Severity::Warning));
        assert_eq!(problems[0].message, message);
    }
}

#[test]
fn hostile_texts_take_little_time() {
    // A TXT record has 65,535 octets at most; a caller may have more.
    for piece in [
        ";",
        "p=;",
        "rua=,",
        "a b=c,p=none ",
        "v=DMARC1",
        "\\",
        "&quot;",
        "&quot; p=",
        "\t=\t",
        "\n;",
        "ü",
        "rua=mailto:a@b, ",
    ] {
        let text = format!("v=DMARC1; {}", piece.repeat(100_000 / piece.len()));
        // Quadratic time would be felt here.
        assert!(lint(&text).len() <= MAX_PROBLEMS);
    }
}
