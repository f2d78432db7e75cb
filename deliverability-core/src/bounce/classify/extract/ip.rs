//! Addresses of hosts in a reply.

use core::net::{IpAddr, Ipv4Addr};

use super::Url;

/// The first address of a text outside URLs, from `start` on.
pub(in crate::bounce::classify) fn first_outside(text: &str, start: usize, urls: &[Url<'_>]) -> Option<IpAddr> {
    let is_outside = |at: usize| !urls.iter().any(|url| (url.start..url.end()).contains(&at));
    let is_of_client = |at: usize, address| is_outside(at) && !is_of_server(text, at) && !is_number(text, at, address);
    addresses(text, start).find(|(at, address)| is_of_client(*at, *address)).map(|found| found.1)
}

/// Whether four numbers name a rule of the receiver or a section: "policy (3.2.1.1)", "user complaints - 4.16.55.1",
/// "RFC 2821 4.1.1.1".
fn is_number(text: &str, at: usize, address: IpAddr) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let is_small = matches!(address, IpAddr::V4(four) if four.octets().iter().all(|octet| *octet < 10));
    let is_section = || before.rsplit(' ').take(4).any(|word| matches!(word, "RFC" | "rfc" | "section" | "Section"));
    let is_rule = || {
        let word = before.strip_suffix('(').map(|before| before.trim_end().rsplit(' ').next().unwrap_or_default());
        word.is_some_and(|word| !["ip", "IP", "address", "host", "from", "client", "server"].contains(&word))
    };
    (is_small && (is_rule() || is_section())) || before.ends_with("complaints - ") || before.ends_with("deferred - ")
}

/// Whether an address belongs to the server that replied: "host mx.example.net[192.0.2.1]", "connect to ...".
fn is_of_server(text: &str, at: usize) -> bool {
    let Some(before) = text.get(..at).and_then(|before| before.strip_suffix('[')) else { return false };
    let before = before.trim_end_matches(' ');
    let lead = before.rsplit_once(' ').map_or("", |(lead, _)| lead);
    // The host of a reply says something, or was asked for it; one that is refused does not.
    let after = text.get(at..).and_then(|rest| rest.split_once(']')).map_or("", |(_, after)| after);
    if lead.ends_with("host")
        && !(after.starts_with(':')
            || [" said", " refused", " while", " failed"].iter().any(|verb| after.starts_with(verb)))
    {
        return false;
    }
    ["host", "connect to", "connection with", "conversation with", "connection to"]
        .iter()
        .any(|word| lead.ends_with(word))
        && before.contains('.')
        && !lead.ends_with("Client host")
        && !lead.ends_with("client host")
}

/// The address that a look-up page is asked for.
pub(in crate::bounce::classify) fn in_url(urls: &[Url<'_>]) -> Option<IpAddr> {
    urls.iter().find_map(|url| {
        // An address of version 6 in a query has its colons encoded.
        let plain = url.text.replace("%3A", ":").replace("%3a", ":");
        let after_host = plain.find(url.host()).map_or(0, |at| at.saturating_add(url.host().len()));
        addresses(&plain, after_host).next().map(|found| found.1)
    })
}

/// Every address of a text with its place, from `start` on.
pub(in crate::bounce::classify) fn addresses(text: &str, start: usize) -> impl Iterator<Item = (usize, IpAddr)> + '_ {
    let bytes = text.as_bytes();
    let mut at = start;
    core::iter::from_fn(move || {
        loop {
            while bytes.get(at).is_some_and(|byte| !is_part(*byte)) {
                at = at.saturating_add(1);
            }
            bytes.get(at)?;
            let begin = at;
            while bytes.get(at).is_some_and(|byte| is_part(*byte)) {
                at = at.saturating_add(1);
            }
            if let Some(address) = read(bytes, begin, at) {
                return Some((begin, address));
            }
        }
    })
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')
}

/// The address that stands alone between two places.
fn read(bytes: &[u8], begin: usize, end: usize) -> Option<IpAddr> {
    if end.saturating_sub(begin) < 3 {
        return None;
    }
    let before = begin.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let after = bytes.get(end).copied().unwrap_or(b' ');
    let text = core::str::from_utf8(bytes.get(begin..end)?).ok()?;
    if is_glue(before) || is_glue(after) {
        // "example.org:192.0.2.1" and "IPv6:2001:db8::1" begin inside a word, at a colon.
        let (_, after_colon) = text.split_once(':')?;
        return if is_glue(after) { None } else { parse(after_colon) };
    }
    parse(text).or_else(|| text.split_once(':').and_then(|(_, rest)| parse(rest)))
}

const fn is_glue(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'@')
}

fn parse(text: &str) -> Option<IpAddr> {
    let trimmed = text.trim_end_matches('.');
    let read = |text: &str| text.parse::<IpAddr>().ok();
    read(trimmed)
        .or_else(|| read(trimmed.trim_end_matches(':')))
        // A port: "192.0.2.1:25".
        .or_else(|| trimmed.rsplit_once(':').and_then(|(host, _)| host.parse::<Ipv4Addr>().ok()).map(IpAddr::V4))
        .or_else(|| trimmed.trim_start_matches(':').parse::<Ipv4Addr>().ok().map(IpAddr::V4))
        .filter(|address| !address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        addresses(text, 0).map(|found| found.1.to_string()).collect()
    }

    #[test]
    fn addresses_are_found_in_every_dress() {
        for (text, expected) in [
            ("Client host [192.0.2.25] blocked", "192.0.2.25"),
            ("IP=192.0.2.25 - None", "192.0.2.25"),
            ("521< 192.0.2.25 >_is_blocked", "192.0.2.25"),
            ("for [example.org:192.0.2.25], see", "192.0.2.25"),
            ("host[192.0.2.25]:25: refused", "192.0.2.25"),
            ("from 192.0.2.25:2525.", "192.0.2.25"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("IPv6:2001:db8::1 is", "2001:db8::1"),
            ("ip 2001:db8:0:0:0:0:0:1.", "2001:db8::1"),
            ("from 192.0.2.25.", "192.0.2.25"),
            ("ip: 192.0.2.25: blocked", "192.0.2.25"),
        ] {
            assert_eq!(all(text), [expected], "{text}");
        }
    }

    #[test]
    fn versions_times_and_names_are_no_addresses() {
        for text in [
            "Exim 4.96",
            "5.7.26",
            "2.0.0.127.bl.example.org",
            "23:34:45",
            "192-0-2-1.example",
            "a.b.c.d",
            "1.2.3",
            "::",
        ] {
            assert_eq!(all(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn numbers_of_rules_and_sections_are_no_addresses() {
        let first = |text| first_outside(text, 0, &[]).map(|found| found.to_string());
        assert_eq!(first("421 Too many messages (1.5.6.1) from 192.0.2.25").as_deref(), Some("192.0.2.25"));
        assert_eq!(first("550 a FQDN or address literal (See RFC 2821 4.1.1.1)"), None);
        assert_eq!(first("421 deferred due to user complaints - 4.16.55.1; see"), None);
        assert_eq!(first("550 The sending IP (1.2.3.4) is listed").as_deref(), Some("1.2.3.4"));
        assert_eq!(first("421 too many connections from (8.8.4.44)").as_deref(), Some("8.8.4.44"));
    }

    #[test]
    fn a_page_is_asked_about_an_address() {
        let text = "see https://ipcheck.example/?ip=2001%3Adb8%3A%3A1 now";
        assert_eq!(in_url(&super::super::urls(text, 0)), "2001:db8::1".parse().ok());
    }
}
