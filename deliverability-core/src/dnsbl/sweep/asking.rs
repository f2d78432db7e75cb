//! What a sweep has under way: the test points of a list, or one question.

use std::sync::Arc;
use std::time::SystemTime;

use futures_util::future::join_all;

use super::cell::{Cell, Tests};
use crate::dns::{Answer, Answers, Check, DnsError, Known, Query, RecordData, Resolver, Response, Step};
use crate::dnsbl::list::List;
use crate::dnsbl::lookup::Lookup;
use crate::dnsbl::query_name::Subject;
use crate::dnsbl::test_points::test_queries_for;
use crate::dnsbl::verdict::Status;
use crate::domain::DomainName;

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
    let status = match list.query(&subject) {
        Err(_) => conclude(&resolver, &list, &subject, &tests, Vec::new()).await,
        Ok(question) => match resolver.resolve(&question).await {
            // Nearly all answers are this one, and it says the same of every subject.
            Ok(response) if response.is_void() => tests.absent.clone(),
            answer => conclude(&resolver, &list, &subject, &tests, vec![(question, answer)]).await,
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

/// What the answers at a list's test points mean for a missing entry.
pub(super) fn judged(list: &List, subject: &Subject, answers: Answers, at: SystemTime) -> Tests {
    let absent = supposed(list, subject, &answers, &Response::nxdomain().into_answer());
    Tests { answers, at, absent: absent.unwrap_or_else(nothing_said) }
}

/// Why a list with these answers at its test points is asked nothing: whatever it says could not
/// be believed.
pub(super) fn doubt(list: &List, subject: &Subject, tests: &Tests) -> Option<Status> {
    let absent = tests.absent.clone();
    let entry = Response::new([RecordData::A([127, 0, 0, 2].into())]).into_answer();
    let listed = supposed(list, subject, &tests.answers, &entry)?;
    let failed = [&absent, &listed].into_iter().find(|status| matches!(status, Status::Failed(_)));
    match failed {
        Some(failed) => Some(failed.clone()),
        None => (absent == listed && absent.is_unknown()).then_some(absent),
    }
}

fn name_of(list: &List, subject: &Subject) -> Option<DomainName> {
    list.query(subject).ok().map(|query| query.name)
}

/// The status if the question were answered so.
fn supposed(list: &List, subject: &Subject, tests: &Answers, answer: &Answer) -> Option<Status> {
    let own = name_of(list, subject)?;
    let ask = |query: &Query| match tests.get(query) {
        _ if query.name == own => answer.clone(),
        Some(answer) => answer.clone(),
        None => Err(DnsError::NotRecorded),
    };
    Some(status_of(Lookup::of_one(subject.clone(), list).run_with(ask)))
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
