//! Addresses and prefix lengths in terms (RFC 7208 §5.6, §12).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::lexer::Token;
use super::parse_error::{ErrorKind, ParseError};
use super::record::DualCidr;
use crate::network::Network;

/// `ip4-network [ ip4-cidr-length ]`
pub(super) fn ip4_network(token: Token<'_>) -> Result<Network, ParseError> {
    if let Some((ip, length)) = dotted_quad(token.text) {
        return network(ip.into(), token.split_at(length).1, 32);
    }
    let address = token.until(b'/').0;
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
    let (address, cidr) = token.until(b'/');
    let Ok(ip) = address.as_str().parse::<Ipv6Addr>() else {
        let kind = ErrorKind::BadAddress { text: address.shown(), family: "IPv6", example: "2001:db8::1" };
        return address.error(kind);
    };
    network(ip.into(), cidr, 128)
}

fn network(address: IpAddr, cidr: Token<'_>, max: u8) -> Result<Network, ParseError> {
    let Some(bits) = cidr.after(b'/') else { return Ok(Network::host(address)) };
    let bits = prefix_length(bits, max)?;
    Ok(Network::new(address, bits).unwrap_or(Network::host(address)))
}

/// `dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]`
pub(super) fn dual_cidr(token: Token<'_>) -> Result<DualCidr, ParseError> {
    let (ip4, rest) = match token.after(b'/') {
        Some(after) if after.first() != Some(b'/') => {
            let (digits, rest) = after.until(b'/');
            (Some(prefix_length(digits, 32)?), rest)
        }
        _ => (None, token),
    };
    match rest.after(b'/').and_then(|rest| rest.after(b'/')) {
        Some(digits) => Ok(DualCidr { ip4, ip6: Some(prefix_length(digits, 128)?) }),
        None if rest.is_empty() => Ok(DualCidr { ip4, ip6: None }),
        None => token.error(ErrorKind::BadDualCidr { text: token.shown() }),
    }
}

/// Where the prefix lengths start at the end of `text`; its length if there are none.
///
/// A domain-spec may hold slashes, but neither a top label nor a macro ends in one and digits.
pub(super) fn dual_cidr_start(text: &[u8]) -> usize {
    let head = |length: usize| text.get(..length).unwrap_or_default();
    let undigit = |length: usize| length - head(length).iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let unslash = |length: usize| head(length).strip_suffix(b"/").map(<[u8]>::len);
    let Some(single) = unslash(undigit(text.len())) else { return text.len() };
    let Some(double) = unslash(single) else { return single };
    let first = undigit(double);
    // Digits and a slash in front of the two are the IPv4 length.
    unslash(first).filter(|_| first < double).unwrap_or(double)
}

/// `"0" / %x31-39 0*2DIGIT`, up to the family's size.
fn prefix_length(token: Token<'_>, max: u8) -> Result<u8, ParseError> {
    // RFC 7208 §12 writes the numbers of prefixes without leading zeros.
    let digit = |b: u8| b.wrapping_sub(b'0');
    let bits = match *token.text {
        [one @ b'0'..=b'9'] => digit(one),
        [ten @ b'1'..=b'9', one @ b'0'..=b'9'] => digit(ten) * 10 + digit(one),
        [b'1', ten @ b'0'..=b'2', one @ b'0'..=b'9'] => 100 + digit(ten) * 10 + digit(one),
        _ => u8::MAX,
    };
    if bits <= max { Ok(bits) } else { token.error(ErrorKind::BadPrefixLength { text: token.shown(), max }) }
}
