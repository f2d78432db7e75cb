//! Asking many lists about several subjects, each list as little as it can bear.

use std::collections::HashMap;

use super::list::List;
use super::lookup::{Lookup, Missing, Part, Pending};
use super::query_name::Subject;
use super::verdict::{Status, Verdict};
use crate::dns::{Check, DnsError, Known, Query, Step};
use crate::domain::DomainName;

/// Asks lists about several subjects: for each subject the verdicts that [`Lookup`] would give,
/// but a list that refused, or did not answer in time, is left alone from then on.
///
/// To know that in time, a list is asked about the other subjects only after it answered the first
/// one: one round more than asking everything at once. What comes out does not depend on the order
/// in which answers arrive.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, dnsbl::{Kind, List, LookupEach, Subject}};
///
/// let list = List::new("bl.example".parse()?, Kind::Ip).with_rfc_test_points();
/// let subjects = [Subject::Ip("192.0.2.7".parse()?), Subject::Ip("192.0.2.8".parse()?)];
/// let zone: Zone = "*.bl.example A 127.255.255.254".parse()?;
/// let verdicts = LookupEach::of(subjects).lists(&[list]).in_zone(&zone);
/// assert!(verdicts[1][0].is_left_alone());
/// assert_eq!(verdicts[1][0].decided_by(), verdicts[0][0].query());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupEach {
    lookups: Vec<Lookup>,
}

impl LookupEach {
    /// Asks the default lists about these subjects, the first one first.
    pub fn of(subjects: impl IntoIterator<Item = Subject>) -> Self {
        Self::all(subjects.into_iter().map(Lookup::about))
    }

    /// These lookups, the first one first: each subject with lists of its own.
    pub fn all(lookups: impl IntoIterator<Item = Lookup>) -> Self {
        Self { lookups: lookups.into_iter().collect() }
    }

    /// Asks these lists instead of the default ones; those that do not hold a subject are left out
    /// for it.
    #[must_use]
    pub fn lists(self, lists: &[List]) -> Self {
        Self { lookups: self.lookups.into_iter().map(|lookup| lookup.lists(lists)).collect() }
    }
}

impl Check for LookupEach {
    type Outcome = Vec<Vec<Verdict>>;

    fn step(&self, known: &dyn Known) -> Step<Vec<Vec<Verdict>>> {
        let mut round = Round { known, missing: Missing::default(), states: HashMap::new() };
        let verdicts = self
            .lookups
            .iter()
            .map(|lookup| lookup.parts().iter().filter_map(|part| round.verdict(part, lookup.subject())).collect())
            .collect();
        round.missing.or_done(verdicts)
    }
}

/// One step over every subject and list.
struct Round<'a> {
    known: &'a dyn Known,
    missing: Missing,
    states: HashMap<&'a DomainName, State>,
}

/// What is known of a list so far.
enum State {
    /// The first question is on its way.
    Waiting,
    /// It answers.
    Answers,
    /// It is to be left alone, because of the answer to this query.
    LeftAlone(Status, Query),
}

impl<'a> Round<'a> {
    fn verdict(&mut self, part: &'a Part, subject: &Subject) -> Option<Verdict> {
        let zone = part.list().zone();
        match self.states.get(zone) {
            Some(State::Waiting) => return None,
            Some(State::LeftAlone(status, query)) => return Some(part.left_alone(subject, status, query)),
            Some(State::Answers) | None => {}
        }
        let (state, verdict) = match part.verdict(subject, self.known, &mut self.missing) {
            Ok(verdict) if is_to_be_left_alone(verdict.status()) => {
                (State::LeftAlone(verdict.status().clone(), verdict.decided_by().clone()), Some(verdict))
            }
            // A name that cannot be asked says nothing of the list.
            Ok(verdict) if verdict.queries().next().is_none() => return Some(verdict),
            Ok(verdict) => (State::Answers, Some(verdict)),
            Err(Pending::Reason) => (State::Answers, None),
            Err(Pending::Answer) => (State::Waiting, None),
        };
        let answered_before = matches!(self.states.get(zone), Some(State::Answers));
        if !(answered_before && matches!(state, State::Waiting)) {
            self.states.insert(zone, state);
        }
        verdict
    }
}

fn is_to_be_left_alone(status: &Status) -> bool {
    matches!(status, Status::Refused { .. } | Status::Failed(DnsError::Timeout))
}
