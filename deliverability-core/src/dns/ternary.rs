//! Yes, no, or unknown with the reason.

use core::fmt;

use super::DnsError;

/// The answer to a question that the DNS may fail to answer.
///
/// ```
/// use deliverability_core::dns::{DnsError, Ternary};
/// let unknown = Ternary::Unknown(DnsError::Timeout);
/// assert!(!unknown.is_yes() && !unknown.is_no());
/// assert_eq!(unknown.to_string(), "unknown: no answer in time");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub enum Ternary {
    /// Known to be so.
    Yes,
    /// Known not to be so.
    No,
    /// Not known, and why.
    Unknown(DnsError),
}

impl Ternary {
    /// Yes if any is yes; else unknown if any is; else no. No questions: no.
    pub fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::No;
        for answer in answers {
            match answer {
                Self::Yes => return Self::Yes,
                Self::Unknown(_) if all == Self::No => all = answer,
                _ => {}
            }
        }
        all
    }

    /// Whether it is known to be so.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Whether it is known not to be so.
    pub fn is_no(&self) -> bool {
        *self == Self::No
    }

    /// Why it is not known.
    pub const fn error(&self) -> Option<&DnsError> {
        if let Self::Unknown(error) = self { Some(error) } else { None }
    }
}

impl From<bool> for Ternary {
    fn from(known: bool) -> Self {
        if known { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for Ternary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes => f.write_str("yes"),
            Self::No => f.write_str("no"),
            Self::Unknown(error) => write!(f, "unknown: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_wins_over_unknown_and_unknown_over_no() {
        let unknown = Ternary::Unknown(DnsError::Servfail);
        assert_eq!(Ternary::any([Ternary::No, unknown.clone(), Ternary::Yes]), Ternary::Yes);
        assert_eq!(Ternary::any([Ternary::No, unknown.clone(), Ternary::No]), unknown);
        assert_eq!(Ternary::any([]), Ternary::No);
    }
}
