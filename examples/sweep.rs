//! Asks blocklists about whole networks, with progress, and goes on where it was stopped.
//!
//! `cargo run --release --example sweep -- --name-server 127.0.0.1 --journal sweep.journal 198.51.100.0/24`
//!
//! Without arguments it sweeps an example network over a zone in memory. `--list` names the lists
//! to ask, of the catalogue or with the test points of RFC 5782; without it the default lists are
//! asked. What is found goes to standard output, progress to standard error. The first Ctrl-C
//! waits for what is under way, a second one does not; either way a later run with the same
//! journal asks no answered question again.

use std::io::{self, IsTerminal as _, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deliverability_core::dns::{Bulk, Resolver, Zone};
use deliverability_core::dnsbl::sweep::{Journal, Sweep};
use deliverability_core::dnsbl::{Kind, List, catalogue};
use deliverability_core::network::Network;
use futures_util::StreamExt as _;

const USAGE: &str = "usage: sweep [--name-server ADDRESS[:PORT]]... [--list ZONE]... [--journal FILE] \
    [--in-flight N] [--timeout SECONDS] [--all] ADDRESS|NETWORK...";

/// What is asked without arguments: two lists, one of which was emptied.
const EXAMPLE: &str = "2.0.0.127.bl.example A 127.0.0.2
77.100.51.198.bl.example A 127.0.0.4
77.100.51.198.bl.example TXT \"sent spam on Tuesday\"
nothing.emptied.example A 127.0.0.2";

type Fault = Box<dyn std::error::Error>;

#[derive(Default)]
struct Arguments {
    servers: Vec<SocketAddr>,
    lists: Vec<List>,
    networks: Vec<Network>,
    journal: Option<String>,
    in_flight: Option<usize>,
    timeout: Option<f64>,
    all: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<ExitCode, Fault> {
    let mut arguments = arguments()?;
    if arguments.networks.is_empty() && arguments.servers.is_empty() {
        arguments.networks.push("198.51.100.64/28".parse()?);
        arguments.lists = ["bl.example", "emptied.example"].map(list).into_iter().collect::<Result<_, _>>()?;
        return sweep(&arguments, Arc::new(EXAMPLE.parse::<Zone>()?)).await;
    }
    if arguments.networks.is_empty() || arguments.servers.is_empty() {
        return Err(USAGE.into());
    }
    let mut resolver = Bulk::with_name_servers(arguments.servers.iter().copied())?;
    if let Some(queries) = arguments.in_flight {
        resolver = resolver.in_flight(queries);
    }
    if let Some(seconds) = arguments.timeout {
        resolver = resolver.timeout(Duration::try_from_secs_f64(seconds)?);
    }
    let resolver = Arc::new(resolver);
    let code = sweep(&arguments, Arc::clone(&resolver)).await?;
    eprintln!("{} requests sent", resolver.sent());
    Ok(code)
}

async fn sweep<R: Resolver + 'static>(arguments: &Arguments, resolver: Arc<R>) -> Result<ExitCode, Fault> {
    let addresses = arguments.networks.clone().into_iter().flat_map(Network::addresses);
    let mut sweep = Sweep::of(addresses, resolver).in_flight(arguments.in_flight.unwrap_or(64).saturating_mul(2));
    if !arguments.lists.is_empty() {
        sweep = sweep.lists(arguments.lists.clone());
    }
    let mut journal = arguments.journal.as_ref().map(Journal::open).transpose()?;
    if let Some(journal) = &journal {
        eprintln!("{} cells are settled already", journal.settled());
        sweep = sweep.resume(journal);
    }
    let (mut output, mut shown) = (io::BufWriter::new(io::stdout().lock()), Meter::new());
    let mut interrupts = 0;
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    loop {
        tokio::select! {
            biased;
            _ = &mut interrupt => {
                interrupts += 1;
                if interrupts > 1 {
                    break;
                }
                eprintln!("\nstopping: waiting for what is under way");
                sweep.finish();
                interrupt = Box::pin(tokio::signal::ctrl_c());
            }
            cell = sweep.next() => {
                let Some(cell) = cell else { break };
                if let Some(journal) = &mut journal {
                    journal.keep(&cell)?;
                }
                if arguments.all || cell.is_listed() {
                    writeln!(output, "{cell}")?;
                }
                shown.show(&sweep.progress(), false);
            }
        }
    }
    output.flush()?;
    shown.show(&sweep.progress(), true);
    Ok(ExitCode::from(match (interrupts, sweep.progress().listed) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 130,
    }))
}

/// Shows progress once a second, on a terminal in place.
struct Meter {
    start: Instant,
    last: Instant,
    end: &'static str,
}

impl Meter {
    fn new() -> Self {
        let now = Instant::now();
        Self { start: now, last: now, end: if io::stderr().is_terminal() { "\r" } else { "\n" } }
    }

    fn show(&mut self, progress: &deliverability_core::dnsbl::sweep::Progress, is_last: bool) {
        if !is_last && self.last.elapsed() < Duration::from_secs(1) {
            return;
        }
        self.last = Instant::now();
        let rate = progress.settled as f64 / self.start.elapsed().as_secs_f64();
        let end = if is_last { "\n" } else { self.end };
        eprint!(
            "{} settled, {} listed, {} unknown, {} passed over, {rate:.0} a second{end}",
            progress.settled, progress.listed, progress.unknown, progress.resumed
        );
    }
}

fn arguments() -> Result<Arguments, Fault> {
    use lexopt::Arg::{Long, Value};
    let mut given = lexopt::Parser::from_env();
    let mut arguments = Arguments::default();
    while let Some(argument) = given.next()? {
        match argument {
            Long("name-server") => arguments.servers.push(server(&text(given.value()?)?)?),
            Long("list") => arguments.lists.push(list(&text(given.value()?)?)?),
            Long("journal") => arguments.journal = Some(text(given.value()?)?),
            Long("in-flight") => arguments.in_flight = Some(text(given.value()?)?.parse()?),
            Long("timeout") => arguments.timeout = Some(text(given.value()?)?.parse()?),
            Long("all") => arguments.all = true,
            Long("help") => return Err(USAGE.into()),
            Value(network) => arguments.networks.push(text(network)?.parse()?),
            other => return Err(format!("{}\n{USAGE}", other.unexpected()).into()),
        }
    }
    Ok(arguments)
}

fn text(value: std::ffi::OsString) -> Result<String, Fault> {
    value.into_string().map_err(|value| format!("{} is not text", value.display()).into())
}

fn server(text: &str) -> Result<SocketAddr, Fault> {
    match text.parse::<IpAddr>() {
        Ok(ip) => Ok(SocketAddr::new(ip, 53)),
        Err(_) => Ok(text.parse()?),
    }
}

/// A list of the catalogue; another zone is taken for one with the test points of RFC 5782 §5.
fn list(zone: &str) -> Result<List, Fault> {
    let zone = zone.parse()?;
    let known = catalogue().iter().find(|list| *list.zone() == zone).cloned();
    Ok(known.unwrap_or_else(|| List::new(zone, Kind::Ip).with_rfc_test_points()))
}
