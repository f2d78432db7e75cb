//! Sets of addresses, and the fewest networks that make one.

use std::collections::BTreeMap;

use super::family::{Family, range};
use crate::network::Network;

/// A set of IPv4 and IPv6 addresses, kept as ranges that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AddressSet {
    /// The last address of each range, by family and first address.
    ranges: BTreeMap<(Family, u128), u128>,
}

impl AddressSet {
    pub(super) fn insert(&mut self, network: Network) {
        let (family, first, last) = range(network);
        self.insert_range(family, first, last);
    }

    pub(super) fn insert_range(&mut self, family: Family, mut first: u128, mut last: u128) {
        // Every range that overlaps or touches goes into the new one.
        let reach = last.saturating_add(1);
        while let Some((&(before, start), &end)) = self.ranges.range(..=(family, reach)).next_back() {
            if before != family || end.saturating_add(1) < first {
                break;
            }
            first = first.min(start);
            last = last.max(end);
            self.ranges.remove(&(family, start));
        }
        self.ranges.insert((family, first), last);
    }

    /// Whether every address of the network is in the set.
    pub(super) fn covers(&self, network: Network) -> bool {
        let (family, first, last) = range(network);
        let before = self.ranges.range(..=(family, first)).next_back();
        before.is_some_and(|((of, _), end)| *of == family && *end >= last)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The fewest networks that hold exactly these addresses, IPv4 first, in order.
    pub(super) fn networks(&self) -> Vec<Network> {
        self.ranges.iter().flat_map(|((family, first), last)| cover(*family, *first, *last)).collect()
    }
}

/// The fewest networks of a range: from its start, each the largest that begins there and fits.
fn cover(family: Family, first: u128, last: u128) -> Vec<Network> {
    let mut networks = Vec::new();
    let mut start = Some(first);
    while let Some(at) = start.filter(|at| *at <= last) {
        let aligned = u8::try_from(at.trailing_zeros()).unwrap_or(u8::MAX).min(family.width());
        let (host_bits, end) = (0..=aligned)
            .rev()
            .map(|host_bits| (host_bits, at | low_ones(host_bits)))
            .find(|(_, end)| *end <= last)
            .unwrap_or((0, at));
        networks.extend(Network::new(family.address(at), family.width().saturating_sub(host_bits)));
        start = end.checked_add(1);
    }
    networks
}

/// A number whose lowest `count` bits are set.
fn low_ones(count: u8) -> u128 {
    1u128.checked_shl(u32::from(count)).map_or(u128::MAX, |size| size.wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> Vec<String> {
        let mut set = AddressSet::default();
        for text in texts {
            let (address, prefix) = text.split_once('/').unwrap();
            set.insert(Network::new(address.parse().unwrap(), prefix.parse().unwrap()).unwrap());
        }
        set.networks().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn neighbours_become_one_network() {
        assert_eq!(networks(&["192.0.2.128/25", "192.0.2.0/25"]), ["192.0.2.0/24"]);
        assert_eq!(networks(&["192.0.2.0/32", "192.0.2.1/32", "192.0.2.2/32"]), ["192.0.2.0/31", "192.0.2.2/32"]);
        assert_eq!(networks(&["10.0.0.0/8", "10.1.0.0/16", "9.0.0.0/8"]), ["9.0.0.0/8", "10.0.0.0/8"]);
        assert_eq!(networks(&["192.0.2.1/32", "192.0.2.3/32", "192.0.2.2/32"]), ["192.0.2.1/32", "192.0.2.2/31"]);
    }

    #[test]
    fn families_never_touch() {
        assert_eq!(networks(&["0.0.0.0/0", "::/0"]), ["0.0.0.0/0", "::/0"]);
        assert_eq!(networks(&["::/1", "8000::/1", "255.255.255.255/32"]), ["255.255.255.255/32", "::/0"]);
    }

    #[test]
    fn host_bits_do_not_matter() {
        let mut set = AddressSet::default();
        set.insert(Network::new("192.0.2.77".parse().unwrap(), 24).unwrap());
        assert!(set.covers(Network::host("192.0.2.0".parse().unwrap())));
        assert!(!set.covers(Network::new("192.0.2.0".parse().unwrap(), 23).unwrap()));
        assert!(!set.covers(Network::host("::c000:200".parse().unwrap())));
    }
}
