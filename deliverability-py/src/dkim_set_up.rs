//! How the DKIM selectors of a domain are published.

use deliverability_core::DomainName;
use deliverability_core::dkim::{self, KeyOutcome, SelectorOutcome, SetUp, SetUpOutcome};
use deliverability_core::dns::{DnsError, Query};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::check::Check;
use crate::dkim::{DkimKey, KeyStatus, error_of, key_of, problems_of};
use crate::field::variant_words;
use crate::input::{MailDomain, Session, each};
use crate::outcome::{Ask, outcome_class};
use crate::problem::Problem;
use crate::span;
use crate::value::value_class;

outcome_class! {
    /// How the DKIM selectors of a domain are published (RFC 6376 §3.6.2.1, RFC 8020).
    DkimSetUp of AskSetUp, matched by (domain, selectors, namespace) {
        /// The signing domain.
        domain: DomainName = |e| e.outcome.domain().clone();
        /// What stands at each selector, in the order given.
        selectors: Vec<DkimSelector> = |e| e.outcome.selectors().iter().map(DkimSelector::from).collect();
        /// Whether there can be a selector. `None` if that was not asked, since every selector given has
        /// a record or could not be looked up.
        namespace: Option<DkimNamespace> = |e| e.outcome.namespace().map(DkimNamespace::from);
        /// The query for the name that all selectors stand below.
        namespace_query: Option<Query> = |e| e.outcome.namespace_query().cloned();
        /// Why that is not known.
        error: Option<DnsError> = |e| match e.outcome.namespace() {
            Some(dkim::Namespace::Unknown(error)) => Some(error.clone()),
            _ => None,
        };
    }
}

value_class! {
    /// What stands at a DKIM selector; where there is no key, a place where one stands instead.
    DkimSelector {
        /// The selector as given.
        selector: String,
        /// Whether there is a key that verifiers can use.
        status: KeyStatus,
        /// The TXT query; `None` if the selector cannot be part of a name.
        query: Option<Query>,
        /// The key, if verifiers can use it.
        key: Option<DkimKey>,
        /// The text of the record that was read, which the problems' spans index.
        text: Option<String>,
        /// Everything that is wrong with what stands there.
        problems: Vec<Problem>,
        /// Why the query has no answer.
        error: Option<DnsError>,
        /// The query for a usable key at the selector's name with the zone's name added once more. Looked
        /// for only if the key is missing.
        doubled: Option<Query>,
        /// The query for a usable key at the target of the selector's CNAME without the zone's name behind
        /// it, as a missing final dot adds it. Looked for only if the target has no key.
        behind_cname: Option<Query>,
        /// The whole in words; `str(selector)` gives it too.
        sentence: String,
    } with {
        fn __str__(&self) -> String {
            self.sentence.clone()
        }
    }
}

impl From<&SelectorOutcome> for DkimSelector {
    fn from(outcome: &SelectorOutcome) -> Self {
        let key = outcome.key();
        let at = |elsewhere: Option<&KeyOutcome>| elsewhere.and_then(KeyOutcome::query).cloned();
        Self {
            selector: key.selector().to_owned(),
            status: key.status().into(),
            query: key.query().cloned(),
            key: key_of(key),
            text: key.record().map(|bytes| span::text(bytes)),
            problems: problems_of(key),
            error: error_of(key),
            doubled: at(outcome.doubled()),
            behind_cname: at(outcome.behind_cname()),
            sentence: outcome.to_string(),
        }
    }
}

variant_words! {
    /// Whether there can be a selector below a domain.
    DkimNamespace from dkim::Namespace {
        Empty = "empty",
        Exists = "exists",
        Contradicted = "contradicted",
        Unknown = "unknown",
    } else Unknown
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskSetUp {
    domain: DomainName,
    selectors: Vec<String>,
}

impl Ask for AskSetUp {
    type Outcome = SetUpOutcome;
    const FUNCTION: &'static str = "check_dkim_set_up";

    fn show(outcome: &SetUpOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.domain.to_string(), &self.selectors).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn check_dkim_set_up(domain: MailDomain, selectors: &Bound<'_, PyAny>) -> PyResult<Check> {
    let selectors = each(selectors, "selectors", |selector| Ok(selector.extract::<Session>()?.0))?;
    let check = selectors.iter().fold(SetUp::of(domain.0.clone()), |check, selector| check.selector(selector));
    Ok(DkimSetUp::of(AskSetUp { domain: domain.0, selectors }, check))
}
