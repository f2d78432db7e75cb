//! A whole diagnosis over recorded answers, with the default lists and without.

use deliverability_core::dns::{Answers, Driver, Zone};
use deliverability_core::{Check, Diagnosis, dnsbl};
use divan::Bencher;
use futures_util::FutureExt as _;

fn main() {
    divan::main();
}

const ZONE: &str = include_str!("../examples/cases/newsletter/zone.txt");

fn diagnosis(lists: &[dnsbl::List]) -> Diagnosis {
    Diagnosis::of("shop.example".parse().expect("a name"))
        .sending_ip([203, 0, 113, 10].into())
        .sending_ip([198, 51, 100, 25].into())
        .helo("app.shop.example")
        .selector("s1")
        .lists(lists)
}

fn recorded(diagnosis: &Diagnosis) -> Answers {
    let zone: Zone = ZONE.parse().expect("a zone");
    Driver::default().drive(diagnosis, &zone).now_or_never().expect("always ready").1
}

#[divan::bench(args = [0, 20])]
fn replay(bencher: Bencher<'_, '_>, lists: usize) {
    let diagnosis = diagnosis(&dnsbl::default_lists()[..lists]);
    let answers = recorded(&diagnosis);
    bencher.bench(|| diagnosis.replay(&answers));
}

#[divan::bench]
fn render_text(bencher: Bencher<'_, '_>) {
    let diagnosis = diagnosis(&[]);
    let report = diagnosis.replay(&recorded(&diagnosis));
    bencher.bench(|| report.to_string());
}

#[divan::bench]
fn render_json(bencher: Bencher<'_, '_>) {
    let diagnosis = diagnosis(&[]);
    let report = diagnosis.replay(&recorded(&diagnosis));
    bencher.bench(|| report.to_json());
}
