//! `iprev`: does a PTR name of the address resolve back to it (RFC 8601 §2.7.3, §3).
//!
//! The reverse name may be an alias itself: that is how a part of an IPv4 network is delegated
//! (RFC 2317), and [`Outcome::owner`] is then where the PTR records stand. A PTR record must not
//! name an alias (RFC 2181 §10.2): [`Pointer::aliases`].

use core::fmt;
use core::net::IpAddr;

use crate::dns::{Answer, Check, DnsError, Known, Needed, Query, Step};
use crate::domain::DomainName;
use crate::network::{arpa_name, canonical, list_addresses};
use crate::result::IprevResult;

/// How many PTR names are looked at (RFC 7208 §4.6.4 sets the same limit; RFC 8601 sets none).
pub const MAX_POINTERS: usize = 10;

/// The `iprev` check of one address. An IPv4-mapped IPv6 address is taken as IPv4.
///
/// ```
/// use deliverability_core::{dns::Zone, reverse_dns::Iprev, Check};
///
/// let zone: Zone = "
/// 1.2.0.192.in-addr.arpa PTR mail.example.org
/// mail.example.org       A   192.0.2.1
/// ".parse()?;
/// let outcome = Iprev::of("192.0.2.1".parse()?).in_zone(&zone);
/// assert_eq!(outcome.result().as_str(), "pass");
/// assert_eq!(outcome.to_string(), "192.0.2.1 is confirmed: its PTR name mail.example.org resolves back to it");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iprev {
    address: IpAddr,
}

impl Iprev {
    /// The check of `address`.
    pub const fn of(address: IpAddr) -> Self {
        Self { address: canonical(address) }
    }

    /// The pointers that could be looked at; what was not known yet is added to `missing`.
    fn pointers(&self, names: &[DomainName], known: &dyn Known, missing: &mut Vec<Query>) -> Vec<Pointer> {
        let mut pointers = Vec::new();
        for name in names.iter().take(MAX_POINTERS) {
            // RFC 8601 §3: the forward look-up is of the type that fits the address.
            let query = Query::address(name.clone(), self.address);
            match known.get(&query) {
                Ok(answer) => pointers.push(Pointer::of(query, answer, self.address)),
                Err(wanted) => missing.push(wanted),
            }
        }
        pointers
    }
}

impl Check for Iprev {
    type Outcome = Outcome;

    fn step(&self, known: &dyn Known) -> Step<Outcome> {
        let query = Query::ptr(arpa_name(self.address));
        let mut missing = Vec::new();
        let reverse = match known.get(&query) {
            Ok(answer) => Reverse::read(answer),
            Err(wanted) => {
                missing.push(wanted);
                Reverse::default()
            }
        };
        let Reverse { names, aliases, nxdomain, error } = reverse;
        let pointers = self.pointers(&names, known, &mut missing);
        match Needed::in_order(missing) {
            Some(needed) => Step::Need(needed),
            None => Step::Done(Outcome {
                address: self.address,
                query,
                aliases,
                nxdomain,
                error,
                total_pointers: names.len(),
                pointers,
            }),
        }
    }
}

/// The answer to the PTR query, read.
#[derive(Default)]
struct Reverse {
    names: Vec<DomainName>,
    aliases: Vec<DomainName>,
    nxdomain: bool,
    error: Option<DnsError>,
}

impl Reverse {
    fn read(answer: Answer) -> Self {
        match answer {
            Ok(response) => Self {
                names: distinct(response.pointers()),
                aliases: response.aliases().to_vec(),
                nxdomain: response.is_nxdomain(),
                error: None,
            },
            Err(failure) => Self { error: Some(failure), ..Self::default() },
        }
    }
}

/// The names in the order received, each once.
fn distinct<'a>(names: impl Iterator<Item = &'a DomainName>) -> Vec<DomainName> {
    let mut seen = std::collections::HashSet::new();
    names.filter(|name| seen.insert(*name)).cloned().collect()
}

/// What reverse DNS says of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    address: IpAddr,
    query: Query,
    aliases: Vec<DomainName>,
    nxdomain: bool,
    /// Why the PTR query has no answer.
    error: Option<DnsError>,
    total_pointers: usize,
    pointers: Vec<Pointer>,
}

impl Outcome {
    /// The result in the words of RFC 8601 §2.7.3.
    pub fn result(&self) -> IprevResult {
        if self.confirmed_names().next().is_some() {
            return IprevResult::Pass;
        }
        match self.error() {
            Some(_) => IprevResult::Temperror,
            // RFC 8601 §2.7.3: no PTR data at all is permerror, whatever the kind of empty answer.
            None if self.pointers.is_empty() => IprevResult::Permerror,
            None => IprevResult::Fail,
        }
    }

    /// The address that was checked; never an IPv4-mapped one.
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// The PTR query.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// The CNAME targets through which the PTR records were reached: a block delegated by
    /// RFC 2317.
    pub fn aliases(&self) -> &[DomainName] {
        &self.aliases
    }

    /// The name at which the PTR records stand or would stand: the reverse name, or the end of
    /// its CNAME chain. Who may change it is whoever runs the zone it is in.
    pub fn owner(&self) -> &DomainName {
        self.aliases.last().unwrap_or(&self.query.name)
    }

    /// Whether [`Outcome::owner`] does not exist at all, rather than being there without a PTR
    /// record.
    pub const fn is_nxdomain(&self) -> bool {
        self.nxdomain
    }

    /// The PTR names that were looked at, at most [`MAX_POINTERS`], in the order received.
    pub fn pointers(&self) -> &[Pointer] {
        &self.pointers
    }

    /// How many different PTR names the address has, looked at or not.
    pub const fn total_pointers(&self) -> usize {
        self.total_pointers
    }

    /// The PTR names that resolve back to the address.
    pub fn confirmed_names(&self) -> impl Iterator<Item = &DomainName> {
        self.pointers.iter().filter(|p| p.state == PointerState::Confirmed).map(Pointer::name)
    }

    /// The first failure: of the PTR query, or of the address query of a name.
    ///
    /// With it the result is temperror, unless another name is confirmed.
    pub fn error(&self) -> Option<&DnsError> {
        self.error.as_ref().or_else(|| self.pointers.iter().find_map(|p| p.state.error()))
    }

    /// Every query that the outcome rests on, the PTR query first.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        core::iter::once(&self.query).chain(self.pointers.iter().map(Pointer::query))
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address;
        if let Some(error) = &self.error {
            return write!(f, "the PTR names of {address} are not known: {error}");
        }
        if self.pointers.is_empty() {
            return self.fmt_missing(f);
        }
        if let Some(name) = self.confirmed_names().next() {
            return write!(f, "{address} is confirmed: its PTR name {name} resolves back to it");
        }
        let verdict = if self.error().is_some() { "could not be confirmed" } else { "is not confirmed" };
        write!(f, "{address} {verdict}: ")?;
        for (n, pointer) in self.pointers.iter().enumerate() {
            write!(f, "{}its PTR name {pointer}", if n == 0 { "" } else { "; " })?;
        }
        match self.total_pointers.checked_sub(self.pointers.len()) {
            Some(more @ 1..) => write!(f, "; {more} more PTR names were not looked at"),
            _ => Ok(()),
        }
    }
}

impl Outcome {
    fn fmt_missing(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, owner, reverse) = (self.address, self.owner(), &self.query.name);
        match (self.aliases.is_empty(), self.nxdomain) {
            (true, true) => write!(f, "{address} has no PTR record: {reverse} does not exist"),
            (true, false) => write!(f, "{address} has no PTR record: {reverse} is there without one"),
            (false, true) => {
                write!(f, "{address} has no PTR record: {reverse} is an alias of {owner}, which does not exist")
            }
            (false, false) => {
                write!(f, "{address} has no PTR record: {reverse} is an alias of {owner}, which has none")
            }
        }
    }
}

/// One PTR name of an address, and what its own addresses say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pointer {
    query: Query,
    aliases: Vec<DomainName>,
    state: PointerState,
}

impl Pointer {
    fn of(query: Query, answer: Answer, address: IpAddr) -> Self {
        let aliases = answer.as_ref().map(|response| response.aliases().to_vec()).unwrap_or_default();
        Self { query, aliases, state: PointerState::of(answer, address) }
    }

    /// The CNAME targets behind the PTR name, which must be the host's own name (RFC 2181 §10.2);
    /// mostly none.
    pub fn aliases(&self) -> &[DomainName] {
        &self.aliases
    }

    /// The PTR name.
    pub const fn name(&self) -> &DomainName {
        &self.query.name
    }

    /// The query for the name's addresses: A for an IPv4 address, AAAA for IPv6.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Where the name leads.
    pub const fn state(&self) -> &PointerState {
        &self.state
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Query { name, record_type } = &self.query;
        match &self.state {
            PointerState::Confirmed => write!(f, "{name} resolves back to it"),
            PointerState::Elsewhere(addresses) => {
                write!(f, "{name} resolves to {}", list_addresses(addresses))
            }
            PointerState::NoAddress { nxdomain: true } => write!(f, "{name} does not exist"),
            PointerState::NoAddress { nxdomain: false } => write!(f, "{name} has no {record_type} record"),
            PointerState::Failed(error) => write!(f, "{name} gave no answer for {record_type}: {error}"),
        }
    }
}

/// Where a PTR name leads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PointerState {
    /// Back to the address.
    Confirmed,
    /// To other addresses of the same family only.
    Elsewhere(Vec<IpAddr>),
    /// Nowhere: it has no address of the family.
    NoAddress {
        /// The name does not exist at all.
        nxdomain: bool,
    },
    /// Not known: the query failed.
    Failed(DnsError),
}

impl PointerState {
    fn of(answer: Answer, address: IpAddr) -> Self {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Self::Failed(error),
        };
        let addresses: Vec<IpAddr> = response.addresses().collect();
        if addresses.contains(&address) {
            Self::Confirmed
        } else if addresses.is_empty() {
            Self::NoAddress { nxdomain: response.is_nxdomain() }
        } else {
            Self::Elsewhere(addresses)
        }
    }

    /// The failure, if the query failed.
    pub const fn error(&self) -> Option<&DnsError> {
        if let Self::Failed(error) = self { Some(error) } else { None }
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::Zone;

    fn zone(text: &str) -> Zone {
        text.parse().unwrap()
    }

    fn check(address: &str, zone: &Zone) -> Outcome {
        Iprev::of(address.parse().unwrap()).in_zone(zone)
    }

    const PTR: &str = "1.2.0.192.in-addr.arpa PTR mail.example.org\n";

    #[test]
    fn any_confirmed_name_is_a_pass() {
        let zone = zone(&format!(
            "{PTR}1.2.0.192.in-addr.arpa PTR other.example.org\n\
             mail.example.org A 198.51.100.1\nother.example.org A 192.0.2.1\nother.example.org A 192.0.2.2"
        ));
        let outcome = check("::ffff:192.0.2.1", &zone);
        assert_eq!(outcome.result(), IprevResult::Pass);
        assert_eq!(outcome.confirmed_names().map(ToString::to_string).collect::<Vec<_>>(), ["other.example.org"]);
        assert_eq!(outcome.queries().count(), 3);
    }

    #[test]
    fn names_that_lead_elsewhere_or_nowhere_fail() {
        // RFC 8601 §2.7.3: fail, also where the forward query has no result.
        let outcome = check("192.0.2.1", &zone(&format!("{PTR}mail.example.org A 198.51.100.1")));
        assert_eq!(outcome.result(), IprevResult::Fail);
        assert_eq!(
            outcome.to_string(),
            "192.0.2.1 is not confirmed: its PTR name mail.example.org resolves to 198.51.100.1"
        );
        let gone = check("192.0.2.1", &zone(PTR));
        assert_eq!(gone.result(), IprevResult::Fail);
        assert!(gone.to_string().ends_with("its PTR name mail.example.org does not exist"), "{gone}");
    }

    #[test]
    fn only_the_own_family_counts() {
        let outcome = check("192.0.2.1", &zone(&format!("{PTR}mail.example.org AAAA ::ffff:192.0.2.1")));
        assert_eq!(outcome.result(), IprevResult::Fail);
        assert!(outcome.to_string().ends_with("mail.example.org has no A record"), "{outcome}");
    }

    #[test]
    fn no_ptr_is_permerror_for_every_kind_of_nothing() {
        // RFC 8601 §2.7.3; the kinds are told apart in words.
        const ALIAS: &str = "1.2.0.192.in-addr.arpa CNAME 1.0-63.2.0.192.in-addr.arpa\n";
        for (nothing, why) in [
            ("", "does not exist"),
            ("1.2.0.192.in-addr.arpa TXT x", "is there without one"),
            (ALIAS, "is an alias of 1.0-63.2.0.192.in-addr.arpa, which does not exist"),
            (
                &format!("{ALIAS}1.0-63.2.0.192.in-addr.arpa TXT x"),
                "is an alias of 1.0-63.2.0.192.in-addr.arpa, which has none",
            ),
        ] {
            let outcome = check("192.0.2.1", &zone(nothing));
            assert_eq!(outcome.result(), IprevResult::Permerror);
            assert_eq!(outcome.to_string(), format!("192.0.2.1 has no PTR record: 1.2.0.192.in-addr.arpa {why}"));
        }
    }

    #[test]
    fn a_delegated_block_says_where_its_records_stand() {
        // RFC 2317 §4: the reverse name is an alias into a zone that the holder of the block runs.
        let outcome = check(
            "192.0.2.1",
            &zone(
                "1.2.0.192.in-addr.arpa CNAME 1.0-63.2.0.192.in-addr.arpa\n\
                 1.0-63.2.0.192.in-addr.arpa PTR mail.example.org\nmail.example.org A 192.0.2.1",
            ),
        );
        assert_eq!(outcome.result(), IprevResult::Pass);
        assert_eq!(outcome.owner().to_string(), "1.0-63.2.0.192.in-addr.arpa");
        assert_eq!(check("192.0.2.1", &zone(PTR)).owner().to_string(), "1.2.0.192.in-addr.arpa");
    }

    #[test]
    fn a_ptr_that_names_an_alias_is_confirmed_and_says_so() {
        // RFC 2181 §10.2.
        let outcome = check("192.0.2.1", &zone(&format!("{PTR}mail.example.org CNAME h.test\nh.test A 192.0.2.1")));
        assert_eq!(outcome.result(), IprevResult::Pass);
        assert_eq!(outcome.pointers()[0].aliases(), ["h.test".parse().unwrap()]);
    }

    #[test]
    fn ipv6_goes_by_nibbles_and_aaaa() {
        // RFC 3596 §2.5.
        const REVERSE: &str = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        let outcome =
            check("2001:db8::1", &zone(&format!("{REVERSE} PTR mail.example.org\nmail.example.org AAAA 2001:db8::1")));
        assert_eq!(outcome.result(), IprevResult::Pass);
        assert_eq!(outcome.query().name.to_string(), REVERSE);
    }

    #[test]
    fn failures_are_temperror_unless_another_name_passes() {
        let two = format!("{PTR}1.2.0.192.in-addr.arpa PTR good.example.org\ngood.example.org A 192.0.2.1");
        let slow = Query::a("mail.example.org".parse().unwrap());
        let mut passing = zone(&two);
        passing.fail(slow.clone(), DnsError::Timeout);
        assert_eq!(check("192.0.2.1", &passing).result(), IprevResult::Pass);

        let mut failing = zone(PTR);
        failing.fail(slow, DnsError::Timeout);
        let outcome = check("192.0.2.1", &failing);
        assert_eq!((outcome.result(), outcome.error()), (IprevResult::Temperror, Some(&DnsError::Timeout)));
        assert_eq!(
            outcome.to_string(),
            "192.0.2.1 could not be confirmed: its PTR name mail.example.org gave no answer for A: no answer in time"
        );

        let mut dead = Zone::new();
        dead.fail(outcome.query().clone(), DnsError::Servfail);
        let outcome = check("192.0.2.1", &dead);
        assert_eq!(outcome.result(), IprevResult::Temperror);
        assert!(outcome.to_string().starts_with("the PTR names of 192.0.2.1 are not known: "), "{outcome}");
    }

    #[test]
    fn at_most_ten_names_are_looked_at() {
        let many: Vec<String> = (0..30).map(|n| format!("1.2.0.192.in-addr.arpa PTR h{n}.example.org")).collect();
        let outcome = check("192.0.2.1", &zone(&many.join("\n")));
        assert_eq!((outcome.pointers().len(), outcome.total_pointers()), (MAX_POINTERS, 30));
        assert!(outcome.to_string().ends_with("; 20 more PTR names were not looked at"));
    }
}
