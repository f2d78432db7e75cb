//! The Received-SPF field.

use deliverability_core::header::{self, StatedResult};
use deliverability_core::spf;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::evaluation::SpfEvaluation;
use crate::error::{Unreadable, kind_word};
use crate::field::Field as _;
use crate::input::Session;
use crate::record::bytes_of;
use crate::span::{self, Span};
use crate::value::value_class;

value_class! {
    /// What a receiver noted about SPF: the Received-SPF field (RFC 7208 §9.1).
    ///
    /// `str(field)` is the whole field, name and all, folded at 78 characters, without a final line
    /// end. Whatever the texts hold, it is one field.
    ReceivedSpf {
        /// The result as stated: a word of `SpfResult`, or another; `meaning` reads it.
        result: String,
        /// What is said to people.
        comment: Option<String>,
        /// Keys and values in order, without quotes, such as `("client-ip", "192.0.2.1")`.
        pairs: Vec<(String, String)>,
    } with {
        /// Reads the value of a field, or the whole field with its name.
        ///
        /// Takes what is seen in the wild: old results, nested or unclosed comments, values without
        /// quotes, folds. What is said without a key is kept in the comment. Raises `ParseError` if
        /// there is no result, or the text is another field; its span indexes the unfolded text.
        #[classmethod]
        fn parse(_class: &Bound<'_, PyType>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
            let bytes = bytes_of(text, "a Received-SPF field")?;
            match header::ReceivedSpf::parse(&bytes) {
                Ok(field) => Ok((&field).into()),
                Err(error) => Err(unreadable(&error, &bytes).into()),
            }
        }

        /// The first value of a key, whose case does not matter; `None` without one.
        fn get(&self, key: &str) -> Option<String> {
            self.core().get(key).map(str::to_owned)
        }

        /// The result that is meant, for words of old drafts and programs too; `None` if it says
        /// nothing about SPF.
        #[getter]
        fn meaning<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.core().result.meaning().to_py(py)
        }

        /// The client's address, if it is stated and can be read.
        #[getter]
        fn client_ip<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.core().client_ip().to_py(py)
        }

        /// Why: `problem`, which the RFC has for errors, else the comment.
        #[getter]
        fn reason(&self) -> Option<String> {
            self.core().reason().map(str::to_owned)
        }

        fn __str__(&self) -> String {
            self.core().to_string()
        }
    }
}

impl ReceivedSpf {
    fn core(&self) -> header::ReceivedSpf {
        let result =
            self.result.parse().map_or_else(|_| StatedResult::Other(self.result.clone()), StatedResult::Defined);
        header::ReceivedSpf { result, comment: self.comment.clone(), pairs: self.pairs.clone() }
    }
}

impl From<&header::ReceivedSpf> for ReceivedSpf {
    fn from(field: &header::ReceivedSpf) -> Self {
        let result = field.result.as_str().to_owned();
        Self { result, comment: field.comment.clone(), pairs: field.pairs.clone() }
    }
}

fn unreadable(error: &header::ParseError, field: &[u8]) -> Unreadable {
    let unfolded = header::unfold(field);
    let text = span::text(&unfolded);
    Unreadable {
        message: format!("Received-SPF field {text:?}: {error}"),
        kind: kind_word(&error.kind),
        span: Span::of_bytes(text.as_bytes(), error.span),
        text,
    }
}

/// The Received-SPF field of an evaluation, with the reason (RFC 7208 §9.1).
///
/// `receiver` is the name of the host that checked. The field is whole, name and all, folded with
/// CRLF at 78 characters, and without a final line end.
#[pyfunction]
pub(crate) fn received_spf(evaluation: &SpfEvaluation, receiver: Session) -> String {
    let Session(receiver) = receiver;
    spf::received_spf(&evaluation.0.outcome, &receiver).to_string()
}

/// The `spf=` clause of an Authentication-Results field (RFC 7208 §9.2, RFC 8601 §2.7.2), with the
/// reason. The caller writes the field around it: the name of the host that checked, and `;`.
#[pyfunction]
pub(crate) fn authentication_result(evaluation: &SpfEvaluation) -> String {
    evaluation.0.outcome.authentication_result().to_string()
}
