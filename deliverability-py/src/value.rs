//! Plain values: frozen Python classes whose fields are constructor, pattern, repr and pickle.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::field::Field;

/// Declares a value class from its fields.
macro_rules! value_class {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)* } $(with { $($extra:tt)* })?) => {
        $(#[$meta])*
        #[pyo3::pyclass(frozen, module = "deliverability")]
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $name { $($(#[$doc])* pub(crate) $field: $type,)* }

        #[allow(clippy::new_ret_no_self, clippy::wrong_self_convention, reason = "fields are called what they are")]
        #[pyo3::pymethods]
        impl $name {
            #[new]
            #[allow(clippy::too_many_arguments, reason = "one for each field")]
            fn construct($($field: pyo3::Bound<'_, pyo3::PyAny>),*) -> pyo3::PyResult<Self> {
                Ok(Self { $($field: $crate::value::field(stringify!($name), stringify!($field), &$field)?,)* })
            }

            #[classattr]
            fn __match_args__(py: pyo3::Python<'_>) -> pyo3::PyResult<pyo3::Bound<'_, pyo3::types::PyTuple>> {
                let fields: &[&str] = &[$(stringify!($field)),*];
                pyo3::types::PyTuple::new(py, fields)
            }

            $(
                $(#[$doc])*
                #[getter]
                fn $field<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                    $crate::field::Field::to_py(&self.$field, py)
                }
            )*

            $($($extra)*)?

            fn __eq__(&self, other: &pyo3::Bound<'_, pyo3::PyAny>) -> bool {
                other.cast::<Self>().is_ok_and(|other| *self == *other.get())
            }

            fn __hash__(&self) -> u64 {
                $crate::value::hash(self)
            }

            fn __repr__(slf: &pyo3::Bound<'_, Self>) -> pyo3::PyResult<String> {
                $crate::value::repr(slf.as_any(), stringify!($name), &[$(stringify!($field)),*])
            }

            fn __reduce__<'py>(slf: &pyo3::Bound<'py, Self>) -> pyo3::PyResult<$crate::value::Reduced<'py>> {
                $crate::value::reduce(slf.as_any(), &[$(stringify!($field)),*])
            }

            /// The value as a dict of plain values.
            fn to_dict<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                $crate::field::Field::tree(self).to_py(py)
            }
        }

        $crate::field::class_field!($name, |value| {
            $crate::tree::Tree::Dict(vec![
                $(($crate::value::key(stringify!($field)), $crate::field::Field::tree(&value.$field)),)*
            ])
        });
    };
}
pub(crate) use value_class;

/// What `__reduce__` gives: the class, and what to call it with.
pub(crate) type Reduced<'py> = (Bound<'py, PyAny>, Bound<'py, PyTuple>);

/// Reads a field from a constructor's argument; an error names the field.
pub(crate) fn field<T: Field>(class: &str, name: &str, value: &Bound<'_, PyAny>) -> PyResult<T> {
    T::from_py(value).map_err(|error| {
        let py = value.py();
        let named = PyErr::from_type(error.get_type(py), format!("{class}.{name}: {}", error.value(py)));
        named.set_cause(py, Some(error));
        named
    })
}

/// The key of a field in JSON: the report's word where it differs.
pub(crate) fn key(field: &'static str) -> &'static str {
    if field == "record_type" { "type" } else { field }
}

pub(crate) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// `Class(field=value, ...)`.
pub(crate) fn repr(value: &Bound<'_, PyAny>, class: &str, fields: &[&str]) -> PyResult<String> {
    let shown = fields.iter().map(|field| Ok(format!("{field}={}", value.getattr(*field)?.repr()?.to_string_lossy())));
    Ok(format!("{class}({})", shown.collect::<PyResult<Vec<_>>>()?.join(", ")))
}

pub(crate) fn reduce<'py>(value: &Bound<'py, PyAny>, fields: &[&str]) -> PyResult<Reduced<'py>> {
    let arguments = fields.iter().map(|field| value.getattr(*field)).collect::<PyResult<Vec<_>>>()?;
    Ok((value.get_type().into_any(), PyTuple::new(value.py(), arguments)?))
}
