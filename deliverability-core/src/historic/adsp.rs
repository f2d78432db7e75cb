//! Author Domain Signing Practices ([RFC 5617](https://www.rfc-editor.org/rfc/rfc5617)), made
//! historic in 2013. Receivers ignore its record today; DMARC took its place.

use core::fmt;
use core::str::FromStr;

use crate::domain::{DomainName, ParseError as DomainError};

/// Where the practices of a domain stand (RFC 5617 §4.3): `_adsp._domainkey.` and the domain.
///
/// # Errors
///
/// The name would be too long.
pub fn name(domain: &DomainName) -> Result<DomainName, DomainError> {
    domain.child("_domainkey")?.child("_adsp")
}

/// What a domain said of mail without a signature of its own (RFC 5617 §4.2.1).
///
/// ```
/// use deliverability_core::historic::adsp::Practices;
/// assert_eq!("dkim=discardable".parse(), Ok(Practices::Discardable));
/// assert_eq!(Practices::All.to_string(), "dkim=all");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Practices {
    /// Some mail may be signed; also any value that the RFC does not know.
    Unknown,
    /// All mail is signed.
    All,
    /// All mail is signed, and mail without a signature should be thrown away.
    Discardable,
}

/// The text is no record of signing practices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the record must begin with dkim=, then unknown, all or discardable")]
pub struct ParseError;

impl Practices {
    /// Reads the practices from the joined bytes of a TXT record.
    ///
    /// # Errors
    ///
    /// The record does not begin with a `dkim=` tag (RFC 5617 §4.2.1).
    pub fn parse(record: &[u8]) -> Result<Self, ParseError> {
        let text = core::str::from_utf8(record).map_err(|_| ParseError)?;
        let (name, rest) = text.split_once('=').ok_or(ParseError)?;
        if name.trim_ascii() != "dkim" {
            return Err(ParseError);
        }
        let value = rest.split(';').next().unwrap_or_default().trim_ascii();
        Ok(match value {
            "all" => Self::All,
            "discardable" => Self::Discardable,
            // RFC 5617 §4.2.1: any other value is treated as "unknown".
            _ => Self::Unknown,
        })
    }
}

impl FromStr for Practices {
    type Err = ParseError;

    /// As [`Practices::parse`].
    fn from_str(record: &str) -> Result<Self, ParseError> {
        Self::parse(record.as_bytes())
    }
}

/// As published.
impl fmt::Display for Practices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "dkim=unknown",
            Self::All => "dkim=all",
            Self::Discardable => "dkim=discardable",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_begins_with_its_tag() {
        assert_eq!(Practices::parse(b"dkim = all ; t=s"), Ok(Practices::All));
        assert_eq!(Practices::parse(b"dkim=some-day"), Ok(Practices::Unknown));
        for other in [&b"v=spf1 -all"[..], b"t=y; dkim=all", b"dkim", b"", b"\xff=all"] {
            assert_eq!(Practices::parse(other), Err(ParseError));
        }
    }
}
