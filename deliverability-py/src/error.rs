//! Exceptions: declared in Python, raised from here.

use core::fmt::{Debug, Display};

use deliverability_core::dns::DnsError;
use deliverability_core::{Span as CoreSpan, domain};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use crate::span::Span;

static PARSE_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static DNS_ERROR: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// A text that cannot be read: its parts are the arguments of `ParseError`.
pub(crate) struct Unreadable {
    pub(crate) message: String,
    pub(crate) kind: String,
    pub(crate) span: Span,
    pub(crate) text: String,
}

impl Unreadable {
    /// What is wrong with `span` of `text`, of which `what` says what it was to be.
    pub(crate) fn new(what: &str, error: &impl Display, kind: &str, span: CoreSpan, text: &str) -> Self {
        Self {
            message: format!("{what} {text:?}: {error}"),
            kind: kind.to_owned(),
            span: Span::of_bytes(text.as_bytes(), span),
            text: text.to_owned(),
        }
    }

    /// As [`Self::new`] for a text too long to be shown: the error says the place.
    pub(crate) fn file(what: &str, error: &impl Display, kind: &str, span: CoreSpan, text: &str) -> Self {
        Self { message: format!("{what}: {error}"), ..Self::new(what, error, kind, span, text) }
    }

    /// Wrong as a whole.
    pub(crate) fn whole(what: &str, error: &impl Display, kind: &str, text: &str) -> Self {
        Self::new(what, error, kind, CoreSpan::new(0, text.len()), text)
    }

    /// A text that is no domain name.
    pub(crate) fn domain(error: &domain::ParseError, text: &str) -> Self {
        Self::new("domain name", error, &kind_word(&error.kind), error.span, text)
    }
}

impl From<Unreadable> for PyErr {
    fn from(error: Unreadable) -> Self {
        Python::attach(|py| {
            let class = PARSE_ERROR.import(py, "deliverability._errors", "ParseError");
            class.map_or_else(
                |import| import,
                |class| Self::from_type(class.clone(), (error.message, error.kind, error.span, error.text)),
            )
        })
    }
}

/// The stable word of an error kind: its variant's name, `LabelTooLong { .. }` as `label_too_long`.
pub(crate) fn kind_word(kind: &impl Debug) -> String {
    let shown = format!("{kind:?}");
    let mut word = String::new();
    for character in shown.chars().take_while(char::is_ascii_alphanumeric) {
        if character.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(character.to_ascii_lowercase());
    }
    word
}

/// A failed look-up as `DnsError`.
pub(crate) fn dns_error_to_py<'py>(py: Python<'py>, error: &DnsError) -> PyResult<Bound<'py, PyAny>> {
    dns_error_class(py)?.call1((&*error.to_word(),))
}

/// The failure that a `DnsError` of Python stands for; `None` for any other object.
pub(crate) fn dns_error_from_py(value: &Bound<'_, PyAny>) -> PyResult<Option<DnsError>> {
    if !value.is_instance(dns_error_class(value.py())?)? {
        return Ok(None);
    }
    let word: String = value.getattr("word")?.extract()?;
    Ok(Some(DnsError::from_word(&word)))
}

fn dns_error_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    DNS_ERROR.import(py, "deliverability._errors", "DnsError")
}
