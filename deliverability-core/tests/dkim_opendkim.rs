//! The verifier tests of OpenDKIM, each departure explained by RFC section in
//! `data/opendkim_departures.tsv`.
#![cfg(feature = "verify")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod dkim_support;

use std::collections::BTreeMap;
use std::fs;

use deliverability_core::dkim::{Cause, Message, SignatureOutcome, Verification, overall};
use deliverability_core::{Check, DkimResult};
use dkim_support::{shared, zone};

/// When the tests were signed, and a little later.
const NOW: u64 = 1_172_620_939 + 60;

/// Test, what it is expected to give here, why not what its author expected.
fn departures() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let lines = include_str!("data/opendkim_departures.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows = lines.map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| (row[0], (row[1], row[2]))).collect()
}

/// The author's status in the words of RFC 8601.
fn agrees(status: &str, result: DkimResult) -> bool {
    match status {
        "DKIM_STAT_OK" => result == DkimResult::Pass,
        "DKIM_STAT_BADSIG" => result == DkimResult::Fail,
        "DKIM_STAT_NOSIG" => result == DkimResult::None,
        "DKIM_STAT_NOKEY" | "DKIM_STAT_REVOKED" | "DKIM_STAT_SYNTAX" => result == DkimResult::Permerror,
        "DKIM_STAT_CANTVRFY" | "DKIM_STAT_INVALID" | "DKIM_STAT_NORESOURCE" => {
            !matches!(result, DkimResult::Pass | DkimResult::None)
        }
        _ => false,
    }
}

fn describe(outcomes: &[SignatureOutcome]) -> String {
    let codes = outcomes.iter().flat_map(SignatureOutcome::causes).map(Cause::code).collect::<Vec<_>>();
    format!("{} {}", overall(outcomes), codes.join(" ")).trim_end().to_owned()
}

#[test]
fn every_departure_is_explained() {
    let Some(zone) = zone("opendkim/dns.tsv") else { return };
    let table = fs::read_to_string(shared("opendkim/expected.tsv").unwrap()).unwrap();
    let (departures, mut seen, mut wrong) = (departures(), 0, Vec::new());
    for row in table.lines().map(|line| line.split('\t').collect::<Vec<_>>()) {
        let Some(file) = shared("opendkim").map(|dir| dir.join(format!("{}.eml", row[0]))).filter(|file| file.exists())
        else {
            continue;
        };
        seen += 1;
        let status = if row[2].is_empty() { row[1] } else { row[2] };
        let outcomes = Verification::of(&Message::of(&fs::read(file).unwrap())).at(NOW).in_zone(&zone);
        let ours = describe(&outcomes);
        let all_else = |o: &SignatureOutcome| o.body_matches() == Some(true) && o.signature_verifies() == Some(true);
        match departures.get(row[0]) {
            Some((_, why)) if why.ends_with("all else verifies") && !outcomes.iter().all(all_else) => {
                wrong.push(format!("{}: something else does not verify", row[0]));
            }
            Some((expected, _)) if *expected != ours => wrong.push(format!("{}: {ours}, not {expected}", row[0])),
            Some(_) if agrees(status, overall(&outcomes)) => wrong.push(format!("{}: agrees, but is listed", row[0])),
            None if !agrees(status, overall(&outcomes)) => {
                wrong.push(format!("{}\t{ours}\t{status}\t{}", row[0], row[3]));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen, 92);
    assert!(departures.values().all(|(_, why)| why.contains("RFC ")));
}
