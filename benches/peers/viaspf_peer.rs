//! viaspf over answers in memory.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use async_trait::async_trait;
use deliverability_core::dns::Zone;
use foldhash::HashMap;
use futures_util::FutureExt as _;
use viaspf::lookup::{Lookup, LookupError, LookupResult, Name};
use viaspf::{Config, QueryResult, SpfResult, evaluate_sender};

use crate::world::World;
use crate::{CLIENT, Subject, sender, subject};

struct Answers {
    txt: HashMap<Name, Vec<String>>,
    a: HashMap<Name, Vec<Ipv4Addr>>,
    mx: HashMap<Name, Vec<Name>>,
}

fn found<T: Clone>(records: Option<&Vec<T>>) -> LookupResult<Vec<T>> {
    records.cloned().ok_or(LookupError::NoRecords)
}

#[async_trait]
impl Lookup for Answers {
    async fn lookup_a(&self, name: &Name) -> LookupResult<Vec<Ipv4Addr>> {
        found(self.a.get(name))
    }

    async fn lookup_aaaa(&self, _: &Name) -> LookupResult<Vec<Ipv6Addr>> {
        Err(LookupError::NoRecords)
    }

    async fn lookup_mx(&self, name: &Name) -> LookupResult<Vec<Name>> {
        found(self.mx.get(name))
    }

    async fn lookup_txt(&self, name: &Name) -> LookupResult<Vec<String>> {
        found(self.txt.get(name))
    }

    async fn lookup_ptr(&self, _: IpAddr) -> LookupResult<Vec<Name>> {
        Err(LookupError::NoRecords)
    }
}

fn answers(world: World) -> Answers {
    let name = |text: &str| Name::new(text).expect("a name");
    Answers {
        txt: world.txt.into_iter().map(|(owner, texts)| (name(&owner), texts)).collect(),
        a: world.a.into_iter().map(|(owner, addresses)| (name(&owner), addresses)).collect(),
        mx: world
            .mx
            .into_iter()
            .map(|(owner, mxs)| (name(&owner), mxs.iter().map(|(_, host)| name(host)).collect()))
            .collect(),
    }
}

fn check(answers: &Answers, config: &Config, sender: &str) -> QueryResult {
    let sender = sender.parse().expect("a sender");
    let helo = "mx.example.net".parse().expect("a name");
    evaluate_sender(answers, config, CLIENT.into(), &sender, Some(&helo)).now_or_never().expect("always ready")
}

pub fn checks(task: &'static str, domain: &'static str, zone: &Zone) -> Vec<Subject> {
    let (answers, config, sender) = (answers(World::of(zone, true)), Config::default(), sender(domain));
    assert_eq!(check(&answers, &config, &sender).spf_result, SpfResult::Pass, "{domain}");
    vec![subject(task, "viaspf", move || check(&answers, &config, &sender))]
}
