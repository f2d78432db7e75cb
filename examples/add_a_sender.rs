//! Authorizes a sender in a domain's SPF record: the exact record to publish, and the proof that it
//! changes nothing else.
//!
//! ```text
//! cargo example add_a_sender                                        a shipped case, offline
//! cargo example add_a_sender -- example.org 192.0.2.7               asks real name servers
//! cargo example add_a_sender -- example.org 192.0.2.0/24
//! cargo example add_a_sender -- example.org include:_spf.example.net
//! cargo example add_a_sender -- example.org a:app.example.org
//! ```

use std::error::Error;
use std::net::IpAddr;

use deliverability_core::dns::{Hickory, Zone};
use deliverability_core::network::Network;
use deliverability_core::spf::{Rewriter, Sender};
use deliverability_core::{Check, DomainName};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            let zone: Zone = include_str!("cases/newsletter/zone.txt").parse()?;
            println!("shop.example, whose newsletter comes from 203.0.113.10:\n");
            wish("shop.example", "203.0.113.10")?.in_zone(&zone)
        }
        [domain, sender] => live(&wish(domain, sender)?)?,
        _ => return Err("usage: add_a_sender [DOMAIN ADDRESS | NETWORK | a:HOST | include:DOMAIN]".into()),
    };
    let rewrite = outcome?;
    if rewrite.changes().is_empty() {
        println!("That sender passes already.");
    }
    println!("{rewrite}");
    Ok(())
}

fn wish(domain: &str, sender: &str) -> Result<Rewriter, Box<dyn Error>> {
    Ok(Rewriter::of(domain.parse()?).authorize(parse_sender(sender)?))
}

fn parse_sender(text: &str) -> Result<Sender, Box<dyn Error>> {
    if let Some(name) = text.strip_prefix("include:") {
        return Ok(Sender::Include(name.parse::<DomainName>()?));
    }
    if let Some(name) = text.strip_prefix("a:") {
        return Ok(Sender::Host(name.parse::<DomainName>()?));
    }
    let Some((address, prefix)) = text.split_once('/') else { return Ok(Sender::Address(text.parse::<IpAddr>()?)) };
    let network = Network::new(address.parse()?, prefix.parse()?);
    Ok(Sender::Network(network.ok_or_else(|| format!("{text}: the prefix is too long"))?))
}

#[tokio::main(flavor = "current_thread")]
async fn live(rewriter: &Rewriter) -> Result<<Rewriter as Check>::Outcome, Box<dyn Error>> {
    Ok(rewriter.run(&Hickory::system()?).await)
}
