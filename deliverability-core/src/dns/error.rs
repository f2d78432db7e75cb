//! Why a query has no answer.

use std::borrow::Cow;
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

    /// `timeout`, `servfail`, `refused` or `not_recorded`; for [`DnsError::Other`] its own words.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Timeout => "timeout",
            Self::Servfail => "servfail",
            Self::Refused => "refused",
            Self::NotRecorded => "not_recorded",
            Self::Other(why) => why,
        }
    }

    /// The stable word used in JSON and Python: [`DnsError::as_str`], but with `other: ` in front of
    /// other words that are spelled like a stable one. [`DnsError::from_word`] reads it back equal.
    ///
    /// ```
    /// use deliverability_core::dns::DnsError;
    /// assert_eq!(DnsError::other("connection reset").to_word(), "connection reset");
    /// assert_eq!((&*DnsError::Timeout.to_word(), &*DnsError::other("timeout").to_word()), ("timeout", "other: timeout"));
    /// ```
    pub fn to_word(&self) -> Cow<'_, str> {
        match self {
            Self::Other(why) if is_like_a_stable_word(why) => Cow::Owned(format!("{OTHER}{why}")),
            _ => Cow::Borrowed(self.as_str()),
        }
    }

    /// The failure that [`DnsError::to_word`] names.
    pub fn from_word(word: &str) -> Self {
        match word.strip_prefix(OTHER).filter(|why| is_like_a_stable_word(why)) {
            Some(why) => Self::other(why),
            None => Self::stable(word).unwrap_or_else(|| Self::other(word)),
        }
    }

    fn stable(word: &str) -> Option<Self> {
        let stable = [Self::Timeout, Self::Servfail, Self::Refused, Self::NotRecorded];
        stable.into_iter().find(|error| error.as_str() == word)
    }
}

/// What tells other words from a stable word of the same spelling.
const OTHER: &str = "other: ";

/// A stable word, with any number of [`OTHER`] in front.
fn is_like_a_stable_word(why: &str) -> bool {
    DnsError::stable(why.trim_start_matches(OTHER)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_what_they_were() {
        let others = ["timeout", "other: servfail", "other: other: refused", "other: else", "no route", "", "other: "];
        let stable = [DnsError::Timeout, DnsError::Servfail, DnsError::Refused, DnsError::NotRecorded];
        for error in stable.into_iter().chain(others.map(DnsError::other)) {
            assert_eq!(DnsError::from_word(&error.to_word()), error);
        }
        // What was written before there were such words.
        assert_eq!(DnsError::from_word("timeout"), DnsError::Timeout);
        assert_eq!(DnsError::from_word("other: connection reset"), DnsError::other("other: connection reset"));
    }
}
