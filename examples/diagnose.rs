//! Diagnoses a domain and its sending addresses: why mail does not arrive, and what to change.
//!
//! ```text
//! cargo example diagnose                          a shipped case, offline
//! cargo example diagnose -- --case callout        another one
//! cargo example diagnose -- example.org --ip 192.0.2.1 --helo mx.example.org --selector s1
//! cargo example diagnose -- example.org --ip 192.0.2.1 --message returned.eml
//! cargo example diagnose -- example.org --ip 192.0.2.1 --nameserver 127.0.0.1:5353 --json
//! ```
//!
//! Exit status of a live diagnosis: 0 nothing found, 1 findings or unknowns, 2 could not run.

use std::error::Error;
use std::io::{IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deliverability_core::diagnosis::{Report, Verdict};
use deliverability_core::dns::{Answer, Deadline, DnsError, Hickory, Query, Resolver, Zone};
use deliverability_core::{Check, Diagnosis, dnsbl};
use lexopt::prelude::*;
use serde_json::Value;

const USAGE: &str = "\
usage: diagnose [--case NAME] [--json]
       diagnose DOMAIN [--ip ADDRESS]... [--helo NAME] [--selector NAME]...
                [--message FILE] [--nameserver ADDRESS:PORT] [--timeout SECONDS] [--no-lists] [--json]
cases: newsletter (the default), callout, internal-mta, accidental-spammer, spoofed-domain";

/// The messages of the shipped cases that have one, by domain.
const MESSAGES: &[(&str, &[u8])] = &[
    ("bakery.example", include_bytes!("cases/spoofed-domain/message.eml")),
    ("shop.example", include_bytes!("cases/newsletter/message.eml")),
];

/// The shipped cases: name, what was asked, the DNS at the time.
const CASES: &[(&str, &str, &str)] = &[
    ("newsletter", include_str!("cases/newsletter/case.json"), include_str!("cases/newsletter/zone.txt")),
    ("callout", include_str!("cases/callout/case.json"), include_str!("cases/callout/zone.txt")),
    ("internal-mta", include_str!("cases/internal-mta/case.json"), include_str!("cases/internal-mta/zone.txt")),
    (
        "accidental-spammer",
        include_str!("cases/accidental-spammer/case.json"),
        include_str!("cases/accidental-spammer/zone.txt"),
    ),
    ("spoofed-domain", include_str!("cases/spoofed-domain/case.json"), include_str!("cases/spoofed-domain/zone.txt")),
];

#[derive(Default)]
struct Args {
    domain: Option<String>,
    case: Option<String>,
    ips: Vec<IpAddr>,
    helo: Option<String>,
    selectors: Vec<String>,
    message: Option<PathBuf>,
    nameserver: Option<SocketAddr>,
    timeout: Option<u64>,
    no_lists: bool,
    json: bool,
}

fn main() -> ExitCode {
    match parse_args().and_then(|args| if args.domain.is_some() { live(&args) } else { shipped(&args) }) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("diagnose: {error}");
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
            Long("case") => args.case = Some(parser.value()?.string()?),
            Long("ip") => args.ips.push(address(&parser.value()?.string()?)?),
            Long("helo") => args.helo = Some(parser.value()?.string()?),
            Long("selector") => args.selectors.push(parser.value()?.string()?),
            Long("message") => args.message = Some(parser.value()?.into()),
            Long("nameserver") => args.nameserver = Some(name_server(&parser.value()?.string()?)?),
            Long("timeout") => args.timeout = Some(parser.value()?.parse()?),
            Long("no-lists") => args.no_lists = true,
            Long("json") => args.json = true,
            Long("help") | Short('h') => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(format!("{}\n{USAGE}", other.unexpected()).into()),
        }
    }
    Ok(args)
}

fn address(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| format!("--ip {text:?} is no IPv4 or IPv6 address, such as 192.0.2.1 or 2001:db8::1"))
}

fn name_server(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)))
        .map_err(|_| format!("--nameserver {text:?} is no address, such as 127.0.0.1:5353 or 192.0.2.53"))
}

/// A shipped case: no network, no set-up.
fn shipped(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let wanted = args.case.as_deref().unwrap_or("newsletter");
    let (_, case, zone) =
        CASES.iter().find(|(name, ..)| *name == wanted).ok_or_else(|| format!("no case {wanted:?}\n{USAGE}"))?;
    let case: Value = serde_json::from_str(case)?;
    let zone = zone_of(&case, zone)?;
    let report = diagnosis_of(&case)?.in_zone(&zone);
    if !args.json {
        println!("{}\n\n{}\n", text(&case["title"]), text(&case["story"]));
    }
    show(&report, args.json)?;
    Ok(ExitCode::SUCCESS)
}

fn zone_of(case: &Value, records: &str) -> Result<Zone, Box<dyn Error>> {
    let mut zone: Zone = records.parse()?;
    for failure in case["failures"].as_array().into_iter().flatten() {
        let query = Query::new(text(&failure["name"]).parse()?, text(&failure["type"]).parse()?);
        zone.fail(query, DnsError::from_word(text(&failure["error"])));
    }
    Ok(zone)
}

fn diagnosis_of(case: &Value) -> Result<Diagnosis, Box<dyn Error>> {
    let texts = |key: &str| case[key].as_array().into_iter().flatten().map(text).collect::<Vec<_>>();
    let zones = texts("lists");
    let named = |list: &&dnsbl::List| zones.contains(&list.zone().to_string().as_str());
    let lists: Vec<dnsbl::List> = dnsbl::catalogue().iter().filter(named).cloned().collect();
    let mut diagnosis = Diagnosis::of(text(&case["domain"]).parse()?).lists(&lists);
    for ip in texts("sending_ips") {
        diagnosis = diagnosis.sending_ip(ip.parse()?);
    }
    for selector in texts("selectors") {
        diagnosis = diagnosis.selector(selector);
    }
    if let Some((_, message)) = MESSAGES.iter().find(|(domain, _)| *domain == text(&case["domain"])) {
        diagnosis = diagnosis.message(message);
    }
    Ok(match case["helo"].as_str() {
        Some(helo) => diagnosis.helo(helo),
        None => diagnosis,
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Asks real name servers.
#[tokio::main(flavor = "current_thread")]
async fn live(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let domain = args.domain.as_deref().unwrap_or_default();
    if let Some((_, behind)) = domain.rsplit_once('@') {
        return Err(format!("{domain:?} is an address; give its domain: {behind}").into());
    }
    let mut diagnosis = Diagnosis::of(domain.parse().map_err(|error| format!("{domain:?} is no domain: {error}"))?);
    for ip in &args.ips {
        diagnosis = diagnosis.sending_ip(*ip);
    }
    for selector in &args.selectors {
        diagnosis = diagnosis.selector(selector);
    }
    if let Some(helo) = &args.helo {
        diagnosis = diagnosis.helo(helo);
    }
    if let Some(file) = &args.message {
        diagnosis = diagnosis.message(std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?);
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        diagnosis = diagnosis.at(now.as_secs());
    }
    if args.no_lists {
        diagnosis = diagnosis.lists(&[]);
    }
    let hickory = match args.nameserver {
        Some(server) => Hickory::with_name_servers([server])?,
        None => Hickory::system()?,
    };
    let resolver = Deadline::of(hickory, Duration::from_secs(args.timeout.unwrap_or(20)));
    let resolver = Progress { inner: resolver, answers: AtomicUsize::new(0) };
    let report = diagnosis.run(&resolver).await;
    resolver.clear();
    if report.answers().iter().all(|(_, answer)| answer.is_err()) {
        eprintln!("diagnose: the name server answered nothing; pass another one with --nameserver ADDRESS:PORT");
    }
    show(&report, args.json)?;
    Ok(if report.verdict() == Verdict::NothingFound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Prints the report; a reader that closes the pipe early is no error.
fn show(report: &Report, json: bool) -> std::io::Result<()> {
    let text = if json { report.to_json() + "\n" } else { report.to_string() };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Shows on a terminal how many answers have come.
struct Progress<R> {
    inner: R,
    answers: AtomicUsize,
}

#[async_trait::async_trait]
impl<R: Resolver> Resolver for Progress<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        let answer = self.inner.resolve(query).await;
        let answers = self.answers.fetch_add(1, Ordering::Relaxed) + 1;
        if std::io::stderr().is_terminal() {
            eprint!("\r{answers} answers");
            let _ = std::io::stderr().flush();
        }
        answer
    }
}

impl<R> Progress<R> {
    fn clear(&self) {
        if std::io::stderr().is_terminal() {
            eprint!("\r{:20}\r", "");
        }
    }
}
