//! Addresses and prefix lengths in terms (RFC 7208 §5.6, §12).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::lexer::Token;
use super::parse_error::{ErrorKind, ParseError};
use super::record::DualCidr;
use crate::network::Network;

/// `ip4-network [ ip4-cidr-length ]`
pub(super) fn ip4_network(token: Token<'_>) -> Result<(Ipv4Addr, u8), Box<ParseError>> {
    let (address, cidr) = token.until(b'/');
    let Some((ip, [])) = dotted_quad(address.text) else {
        let kind = ErrorKind::BadAddress { text: address.shown(), family: "IPv4", example: "192.0.2.1" };
        return address.error(kind);
    };
    prefix_or_all(cidr, 32).map(|bits| (ip, bits))
}

/// The same at the start of `text` where nothing is wrong with it: in one pass, without a place for
/// errors, and its length up to a space or the end.
#[inline]
pub(super) fn plain_ip4_network(text: &[u8]) -> Option<(Ipv4Addr, u8, usize)> {
    let (address, rest) = dotted_quad(text)?;
    let (bits, rest) = match rest {
        [b'/', rest @ ..] => number(rest).filter(|(bits, _)| *bits <= 32)?,
        _ => (32, rest),
    };
    let ends = matches!(rest, [] | [b' ', ..]);
    ends.then_some((address, bits, text.len() - rest.len()))
}

/// `ip4-network = qnum "." qnum "." qnum "." qnum`, and what follows it.
#[inline]
fn dotted_quad(text: &[u8]) -> Option<(Ipv4Addr, &[u8])> {
    let (a, rest) = number(text)?;
    let (b, rest) = number(rest.strip_prefix(b".")?)?;
    let (c, rest) = number(rest.strip_prefix(b".")?)?;
    let (d, rest) = number(rest.strip_prefix(b".")?)?;
    Some((Ipv4Addr::new(a, b, c, d), rest))
}

/// `qnum`: up to 255, without leading zeros (RFC 7208 §12), and what follows its digits. What follows
/// can be a digit that makes it none, which is seen as it is no dot, slash or end.
#[inline]
fn number(text: &[u8]) -> Option<(u8, &[u8])> {
    let value = |digit: u8| digit.wrapping_sub(b'0');
    match *text {
        [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ref rest @ ..] => {
            Some(((value(a) * 10 + value(b)).checked_mul(10)?.checked_add(value(c))?, rest))
        }
        [a @ b'1'..=b'9', b @ b'0'..=b'9', ref rest @ ..] => Some((value(a) * 10 + value(b), rest)),
        [a @ b'0'..=b'9', ref rest @ ..] => Some((value(a), rest)),
        _ => None,
    }
}

/// `ip6-network [ ip6-cidr-length ]`
pub(super) fn ip6_network(token: Token<'_>) -> Result<Network, Box<ParseError>> {
    let (address, cidr) = token.until(b'/');
    let Some(ip) = hex_groups(address.text).or_else(|| address.as_str().parse().ok()) else {
        let kind = ErrorKind::BadAddress { text: address.shown(), family: "IPv6", example: "2001:db8::1" };
        return address.error(kind);
    };
    prefix_or_all(cidr, 128).map(|bits| network(ip.into(), bits))
}

/// An IPv6 address without an IPv4 one at its end, as nearly all are written: several times quicker
/// than `std`, which reads the rest.
fn hex_groups(text: &[u8]) -> Option<Ipv6Addr> {
    let (mut groups, mut count, mut gap) = ([0; 8], 0, None);
    let mut rest = text;
    if let [b':', b':', after @ ..] = rest {
        (gap, rest) = (Some(0), after);
    }
    while !rest.is_empty() {
        let (group, after) = hex_group(rest)?;
        *groups.get_mut(count)? = group;
        count += 1;
        rest = match after {
            [b':', b':', after @ ..] if gap.is_none() => {
                gap = Some(count);
                after
            }
            [b':', after @ ..] if !after.is_empty() => after,
            [] => after,
            _ => return None,
        };
    }
    match gap {
        None if count == 8 => {}
        // What follows the gap, which stands for one group at least, goes to the end.
        Some(gap) if count < 8 => groups.get_mut(gap..)?.rotate_right(8 - count),
        _ => return None,
    }
    Some(groups.into())
}

/// One to four hexadecimal digits, and what follows them.
#[inline]
fn hex_group(text: &[u8]) -> Option<(u16, &[u8])> {
    let (mut group, mut rest) = (0, text);
    while let [digit, after @ ..] = rest
        && let Some(value) = hex_value(*digit)
    {
        group = group << 4 | value;
        rest = after;
    }
    matches!(text.len() - rest.len(), 1..=4).then_some((group, rest))
}

fn hex_value(digit: u8) -> Option<u16> {
    match digit {
        b'0'..=b'9' => Some(u16::from(digit - b'0')),
        b'a'..=b'f' => Some(u16::from(digit - b'a' + 10)),
        b'A'..=b'F' => Some(u16::from(digit - b'A' + 10)),
        _ => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_groups_read_as_std_reads_them() {
        let read = [
            "::",
            "::1",
            "1::",
            "2001:db8::",
            "2001:DB8:0:ffff::1",
            "1:2:3:4:5:6:7:8",
            "::2:3:4:5:6:7:8",
            "1::3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "abcd:0123::00f0",
        ];
        for text in read {
            assert_eq!(hex_groups(text.as_bytes()), text.parse().ok(), "{text}");
        }
        let refused = [
            "",
            ":",
            ":::",
            "1",
            "1:",
            ":1",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4::5:6:7:8",
            "12345::",
            "g::",
            "1:::2",
            "::1:",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "fe80::1%eth0",
        ];
        for text in refused {
            assert_eq!((hex_groups(text.as_bytes()), text.parse::<Ipv6Addr>().ok()), (None, None), "{text}");
        }
        assert_eq!(hex_groups(b"::ffff:192.0.2.1"), None);
    }

    #[test]
    fn ip4_networks_end_with_a_space_or_the_text() {
        // RFC 7208 §12: qnum and the lengths have no leading zeros.
        let read = |text: &str| plain_ip4_network(text.as_bytes());
        assert_eq!(read("192.0.2.1"), Some((Ipv4Addr::new(192, 0, 2, 1), 32, 9)));
        assert_eq!(read("10.0.0.0/8 -all"), Some((Ipv4Addr::new(10, 0, 0, 0), 8, 10)));
        for text in [
            "1.2.3",
            "1.2.3.",
            "1.2.3.4.5",
            "256.1.1.1",
            "01.2.3.4",
            "1921.0.2.1",
            "1.2.3.4/33",
            "1.2.3.4/032",
            "1.2.3.4/",
            "1.2.3.4x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
