//! DMARC records as they are published: 1,544 texts at `_dmarc` names.
//!
//! How "accepted" is judged: `Grammar` below is a second reading of RFC 9989 §4.8, written from its ABNF with
//! nothing of the library. It says which texts are DMARC Policy Records at all, and for each part between
//! semicolons whether the grammar has it. The library must agree text by text and part by part.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use deliverability_core::dmarc::{ErrorKind, Reading, Record, Rules, Standing, lint};
use deliverability_core::problem::apply_edits;
use deliverability_core::{Problem, Severity};

/// The published texts.
fn published() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora/dmarc/dmarc_raw.tsv");
    if !Path::new(path).exists() {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{path} is absent");
        eprintln!("SKIPPED: {path} is absent");
        return Vec::new();
    }
    let table = fs::read_to_string(path).unwrap();
    let quoted = table.lines().skip(1).filter_map(|line| line.split('\t').nth(1));
    let texts: Vec<String> = quoted.map(|quoted| serde_json::from_str(quoted).unwrap()).collect();
    assert_eq!(texts.len(), 1_544);
    texts
}

/// RFC 9989 §4.8, read again.
struct Grammar;

impl Grammar {
    /// `dmarc-version`, then a separator or the end.
    fn is_record(text: &str) -> bool {
        let wsp = |text: &str| text.trim_start_matches([' ', '\t']).to_owned();
        let Some(rest) = text.get(..1).filter(|v| v.eq_ignore_ascii_case("v")).map(|_| wsp(&text[1..])) else {
            return false;
        };
        let Some(rest) = rest.strip_prefix('=').map(wsp) else { return false };
        rest.strip_prefix("DMARC1").map(wsp).is_some_and(|rest| rest.is_empty() || rest.starts_with(';'))
    }

    /// The parts behind the version, each with its place, and whether the grammar has it. The last part may
    /// be empty (`[dmarc-sep]`).
    fn parts(text: &str) -> Vec<(usize, usize, bool)> {
        let mut seen: Vec<String> = Vec::new();
        let mut parts = Vec::new();
        let mut start = text.find(';').map_or(text.len(), |at| at + 1);
        let count = text.split(';').count();
        for (n, part) in text.split(';').enumerate().skip(1) {
            let is_last_and_empty = n + 1 == count && part.trim_matches([' ', '\t']).is_empty();
            parts.push((start, start + part.len(), is_last_and_empty || Self::is_tag(part, &mut seen)));
            start += part.len() + 1;
        }
        parts
    }

    /// `dmarc-tag`, with the value that its table asks for, and not twice (RFC 6376 §3.2).
    fn is_tag(part: &str, seen: &mut Vec<String>) -> bool {
        let Some((name, value)) = part.split_once('=') else { return false };
        let (name, value) = (name.trim_matches([' ', '\t']).to_ascii_lowercase(), value.trim_matches([' ', '\t']));
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic());
        let is_value = !value.is_empty() && value.bytes().all(|b| matches!(b, 0x20..=0x7e));
        let known = ["v", "p", "sp", "np", "psd", "t", "adkim", "aspf", "fo", "rua", "ruf", "pct", "rf", "ri"];
        if known.contains(&name.as_str()) && (name == "v" || seen.contains(&name)) {
            return false;
        }
        seen.push(name.clone());
        is_name && is_value && Self::is_value_of(&name, value)
    }

    fn is_value_of(name: &str, value: &str) -> bool {
        let lower = value.to_ascii_lowercase();
        let one_of = |words: &[&str]| words.contains(&lower.as_str());
        match name {
            "p" | "sp" | "np" => one_of(&["none", "quarantine", "reject"]),
            "t" => one_of(&["y", "n"]),
            "psd" => one_of(&["y", "n", "u"]),
            "adkim" | "aspf" => one_of(&["r", "s"]),
            "rua" | "ruf" => value.split(',').all(|uri| Self::is_uri(uri.trim_matches([' ', '\t']))),
            "fo" => Self::is_fo(&lower),
            "pct" => value.parse::<u8>().is_ok_and(|n| n <= 100) && value.bytes().all(|b| b.is_ascii_digit()),
            _ => true,
        }
    }

    /// The language of `dmarc-fo`, written out.
    fn is_fo(value: &str) -> bool {
        let mut words: Vec<&str> = value.split(':').collect();
        words.sort_unstable();
        let all = ["0", "1", "d", "s", "0 d", "0 s", "1 d", "1 s", "d s", "0 d s", "1 d s"];
        all.contains(&words.join(" ").as_str())
    }

    /// `obs-dmarc-uri`: the characters of RFC 3986 §2 behind a scheme.
    fn is_uri(uri: &str) -> bool {
        let uri = match uri.split_once('!') {
            None => uri,
            Some((uri, size)) => {
                let digits = size.trim_end_matches(['k', 'm', 'g', 't', 'K', 'M', 'G', 'T']);
                if digits.is_empty() || size.len() - digits.len() > 1 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return false;
                }
                uri
            }
        };
        let Some((scheme, rest)) = uri.split_once(':') else { return false };
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        is_scheme && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?@$&'()*+=%#".contains(&b))
    }
}

/// Whether a problem is about some byte of the part, or its mending is.
fn is_about(problem: &Problem, start: usize, end: usize) -> bool {
    let meets = |from: usize, to: usize| from <= end && start <= to;
    meets(problem.span.start, problem.span.end)
        || problem.edit.as_ref().is_some_and(|e| meets(e.span.start, e.span.end))
}

#[test]
fn no_text_is_accepted_that_the_rfc_rejects_and_none_rejected_that_it_accepts() {
    let (mut records, mut faultless) = (0, 0);
    for text in published() {
        let reading = Reading::of(text.as_bytes());
        assert_eq!(reading.is_ok(), Grammar::is_record(&text), "{text}");
        let problems = lint(&text);
        assert!(problems.iter().all(|problem| problem.span.end <= text.len()), "{text}");
        let Ok(reading) = reading else {
            // Ignored as a whole: said so, with a place.
            assert_eq!(Record::parse(text.as_bytes()).unwrap_err().kind, ErrorKind::Version);
            assert!(problems.iter().any(|problem| problem.severity >= Severity::Warning), "{text}");
            continue;
        };
        records += 1;
        for (start, end, is_good) in Grammar::parts(&text) {
            let faults = reading.faults().iter().filter(|fault| start <= fault.span.start && fault.span.start <= end);
            assert_eq!(faults.count() == 0, is_good, "{text:?}: {:?}: {:?}", &text[start..end], reading.faults());
            let named = problems.iter().any(|p| p.severity >= Severity::Warning && is_about(p, start, end));
            assert!(is_good || named, "{text:?}: nothing said of {:?}: {problems:?}", &text[start..end]);
        }
        // A record without any fault has no error against it, but one: neither p nor rua.
        if reading.faults().is_empty() {
            faultless += 1;
            let applies = !matches!(reading.standing(Rules::Rfc9989), Standing::Ignored(_));
            let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
            assert_eq!(errors.is_empty(), applies, "{text}: {errors:?}");
            assert!(Record::parse(text.as_bytes()).is_ok());
        }
    }
    eprintln!("{records} of the texts are DMARC records, {faultless} of them without a fault");
}

#[test]
fn what_is_read_prints_and_reads_back() {
    for text in published() {
        let Ok(reading) = Reading::of(text.as_bytes()) else { continue };
        let record = reading.into_record();
        assert_eq!(record.to_string().parse(), Ok(record.clone()), "{text}");
    }
}

#[test]
fn edits_never_make_a_record_worse() {
    let (mut broken, mut mended) = (0, 0);
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for text in published() {
        let before = Record::parse(text.as_bytes());
        let mut bytes = text.clone().into_bytes();
        // Each edit may uncover the next fault.
        for _ in 0..6 {
            let problems = lint(&bytes);
            if problems.iter().all(|problem| problem.edit.is_none()) {
                break;
            }
            bytes = apply_edits(&bytes, &problems);
        }
        let after = Record::parse(&bytes);
        assert!(before.is_err() || after.is_ok(), "{text}\n{}", String::from_utf8_lossy(&bytes));
        // A good record keeps what it says.
        if let (Ok(before), Ok(after)) = (&before, &after) {
            assert!(before.p.is_none_or(|p| after.p == Some(p)) && before.rua.len() == after.rua.len(), "{text}");
        }
        let is_meant = text.to_ascii_lowercase().contains("dmarc1");
        if before.is_err() && is_meant {
            broken += 1;
            match after {
                Ok(_) => mended += 1,
                Err(error) => *left.entry(error.kind.to_string()).or_default() += 1,
            }
        }
    }
    for (kind, count) in &left {
        eprintln!("{count:4}  left: {kind}");
    }
    eprintln!("{mended} of {broken} faulty DMARC records mended by their edits");
    // What is left was cut short, holds a template's placeholder, or needs a question.
    assert!(broken == 0 || mended >= 118, "only {mended} of {broken}");
}

#[test]
fn damaged_records_keep_their_spans_inside() {
    const BYTES: &[u8] = b";=pvrua,:!\"\\ \x00\xffAM-.@\n\t";
    // A fixed sequence (xorshift), so that a failure comes again.
    let mut state = 0x9e37_79b9_u32;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below.max(1)
    };
    for text in published() {
        let mut bytes = text.into_bytes();
        for _ in 0..6 {
            let at = random(bytes.len());
            match random(4) {
                0 => drop(bytes.drain(at..(at + random(9)).min(bytes.len()))),
                1 => bytes.extend_from_within(at..(at + random(30)).min(bytes.len())),
                _ => bytes.insert(at, BYTES[random(BYTES.len())]),
            }
            let problems = lint(&bytes);
            assert!(problems.iter().all(|problem| problem.span.end <= bytes.len()));
            assert!(
                problems.iter().filter_map(|problem| problem.edit.as_ref()).all(|edit| edit.span.end <= bytes.len())
            );
            match Reading::of(&bytes) {
                Ok(reading) => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    for fault in reading.faults() {
                        assert!(fault.span.end <= bytes.len());
                        assert!(
                            problems.iter().any(|p| is_about(p, fault.span.start, fault.span.end)),
                            "{text}: {fault}"
                        );
                    }
                }
                Err(_) => assert!(!problems.is_empty()),
            }
        }
    }
}
