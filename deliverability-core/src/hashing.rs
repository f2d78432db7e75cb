//! Hashing of names and record texts: quick on short keys, with a secret of the map's own.
//!
//! `std`'s default withstands more, at several times the cost. The maps that use this one are
//! bounded or filled by their owner.

use core::hash::{BuildHasher, Hasher};
use std::hash::RandomState;

/// Makes hashers that share a random secret, so that no stranger can foresee which keys collide.
#[derive(Clone, Debug)]
pub(crate) struct Keyed {
    secret: u64,
}

impl Default for Keyed {
    fn default() -> Self {
        Self { secret: RandomState::new().hash_one(()) | 1 }
    }
}

impl BuildHasher for Keyed {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding { state: self.secret, secret: self.secret }
    }
}

/// Folds each word into the state by one long multiplication.
#[derive(Debug)]
pub(crate) struct Folding {
    state: u64,
    secret: u64,
}

impl Hasher for Folding {
    fn write(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.as_chunks::<16>();
        for block in blocks {
            self.write_u128(u128::from_ne_bytes(*block));
        }
        if rest.is_empty() {
            return;
        }
        // The last 16 octets once more where there are as many: quicker than to fill up fewer.
        if let Some(last) = bytes.last_chunk::<16>() {
            self.write_u128(u128::from_ne_bytes(*last));
        } else {
            let mut last = [0; 16];
            last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            self.write_u128(u128::from_ne_bytes(last));
        }
    }

    #[inline]
    fn write_u128(&mut self, words: u128) {
        // Digits of pi, as any number without a pattern.
        let (one, other) = (low(words) ^ self.state, low(words >> 64) ^ self.secret ^ 0x2438_6f43_2d51_8a7e);
        let product = u128::from(one) * u128::from(other);
        // The old state again: a factor that happens to be zero must not hide it.
        self.state = low(product) ^ low(product >> 64).rotate_left(32) ^ self.state.rotate_left(17);
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.write_u128(word.into());
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(u64::try_from(number).unwrap_or(u64::MAX));
    }

    fn finish(&self) -> u64 {
        self.state
    }
}

/// The lower half.
fn low(words: u128) -> u64 {
    u64::try_from(words & u128::from(u64::MAX)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_that_differ_little_spread() {
        let keyed = Keyed::default();
        let names = (0..4096).map(|n| format!("host{n}.example.org"));
        let hashes: Vec<u64> = names.map(|name| keyed.hash_one(name.as_bytes())).collect();
        // A table of 4,096 places is filled as by chance: to about 63 in a hundred, by either end.
        for shift in [0, 52] {
            let places: HashSet<u64> = hashes.iter().map(|hash| (hash >> shift) & 0xfff).collect();
            assert!(places.len() > 2300, "{}", places.len());
        }
        assert_ne!(keyed.hash_one(&b"ab"[..]), Keyed::default().hash_one(&b"ab"[..]));
    }
}
