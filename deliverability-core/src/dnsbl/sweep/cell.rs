//! What a sweep found: one subject at one list.

use core::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::dns::Answers;
use crate::dnsbl::list::List;
use crate::dnsbl::query_name::Subject;
use crate::dnsbl::verdict::Status;
use crate::dnsbl::words::Role;

/// What one list says about one subject, or why it was not asked.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cell {
    subject: Subject,
    list: List,
    status: Status,
    tests: Option<Arc<Tests>>,
}

/// What was answered at the test points of a list, and when.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Tests {
    /// The answers.
    pub answers: Answers,
    /// When they came.
    pub at: SystemTime,
    /// What a missing entry means with them.
    pub(super) absent: Status,
}

impl Cell {
    pub(super) const fn asked(subject: Subject, list: List, status: Status, tests: Arc<Tests>) -> Self {
        Self { subject, list, status, tests: Some(tests) }
    }

    pub(super) const fn left_alone(subject: Subject, list: List, why: Status) -> Self {
        Self { subject, list, status: why, tests: None }
    }

    /// What the list was asked about.
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The list.
    pub const fn list(&self) -> &List {
        &self.list
    }

    /// What came out. Of a list that is left alone, it is why.
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// Whether the list was asked about this subject.
    pub const fn was_asked(&self) -> bool {
        self.tests.is_some()
    }

    /// What the list's test points had answered; `None` if it was not asked about this subject.
    pub fn tests(&self) -> Option<&Tests> {
        self.tests.as_deref()
    }

    /// Whether the subject is listed; on a welcome list that is a good thing.
    pub const fn is_listed(&self) -> bool {
        self.status.is_listed()
    }

    /// Whether the subject is listed by a code that is a reason to block.
    pub fn is_blocked(&self) -> bool {
        matches!(&self.status, Status::Listed { codes, .. } if codes.iter().any(|code| code.role == Role::Block))
    }

    /// Whether neither "listed" nor "not listed" could be established.
    pub const fn is_unknown(&self) -> bool {
        self.status.is_unknown()
    }

    /// Whether the question was asked and answered, if only by a refusal: a resumed sweep does
    /// not ask it again. One that failed, as by a time-out, may be.
    pub const fn is_settled(&self) -> bool {
        self.was_asked() && !matches!(self.status, Status::Failed(_))
    }
}

/// The subject, the zone and the status in plain words.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.subject, self.list.zone(), self.status)?;
        f.write_str(if self.was_asked() { "" } else { " (left alone)" })
    }
}
