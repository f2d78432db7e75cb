//! One host of a mail route, and what its name resolves to (RFC 2181 §10.3, RFC 5321 §5.1).

use core::fmt;
use core::net::IpAddr;
use std::sync::Arc;

use crate::dns::{Answer, DnsError, Known, Query, Response, Ternary};
use crate::domain::DomainName;
use crate::network::{is_public, list_addresses};

/// One MX record and what its host resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MxHost {
    preference: u16,
    name: DomainName,
    lookups: Vec<(Query, Answer)>,
    state: HostState,
}

impl MxHost {
    /// The host of an MX record, as far as it is known; what is not is added to `missing`.
    pub(super) fn of_record(mx: (u16, DomainName), known: &dyn Known, missing: &mut Vec<Query>) -> Self {
        let host = Self::look_up(mx, known, missing);
        // RFC 2181 §10.3: the value of an MX record must not be an alias.
        let chain = responses(&host.lookups).map(|response| response.aliases()).find(|chain| !chain.is_empty());
        match chain.map(<[DomainName]>::to_vec) {
            Some(chain) => Self { state: HostState::Cname { chain }, ..host },
            None => host,
        }
    }

    /// A domain as its own host; here an alias is in order (RFC 5321 §5.1).
    pub(super) fn implicit(domain: DomainName, known: &dyn Known, missing: &mut Vec<Query>) -> Self {
        Self::look_up((0, domain), known, missing)
    }

    fn look_up((preference, name): (u16, DomainName), known: &dyn Known, missing: &mut Vec<Query>) -> Self {
        let mut lookups = Vec::new();
        let literal = name.to_string().parse().ok();
        // Neither the root nor an address has addresses of its own: nothing to ask.
        if literal.is_none() && !name.is_root() {
            for query in [Query::a(name.clone()), Query::aaaa(name.clone())] {
                match known.get(&query) {
                    Ok(answer) => lookups.push((query, answer)),
                    Err(wanted) if missing.contains(&wanted) => {}
                    Err(wanted) => missing.push(wanted),
                }
            }
        }
        let state = match literal {
            Some(address) => HostState::AddressLiteral(address),
            None if name.is_root() => HostState::Null,
            None => HostState::of(&lookups),
        };
        Self { preference, name, lookups, state }
    }

    /// Lower is tried first.
    pub const fn preference(&self) -> u16 {
        self.preference
    }

    /// The host as the MX record names it; the root in a null MX.
    pub const fn name(&self) -> &DomainName {
        &self.name
    }

    /// What the name resolves to.
    pub const fn state(&self) -> &HostState {
        &self.state
    }

    /// The address queries with their answers: A, then AAAA. None for an address or a null MX.
    pub fn lookups(&self) -> &[(Query, Answer)] {
        &self.lookups
    }

    /// The queries asked: A and AAAA.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.lookups.iter().map(|(query, _)| query)
    }

    /// The addresses found, of both families, public or not.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        responses(&self.lookups).flat_map(|response| response.addresses())
    }

    /// The first failure among the address queries.
    pub fn error(&self) -> Option<&DnsError> {
        self.lookups.iter().find_map(|(_, answer)| answer.as_ref().err())
    }

    /// Whether the host has a public address; unknown if none was found and a query failed.
    pub fn is_reachable(&self) -> Ternary {
        if self.addresses().any(is_public) {
            return Ternary::Yes;
        }
        self.error().map_or(Ternary::No, |error| Ternary::Unknown(error.clone()))
    }
}

/// One sentence, without a final stop.
impl fmt::Display for MxHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MX {} {} ", self.preference, self.name)?;
        match &self.state {
            HostState::Addresses(addresses) => write!(f, "resolves to {}", list_addresses(addresses)),
            HostState::Cname { chain } => {
                let target = chain.last().map(ToString::to_string).unwrap_or_default();
                let nowhere = self.addresses().next().is_none() && self.error().is_none();
                let nowhere = if nowhere { ", which has no address" } else { "" };
                write!(f, "is an alias of {target}{nowhere}; an MX must name the host itself (RFC 2181 §10.3)")
            }
            HostState::AddressLiteral(_) => f.write_str("is an address; an MX must name a host (RFC 1035 §3.3.9)"),
            HostState::Dangling { nxdomain: true } => f.write_str("does not exist"),
            HostState::Dangling { nxdomain: false } => f.write_str("has no address"),
            HostState::PrivateOnly(addresses) => write!(f, "has private addresses only: {}", list_addresses(addresses)),
            HostState::Null => f.write_str("is a null MX (RFC 7505)"),
            HostState::Failed(error) => write!(f, "could not be resolved: {error}"),
        }
    }
}

fn responses(lookups: &[(Query, Answer)]) -> impl Iterator<Item = &Arc<Response>> {
    lookups.iter().filter_map(|(_, answer)| answer.as_ref().ok())
}

/// What the name in an MX record resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostState {
    /// Addresses, at least one of them public.
    Addresses(Vec<IpAddr>),
    /// An alias, against RFC 2181 §10.3; [`MxHost::addresses`] has what stands at its end.
    Cname {
        /// The targets on the way, the last one the real host.
        chain: Vec<DomainName>,
    },
    /// The record names an address, against RFC 1035 §3.3.9. Nothing was asked.
    AddressLiteral(IpAddr),
    /// The name has no address.
    Dangling {
        /// The name does not exist at all.
        nxdomain: bool,
    },
    /// Private addresses only: the host cannot be reached from elsewhere.
    PrivateOnly(Vec<IpAddr>),
    /// The root: a null MX (RFC 7505).
    Null,
    /// No public address was found and a query failed.
    Failed(DnsError),
}

impl HostState {
    fn of(lookups: &[(Query, Answer)]) -> Self {
        let addresses: Vec<IpAddr> = responses(lookups).flat_map(|response| response.addresses()).collect();
        let error = lookups.iter().find_map(|(_, answer)| answer.as_ref().err());
        match error {
            _ if addresses.iter().copied().any(is_public) => Self::Addresses(addresses),
            Some(error) => Self::Failed(error.clone()),
            None if !addresses.is_empty() => Self::PrivateOnly(addresses),
            None => Self::Dangling { nxdomain: responses(lookups).any(|response| response.is_nxdomain()) },
        }
    }
}
