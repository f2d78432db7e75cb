//! Who is to be authorized.

use core::fmt;
use std::net::IpAddr;

use super::super::record::{DomainSpec, DualCidr, Mechanism};
use crate::domain::DomainName;
use crate::network::Network;

/// A sender to authorize. `Display` is the term that does it.
///
/// ```
/// use deliverability_core::spf::Sender;
/// assert_eq!(Sender::Address("2001:db8::1".parse()?).to_string(), "ip6:2001:db8::1");
/// assert_eq!(Sender::Include("_spf.example.net".parse()?).to_string(), "include:_spf.example.net");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sender {
    /// One address: `ip4:` or `ip6:`.
    Address(IpAddr),
    /// A network: `ip4:` or `ip6:` with a prefix length.
    Network(Network),
    /// The addresses of a host, whatever they will be: `a:`. It costs a look-up.
    Host(DomainName),
    /// The addresses of the domain's own name: `a`. It costs a look-up.
    OwnHost,
    /// The domain's own mail exchangers: `mx`. It costs a look-up.
    OwnMx,
    /// All senders of a provider: `include:`. It costs a look-up, and those of its record.
    Include(DomainName),
}

impl Sender {
    pub(super) fn mechanism(&self) -> Mechanism {
        let of_network = |network: Network| match network.address() {
            IpAddr::V4(_) => Mechanism::Ip4(network),
            IpAddr::V6(_) => Mechanism::Ip6(network),
        };
        match self {
            Self::Address(ip) => of_network(Network::host(crate::network::canonical(*ip))),
            Self::Network(network) => of_network(*network),
            Self::Host(name) => {
                Mechanism::A { domain_spec: Some(DomainSpec::Name(name.clone())), cidr: DualCidr::default() }
            }
            Self::OwnHost => Mechanism::A { domain_spec: None, cidr: DualCidr::default() },
            Self::OwnMx => Mechanism::Mx { domain_spec: None, cidr: DualCidr::default() },
            Self::Include(name) => Mechanism::Include(DomainSpec::Name(name.clone())),
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mechanism().fmt(f)
    }
}

impl From<IpAddr> for Sender {
    fn from(ip: IpAddr) -> Self {
        Self::Address(ip)
    }
}

impl From<Network> for Sender {
    fn from(network: Network) -> Self {
        Self::Network(network)
    }
}
