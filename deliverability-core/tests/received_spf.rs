//! Received-SPF as it is found in returned mail: every field reads, keeps its reason, and what is
//! written of it reads back equal.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};

use deliverability_core::header::{ReceivedSpf, fields};

/// Every file below a folder.
fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The Received-SPF values of a message and of those it holds, each on one line.
fn values(message: &[u8]) -> Vec<Vec<u8>> {
    let lines = message.split_inclusive(|byte| *byte == b'\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    let name = |line: &[u8]| line.get(..13).is_some_and(|head| head.eq_ignore_ascii_case(b"received-spf:"));
    lines
        .filter(|(_, line)| name(line))
        .filter_map(|(start, _)| fields(&message[start..]).next())
        .map(|field| field.unfolded())
        .collect()
}

#[test]
fn every_field_in_returned_mail_reads() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/bounces");
    if !dir.exists() {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "the returned mail is not at hand");
        eprintln!("SKIPPED: the returned mail is not at hand");
        return;
    }
    let (mut found, mut read) = (Vec::new(), 0);
    files(&dir, &mut found);
    for value in found.iter().flat_map(|file| values(&fs::read(file).unwrap())) {
        let shown = String::from_utf8_lossy(&value).into_owned();
        let field = ReceivedSpf::parse(&value).unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert!(field.result.meaning().is_some() && field.reason().is_some(), "{shown}");
        assert_eq!(field.to_string().parse().as_ref(), Ok(&field), "{shown}");
        assert_eq!(shown.contains("client-ip="), field.get("client-ip").is_some(), "{shown}");
        read += 1;
    }
    eprintln!("{read} fields");
    assert!(read >= 50, "{read} fields");
}
