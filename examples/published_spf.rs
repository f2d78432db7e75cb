//! Evaluates published SPF records in bulk and prints the distribution of results.
//!
//! ```text
//! cargo example published_spf -- fixture_zone.jsonl.gz fixture_domains.jsonl
//! ```
//!
//! The zone has a JSON object a line, `{"name": ..., "TXT": [...], "MX": [...]}`; the
//! domains `{"domain": ...}`. Every domain is tried with an address that no record names.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use deliverability_core::dns::{RecordData, Text, Zone};
use deliverability_core::{Check, DomainName, spf::CheckHost};
use flate2::read::GzDecoder;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [zone, domains] = paths.as_slice() else {
        return Err("usage: published_spf ZONE.jsonl[.gz] DOMAINS.jsonl".into());
    };
    let zone = load_zone(zone)?;
    let mut results: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines(domains)? {
        let domain = line["domain"].as_str().unwrap_or_default().to_owned();
        let evaluation = CheckHost::new("192.0.2.1".parse()?, format!("postmaster@{domain}")).in_zone(&zone);
        *results.entry(evaluation.result().to_string()).or_default() += 1;
    }
    for (result, count) in results {
        println!("{count:6} {result}");
    }
    Ok(())
}

fn lines(path: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{path}: {error}"))?;
    let reader: Box<dyn Read> = if path.ends_with(".gz") { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut values = Vec::new();
    for (n, line) in BufReader::new(reader).lines().enumerate() {
        values.push(serde_json::from_str(&line?).map_err(|error| format!("{path}, line {}: {error}", n + 1))?);
    }
    Ok(values)
}

fn load_zone(path: &str) -> Result<Zone, Box<dyn Error>> {
    let mut zone = Zone::new();
    for line in lines(path)? {
        // Names as published: some are no domain names, and nothing can ask for those.
        let Ok(name) = DomainName::from_ascii(line["name"].as_str().unwrap_or_default().as_bytes()) else { continue };
        zone.add_name(&name);
        for data in records(&line) {
            zone.insert(name.clone(), data);
        }
    }
    Ok(zone)
}

fn records(line: &Value) -> Vec<RecordData> {
    let values = |key: &str| line[key].as_array().cloned().unwrap_or_default();
    let texts = values("TXT").into_iter().filter_map(|text| Some(RecordData::Txt(Text::from(text.as_str()?))));
    let addresses = values("A").into_iter().chain(values("AAAA"));
    let addresses = addresses.filter_map(|ip| Some(RecordData::from(ip.as_str()?.parse::<std::net::IpAddr>().ok()?)));
    texts.chain(addresses).chain(values("MX").iter().filter_map(exchange)).collect()
}

/// A host, with or without its preference in front.
fn exchange(value: &Value) -> Option<RecordData> {
    let text = value.as_str()?.trim();
    let (preference, host) = text.split_once(' ').unwrap_or(("0", text));
    Some(RecordData::Mx { preference: preference.parse().ok()?, exchange: host.trim().parse().ok()? })
}
