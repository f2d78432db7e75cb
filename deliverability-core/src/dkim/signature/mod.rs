//! The DKIM-Signature header field (RFC 6376 §3.5, RFC 8301, RFC 8463, RFC 8616).

mod algorithm;
#[cfg(feature = "verify")]
mod arc;
mod error;
mod quoted_printable;
mod reading;

use core::fmt;

pub use algorithm::{Algorithm, Canonicalization, HashAlgorithm};
#[cfg(feature = "verify")]
pub(crate) use arc::Seal;
pub use error::{ErrorKind, ParseError};
pub(crate) use reading::Reading;

use crate::domain::DomainName;

/// A DKIM-Signature. Tags that RFC 6376 §3.5 does not name are ignored, as it asks for.
///
/// ```
/// use deliverability_core::dkim::Signature;
///
/// let signature = Signature::parse(
///     b"v=1; a=ed25519-sha256; c=relaxed; d=example.org; s=s1; h=From:Subject; \
///       bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA",
/// )?;
/// assert_eq!((signature.domain.to_string(), signature.selector.as_str()), ("example.org".to_owned(), "s1"));
/// assert!(signature.signs("subject") && !signature.signs("Date"));
/// # Ok::<(), deliverability_core::dkim::signature::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// `a=`: how the message was signed.
    pub algorithm: Algorithm,
    /// `b=`: the signature's octets.
    pub octets: Box<[u8]>,
    /// `bh=`: the hash of the body.
    pub body_hash: Box<[u8]>,
    /// `c=`: how the header was prepared; `simple` if absent.
    pub header_canonicalization: Canonicalization,
    /// `c=`: how the body was prepared; `simple` if absent.
    pub body_canonicalization: Canonicalization,
    /// `d=`: the signing domain identifier, in A-labels (RFC 8616 §4).
    pub domain: DomainName,
    /// `h=`: the names of the signed fields as written, in order; it holds `From`.
    pub signed_fields: Vec<String>,
    /// `i=`: the agent or user identifier; `@` and `d=` if absent.
    pub identity: Identity,
    /// `l=`: how many octets of the canonicalized body are signed; `None` signs all.
    pub body_length: Option<u64>,
    /// `s=`: the selector, in A-labels.
    pub selector: String,
    /// `t=`: when it was signed, in seconds since 1970.
    pub timestamp: Option<u64>,
    /// `x=`: when it expires, in seconds since 1970; after `t=`.
    pub expiration: Option<u64>,
    /// `z=`: fields as they stood when it was signed; for diagnosis only (RFC 6376 §3.5).
    pub copied_fields: Vec<CopiedField>,
}

impl Signature {
    /// Reads the value of a DKIM-Signature field, folds and all.
    ///
    /// # Errors
    ///
    /// The first fault that makes verifiers ignore the signature; its span indexes `value`.
    pub fn parse(value: &[u8]) -> Result<Self, ParseError> {
        let reading = Reading::of(value);
        match (reading.errors.into_iter().next(), reading.signature) {
            (None, Some(signature)) => Ok(signature),
            (Some(error), _) => Err(error),
            // Without an error there is a signature.
            (None, None) => Err(ParseError::whole(ErrorKind::Missing { tag: "v" }, value)),
        }
    }

    /// Whether `h=` names this field; case does not matter (RFC 6376 §5.4).
    pub fn signs(&self, field: &str) -> bool {
        self.signed_fields.iter().any(|name| name.eq_ignore_ascii_case(field))
    }
}

/// The agent or user identifier (`i=`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// What stands before the last `@`, decoded; often empty.
    pub local_part: String,
    /// What stands behind it: `d=` or a subdomain of it.
    pub domain: DomainName,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", crate::escaped::Printable(&self.local_part), self.domain)
    }
}

/// A field of `z=`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CopiedField {
    /// The field's name.
    pub name: String,
    /// Its value, decoded, as it stood between the colon and the line end.
    pub value: Vec<u8>,
}

#[cfg(test)]
mod tests;
