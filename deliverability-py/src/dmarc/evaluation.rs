//! `evaluate_dmarc` and `author_domains`.

use core::net::IpAddr;
use std::sync::Arc;

use deliverability_core::dmarc::{self, Authentication, AuthenticationOutcome, AuthorError, Disagreement, Identities};
use deliverability_core::spf::CheckHost;
use deliverability_core::{DmarcResult, DomainName};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

use super::verdict::{DmarcDisagreement, DmarcVerdict};
use crate::check::Check;
use crate::error::{Unreadable, kind_word};
use crate::input::{Address, Domain, MailDomain, Session, each};
use crate::outcome::{Ask, Evidence, outcome_class};
use crate::record::bytes_of;
use crate::span::{self, Span};
use crate::spf::evaluation::SpfEvaluation;
use crate::verify::{self, DkimOutcome};

outcome_class! {
    /// What receivers make of a message: SPF, DKIM, and DMARC over both (RFC 9989).
    ///
    /// `result` and `policy` are those under RFC 9989; receivers still on RFC 7489 are told beside it.
    DmarcEvaluation of AskDmarc, matched by (result, policy, author_domain) {
        /// The result under RFC 9989.
        result: DmarcResult = |e| e.outcome.dmarc().result();
        /// The policy for the author domain under RFC 9989, whatever the result.
        policy: Option<dmarc::Policy> = |e| e.outcome.dmarc().rfc9989().policy();
        /// What the domain owner asks to be done with this message; `None` unless the result is fail.
        requested: Option<dmarc::Policy> = |e| e.outcome.dmarc().rfc9989().requested();
        /// The domain of the From field.
        author_domain: DomainName = |e| e.outcome.dmarc().identities().author_domain().clone();
        /// The verdict of receivers that follow RFC 9989.
        rfc9989: DmarcVerdict = |e| e.outcome.dmarc().rfc9989().into();
        /// The verdict of receivers still on RFC 7489, with the public suffix list.
        rfc7489: DmarcVerdict = |e| e.outcome.dmarc().rfc7489().into();
        /// Where the two sets of rules part, and why; empty if nothing differs.
        disagreements: Vec<DmarcDisagreement> = |e| {
            let disagreements: Vec<Disagreement> = e.outcome.dmarc().disagreements();
            disagreements.iter().map(DmarcDisagreement::from).collect()
        };
        /// What SPF found; `None` if no address was given.
        spf: Option<SpfEvaluation> = |e| spf(e);
        /// What became of each signature of the message.
        dkim: Vec<DkimOutcome> = |e| dkim(e);
    }
}

fn spf(e: &Evidence<AskDmarc>) -> Option<SpfEvaluation> {
    let (session, outcome) = (e.ask.session.as_ref()?, e.outcome.spf()?);
    Some(SpfEvaluation::part(session.ip, &session.sender, session.helo.as_deref(), outcome, &e.answers))
}

fn dkim(e: &Evidence<AskDmarc>) -> Vec<DkimOutcome> {
    match &e.ask.subject {
        Subject::Message(message) => verify::each(message, e.ask.at, e.outcome.dkim(), &e.answers),
        Subject::AuthorDomain(_) => Vec::new(),
    }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskDmarc {
    subject: Subject,
    session: Option<SessionData>,
    signed_by: Vec<DomainName>,
    at: Option<u64>,
    /// What is judged in place of the From field.
    author_domain: Option<DomainName>,
}

/// What is evaluated.
#[derive(Clone, PartialEq, Hash)]
enum Subject {
    Message(Arc<[u8]>),
    AuthorDomain(DomainName),
}

/// What SPF is evaluated for.
#[derive(Clone, PartialEq, Hash)]
struct SessionData {
    ip: IpAddr,
    sender: String,
    helo: Option<String>,
}

impl Ask for AskDmarc {
    type Outcome = AuthenticationOutcome;
    const FUNCTION: &'static str = "evaluate_dmarc";

    fn show(outcome: &AuthenticationOutcome) -> String {
        outcome.dmarc().rfc9989().to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let subject = match &self.subject {
            Subject::Message(message) => PyBytes::new(py, message).into_any(),
            Subject::AuthorDomain(domain) => PyString::new(py, &domain.to_string()).into_any(),
        };
        let ip = self.session.as_ref().map(|session| session.ip.to_string());
        let sender = self.session.as_ref().map(|session| &session.sender);
        let helo = self.session.as_ref().and_then(|session| session.helo.as_ref());
        let signed_by: Vec<String> = self.signed_by.iter().map(ToString::to_string).collect();
        let author_domain = self.author_domain.as_ref().map(ToString::to_string);
        (subject, ip, sender, helo, signed_by, self.at, author_domain).into_pyobject(py)
    }
}

#[pyfunction]
#[pyo3(signature = (message, ip, sender, helo, signed_by, at, author_domain))]
pub(crate) fn evaluate_dmarc(
    message: &Bound<'_, PyAny>,
    ip: Option<Address>,
    sender: Option<Session>,
    helo: Option<Session>,
    signed_by: &Bound<'_, PyAny>,
    at: Option<u64>,
    author_domain: Option<MailDomain>,
) -> PyResult<Check> {
    let session = session(ip, sender, helo)?;
    let signed_by = each(signed_by, "signed_by", |domain| Ok(domain.extract::<Domain>()?.0))?;
    let subject = subject(message)?;
    let author_domain = author_domain.map(|domain| domain.0);
    let author = match (&subject, &author_domain) {
        (Subject::Message(_), Some(domain)) | (Subject::AuthorDomain(domain), None) => domain.clone(),
        (Subject::Message(bytes), None) => dmarc::author_domain(bytes).map_err(|error| unreadable(&error, bytes))?,
        (Subject::AuthorDomain(_), Some(_)) => {
            return Err(PyTypeError::new_err(
                "author_domain goes with a message; an author domain alone stands in its place",
            ));
        }
    };
    let identities = signed_by.iter().cloned().fold(Identities::new(author), Identities::dkim_pass);
    let mut check = Authentication::of(identities);
    if let Subject::Message(bytes) = &subject {
        check = check.dkim(verify::verification(message.py(), bytes, at));
    }
    if let Some(SessionData { ip, sender, helo }) = &session {
        check = check.spf(helo.iter().fold(CheckHost::new(*ip, sender), CheckHost::helo));
    }
    Ok(DmarcEvaluation::of(AskDmarc { subject, session, signed_by, at, author_domain }, check))
}

/// The domains in the From field of a message, each once, in order; `evaluate_dmarc` judges one at a time
/// (RFC 9989 §11.5).
///
/// Raises `ParseError` where the field is missing, repeated or malformed, or names too many.
///
/// >>> import deliverability as dv
/// >>> print(*dv.author_domains("From: amy@a.test, bob@b.test, eve@a.test\n\nhello"))
/// a.test b.test
#[pyfunction]
pub(crate) fn author_domains(message: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let bytes = bytes_of(message, "a message")?;
    let domains = dmarc::author_domains(&bytes).map_err(|error| unreadable(&error, &bytes))?;
    Ok(domains.iter().map(ToString::to_string).collect())
}

fn session(ip: Option<Address>, sender: Option<Session>, helo: Option<Session>) -> PyResult<Option<SessionData>> {
    match (ip, sender) {
        (Some(ip), Some(sender)) => Ok(Some(SessionData { ip: ip.0, sender: sender.0, helo: helo.map(|helo| helo.0) })),
        (None, None) if helo.is_none() => Ok(None),
        _ => {
            Err(PyTypeError::new_err("SPF needs both ip and sender (\"\" is the null sender); leave both out for none"))
        }
    }
}

/// A message, or the domain of its author: a `str` of one line without a colon.
fn subject(message: &Bound<'_, PyAny>) -> PyResult<Subject> {
    if let Ok(text) = message.cast::<PyString>()
        && !text.to_string_lossy().contains(['\n', ':'])
    {
        return Ok(Subject::AuthorDomain(message.extract::<MailDomain>()?.0));
    }
    Ok(Subject::Message(bytes_of(message, "a message")?))
}

/// The header section alone is shown: what follows says nothing of the author.
fn unreadable(error: &AuthorError, message: &[u8]) -> Unreadable {
    let end = deliverability_core::header::body_start(message).unwrap_or(message.len());
    let header = message.get(..end).unwrap_or(message);
    Unreadable {
        message: error.to_string(),
        kind: kind_word(&error.kind),
        span: Span::of_bytes(header, error.span),
        text: span::text(header),
    }
}
