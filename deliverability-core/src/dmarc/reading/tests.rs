use super::*;

fn read(text: &str) -> Reading {
    Reading::of(text.as_bytes()).unwrap()
}

fn faults(text: &str) -> Vec<(ErrorKind, &str)> {
    read(text).faults().iter().map(|fault| (fault.kind, fault.span.of_text(text))).collect()
}

#[test]
fn the_version_comes_first_and_in_these_letters() {
    // RFC 9989 §4.7, v; §4.8, dmarc-version.
    for good in ["v=DMARC1", "v=DMARC1;", "v = DMARC1; p=none", "V=DMARC1;p=none", "v\t=\tDMARC1\t;", "v=DMARC1 "] {
        assert!(Reading::of(good.as_bytes()).is_ok(), "{good}");
    }
    for bad in
        ["", "v=dmarc1", "v=DMARC1x", "v=DMARC1 p=none", " v=DMARC1", "\nv=DMARC1", "p=none; v=DMARC1", "v=DMARC"]
    {
        assert_eq!(Reading::of(bad.as_bytes()).unwrap_err().kind, ErrorKind::Version, "{bad}");
    }
    let error = Reading::of(b"v=dmarc1; p=none").unwrap_err();
    assert_eq!(error.span, Span::new(0, 8));
    assert!(error.to_string().starts_with("a DMARC record must start with v=DMARC1 and a semicolon"));
}

#[test]
fn a_fault_costs_its_tag_only() {
    // RFC 9989 §4.8.
    let text = "v=DMARC1;; p=reject; sp=rejct; junk; fo=9; adkim=x; aspf=; psd=z; t=1; pct=101; rua=a@b; p=none";
    let kinds: Vec<_> = faults(text).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        kinds,
        [
            ErrorKind::Form(tag_list::ErrorKind::Empty),
            ErrorKind::Policy(TagName::Sp),
            ErrorKind::Form(tag_list::ErrorKind::NoEquals),
            ErrorKind::FailureOptions,
            ErrorKind::Alignment(TagName::Adkim),
            ErrorKind::EmptyValue(TagName::Aspf),
            ErrorKind::Psd,
            ErrorKind::Testing,
            ErrorKind::Percentage,
            ErrorKind::Uri(TagName::Rua),
            ErrorKind::Duplicate(TagName::P),
        ]
    );
    assert_eq!(read(text).record(), &"v=DMARC1; p=reject".parse().unwrap());
    assert!(read(text).is_lost(TagName::Sp) && !read(text).is_lost(TagName::P));
}

#[test]
fn letters_of_names_and_values_are_without_case() {
    // RFC 9989 §4.8: literals of RFC 5234 are without case.
    let record = read("v=DMARC1; P=Reject; aspf=S; FO=D; psd=N; T=Y").into_record();
    assert_eq!(record.to_string(), "v=DMARC1; p=reject; psd=n; t=y; aspf=s; fo=d");
}

#[test]
fn line_breaks_cost_their_tag() {
    // RFC 9989 §4.8: WSP is spaces and tabs (RFC 5234 appendix B.1).
    let text = "v=DMARC1;\np=reject;\tsp\t=\tnone ;rua=mailto:a\t@b; np=none\n";
    assert_eq!(
        faults(text),
        [(ErrorKind::WhiteSpace, "\n"), (ErrorKind::WhiteSpace, "\t"), (ErrorKind::WhiteSpace, "\n")]
    );
    assert_eq!(read(text).record(), &"v=DMARC1; sp=none".parse().unwrap());
    assert!(read(text).is_lost(TagName::P) && read(text).is_lost(TagName::Np));
}

#[test]
fn unknown_tags_are_no_fault() {
    // RFC 9989 §4.7.
    assert_eq!(faults("v=DMARC1; p=none; asl=x,y; ri=86400; rf=afrf"), []);
    assert_eq!(faults("v=DMARC1; a_1=x"), [(ErrorKind::Form(tag_list::ErrorKind::Name), "a_1")]);
}

#[test]
fn one_bad_uri_does_not_cost_the_others() {
    // RFC 9989 §4.10.1.
    let text = "v=DMARC1; rua=a@b, mailto:c@d ,mailto:e @f!1k; ruf=g@h,i";
    assert_eq!(
        faults(text),
        [
            (ErrorKind::Uri(TagName::Rua), "a@b"),
            (ErrorKind::Uri(TagName::Rua), " "),
            (ErrorKind::Uri(TagName::Ruf), "g@h"),
            (ErrorKind::Uri(TagName::Ruf), "i"),
        ]
    );
    assert_eq!(read(text).record().rua.len(), 1);
    assert!(read(text).is_lost(TagName::Ruf));
}
