//! What a field of a value class can be, and how it crosses over.

use core::hash::{Hash, Hasher};
use core::net::{IpAddr, Ipv4Addr};
use core::str::FromStr;
use std::sync::Arc;

use deliverability_core::DomainName;
use deliverability_core::bounce::EnhancedStatusCode;
use deliverability_core::dns::{self, DnsError};
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyTuple};

use crate::error::{self, Unreadable};
use crate::query::Query;
use crate::tree::Tree;

/// A field of a value class, or a whole one.
pub(crate) trait Field: Sized {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self>;
    fn tree(&self) -> Tree;
}

/// Types that are values of Python themselves.
macro_rules! plain_fields {
    ($($type:ty => $tree:expr;)+) => { $(
        impl Field for $type {
            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.into_bound_py_any(py)
            }
            fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
                value.extract()
            }
            fn tree(&self) -> Tree {
                $tree(self.clone())
            }
        }
    )+ };
}

plain_fields! {
    bool => Tree::Bool;
    u8 => |n| Tree::Number(u64::from(n));
    u16 => |n| Tree::Number(u64::from(n));
    u32 => |n| Tree::Number(u64::from(n));
    u64 => Tree::Number;
    i32 => |n| Tree::Signed(i64::from(n));
    i64 => Tree::Signed;
    usize => |n| Tree::Number(n as u64);
    String => Tree::Text;
}

impl<T: Field> Field for Option<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.as_ref().map_or_else(|| Ok(py.None().into_bound(py)), |value| value.to_py(py))
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_none() { Ok(None) } else { T::from_py(value).map(Some) }
    }

    fn tree(&self) -> Tree {
        self.as_ref().map_or(Tree::Null, T::tree)
    }
}

/// A tuple in Python, so that what holds it can be hashed.
impl<T: Field> Field for Vec<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let items = self.iter().map(|item| item.to_py(py)).collect::<PyResult<Vec<_>>>()?;
        Ok(PyTuple::new(py, items)?.into_any())
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value.try_iter()?.map(|item| T::from_py(&item?)).collect()
    }

    fn tree(&self) -> Tree {
        Tree::List(self.iter().map(T::tree).collect())
    }
}

/// Bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Octets(pub(crate) Arc<[u8]>);

impl Field for Octets {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyBytes::new(py, &self.0).into_any())
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(value.cast::<PyBytes>()?.as_bytes().into()))
    }

    /// As text, with U+FFFD for what is not UTF-8.
    fn tree(&self) -> Tree {
        Tree::Text(String::from_utf8_lossy(&self.0).into_owned())
    }
}

/// A pair.
impl<A: Field, B: Field> Field for (A, B) {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyTuple::new(py, [self.0.to_py(py)?, self.1.to_py(py)?])?.into_any())
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (a, b): (Bound<'_, PyAny>, Bound<'_, PyAny>) = value.extract()?;
        Ok((A::from_py(&a)?, B::from_py(&b)?))
    }

    fn tree(&self) -> Tree {
        Tree::List(vec![self.0.tree(), self.1.tree()])
    }
}

/// Types that are text in Python.
macro_rules! text_fields {
    ($($type:ty as $what:literal;)+) => { $(
        impl Field for $type {
            fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.to_string().into_bound_py_any(py)
            }
            fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
                let text = value.str()?.to_string_lossy().into_owned();
                text.parse().map_err(|error: <$type as FromStr>::Err| Unreadable::whole($what, &error, "field", &text).into())
            }
            fn tree(&self) -> Tree {
                Tree::Text(self.to_string())
            }
        }
    )+ };
}

text_fields! {
    IpAddr as "address";
    Ipv4Addr as "IPv4 address";
    DomainName as "domain name";
    EnhancedStatusCode as "enhanced status code";
}

/// An exception as a value.
impl Field for DnsError {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        error::dns_error_to_py(py, self)
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        error::dns_error_from_py(value)?.ok_or_else(|| PyTypeError::new_err("not a DnsError"))
    }

    fn tree(&self) -> Tree {
        Tree::Text(self.to_word().into_owned())
    }
}

impl Field for dns::Query {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Query(self.clone()).into_bound_py_any(py)
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(value.cast::<Query>()?.get().0.clone())
    }

    fn tree(&self) -> Tree {
        Tree::Text(self.to_string())
    }
}

/// A field that takes no part in `==`, such as where a term stands.
#[derive(Clone, Debug)]
pub(crate) struct Apart<T>(pub(crate) T);

impl<T> PartialEq for Apart<T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl<T> Eq for Apart<T> {}

impl<T> Hash for Apart<T> {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

impl<T: Field> Field for Apart<T> {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.0.to_py(py)
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        T::from_py(value).map(Self)
    }

    fn tree(&self) -> Tree {
        self.0.tree()
    }
}

/// A word of a closed set of the core: a `str` enum in Python.
pub(crate) trait Word: Copy + 'static {
    /// The enum's name in Python.
    const ENUM: &'static str;
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
    /// Where the enum's members are kept once they were asked for.
    fn members() -> &'static Members;
}

/// The members of an enum by their words.
pub(crate) type Members = PyOnceLock<Vec<(&'static str, Py<PyAny>)>>;

/// Makes words of core enums that have `ALL` and `as_str`.
macro_rules! core_words {
    ($($type:ty = $name:literal;)+) => { $(
        impl $crate::field::Word for $type {
            const ENUM: &'static str = $name;
            const ALL: &'static [Self] = <$type>::ALL;
            fn word(self) -> &'static str {
                self.as_str()
            }
            $crate::field::members!();
        }
        $crate::field::word_field!($type);
    )+ };
}

/// Declares words for the variants of a core enum, what they hold left out. `from` says of which: its variants are
/// called the same, and `else` is what stands for those that the core may add; with a word of its own, if the core
/// has no such variant.
macro_rules! variant_words {
    ($(#[$meta:meta])* $name:ident from $core:ty { $($variant:ident = $word:literal,)+ } else $other:ident) => {
        $crate::field::variant_words! { $(#[$meta])* $name { $($variant = $word,)+ } }
        $crate::field::from_variants! { $name from $core { $($variant)+ } else $other }
    };
    (
        $(#[$meta:meta])*
        $name:ident from $core:ty { $($variant:ident = $word:literal,)+ } else $other:ident = $others:literal
    ) => {
        $crate::field::variant_words! { $(#[$meta])* $name { $($variant = $word,)+ $other = $others, } }
        $crate::field::from_variants! { $name from $core { $($variant)+ } else $other }
    };
    ($(#[$meta:meta])* $name:ident from $core:ty { $($variant:ident = $word:literal,)+ }) => {
        $crate::field::variant_words! { $(#[$meta])* $name { $($variant = $word,)+ } }
        $crate::field::from_variants! { $name from $core { $($variant)+ } }
    };
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $name { $($variant,)+ }

        impl $crate::field::Word for $name {
            const ENUM: &'static str = stringify!($name);
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
            $crate::field::members!();
        }
        $crate::field::word_field!($name);
    };
}

/// A frozen class as a field of others, with its plain data.
macro_rules! class_field {
    ($name:ident, $tree:expr) => {
        impl $crate::field::Field for $name {
            fn to_py<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                pyo3::IntoPyObjectExt::into_bound_py_any(self.clone(), py)
            }

            fn from_py(value: &pyo3::Bound<'_, pyo3::PyAny>) -> pyo3::PyResult<Self> {
                Ok(value.cast::<Self>()?.get().clone())
            }

            fn tree(&self) -> $crate::tree::Tree {
                let read: fn(&Self) -> $crate::tree::Tree = $tree;
                read(self)
            }
        }
    };
}

macro_rules! from_variants {
    ($name:ident from $core:ty { $($variant:ident)+ } $(else $other:ident)?) => {
        impl From<&$core> for $name {
            #[allow(clippy::match_same_arms, reason = "what stands for the others is a variant itself")]
            fn from(value: &$core) -> Self {
                type Variants = $core;
                match value {
                    $(Variants::$variant { .. } => Self::$variant,)+
                    $(_ => Self::$other,)?
                }
            }
        }

        impl From<$core> for $name {
            fn from(value: $core) -> Self {
                Self::from(&value)
            }
        }
    };
}

macro_rules! members {
    () => {
        fn members() -> &'static $crate::field::Members {
            static MEMBERS: $crate::field::Members = $crate::field::Members::new();
            &MEMBERS
        }
    };
}

macro_rules! word_field {
    ($type:ty) => {
        impl $crate::field::Field for $type {
            fn to_py<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                $crate::words::to_py(py, *self)
            }
            fn from_py(value: &pyo3::Bound<'_, pyo3::PyAny>) -> pyo3::PyResult<Self> {
                $crate::words::from_py(value)
            }
            fn tree(&self) -> $crate::tree::Tree {
                $crate::tree::Tree::Text($crate::field::Word::word(*self).to_owned())
            }
        }
    };
}
pub(crate) use {class_field, core_words, from_variants, members, variant_words, word_field};
