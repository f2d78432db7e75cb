//! Includes turned into the addresses that they authorize today.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::super::record::{DomainSpec, Mechanism, Qualifier};
use super::address_set::AddressSet;
use super::draft::Part;
use super::explore::{Stop, World, explore};
use super::plan::{Halt, Plan};
use super::proof::Unproven;
use super::refusal::Refusal;
use super::sender::Sender;
use crate::domain::DomainName;
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
            let qualifier =
                self.draft.parts.get(at).and_then(Part::as_directive).map_or(Qualifier::Pass, |d| d.qualifier);
            let term = |network| Part::directive(qualifier, Sender::Network(network).mechanism());
            self.draft.replace(at, networks.iter().copied().map(term).collect());
        }
        Ok(())
    }

    /// The addresses that an include of the domain matches.
    pub(super) fn authorized_by(&self, target: &DomainName) -> Result<AddressSet, Halt> {
        let include = Part::directive(Qualifier::Pass, Sender::Include(target.clone()).mechanism());
        let world = self.with_only(&[include]);
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
