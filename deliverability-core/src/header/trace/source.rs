//! Where the trusted part of a trace ends, and who stands there.

use core::fmt;
use core::net::IpAddr;

use super::address_kind::AddressKind;
use super::hop::Hop;
use super::trusted::Trusted;
use crate::header::received::{Received, Transmission};
use crate::network::Network;

/// Where what can be relied on ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Boundary {
    /// At the first client that is not among the servers given as trusted.
    Given,
    /// Inferred: the topmost field is taken for the receiving server's own, and clients with addresses of
    /// inside networks for its servers.
    Inferred,
}

impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Given => "the first client that is not among the trusted servers given",
            Self::Inferred => {
                "inferred: the topmost field is taken for the receiving server's own, clients at inside addresses for its servers"
            }
        })
    }
}

/// Who handed the message to the first trusted server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The connecting client, which is what SPF is about.
    Client {
        /// The hop that saw it, counted from the top, from 0.
        hop: usize,
        /// Its address.
        ip: IpAddr,
    },
    /// A client whose address the trusted server did not see: it saw its own container network instead. Its
    /// SPF result says nothing about the client.
    Hidden {
        /// The hop.
        hop: usize,
        /// The address that was seen.
        ip: IpAddr,
    },
    /// A client inside of the trusted servers' network: the message did not come from elsewhere, or a field
    /// that would tell is missing.
    Inside {
        /// The lowest hop.
        hop: usize,
        /// Its client's address, if any was noted.
        ip: Option<IpAddr>,
    },
    /// A user or program of a trusted server.
    Local {
        /// The hop.
        hop: usize,
    },
    /// A trusted server took the message from elsewhere and did not note the address.
    Unnoted {
        /// The hop.
        hop: usize,
    },
    /// There is no Received field.
    None,
}

impl Source {
    /// The address of the connecting client, where it is known.
    pub const fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Client { ip, .. } => Some(*ip),
            _ => None,
        }
    }

    /// The hop that saw the source, counted from the top.
    pub const fn hop(&self) -> Option<usize> {
        match self {
            Self::Client { hop, .. }
            | Self::Hidden { hop, .. }
            | Self::Inside { hop, .. }
            | Self::Local { hop }
            | Self::Unnoted { hop } => Some(*hop),
            Self::None => None,
        }
    }
}

/// Marks the trusted hops and finds the source.
pub(super) fn find(hops: &mut [Hop<'_>], trusted: &Trusted) -> Source {
    let mut last = Source::None;
    for (n, hop) in hops.iter_mut().enumerate() {
        hop.is_trusted = true;
        match judge(&hop.received, n, trusted) {
            Judged::Ends(source) => return source,
            Judged::Inside(ip) => last = Source::Inside { hop: n, ip },
        }
    }
    last
}

/// Whether the trusted part ends with a hop.
enum Judged {
    Ends(Source),
    /// The field below is a trusted server's too.
    Inside(Option<IpAddr>),
}

fn judge(received: &Received<'_>, hop: usize, trusted: &Trusted) -> Judged {
    if received.submission.is_some() {
        return Judged::Ends(Source::Local { hop });
    }
    let Some(ip) = received.ip.map(|address| address.ip) else { return without_address(received, hop) };
    let name = received.rdns.as_ref().filter(|_| !received.is_rdns_doubted);
    if trusted.holds(ip) || name.is_some_and(|name| trusted.names(&name.text)) {
        return Judged::Inside(Some(ip));
    }
    match AddressKind::of(ip) {
        AddressKind::ContainerGateway => Judged::Ends(Source::Hidden { hop, ip }),
        AddressKind::Public if !(trusted.is_empty() && is_inside_exchange_online(received, ip)) => {
            Judged::Ends(Source::Client { hop, ip })
        }
        AddressKind::Loopback | AddressKind::Public => Judged::Inside(Some(ip)),
        // Whoever has to log in is a user, not one of the servers: what stands below is a user's text.
        _ if received.is_authenticated() => Judged::Ends(Source::Inside { hop, ip: Some(ip) }),
        _ => Judged::Inside(Some(ip)),
    }
}

/// No address: handed over within a host or between programs of one system, or by SMTP from a client that
/// was not noted.
fn without_address(received: &Received<'_>, hop: usize) -> Judged {
    let is_web = received.transmission() == Some(Transmission::Http);
    let is_smtp = received.transmission().is_none_or(|with| with == Transmission::Smtp) && received.from.is_some();
    let is_same = matches!((&received.from, &received.by), (Some(from), Some(by)) if from.is(by.as_str()) || from.is("localhost"));
    if is_web || (is_smtp && !is_same) { Judged::Ends(Source::Unnoted { hop }) } else { Judged::Inside(None) }
}

/// Exchange Online hands messages on between its hosts over public addresses of Microsoft, and notes the
/// name that the client gave.
fn is_inside_exchange_online(received: &Received<'_>, ip: IpAddr) -> bool {
    const DOMAINS: &[&str] = &[".prod.outlook.com", ".prod.exchangelabs.com", ".prod.protection.outlook.com"];
    // 2603:1000::/24, allocated to Microsoft by ARIN.
    let network = Network::new(core::net::Ipv6Addr::new(0x2603, 0x1000, 0, 0, 0, 0, 0, 0).into(), 24);
    let is_one = |name: &str| DOMAINS.iter().any(|domain| name.to_ascii_lowercase().ends_with(domain));
    let is_one_of_them = received.helo.as_ref().or(received.from.as_ref()).is_some_and(|name| is_one(&name.text));
    is_one_of_them && network.is_some_and(|network| network.contains(ip))
}
