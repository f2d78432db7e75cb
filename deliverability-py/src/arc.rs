//! The Authenticated Received Chain of a message.

use std::sync::Arc;

use deliverability_core::arc::{Chain, Failure, Field as SetField, Verification};
use deliverability_core::dkim::{KeyOutcome, Message};
use deliverability_core::{ArcResult, DomainName, arc, result::ChainStatus};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::authentication_results::AuthenticationResults;
use crate::check::Check;
use crate::dkim::DkimKey;
use crate::field::variant_words;
use crate::outcome::{Ask, outcome_class};
use crate::record::bytes_of;
use crate::span::{self, Span};
use crate::value::value_class;

outcome_class! {
    /// What became of a message's Authenticated Received Chain (RFC 8617, an experiment).
    ///
    /// A chain that passes says who sealed the message and that the seals hold, not that the sealers
    /// tell the truth. `str(outcome)` is one sentence.
    ArcOutcome of AskChain, matched by (result, cause, sealer) {
        /// The result: "pass" only if the newest message signature and every seal verify.
        result: ArcResult = |e| e.outcome.result();
        /// The result as the next seal would state it in `cv=`: a query that failed counts as "fail".
        status: ChainStatus = |e| e.outcome.status();
        /// The code of what decides, such as "arc.seal.mismatch"; `None` if nothing is wrong.
        cause: Option<String> = |e| e.outcome.cause().map(|cause| cause.code().to_owned());
        /// Everything that keeps it from passing, the one that decides first.
        failures: Vec<ArcFailure> = |e| failures(e.outcome.failures(), &e.outcome);
        /// What each host added, from instance 1 up to the newest; 50 at most.
        sets: Vec<ArcSet> = |e| sets(&e.outcome);
        /// Who sealed last: the host that answers for what came before.
        sealer: Option<DomainName> = |e| e.outcome.sealer().cloned();
        /// The lowest instance from which on every message signature passes, 0 if all do: the
        /// message was not changed since. `None` if the chain does not pass, or that is not known.
        oldest_pass: Option<u8> = |e| e.outcome.oldest_pass();
        /// The header section as it came: what the spans of the failures index.
        text: String = |e| span::text(e.outcome.text());
    }
}

value_class! {
    /// One thing that is wrong with a chain.
    ArcFailure {
        /// The stable code, such as "arc.seal.mismatch".
        code: String,
        /// What is wrong, as one sentence.
        message: String,
        /// The set's instance, where one is known.
        instance: Option<u8>,
        /// The field; `None` if it is about a whole set or chain.
        field: Option<ArcField>,
        /// "fail", or "temperror" if only a query failed.
        result: ArcResult,
        /// Where, in the `text` of the outcome.
        span: Span,
    } with {
        fn __str__(&self) -> String {
            self.message.clone()
        }
    }
}

value_class! {
    /// What one host added to a chain (RFC 8617 §4.2). A field that is missing, or stands more than
    /// once, is `None`.
    ArcSet {
        /// Its place in the chain, from 1 up.
        instance: u8,
        /// What the host says it found: worth what the host is worth, and nothing if the chain does
        /// not pass.
        results: Option<AuthenticationResults>,
        /// The host's signature of the message.
        message_signature: Option<ArcMessageSignature>,
        /// The host's seal of all sets so far.
        seal: Option<ArcSeal>,
    }
}

value_class! {
    /// An ARC-Message-Signature and its verdict. Only the newest must pass.
    ArcMessageSignature {
        /// "pass", "fail", or "temperror" if nothing but a query failed.
        result: ArcResult,
        /// The signing domain (`d=`); `None`, as what follows, if the field cannot be verified.
        domain: Option<DomainName>,
        /// The selector (`s=`).
        selector: Option<String>,
        /// How it was signed (`a=`), such as "rsa-sha256".
        algorithm: Option<String>,
        /// How header and body were prepared (`c=`), such as "relaxed/relaxed".
        canonicalization: Option<String>,
        /// The signed fields (`h=`), as written, in order.
        signed_fields: Vec<String>,
        /// How many octets of the body are signed (`l=`); `None` is all.
        body_length: Option<u64>,
        /// When it was signed (`t=`), in seconds since 1970.
        timestamp: Option<u64>,
        /// The published key, if verifiers can use it.
        key: Option<DkimKey>,
        /// Whether the body has the hash that was signed; `None` if it could not be hashed.
        body_matches: Option<bool>,
        /// Whether the signed fields carry this signature; `None` without a usable key.
        verifies: Option<bool>,
        /// Everything that is wrong with it.
        failures: Vec<ArcFailure>,
    }
}

value_class! {
    /// An ARC-Seal and its verdict. Every seal must pass.
    ArcSeal {
        /// "pass", "fail", or "temperror" if nothing but a query failed.
        result: ArcResult,
        /// What the host says of the chain as it came in (`cv=`); `None` if it cannot be read.
        status: Option<ChainStatus>,
        /// Who sealed (`d=`), where it can be read.
        domain: Option<DomainName>,
        /// The selector (`s=`), where it can be read.
        selector: Option<String>,
        /// How it was made (`a=`), where it can be read.
        algorithm: Option<String>,
        /// When it was sealed (`t=`), in seconds since 1970, if it says so.
        timestamp: Option<u64>,
        /// The published key, if verifiers can use it.
        key: Option<DkimKey>,
        /// Whether the sets that it covers carry this seal; `None` without a usable key or whole sets.
        verifies: Option<bool>,
        /// Everything that is wrong with it.
        failures: Vec<ArcFailure>,
    }
}

variant_words! {
    /// A header field of a set, in the order in which a seal covers them.
    ArcField from SetField {
        AuthenticationResults = "ARC-Authentication-Results",
        MessageSignature = "ARC-Message-Signature",
        Seal = "ARC-Seal",
    }
}

fn failures(failures: &[Failure], chain: &Chain) -> Vec<ArcFailure> {
    let one = |failure: &Failure| ArcFailure {
        code: failure.cause.code().to_owned(),
        message: failure.to_string(),
        instance: failure.instance,
        field: failure.field.map(ArcField::from),
        result: failure.result(),
        span: Span::of_bytes(chain.text(), failure.span),
    };
    failures.iter().map(one).collect()
}

fn sets(chain: &Chain) -> Vec<ArcSet> {
    let one = |set: &arc::Set| ArcSet {
        instance: set.instance(),
        results: set.results().map(AuthenticationResults::from),
        message_signature: set.message_signature().map(|signature| message_signature(signature, chain)),
        seal: set.seal().map(|seal| self::seal(seal, chain)),
    };
    chain.sets().iter().map(one).collect()
}

fn message_signature(judged: &arc::MessageSignature, chain: &Chain) -> ArcMessageSignature {
    let signature = judged.signature();
    ArcMessageSignature {
        result: judged.result(),
        domain: signature.map(|signature| signature.domain.clone()),
        selector: signature.map(|signature| signature.selector.clone()),
        algorithm: signature.map(|signature| signature.algorithm.to_string()),
        canonicalization: signature.map(crate::verify::canonicalization),
        signed_fields: signature.map(|signature| signature.signed_fields.clone()).unwrap_or_default(),
        body_length: signature.and_then(|signature| signature.body_length),
        timestamp: signature.and_then(|signature| signature.timestamp),
        key: key(judged.key()),
        body_matches: judged.body_matches(),
        verifies: judged.verifies(),
        failures: failures(judged.failures(), chain),
    }
}

fn seal(judged: &arc::Seal, chain: &Chain) -> ArcSeal {
    ArcSeal {
        result: judged.result(),
        status: judged.status(),
        domain: judged.domain().cloned(),
        selector: judged.selector().map(str::to_owned),
        algorithm: judged.algorithm().map(|algorithm| algorithm.to_string()),
        timestamp: judged.timestamp(),
        key: key(judged.key()),
        verifies: judged.verifies(),
        failures: failures(judged.failures(), chain),
    }
}

fn key(outcome: Option<&KeyOutcome>) -> Option<DkimKey> {
    let outcome = outcome?;
    Some(DkimKey::of(outcome.record()?, &Arc::new(outcome.key()?.clone())))
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskChain {
    message: Arc<[u8]>,
}

impl Ask for AskChain {
    type Outcome = Chain;
    const FUNCTION: &'static str = "verify_arc";

    fn show(outcome: &Chain) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (PyBytes::new(py, &self.message),).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn verify_arc(message: &Bound<'_, PyAny>) -> PyResult<Check> {
    let bytes = bytes_of(message, "a message")?;
    let verification = message.py().detach(|| Verification::of(&Message::of(&bytes)));
    Ok(ArcOutcome::of(AskChain { message: bytes }, verification))
}
