//! Answers as plain data: what is known, and what a check has read.

use core::cell::RefCell;
use core::fmt;
use std::collections::HashMap;

use super::{Answer, Known, Query};
use crate::hashing::Keyed;

/// Answers by query. What is missing was not asked.
///
/// Plain data: compare it, keep it, [`replay`](super::Check::replay) a check over it; with
/// feature `serde` it is a JSON list of `{"name", "type", "records" | "error", "ttl"}`.
///
/// ```
/// use deliverability_core::dns::{Answers, DnsError, Query, Response};
/// let mut answers = Answers::new();
/// answers.insert(Query::txt("example.org".parse()?), Response::nxdomain().into_answer());
/// answers.insert(Query::mx("example.org".parse()?), Err(DnsError::Timeout));
/// assert_eq!(answers.len(), 2);
/// # Ok::<(), deliverability_core::domain::ParseError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answers {
    by_query: HashMap<Query, Answer, Keyed>,
}

impl Answers {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps an answer; a later one for the same query replaces it.
    pub fn insert(&mut self, query: Query, answer: Answer) {
        self.by_query.insert(query, answer);
    }

    /// The answer to a query, if it was asked.
    pub fn get(&self, query: &Query) -> Option<&Answer> {
        self.by_query.get(query)
    }

    /// Whether the query was asked.
    pub fn contains(&self, query: &Query) -> bool {
        self.by_query.contains_key(query)
    }

    /// How many answers there are.
    pub fn len(&self) -> usize {
        self.by_query.len()
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.by_query.is_empty()
    }

    /// All answers, ordered by name, then type.
    pub fn iter(&self) -> impl Iterator<Item = (&Query, &Answer)> {
        let mut answers: Vec<_> = self.by_query.iter().collect();
        answers.sort_unstable_by_key(|(query, _)| *query);
        answers.into_iter()
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Known for Answers {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        self.by_query.get(query).cloned().ok_or_else(|| query.clone())
    }
}

impl FromIterator<(Query, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (Query, Answer)>>(iter: I) -> Self {
        Self { by_query: iter.into_iter().collect() }
    }
}

impl Extend<(Query, Answer)> for Answers {
    fn extend<I: IntoIterator<Item = (Query, Answer)>>(&mut self, iter: I) {
        self.by_query.extend(iter);
    }
}

impl IntoIterator for Answers {
    type Item = (Query, Answer);
    type IntoIter = std::vec::IntoIter<(Query, Answer)>;

    /// All answers, ordered by name, then type.
    fn into_iter(self) -> Self::IntoIter {
        let mut answers: Vec<_> = self.by_query.into_iter().collect();
        answers.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        answers.into_iter()
    }
}

/// A view of a [`Known`] that notes which answers were read: the evidence of a final step.
pub struct Reading<'a> {
    known: &'a dyn Known,
    read: RefCell<Answers>,
}

impl<'a> Reading<'a> {
    /// Reads through to `known`.
    pub fn new(known: &'a dyn Known) -> Self {
        Self { known, read: RefCell::default() }
    }

    /// The answers that were read.
    pub fn into_answers(self) -> Answers {
        self.read.into_inner()
    }
}

impl core::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Reading").field("read", &self.read).finish_non_exhaustive()
    }
}

impl Known for Reading<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        let answer = self.known.get(query)?;
        let mut read = self.read.borrow_mut();
        if !read.contains(query) {
            read.insert(query.clone(), answer.clone());
        }
        Ok(answer)
    }
}
