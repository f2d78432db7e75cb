//! The published records of 582 domains, with all that they lead to.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;

use deliverability_core::DomainName;
use deliverability_core::dns::{Query, RecordData, RecordType, Zone};
use deliverability_core::spf::Record;
use serde_json::Value;

/// The zone and its domains; `None`, loudly, where the data is not at hand.
pub(crate) fn fixture() -> Option<(Zone, Vec<DomainName>)> {
    if !path("fixture_zone.jsonl.gz").exists() {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "the SPF fixture is not at hand");
        eprintln!("SKIPPED: the SPF fixture is not at hand");
        return None;
    }
    let mut zone = String::new();
    let packed = std::fs::read(path("fixture_zone.jsonl.gz")).unwrap();
    flate2::read::GzDecoder::new(&*packed).read_to_string(&mut zone).unwrap();
    let domains = std::fs::read_to_string(path("fixture_domains.jsonl")).unwrap();
    let domains = lines(&domains).map(|entry| entry["domain"].as_str().unwrap().parse().unwrap());
    Some((zone_of(&zone), domains.collect()))
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

/// A zone from JSON lines such as `{"name": "a.example", "TXT": ["v=spf1 mx"], "MX": ["mx.example"]}`.
fn zone_of(text: &str) -> Zone {
    let mut zone = Zone::new();
    for entry in lines(text) {
        let values = |record_type: &str| entry[record_type].as_array().cloned().unwrap_or_default();
        let name = DomainName::from_ascii(entry["name"].as_str().unwrap().as_bytes()).unwrap();
        for text in values("TXT") {
            zone.insert(name.clone(), RecordData::Txt(text.as_str().unwrap().into()));
        }
        for host in values("MX") {
            let host = host.as_str().unwrap();
            // The null MX is written as the empty name.
            let exchange = if host.is_empty() { DomainName::root() } else { host.parse().unwrap() };
            zone.insert(name.clone(), RecordData::Mx { preference: 1, exchange });
        }
    }
    zone
}

fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora/spf").join(file)
}
