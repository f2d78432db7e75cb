//! Where mail to a domain goes: MX, implicit MX and null MX (RFC 5321 §5.1, RFC 7505).

mod host;

use core::fmt;

use crate::dns::{Answer, Check, DnsError, Known, Needed, Query, Step, Ternary};
use crate::domain::DomainName;

pub use host::{HostState, MxHost};

/// How many MX records are looked at, in the order of preference. RFC 5321 §5.1 asks clients to
/// try "at least two addresses"; no RFC sets an upper limit.
pub const MAX_HOSTS: usize = 20;

/// The check of where mail to a domain goes.
///
/// ```
/// use deliverability_core::{dns::Zone, mail_route::{HostState, MailRoute, RouteKind}, Check};
///
/// let zone: Zone = "
/// example.org      MX    10 mx.example.org
/// example.org      MX    20 backup.example.org
/// mx.example.org   A     192.0.2.1
/// ".parse()?;
/// let route = MailRoute::of("example.org".parse()?).in_zone(&zone);
/// assert_eq!(route.kind(), &RouteKind::Mx);
/// assert!(route.accepts_mail().is_yes());
/// assert_eq!(route.hosts()[1].state(), &HostState::Dangling { nxdomain: true });
/// assert_eq!(route.hosts()[1].to_string(), "MX 20 backup.example.org does not exist");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRoute {
    domain: DomainName,
}

impl MailRoute {
    /// The check of mail to `domain`.
    pub const fn of(domain: DomainName) -> Self {
        Self { domain }
    }
}

impl Check for MailRoute {
    type Outcome = RouteOutcome;

    fn step(&self, known: &dyn Known) -> Step<RouteOutcome> {
        let query = Query::mx(self.domain.clone());
        let answer = match known.get(&query) {
            Ok(answer) => answer,
            Err(wanted) => return Step::Need(Needed { blocking: vec![wanted], ..Needed::default() }),
        };
        let Route { kind, aliases, exchanges } = Route::read(answer);
        let mut missing = Vec::new();
        if kind == RouteKind::ImplicitMx {
            // RFC 5321 §5.1: without MX records the domain is its own host, preference 0.
            let host = MxHost::implicit(self.domain.clone(), known, &mut missing);
            return match Needed::in_order(missing) {
                Some(needed) => Step::Need(needed),
                None => Step::Done(RouteOutcome::implicit(query, aliases, host)),
            };
        }
        let total_hosts = exchanges.len();
        let hosts: Vec<MxHost> =
            exchanges.into_iter().take(MAX_HOSTS).map(|mx| MxHost::of_record(mx, known, &mut missing)).collect();
        match Needed::in_order(missing) {
            Some(needed) => Step::Need(needed),
            None => Step::Done(RouteOutcome { query, kind, aliases, hosts, total_hosts }),
        }
    }
}

/// The MX set, read.
struct Route {
    kind: RouteKind,
    aliases: Vec<DomainName>,
    exchanges: Vec<(u16, DomainName)>,
}

impl Route {
    /// What the answer to the MX query says, before any host is looked at.
    fn read(answer: Answer) -> Self {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Self { kind: RouteKind::Unknown(error), aliases: Vec::new(), exchanges: Vec::new() },
        };
        let mut exchanges: Vec<_> = response.exchanges().map(|(n, host)| (n, host.clone())).collect();
        exchanges.sort();
        exchanges.dedup();
        let kind = if exchanges.iter().any(|(_, host)| !host.is_root()) {
            RouteKind::Mx
        } else if !exchanges.is_empty() {
            RouteKind::NullMx
        } else if response.is_nxdomain() {
            RouteKind::NoSuchDomain
        } else {
            RouteKind::ImplicitMx
        };
        Self { kind, aliases: response.aliases().to_vec(), exchanges }
    }
}

/// How mail finds its way to a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteKind {
    /// By MX records.
    Mx,
    /// There is no MX; mail goes to the domain's own address (RFC 5321 §5.1).
    ImplicitMx,
    /// The domain says that it takes no mail (RFC 7505 §3).
    NullMx,
    /// The domain does not exist.
    NoSuchDomain,
    /// The domain exists, with neither MX nor address.
    NoRoute,
    /// Not known: a query failed.
    Unknown(DnsError),
}

/// Where mail to a domain goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteOutcome {
    query: Query,
    kind: RouteKind,
    aliases: Vec<DomainName>,
    hosts: Vec<MxHost>,
    total_hosts: usize,
}

impl RouteOutcome {
    /// A domain without MX: its own addresses say whether it has a route.
    fn implicit(query: Query, aliases: Vec<DomainName>, host: MxHost) -> Self {
        let kind = match (host.addresses().next(), host.error()) {
            (Some(_), _) => RouteKind::ImplicitMx,
            (None, Some(error)) => RouteKind::Unknown(error.clone()),
            (None, None) => RouteKind::NoRoute,
        };
        Self { query, kind, aliases, hosts: vec![host], total_hosts: 0 }
    }

    /// The domain.
    pub const fn domain(&self) -> &DomainName {
        &self.query.name
    }

    /// How mail finds its way.
    pub const fn kind(&self) -> &RouteKind {
        &self.kind
    }

    /// The MX query.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// The CNAME targets through which the MX set was reached.
    pub fn aliases(&self) -> &[DomainName] {
        &self.aliases
    }

    /// The hosts in the order of preference, at most [`MAX_HOSTS`]; without MX records the domain
    /// itself, with preference 0. A null MX is one host with [`HostState::Null`].
    pub fn hosts(&self) -> &[MxHost] {
        &self.hosts
    }

    /// How many different MX records there are, looked at or not; 0 if there are none.
    pub const fn total_hosts(&self) -> usize {
        self.total_hosts
    }

    /// Whether a null MX stands beside other MX records, against RFC 7505 §3.
    pub fn null_mx_beside_others(&self) -> bool {
        self.kind == RouteKind::Mx && self.hosts.iter().any(|host| host.name().is_root())
    }

    /// Whether some host can be reached, as far as the DNS can say.
    pub fn accepts_mail(&self) -> Ternary {
        if let RouteKind::Unknown(error) = &self.kind {
            return Ternary::Unknown(error.clone());
        }
        let beyond = self.total_hosts > MAX_HOSTS && self.kind == RouteKind::Mx;
        let beyond = beyond.then(|| Ternary::Unknown(DnsError::other("not every MX host was looked at")));
        Ternary::any(self.hosts.iter().map(MxHost::is_reachable).chain(beyond))
    }

    /// Every query that the outcome rests on, the MX query first.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        core::iter::once(&self.query).chain(self.hosts.iter().flat_map(MxHost::queries))
    }
}

/// One sentence, without a final stop.
impl fmt::Display for RouteOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.domain();
        match &self.kind {
            RouteKind::Mx => {
                let count = |is: fn(&Ternary) -> bool| self.hosts.iter().filter(|h| is(&h.is_reachable())).count();
                let (usable, unusable) = (count(Ternary::is_yes), count(Ternary::is_no));
                write!(f, "mail to {domain} goes to {usable} of {} MX hosts", self.total_hosts)?;
                match self.total_hosts.saturating_sub(usable).saturating_sub(unusable) {
                    0 => Ok(()),
                    unknown => write!(f, "; of {unknown} it is not known"),
                }
            }
            RouteKind::ImplicitMx => {
                write!(f, "{domain} has no MX record: mail goes to its own address (RFC 5321 §5.1)")
            }
            RouteKind::NullMx => write!(f, "{domain} says that it takes no mail (null MX, RFC 7505)"),
            RouteKind::NoSuchDomain => write!(f, "{domain} does not exist"),
            RouteKind::NoRoute => write!(f, "{domain} has neither an MX record nor an address"),
            RouteKind::Unknown(error) => write!(f, "where mail to {domain} goes is not known: {error}"),
        }
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

    fn route(zone: &Zone) -> RouteOutcome {
        MailRoute::of("example.org".parse().unwrap()).in_zone(zone)
    }

    fn states(route: &RouteOutcome) -> Vec<&HostState> {
        route.hosts().iter().map(MxHost::state).collect()
    }

    #[test]
    fn hosts_are_in_order_of_preference() {
        let route = route(&zone(
            "example.org MX 20 b.test\nexample.org MX 5 c.test\nexample.org MX 20 a.test\na.test A 192.0.2.1",
        ));
        let names: Vec<String> = route.hosts().iter().map(|host| host.name().to_string()).collect();
        assert_eq!(names, ["c.test", "a.test", "b.test"]);
        assert_eq!(route.queries().count(), 7);
        assert_eq!(route.to_string(), "mail to example.org goes to 1 of 3 MX hosts");
    }

    #[test]
    fn without_mx_the_address_is_the_route() {
        // RFC 5321 §5.1.
        let implicit = route(&zone("example.org AAAA 2001:db8::1"));
        assert_eq!((implicit.kind(), implicit.total_hosts()), (&RouteKind::ImplicitMx, 0));
        assert!(implicit.accepts_mail().is_yes());
        assert_eq!(implicit.to_string(), "example.org has no MX record: mail goes to its own address (RFC 5321 §5.1)");
        let none = route(&zone("example.org TXT x"));
        assert_eq!(none.kind(), &RouteKind::NoRoute);
        assert!(none.accepts_mail().is_no());
        assert_eq!(none.to_string(), "example.org has neither an MX record nor an address");
    }

    #[test]
    fn an_alias_is_in_order_for_an_implicit_mx() {
        let route = route(&zone("example.org CNAME web.test\nweb.test A 192.0.2.1"));
        assert_eq!(route.kind(), &RouteKind::ImplicitMx);
        assert!(matches!(states(&route)[..], [HostState::Addresses(_)]));
        assert_eq!(route.aliases(), ["web.test".parse().unwrap()]);
    }

    #[test]
    fn null_mx_alone_and_beside_others() {
        // RFC 7505 §3.
        let null = route(&zone("example.org MX 0 .\nexample.org A 192.0.2.1"));
        assert_eq!((null.kind(), null.null_mx_beside_others()), (&RouteKind::NullMx, false));
        assert!(null.accepts_mail().is_no());
        assert_eq!(null.queries().count(), 1);
        assert_eq!(null.to_string(), "example.org says that it takes no mail (null MX, RFC 7505)");

        let both = route(&zone("example.org MX 0 .\nexample.org MX 10 mx.test\nmx.test A 192.0.2.1"));
        assert_eq!((both.kind(), both.null_mx_beside_others()), (&RouteKind::Mx, true));
        assert!(both.accepts_mail().is_yes());
    }

    #[test]
    fn a_domain_that_is_not_there() {
        let route = route(&Zone::new());
        assert_eq!((route.kind(), route.queries().count()), (&RouteKind::NoSuchDomain, 1));
        assert!(route.accepts_mail().is_no());
        assert_eq!(route.to_string(), "example.org does not exist");
    }

    #[test]
    fn failures_are_unknown_and_never_missing() {
        let mut dead = Zone::new();
        dead.fail(Query::mx("example.org".parse().unwrap()), DnsError::Servfail);
        let outcome = route(&dead);
        assert_eq!(outcome.kind(), &RouteKind::Unknown(DnsError::Servfail));
        assert_eq!(outcome.accepts_mail(), Ternary::Unknown(DnsError::Servfail));
        assert!(outcome.to_string().starts_with("where mail to example.org goes is not known: "));

        let mut half = zone("example.org TXT x");
        half.fail(Query::aaaa("example.org".parse().unwrap()), DnsError::Timeout);
        assert_eq!(route(&half).kind(), &RouteKind::Unknown(DnsError::Timeout));

        let mut host = zone("example.org MX 1 mx.test\nexample.org MX 2 dead.test\nmx.test A 10.0.0.1");
        host.fail(Query::aaaa("mx.test".parse().unwrap()), DnsError::Timeout);
        let outcome = route(&host);
        assert_eq!(states(&outcome)[0], &HostState::Failed(DnsError::Timeout));
        assert_eq!(outcome.accepts_mail(), Ternary::Unknown(DnsError::Timeout));
        // dead.test does not exist, which is known.
        assert_eq!(outcome.to_string(), "mail to example.org goes to 0 of 2 MX hosts; of 1 it is not known");
    }

    #[test]
    fn an_alias_that_leads_nowhere_says_so() {
        let mut zone = zone("example.org MX 1 alias.test\nalias.test CNAME gone.test");
        let aliases = "MX 1 alias.test is an alias of gone.test";
        let said = |zone: &Zone| route(zone).hosts()[0].to_string();
        assert_eq!(
            said(&zone),
            format!("{aliases}, which has no address; an MX must name the host itself (RFC 2181 §10.3)")
        );
        zone.fail(Query::aaaa("alias.test".parse().unwrap()), DnsError::Timeout);
        assert_eq!(said(&zone), format!("{aliases}; an MX must name the host itself (RFC 2181 §10.3)"));
    }

    #[test]
    fn the_same_host_twice_is_asked_once() {
        let route = route(&zone(
            "example.org MX 10 mx.test\nexample.org MX 10 MX.TEST\nexample.org MX 20 mx.test\n\
             example.org MX 0 localhost\nlocalhost A 127.0.0.1\nlocalhost AAAA ::1\nmx.test AAAA 2001:db8::1",
        ));
        let says: Vec<String> = route.hosts().iter().map(ToString::to_string).collect();
        assert_eq!(
            says,
            [
                "MX 0 localhost has private addresses only: 127.0.0.1, ::1",
                "MX 10 mx.test resolves to 2001:db8::1",
                "MX 20 mx.test resolves to 2001:db8::1",
            ]
        );
        assert_eq!(route.to_string(), "mail to example.org goes to 2 of 3 MX hosts");
    }

    #[test]
    fn defects_of_hosts_are_told_apart() {
        let route = route(&zone(
            "example.org MX 1 alias.test\nexample.org MX 2 192.0.2.1\nexample.org MX 3 gone.test\n\
             example.org MX 4 empty.test\nexample.org MX 5 inside.test\n\
             alias.test CNAME mx.test\nmx.test A 192.0.2.9\nempty.test TXT x\ninside.test A 10.0.0.1",
        ));
        let says: Vec<String> = route.hosts().iter().map(ToString::to_string).collect();
        assert_eq!(
            says,
            [
                "MX 1 alias.test is an alias of mx.test; an MX must name the host itself (RFC 2181 §10.3)",
                "MX 2 192.0.2.1 is an address; an MX must name a host (RFC 1035 §3.3.9)",
                "MX 3 gone.test does not exist",
                "MX 4 empty.test has no address",
                "MX 5 inside.test has private addresses only: 10.0.0.1",
            ]
        );
        let reachable: Vec<bool> = route.hosts().iter().map(|host| host.is_reachable().is_yes()).collect();
        assert_eq!(reachable, [true, false, false, false, false]);
        assert!(route.hosts()[1].lookups().is_empty());
    }

    #[test]
    fn at_most_twenty_hosts_and_no_guess_beyond() {
        let many: Vec<String> = (0..30).map(|n| format!("example.org MX {n} h{n}.test")).collect();
        let outcome = route(&zone(&many.join("\n")));
        assert_eq!((outcome.hosts().len(), outcome.total_hosts()), (MAX_HOSTS, 30));
        assert!(outcome.accepts_mail().error().is_some());
        assert_eq!(outcome.to_string(), "mail to example.org goes to 0 of 30 MX hosts; of 10 it is not known");
    }
}
