//! Reverse DNS of an address.

use core::net::IpAddr;

use deliverability_core::dns::{DnsError, Query};
use deliverability_core::reverse_dns::{self, Iprev, IprevOutcome as CoreOutcome};
use deliverability_core::{DomainName, IprevResult};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::check::Check;
use crate::field::variant_words;
use crate::input::Address;
use crate::outcome::{Ask, outcome_class};
use crate::value::value_class;

outcome_class! {
    /// What reverse DNS says of an address (iprev, RFC 8601 §2.7.3).
    IprevOutcome of AskIprev, matched by (result, address) {
        /// The result in the words of the RFC.
        result: IprevResult = |e| e.outcome.result();
        /// The address that was checked; never an IPv4-mapped one.
        address: IpAddr = |e| e.outcome.address();
        /// The PTR query.
        query: Query = |e| e.outcome.query().clone();
        /// The CNAME targets through which the PTR records were reached (RFC 2317).
        aliases: Vec<DomainName> = |e| e.outcome.aliases().to_vec();
        /// The name at which the PTR records stand or would stand.
        owner: DomainName = |e| e.outcome.owner().clone();
        /// Whether that name does not exist at all.
        is_nxdomain: bool = |e| e.outcome.is_nxdomain();
        /// The PTR names that were looked at, in the order received.
        pointers: Vec<Pointer> = |e| e.outcome.pointers().iter().map(Pointer::from).collect();
        /// How many different PTR names the address has, looked at or not.
        total_pointers: usize = |e| e.outcome.total_pointers();
        /// The PTR names that resolve back to the address.
        confirmed_names: Vec<DomainName> = |e| e.outcome.confirmed_names().cloned().collect();
        /// The first failure among the look-ups.
        error: Option<DnsError> = |e| e.outcome.error().cloned();
    }
}

value_class! {
    /// One PTR name of an address, and what its own addresses say.
    Pointer {
        /// The PTR name.
        name: DomainName,
        /// Where the name leads.
        state: PointerState,
        /// The query for the name's addresses.
        query: Query,
        /// Where it leads elsewhere: the addresses, of the same family.
        addresses: Vec<IpAddr>,
        /// Whether the name does not exist at all.
        nxdomain: bool,
        /// Why that is not known.
        error: Option<DnsError>,
        /// The CNAME targets behind the name, which must be the host's own (RFC 2181).
        aliases: Vec<DomainName>,
    }
}

variant_words! {
    /// Where a PTR name leads.
    PointerState {
        Confirmed = "confirmed",
        Elsewhere = "elsewhere",
        NoAddress = "no_address",
        Failed = "failed",
    }
}

impl From<&reverse_dns::Pointer> for Pointer {
    fn from(pointer: &reverse_dns::Pointer) -> Self {
        use reverse_dns::PointerState as State;
        let (state, addresses, nxdomain) = match pointer.state() {
            State::Confirmed => (PointerState::Confirmed, Vec::new(), false),
            State::Elsewhere(addresses) => (PointerState::Elsewhere, addresses.clone(), false),
            State::NoAddress { nxdomain } => (PointerState::NoAddress, Vec::new(), *nxdomain),
            _ => (PointerState::Failed, Vec::new(), false),
        };
        Self {
            name: pointer.name().clone(),
            state,
            query: pointer.query().clone(),
            addresses,
            nxdomain,
            error: pointer.state().error().cloned(),
            aliases: pointer.aliases().to_vec(),
        }
    }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskIprev {
    ip: IpAddr,
}

impl Ask for AskIprev {
    type Outcome = CoreOutcome;
    const FUNCTION: &'static str = "check_reverse_dns";

    fn show(outcome: &CoreOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.ip.to_string(),).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn check_reverse_dns(ip: Address) -> Check {
    IprevOutcome::of(AskIprev { ip: ip.0 }, Iprev::of(ip.0))
}
