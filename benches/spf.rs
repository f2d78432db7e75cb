//! SPF: reading records, and `check_host()` over a zone and through `run` with a resolver that is
//! always ready.

use deliverability_benches::{LONG, SHORT, zone};
use deliverability_core::Check;
use deliverability_core::spf::{CheckHost, Record};
use divan::{Bencher, black_box};
use futures_util::FutureExt as _;

fn main() {
    divan::main();
}

#[divan::bench(args = [SHORT.len(), LONG.len()])]
fn parse(bencher: Bencher<'_, '_>, length: usize) {
    let record = if length == SHORT.len() { SHORT } else { LONG };
    bencher.bench(|| Record::parse(black_box(record.as_bytes())));
}

/// The last four are the most that hostile records buy.
const CASES: [&str; 8] =
    ["plain.test", "tree.test", "exists.test", "mx.test", "hostile.test", "terms.test", "macros.test", "ptr.test"];

fn check(domain: &str) -> CheckHost {
    CheckHost::new([192, 0, 2, 1].into(), format!("amy@{domain}")).helo("mx.example.net")
}

#[divan::bench(args = CASES)]
fn in_zone(bencher: Bencher<'_, '_>, domain: &str) {
    let zone = zone(domain);
    bencher.bench(|| check(black_box(domain)).in_zone(&zone));
}

#[divan::bench(args = CASES)]
fn run(bencher: Bencher<'_, '_>, domain: &str) {
    let zone = zone(domain);
    bencher.bench(|| check(black_box(domain)).run(&zone).now_or_never().expect("always ready"));
}
