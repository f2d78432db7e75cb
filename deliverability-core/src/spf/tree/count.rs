//! How often something can happen on one path.

use core::fmt;

/// A number of look-ups, or no end of them.
///
/// ```
/// use deliverability_core::spf::Count;
/// assert!(Count::Of(12).exceeds(10) && Count::Endless.exceeds(10));
/// assert!(Count::Of(12) < Count::Endless);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// So many; `u64::MAX` also stands for more than that.
    Of(u64),
    /// A record leads back to itself: only the limit ends it.
    Endless,
}

impl Count {
    /// None.
    pub const ZERO: Self = Self::Of(0);

    /// The number, unless there is no end.
    pub const fn finite(self) -> Option<u64> {
        match self {
            Self::Of(count) => Some(count),
            Self::Endless => None,
        }
    }

    /// Whether it is more than a limit.
    pub fn exceeds(self, limit: u8) -> bool {
        self > Self::Of(limit.into())
    }

    pub(super) const fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Of(one), Self::Of(two)) => Self::Of(one.saturating_add(two)),
            _ => Self::Endless,
        }
    }
}

/// The number, or `endless`.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(count) => count.fmt(f),
            Self::Endless => f.pad("endless"),
        }
    }
}
