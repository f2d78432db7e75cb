//! Whom the reader of a message trusts to write true fields.

use core::net::IpAddr;

use crate::domain::DomainName;
use crate::network::Network;

/// The servers whose fields can be relied on: those of the receiver, and relays in front of them.
///
/// Nothing given means that the boundary is inferred.
///
/// ```
/// use deliverability_core::header::trace::Trusted;
/// let trusted = Trusted::default().network("198.51.100.0/24".parse()?).host("mx.example.com".parse()?);
/// assert!(!trusted.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    networks: Vec<Network>,
    hosts: Vec<DomainName>,
}

impl Trusted {
    /// Trusts every host in a network.
    #[must_use]
    pub fn network(mut self, network: Network) -> Self {
        self.networks.push(network);
        self
    }

    /// Trusts a host, or every host of a domain, such as the authserv-id of the receiver's
    /// Authentication-Results (RFC 8601 §2.2). A client is known by the name that DNS gave for its address,
    /// never by what it called itself.
    #[must_use]
    pub fn host(mut self, name: DomainName) -> Self {
        self.hosts.push(name);
        self
    }

    /// Whether nothing was given.
    pub const fn is_empty(&self) -> bool {
        self.networks.is_empty() && self.hosts.is_empty()
    }

    /// Whether an address is in one of the networks.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }

    /// Whether a name is one of the hosts or below one.
    pub fn names(&self, name: &str) -> bool {
        if self.hosts.is_empty() {
            return false;
        }
        let name = DomainName::from_ascii(name.as_bytes());
        name.is_ok_and(|name| self.hosts.iter().any(|host| name.is_within(host)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_trusted_with_all_below_them() {
        let trusted = Trusted::default().host("example.com".parse().unwrap());
        assert!(trusted.names("MX1.example.com") && trusted.names("example.com."));
        assert!(!trusted.names("badexample.com") && !trusted.names("") && !trusted.names("[192.0.2.1]"));
        assert!(!trusted.holds("192.0.2.1".parse().unwrap()));
    }
}
