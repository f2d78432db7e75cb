//! Addresses and prefix lengths in terms (RFC 7208 §5.6, §12).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::lexer::Token;
use super::parse_error::{ErrorKind, ParseError};
use super::record::DualCidr;
use crate::network::Network;

/// `ip4-network [ ip4-cidr-length ]`
pub(super) fn ip4_network(token: Token<'_>) -> Result<(Ipv4Addr, u8), Box<ParseError>> {
    let (address, cidr) = token.until(b'/');
    let Some((ip, _)) = dotted_quad(address.text) else {
        let kind = ErrorKind::BadAddress { text: address.shown(), family: "IPv4", example: "192.0.2.1" };
        return address.error(kind);
    };
    prefix_or_all(cidr, 32).map(|bits| (ip, bits))
}

/// The same where nothing is wrong with it: in one pass, and without a place for errors.
#[inline]
pub(super) fn plain_ip4_network(text: &[u8]) -> Option<(Ipv4Addr, u8)> {
    let (address, length) = dotted_quad(text)?;
    let bits = match text.get(length..)? {
        [] => 32,
        [_, digits @ ..] => bits(digits).filter(|bits| *bits <= 32)?,
    };
    Some((address, bits))
}

/// `ip4-network = qnum "." qnum "." qnum "." qnum`, and its length up to a slash or the end.
#[inline]
fn dotted_quad(text: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let (mut address, mut dots) = (0u32, 0);
    // More digits than three are counted, so it does not matter what they make of the number.
    let (mut number, mut digits) = (0u32, 0);
    let mut length = 0;
    for &byte in text {
        let value = byte.wrapping_sub(b'0');
        if value < 10 {
            number = number.wrapping_mul(10).wrapping_add(u32::from(value));
            digits += 1;
        } else if byte == b'.' && is_qnum(number, digits) {
            address = address << 8 | number;
            dots += 1;
            (number, digits) = (0, 0);
        } else if byte == b'/' {
            break;
        } else {
            return None;
        }
        length += 1;
    }
    (dots == 3 && is_qnum(number, digits)).then(|| (Ipv4Addr::from_bits(address << 8 | number), length))
}

/// Whether so many digits make a `qnum`: up to 255, without leading zeros (RFC 7208 §12).
fn is_qnum(number: u32, digits: usize) -> bool {
    match digits {
        1 => true,
        2 => number > 9,
        3 => (100..256).contains(&number),
        _ => false,
    }
}

/// `ip6-network [ ip6-cidr-length ]`
pub(super) fn ip6_network(token: Token<'_>) -> Result<Network, Box<ParseError>> {
    let (address, cidr) = token.until(b'/');
    let Ok(ip) = address.as_str().parse::<Ipv6Addr>() else {
        let kind = ErrorKind::BadAddress { text: address.shown(), family: "IPv6", example: "2001:db8::1" };
        return address.error(kind);
    };
    prefix_or_all(cidr, 128).map(|bits| network(ip.into(), bits))
}

fn network(address: IpAddr, bits: u8) -> Network {
    Network::new(address, bits).unwrap_or(Network::host(address))
}

/// `[ "/" prefix-length ]`; all bits where none is given.
fn prefix_or_all(cidr: Token<'_>, max: u8) -> Result<u8, Box<ParseError>> {
    cidr.after(b'/').map_or(Ok(max), |bits| prefix_length(bits, max))
}

/// `dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]`
pub(super) fn dual_cidr(token: Token<'_>) -> Result<DualCidr, Box<ParseError>> {
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
fn prefix_length(token: Token<'_>, max: u8) -> Result<u8, Box<ParseError>> {
    match bits(token.text) {
        Some(bits) if bits <= max => Ok(bits),
        _ => token.error(ErrorKind::BadPrefixLength { text: token.shown(), max }),
    }
}

/// A number of bits, up to 129: without leading zeros, as RFC 7208 §12 writes them.
fn bits(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| digit.wrapping_sub(b'0');
    match *digits {
        [one @ b'0'..=b'9'] => Some(value(one)),
        [ten @ b'1'..=b'9', one @ b'0'..=b'9'] => Some(value(ten) * 10 + value(one)),
        [b'1', ten @ b'0'..=b'2', one @ b'0'..=b'9'] => Some(100 + value(ten) * 10 + value(one)),
        _ => None,
    }
}
