//! A zone's records by type and name, as peers want them.

use std::net::Ipv4Addr;

use deliverability_core::dns::{RecordData, Zone};
use foldhash::HashMap;

/// Values by absolute name, in lower case and with the final dot where `dotted`.
pub struct World {
    pub txt: HashMap<Box<str>, Vec<String>>,
    pub a: HashMap<Box<str>, Vec<Ipv4Addr>>,
    pub mx: HashMap<Box<str>, Vec<(u16, String)>>,
}

impl World {
    pub fn of(zone: &Zone, dotted: bool) -> Self {
        let mut world = Self { txt: HashMap::default(), a: HashMap::default(), mx: HashMap::default() };
        let dot = if dotted { "." } else { "" };
        for (name, data) in zone.records() {
            let name = format!("{name}{dot}").into_boxed_str();
            match data {
                RecordData::Txt(text) => world.txt.entry(name).or_default().push(text.to_text().into_owned()),
                RecordData::A(address) => world.a.entry(name).or_default().push(*address),
                RecordData::Mx { preference, exchange } => {
                    world.mx.entry(name).or_default().push((*preference, format!("{exchange}{dot}")));
                }
                other => panic!("no bench needs {other}"),
            }
        }
        world
    }
}
