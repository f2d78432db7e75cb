//! What a name server said: records, or that there are none.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::{Answer, Text};
use crate::domain::DomainName;

/// An answer from the DNS: the records of the type asked for, no data, or no such name.
///
/// A CNAME chain has been followed: the records are those of its last target, and
/// [`Response::aliases`] holds the targets on the way.
///
/// ```
/// use deliverability_core::dns::{RecordData, Response};
/// let response = Response::new([RecordData::A("192.0.2.1".parse()?)]).with_ttl(300);
/// assert_eq!(response.addresses().count(), 1);
/// assert!(Response::nxdomain().is_void() && Response::no_data().is_void());
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    records: Vec<RecordData>,
    aliases: Vec<DomainName>,
    nxdomain: bool,
    ttl: Option<u32>,
}

impl Response {
    /// An answer with these records; with none of them it is [`Response::no_data`].
    pub fn new(records: impl IntoIterator<Item = RecordData>) -> Self {
        Self { records: records.into_iter().collect(), aliases: Vec::new(), nxdomain: false, ttl: None }
    }

    /// The name exists, but has no record of the type (RFC 2308 §2.2).
    pub fn no_data() -> Self {
        Self::new([])
    }

    /// The name does not exist (RFC 2308 §2.1).
    pub fn nxdomain() -> Self {
        Self { nxdomain: true, ..Self::no_data() }
    }

    /// The same answer, reached through these CNAME targets, in order.
    #[must_use]
    pub fn with_aliases(self, aliases: impl IntoIterator<Item = DomainName>) -> Self {
        Self { aliases: aliases.into_iter().collect(), ..self }
    }

    /// The same answer, to be kept for `ttl` seconds.
    #[must_use]
    pub fn with_ttl(self, ttl: u32) -> Self {
        Self { ttl: Some(ttl), ..self }
    }

    /// Adds a record unless it is there; the lowest TTL of a set is the set's (RFC 2181 §5.2).
    pub(super) fn add(&mut self, data: RecordData, ttl: Option<u32>) {
        self.ttl = match (self.ttl, ttl) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        if !self.records.contains(&data) {
            self.records.push(data);
        }
    }

    /// This response as an [`Answer`].
    ///
    /// # Errors
    ///
    /// None: the answer is always `Ok`.
    pub fn into_answer(self) -> Answer {
        Ok(Arc::new(self))
    }

    /// The records of the type asked for, in the order received.
    pub fn records(&self) -> &[RecordData] {
        &self.records
    }

    /// The targets of the CNAME chain that was followed, the last one owning the records.
    pub fn aliases(&self) -> &[DomainName] {
        &self.aliases
    }

    /// Whether the name (or the end of its CNAME chain) does not exist.
    pub const fn is_nxdomain(&self) -> bool {
        self.nxdomain
    }

    /// Whether there is no record: no such name or no data (a void lookup, RFC 7208 §4.6.4).
    pub fn is_void(&self) -> bool {
        self.records.is_empty()
    }

    /// Seconds the answer may be kept, where known.
    pub const fn ttl(&self) -> Option<u32> {
        self.ttl
    }

    /// The addresses among the records.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.records.iter().filter_map(RecordData::address)
    }

    /// The texts among the records.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.records.iter().filter_map(|r| if let RecordData::Txt(text) = r { Some(text) } else { None })
    }

    /// The mail exchangers among the records, as received.
    pub fn exchanges(&self) -> impl Iterator<Item = (u16, &DomainName)> {
        self.records.iter().filter_map(|r| match r {
            RecordData::Mx { preference, exchange } => Some((*preference, exchange)),
            _ => None,
        })
    }

    /// The names among PTR records.
    pub fn pointers(&self) -> impl Iterator<Item = &DomainName> {
        self.records.iter().filter_map(|r| if let RecordData::Ptr(name) = r { Some(name) } else { None })
    }
}

/// The data of one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordData {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// An alias; only in answers to a query for CNAME.
    Cname(DomainName),
    /// A mail exchanger; a lower preference is tried first. `0 .` is the null MX (RFC 7505).
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// The host, or the root in a null MX.
        exchange: DomainName,
    },
    /// The name of an address.
    Ptr(DomainName),
    /// A text.
    Txt(Text),
}

impl RecordData {
    /// The type that the data belongs to.
    pub const fn record_type(&self) -> super::RecordType {
        use super::RecordType;
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Cname(_) => RecordType::Cname,
            Self::Mx { .. } => RecordType::Mx,
            Self::Ptr(_) => RecordType::Ptr,
            Self::Txt(_) => RecordType::Txt,
        }
    }

    /// The address of an A or AAAA record.
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::A(v4) => Some(IpAddr::V4(*v4)),
            Self::Aaaa(v6) => Some(IpAddr::V6(*v6)),
            _ => None,
        }
    }
}

impl From<IpAddr> for RecordData {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => Self::A(v4),
            IpAddr::V6(v6) => Self::Aaaa(v6),
        }
    }
}

/// Master-file form, names without the final dot.
impl fmt::Display for RecordData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(v4) => v4.fmt(f),
            Self::Aaaa(v6) => v6.fmt(f),
            Self::Cname(name) | Self::Ptr(name) => name.fmt(f),
            Self::Mx { preference, exchange } => write!(f, "{preference} {exchange}"),
            Self::Txt(text) => text.fmt(f),
        }
    }
}
