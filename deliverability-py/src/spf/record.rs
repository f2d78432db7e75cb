//! SPF records and their terms.

use std::sync::Arc;

use deliverability_core::spf::{self, Mechanism, Record, TermKind};
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple, PyType};

use crate::error::{Unreadable, kind_word};
use crate::field::{Apart, Field, Word as _, variant_words};
use crate::span::{self, Span};
use crate::tree::Tree;
use crate::value::{Reduced, hash, value_class};

/// An SPF record (RFC 7208 §4.5): its terms, in order.
///
/// `str(record)` prints it back in one spelling; where terms stand takes no part in `==`.
#[pyclass(frozen, module = "deliverability")]
#[derive(Clone, Debug)]
pub(crate) struct SpfRecord {
    bytes: Arc<[u8]>,
    record: Arc<Record>,
}

#[pymethods]
impl SpfRecord {
    /// Reads a record from its text; raises `ParseError` with the first thing that is wrong.
    ///
    /// `bytes` are taken too: the joined strings of a TXT record need not be UTF-8.
    #[classmethod]
    fn parse(_class: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes: Arc<[u8]> = if let Ok(bytes) = text.cast::<PyBytes>() {
            bytes.as_bytes().into()
        } else if let Ok(text) = text.cast::<PyString>() {
            text.to_string_lossy().as_bytes().into()
        } else {
            return Err(PyTypeError::new_err("an SPF record is parsed from str or bytes"));
        };
        match Record::parse(&bytes) {
            Ok(record) => Ok(Self { bytes, record: Arc::new(record) }),
            Err(error) => Err(unreadable(&error, &bytes).into()),
        }
    }

    #[classattr]
    const fn __match_args__() -> (&'static str,) {
        ("terms",)
    }

    /// The text that was parsed, which spans index; U+FFFD stands for what is not UTF-8.
    #[getter]
    fn text(&self) -> String {
        span::text(&self.bytes)
    }

    /// Directives and modifiers, in the order written.
    #[getter]
    fn terms<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let terms = self.record.terms.iter().map(|term| {
            let span = Span::of_bytes(&self.bytes, term.span);
            match &term.kind {
                TermKind::Directive(directive) => SpfDirective::of(directive, span).to_py(py),
                TermKind::Modifier(modifier) => SpfModifier::of(modifier, span).to_py(py),
            }
        });
        PyTuple::new(py, terms.collect::<PyResult<Vec<_>>>()?)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.record == other.get().record)
    }

    fn __hash__(&self) -> u64 {
        hash(&self.record)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("SpfRecord.parse({})", PyString::new(slf.py(), &slf.get().text()).repr()?.to_string_lossy()))
    }

    fn __str__(&self) -> String {
        self.record.to_string()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let bytes = PyBytes::new(slf.py(), &slf.get().bytes);
        Ok((slf.get_type().getattr("parse")?, PyTuple::new(slf.py(), [bytes])?))
    }

    /// The record as a dict of plain values.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.tree().to_py(py)
    }
}

impl SpfRecord {
    /// A record that the core has parsed.
    pub(crate) fn of(bytes: &Arc<[u8]>, record: &Arc<Record>) -> Self {
        Self { bytes: Arc::clone(bytes), record: Arc::clone(record) }
    }
}

impl PartialEq for SpfRecord {
    fn eq(&self, other: &Self) -> bool {
        self.record == other.record
    }
}

impl Eq for SpfRecord {}

impl core::hash::Hash for SpfRecord {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.record.hash(state);
    }
}

impl Field for SpfRecord {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.clone().into_bound_py_any(py)
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(value.cast::<Self>()?.get().clone())
    }

    fn tree(&self) -> Tree {
        let terms = self.record.terms.iter().map(|term| {
            let span = Span::of_bytes(&self.bytes, term.span);
            match &term.kind {
                TermKind::Directive(directive) => SpfDirective::of(directive, span).tree(),
                TermKind::Modifier(modifier) => SpfModifier::of(modifier, span).tree(),
            }
        });
        Tree::Dict(vec![("text", Tree::Text(self.text())), ("terms", Tree::List(terms.collect()))])
    }
}

fn unreadable(error: &spf::ParseError, bytes: &[u8]) -> Unreadable {
    let text = span::text(bytes);
    Unreadable {
        message: format!("SPF record {text:?}: {error}"),
        kind: kind_word(&error.kind),
        span: Span::of_bytes(bytes, error.span),
        text,
    }
}

value_class! {
    /// A directive of a record: a mechanism and what its match means (RFC 7208 §4.6.1).
    SpfDirective {
        /// What a match means.
        qualifier: Qualifier,
        /// The name of the mechanism.
        mechanism: MechanismName,
        /// The domain given, if any, with its macros.
        domain_spec: Option<String>,
        /// The network of `ip4` and `ip6`, as an address with or without a prefix length.
        network: Option<String>,
        /// Bits of IPv4 addresses that must match, where written for `a` and `mx`.
        ip4_prefix: Option<u8>,
        /// Bits of IPv6 addresses that must match, where written for `a` and `mx`.
        ip6_prefix: Option<u8>,
        /// Where it stands in the record's text; takes no part in `==`.
        span: Apart<Span>,
    } with {
        fn __str__(&self) -> String {
            self.shown()
        }
    }
}

impl SpfDirective {
    fn of(directive: &spf::Directive, span: Span) -> Self {
        let mechanism = &directive.mechanism;
        let network = match mechanism {
            Mechanism::Ip4(_) | Mechanism::Ip6(_) => {
                mechanism.to_string().split_once(':').map(|(_, network)| network.to_owned())
            }
            _ => None,
        };
        let cidr = match mechanism {
            Mechanism::A { cidr, .. } | Mechanism::Mx { cidr, .. } => *cidr,
            _ => spf::DualCidr::default(),
        };
        Self {
            qualifier: directive.qualifier.into(),
            mechanism: mechanism.into(),
            domain_spec: mechanism.domain_spec().map(ToString::to_string),
            network,
            ip4_prefix: cidr.ip4,
            ip6_prefix: cidr.ip6,
            span: Apart(span),
        }
    }

    /// The core's spelling, from the fields.
    fn shown(&self) -> String {
        let qualifier = if self.qualifier == Qualifier::Pass { "" } else { self.qualifier.word() };
        let argument = self.domain_spec.as_ref().or(self.network.as_ref());
        let argument = argument.map(|argument| format!(":{argument}")).unwrap_or_default();
        let ip4 = self.ip4_prefix.map(|bits| format!("/{bits}")).unwrap_or_default();
        let ip6 = self.ip6_prefix.map(|bits| format!("//{bits}")).unwrap_or_default();
        format!("{qualifier}{}{argument}{ip4}{ip6}", self.mechanism.word())
    }
}

value_class! {
    /// A modifier of a record (RFC 7208 §6): `redirect`, `exp`, or a name without effect.
    SpfModifier {
        /// The name; as written, if it has no effect.
        name: String,
        /// The value, with its macros.
        value: String,
        /// Where it stands in the record's text; takes no part in `==`.
        span: Apart<Span>,
    } with {
        fn __str__(&self) -> String {
            format!("{}={}", self.name, self.value)
        }
    }
}

impl SpfModifier {
    fn of(modifier: &spf::Modifier, span: Span) -> Self {
        let (name, value) = match modifier {
            spf::Modifier::Redirect(domain) => ("redirect", domain.to_string()),
            spf::Modifier::Explanation(domain) => ("exp", domain.to_string()),
            spf::Modifier::Unknown { name, value } => (&**name, value.to_string()),
        };
        Self { name: name.to_owned(), value, span: Apart(span) }
    }
}

variant_words! {
    /// What a match of a mechanism means.
    Qualifier { Pass = "+", Fail = "-", Softfail = "~", Neutral = "?", }
}

impl From<spf::Qualifier> for Qualifier {
    fn from(qualifier: spf::Qualifier) -> Self {
        match qualifier {
            spf::Qualifier::Pass => Self::Pass,
            spf::Qualifier::Fail => Self::Fail,
            spf::Qualifier::Softfail => Self::Softfail,
            spf::Qualifier::Neutral => Self::Neutral,
        }
    }
}

variant_words! {
    /// The name of a mechanism.
    MechanismName {
        All = "all",
        Include = "include",
        A = "a",
        Mx = "mx",
        Ptr = "ptr",
        Ip4 = "ip4",
        Ip6 = "ip6",
        Exists = "exists",
    }
}

impl From<&Mechanism> for MechanismName {
    fn from(mechanism: &Mechanism) -> Self {
        match mechanism {
            Mechanism::All => Self::All,
            Mechanism::Include(_) => Self::Include,
            Mechanism::A { .. } => Self::A,
            Mechanism::Mx { .. } => Self::Mx,
            Mechanism::Ptr { .. } => Self::Ptr,
            Mechanism::Ip4(_) => Self::Ip4,
            Mechanism::Ip6(_) => Self::Ip6,
            Mechanism::Exists(_) => Self::Exists,
        }
    }
}
