//! mail-auth, its records parsed each time or once, its answers always in its cache.

use std::borrow::Borrow;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

use deliverability_core::dns::Zone;
use foldhash::HashMap;
use futures_util::FutureExt as _;
use mail_auth::dkim::DomainKey;
use mail_auth::dns::TxtRecordParser as _;
use mail_auth::hickory_resolver::config::{ResolverConfig, ResolverOpts};
use mail_auth::spf::{SpfRecord, verify::SpfParameters};
use mail_auth::{
    AuthenticatedMessage, DkimResult, DnsCache, DnssecStatus, MessageAuthenticator, Mx, Negative, NoCache, Parameters,
    RecordSet, ResolverCache, SpfOutput, SpfResult, TxtRecord,
};

use crate::world::World;
use crate::{CLIENT, Subject, sender, subject};

/// A map whose values are made anew at each look-up. It misses nothing, so nothing is asked.
struct Map<K, S, V> {
    map: HashMap<K, S>,
    read: fn(&S) -> V,
}

impl<K: Hash + Eq, S, V> ResolverCache<K, V> for Map<K, S, V> {
    fn get<Q: Hash + Eq + ?Sized>(&self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        Some((self.read)(self.map.get(name).expect("every answer is there")))
    }

    fn remove<Q: Hash + Eq + ?Sized>(&self, _: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        None
    }

    fn insert(&self, _: K, _: V, _: Instant) {}
}

type Records<T> = Result<RecordSet<T>, Negative>;
type Names<S, V> = Map<Box<str>, S, V>;

struct Caches<S> {
    txt: Names<S, TxtRecord>,
    mx: Names<Records<Mx>, Records<Mx>>,
    ipv4: Names<Records<Ipv4Addr>, Records<Ipv4Addr>>,
}

impl<S> DnsCache for Caches<S> {
    type Txt = Names<S, TxtRecord>;
    type Mx = Names<Records<Mx>, Records<Mx>>;
    type Ipv4 = Names<Records<Ipv4Addr>, Records<Ipv4Addr>>;
    type Ipv6 = NoIpv6;
    type Ptr = NoPtr;

    fn txt(&self) -> Option<&Self::Txt> {
        Some(&self.txt)
    }

    fn mx(&self) -> Option<&Self::Mx> {
        Some(&self.mx)
    }

    fn ipv4(&self) -> Option<&Self::Ipv4> {
        Some(&self.ipv4)
    }

    fn ipv6(&self) -> Option<&Self::Ipv6> {
        None
    }

    fn ptr(&self) -> Option<&Self::Ptr> {
        None
    }
}

type NoIpv6 = Map<Box<str>, (), Records<Ipv6Addr>>;
type NoPtr = Map<IpAddr, (), Records<Box<str>>>;

fn records<T>(records: impl Iterator<Item = T>) -> Records<T> {
    Ok(RecordSet { records: records.collect(), dnssec_status: DnssecStatus::Indeterminate })
}

fn caches<S>(world: World, keep: impl Fn(&str) -> S, read: fn(&S) -> TxtRecord) -> Caches<S> {
    let mx = |(preference, exchange): (u16, String)| Mx { exchanges: [exchange.into()].into(), preference };
    Caches {
        txt: Map { map: world.txt.into_iter().map(|(name, texts)| (name, keep(&texts[0]))).collect(), read },
        mx: Map {
            map: world.mx.into_iter().map(|(n, mxs)| (n, records(mxs.into_iter().map(mx)))).collect(),
            read: Clone::clone,
        },
        ipv4: Map {
            map: world.a.into_iter().map(|(n, ips)| (n, records(ips.into_iter()))).collect(),
            read: Clone::clone,
        },
    }
}

fn check<S>(authenticator: &MessageAuthenticator, caches: &Caches<S>, sender: &str) -> SpfOutput {
    let parameters = SpfParameters::mail_from(CLIENT.into(), "mx.example.net", "mx.example.com", sender);
    let parameters: Parameters<'_, _, NoCache> = Parameters::new(parameters);
    authenticator.check_host(parameters.with_cache(caches)).now_or_never().expect("always ready")
}

pub fn checks(task: &'static str, domain: &'static str, zone: &Zone) -> Vec<Subject> {
    let authenticator =
        || MessageAuthenticator::new(ResolverConfig::default(), ResolverOpts::default()).expect("no network");
    let (one, other) = (authenticator(), authenticator());
    let parsing = caches(World::of(zone, true), str::to_owned, |text| SpfRecord::parse(text.as_bytes()).into());
    let parse = |text: &str| Arc::new(SpfRecord::parse(text.as_bytes()).expect("valid"));
    let parsed = caches(World::of(zone, true), parse, |record| TxtRecord::Spf(Arc::clone(record)));
    let (sender, text) = (sender(domain), sender(domain));
    assert_eq!(check(&one, &parsed, &sender).result(), SpfResult::Pass, "{domain}");
    vec![
        subject(task, "mail-auth", move || check(&one, &parsing, &sender)),
        subject(task, "mail-auth, cached", move || check(&other, &parsed, &text)),
    ]
}

/// DKIM verification, with the key record parsed each time, and once, as mail-auth keeps it in its own
/// cache: with the octets of the key decoded. It has no form of a key that is readier than that.
pub fn dkim(task: &'static str, message: &[u8], zone: &Zone) -> Vec<Subject> {
    let authenticator =
        || MessageAuthenticator::new(ResolverConfig::default(), ResolverOpts::default()).expect("no network");
    let (one, other) = (authenticator(), authenticator());
    let parsing = caches(World::of(zone, true), str::to_owned, |text| DomainKey::parse(text.as_bytes()).into());
    let parse = |text: &str| Arc::new(DomainKey::parse(text.as_bytes()).expect("valid"));
    let parsed = caches(World::of(zone, true), parse, |key| TxtRecord::DomainKey(Arc::clone(key)));
    let (text, again) = (message.to_vec(), message.to_vec());
    assert!(verify(&one, &parsed, &text), "{task}");
    vec![
        subject(task, "mail-auth", move || verify(&one, &parsing, &text)),
        subject(task, "mail-auth, cached", move || verify(&other, &parsed, &again)),
    ]
}

fn verify<S>(authenticator: &MessageAuthenticator, caches: &Caches<S>, message: &[u8]) -> bool {
    let message = AuthenticatedMessage::parse(message).expect("a message");
    let parameters: Parameters<'_, _, NoCache> = Parameters::new(&message);
    let outputs = authenticator.verify_dkim(parameters.with_cache(caches)).now_or_never().expect("always ready");
    outputs.iter().all(|output| output.result() == &DkimResult::Pass)
}

/// A key record read.
pub fn key(task: &'static str, record: String) -> Subject {
    subject(task, "mail-auth", move || DomainKey::parse(std::hint::black_box(record.as_bytes())).expect("valid"))
}
