//! Why a term did or did not match, in a sentence (RFC 7208 §5, §6).

use core::net::IpAddr;

use super::deciding_visit;
use crate::dns::{Answer, Known, Query, RecordType};
use crate::domain::DomainName;
use crate::escaped::Escaped;
use crate::network::{self, Network, list_addresses};
use crate::result::SpfResult;
use crate::spf::evaluation::Evaluation;
use crate::spf::record::{DualCidr, Mechanism, Modifier, Term, TermKind};
use crate::spf::trace::{Evaluated, TermOutcome, Visit};

/// What stands in for an answer that is not there.
const NOT_AT_HAND: &str = "answer not at hand";

/// The words about one evaluation.
pub(super) struct Words<'a> {
    evaluation: &'a Evaluation,
    known: &'a dyn Known,
}

impl<'a> Words<'a> {
    pub(super) fn of(evaluation: &'a Evaluation, known: &'a dyn Known) -> Self {
        Self { evaluation, known }
    }

    pub(super) fn visit(&self, number: usize) -> Option<&'a Visit> {
        self.evaluation.trace().visits().get(number)
    }

    /// The look-up that a term was, counted from 1.
    pub(super) fn lookup_number(&self, visit: usize, term: usize) -> Option<usize> {
        let mut entries = self.evaluation.trace().ledger().entries().iter();
        let at = entries.position(|lookup| (lookup.visit(), lookup.term()) == (visit, term))?;
        Some(at.saturating_add(1))
    }

    /// What became of a record as a whole.
    pub(super) fn record(&self, visit: &Visit) -> String {
        let (domain, result) = (visit.domain(), visit.result());
        if visit.record().is_some() {
            return format!("the SPF record of {domain} gives {result}");
        }
        match self.evaluation.cause() {
            cause if cause.domain() == Some(domain) => format!("{cause}: {result}"),
            _ => format!("{domain} has no SPF record: {result}"),
        }
    }

    /// What became of a term.
    pub(super) fn term(&self, visit: &Visit, term: &Term, evaluated: Option<&Evaluated>) -> String {
        match (evaluated, &term.kind) {
            (None, TermKind::Modifier(modifier)) => self.unused(modifier, visit),
            (None, TermKind::Directive(_)) => "not reached: evaluation ended before it".to_owned(),
            (Some(evaluated), _) if evaluated.outcome() == TermOutcome::Error => self.failure(evaluated),
            (Some(evaluated), TermKind::Modifier(_)) => self.redirect(evaluated),
            (Some(evaluated), TermKind::Directive(directive)) => {
                let why = self.mechanism(visit, &directive.mechanism, evaluated);
                match evaluated.outcome() {
                    TermOutcome::Match => format!("match, which gives {}: {why}", directive.qualifier.result()),
                    _ => format!("no match: {why}"),
                }
            }
        }
    }

    fn child(&self, evaluated: &Evaluated) -> Option<&'a Visit> {
        self.visit(evaluated.child()?)
    }

    /// Why a term ended the evaluation: what its record gave, or the cause itself.
    fn failure(&self, evaluated: &Evaluated) -> String {
        match self.child(evaluated) {
            Some(child) if child.result() != SpfResult::None => {
                format!("error: the record of {} gives {}, which ends the evaluation", child.domain(), child.result())
            }
            _ => format!("error: this term {}", self.evaluation.cause().kind()),
        }
    }

    fn redirect(&self, evaluated: &Evaluated) -> String {
        match self.child(evaluated) {
            Some(child) => {
                format!("followed, since nothing matched: the record of {} gives {}", child.domain(), child.result())
            }
            None => "followed, since nothing matched".to_owned(),
        }
    }

    /// What became of a modifier that was not followed.
    fn unused(&self, modifier: &Modifier, visit: &Visit) -> String {
        let decided = deciding_visit(self.evaluation).is_some_and(|deciding| core::ptr::eq(deciding, visit));
        let failed = decided && self.evaluation.result() == SpfResult::Fail;
        match (modifier, self.evaluation.explanation()) {
            // RFC 7208 §6.1: only where no directive matched.
            (Modifier::Redirect(_), _) => "not followed: evaluation ended before it".to_owned(),
            (Modifier::Explanation(_), Some(text)) if failed => {
                format!("gives the explanation \"{}\"", Escaped(text.as_bytes()))
            }
            (Modifier::Explanation(_), None) if failed => "gives no explanation that can be used".to_owned(),
            // RFC 7208 §6.2: never that of an included record.
            (Modifier::Explanation(_), _) => "not used: it explains a fail that its own record decides".to_owned(),
            // RFC 7208 §6.
            (Modifier::Unknown { .. }, _) => "has no effect: the modifier is not known".to_owned(),
        }
    }

    fn mechanism(&self, visit: &Visit, mechanism: &Mechanism, evaluated: &Evaluated) -> String {
        let ip = self.evaluation.ip();
        match mechanism {
            Mechanism::All => return "all matches every client".to_owned(),
            Mechanism::Ip4(network) | Mechanism::Ip6(network) => return within(ip, *network),
            _ => {}
        }
        let domain = match (evaluated.target(), mechanism.domain_spec()) {
            (Some(target), _) => target,
            (None, None) => visit.domain(),
            // RFC 7208 §4.8: such a term does not match.
            (None, Some(_)) => return "after macro expansion its target is no domain name".to_owned(),
        };
        match mechanism {
            Mechanism::Include(_) => self.include(domain, evaluated),
            Mechanism::A { cidr, .. } => self.a(domain, *cidr, evaluated),
            Mechanism::Mx { cidr, .. } => self.mx(domain, *cidr, evaluated),
            Mechanism::Ptr { .. } => self.ptr(domain, evaluated),
            // RFC 7208 §5.7: A records, whatever the client's family.
            _ if evaluated.outcome() == TermOutcome::Match => format!("{domain} has an A record"),
            _ => format!("{domain} has no A record"),
        }
    }

    /// RFC 7208 §5.2: only a pass of the included record is a match.
    fn include(&self, domain: &DomainName, evaluated: &Evaluated) -> String {
        let result = self.child(evaluated).map_or(SpfResult::None, Visit::result);
        match evaluated.outcome() {
            TermOutcome::Match => format!("the record of {domain} gives pass for this client"),
            _ => format!("the record of {domain} gives {result} for this client, and only its pass would match"),
        }
    }

    fn a(&self, domain: &DomainName, cidr: DualCidr, evaluated: &Evaluated) -> String {
        let found = self.addresses(&Query::address(domain.clone(), self.evaluation.ip()));
        format!("{} addresses of {domain}: {found}", self.compared(cidr, evaluated))
    }

    fn mx(&self, domain: &DomainName, cidr: DualCidr, evaluated: &Evaluated) -> String {
        let found = self.exchangers(domain);
        format!("{} addresses of the mail exchangers of {domain}: {found}", self.compared(cidr, evaluated))
    }

    /// How the client compares with some addresses, up to the word for them.
    fn compared(&self, cidr: DualCidr, evaluated: &Evaluated) -> String {
        let one = if evaluated.outcome() == TermOutcome::Match { "one" } else { "none" };
        match if self.evaluation.ip().is_ipv4() { cidr.ip4 } else { cidr.ip6 } {
            Some(bits) => format!("the client is in the /{bits} of {one} of the"),
            None => format!("the client has {one} of the"),
        }
    }

    fn exchangers(&self, domain: &DomainName) -> String {
        let Ok(answer) = self.known.get(&Query::mx(domain.clone())) else { return NOT_AT_HAND.to_owned() };
        let Some(response) = answer.as_ref().ok().filter(|response| !response.is_void()) else {
            return absence(&answer, RecordType::Mx);
        };
        let limit = usize::from(self.evaluation.trace().ledger().limits().mx_hosts);
        let mut hosts: Vec<_> = response.exchanges().take(limit).collect();
        hosts.sort();
        let host = |(_, host): &(u16, &DomainName)| {
            if host.is_root() {
                return "none (null MX)".to_owned();
            }
            format!("{host} ({})", self.addresses(&Query::address((*host).clone(), self.evaluation.ip())))
        };
        hosts.iter().map(host).collect::<Vec<_>>().join(", ")
    }

    /// RFC 7208 §5.5: a name of the client, confirmed by its address, within the target.
    fn ptr(&self, domain: &DomainName, evaluated: &Evaluated) -> String {
        let query = Query::ptr(network::arpa_name(self.evaluation.ip()));
        let names = match self.known.get(&query) {
            Err(_) => NOT_AT_HAND.to_owned(),
            Ok(answer) => match &answer {
                Ok(response) if !response.is_void() => {
                    let names: Vec<_> = response.pointers().take(3).map(DomainName::to_string).collect();
                    names.join(", ")
                }
                _ => absence(&answer, RecordType::Ptr),
            },
        };
        match evaluated.outcome() {
            TermOutcome::Match => format!("a name of the client lies within {domain} and leads back to it: {names}"),
            _ => format!("no name of the client lies within {domain} and leads back to it: {names}"),
        }
    }

    /// The addresses found, or that there are none.
    fn addresses(&self, query: &Query) -> String {
        let Ok(answer) = self.known.get(query) else { return NOT_AT_HAND.to_owned() };
        let addresses: Vec<IpAddr> =
            answer.iter().flat_map(|response| response.addresses().collect::<Vec<_>>()).collect();
        if addresses.is_empty() { absence(&answer, query.record_type) } else { list_addresses(&addresses) }
    }
}

/// Why an answer holds no record.
fn absence(answer: &Answer, record_type: RecordType) -> String {
    match answer {
        Err(error) => error.to_string(),
        Ok(response) if response.is_nxdomain() => "the name does not exist".to_owned(),
        Ok(_) => format!("no {record_type} record"),
    }
}

fn within(ip: IpAddr, network: Network) -> String {
    let family = |ip: IpAddr| if ip.is_ipv4() { "IPv4" } else { "IPv6" };
    let host = network == Network::host(network.address());
    match network.contains(ip) {
        true if host => "it is the client's address".to_owned(),
        true => format!("{ip} is within {network}"),
        false if family(ip) != family(network.address()) => {
            format!("{ip} is an {} address, and this is an {} network", family(ip), family(network.address()))
        }
        false if host => format!("{ip} is another address"),
        false => format!("{ip} is not within {network}"),
    }
}
