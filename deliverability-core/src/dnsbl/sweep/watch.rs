//! What a sweep knows of one list while it runs.

use core::time::Duration;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::time::Instant;

use super::asking::{doubt, judged};
use super::cell::{Cell, Tests};
use super::past::Past;
use crate::dns::{Answers, DnsError};
use crate::dnsbl::list::List;
use crate::dnsbl::lookup::question;
use crate::dnsbl::query_name::{Family, Subject};
use crate::dnsbl::test_points::{examples, test_queries_for};
use crate::dnsbl::verdict::Status;

/// How long test points, and failures, are remembered.
const REMEMBERED: Duration = Duration::from_secs(3600);

/// One list: its tests for each kind of subject, and the subjects that wait.
pub(super) struct Watch {
    list: List,
    kinds: [Standing; 3],
    /// Questions under way.
    under_way: usize,
    /// Failures since the last answer.
    failures: u32,
    parked: VecDeque<Subject>,
    /// Set once the list refused: it is left alone for the rest of the run.
    refused: Option<Status>,
}

/// Where a list stands for one kind of subject.
enum Standing {
    Untested,
    Testing,
    /// Known until a time.
    Tested(Arc<Tests>, Instant),
    Alone(Status, Instant),
}

/// Where a list stands now.
pub(super) enum State {
    Untested,
    Testing,
    Tested(Arc<Tests>),
    Alone(Status),
}

impl Watch {
    pub(super) const fn new(list: List) -> Self {
        let kinds = [Standing::Untested, Standing::Untested, Standing::Untested];
        Self { list, kinds, under_way: 0, failures: 0, parked: VecDeque::new(), refused: None }
    }

    pub(super) const fn list(&self) -> &List {
        &self.list
    }

    pub(super) const fn under_way(&self) -> usize {
        self.under_way
    }

    pub(super) fn parked(&self) -> usize {
        self.parked.len()
    }

    pub(super) fn state(&self, subject: &Subject) -> State {
        if let Some(status) = &self.refused {
            return State::Alone(status.clone());
        }
        match self.standing(subject) {
            Standing::Testing => State::Testing,
            Standing::Tested(tests, until) if *until > Instant::now() => State::Tested(Arc::clone(tests)),
            Standing::Alone(status, until) if *until > Instant::now() => State::Alone(status.clone()),
            _ => State::Untested,
        }
    }

    /// Takes what an earlier run knew of the test points.
    pub(super) fn recall(&mut self, past: &Past) {
        for example in examples() {
            let queries = test_queries_for(&self.list, &example);
            if !self.list.kind().holds(&example) || queries.is_empty() {
                continue;
            }
            let known = queries.iter().map(|query| past.test(query, REMEMBERED));
            let Some(known) = known.collect::<Option<Vec<_>>>() else { continue };
            let Some(at) = known.iter().map(|(at, _)| *at).min() else { continue };
            let answers: Answers = queries.into_iter().zip(known.into_iter().map(|(_, answer)| answer)).collect();
            let tests = judged(&self.list, &example, answers, at);
            self.tested(&example, tests);
        }
    }

    pub(super) fn begin_tests(&mut self, subject: &Subject) {
        *self.standing_mut(subject) = Standing::Testing;
    }

    pub(super) fn tested(&mut self, subject: &Subject, tests: Tests) {
        let age = SystemTime::now().duration_since(tests.at).unwrap_or_default();
        let until = Instant::now() + REMEMBERED.saturating_sub(age);
        let standing = match doubt(&self.list, subject, &tests) {
            Some(status @ Status::Refused { .. }) => {
                self.refused = Some(status.clone());
                Standing::Alone(status, until)
            }
            Some(status) => Standing::Alone(status, until),
            None => Standing::Tested(Arc::new(tests), until),
        };
        *self.standing_mut(subject) = standing;
    }

    pub(super) fn begin_question(&mut self) {
        self.under_way = self.under_way.saturating_add(1);
    }

    /// Takes in what a question came to: refusals and failures in a row have consequences.
    pub(super) fn answered(&mut self, cell: &Cell, patience: u32) {
        self.under_way = self.under_way.saturating_sub(1);
        match cell.status() {
            Status::Refused { .. } => self.refused = Some(cell.status().clone()),
            // Nobody was asked: the name is too long, or an address.
            Status::Failed(DnsError::Other(_)) if question(&self.list, cell.subject()).is_err() => {}
            Status::Failed(_) => self.failures = self.failures.saturating_add(1),
            _ => self.failures = 0,
        }
        if self.failures >= patience {
            self.failures = 0;
            let until = Instant::now() + REMEMBERED;
            *self.standing_mut(cell.subject()) = Standing::Alone(cell.status().clone(), until);
        }
    }

    pub(super) fn park(&mut self, subject: Subject) {
        self.parked.push_back(subject);
    }

    /// A parked subject that can go on now, with `most` questions under way.
    pub(super) fn unpark(&mut self, most: usize) -> Option<Subject> {
        let can_go_on = match self.state(self.parked.front()?) {
            State::Untested | State::Alone(_) => true,
            State::Testing => false,
            State::Tested(_) => self.under_way < most,
        };
        if can_go_on { self.parked.pop_front() } else { None }
    }

    fn standing(&self, subject: &Subject) -> &Standing {
        let [v4, v6, domain] = &self.kinds;
        match subject.family() {
            Family::Ipv4 => v4,
            Family::Ipv6 => v6,
            Family::Domain => domain,
        }
    }

    fn standing_mut(&mut self, subject: &Subject) -> &mut Standing {
        let [v4, v6, domain] = &mut self.kinds;
        match subject.family() {
            Family::Ipv4 => v4,
            Family::Ipv6 => v6,
            Family::Domain => domain,
        }
    }
}
