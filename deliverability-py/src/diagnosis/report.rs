//! The report of a diagnosis.

use std::sync::Arc;

use deliverability_core::Check as CoreCheck;
use deliverability_core::diagnosis as core_diagnosis;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use super::ask::{AskReport, octets};
use super::case::{Case, Claimed, Judged};
use super::finding::{Finding, Unknown};
use super::returned::{Inferred, Returned};
use super::written::Written;
use crate::answers::Answers;
use crate::field::{Field, variant_words};
use crate::outcome::Evidence;
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

    /// The inputs, with what was taken from a returned mail.
    #[getter]
    fn case<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Case::of(self.0.outcome.case(), &self.0.ask.lists).to_py(py)
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

    /// What the message says that others found, and what is found here of the same; empty without one.
    #[getter]
    fn claims<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.outcome.claims().iter().map(Claimed::from).collect::<Vec<_>>().to_py(py)
    }

    /// What a returned mail says, recipient by recipient, put to the test; empty without one.
    #[getter]
    fn returned<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.outcome.returned().iter().map(Returned::from).collect::<Vec<_>>().to_py(py)
    }

    /// What of the case was taken from the returned mail, and from where.
    #[getter]
    fn inferred<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.outcome.inferred().iter().map(Inferred::from).collect::<Vec<_>>().to_py(py)
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
    /// A report holds no mail: one that was made of a message or a returned mail is read with the same
    /// `message` and `bounce` again. Raises `ParseError` for what is no report, for one that names a
    /// list that is not in the catalogue, and where the mail is missing or another one.
    #[classmethod]
    #[pyo3(signature = (text, *, message=None, bounce=None))]
    fn from_json(
        _class: &Bound<'_, PyType>,
        py: Python<'_>,
        text: &str,
        message: Option<&Bound<'_, PyAny>>,
        bounce: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let written = Written::read(text, message.is_some(), bounce.is_some())?;
        let ask = written.ask(text, octets(message)?, octets(bounce)?)?;
        let answers = written.answers(text)?;
        let report = py.detach(|| ask.diagnosis().replay(&answers));
        written.check(text, report.case())?;
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
    Verdict from core_diagnosis::Verdict {
        Explained = "explained",
        AtRisk = "at_risk",
        NothingFound = "nothing_found",
        Unknown = "unknown",
    }
}
