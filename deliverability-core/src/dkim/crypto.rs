//! Signatures judged, by `aws-lc-rs` alone (RFC 6376 §3.3, RFC 8301, RFC 8463).

use aws_lc_rs::signature::{
    self as lc_signature, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::body_hash;
use super::key_lookup::KeyOutcome;
use super::key_record::KeyRecord;
use super::public_key::{self, PublicKey};
use super::signature::Algorithm;

/// Whether the octets sign the text; `None` if the key is not one for the algorithm.
pub(crate) fn verifies(algorithm: Algorithm, key: &KeyRecord, text: &[u8], octets: &[u8]) -> Option<bool> {
    match (algorithm, key.public_key) {
        (Algorithm::RsaSha256, PublicKey::Rsa { .. }) => {
            rsa(&lc_signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key, text, octets)
        }
        // RFC 8301 §3.1: such a signature never passes; whether it verifies is told all the same.
        (Algorithm::RsaSha1, PublicKey::Rsa { .. }) => {
            rsa(&lc_signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, key, text, octets)
        }
        // RFC 8463 §3: what is signed is the hash, not the text.
        (Algorithm::Ed25519Sha256, PublicKey::Ed25519) => {
            let hash = aws_lc_rs::digest::digest(body_hash::algorithm(algorithm.hash()), text);
            let key = UnparsedPublicKey::new(&lc_signature::ED25519, &key.data);
            Some(key.verify(hash.as_ref(), octets).is_ok())
        }
        _ => None,
    }
}

/// How many of the key records at a selector verify the signature: verifiers may take any of
/// several (RFC 6376 §6.1.2).
pub(crate) fn verifying(key: &KeyOutcome, algorithm: Algorithm, text: &[u8], octets: &[u8]) -> usize {
    let records = key.texts().iter().take(4).filter_map(|text| KeyRecord::parse(text.bytes()).ok());
    records.filter(|key| verifies(algorithm, key, text, octets) == Some(true)).count()
}

/// An RSA key made ready for rsa-sha256, which is most of what a check costs beside the power itself;
/// `None` if it is none, or not one that can be.
pub(super) fn prepared(key: &KeyRecord) -> Option<ParsedPublicKey> {
    let (n, e) = numbers(key)?;
    RsaPublicKeyComponents { n, e }
        .to_parsed_public_key(&lc_signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY)
        .ok()
}

fn rsa(parameters: &RsaParameters, key: &KeyRecord, text: &[u8], octets: &[u8]) -> Option<bool> {
    let (n, e) = numbers(key)?;
    Some(RsaPublicKeyComponents { n, e }.verify(parameters, text, octets).is_ok())
}

/// The modulus and the exponent of an RSA key.
pub(super) fn numbers(key: &KeyRecord) -> Option<(&[u8], &[u8])> {
    let PublicKey::Rsa { form, .. } = key.public_key else { return None };
    public_key::rsa_numbers(&key.data, form)
}
