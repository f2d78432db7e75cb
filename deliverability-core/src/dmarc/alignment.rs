//! Identifier alignment (RFC 9989 §4.4, §4.10.2; RFC 7489 §3.1).

use core::fmt;

use super::identities::{Identifier, Mechanism};
use super::record::{AlignmentMode, Record};
use super::tree_walk::TreeWalk;
use crate::dns::{DnsError, Query};
use crate::domain::DomainName;

/// Whether an identifier is aligned with the author domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alignment {
    /// It is the author domain.
    Same,
    /// Both have the same organizational domain, and the record asks for no more.
    Relaxed,
    /// It is not aligned.
    No,
    /// Not known: a query failed.
    Unknown {
        /// The query.
        query: Query,
        /// How it failed.
        error: DnsError,
    },
    /// Not looked at: the message has too many identifiers.
    Unexamined,
}

impl Alignment {
    /// Whether it is known to be aligned.
    pub const fn is_aligned(&self) -> bool {
        matches!(self, Self::Same | Self::Relaxed)
    }
}

/// An identifier, and how it stands to the author domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AlignedIdentifier {
    pub(super) identifier: Identifier,
    pub(super) mode: AlignmentMode,
    pub(super) alignment: Alignment,
    pub(super) organization: Option<DomainName>,
    pub(super) walk: Option<TreeWalk>,
}

impl AlignedIdentifier {
    /// The identifier.
    pub const fn identifier(&self) -> &Identifier {
        &self.identifier
    }

    /// What the record asks for.
    pub const fn mode(&self) -> AlignmentMode {
        self.mode
    }

    /// Whether it is aligned.
    pub const fn alignment(&self) -> &Alignment {
        &self.alignment
    }

    /// Its organizational domain, where that had to be found.
    pub const fn organizational_domain(&self) -> Option<&DomainName> {
        self.organization.as_ref()
    }

    /// The tree walk that found it; `None` under RFC 7489, and where none was needed (RFC 9989 §4.10.2).
    pub const fn walk(&self) -> Option<&TreeWalk> {
        self.walk.as_ref()
    }

    /// Whether it makes the message pass.
    pub const fn makes_pass(&self) -> bool {
        self.identifier.passed && self.alignment.is_aligned()
    }
}

/// One sentence, without a final stop.
impl fmt::Display for AlignedIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Identifier { mechanism, domain, passed } = &self.identifier;
        let result = if *passed { "passed" } else { "had a temporary error" };
        write!(f, "{mechanism} {result} for {domain}, which ")?;
        match (&self.alignment, self.mode) {
            (Alignment::Same, _) => f.write_str("is the author domain"),
            (Alignment::Relaxed, _) => f.write_str("is of the same organization as the author domain"),
            (Alignment::No, AlignmentMode::Strict) => f.write_str("is not the author domain, as the record asks"),
            (Alignment::No, AlignmentMode::Relaxed) => f.write_str("is not of the author domain's organization"),
            (Alignment::Unknown { query, error }, _) => {
                write!(f, "may be aligned with the author domain: {query}: {error}")
            }
            (Alignment::Unexamined, _) => f.write_str("was not looked at: the message has too many"),
        }
    }
}

/// The mode that a record asks for.
pub(super) const fn mode(record: &Record, mechanism: Mechanism) -> AlignmentMode {
    match mechanism {
        Mechanism::Spf => record.aspf,
        Mechanism::Dkim => record.adkim,
    }
}

/// Whether two names have an ancestor in common, the root left out: without one no organization has both.
pub(super) fn are_related(one: &DomainName, other: &DomainName) -> bool {
    let top = |name: &DomainName| core::iter::once(name.clone()).chain(name.parents()).find(|n| n.label_count() == 1);
    top(one) == top(other)
}
