//! DKIM signatures of messages.

use std::sync::Arc;

use deliverability_core::dkim::{Cause, Message, Note, Signature, SignatureOutcome, Verification, overall};
use deliverability_core::dns::Answers as CoreAnswers;
use deliverability_core::{DkimResult, DomainName};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::check::Check;
use crate::dkim::{DkimKey, key_of};
use crate::field::{Field as _, class_field};
use crate::outcome::{Ask, Evidence, outcome_class};
use crate::problem::Problem;
use crate::record::bytes_of;
use crate::span;
use crate::value::value_class;
use crate::words::Severity;

outcome_class! {
    /// What became of one signature of a message (RFC 6376 §6).
    ///
    /// Every check was made that could be, whatever failed before. `str(outcome)` is one sentence.
    DkimOutcome of AskSignature, matched by (result, domain, selector, cause) {
        /// The result; never "none".
        result: DkimResult = |e| e.outcome.result();
        /// The code of what decides, such as "dkim.body-changed.footer"; `None` if it passes.
        cause: Option<String> = |e| e.outcome.cause().map(|cause| cause.code().to_owned());
        /// Every reason why it does not pass, the one that decides first.
        causes: Vec<DkimCause> = |e| e.outcome.causes().iter().map(DkimCause::from).collect();
        /// What is worth knowing of it, whether it passes or not.
        notes: Vec<DkimNote> = |e| e.outcome.notes().iter().map(DkimNote::from).collect();
        /// All causes and notes, with their places in `text`.
        problems: Vec<Problem> = |e| {
            e.outcome.problems().iter().map(|problem| Problem::of(problem, e.outcome.text())).collect()
        };
        /// The value of the DKIM-Signature field as it came.
        text: String = |e| span::text(e.outcome.text());
        /// The signing domain (`d=`), where it can be read.
        domain: Option<DomainName> = |e| domain(&e.outcome);
        /// The selector (`s=`), where it can be read.
        selector: Option<String> = |e| selector(&e.outcome);
        /// The agent or user identifier (`i=`); `None` if the field cannot be verified, as below.
        identity: Option<String> = |e| signature(e).map(|signature| signature.identity.to_string());
        /// How it was signed (`a=`), such as "rsa-sha256".
        algorithm: Option<String> = |e| signature(e).map(|signature| signature.algorithm.to_string());
        /// How header and body were prepared (`c=`), such as "relaxed/simple".
        canonicalization: Option<String> = |e| signature(e).map(canonicalization);
        /// The signed fields (`h=`), as written, in order.
        signed_fields: Vec<String> = |e| signature(e).map(|s| s.signed_fields.clone()).unwrap_or_default();
        /// How many octets of the body are signed (`l=`); `None` is all.
        body_length: Option<u64> = |e| signature(e).and_then(|signature| signature.body_length);
        /// When it was signed (`t=`), in seconds since 1970.
        timestamp: Option<u64> = |e| signature(e).and_then(|signature| signature.timestamp);
        /// When it expires (`x=`), in seconds since 1970.
        expiration: Option<u64> = |e| signature(e).and_then(|signature| signature.expiration);
        /// The published key, if verifiers can use it.
        key: Option<DkimKey> = |e| e.outcome.key().and_then(key_of);
        /// Whether it is neither expired nor from the future; `None` without a time to judge at.
        is_in_time: Option<bool> = |e| e.outcome.is_in_time();
        /// Whether the body has the hash that was signed; `None` if it could not be hashed.
        body_matches: Option<bool> = |e| e.outcome.body_matches();
        /// Whether the signed fields carry this signature; `None` without a usable key.
        signature_verifies: Option<bool> = |e| e.outcome.signature_verifies();
        /// Whether `i=` is one that the domain and its key allow; `None` if that is not known.
        identity_allowed: Option<bool> = |e| e.outcome.identity_allowed();
        /// The hosts that had the message after it was signed, as its Received fields say. A hint.
        later_hosts: Vec<String> = |e| e.outcome.later_hosts().to_vec();
        /// The mailing list that it came through, as its unsigned List-Id field says. A hint.
        mailing_list: Option<String> = |e| e.outcome.mailing_list().map(str::to_owned);
    }
}

value_class! {
    /// One reason why a signature does not pass.
    DkimCause {
        /// The stable code, such as "dkim.key.revoked".
        code: String,
        /// What is wrong, as one sentence.
        message: String,
        /// What to do, as one sentence.
        advice: String,
        /// The result of a signature that has this cause only.
        result: DkimResult,
    } with {
        fn __str__(&self) -> String {
            self.message.clone()
        }
    }
}

impl From<&Cause> for DkimCause {
    fn from(cause: &Cause) -> Self {
        let (code, advice) = (cause.code().to_owned(), cause.advice().to_owned());
        Self { code, message: cause.to_string(), advice, result: cause.result() }
    }
}

value_class! {
    /// What is worth knowing of a signature, whether it passes or not.
    DkimNote {
        /// The stable code, such as "dkim.note.tail-unsigned".
        code: String,
        /// What it is, as one sentence.
        message: String,
        /// How much it matters.
        severity: Severity,
    } with {
        fn __str__(&self) -> String {
            self.message.clone()
        }
    }
}

impl From<&Note> for DkimNote {
    fn from(note: &Note) -> Self {
        Self { code: note.code().to_owned(), message: note.to_string(), severity: note.severity().into() }
    }
}

fn signature(e: &Evidence<AskSignature>) -> Option<&Signature> {
    e.outcome.signature()
}

fn domain(outcome: &SignatureOutcome) -> Option<DomainName> {
    let of_key = || outcome.key().map(|key| key.domain().clone());
    outcome.signature().map(|signature| signature.domain.clone()).or_else(of_key)
}

fn selector(outcome: &SignatureOutcome) -> Option<String> {
    let of_key = || outcome.key().map(|key| key.selector().to_owned());
    outcome.signature().map(|signature| signature.selector.clone()).or_else(of_key)
}

pub(crate) fn canonicalization(signature: &Signature) -> String {
    format!("{}/{}", signature.header_canonicalization, signature.body_canonicalization)
}

/// One signature of a message.
#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskSignature {
    message: Arc<[u8]>,
    number: usize,
    at: Option<u64>,
}

impl Ask for AskSignature {
    type Outcome = SignatureOutcome;
    const FUNCTION: &'static str = "_verify_dkim_signature";

    fn show(outcome: &SignatureOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (PyBytes::new(py, &self.message), self.number, self.at).into_pyobject(py)
    }
}

// As a part of another outcome.
class_field!(DkimOutcome, DkimOutcome::tree);

#[pyfunction]
#[pyo3(signature = (message, at=None))]
pub(crate) fn verify_dkim(message: &Bound<'_, PyAny>, at: Option<u64>) -> PyResult<Check> {
    let bytes = bytes_of(message, "a message")?;
    let check = verification(message.py(), &bytes, at);
    Ok(Check::new(check, move |outcomes: Vec<SignatureOutcome>, answers| {
        each(&bytes, at, &outcomes, &Arc::new(answers))
    }))
}

/// One signature of a message: how its outcome is unpickled.
#[pyfunction(name = "_verify_dkim_signature")]
pub(crate) fn verify_dkim_signature(message: &Bound<'_, PyAny>, number: usize, at: Option<u64>) -> PyResult<Check> {
    let bytes = bytes_of(message, "a message")?;
    let check = verification(message.py(), &bytes, at);
    Ok(Check::new(check, move |outcomes: Vec<SignatureOutcome>, answers| {
        each(&bytes, at, &outcomes, &Arc::new(answers)).into_iter().nth(number)
    }))
}

/// The DKIM result of a message: "pass" if any of its signatures passes, "none" if it has none, else
/// that of the topmost one (RFC 6376 §6.1: a signature that fails is as good as none).
///
/// `outcomes` are those of `verify_dkim`.
///
/// >>> import deliverability as dv
/// >>> dv.overall_dkim(dv.verify_dkim("From: amy@example.org\n\nhello", dv.Zone()))
/// DkimResult.NONE
#[pyfunction]
pub(crate) fn overall_dkim<'py>(outcomes: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let one = |outcome: PyResult<Bound<'_, PyAny>>| Ok(outcome?.cast::<DkimOutcome>()?.get().0.outcome.clone());
    let read: Vec<SignatureOutcome> = outcomes.try_iter()?.map(one).collect::<PyResult<_>>()?;
    overall(&read).to_py(outcomes.py())
}

/// The check of all signatures of a message, which is hashed here, with the interpreter released.
pub(crate) fn verification(py: Python<'_>, message: &[u8], at: Option<u64>) -> Verification {
    let verification = py.detach(|| Verification::of(&Message::of(message)));
    at.into_iter().fold(verification, Verification::at)
}

/// Outcomes of all signatures of a message; they share its bytes and the answers.
pub(crate) fn each(
    message: &Arc<[u8]>,
    at: Option<u64>,
    outcomes: &[SignatureOutcome],
    answers: &Arc<CoreAnswers>,
) -> Vec<DkimOutcome> {
    let one = |(number, outcome): (usize, &SignatureOutcome)| {
        let ask = AskSignature { message: Arc::clone(message), number, at };
        DkimOutcome(Arc::new(Evidence { ask, outcome: outcome.clone(), answers: Arc::clone(answers) }))
    };
    outcomes.iter().enumerate().map(one).collect()
}
