//! What is asked: a name and a record type.

use core::fmt;
use core::str::FromStr;

use crate::domain::DomainName;

/// A question to the DNS.
///
/// ```
/// use deliverability_core::dns::Query;
/// let query = Query::txt("example.org".parse()?);
/// assert_eq!(query.to_string(), "example.org TXT");
/// # Ok::<(), deliverability_core::domain::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    /// The absolute name asked for.
    pub name: DomainName,
    /// The record type asked for.
    pub record_type: RecordType,
}

impl Query {
    /// A query for `record_type` at `name`.
    pub const fn new(name: DomainName, record_type: RecordType) -> Self {
        Self { name, record_type }
    }

    /// A query for TXT records.
    pub const fn txt(name: DomainName) -> Self {
        Self::new(name, RecordType::Txt)
    }

    /// A query for A records.
    pub const fn a(name: DomainName) -> Self {
        Self::new(name, RecordType::A)
    }

    /// A query for AAAA records.
    pub const fn aaaa(name: DomainName) -> Self {
        Self::new(name, RecordType::Aaaa)
    }

    /// A query for the address records of one family.
    pub const fn address(name: DomainName, of: core::net::IpAddr) -> Self {
        Self::new(name, if of.is_ipv4() { RecordType::A } else { RecordType::Aaaa })
    }

    /// A query for MX records.
    pub const fn mx(name: DomainName) -> Self {
        Self::new(name, RecordType::Mx)
    }

    /// A query for PTR records.
    pub const fn ptr(name: DomainName) -> Self {
        Self::new(name, RecordType::Ptr)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.record_type)
    }
}

/// The record types that mail checks ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordType {
    /// IPv4 address (RFC 1035).
    A,
    /// IPv6 address (RFC 3596).
    Aaaa,
    /// Alias (RFC 1035); asked for by itself, it is not followed.
    Cname,
    /// Mail exchanger (RFC 1035, RFC 7505).
    Mx,
    /// Name of an address (RFC 1035).
    Ptr,
    /// Text (RFC 1035).
    Txt,
}

impl RecordType {
    /// Every type, in the order of [`RecordType::as_str`].
    pub const ALL: &'static [Self] = &[Self::A, Self::Aaaa, Self::Cname, Self::Mx, Self::Ptr, Self::Txt];

    /// The mnemonic of RFC 1035.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Cname => "CNAME",
            Self::Mx => "MX",
            Self::Ptr => "PTR",
            Self::Txt => "TXT",
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RecordType {
    type Err = UnknownRecordType;

    /// Reads the mnemonic, without case.
    fn from_str(text: &str) -> Result<Self, UnknownRecordType> {
        Self::ALL
            .iter()
            .copied()
            .find(|t| text.eq_ignore_ascii_case(t.as_str()))
            .ok_or_else(|| UnknownRecordType(text.chars().take(20).collect()))
    }
}

/// A record type that mail checks do not ask for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("record type {0:?} is none of A, AAAA, CNAME, MX, PTR, TXT")]
pub struct UnknownRecordType(String);
