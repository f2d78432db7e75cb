//! Messages of the shared data and their zones.

use std::fs;
use std::path::PathBuf;

use deliverability_core::dns::{DnsError, Query, RecordData, Text, Zone};

/// A file or folder of the shared data; `None`, with one loud line, where it is absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora/dkim")).join(path);
    if full.exists() {
        return Some(full);
    }
    assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{} is absent", full.display());
    eprintln!("SKIPPED: {} is absent", full.display());
    None
}

/// Lines of a name, a tab, and a record or `!NXDOMAIN`, `!SERVFAIL`, `!TIMEOUT`.
pub(crate) fn zone(path: &str) -> Option<Zone> {
    let mut zone = Zone::new();
    for (name, value) in fs::read_to_string(shared(path)?).unwrap().lines().filter_map(|line| line.split_once('\t')) {
        let name: deliverability_core::DomainName = name.parse().unwrap();
        match value {
            "!NXDOMAIN" => {}
            "!SERVFAIL" => zone.fail(Query::txt(name), DnsError::Servfail),
            "!TIMEOUT" => zone.fail(Query::txt(name), DnsError::Timeout),
            record => zone.insert(name, RecordData::Txt(Text::from(record))),
        }
    }
    Some(zone)
}
