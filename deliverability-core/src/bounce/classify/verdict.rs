//! What a step of the classification comes to.

use crate::bounce::cause::Cause;
use crate::bounce::reply::Permanence;
use crate::span::Span;

/// A cause, and the words that say it.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) cause: Cause,
    /// The words, in the text.
    pub(super) span: Span,
    /// The lists that a code stands for, by their words in the table of lists.
    pub(super) lists: Vec<&'static str>,
    /// Where the words contradict the reply code.
    pub(super) permanence: Option<Permanence>,
}

impl Verdict {
    /// A cause that the words at `span` say.
    pub(super) const fn new(cause: Cause, span: Span) -> Self {
        Self { cause, span, lists: Vec::new(), permanence: None }
    }

    /// With the lists that a code stands for.
    pub(super) fn with_lists(self, lists: Vec<&'static str>) -> Self {
        Self { lists, ..self }
    }
}
