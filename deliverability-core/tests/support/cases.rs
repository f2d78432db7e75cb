//! The cases of `examples/cases/`, read from the repository.
#![allow(dead_code, reason = "each suite uses what it needs")]

use std::fs;
use std::path::PathBuf;

use deliverability_core::dns::{DnsError, Query, Zone};
use deliverability_core::{Diagnosis, dnsbl};
use serde_json::Value;

pub(crate) struct Case {
    pub(crate) name: &'static str,
}

pub(crate) const CASES: &[Case] = &[
    Case { name: "newsletter" },
    Case { name: "callout" },
    Case { name: "internal-mta" },
    Case { name: "accidental-spammer" },
    Case { name: "spoofed-domain" },
];

impl Case {
    fn file(&self, file: &str) -> String {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/cases").join(self.name).join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn zone_text(&self) -> String {
        self.file("zone.txt")
    }

    pub(crate) fn read(&self) -> Value {
        serde_json::from_str(&self.file("case.json")).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    pub(crate) fn zone(&self) -> Zone {
        let mut zone: Zone = self.zone_text().parse().unwrap_or_else(|error| panic!("{}: {error}", self.name));
        for failure in self.read()["failures"].as_array().unwrap() {
            let word = |key: &str| failure[key].as_str().unwrap();
            let query = Query::new(word("name").parse().unwrap(), word("type").parse().unwrap());
            zone.fail(query, DnsError::from_word(word("error")));
        }
        zone
    }

    /// What a resolver inside the sender's network says, for cases that turn on it.
    pub(crate) fn inside_zone(&self) -> Zone {
        self.file("inside.zone.txt").parse().unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// The diagnosis with the case's message, if it has one.
    #[cfg(feature = "verify")]
    pub(crate) fn with_message(&self) -> Option<Diagnosis> {
        let story = self.read();
        Some(self.diagnosis().message(self.file(story["message"].as_str()?)))
    }

    /// What came back, explained with nothing else given but the lists to ask.
    #[cfg(feature = "bounce")]
    pub(crate) fn explanation(&self) -> deliverability_core::diagnosis::Explain {
        let story = self.read();
        let lists = lists(&story["explained"]["lists"]);
        deliverability_core::diagnosis::Explain::of(self.returned()).lists(&lists)
    }

    pub(crate) fn returned(&self) -> String {
        self.file(self.read()["returned"].as_str().unwrap())
    }

    pub(crate) fn diagnosis(&self) -> Diagnosis {
        let story = self.read();
        let texts = |key: &str| -> Vec<String> {
            story[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let lists = lists(&story["lists"]);
        let domain = story["domain"].as_str().unwrap().parse().unwrap();
        let mut diagnosis = Diagnosis::of(domain).lists(&lists).helo(story["helo"].as_str().unwrap());
        for ip in texts("sending_ips") {
            diagnosis = diagnosis.sending_ip(ip.parse().unwrap());
        }
        for selector in texts("selectors") {
            diagnosis = diagnosis.selector(selector);
        }
        diagnosis
    }
}

/// The lists of the catalogue with these zones.
fn lists(zones: &Value) -> Vec<dnsbl::List> {
    let zones: Vec<&str> = zones.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    dnsbl::catalogue().iter().filter(|list| zones.contains(&list.zone().to_string().as_str())).cloned().collect()
}
