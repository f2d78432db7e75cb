//! Explains why SPF gives its result for a client: the way taken, what decided, what would have to
//! change, and the Received-SPF field that a receiver would write.
//!
//! ```text
//! cargo example explain_a_fail                                     a shipped zone, offline
//! cargo example explain_a_fail -- 198.51.100.7 amy@shop.example    another client or sender in it
//! cargo example explain_a_fail -- 192.0.2.1 amy@example.org --helo mx.example.org --nameserver 127.0.0.1:5353
//! ```

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use deliverability_core::Check;
use deliverability_core::dns::{Deadline, Driver, Hickory, Known, Zone};
use deliverability_core::spf::{self, CheckHost, Evaluation};
use lexopt::prelude::*;

const USAGE: &str = "usage: explain_a_fail [ADDRESS SENDER] [--helo NAME] [--nameserver ADDRESS:PORT]";

/// The zone of the shipped case `newsletter`: an application server sends that nobody authorized.
const ZONE: &str = include_str!("cases/newsletter/zone.txt");

struct Args {
    ip: IpAddr,
    sender: String,
    helo: String,
    nameserver: Option<SocketAddr>,
}

fn main() -> ExitCode {
    match parse_args().and_then(|args| explain(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("explain_a_fail: {error}");
            ExitCode::from(2)
        }
    }
}

fn parse_args() -> Result<Args, Box<dyn Error>> {
    let (mut words, mut helo, mut nameserver) = (Vec::new(), "app.shop.example".to_owned(), None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(word) if words.len() < 2 => words.push(word.string()?),
            Long("helo") => helo = parser.value()?.string()?,
            Long("nameserver") => {
                let text = parser.value()?.string()?;
                let no_address = |_| format!("--nameserver {text:?} is no address, such as 127.0.0.1:5353");
                nameserver = Some(text.parse().map_err(no_address)?);
            }
            Long("help") | Short('h') => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(format!("{}\n{USAGE}", other.unexpected()).into()),
        }
    }
    let (ip, sender) = match <[String; 2]>::try_from(words) {
        Ok([ip, sender]) => (ip, sender),
        Err(words) if words.is_empty() => ("203.0.113.10".into(), "newsletter@shop.example".into()),
        Err(_) => return Err(format!("an address and a sender are expected\n{USAGE}").into()),
    };
    let ip = ip.parse().map_err(|_| format!("{ip:?} is no address, such as 192.0.2.1 or 2001:db8::1"))?;
    Ok(Args { ip, sender, helo, nameserver })
}

fn explain(args: &Args) -> Result<(), Box<dyn Error>> {
    let check = CheckHost::new(args.ip, &args.sender).helo(&args.helo);
    match args.nameserver {
        None => {
            let zone: Zone = ZONE.parse()?;
            show(&check.in_zone(&zone), &zone);
        }
        Some(server) => live(&check, server)?,
    }
    Ok(())
}

/// Asks a real name server; the driver gives back the answers that the words come from.
#[tokio::main(flavor = "current_thread")]
async fn live(check: &CheckHost, server: SocketAddr) -> Result<(), Box<dyn Error>> {
    let resolver = Deadline::of(Hickory::with_name_servers([server])?, Duration::from_secs(20));
    let (evaluation, answers) = Driver::default().drive(check, &resolver).await;
    show(&evaluation, &answers);
    Ok(())
}

fn show(evaluation: &Evaluation, known: &dyn Known) {
    println!("{}\n", spf::explain(evaluation, known));
    println!("{}", spf::received_spf(evaluation, "mx.receiver.example"));
    println!("Authentication-Results: mx.receiver.example; {}", evaluation.authentication_result());
}
