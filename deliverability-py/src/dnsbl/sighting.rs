//! What became of a listing from one look to the next.

use core::net::Ipv4Addr;

use deliverability_core::dnsbl::{self, ChangeKind, Sighting};
use pyo3::prelude::*;

use super::verdict::DnsblVerdict;
use crate::field::core_words;
use crate::value::value_class;

core_words! {
    ChangeKind = "ListingChange";
}

value_class! {
    /// What one list was last known to say about one subject.
    DnsblSighting {
        /// The A values of the entry, in order; none where the subject was not listed.
        codes: Vec<Ipv4Addr>,
        /// When it was first seen to be so, with no answer to the contrary since: Unix seconds.
        since: u64,
        /// Since when the list gives no answer that can be believed.
        unknown_since: Option<u64>,
    }
}

value_class! {
    /// What became of a listing.
    DnsblChange {
        /// What became of it.
        kind: ChangeKind,
        /// What was known before.
        before: Option<DnsblSighting>,
        /// What is known now: keep it for the next look.
        after: Option<DnsblSighting>,
        /// Whether somebody who watches should be told.
        is_news: bool,
        /// In plain words; `str(change)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<Sighting> for DnsblSighting {
    fn from(Sighting { codes, since, unknown_since }: Sighting) -> Self {
        Self { codes, since, unknown_since }
    }
}

/// What became of a listing, by what was known before and a verdict of now.
#[pyfunction]
pub(crate) fn compare_dnsbl(before: Option<&DnsblSighting>, verdict: &DnsblVerdict, now: u64) -> DnsblChange {
    let before =
        before.cloned().map(|DnsblSighting { codes, since, unknown_since }| Sighting { codes, since, unknown_since });
    let change: dnsbl::Change = Sighting::next(before.as_ref(), verdict.0.outcome.status(), now);
    DnsblChange {
        kind: change.kind,
        is_news: change.is_news(),
        text: change.to_string(),
        before: change.before.map(DnsblSighting::from),
        after: change.after.map(DnsblSighting::from),
    }
}
