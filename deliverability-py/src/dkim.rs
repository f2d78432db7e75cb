//! DKIM keys.

use std::sync::Arc;

use deliverability_core::dkim::{self, KeyLookup, KeyOutcome, KeyRecord, PublicKey, lint_key};
use deliverability_core::dns::{DnsError, Query};
use deliverability_core::{DomainName, Span as CoreSpan};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::answer::text_of;
use crate::check::Check;
use crate::field::{Field as _, variant_words};
use crate::input::{MailDomain, Session};
use crate::outcome::{Ask, outcome_class};
use crate::problem::Problem;
use crate::record::{self, record_class};
use crate::span;
use crate::tree::Tree;

record_class! {
    /// A DKIM key record (RFC 6376 §3.6.1).
    DkimKey of KeyRecord, matched by (key_type, bits) {
        /// Whether the version is stated (`v=DKIM1`).
        #[getter]
        fn has_version(&self) -> bool {
            self.record.has_version
        }

        /// The acceptable hash algorithms (`h=`); `None` allows all.
        #[getter]
        fn hash_algorithms<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.hash_algorithms.to_py(py)
        }

        /// The type of the key (`k=`): "rsa", "ed25519", or another word.
        #[getter]
        fn key_type(&self) -> &str {
            self.record.key_type.as_str()
        }

        /// Notes for people (`n=`).
        #[getter]
        fn notes(&self) -> Option<&str> {
            self.record.notes.as_deref()
        }

        /// The size of an RSA key in bits.
        #[getter]
        fn bits(&self) -> Option<usize> {
            if let PublicKey::Rsa { bits, .. } = self.record.public_key { Some(bits) } else { None }
        }

        /// How an RSA key is written.
        #[getter]
        fn rsa_form<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            rsa_form(&self.record).to_py(py)
        }

        /// The octets of the key (`p=`); empty if it has been revoked.
        #[getter]
        fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
            PyBytes::new(py, &self.record.data)
        }

        /// The character-strings to publish the record in, of at most 255 octets each: verifiers join them
        /// without anything between (RFC 6376 §3.6.2.2).
        #[getter]
        fn strings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            let text = self.record.to_text();
            text.strings().map(span::text).collect::<Vec<String>>().to_py(py)
        }

        /// The service types (`s=`); `None` is all of them.
        #[getter]
        fn services<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.services.to_py(py)
        }

        /// The flags (`t=`).
        #[getter]
        fn flags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            self.record.flags.to_py(py)
        }

        /// Whether `p=` is empty: the key has been revoked.
        #[getter]
        fn is_revoked(&self) -> bool {
            self.record.public_key == PublicKey::Revoked
        }

        /// Whether the domain is testing DKIM (`t=y`).
        #[getter]
        fn is_testing(&self) -> bool {
            self.record.is_testing()
        }

        /// Whether the domain in `i=` must be the one in `d=` (`t=s`).
        #[getter]
        fn is_strict(&self) -> bool {
            self.record.is_strict()
        }

        /// Whether the key may sign mail.
        #[getter]
        fn is_for_email(&self) -> bool {
            self.record.is_for_email()
        }
    }
}

impl record::Record for KeyRecord {
    const WHAT: &'static str = "DKIM key record";
    type Kind = dkim::ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (dkim::ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind.clone(), error.span, error.to_string()))
    }

    fn parts(&self, _bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        let bits = if let PublicKey::Rsa { bits, .. } = self.public_key { Some(bits) } else { None };
        vec![
            ("has_version", self.has_version.tree()),
            ("hash_algorithms", self.hash_algorithms.tree()),
            ("key_type", Tree::Text(self.key_type.as_str().to_owned())),
            ("notes", self.notes.tree()),
            ("bits", bits.tree()),
            ("rsa_form", rsa_form(self).tree()),
            ("services", self.services.tree()),
            ("flags", self.flags.tree()),
            ("is_revoked", (self.public_key == PublicKey::Revoked).tree()),
        ]
    }
}

variant_words! {
    /// How an RSA key is written.
    RsaForm { SubjectPublicKeyInfo = "subject_public_key_info", RsaPublicKey = "rsa_public_key", }
}

fn rsa_form(record: &KeyRecord) -> Option<RsaForm> {
    match record.public_key {
        PublicKey::Rsa { form: dkim::RsaForm::SubjectPublicKeyInfo, .. } => Some(RsaForm::SubjectPublicKeyInfo),
        PublicKey::Rsa { form: dkim::RsaForm::RsaPublicKey, .. } => Some(RsaForm::RsaPublicKey),
        _ => None,
    }
}

outcome_class! {
    /// What stands at a DKIM selector (RFC 6376 §3.6.2).
    DkimKeyOutcome of AskKey, matched by (status, selector, domain) {
        /// Whether there is a key that verifiers can use.
        status: KeyStatus = |e| e.outcome.status().into();
        /// The selector as given.
        selector: String = |e| e.outcome.selector().to_owned();
        /// The signing domain.
        domain: DomainName = |e| e.outcome.domain().clone();
        /// The TXT query; `None` if the selector cannot be part of a name.
        query: Option<Query> = |e| e.outcome.query().cloned();
        /// The key, if verifiers can use it.
        key: Option<DkimKey> = |e| key_of(&e.outcome);
        /// The text of the record that was read, which the problems' spans index.
        text: Option<String> = |e| e.outcome.record().map(|bytes| span::text(bytes));
        /// Every TXT record at the name, key records or not.
        texts: Vec<String> = |e| e.outcome.texts().iter().map(|text| span::text(text.bytes())).collect();
        /// Everything that is wrong with what stands there, also with a key that can be used.
        problems: Vec<Problem> = |e| problems_of(&e.outcome);
        /// Why the query has no answer.
        error: Option<DnsError> = |e| error_of(&e.outcome);
    }
}

/// The key, if verifiers can use it.
pub(crate) fn key_of(outcome: &KeyOutcome) -> Option<DkimKey> {
    Some(DkimKey::of(outcome.record()?, &Arc::new(outcome.key()?.clone())))
}

/// Why its query has no answer.
pub(crate) fn error_of(outcome: &KeyOutcome) -> Option<DnsError> {
    match outcome.status() {
        dkim::KeyStatus::Unknown(error) => Some(error.clone()),
        _ => None,
    }
}

pub(crate) fn problems_of(outcome: &KeyOutcome) -> Vec<Problem> {
    let bytes: &[u8] = outcome.record().map_or(&[], |bytes| bytes);
    outcome.problems().iter().map(|problem| Problem::of(problem, bytes)).collect()
}

variant_words! {
    /// Whether a selector has a key that verifiers can use.
    KeyStatus from dkim::KeyStatus {
        Usable = "usable",
        Revoked = "revoked",
        Missing = "missing",
        Several = "several",
        Unusable = "unusable",
        Unknown = "unknown",
        BadSelector = "bad_selector",
    } else Unknown
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskKey {
    selector: String,
    domain: DomainName,
}

impl Ask for AskKey {
    type Outcome = KeyOutcome;
    const FUNCTION: &'static str = "check_dkim_key";

    fn show(outcome: &KeyOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (&self.selector, self.domain.to_string()).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn check_dkim_key(selector: Session, domain: MailDomain) -> Check {
    let check = KeyLookup::new(&selector.0, domain.0.clone());
    DkimKeyOutcome::of(AskKey { selector: selector.0, domain: domain.0 }, check)
}

/// Everything that is wrong with a DKIM key record, the worst first where there are many.
///
/// Spans index the joined text. `text` is `str`, `bytes`, or the character-strings of the TXT
/// record as a sequence of those, since where it was cut can be what is wrong.
#[pyfunction]
pub(crate) fn lint_dkim_key(text: &Bound<'_, PyAny>) -> PyResult<Vec<Problem>> {
    let Some(text) = text_of(text)? else {
        return Err(PyTypeError::new_err("a DKIM key record is str, bytes, or a sequence of those"));
    };
    Ok(lint_key(&text).iter().map(|problem| Problem::of(problem, text.bytes())).collect())
}
