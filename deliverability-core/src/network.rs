//! Addresses as mail protocols use them: prefixes, IPv4-mapped clients and reverse names.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use crate::domain::DomainName;

/// An address and a prefix length: the network of a `ip4:`, `ip6:` or dual-CIDR term.
///
/// ```
/// use deliverability_core::network::Network;
///
/// let network = Network::new("192.0.2.0".parse()?, 24).unwrap();
/// assert!(network.contains("192.0.2.77".parse()?));
/// assert!(!network.contains("2001:db8::1".parse()?));
/// assert_eq!(network.to_string(), "192.0.2.0/24");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// A network; `None` if `prefix` is over 32 for IPv4 or over 128 for IPv6.
    ///
    /// Host bits of `address` are kept as written and ignored in comparisons with addresses.
    #[inline]
    pub fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        (prefix <= address_bits(address)).then_some(Self { address, prefix })
    }

    /// The network of this one address.
    #[inline]
    pub fn host(address: IpAddr) -> Self {
        Self { address, prefix: address_bits(address) }
    }

    /// The address as written, host bits and all.
    pub const fn address(self) -> IpAddr {
        self.address
    }

    /// The prefix length in bits.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// Every address in it, the lowest first, the first and the last included.
    ///
    /// ```
    /// use deliverability_core::network::Network;
    /// let network: Network = "192.0.2.77/30".parse()?;
    /// let addresses: Vec<String> = network.addresses().map(|ip| ip.to_string()).collect();
    /// assert_eq!(addresses, ["192.0.2.76", "192.0.2.77", "192.0.2.78", "192.0.2.79"]);
    /// # Ok::<(), deliverability_core::network::NetworkError>(())
    /// ```
    pub fn addresses(self) -> impl Iterator<Item = IpAddr> + Send + 'static {
        let (address, width) = match self.address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        };
        let hosts = u128::MAX.checked_shr(128 - (width - u32::from(self.prefix))).unwrap_or(0);
        let is_v4 = self.address.is_ipv4();
        (address & !hosts..=address | hosts).map(move |bits| match u32::try_from(bits) {
            Ok(bits) if is_v4 => Ipv4Addr::from_bits(bits).into(),
            _ => Ipv6Addr::from_bits(bits).into(),
        })
    }

    /// Whether `address` is of the same family and shares the prefix.
    ///
    /// An IPv4-mapped IPv6 address is IPv6 here: see [`canonical`].
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    /// Reads an address, or an address and a prefix length: `192.0.2.0/24`.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let error = || NetworkError(text.chars().take(60).collect());
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, rest)| (address, Some(rest)));
        let address = address.parse().map_err(|_| error())?;
        match prefix {
            None => Ok(Self::host(address)),
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok().and_then(|prefix| Self::new(address, prefix)).ok_or_else(error)
            }
            Some(_) => Err(error()),
        }
    }
}

/// Text that is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a network such as 192.0.2.0/24 or 2001:db8::/32")]
pub struct NetworkError(String);

/// 32 or 128.
const fn address_bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address a check is about: an IPv4-mapped IPv6 address becomes IPv4 (RFC 7208 §5).
pub const fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The labels of `address` in reverse: four decimal octets, or 32 nibbles (RFC 1035 §3.5,
/// RFC 3596 §2.5). Mapped addresses are taken as IPv4.
pub fn reversed_labels(address: IpAddr) -> Vec<String> {
    match canonical(address) {
        IpAddr::V4(v4) => v4.octets().iter().rev().map(u8::to_string).collect(),
        IpAddr::V6(v6) => nibbles(v6).map(|n| format!("{n:x}")).collect::<Vec<_>>().into_iter().rev().collect(),
    }
}

/// The 32 nibbles of an IPv6 address, most significant first (the `i` macro of RFC 7208 §7.3).
pub fn nibbles(address: Ipv6Addr) -> impl Iterator<Item = u8> {
    address.octets().into_iter().flat_map(|octet| [octet >> 4, octet & 0xf])
}

/// The name whose PTR records name the host: `1.2.0.192.in-addr.arpa`, or under `ip6.arpa`.
///
/// ```
/// use deliverability_core::network::arpa_name;
/// assert_eq!(arpa_name("192.0.2.1".parse()?).to_string(), "1.2.0.192.in-addr.arpa");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn arpa_name(address: IpAddr) -> DomainName {
    let suffix = if canonical(address).is_ipv4() { "in-addr" } else { "ip6" };
    let labels = reversed_labels(address);
    let labels = labels.iter().map(String::as_str).chain([suffix, "arpa"]);
    // At most 34 short labels: always within the limits.
    DomainName::from_labels(labels).unwrap_or_else(|_| DomainName::root())
}

/// Whether the address can be a sender on the Internet: not private, loopback, link-local,
/// unspecified, multicast, shared (RFC 6598) or reserved. Documentation ranges count as public,
/// since examples are written with them.
pub fn is_public(address: IpAddr) -> bool {
    match canonical(address) {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local())
        }
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, ..] = v4.octets();
    let shared = a == 100 && (64..128).contains(&b);
    !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || a == 0 || a >= 224 || shared)
}

/// Addresses as a sentence shows them: the first three, and how many more there are.
pub(crate) fn list_addresses(addresses: &[IpAddr]) -> String {
    let shown: Vec<String> = addresses.iter().take(3).map(IpAddr::to_string).collect();
    match addresses.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn prefix_zero_contains_its_whole_family() {
        let all = Network::new(ip("0.0.0.0"), 0).unwrap();
        assert!(all.contains(ip("255.255.255.255")));
        assert!(!all.contains(ip("::ffff:192.0.2.1")));
        assert!(Network::new(ip("::"), 0).unwrap().contains(ip("2001:db8::1")));
        assert_eq!(Network::new(ip("0.0.0.0"), 33), None);
    }

    #[test]
    fn host_bits_are_ignored() {
        assert!(Network::new(ip("192.0.2.9"), 24).unwrap().contains(ip("192.0.2.200")));
        assert!(!Network::host(ip("192.0.2.9")).contains(ip("192.0.2.8")));
    }

    #[test]
    fn networks_are_read_and_counted() {
        let count = |text: &str| text.parse::<Network>().unwrap().addresses().count();
        assert_eq!((count("192.0.2.1"), count("192.0.2.1/24"), count("2001:db8::/120")), (1, 256, 256));
        let all: Network = "::/0".parse().unwrap();
        assert_eq!(all.addresses().nth(1), Some(ip("::1")));
        let last = "255.255.255.254/30".parse::<Network>().unwrap().addresses().last();
        assert_eq!(last, Some(ip("255.255.255.255")));
        for wrong in ["", "192.0.2.0/33", "192.0.2.0/+8", "192.0.2.0/", "192.0.2/24", "::/129", "x/8"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        assert!("x".parse::<Network>().unwrap_err().to_string().starts_with("\"x\" is neither an address"));
    }

    #[test]
    fn reverse_names() {
        assert_eq!(arpa_name(ip("::ffff:192.0.2.1")).to_string(), "1.2.0.192.in-addr.arpa");
        // RFC 3596 §2.5.
        assert_eq!(
            arpa_name(ip("4321:0:1:2:3:4:567:89ab")).to_string(),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"
        );
    }

    #[test]
    fn private_addresses_are_not_senders() {
        for private in ["10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "127.0.0.1", "fd00::1", "fe80::1"] {
            assert!(!is_public(ip(private)), "{private}");
        }
        assert!(is_public(ip("192.0.2.1")));
        assert!(is_public(ip("2001:db8::1")));
    }
}
