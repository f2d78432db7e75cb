//! What a linter finds in one record's text.

use deliverability_core as core;

use crate::span::Span;
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
}
