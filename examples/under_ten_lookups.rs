//! Where an SPF record's ten look-ups go, and what to drop.
//!
//! ```text
//! cargo example under_ten_lookups                                # a domain over the limit, offline
//! cargo example under_ten_lookups -- --svg tree.svg
//! cargo example under_ten_lookups -- example.org 192.0.2.1      # asks live DNS
//! ```

use std::error::Error;
use std::net::IpAddr;

use deliverability_core::dns::{Caching, Hickory, Overlay, Resolver, Zone};
use deliverability_core::spf::{Count, LookupTerm, Rewriter, Tree, TreeOutcome};
use deliverability_core::{Check, DomainName};
use lexopt::ValueExt as _;

/// A small shop that added one service after the other. Its own server comes last, and is cut off.
const ZONE: &str = r#"
shop.example              TXT "v=spf1 mx a:web.shop.example include:_spf.mailhost.example include:news.example include:crm.example include:helpdesk.example ip4:192.0.2.80 ~all"
shop.example              MX  10 mx.mailhost.example
web.shop.example          A   192.0.2.10
mx.mailhost.example       A   198.51.100.25
_spf.mailhost.example     TXT "v=spf1 include:_block1.mailhost.example include:_block2.mailhost.example include:_block3.mailhost.example ~all"
_block1.mailhost.example  TXT "v=spf1 ip4:198.51.100.0/26 ~all"
_block2.mailhost.example  TXT "v=spf1 ip4:198.51.100.64/26 ~all"
_block3.mailhost.example  TXT "v=spf1 ip6:2001:db8:25::/48 ~all"
news.example              TXT "v=spf1 include:pool.news.example a:bounce.news.example -all"
pool.news.example         TXT "v=spf1 ip4:203.0.113.0/25 -all"
bounce.news.example       A   203.0.113.200
crm.example               TXT "v=spf1 include:pool.news.example include:eu.crm.example exists:%{i}.allow.crm.example -all"
eu.crm.example            TXT "v=spf1 ip4:203.0.113.128/26 -all"
helpdesk.example          TXT "v=spf1 ip4:203.0.113.208/28 -all"
"#;

/// Who is known to send for the shop: the mail host, the newsletter, the help desk, its own server.
const SENDERS: [&str; 4] = ["198.51.100.25", "203.0.113.9", "203.0.113.210", "192.0.2.80"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read()?;
    let check = Tree::of(arguments.domain.clone()).senders(arguments.senders.clone()).with_hosts();
    let resolver: Box<dyn Resolver> =
        if arguments.live { Box::new(Caching::of(Hickory::system()?)) } else { Box::new(ZONE.parse::<Zone>()?) };
    let outcome = check.run(&resolver).await;
    print!("{outcome}");
    print_costs(&outcome);
    print_what_to_drop(&check, &outcome, &*resolver).await;
    if let Some(file) = arguments.svg {
        std::fs::write(&file, outcome.to_svg()).map_err(|error| format!("{file}: {error}"))?;
        println!("\nThe picture is in {file}.");
    }
    Ok(())
}

struct Arguments {
    domain: DomainName,
    senders: Vec<IpAddr>,
    live: bool,
    svg: Option<String>,
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let (mut domain, mut senders, mut svg) = (None, Vec::new(), None);
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                lexopt::Arg::Long("svg") => svg = Some(parser.value()?.string()?),
                lexopt::Arg::Value(value) if domain.is_none() => domain = Some(value.parse()?),
                lexopt::Arg::Value(value) => senders.push(value.parse()?),
                other => return Err(other.unexpected().into()),
            }
        }
        let live = domain.is_some();
        if !live {
            senders = SENDERS.iter().map(|ip| ip.parse()).collect::<Result<_, _>>()?;
        }
        Ok(Self { domain: domain.map_or_else(|| "shop.example".parse(), Ok)?, senders, live, svg })
    }
}

fn print_costs(outcome: &TreeOutcome) {
    println!("\nWhat each term can spend, and the worst case without it:");
    for term in outcome.spenders() {
        let (text, spent) = (outcome.root().term_text(term), term.lookups().to_string());
        println!("{spent:>4}  {text:<40} without: {}", outcome.lookups_without(term));
    }
}

/// The terms that bring the record under the limit alone, each tried with every sender.
async fn print_what_to_drop(check: &Tree, outcome: &TreeOutcome, resolver: &dyn Resolver) {
    let limit = Count::Of(outcome.limits().lookups.into());
    if outcome.lookups() <= limit {
        println!("\nNothing has to go.");
        return;
    }
    println!("\nWhat to drop: one of these alone is enough.");
    let mut any = false;
    for term in outcome.spenders().into_iter().filter(|term| outcome.lookups_without(term) <= limit) {
        let Some(after) = without(check, outcome, term, resolver).await else { continue };
        any = true;
        println!("  {}: then {} look-ups", outcome.root().term_text(term), after.lookups());
        for (old, new) in
            outcome.senders().iter().zip(after.senders()).filter(|(old, new)| old.result() != new.result())
        {
            println!("    {}: {} -> {}", old.ip(), old.result(), new.result());
        }
    }
    if !any {
        println!("  none: drop several, or write your own static addresses as ip4: and ip6:.");
    }
}

/// The tree as it would be without a term; `None` if the term cannot be taken out.
async fn without(
    check: &Tree,
    outcome: &TreeOutcome,
    term: &LookupTerm,
    resolver: &dyn Resolver,
) -> Option<TreeOutcome> {
    let term = outcome.root().term_text(term).into_owned();
    let rewrite = Rewriter::of(outcome.domain().clone()).remove(term).run(resolver).await.ok()?;
    let mut proposed = Overlay::on(resolver);
    for change in rewrite.changes() {
        proposed.lay_text(change.name.clone(), &change.new);
    }
    Some(check.run(&proposed).await)
}
