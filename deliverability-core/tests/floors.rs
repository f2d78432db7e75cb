//! The floors of the crate: a module uses lower floors only, never a neighbour on its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Every module under `src`. Floor 0 is built in three steps: letters, names, words.
const FLOORS: &[(&str, &[&str])] = &[
    ("floor 0: letters", &["span", "result", "rule_id", "cut", "escaped", "hashing", "words"]),
    ("floor 0: names", &["domain"]),
    ("floor 0: words", &["network", "mailbox", "problem", "tag_list", "public_suffix", "remembered"]),
    ("floor 1: questions", &["dns", "header"]),
    (
        "floor 2: protocols",
        &["spf", "dkim", "dnsbl", "reverse_dns", "mail_route", "historic", "transport", "receivers"],
    ),
    ("floor 3: composed", &["dmarc", "arc", "bounce", "mail_source"]),
    ("floor 4: judgement", &["diagnosis"]),
];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|(_, modules)| modules.contains(&module))
}

fn source_files(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

/// The modules that a file names as `crate::module`, doc links and comments left out.
fn used_modules(text: &str) -> impl Iterator<Item = &str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|after| after.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or(""))
}

#[test]
fn modules_use_lower_floors_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    for file in files {
        let inner = file.strip_prefix(&src).unwrap();
        let own = inner.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if own == "lib" {
            continue;
        }
        let own_floor = floor(own).unwrap_or_else(|| panic!("{own} has no floor in tests/floors.rs"));
        for used in used_modules(&fs::read_to_string(&file).unwrap()).filter(|used| *used != own) {
            let used_floor = floor(used).unwrap_or_else(|| {
                panic!("{}: name the module in `crate::{used}`, not a re-export or a group", inner.display())
            });
            assert!(used_floor < own_floor, "{}: {own} may not use {used}", inner.display());
        }
    }
}
