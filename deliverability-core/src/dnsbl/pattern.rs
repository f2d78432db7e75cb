//! Which A values a code of a list stands for (RFC 5782 §2.3).

use core::net::Ipv4Addr;

/// A set of A values: one, a range, or those with a bit set.
///
/// ```
/// use deliverability_core::dnsbl::Pattern;
/// assert!(Pattern::between([127, 0, 0, 4], [127, 0, 0, 7]).matches([127, 0, 0, 5].into()));
/// // 80 = 64 + 16: a list of sums says two things in one value.
/// assert!(Pattern::bit(64).matches([127, 0, 0, 80].into()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Pattern {
    /// Every octet lies between its two bounds, bounds included.
    Octets {
        /// The lower bound of each octet.
        first: [u8; 4],
        /// The upper bound of each octet.
        last: [u8; 4],
    },
    /// `127.0.0.N` where N has one of these bits.
    Bits(u8),
}

impl Pattern {
    /// This one value.
    pub const fn one(value: [u8; 4]) -> Self {
        Self::Octets { first: value, last: value }
    }

    /// Every value whose octets lie between those of `first` and `last`, bounds included.
    pub const fn between(first: [u8; 4], last: [u8; 4]) -> Self {
        Self::Octets { first, last }
    }

    /// `127.0.0.N` where N has `bit`, given as its value (1, 2, 4 ... 128).
    pub const fn bit(bit: u8) -> Self {
        Self::Bits(bit)
    }

    /// Whether `value` is in the set.
    pub fn matches(self, value: Ipv4Addr) -> bool {
        match self {
            Self::Octets { first, last } => {
                let bounds = first.into_iter().zip(last);
                value.octets().into_iter().zip(bounds).all(|(octet, (low, high))| (low..=high).contains(&octet))
            }
            Self::Bits(bits) => matches!(value.octets(), [127, 0, 0, last] if last & bits != 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_octet_has_its_own_bounds() {
        let trust_medium = Pattern::between([127, 0, 2, 2], [127, 0, 20, 2]);
        assert!(trust_medium.matches([127, 0, 5, 2].into()));
        assert!(!trust_medium.matches([127, 0, 5, 3].into()));
        assert!(!trust_medium.matches([127, 0, 1, 2].into()));
    }

    #[test]
    fn bits_count_in_127_0_0_only() {
        assert!(Pattern::bit(1).matches([127, 0, 0, 3].into()));
        assert!(!Pattern::bit(1).matches([127, 0, 0, 2].into()));
        assert!(!Pattern::bit(1).matches([127, 0, 1, 1].into()));
    }
}
