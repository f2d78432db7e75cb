//! Who may be sent reports: verifying external destinations (RFC 9990 §4).

use core::fmt;
use std::sync::Arc;

use super::alignment::are_related;
use super::reading::Reading;
use super::record::Record;
use super::report_uri::ReportUri;
use super::survey::{LABEL, Survey};
use super::tree_walk::TreeWalk;
use crate::dns::{Check, DnsError, Known, Query, Step};
use crate::domain::DomainName;
use crate::escaped::Escaped;

/// How many different hosts are looked at. No RFC sets a limit; each may cost nine queries.
const MAX_HOSTS: usize = 20;

/// The check of the hosts that a record asks reports to be sent to.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, dmarc::{Destinations, Record}};
///
/// let record: Record = "v=DMARC1; p=none; rua=mailto:d@reports.test".parse()?;
/// let zone: Zone = "".parse()?;
/// let outcome = Destinations::of("example.org".parse()?, &record).in_zone(&zone);
/// assert_eq!(
///     outcome.destinations()[0].to_string(),
///     "reports.test does not take reports about example.org: \
///      it must publish example.org._report._dmarc.reports.test TXT \"v=DMARC1;\"",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destinations {
    policy_domain: DomainName,
    hosts: Vec<Box<str>>,
    left_out: usize,
}

impl Destinations {
    /// The check of the `rua` and `ruf` of a record that stands at `_dmarc` below `policy_domain`.
    pub fn of(policy_domain: DomainName, record: &Record) -> Self {
        let mut hosts: Vec<Box<str>> = Vec::new();
        for host in record.rua.iter().chain(&record.ruf).filter_map(ReportUri::host) {
            if !hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
                hosts.push(host.into());
            }
        }
        let left_out = hosts.len().saturating_sub(MAX_HOSTS);
        hosts.truncate(MAX_HOSTS);
        Self { policy_domain, hosts, left_out }
    }

    fn permission(&self, host: &str, walk: &TreeWalk, survey: &Survey<'_>) -> (Option<Query>, Permission) {
        let Ok(host) = host.parse::<DomainName>() else { return (None, Permission::NoHost) };
        // Without a common ancestor there is no common organization.
        let its = are_related(&host, &self.policy_domain).then(|| TreeWalk::walk(&host, survey));
        let failed = its.as_ref().and_then(|its| its.failed().or_else(|| walk.failed()));
        let is_own = its.as_ref().is_some_and(|its| {
            its.organizational_domain().is_ok() && its.organizational_domain() == walk.organizational_domain()
        });
        if is_own && survey.is_complete() {
            return (None, Permission::SameOrganization);
        }
        // RFC 9990 §4 steps 2 to 4.
        let name = host.child(LABEL).and_then(|n| n.child("_report")).and_then(|n| n.prefixed(&self.policy_domain));
        let Ok(query) = name.map(Query::txt) else { return (None, Permission::NameTooLong) };
        let permission = match survey.answer(&query) {
            None => Permission::Refused,
            Some(Err(error)) => Permission::Unknown(query.clone(), error),
            Some(Ok(response)) => granted(&host, response.texts().map(|text| Arc::clone(text.bytes()))),
        };
        match (permission, failed) {
            // Within one organization no permission is needed, and whether they are one is not known.
            (Permission::Refused, Some((query, error))) => {
                (Some(query.clone()), Permission::Unknown(query.clone(), error.clone()))
            }
            (permission, _) => (Some(query), permission),
        }
    }
}

impl Check for Destinations {
    type Outcome = DestinationsOutcome;

    fn step(&self, known: &dyn Known) -> Step<DestinationsOutcome> {
        let survey = Survey::new(known);
        let is_related = |host: &str| host.parse().is_ok_and(|host| are_related(&host, &self.policy_domain));
        let start = if self.hosts.iter().any(|host| is_related(host)) {
            self.policy_domain.clone()
        } else {
            // No host may be of the same organization: the walk is not needed.
            DomainName::root()
        };
        let walk = TreeWalk::walk(&start, &survey);
        let one = |host: &str| {
            let (query, permission) = self.permission(host, &walk, &survey);
            Destination { policy_domain: self.policy_domain.clone(), host: host.into(), query, permission }
        };
        let destinations = self.hosts.iter().map(|host| one(host)).collect();
        match survey.needed() {
            Some(needed) => Step::Need(needed),
            None => Step::Done(DestinationsOutcome { destinations, left_out: self.left_out }),
        }
    }
}

/// RFC 9990 §4 steps 6 to 9.
fn granted(host: &DomainName, texts: impl Iterator<Item = Arc<[u8]>>) -> Permission {
    let mut permission = Permission::Refused;
    for text in texts {
        let Ok(reading) = Reading::of(&text) else { continue };
        let rua = reading.into_record().rua;
        let is_elsewhere =
            |uri: &ReportUri| uri.host().is_none_or(|other| other.parse::<DomainName>().ok().as_ref() != Some(host));
        // "MUST use the same destination host": to the host of the override there is no permission at all.
        if rua.iter().any(is_elsewhere) {
            return Permission::SentElsewhere { text, rua };
        }
        permission = Permission::Granted { text, rua };
    }
    permission
}

/// Whether reports may go to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Permission {
    /// It belongs to the organization of the policy domain: no permission is needed.
    SameOrganization,
    /// It says that it takes them.
    Granted {
        /// The record that says so.
        text: Arc<[u8]>,
        /// Where it wants aggregate reports to go instead; empty if it does not say.
        rua: Vec<ReportUri>,
    },
    /// Its record sends them to another host, so that they go to neither.
    SentElsewhere {
        /// The record.
        text: Arc<[u8]>,
        /// Where it sends them.
        rua: Vec<ReportUri>,
    },
    /// It does not say that it takes them.
    Refused,
    /// The name of the record that would say so is too long for the DNS.
    NameTooLong,
    /// The URI's host is no domain name.
    NoHost,
    /// Not known: this query failed.
    Unknown(Query, DnsError),
}

/// One host that reports are to be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Destination {
    policy_domain: DomainName,
    host: Box<str>,
    query: Option<Query>,
    permission: Permission,
}

impl Destination {
    /// The host, as the URI has it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it may be sent reports.
    pub const fn permission(&self) -> &Permission {
        &self.permission
    }

    /// Whether it may; `None` if that is not known.
    pub const fn is_allowed(&self) -> Option<bool> {
        match &self.permission {
            Permission::SameOrganization | Permission::Granted { .. } => Some(true),
            Permission::Unknown(..) => None,
            _ => Some(false),
        }
    }

    /// The query that decided; where permission was refused, the record `v=DMARC1;` is to be published
    /// there.
    pub const fn query(&self) -> Option<&Query> {
        self.query.as_ref()
    }
}

/// One sentence, without a final stop.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, about) = (Escaped(self.host.as_bytes()), &self.policy_domain);
        match &self.permission {
            Permission::SameOrganization => write!(f, "{host} is of the same organization as {about}"),
            Permission::Granted { .. } => write!(f, "{host} takes reports about {about}"),
            Permission::SentElsewhere { .. } => {
                write!(f, "{host} sends reports about {about} to another host, so that they go to neither")
            }
            Permission::Refused => {
                write!(f, "{host} does not take reports about {about}")?;
                let name = self.query.as_ref().map(|query| &query.name);
                name.map_or(Ok(()), |name| write!(f, ": it must publish {name} TXT \"v=DMARC1;\""))
            }
            Permission::NameTooLong => write!(f, "{host} cannot say that it takes reports about {about}: too long"),
            Permission::NoHost => write!(f, "\"{host}\" is no domain name to send reports to"),
            Permission::Unknown(query, error) => {
                write!(f, "it is not known whether {host} takes reports about {about}: {query}: {error}")
            }
        }
    }
}

/// The hosts that reports are to be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DestinationsOutcome {
    destinations: Vec<Destination>,
    left_out: usize,
}

impl DestinationsOutcome {
    /// Each host once, `rua` first; at most 20.
    pub fn destinations(&self) -> &[Destination] {
        &self.destinations
    }

    /// How many more hosts were not looked at.
    pub const fn left_out(&self) -> usize {
        self.left_out
    }
}
