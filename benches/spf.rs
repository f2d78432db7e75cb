//! SPF: reading records, and `check_host()` over a zone and through `run` with a resolver that is
//! always ready.

use deliverability_benches::{EXISTS, MX, PLAIN, TREE, hostile};
use deliverability_core::Check;
use deliverability_core::dns::Zone;
use deliverability_core::spf::{CheckHost, Record};
use divan::{Bencher, black_box};
use futures_util::FutureExt as _;

fn main() {
    divan::main();
}

const SHORT: &str = "v=spf1 ip4:192.0.2.0/24 include:_spf.example.com mx -all";

fn long() -> String {
    let networks: String = (0..22).map(|n| format!("ip4:198.51.{n}.0/24 ")).collect();
    format!("v=spf1 {networks}include:_spf.example.com include:spf.example.net a mx:mail.example.org ~all")
}

#[divan::bench(args = ["short", "long"])]
fn parse(bencher: Bencher<'_, '_>, length: &str) {
    let record = if length == "short" { SHORT.to_owned() } else { long() };
    bencher.bench(|| Record::parse(black_box(record.as_bytes())));
}

const CASES: [&str; 5] = ["plain.test", "tree.test", "exists.test", "mx.test", "hostile.test"];

fn zone(domain: &str) -> Zone {
    let text = match domain {
        "plain.test" => PLAIN.to_owned(),
        "tree.test" => TREE.to_owned(),
        "exists.test" => EXISTS.to_owned(),
        "mx.test" => MX.to_owned(),
        _ => hostile(),
    };
    text.parse().expect("a zone")
}

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
