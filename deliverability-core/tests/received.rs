//! Received as it is found in the wild: headers with a known reading, and every field of the returned and
//! signed mail at hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};

use deliverability_core::header::fields;
use deliverability_core::header::received::{Received, Word};
use deliverability_core::header::trace::Trace;

fn shared(inner: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora").join(inner);
    if !path.exists() {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{inner} is not at hand");
        eprintln!("SKIPPED: {inner} is not at hand");
        return None;
    }
    Some(path)
}

/// The reading in the words of the cases: brackets are `!` there, what is absent is empty.
fn as_case(received: &Received<'_>, key: &str) -> String {
    let word = |word: &Option<Word<'_>>| word.as_ref().map(|word| word.text.clone().into_owned()).unwrap_or_default();
    match key {
        "ip" => received.ip.map(|address| address.ip.to_string()).unwrap_or_default(),
        "rdns" => word(&received.rdns),
        "helo" => word(&received.helo).replace(['[', ']'], "!"),
        "by" => word(&received.by),
        "ident" => word(&received.ident),
        "envfrom" => word(&received.envelope_from),
        "id" => word(&received.id),
        "auth" => received.authentication.as_ref().map(|auth| auth.as_str().to_owned()).unwrap_or_default(),
        _ => panic!("{key}"),
    }
}

#[test]
fn headers_with_a_known_reading() {
    let Some(path) = shared("bounces/received_cases.json") else { return };
    let cases: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let cases = cases.as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let text = case["received"].as_str().unwrap();
        let received = Received::parse(text.as_bytes());
        let Some(expected) = case["expected"].as_object() else {
            if received.ip.is_some() {
                wrong.push(format!("{text}\n    has no client, not {:?}", received.ip));
            }
            continue;
        };
        // `intl` and `msa` are about the reader's own networks.
        for (key, value) in expected.iter().filter(|(key, _)| !["intl", "msa"].contains(&key.as_str())) {
            let read = as_case(&received, key);
            if read != value.as_str().unwrap() {
                wrong.push(format!("{text}\n    {key} is {value}, not {read:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(cases.len(), 67);
}

/// Every file below a folder.
fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The Received values of a message and of those it holds, folds and all.
fn values(message: &[u8]) -> Vec<Vec<u8>> {
    let starts = message.split_inclusive(|byte| *byte == b'\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let name = |line: &[u8]| line.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"received:"));
    starts
        .filter(|(_, line)| name(line))
        .filter_map(|(start, _)| fields(&message[start..]).next())
        .map(|field| field.value.to_vec())
        .collect()
}

#[derive(Debug, Default)]
struct Counted {
    fields: usize,
    by: usize,
    from: usize,
    ip: usize,
    date: usize,
    whole: usize,
    empty: usize,
}

/// Reads a field in every way there is, and counts what was found. `show` prints what was not understood.
fn check(value: &[u8], counted: &mut Counted, show: bool) {
    let received = Received::parse(value);
    let text = String::from_utf8_lossy(value).into_owned();
    for word in [&received.from, &received.helo, &received.by, &received.id].into_iter().flatten() {
        assert!(word.span.end <= value.len(), "{text}");
    }
    let again = Received::parse(&[b"Received:", value].concat()).into_owned();
    assert_eq!(again.by.map(|by| by.text), received.by.clone().map(|by| by.text), "{text}");
    counted.fields += 1;
    counted.by += usize::from(received.by.is_some());
    counted.from += usize::from(received.from.is_some());
    counted.ip += usize::from(received.ip.is_some());
    counted.date += usize::from(received.date.is_some());
    counted.whole += usize::from(received.unread.is_empty());
    counted.empty += usize::from(received == Received::default());
    let is_odd = !received.unread.is_empty() || received.date.is_none() || received.by.is_none();
    if show && is_odd {
        let unread: Vec<_> = received.unread.iter().map(|span| String::from_utf8_lossy(span.of(value))).collect();
        eprintln!(
            "{unread:?} {} {} | {}",
            received.by.is_some(),
            received.date.is_some(),
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        );
    }
}

#[test]
fn every_field_in_the_corpora_reads() {
    let show = std::env::var_os("SHOW_UNREAD").is_some();
    for (folder, least) in [("bounces/sisimai", 1000), ("bounces/postfix", 160), ("bounces/exim", 160), ("dkim", 40)] {
        let Some(dir) = shared(folder) else { return };
        let (mut found, mut counted) = (Vec::new(), Counted::default());
        files(&dir, &mut found);
        for file in found {
            for value in values(&fs::read(file).unwrap()) {
                check(&value, &mut counted, show);
            }
        }
        eprintln!("{folder}: {counted:?}");
        assert!(counted.fields >= least && counted.empty == 0, "{folder}: {counted:?}");
        // Fields that are text of a canonicalization test, and fields that were cut short, are no more than that.
        assert!(folder == "dkim" || counted.date * 100 >= counted.fields * 97, "{folder}: {counted:?}");
        assert!(folder == "dkim" || counted.whole * 100 >= counted.fields * 95, "{folder}: {counted:?}");
    }
}

/// SplitMix64: the same mutations on every machine.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).unwrap()
    }
}

#[test]
fn ten_thousand_mutated_messages_have_a_trace() {
    let Some(dir) = shared("bounces/sisimai") else { return };
    let mut found = Vec::new();
    files(&dir, &mut found);
    let messages: Vec<Vec<u8>> = found
        .iter()
        .map(|file| fs::read(file).unwrap())
        .map(|mut m| {
            m.truncate(8192);
            m
        })
        .collect();
    let mut seeded = Seeded(5321);
    let mut hops = 0;
    for _ in 0..10_000 {
        let mut message = messages[seeded.below(messages.len())].clone();
        for _ in 0..=seeded.below(8) {
            let at = seeded.below(message.len());
            match seeded.below(4) {
                0 if at < message.len() => message[at..].rotate_left(1),
                1 => message.truncate(at),
                2 => message.splice(at..at, *b"\r\nReceived: from (").for_each(drop),
                _ if !message.is_empty() => message[at] = b" ();[]<>\"\\\r\n"[seeded.below(12)],
                _ => {}
            }
        }
        let trace = Trace::of(&message);
        assert!(trace.hops().len() <= 100 && trace.source().hop().is_none_or(|hop| hop < trace.hops().len()));
        assert!(!trace.notes().iter().any(|note| note.to_string().chars().any(char::is_control)));
        hops += trace.hops().len();
    }
    eprintln!("{hops} hops");
}
