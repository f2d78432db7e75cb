//! Every returned mail at hand explained: all of it is shown, nothing of it drives a terminal or a page, and the
//! report does not depend on the driver.
#![cfg(all(feature = "bounce", feature = "verify", feature = "serde", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod bounce_support;

use std::cell::Cell;

use deliverability_core::Check;
use deliverability_core::bounce;
use deliverability_core::diagnosis::{Explain, Report};
use deliverability_core::dns::{Answer, Answers, Known, Query, Step, Zone};
use serde_json::Value;

/// A world with some of the names that the corpora use.
fn world() -> Zone {
    r#"
example.org MX 10 mx.example.org
example.org TXT "v=spf1 ip4:192.0.2.25 -all"
mx.example.org A 192.0.2.25
example.com A 192.0.2.80
2.0.0.127.zen.spamhaus.org A 127.0.0.2
25.2.0.192.zen.spamhaus.org A 127.0.0.3
2.0.0.127.bl.spamcop.net A 127.0.0.2
"#
    .parse()
    .unwrap()
}

/// Every returned mail that is at hand.
fn messages() -> Vec<(String, Vec<u8>)> {
    ["postfix", "exim", "sisimai"].into_iter().flat_map(bounce_support::messages).collect()
}

fn explain(octets: &[u8]) -> Explain {
    let lists = deliverability_core::dnsbl::default_lists();
    Explain::of(octets).lists(&lists[..3.min(lists.len())])
}

#[test]
fn every_recipient_is_explained_in_every_format() {
    let (mut total, mut recipients, mut domains, mut clients, mut confirmed) = (0, 0, 0, 0, 0);
    for (name, octets) in messages() {
        let report = explain(&octets).in_zone(&world());
        let wanted = bounce::read(&octets);
        assert_eq!(report.returned().len(), wanted.recipients().len().min(100), "{name}");
        for (returned, recipient) in report.returned().iter().zip(wanted.recipients()) {
            assert_eq!((returned.recipient(), returned.reply()), (recipient.address(), recipient.reply()), "{name}");
            assert!(!returned.advice().is_empty() && !returned.confirmation().reason().is_empty(), "{name}");
            confirmed += usize::from(returned.confirmation().is_confirmed());
        }
        assert_is_shown_safely(&name, &report);
        let is_known = |what: &str| report.inferred().iter().any(|one| one.what == what);
        total += 1;
        recipients += report.returned().len();
        domains += usize::from(is_known("domain"));
        clients += usize::from(is_known("sending_ip") || is_known("client"));
    }
    eprintln!(
        "{total} returned mails, {recipients} recipients: domain of {domains}, client of {clients}, {confirmed} confirmed"
    );
    assert!(total == 0 || domains * 10 >= total * 7, "the sender's domain of {domains} of {total} is found");
}

/// No control character but the line end, and no HTML that somebody else wrote.
fn assert_is_shown_safely(name: &str, report: &Report) {
    for text in [report.to_string(), report.to_markdown()] {
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{name}");
    }
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    for returned in json["returned"].as_array().unwrap() {
        let span = &returned["sentence"]["span"];
        let offset = |n: usize| usize::try_from(span[n].as_u64().unwrap()).unwrap();
        let (start, end) = (offset(0), offset(1));
        let reply = returned["reply"].as_str().unwrap();
        assert_eq!(reply.get(start..end), returned["sentence"]["text"].as_str(), "{name}");
    }
}

/// What is read, one query at a time.
struct Frugal<'a> {
    zone: &'a Zone,
    answers: Answers,
}

impl Known for Frugal<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        self.answers.get(query).cloned().ok_or_else(|| query.clone())
    }
}

#[test]
fn the_report_does_not_depend_on_the_driver() {
    let zone = world();
    for (name, octets) in messages().into_iter().step_by(7) {
        let check = explain(&octets);
        let at_once = check.in_zone(&zone);
        let mut known = Frugal { zone: &zone, answers: Answers::new() };
        let mut rounds = 0;
        let one_by_one = loop {
            match check.step(&known) {
                Step::Done(report) => break report,
                Step::Need(needed) => {
                    let fresh: Vec<Query> =
                        needed.blocking.into_iter().filter(|q| known.answers.get(q).is_none()).collect();
                    let asked = if fresh.is_empty() { needed.foreseen } else { fresh };
                    for query in asked {
                        known.answers.insert(query.clone(), known.zone.answer(&query));
                    }
                }
            }
            rounds += 1;
            assert!(rounds < 200, "{name}");
        };
        assert_eq!(at_once.to_json(), one_by_one.to_json(), "{name}");
        assert_eq!(at_once.to_json(), check.replay(at_once.answers()).to_json(), "{name}");
    }
}

/// SplitMix64: the same inputs on every machine.
fn next(state: &Cell<u64>) -> usize {
    state.set(state.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
    let mut z = state.get();
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((z ^ (z >> 31)) >> 1).unwrap()
}

#[test]
fn broken_mail_is_explained_too() {
    let (zone, all, state) = (world(), messages(), Cell::new(1));
    if all.is_empty() {
        return;
    }
    for _ in 0..1500 {
        let mut octets = all[next(&state) % all.len()].1.clone();
        for _ in 0..4 {
            let at = next(&state) % octets.len().max(1);
            match next(&state) % 4 {
                0 => octets.truncate(at.max(octets.len() / 2)),
                1 => octets.splice(at..at, b"\x1b[2J<script>alert(1)</script>`*_".iter().copied()).for_each(drop),
                2 => octets.get_mut(at).into_iter().for_each(|octet| *octet = b"\n\r\0 <>:;@=\xff"[at % 11]),
                _ => drop(octets.drain(at..(at + 30).min(octets.len()))),
            }
        }
        let report = explain(&octets).in_zone(&zone);
        assert_is_shown_safely("mutated", &report);
        assert!(!report.to_markdown().replace('`', "").is_empty());
    }
}
