//! What the source of a message is to a domain: one of its mail hosts, a host that its SPF record authorises,
//! its web host, or a stranger (RFC 5321 §5.1, RFC 7208).

use core::fmt;
use core::net::IpAddr;

use crate::dns::{Answer, Check, DnsError, Known, Needed, Query, Step, Ternary};
use crate::domain::DomainName;
use crate::mail_route::{MailRoute, MxHost, RouteKind, RouteOutcome};
use crate::network::canonical;
use crate::result::SpfResult;
use crate::spf::{CauseKind, CheckHost, Evaluation};

/// The check of what an address is to a domain.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, mail_source::{Relation, SourceOf}};
///
/// let zone: Zone = r#"
/// example.org      A    192.0.2.80
/// example.org      MX   10 mx.example.net
/// example.org      TXT  "v=spf1 mx -all"
/// mx.example.net   A    198.51.100.1
/// "#.parse()?;
/// let source = SourceOf::new("192.0.2.80".parse()?, "example.org".parse()?).in_zone(&zone);
/// assert_eq!(source.relation(), Relation::WebHost);
/// assert_eq!(
///     source.to_string(),
///     "192.0.2.80 is the web host of example.org, no MX host, and not authorised by its SPF record"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SourceOf {
    ip: IpAddr,
    route: MailRoute,
    spf: CheckHost,
    web: Vec<Query>,
}

impl SourceOf {
    /// What `ip` is to `domain`; an IPv4-mapped IPv6 address is taken as IPv4.
    pub fn new(ip: IpAddr, domain: DomainName) -> Self {
        let ip = canonical(ip);
        let query = if ip.is_ipv4() { Query::a } else { Query::aaaa };
        let www = domain.child("www").ok();
        let web = core::iter::once(domain.clone()).chain(www).map(query).collect();
        // An `@` in the domain would make what follows it the domain; escaped, it is malformed.
        let name = domain.to_string().replace('@', "\\064");
        let spf = CheckHost::new(ip, format!("postmaster@{name}")).helo(name);
        Self { ip, route: MailRoute::of(domain), spf, web }
    }
}

impl Check for SourceOf {
    type Outcome = SourceOutcome;

    fn step(&self, known: &dyn Known) -> Step<SourceOutcome> {
        let mut needed = Needed::default();
        let spf = self.spf.step(known).or_need(&mut needed);
        let route = self.route.step(known).or_need(&mut needed);
        let mut web = Vec::new();
        for query in &self.web {
            match known.get(query) {
                Ok(answer) => web.push((query.clone(), answer)),
                Err(wanted) => needed.blocking.push(wanted),
            }
        }
        match (spf, route) {
            (Some(spf), Some(route)) if needed.is_empty() => Step::Done(SourceOutcome { ip: self.ip, spf, route, web }),
            _ => Step::Need(needed),
        }
    }
}

/// What an address is to a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relation {
    /// It is an address of a host that takes the domain's mail.
    MxHost,
    /// It is an address of the domain itself, or of `www` below it. SPF may authorise it too, often by a
    /// forgotten term `a`.
    WebHost,
    /// The domain's SPF record authorises it, by more than letting everybody send.
    Authorized,
    /// It is none of them.
    Stranger,
    /// Not known: it is none of them as far as DNS answered, and a query failed.
    Unknown(DnsError),
}

/// What an address is to a domain, and what says so.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SourceOutcome {
    ip: IpAddr,
    spf: Evaluation,
    route: RouteOutcome,
    web: Vec<(Query, Answer)>,
}

impl SourceOutcome {
    /// The address.
    pub const fn ip(&self) -> IpAddr {
        self.ip
    }

    /// The domain.
    pub const fn domain(&self) -> &DomainName {
        self.route.domain()
    }

    /// SPF for `postmaster` at the domain.
    pub const fn spf(&self) -> &Evaluation {
        &self.spf
    }

    /// Where mail to the domain goes.
    pub const fn route(&self) -> &RouteOutcome {
        &self.route
    }

    /// The first that is so of: an MX host, the web host, authorised by SPF.
    pub fn relation(&self) -> Relation {
        let found = [
            (self.is_mx_host(), Relation::MxHost),
            (self.is_web_host(), Relation::WebHost),
            (self.is_authorized(), Relation::Authorized),
        ];
        if let Some((_, relation)) = found.iter().find(|(is, _)| is.is_yes()) {
            return relation.clone();
        }
        let failed = found.iter().find_map(|(is, _)| is.error());
        failed.map_or(Relation::Stranger, |error| Relation::Unknown(error.clone()))
    }

    /// Whether it is an address of a host of the domain's MX records. A domain without them is its own host,
    /// and that is no sign of a mail server: see [`is_web_host`](Self::is_web_host).
    pub fn is_mx_host(&self) -> Ternary {
        match self.route.kind() {
            RouteKind::Unknown(error) => return Ternary::Unknown(error.clone()),
            RouteKind::Mx => {}
            _ => return Ternary::No,
        }
        let is_host = |host: &MxHost| match host.error() {
            _ if host.addresses().any(|address| canonical(address) == self.ip) => Ternary::Yes,
            Some(error) => Ternary::Unknown(error.clone()),
            None => Ternary::No,
        };
        let beyond = self.route.total_hosts() > self.route.hosts().len();
        let beyond = beyond.then(|| Ternary::Unknown(DnsError::other("not every MX host was looked at")));
        Ternary::any(self.route.hosts().iter().map(is_host).chain(beyond))
    }

    /// Whether the domain's SPF record authorises it. `+all` authorises nobody in particular, and a record
    /// that cannot be evaluated nobody at all.
    pub fn is_authorized(&self) -> Ternary {
        let cause = self.spf.cause();
        match (self.spf.result(), cause.kind()) {
            (SpfResult::Pass, _) => {
                let term = cause.term().unwrap_or_default();
                Ternary::from(!term.trim_start_matches('+').eq_ignore_ascii_case("all"))
            }
            (SpfResult::Temperror, CauseKind::Dns(error)) => Ternary::Unknown(error.clone()),
            (SpfResult::Temperror, _) => Ternary::Unknown(DnsError::other("SPF could not be evaluated")),
            _ => Ternary::No,
        }
    }

    /// Whether it is an address of the domain itself, or of `www` below it.
    pub fn is_web_host(&self) -> Ternary {
        let is_host = |(_, answer): &(Query, Answer)| match answer {
            Ok(response) => Ternary::from(response.addresses().any(|address| canonical(address) == self.ip)),
            Err(error) => Ternary::Unknown(error.clone()),
        };
        Ternary::any(self.web.iter().map(is_host))
    }

    /// The queries about MX and web hosts that the outcome rests on; those of SPF are in its trace.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.route.queries().chain(self.web.iter().map(|(query, _)| query))
    }
}

/// One sentence, without a final stop.
impl fmt::Display for SourceOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ip, domain) = (self.ip, self.domain());
        match self.relation() {
            Relation::MxHost => write!(f, "{ip} is an MX host of {domain}"),
            Relation::Authorized => write!(f, "{ip} is authorised by the SPF record of {domain}"),
            Relation::WebHost => {
                write!(f, "{ip} is the web host of {domain}, ")?;
                match (self.is_mx_host(), self.is_authorized()) {
                    (Ternary::No, Ternary::No) => f.write_str("no MX host, and not authorised by its SPF record"),
                    (Ternary::No, Ternary::Yes) => f.write_str("no MX host, and authorised by its SPF record"),
                    _ => f.write_str("and whether it is a mail host is not known"),
                }
            }
            Relation::Stranger => write!(
                f,
                "{ip} is a stranger to {domain}: no MX host, not authorised by its SPF record, and not its web host"
            ),
            Relation::Unknown(error) => write!(f, "what {ip} is to {domain} is not known: {error}"),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::Zone;

    const ZONE: &str = "example.org MX 10 mx.test\nmx.test A 192.0.2.1\nexample.org A 192.0.2.80\n\
        www.example.org A 192.0.2.81\nexample.org TXT \"v=spf1 ip4:192.0.2.25 -all\"";

    fn source(ip: &str, zone: &Zone) -> SourceOutcome {
        SourceOf::new(ip.parse().unwrap(), "example.org".parse().unwrap()).in_zone(zone)
    }

    #[test]
    fn an_address_is_what_dns_says() {
        let zone: Zone = ZONE.parse().unwrap();
        for (ip, relation) in [
            ("192.0.2.1", Relation::MxHost),
            ("::ffff:192.0.2.1", Relation::MxHost),
            ("192.0.2.25", Relation::Authorized),
            ("192.0.2.80", Relation::WebHost),
            ("192.0.2.81", Relation::WebHost),
            ("192.0.2.7", Relation::Stranger),
            ("2001:db8::1", Relation::Stranger),
        ] {
            assert_eq!(source(ip, &zone).relation(), relation, "{ip}");
        }
        assert_eq!(
            source("192.0.2.7", &zone).to_string(),
            "192.0.2.7 is a stranger to example.org: no MX host, not authorised by its SPF record, and not its web host"
        );
    }

    #[test]
    fn a_web_host_may_be_authorised_too() {
        let zone: Zone = "example.org A 192.0.2.80\nexample.org TXT \"v=spf1 a ~all\"".parse().unwrap();
        let says = source("192.0.2.80", &zone).to_string();
        assert_eq!(says, "192.0.2.80 is the web host of example.org, no MX host, and authorised by its SPF record");
    }

    #[test]
    fn letting_everybody_send_authorises_nobody() {
        // RFC 7208 §5.1.
        let zone: Zone = "example.org TXT \"v=spf1 +all\"".parse().unwrap();
        assert_eq!(source("192.0.2.7", &zone).relation(), Relation::Stranger);
    }

    #[test]
    fn a_domain_without_mx_has_a_web_host() {
        // RFC 5321 §5.1: mail goes there, too; that says nothing about who sends.
        let zone: Zone = "example.org A 192.0.2.80".parse().unwrap();
        assert_eq!(source("192.0.2.80", &zone).relation(), Relation::WebHost);
    }

    #[test]
    fn a_failure_is_unknown_and_never_a_stranger() {
        let mut zone: Zone = ZONE.parse().unwrap();
        zone.fail(Query::mx("example.org".parse().unwrap()), DnsError::Servfail);
        let outcome = source("192.0.2.7", &zone);
        assert_eq!(outcome.relation(), Relation::Unknown(DnsError::Servfail));
        assert!(outcome.to_string().starts_with("what 192.0.2.7 is to example.org is not known: "));
        // What is known stays known.
        assert_eq!(source("192.0.2.80", &zone).relation(), Relation::WebHost);
        assert!(source("192.0.2.80", &zone).to_string().ends_with("is not known"));
        let mut zone: Zone = ZONE.parse().unwrap();
        zone.fail(Query::txt("example.org".parse().unwrap()), DnsError::Timeout);
        assert_eq!(source("192.0.2.7", &zone).relation(), Relation::Unknown(DnsError::Timeout));
    }
}
