//! DomainKeys and ADSP, which receivers ignore today.

use deliverability_core::Span as CoreSpan;
use deliverability_core::historic::adsp::Practices;
use deliverability_core::historic::domainkeys::{ErrorKind, ParseError, Policy, SelectorRecord, Signs};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::error::{Unreadable, kind_word};
use crate::field::{Field as _, variant_words};
use crate::record::{self, bytes_of, record_class};
use crate::span::{self, Span};
use crate::tree::Tree;
use crate::value::value_class;

record_class! {
    /// What a domain said of its DomainKeys signing (RFC 4870 §3.6). Receivers ignore it today.
    DomainKeysPolicy of Policy, matched by (signs_all, is_testing) {
        /// Whether all of its mail is signed (`o=-`); else some of it.
        #[getter]
        fn signs_all(&self) -> bool {
            self.record.signs == Signs::All
        }

        /// Whether it is testing (`t=y`).
        #[getter]
        fn is_testing(&self) -> bool {
            self.record.is_testing
        }

        /// Whom to tell about mail that does not verify (`r=`).
        #[getter]
        fn reports_to(&self) -> Option<&str> {
            self.record.reports_to.as_deref()
        }

        /// A note for people (`n=`).
        #[getter]
        fn notes(&self) -> Option<&str> {
            self.record.notes.as_deref()
        }
    }
}

impl record::Record for Policy {
    const WHAT: &'static str = "DomainKeys policy";
    type Kind = ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind, error.span, error.to_string()))
    }

    fn parts(&self, _bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        vec![
            ("signs_all", (self.signs == Signs::All).tree()),
            ("is_testing", self.is_testing.tree()),
            ("reports_to", self.reports_to.as_deref().map(str::to_owned).tree()),
            ("notes", self.notes.as_deref().map(str::to_owned).tree()),
        ]
    }
}

value_class! {
    /// A selector record of DomainKeys (RFC 4870 §3.2.3), which DKIM verifiers read as a key of theirs.
    DomainKeysKey {
        /// The only local part that may use the key (`g=`), which restricts nobody today.
        granularity: Option<String>,
        /// The key type (`k=`).
        key_type: String,
        /// A note for people (`n=`).
        notes: Option<String>,
        /// The key in base64 (`p=`); empty if it has been revoked.
        public_key: String,
        /// Whether the domain is testing (`t=y`).
        is_testing: bool,
    } with {
        /// Reads a record from its text; raises `ParseError` with what is wrong and where.
        #[classmethod]
        fn parse(_class: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
            let bytes = bytes_of(text, "a DomainKeys selector record")?;
            match SelectorRecord::parse(&bytes) {
                Ok(record) => Ok(record.into()),
                Err(error) => Err(unreadable(error, &bytes).into()),
            }
        }
    }
}

impl From<SelectorRecord> for DomainKeysKey {
    fn from(record: SelectorRecord) -> Self {
        Self {
            granularity: record.granularity.map(String::from),
            key_type: record.key_type.into(),
            notes: record.notes.map(String::from),
            public_key: record.public_key.into(),
            is_testing: record.is_testing,
        }
    }
}

fn unreadable(error: ParseError, bytes: &[u8]) -> Unreadable {
    let text = span::text(bytes);
    Unreadable {
        message: format!("DomainKeys selector record {text:?}: {error}"),
        kind: kind_word(&error.kind),
        span: Span::of_bytes(bytes, error.span),
        text,
    }
}

variant_words! {
    /// What a domain said of mail without a signature of its own.
    AdspPractices from Practices { Unknown = "unknown", All = "all", Discardable = "discardable", }
}

/// Reads a record of author domain signing practices (RFC 5617 §4.2.1), which receivers ignore today.
///
/// Raises `ParseError` if the text is no such record.
///
/// >>> import deliverability as dv
/// >>> dv.read_adsp("dkim=discardable")
/// AdspPractices.DISCARDABLE
#[pyfunction]
pub(crate) fn read_adsp<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let bytes = bytes_of(text, "an ADSP record")?;
    match Practices::parse(&bytes) {
        Ok(practices) => AdspPractices::from(practices).to_py(text.py()),
        Err(error) => Err(Unreadable::whole("ADSP record", &error, "no_practices", &span::text(&bytes)).into()),
    }
}
