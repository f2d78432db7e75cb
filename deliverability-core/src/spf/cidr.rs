//! Addresses and prefix lengths in terms (RFC 7208 §5.6, §12).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::lexer::Token;
use super::parse_error::{ErrorKind, ParseError};
use super::record::DualCidr;
use crate::network::Network;

/// `ip4-network [ ip4-cidr-length ]`
pub(super) fn ip4_network(token: Token<'_>) -> Result<Network, ParseError> {
    if let Some((ip, length)) = dotted_quad(token.text.as_bytes()) {
        return network(ip.into(), token.split_at(length).1, 32);
    }
    let address = token.run(|b| b != b'/').0;
    address.error(ErrorKind::BadAddress { text: address.shown(), family: "IPv4", example: "192.0.2.1" })
}

/// `ip4-network = qnum "." qnum "." qnum "." qnum`, and its length up to a slash or the end.
///
/// In one pass: records hold more of these than of all else.
fn dotted_quad(text: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let (mut address, mut dots, mut length) = (0, 0, 0);
    let (mut octet, mut digits) = (0u32, 0);
    for &byte in text {
        match byte {
            // RFC 7208 §12: no leading zeros.
            b'0'..=b'9' if digits == 0 || octet > 0 => {
                octet = octet * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && dots < 3 => {
                address = address << 8 | octet;
                dots += 1;
                (octet, digits) = (0, 0);
            }
            b'/' => break,
            _ => return None,
        }
        if octet > 255 {
            return None;
        }
        length += 1;
    }
    (dots == 3 && digits > 0).then(|| (Ipv4Addr::from_bits(address << 8 | octet), length))
}

/// `ip6-network [ ip6-cidr-length ]`
pub(super) fn ip6_network(token: Token<'_>) -> Result<Network, ParseError> {
    let (address, cidr) = token.run(|b| b != b'/');
    let Ok(ip) = address.text.parse::<Ipv6Addr>() else {
        let kind = ErrorKind::BadAddress { text: address.shown(), family: "IPv6", example: "2001:db8::1" };
        return address.error(kind);
    };
    network(ip.into(), cidr, 128)
}

fn network(address: IpAddr, cidr: Token<'_>, max: u8) -> Result<Network, ParseError> {
    let Some(bits) = cidr.after("/") else { return Ok(Network::host(address)) };
    let bits = prefix_length(bits, max)?;
    Ok(Network::new(address, bits).unwrap_or(Network::host(address)))
}

/// `dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]`
pub(super) fn dual_cidr(token: Token<'_>) -> Result<DualCidr, ParseError> {
    let (ip4, rest) = match token.after("/") {
        Some(after) if after.first() != Some(b'/') => {
            let (digits, rest) = after.run(|b| b != b'/');
            (Some(prefix_length(digits, 32)?), rest)
        }
        _ => (None, token),
    };
    match rest.after("//") {
        Some(digits) => Ok(DualCidr { ip4, ip6: Some(prefix_length(digits, 128)?) }),
        None if rest.is_empty() => Ok(DualCidr { ip4, ip6: None }),
        None => token.error(ErrorKind::BadDualCidr { text: token.shown() }),
    }
}

/// Where the prefix lengths start at the end of `text`; its length if there are none.
///
/// A domain-spec may hold slashes, but neither a top label nor a macro ends in one and digits.
pub(super) fn dual_cidr_start(text: &str) -> usize {
    let undigit = |text: &'_ str| text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let head = |length: usize| text.get(..length).unwrap_or_default();
    let before = head(undigit(text));
    let Some(single) = before.strip_suffix('/') else { return text.len() };
    let Some(double) = single.strip_suffix('/') else { return single.len() };
    let first = head(undigit(double));
    match first.strip_suffix('/') {
        Some(start) if first.len() < double.len() => start.len(),
        _ => double.len(),
    }
}

/// `"0" / %x31-39 0*2DIGIT`, up to the family's size.
fn prefix_length(token: Token<'_>, max: u8) -> Result<u8, ParseError> {
    // RFC 7208 §12 writes the numbers of prefixes without leading zeros.
    let digit = |b: u8| b.wrapping_sub(b'0');
    let bits = match *token.text.as_bytes() {
        [one @ b'0'..=b'9'] => digit(one),
        [ten @ b'1'..=b'9', one @ b'0'..=b'9'] => digit(ten) * 10 + digit(one),
        [b'1', ten @ b'0'..=b'2', one @ b'0'..=b'9'] => 100 + digit(ten) * 10 + digit(one),
        _ => u8::MAX,
    };
    if bits <= max { Ok(bits) } else { token.error(ErrorKind::BadPrefixLength { text: token.shown(), max }) }
}
