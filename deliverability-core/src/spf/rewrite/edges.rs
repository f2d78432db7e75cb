//! Where verdicts can change along the addresses, and the addresses to try.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::address_set::AddressSet;
use super::family::{Family, MAPPED, range};
use crate::network::Network;

/// The edges of all networks met so far, and the addresses still to be tried: every edge and its
/// neighbours.
///
/// Between two edges all addresses are in the same networks, so one of them stands for all.
#[derive(Debug)]
pub(super) struct Edges {
    /// First addresses of the stretches between edges.
    starts: BTreeSet<(Family, u128)>,
    seen: BTreeSet<(Family, u128)>,
    waiting: Vec<(Family, u128)>,
}

impl Edges {
    /// The ends of both families, and of the IPv6 addresses that stand for IPv4 clients.
    pub(super) fn new() -> Self {
        let mut edges = Self { starts: BTreeSet::new(), seen: BTreeSet::new(), waiting: Vec::new() };
        edges.add_range(Family::V6, 0, Family::V6.last());
        edges.add_range(Family::V4, 0, Family::V4.last());
        edges.add_range(Family::V6, MAPPED.0, MAPPED.1);
        edges
    }

    pub(super) fn add(&mut self, network: Network) {
        let (family, first, last) = range(network);
        self.add_range(family, first, last);
    }

    fn add_range(&mut self, family: Family, first: u128, last: u128) {
        self.add_edge(family, first);
        match last.checked_add(1).filter(|next| *next <= family.last()) {
            Some(next) => self.add_edge(family, next),
            None => self.wait_for(family, last),
        }
    }

    fn add_edge(&mut self, family: Family, edge: u128) {
        if self.starts.insert((family, edge)) {
            let around = [edge.checked_sub(1), Some(edge), edge.checked_add(1)];
            for place in around.into_iter().flatten().filter(|place| *place <= family.last()) {
                self.wait_for(family, place);
            }
        }
    }

    fn wait_for(&mut self, family: Family, place: u128) {
        // RFC 7208 §5: a client at a mapped address is an IPv4 client, and tried as one.
        let mapped = family == Family::V6 && (MAPPED.0..=MAPPED.1).contains(&place);
        if !mapped && self.seen.insert((family, place)) {
            self.waiting.push((family, place));
        }
    }

    /// The next address to try.
    pub(super) fn next(&mut self) -> Option<IpAddr> {
        self.waiting.pop().map(|(family, place)| family.address(place))
    }

    /// How many addresses there are to try in all.
    pub(super) fn points(&self) -> usize {
        self.seen.len()
    }

    /// All addresses of the stretches whose first address is in `chosen`.
    pub(super) fn stretches(&self, chosen: &dyn Fn(IpAddr) -> bool) -> AddressSet {
        let mut set = AddressSet::default();
        for family in Family::BOTH {
            let starts: Vec<u128> =
                self.starts.iter().filter(|(of, _)| *of == family).map(|(_, start)| *start).collect();
            let ends = starts.iter().skip(1).map(|next| next.saturating_sub(1)).chain([family.last()]);
            for (start, end) in starts.iter().zip(ends) {
                if chosen(family.address(*start)) {
                    set.insert_range(family, *start, end);
                }
            }
        }
        fill_mapped(&mut set);
        set
    }
}

/// No client is at a mapped address: where both neighbours are in the set, so may these be.
fn fill_mapped(set: &mut AddressSet) {
    let neighbours = [MAPPED.0.saturating_sub(1), MAPPED.1.saturating_add(1)];
    if neighbours.iter().all(|place| set.covers(Network::host(Family::V6.address(*place)))) {
        set.insert_range(Family::V6, MAPPED.0, MAPPED.1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::family::bits;
    use super::*;

    fn is_waiting(edges: &Edges, text: &str) -> bool {
        let ip: IpAddr = text.parse().unwrap();
        edges.seen.contains(&(Family::of(ip), bits(ip)))
    }

    #[test]
    fn every_edge_and_its_neighbours_are_tried() {
        let mut edges = Edges::new();
        edges.add(Network::new("192.0.2.0".parse().unwrap(), 24).unwrap());
        for ip in ["192.0.1.255", "192.0.2.0", "192.0.2.1", "192.0.2.255", "192.0.3.0", "192.0.3.1"] {
            assert!(is_waiting(&edges, ip), "{ip}");
        }
        for ip in ["0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::1:0:0:0"] {
            assert!(is_waiting(&edges, ip), "{ip}");
        }
        assert!(!is_waiting(&edges, "::ffff:0.0.0.1"));
        let tried = core::iter::from_fn(|| edges.next()).count();
        assert_eq!(tried, edges.points());
    }

    #[test]
    fn stretches_are_whole() {
        let mut edges = Edges::new();
        edges.add(Network::new("192.0.2.0".parse().unwrap(), 24).unwrap());
        let inside: IpAddr = "192.0.2.0".parse().unwrap();
        let set = edges.stretches(&|ip| ip == inside || ip.is_ipv6());
        assert_eq!(set.networks().iter().map(ToString::to_string).collect::<Vec<_>>(), ["192.0.2.0/24", "::/0"]);
    }
}
