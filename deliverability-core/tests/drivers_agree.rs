//! The verdict does not depend on the driver: on random zones and random orders of arrival, every
//! driver gives the same result, explanation, cause, trace and ledger.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod drivers;

use std::net::IpAddr;

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Driver, Query, RecordData, RecordType, Zone};
use deliverability_core::network::arpa_name;
use deliverability_core::spf::{CheckHost, Evaluation, Limits};
use drivers::Random;

const ZONES: u64 = 3000;
const CLIENTS: &[&str] = &["192.0.2.1", "192.0.2.9", "::ffff:192.0.2.1", "2001:db8::1"];
const NAMES: &[&str] = &["a.test", "b.test", "c.test", "d.test", "www.a.test", "mx.b.test", "e.c.test", "no.test"];
const SENDERS: &[&str] = &["amy@a.test", "b.test@b.test", "<>", "c.test", "x@[192.0.2.1]", "amy@no.test"];

#[test]
fn on_random_zones_and_random_orders() {
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for seed in 0..ZONES {
        let mut random = Random(seed);
        let zone = zone(&mut random);
        let check = check(&mut random);
        let evaluation = drivers::all_agree(&check, &zone, seed);
        assert_within_limits(&evaluation);
        let kind = format!("{:?}", evaluation.cause().kind());
        let kind = kind.split(|c: char| !c.is_alphanumeric()).next().unwrap();
        *seen.entry(kind.to_owned()).or_default() += 1;
        *seen.entry(format!("explained: {}", evaluation.explanation().is_some())).or_default() += 1;
    }
    // The zones must be worth the walk: every kind of cause is met.
    let kinds = [
        "Matched",
        "NoMatch",
        "MalformedDomain",
        "NoDomain",
        "NoRecord",
        "MultipleRecords",
        "Syntax",
        "TooManyLookups",
        "TooManyVoidLookups",
        "TooManyMxHosts",
        "IncludeWithoutRecord",
        "RedirectWithoutRecord",
        "InvalidDomainSpec",
        "Dns",
        "explained: true",
    ];
    let unseen: Vec<_> = kinds.into_iter().filter(|kind| !seen.contains_key(*kind)).collect();
    assert_eq!(unseen, Vec::<&str>::new(), "{seen:?}");
}

#[test]
fn the_most_that_a_hostile_record_can_ask() {
    let terms: Vec<_> = (0..10).map(|n| format!("mx:d{n}.test")).collect();
    let mut zone = Zone::new();
    let mut insert = |name: &str, data: RecordData| zone.insert(name.parse().unwrap(), data);
    let text = format!("v=spf1 {} -all exp=%{{p}}.why.test", terms.join(" "));
    insert("a.test", RecordData::Txt(text.as_str().into()));
    for n in 0..10 {
        for preference in 0..10 {
            let exchange = format!("h{preference}.d{n}.test").parse().unwrap();
            insert(&format!("d{n}.test"), RecordData::Mx { preference, exchange });
        }
    }
    let client: IpAddr = [192, 0, 2, 1].into();
    for n in 0..30 {
        insert(&arpa_name(client).to_string(), RecordData::Ptr(format!("p{n}.test").parse().unwrap()));
    }
    let check = CheckHost::new(client, "amy@a.test");
    // A record; ten times an MX and its hosts; PTR and ten names; an explanation.
    let most = 1 + 10 * (1 + 10) + 1 + 10 + 1;
    for driver in [Driver::default(), Driver::default().frugal()] {
        let (evaluation, asked) = drivers::block_on(driver.drive(&check, &zone));
        assert_eq!((evaluation.result().as_str(), asked.len()), ("fail", most));
    }
}

/// RFC 7208 §4.6.4, whatever the zone holds.
fn assert_within_limits(evaluation: &Evaluation) {
    let ledger = evaluation.trace().ledger();
    assert!(ledger.lookups() <= usize::from(ledger.limits().lookups));
    assert!(ledger.void_lookups() <= usize::from(ledger.limits().void_lookups) + 1);
    assert!(evaluation.trace().visits().len() <= ledger.lookups() + 1);
}

fn pick<'a, T>(random: &mut Random, of: &'a [T]) -> &'a T {
    &of[random.below(of.len())]
}

fn check(random: &mut Random) -> CheckHost {
    let ip = pick(random, CLIENTS).parse().unwrap();
    let check = match random.below(6) {
        0 => CheckHost::of_helo(ip, *pick(random, NAMES)),
        _ => CheckHost::new(ip, *pick(random, SENDERS)).helo(*pick(random, NAMES)),
    };
    let tight = Limits { lookups: 4, void_lookups: 1, mx_hosts: 2, ptr_names: 1 };
    let wide = Limits { lookups: 40, void_lookups: 40, ..Limits::default() };
    check.limits(*pick(random, &[Limits::default(), Limits::default(), tight, wide]))
}

fn zone(random: &mut Random) -> Zone {
    let mut zone = Zone::new();
    for name in NAMES.iter().filter(|name| **name != "no.test") {
        let name: DomainName = name.parse().unwrap();
        zone.add_name(&name);
        for _ in 0..[1, 1, 1, 1, 1, 1, 0, 2][random.below(8)] {
            zone.insert(name.clone(), RecordData::Txt(record(random).as_str().into()));
        }
        for _ in 0..random.below(3) {
            zone.insert(name.clone(), pick(random, CLIENTS).parse::<IpAddr>().unwrap().to_canonical().into());
        }
        for preference in 0..[0, 0, 1, 2, 5, 11][random.below(6)] {
            let exchange = pick(random, NAMES).parse().unwrap();
            zone.insert(name.clone(), RecordData::Mx { preference, exchange });
        }
        if random.below(12) == 0 {
            let record_type = *pick(random, RecordType::ALL);
            zone.fail(Query::new(name, record_type), pick(random, &[DnsError::Timeout, DnsError::Servfail]).clone());
        }
    }
    for client in CLIENTS {
        let arpa = arpa_name(client.parse().unwrap());
        for _ in 0..random.below(4) {
            zone.insert(arpa.clone(), RecordData::Ptr(pick(random, NAMES).parse().unwrap()));
        }
    }
    zone.insert("why.test".parse().unwrap(), RecordData::Txt("%{i} %{p} %{S} is not of %{d}".into()));
    zone.insert("*.l.test".parse().unwrap(), RecordData::A([127, 0, 0, 2].into()));
    zone
}

fn record(random: &mut Random) -> String {
    const TERMS: &[&str] = &[
        "a",
        "mx",
        "ptr",
        "a:www.a.test/24",
        "mx:b.test//64",
        "ptr:a.test",
        "a:%{h}",
        "exists:%{l}.l.test",
        "exists:%{i}.no.test",
        "exists:%{p}",
        "include:%{l}",
        "include:%{o}",
        "include:%{d1r}",
        "ip4:192.0.2.0/28",
        "ip6:2001:db8::/32",
        "exp=why.test",
        "exp=%{l}",
        "redirect=%{l}",
        "a:no.test",
        "a:b..test",
        "moo=%{v}",
        "ipv4:1.2.3.4",
    ];
    let mut text = String::from("v=spf1");
    for _ in 0..random.below(5) {
        let qualifier = *pick(random, &["", "", "?", "~", "-"]);
        let term = match random.below(5) {
            0 | 1 => format!("include:{}", pick(random, NAMES)),
            _ => (*pick(random, TERMS)).to_owned(),
        };
        let qualifier = if term.contains('=') { "" } else { qualifier };
        text.extend([" ", qualifier, &term]);
    }
    text.push_str(match random.below(4) {
        0 => "",
        1 => " redirect=c.test",
        _ => " -all",
    });
    text
}
