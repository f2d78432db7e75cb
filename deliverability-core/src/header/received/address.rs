//! Addresses as servers write them: in brackets or bare, with tag, port or zone (RFC 5321 §4.1.3).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::word::Address;
use crate::network::canonical;
use crate::span::Span;

/// Longest text of an address: 45 characters of IPv6, `IPv6:`, brackets, a zone and a port.
const MAX_TEXT: usize = 100;

/// The address that a span is, if it is nothing else: `192.0.2.1`, `[192.0.2.1]`, `[192.0.2.1]:25`,
/// `[192.0.2.1:25]`, `[192.0.2.1.25]`, `[IPv6:2001:db8::1]`, `fe80::1%14`.
pub(super) fn read(text: &[u8], span: Span) -> Option<Address> {
    let bytes = text.get(span.start..span.end)?;
    match bytes {
        [b'[', inner @ ..] if bytes.len() <= MAX_TEXT => {
            let close = inner.iter().position(|byte| *byte == b']')?;
            let behind = inner.get(close.checked_add(1)?..)?;
            let is_port = |port: &[u8]| port.iter().all(u8::is_ascii_digit);
            let ends = behind.is_empty() || behind.strip_prefix(b":").is_some_and(is_port);
            let start = span.start.checked_add(1)?;
            bare(inner.get(..close)?, start).filter(|_| ends)
        }
        _ => bare(bytes, span.start),
    }
}

/// An address without brackets, which starts at `start`.
fn bare(bytes: &[u8], start: usize) -> Option<Address> {
    let tag = if bytes.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case(b"IPv6:")) { 5 } else { 0 };
    let bytes = bytes.get(tag..)?;
    let starts = bytes.first().is_some_and(|first| first.is_ascii_hexdigit() || *first == b':');
    if !starts || bytes.len() > MAX_TEXT || !bytes.iter().any(|byte| matches!(byte, b'.' | b':')) {
        return None;
    }
    let text = core::str::from_utf8(bytes).ok()?;
    let is_v4 = !bytes.contains(&b':') || bytes.get(..4).is_some_and(|head| head.contains(&b'.'));
    let (ip, length) = if is_v4 { with_port_v4(text) } else { with_zone_v6(text) }?;
    let start = start.checked_add(tag)?;
    Some(Address { ip: canonical(ip), span: Span::new(start, start.checked_add(length)?) })
}

/// Four octets, and behind them nothing, or a port behind `:` or `.`.
fn with_port_v4(text: &str) -> Option<(IpAddr, usize)> {
    if let Ok(ip) = text.parse::<Ipv4Addr>() {
        return Some((ip.into(), text.len()));
    }
    let (address, port) = text.rsplit_once([':', '.'])?;
    let is_port = !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    let ip = address.parse::<Ipv4Addr>().ok().filter(|_| is_port)?;
    Some((ip.into(), address.len()))
}

fn with_zone_v6(text: &str) -> Option<(IpAddr, usize)> {
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    let ip = address.parse::<Ipv6Addr>().ok()?;
    Some((ip.into(), address.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, String)> {
        let address = read(text.as_bytes(), Span::new(0, text.len()))?;
        let shown = String::from_utf8(address.span.of(text.as_bytes()).to_vec()).unwrap();
        Some((address.ip.to_string(), shown))
    }

    #[test]
    fn addresses_are_read_in_every_dress() {
        // RFC 5321 §4.1.3, and what servers made of it.
        for (text, ip, shown) in [
            ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
            ("[192.0.2.1]", "192.0.2.1", "192.0.2.1"),
            ("[192.0.2.1]:25", "192.0.2.1", "192.0.2.1"),
            ("[192.0.2.1:50024]", "192.0.2.1", "192.0.2.1"),
            ("[192.0.2.1.63559]", "192.0.2.1", "192.0.2.1"),
            ("[IPv6:2001:db8::25]", "2001:db8::25", "2001:db8::25"),
            ("ipv6:::1", "::1", "::1"),
            ("2002:a05:6402::", "2002:a05:6402::", "2002:a05:6402::"),
            ("[fe80::10d2:1%14]", "fe80::10d2:1", "fe80::10d2:1"),
            ("[::ffff:192.0.2.1]", "192.0.2.1", "::ffff:192.0.2.1"),
        ] {
            assert_eq!(parsed(text), Some((ip.to_owned(), shown.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in ["", "[", "[]", "a", "10", "::x", "[192.0.2.1", "[192.0.2.1]x", "192.0.2", "192.0.2.1.x", "beef.de"]
        {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
