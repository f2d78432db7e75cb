//! SPF records and their terms.

use deliverability_core::Span as CoreSpan;
use deliverability_core::spf::{self, Mechanism, Record, Term, TermKind};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::field::{Apart, Field, Word as _, variant_words};
use crate::record::{self, record_class};
use crate::span::Span;
use crate::tree::Tree;
use crate::value::value_class;

record_class! {
    /// An SPF record (RFC 7208 §4.5): its terms, in order.
    ///
    /// `str(record)` prints it back in one spelling; where terms stand takes no part in `==`.
    SpfRecord of Record, matched by (terms) {
        /// Directives and modifiers, in the order written.
        #[getter]
        fn terms<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
            let terms = self.record.terms.iter().map(|term| AnyTerm::of(term, &self.bytes).to_py(py));
            PyTuple::new(py, terms.collect::<PyResult<Vec<_>>>()?)
        }
    }
}

impl record::Record for Record {
    const WHAT: &'static str = "SPF record";
    type Kind = spf::ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (spf::ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind.clone(), error.span, error.to_string()))
    }

    fn parts(&self, bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        vec![("terms", Tree::List(self.terms.iter().map(|term| AnyTerm::of(term, bytes).tree()).collect()))]
    }
}

/// A term, whichever it is.
enum AnyTerm {
    Directive(SpfDirective),
    Modifier(SpfModifier),
}

impl AnyTerm {
    fn of(term: &Term, bytes: &[u8]) -> Self {
        let span = Span::of_bytes(bytes, term.span);
        match &term.kind {
            TermKind::Directive(directive) => Self::Directive(SpfDirective::of(directive, span)),
            TermKind::Modifier(modifier) => Self::Modifier(SpfModifier::of(modifier, span)),
        }
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Directive(directive) => directive.to_py(py),
            Self::Modifier(modifier) => modifier.to_py(py),
        }
    }

    fn tree(&self) -> Tree {
        match self {
            Self::Directive(directive) => directive.tree(),
            Self::Modifier(modifier) => modifier.tree(),
        }
    }
}

value_class! {
    /// A directive of a record: a mechanism and what its match means (RFC 7208 §4.6.1).
    SpfDirective {
        /// What a match means.
        qualifier: Qualifier,
        /// The name of the mechanism.
        mechanism: MechanismName,
        /// The domain given, if any, with its macros.
        domain_spec: Option<String>,
        /// The network of `ip4` and `ip6`, as an address with or without a prefix length.
        network: Option<String>,
        /// Bits of IPv4 addresses that must match, where written for `a` and `mx`.
        ip4_prefix: Option<u8>,
        /// Bits of IPv6 addresses that must match, where written for `a` and `mx`.
        ip6_prefix: Option<u8>,
        /// Where it stands in the record's text; takes no part in `==`.
        span: Apart<Span>,
    } with {
        fn __str__(&self) -> String {
            self.shown()
        }
    }
}

impl SpfDirective {
    fn of(directive: &spf::Directive, span: Span) -> Self {
        let mechanism = &directive.mechanism;
        let network = match mechanism {
            Mechanism::Ip4(_) | Mechanism::Ip6(_) => {
                mechanism.to_string().split_once(':').map(|(_, network)| network.to_owned())
            }
            _ => None,
        };
        let cidr = match mechanism {
            Mechanism::A { cidr, .. } | Mechanism::Mx { cidr, .. } => *cidr,
            _ => spf::DualCidr::default(),
        };
        Self {
            qualifier: directive.qualifier.into(),
            mechanism: mechanism.into(),
            domain_spec: mechanism.domain_spec().map(ToString::to_string),
            network,
            ip4_prefix: cidr.ip4,
            ip6_prefix: cidr.ip6,
            span: Apart(span),
        }
    }

    /// The core's spelling, from the fields.
    fn shown(&self) -> String {
        let qualifier = if self.qualifier == Qualifier::Pass { "" } else { self.qualifier.word() };
        let argument = self.domain_spec.as_ref().or(self.network.as_ref());
        let argument = argument.map(|argument| format!(":{argument}")).unwrap_or_default();
        let ip4 = self.ip4_prefix.map(|bits| format!("/{bits}")).unwrap_or_default();
        let ip6 = self.ip6_prefix.map(|bits| format!("//{bits}")).unwrap_or_default();
        format!("{qualifier}{}{argument}{ip4}{ip6}", self.mechanism.word())
    }
}

value_class! {
    /// A modifier of a record (RFC 7208 §6): `redirect`, `exp`, or a name without effect.
    SpfModifier {
        /// The name; as written, if it has no effect.
        name: String,
        /// The value, with its macros.
        value: String,
        /// Where it stands in the record's text; takes no part in `==`.
        span: Apart<Span>,
    } with {
        fn __str__(&self) -> String {
            format!("{}={}", self.name, self.value)
        }
    }
}

impl SpfModifier {
    fn of(modifier: &spf::Modifier, span: Span) -> Self {
        let (name, value) = match modifier {
            spf::Modifier::Redirect(domain) => ("redirect", domain.to_string()),
            spf::Modifier::Explanation(domain) => ("exp", domain.to_string()),
            spf::Modifier::Unknown { name, value } => (&**name, value.to_string()),
        };
        Self { name: name.to_owned(), value, span: Apart(span) }
    }
}

variant_words! {
    /// What a match of a mechanism means.
    Qualifier from spf::Qualifier { Pass = "+", Fail = "-", Softfail = "~", Neutral = "?", }
}

variant_words! {
    /// The name of a mechanism.
    MechanismName from Mechanism {
        All = "all",
        Include = "include",
        A = "a",
        Mx = "mx",
        Ptr = "ptr",
        Ip4 = "ip4",
        Ip6 = "ip6",
        Exists = "exists",
    }
}
