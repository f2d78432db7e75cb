//! Includes turned into the addresses that they authorize today.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::super::record::{DomainSpec, Mechanism, Qualifier};
use super::address_set::AddressSet;
use super::draft::Part;
use super::explore::{Stop, World, explore};
use super::plan::{Halt, Plan, asked};
use super::proof::Unproven;
use super::refusal::Refusal;
use super::sender::Sender;
use crate::dns::Query;
use crate::domain::DomainName;
use crate::network::Network;
use crate::result::SpfResult;

impl Plan<'_> {
    /// Puts the fewest `ip4` and `ip6` terms in the place of each `include` of the domain.
    pub(super) fn flatten(&mut self, target: &DomainName) -> Result<(), Halt> {
        let includes = |part: &Part| match part.as_directive().map(|directive| &directive.mechanism) {
            Some(Mechanism::Include(DomainSpec::Name(name))) => name == target,
            _ => false,
        };
        if !self.draft.parts.iter().any(includes) {
            return Err(Refusal::NoSuchTerm { term: Sender::Include(target.clone()).to_string() }.into());
        }
        let networks = self.authorized_by(target)?.networks();
        while let Some(at) = self.draft.parts.iter().position(includes) {
            self.put_networks(at, &networks);
        }
        Ok(())
    }

    /// The same for every `a`, `mx` and `include` of the domain's own names; what cannot become
    /// addresses, or matches none, stays.
    pub(super) fn flatten_own(&mut self) -> Result<(), Halt> {
        let mut at = 0;
        while let Some(part) = self.draft.parts.get(at) {
            let mechanism = part.as_directive().map(|directive| directive.mechanism.clone());
            let networks = match mechanism {
                Some(mechanism) if self.is_own(&mechanism)? => match self.matched_by(self.domain, mechanism) {
                    Ok(set) => set.networks(),
                    Err(Halt::Refuse(_)) => Vec::new(),
                    Err(need) => return Err(need),
                },
                _ => Vec::new(),
            };
            if !networks.is_empty() {
                self.put_networks(at, &networks);
            }
            at = at.saturating_add(networks.len().max(1));
        }
        Ok(())
    }

    /// Whether a mechanism leads to names at or below the domain alone, and to none by an alias:
    /// what others name, they may change.
    fn is_own(&self, mechanism: &Mechanism) -> Result<bool, Halt> {
        let name = match mechanism.domain_spec() {
            None => self.domain.clone(),
            Some(DomainSpec::Name(name)) => name.clone(),
            Some(DomainSpec::Macro(_)) => return Ok(false),
        };
        let query = match mechanism {
            Mechanism::A { .. } => Query::a(name),
            Mechanism::Mx { .. } => Query::mx(name),
            Mechanism::Include(_) => Query::txt(name),
            _ => return Ok(false),
        };
        if !query.name.is_within(self.domain) {
            return Ok(false);
        }
        let is_within = |name: &DomainName| name.is_within(self.domain);
        let answer = asked(self.known, &query)?;
        Ok(answer.is_ok_and(|found| {
            found.aliases().iter().all(is_within) && found.exchanges().all(|(_, host)| is_within(host))
        }))
    }

    fn put_networks(&mut self, at: usize, networks: &[Network]) {
        let qualifier = self.draft.parts.get(at).and_then(Part::as_directive).map_or(Qualifier::Pass, |d| d.qualifier);
        let term = |network| Part::directive(qualifier, Sender::Network(network).mechanism());
        self.draft.replace(at, networks.iter().copied().map(term).collect());
    }

    /// The addresses that an include of the domain matches.
    pub(super) fn authorized_by(&self, target: &DomainName) -> Result<AddressSet, Halt> {
        self.matched_by(target, Sender::Include(target.clone()).mechanism())
    }

    /// The addresses that a mechanism matches; `target` is what a refusal names.
    fn matched_by(&self, target: &DomainName, mechanism: Mechanism) -> Result<AddressSet, Halt> {
        let world = self.with_only(&[Part::directive(Qualifier::Pass, mechanism)]);
        let (mut passing, mut error) = (BTreeSet::<IpAddr>::new(), None);
        // The limits hold for the whole record: they do not say what an include means.
        let explored = explore(self.domain, &[World::unlimited(&world)], &mut |ip, evaluations| {
            match evaluations.first().map(super::super::evaluation::Evaluation::result) {
                Some(SpfResult::Pass) => drop(passing.insert(ip)),
                Some(result @ (SpfResult::Permerror | SpfResult::Temperror)) => error = Some(result),
                _ => {}
            }
            Ok(())
        });
        let not_flat = |why| Halt::Refuse(Refusal::NotFlat { target: target.clone(), why });
        match (explored, error) {
            (Ok(explored), _) if explored.branched => {
                Err(not_flat(Unproven::DependsOnSession { domain: target.clone(), term: "ptr or exists".to_owned() }))
            }
            (Ok(_), Some(result)) => Err(Refusal::BrokenInclude { target: target.clone(), result }.into()),
            (Ok(explored), None) => Ok(explored.stretches(&|ip| passing.contains(&ip))),
            (Err(Stop::Need(needed)), _) => Err(needed.into()),
            (Err(Stop::Unproven(why)), _) => Err(not_flat(why)),
            (Err(Stop::Refuted(_) | Stop::Again), _) => Err(not_flat(Unproven::TooManyEdges)),
        }
    }
}
