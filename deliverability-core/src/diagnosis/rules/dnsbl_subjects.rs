//! What a case asks lists about: its addresses, and the names that it was given or that the DNS
//! gives, each with the identity that it stands for.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr};

use super::Lookups;
use crate::diagnosis::case::Case;
use crate::dns::{Answers, Check, Query};
use crate::dnsbl::{Kind, List, Lookup, NameForm, Role, Subject};
use crate::domain::DomainName;
use crate::network::arpa_name;
use crate::reverse_dns::{Helo, HeloForm};

/// Most PTR names of one address, and of all, that lists are asked about: anybody can publish
/// thousands.
const MAX_POINTERS: usize = 3;
const MAX_NAMES: usize = 12;

/// A subject with the identities that it stands for, and the question about it.
pub(super) struct Asked {
    subject: Subject,
    identities: Vec<&'static str>,
    pub(super) lookup: Lookup,
    /// It is none of the sender's own: it handed a message over that none of those sent.
    pub(super) is_elsewhere: bool,
}

/// The subject; a name with what it is to the case.
impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Domain(name) => write!(f, "{name} ({})", self.identities.join(", ")),
            address => address.fmt(f),
        }
    }
}

/// A name whose registrable domain cannot be told, and the lists that would want it.
pub(super) struct Untold {
    pub(super) host: DomainName,
    pub(super) lists: Vec<List>,
}

/// A name and what it is to the case.
type Named = (DomainName, &'static str);

/// Everything to ask, addresses first. PTR names that are not known yet are noted as missing.
pub(super) fn subjects(case: &Case, lists: &[List], lookups: &Lookups<'_>) -> (Vec<Asked>, Vec<Untold>) {
    let mut asked: Vec<Asked> = case.public_ips().map(|ip| about_address(ip, lists)).collect();
    #[cfg(feature = "verify")]
    asked.extend(case.other_source().map(|ip| {
        let is_elsewhere = !case.sending_ips.is_empty();
        Asked { is_elsewhere, ..about_address(ip, lists) }
    }));
    let mut untold = Vec::new();
    // No rule rests on what a welcome list says of a name.
    let useful = |list: &&List| holds_domains(list) && list.can_mean(Role::Block);
    let of_domains: Vec<List> = lists.iter().filter(useful).cloned().collect();
    if of_domains.is_empty() {
        return (asked, untold);
    }
    let (of_hosts, of_registrable): (Vec<List>, Vec<List>) =
        of_domains.into_iter().partition(|list| list.name_form() == NameForm::Host);
    let names = names(case, lookups);
    ask_about(names.clone(), &of_hosts, &mut asked);
    if let Some(list) = of_registrable.first() {
        let told = |(host, identity): &Named| Some((list.name_for(host)?, *identity));
        let reduced: Vec<Named> = names.iter().filter_map(told).collect();
        for (host, _) in names.iter().filter(|named| told(named).is_none()) {
            // A name below one that is asked about is told by that one.
            if !reduced.iter().any(|(name, _)| host.is_within(name)) {
                untold.push(Untold { host: host.clone(), lists: of_registrable.clone() });
            }
        }
        ask_about(reduced, &of_registrable, &mut asked);
    }
    (asked, untold)
}

fn holds_domains(list: &List) -> bool {
    matches!(list.kind(), Kind::Domain | Kind::IpAndDomain | Kind::Ipv4AndDomain)
}

fn about_address(ip: IpAddr, lists: &[List]) -> Asked {
    Asked { subject: Subject::Ip(ip), identities: Vec::new(), lookup: Lookup::of(ip).lists(lists), is_elsewhere: false }
}

/// One question a name, however many identities it has.
fn ask_about(names: Vec<Named>, lists: &[List], asked: &mut Vec<Asked>) {
    if lists.is_empty() {
        return;
    }
    let first = asked.len();
    for (name, identity) in names {
        let subject = Subject::Domain(name.clone());
        match asked.iter_mut().skip(first).find(|asked| asked.subject == subject) {
            Some(asked) if asked.identities.contains(&identity) => {}
            Some(asked) => asked.identities.push(identity),
            None => {
                let lookup = Lookup::of_domain(name).lists(lists);
                asked.push(Asked { subject, identities: vec![identity], lookup, is_elsewhere: false });
            }
        }
    }
}

/// The names of the case: the sender's domain, the HELO name, the PTR names.
fn names(case: &Case, lookups: &Lookups<'_>) -> Vec<Named> {
    let mut names = vec![(case.domain.clone(), "sender domain")];
    names.extend(case.helo.as_deref().and_then(helo_name).map(|name| (name, "HELO name")));
    for ip in case.public_ips() {
        names.extend(pointers(ip, lookups).into_iter().map(|name| (name, "PTR name")));
    }
    names.retain(|(name, _)| !name.is_root());
    names.truncate(MAX_NAMES);
    names
}

/// The HELO name if it is a public host name: no address literal is asked of a list of domains.
fn helo_name(helo: &str) -> Option<DomainName> {
    // The form alone, without looking the name up.
    let outcome = Helo::of(helo, Ipv4Addr::UNSPECIFIED.into()).replay(&Answers::new());
    match outcome.form() {
        HeloForm::HostName(name) => Some(name.clone()),
        _ => None,
    }
}

/// The PTR names of an address, in an order of their own: that of an answer means nothing.
fn pointers(ip: IpAddr, lookups: &Lookups<'_>) -> Vec<DomainName> {
    let Some(Ok(response)) = lookups.get(&Query::ptr(arpa_name(ip))) else { return Vec::new() };
    let mut names: Vec<DomainName> =
        response.pointers().filter(|name| name.is_host_name() && name.label_count() > 1).cloned().collect();
    names.sort();
    names.dedup();
    names.truncate(MAX_POINTERS);
    names
}
