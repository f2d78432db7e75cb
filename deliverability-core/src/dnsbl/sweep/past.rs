//! What earlier runs settled, in little memory.

use core::net::{IpAddr, Ipv4Addr};
use core::time::Duration;
use std::collections::HashMap;
use std::time::SystemTime;

use crate::dns::{Answer, Query};
use crate::dnsbl::query_name::Subject;
use crate::domain::DomainName;

/// Lists that share one entry of a table.
const BITS: usize = 64;

/// Settled cells: for each subject a bit for each list. An IPv4 address with up to 64 lists takes
/// about 20 octets.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    zones: HashMap<DomainName, usize>,
    v4: HashMap<(Ipv4Addr, usize), u64>,
    others: HashMap<(Subject, usize), u64>,
    tests: HashMap<Query, (SystemTime, Answer)>,
}

impl Past {
    pub(super) fn settle(&mut self, subject: &Subject, zone: &DomainName) {
        let known = self.zones.len();
        let nth = *self.zones.entry(zone.clone()).or_insert(known);
        let bits = match subject {
            Subject::Ip(IpAddr::V4(v4)) => self.v4.entry((*v4, nth / BITS)).or_default(),
            other => self.others.entry((other.clone(), nth / BITS)).or_default(),
        };
        *bits |= bit(nth);
    }

    pub(super) fn holds(&self, subject: &Subject, zone: &DomainName) -> bool {
        let Some(&nth) = self.zones.get(zone) else { return false };
        let bits = match subject {
            Subject::Ip(IpAddr::V4(v4)) => self.v4.get(&(*v4, nth / BITS)),
            other => self.others.get(&(other.clone(), nth / BITS)),
        };
        bits.is_some_and(|bits| bits & bit(nth) != 0)
    }

    /// How many cells are settled.
    pub(super) fn len(&self) -> u64 {
        let bits = self.v4.values().chain(self.others.values());
        bits.map(|bits| u64::from(bits.count_ones())).sum()
    }

    pub(super) fn set_test(&mut self, query: Query, at: SystemTime, answer: Answer) {
        self.tests.insert(query, (at, answer));
    }

    /// The answer at a test point that is not older than `most`, and when it came.
    pub(super) fn test(&self, query: &Query, most: Duration) -> Option<(SystemTime, Answer)> {
        let (at, answer) = self.tests.get(query)?;
        // A time to come is none: the clock was changed.
        let age = SystemTime::now().duration_since(*at).ok()?;
        (age < most).then(|| (*at, answer.clone()))
    }
}

const fn bit(nth: usize) -> u64 {
    1 << (nth % BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart() {
        let mut past = Past::default();
        let zones: Vec<DomainName> = (0..130).map(|n| format!("l{n}.test").parse().unwrap()).collect();
        let subjects: Vec<Subject> = ["192.0.2.1", "2001:db8::1"].map(|ip| Subject::Ip(ip.parse().unwrap())).into();
        for subject in &subjects {
            zones.iter().step_by(3).for_each(|zone| past.settle(subject, zone));
            for (n, zone) in zones.iter().enumerate() {
                assert_eq!(past.holds(subject, zone), n % 3 == 0, "{subject} {zone}");
            }
        }
        assert_eq!(past.len(), 88);
        assert!(!past.holds(&Subject::Ip("192.0.2.2".parse().unwrap()), &zones[0]));
    }
}
