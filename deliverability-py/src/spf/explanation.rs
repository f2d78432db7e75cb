//! An evaluation in words.

use deliverability_core::dns::Known;
use deliverability_core::spf::{self, Evaluation, ExplainedStep, Visit};

use super::trace::TermOutcome;
use crate::span::Span;
use crate::value::value_class;

value_class! {
    /// An evaluation in words: the way it took, what decided, what it spent, and what would have to
    /// change for another result (RFC 7208 §4, §5).
    SpfExplanation {
        /// What was asked: client, identity and domain.
        question: String,
        /// The way taken: a record, then its terms, an included record below its term.
        steps: Vec<SpfStep>,
        /// The result and what decided it.
        decision: String,
        /// The look-ups spent against the limits, then one line a look-up.
        spent: Vec<String>,
        /// What would have to change for another result; none of it has been tried out.
        otherwise: Vec<String>,
        /// All of it as lines of text; `str(explanation)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

value_class! {
    /// One step of the way: a record come to, or a term of it.
    SpfStep {
        /// The visit, an index into `SpfTrace.visits`.
        visit: usize,
        /// How many includes and redirects lead here; 0 in the domain's own record.
        depth: usize,
        /// Where the term stands in `SpfVisit.text`; `None` for the record as a whole.
        span: Option<Span>,
        /// The term as written, escaped and cut when long; `None` for the record as a whole.
        term: Option<String>,
        /// What became of the term; `None` for the record as a whole.
        outcome: Option<TermOutcome>,
        /// Which look-up the term was, counted from 1 (RFC 7208 §4.6.4); `None` if it was none.
        lookup: Option<usize>,
        /// What happened, and why.
        sentence: String,
        /// The step as a line of text, indented by depth; `str(step)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl SpfExplanation {
    /// Of an evaluation and the answers that it rests on.
    pub(crate) fn of(evaluation: &Evaluation, known: &dyn Known) -> Self {
        let explanation = spf::explain(evaluation, known);
        let visits = evaluation.trace().visits();
        let text_of = |visit: usize| visits.get(visit).and_then(Visit::text).map_or(&[][..], |text| text);
        let steps = explanation.steps().iter().map(|step| SpfStep::of(step, text_of(step.visit())));
        Self {
            question: explanation.question().to_owned(),
            steps: steps.collect(),
            decision: explanation.decision().to_owned(),
            spent: explanation.spent().to_vec(),
            otherwise: explanation.otherwise().to_vec(),
            text: explanation.to_string(),
        }
    }
}

impl SpfStep {
    fn of(step: &ExplainedStep, text: &[u8]) -> Self {
        Self {
            visit: step.visit(),
            depth: step.depth(),
            span: step.span().map(|span| Span::of_bytes(text, span)),
            term: step.term().map(str::to_owned),
            outcome: step.outcome().map(TermOutcome::from),
            lookup: step.lookup(),
            sentence: step.sentence().to_owned(),
            text: step.to_string(),
        }
    }
}
