use super::*;
use crate::span::Span;
use crate::tag_list;

const BH: &str = "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// A sound signature with `more` tags.
fn with(more: &str) -> String {
    format!("v=1; a=rsa-sha256; d=example.org; s=s1; h=From : Subject; {BH}; b=AA\r\n AA{more}")
}

fn read(value: &str) -> Signature {
    Signature::parse(value.as_bytes()).unwrap()
}

fn error(value: &str) -> ErrorKind {
    Signature::parse(value.as_bytes()).unwrap_err().kind
}

#[test]
fn absent_tags_have_their_defaults() {
    // RFC 6376 §3.5.
    let signature = read(&with(""));
    assert_eq!(signature.header_canonicalization, Canonicalization::Simple);
    assert_eq!(signature.body_canonicalization, Canonicalization::Simple);
    assert_eq!(signature.identity.to_string(), "@example.org");
    assert_eq!((signature.body_length, signature.timestamp, signature.expiration), (None, None, None));
    assert_eq!(signature.signed_fields, ["From", "Subject"]);
    assert_eq!(signature.octets.len(), 3);
}

#[test]
fn every_tag_is_read() {
    let signature = read(&with(
        "; c=relaxed; i=a=20b@sub.example.org; l=12; q=x:dns/txt; t=5; x=9999999999999999999999; z=From:=20a|Bad|To:b=7Cc",
    ));
    assert_eq!(signature.header_canonicalization, Canonicalization::Relaxed);
    assert_eq!(signature.body_canonicalization, Canonicalization::Simple);
    assert_eq!((signature.identity.local_part.as_str(), signature.body_length), ("a b", Some(12)));
    assert_eq!((signature.timestamp, signature.expiration), (Some(5), Some(u64::MAX)));
    let copied: Vec<_> = signature.copied_fields.iter().map(|f| (f.name.as_str(), &f.value[..])).collect();
    assert_eq!(copied, [("From", &b" a"[..]), ("To", b"b|c")]);
}

#[cfg(feature = "idna")]
#[test]
fn names_in_u_labels_become_a_labels() {
    // RFC 8616 §4.
    let text = with("; i=amy@bücher.example").replace("example.org", "bücher.example").replace("s1", "schlüssel");
    let signature = read(&text);
    assert_eq!(signature.domain.to_string(), "xn--bcher-kva.example");
    assert_eq!(signature.selector, "xn--schlssel-95a");
    assert_eq!(signature.identity.domain, signature.domain);
}

#[test]
fn what_is_missing_or_malformed_has_a_kind() {
    for (tag, part) in [("v", "v=1; "), ("a", "a=rsa-sha256; "), ("d", "d=example.org; "), ("s", "s=s1; ")] {
        assert_eq!(error(&with("").replace(part, "")), ErrorKind::Missing { tag });
    }
    assert_eq!(error(&with("").replace("h=From : Subject; ", "")), ErrorKind::Missing { tag: "h" });
    assert_eq!(error(&with("").replace("From : Subject", "")), ErrorKind::Missing { tag: "h" });
    assert_eq!(error(&with("").replace("From : ", "")), ErrorKind::FromNotSigned);
    assert_eq!(error(&with("").replace("From :", "From : :")), ErrorKind::FieldName);
    assert_eq!(error(&with("").replace("v=1", "v=2")), ErrorKind::Version);
    assert_eq!(error(&with("").replace("rsa-sha256", "foo")), ErrorKind::Algorithm);
    assert_eq!(error(&with("; c=relaxed/foo")), ErrorKind::Canonicalization);
    assert_eq!(error(&with("; q=http")), ErrorKind::QueryMethod);
    assert_eq!(error(&with("*")), ErrorKind::Base64 { tag: "b" });
    assert_eq!(error(&with("").replace(BH, "bh=AAAA")), ErrorKind::BodyHashLength { octets: 3, expected: 32 });
    assert_eq!(error(&with("").replace("example.org", "a..b")), ErrorKind::Name { tag: "d" });
    assert_eq!(error(&with("; i=amy")), ErrorKind::Identity);
    assert_eq!(error(&with("; i=amy@other.example")), ErrorKind::IdentityOutsideDomain);
    assert_eq!(error(&with("; i=amy@badexample.org")), ErrorKind::IdentityOutsideDomain);
    for tag in ["l", "t", "x"] {
        assert_eq!(error(&with(&format!("; {tag}=-1"))), ErrorKind::Number { tag });
    }
    assert_eq!(error(&with("; t=5; x=5")), ErrorKind::ExpirationBeforeTimestamp);
    assert_eq!(error(&with("; t=1; t=1")), ErrorKind::TagList(tag_list::ErrorKind::Duplicate));
}

#[test]
fn every_fault_is_seen_and_the_rest_is_read() {
    let text = with("; t=soon; i=amy@other.example").replace("v=1", "v=2");
    let reading = Reading::of(text.as_bytes());
    let kinds: Vec<_> = reading.errors.iter().map(|error| error.kind).collect();
    assert_eq!(kinds, [ErrorKind::Version, ErrorKind::IdentityOutsideDomain, ErrorKind::Number { tag: "t" }]);
    assert!(reading.signature.is_some());
    let without = Reading::of(b"v=1; d=example.org; s=s1");
    assert_eq!((&without.signature, without.selector()), (&None, Some("s1")));
}

#[test]
fn the_value_of_b_is_taken_with_its_white_space() {
    // RFC 6376 §3.7.
    let list = b"b= AA\r\n AA ; d=x";
    assert_eq!(Reading::of(list).b, Some(Span::new(2, 11)));
    assert_eq!(Reading::of(b"v=1; b=AA ").b, Some(Span::new(7, 10)));
}

#[test]
fn messages_tell_the_fix() {
    let say = |value: &str| Signature::parse(value.as_bytes()).unwrap_err().to_string();
    assert_eq!(say(&with("; c=x")), "c= is not known; write relaxed/relaxed (at byte 120)");
    assert_eq!(say("v=1"), "the signature has no a= tag, or an empty one (at byte 0)");
}
