//! `check_host`.

use core::net::IpAddr;
use std::sync::Arc;

use deliverability_core::SpfResult;
use deliverability_core::dns::Answers as CoreAnswers;
use deliverability_core::spf::{CheckHost, Evaluation, Identity};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::cause::SpfCause;
use super::explanation::SpfExplanation;
use super::trace::SpfTrace;
use crate::check::Check;
use crate::field::{class_field, variant_words};
use crate::input::{Address, Session};
use crate::outcome::{Ask, Evidence, outcome_class};

outcome_class! {
    /// What `check_host` found (RFC 7208): the result, why, and the way there.
    SpfEvaluation of AskSpf, matched by (result, domain, ip) {
        /// The result.
        result: SpfResult = |e| e.outcome.result();
        /// The domain's own explanation of a fail; its owner's words.
        explanation: Option<String> = |e| e.outcome.explanation().map(str::to_owned);
        /// What decided.
        cause: SpfCause = |e| e.outcome.cause().into();
        /// The tree that was walked, with its ledger of look-ups.
        trace: SpfTrace = |e| e.outcome.trace().into();
        /// The client's address; never an IPv4-mapped one.
        ip: IpAddr = |e| e.outcome.ip();
        /// Which identity was checked.
        identity: SpfIdentity = |e| e.outcome.identity().into();
        /// The MAIL FROM address as given, without angle brackets.
        sender: String = |e| e.outcome.sender().to_owned();
        /// The HELO name as given.
        helo: String = |e| e.outcome.helo().to_owned();
        /// The domain that was checked, as given.
        domain: String = |e| e.outcome.domain().to_owned();
    } with {
        /// The evaluation in words, term by term, with what would have to change for another result.
        fn explain(&self) -> SpfExplanation {
            SpfExplanation::of(&self.0.outcome, &*self.0.answers)
        }
    }
}

variant_words! {
    /// Which identity of a session is checked.
    SpfIdentity from Identity { Helo = "helo", MailFrom = "mailfrom", }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskSpf {
    ip: IpAddr,
    sender: String,
    helo: Option<String>,
    receiver: Option<String>,
}

impl Ask for AskSpf {
    type Outcome = Evaluation;
    const FUNCTION: &'static str = "check_host";

    fn show(outcome: &Evaluation) -> String {
        format!("{}: {}", outcome.result(), outcome.cause())
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.ip.to_string(), &self.sender, &self.helo, &self.receiver).into_pyobject(py)
    }
}

#[pyfunction]
#[pyo3(signature = (ip, sender, helo=None, receiver=None))]
pub(crate) fn check_host(ip: Address, sender: Session, helo: Option<Session>, receiver: Option<Session>) -> Check {
    let (helo, receiver) = (helo.map(|helo| helo.0), receiver.map(|receiver| receiver.0));
    let check = CheckHost::new(ip.0, &sender.0);
    let check = helo.iter().fold(check, CheckHost::helo);
    let check = receiver.iter().fold(check, CheckHost::receiver);
    SpfEvaluation::of(AskSpf { ip: ip.0, sender: sender.0, helo, receiver }, check)
}

impl SpfEvaluation {
    /// What another check found of SPF on its way.
    pub(crate) fn part(
        ip: IpAddr,
        sender: &str,
        helo: Option<&str>,
        outcome: &Evaluation,
        answers: &Arc<CoreAnswers>,
    ) -> Self {
        let ask = AskSpf { ip, sender: sender.to_owned(), helo: helo.map(str::to_owned), receiver: None };
        Self(Arc::new(Evidence { ask, outcome: outcome.clone(), answers: Arc::clone(answers) }))
    }
}

// As a part of another outcome.
class_field!(SpfEvaluation, SpfEvaluation::tree);
