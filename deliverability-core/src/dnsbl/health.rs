//! Whether a list's answer can be believed (RFC 5782 §5): judged from its two test points.

use super::list::{List, TestPoint};
use super::response::{self, ListAnswer};
use super::verdict::Status;
use crate::dns::{Answer, Query, RecordData};

/// A list's test points with what was answered there, each where the list has one.
pub(super) struct Health<'a> {
    pub(super) listed: Option<Tested<'a>>,
    pub(super) clean: Option<Tested<'a>>,
}

/// A test point and what was answered there.
pub(super) struct Tested<'a> {
    point: &'a TestPoint,
    said: ListAnswer,
}

/// Why an answer cannot be believed, and the test point's query that showed it.
pub(super) struct Doubt<'a> {
    pub(super) status: Status,
    pub(super) shown_by: Option<&'a Query>,
}

impl<'a> Tested<'a> {
    /// Reads the answer at a test point.
    pub(super) fn new(list: &List, point: &'a TestPoint, answer: &Answer) -> Self {
        let said = match (point.value, answer) {
            // The test entry itself may carry a value that is a refusal elsewhere (dnswl.org).
            (Some(value), Ok(response)) if response.records() == [RecordData::A(value)] => {
                ListAnswer::Entry(response::codes(list, response))
            }
            _ => list.decode(answer),
        };
        Self { point, said }
    }

    fn doubt(&self, status: Status) -> Doubt<'a> {
        Doubt { status, shown_by: Some(&self.point.query) }
    }

    /// A refusal or a foreign value at a test point says the same as one at the question.
    fn disowned(&self) -> Option<Doubt<'a>> {
        match &self.said {
            ListAnswer::Refused { .. } | ListAnswer::Foreign { .. } => Some(self.doubt(settled(&self.said)?)),
            _ => None,
        }
    }
}

impl<'a> Health<'a> {
    /// Why `said`, an entry or none, cannot be believed; `None` if it can.
    pub(super) fn doubt(&self, said: &ListAnswer) -> Option<Doubt<'a>> {
        let points = [&self.clean, &self.listed];
        if let Some(doubt) = points.into_iter().flatten().find_map(Tested::disowned) {
            return Some(doubt);
        }
        // RFC 5782 §5: an entry that must not be there voids every entry.
        if let Some(clean @ Tested { said: ListAnswer::Entry(_), .. }) = &self.clean {
            return Some(
                clean.doubt(unhealthy(clean.point, "must not be listed and is: the list may list everything")),
            );
        }
        // An entry is confirmed by a list that does not list everything, a missing entry by one
        // that lists something.
        match said {
            ListAnswer::Entry(_) => unconfirmed(self.clean.as_ref()),
            _ => match &self.listed {
                Some(listed @ Tested { said: ListAnswer::NoEntry, .. }) => {
                    let why = "must be listed and is not: the list was emptied or does not serve this resolver";
                    Some(listed.doubt(unhealthy(listed.point, why)))
                }
                listed => unconfirmed(listed.as_ref()),
            },
        }
    }
}

/// What an answer settles by itself, whatever the test points say.
pub(super) fn settled(said: &ListAnswer) -> Option<Status> {
    match said {
        ListAnswer::NoEntry | ListAnswer::Entry(_) => None,
        ListAnswer::Refused { why } => Some(Status::Refused { why: why.clone() }),
        ListAnswer::Foreign { value } => Some(Status::Unhealthy {
            why: format!("it answers {value}, and no list has values outside 127.0.0.0/8: its domain may be parked"),
        }),
        ListAnswer::Failed(error) => Some(Status::Failed(error.clone())),
    }
}

/// A confirming test point that is not known, or whose own query failed.
fn unconfirmed<'a>(tested: Option<&Tested<'a>>) -> Option<Doubt<'a>> {
    match tested {
        None => Some(Doubt { status: Status::Untestable, shown_by: None }),
        Some(tested) => settled(&tested.said).map(|status| tested.doubt(status)),
    }
}

fn unhealthy(point: &TestPoint, what: &str) -> Status {
    Status::Unhealthy { why: format!("its test point {} {what}", point.subject) }
}
