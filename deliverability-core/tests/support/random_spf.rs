//! Random trees of SPF records below `t0.test`.

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Query, RecordData, Zone};
use deliverability_core::network::{Network, arpa_name};
use deliverability_core::spf::Sender;

use crate::drivers::Random;

const ADDRESSES: &[&str] = &[
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.3",
    "192.0.2.128",
    "198.51.100.7",
    "203.0.113.255",
    "2001:db8::1",
    "2001:db8::2",
    "2001:db8:ff::",
    "0.0.0.0",
    "255.255.255.255",
    "::ffff:192.0.2.1",
];

/// Names that hosts have; the last has no address.
const HOSTS: &[&str] = &["h1.test", "h2.test", "h3.test", "gone.test"];

/// A tree of up to seven records, its hosts, some names for `exists` and some for `ptr`.
pub(crate) fn zone(random: &mut Random) -> Zone {
    let mut zone = Zone::new();
    let records = 1 + random.below(7);
    let strange = random.below(3) == 0;
    for n in 0..records {
        let record = record(random, n, records, strange);
        zone.insert(name(&format!("t{n}.test")), RecordData::Txt(record.as_str().into()));
        if random.below(24) == 0 {
            zone.insert(name(&format!("t{n}.test")), RecordData::Txt("v=spf1 a:h1.test ~all".into()));
        }
        if random.below(4) == 0 {
            zone.insert(name(&format!("t{n}.test")), RecordData::Txt("some other text".into()));
        }
        if random.below(2) == 0 {
            let host = HOSTS[random.below(HOSTS.len())];
            zone.insert(name(&format!("t{n}.test")), RecordData::Mx { preference: 1, exchange: name(host) });
        }
    }
    for host in HOSTS.iter().take(3) {
        for _ in 0..=random.below(2) {
            zone.insert(name(host), RecordData::from(address(random).to_canonical()));
        }
    }
    for ip in ADDRESSES {
        let reversed = arpa_name(ip.parse().unwrap());
        if random.below(2) == 0 {
            zone.insert(name(&format!("{}.e.test", forward(&reversed))), RecordData::A([127, 0, 0, 2].into()));
        }
        let client = name(["client.t0.test", "client.t1.test", "client.other.test"][random.below(3)]);
        zone.insert(reversed, RecordData::Ptr(client.clone()));
        zone.insert(client, RecordData::from(ip.parse::<std::net::IpAddr>().unwrap().to_canonical()));
    }
    for (query, error) in failures() {
        zone.fail(query, error);
    }
    zone
}

/// The labels before `in-addr.arpa` or `ip6.arpa`, the other way round: `%{i}`.
fn forward(arpa: &DomainName) -> String {
    let labels: Vec<String> = arpa.labels().map(|label| String::from_utf8_lossy(label).into_owned()).collect();
    labels[..labels.len() - 2].iter().rev().cloned().collect::<Vec<_>>().join(".")
}

/// What no name server answers for, in every zone.
pub(crate) fn failures() -> [(Query, DnsError); 2] {
    [(Query::txt(name("slow.test")), DnsError::Timeout), (Query::a(name("slow.test")), DnsError::Servfail)]
}

fn record(random: &mut Random, n: usize, records: usize, strange: bool) -> String {
    let mut terms = vec!["v=spf1".to_owned()];
    for _ in 0..random.below(7) {
        let qualifier = ["", "", "", "+", "-", "~", "?"][random.below(7)];
        let spaces = ["", "", "", " "][random.below(4)];
        terms.push(format!("{spaces}{qualifier}{}", mechanism(random, n, records, strange)));
    }
    match random.below(8) {
        0 => {}
        1 if n + 1 < records => terms.push(format!("redirect=t{}.test", n + 1)),
        1 => terms.push("redirect=t0.test".into()),
        2 => terms.extend(["~all".into(), "ip4:192.0.2.9".into()]),
        _ => terms.push(["-all", "~all", "?all", "+all", "all"][random.below(5)].into()),
    }
    match random.below(20) {
        0 => terms.push("exp=why.%{d}".into()),
        1 => terms.insert(1, "x-unknown=%{i}".into()),
        2 => terms.insert(1, "redirect=t1.test".into()),
        3 if strange => terms.push("nonsense".into()),
        _ => {}
    }
    // Two redirects are a syntax error (RFC 7208 §6), which is worth a tree now and then only.
    terms.join(" ")
}

fn mechanism(random: &mut Random, n: usize, records: usize, strange: bool) -> String {
    let host = HOSTS[random.below(HOSTS.len())];
    let cidr = ["", "", "/24", "/31", "//64", "/24//120", "/0"][random.below(7)];
    let deeper = (n + 1 + random.below(2)).min(records);
    match random.below(if strange { 22 } else { 14 }) {
        0..=3 if deeper < records => format!("include:t{deeper}.test"),
        0..=8 => network_term(random),
        9 => format!("a{cidr}"),
        10 | 11 => format!("a:{host}{cidr}"),
        12 => format!("mx{cidr}"),
        13 => format!("mx:t{}.test{cidr}", random.below(records)),
        14 => "exists:%{i}.e.test".into(),
        15 => "exists:%{ir}.%{v}.%{d}".into(),
        16 => ["ptr", "ptr:t0.test", "ptr:other.test"][random.below(3)].into(),
        17 => "exists:%{l}.e.test".into(),
        18 => ["include:%{d}", "include:t1.%{o2r}", "include:gone.test", "include:t0.test"][random.below(4)].into(),
        19 => ["a:slow.test", "include:slow.test", "include:t%{l}.test"][random.below(3)].into(),
        20 => "exists:h1.test".into(),
        _ => ["exists:gone.test", "a:gone.test", "exists:%{h}"][random.below(3)].into(),
    }
}

fn network_term(random: &mut Random) -> String {
    let network = network(random);
    match network.address() {
        std::net::IpAddr::V4(_) => format!("ip4:{network}"),
        std::net::IpAddr::V6(_) => format!("ip6:{network}"),
    }
}

fn network(random: &mut Random) -> Network {
    let address = address(random);
    let prefixes: &[u8] = if address.is_ipv4() { &[32, 32, 31, 25, 24, 16, 8, 0] } else { &[128, 127, 64, 32, 96, 0] };
    Network::new(address, prefixes[random.below(prefixes.len())]).unwrap()
}

fn address(random: &mut Random) -> std::net::IpAddr {
    ADDRESSES[random.below(ADDRESSES.len())].parse().unwrap()
}

/// A sender to add: an address, a network, a host or an include.
pub(crate) fn sender(random: &mut Random) -> Sender {
    match random.below(5) {
        0 | 1 => Sender::Address(address(random).to_canonical()),
        2 => Sender::Network(network(random)),
        3 => Sender::Host(name(HOSTS[random.below(3)])),
        _ => Sender::Include(name(["t1.test", "t2.test"][random.below(2)])),
    }
}

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}
