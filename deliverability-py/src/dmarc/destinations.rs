//! `check_dmarc_destinations`.

use std::sync::Arc;

use deliverability_core::DomainName;
use deliverability_core::dmarc::{Destination, Destinations, DestinationsOutcome, Permission, Record, ReportUri};
use deliverability_core::dns::{DnsError, Query};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::record::DmarcRecord;
use crate::check::Check;
use crate::field::variant_words;
use crate::input::MailDomain;
use crate::outcome::{Ask, outcome_class};
use crate::record::{bytes_of, read};
use crate::span;
use crate::value::value_class;

outcome_class! {
    /// Whether the hosts that a DMARC record sends reports to take them (RFC 9990 §4).
    DmarcDestinations of AskDestinations, matched by (domain, destinations) {
        /// The domain that the record stands at, without `_dmarc`.
        domain: DomainName = |e| e.ask.domain.clone();
        /// Each host once, those of `rua` first; at most 20.
        destinations: Vec<DmarcDestination> = |e| {
            e.outcome.destinations().iter().map(DmarcDestination::from).collect()
        };
        /// How many more hosts were not looked at.
        left_out: usize = |e| e.outcome.left_out();
    }
}

value_class! {
    /// One host that reports are to be sent to.
    DmarcDestination {
        /// The host, as the URI has it.
        host: String,
        /// Whether it may be sent reports; `None` if that is not known.
        is_allowed: Option<bool>,
        /// Why.
        permission: DmarcPermission,
        /// The query that decided; where permission was refused, `v=DMARC1;` is to be published there.
        query: Option<Query>,
        /// The record that gives permission, or sends reports elsewhere.
        record: Option<String>,
        /// Where that record wants aggregate reports to go.
        rua: Vec<String>,
        /// How the query failed, if permission is not known.
        error: Option<DnsError>,
        /// The whole in words; `str(destination)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&Destination> for DmarcDestination {
    fn from(destination: &Destination) -> Self {
        let permission = destination.permission();
        let (record, rua) = said(permission);
        let failed = if let Permission::Unknown(query, error) = permission { Some((query, error)) } else { None };
        Self {
            host: destination.host().to_owned(),
            is_allowed: destination.is_allowed(),
            permission: permission.into(),
            query: failed.map(|(query, _)| query).or(destination.query()).cloned(),
            record,
            rua,
            error: failed.map(|(_, error)| error.clone()),
            text: destination.to_string(),
        }
    }
}

fn said(permission: &Permission) -> (Option<String>, Vec<String>) {
    match permission {
        Permission::Granted { text, rua } | Permission::SentElsewhere { text, rua } => {
            (Some(span::text(text)), rua.iter().map(ReportUri::to_string).collect())
        }
        _ => (None, Vec::new()),
    }
}

variant_words! {
    /// Whether reports may go to a host, and why.
    DmarcPermission from Permission {
        SameOrganization = "same_organization",
        Granted = "granted",
        SentElsewhere = "sent_elsewhere",
        Refused = "refused",
        NameTooLong = "name_too_long",
        NoHost = "no_host",
        Unknown = "unknown",
    } else Unknown
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskDestinations {
    domain: DomainName,
    record: Arc<[u8]>,
}

impl Ask for AskDestinations {
    type Outcome = DestinationsOutcome;
    const FUNCTION: &'static str = "check_dmarc_destinations";

    fn show(outcome: &DestinationsOutcome) -> String {
        let lines: Vec<String> = outcome.destinations().iter().map(ToString::to_string).collect();
        if lines.is_empty() { "no reports are asked for".to_owned() } else { lines.join("\n") }
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.domain.to_string(), PyBytes::new(py, &self.record)).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn check_dmarc_destinations(domain: MailDomain, record: &Bound<'_, PyAny>) -> PyResult<Check> {
    let bytes = match record.cast::<DmarcRecord>() {
        Ok(record) => record.get().bytes(),
        Err(_) => bytes_of(record, "a DMARC record")?,
    };
    let check = Destinations::of(domain.0.clone(), &read::<Record>(&bytes)?);
    Ok(DmarcDestinations::of(AskDestinations { domain: domain.0, record: bytes }, check))
}
