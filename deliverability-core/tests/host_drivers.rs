//! Reverse DNS, HELO, mail route and DKIM key: two rounds at most, and the same outcome however driven.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use core::fmt::Debug;

use deliverability_core::dkim::KeyLookup;
use deliverability_core::dns::{Answers, Check, Query, RecordData, Step, Zone};
use deliverability_core::mail_route::MailRoute;
use deliverability_core::reverse_dns::{Helo, Iprev};

fn world() -> Zone {
    let mut zone = Zone::new();
    let mut add = |name: &str, data: RecordData| zone.insert(name.parse().unwrap(), data);
    for n in 1..=5u8 {
        let host = format!("mx{n}.example.org");
        add("example.org", RecordData::Mx { preference: n.into(), exchange: host.parse().unwrap() });
        add("1.2.0.192.in-addr.arpa", RecordData::Ptr(host.parse().unwrap()));
        add(&host, RecordData::A([192, 0, 2, n].into()));
    }
    add("alias.example.org", RecordData::Cname("example.org".parse().unwrap()));
    add("s._domainkey.example.org", RecordData::Txt("v=DKIM1; p=".into()));
    zone.fail(Query::aaaa("mx2.example.org".parse().unwrap()), deliverability_core::dns::DnsError::Timeout);
    zone
}

/// Drives a check by hand; gives its outcome, the rounds and the queries it took.
fn drive<C: Check>(check: &C, frugal: bool) -> (C::Outcome, usize, usize) {
    let (zone, mut answers, mut rounds) = (world(), Answers::new(), 0);
    loop {
        let needed = match check.step(&answers) {
            Step::Done(outcome) => return (outcome, rounds, answers.len()),
            Step::Need(needed) => needed,
        };
        assert!(needed.blocking.iter().any(|query| !answers.contains(query)), "no progress");
        let foreseen = if frugal { Vec::new() } else { needed.foreseen };
        for query in needed.blocking.into_iter().chain(foreseen) {
            answers.insert(query.clone(), zone.answer(&query));
        }
        rounds += 1;
    }
}

fn agrees<C: Check>(check: &C, rounds: usize, queries: usize)
where
    C::Outcome: PartialEq + Debug,
{
    let (eager, taken, asked) = drive(check, false);
    assert_eq!((taken, asked), (rounds, queries));
    let (frugal, one_by_one, frugally_asked) = drive(check, true);
    assert_eq!((one_by_one, frugally_asked), (queries, queries));
    assert_eq!(eager, frugal);
    let zone = world();
    assert_eq!(eager, check.in_zone(&zone));
    assert_eq!(eager, check.run_with(|query| zone.answer(query)));
}

#[test]
fn width_costs_no_rounds() {
    let ip = "192.0.2.1".parse().unwrap();
    agrees(&Iprev::of(ip), 2, 6);
    agrees(&Helo::of("mx1.example.org", ip), 1, 2);
    agrees(&MailRoute::of("example.org".parse().unwrap()), 2, 11);
    agrees(&MailRoute::of("alias.example.org".parse().unwrap()), 2, 11);
    agrees(&KeyLookup::new("s", "example.org".parse().unwrap()), 1, 1);
    let (_, rounds, asked) = drive(&(Iprev::of(ip), MailRoute::of("example.org".parse().unwrap())), false);
    assert_eq!((rounds, asked), (2, 12));
}

#[test]
fn a_replay_without_answers_is_unknown() {
    let ip = "192.0.2.1".parse().unwrap();
    let nothing = Answers::new();
    assert_eq!(Iprev::of(ip).replay(&nothing).result().as_str(), "temperror");
    assert!(Helo::of("mx.example.org", ip).replay(&nothing).resolves().error().is_some());
    assert!(MailRoute::of("example.org".parse().unwrap()).replay(&nothing).accepts_mail().error().is_some());
    let key = KeyLookup::new("s", "example.org".parse().unwrap()).replay(&nothing);
    assert_eq!(key.to_string(), "the DKIM key s._domainkey.example.org is not known: the answer was not recorded");
}
