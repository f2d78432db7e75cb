//! What the records of one world say, as far as they have been read.

use core::cell::RefCell;
use std::collections::HashSet;
use std::net::IpAddr;

use super::super::check_host::CheckHost;
use super::super::expansion::Values;
use super::super::macro_string::{MacroLetter, MacroString};
use super::super::record::{DomainSpec, Mechanism, Modifier, Record, TermKind};
use super::super::selection::select;
use super::edges::Edges;
use crate::dns::Response;
use crate::domain::DomainName;

/// The terms of the records read in one world.
#[derive(Debug, Default)]
pub(super) struct Atlas {
    read: HashSet<DomainName>,
    /// Names that terms lead to, whoever sends.
    names: HashSet<DomainName>,
    /// The targets of `exists` that change with the client's address, and the domains they are of.
    by_address: Vec<(MacroString, DomainName)>,
}

/// What all worlds share.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) edges: RefCell<Edges>,
    /// The targets of `ptr` terms.
    pub(super) ptr_targets: RefCell<Vec<DomainName>>,
}

impl Atlas {
    pub(super) fn of(domain: &DomainName) -> Self {
        Self { names: HashSet::from([domain.clone()]), ..Self::default() }
    }

    /// Takes in the record of `domain`, once.
    pub(super) fn read(&mut self, domain: &DomainName, response: &Response, check: &CheckHost, found: &Found) {
        if !self.read.insert(domain.clone()) {
            return;
        }
        for record in select(response).filter_map(|text| Record::parse(text.bytes()).ok()) {
            for term in &record.terms {
                match &term.kind {
                    TermKind::Directive(directive) => self.mechanism(&directive.mechanism, domain, check, found),
                    TermKind::Modifier(Modifier::Redirect(target)) => {
                        self.names.extend(fixed_name(Some(target), domain, check));
                    }
                    TermKind::Modifier(_) => {}
                }
            }
        }
    }

    fn mechanism(&mut self, mechanism: &Mechanism, domain: &DomainName, check: &CheckHost, found: &Found) {
        match mechanism {
            Mechanism::All => {}
            Mechanism::Ip4(network) | Mechanism::Ip6(network) => found.edges.borrow_mut().add(*network),
            Mechanism::Ptr { domain_spec } => {
                let mut targets = found.ptr_targets.borrow_mut();
                let target = fixed_name(domain_spec.as_ref(), domain, check);
                if let Some(target) = target.filter(|target| !targets.contains(target)) {
                    targets.push(target);
                }
            }
            Mechanism::Exists(DomainSpec::Macro(text)) if is_by_address(text) => {
                let of_domain = |(other, at): &(MacroString, DomainName)| {
                    other == text && (at == domain || !text.macros().any(|m| m.letter == MacroLetter::Domain))
                };
                if !self.by_address.iter().any(of_domain) {
                    self.by_address.push((text.clone(), domain.clone()));
                }
            }
            _ => self.names.extend(fixed_name(mechanism.domain_spec(), domain, check)),
        }
    }

    /// Names that an answer leads to.
    pub(super) fn lead_to(&mut self, names: impl IntoIterator<Item = DomainName>) {
        self.names.extend(names);
    }

    /// Whether a term leads to the name, whoever sends.
    pub(super) fn leads_to(&self, name: &DomainName) -> bool {
        self.names.contains(name)
    }

    /// How many `exists` terms whose target changes with the client's address lead to the name.
    pub(super) fn by_address(&self, name: &DomainName, check: &CheckHost) -> usize {
        let leads_there = |(text, domain): &&(MacroString, DomainName)| {
            expanded(text, domain, check).is_some_and(|target| target == *name)
        };
        self.by_address.iter().filter(leads_there).count()
    }
}

/// Whether the proof can follow a mechanism: its target does not change with who sends, or it
/// only matches or not.
pub(super) fn is_followed(mechanism: &Mechanism) -> bool {
    match (mechanism, mechanism.domain_spec()) {
        (Mechanism::Exists(_), Some(DomainSpec::Macro(text))) => is_by_address(text) || text.is_fixed(),
        (_, Some(target)) => is_fixed_target(target),
        (_, None) => true,
    }
}

/// Whether a target is the same whoever sends for the domain.
pub(super) fn is_fixed_target(target: &DomainSpec) -> bool {
    match target {
        DomainSpec::Name(_) => true,
        DomainSpec::Macro(text) => text.is_fixed(),
    }
}

/// Whether a text changes with the client's address, and with nothing else of the session.
fn is_by_address(text: &MacroString) -> bool {
    let letters = || text.macros().map(|m| m.letter);
    let known = |letter| {
        matches!(letter, MacroLetter::Domain | MacroLetter::SenderDomain | MacroLetter::Ip | MacroLetter::Version)
    };
    letters().all(known) && !text.is_fixed()
}

/// The target of a term where it is the same whoever sends; the domain itself where none is given.
fn fixed_name(target: Option<&DomainSpec>, domain: &DomainName, check: &CheckHost) -> Option<DomainName> {
    match target {
        None => Some(domain.clone()),
        Some(DomainSpec::Name(name)) => Some(name.clone()),
        Some(DomainSpec::Macro(text)) if text.is_fixed() => expanded(text, domain, check),
        Some(DomainSpec::Macro(_)) => None,
    }
}

fn expanded(text: &MacroString, domain: &DomainName, check: &CheckHost) -> Option<DomainName> {
    let sender_domain = check.subject.domain().ok()?;
    Values::of_target(&check.subject, &sender_domain, domain).target(text)
}

/// The check of one address in the name of the domain.
pub(super) fn check_of(domain: &DomainName, ip: IpAddr) -> CheckHost {
    CheckHost::new(ip, format!("postmaster@{}", super::super::record::plain(domain)))
}
