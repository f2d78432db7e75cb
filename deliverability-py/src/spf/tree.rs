//! The tree of records behind a domain.

use core::net::IpAddr;

use deliverability_core::DomainName;
use deliverability_core::dns::DnsError;
use deliverability_core::spf::{self, Caller, KnownSender, LookupTerm, Loop, Node, Target, TreeOutcome};
use deliverability_core::{SpfResult, spf::CauseKind as Kind};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::cause::CauseKind;
use super::record::SpfRecord;
use crate::check::Check;
use crate::field::variant_words;
use crate::input::{Address, MailDomain, each};
use crate::outcome::{Ask, outcome_class};
use crate::span::{self, Span};
use crate::value::value_class;

outcome_class! {
    /// All records that evaluations of a domain can read, and the most that they can spend
    /// (RFC 7208 §4.6.4).
    ///
    /// A number of look-ups is `None` where there is no end of them: a record leads back to itself.
    SpfTree of AskTree, matched by (domain, lookups, standing) {
        /// The domain whose tree it is.
        domain: DomainName = |e| e.outcome.domain().clone();
        /// The most look-ups on any path, without regard to the limit.
        lookups: Option<u64> = |e| e.outcome.lookups().finite();
        /// How many are allowed.
        limit: u8 = |e| e.outcome.limits().lookups;
        /// The look-ups against their limit.
        standing: SpfStanding = |e| e.outcome.standing().into();
        /// The most look-ups, if includes and redirects that end in permerror today are mended.
        lookups_when_mended: Option<u64> = |e| e.outcome.lookups_when_mended().finite();
        /// The most look-ups on any path that are known to find nothing.
        void_lookups: Option<u64> = |e| e.outcome.void_lookups().finite();
        /// The same, with every look-up that is not known to find something.
        void_lookups_at_most: Option<u64> = |e| e.outcome.void_lookups_at_most().finite();
        /// How many void look-ups are allowed.
        void_limit: u8 = |e| e.outcome.limits().void_lookups;
        /// The void look-ups against their limit; never near.
        void_standing: SpfStanding = |e| e.outcome.void_standing().into();
        /// Every domain that was read, once; the domain itself first, then level by level.
        nodes: Vec<SpfNode> = |e| e.outcome.nodes().iter().map(SpfNode::from).collect();
        /// The terms of the domain's own record that cause look-ups, the costliest first.
        spenders: Vec<SpfSpender> = |e| {
            e.outcome.spenders().into_iter().map(|term| SpfSpender::of(term, e.outcome.root())).collect()
        };
        /// The first term of the domain's own record at which the limit can be passed.
        cut_off: Option<SpfSpender> = |e| e.outcome.cut_off().map(|term| SpfSpender::of(term, e.outcome.root()));
        /// The terms that lead back to a record under evaluation.
        loops: Vec<SpfLoop> = |e| e.outcome.loops().iter().map(SpfLoop::from).collect();
        /// The includes and redirects that end in permerror for every client that comes to them.
        broken: Vec<SpfPlace> = |e| e.outcome.broken().map(SpfPlace::from).collect();
        /// The includes and redirects behind which the record is not known, and may spend more.
        unknown: Vec<SpfPlace> = |e| e.outcome.unknown().iter().copied().map(SpfPlace::from).collect();
        /// The senders given, in that order.
        senders: Vec<SpfKnownSender> = |e| e.outcome.senders().iter().map(SpfKnownSender::from).collect();
    } with {
        /// The tree as an SVG picture: a document of its own, without scripts and outside resources.
        fn to_svg(&self) -> String {
            self.0.outcome.to_svg()
        }
    }
}

value_class! {
    /// A domain of a tree and its record.
    SpfNode {
        /// The domain whose TXT records were asked for.
        domain: DomainName,
        /// Its record, which spans index; U+FFFD stands for what is not UTF-8.
        text: Option<String>,
        /// The record, if there is one that parses.
        record: Option<SpfRecord>,
        /// Why there is none.
        problem: Option<CauseKind>,
        /// How the query failed, after which nothing is known.
        error: Option<DnsError>,
        /// Its terms that cause look-ups, in the order written.
        terms: Vec<SpfSpender>,
        /// The terms that lead here.
        callers: Vec<SpfPlace>,
        /// The most look-ups of one evaluation of this record, with all below it; `None` if endless.
        lookups: Option<u64>,
    }
}

value_class! {
    /// A term that causes look-ups: `include`, `a`, `mx`, `ptr`, `exists` or `redirect=`.
    SpfSpender {
        /// Its index in `SpfRecord.terms`.
        term: usize,
        /// Where it stands in `SpfNode.text`.
        span: Span,
        /// The term as written.
        text: String,
        /// The host or record it leads to; `None` if that depends on the client, or is no name.
        target: Option<DomainName>,
        /// The record it leads to, an index into `SpfTree.nodes`.
        child: Option<usize>,
        /// The most look-ups it can spend, those of the record behind it too; `None` if endless.
        lookups: Option<u64>,
        /// The most look-ups spent in the same record before it; `None` if endless.
        lookups_before: Option<u64>,
        /// Whether some client's evaluation comes to it.
        is_reached: bool,
        /// Whether it leads back to a record above it.
        is_loop: bool,
    }
}

value_class! {
    /// A term of a record of a tree.
    SpfPlace {
        /// The record, an index into `SpfTree.nodes`.
        node: usize,
        /// The term, an index into `SpfRecord.terms`.
        term: usize,
    }
}

value_class! {
    /// A term that leads back to a record under evaluation.
    SpfLoop {
        /// The record with the term, an index into `SpfTree.nodes`.
        node: usize,
        /// The term, an index into `SpfRecord.terms`.
        term: usize,
        /// The records on the way round, from the one led back to, to the one with the term.
        path: Vec<usize>,
    }
}

value_class! {
    /// What SPF says of a sender today, and whether the limit bit.
    SpfKnownSender {
        /// Its address.
        ip: IpAddr,
        /// The result.
        result: SpfResult,
        /// The look-ups spent until that was decided.
        lookups: usize,
        /// Whether a limit of RFC 7208 §4.6.4 ended its evaluation.
        is_cut_off: bool,
    }
}

variant_words! {
    /// Figures against a limit.
    SpfStanding from spf::Standing {
        Within = "within",
        Near = "near",
        Over = "over",
        Unknown = "unknown",
    } else Unknown
}

impl From<&Node> for SpfNode {
    fn from(node: &Node) -> Self {
        let problem = node.record().err();
        Self {
            domain: node.domain().clone(),
            text: node.text().map(|text| span::text(text)),
            record: node.text().zip(node.record().ok()).map(|(text, record)| SpfRecord::of(text, record)),
            problem: problem.map(CauseKind::from),
            error: if let Some(Kind::Dns(error)) = problem { Some(error.clone()) } else { None },
            terms: node.terms().iter().map(|term| SpfSpender::of(term, node)).collect(),
            callers: node.callers().iter().copied().map(SpfPlace::from).collect(),
            lookups: node.lookups().finite(),
        }
    }
}

impl SpfSpender {
    fn of(term: &LookupTerm, node: &Node) -> Self {
        let bytes = node.text().map_or(&[][..], |text| text);
        let target = match term.target() {
            Target::Host(name) | Target::NotRead(name) => Some(name.clone()),
            _ => None,
        };
        Self {
            term: term.term(),
            span: Span::of_bytes(bytes, term.span()),
            text: node.term_text(term).into_owned(),
            target,
            child: term.child(),
            lookups: term.lookups().finite(),
            lookups_before: term.lookups_before().finite(),
            is_reached: term.is_reached(),
            is_loop: term.is_loop(),
        }
    }
}

impl From<Caller> for SpfPlace {
    fn from(caller: Caller) -> Self {
        Self { node: caller.node, term: caller.term }
    }
}

impl From<&Loop> for SpfLoop {
    fn from(found: &Loop) -> Self {
        Self { node: found.node, term: found.term, path: found.path.clone() }
    }
}

impl From<&KnownSender> for SpfKnownSender {
    fn from(sender: &KnownSender) -> Self {
        Self { ip: sender.ip(), result: sender.result(), lookups: sender.lookups(), is_cut_off: sender.is_cut_off() }
    }
}

#[derive(Clone, PartialEq, Hash)]
pub(crate) struct AskTree {
    domain: DomainName,
    senders: Vec<IpAddr>,
    hosts: bool,
}

impl Ask for AskTree {
    type Outcome = TreeOutcome;
    const FUNCTION: &'static str = "spf_tree";

    fn show(outcome: &TreeOutcome) -> String {
        outcome.to_string()
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let senders: Vec<_> = self.senders.iter().map(ToString::to_string).collect();
        (self.domain.to_string(), senders, self.hosts).into_pyobject(py)
    }
}

#[pyfunction]
pub(crate) fn spf_tree(domain: MailDomain, senders: &Bound<'_, PyAny>, hosts: bool) -> PyResult<Check> {
    let senders = each(senders, "senders", |ip| Ok(ip.extract::<Address>()?.0))?;
    let tree = spf::Tree::of(domain.0.clone()).senders(senders.iter().copied());
    let tree = if hosts { tree.with_hosts() } else { tree };
    Ok(SpfTree::of(AskTree { domain: domain.0, senders, hosts }, tree))
}
