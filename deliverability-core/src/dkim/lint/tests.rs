use super::*;

const ED: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// The key of RFC 6376 appendix C: 1024 bits.
const RSA: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";

fn lint(record: &str) -> Vec<Problem> {
    lint_key(&Text::from(record))
}

/// The messages, those about the size of the test key left out.
fn messages(record: &str) -> Vec<String> {
    lint(record).into_iter().map(|problem| problem.message).filter(|m| !m.contains("1024 bits; use 2048")).collect()
}

/// The record after the edit of its only problem of form.
fn mended(record: &str) -> String {
    let problem = lint(record).into_iter().find(|problem| problem.edit.is_some()).unwrap();
    let edit = problem.edit.unwrap();
    let (before, after) = (&record[..edit.span.start], &record[edit.span.end..]);
    format!("{before}{}{after}", edit.replacement)
}

fn ed(front: &str) -> String {
    format!("{front}p={ED}")
}

#[test]
fn good_records_have_no_problems() {
    for record in
        [ed("v=DKIM1; k=ed25519; "), ed("k=ed25519;"), ed("v=DKIM1; k=ed25519; t=s; s=email; n=a note; h=sha256; ")]
    {
        assert_eq!(lint(&record), [], "{record}");
    }
    assert_eq!(messages(&format!("p={RSA}")), [""; 0]);
    assert_eq!(messages(&format!("v=DKIM1;\n  k=rsa;\n  p={} {};", &RSA[..50], &RSA[50..])), [""; 0]);
}

#[test]
fn a_record_of_another_protocol() {
    let problems = lint("v=spf1 include:example.net -all");
    assert_eq!(problems[0].message, "this is an SPF record, not a DKIM key record");
    assert_eq!(problems[0].rule, RuleId::DkimKeyMissing);
    assert_eq!(messages("v=DMARC1; p=none"), ["this is a DMARC record, not a DKIM key record"]);
    assert_eq!(messages("hello"), ["this is no DKIM key record: it has neither v=DKIM1 nor p="]);
    assert_eq!(messages(""), ["this is no DKIM key record: it has neither v=DKIM1 nor p="]);
}

#[test]
fn records_glued_in_front() {
    let good = ed("v=DKIM1; k=ed25519; ");
    for front in ["v=spf1 include:zoho.example ~all", "zmail._domainkey=", "v = ", "v=spf1 -all; "] {
        let record = format!("{front}{good}");
        assert_eq!(messages(&record), [format!("\"{front}\" stands before the key record; delete it")]);
        assert_eq!(mended(&record), good);
    }
    // A note that swallowed the version: the key can be used, so this does not block.
    let usable = lint(&format!("n=token{good}"));
    assert_eq!((usable.len(), usable[0].severity), (1, Severity::Warning));
    let short = format!("v=spf1 include:mg.example ~allk=rsa; p={RSA}");
    assert_eq!(mended(&short), format!("k=rsa; p={RSA}"));
}

#[test]
fn records_glued_behind() {
    for (behind, what) in [
        ("v=spf1 -all", "an SPF record"),
        ("v=DMARC1; p=none;", "a DMARC record"),
        ("; v=spf1 -all", "an SPF record"),
        ("v=DKIM1; k=rsa; p=", "another key record"),
    ] {
        let record = format!("v=DKIM1; p={RSA}{behind}");
        assert_eq!(messages(&record), [format!("{what} is glued onto the key record; delete it")]);
        assert_eq!(lint(&record).iter().map(|p| p.severity).max(), Some(Severity::Blocks));
        assert_eq!(mended(&record).trim_end_matches("; "), format!("v=DKIM1; p={RSA}"));
    }
    let word = format!("p={RSA}resend");
    assert_eq!(messages(&word), ["\"resend\" stands behind the key; delete it"]);
    assert_eq!(mended(&word), format!("p={RSA}"));
}

#[test]
fn marks_of_zone_files_and_pem_files() {
    let good = ed("v=DKIM1; k=ed25519; ");
    assert_eq!(mended(&format!("\"{good}\"")), good);
    let split = format!("v=DKIM1; k=ed25519; p={}\" \"{}", &ED[..10], &ED[10..]);
    assert_eq!(messages(&split), ["quotes of a zone file are left in the record; delete them"]);
    assert_eq!(mended(&good.replace(';', "\\;")), good);
    let pem = format!("v=DKIM1; k=ed25519; p=-----BEGIN PUBLIC KEY-----{ED}-----END PUBLIC KEY-----");
    assert_eq!(
        messages(&pem),
        [
            "the line \"-----BEGIN PUBLIC KEY-----\" of a PEM file is left in; delete it",
            "the line \"-----END PUBLIC KEY-----\" of a PEM file is left in; delete it",
        ]
    );
    let curly = format!("\u{201c}{good}");
    assert_eq!(messages(&curly), ["\"\u{201c}\" stands before the key record; delete it"]);
    let inside = good.replace("k=", "\u{200b}k=");
    assert_eq!(messages(&inside), [r#""\u{200b}" is not printable ASCII; delete it"#]);
    assert_eq!(mended(&inside), good);
}

#[test]
fn tags_that_are_wrong() {
    let one = |front: &str| messages(&ed(front)).join(" | ");
    assert_eq!(one("v=dkim1; k=ed25519; "), "the version is \"dkim1\" and must be DKIM1, in these letters");
    assert_eq!(one("v=DKIM2; k=ed25519; "), "the version is \"DKIM2\" and must be DKIM1, in these letters");
    assert_eq!(one("k=ed25519; v=DKIM1; "), "v=DKIM1 must be the first tag (RFC 6376 §3.6.1)");
    assert_eq!(one("k=ed25519; k=ed25519; "), "the tag k= stands twice; keep one");
    assert_eq!(mended(&ed("k=ed25519;k=ed25519;")), ed("k=ed25519;"));
    assert_eq!(one("k=ed25519;; "), "nothing stands between two semicolons; delete one");
    assert_eq!(mended(&ed("k=ed25519;; ")), ed("k=ed25519; "));
    assert_eq!(
        one("v=DKIM1 k=ed25519 "),
        "a semicolon is missing between two tags | a semicolon is missing between two tags"
    );
    assert_eq!(one("K=x; k=ed25519; "), "tags are case-sensitive: K= is ignored (RFC 6376 §3.2)");
    assert_eq!(
        one("g=*; k=ed25519; "),
        "g= was withdrawn with RFC 4871 and is ignored; delete it (RFC 6376 appendix E)"
    );
    assert_eq!(one("q=dns; k=ed25519; "), "q= is no tag of a key record and is ignored");
    assert_eq!(
        one("k=ed25519; t=y:z; "),
        "t=y says that DKIM is being tested here; delete it when tests are over (RFC 6376 §3.6.1) | the flag \"z\" is not known and is ignored"
    );
    assert_eq!(one("k=ed25519; s=web; "), "s=\"web\" leaves mail out; delete the tag or write s=email");
}

#[test]
fn hashes_and_key_types_that_are_signature_algorithms() {
    let hash = ed("v=DKIM1; k=ed25519; h=rsa-sha256; ");
    assert_eq!(messages(&hash), ["h=\"rsa-sha256\" has no hash in use; write h=sha256 or delete the tag"]);
    assert_eq!(mended(&hash), ed("v=DKIM1; k=ed25519; h=sha256; "));
    assert_eq!(
        messages(&ed("k=ed25519; h=sha1; ")),
        ["h=sha1 leaves sha256 out; sha1 must not be used (RFC 8301 §3.1)"]
    );
    assert_eq!(mended(&format!("k=rsa-sha256; p={RSA}")), format!("k=rsa; p={RSA}"));
    let unknown = lint(&format!("k=foo; p={RSA}"));
    assert_eq!((unknown[0].severity, &unknown[0].edit), (Severity::Blocks, &None));
}

#[test]
fn keys_that_are_cut_or_lost() {
    assert_eq!(
        messages(&format!("p={}", &RSA[..100])),
        ["the key is cut off: it has 162 octets, and only 75 of them are here"]
    );
    let long = format!("n={}; p={RSA}", "x".repeat(100));
    let cut = messages(&long[..255]).join("");
    assert!(
        cut.starts_with("the key is cut off at 255 octets; publish the record as several strings: it has"),
        "{cut}"
    );
    let lost = format!("p= {}", &RSA[2..]);
    assert_eq!(messages(&lost), ["the key has lost its first letters; put MI in front"]);
    assert_eq!(mended(&lost), format!("p= {RSA}"));
    assert_eq!(mended(&format!("p=={RSA}")), format!("p={RSA}"));
    assert_eq!(mended(&format!("k=rsa; p=p={RSA}")), format!("k=rsa; p={RSA}"));
    assert_eq!(
        messages(&format!("p={}", RSA.replace("/UC3", "/U*3"))),
        ["'*' is no base64 character; publish the key anew from its source"]
    );
    let p = lint(&format!("p={}", RSA.replace("/UC3", "/U*3")));
    assert_eq!(p[0].span, Span::new(2 + RSA.find("UC3").unwrap() + 1, 2 + RSA.find("UC3").unwrap() + 2));
    assert_eq!(messages("v=DKIM1; k=rsa"), ["the record has no p= tag, and so no key"]);
    let revoked = lint("v=DKIM1; p=");
    assert_eq!((revoked.len(), revoked[0].rule, revoked[0].severity), (1, RuleId::DkimKeyMissing, Severity::Blocks));
}

#[test]
fn an_edit_of_stray_bytes_gives_a_key() {
    // RFC 6376 §2.10: deleting a byte that stands for a lost one would hide the loss.
    let lost = format!("p={}", RSA.replace("/UC3", "/U*3"));
    assert!(lint(&lost).iter().all(|problem| problem.edit.is_none()));
    assert_eq!(messages(&format!("p=<{RSA}>")), ["'<' is no base64 character; delete it"]);
    assert_eq!(mended(&format!("p=<{RSA}>")), format!("p={RSA}"));
    let url = format!("v=DKIM1; p={}", RSA.replace('+', "-").replace('/', "_"));
    assert_eq!(messages(&url), ["p= has the - and _ of URLs; write + for - and / for _ (RFC 6376 §2.10, RFC 4648 §5)"]);
    assert_eq!(mended(&url), format!("v=DKIM1; p={RSA}"));
    let ed_url = ed("v=DKIM1; k=ed25519; ").replace('/', "_");
    assert_eq!(mended(&ed_url), ed("v=DKIM1; k=ed25519; "));
}

#[test]
fn ed25519_keys_in_the_wrong_form() {
    let spki = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let good = ed("v=DKIM1; k=ed25519; ");
    assert_eq!(mended(&format!("v=DKIM1; k=ed25519; p={spki}")), good);
    // RFC 8463 §4: bare octets; under k=rsa, or without k=, the type is wrong as well.
    assert_eq!(mended(&format!("v=DKIM1; p={spki}")), good);
    assert_eq!(mended(&ed("v=DKIM1; k=rsa; ")), good);
    assert_eq!(messages(&format!("k=ed25519; p={RSA}")), ["p= holds an RSA key, but k= says ed25519; write k=rsa"]);
    assert_eq!(messages("k=ed25519; p=AAAA"), ["an Ed25519 key has 32 octets, p= has 3 (RFC 8463 §4)"]);
    // Base64 without its padding.
    assert_eq!(mended(good.trim_end_matches('=')), good);
    assert_eq!(messages(&format!("{good}AAAA")), ["\"AAAA\" stands behind the key; delete it"]);
}

#[test]
fn sizes() {
    let problems = lint(&format!("p={RSA}"));
    assert_eq!(
        problems[0].to_string(),
        format!("note dkim.key-bad: the RSA key has 1024 bits; use 2048 (RFC 8301 §3.2) (bytes 2..{})", RSA.len() + 2)
    );
}

#[test]
fn hostile_records_are_bounded() {
    for piece in
        ["t=y:z;", "\"", "\\", "p=", "v=DKIM1", "-----", ";", "=", "\u{0}", "\u{fffd}x", "k=rsa ", "a b=", "é "]
    {
        let record = format!("v=DKIM1; {}", piece.repeat(65_000 / piece.len()));
        let problems = lint(&record);
        assert!(!problems.is_empty() && problems.len() <= MAX_PROBLEMS, "{piece}");
        assert!(problems.iter().all(|p| p.span.end <= record.len() && p.message.len() < 500));
    }
}
