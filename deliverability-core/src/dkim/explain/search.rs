//! The hash that was signed, and how much may be hashed to find out of which body it is.

use crate::dkim::body_hash::{Kind, Pass};
use crate::dkim::message::{Fields, Limits};
use crate::dkim::signature::{Canonicalization, Signature};

/// Smaller bodies are searched as if they had so many octets.
const SMALL: usize = 40 << 10;

/// The smallest, as most mail is, as if they had six times as many: it takes less than a millisecond.
const TINY: usize = 12 << 10;

/// What it takes to copy a hash under way and to finish it, in octets.
pub(super) const FINISH: usize = 256;

/// A hash that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) kind: Kind,
    pub(super) length: Option<u64>,
    pub(super) digest: Box<[u8]>,
}

impl Wanted {
    pub(super) fn of(signature: &Signature) -> Self {
        let kind = Kind { canonicalization: signature.body_canonicalization, hash: signature.algorithm.hash() };
        Self { kind, length: signature.body_length, digest: signature.body_hash.clone() }
    }
}

/// The search for what happened to one body. Whatever it hashes is taken from its budget.
pub(super) struct Search<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) body: &'a [u8],
    pub(super) fields: &'a Fields,
    left: usize,
    /// Whether something was left out.
    pub(super) is_cut: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(wanted: &'a Wanted, body: &'a [u8], fields: &'a Fields, limits: &Limits) -> Self {
        let counted = if body.len() <= TINY { SMALL.saturating_mul(6) } else { body.len().max(SMALL) };
        // To look for lines and signs takes about as long as to hash a quarter.
        let left = counted.saturating_mul(limits.explained_passes).saturating_sub(counted / 4);
        Self { wanted, body, fields, left, is_cut: false }
    }

    /// Takes octets from the budget, if so many are left.
    pub(super) fn take(&mut self, octets: usize) -> bool {
        let has = self.has(octets);
        self.left = if has { self.left.saturating_sub(octets) } else { self.left };
        has
    }

    /// Whether so many octets are left.
    pub(super) fn has(&mut self, octets: usize) -> bool {
        self.is_cut |= octets > self.left;
        octets <= self.left
    }

    pub(super) const fn is_simple(&self) -> bool {
        matches!(self.wanted.kind.canonicalization, Canonicalization::Simple)
    }

    /// Whether this is the body that was signed.
    pub(super) fn is(&mut self, body: &[u8]) -> bool {
        self.is_under(self.wanted.kind, body)
    }

    pub(super) fn is_under(&mut self, kind: Kind, body: &[u8]) -> bool {
        self.take(body.len().saturating_add(FINISH)) && self.would_be(&self.pass_under(kind), &[body])
    }

    /// A pass over a body from its start.
    pub(super) fn pass(&self) -> Pass {
        self.pass_under(self.wanted.kind)
    }

    fn pass_under(&self, kind: Kind) -> Pass {
        let mut pass = Pass::new(kind);
        pass.want(self.wanted.length);
        pass
    }

    /// Whether the body of `pass`, if it went on with these parts, would be the one that was signed.
    /// What that takes was taken before.
    pub(super) fn would_be(&self, pass: &Pass, parts: &[&[u8]]) -> bool {
        if self.wanted.length.is_none() {
            return pass.would_be(&self.wanted.digest, parts);
        }
        let mut pass = pass.clone();
        for part in parts {
            pass.feed(part);
        }
        pass.finish().of(self.wanted.length).digest.as_deref() == Some(&self.wanted.digest)
    }
}
