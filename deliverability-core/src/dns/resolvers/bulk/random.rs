//! IDs and ports that nobody can guess (RFC 5452 §9.2).

use std::io;

/// Random numbers of the operating system, some in store.
///
/// There is no generator whose state a forked process could share.
pub(super) struct Random {
    store: [u8; 256],
    left: usize,
}

impl Random {
    pub(super) const fn new() -> Self {
        Self { store: [0; 256], left: 0 }
    }

    pub(super) fn u16(&mut self) -> io::Result<u16> {
        if self.left < 2 {
            getrandom::fill(&mut self.store)?;
            self.left = self.store.len();
        }
        self.left -= 2;
        let pair = self.store.get(self.left..).and_then(<[u8]>::first_chunk).copied();
        Ok(u16::from_be_bytes(pair.unwrap_or_default()))
    }

    /// One of the numbers below `bound`, each as likely as the others.
    pub(super) fn below(&mut self, bound: u16) -> io::Result<u16> {
        // The last, incomplete run of `bound` numbers is not used.
        let end = u16::MAX - u16::MAX % bound.max(1);
        loop {
            let number = self.u16()?;
            if number < end {
                return Ok(number % bound.max(1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ_and_keep_their_bounds() {
        let mut random = Random::new();
        let mut seen: Vec<u16> = (0..1000).map(|_| random.u16().unwrap()).collect();
        seen.sort_unstable();
        seen.dedup();
        // A thousand of 65,536: about 8 come twice.
        assert!(seen.len() > 900, "{}", seen.len());
        assert!((0..1000).all(|_| random.below(3).unwrap() < 3));
        assert_eq!((random.below(1).unwrap(), random.below(0).unwrap()), (0, 0));
    }
}
