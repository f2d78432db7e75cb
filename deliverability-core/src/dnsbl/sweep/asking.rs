//! What a sweep has under way: the test points of a list, or one question.

use std::sync::Arc;
use std::time::SystemTime;

use futures_util::future::join_all;

use super::cell::{Cell, Tests};
use crate::dns::{Answer, Answers, Check, DnsError, Known, Query, Resolver, Step};
use crate::dnsbl::health::{Health, Tested};
use crate::dnsbl::list::{List, TestPoint};
use crate::dnsbl::lookup::{Lookup, question};
use crate::dnsbl::query_name::Subject;
use crate::dnsbl::response::ListAnswer;
use crate::dnsbl::test_points::test_queries_for;
use crate::dnsbl::verdict::Status;

/// What came to its end.
pub(super) enum Done {
    Tests { nth: usize, subject: Subject, tests: Tests },
    Question { nth: usize, cell: Cell },
}

/// Asks the test points that a list has for subjects such as this one, all at once.
pub(super) async fn ask_tests<R: Resolver>(resolver: R, nth: usize, list: List, subject: Subject) -> Done {
    let queries = test_queries_for(&list, &subject);
    let asked = queries.into_iter().map(|query| async {
        let answer = resolver.resolve(&query).await;
        (query, answer)
    });
    let answers = join_all(asked).await.into_iter().collect();
    let tests = judged(&list, &subject, answers, SystemTime::now());
    Done::Tests { nth, subject, tests }
}

/// Asks a list about a subject, and then for the text of an entry.
pub(super) async fn ask_question<R: Resolver>(
    resolver: R,
    nth: usize,
    list: List,
    subject: Subject,
    tests: Arc<Tests>,
) -> Done {
    let status = match question(&list, &subject) {
        Err(_) => conclude(&resolver, &list, &subject, &tests, Vec::new()).await,
        Ok(query) => match resolver.resolve(&query).await {
            // Nearly all answers are this one, and it says the same of every subject.
            Ok(response) if response.is_void() => tests.absent.clone(),
            answer => conclude(&resolver, &list, &subject, &tests, vec![(query, answer)]).await,
        },
    };
    Done::Question { nth, cell: Cell::asked(subject, list, status, tests) }
}

/// The status, once all that it needs is asked: the text of an entry.
async fn conclude<R: Resolver>(
    resolver: &R,
    list: &List,
    subject: &Subject,
    tests: &Tests,
    mut own: Vec<(Query, Answer)>,
) -> Status {
    let lookup = Lookup::of_one(subject.clone(), list);
    loop {
        let needed = match lookup.step(&Both { own: &own, tests: &tests.answers }) {
            Step::Done(verdicts) => return status_of(verdicts),
            Step::Need(needed) => needed,
        };
        let Some(query) = needed.blocking.into_iter().next() else { return nothing_said() };
        let answer = resolver.resolve(&query).await;
        own.push((query, answer));
    }
}

/// What the answers at a list's test points mean for a missing entry. That holds for every subject
/// of the kind, so the question is none of these: the first subject may be a test point itself.
pub(super) fn judged(list: &List, subject: &Subject, answers: Answers, at: SystemTime) -> Tests {
    let doubt = health(list, subject, &answers).doubt(&ListAnswer::NoEntry);
    let absent = doubt.map_or(Status::NotListed, |doubt| doubt.status);
    Tests { answers, at, absent }
}

/// Why a list with these answers at its test points is asked nothing: whatever it says could not
/// be believed.
pub(super) fn doubt(list: &List, subject: &Subject, tests: &Tests) -> Option<Status> {
    let health = health(list, subject, &tests.answers);
    let said = [ListAnswer::NoEntry, ListAnswer::Entry(Vec::new())];
    let [absent, listed] = said.map(|said| health.doubt(&said).map(|doubt| doubt.status));
    let failed = [&absent, &listed].into_iter().flatten().find(|status| matches!(status, Status::Failed(_)));
    failed.cloned().or_else(|| absent.filter(|absent| listed.as_ref() == Some(absent)))
}

/// The list's health by the answers at its test points; a point without one is taken for failed.
fn health<'l>(list: &'l List, subject: &Subject, answers: &Answers) -> Health<'l> {
    let not_recorded = Err(DnsError::NotRecorded);
    let tested = |point: &'l TestPoint| {
        let answer = answers.get(&point.query).unwrap_or(&not_recorded);
        Tested::new(list, point, answer)
    };
    Health { listed: list.listed_point(subject).map(tested), clean: list.clean_point(subject).map(tested) }
}

fn status_of(verdicts: Vec<crate::dnsbl::verdict::Verdict>) -> Status {
    verdicts.into_iter().next().map_or_else(nothing_said, |verdict| verdict.status().clone())
}

/// For what no list gives: no verdict on a subject that it holds.
fn nothing_said() -> Status {
    Status::Failed(DnsError::NotRecorded)
}

/// A cell's own answers, and those that it shares.
struct Both<'a> {
    own: &'a [(Query, Answer)],
    tests: &'a Answers,
}

impl Known for Both<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        match self.own.iter().find(|(asked, _)| asked == query) {
            Some((_, answer)) => Ok(answer.clone()),
            None => self.tests.get(query).cloned().ok_or_else(|| query.clone()),
        }
    }
}
