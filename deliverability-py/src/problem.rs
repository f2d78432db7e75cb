//! What a linter finds in one record's text.

use deliverability_core::{self as core, RuleId};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::field::Field as _;
use crate::record::bytes_of;
use crate::span::{self, Span};
use crate::value::value_class;
use crate::words::Severity;

value_class! {
    /// One problem in the text of a record.
    Problem {
        /// The rule that found it, such as "dkim.key-bad".
        rule: String,
        /// How much it matters.
        severity: Severity,
        /// The part of the text that it is about.
        span: Span,
        /// What stands there and what was expected.
        message: String,
        /// The change that mends it, where one can be inferred.
        edit: Option<Edit>,
    } with {
        fn __str__(&self) -> String {
            let Span { start, end } = self.span;
            format!("{} {}: {} (characters {start}..{end})", crate::field::Word::word(self.severity), self.rule, self.message)
        }
    }
}

value_class! {
    /// A replacement of a part of a text.
    Edit {
        /// What is replaced; empty to insert.
        span: Span,
        /// What comes in its place; empty to delete.
        replacement: String,
    }
}

impl Problem {
    /// A problem of the record that these bytes are.
    pub(crate) fn of(problem: &core::Problem, bytes: &[u8]) -> Self {
        let edit = problem
            .edit
            .as_ref()
            .map(|edit| Edit { span: Span::of_bytes(bytes, edit.span), replacement: edit.replacement.clone() });
        Self {
            rule: problem.rule.as_str().to_owned(),
            severity: problem.severity.into(),
            span: Span::of_bytes(bytes, problem.span),
            message: problem.message.clone(),
            edit,
        }
    }

    /// The core's problem, as far as an edit goes; `None` without one, or with one beyond the text.
    fn in_bytes(&self, bytes: &[u8]) -> Option<core::Problem> {
        let edit = self.edit.as_ref()?;
        let span = edit.span.in_bytes(bytes)?;
        let problem = core::Problem::new(RuleId::SpfSyntax, core::Severity::Note, span, "");
        Some(problem.with_edit(span, edit.replacement.as_str()))
    }
}

/// The text with the edits of its problems made, whatever their order.
///
/// An edit that overlaps one before it, or reaches beyond the text, is left out. `bytes` give
/// `bytes`; what was linted as several strings is to be joined first.
#[pyfunction]
pub(crate) fn apply_edits<'py>(text: &Bound<'py, PyAny>, problems: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let bytes = bytes_of(text, "what is edited")?;
    let edits: Vec<_> =
        Vec::<Problem>::from_py(problems)?.iter().filter_map(|problem| problem.in_bytes(&bytes)).collect();
    let edited = core::problem::apply_edits(&bytes, &edits);
    Ok(if text.is_instance_of::<PyBytes>() {
        PyBytes::new(text.py(), &edited).into_any()
    } else {
        PyString::new(text.py(), &span::text(&edited)).into_any()
    })
}
