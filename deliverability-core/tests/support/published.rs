//! The published records at hand: 582 domains with all that they lead to, and 57,611 names.
#![allow(dead_code, reason = "each suite uses its part of it")]

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;

use deliverability_core::DomainName;
use deliverability_core::dns::{Query, RecordData, RecordType, Zone};
use deliverability_core::spf::Record;
use serde_json::Value;

/// The zone of the 582 domains, and their names; `None`, loudly, where the data is not at hand.
pub(crate) fn fixture() -> Option<(Zone, Vec<DomainName>)> {
    let zone = zone(&lines("fixture_zone.jsonl.gz")?, str::to_owned);
    let domains = lines("fixture_domains.jsonl")?;
    Some((zone, domains.iter().map(|entry| entry["domain"].as_str().unwrap().parse().unwrap()).collect()))
}

/// The JSON objects of a file; `None`, loudly, where the data is not at hand.
pub(crate) fn lines(file: &str) -> Option<Vec<Value>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/spf").join(file);
    if !path.exists() {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{file} is not at hand");
        eprintln!("SKIPPED: {file} is not at hand");
        return None;
    }
    let bytes = std::fs::read(&path).unwrap();
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(bytes).unwrap();
    }
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// A zone from lines such as `{"name": "a.example", "TXT": ["v=spf1 mx"], "MX": ["mx.example"]}`,
/// each text changed.
pub(crate) fn zone(lines: &[Value], change: impl Fn(&str) -> String) -> Zone {
    let mut zone = Zone::new();
    for entry in lines {
        let values = |record_type: &str| entry[record_type].as_array().cloned().unwrap_or_default();
        // Some names hold macros that no one expanded: odd labels, but labels.
        let name = DomainName::from_ascii(entry["name"].as_str().unwrap().as_bytes()).unwrap();
        zone.add_name(&name);
        for text in values("TXT") {
            zone.insert(name.clone(), RecordData::Txt(change(text.as_str().unwrap()).as_str().into()));
        }
        for (preference, host) in (0..).zip(values("MX")) {
            let host = host.as_str().unwrap();
            // The null MX is written as the empty name.
            let exchange = if host.is_empty() { DomainName::root() } else { host.parse().unwrap() };
            zone.insert(name.clone(), RecordData::Mx { preference, exchange });
        }
    }
    zone
}

/// What a domain's record leads to, as a zone of its own.
pub(crate) fn closure(zone: &Zone, domain: &DomainName) -> Zone {
    let mut closure = Zone::new();
    let (mut waiting, mut seen) = (vec![domain.clone()], BTreeSet::new());
    while let Some(name) = waiting.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        for record_type in RecordType::ALL {
            let Ok(answer) = zone.answer(&Query::new(name.clone(), *record_type)) else { continue };
            for data in answer.records() {
                closure.insert(name.clone(), data.clone());
                waiting.extend(names_in(data));
            }
        }
    }
    closure
}

fn names_in(data: &RecordData) -> Vec<DomainName> {
    match data {
        RecordData::Mx { exchange, .. } => vec![exchange.clone()],
        RecordData::Txt(text) => {
            let record = Record::parse(text.bytes()).unwrap_or_default();
            let targets = record.directives().filter_map(|directive| directive.mechanism.domain_spec());
            let targets = targets.chain(record.redirect());
            targets.filter_map(|target| DomainName::from_ascii(target.to_string().as_bytes()).ok()).collect()
        }
        _ => Vec::new(),
    }
}
