//! The DMARC records at names, each looked at once a step (RFC 9989 §4.10 steps 2 and 6).

use core::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::reading::Reading;
use crate::dns::{Answer, DnsError, Known, Needed, Query, Text};
use crate::domain::DomainName;

/// The label that DMARC records stand under (RFC 9989 §4.5).
pub(super) const LABEL: &str = "_dmarc";

/// What stands at `_dmarc` below one domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Level {
    domain: DomainName,
    query: Query,
    texts: Vec<Text>,
    found: Found,
}

impl Level {
    pub(super) fn read(domain: DomainName, query: Query, answer: &Answer) -> Self {
        let response = match answer {
            Ok(response) => response,
            Err(error) => return Self { domain, query, texts: Vec::new(), found: Found::Unknown(error.clone()) },
        };
        let texts: Vec<Text> = response.texts().cloned().collect();
        let mut records = texts.iter().filter_map(|text| Some((Reading::of(text.bytes()).ok()?, text.bytes())));
        // RFC 9989 §4.10: what does not start with the version is discarded, and several records all are.
        let found = match (records.next(), records.count()) {
            (None, _) => Found::Nothing { nxdomain: response.is_nxdomain() },
            (Some((reading, text)), 0) => Found::Record { reading: Box::new(reading), text: Arc::clone(text) },
            (Some(_), others) => Found::Several { count: others.saturating_add(1) },
        };
        Self { domain, query, texts, found }
    }

    /// The domain.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The TXT query, at `_dmarc` below the domain.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// Every TXT record there, DMARC records or not.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// What the texts come to.
    pub const fn found(&self) -> &Found {
        &self.found
    }

    /// The record, if there is exactly one.
    pub fn reading(&self) -> Option<&Reading> {
        if let Found::Record { reading, .. } = &self.found { Some(reading) } else { None }
    }

    /// The bytes of the record, if there is exactly one: its spans index them.
    pub const fn text(&self) -> Option<&Arc<[u8]>> {
        if let Found::Record { text, .. } = &self.found { Some(text) } else { None }
    }

    /// Why it is not known what stands there.
    pub const fn error(&self) -> Option<&DnsError> {
        if let Found::Unknown(error) = &self.found { Some(error) } else { None }
    }
}

/// What the TXT records at one name come to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// One DMARC record.
    Record {
        /// The record as receivers read it.
        reading: Box<Reading>,
        /// Its bytes.
        text: Arc<[u8]>,
    },
    /// Several DMARC records, which count as none (RFC 9989 §4.10).
    Several {
        /// How many.
        count: usize,
    },
    /// No DMARC record.
    Nothing {
        /// The name does not exist at all.
        nxdomain: bool,
    },
    /// Not known: the query failed.
    Unknown(DnsError),
}

/// The answers of one step: what was read of them, and what is missing.
pub(super) struct Survey<'a> {
    known: &'a dyn Known,
    levels: RefCell<HashMap<DomainName, Arc<Level>>>,
    missing: RefCell<Vec<Query>>,
}

impl<'a> Survey<'a> {
    pub(super) fn new(known: &'a dyn Known) -> Self {
        Self { known, levels: RefCell::default(), missing: RefCell::default() }
    }

    /// What stands at `_dmarc` below `domain`. `None` if it is missing, and if the name would be too long
    /// for the DNS to hold a record.
    pub(super) fn level(&self, domain: &DomainName) -> Option<Arc<Level>> {
        if let Some(level) = self.levels.borrow().get(domain) {
            return Some(Arc::clone(level));
        }
        let query = Query::txt(domain.child(LABEL).ok()?);
        let answer = self.answer(&query)?;
        let level = Arc::new(Level::read(domain.clone(), query, &answer));
        self.levels.borrow_mut().insert(domain.clone(), Arc::clone(&level));
        Some(level)
    }

    /// An answer; what is missing is noted.
    pub(super) fn answer(&self, query: &Query) -> Option<Answer> {
        match self.known.get(query) {
            Ok(answer) => Some(answer),
            Err(wanted) => {
                let mut missing = self.missing.borrow_mut();
                if !missing.contains(&wanted) {
                    missing.push(wanted);
                }
                None
            }
        }
    }

    /// Whether nothing was missing so far.
    pub(super) fn is_complete(&self) -> bool {
        self.missing.borrow().is_empty()
    }

    /// What is missing, in the order noted.
    pub(super) fn needed(self) -> Option<Needed> {
        Needed::in_order(self.missing.into_inner())
    }
}
