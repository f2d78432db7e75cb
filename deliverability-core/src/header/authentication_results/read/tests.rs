use super::*;

fn read(text: &str) -> AuthenticationResults {
    let field = AuthenticationResults::parse(text.as_bytes());
    let again = AuthenticationResults::parse(field.to_string().as_bytes());
    assert_eq!(again.results, field.results, "{text}\n{field}");
    field
}

fn kinds(field: &AuthenticationResults) -> Vec<DepartureKind> {
    field.departures.iter().map(|departure| departure.kind).collect()
}

/// Method, result and properties of each.
fn shown(field: &AuthenticationResults) -> Vec<String> {
    let property = |p: &Property| format!(" {}.{}={}", p.ptype, p.name, p.value);
    let result = |r: &MethodResult| {
        format!("{}={}{}", r.method, r.result, r.properties.iter().map(property).collect::<String>())
    };
    field.results.iter().map(result).collect()
}

#[test]
fn the_forms_of_the_rfc() {
    // RFC 8601 appendix B: nothing done, one result, several, comments everywhere.
    let none = read("Authentication-Results: mx.test 1; none");
    assert_eq!((none.authserv_id.as_deref(), none.version, none.results.len()), (Some("mx.test"), Some(1), 0));
    assert!(none.departures.is_empty());
    let several = read(
        "Authentication-Results: mx.test;\r\n auth=pass (cram-md5) smtp.auth=amy@a.test;\r\n\tspf=fail smtp.mailfrom=a.test",
    );
    assert_eq!(shown(&several), ["auth=pass smtp.auth=amy@a.test", "spf=fail smtp.mailfrom=a.test"]);
    assert_eq!(several.results[0].comments, ["cram-md5"]);
    let odd = read(
        "foo.test (foo) 1 (bar); dkim (Because I like it) / 1 (One yay) = (wait) fail policy (A dot) . expired (x) = 5",
    );
    assert_eq!((odd.authserv_id.as_deref(), odd.results[0].version), (Some("foo.test"), Some(1)));
    assert_eq!((shown(&odd), odd.departures.len()), (vec!["dkim=fail policy.expired=5".to_owned()], 0));
}

#[test]
fn reasons_and_quoted_values() {
    let field = read(
        "mx.test; dkim=fail reason=\"bad; (really)\" header.i=@a.test header.b=\"ab/c=\"; iprev=pass policy.iprev=\"2001:db8::1\"",
    );
    assert_eq!(field.results[0].reason.as_deref(), Some("bad; (really)"));
    assert_eq!(shown(&field), ["dkim=fail header.i=@a.test header.b=ab/c=", "iprev=pass policy.iprev=2001:db8::1"]);
    assert!(field.departures.is_empty());
    let quoted = read("mx.test; spf=pass smtp.mailfrom=\"a b\"@a.test");
    assert_eq!(quoted.results[0].property("smtp", "mailfrom"), Some("\"a b\"@a.test"));
}

#[test]
fn as_it_is_written_in_the_wild() {
    // No host in front, a property without a type (Microsoft 365).
    let field = read(
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.test; dkim=pass (signature was verified) header.d=a.test;dmarc=pass action=none header.from=a.test;compauth=pass reason=100",
    );
    assert_eq!(field.authserv_id, None);
    assert_eq!(shown(&field)[2], "dmarc=pass .action=none header.from=a.test");
    assert_eq!(field.results[3].reason.as_deref(), Some("100"));
    assert_eq!(kinds(&field), [DepartureKind::NoAuthservId, DepartureKind::NoPropertyType]);
    // A semicolon at the end; values in no quotes.
    let field = read(
        "mx.test; dkim=pass header.i=@a.test header.s=s1 header.b=\"a/b\"; spf=pass (mx.test: domain of amy@a.test designates 2001:db8::1) smtp.mailfrom=amy@a.test;",
    );
    assert_eq!(field.results.len(), 2);
    assert_eq!(kinds(&field), [DepartureKind::EmptyPart]);
    let field = read("mx.test; spf=softfail is what we say smtp.mailfrom=a.test");
    assert_eq!((shown(&field)[0].as_str(), kinds(&field).len()), ("spf=softfail smtp.mailfrom=a.test", 1));
    assert_eq!(field.departures[0].kind, DepartureKind::StrayWords);
}

#[test]
fn every_departure_has_its_place() {
    // RFC 8601 §2.2, production by production.
    use DepartureKind as Kind;
    for (text, kind, place) in [
        ("a@b; spf=pass", Kind::Value, "a@b"),
        ("mx.test 2; spf=pass", Kind::Version, "2"),
        ("mx.test 99999999999; spf=pass", Kind::Version, "99999999999"),
        ("mx.test 1 x; spf=pass", Kind::StrayWords, "x"),
        ("mx.test", Kind::Nothing, ""),
        ("mx.test 1 (only said)", Kind::Nothing, ""),
        ("mx.test;", Kind::EmptyPart, ""),
        ("mx.test; ; spf=pass", Kind::EmptyPart, ""),
        ("mx.test; x y; spf=pass", Kind::NoResult, "x y"),
        ("mx.test; none; spf=pass", Kind::NoneBesideResults, "none"),
        ("mx.test; spf=pass; none", Kind::NoneBesideResults, "none"),
        ("mx.test; none none", Kind::NoResult, "none none"),
        ("mx.test; s_p_f=pass", Kind::Name, "s_p_f"),
        ("mx.test; spf/x=pass", Kind::Name, "spf/x"),
        ("mx.test; spf/=pass", Kind::Name, "spf/"),
        ("mx.test; spf=\"p p\"", Kind::Name, "\"p p\""),
        ("mx.test; spf=pass smtp.a.b=c", Kind::Name, "smtp.a.b"),
        ("mx.test; spf=pass .b=c", Kind::Name, ".b"),
        ("mx.test; spf=pass client-ip=c", Kind::NoPropertyType, "client-ip"),
        ("mx.test; spf=pass smtp.helo=", Kind::Value, ""),
        ("mx.test; spf=pass smtp.mailfrom=<a@b.test>", Kind::Value, "<a@b.test>"),
        ("mx.test; iprev=pass policy.iprev=2001:db8::1", Kind::Value, "2001:db8::1"),
        ("mx.test; dkim=pass header.b=a/b=", Kind::Value, "a/b="),
        ("mx.test; spf=pass smtp.mailfrom=\"a\"b", Kind::Value, "\"a\"b"),
        ("mx.test; spf=pass smtp.helo=a reason=b", Kind::LateReason, "reason"),
        ("mx.test; spf=pass reason=a/b", Kind::Value, "a/b"),
        ("mx.test; spf=pass (a (b)", Kind::Unclosed, "(a (b)"),
        ("mx.test; spf=pass and more (x) words smtp.helo=a", Kind::StrayWords, "and more"),
    ] {
        let field = AuthenticationResults::parse(text.as_bytes());
        let found = field.departures.first().unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found.kind, found.span.of_text(text)), (kind, place), "{text}");
    }
    let none: &[&str] = &[
        "mx.test; NONE (x)",
        "mx.test 1;\r\n\tnone",
        "\"a b\" 1; none",
        "mx.test; spf/1=pass reason=a smtp.mailfrom=@a.test",
    ];
    for text in none {
        assert!(read(text).departures.is_empty(), "{text}");
    }
}

#[test]
fn places_are_those_of_the_bytes() {
    let text = b"mx.test; spf=pass (\xff\xfe) x/\xff y=\xc3\xa9 \xff= ; w";
    let field = AuthenticationResults::parse(text);
    let told: Vec<&[u8]> = field.departures.iter().map(|departure| departure.span.of(text)).collect();
    assert_eq!(told, [&b"x/\xff"[..], b"y", b"\xff", b"", b"w"]);
}

#[test]
fn what_is_said_of_the_host_is_kept() {
    let field = read("mx.test (gate\r\n two) 1 (b); spf=pass (c); ; (d) x (e)");
    assert_eq!((field.comments.join(" "), field.results[0].comments.join(" ")), ("gate two b d e".into(), "c".into()));
}

#[test]
fn what_says_nothing_is_said_to() {
    assert_eq!(kinds(&read("")), [DepartureKind::NoAuthservId, DepartureKind::Nothing]);
    assert_eq!(read("none").authserv_id, None);
    let many = read(&format!("mx.test{}", "; spf=pass".repeat(1000)));
    assert_eq!((many.results.len(), kinds(&many)), (MAX_RESULTS, vec![DepartureKind::TooMany]));
    let many = read(&format!("mx.test{}", "; x".repeat(100_000)));
    assert_eq!((many.departures.len(), many.departures[999].kind), (MAX_DEPARTURES, DepartureKind::TooMany));
}

#[test]
fn the_results_of_an_arc_set() {
    // RFC 8617 §4.1.1.
    let arc = |text: &str| AuthenticationResults::parse_arc(text.as_bytes());
    let (instance, field) = arc("ARC-Authentication-Results: i=2; mx.test; arc=pass header.oldest-pass=0").unwrap();
    assert_eq!(
        (instance, field.authserv_id.as_deref(), field.results[0].result.as_str()),
        (2, Some("mx.test"), "pass")
    );
    // RFC 8617 §3.9: CFWS wherever it may stand, one or two digits, "i" in lower case.
    let (instance, field) = arc(" (a;b) i (c) = (d)\r\n 03 (e) ; (f) mx.test (g); spf=pass").unwrap();
    assert_eq!((instance, field.comments.join(" "), field.results.len()), (3, "a;b c d e f g".to_owned(), 1));
    for none in ["mx.test; spf=pass", "i=0; mx.test", "i=51; mx.test", "i=x; mx.test", "", "i=1", "i=; a", "I=1; a"] {
        assert!(arc(none).is_none(), "{none}");
    }
    for none in ["i=+1; mx.test", "i=001; mx.test", "i=1 2; mx.test", "i=1x; mx.test", "t=1; i=1; mx.test"] {
        assert!(arc(none).is_none(), "{none}");
    }
}

#[test]
fn foreign_text_stays_in_its_place() {
    let hostile = MethodResult::new("spf", "fail").because("a\"\r\nBcc: x").with("smtp", "mail from", "x; dkim=pass");
    let written = AuthenticationResults::new("mx.test\r\nBcc: x").with(hostile).to_string();
    assert!(!written.contains('\n') || written.lines().skip(1).all(|line| line.starts_with(' ')), "{written}");
    let again = AuthenticationResults::parse(written.as_bytes());
    assert_eq!((again.results.len(), again.of("dkim").count()), (1, 0), "{written}");
    assert_eq!(again.results[0].property("smtp", "mailfrom"), Some("x; dkim=pass"));
}
