//! Domains and mailboxes in a reply.

use super::Url;
use crate::bounce::cause::Cause::{self, *};
use crate::bounce::classify::reading::Reading;
use crate::domain::DomainName;

/// A word that is the name of a host or a domain.
#[derive(Clone, Copy, Debug)]
pub(in crate::bounce::classify) struct Host<'a> {
    pub(in crate::bounce::classify) name: &'a str,
    pub(in crate::bounce::classify) start: usize,
    /// Whether it stands after an `@`.
    is_of_mailbox: bool,
}

impl Host<'_> {
    /// Whether it is the server that signs a reply, as Microsoft's do.
    fn is_of_server(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        [".protection.outlook.com", ".prod.outlook.com", ".prod.exchangelabs.com"].iter().any(|end| name.ends_with(end))
    }
}

/// Every host name of a text from `start` on: two labels at least, and the last one of letters.
pub(in crate::bounce::classify) fn hosts(text: &str, start: usize) -> impl Iterator<Item = Host<'_>> {
    let rest = text.get(start..).unwrap_or_default();
    let mut at = start;
    rest.split(|c: char| !is_part(c)).filter_map(move |word| {
        let begin = at;
        at = at.saturating_add(word.len()).saturating_add(1);
        let (is_of_mailbox, domain) = match word.rsplit_once('@') {
            Some((_, domain)) => (true, domain),
            None => (false, word.rsplit(['=', '#', '!', '&', '~', '+']).next()?),
        };
        let offset = word.len().checked_sub(domain.trim_start_matches(['.', '-']).len())?;
        let name = domain.trim_start_matches(['.', '-']).trim_end_matches(['.', '-', '_']);
        is_host(name).then_some(Host { name, start: begin.saturating_add(offset), is_of_mailbox })
    })
}

/// One octet each, so that places can be counted.
const fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '.' | '-' | '_' | '@' | '+' | '~' | '!' | '#' | '&' | '=')
        || !character.is_ascii()
}

fn is_host(name: &str) -> bool {
    let Some((rest, last)) = name.rsplit_once('.') else { return false };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || !c.is_ascii())
    };
    name.len() <= 253
        && last.len() >= 2
        && (last.chars().all(|c| c.is_ascii_alphabetic() || !c.is_ascii())
            || last.to_ascii_lowercase().starts_with("xn--"))
        && !FILES.iter().any(|file| last.eq_ignore_ascii_case(file))
        && rest.split('.').all(is_label)
}

/// Ends of file names, which look like domains.
const FILES: &[&str] = &["html", "htm", "php", "aspx", "txt", "cgi", "shtml", "asp", "cf", "exe", "zip", "eml"];

/// The domain that the reply is about.
pub(super) fn about(reading: &Reading, urls: &[Url<'_>], cause: Cause) -> Option<DomainName> {
    let is_outside = |at: usize| !urls.iter().any(|url| (url.start..url.end()).contains(&at));
    let found: Vec<Host<'_>> = hosts(&reading.text, reading.words)
        .filter(|host| is_outside(host.start) && !host.is_of_server())
        .take(32)
        .collect();
    let is_sender = matches!(cause, SenderDomain | SenderNullMx | SenderUnroutable);
    let named = found.iter().find(|host| !host.is_of_mailbox && is_named(reading, host.start, cause));
    let is_recipient = |host: &Host<'_>| {
        let end = host.start.saturating_add(host.name.len());
        reading.lower.get(end..).is_some_and(|after| after.starts_with(">: recipient address"))
    };
    let of_mailbox = found.iter().find(|host| host.is_of_mailbox && !is_recipient(host));
    let bracketed = found.iter().find(|host| reading.text.as_bytes().get(host.start.wrapping_sub(1)) == Some(&b'['));
    let first = if is_sender { of_mailbox.or(named) } else { named.or(bracketed).or(of_mailbox) };
    // The page of the SPF project is asked about an identity, and says so.
    if let Some(domain) = in_url(urls).filter(|_| matches!(cause, SpfFail | SpfError)) {
        return Some(domain);
    }
    let host = first.or(if is_sender || cause == RecipientDomain { found.first() } else { None });
    host.map(|host| host.name).and_then(|name| name.parse().ok()).or_else(|| in_url(urls))
}

/// Whether the word before a name says that a domain follows.
fn is_named(reading: &Reading, start: usize, cause: Cause) -> bool {
    const WORDS: &[&str] = &[
        "domain",
        "from",
        "for",
        "of",
        "spf",
        "to",
        "sender",
        "domaine",
        "von",
        "name",
        "record",
        "validating",
        "verifying",
    ];
    let lead = reading.lower.get(..start).unwrap_or_default();
    let before = lead.trim_end_matches([' ', '[', '<', '(', '\'', '"', ':', '=']);
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is_link = cause == UrlBlocklisted && matches!(word, "host" | "url" | "link" | "uri");
    // RFC 6376 §3.5: the signing domain, as the tag of the signature has it.
    let is_tag = word == "d" && lead.ends_with("d=");
    is_link || is_tag || (WORDS.contains(&word) && !before.ends_with("received from"))
}

/// The domain that a page is asked for: `identity=`, `sender=`, `id=`, `domain/`, `d=`.
fn in_url(urls: &[Url<'_>]) -> Option<DomainName> {
    const MARKS: &[&str] = &["identity=", "sender=", "id=", "/domain/", "domain=", "/lookup/", "/dbl/"];
    urls.iter().find_map(|url| {
        let plain = url.text.replace("%40", "@");
        MARKS.iter().find_map(|mark| {
            let value = plain.get(plain.find(mark)?.checked_add(mark.len())?..)?;
            let value = value.split(['&', ';', '/', '#']).next()?;
            let domain = value.rsplit('@').next()?;
            is_host(domain).then(|| domain.parse().ok()).flatten()
        })
    })
}

/// The first mailbox from `start` on; one that is not postmaster's, if there is one.
pub(in crate::bounce::classify) fn mailbox(text: &str, start: usize) -> Option<String> {
    let rest = text.get(start..)?;
    let mut of_postmaster = None;
    for word in rest.split(|c: char| c.is_ascii_whitespace() || "<>\"()[],;".contains(c)) {
        let word = word.trim_matches(['.', ':', '\'', ',']);
        let word = word.rsplit_once("mailto:").map_or(word, |(_, address)| address);
        let Some((local, domain)) = word.rsplit_once('@') else { continue };
        let local = local.rsplit(':').next().unwrap_or_default();
        if local.is_empty()
            || local.len() > 128
            || !is_host(domain.trim_end_matches(['.', '-']))
            || word.contains("://")
        {
            continue;
        }
        let address = format!("{local}@{}", domain.trim_end_matches(['.', '-']));
        if local.eq_ignore_ascii_case("postmaster") {
            of_postmaster.get_or_insert(address);
        } else {
            return Some(address);
        }
    }
    of_postmaster
}

/// The HELO name that is refused: in quotes or brackets after the word, a host's name there, or before it, as
/// Postfix writes.
pub(super) fn helo(reading: &Reading) -> Option<String> {
    let lower = reading.lower.get(reading.words..)?;
    let text = reading.text.get(reading.words..)?;
    if let Some(at) = lower.find(">: helo command rejected").or_else(|| lower.find(">: ehlo command rejected")) {
        let before = text.get(..at)?;
        return named(before.get(before.rfind('<')?.checked_add(1)?..)?);
    }
    let after = text.get(lower.find("helo").or_else(|| lower.find("ehlo"))?.checked_add(4)?..)?;
    in_marks(after)
        .or_else(|| hosts(after.get(..after.find("://").unwrap_or(after.len()))?, 0).next()?.name.to_owned().into())
}

/// The name in the first quotes or brackets.
fn in_marks(text: &str) -> Option<String> {
    let (open, close) = [('"', '"'), ('[', ']'), ('<', '>'), ('(', ')'), ('\'', '\'')]
        .into_iter()
        .filter_map(|(open, close)| Some((text.find(open)?, close)))
        .min()?;
    let inner = text.get(open.checked_add(1)?..)?;
    named(inner.get(..inner.find(close)?)?)
}

fn named(name: &str) -> Option<String> {
    (!name.is_empty() && name.len() <= 255 && !name.contains(' ')).then(|| name.to_owned())
}
