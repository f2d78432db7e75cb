//! Diagnoses a sender through a resolver inside its network and one outside, and shows where they
//! part: why all looks right from the server itself, and mail fails all the same.
//!
//! ```text
//! cargo example compare_inside_and_outside               the inside mail server's case, offline
//! cargo example compare_inside_and_outside -- example.org --ip 192.0.2.1 --helo mx.example.org \
//!     --inside 10.0.0.53 --outside 192.0.2.53
//! ```
//!
//! Exit status: 0 the same answers, 1 they differ or it is not known, 2 could not run.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use deliverability_core::diagnosis::SplitHorizon;
use deliverability_core::dns::{Deadline, Hickory, Zone};
use deliverability_core::{Check, Diagnosis};
use lexopt::prelude::*;
use serde_json::Value;

const USAGE: &str = "usage: compare_inside_and_outside \
                     [DOMAIN [--ip ADDRESS]... [--helo NAME] --inside SERVER --outside SERVER]";

const CASE: &str = include_str!("cases/internal-mta/case.json");
const INSIDE: &str = include_str!("cases/internal-mta/inside.zone.txt");
const OUTSIDE: &str = include_str!("cases/internal-mta/zone.txt");

#[derive(Default)]
struct Args {
    domain: Option<String>,
    ips: Vec<IpAddr>,
    helo: Option<String>,
    inside: Option<SocketAddr>,
    outside: Option<SocketAddr>,
}

fn main() -> ExitCode {
    match parse_args().and_then(|args| if args.domain.is_some() { live(&args) } else { shipped() }) {
        Ok(horizon) => {
            print!("{horizon}");
            if horizon.is_split().is_no() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            eprintln!("compare_inside_and_outside: {error}");
            ExitCode::from(2)
        }
    }
}

fn parse_args() -> Result<Args, Box<dyn Error>> {
    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(domain) if args.domain.is_none() => args.domain = Some(domain.string()?),
            Long("ip") => args.ips.push(parser.value()?.parse()?),
            Long("helo") => args.helo = Some(parser.value()?.string()?),
            Long("inside") => args.inside = Some(server(&parser.value()?.string()?)?),
            Long("outside") => args.outside = Some(server(&parser.value()?.string()?)?),
            Long("help") | Short('h') => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(format!("{}\n{USAGE}", other.unexpected()).into()),
        }
    }
    Ok(args)
}

fn server(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)))
        .map_err(|_| format!("{text:?} is no name server's address, such as 192.0.2.53 or 127.0.0.1:5353"))
}

/// The shipped case: no network, no set-up.
fn shipped() -> Result<SplitHorizon, Box<dyn Error>> {
    let case: Value = serde_json::from_str(CASE)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut diagnosis = Diagnosis::of(text(&case["domain"]).parse()?).helo(text(&case["helo"])).lists(&[]);
    for ip in case["sending_ips"].as_array().into_iter().flatten() {
        diagnosis = diagnosis.sending_ip(text(ip).parse()?);
    }
    println!("{}\n\n{}\n", text(&case["title"]), text(&case["story"]));
    let (inside, outside): (Zone, Zone) = (INSIDE.parse()?, OUTSIDE.parse()?);
    Ok(SplitHorizon::of(&diagnosis.in_zone(&inside), &diagnosis.in_zone(&outside)))
}

/// Asks both name servers; the lists are left out, since they answer by who asks.
#[tokio::main(flavor = "current_thread")]
async fn live(args: &Args) -> Result<SplitHorizon, Box<dyn Error>> {
    let (Some(inside), Some(outside)) = (args.inside, args.outside) else { return Err(USAGE.into()) };
    let mut diagnosis = Diagnosis::of(args.domain.as_deref().unwrap_or_default().parse()?).lists(&[]);
    for ip in &args.ips {
        diagnosis = diagnosis.sending_ip(*ip);
    }
    if let Some(helo) = &args.helo {
        diagnosis = diagnosis.helo(helo);
    }
    let through = |server| -> Result<_, Box<dyn Error>> {
        Ok(Deadline::of(Hickory::with_name_servers([server])?, Duration::from_secs(20)))
    };
    let (inside, outside) = (through(inside)?, through(outside)?);
    Ok(SplitHorizon::of(&diagnosis.run(&inside).await, &diagnosis.run(&outside).await))
}
