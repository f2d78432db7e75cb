//! Which A values a code of a list stands for (RFC 5782 §2.3).

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

/// A set of A values: one, a range, or those with a bit set.
///
/// ```
/// use deliverability_core::dnsbl::Pattern;
/// assert!(Pattern::between([127, 0, 0, 4], [127, 0, 0, 7]).matches([127, 0, 0, 5].into()));
/// // 80 = 64 + 16: a list of sums says two things in one value.
/// assert!(Pattern::bit(64).matches([127, 0, 0, 80].into()));
/// // In words: one value, ranges of octets, any octet, a bit.
/// for words in ["127.0.0.2", "127.0.2-20.3", "127.0.10.*", "bit 64"] {
///     assert_eq!(words.parse::<Pattern>()?.to_string(), words);
/// }
/// # Ok::<(), deliverability_core::dnsbl::NoPattern>(())
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

/// The words that it is read from.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bits(bits) => write!(f, "bit {bits}"),
            Self::Octets { first, last } => {
                for (n, bounds) in first.iter().zip(last).enumerate() {
                    f.write_str(if n == 0 { "" } else { "." })?;
                    match bounds {
                        (0, 255) => f.write_str("*")?,
                        (low, high) if low == high => write!(f, "{low}")?,
                        (low, high) => write!(f, "{low}-{high}")?,
                    }
                }
                Ok(())
            }
        }
    }
}

/// Reads `127.0.0.2`, octets as ranges (`127.0.0.4-7`) or as `*`, or `bit 4`. The first octet is
/// 127 (RFC 5782 §2.1), and a bit is one of 1, 2, 4 ... 128.
impl FromStr for Pattern {
    type Err = NoPattern;

    fn from_str(text: &str) -> Result<Self, NoPattern> {
        if let Some(bit) = text.strip_prefix("bit ") {
            let bit: u8 = bit.parse().map_err(|_| NoPattern)?;
            return if bit.is_power_of_two() { Ok(Self::bit(bit)) } else { Err(NoPattern) };
        }
        let bounds: Vec<(u8, u8)> = text.split('.').map(octet).collect::<Option<_>>().ok_or(NoPattern)?;
        match bounds.as_slice() {
            [(127, 127), b, c, d] => Ok(Self::between([127, b.0, c.0, d.0], [127, b.1, c.1, d.1])),
            _ => Err(NoPattern),
        }
    }
}

/// Words that are no [`Pattern`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("values are written 127.0.0.2, 127.0.0.4-7, 127.0.10.* or, where they are sums, as `bit 4`")]
pub struct NoPattern;

/// The bounds of one octet: a number, `low-high`, or `*`.
fn octet(text: &str) -> Option<(u8, u8)> {
    if text == "*" {
        return Some((0, 255));
    }
    let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let (low, high) = (number(low)?, number(high)?);
    (low <= high).then_some((low, high))
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

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "127.0.0",
            "127.0.0.2.3",
            "10.0.0.1",
            "127.0.0.7-4",
            "127.0.0.256",
            "127.0.0.+1",
            "bit 3",
            "bit",
            "*.0.0.1",
        ] {
            assert_eq!(text.parse::<Pattern>(), Err(NoPattern), "{text}");
        }
        assert_eq!("127.0.0.4-7".parse(), Ok(Pattern::between([127, 0, 0, 4], [127, 0, 0, 7])));
    }
}
