//! What the source of a message is to a domain.

use core::net::IpAddr;

use deliverability_core::DomainName;
use deliverability_core::dns::DnsError;
use deliverability_core::mail_source::{self, SourceOf, SourceOutcome as CoreOutcome};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::check::Check;
use crate::field::variant_words;
use crate::input::{Address, MailDomain};
use crate::outcome::{Ask, outcome_class};
use crate::words::Ternary;

outcome_class! {
    /// What an address is to a domain: one of its mail hosts, its web host, a host that its SPF record
    /// authorises, or a stranger.
    SourceOutcome of AskSource, matched by (relation, ip, domain) {
        /// The first that is so of: an MX host, the web host, authorised by SPF; else a stranger.
        relation: SourceRelation = |e| (&e.outcome.relation()).into();
        /// The address.
        ip: IpAddr = |e| e.outcome.ip();
        /// The domain.
        domain: DomainName = |e| e.outcome.domain().clone();
        /// Whether it is an address of a host of the domain's MX records.
        is_mx_host: Ternary = |e| (&e.outcome.is_mx_host()).into();
        /// Whether it is an address of the domain itself, or of `www` below it.
        is_web_host: Ternary = |e| (&e.outcome.is_web_host()).into();
        /// Whether the domain's SPF record authorises it, by more than letting everybody send.
        is_authorized: Ternary = |e| (&e.outcome.is_authorized()).into();
        /// Why the relation is not known.
        error: Option<DnsError> = |e| match e.outcome.relation() {
            mail_source::Relation::Unknown(error) => Some(error),
            _ => None,
        };
    }
}

variant_words! {
    /// What an address is to a domain.
    SourceRelation from mail_source::Relation {
        MxHost = "mx_host",
        WebHost = "web_host",
        Authorized = "authorized",
        Stranger = "stranger",
        Unknown = "unknown",
    } else Unknown
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskSource {
    ip: IpAddr,
    domain: DomainName,
}

impl Ask for AskSource {
    type Outcome = CoreOutcome;
    const FUNCTION: &'static str = "check_source";

    fn show(outcome: &CoreOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.ip.to_string(), self.domain.to_string()).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn check_source(ip: Address, domain: MailDomain) -> Check {
    let check = SourceOf::new(ip.0, domain.0.clone());
    SourceOutcome::of(AskSource { ip: ip.0, domain: domain.0 }, check)
}
