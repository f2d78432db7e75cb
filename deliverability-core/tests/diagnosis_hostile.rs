//! Cases and zones that nobody would write in good faith, and some that people do: a diagnosis
//! stays bounded, and proposes nothing that harms (DESIGN §6, §10).
#![cfg(feature = "zone-file")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::cell::Cell;
use std::net::IpAddr;

use deliverability_core::diagnosis::{Finding, Proven, Report};
use deliverability_core::dns::{Answer, Known, Query, Zone};
use deliverability_core::{Check, Diagnosis, RuleId, Step};

fn case(domain: &str) -> Diagnosis {
    Diagnosis::of(domain.parse().unwrap()).lists(&[])
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn found(report: &Report, rule: RuleId) -> &Finding {
    report.findings().iter().find(|found| found.rule == rule).unwrap_or_else(|| panic!("no {rule} in\n{report}"))
}

/// The changes of a remedy: where, and the new record.
fn changes(finding: &Finding) -> Vec<String> {
    let shown = |change: &deliverability_core::diagnosis::Change| {
        let new = change.new.as_ref().map_or_else(|| "gone".to_owned(), ToString::to_string);
        format!("{} {} {new}", change.name, change.record_type())
    };
    finding.remedy.changes.iter().map(shown).collect()
}

/// Counts what is read.
struct Counted<'a> {
    zone: &'a Zone,
    reads: Cell<usize>,
}

impl Known for Counted<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        self.reads.set(self.reads.get() + 1);
        self.zone.get(query)
    }
}

#[test]
fn a_diagnosis_reads_in_proportion_to_its_addresses() {
    // DESIGN §10: every address is refused and has no PTR, so each has remedies to be tried.
    let zone: Zone = "e.test TXT \"v=spf1 mx -all\"\ne.test MX 1 mx.e.test\nmx.e.test A 192.0.2.1".parse().unwrap();
    let reads = |addresses: u8| {
        let known = Counted { zone: &zone, reads: Cell::new(0) };
        let case =
            (0..addresses).fold(case("e.test").helo("mx.e.test"), |case, n| case.sending_ip([198, 51, 100, n].into()));
        let Step::Done(report) = case.step(&known) else { panic!("a zone knows everything") };
        assert_eq!(
            report.findings().iter().filter(|found| found.remedy.proven == Proven::Yes).count(),
            2 * usize::from(addresses)
        );
        known.reads.get()
    };
    assert!(reads(80) < 5 * reads(20), "{} reads of 20 addresses, {} of 80", reads(20), reads(80));
}
