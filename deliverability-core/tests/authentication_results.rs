//! Authentication-Results fields as they stand in real messages (RFC 8601): nothing of them is lost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use deliverability_core::header::{AuthenticationResults, DepartureKind, MethodResult};

fn corpora(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora")).join(path);
    if full.exists() {
        return Some(full);
    }
    assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{} is absent", full.display());
    eprintln!("SKIPPED: {} is absent", full.display());
    None
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Every field of this name in a file, wherever it stands: in a header, in the header of a returned message,
/// indented in a file of tests.
fn fields(file: &[u8], name: &str) -> Vec<Vec<u8>> {
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    let indent = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut found = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let start = indent(line);
        let is_named = line.get(start..start + name.len()).is_some_and(|of| of.eq_ignore_ascii_case(name.as_bytes()));
        if !is_named || line.get(start + name.len()) != Some(&b':') {
            continue;
        }
        let folds = lines[n + 1..].iter().take_while(|more| indent(more) > start && !more.trim_ascii().is_empty());
        found.push([&line[start..]].into_iter().chain(folds.map(|more| &more[start..])).collect::<Vec<_>>().concat());
    }
    found
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Every word that was read, or is told to depart.
fn read_words(field: &[u8], read: &AuthenticationResults) -> Vec<String> {
    let of_result = |result: &MethodResult| {
        let properties = result.properties.iter().flat_map(|p| [p.ptype.clone(), p.name.clone(), p.value.clone()]);
        let number = result.version.map(|version| version.to_string());
        let reason = result.reason.iter().flat_map(|reason| ["reason".to_owned(), reason.clone()]);
        let own = [result.method.clone(), result.result.clone()].into_iter().chain(number).chain(reason);
        own.chain(result.comments.clone()).chain(properties).collect::<Vec<_>>()
    };
    let told = read.departures.iter().filter(|departure| {
        use DepartureKind::{NoResult, NoneBesideResults, StrayWords, TooMany};
        matches!(departure.kind, NoResult | NoneBesideResults | StrayWords | TooMany)
    });
    let told = told.map(|departure| String::from_utf8_lossy(departure.span.of(field)).into_owned());
    let head = read.authserv_id.iter().cloned().chain(read.version.map(|version| version.to_string()));
    let all = head.chain(read.comments.clone()).chain(read.results.iter().flat_map(of_result)).chain(told);
    all.flat_map(|text| words(&text)).collect()
}

/// What of a field was neither read nor told.
fn lost(field: &[u8], skip: usize, read: &AuthenticationResults) -> Vec<String> {
    let mut left: HashMap<String, isize> = HashMap::new();
    for word in read_words(field, read) {
        *left.entry(word).or_default() += 1;
    }
    let text = String::from_utf8_lossy(field);
    let all = words(text.split_once(':').unwrap().1).into_iter().skip(skip);
    let is_lost = |word: &String| {
        let count = left.entry(word.clone()).or_default();
        *count -= 1;
        // `none` alone is no result.
        *count < 0 && !(word == "none" && read.results.is_empty())
    };
    all.collect::<Vec<_>>().into_iter().filter(is_lost).collect()
}

fn check(field: &[u8], skip: usize, read: &AuthenticationResults) {
    let shown = String::from_utf8_lossy(field);
    assert_eq!(lost(field, skip, read), Vec::<String>::new(), "{shown}\n{read:#?}");
    let is_within = |place: &deliverability_core::Span| place.start <= place.end && place.end <= field.len();
    assert!(read.departures.iter().all(|departure| is_within(&departure.span)), "{shown}\n{read:#?}");
    // What is written is one field, keeps the grammar, and says the same.
    let written = read.to_string();
    let again = AuthenticationResults::parse(written.as_bytes());
    assert!(written.split("\r\n").all(|line| line.len() <= 998), "{written}");
    let departs = again.departures.iter().any(|departure| departure.kind != DepartureKind::Name);
    let is_whole = read.results.iter().flat_map(|result| &result.properties).all(|property| !property.ptype.is_empty());
    assert!(!departs || !is_whole, "{written}\n{again:#?}");
    if read.departures.is_empty() {
        assert_eq!(&again, read, "{shown}\n{written}");
    }
}

#[test]
fn every_field_of_the_corpora_is_read_whole() {
    let Some(dirs) = ["bounces", "dkim"].map(corpora).into_iter().collect::<Option<Vec<_>>>() else { return };
    let mut all = Vec::new();
    for dir in &dirs {
        files(dir, &mut all);
    }
    let (mut plain, mut sealed, mut refused, mut grammatical) = (0, 0, 0, 0);
    for file in &all {
        let bytes = fs::read(file).unwrap();
        for field in fields(&bytes, "Authentication-Results") {
            let read = AuthenticationResults::parse(&field);
            check(&field, 0, &read);
            plain += 1;
            grammatical += usize::from(read.departures.is_empty());
        }
        for field in fields(&bytes, "ARC-Authentication-Results") {
            // "i" and its number stand in front.
            match AuthenticationResults::parse_arc(&field) {
                Some((_, read)) => check(&field, 2, &read),
                None => refused += 1,
            }
            sealed += 1;
        }
    }
    eprintln!("{plain} fields, {grammatical} of them grammatical; {sealed} of ARC sets, {refused} without an instance");
    assert!(plain >= 90 && sealed >= 150, "{plain} {sealed}");
    assert!(grammatical * 2 > plain, "{grammatical} of {plain}");
}

/// What a real field may be damaged to: nothing panics, and nothing is lost.
#[test]
fn damaged_fields_are_read_whole() {
    let field =
        b"Authentication-Results: mx.test (a) 1; spf/1=pass (b (c)) reason=\"d \\\" e\" smtp.mailfrom=f@g.test;\r\n\
        \tdkim=fail header.i=@h.test header.b=\"i/j=\"; none; ; x y (k; iprev=pass";
    for n in 24..field.len() {
        for byte in [b' ', b';', b'(', b')', b'"', b'\\', b'=', b'.', b'/', b'@', b'\n', 0xff, b'w'] {
            let mut damaged = field.to_vec();
            damaged[n] = byte;
            let read = AuthenticationResults::parse(&damaged);
            assert!(read.departures.iter().all(|departure| departure.span.end <= damaged.len()));
            let text = String::from_utf8_lossy(&damaged);
            let count = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
            // A method version that is no number is told with its name.
            let told = read.departures.iter().filter(|d| d.kind == DepartureKind::Name).count();
            let kept = count(&read_words(&damaged, &read).concat()) + told * 8;
            let is_none = usize::from(read.results.is_empty()) * 4;
            assert!(kept + is_none >= count(&text[23..]), "{text}\n{read:#?}");
        }
        let _ = AuthenticationResults::parse(&field[..n]);
    }
}
