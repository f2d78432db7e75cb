//! Networks that are unwise: wide, private, with host bits, or inside an earlier one (RFC 7208 §5.6).

use core::net::IpAddr;
use std::collections::{BTreeSet, HashMap};

use super::pieces::{Action, Note, Pieces, Place};
use crate::network::{Network, is_public};
use crate::problem::Severity;
use crate::rule_id::RuleId;
use crate::spf::record::{Directive, DualCidr, Mechanism, Qualifier, TermKind};

/// IPv4 networks up to this prefix length are more than any sender has.
const WIDE_IP4: u8 = 8;
/// IPv6 networks up to this prefix length are more than any sender has: registries get a /12.
const WIDE_IP6: u8 = 16;

/// Adds what is unwise about networks. No edit changes what the record says.
pub(super) fn advise(pieces: &mut Pieces<'_>) {
    let mut notes = Vec::new();
    let mut earlier = Earlier::default();
    for (place, kind) in pieces.terms() {
        let TermKind::Directive(Directive { qualifier, mechanism }) = kind else { continue };
        match mechanism {
            Mechanism::Ip4(network) | Mechanism::Ip6(network) => {
                let finder = Finder { place, network: *network, qualifier: *qualifier };
                notes.extend([finder.wide(), finder.private()].into_iter().flatten());
                // What is to go need not be written better.
                notes.extend(earlier.shadow(&finder).or_else(|| finder.host_bits()));
            }
            Mechanism::A { cidr, .. } | Mechanism::Mx { cidr, .. } if *qualifier == Qualifier::Pass => {
                notes.extend(wide_lengths(place, mechanism.name(), *cidr));
            }
            Mechanism::All => break,
            _ => {}
        }
    }
    pieces.apply(notes);
}

struct Finder {
    place: Place,
    network: Network,
    qualifier: Qualifier,
}

impl Finder {
    fn note(&self, rule: RuleId, severity: Severity, message: String, action: Action) -> Note {
        Note { place: self.place, rule, severity, message, action }
    }

    fn wide(&self) -> Option<Note> {
        let widest = if self.network.address().is_ipv4() { WIDE_IP4 } else { WIDE_IP6 };
        let is_wide = self.network.prefix() <= widest && self.qualifier == Qualifier::Pass;
        let message = || {
            let share = share(self.network.prefix());
            format!("{} authorizes {share}; name the networks of your own senders (RFC 7208 §5.6, §8.3)", self.network)
        };
        is_wide.then(|| self.note(RuleId::SpfWeakAll, wide_severity(self.network.prefix()), message(), Action::Keep))
    }

    fn private(&self) -> Option<Note> {
        let network = self.network;
        // The networks that hold everything are wide, not private.
        let is_private = network.prefix() > 0 && !is_public(network.address());
        let message = || {
            format!(
                "{network} cannot send on the Internet; name the public address that the mail leaves from (RFC 6890 §2.2)"
            )
        };
        is_private.then(|| self.note(RuleId::SpfPrivateAddress, Severity::Warning, message(), Action::Keep))
    }

    fn host_bits(&self) -> Option<Note> {
        let first = masked(self.network.address(), self.network.prefix());
        let network = Network::new(first, self.network.prefix()).filter(|_| first != self.network.address())?;
        let mechanism = if first.is_ipv4() { Mechanism::Ip4(network) } else { Mechanism::Ip6(network) };
        let term = Directive { qualifier: self.qualifier, mechanism }.to_string();
        let message = format!(
            "{} has host bits, which are ignored: it covers the whole network; write \"{term}\", or no prefix length for one host (RFC 7208 §5.6)",
            self.network
        );
        Some(self.note(RuleId::SpfHostBits, Severity::Note, message, Action::Write(term)))
    }
}

fn wide_lengths(place: Place, mechanism: &str, cidr: DualCidr) -> Option<Note> {
    let ip4 = cidr.ip4.filter(|length| *length <= WIDE_IP4);
    let length = ip4.or(cidr.ip6.filter(|length| *length <= WIDE_IP6))?;
    let message =
        format!("{mechanism}{cidr} authorizes {}; leave the prefix length out (RFC 7208 §5.6, §8.3)", share(length));
    Some(Note { place, rule: RuleId::SpfWeakAll, severity: wide_severity(length), message, action: Action::Keep })
}

/// How much of the addresses of its family a prefix covers.
fn share(prefix: u8) -> String {
    match prefix {
        0 => "everyone on the Internet".to_owned(),
        _ => format!("one in {} of all addresses", 1_u32.checked_shl(prefix.into()).unwrap_or(u32::MAX)),
    }
}

const fn wide_severity(prefix: u8) -> Severity {
    if prefix == 0 { Severity::Blocks } else { Severity::Warning }
}

/// The address without the bits beyond the prefix.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(prefix.into())).unwrap_or(0);
            core::net::Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(prefix.into())).unwrap_or(0);
            core::net::Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    }
}

/// The networks that were named so far. A look-up takes one step a prefix length in use, so it does
/// not grow with the record.
#[derive(Default)]
struct Earlier {
    lengths: BTreeSet<u8>,
    networks: HashMap<(IpAddr, u8), (Network, Qualifier)>,
}

impl Earlier {
    /// Notes an earlier network that holds this one; remembers it if there is none.
    fn shadow(&mut self, finder: &Finder) -> Option<Note> {
        let network = finder.network;
        let within = |length: &u8| self.networks.get(&(masked(network.address(), *length), *length));
        let Some((outer, qualifier)) = self.lengths.range(..=network.prefix()).find_map(within) else {
            self.lengths.insert(network.prefix());
            self.networks
                .insert((masked(network.address(), network.prefix()), network.prefix()), (network, finder.qualifier));
            return None;
        };
        let (advice, severity, action) = if *qualifier == finder.qualifier {
            ("delete it", Severity::Note, Action::Delete)
        } else {
            // Deleting it keeps the verdict, but it was written to change it.
            ("put it in front", Severity::Warning, Action::Keep)
        };
        let message = format!(
            "{network} lies in {outer}, which an earlier term names and which decides; {advice} (RFC 7208 §4.6.2)"
        );
        Some(finder.note(RuleId::SpfDeadTerm, severity, message, action))
    }
}
