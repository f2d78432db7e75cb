//! The two address families as number lines.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::network::Network;

/// The IPv6 addresses that stand for IPv4 clients, first and last: `::ffff:0:0/96`.
pub(super) const MAPPED: (u128, u128) = (0xffff_0000_0000, 0xffff_ffff_ffff);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    pub(super) const BOTH: [Self; 2] = [Self::V4, Self::V6];

    pub(super) const fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// The last address.
    pub(super) const fn last(self) -> u128 {
        match self {
            Self::V4 => u32::MAX as u128,
            Self::V6 => u128::MAX,
        }
    }

    pub(super) const fn width(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    pub(super) fn address(self, bits: u128) -> IpAddr {
        match self {
            Self::V4 => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(u32::MAX))),
            Self::V6 => IpAddr::V6(Ipv6Addr::from_bits(bits)),
        }
    }
}

/// The address as a place on its family's line.
pub(super) fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The first and the last address of a network.
pub(super) fn range(network: Network) -> (Family, u128, u128) {
    let family = Family::of(network.address());
    let host_bits = u32::from(family.width().saturating_sub(network.prefix()));
    let hosts = 1u128.checked_shl(host_bits).map_or(u128::MAX, |size| size.wrapping_sub(1));
    let first = bits(network.address()) & !hosts;
    (family, first, first | hosts)
}
