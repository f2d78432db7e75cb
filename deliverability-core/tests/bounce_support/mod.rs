//! The bounces at hand, and the variants that a transport makes of them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "each suite uses what it needs; a test may fail loudly"
)]

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

/// A file of the bounce corpora; `None`, with one loud line, where they are not at hand.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/bounces").join(path);
    if file.exists() {
        return Some(file);
    }
    let required = std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_some();
    assert!(!required, "{} is missing", file.display());
    eprintln!("SKIPPED: {} is not at hand", file.display());
    None
}

pub(crate) fn json(path: &str) -> Option<Value> {
    Some(serde_json::from_slice(&fs::read(shared(path)?).unwrap()).unwrap())
}

/// The messages of a folder, by file name.
pub(crate) fn messages(folder: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = shared(folder) else { return Vec::new() };
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut messages: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    messages.sort();
    messages
}

pub(crate) fn with_line_ends(message: &[u8], end: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(message.len());
    let mut rest = message.iter().copied().peekable();
    while let Some(octet) = rest.next() {
        match octet {
            b'\r' if rest.peek() == Some(&b'\n') => {}
            b'\r' | b'\n' => lines.extend_from_slice(end),
            _ => lines.push(octet),
        }
    }
    lines
}
