//! Short names, kept in place.

/// Most octets of a short name.
const ROOM: usize = 31;

/// Length-prefixed labels of a short name, without the root's zero octet: four words, so that to
/// make, copy and drop it allocates nothing.
#[derive(Clone, Copy)]
pub(super) struct Short {
    /// Zero behind the labels.
    wire: [u8; ROOM],
    length: Length,
}

impl Short {
    pub(super) const EMPTY: Self = Self { length: Length::L0, wire: [0; ROOM] };

    /// A name from octets known to be labels, if it is short.
    pub(super) fn new(octets: &[u8]) -> Option<Self> {
        let mut wire = [0; ROOM];
        wire.get_mut(..octets.len())?.copy_from_slice(octets);
        Some(Self { length: Length::new(octets.len())?, wire })
    }

    /// A name from labels joined by dots, if it is a name and short: its octets are copied, and each
    /// dot becomes the length of the label behind it.
    #[inline]
    pub(super) fn from_text(text: &[u8]) -> Option<Self> {
        let length = Length::new(text.len().checked_add(1)?)?;
        let mut wire = [0; ROOM];
        wire.get_mut(1..)?.get_mut(..text.len())?.copy_from_slice(text);
        let mut start = 0;
        let mut ends_at = |dot: usize| {
            *wire.get_mut(start)? = u8::try_from(dot.checked_sub(start + 1)?).ok().filter(|length| *length > 0)?;
            start = dot;
            Some(())
        };
        let (eights, rest) = text.as_chunks();
        for (n, eight) in eights.iter().enumerate() {
            let mut dots = dots(*eight);
            while dots != 0 {
                ends_at(n * 8 + usize::try_from(dots.trailing_zeros() / 8).ok()? + 1)?;
                dots &= dots - 1;
            }
        }
        for (n, _) in rest.iter().enumerate().filter(|(_, octet)| **octet == b'.') {
            ends_at(eights.len() * 8 + n + 1)?;
        }
        ends_at(text.len() + 1)?;
        Some(Self { wire, length })
    }

    #[inline]
    pub(super) fn octets(&self) -> &[u8] {
        self.wire.get(..self.length as usize).unwrap_or_default()
    }

    /// All octets, [`folded`].
    #[inline]
    pub(super) fn folded(&self) -> [u128; 2] {
        let (first, rest) = self.wire.split_at_checked(16).unwrap_or_default();
        [folded(first), folded(rest)]
    }

    /// Whether two names are the same to the letter.
    #[inline]
    pub(super) fn same(&self, other: &Self) -> bool {
        self.wire == other.wire
    }
}

/// The high bit of each octet that is a dot.
#[inline]
fn dots(eight: [u8; 8]) -> u64 {
    const LOW_BITS: u64 = u64::from_ne_bytes([0x7f; 8]);
    let differs = u64::from_le_bytes(eight) ^ u64::from_ne_bytes([b'.'; 8]);
    !(((differs & LOW_BITS) + LOW_BITS) | differs | LOW_BITS)
}

/// Up to 16 octets for a hash: without case, since with this bit set letters of either case are
/// alike. So are some octets that differ, which `==` tells apart.
#[inline]
pub(super) fn folded(octets: &[u8]) -> u128 {
    const CASE: u128 = u128::from_ne_bytes([0x20; 16]);
    let mut block = [0; 16];
    block.iter_mut().zip(octets).for_each(|(to, from)| *to = *from);
    u128::from_ne_bytes(block) | CASE
}

/// How many octets a short name has: an enum, so that its octet's other values can tell other
/// variants of what holds a short name. A name has four words then, and is copied by words.
#[derive(Clone, Copy)]
#[rustfmt::skip]
enum Length {
    L0, L1, L2, L3, L4, L5, L6, L7, L8, L9, L10, L11, L12, L13, L14, L15,
    L16, L17, L18, L19, L20, L21, L22, L23, L24, L25, L26, L27, L28, L29, L30, L31,
}

impl Length {
    #[rustfmt::skip]
    const ALL: [Self; ROOM + 1] = [
        Self::L0, Self::L1, Self::L2, Self::L3, Self::L4, Self::L5, Self::L6, Self::L7,
        Self::L8, Self::L9, Self::L10, Self::L11, Self::L12, Self::L13, Self::L14, Self::L15,
        Self::L16, Self::L17, Self::L18, Self::L19, Self::L20, Self::L21, Self::L22, Self::L23,
        Self::L24, Self::L25, Self::L26, Self::L27, Self::L28, Self::L29, Self::L30, Self::L31,
    ];

    fn new(length: usize) -> Option<Self> {
        Self::ALL.get(length).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DomainName;

    #[test]
    fn names_are_four_words_even_where_there_may_be_none() {
        assert_eq!(size_of::<Option<DomainName>>(), 32);
    }

    #[test]
    fn lengths_are_what_they_say() {
        assert!((0..=ROOM).all(|length| Length::new(length).unwrap() as usize == length));
        assert!(Length::new(ROOM + 1).is_none());
    }
}
