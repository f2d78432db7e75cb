//! Rewrites change what they say and nothing else: over the published domains and over random
//! trees, every proof is held against verdicts at more addresses than it looked at.
//!
//! `DELIVERABILITY_TREES=10000` sets the number of trees, and then all domains are tried.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

mod drivers;
#[path = "support/published.rs"]
mod published;
#[path = "support/random_spf.rs"]
mod random_spf;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use deliverability_core::dns::{Query, RecordData, Text, Zone};
use deliverability_core::network::Network;
use deliverability_core::spf::{
    AnswerSize, CauseKind, CheckHost, Claim, Evaluation, Limits, Mechanism, Proof, Record, RecordChange, Refusal,
    Rewrite, Rewriter, Sender, TermKind, is_spf_record, select,
};
use deliverability_core::{Check as _, DomainName, SpfResult};
use drivers::Random;

/// How many random trees, and of how many published domains one is tried.
fn amount() -> (u64, usize) {
    let trees = std::env::var("DELIVERABILITY_TREES").ok().map(|trees| trees.parse().unwrap());
    trees.map_or((60, 60), |trees| (trees, 1))
}

#[test]
fn no_proven_rewrite_of_a_random_tree_changes_another_verdict() {
    let mut tally = Tally::default();
    for seed in 0..amount().0 {
        let mut random = Random(seed);
        let zone = random_spf::zone(&mut random);
        let domain: DomainName = "t0.test".parse().unwrap();
        tally.try_all(&zone, &domain, &mut random, &format!("tree {seed}"));
    }
    eprintln!("random trees: {tally:#?}");
    assert!(tally.verdicts > 50_000 && tally.proven() > 150, "{tally:#?}");
    assert_eq!(tally.differences, 0);
}

#[test]
fn a_rewrite_does_not_depend_on_the_driver() {
    for seed in 0..8 {
        let mut random = Random(seed);
        let zone = random_spf::zone(&mut random);
        for (_, rewriter, _) in wishes(&zone, &"t0.test".parse().unwrap(), &mut random) {
            let _ = drivers::all_agree(&rewriter, &zone, seed);
        }
    }
}

#[test]
fn no_proven_rewrite_of_a_published_domain_changes_another_verdict() {
    let Some((zone, domains)) = published::fixture() else { return };
    let mut tally = Tally::default();
    for (n, domain) in domains.iter().enumerate().step_by(amount().1) {
        tally.try_all(&published::closure(&zone, domain), domain, &mut Random(n as u64), &domain.to_string());
    }
    eprintln!("published domains: {tally:#?}");
    assert!(tally.proven() > 20, "{tally:#?}");
    assert_eq!(tally.differences, 0);
}

/// What became of the rewrites, by what was asked for.
#[derive(Debug, Default)]
struct Tally {
    outcomes: BTreeMap<(&'static str, &'static str), usize>,
    /// Verdicts compared, and those that were not as proven.
    verdicts: usize,
    differences: usize,
}

impl Tally {
    fn proven(&self) -> usize {
        self.outcomes.iter().filter(|((_, outcome), _)| outcome.starts_with("proven")).map(|(_, count)| count).sum()
    }

    fn try_all(&mut self, zone: &Zone, domain: &DomainName, random: &mut Random, label: &str) {
        let dense = Dense::of(zone, random);
        for (name, rewriter, added) in wishes(zone, domain, random) {
            let outcome = rewriter.in_zone(zone);
            let words = match &outcome {
                Err(Refusal::NotFlat { .. } | Refusal::BrokenInclude { .. }) => "kept as it is",
                Err(_) => "refused",
                Ok(rewrite) => match rewrite.proof() {
                    Proof::Proven { repaired: 0, .. } => "proven",
                    Proof::Proven { .. } => "proven, repairs",
                    Proof::Unproven { .. } => "unproven",
                    Proof::Refuted { .. } => "refuted",
                    other => panic!("{other:?}"),
                },
            };
            *self.outcomes.entry((name, words)).or_default() += 1;
            if let Ok(rewrite) = outcome {
                self.hold(zone, domain, &rewrite, added.as_ref(), &dense, &format!("{label}, {name}"));
            }
        }
    }

    /// Compares verdicts where the proof did not look.
    fn hold(
        &mut self,
        zone: &Zone,
        domain: &DomainName,
        rewrite: &Rewrite,
        added: Option<&Sender>,
        dense: &Dense,
        label: &str,
    ) {
        let after = published(zone, rewrite.changes());
        let worlds = Worlds::new(zone, &after, domain, added);
        match rewrite.proof() {
            Proof::Proven { claim, repaired, .. } => {
                for ip in dense.points() {
                    for sender in ["amy", "b.c+d"] {
                        self.verdicts += 1;
                        if let Err(difference) = worlds.compare(ip, sender, *claim, *repaired > 0) {
                            self.differences += 1;
                            eprintln!("{label}: {ip}: {difference}\n{rewrite}");
                        }
                    }
                }
            }
            Proof::Refuted { difference, .. } => {
                // The sender that it names does get another verdict, or would where an assumption
                // about `exists` and `ptr` holds.
                let evaluation = worlds.evaluate(&after, difference.ip, "postmaster", Limits::default());
                let assumed = has_assumptions(zone);
                assert!(assumed || evaluation.result() == difference.after, "{label}: {rewrite}");
            }
            _ => {}
        }
    }
}

/// The rewrites tried on a domain, with the sender that each adds.
fn wishes(zone: &Zone, domain: &DomainName, random: &mut Random) -> Vec<(&'static str, Rewriter, Option<Sender>)> {
    let of = || Rewriter::of(domain.clone());
    let sender = random_spf::sender(random);
    let mut wishes = vec![
        ("prune", of().prune(), None),
        ("authorize", of().authorize(sender.clone()), Some(sender)),
        ("split", of().split(AnswerSize::CLASSIC), None),
        ("merge", of().merge(), None),
    ];
    let includes = includes(zone, domain);
    for include in includes.iter().take(3) {
        wishes.push(("flatten", of().flatten(include.clone()), None));
    }
    if !includes.is_empty() {
        let all = includes.iter().cloned().fold(of().prune(), Rewriter::flatten);
        wishes.push(("prune, flatten all, split", all.split(AnswerSize::UDP), None));
        wishes.push(("remove", of().remove(format!("include:{}", includes[0])), None));
    }
    wishes
}

/// The domains that a domain's own record includes by name.
fn includes(zone: &Zone, domain: &DomainName) -> Vec<DomainName> {
    let Ok(answer) = zone.answer(&Query::txt(domain.clone())) else { return Vec::new() };
    let record = select(&answer).next().and_then(|text| Record::parse(text.bytes()).ok()).unwrap_or_default();
    let targets = record.directives().filter_map(|directive| match &directive.mechanism {
        Mechanism::Include(target) => target.to_string().parse().ok(),
        _ => None,
    });
    let targets: BTreeSet<DomainName> = targets.filter(|name: &DomainName| !name.to_string().contains('%')).collect();
    targets.into_iter().collect()
}

/// The zone with the changes published, built without the library's own overlay.
fn published(zone: &Zone, changes: &[RecordChange]) -> Zone {
    let mut after = Zone::new();
    for (name, data) in zone.records() {
        after.add_name(name);
        let replaced = changes.iter().any(|change| change.name == *name);
        let is_spf = matches!(data, RecordData::Txt(text) if is_spf_record(text.bytes()));
        if !(replaced && is_spf) {
            after.insert(name.clone(), data.clone());
        }
    }
    for (query, error) in random_spf::failures() {
        after.fail(query, error);
    }
    for change in changes {
        after.insert(change.name.clone(), RecordData::Txt(Text::from(change.new.as_str())));
    }
    after
}

fn has_assumptions(zone: &Zone) -> bool {
    zone.records().any(|(_, data)| match data {
        RecordData::Txt(text) => text.to_text().contains("ptr") || text.to_text().contains("exists"),
        _ => false,
    })
}

struct Worlds<'a> {
    before: &'a Zone,
    after: &'a Zone,
    domain: &'a DomainName,
    added: Option<&'a Sender>,
    /// Each of the domain's records alone, and a record of the added sender alone.
    alone: Vec<Zone>,
    added_alone: Option<Zone>,
}

impl<'a> Worlds<'a> {
    fn new(before: &'a Zone, after: &'a Zone, domain: &'a DomainName, added: Option<&'a Sender>) -> Self {
        let answer = before.answer(&Query::txt(domain.clone())).unwrap();
        let alone = |record: String| published(before, &[RecordChange::publish(domain.clone(), record)]);
        Self {
            before,
            after,
            domain,
            added,
            alone: select(&answer).map(|text| alone(text.to_text().into_owned())).collect(),
            added_alone: added.map(|sender| alone(format!("v=spf1 {sender} -all"))),
        }
    }

    fn evaluate(&self, zone: &Zone, ip: IpAddr, local_part: &str, limits: Limits) -> Evaluation {
        let helo = "7.2.0.192.e.test";
        CheckHost::new(ip, format!("{local_part}@{}", self.domain)).helo(helo).limits(limits).in_zone(zone)
    }

    fn compare(&self, ip: IpAddr, local_part: &str, claim: Claim, repairs: bool) -> Result<(), String> {
        let after = self.evaluate(self.after, ip, local_part, Limits::default()).result();
        let is_added = self.added.is_some_and(|sender| self.authorizes(sender, ip, local_part));
        if is_added {
            return same(SpfResult::Pass, after);
        }
        match claim {
            Claim::SameVerdicts | Claim::AddedPass => {
                let before = self.evaluate(self.before, ip, local_part, Limits::default());
                if repairs && before.result() == SpfResult::Permerror && after != SpfResult::Permerror {
                    return self.repaired(&before, after, ip, local_part);
                }
                same(before.result(), after)
            }
            Claim::SamePass | Claim::OnlyAddedPass => {
                let passes = self.alone.iter().any(|zone| {
                    let evaluate = |limits| self.evaluate(zone, ip, local_part, limits).result();
                    evaluate(Limits::default()) == SpfResult::Pass
                        || (repairs && evaluate(generous()) == SpfResult::Pass)
                });
                if passes == (after == SpfResult::Pass) {
                    Ok(())
                } else {
                    Err(format!("passes {passes}, after {after}"))
                }
            }
            other => Err(format!("{other:?}")),
        }
    }

    /// Where look-ups were short, the verdict is the one that the record gives without limits.
    fn repaired(&self, before: &Evaluation, after: SpfResult, ip: IpAddr, local_part: &str) -> Result<(), String> {
        match before.cause().kind() {
            CauseKind::TooManyLookups { .. } | CauseKind::TooManyVoidLookups { .. } => {
                same(self.evaluate(self.before, ip, local_part, generous()).result(), after)
            }
            _ => Ok(()),
        }
    }

    /// By the addresses themselves, and for an include by the included record.
    fn authorizes(&self, sender: &Sender, ip: IpAddr, local_part: &str) -> bool {
        // RFC 7208 §5: a client at a mapped address is an IPv4 client.
        let ip = ip.to_canonical();
        match sender {
            Sender::Address(address) => *address == ip,
            Sender::Network(network) => network.contains(ip),
            Sender::Host(name) => self
                .before
                .answer(&Query::address(name.clone(), ip))
                .is_ok_and(|found| found.addresses().any(|address| address == ip)),
            Sender::Include(_) | Sender::OwnMx => {
                let alone = self.added_alone.as_ref().unwrap();
                self.evaluate(alone, ip, local_part, Limits::default()).result() == SpfResult::Pass
            }
            other => panic!("{other:?}"),
        }
    }
}

fn generous() -> Limits {
    Limits { lookups: 100, void_lookups: 100, ..Limits::default() }
}

fn same(expected: SpfResult, after: SpfResult) -> Result<(), String> {
    if expected == after { Ok(()) } else { Err(format!("{expected} is expected, {after} comes")) }
}

/// Addresses in and around every network of a zone, and elsewhere.
struct Dense {
    points: BTreeSet<IpAddr>,
}

impl Dense {
    fn of(zone: &Zone, random: &mut Random) -> Self {
        let mut networks: BTreeSet<Network> = BTreeSet::new();
        let mut prefixes: BTreeSet<(u8, u8)> = BTreeSet::from([(32, 128)]);
        for record in zone.records().filter_map(|(_, data)| record_of(data)) {
            for term in record.terms {
                let TermKind::Directive(directive) = term.kind else { continue };
                match directive.mechanism {
                    Mechanism::Ip4(network) | Mechanism::Ip6(network) => drop(networks.insert(network)),
                    Mechanism::A { cidr, .. } | Mechanism::Mx { cidr, .. } => {
                        prefixes.insert((cidr.ip4.unwrap_or(32), cidr.ip6.unwrap_or(128)));
                    }
                    _ => {}
                }
            }
        }
        for ip in zone.records().filter_map(|(_, data)| data.address()) {
            let of = |(four, six): &(u8, u8)| Network::new(ip, if ip.is_ipv4() { *four } else { *six });
            networks.extend(prefixes.iter().filter_map(of));
        }
        let mut points = BTreeSet::new();
        for network in networks {
            around(network, random, &mut points);
        }
        for _ in 0..24 {
            points.insert(v4(random.next()));
            points.insert(v6((u128::from(random.next()) << 64) | u128::from(random.next())));
        }
        Self { points }
    }

    fn points(&self) -> impl Iterator<Item = IpAddr> {
        self.points.iter().copied()
    }
}

fn record_of(data: &RecordData) -> Option<Record> {
    let RecordData::Txt(text) = data else { return None };
    Record::parse(text.bytes()).ok()
}

/// The edges of a network, two addresses on both sides of each, and some in between.
fn around(network: Network, random: &mut Random, points: &mut BTreeSet<IpAddr>) {
    let (at, width) = match network.address() {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()), 32),
        IpAddr::V6(ip) => (ip.to_bits(), 128),
    };
    let address = |bits: u128| if width == 32 { v4(u64::try_from(bits & 0xffff_ffff).unwrap()) } else { v6(bits) };
    let hosts = 1u128.checked_shl(width - u32::from(network.prefix())).map_or(u128::MAX, |size| size - 1);
    let (first, last) = (at & !hosts, at | hosts);
    for edge in [first, last] {
        for step in 0..=2 {
            points.insert(address(edge.wrapping_add(step)));
            points.insert(address(edge.wrapping_sub(step)));
        }
    }
    for _ in 0..2 {
        points.insert(address(first | (u128::from(random.next()) & hosts)));
    }
}

fn v4(bits: u64) -> IpAddr {
    IpAddr::V4(u32::try_from(bits & 0xffff_ffff).unwrap().into())
}

fn v6(bits: u128) -> IpAddr {
    IpAddr::V6(bits.into())
}
