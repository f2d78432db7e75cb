//! Surgery on a domain's SPF record.

use core::net::IpAddr;

use deliverability_core::dns::{DnsError, Query};
use deliverability_core::network::{Network, canonical};
use deliverability_core::spf::{
    self, AnswerSize, DomainSpec, Mechanism, Record, Refusal, Rewrite, Sender, TermKind, Unproven,
};
use deliverability_core::{DomainName, SpfResult};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::check::Check;
use crate::error::Unreadable;
use crate::field::variant_words;
use crate::input::{Domain, MailDomain, Session, each};
use crate::outcome::{Ask, outcome_class};
use crate::span;
use crate::value::value_class;

outcome_class! {
    /// Records to publish, and the proof of what they change; or why there are none.
    SpfRewrite of AskRewrite, matched by (domain, changes, proof) {
        /// The domain whose record was to be rewritten.
        domain: DomainName = |e| e.ask.domain.clone();
        /// The records to publish, all of them together, the domain's own first; none where the
        /// record already is as wanted, and where the rewrite was refused.
        changes: Vec<RecordChange> = |e| {
            e.outcome.iter().flat_map(Rewrite::changes).map(RecordChange::from).collect()
        };
        /// Whether they change what was asked for, and nothing else; `None` where refused.
        proof: Option<SpfProof> = |e| e.outcome.as_ref().ok().map(|rewrite| rewrite.proof().into());
        /// Why the rewrite was not made.
        refusal: Option<String> = |e| e.outcome.as_ref().err().map(ToString::to_string);
    }
}

value_class! {
    /// One SPF record to publish at a name, in place of those that stand there.
    RecordChange {
        /// Where.
        name: DomainName,
        /// The SPF records that stand there, all of which go; U+FFFD stands for what is not UTF-8.
        old: Vec<String>,
        /// The record to publish.
        new: String,
    } with {
        fn __str__(&self) -> String {
            let mut change = spf::RecordChange::publish(self.name.clone(), self.new.as_str());
            change.old = self.old.iter().map(|old| old.as_bytes().into()).collect();
            change.to_string()
        }
    }
}

value_class! {
    /// Whether a rewrite changes what it says, and nothing else: every verdict that mail of the
    /// domain can get was compared, before and after, over the answers at hand.
    SpfProof {
        /// What came of the comparison.
        status: ProofStatus,
        /// The proof in one sentence; `str(proof)` too.
        message: String,
        /// What is proven.
        claim: Option<SpfClaim>,
        /// At how many addresses verdicts were compared, if it is proven.
        points: Option<usize>,
        /// How many of them had permerror before and a verdict after, if it is proven.
        repaired: Option<usize>,
        /// Why it could not be compared, if it is unproven.
        reason: Option<SpfUnproven>,
        /// A sender who gets another verdict than claimed, if it is refuted.
        difference: Option<SpfDifference>,
    } with {
        fn __str__(&self) -> String {
            self.message.clone()
        }
    }
}

value_class! {
    /// Why verdicts could not be compared before and after a rewrite.
    SpfUnproven {
        /// What stands in the way.
        kind: UnprovenKind,
        /// The reason in one sentence; `str(reason)` too.
        message: String,
        /// The query that failed.
        query: Option<Query>,
        /// How it failed.
        error: Option<DnsError>,
        /// Whose record has the term.
        domain: Option<DomainName>,
        /// The term whose target depends on who sends.
        term: Option<String>,
        /// The client for which two terms lead to the same name.
        ip: Option<IpAddr>,
    } with {
        fn __str__(&self) -> String {
            self.message.clone()
        }
    }
}

value_class! {
    /// A sender who gets another verdict than a rewrite claims.
    SpfDifference {
        /// The client.
        ip: IpAddr,
        /// The verdict claimed.
        expected: SpfResult,
        /// The verdict after the rewrite.
        after: SpfResult,
    }
}

variant_words! {
    /// What came of comparing all verdicts.
    ProofStatus { Proven = "proven", Unproven = "unproven", Refuted = "refuted", }
}

variant_words! {
    /// What a rewrite claims, once proven.
    SpfClaim from spf::Claim {
        SameVerdicts = "same_verdicts",
        AddedPass = "added_pass",
        SamePass = "same_pass",
        OnlyAddedPass = "only_added_pass",
    } else Other = "other"
}

variant_words! {
    /// What stands in the way of a proof.
    UnprovenKind from Unproven {
        Dns = "dns",
        DependsOnSession = "depends_on_session",
        Coincidence = "coincidence",
        TooManyPtr = "too_many_ptr",
        TooManyEdges = "too_many_edges",
    } else Other = "other"
}

impl From<&Unproven> for SpfUnproven {
    fn from(why: &Unproven) -> Self {
        let (kind, message) = (why.into(), why.to_string());
        let plain = Self { kind, message, query: None, error: None, domain: None, term: None, ip: None };
        match why.clone() {
            Unproven::Dns { query, error } => Self { query: Some(query), error: Some(error), ..plain },
            Unproven::DependsOnSession { domain, term } => Self { domain: Some(domain), term: Some(term), ..plain },
            Unproven::Coincidence { ip } => Self { ip: Some(ip), ..plain },
            _ => plain,
        }
    }
}

impl From<&spf::RecordChange> for RecordChange {
    fn from(change: &spf::RecordChange) -> Self {
        let old = change.old.iter().map(|old| span::text(old)).collect();
        Self { name: change.name.clone(), old, new: change.new.clone() }
    }
}

impl From<&spf::Proof> for SpfProof {
    fn from(proof: &spf::Proof) -> Self {
        let (status, message) = (ProofStatus::Unproven, proof.to_string());
        let of = Self { status, message, claim: None, points: None, repaired: None, reason: None, difference: None };
        match proof {
            spf::Proof::Proven { claim, points, repaired, .. } => {
                let (claim, points, repaired) = (Some((*claim).into()), Some(*points), Some(*repaired));
                Self { status: ProofStatus::Proven, claim, points, repaired, ..of }
            }
            spf::Proof::Unproven { why, .. } => Self { reason: Some(why.into()), ..of },
            spf::Proof::Refuted { difference, .. } => {
                let spf::Difference { ip, expected, after, .. } = *difference;
                let difference = Some(SpfDifference { ip, expected, after });
                Self { status: ProofStatus::Refuted, difference, ..of }
            }
            _ => of,
        }
    }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskRewrite {
    domain: DomainName,
    authorize: Vec<Sender>,
    merge: bool,
    prune: bool,
    flatten: Vec<DomainName>,
    remove: Vec<String>,
    split: Option<usize>,
}

impl AskRewrite {
    fn rewriter(&self) -> spf::Rewriter {
        let rewriter = spf::Rewriter::of(self.domain.clone());
        let rewriter = if self.merge { rewriter.merge() } else { rewriter };
        let rewriter = self.authorize.iter().cloned().fold(rewriter, spf::Rewriter::authorize);
        let rewriter = self.remove.iter().fold(rewriter, spf::Rewriter::remove);
        let rewriter = self.flatten.iter().cloned().fold(rewriter, spf::Rewriter::flatten);
        let rewriter = if self.prune { rewriter.prune() } else { rewriter };
        self.split.map(AnswerSize::of).into_iter().fold(rewriter, spf::Rewriter::split)
    }
}

impl Ask for AskRewrite {
    type Outcome = Result<Rewrite, Refusal>;
    const FUNCTION: &'static str = "rewrite_spf";

    fn show(outcome: &Self::Outcome) -> String {
        match outcome {
            Ok(rewrite) => rewrite.to_string(),
            Err(refusal) => format!("not rewritten: {refusal}"),
        }
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let authorize: Vec<_> = self.authorize.iter().map(ToString::to_string).collect();
        let flatten: Vec<_> = self.flatten.iter().map(ToString::to_string).collect();
        (self.domain.to_string(), authorize, self.merge, self.prune, flatten, &self.remove, self.split)
            .into_pyobject(py)
    }
}

#[pyfunction]
#[pyo3(signature = (domain, authorize, merge, prune, flatten, remove, split))]
pub(crate) fn rewrite_spf(
    domain: MailDomain,
    authorize: &Bound<'_, PyAny>,
    merge: bool,
    prune: bool,
    flatten: &Bound<'_, PyAny>,
    remove: &Bound<'_, PyAny>,
    split: Option<usize>,
) -> PyResult<Check> {
    let ask = AskRewrite {
        domain: domain.0,
        authorize: each(authorize, "authorize", sender)?,
        merge,
        prune,
        flatten: each(flatten, "flatten", |name| Ok(name.extract::<Domain>()?.0))?,
        remove: each(remove, "remove", |term| Ok(term.extract::<Session>()?.0))?,
        split,
    };
    let rewriter = ask.rewriter();
    Ok(SpfRewrite::of(ask, rewriter))
}

/// A sender: an address or a network, as text or as an object of `ipaddress`, or a term.
fn sender(value: &Bound<'_, PyAny>) -> PyResult<Sender> {
    let text = value.str()?.to_string_lossy().into_owned();
    let sender = network(&text).map(of_network).or_else(|| of_term(&text));
    sender.ok_or_else(|| {
        let expected = "neither an address or a network, nor one of ip4:, ip6:, a:host, mx and include:domain";
        Unreadable::whole("sender", &expected, "sender", &text).into()
    })
}

fn network(text: &str) -> Option<Network> {
    match text.split_once('/') {
        Some((address, prefix)) => Network::new(address.parse().ok()?, prefix.parse().ok()?),
        None => Some(Network::host(text.parse().ok()?)),
    }
}

fn of_network(network: Network) -> Sender {
    let is_host = network == Network::host(network.address());
    if is_host { Sender::Address(canonical(network.address())) } else { Sender::Network(network) }
}

/// The sender that a term without qualifier authorizes.
fn of_term(text: &str) -> Option<Sender> {
    let record = Record::parse(format!("v=spf1 {text}").as_bytes()).ok()?;
    let [term] = record.terms.as_slice() else { return None };
    let TermKind::Directive(directive) = &term.kind else { return None };
    let sender = match &directive.mechanism {
        Mechanism::Ip4(network) | Mechanism::Ip6(network) => of_network(*network),
        Mechanism::A { domain_spec: Some(DomainSpec::Name(name)), .. } => Sender::Host(name.clone()),
        Mechanism::Mx { domain_spec: None, .. } => Sender::OwnMx,
        Mechanism::Include(DomainSpec::Name(name)) => Sender::Include(name.clone()),
        _ => return None,
    };
    // What else the term says, a sender cannot: prefix lengths of `a` and `mx`, and `-`.
    (sender.to_string().eq_ignore_ascii_case(&directive.to_string())).then_some(sender)
}
