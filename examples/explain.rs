//! Explains a returned mail, an SMTP reply or a log line: the cause, whether it is so now, and the fix.
//!
//! ```text
//! cargo example explain                           a shipped case, offline
//! cargo example explain -- --case spoofed-domain  another one
//! cargo example explain -- returned.eml           asks live DNS; - reads standard input
//! cargo example explain -- returned.eml --zone zone.txt --markdown
//! cargo example explain -- returned.eml --domain example.org --ip 192.0.2.1 --nameserver 127.0.0.1:5353 --json
//! ```
//!
//! Exit status: 0 nothing found, 1 findings or unknowns, 2 could not run; of a shipped case 0.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use deliverability_core::diagnosis::{Explain, Report, Verdict};
use deliverability_core::dns::{Deadline, Hickory, Zone};
use deliverability_core::{Check, dnsbl};
use lexopt::prelude::*;

const USAGE: &str = "\
usage: explain [--case NAME] [--json | --markdown]
       explain FILE|- [--zone FILE | --nameserver ADDRESS:PORT] [--domain NAME] [--ip ADDRESS]... [--helo NAME]
               [--timeout SECONDS] [--no-lists] [--json | --markdown]
cases: accidental-spammer (the default), newsletter, callout, internal-mta, spoofed-domain";

/// The shipped cases: name, what came back, the DNS at the time.
const CASES: &[(&str, &[u8], &str)] = &[
    (
        "accidental-spammer",
        include_bytes!("cases/accidental-spammer/returned.eml"),
        include_str!("cases/accidental-spammer/zone.txt"),
    ),
    ("newsletter", include_bytes!("cases/newsletter/returned.log"), include_str!("cases/newsletter/zone.txt")),
    ("callout", include_bytes!("cases/callout/returned.eml"), include_str!("cases/callout/zone.txt")),
    ("internal-mta", include_bytes!("cases/internal-mta/returned.eml"), include_str!("cases/internal-mta/zone.txt")),
    (
        "spoofed-domain",
        include_bytes!("cases/spoofed-domain/returned.eml"),
        include_str!("cases/spoofed-domain/zone.txt"),
    ),
];

/// The lists that the zones of these cases answer for; those of the others answer for none.
const LISTS: &[(&str, &[&str])] =
    &[("accidental-spammer", &["zen.spamhaus.org", "bl.spamcop.net"]), ("spoofed-domain", &["bl.spamcop.net"])];

#[derive(Default)]
struct Args {
    file: Option<String>,
    case: Option<String>,
    zone: Option<String>,
    domain: Option<String>,
    ips: Vec<IpAddr>,
    helo: Option<String>,
    nameserver: Option<SocketAddr>,
    timeout: Option<u64>,
    no_lists: bool,
    json: bool,
    markdown: bool,
}

fn main() -> ExitCode {
    let run = |args: Args| match (&args.file, &args.zone) {
        (None, _) => shipped(&args),
        (Some(_), Some(_)) => offline(&args),
        (Some(_), None) => live(&args),
    };
    parse_args().and_then(run).unwrap_or_else(|error| {
        eprintln!("explain: {error}");
        ExitCode::from(2)
    })
}

fn parse_args() -> Result<Args, Box<dyn Error>> {
    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(file) if args.file.is_none() => args.file = Some(file.string()?),
            Long("case") => args.case = Some(parser.value()?.string()?),
            Long("zone") => args.zone = Some(parser.value()?.string()?),
            Long("domain") => args.domain = Some(parser.value()?.string()?),
            Long("ip") => args.ips.push(parser.value()?.parse()?),
            Long("helo") => args.helo = Some(parser.value()?.string()?),
            Long("nameserver") => args.nameserver = Some(parser.value()?.parse()?),
            Long("timeout") => args.timeout = Some(parser.value()?.parse()?),
            Long("no-lists") => args.no_lists = true,
            Long("json") => args.json = true,
            Long("markdown") => args.markdown = true,
            Long("help") | Short('h') => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(format!("{}\n{USAGE}", other.unexpected()).into()),
        }
    }
    Ok(args)
}

/// A shipped case: no network, no set-up.
fn shipped(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let wanted = args.case.as_deref().unwrap_or("accidental-spammer");
    let (_, returned, zone) =
        CASES.iter().find(|(name, ..)| *name == wanted).ok_or_else(|| format!("no case {wanted:?}\n{USAGE}"))?;
    let zones = LISTS.iter().find(|(name, _)| *name == wanted).map_or(&[] as &[&str], |(_, zones)| zones);
    let lists: Vec<dnsbl::List> = zones
        .iter()
        .filter_map(|zone| match dnsbl::known(zone) {
            Some(dnsbl::KnownList::Active(list)) => Some(list.clone()),
            _ => None,
        })
        .collect();
    let zone: Zone = zone.parse()?;
    show(&Explain::of(returned).lists(&lists).in_zone(&zone), args)?;
    Ok(ExitCode::SUCCESS)
}

/// A file, with the answers of a zone file.
fn offline(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let zone: Zone = std::fs::read_to_string(args.zone.as_deref().unwrap_or_default())?.parse()?;
    let report = explanation(args)?.in_zone(&zone);
    show(&report, args)?;
    Ok(status(&report))
}

/// A file, with the answers of real name servers.
#[tokio::main(flavor = "current_thread")]
async fn live(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let explanation = explanation(args)?;
    let hickory = match args.nameserver {
        Some(server) => Hickory::with_name_servers([server])?,
        None => Hickory::system()?,
    };
    let resolver = Deadline::of(hickory, Duration::from_secs(args.timeout.unwrap_or(20)));
    let report = explanation.run(&resolver).await;
    show(&report, args)?;
    Ok(status(&report))
}

fn explanation(args: &Args) -> Result<Explain, Box<dyn Error>> {
    let mut explain = Explain::of(read(args.file.as_deref().unwrap_or_default())?);
    if let Some(domain) = &args.domain {
        explain = explain.domain(domain.parse().map_err(|error| format!("{domain:?} is no domain: {error}"))?);
    }
    for ip in &args.ips {
        explain = explain.sending_ip(*ip);
    }
    if let Some(helo) = &args.helo {
        explain = explain.helo(helo);
    }
    Ok(if args.no_lists { explain.lists(&[]) } else { explain })
}

fn read(file: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut octets = Vec::new();
    if file == "-" {
        std::io::stdin().read_to_end(&mut octets)?;
        return Ok(octets);
    }
    std::fs::read(file).map_err(|error| format!("{file}: {error}").into())
}

fn status(report: &Report) -> ExitCode {
    if report.verdict() == Verdict::NothingFound { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Prints the report; a reader that closes the pipe early is no error.
fn show(report: &Report, args: &Args) -> std::io::Result<()> {
    let text = if args.json {
        report.to_json() + "\n"
    } else if args.markdown {
        report.to_markdown()
    } else {
        report.to_string()
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
