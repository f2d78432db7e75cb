//! The DNS floor against real servers on loopback: `nsd` and `rbldnsd`, as Debian ships them.
#![cfg(all(feature = "hickory", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[allow(unreachable_pub, dead_code, reason = "shared by test files")]
mod support;

use std::collections::BTreeSet;

use deliverability_core::DomainName;
use deliverability_core::dns::{Answer, Query, RecordData, RecordType, Resolver, Zone};
use support::{RblList, RealServers, serve};

/// What mail checks meet: several strings, octets, chains, wildcards, null MX, reverse names.
const ZONE: &str = r#"
example.org                  MX    10 mx1.example.org
example.org                  MX    20 MX2.Example.ORG.
example.org                  TXT   "v=spf1 include:_spf.example.net " "-all"
example.org             600  TXT   unquoted
example.org                  A     192.0.2.1
example.org                  AAAA  2001:db8::1
mx1.example.org              A     192.0.2.11
mx1.example.org              A     192.0.2.12
mx2.example.org              CNAME mx.alias.example.org.
mx.alias.example.org    60   CNAME mx1.example.org
_spf.example.net             TXT   "v=spf1 ip4:192.0.2.0/24 exists:%{i}._spf.%{d2} ?all"
null.example                 MX    0 .
gone.example                 CNAME nowhere.example
empty.example                CNAME deep.below.example
x.deep.below.example         TXT   ""
loop-a.example               CNAME loop-b.example
loop-b.example               CNAME loop-a.example
*.wild.example               A     192.0.2.66
*.wild.example               MX    10 mx1.example.org
host.wild.example            TXT   "shields its own name only"
*.alias.example              CNAME example.org
octets.example               TXT   "caf\195\169 \255\000\"\\"
dot\.ted.example             TXT   "an owner with a dot in a label"
s1._domainkey.example.org    TXT   ( "v=DKIM1; k=rsa; "
                                     "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC" )
1.2.0.192.in-addr.arpa       PTR   example.org
1.2.0.192.in-addr.arpa       PTR   mx1.example.org
localhost                    A     192.0.2.99
1.0.0.127.in-addr.arpa       PTR   not.localhost.example
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR example.org
"#;

/// Everything but the TTL of "no such name" and "no data", which a `Zone` has no SOA for, and the
/// order of a set, which means nothing (RFC 2181 §5).
fn comparable(answer: &Answer) -> String {
    match answer {
        Err(error) => error.as_str().into(),
        Ok(response) => {
            let records: BTreeSet<String> = response.records().iter().map(ToString::to_string).collect();
            format!("{records:?} by {:?}, nxdomain: {}", response.aliases(), response.is_nxdomain()).to_lowercase()
        }
    }
}

/// Every name of the zone, one below each and their ancestors, for every type.
fn queries(zone: &Zone) -> BTreeSet<Query> {
    let own: BTreeSet<DomainName> = zone.records().map(|(name, _)| name.clone()).collect();
    let targets = zone.records().filter_map(|(_, data)| match data {
        RecordData::Cname(target) => Some(target.clone()),
        _ => None,
    });
    let mut names: BTreeSet<DomainName> = own.iter().flat_map(DomainName::parents).chain(targets).collect();
    names.extend(own.iter().filter_map(|name| name.child("below").ok()));
    names.extend(
        own.iter()
            .filter(|name| name.labels().next() == Some(b"*"))
            .filter_map(|name| name.parent()?.child("any").ok()),
    );
    names.extend(own);
    names.into_iter().flat_map(|name| RecordType::ALL.iter().map(move |t| Query::new(name.clone(), *t))).collect()
}

async fn assert_same(live: &RealServers, offline: &Zone, queries: impl IntoIterator<Item = Query>) {
    let mut different = Vec::new();
    for query in queries {
        let (live, offline) = (comparable(&live.resolve(&query).await), comparable(&offline.answer(&query)));
        if live != offline {
            different.push(format!("{query}: live {live}, offline {offline}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[tokio::test]
async fn nsd_and_a_zone_in_memory_give_the_same_answers() {
    let Some(servers) = serve(ZONE, &[]) else { return };
    let offline: Zone = ZONE.parse().unwrap();
    let queries = queries(&offline);
    assert!(queries.len() > 300, "{}", queries.len());
    assert_same(&servers.resolver(), &offline, queries).await;
    let txt = servers.resolver().resolve(&Query::txt("example.org".parse().unwrap())).await.unwrap();
    assert_eq!(offline.answer(&Query::txt("example.org".parse().unwrap())).unwrap().ttl(), txt.ttl());
}

#[tokio::test]
async fn answers_too_long_for_udp_come_over_tcp() {
    let hosts: Vec<String> = (0..200).map(|n| format!("many.example A 192.0.2.{n}")).collect();
    let Some(servers) = serve(&hosts.join("\n"), &[]) else { return };
    let answer = servers.resolver().resolve(&Query::a("many.example".parse().unwrap())).await.unwrap();
    assert_eq!(answer.addresses().count(), 200);
}

#[tokio::test]
async fn lists_answer_as_their_kind_does() {
    let lists = [
        RblList::healthy("healthy.test", &["192.0.2.66", "2001:db8::66"]),
        RblList::listing_the_world("world.test"),
        RblList::refusing("refusing.test"),
        RblList::emptied("emptied.test"),
    ];
    let Some(servers) = serve("example.org A 192.0.2.66", &lists) else { return };
    let live = servers.resolver();
    let v6 = format!("6.6.{}8.b.d.0.1.0.0.2", "0.".repeat(22));
    let listed = ["66.2.0.192", v6.as_str(), "2.0.0.127"];
    let others = ["7.100.51.198", "1.0.0.127", &v6.replacen('6', "7", 1)];
    let answer = async |ip: &str, list: &str| {
        let answer = live.resolve(&Query::a(format!("{ip}.{list}.test").parse().unwrap())).await.unwrap();
        answer.records().first().map(ToString::to_string)
    };
    for ip in listed {
        assert_eq!(answer(ip, "healthy").await.as_deref(), Some("127.0.0.2"), "{ip}");
    }
    for ip in others {
        assert_eq!(answer(ip, "healthy").await, None, "{ip}");
    }
    for ip in listed.into_iter().chain(others) {
        assert_eq!(answer(ip, "world").await.as_deref(), Some("127.0.0.2"), "{ip}");
        assert_eq!(answer(ip, "refusing").await.as_deref(), Some("127.255.255.254"), "{ip}");
        assert_eq!(answer(ip, "emptied").await, None, "{ip}");
    }
    // The same lists in memory, for reports that must not differ.
    let offline: Zone = lists.iter().map(RblList::zone_text).collect::<String>().parse().unwrap();
    let asked = ["healthy", "world", "refusing", "emptied"].into_iter().flat_map(|list| {
        listed.into_iter().chain(others).flat_map(move |ip| {
            let name: DomainName = format!("{ip}.{list}.test").parse().unwrap();
            [Query::a(name.clone()), Query::txt(name)]
        })
    });
    assert_same(&live, &offline, asked.collect::<Vec<_>>()).await;
    assert!(live.resolve(&Query::a("example.org".parse().unwrap())).await.is_ok(), "{}", servers.log());
}
