use deliverability_core::dns::{RecordData, Zone};
use deliverability_core::{Check, Diagnosis};
use std::time::Instant;
fn time(label: &str, case: &Diagnosis, zone: &Zone) {
    let t = Instant::now();
    let r = case.in_zone(zone);
    let one = t.elapsed();
    let text = r.to_string().len();
    let json = r.to_json().len();
    println!(
        "{label}: {one:?} text {text} json {json} findings {} {:?}",
        r.findings().len(),
        r.findings().iter().find_map(|f| f.remedy.proof.clone())
    );
    let t = Instant::now();
    let _ = case.in_zone(zone);
    println!("   again {:?}", t.elapsed());
}
fn main_zone(record: &str) -> Zone {
    let mut z = Zone::new();
    z.insert("e.test".parse().unwrap(), RecordData::Txt(record.into()));
    z
}
#[test]
fn perf() {
    let base = || Diagnosis::of("e.test".parse().unwrap()).lists(&[]);
    for n in [1u32, 20, 80, 200, 1000] {
        let case = (0..n).fold(base(), |c, i| {
            c.sending_ip(std::net::IpAddr::from(std::net::Ipv4Addr::from_bits(0xcb00_0000 + i * 3)))
        });
        time(&format!("{n} addresses"), &case, &main_zone("v=spf1 -all"));
    }
    for n in [100u32, 1000, 2000, 4000] {
        let nets: String = (0..n).map(|i| format!("ip4:{} ", std::net::Ipv4Addr::from_bits(i * 7))).collect();
        time(
            &format!("{n} networks"),
            &base().sending_ip("203.0.113.9".parse().unwrap()),
            &main_zone(&format!("v=spf1 {nets}-all")),
        );
    }
    // many includes with exists by address: 3^n ways
    let mut z =
        main_zone(&format!("v=spf1 {}-all", (0..9).map(|i| format!("exists:%{{i}}.x{i}.test ")).collect::<String>()));
    z.insert("x.test".parse().unwrap(), RecordData::Txt("x".into()));
    time("9 exists", &base().sending_ip("203.0.113.9".parse().unwrap()), &z);
    let many: String = (0..30).map(|i| format!("include:i{i}.e.test ")).collect();
    let mut z = main_zone(&format!("v=spf1 {many}-all"));
    for i in 0..30u32 {
        let nets: String =
            (0..60u32).map(|k| format!("ip4:{} ", std::net::Ipv4Addr::from_bits(i * 100_000 + k * 7))).collect();
        z.insert(
            format!("i{i}.e.test").parse().unwrap(),
            RecordData::Txt(format!("v=spf1 {nets}-all").as_str().into()),
        );
    }
    time("30 own includes", &base().sending_ip("203.0.113.9".parse().unwrap()), &z);
}
