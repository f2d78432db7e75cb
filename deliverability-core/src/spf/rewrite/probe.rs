//! One world as one client sees it, with what nobody can know in advance left open.

use core::cell::{Cell, RefCell};

use super::super::check_host::CheckHost;
use super::atlas::{Atlas, Found};
use crate::dns::{Answer, DnsError, Known, Query, RecordData, RecordType, Response};
use crate::domain::DomainName;
use crate::network::arpa_name;

/// Most targets of `ptr` terms: every subset of them is tried.
pub(super) const MAX_PTR_TARGETS: usize = 3;

/// A [`Known`] that asks the world below only what does not change with the client. The answers
/// to all else (`ptr`, and `exists` with the client's address) are assumed one way, then another.
pub(super) struct Probe<'a> {
    pub(super) world: &'a dyn Known,
    pub(super) check: &'a CheckHost,
    pub(super) atlas: &'a RefCell<Atlas>,
    pub(super) found: &'a Found,
    pub(super) assumed: &'a [(Query, Answer)],
    /// The first query met that has to be assumed.
    pub(super) open: RefCell<Option<Query>>,
    /// Two terms lead to the same name for this client, which is chance.
    pub(super) coincidence: Cell<bool>,
}

impl Probe<'_> {
    fn is_open(&self, query: &Query) -> bool {
        match query.record_type {
            RecordType::A => {
                let terms = self.atlas.borrow().by_address(&query.name, self.check);
                self.coincidence.set(self.coincidence.get() || terms > 1);
                terms > 0
            }
            RecordType::Ptr => {
                !self.found.ptr_targets.borrow().is_empty() && query.name == arpa_name(self.check.subject.ip)
            }
            _ => false,
        }
    }
}

impl Known for Probe<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        if let Some((_, answer)) = self.assumed.iter().find(|(assumed, _)| assumed == query) {
            return Ok(answer.clone());
        }
        if self.is_open(query) {
            self.open.borrow_mut().get_or_insert_with(|| query.clone());
            return Err(query.clone());
        }
        if !self.atlas.borrow().leads_to(&query.name) {
            // Of an explanation, or of a term that is found out afterwards: nothing to ask for.
            return Ok(Response::nxdomain().into_answer());
        }
        let answer = self.world.get(query)?;
        if let Ok(response) = &answer {
            let mut atlas = self.atlas.borrow_mut();
            match query.record_type {
                RecordType::Txt => atlas.read(&query.name, response, self.check, self.found),
                RecordType::Mx => atlas.lead_to(response.exchanges().map(|(_, host)| host.clone())),
                _ => {}
            }
        }
        Ok(answer)
    }
}

/// Every way in which an open query can be answered, as far as a verdict can tell.
pub(super) fn ways(query: &Query, check: &CheckHost, ptr_targets: &[DomainName]) -> Option<Vec<Vec<(Query, Answer)>>> {
    let one = |answer: Answer| vec![(query.clone(), answer)];
    let void = one(Response::nxdomain().into_answer());
    if query.record_type == RecordType::Ptr {
        return Some(core::iter::once(void).chain(pointers(query, check, ptr_targets)?).collect());
    }
    let there = Response::new([RecordData::A([127, 0, 0, 2].into())]).into_answer();
    Some(vec![void, one(there), one(Err(DnsError::Servfail))])
}

/// For every subset of the targets: names of the client that resolve back, one within each.
///
/// A failed PTR query is as a name within none of them (RFC 7208 §5.5).
fn pointers(query: &Query, check: &CheckHost, targets: &[DomainName]) -> Option<Vec<Vec<(Query, Answer)>>> {
    if targets.len() > MAX_PTR_TARGETS {
        return None;
    }
    let ip = check.subject.ip;
    let within = |target: &DomainName| target.child("a-client-of-this-proof").ok();
    let names: Vec<DomainName> = targets.iter().map(within).collect::<Option<_>>()?;
    let subset = |chosen: usize| {
        let names: Vec<&DomainName> =
            names.iter().enumerate().filter(|(n, _)| chosen & (1 << n) != 0).map(|(_, name)| name).collect();
        let pointing =
            names.iter().map(|name| RecordData::Ptr((*name).clone())).chain([RecordData::Ptr(query.name.clone())]);
        let back = |name: &&DomainName| {
            (Query::address((*name).clone(), ip), Response::new([RecordData::from(ip)]).into_answer())
        };
        let pointer = (query.clone(), Response::new(pointing).into_answer());
        core::iter::once(pointer).chain(names.iter().map(back)).collect()
    };
    Some((0..1 << names.len()).map(subset).collect())
}
