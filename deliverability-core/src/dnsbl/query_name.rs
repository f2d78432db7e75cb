//! The name to ask a list for (RFC 5782 §2.1, §2.4, §3).

use core::fmt;
use core::net::IpAddr;

use crate::domain::{DomainName, ErrorKind, ParseError};
use crate::network;
use crate::span::Span;

/// What a list is asked about.
///
/// ```
/// use deliverability_core::dnsbl::Subject;
/// assert_eq!(Subject::Ip("192.0.2.7".parse()?).to_string(), "192.0.2.7");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// An address.
    Ip(IpAddr),
    /// A domain or host name.
    Domain(DomainName),
}

impl Subject {
    pub(super) fn family(&self) -> Family {
        match self {
            Self::Ip(IpAddr::V4(_)) => Family::Ipv4,
            Self::Ip(IpAddr::V6(_)) => Family::Ipv6,
            Self::Domain(_) => Family::Domain,
        }
    }
}

/// Whether a name is an IPv4 address in text: no top-level domain is a number (RFC 3696 §2).
pub(super) fn is_address_text(name: &DomainName) -> bool {
    name.labels().last().is_some_and(|label| !label.is_empty() && label.iter().all(u8::is_ascii_digit))
}

impl From<IpAddr> for Subject {
    fn from(ip: IpAddr) -> Self {
        Self::Ip(ip)
    }
}

impl From<DomainName> for Subject {
    fn from(domain: DomainName) -> Self {
        Self::Domain(domain)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Domain(domain) => domain.fmt(f),
        }
    }
}

/// What a list can hold; each has its own test points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Ipv4,
    Ipv6,
    Domain,
}

/// The name under `zone` that stands for `subject`.
///
/// An IPv4-mapped address is taken as the IPv6 address that it is, since RFC 5782 §5 has test
/// points of that form; [`Lookup`](super::Lookup) asks it as IPv4.
///
/// ```
/// use deliverability_core::dnsbl::{Subject, query_name};
/// let zone = "bad.example.com".parse()?;
/// let name = query_name(&Subject::Ip("192.0.2.99".parse()?), &zone)?;
/// assert_eq!(name.to_string(), "99.2.0.192.bad.example.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The name would be over the wire limit of 255 octets, or the subject is the root, which would
/// ask for the zone itself.
pub fn query_name(subject: &Subject, zone: &DomainName) -> Result<DomainName, ParseError> {
    match subject {
        // RFC 5782 §2.1: the octets in reverse.
        Subject::Ip(ip @ IpAddr::V4(_)) => zone.prefixed(&DomainName::from_labels(network::reversed_labels(*ip))?),
        // RFC 5782 §2.4: the 32 nibbles in reverse.
        Subject::Ip(IpAddr::V6(v6)) => {
            let mut nibbles: Vec<String> = network::nibbles(*v6).map(|nibble| format!("{nibble:x}")).collect();
            nibbles.reverse();
            zone.prefixed(&DomainName::from_labels(nibbles)?)
        }
        // RFC 5782 §3: the name as it is.
        Subject::Domain(domain) if domain.is_root() => Err(ParseError { kind: ErrorKind::Empty, span: Span::at(0) }),
        Subject::Domain(domain) => zone.prefixed(domain),
    }
}
