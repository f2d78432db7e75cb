//! MTA-STS, TLS reporting and BIMI records.

use std::sync::Arc;

use deliverability_core::Span as CoreSpan;
use deliverability_core::transport::{self, AnyRecord, ErrorKind};
use pyo3::prelude::*;

use crate::field::{Field, variant_words};
use crate::record::{self, record_class};
use crate::tree::Tree;

record_class! {
    /// An MTA-STS record (RFC 8461 §3.1): the domain has a policy.
    MtaStsRecord of transport::MtaStsRecord, matched by (id) {
        /// The version of the policy: 1 to 32 letters and digits.
        #[getter]
        fn id(&self) -> &str {
            &self.record.id
        }
    }
}

impl record::Record for transport::MtaStsRecord {
    const WHAT: &'static str = "MTA-STS record";
    type Kind = ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind, error.span, error.to_string()))
    }

    fn parts(&self, _bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        vec![("id", self.id.tree())]
    }
}

record_class! {
    /// A TLS reporting record (RFC 8460 §3): where reports on failed TLS go.
    TlsReportingRecord of transport::TlsReportingRecord, matched by (rua) {
        /// `mailto:` and `https:` URIs, one at least.
        #[getter]
        fn rua<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.rua.to_py(py)
        }
    }
}

impl record::Record for transport::TlsReportingRecord {
    const WHAT: &'static str = "TLS reporting record";
    type Kind = ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind, error.span, error.to_string()))
    }

    fn parts(&self, _bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        vec![("rua", self.rua.tree())]
    }
}

record_class! {
    /// A BIMI record: where a domain's logo is, and the evidence for it.
    BimiRecord of transport::BimiRecord, matched by (l, a) {
        /// The location of the logo, an SVG file.
        #[getter]
        fn l(&self) -> Option<&str> {
            self.record.l.as_deref()
        }

        /// The location of the evidence, a certificate.
        #[getter]
        fn a(&self) -> Option<&str> {
            self.record.a.as_deref()
        }

        /// Whether the sender's own picture goes before the brand's.
        #[getter]
        fn avp<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            BimiAddressPreference::from(self.record.avp).to_py(py)
        }

        /// The local parts that have a logo of their own, as written.
        #[getter]
        fn lps(&self) -> Option<&str> {
            self.record.lps.as_deref()
        }

        /// Whether the domain says that it has no logo.
        #[getter]
        fn declines(&self) -> bool {
            self.record.declines()
        }
    }
}

impl record::Record for transport::BimiRecord {
    const WHAT: &'static str = "BIMI record";
    type Kind = ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind, error.span, error.to_string()))
    }

    fn parts(&self, _bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        vec![
            ("l", self.l.tree()),
            ("a", self.a.tree()),
            ("avp", BimiAddressPreference::from(self.avp).tree()),
            ("lps", self.lps.tree()),
        ]
    }
}

variant_words! {
    /// Whose picture is shown.
    BimiAddressPreference from transport::BimiAddressPreference { Brand = "brand", Personal = "personal", }
}

/// A record of one of the kinds.
pub(super) enum TransportRecord {
    MtaSts(MtaStsRecord),
    TlsReporting(TlsReportingRecord),
    Bimi(BimiRecord),
}

impl TransportRecord {
    /// The record that the core has parsed from these bytes.
    pub(super) fn of(bytes: &Arc<[u8]>, record: &AnyRecord) -> Option<Self> {
        Some(match record {
            AnyRecord::MtaSts(record) => Self::MtaSts(MtaStsRecord::of(bytes, &Arc::new(record.clone()))),
            AnyRecord::TlsReporting(record) => {
                Self::TlsReporting(TlsReportingRecord::of(bytes, &Arc::new(record.clone())))
            }
            AnyRecord::Bimi(record) => Self::Bimi(BimiRecord::of(bytes, &Arc::new(record.clone()))),
            _ => return None,
        })
    }
}

impl Field for TransportRecord {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::MtaSts(record) => record.to_py(py),
            Self::TlsReporting(record) => record.to_py(py),
            Self::Bimi(record) => record.to_py(py),
        }
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(record) = MtaStsRecord::from_py(value) {
            return Ok(Self::MtaSts(record));
        }
        TlsReportingRecord::from_py(value)
            .map(Self::TlsReporting)
            .or_else(|_| BimiRecord::from_py(value).map(Self::Bimi))
    }

    fn tree(&self) -> Tree {
        match self {
            Self::MtaSts(record) => record.tree(),
            Self::TlsReporting(record) => record.tree(),
            Self::Bimi(record) => record.tree(),
        }
    }
}
