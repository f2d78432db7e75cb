//! What a sweep found, and how far it is.

use deliverability_core::DomainName;
use deliverability_core::dns::DnsError;
use deliverability_core::dnsbl::sweep::{Cell, Progress};
use deliverability_core::dnsbl::{self, Status};
use pyo3::prelude::*;

use super::verdict::{DnsblCode, ListStatus};
use crate::value::value_class;

value_class! {
    /// What one list says about one subject of a sweep, or why it was not asked.
    DnsblCell {
        /// What it is about: an address or a domain name.
        subject: String,
        /// The list's zone.
        zone: DomainName,
        /// What being listed there means.
        role: dnsbl::Role,
        /// What came out; of a list that is left alone, it is why.
        status: ListStatus,
        /// Every A value of an entry, decoded.
        codes: Vec<DnsblCode>,
        /// The list's own words about an entry.
        reason: Option<String>,
        /// The page where removal of an entry is asked for.
        delist: Option<String>,
        /// Why the list refused, or cannot be believed.
        why: Option<String>,
        /// Why there is no answer.
        error: Option<DnsError>,
        /// Whether the list was asked about this subject: one that refused, or is silent, is left alone.
        was_asked: bool,
        /// In plain words; `str(cell)` too.
        text: String,
    } with {
        /// Whether the subject is listed; on a welcome list that is a good thing.
        #[getter]
        fn is_listed(&self) -> bool {
            self.status == ListStatus::Listed
        }

        /// Whether it is listed by a code that is a reason to block.
        #[getter]
        fn is_blocked(&self) -> bool {
            self.codes.iter().any(|code| code.role == dnsbl::Role::Block)
        }

        /// Whether neither "listed" nor "not listed" could be established.
        #[getter]
        fn is_unknown(&self) -> bool {
            !matches!(self.status, ListStatus::Listed | ListStatus::NotListed)
        }

        fn __str__(&self) -> &str {
            &self.text
        }

        /// The value as JSON text.
        fn to_json(&self) -> PyResult<String> {
            crate::field::Field::tree(self).to_json()
        }
    }
}

impl From<&Cell> for DnsblCell {
    fn from(cell: &Cell) -> Self {
        let status = cell.status();
        let (codes, reason, delist) = match status {
            Status::Listed { codes, reason, delist, .. } => {
                (codes.iter().map(DnsblCode::of).collect(), reason.clone(), delist.clone())
            }
            _ => (Vec::new(), None, None),
        };
        let (why, error) = match status {
            Status::Refused { why } | Status::Unhealthy { why } => (Some(why.clone()), None),
            Status::Failed(error) => (None, Some(error.clone())),
            _ => (None, None),
        };
        Self {
            subject: cell.subject().to_string(),
            zone: cell.list().zone().clone(),
            role: cell.list().role(),
            status: status.into(),
            codes,
            reason,
            delist,
            why,
            error,
            was_asked: cell.was_asked(),
            text: cell.to_string(),
        }
    }
}

value_class! {
    /// How far a sweep is: numbers of cells, each one subject at one list.
    SweepProgress {
        /// Handed out with an answer that a resumed sweep does not ask for again.
        settled: u64,
        /// Handed out, and listed.
        listed: u64,
        /// Handed out, and unknown.
        unknown: u64,
        /// Handed out although nobody was asked, because the list is left alone.
        left_alone: u64,
        /// Passed over, because an earlier run settled them.
        resumed: u64,
        /// Lists' tests and cells that are under way.
        in_flight: usize,
    } with {
        pub(super) fn __str__(&self) -> String {
            let Self { settled, listed, unknown, left_alone, resumed, in_flight } = self;
            format!(
                "{settled} settled, {listed} listed, {unknown} unknown ({left_alone} left alone), \
                 {resumed} passed over, {in_flight} under way"
            )
        }
    }
}

impl From<Progress> for SweepProgress {
    fn from(progress: Progress) -> Self {
        Self {
            settled: progress.settled,
            listed: progress.listed,
            unknown: progress.unknown,
            left_alone: progress.left_alone,
            resumed: progress.resumed,
            in_flight: progress.in_flight,
        }
    }
}
