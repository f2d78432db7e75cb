//! A zone and a check out of arbitrary bytes.

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Query, RecordData, RecordType, Text, Zone};
use deliverability_core::spf::CheckHost;

/// Lines of the data are the TXT records of a few names that refer to each other, with addresses,
/// aliases, pointers and failures strewn in.
pub(crate) fn of(data: &[u8]) -> (Zone, CheckHost) {
    let names: Vec<DomainName> =
        ["a.test", "b.test", "c.a.test", "d.test"].iter().map(|name| name.parse().expect("a name")).collect();
    let mut zone = Zone::new();
    let mut bytes = data.iter().copied();
    let flags = bytes.next().unwrap_or(0);
    for (n, line) in data.split(|b| *b == b'\n').take(12).enumerate() {
        let name = names[n % names.len()].clone();
        let text = if line.starts_with(b"v=spf1") { line.to_vec() } else { [b"v=spf1 ", line].concat() };
        zone.insert(name.clone(), RecordData::Txt(Text::new(text)));
        strew(&mut zone, &names, n, line.first().copied().unwrap_or(0));
    }
    let sender = String::from_utf8_lossy(data.get(..data.len().min(20)).unwrap_or_default()).into_owned() + "@a.test";
    let ip = if flags & 1 == 0 { "192.0.2.1" } else { "2001:db8::1" };
    let check = CheckHost::new(ip.parse().expect("an address"), sender).helo("b.test").receiver("c.test");
    (zone, check)
}

fn strew(zone: &mut Zone, names: &[DomainName], n: usize, byte: u8) {
    let name = names[n % names.len()].clone();
    let other = names[usize::from(byte) % names.len()].clone();
    match byte % 8 {
        0 => zone.insert(name, RecordData::A([192, 0, 2, byte % 4].into())),
        1 => zone.insert(name, RecordData::Mx { preference: u16::from(byte), exchange: other }),
        2 => zone.insert("1.2.0.192.in-addr.arpa".parse().expect("a name"), RecordData::Ptr(other)),
        3 => zone.fail(Query::new(other, RecordType::ALL[n % RecordType::ALL.len()]), DnsError::Timeout),
        4 => zone.insert(name, RecordData::Cname(other)),
        5 => (0..12).for_each(|host| {
            let exchange = name.child(&format!("mx{host}")).expect("short");
            zone.insert(name.clone(), RecordData::Mx { preference: host, exchange });
        }),
        _ => {}
    }
}
