//! What would change for the senders that matter if an SPF record were published.
//!
//! ```text
//! cargo example what_if_i_publish                   a shipped case, offline
//! cargo example what_if_i_publish -- example.org "v=spf1 mx -all" 192.0.2.1 198.51.100.7
//! ```
//!
//! With arguments it asks real name servers: the domain, the record, and the senders' addresses.

use std::error::Error;
use std::net::IpAddr;

use deliverability_core::Check;
use deliverability_core::dns::{Hickory, Zone};
use deliverability_core::spf::{CheckHost, Compared, RecordChange, WhatIf};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let compared = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            let zone: Zone = include_str!("cases/newsletter/zone.txt").parse()?;
            let record = "v=spf1 ip4:203.0.113.10 -all";
            println!("shop.example, if it published only its application server, {record}:\n");
            what_if("shop.example", record, &["203.0.113.10", "198.51.100.25", "192.0.2.1"])?.in_zone(&zone)
        }
        [domain, record, ips @ ..] if !ips.is_empty() => live(&what_if(domain, record, ips)?)?,
        _ => return Err("usage: what_if_i_publish [DOMAIN RECORD ADDRESS...]".into()),
    };
    for verdict in compared.verdicts() {
        println!("{}{verdict}", if verdict.is_changed() { "! " } else { "  " });
    }
    match compared.changed().count() {
        0 => println!("\nNo verdict changes."),
        changed => println!("\n{changed} of {} verdicts change.", compared.verdicts().len()),
    }
    Ok(())
}

fn what_if(domain: &str, record: &str, ips: &[&str]) -> Result<WhatIf, Box<dyn Error>> {
    let ips: Vec<IpAddr> = ips.iter().map(|ip| ip.parse()).collect::<Result<_, _>>()?;
    let senders = ips.into_iter().map(|ip| CheckHost::new(ip, format!("postmaster@{domain}")));
    Ok(WhatIf::of(senders).publish(RecordChange::publish(domain.parse()?, record)))
}

#[tokio::main(flavor = "current_thread")]
async fn live(what_if: &WhatIf) -> Result<Compared, Box<dyn Error>> {
    Ok(what_if.run(&Hickory::system()?).await)
}
