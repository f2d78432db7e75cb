//! Reading the records of a tree: each domain once, level by level.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use core::net::{IpAddr, Ipv4Addr};

use super::hosts;
use super::node::{Caller, LookupTerm, Node, Target};
use crate::dns::{Answer, DnsError, Known, Query};
use crate::domain::DomainName;
use crate::mailbox::Mailbox;
use crate::spf::cause::CauseKind;
use crate::spf::expansion::Values;
use crate::spf::macro_string::MacroString;
use crate::spf::record::{Directive, DomainSpec, Mechanism, Modifier, Record, Term, TermKind};
use crate::spf::selection::select;
use crate::spf::subject::{Identity, Subject};

/// Most domains that are read. The RFC's limit lets an evaluation read 11.
const MAX_NODES: usize = 256;
/// Most levels: twice the RFC's limit, which every level spends from.
const MAX_DEPTH: usize = 20;
/// Most octets of records that are parsed: some hundred times what large senders publish.
const MAX_OCTETS: usize = 1 << 19;
/// Most queries for hosts.
const MAX_HOST_QUERIES: usize = 512;

/// A tree while it grows.
pub(super) struct Growth<'a> {
    domain: &'a DomainName,
    nodes: Vec<Node>,
    by_domain: HashMap<DomainName, usize>,
    octets: usize,
    missing: Vec<Query>,
    noted: HashSet<Query>,
}

impl<'a> Growth<'a> {
    pub(super) fn new(domain: &'a DomainName) -> Self {
        let mut growth = Self {
            domain,
            nodes: Vec::new(),
            by_domain: HashMap::new(),
            octets: 0,
            missing: Vec::new(),
            noted: HashSet::new(),
        };
        growth.add(domain.clone());
        growth
    }

    /// The records read, the root first, and the queries that are not answered yet.
    pub(super) fn finish(self) -> (Vec<Node>, Vec<Query>) {
        (self.nodes, self.missing)
    }

    /// Level by level, so that a wide tree is cut at its far end and the order of questions is
    /// that of the levels.
    pub(super) fn read_records(&mut self, known: &dyn Known) {
        let mut level = 0..self.nodes.len();
        for depth in 0..=MAX_DEPTH {
            for index in level.clone() {
                self.read(index, depth < MAX_DEPTH, known);
            }
            level = level.end..self.nodes.len();
        }
    }

    /// Asks whether hosts that terms name have records.
    pub(super) fn ask_hosts(&mut self, known: &dyn Known) {
        let mut nodes = core::mem::take(&mut self.nodes);
        let mut asked = HashSet::new();
        for node in &mut nodes {
            let Ok(record) = &node.record else { continue };
            for lookup in &mut node.terms {
                let Some(mechanism) = record.terms.get(lookup.term).and_then(mechanism) else { continue };
                let [ip4, ip6] = hosts::queries(mechanism, &lookup.target);
                let mut ask = |query: Option<Query>| {
                    let query = query.filter(|query| asked.len() < MAX_HOST_QUERIES || asked.contains(query))?;
                    asked.insert(query.clone());
                    self.answer(&query, known)
                };
                lookup.hosts = [hosts::presence(ask(ip4)), hosts::presence(ask(ip6))];
            }
        }
        self.nodes = nodes;
    }

    /// The node of a domain, new or known; `None` if there are too many.
    fn add(&mut self, domain: DomainName) -> Option<usize> {
        if let Some(&index) = self.by_domain.get(&domain) {
            return Some(index);
        }
        let index = self.nodes.len();
        if index >= MAX_NODES {
            return None;
        }
        self.by_domain.insert(domain.clone(), index);
        self.nodes.push(Node::new(domain));
        Some(index)
    }

    fn answer(&mut self, query: &Query, known: &dyn Known) -> Option<Answer> {
        match known.get(query) {
            Ok(answer) => Some(answer),
            Err(ask) => {
                if self.noted.insert(ask.clone()) {
                    self.missing.push(ask);
                }
                None
            }
        }
    }

    fn read(&mut self, index: usize, descend: bool, known: &dyn Known) {
        let Some(domain) = self.nodes.get(index).map(|node| node.domain.clone()) else { return };
        // RFC 7208 §4.3: a name of one label is no domain to check; nothing is asked.
        if domain.label_count() < 2 {
            return;
        }
        let Some(answer) = self.answer(&Query::txt(domain.clone()), known) else { return };
        let (text, record) = selected(&answer).map_or_else(|why| (None, Err(why)), |text| self.parsed(text));
        let terms = record.as_ref().map(|record| self.terms(index, &domain, record, descend)).unwrap_or_default();
        if let Some(node) = self.nodes.get_mut(index) {
            node.void = answer.is_ok_and(|response| response.is_void());
            (node.text, node.record, node.terms) = (text, record, terms);
        }
    }

    /// RFC 7208 §4.6: a syntax error anywhere makes the whole record void.
    fn parsed(&mut self, text: &Arc<[u8]>) -> Parsed {
        self.octets = self.octets.saturating_add(text.len());
        let record = if self.octets > MAX_OCTETS {
            Err(CauseKind::Dns(DnsError::other("not read, for the tree is too large")))
        } else {
            Record::parse(text).map(Arc::new).map_err(CauseKind::Syntax)
        };
        (Some(Arc::clone(text)), record)
    }

    /// The look-up terms of a record; what include and redirect lead to joins the tree.
    fn terms(&mut self, node: usize, domain: &DomainName, record: &Record, descend: bool) -> Vec<LookupTerm> {
        let all = record.terms.iter().position(|term| mechanism(term) == Some(&Mechanism::All));
        let mut terms = Vec::new();
        for (term, written) in record.terms.iter().enumerate() {
            let Some((domain_spec, leads_to_record)) = asks(&written.kind) else { continue };
            let is_redirect = matches!(written.kind, TermKind::Modifier(_));
            let target = if all.is_some_and(|all| is_redirect || all < term) {
                Target::Ignored
            } else {
                let caller = Caller { node, term };
                self.target(caller, domain, domain_spec, leads_to_record, descend)
            };
            terms.push(LookupTerm::new(term, written.span, leads_to_record, target));
        }
        terms
    }

    fn target(
        &mut self,
        caller: Caller,
        domain: &DomainName,
        domain_spec: Option<&DomainSpec>,
        leads_to_record: bool,
        descend: bool,
    ) -> Target {
        let name = match domain_spec {
            None => domain.clone(),
            Some(DomainSpec::Name(name)) => name.clone(),
            Some(DomainSpec::Macro(text)) if !text.is_fixed() => return Target::Client,
            Some(DomainSpec::Macro(text)) => match self.expand(text, domain) {
                Some(name) => name,
                None => return Target::Invalid,
            },
        };
        if !leads_to_record {
            return Target::Host(name);
        }
        // RFC 7208 §4.3: check_host() of such a name gives none.
        if name.label_count() < 2 {
            return Target::Invalid;
        }
        let known = self.by_domain.contains_key(&name);
        match (known || descend).then(|| self.add(name.clone())).flatten() {
            Some(child) => {
                self.nodes.get_mut(child).into_iter().for_each(|node| node.callers.push(caller));
                Target::Record(child)
            }
            None => Target::NotRead(name),
        }
    }

    /// A target whose macros the domains alone decide.
    fn expand(&self, text: &MacroString, domain: &DomainName) -> Option<DomainName> {
        let subject = Subject {
            ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            identity: Identity::MailFrom,
            mail_from: Mailbox::from_session(""),
            helo: "".into(),
        };
        Values::of_target(&subject, self.domain, domain).target(text)
    }
}

/// The bytes of a record, and what they say.
type Parsed = (Option<Arc<[u8]>>, Result<Arc<Record>, CauseKind>);

/// RFC 7208 §4.4, §4.5: exactly one record, or why not.
fn selected(answer: &Answer) -> Result<&Arc<[u8]>, CauseKind> {
    let response = answer.as_ref().map_err(|error| CauseKind::Dns(error.clone()))?;
    let mut records = select(response);
    match (records.next(), records.count()) {
        (Some(text), 0) => Ok(text.bytes()),
        (Some(_), more) => Err(CauseKind::MultipleRecords { count: more.saturating_add(1) }),
        (None, _) if response.is_nxdomain() => Err(CauseKind::NoDomain),
        (None, _) => Err(CauseKind::NoRecord),
    }
}

/// What a look-up term asks for, and whether that is a record of the tree.
fn asks(kind: &TermKind) -> Option<(Option<&DomainSpec>, bool)> {
    match kind {
        TermKind::Directive(Directive { mechanism, .. }) => {
            mechanism.is_lookup().then(|| (mechanism.domain_spec(), matches!(mechanism, Mechanism::Include(_))))
        }
        TermKind::Modifier(Modifier::Redirect(domain_spec)) => Some((Some(domain_spec), true)),
        TermKind::Modifier(_) => None,
    }
}

fn mechanism(term: &Term) -> Option<&Mechanism> {
    if let TermKind::Directive(directive) = &term.kind { Some(&directive.mechanism) } else { None }
}
