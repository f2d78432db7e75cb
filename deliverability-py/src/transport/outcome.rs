//! Looking MTA-STS, TLS reporting and BIMI records up.

use deliverability_core::DomainName;
use deliverability_core::dns::{DnsError, Query};
use deliverability_core::transport::{self, Lookup, LookupOutcome, RecordKind, Status};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::record::TransportRecord;
use crate::check::Check;
use crate::field::{Field as _, Word as _, variant_words};
use crate::input::MailDomain;
use crate::outcome::{Ask, outcome_class};
use crate::problem::Problem;
use crate::record::bytes_of;
use crate::span;

outcome_class! {
    /// Whether a domain has an MTA-STS, TLS reporting or BIMI record.
    TransportOutcome of AskTransport, matched by (kind, domain, status) {
        /// The kind of record.
        kind: TransportKind = |e| e.outcome.kind().into();
        /// Whose record.
        domain: DomainName = |e| e.outcome.domain().clone();
        /// Whether there is one.
        status: TransportStatus = |e| e.outcome.status().into();
        /// The TXT query; `None` if its name is too long for the DNS.
        query: Option<Query> = |e| e.outcome.query().cloned();
        /// The text of the one record, or of what was meant as one; the problems' spans index it.
        text: Option<String> = |e| e.outcome.record().map(|bytes| span::text(bytes));
        /// The record, if it was found.
        record: Option<TransportRecord> = |e| match (e.outcome.status(), e.outcome.record()) {
            (Status::Found(record), Some(bytes)) => TransportRecord::of(bytes, record),
            _ => None,
        };
        /// Every TXT record at the name.
        texts: Vec<String> = |e| e.outcome.texts().iter().map(|text| span::text(text.bytes())).collect();
        /// What is wrong with what stands there.
        problems: Vec<Problem> = |e| {
            let bytes: &[u8] = e.outcome.record().map_or(&[], |bytes| bytes);
            e.outcome.problems().iter().map(|problem| Problem::of(problem, bytes)).collect()
        };
        /// Why the query has no answer.
        error: Option<DnsError> = |e| match e.outcome.status() {
            Status::Unknown(error) => Some(error.clone()),
            _ => None,
        };
    }
}

variant_words! {
    /// A kind of record around the mailbox.
    TransportKind from RecordKind {
        MtaSts = "mta_sts",
        TlsReporting = "tls_reporting",
        Bimi = "bimi",
    } else Other = "other"
}

variant_words! {
    /// Whether a domain has a record.
    TransportStatus from Status {
        Found = "found",
        Invalid = "invalid",
        Several = "several",
        Missing = "missing",
        Unknown = "unknown",
    } else Unknown
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskTransport {
    kind: TransportKind,
    domain: DomainName,
}

impl Ask for AskTransport {
    type Outcome = LookupOutcome;
    const FUNCTION: &'static str = "check_transport";

    fn show(outcome: &LookupOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.kind.word(), self.domain.to_string()).into_pyobject(py)
    }
}

/// The kind that a word names.
fn kind_of(kind: &Bound<'_, PyAny>) -> PyResult<RecordKind> {
    let word = TransportKind::from_py(kind)?;
    let named = RecordKind::ALL.iter().copied().find(|kind| TransportKind::from(*kind) == word);
    named.ok_or_else(|| pyo3::exceptions::PyValueError::new_err("a kind is \"mta_sts\", \"tls_reporting\" or \"bimi\""))
}

#[pyfunction]
pub(crate) fn check_transport(kind: &Bound<'_, PyAny>, domain: MailDomain) -> PyResult<Check> {
    let (kind, MailDomain(domain)) = (kind_of(kind)?, domain);
    let check = Lookup::of(kind, domain.clone());
    Ok(TransportOutcome::of(AskTransport { kind: kind.into(), domain }, check))
}

/// Everything that is wrong with the text of an MTA-STS, TLS reporting or BIMI record.
///
/// `kind` is a `TransportKind`: "mta_sts", "tls_reporting" or "bimi". Spans index `text`.
///
/// >>> import deliverability as dv
/// >>> text = "v=TLSRPTv1; rua=tls@example.org"
/// >>> dv.apply_edits(text, dv.lint_transport("tls_reporting", text))
/// 'v=TLSRPTv1; rua=mailto:tls@example.org'
#[pyfunction]
pub(crate) fn lint_transport(kind: &Bound<'_, PyAny>, text: &Bound<'_, PyAny>) -> PyResult<Vec<Problem>> {
    let (kind, bytes) = (kind_of(kind)?, bytes_of(text, "a record")?);
    Ok(transport::lint(kind, &bytes).iter().map(|problem| Problem::of(problem, &bytes)).collect())
}
