//! Whether the hosts that `a`, `mx` and `exists` name have records: void look-ups (RFC 7208
//! §4.6.4).

use super::node::Target;
use crate::dns::{Answer, Query};
use crate::spf::record::Mechanism;

/// Whether a host has the records that a term asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Presence {
    /// It was not asked, the query failed, or it depends on the client.
    Unknown,
    /// It has.
    Found,
    /// It has none: the look-up is void.
    Void,
}

/// The queries of a term, for an IPv4 and for an IPv6 client. None for what the client decides:
/// `ptr`, and macros.
pub(super) fn queries(mechanism: &Mechanism, target: &Target) -> [Option<Query>; 2] {
    let Target::Host(host) = target else { return [None, None] };
    match mechanism {
        // RFC 7208 §5: the family of the client decides which addresses are asked for.
        Mechanism::A { .. } => [Some(Query::a(host.clone())), Some(Query::aaaa(host.clone()))],
        Mechanism::Mx { .. } => [Some(Query::mx(host.clone())), Some(Query::mx(host.clone()))],
        // RFC 7208 §5.7: A records, whatever the client.
        Mechanism::Exists(_) => [Some(Query::a(host.clone())), Some(Query::a(host.clone()))],
        _ => [None, None],
    }
}

pub(super) fn presence(answer: Option<Answer>) -> Presence {
    match answer {
        Some(Ok(response)) if response.is_void() => Presence::Void,
        Some(Ok(_)) => Presence::Found,
        Some(Err(_)) | None => Presence::Unknown,
    }
}
