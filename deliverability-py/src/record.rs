//! Records: frozen Python classes over a parsed text, which they keep.

use core::fmt::{Debug, Display};
use std::sync::Arc;

use deliverability_core::Span as CoreSpan;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::{Unreadable, kind_word};
use crate::span::{self, Span};
use crate::tree::Tree;

/// A record of the core.
pub(crate) trait Record: Sized {
    /// What it is called in errors.
    const WHAT: &'static str;
    type Kind: Debug;

    /// Reads it from its joined bytes; an error is its kind, span and message.
    fn read(bytes: &[u8]) -> Result<Self, (Self::Kind, CoreSpan, String)>;

    /// Its parts as plain data; `bytes` is what spans index.
    fn parts(&self, bytes: &[u8]) -> Vec<(&'static str, Tree)>;
}

/// The joined bytes of a record: from `str`, or from `bytes`, since records need not be UTF-8.
pub(crate) fn bytes_of(text: &Bound<'_, PyAny>, what: &str) -> PyResult<Arc<[u8]>> {
    if let Ok(bytes) = text.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().into());
    }
    match text.cast::<PyString>() {
        Ok(text) => Ok(text.to_string_lossy().as_bytes().into()),
        Err(_) => Err(PyTypeError::new_err(format!("{what} is read from str or bytes"))),
    }
}

pub(crate) fn read<R: Record>(bytes: &[u8]) -> Result<R, Unreadable> {
    R::read(bytes).map_err(|(kind, span, message): (_, _, String)| unreadable(R::WHAT, &kind, span, &message, bytes))
}

fn unreadable(what: &str, kind: &impl Debug, span: CoreSpan, message: &impl Display, bytes: &[u8]) -> Unreadable {
    let text = span::text(bytes);
    Unreadable {
        message: format!("{what} {text:?}: {message}"),
        kind: kind_word(kind),
        span: Span::of_bytes(bytes, span),
        text,
    }
}

/// Declares the class of a record; what the record says is added as methods.
macro_rules! record_class {
    ($(#[$meta:meta])* $name:ident of $core:ty, matched by ($($match:ident),+) { $($methods:tt)* }) => {
        $(#[$meta])*
        #[pyo3::pyclass(frozen, module = "deliverability")]
        #[derive(Clone, Debug)]
        pub(crate) struct $name {
            bytes: std::sync::Arc<[u8]>,
            record: std::sync::Arc<$core>,
        }

        #[pyo3::pymethods]
        impl $name {
            /// Reads a record from its text; raises `ParseError` with what is wrong and where.
            ///
            /// `bytes` are taken too: the joined strings of a TXT record need not be UTF-8.
            #[classmethod]
            fn parse(
                _class: &pyo3::Bound<'_, pyo3::types::PyType>,
                text: &pyo3::Bound<'_, pyo3::PyAny>,
            ) -> pyo3::PyResult<Self> {
                let bytes = $crate::record::bytes_of(text, <$core as $crate::record::Record>::WHAT)?;
                let record = $crate::record::read::<$core>(&bytes)?;
                Ok(Self { bytes, record: std::sync::Arc::new(record) })
            }

            #[classattr]
            fn __match_args__(py: pyo3::Python<'_>) -> pyo3::PyResult<pyo3::Bound<'_, pyo3::types::PyTuple>> {
                let fields: &[&str] = &[$(stringify!($match)),+];
                pyo3::types::PyTuple::new(py, fields)
            }

            /// The text that was parsed, which spans index; U+FFFD stands for what is not UTF-8.
            #[getter]
            fn text(&self) -> String {
                $crate::span::text(&self.bytes)
            }

            $($methods)*

            fn __eq__(&self, other: &pyo3::Bound<'_, pyo3::PyAny>) -> bool {
                other.cast::<Self>().is_ok_and(|other| self.record == other.get().record)
            }

            fn __hash__(&self) -> u64 {
                $crate::value::hash(&self.record)
            }

            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                let text = pyo3::types::PyString::new(slf.py(), &slf.get().text());
                Ok(format!("{}.parse({})", stringify!($name), pyo3::types::PyAnyMethods::repr(text.as_any())?))
            }

            fn __str__(&self) -> String {
                self.record.to_string()
            }

            fn __reduce__<'py>(slf: &pyo3::Bound<'py, Self>) -> pyo3::PyResult<$crate::value::Reduced<'py>> {
                let bytes = pyo3::types::PyBytes::new(slf.py(), &slf.get().bytes);
                Ok((slf.get_type().getattr("parse")?, pyo3::types::PyTuple::new(slf.py(), [bytes])?))
            }

            /// The record as a dict of plain values.
            fn to_dict<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                $crate::field::Field::tree(self).to_py(py)
            }
        }

        impl $name {
            /// The text that was parsed.
            #[allow(dead_code, reason = "asked of some records")]
            pub(crate) fn bytes(&self) -> std::sync::Arc<[u8]> {
                std::sync::Arc::clone(&self.bytes)
            }

            /// A record that the core has parsed from these bytes.
            #[allow(dead_code, reason = "no outcome holds some records")]
            pub(crate) fn of(bytes: &std::sync::Arc<[u8]>, record: &std::sync::Arc<$core>) -> Self {
                Self { bytes: std::sync::Arc::clone(bytes), record: std::sync::Arc::clone(record) }
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.record == other.record
            }
        }

        impl Eq for $name {}

        impl core::hash::Hash for $name {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                self.record.hash(state);
            }
        }

        $crate::field::class_field!($name, |value| {
            let mut parts = vec![("text", $crate::tree::Tree::Text($crate::span::text(&value.bytes)))];
            parts.extend($crate::record::Record::parts(&*value.record, &value.bytes));
            $crate::tree::Tree::Dict(parts)
        });
    };
}
pub(crate) use record_class;
