//! DKIM keys as they are published: 707 records of the wild, one fault a record, RFC examples.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use deliverability_core::Severity;
use deliverability_core::dkim::{KeyLookup, KeyOutcome, KeyRecord, KeyStatus, PublicKey, RsaForm, Unusable, lint_key};
use deliverability_core::dns::{Check, DnsError, Query, RecordData, Text, Zone};

/// A file or folder of the shared data; `None`, with one loud line, where it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora/dkim")).join(path);
    if full.exists() {
        return Some(full);
    }
    assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{} is absent", full.display());
    eprintln!("SKIPPED: {} is absent", full.display());
    None
}

/// The records of the table: selector, domain, record in quotes, source.
fn published() -> Vec<Text> {
    let Some(path) = shared("dkim_keys.tsv") else { return Vec::new() };
    let table = fs::read_to_string(path).unwrap();
    let records = table.lines().skip(1).filter_map(|line| line.split('\t').nth(2));
    records.map(|quoted| Text::from(serde_json::from_str::<String>(quoted).unwrap().as_str())).collect()
}

#[test]
fn every_published_record_is_read_or_has_a_problem_with_a_place() {
    let records = published();
    let mut distribution: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        let problems = lint_key(record);
        let kind = match KeyRecord::parse(record.bytes()) {
            Ok(key) => {
                assert_eq!(KeyRecord::parse(key.to_string().as_bytes()), Ok(key.clone()), "{record}");
                key.public_key.to_string()
            }
            Err(error) => {
                assert!(error.span.end <= record.bytes().len());
                let worst = problems.iter().filter(|problem| problem.severity == Severity::Blocks);
                let first = worst.map(|problem| &problem.message).next();
                generic(first.unwrap_or_else(|| panic!("{record}: {error}")))
            }
        };
        assert!(problems.iter().all(|problem| problem.span.end <= record.bytes().len()), "{record}");
        *distribution.entry(kind).or_default() += 1;
    }
    for (kind, count) in &distribution {
        eprintln!("{count:4}  {kind}");
    }
    let usable = records.iter().filter(|record| KeyRecord::parse(record.bytes()).is_ok()).count();
    assert!(records.is_empty() || usable > 590, "only {usable} of {} can be read", records.len());
}

/// A message without what it quotes and counts, as a class.
fn generic(message: &str) -> String {
    let quoted = message.split('"').enumerate().map(|(n, part)| if n % 2 == 1 { "..." } else { part });
    quoted.collect::<String>().chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[test]
fn edits_never_make_a_record_worse() {
    let mut mended = 0;
    for record in published() {
        let mut bytes = record.bytes().to_vec();
        // Each edit may uncover the next fault.
        for _ in 0..4 {
            let problems = lint_key(&Text::new(bytes.clone()));
            let Some(edit) = problems.into_iter().find_map(|problem| problem.edit) else { break };
            bytes.splice(edit.span.range(), edit.replacement.bytes());
        }
        let (before, after) = (KeyRecord::parse(record.bytes()), KeyRecord::parse(&bytes));
        assert!(before.is_err() || after.is_ok(), "{record}");
        mended += usize::from(before.is_err() && after.is_ok());
    }
    eprintln!("{mended} records mended by their edits");
}

#[test]
fn damaged_records_keep_their_spans_inside() {
    const BYTES: &[u8] = b";=pvkhnst\"\\ \x00\xffAM-:*\n";
    // A fixed sequence (xorshift), so that a failure comes again.
    let mut state = 0x9e37_79b9_u32;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below.max(1)
    };
    for record in published() {
        let mut bytes = record.bytes().to_vec();
        for _ in 0..8 {
            let at = random(bytes.len());
            match random(4) {
                0 => drop(bytes.drain(at..(at + random(9)).min(bytes.len()))),
                1 => bytes.extend_from_within(at..(at + random(30)).min(bytes.len())),
                _ => bytes.insert(at, BYTES[random(BYTES.len())]),
            }
            let problems = lint_key(&Text::new(bytes.clone()));
            assert!(problems.iter().all(|problem| problem.span.end <= bytes.len()));
            assert!(
                problems.iter().filter_map(|problem| problem.edit.as_ref()).all(|edit| edit.span.end <= bytes.len())
            );
            match KeyRecord::parse(&bytes) {
                Ok(key) => assert_eq!(KeyRecord::parse(key.to_string().as_bytes()), Ok(key)),
                Err(_) => assert!(problems.iter().any(|problem| problem.severity == Severity::Blocks)),
            }
        }
    }
}

/// A key record by the letter of RFC 6376 §3.2 and §3.6.1 and RFC 8463 §4, read apart from the
/// library: the tags, or `None` where the text breaks the grammar.
#[cfg(feature = "verify")]
fn tags_by_the_letter(record: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(record).ok()?;
    let text = text.trim_end_matches(WHITE).strip_suffix(';').unwrap_or(text);
    let mut tags: Vec<(String, String)> = Vec::new();
    for spec in text.split(';') {
        let (name, value) = spec.split_once('=')?;
        let (name, value) = (name.trim_matches(WHITE), value.trim_matches(WHITE));
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_value = value.chars().all(|c| c.is_ascii_graphic() || WHITE.contains(&c));
        // §3.2: a tag must not occur twice.
        if !is_name || !is_value || tags.iter().any(|(other, _)| other == name) {
            return None;
        }
        tags.push((name.to_owned(), value.to_owned()));
    }
    // §3.6.1: v= comes first and is DKIM1; p= is required.
    let version = tags.iter().position(|(name, _)| name == "v");
    let sound = version.is_none_or(|at| at == 0 && tags[at].1 == "DKIM1");
    (sound && tags.iter().any(|(name, _)| name == "p")).then_some(tags)
}

#[cfg(feature = "verify")]
const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Whether a record is one that verifiers can read a key from: the RSA keys are judged by the library
/// that verifies signatures with them.
#[cfg(feature = "verify")]
fn is_a_key(record: &[u8]) -> bool {
    use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY};
    let Some(tags) = tags_by_the_letter(record) else { return false };
    let value = |name: &str| tags.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str());
    let p: String = value("p").unwrap_or_default().chars().filter(|c| !WHITE.contains(c)).collect();
    // §3.6.1: an empty value is a revoked key, which is a record too.
    if p.is_empty() {
        return true;
    }
    let Ok(octets) = data_encoding::BASE64_MIME_PERMISSIVE.decode(p.as_bytes()) else { return false };
    match value("k").unwrap_or("rsa") {
        // Some verifiers pass over what stands behind the key; by X.690 §8.1 it is not its encoding.
        "rsa" => {
            is_one_element(&octets)
                && ParsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &octets).is_ok()
        }
        "ed25519" => octets.len() == 32,
        _ => true,
    }
}

/// Whether a DER element of a long length takes up all octets (X.690 §8.1.3.5).
#[cfg(feature = "verify")]
fn is_one_element(octets: &[u8]) -> bool {
    let [_, form @ 0x81..=0x84, rest @ ..] = octets else { return false };
    let digits = usize::from(form - 0x80);
    rest.len() > digits && rest[..digits].iter().fold(0, |n, digit| n << 8 | usize::from(*digit)) == rest.len() - digits
}

#[cfg(feature = "verify")]
#[test]
fn published_records_are_accepted_and_rejected_as_rfc_6376_says() {
    let (mut accepted, mut weak, mut wrong) = (0, 0, Vec::new());
    for record in published() {
        let ours = KeyRecord::parse(record.bytes());
        accepted += usize::from(ours.is_ok());
        let is_weak = matches!(&ours, Ok(KeyRecord { public_key: PublicKey::Rsa { bits: ..1024, .. }, .. }));
        weak += usize::from(is_weak);
        // RFC 8301 §3.2: keys below 1024 bits are read, to say so, and never used.
        if ours.is_ok() != (is_weak || is_a_key(record.bytes())) {
            wrong.push(format!("{record}: {ours:?}"));
        }
    }
    eprintln!("{accepted} records accepted, {weak} of them too weak to be used");
    assert!(matches!(published().len(), 0 | 707));
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// `NAME.dns`: `name<TAB>txt`, or `!NXDOMAIN`, `!SERVFAIL`, `!TIMEOUT`.
fn zone_of(fault: &str) -> Option<Zone> {
    let text = fs::read_to_string(shared(&format!("faults/{fault}.dns"))?).unwrap();
    let mut zone = Zone::new();
    for (name, value) in text.lines().filter_map(|line| line.split_once('\t')) {
        let name: deliverability_core::DomainName = name.parse().unwrap();
        match value {
            "!NXDOMAIN" => {}
            "!SERVFAIL" => zone.fail(Query::txt(name), DnsError::Servfail),
            "!TIMEOUT" => zone.fail(Query::txt(name), DnsError::Timeout),
            record => zone.insert(name, RecordData::Txt(Text::from(record))),
        }
    }
    Some(zone)
}

fn look_up(fault: &str) -> Option<KeyOutcome> {
    Some(KeyLookup::new("s", "example.com".parse().unwrap()).in_zone(&zone_of(fault)?))
}

#[test]
fn each_fault_is_named() {
    let says = [
        ("key_nxdomain", "there is no DKIM key at s._domainkey.example.com: the name does not exist"),
        ("key_servfail", "the DKIM key s._domainkey.example.com is not known: the name server failed (SERVFAIL)"),
        ("key_timeout", "the DKIM key s._domainkey.example.com is not known: no answer in time"),
        ("key_revoked", "the DKIM key s._domainkey.example.com has been revoked"),
        ("key_escaped_semicolons", "cannot be used: the version must be v=DKIM1, in these letters (at byte 2)"),
        ("key_v_wrong", "cannot be used: the version must be v=DKIM1, in these letters (at byte 2)"),
        ("key_v_lower", "cannot be used: the version must be v=DKIM1, in these letters (at byte 2)"),
        ("key_k_unknown", "cannot be used: the key type 'foo' is not known; use rsa or ed25519"),
        ("key_ed_spki", "an Ed25519 key has 32 octets, p= has 44 (RFC 8463 §4) (at byte 22)"),
        ("key_t_y_fail", "is usable: RSA, 2048 bits, in testing (t=y)"),
        ("key_two_records", "which one counts is undefined (RFC 6376 §3.6.2.2)"),
        ("key_spf_plus_key", "is usable: RSA, 2048 bits"),
        ("key_weak768", "the RSA key has 768 bits; verifiers refuse keys below 1024 (RFC 8301 §3.2)"),
        ("key_rotated", "is usable: RSA, 2048 bits"),
    ];
    for (fault, end) in says {
        let Some(outcome) = look_up(fault) else { return };
        assert!(outcome.to_string().ends_with(end), "{fault}: {outcome}");
    }
}

#[test]
fn each_fault_of_a_record_has_its_problem() {
    let messages = [
        ("key_escaped_semicolons", "backslashes of a zone file are left in the record; delete them"),
        ("key_v_lower", "the version is \"dkim1\" and must be DKIM1, in these letters"),
        (
            "key_ed_spki",
            "the Ed25519 key is wrapped in a SubjectPublicKeyInfo; publish the bare 32 octets (RFC 8463 §4)",
        ),
        ("key_two_records", "2 key records stand at one selector; keep one (RFC 6376 §3.6.2.2)"),
        ("key_spf_plus_key", "1 more TXT records stand at the name; delete what is no key"),
        ("key_revoked", "p= is empty: the key has been revoked (RFC 6376 §3.6.1)"),
        ("key_nxdomain", "no key record stands at the selector"),
    ];
    for (fault, message) in messages {
        let Some(outcome) = look_up(fault) else { return };
        let found: Vec<&str> = outcome.problems().iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(found, [message], "{fault}");
    }
    for unknown in ["key_servfail", "key_timeout"] {
        assert!(look_up(unknown).unwrap().problems().is_empty(), "{unknown}");
    }
}

#[test]
fn weak_keys_are_told_from_broken_ones() {
    let Some(outcome) = look_up("key_weak768") else { return };
    assert_eq!(outcome.status(), &KeyStatus::Unusable(Unusable::Weak { bits: 768 }));
}

#[test]
fn keys_of_rfc_8463_appendix_a() {
    let ed25519: KeyRecord = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".parse().unwrap();
    assert_eq!(ed25519.public_key, PublicKey::Ed25519);
    let rsa: KeyRecord = concat!(
        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR",
        "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC",
        "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3",
        "Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
    )
    .parse()
    .unwrap();
    assert_eq!(rsa.public_key, PublicKey::Rsa { bits: 1024, form: RsaForm::SubjectPublicKeyInfo });
}

#[test]
fn a_bare_rsa_public_key_is_a_key_too() {
    // RFC 6376 §3.6.1 names this form; the record is an example signer's.
    let key: KeyRecord = concat!(
        "v=DKIM1; p=MIGJAoGBALVI635dLK4cJJAH3Lx6upo3X/Lm1tQz3mezcWTA3BUBnyIsdnRf57aD5BtNmhPrYYDlWlzw3",
        "UgnKisIxktkk5+iMQMlFtAS10JB8L3YadXNJY+JBcbeSi5TgJe4WFzNgW95FWDAuSTRXSWZfA/8xjflbTLDx0euFZOM7C4T0GwLAgMBAAE="
    )
    .parse()
    .unwrap();
    assert_eq!(key.public_key, PublicKey::Rsa { bits: 1024, form: RsaForm::RsaPublicKey });
}
