//! Why DMARC evaluation came to its result.

use core::fmt;

use super::identities::Mechanism;
use super::tags::TagName;
use crate::dns::{DnsError, Query};
use crate::domain::DomainName;

/// Why the result is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// An authenticated identifier is aligned.
    Aligned {
        /// What authenticated it.
        mechanism: Mechanism,
        /// The identifier.
        domain: DomainName,
    },
    /// Nothing was authenticated.
    NotAuthenticated,
    /// Something was authenticated, and none of it is aligned.
    NotAligned,
    /// No policy record applies to the author domain.
    NoRecord,
    /// Several records stand at a name, which count as none, and no other record applies.
    SeveralRecords {
        /// The query that found them.
        query: Query,
        /// How many.
        count: usize,
    },
    /// The record asks for nothing: a tag is missing or not valid, and there is no valid `rua`.
    RecordIgnored {
        /// The query that found it.
        query: Query,
        /// The tag.
        tag: TagName,
    },
    /// A query failed that the result depends on.
    Dns {
        /// The query.
        query: Query,
        /// How it failed.
        error: DnsError,
    },
    /// A mechanism had a temporary error for an identifier that is or may be aligned.
    Authentication {
        /// The mechanism.
        mechanism: Mechanism,
        /// The identifier.
        domain: DomainName,
    },
    /// Some identifiers were not looked at: the message has too many.
    TooManyIdentifiers,
}

/// One clause that follows "because".
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aligned { mechanism, domain } => write!(f, "{mechanism} passed for {domain}, which is aligned"),
            Self::NotAuthenticated => f.write_str("neither SPF nor DKIM passed"),
            Self::NotAligned => f.write_str("what passed SPF or DKIM is not aligned with the author domain"),
            Self::NoRecord => f.write_str("no DMARC record applies"),
            Self::SeveralRecords { query, count } => {
                write!(f, "{count} DMARC records stand at {}, which count as none", query.name)
            }
            Self::RecordIgnored { query, tag } => {
                write!(f, "the record at {} has no valid {tag}= and no valid rua=, so it counts as none", query.name)
            }
            Self::Dns { query, error } => write!(f, "the query {query} failed: {error}"),
            Self::Authentication { mechanism, domain } => write!(f, "{mechanism} had a temporary error for {domain}"),
            Self::TooManyIdentifiers => f.write_str("the message has too many identifiers to look at them all"),
        }
    }
}
