//! What an RSA signature holds (RFC 8017 §8.2.2, §9.2).
//!
//! The signature is raised to the public exponent. If what comes out is padded as PKCS #1 v1.5
//! says, the published key belongs to the one that signed: nobody can make such padding without
//! it. Then the hash that was signed stands in it.

use num_bigint::BigUint;

use crate::dkim::signature::HashAlgorithm;

/// Largest modulus that is tried, in octets: what verification takes.
const MAX_OCTETS: usize = 1024;
/// Largest exponent that is tried, in octets.
const MAX_EXPONENT: usize = 5;

/// DigestInfo in front of a SHA-256 hash (RFC 8017 §9.2, note 1).
const SHA256: &[u8] =
    &[0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
/// DigestInfo in front of a SHA-1 hash.
const SHA1: &[u8] = &[0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// What a signature tells about the key that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::dkim) enum Recovered {
    /// The published key is the right one, and this hash was signed.
    Hash {
        /// The hash function.
        algorithm: HashAlgorithm,
        /// The hash.
        digest: Box<[u8]>,
    },
    /// The published key is the right one; what was signed is not read here.
    Other,
    /// Another key made it, or `b=` was damaged.
    NotPadded,
    /// The signature is not as long as the key: it was made by another key, or `b=` was cut.
    Length {
        /// The octets of the signature.
        signature: usize,
        /// The octets of the key's modulus.
        key: usize,
    },
    /// The key is beyond what is tried.
    NotTried,
}

/// Looks into a signature with the public key of these numbers.
pub(in crate::dkim) fn recover(modulus: &[u8], exponent: &[u8], signature: &[u8]) -> Recovered {
    if signature.len() != modulus.len() {
        return Recovered::Length { signature: signature.len(), key: modulus.len() };
    }
    let sizes = modulus.len() <= MAX_OCTETS && exponent.len() <= MAX_EXPONENT;
    let n = BigUint::from_bytes_be(modulus);
    if !sizes || n.bits() < 2 {
        return Recovered::NotTried;
    }
    let message = BigUint::from_bytes_be(signature).modpow(&BigUint::from_bytes_be(exponent), &n);
    // The leading zero octet of the padding is not there.
    unpad(&message.to_bytes_be(), modulus.len()).map_or(Recovered::NotPadded, read)
}

/// What stands behind `00 01 FF .. FF 00`.
fn unpad(message: &[u8], octets: usize) -> Option<&[u8]> {
    let rest = message.strip_prefix(&[1]).filter(|_| message.len().checked_add(1) == Some(octets))?;
    let padding = rest.iter().position(|byte| *byte != 0xff)?;
    // RFC 8017 §9.2: eight octets of padding at least.
    let (_, behind) = rest.split_at_checked(padding).filter(|(padding, _)| padding.len() >= 8)?;
    behind.strip_prefix(&[0])
}

fn read(info: &[u8]) -> Recovered {
    let hash = |algorithm: HashAlgorithm, prefix: &[u8]| {
        let digest = info.strip_prefix(prefix).filter(|digest| digest.len() == algorithm.octets())?;
        Some(Recovered::Hash { algorithm, digest: digest.into() })
    };
    hash(HashAlgorithm::Sha256, SHA256).or_else(|| hash(HashAlgorithm::Sha1, SHA1)).unwrap_or(Recovered::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_read() {
        let digest = [7; 32];
        let message = [&[1][..], &[0xff; 12], &[0], SHA256, &digest].concat();
        let octets = message.len() + 1;
        let hash = Recovered::Hash { algorithm: HashAlgorithm::Sha256, digest: digest.into() };
        assert_eq!(unpad(&message, octets).map(read), Some(hash));
        assert_eq!(unpad(&message, octets + 1), None);
        assert_eq!(unpad(&[&[1, 0xff, 0xff, 0][..], SHA256].concat(), 4 + SHA256.len() + 1), None);
        // The exponent 1 gives the signature itself.
        let signature = [&[0][..], &message].concat();
        let modulus = vec![0xff; octets];
        assert!(matches!(recover(&modulus, &[1], &signature), Recovered::Hash { .. }));
        assert_eq!(recover(&modulus, &[3], &signature), Recovered::NotPadded);
        assert_eq!(recover(&modulus, &[3], &message), Recovered::Length { signature: octets - 1, key: octets });
        assert_eq!(recover(&[], &[3], &[]), Recovered::NotTried);
    }
}
