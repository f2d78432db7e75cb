//! What an address says about where its host stands (RFC 1918, RFC 6598, RFC 3927, RFC 4193).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr};

use crate::network::{canonical, is_public};

/// Where the host of an address stands, as far as the address tells.
///
/// ```
/// use deliverability_core::header::trace::AddressKind;
/// assert_eq!(AddressKind::of("172.17.0.1".parse()?), AddressKind::ContainerGateway);
/// assert_eq!(AddressKind::of("100.64.0.9".parse()?), AddressKind::Shared);
/// assert_eq!(AddressKind::of("192.0.2.1".parse()?), AddressKind::Public);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressKind {
    /// On the Internet.
    Public,
    /// The host itself.
    Loopback,
    /// The address by which a container engine's own bridge sends on what came from outside: the true client
    /// stands behind it. These are the first addresses of the networks that Docker (172.17.0.0/16 to
    /// 172.31.0.0/16), Podman (10.88.0.0/16, 10.89.0.0/16), user-mode networks (10.0.2.2) and the usual
    /// networks of Kubernetes (10.42.0.0/16, 10.244.0.0/16) take by default.
    ContainerGateway,
    /// Another address of those networks: a container, or a host of an ordinary private network.
    ContainerNetwork,
    /// A private network (RFC 1918, RFC 4193).
    Private,
    /// A provider's network behind carrier-grade NAT, 100.64.0.0/10 (RFC 6598).
    Shared,
    /// One link only (RFC 3927, RFC 4291 §2.5.6).
    LinkLocal,
    /// Any other address that no sender on the Internet has.
    Reserved,
}

impl AddressKind {
    /// The kind of an address; an IPv4-mapped IPv6 address is taken as IPv4.
    pub fn of(address: IpAddr) -> Self {
        match canonical(address) {
            IpAddr::V4(v4) => Self::of_v4(v4),
            IpAddr::V6(v6) if v6.is_loopback() => Self::Loopback,
            IpAddr::V6(v6) if v6.is_unique_local() => Self::Private,
            IpAddr::V6(v6) if v6.is_unicast_link_local() => Self::LinkLocal,
            IpAddr::V6(v6) if is_public(v6.into()) => Self::Public,
            IpAddr::V6(_) => Self::Reserved,
        }
    }

    fn of_v4(v4: Ipv4Addr) -> Self {
        match v4.octets() {
            [127, ..] => Self::Loopback,
            [172, 17..=31, 0, 1] | [10, 88 | 89, 0, 1] | [10, 0, 2, 2] | [10, 42 | 244, _, 0 | 1] => {
                Self::ContainerGateway
            }
            [172, 17..=31, ..] | [10, 88 | 89 | 42 | 244, ..] => Self::ContainerNetwork,
            [10, ..] | [172, 16, ..] | [192, 168, ..] => Self::Private,
            [100, 64..=127, ..] => Self::Shared,
            [169, 254, ..] => Self::LinkLocal,
            _ if is_public(v4.into()) => Self::Public,
            _ => Self::Reserved,
        }
    }

    /// Whether the host may stand anywhere on the Internet.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Public)
    }
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::ContainerGateway => "the gateway of a container network",
            Self::ContainerNetwork => "in a private network that containers use by default",
            Self::Private => "private",
            Self::Shared => "shared by carrier-grade NAT",
            Self::LinkLocal => "link-local",
            Self::Reserved => "reserved",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_has_its_kind() {
        for (address, kind) in [
            ("127.0.0.1", AddressKind::Loopback),
            ("::1", AddressKind::Loopback),
            ("172.18.0.1", AddressKind::ContainerGateway),
            ("10.88.0.1", AddressKind::ContainerGateway),
            ("10.244.3.1", AddressKind::ContainerGateway),
            ("172.17.0.5", AddressKind::ContainerNetwork),
            ("172.16.0.1", AddressKind::Private),
            ("10.1.2.3", AddressKind::Private),
            ("192.168.0.1", AddressKind::Private),
            ("fd00::1", AddressKind::Private),
            ("100.127.0.1", AddressKind::Shared),
            ("169.254.1.1", AddressKind::LinkLocal),
            ("fe80::1", AddressKind::LinkLocal),
            ("224.0.0.1", AddressKind::Reserved),
            ("::", AddressKind::Reserved),
            ("100.128.0.1", AddressKind::Public),
            ("172.32.0.1", AddressKind::Public),
            ("::ffff:192.0.2.1", AddressKind::Public),
            ("2001:db8::1", AddressKind::Public),
        ] {
            let found = AddressKind::of(address.parse().unwrap());
            assert_eq!(found, kind, "{address} is {found}");
            assert_eq!(found.is_public(), is_public(address.parse().unwrap()), "{address}");
        }
    }
}
