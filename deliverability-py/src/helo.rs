//! The HELO name of a client.

use core::net::IpAddr;

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Query};
use deliverability_core::reverse_dns::{self, Helo, HeloOutcome as CoreOutcome};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::check::Check;
use crate::field::variant_words;
use crate::input::{Address, Session};
use crate::outcome::{Ask, outcome_class};
use crate::words::Ternary;

outcome_class! {
    /// What a HELO or EHLO argument is worth (RFC 5321 §2.3.5, §4.1.1.1).
    HeloOutcome of AskHelo, matched by (form, text, client) {
        /// What it is, by its form.
        form: HeloForm = |e| e.outcome.form().into();
        /// The argument as given, without white space around it.
        text: String = |e| e.outcome.text().to_owned();
        /// The client that gave it; never an IPv4-mapped address.
        client: IpAddr = |e| e.outcome.client();
        /// The domain name, if the argument is one.
        name: Option<DomainName> = |e| e.outcome.form().name().cloned();
        /// The address, with brackets or without.
        address: Option<IpAddr> = |e| e.outcome.form().address();
        /// Whether RFC 5321 allows the form.
        is_valid: bool = |e| e.outcome.form().is_valid();
        /// Whether the name has any address.
        resolves: Ternary = |e| (&e.outcome.resolves()).into();
        /// Whether the client is one of the name's addresses.
        resolves_to_client: Ternary = |e| (&e.outcome.resolves_to_client()).into();
        /// Whether it is the receiver's own name or address; false where the receiver was not told.
        is_receivers: bool = |e| e.outcome.is_receivers();
        /// The addresses of a host name, of both families.
        addresses: Vec<IpAddr> = |e| e.outcome.addresses().collect();
        /// The first failure among the look-ups.
        error: Option<DnsError> = |e| e.outcome.error().cloned();
        /// The queries asked: A and AAAA of a host name.
        queries: Vec<Query> = |e| e.outcome.queries().cloned().collect();
    }
}

variant_words! {
    /// What a HELO argument is, by its form.
    HeloForm {
        HostName = "host_name",
        AddressLiteral = "address_literal",
        BareAddress = "bare_address",
        NotQualified = "not_qualified",
        Private = "private",
        Malformed = "malformed",
    }
}

impl From<&reverse_dns::HeloForm> for HeloForm {
    fn from(form: &reverse_dns::HeloForm) -> Self {
        use reverse_dns::HeloForm as Form;
        match form {
            Form::HostName(_) => Self::HostName,
            Form::AddressLiteral(_) => Self::AddressLiteral,
            Form::BareAddress(_) => Self::BareAddress,
            Form::NotQualified(_) => Self::NotQualified,
            Form::Private { .. } => Self::Private,
            _ => Self::Malformed,
        }
    }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskHelo {
    helo: String,
    ip: IpAddr,
    receiver: Option<String>,
}

impl Ask for AskHelo {
    type Outcome = CoreOutcome;
    const FUNCTION: &'static str = "check_helo";

    fn show(outcome: &CoreOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (&self.helo, self.ip.to_string(), &self.receiver).into_pyobject(py)
    }
}

#[pyfunction]
#[pyo3(signature = (helo, ip, receiver))]
pub(crate) fn check_helo(helo: Session, ip: Address, receiver: Option<Session>) -> Check {
    let ask = AskHelo { helo: helo.0, ip: ip.0, receiver: receiver.map(|receiver| receiver.0) };
    let check = ask.receiver.iter().fold(Helo::of(&ask.helo, ask.ip), Helo::receiver);
    HeloOutcome::of(ask, check)
}
