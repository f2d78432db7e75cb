//! The key inside `p=` (RFC 6376 §3.6.1, RFC 8017 appendix A.1.1, RFC 8463 §4).

use core::fmt;

use der::{Decode as _, Header, Reader as _, SliceReader, Tag};

/// rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017 appendix C).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// What stands before the 32 octets in a SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4).
const ED25519_SPKI: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What a SubjectPublicKeyInfo of an RSA key of 2,048 bits starts with, if its exponent is 65,537.
const USUAL_SPKI: &[u8] = &[
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    0x03, 0x82, 0x01, 0x0f, 0x00,
];
/// What stands before and behind the modulus in such an RSAPublicKey.
const USUAL_RSA: (&[u8], &[u8; 5]) =
    (&[0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00], &[0x02, 0x03, 0x01, 0x00, 0x01]);
/// The octets of its modulus.
const USUAL_MODULUS: usize = 256;
/// An Ed25519 public key, in octets (RFC 8032 §5.1.5).
pub(super) const ED25519_OCTETS: usize = 32;

/// The public key of a key record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// An RSA key.
    Rsa {
        /// The size of its modulus.
        bits: usize,
        /// What its octets are.
        form: RsaForm,
    },
    /// An Ed25519 key (RFC 8463).
    Ed25519,
    /// `p=` is empty: the key has been revoked (RFC 6376 §3.6.1).
    Revoked,
    /// A key of a type that is not known here.
    Unknown,
}

/// The kind of key and its size.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits, .. } => write!(f, "RSA, {bits} bits"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Revoked => f.write_str("revoked"),
            Self::Unknown => f.write_str("of an unknown type"),
        }
    }
}

/// What the octets of an RSA key are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RsaForm {
    /// SubjectPublicKeyInfo (RFC 5280 §4.1), as nearly everybody publishes (RFC 6376 erratum 3017).
    SubjectPublicKeyInfo,
    /// RSAPublicKey (RFC 8017 appendix A.1.1), as RFC 6376 §3.6.1 says.
    RsaPublicKey,
}

/// Why octets are no RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The outermost length says more octets than there are.
    Truncated { says: usize, has: usize },
    /// Octets stand behind the key, which ends here.
    Trailing { end: usize },
    /// A SubjectPublicKeyInfo of Ed25519.
    Ed25519,
    /// Anything else.
    Malformed,
}

/// The size and form of an RSA key.
pub(super) fn read_rsa(data: &[u8]) -> Result<PublicKey, Fault> {
    if let Some((modulus, _, form)) = usual_rsa(data) {
        return Ok(PublicKey::Rsa { bits: modulus.len().saturating_mul(8), form });
    }
    let key = element(data).ok_or(Fault::Malformed)?;
    if key.tag != Tag::Sequence {
        return Err(Fault::Malformed);
    }
    let Some(body) = key.value else { return Err(Fault::Truncated { says: key.end, has: data.len() }) };
    if key.end < data.len() {
        return Err(Fault::Trailing { end: key.end });
    }
    if ed25519_in_spki(data).is_some() {
        return Err(Fault::Ed25519);
    }
    if let Some(bits) = modulus_bits(body) {
        return Ok(PublicKey::Rsa { bits, form: RsaForm::RsaPublicKey });
    }
    let bits = subject_public_key(body).and_then(modulus_bits).ok_or(Fault::Malformed)?;
    Ok(PublicKey::Rsa { bits, form: RsaForm::SubjectPublicKeyInfo })
}

/// The modulus and the exponent of an RSA key, without the zeros that mark them as positive.
#[cfg(feature = "verify")]
pub(super) fn rsa_numbers(data: &[u8], form: RsaForm) -> Option<(&[u8], &[u8])> {
    if let Some((modulus, exponent, _)) = usual_rsa(data).filter(|usual| usual.2 == form) {
        return Some((modulus, exponent));
    }
    let key = element(data)?;
    let body = of_tag(&key, Tag::Sequence)?;
    let body = match form {
        RsaForm::RsaPublicKey => body,
        RsaForm::SubjectPublicKeyInfo => subject_public_key(body)?,
    };
    let modulus = element(body)?;
    let exponent = element(body.get(modulus.end..)?)?;
    let (modulus, exponent) = (of_tag(&modulus, Tag::Integer)?, of_tag(&exponent, Tag::Integer)?);
    Some((modulus.strip_prefix(&[0]).unwrap_or(modulus), exponent.strip_prefix(&[0]).unwrap_or(exponent)))
}

/// The modulus and the exponent of a key as most are, of 2,048 bits with the exponent 65,537: read at a glance.
fn usual_rsa(data: &[u8]) -> Option<(&[u8], &[u8], RsaForm)> {
    let (key, form) = match data.strip_prefix(USUAL_SPKI) {
        Some(key) => (key, RsaForm::SubjectPublicKeyInfo),
        None => (data, RsaForm::RsaPublicKey),
    };
    let (before, behind) = USUAL_RSA;
    let modulus = key.strip_prefix(before)?.strip_suffix(behind)?;
    let is_full = modulus.len() == USUAL_MODULUS && modulus.first().is_some_and(|top| *top >= 0x80);
    is_full.then_some((modulus, behind.get(2..)?, form))
}

/// The 32 octets of an Ed25519 key that was published as SubjectPublicKeyInfo.
pub(super) fn ed25519_in_spki(data: &[u8]) -> Option<&[u8]> {
    data.strip_prefix(ED25519_SPKI).filter(|key| key.len() == ED25519_OCTETS)
}

/// The contents of the RSAPublicKey inside a SubjectPublicKeyInfo's contents.
fn subject_public_key(body: &[u8]) -> Option<&[u8]> {
    let algorithm = element(body)?;
    let oid = element(of_tag(&algorithm, Tag::Sequence)?)?;
    if of_tag(&oid, Tag::ObjectIdentifier)? != RSA_ENCRYPTION {
        return None;
    }
    let bit_string = element(body.get(algorithm.end..)?)?;
    // The first octet counts unused bits: none in a key.
    let key = of_tag(&bit_string, Tag::BitString)?.strip_prefix(&[0])?;
    of_tag(&element(key)?, Tag::Sequence)
}

/// The size of the modulus, given an RSAPublicKey's contents: modulus and exponent.
fn modulus_bits(body: &[u8]) -> Option<usize> {
    let modulus = element(body)?;
    let exponent = element(body.get(modulus.end..)?)?;
    of_tag(&exponent, Tag::Integer)?;
    // RFC 8017 appendix A.1.1: two numbers and no more; a private key has others behind them.
    if modulus.end.checked_add(exponent.end)? != body.len() {
        return None;
    }
    // X.690 §8.3: the top bit is the sign, so a positive number that has it set starts with a zero
    // octet; no other number does.
    let digits = match of_tag(&modulus, Tag::Integer)? {
        [0] => &[],
        [0, digits @ ..] if digits.first().is_some_and(|top| *top >= 0x80) => digits,
        [0 | 0x80.., ..] | [] => return None,
        digits => digits,
    };
    let top = digits.first().map_or(0, |top| top.leading_zeros() as usize);
    Some(digits.len().saturating_mul(8).saturating_sub(top))
}

/// One DER element.
struct Element<'a> {
    tag: Tag,
    /// `None` if it reaches beyond the data.
    value: Option<&'a [u8]>,
    /// Where it ends in the data, or would.
    end: usize,
}

fn element(data: &[u8]) -> Option<Element<'_>> {
    let mut reader = SliceReader::new(data).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    let start = usize::try_from(reader.position()).ok()?;
    let end = start.checked_add(usize::try_from(header.length()).ok()?)?;
    Some(Element { tag: header.tag(), value: data.get(start..end), end })
}

fn of_tag<'a>(element: &Element<'a>, tag: Tag) -> Option<&'a [u8]> {
    element.value.filter(|_| element.tag == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An RSAPublicKey with a modulus of these octets and the exponent 3.
    fn rsa_public_key(modulus: &[u8]) -> Vec<u8> {
        let length = u8::try_from(modulus.len()).unwrap();
        let body = [&[0x02, length], modulus, &[0x02, 0x01, 0x03]].concat();
        [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
    }

    #[test]
    fn the_size_is_that_of_the_modulus() {
        let bits = |modulus: &[u8]| match read_rsa(&rsa_public_key(modulus)) {
            Ok(PublicKey::Rsa { bits, form: RsaForm::RsaPublicKey }) => bits,
            other => panic!("{other:?}"),
        };
        assert_eq!(bits(&[0, 0x80, 0]), 16);
        assert_eq!(bits(&[0x01, 0]), 9);
        assert_eq!(bits(&[0]), 0);
        assert_eq!(read_rsa(&rsa_public_key(&[0x80])), Err(Fault::Malformed));
    }

    #[test]
    fn a_number_that_no_verifier_reads_has_no_size() {
        // X.690 §8.3.2: zeros in front would let a small key pass for a large one.
        assert_eq!(read_rsa(&rsa_public_key(&[0, 0, 0x80])), Err(Fault::Malformed));
        assert_eq!(read_rsa(&rsa_public_key(&[0, 0x7f])), Err(Fault::Malformed));
        // RFC 8017 appendix A.1.2: a private key starts with version, modulus and exponent.
        let private = [0x30, 0x0b, 0x02, 0x01, 0x00, 0x02, 0x01, 0x21, 0x02, 0x01, 0x03, 0x02, 0x00];
        assert_eq!(read_rsa(&private), Err(Fault::Malformed));
    }

    #[test]
    fn the_usual_key_is_read_as_any_other() {
        let modulus: Vec<u8> = (0..=255).rev().collect();
        let key = [USUAL_RSA.0, &modulus, USUAL_RSA.1].concat();
        let spki = [USUAL_SPKI, &key].concat();
        for (data, form) in [(&key, RsaForm::RsaPublicKey), (&spki, RsaForm::SubjectPublicKeyInfo)] {
            assert_eq!(read_rsa(data), Ok(PublicKey::Rsa { bits: 2048, form }));
            assert_eq!(modulus_bits(&key[4..]), Some(2048));
            assert!(usual_rsa(data).is_some() && usual_rsa(&data[1..]).is_none() && read_rsa(&data[1..]).is_err());
            let other = [&data[..data.len() - 1], &[3]].concat();
            assert!(usual_rsa(&other).is_none() && read_rsa(&other).is_ok());
            assert_eq!(subject_public_key(&spki[4..]).and_then(modulus_bits), Some(2048));
        }
        #[cfg(feature = "verify")]
        assert_eq!(rsa_numbers(&spki, RsaForm::SubjectPublicKeyInfo), Some((&modulus[..], &[1, 0, 1][..])));
        // X.690 §8.3.2: a zero in front of a number that does not need it.
        let small = [USUAL_RSA.0, &[0x7f], &modulus[1..], USUAL_RSA.1].concat();
        assert_eq!(read_rsa(&small), Err(Fault::Malformed));
    }

    #[test]
    fn faults_are_told_apart() {
        let key = rsa_public_key(&[0x7f; 64]);
        assert_eq!(read_rsa(&key[..40]), Err(Fault::Truncated { says: key.len(), has: 40 }));
        assert_eq!(read_rsa(&[&key[..], b"xyz"].concat()), Err(Fault::Trailing { end: key.len() }));
        assert_eq!(read_rsa(b""), Err(Fault::Malformed));
        assert_eq!(read_rsa(&[0x30, 0xff]), Err(Fault::Malformed));
        assert_eq!(read_rsa(&[0x30, 0x00]), Err(Fault::Malformed));
        assert_eq!(read_rsa(&[ED25519_SPKI, &[7; 32]].concat()), Err(Fault::Ed25519));
    }

    #[test]
    fn no_octets_panic() {
        let key = rsa_public_key(&[0x7f; 64]);
        for at in 0..key.len() {
            for byte in [0, 1, 0x7f, 0x80, 0x81, 0x84, 0xff] {
                let mut hostile = key.clone();
                hostile[at] = byte;
                let _ = read_rsa(&hostile);
                let _ = read_rsa(&hostile[at..]);
            }
        }
    }
}
