//! The blocklist that a reply names (RFC 5782 calls them DNSxLs): by its zone, its name, its look-up page.

mod names;

use core::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use self::names::{Holds, LISTS, ListName};
use super::extract::{Url, hosts};
use super::reading::{Reading, window};
use super::words::Table;
use crate::bounce::cause::Cause;
use crate::bounce::parameters::NamedList;
use crate::dnsbl::{self, KnownList, known_zone};
use crate::domain::DomainName;
use crate::span::Span;

/// A list that a text names.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) cause: Cause,
    pub(super) list: NamedList,
    pub(super) span: Span,
    /// The address in a zone's query name: `25.2.0.192.zen.spamhaus.org`.
    pub(super) ip: Option<IpAddr>,
    /// Whether the zone is the receiver's own, so that the list is not public.
    is_private: bool,
}

impl Listing {
    /// Whether the list is one that the catalogue or the table of names knows.
    pub(super) fn is_known(&self) -> bool {
        self.list.known.is_some() || LISTS.iter().any(|list| list.word == self.list.name)
    }

    /// The cause, for a receiver with servers in `domain`: its own zones are no public lists.
    pub(super) fn cause_for(&self, hosts: &[Option<&str>]) -> Cause {
        let is_own = self.list.known.is_none()
            && self.list.zone.as_ref().is_some_and(|zone| hosts.iter().flatten().any(|host| share_domain(zone, host)));
        let is_private = self.is_private || is_own;
        if is_private && self.cause == Cause::IpBlocklisted { Cause::IpBlockedPrivate } else { self.cause }
    }
}

/// The list of a word in the table, for receivers whose codes stand for lists.
pub(super) fn of_word(word: &str) -> Option<NamedList> {
    LISTS.iter().find(|list| list.word == word).map(|list| named(list, None))
}

/// The list that the reply names, if it names one.
pub(super) fn find(reading: &Reading, urls: &[Url<'_>]) -> Option<Listing> {
    let marked = marked(reading);
    let by_zone = zone_after_lead(reading, urls).or_else(|| known_host(reading, urls));
    if let Some(found) = by_zone {
        return Some(of_zone(reading, &found));
    }
    if let Some((list, span)) = marked {
        let cause = cause(reading, list.holds, span);
        // Spamhaus without a list's name: of domains it has one list.
        let is_of_name = list.word == "spamhaus" && cause != Cause::IpBlocklisted;
        let zone = is_of_name.then(|| "dbl.spamhaus.org".parse().ok()).flatten();
        return Some(Listing { cause, list: named(list, zone), span, ip: None, is_private: false });
    }
    unknown_name(reading)
}

/// The named list of a row, with the zone of the text if it gives one.
fn named(list: &ListName, zone: Option<DomainName>) -> NamedList {
    let zone = zone.or_else(|| list.zones.first().and_then(|zone| zone.parse().ok()));
    let known = zone.as_ref().and_then(known_zone);
    NamedList { name: list.word.to_owned(), zone, known }
}

/// The first list in the order of the table that a mark names.
fn marked(reading: &Reading) -> Option<(&'static ListName, Span)> {
    let bytes = reading.lower.as_bytes();
    let is_at_word = |start: usize| {
        let before = start.checked_sub(1).and_then(|at| bytes.get(at));
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric())
    };
    let names = reading.found.of_table(Table::Lists, reading.start);
    let found = names.filter(|found| is_at_word(found.start)).min()?;
    let (_, list) = rows().nth(found.rank)?;
    Some((list, Span::new(found.start, found.end)))
}

/// The words that name lists, in the order of the table.
pub(super) fn marks() -> Vec<&'static str> {
    rows().map(|(mark, _)| mark).collect()
}

fn rows() -> impl Iterator<Item = (&'static str, &'static ListName)> {
    LISTS.iter().flat_map(|list| list.marks.iter().map(move |mark| (*mark, list)))
}

/// A zone in the text.
struct Zone {
    name: DomainName,
    ip: Option<IpAddr>,
    span: Span,
}

/// Words before the zone of a list.
pub(super) const LEADS: &[&str] = &[
    "blocked using ",
    "blocked by ",
    "blocked via ",
    "blocked with ",
    "rejected using ",
    "rejected by ",
    "refused by ",
    "denied by ",
    "listed at ",
    "listed in ",
    "listed on ",
    "listed by ",
    "listed with ",
    "list at ",
    "found in ",
    "found on ",
    "found at ",
    "found by ",
    "blacklisted at ",
    "blacklisted in ",
    "blacklisted by ",
    "black list at ",
    "blocklist at ",
    "according to ",
    "in rbl ",
    "in the rbl ",
    "on rbl ",
    "rbl: ",
    "rbl:",
    "rbl ",
    "dnsbl: ",
    "dnsbl:",
    "dnsbl ",
    "rhsbl ",
    "server response (",
    "blackhole site ",
    "blacklist ",
    "blocklist ",
    "see ",
];

/// The zone after words that say that one follows; what follows them may be none.
fn zone_after_lead(reading: &Reading, urls: &[Url<'_>]) -> Option<Zone> {
    let mut leads: Vec<_> = reading.found.of_table(Table::Leads, reading.start).collect();
    leads.sort_unstable_by_key(|lead| (lead.end, lead.start));
    leads.truncate(100);
    leads.sort_unstable();
    leads.into_iter().find_map(|lead| {
        let from = lead.end;
        let near = reading.text.get(..from.checked_add(window(&reading.text, from, 300).len())?)?;
        let host = hosts(near, from).next().filter(|host| {
            let between = reading.text.get(from..host.start).unwrap_or_default();
            let is_outside = !urls.iter().any(|url| (url.start..url.end()).contains(&host.start));
            between.chars().all(|c| " [(<'\"".contains(c) || c.is_ascii_digit() || c == '.') && is_outside
        })?;
        let zone = zone(host.name, host.start)?;
        // After looser words than the first, only a list that is known, or that calls itself one, is believed.
        let is_named = is_listy(host.name)
            || known_zone(&zone.name).is_some()
            || row_of(&zone.name).is_some()
            || (!is_page(host.name) && row_of_operator(&zone.name).is_some());
        (lead.rank == 0 || is_named).then_some(zone)
    })
}

/// Whether a name is that of an operator's pages rather than of a zone.
fn is_page(name: &str) -> bool {
    const PAGES: &[&str] =
        &["www", "mail", "check", "lookup", "support", "postmaster", "help", "admin", "my", "ipadmin", "csi"];
    let mut labels = name.split('.');
    let first = labels.next().unwrap_or_default().to_ascii_lowercase();
    labels.count() < 2 || PAGES.contains(&first.as_str())
}

/// Whether a name has a label that lists have.
fn is_listy(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(['.', '-']).any(|label| {
        matches!(label, "bl" | "dbl" | "xbl" | "zen" | "black" | "blacklist" | "blocklist" | "dul" | "block")
            || ["rbl", "dnsbl", "rhsbl", "uribl", "surbl", "rsbl"].iter().any(|word| label.contains(word))
    })
}

/// A host name anywhere outside pages that is the zone of a known list.
fn known_host(reading: &Reading, urls: &[Url<'_>]) -> Option<Zone> {
    let is_outside = |at: usize| !urls.iter().any(|url| (url.start..url.end()).contains(&at));
    hosts(&reading.text, reading.words)
        .take(32)
        .filter(|host| is_outside(host.start))
        .filter_map(|host| zone(host.name, host.start))
        .find(|zone| known_zone(&zone.name).is_some())
}

/// The zone of a name, without the address in front of it, with the key of a keyed list left out.
fn zone(host: &str, start: usize) -> Option<Zone> {
    let labels: Vec<&str> = host.split('.').collect();
    let count = labels.iter().take_while(|label| label.bytes().all(|byte| byte.is_ascii_digit())).count();
    let octet = |at: usize| labels.get(at).and_then(|label| label.parse::<u8>().ok());
    let ip = if count == 4 {
        octet(3).zip(octet(2)).zip(octet(1).zip(octet(0))).map(|((a, b), (c, d))| Ipv4Addr::new(a, b, c, d).into())
    } else {
        None
    };
    let name = without_key(labels.get(count..)?).parse().ok()?;
    Some(Zone { name, ip, span: Span::new(start, start.checked_add(host.len())?) })
}

/// A key stands before the zone of a list that is asked with one: it is a secret.
fn without_key(labels: &[&str]) -> String {
    let name = labels.join(".");
    let lower = name.to_ascii_lowercase();
    for end in [".dq.spamhaus.net", ".mail.abusix.zone"] {
        if let Some(part) = lower.strip_suffix(end).and_then(|rest| rest.rsplit('.').next()) {
            return format!("_key_.{part}{end}");
        }
    }
    name
}

/// A zone in the table of names, the domain that it lies in, and its row.
struct Row {
    zone: DomainName,
    operator: Option<DomainName>,
    list: &'static ListName,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let zones = LISTS.iter().flat_map(|list| list.zones.iter().map(move |zone| (zone, list)));
    let parsed = zones.filter_map(|(zone, list)| Some((zone.parse::<DomainName>().ok()?, list)));
    parsed.map(|(zone, list)| Row { operator: operator(&zone), zone, list }).collect()
});

fn row_of(zone: &DomainName) -> Option<&'static ListName> {
    ROWS.iter().find(|row| row.zone == *zone).map(|row| row.list)
}

/// The list of the zone's operator that has the plainest word: "sorbs" for `web.dnsbl.sorbs.net`.
fn row_of_operator(zone: &DomainName) -> Option<&'static ListName> {
    let operator = operator(zone)?;
    let rows = ROWS.iter().filter(|row| row.operator.as_ref() == Some(&operator)).map(|row| row.list);
    rows.min_by_key(|list| list.word.len())
}

fn operator(zone: &DomainName) -> Option<DomainName> {
    zone.parents().find(|parent| parent.label_count() == 2)
}

fn of_zone(reading: &Reading, zone: &Zone) -> Listing {
    let exact = row_of(&zone.name);
    let row = exact.or_else(|| row_of_operator(&zone.name));
    let known = known_zone(&zone.name);
    let list = match row {
        Some(row) => named(row, Some(zone.name.clone())),
        None => NamedList { name: zone.name.to_string().to_ascii_lowercase(), zone: Some(zone.name.clone()), known },
    };
    let holds = exact.map_or_else(|| holds(known, &zone.name), |row| row.holds);
    // Postfix says so of its own access tables, whatever words the administrator put there.
    let is_private = known.is_none() && row.is_none() && reading.lower.contains("client host rejected");
    Listing { cause: cause(reading, holds, zone.span), list, span: zone.span, ip: zone.ip, is_private }
}

/// What a list holds, by the catalogue; by its name, where the catalogue does not know it.
fn holds(known: Option<KnownList>, zone: &DomainName) -> Holds {
    match known {
        Some(KnownList::Active(list)) if list.kind() == dnsbl::Kind::Domain => Holds::Domains,
        Some(_) => Holds::Addresses,
        None => {
            let name = zone.to_string().to_ascii_lowercase();
            let is_of = |words: &[&str]| words.iter().any(|word| name.contains(word));
            if is_of(&["uribl", "surbl", "urlbl"]) {
                Holds::Links
            } else if is_of(&["rhsbl", "dbl."]) {
                Holds::Domains
            } else {
                Holds::Addresses
            }
        }
    }
}

/// What the listing hits. Postfix tells it by the class: Client host, Sender address, Helo command, Recipient address.
fn cause(reading: &Reading, holds: Holds, span: Span) -> Cause {
    let before = reading.lower.get(reading.start..span.start).unwrap_or_default();
    let said = reading.said();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if before.contains("client host [") || before.contains("client [") {
        return Cause::IpBlocklisted;
    }
    if ["sender address [", "helo command [", "recipient address [", "sender domain [", "ehlo command ["]
        .iter()
        .any(|class| before.contains(class))
    {
        return Cause::DomainBlocklisted;
    }
    let is_of_link =
        has(&["url ", "urls", "url)", "link", " uri", "website", "web site", "body", "message contains", "in message"]);
    let is_of_domain =
        has(&["sender domain", "from domain", "envelope", "your domain", "sending domain", "having a domain"]);
    match holds {
        Holds::Addresses if is_of_domain && !has(&["ip ", "client", "address", "host"]) => Cause::DomainBlocklisted,
        Holds::Addresses if has(&["ip ", "client host", "address", "host"]) || !is_of_link => Cause::IpBlocklisted,
        Holds::Addresses => Cause::UrlBlocklisted,
        Holds::Domains if is_of_link && !is_of_domain => Cause::UrlBlocklisted,
        Holds::Links if !is_of_domain => Cause::UrlBlocklisted,
        Holds::Domains | Holds::Links => Cause::DomainBlocklisted,
    }
}

/// A list that nobody knows, named where Postfix puts the name.
fn unknown_name(reading: &Reading) -> Option<Listing> {
    let said = reading.said();
    let lead = "blocked using ";
    let start = reading.start.checked_add(said.find(lead)?)?.checked_add(lead.len())?;
    let rest = reading.lower.get(start..)?;
    let end = rest.find([';', ',', '.', '(', ':']).unwrap_or(rest.len());
    let words = rest.get(..end)?;
    let words = words.split(" see ").next()?.split(" to ").next()?.trim();
    let first = words.split(' ').next()?;
    let is_own = matches!(first, "our" | "local" | "internal" | "customer" | "the" | "a" | "an" | "my" | "" | "this");
    if is_own || words.len() > 40 || !words.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_+".contains(&byte))
    {
        return None;
    }
    let span = Span::new(start, start.checked_add(words.len())?);
    let list = NamedList { name: words.replace(' ', "-"), zone: None, known: None };
    let is_private = reading.lower.contains("client host rejected");
    Some(Listing { cause: cause(reading, Holds::Addresses, span), list, span, ip: None, is_private })
}

/// Whether a zone lies in the same domain as a host: both end in the same two labels, or three below a short one.
fn share_domain(zone: &DomainName, host: &str) -> bool {
    let Ok(host) = host.trim_end_matches('.').parse::<DomainName>() else { return false };
    let ancestor = zone.parents().find(|parent| {
        let short = parent.labels().last().is_some_and(|label| label.len() == 2);
        parent.label_count() == if short { 3 } else { 2 }
    });
    ancestor.is_some_and(|ancestor| host.is_within(&ancestor))
}
