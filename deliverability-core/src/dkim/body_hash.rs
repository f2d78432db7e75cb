//! The hashes of a body that its signatures ask for (RFC 6376 §3.7), taken in one pass.

use core::fmt;

use aws_lc_rs::digest;

use super::canonicalization;
use super::signature::{Canonicalization, HashAlgorithm};

/// What identifies a hash of a body: two signatures that agree on it share the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kind {
    pub(super) canonicalization: Canonicalization,
    pub(super) hash: HashAlgorithm,
}

/// A hash of a body, and how much of it went in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BodyHash {
    /// `None` if the body is shorter than `l=` says.
    pub(super) digest: Option<Box<[u8]>>,
    /// Octets of the whole canonicalized body.
    pub(super) octets: u64,
}

/// The pass over a body for one [`Kind`], with every length that `l=` asks for.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    kind: Kind,
    body: canonicalization::Body,
    hasher: Hasher,
}

impl Pass {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, body: canonicalization::Body::new(kind.canonicalization), hasher: Hasher::new(kind.hash) }
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    /// Asks for the hash of the first `length` octets, or of all.
    pub(super) fn want(&mut self, length: Option<u64>) {
        match length {
            Some(length) => self.hasher.want(length),
            None => self.hasher.wants_all = true,
        }
    }

    pub(super) fn feed(&mut self, octets: &[u8]) {
        let hasher = &mut self.hasher;
        self.body.feed(octets, &mut |piece| hasher.feed(piece));
    }

    /// Whether the body, if it went on with these parts and ended there, would have this hash. Nothing
    /// changes.
    pub(super) fn would_be(&self, digest: &[u8], parts: &[&[u8]]) -> bool {
        let (mut body, mut context) = (self.body.clone(), self.hasher.context.clone());
        for part in parts {
            body.feed(part, &mut |piece| context.update(piece));
        }
        body.finish(&mut |piece| context.update(piece));
        context.finish().as_ref() == digest
    }

    pub(super) fn finish(mut self) -> Hashes {
        let hasher = &mut self.hasher;
        self.body.finish(&mut |piece| hasher.feed(piece));
        let Hasher { context, fed, cuts, wants_all } = self.hasher;
        let whole = wants_all.then(|| octets(context.finish()));
        Hashes { kind: self.kind, octets: fed, cuts, whole }
    }
}

/// The hashes of a body for one [`Kind`].
#[derive(Clone, Debug)]
pub(super) struct Hashes {
    pub(super) kind: Kind,
    octets: u64,
    cuts: Vec<(u64, Option<Box<[u8]>>)>,
    whole: Option<Box<[u8]>>,
}

impl Hashes {
    pub(super) fn of(&self, length: Option<u64>) -> BodyHash {
        let digest = match length {
            None => self.whole.clone(),
            Some(length) => self.cuts.iter().find(|(cut, _)| *cut == length).and_then(|(_, digest)| digest.clone()),
        };
        BodyHash { digest, octets: self.octets }
    }
}

#[derive(Clone)]
struct Hasher {
    context: digest::Context,
    fed: u64,
    /// Lengths to stop at, ascending, and the hashes there. As many as signatures at most.
    cuts: Vec<(u64, Option<Box<[u8]>>)>,
    wants_all: bool,
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("fed", &self.fed).field("cuts", &self.cuts).finish_non_exhaustive()
    }
}

impl Hasher {
    fn new(hash: HashAlgorithm) -> Self {
        Self { context: context(hash), fed: 0, cuts: Vec::new(), wants_all: false }
    }

    fn want(&mut self, length: u64) {
        if let Err(at) = self.cuts.binary_search_by_key(&length, |(cut, _)| *cut) {
            let digest = (length == 0).then(|| octets(self.context.clone().finish()));
            self.cuts.insert(at, (length, digest));
        }
    }

    fn feed(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while let Some((cut, digest)) = self.cuts.iter_mut().find(|(_, digest)| digest.is_none()) {
            let left = usize::try_from(cut.saturating_sub(self.fed)).unwrap_or(usize::MAX);
            let Some((now, behind)) = rest.split_at_checked(left) else { break };
            self.context.update(now);
            self.fed = *cut;
            *digest = Some(octets(self.context.clone().finish()));
            rest = behind;
        }
        if self.wants_all || self.cuts.last().is_some_and(|(_, digest)| digest.is_none()) {
            self.context.update(rest);
        }
        self.fed = self.fed.saturating_add(rest.len() as u64);
    }
}

/// A hash under way.
pub(super) fn context(hash: HashAlgorithm) -> digest::Context {
    digest::Context::new(algorithm(hash))
}

pub(super) fn algorithm(hash: HashAlgorithm) -> &'static digest::Algorithm {
    match hash {
        HashAlgorithm::Sha256 => &digest::SHA256,
        HashAlgorithm::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
    }
}

pub(super) fn octets(digest: digest::Digest) -> Box<[u8]> {
    digest.as_ref().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind = Kind { canonicalization: Canonicalization::Simple, hash: HashAlgorithm::Sha256 };

    fn sha256(text: &[u8]) -> Box<[u8]> {
        octets(digest::digest(&digest::SHA256, text))
    }

    #[test]
    fn lengths_are_of_the_canonicalized_body() {
        let lengths = [None, Some(0), Some(3), Some(7), Some(8)];
        let mut pass = Pass::new(KIND);
        for length in lengths {
            pass.want(length);
        }
        for piece in [&b"ab"[..], b"c", b"de\r\n\r\n"] {
            pass.feed(piece);
        }
        let hashes = pass.finish();
        assert_eq!(hashes.of(None), BodyHash { digest: Some(sha256(b"abcde\r\n")), octets: 7 });
        assert_eq!(hashes.of(Some(0)).digest, Some(sha256(b"")));
        assert_eq!(hashes.of(Some(3)).digest, Some(sha256(b"abc")));
        assert_eq!(hashes.of(Some(7)).digest, Some(sha256(b"abcde\r\n")));
        // RFC 6376 §3.5: the body is shorter than l= says.
        assert_eq!(hashes.of(Some(8)).digest, None);
    }
}
