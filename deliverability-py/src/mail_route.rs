//! Where mail to a domain goes.

use core::net::IpAddr;

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Query};
use deliverability_core::mail_route::{self, MailRoute, RouteOutcome as CoreOutcome};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::check::Check;
use crate::field::variant_words;
use crate::input::MailDomain;
use crate::outcome::{Ask, outcome_class};
use crate::value::value_class;
use crate::words::Ternary;

outcome_class! {
    /// Where mail to a domain goes (RFC 5321 §5.1, RFC 7505).
    RouteOutcome of AskRoute, matched by (kind, domain) {
        /// How mail finds its way.
        kind: RouteKind = |e| e.outcome.kind().into();
        /// The domain.
        domain: DomainName = |e| e.outcome.domain().clone();
        /// Whether some host can be reached, as far as the DNS can say.
        accepts_mail: Ternary = |e| (&e.outcome.accepts_mail()).into();
        /// Why that is not known.
        error: Option<DnsError> = |e| e.outcome.accepts_mail().error().cloned();
        /// The MX query.
        query: Query = |e| e.outcome.query().clone();
        /// The CNAME targets through which the MX records were reached.
        aliases: Vec<DomainName> = |e| e.outcome.aliases().to_vec();
        /// The hosts in the order of preference; without MX records the domain itself.
        hosts: Vec<MxHost> = |e| e.outcome.hosts().iter().map(MxHost::from).collect();
        /// How many different MX records there are, looked at or not.
        total_hosts: usize = |e| e.outcome.total_hosts();
        /// Whether a null MX stands beside other MX records, against RFC 7505 §3.
        null_mx_beside_others: bool = |e| e.outcome.null_mx_beside_others();
    }
}

variant_words! {
    /// How mail finds its way to a domain.
    RouteKind {
        Mx = "mx",
        ImplicitMx = "implicit_mx",
        NullMx = "null_mx",
        NoSuchDomain = "no_such_domain",
        NoRoute = "no_route",
        Unknown = "unknown",
    }
}

impl From<&mail_route::RouteKind> for RouteKind {
    fn from(kind: &mail_route::RouteKind) -> Self {
        use mail_route::RouteKind as Kind;
        match kind {
            Kind::Mx => Self::Mx,
            Kind::ImplicitMx => Self::ImplicitMx,
            Kind::NullMx => Self::NullMx,
            Kind::NoSuchDomain => Self::NoSuchDomain,
            Kind::NoRoute => Self::NoRoute,
            _ => Self::Unknown,
        }
    }
}

value_class! {
    /// One MX record and what its host resolves to.
    MxHost {
        /// Lower is tried first.
        preference: u16,
        /// The host as the record names it; "." in a null MX.
        name: DomainName,
        /// What the name resolves to.
        state: HostState,
        /// The addresses found, of both families.
        addresses: Vec<IpAddr>,
        /// Where the name is an alias: the targets on the way, the last one the real host.
        chain: Vec<DomainName>,
        /// Whether the name does not exist at all.
        nxdomain: bool,
        /// Whether the host has a public address.
        is_reachable: Ternary,
        /// The first failure among its look-ups.
        error: Option<DnsError>,
        /// The queries asked.
        queries: Vec<Query>,
    }
}

variant_words! {
    /// What the name in an MX record resolves to.
    HostState {
        Addresses = "addresses",
        Cname = "cname",
        AddressLiteral = "address_literal",
        Dangling = "dangling",
        PrivateOnly = "private_only",
        Null = "null",
        Failed = "failed",
    }
}

impl From<&mail_route::HostState> for HostState {
    fn from(state: &mail_route::HostState) -> Self {
        use mail_route::HostState as State;
        match state {
            State::Addresses(_) => Self::Addresses,
            State::Cname { .. } => Self::Cname,
            State::AddressLiteral(_) => Self::AddressLiteral,
            State::Dangling { .. } => Self::Dangling,
            State::PrivateOnly(_) => Self::PrivateOnly,
            State::Null => Self::Null,
            _ => Self::Failed,
        }
    }
}

impl From<&mail_route::MxHost> for MxHost {
    fn from(host: &mail_route::MxHost) -> Self {
        use mail_route::HostState as State;
        let chain = if let State::Cname { chain } = host.state() { chain.clone() } else { Vec::new() };
        Self {
            preference: host.preference(),
            name: host.name().clone(),
            state: host.state().into(),
            addresses: host.addresses().collect(),
            chain,
            nxdomain: matches!(host.state(), State::Dangling { nxdomain: true }),
            is_reachable: (&host.is_reachable()).into(),
            error: host.error().cloned(),
            queries: host.queries().cloned().collect(),
        }
    }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskRoute {
    domain: DomainName,
}

impl Ask for AskRoute {
    type Outcome = CoreOutcome;
    const FUNCTION: &'static str = "check_mail_route";

    fn show(outcome: &CoreOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.domain.to_string(),).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn check_mail_route(domain: MailDomain) -> Check {
    let check = MailRoute::of(domain.0.clone());
    RouteOutcome::of(AskRoute { domain: domain.0 }, check)
}
