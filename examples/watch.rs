//! Watches addresses on blocklists, and tells what changed since the last look.
//!
//! ```text
//! cargo example watch --features watch -- history.db 192.0.2.1 192.0.2.2          look once: for cron
//! cargo example watch --features watch -- history.db 192.0.2.1 --every 3600       keep looking, until Ctrl-C
//! cargo example watch --features watch -- history.db 192.0.2.1 --list bl.spamcop.net --news
//! ```
//!
//! The history is an SQLite file: `sighting` holds what each list was last known to say, `news` every
//! change with its time. A look between two others of an interval is another run on the same file.
//! `watch.py` reads and writes the same history.
//!
//! Exit status: 0 on no blocklist, 1 on one (or it was, and nothing is known now), 2 could not run,
//! 3 no list gave an answer that can be believed. With `--news` only changes are printed, so that cron
//! sends mail on news alone.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deliverability_core::Check;
use deliverability_core::dns::{Deadline, Hickory, Resolver};
use deliverability_core::dnsbl::{self, Change, List, Lookup, Role, Sighting, Verdict};
use lexopt::prelude::*;
use rusqlite::{Connection, OptionalExtension, params};

const USAGE: &str = "\
usage: watch HISTORY ADDRESS... [--list ZONE]... [--every SECONDS] [--news]
             [--nameserver ADDRESS:PORT] [--timeout SECONDS]";

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS sighting(
    subject TEXT, zone TEXT, codes TEXT NOT NULL, since INTEGER NOT NULL, unknown_since INTEGER,
    PRIMARY KEY(subject, zone));
CREATE TABLE IF NOT EXISTS news(
    at INTEGER NOT NULL, subject TEXT NOT NULL, zone TEXT NOT NULL, change TEXT NOT NULL, text TEXT NOT NULL);";

#[derive(Default)]
struct Args {
    history: Option<String>,
    addresses: Vec<IpAddr>,
    lists: Vec<List>,
    every: Option<u64>,
    news_only: bool,
    nameserver: Option<SocketAddr>,
    timeout: Option<u64>,
}

/// What a look saw on lists whose role is to block.
#[derive(Default)]
struct Seen {
    listed: bool,
    known: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(seen) if seen.listed => ExitCode::from(1),
        Ok(seen) if !seen.known => ExitCode::from(3),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("watch: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<Seen, Box<dyn Error>> {
    let args = parse_args()?;
    let path = args.history.as_deref().ok_or(USAGE)?;
    let mut history = open(path).map_err(|error| format!("{path}: {error}"))?;
    let hickory = match args.nameserver {
        Some(server) => Hickory::with_name_servers([server])?,
        None => Hickory::system()?,
    };
    loop {
        let resolver = Deadline::of(&hickory, Duration::from_secs(args.timeout.unwrap_or(20)));
        let seen = look(&args, &resolver, &mut history).await?;
        let Some(every) = args.every else { return Ok(seen) };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(every)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(seen),
        }
    }
}

/// Asks every list about every address, and keeps what each said.
async fn look(args: &Args, resolver: &dyn Resolver, history: &mut Connection) -> Result<Seen, Box<dyn Error>> {
    let mut seen = Seen::default();
    for address in &args.addresses {
        let verdicts = Lookup::of(*address).lists(&args.lists).run(resolver).await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        // What was seen of one address is kept whole or not at all.
        let transaction = history.transaction()?;
        for verdict in &verdicts {
            let change = Sighting::next(known(&transaction, verdict)?.as_ref(), verdict.status(), now);
            keep(&transaction, verdict, &change, now)?;
            show(verdict, &change, args.news_only);
            seen.take(verdict, &change);
        }
        transaction.commit()?;
    }
    Ok(seen)
}

impl Seen {
    fn take(&mut self, verdict: &Verdict, change: &Change) {
        if verdict.list().role() == Role::Block {
            self.listed |= change.after.as_ref().is_some_and(Sighting::is_listed);
            self.known |= !verdict.is_unknown();
        }
    }
}

/// A line for what is listed or has changed; with `news_only` for changes alone.
fn show(verdict: &Verdict, change: &Change, news_only: bool) {
    let listed = change.after.as_ref().is_some_and(Sighting::is_listed);
    if change.is_news() || listed && !news_only {
        println!("{} at {}: {change}", verdict.subject(), verdict.list().zone());
        println!("    {}", verdict.status());
    }
}

fn open(path: &str) -> rusqlite::Result<Connection> {
    let history = Connection::open(path)?;
    history.busy_timeout(Duration::from_secs(10))?;
    history.execute_batch(SCHEMA)?;
    Ok(history)
}

fn known(history: &Connection, verdict: &Verdict) -> Result<Option<Sighting>, Box<dyn Error>> {
    let key = params![verdict.subject().to_string(), verdict.list().zone().to_string()];
    let query = "SELECT codes, since, unknown_since FROM sighting WHERE subject = ? AND zone = ?";
    let row: Option<(String, u64, Option<u64>)> =
        history.query_row(query, key, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((codes, since, unknown_since)) = row else { return Ok(None) };
    let codes = codes.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    Ok(Some(Sighting { codes, since, unknown_since }))
}

fn keep(history: &Connection, verdict: &Verdict, change: &Change, now: u64) -> rusqlite::Result<()> {
    let (subject, zone) = (verdict.subject().to_string(), verdict.list().zone().to_string());
    if let Some(Sighting { codes, since, unknown_since }) = &change.after {
        let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
        history.execute(
            "INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?, ?)",
            params![subject, zone, codes.join(" "), since, unknown_since],
        )?;
    }
    if change.is_news() {
        history.execute(
            "INSERT INTO news VALUES (?, ?, ?, ?, ?)",
            params![now, subject, zone, change.kind.as_str(), change.to_string()],
        )?;
    }
    Ok(())
}

fn parse_args() -> Result<Args, Box<dyn Error>> {
    let mut args = Args::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(history) if args.history.is_none() => args.history = Some(history.string()?),
            Value(address) => args.addresses.push(parsed(&address.string()?, "an IPv4 or IPv6 address")?),
            Long("list") => args.lists.push(list(&parser.value()?.string()?)?),
            Long("every") => args.every = Some(parser.value()?.parse()?),
            Long("news") => args.news_only = true,
            Long("nameserver") => {
                args.nameserver =
                    Some(parsed(&parser.value()?.string()?, "an address and port, such as 127.0.0.1:53")?);
            }
            Long("timeout") => args.timeout = Some(parser.value()?.parse()?),
            Long("help") | Short('h') => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(format!("{}\n{USAGE}", other.unexpected()).into()),
        }
    }
    if args.addresses.is_empty() {
        return Err(USAGE.into());
    }
    if args.lists.is_empty() {
        args.lists = dnsbl::default_lists().to_vec();
    }
    Ok(args)
}

fn parsed<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text:?} is not {what}"))
}

fn list(zone: &str) -> Result<List, String> {
    let known = dnsbl::catalogue().iter().find(|list| list.zone().to_string() == zone);
    known.cloned().ok_or_else(|| format!("{zone:?} is not in the catalogue"))
}
