//! RFC 5782 §2.3: what the answers of known lists mean, value by value, each with its source.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::net::Ipv4Addr;

use deliverability_core::dns::{RecordData, Response};
use deliverability_core::dnsbl::{Code, KnownList, List, ListAnswer, known};

const VECTORS: &str = include_str!("data/dnsbl_vectors.txt");

struct Vector<'t> {
    source: &'t str,
    list: &'static List,
    values: Vec<Ipv4Addr>,
    want: &'t str,
    line: &'t str,
}

fn vectors() -> Vec<Vector<'static>> {
    let (mut source, mut vectors) = ("", Vec::new());
    for line in VECTORS.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("## ") {
            source = heading;
        } else if !line.starts_with('#') {
            vectors.push(vector(source, line));
        }
    }
    vectors
}

fn vector<'t>(source: &'t str, line: &'t str) -> Vector<'t> {
    let (asked, want) = line.split_once('=').unwrap();
    let mut words = asked.split_whitespace();
    let zone = words.next().unwrap();
    let Some(KnownList::Active(list)) = known(zone) else { panic!("{zone} is not in the catalogue") };
    Vector { source, list, values: words.map(|value| value.parse().unwrap()).collect(), want: want.trim(), line }
}

/// Whether the code is what `want` says: `role/cause/number: words`.
fn is_said(code: &Code, want: &str) -> bool {
    let (head, words) = want.trim().split_once(": ").unwrap();
    let mut head = head.split('/');
    let role = head.next().unwrap() == code.role.as_str();
    let cause = head.next().unwrap() == code.cause.map_or("-", |cause| cause.as_str());
    let number = head.next().map(|number| number.parse().unwrap()) == code.number;
    let meaning = match &code.meaning {
        Some(meaning) => meaning.contains(words),
        None => words == "?",
    };
    role && cause && number && meaning
}

#[test]
fn every_vector_decodes() {
    for Vector { list, values, want, line, .. } in vectors() {
        let answer = Response::new(values.into_iter().map(RecordData::A)).into_answer();
        match list.decode(&answer) {
            ListAnswer::NoEntry => assert_eq!(want, "none", "{line}"),
            ListAnswer::Foreign { .. } => assert_eq!(want, "foreign", "{line}"),
            ListAnswer::Refused { why } => {
                let words = want.strip_prefix("refused: ").unwrap_or_else(|| panic!("{line}: refused: {why}"));
                assert!(why.contains(words), "{line}: {why}");
            }
            ListAnswer::Entry(codes) => {
                let wanted: Vec<&str> = want.split(';').collect();
                assert_eq!(codes.len(), wanted.len(), "{line}: {codes:?}");
                let said = codes.iter().zip(wanted).all(|(code, want)| is_said(code, want));
                assert!(said, "{line}: {codes:?}");
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn there_are_enough_of_them_each_once_and_with_a_source() {
    let vectors = vectors();
    assert!(vectors.len() >= 150, "{}", vectors.len());
    assert!(vectors.iter().all(|vector| vector.source.contains("20")), "every source has a date");
    let mut lines: Vec<&str> = vectors.iter().map(|vector| vector.line).collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), vectors.len());
}
