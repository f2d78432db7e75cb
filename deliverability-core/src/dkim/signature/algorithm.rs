//! The words of `a=` and `c=`.

use core::fmt;

/// How a message was signed (`a=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSA with SHA-256 (RFC 6376 §3.3.2).
    RsaSha256,
    /// RSA with SHA-1: read, and never accepted (RFC 8301 §3.1).
    RsaSha1,
    /// Ed25519 with SHA-256 (RFC 8463 §3).
    Ed25519Sha256,
}

impl Algorithm {
    pub(super) const fn read(word: &[u8]) -> Option<Self> {
        match word {
            b"rsa-sha256" => Some(Self::RsaSha256),
            b"rsa-sha1" => Some(Self::RsaSha1),
            b"ed25519-sha256" => Some(Self::Ed25519Sha256),
            _ => None,
        }
    }

    /// The word in the signature.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RsaSha256 => "rsa-sha256",
            Self::RsaSha1 => "rsa-sha1",
            Self::Ed25519Sha256 => "ed25519-sha256",
        }
    }

    /// Its hash.
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::RsaSha1 => HashAlgorithm::Sha1,
            Self::RsaSha256 | Self::Ed25519Sha256 => HashAlgorithm::Sha256,
        }
    }

    /// The `k=` of its keys.
    pub const fn key_type(self) -> &'static str {
        match self {
            Self::RsaSha1 | Self::RsaSha256 => "rsa",
            Self::Ed25519Sha256 => "ed25519",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The hash of an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-1, retired (RFC 8301 §3.1).
    Sha1,
}

impl HashAlgorithm {
    /// The word in a key record's `h=`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha1 => "sha1",
        }
    }

    /// The length of its hashes, in octets.
    pub const fn octets(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha1 => 20,
        }
    }
}

/// How a header or body was prepared for signing (RFC 6376 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canonicalization {
    /// Nearly no change is tolerated (§3.4.1, §3.4.3).
    Simple,
    /// Changes of white space are tolerated (§3.4.2, §3.4.4).
    Relaxed,
}

impl Canonicalization {
    pub(super) const fn read(word: &[u8]) -> Option<Self> {
        match word {
            b"simple" => Some(Self::Simple),
            b"relaxed" => Some(Self::Relaxed),
            _ => None,
        }
    }

    /// The word in the signature.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Relaxed => "relaxed",
        }
    }
}

impl fmt::Display for Canonicalization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
