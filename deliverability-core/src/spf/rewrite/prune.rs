//! Terms that can decide nothing (RFC 7208 §4.6.2, §5.1, §6.1).

use super::super::record::{DomainSpec, Mechanism, TermKind};
use super::address_set::AddressSet;
use super::draft::Part;
use super::plan::{Halt, Plan, asked};
use crate::dns::Query;
use crate::domain::DomainName;

impl Plan<'_> {
    /// Takes out what can decide nothing: terms after `all`, a redirect beside `all`, repeated
    /// mechanisms, networks that earlier ones cover, `a`, `mx` and `exists` of names without such
    /// records, and includes that let nobody pass.
    ///
    /// `a`, `mx` and includes whose addresses others cover today stay: their owners may change them.
    pub(super) fn prune(&mut self) -> Result<(), Halt> {
        let has_all = self.draft.parts.iter().any(Part::is_all);
        let (mut kept, mut ended) = (Vec::<Part>::new(), false);
        let mut covered = AddressSet::default();
        for part in core::mem::take(&mut self.draft.parts) {
            let dead = match &part.kind {
                TermKind::Directive(directive) => {
                    ended || is_repeated(&part, &kept) || self.is_dead(&directive.mechanism, &covered)?
                }
                TermKind::Modifier(_) => has_all && part.is_redirect(),
            };
            if dead {
                continue;
            }
            ended |= part.is_all();
            if let Some(Mechanism::Ip4(network) | Mechanism::Ip6(network)) =
                part.as_directive().map(|directive| &directive.mechanism)
            {
                covered.insert(*network);
            }
            kept.push(part);
        }
        self.draft.parts = kept;
        Ok(())
    }

    fn is_dead(&self, mechanism: &Mechanism, covered: &AddressSet) -> Result<bool, Halt> {
        match mechanism {
            Mechanism::Ip4(network) | Mechanism::Ip6(network) => Ok(covered.covers(*network)),
            Mechanism::A { domain_spec, .. } => match self.name_of(domain_spec.as_ref()) {
                Some(name) => Ok(self.is_void(&Query::a(name.clone()))? && self.is_void(&Query::aaaa(name))?),
                None => Ok(false),
            },
            Mechanism::Mx { domain_spec, .. } => match self.name_of(domain_spec.as_ref()) {
                Some(name) => self.is_void(&Query::mx(name)),
                None => Ok(false),
            },
            Mechanism::Exists(DomainSpec::Name(name)) => self.is_void(&Query::a(name.clone())),
            Mechanism::Include(DomainSpec::Name(name)) => match self.authorized_by(name) {
                Ok(set) => Ok(set.is_empty()),
                Err(Halt::Refuse(_)) => Ok(false),
                Err(need) => Err(need),
            },
            _ => Ok(false),
        }
    }

    fn name_of(&self, target: Option<&DomainSpec>) -> Option<DomainName> {
        match target {
            None => Some(self.domain.clone()),
            Some(DomainSpec::Name(name)) => Some(name.clone()),
            Some(DomainSpec::Macro(_)) => None,
        }
    }

    /// Whether there is an answer, and it holds no record or the null MX alone (RFC 7505).
    fn is_void(&self, query: &Query) -> Result<bool, Halt> {
        let answer = asked(self.known, query)?;
        Ok(answer.is_ok_and(|found| {
            let null_mx = !found.is_void() && found.exchanges().count() == found.records().len();
            found.is_void() || (null_mx && found.exchanges().all(|(_, host)| host.is_root()))
        }))
    }
}

/// Whether an earlier directive has the same mechanism: what it matches is decided there.
fn is_repeated(part: &Part, kept: &[Part]) -> bool {
    let mechanism = |part: &Part| part.as_directive().map(|directive| directive.mechanism.clone());
    kept.iter().any(|other| mechanism(other).is_some() && mechanism(other) == mechanism(part))
}
