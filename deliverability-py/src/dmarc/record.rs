//! DMARC records.

use deliverability_core::Span as CoreSpan;
use deliverability_core::dmarc::{self, ErrorKind, Psd, Record, ReportUri};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::answer::text_of;
use crate::field::{Field as _, core_words, variant_words};
use crate::problem::Problem;
use crate::record::{self, record_class};
use crate::tree::Tree;

record_class! {
    /// A DMARC policy record without any fault (RFC 9989 §4.7). Absent tags have their defaults.
    DmarcRecord of Record, matched by (p, sp, np) {
        /// The policy (`p=`).
        #[getter]
        fn p<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.p.to_py(py)
        }

        /// The policy for subdomains that exist (`sp=`).
        #[getter]
        fn sp<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.sp.to_py(py)
        }

        /// The policy for subdomains that do not exist (`np=`).
        #[getter]
        fn np<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.np.to_py(py)
        }

        /// Whether the domain is a public suffix (`psd=`); `None` if the record does not say.
        #[getter]
        fn is_public_suffix(&self) -> Option<bool> {
            is_public_suffix(&self.record)
        }

        /// Test mode (`t=y`): what is asked for is one level below the policy.
        #[getter]
        fn is_testing(&self) -> bool {
            self.record.t
        }

        /// How DKIM identifiers must be aligned (`adkim=`).
        #[getter]
        fn adkim<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            AlignmentMode::from(self.record.adkim).to_py(py)
        }

        /// How SPF identifiers must be aligned (`aspf=`).
        #[getter]
        fn aspf<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            AlignmentMode::from(self.record.aspf).to_py(py)
        }

        /// When failure reports are asked for (`fo=`), such as "1:d".
        #[getter]
        fn fo(&self) -> String {
            self.record.fo.to_string()
        }

        /// Where aggregate reports go.
        #[getter]
        fn rua<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            uris(&self.record.rua).to_py(py)
        }

        /// Where failure reports go.
        #[getter]
        fn ruf<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            uris(&self.record.ruf).to_py(py)
        }

        /// The share of messages that the policy is for, in percent: RFC 9989 removed `pct=`.
        #[getter]
        fn pct(&self) -> Option<u8> {
            self.record.pct
        }
    }
}

impl record::Record for Record {
    const WHAT: &'static str = "DMARC record";
    type Kind = ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind, error.span, error.to_string()))
    }

    fn parts(&self, _bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        vec![
            ("p", self.p.tree()),
            ("sp", self.sp.tree()),
            ("np", self.np.tree()),
            ("is_public_suffix", is_public_suffix(self).tree()),
            ("is_testing", self.t.tree()),
            ("adkim", AlignmentMode::from(self.adkim).tree()),
            ("aspf", AlignmentMode::from(self.aspf).tree()),
            ("fo", self.fo.to_string().tree()),
            ("rua", uris(&self.rua).tree()),
            ("ruf", uris(&self.ruf).tree()),
            ("pct", self.pct.tree()),
        ]
    }
}

fn uris(uris: &[ReportUri]) -> Vec<String> {
    uris.iter().map(ToString::to_string).collect()
}

fn is_public_suffix(record: &Record) -> Option<bool> {
    match record.psd {
        Psd::Y => Some(true),
        Psd::N => Some(false),
        Psd::U => None,
    }
}

core_words! {
    dmarc::Policy = "DmarcPolicy";
}

variant_words! {
    /// How an identifier must be aligned with the author domain.
    AlignmentMode from dmarc::AlignmentMode { Relaxed = "relaxed", Strict = "strict", }
}

/// Everything that is wrong with a DMARC record, the worst first where there are many.
///
/// Spans index the joined text. `text` is `str`, `bytes`, or the character-strings of the TXT
/// record as a sequence of those.
///
/// >>> import deliverability as dv
/// >>> text = "v=DMARC1 p=rejct; rua=d@example.org"
/// >>> dv.apply_edits(text, dv.lint_dmarc(text))
/// 'v=DMARC1; p=reject; rua=mailto:d@example.org'
#[pyfunction]
pub(crate) fn lint_dmarc(text: &Bound<'_, PyAny>) -> PyResult<Vec<Problem>> {
    let Some(text) = text_of(text)? else {
        return Err(PyTypeError::new_err("a DMARC record is str, bytes, or a sequence of those"));
    };
    Ok(dmarc::lint_text(&text).iter().map(|problem| Problem::of(problem, text.bytes())).collect())
}
