//! The report of a diagnosis.

use core::net::IpAddr;
use std::sync::Arc;

use deliverability_core::diagnosis::{self as core_diagnosis, Diagnosis};
use deliverability_core::dns::Answers as CoreAnswers;
use deliverability_core::dnsbl::default_lists;
use deliverability_core::{Check as CoreCheck, DomainName};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple, PyType};
use serde::Deserialize;
use serde_json::Value;

use super::case::{Case, CaseMessage, Judged};
use super::finding::{Finding, Unknown};
use crate::answers::Answers;
use crate::check::Check;
use crate::dnsbl::list::{DnsblList, of_catalogue};
use crate::error::Unreadable;
use crate::field::{Field, variant_words};
use crate::input::{Address, MailDomain, Session, each};
use crate::outcome::{Ask, Evidence};
use crate::record::bytes_of;
use crate::span::{Span, line};
use crate::value::{Reduced, hash};

/// What a diagnosis found, what it could not tell, and the answers that both rest on.
///
/// `str(report)` is the report for people, `to_dict` and `to_json` the one for programs.
#[pyclass(frozen, module = "deliverability")]
#[derive(Clone)]
pub(crate) struct Report(pub(crate) Arc<Evidence<AskReport>>);

impl Report {
    pub(super) fn outcome(&self) -> &core_diagnosis::Report {
        &self.0.outcome
    }
}

#[pymethods]
impl Report {
    #[classattr]
    const fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("verdict", "findings", "unknown")
    }

    /// The answer in one word.
    #[getter]
    fn verdict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Verdict::from(self.0.outcome.verdict()).to_py(py)
    }

    /// The inputs.
    #[getter]
    fn case<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let AskReport { domain, ips, helo, selectors, lists, message: _, at } = self.0.ask.clone();
        let message = self.0.outcome.case().message.as_ref().map(CaseMessage::from);
        Case { domain, sending_ips: ips, helo, selectors, lists, message, at }.to_py(py)
    }

    /// What is wrong, the worst first.
    #[getter]
    fn findings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.outcome.findings().iter().map(Finding::from).collect::<Vec<_>>().to_py(py)
    }

    /// What could not be told.
    #[getter]
    fn unknown<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.outcome.unknown().iter().map(Unknown::from).collect::<Vec<_>>().to_py(py)
    }

    /// What SPF, DKIM and DMARC make of the message at a receiver; empty without one.
    #[getter]
    fn at_receiver<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.outcome.at_receiver().iter().map(Judged::from).collect::<Vec<_>>().to_py(py)
    }

    /// The answers that the report rests on; as a `resolver` they give it again.
    #[getter]
    fn answers(&self) -> Answers {
        Answers(Arc::clone(&self.0.answers))
    }

    /// The report as a dict of plain values, the same as its JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.to_json(),))
    }

    /// The report as JSON text, version 1.
    fn to_json(&self) -> String {
        self.0.outcome.to_json()
    }

    /// The report as Markdown, for a ticket or a chat: the cause first, its proof and the change, then
    /// what else was found. What strangers wrote is escaped.
    fn to_markdown(&self) -> String {
        self.0.outcome.to_markdown()
    }

    /// The report on the case and the answers that `to_json` wrote, by the rules of this version.
    ///
    /// A report holds no message: one that was made of a message is read with the same `message`
    /// again. Raises `ParseError` for what is no report, for one that names a list that is not in
    /// the catalogue, and where the message is missing or another one.
    #[classmethod]
    #[pyo3(signature = (text, *, message=None))]
    fn from_json(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        text: &str,
        message: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let (ask, answers, sha256) = read(text, octets(message)?)?;
        let report = py.detach(|| ask.diagnosis().replay(&answers));
        if report.case().message.as_ref().map(core_diagnosis::CaseMessage::sha256) != sha256.as_deref() {
            return Err(unreadable(text, "it was made of another message, or of none", 0, 0));
        }
        let answers = report.answers().clone();
        Ok(Self(Evidence::new(&ask, report, answers)))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
    }

    fn __hash__(&self) -> u64 {
        hash(&self.0.ask)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (verdict, report) = (slf.getattr("verdict")?, &slf.get().0.outcome);
        let (domain, findings, unknown) = (&report.case().domain, report.findings().len(), report.unknown().len());
        let domain = PyString::new(slf.py(), &domain.to_string());
        Ok(format!(
            "<Report(verdict={}, domain={}, {findings} findings, {unknown} unknown)>",
            verdict.repr()?,
            domain.repr()?
        ))
    }

    fn __str__(&self) -> String {
        self.0.outcome.to_string()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py>> {
        self.0.reduce(py)
    }
}

variant_words! {
    /// The answer of a diagnosis in one word.
    Verdict { Explained = "explained", AtRisk = "at_risk", NothingFound = "nothing_found", Unknown = "unknown", }
}

impl From<core_diagnosis::Verdict> for Verdict {
    fn from(verdict: core_diagnosis::Verdict) -> Self {
        match verdict {
            core_diagnosis::Verdict::Explained => Self::Explained,
            core_diagnosis::Verdict::AtRisk => Self::AtRisk,
            core_diagnosis::Verdict::NothingFound => Self::NothingFound,
            core_diagnosis::Verdict::Unknown => Self::Unknown,
        }
    }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskReport {
    domain: DomainName,
    ips: Vec<IpAddr>,
    helo: Option<String>,
    selectors: Vec<String>,
    lists: Vec<DnsblList>,
    message: Option<Arc<[u8]>>,
    at: Option<u64>,
}

impl AskReport {
    fn diagnosis(&self) -> Diagnosis {
        let diagnosis = Diagnosis::of(self.domain.clone());
        let diagnosis = self.ips.iter().copied().fold(diagnosis, Diagnosis::sending_ip);
        let diagnosis = self.helo.iter().fold(diagnosis, Diagnosis::helo);
        let diagnosis = self.selectors.iter().fold(diagnosis, Diagnosis::selector);
        let diagnosis = diagnosis.lists(&self.lists.iter().map(|list| list.list.clone()).collect::<Vec<_>>());
        let diagnosis = self.message.iter().fold(diagnosis, Diagnosis::message);
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
        let message = self.message.as_ref().map(|message| PyBytes::new(py, message));
        let lists = self.lists.clone();
        (self.domain.to_string(), ips, &self.helo, &self.selectors, lists, message, self.at).into_pyobject(py)
    }
}

#[pyfunction]
#[pyo3(signature = (domain, ips, helo, selectors, lists, message, at))]
pub(crate) fn diagnose(
    domain: MailDomain,
    ips: &Bound<'_, PyAny>,
    helo: Option<Session>,
    selectors: &Bound<'_, PyAny>,
    lists: Option<&Bound<'_, PyAny>>,
    message: Option<&Bound<'_, PyAny>>,
    at: Option<u64>,
) -> PyResult<Check> {
    let ask = AskReport {
        domain: domain.0,
        ips: each(ips, "ips", |ip| Ok(ip.extract::<Address>()?.0))?,
        helo: helo.map(|helo| helo.0),
        selectors: each(selectors, "selectors", |selector| Ok(selector.extract::<Session>()?.0))?,
        lists: match lists {
            Some(lists) => each(lists, "lists", DnsblList::named)?,
            None => default_lists().iter().map(DnsblList::of).collect(),
        },
        message: octets(message)?,
        at,
    };
    // The message is hashed here.
    let diagnosis = ips.py().detach(|| ask.diagnosis());
    Ok(Check::new(diagnosis, move |report, answers| Report(Evidence::new(&ask, report, answers))))
}

fn octets(message: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Arc<[u8]>>> {
    message.map(|message| bytes_of(message, "a message")).transpose()
}

/// What a report in JSON was made of.
#[derive(Deserialize)]
struct Written {
    version: u64,
    case: WrittenCase,
    answers: Value,
}

#[derive(Deserialize)]
struct WrittenCase {
    domain: DomainName,
    sending_ips: Vec<IpAddr>,
    helo: Option<String>,
    selectors: Vec<String>,
    lists: Vec<String>,
    message: Option<WrittenMessage>,
}

#[derive(Deserialize)]
struct WrittenMessage {
    sha256: String,
    at: Option<u64>,
}

/// What was asked, the answers, and the digest of the message it was asked about.
fn read(text: &str, message: Option<Arc<[u8]>>) -> PyResult<(AskReport, CoreAnswers, Option<String>)> {
    let wrong = |why: &str| unreadable(text, why, 0, 0);
    let written: Written = serde_json::from_str(text)
        .map_err(|error| unreadable(text, &error.to_string(), error.line(), error.column()))?;
    if written.version != 1 {
        return Err(wrong(&format!("it is of version {}, only 1 is known", written.version)));
    }
    let answers = CoreAnswers::from_json(&written.answers.to_string())
        .map_err(|error| wrong(&format!("answers, entry {}: {}", error.entry, error.why)))?;
    let WrittenCase { domain, sending_ips, helo, selectors, lists, message: written } = written.case;
    if written.is_some() && message.is_none() {
        return Err(wrong("it was made of a message, which it does not hold: pass message= too"));
    }
    let lists = lists.iter().map(|zone| of_catalogue(zone).map_err(|error| wrong(&error.to_string())));
    let lists = lists.collect::<PyResult<_>>()?;
    let at = written.as_ref().and_then(|written| written.at);
    let ask = AskReport { domain, ips: sending_ips, helo, selectors, lists, message, at };
    Ok((ask, answers, written.map(|written| written.sha256)))
}

fn unreadable(text: &str, why: &str, at_line: usize, column: usize) -> PyErr {
    let Span { start, end } = line(text, at_line);
    let start = start.saturating_add(column.saturating_sub(1)).min(end);
    Unreadable {
        message: format!("report: {why}"),
        kind: "json".to_owned(),
        span: Span { start, end },
        text: text.to_owned(),
    }
    .into()
}
