//! What others counted on the published records, and what direct evaluation counts.

use std::net::IpAddr;

use deliverability_core::dns::{Answer, Query, RecordData, RecordType, Response, Zone};
use deliverability_core::spf::{
    CauseKind, CheckHost, Count, Limits, LookupTerm, Mechanism, Record, Standing, Tree, TreeOutcome, is_spf_record,
};
use deliverability_core::{Check as _, DomainName};

use crate::published;

/// A domain of the fixture, with what others counted.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) domain: DomainName,
    pub(crate) worst_case_lookups: u64,
    pub(crate) include_depth: u64,
}

/// The fixture's zone and domains; `None`, loudly, where the data is not at hand.
pub(crate) fn fixture() -> Option<(Zone, Vec<Published>)> {
    let zone = zone_of("fixture_zone.jsonl.gz")?;
    let domains = published::lines("fixture_domains.jsonl")?;
    let domains = domains.iter().map(|entry| Published {
        domain: entry["domain"].as_str().unwrap().parse().unwrap(),
        worst_case_lookups: entry["worst_case_lookups"].as_u64().unwrap(),
        include_depth: entry["include_depth"].as_u64().unwrap(),
    });
    Some((zone, domains.collect()))
}

/// The longest way down from a record, by includes and redirects; a loop is not gone round.
pub(crate) fn depth(outcome: &TreeOutcome, node: usize, above: &mut Vec<usize>) -> u64 {
    let children = outcome.nodes()[node].terms().iter().filter_map(LookupTerm::child);
    let children: Vec<_> = children.filter(|child| *child != node && !above.contains(child)).collect();
    above.push(node);
    let below = children.into_iter().map(|child| 1 + depth(outcome, child, above)).max().unwrap_or(0);
    above.pop();
    below
}

/// Why the worst case differs from the published one.
pub(crate) fn difference(outcome: &TreeOutcome, entry: &Published) -> &'static str {
    if outcome.lookups() == Count::Endless {
        "a loop, counted once there"
    } else if outcome.root().record().is_err() {
        "the domain's own record does not parse, so that nothing is looked up"
    } else if outcome.lookups_when_mended() == Count::Of(entry.worst_case_lookups) {
        "a broken include ends evaluation here; equal when it is mended"
    } else {
        "unexplained"
    }
}

pub(crate) fn zone_of(file: &str) -> Option<Zone> {
    let mut zone = Zone::new();
    for entry in published::lines(file)? {
        // Names as published: some are no domain names, and nothing can ask for those.
        let Ok(name) = DomainName::from_ascii(entry["name"].as_str().unwrap().as_bytes()) else { continue };
        zone.add_name(&name);
        // Hosts are to have no data: that a name has MX records only tells domains from their
        // include targets.
        if entry["MX"].is_array() {
            zone.insert(marked(&name), RecordData::Ptr(DomainName::root()));
        }
        for text in entry["TXT"].as_array().into_iter().flatten() {
            zone.insert(name.clone(), RecordData::Txt(text.as_str().unwrap().into()));
        }
    }
    Some(zone)
}

fn marked(name: &DomainName) -> DomainName {
    name.child("is-a-domain").unwrap_or(DomainName::root())
}

/// Whether it is one of the domains whose mail exchangers were published too.
pub(crate) fn is_domain(zone: &Zone, name: &DomainName) -> bool {
    exists(zone, &Query::ptr(marked(name)))
}

/// The domains of a zone whose mail exchangers and texts were published both.
pub(crate) fn domains(zone: &Zone) -> Vec<DomainName> {
    let texts = zone.records().filter(|(_, data)| matches!(data, RecordData::Txt(_)));
    let mut names: Vec<_> = texts.map(|(name, _)| name.clone()).filter(|name| is_domain(zone, name)).collect();
    names.dedup();
    names
}

/// The worst case as those who published the figures counted it: word by word, whatever is wrong
/// beside it. Words that are no terms are passed over, a record that is missing, broken or gone
/// into already costs what leads to it and no more, and so does a `redirect=` to no domain name.
pub(crate) fn word_count(zone: &Zone, name: &DomainName, above: &mut Vec<DomainName>) -> u64 {
    let answer = zone.answer(&Query::txt(name.clone()));
    let text = answer.iter().flat_map(|response| response.texts()).find(|text| is_spf_record(text.bytes()));
    let Some(text) = text.map(|text| text.to_text().into_owned()) else { return 0 };
    let (mut count, mut targets, mut redirect, mut all) = (0, Vec::new(), None, false);
    for word in text.split(|c: char| c.is_ascii_whitespace()).skip(1).take_while(|word| !is_all(word)) {
        match mechanism(word) {
            Some(Mechanism::Include(target)) => {
                count += 1;
                targets.push(target.to_string());
            }
            Some(mechanism) => count += u64::from(mechanism.is_lookup()),
            None => {}
        }
    }
    for word in text.split_ascii_whitespace() {
        all |= is_all(word);
        let target = word.split_at_checked(9).filter(|(name, _)| name.eq_ignore_ascii_case("redirect="));
        redirect = target.map(|(_, target)| target.to_owned()).or(redirect);
    }
    if let Some(target) = redirect.filter(|_| !all) {
        count += 1;
        targets.push(target);
    }
    above.push(name.clone());
    for target in targets {
        let target = DomainName::from_ascii(target.as_bytes()).ok().filter(|target| !above.contains(target));
        count += target.map_or(0, |target| word_count(zone, &target, above));
    }
    above.pop();
    count
}

fn is_all(word: &str) -> bool {
    matches!(mechanism(word), Some(Mechanism::All))
}

/// The mechanism that a word is on its own.
fn mechanism(word: &str) -> Option<Mechanism> {
    let record = Record::parse(format!("v=spf1 {word}").as_bytes()).ok()?;
    record.directives().next().map(|directive| directive.mechanism.clone())
}

/// The names with an SPF record that a session can give as a sender's domain.
pub(crate) fn names_with_spf(zone: &Zone) -> Vec<DomainName> {
    let spf = |data: &RecordData| matches!(data, RecordData::Txt(text) if is_spf_record(text.bytes()));
    let in_sessions = |label: &[u8]| label.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let names = zone.records().filter(|(_, data)| spf(data)).map(|(name, _)| name.clone());
    let mut names: Vec<_> = names.filter(|name| name.labels().all(in_sessions)).collect();
    names.dedup();
    names
}

/// The tree's worst case beside that of direct evaluation.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) worst: Count,
    pub(crate) direct: Count,
    pub(crate) over: bool,
    pub(crate) directly_over: bool,
    pub(crate) standing: Standing,
}

/// Direct evaluation is `check_host()` for a client that no record names, of either family, over a
/// zone in which hosts have no addresses: it passes every term. Only names that hold its address,
/// its HELO name or its local part are answered otherwise: by a record that does not match, for
/// the zone cannot hold them.
pub(crate) fn compare(zone: &Zone, domain: &DomainName) -> Compared {
    let clients: [IpAddr; 2] = ["203.0.113.77".parse().unwrap(), "2001:db8::77".parse().unwrap()];
    let outcome = Tree::of(domain.clone()).in_zone(zone);
    let (mut direct, mut directly_over) = (Count::ZERO, false);
    for ip in clients {
        let unlimited = Limits { lookups: u8::MAX, void_lookups: u8::MAX, ..Limits::default() };
        let evaluation = check(ip, domain, unlimited).run_with(|query| answer(zone, query));
        let endless = matches!(evaluation.cause().kind(), CauseKind::TooManyLookups { .. });
        let lookups = Count::Of(evaluation.trace().ledger().lookups() as u64);
        direct = direct.max(if endless { Count::Endless } else { lookups });
        let limited = Limits { void_lookups: u8::MAX, ..Limits::default() };
        let evaluation = check(ip, domain, limited).run_with(|query| answer(zone, query));
        directly_over |= matches!(evaluation.cause().kind(), CauseKind::TooManyLookups { .. });
    }
    let over = outcome.lookups().exceeds(10);
    Compared { worst: outcome.lookups(), direct, over, directly_over, standing: outcome.standing() }
}

fn check(ip: IpAddr, domain: &DomainName, limits: Limits) -> CheckHost {
    CheckHost::new(ip, format!("nobody-at-all@{domain}")).helo("nowhere.at.all.invalid").limits(limits)
}

fn answer(zone: &Zone, query: &Query) -> Answer {
    let name = query.name.to_string();
    let of_client = ["203.0.113.77", "77.113.0.203", "7.7.0.0", "0.0.7.7", "nobody", "nowhere", "in-addr", "ip6"];
    if query.record_type == RecordType::Txt && of_client.iter().any(|part| name.contains(part)) && !exists(zone, query)
    {
        return Response::new([RecordData::Txt("v=spf1 ?all".into())]).into_answer();
    }
    zone.answer(query)
}

fn exists(zone: &Zone, query: &Query) -> bool {
    zone.answer(query).is_ok_and(|response| !response.is_void())
}
