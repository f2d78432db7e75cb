//! Why a query has no answer.

use std::sync::Arc;

use crate::escaped::without_unseen;

/// A query that failed, as data: the check decides what it means for its result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DnsError {
    /// No answer came in time.
    #[error("no answer in time")]
    Timeout,
    /// The name server failed (RCODE 2).
    #[error("the name server failed (SERVFAIL)")]
    Servfail,
    /// The name server refused to answer (RCODE 5).
    #[error("the name server refused to answer (REFUSED)")]
    Refused,
    /// A replay met a query that the recording does not hold.
    #[error("the answer was not recorded")]
    NotRecorded,
    /// Anything else, in words.
    #[error("{}", without_unseen(.0))]
    Other(Arc<str>),
}

impl DnsError {
    /// A failure of another kind, in words.
    pub fn other(why: impl Into<Arc<str>>) -> Self {
        Self::Other(why.into())
    }

    /// The stable word used in JSON and Python: `timeout`, `servfail`, `refused`,
    /// `not_recorded`; for [`DnsError::Other`] its own words.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Timeout => "timeout",
            Self::Servfail => "servfail",
            Self::Refused => "refused",
            Self::NotRecorded => "not_recorded",
            Self::Other(why) => why,
        }
    }

    /// The failure that [`DnsError::as_str`] names.
    pub fn from_word(word: &str) -> Self {
        match word {
            "timeout" => Self::Timeout,
            "servfail" => Self::Servfail,
            "refused" => Self::Refused,
            "not_recorded" => Self::NotRecorded,
            other => Self::other(other),
        }
    }
}
