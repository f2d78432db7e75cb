//! Which client the refusing server saw: as its reply says, as the report's server is called, or as a Received
//! field has it.

use core::net::IpAddr;

use crate::bounce::Recipient;
use crate::diagnosis::bounce::{CaseBounce, Hop};
use crate::dns::{Known, Needed, Query};
use crate::domain::DomainName;
use crate::network::is_public;

/// Most addresses of one server that are taken for the client's.
const MAX_ADDRESSES: usize = 4;
/// Most hops below the client that are looked at.
const MAX_BELOW: usize = 5;

/// The client that was refused, as far as the returned mail tells.
pub(super) struct Client {
    /// Its addresses: one, unless only its name is known.
    pub(super) addresses: Vec<IpAddr>,
    /// Where that was found.
    pub(super) source: &'static str,
    /// The public addresses that handed the message over before.
    pub(super) below: Vec<IpAddr>,
    /// The server that wrote the report, if it was the client.
    pub(super) reporter: Option<DomainName>,
}

impl Client {
    pub(super) fn of(bounce: &CaseBounce, known: &dyn Known, needed: &mut Needed) -> Self {
        let reporter = reporter(bounce);
        let hops: Vec<IpAddr> = bounce.hops().iter().filter_map(|hop| hop.ip).filter(|ip| is_public(*ip)).collect();
        let (addresses, source) = if let Some(ip) = named(bounce, &hops, reporter.is_some()) {
            (vec![ip], "the reply names it")
        } else if let Some(ip) = bounce.bounce().feedback().and_then(|it| it.source_ip) {
            (vec![ip], "the complaint names it")
        } else if let Some(name) = &reporter {
            (addresses_of(name, known, needed), "the server that wrote the report has it")
        } else {
            (bounce.way().source.into_iter().collect(), "a Received field of the message that came back")
        };
        let below = hops.into_iter().filter(|hop| !addresses.contains(hop)).take(MAX_BELOW).collect();
        Self { addresses, source, below, reporter }
    }

    pub(super) fn ip(&self) -> Option<IpAddr> {
        self.addresses.first().copied()
    }

    /// What the sending server says in HELO, where that can be told.
    pub(super) fn helo_of(&self, bounce: &CaseBounce, sending: &[IpAddr]) -> Option<(String, &'static str)> {
        let mut replies = bounce.recipients().iter().map(|recipient| recipient.reply().parameters());
        if let Some(helo) = replies.find_map(|named| named.helo.clone()) {
            return Some((helo, "the reply names it"));
        }
        let is_sending = |hop: &&Hop| hop.ip.is_some_and(|ip| sending.contains(&ip));
        if let Some(helo) = bounce.hops().iter().find(is_sending).and_then(|hop| hop.helo.clone()) {
            return Some((helo, "a Received field of the message that came back"));
        }
        let is_reporter = self.addresses.iter().any(|ip| sending.contains(ip));
        let name = self.reporter.as_ref().filter(|_| is_reporter)?;
        Some((name.to_string(), "the server that wrote the report calls itself so"))
    }
}

/// The address that replies name. RFC 5321 §4.4: one that only stands in a link may be of any hop, as Barracuda's
/// are; the hop that touched the refusing server is the client then.
fn named(bounce: &CaseBounce, hops: &[IpAddr], has_reporter: bool) -> Option<IpAddr> {
    let replies = || bounce.recipients().iter().map(Recipient::reply);
    let of = |is_sure: bool| {
        replies().find_map(|reply| {
            let ip = reply.parameters().ip.filter(|ip| is_public(*ip))?;
            (!is_sure || !is_only_in_link(reply.text(), ip)).then_some(ip)
        })
    };
    let in_link = of(false)?;
    // A link names an inner hop only if another one touched the refusing server.
    let is_inner = hops.contains(&in_link) && (has_reporter || hops.first() != Some(&in_link));
    of(true).or_else(|| (!is_inner).then_some(in_link))
}

/// Whether a text names an address in links alone.
pub(in crate::diagnosis) fn is_only_in_link(text: &str, ip: IpAddr) -> bool {
    let ip = ip.to_string();
    let mut holding = text.split_whitespace().filter(|word| word.contains(&ip)).peekable();
    holding.peek().is_some() && holding.all(|word| word.contains("://"))
}

/// The server that wrote the report, if another one refused the message: then it was the client.
fn reporter(bounce: &CaseBounce) -> Option<DomainName> {
    let name: DomainName = bounce.bounce().reporting_mta()?.trim().parse().ok()?;
    let is_host = name.is_host_name() && name.label_count() > 1;
    let mut remote = bounce.recipients().iter().filter_map(Recipient::remote_host);
    let refused_elsewhere = remote.any(|host| !host.trim_end_matches('.').eq_ignore_ascii_case(&name.to_string()));
    (is_host && refused_elsewhere).then_some(name)
}

fn addresses_of(name: &DomainName, known: &dyn Known, needed: &mut Needed) -> Vec<IpAddr> {
    match known.get(&Query::a(name.clone())) {
        Ok(answer) => {
            let addresses = answer.iter().flat_map(|response| response.addresses().collect::<Vec<_>>());
            let mut public: Vec<IpAddr> = addresses.filter(|ip| is_public(*ip)).take(MAX_ADDRESSES).collect();
            // The order of an answer means nothing (RFC 2181 §5).
            public.sort();
            public
        }
        Err(query) => {
            needed.extend(Needed::in_order([query]).unwrap_or_default());
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_a_link_is_not_the_client_for_sure() {
        let ip = "192.0.2.25".parse().unwrap();
        assert!(is_only_in_link("Client host [mail.example.org] blocked; http://bl.example/q.cgi?ip=192.0.2.25", ip));
        assert!(!is_only_in_link("client [192.0.2.25] blocked; http://bl.example/q.cgi?ip=192.0.2.25", ip));
        assert!(!is_only_in_link("blocked", ip));
    }
}
