//! What is asked of a diagnosis.

use core::net::IpAddr;
use std::sync::Arc;

use deliverability_core::DomainName;
use deliverability_core::diagnosis::{self as core_diagnosis, Diagnosis};
use deliverability_core::dnsbl::default_lists;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::report::Report;
use crate::check::Check;
use crate::dnsbl::list::DnsblList;
use crate::input::{Address, MailDomain, Session, each};
use crate::outcome::{Ask, Evidence};
use crate::record::bytes_of;

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskReport {
    /// `None` to take it from the returned mail.
    pub(super) domain: Option<DomainName>,
    pub(super) ips: Vec<IpAddr>,
    pub(super) helo: Option<String>,
    pub(super) selectors: Vec<String>,
    pub(super) lists: Vec<DnsblList>,
    pub(super) message: Option<Arc<[u8]>>,
    pub(super) at: Option<u64>,
    pub(super) bounce: Option<Arc<[u8]>>,
    pub(super) trusted_authserv_ids: Vec<String>,
}

impl AskReport {
    pub(super) fn diagnosis(&self) -> Diagnosis {
        let diagnosis = Diagnosis::of(self.domain.clone().unwrap_or_else(DomainName::root));
        let diagnosis = self.ips.iter().copied().fold(diagnosis, Diagnosis::sending_ip);
        let diagnosis = self.helo.iter().fold(diagnosis, Diagnosis::helo);
        let diagnosis = self.selectors.iter().fold(diagnosis, Diagnosis::selector);
        let diagnosis = diagnosis.lists(&self.lists.iter().map(|list| list.list.clone()).collect::<Vec<_>>());
        let diagnosis = self.message.iter().fold(diagnosis, Diagnosis::message);
        let diagnosis = self.bounce.iter().fold(diagnosis, Diagnosis::bounce);
        let diagnosis = self.trusted_authserv_ids.iter().fold(diagnosis, Diagnosis::trusting_authserv_id);
        self.at.into_iter().fold(diagnosis, Diagnosis::at)
    }
}

impl Ask for AskReport {
    type Outcome = core_diagnosis::Report;
    const FUNCTION: &'static str = "diagnose";

    fn show(outcome: &core_diagnosis::Report) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let ips: Vec<_> = self.ips.iter().map(ToString::to_string).collect();
        let domain = self.domain.as_ref().map(ToString::to_string);
        let bytes = |octets: &Option<Arc<[u8]>>| octets.as_ref().map(|octets| PyBytes::new(py, octets));
        let (message, bounce) = (bytes(&self.message), bytes(&self.bounce));
        let (lists, trusted) = (self.lists.clone(), &self.trusted_authserv_ids);
        (domain, ips, &self.helo, &self.selectors, lists, message, self.at, bounce, trusted).into_pyobject(py)
    }
}

/// A diagnosis; without a domain, that of what `bounce` tells.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "each is an argument in Python")]
#[pyo3(signature = (domain, ips, helo, selectors, lists, message, at, bounce, trusted_authserv_ids))]
pub(crate) fn diagnose(
    domain: Option<MailDomain>,
    ips: &Bound<'_, PyAny>,
    helo: Option<Session>,
    selectors: &Bound<'_, PyAny>,
    lists: Option<&Bound<'_, PyAny>>,
    message: Option<&Bound<'_, PyAny>>,
    at: Option<u64>,
    bounce: Option<&Bound<'_, PyAny>>,
    trusted_authserv_ids: &Bound<'_, PyAny>,
) -> PyResult<Check> {
    let ask = AskReport {
        domain: domain.map(|domain| domain.0),
        ips: each(ips, "ips", |ip| Ok(ip.extract::<Address>()?.0))?,
        helo: helo.map(|helo| helo.0),
        selectors: each(selectors, "selectors", |selector| Ok(selector.extract::<Session>()?.0))?,
        lists: match lists {
            Some(lists) => each(lists, "lists", DnsblList::named)?,
            None => default_lists().iter().map(DnsblList::of).collect(),
        },
        message: octets(message)?,
        at,
        bounce: octets(bounce)?,
        trusted_authserv_ids: each(trusted_authserv_ids, "trusted_authserv_ids", |id| Ok(id.extract::<Session>()?.0))?,
    };
    // What is given is read and hashed here.
    let diagnosis = ips.py().detach(|| ask.diagnosis());
    Ok(Check::new(diagnosis, move |report, answers| Report(Evidence::new(&ask, report, answers))))
}

/// A message, as it came.
pub(super) fn octets(message: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Arc<[u8]>>> {
    message.map(|message| bytes_of(message, "a message")).transpose()
}
