//! Outcomes: frozen Python classes over what a check found, with the evidence.
//!
//! A check is a pure function of its answers, so an outcome is pickled as what was asked with the
//! answers it rests on, and read back by running the check over them.

use core::hash::Hash;
use std::sync::Arc;

use deliverability_core::dns::Answers as CoreAnswers;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::answers::Answers;

/// The inputs of a check, as Python gave them.
pub(crate) trait Ask: Clone + PartialEq + Hash + Send + Sync + 'static {
    type Outcome: PartialEq + Send + Sync + 'static;

    /// The function of `_core` that makes the check.
    const FUNCTION: &'static str;

    /// The outcome in words.
    fn show(outcome: &Self::Outcome) -> String;

    /// What that function was called with.
    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>>;
}

/// What was asked, what came out, and the answers it rests on.
pub(crate) struct Evidence<A: Ask> {
    pub(crate) ask: A,
    pub(crate) outcome: A::Outcome,
    pub(crate) answers: Arc<CoreAnswers>,
}

/// By what was asked and what came out: the same records can come in another order.
impl<A: Ask> PartialEq for Evidence<A> {
    fn eq(&self, other: &Self) -> bool {
        self.ask == other.ask && self.outcome == other.outcome
    }
}

impl<A: Ask> Evidence<A> {
    pub(crate) fn new(ask: &A, outcome: A::Outcome, answers: CoreAnswers) -> Arc<Self> {
        Arc::new(Self { ask: ask.clone(), outcome, answers: Arc::new(answers) })
    }

    /// `_run.replay(function, arguments, answers)`.
    pub(crate) fn reduce<'py>(&self, py: Python<'py>) -> PyResult<crate::value::Reduced<'py>> {
        let replay = py.import("deliverability._run")?.getattr("replay")?;
        let answers = Answers(Arc::clone(&self.answers));
        let arguments = (A::FUNCTION, self.ask.arguments(py)?, answers).into_pyobject(py)?;
        Ok((replay, arguments))
    }
}

/// Declares the class of an outcome: its fields are read from the core's, as a value class's are.
macro_rules! outcome_class {
    (
        $(#[$meta:meta])*
        $name:ident of $ask:ty, matched by ($($match:ident),+) {
            $($(#[$doc:meta])* $field:ident: $type:ty = $read:expr;)*
        } $(with { $($extra:tt)* })?
    ) => {
        $(#[$meta])*
        #[pyo3::pyclass(frozen, module = "deliverability")]
        #[derive(Clone)]
        pub(crate) struct $name(pub(crate) std::sync::Arc<$crate::outcome::Evidence<$ask>>);

        impl $name {
            /// The check, whose outcome will be of this class.
            #[allow(dead_code, reason = "some checks have many outcomes")]
            pub(crate) fn of<C>(ask: $ask, check: C) -> $crate::check::Check
            where
                C: deliverability_core::Check<Outcome = <$ask as $crate::outcome::Ask>::Outcome>
                    + Send
                    + Sync
                    + 'static,
            {
                $crate::check::Check::new(check, move |outcome, answers| {
                    Self($crate::outcome::Evidence::new(&ask, outcome, answers))
                })
            }

            /// The fields as plain data.
            pub(crate) fn tree(&self) -> $crate::tree::Tree {
                $crate::tree::Tree::Dict(vec![$({
                    let read: fn(&$crate::outcome::Evidence<$ask>) -> $type = $read;
                    (stringify!($field), $crate::field::Field::tree(&read(&self.0)))
                },)*])
            }
        }

        #[pyo3::pymethods]
        impl $name {
            #[classattr]
            fn __match_args__(py: pyo3::Python<'_>) -> pyo3::PyResult<pyo3::Bound<'_, pyo3::types::PyTuple>> {
                let fields: &[&str] = &[$(stringify!($match)),+];
                pyo3::types::PyTuple::new(py, fields)
            }

            $(
                $(#[$doc])*
                #[getter]
                fn $field<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    let read: fn(&$crate::outcome::Evidence<$ask>) -> $type = $read;
                    $crate::field::Field::to_py(&read(&self.0), py)
                }
            )*

            /// The answers that the outcome rests on; as a `resolver` they give it again.
            #[getter]
            fn answers(&self) -> $crate::answers::Answers {
                $crate::answers::Answers(std::sync::Arc::clone(&self.0.answers))
            }

            $($($extra)*)?

            fn __eq__(&self, other: &pyo3::Bound<'_, pyo3::PyAny>) -> bool {
                other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
            }

            fn __hash__(&self) -> u64 {
                $crate::value::hash(&self.0.ask)
            }

            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                let shown = $crate::value::repr(slf.as_any(), stringify!($name), &[$(stringify!($match)),+])?;
                Ok(format!("<{shown}>"))
            }

            fn __str__(&self) -> String {
                <$ask as $crate::outcome::Ask>::show(&self.0.outcome)
            }

            fn __reduce__<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<$crate::value::Reduced<'py>> {
                self.0.reduce(py)
            }

            /// The outcome as a dict of plain values.
            fn to_dict<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                self.tree().to_py(py)
            }

            /// The outcome as JSON text.
            fn to_json(&self) -> pyo3::PyResult<String> {
                self.tree().to_json()
            }
        }
    };
}
pub(crate) use outcome_class;
