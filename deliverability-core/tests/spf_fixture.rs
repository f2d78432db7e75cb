//! Real domains: the published records of 582 domains, chosen for depth, limits, errors, macros
//! and loops, with all that they lead to.
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

use std::collections::BTreeMap;
use std::net::IpAddr;

use deliverability_core::dns::{RecordData, Text, Zone};
use deliverability_core::spf::{self, CauseKind, CheckHost, Evaluation, Mechanism, Record, is_spf_record};
use deliverability_core::{Check as _, DomainName};
use serde_json::Value;

#[test]
fn every_domain_has_one_verdict_from_every_driver() {
    let Some((zone, domains)) = published::fixture() else { return };
    let mut distribution = BTreeMap::<_, usize>::new();
    for (n, domain) in domains.iter().enumerate() {
        for ip in clients(&zone, domain) {
            let check = CheckHost::new(ip, format!("amy@{domain}")).helo("mx.example.org");
            let evaluation = drivers::all_agree(&check, &zone, n as u64);
            assert!(evaluation.trace().ledger().lookups() <= 10, "{domain}");
            assert_explained(&evaluation, &zone);
            *distribution.entry(evaluation.result()).or_default() += 1;
        }
    }
    assert_eq!(domains.len(), 582);
    eprintln!("{distribution:?}");
}

#[test]
fn every_record_prints_back() {
    let Some((zone, _)) = published::fixture() else { return };
    let (mut good, mut bad) = (0, 0);
    for text in spf_texts(&zone) {
        match Record::parse(text.bytes()) {
            Ok(record) => {
                good += 1;
                assert_eq!(record.to_string().parse(), Ok(record), "{text}");
            }
            Err(error) => {
                bad += 1;
                assert!(error.span.end <= text.bytes().len() && !error.to_string().is_empty(), "{text}");
            }
        }
    }
    assert!(good > 1000 && bad > 50, "{good} records parse, {bad} do not");
}

#[test]
fn what_others_call_fatal_does_not_parse() {
    let Some((zone, _)) = published::fixture() else { return };
    let malformed: Vec<String> = zone
        .records()
        .filter_map(|(_, data)| if let RecordData::Txt(text) = data { Some(text) } else { None })
        .filter(|text| Record::parse(text.bytes()).is_err())
        .map(|text| text.to_text().into_owned())
        .collect();
    for entry in fixture_domains() {
        for error in entry["hard_errors"].as_array().unwrap() {
            // A kind, and mostly the text that is wrong. RFC 7208 §6 makes `include=a.test` a
            // modifier that is not known: useless, which is a linter's business, but well-formed.
            let Some(token) = error[1].as_str().filter(|_| error[0] != "equals-instead-of-colon") else { continue };
            assert!(malformed.iter().any(|text| text.contains(token)), "{}: {error}", entry["domain"]);
        }
    }
}

#[test]
fn no_domain_is_malformed_here_alone() {
    let Some((zone, _)) = published::fixture() else { return };
    for entry in fixture_domains().filter(|entry| entry["hard_errors"] == serde_json::json!([])) {
        let domain = entry["domain"].as_str().unwrap();
        let evaluation = CheckHost::new("203.0.113.77".parse().unwrap(), format!("amy@{domain}")).in_zone(&zone);
        let cause = evaluation.cause();
        assert!(!matches!(cause.kind(), CauseKind::Syntax(_)), "{domain}: {cause}");
    }
}

/// Every term of every record walked has its step, and what is noted of it reads back.
fn assert_explained(evaluation: &Evaluation, zone: &Zone) {
    let explanation = spf::explain(evaluation, zone);
    let terms = evaluation.trace().visits().iter().filter_map(|visit| visit.record()).map(|record| record.terms.len());
    let steps = evaluation.trace().visits().len() + terms.sum::<usize>();
    assert_eq!(explanation.steps().len(), steps, "{explanation}");
    let shown = explanation.to_string();
    assert!(!shown.contains("not at hand") && explanation.otherwise().iter().all(|way| way.len() > 20), "{shown}");
    let field = spf::received_spf(evaluation, "mx.example.net");
    assert_eq!(field.to_string().parse().as_ref(), Ok(&field), "{field}");
}

/// An address that no one lists, and up to two that the domain's own record names.
fn clients(zone: &Zone, domain: &DomainName) -> Vec<IpAddr> {
    let mut clients: Vec<IpAddr> = vec!["203.0.113.77".parse().unwrap(), "2001:db8::77".parse().unwrap()];
    let answer = zone.answer(&deliverability_core::dns::Query::txt(domain.clone()));
    let records = answer.ok().into_iter().flat_map(|response| response.texts().cloned().collect::<Vec<_>>());
    let records = records.filter_map(|text| Record::parse(text.bytes()).ok());
    let networks = records.flat_map(|record| record.directives().map(|d| d.mechanism.clone()).collect::<Vec<_>>());
    clients
        .extend(networks.filter_map(|m| if let Mechanism::Ip4(net) = m { Some(net.address()) } else { None }).take(2));
    clients
}

fn spf_texts(zone: &Zone) -> impl Iterator<Item = &Text> {
    zone.records()
        .filter_map(|(_, data)| if let RecordData::Txt(text) = data { Some(text) } else { None })
        .filter(|text| is_spf_record(text.bytes()))
}

fn fixture_domains() -> impl Iterator<Item = Value> {
    published::lines("fixture_domains.jsonl").unwrap().into_iter()
}
