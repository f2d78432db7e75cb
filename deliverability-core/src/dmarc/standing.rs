//! What a record comes to at a receiver (RFC 9989 §4.10.1, RFC 7489 §6.6.3 step 6).

use core::fmt;

use super::reading::Reading;
use super::record::Policy;
use super::tags::TagName;

/// Whose rules a receiver follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rules {
    /// RFC 9989, of 2026: the tree walk; `np`, `psd` and `t`.
    Rfc9989,
    /// RFC 7489, of 2015: the public suffix list; `pct`.
    Rfc7489,
}

impl Rules {
    /// The tags whose value must be a policy.
    const fn policy_tags(self) -> &'static [TagName] {
        match self {
            Self::Rfc9989 => &[TagName::P, TagName::Sp, TagName::Np],
            Self::Rfc7489 => &[TagName::P, TagName::Sp],
        }
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Rfc9989 => "RFC 9989",
            Self::Rfc7489 => "RFC 7489",
        })
    }
}

/// What a record comes to: its policy, `p=none`, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It applies as it stands.
    Applies,
    /// It applies as if it said `p=none` and no other policy: this tag is missing or not valid, but reports
    /// are asked for.
    AsNone(TagName),
    /// No DMARC processing: this tag is missing or not valid, and no valid `rua` saves the record.
    Ignored(TagName),
}

impl Reading {
    /// What the record comes to under `rules`.
    ///
    /// ```
    /// use deliverability_core::dmarc::{Reading, Rules, Standing, TagName};
    ///
    /// let standing = |text: &[u8]| Reading::of(text).map(|reading| reading.standing(Rules::Rfc9989));
    /// assert_eq!(standing(b"v=DMARC1; p=none")?, Standing::Applies);
    /// assert_eq!(standing(b"v=DMARC1; rua=mailto:d@example.org")?, Standing::AsNone(TagName::P));
    /// assert_eq!(standing(b"v=DMARC1; p=rejct")?, Standing::Ignored(TagName::P));
    /// # Ok::<(), deliverability_core::dmarc::ParseError>(())
    /// ```
    pub fn standing(&self, rules: Rules) -> Standing {
        let invalid = rules.policy_tags().iter().copied().find(|tag| self.is_lost(*tag));
        let missing = self.record().p.is_none().then_some(TagName::P);
        match invalid.or(missing) {
            None => Standing::Applies,
            Some(tag) if self.record().rua.is_empty() => Standing::Ignored(tag),
            Some(tag) => Standing::AsNone(tag),
        }
    }

    /// Whether this is a "valid DMARC Policy Record", one that can make its domain the organizational
    /// domain. RFC 9989 §4.7: a record without `p` is valid; §4.10.1: one with a policy that is none is not,
    /// unless `rua` saves it.
    pub(super) fn is_valid(&self) -> bool {
        let policies = Rules::Rfc9989.policy_tags();
        !self.record().rua.is_empty() || !policies.iter().any(|tag| self.is_lost(*tag))
    }

    /// The policy for a subdomain that exists, and the tag it comes from; `None` for the whole record acting
    /// as `p=none`.
    pub(super) fn subdomain_policy(&self) -> Option<(Policy, TagName)> {
        let record = self.record();
        record.sp.map(|sp| (sp, TagName::Sp)).or(record.p.map(|p| (p, TagName::P)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standings(text: &str) -> (Standing, Standing) {
        let reading = Reading::of(text.as_bytes()).unwrap();
        (reading.standing(Rules::Rfc9989), reading.standing(Rules::Rfc7489))
    }

    #[test]
    fn policies_that_are_none_void_the_record_unless_reports_are_asked_for() {
        // RFC 9989 §4.10.1; RFC 7489 §6.6.3 step 6 does not know np.
        use Standing::{Applies, AsNone, Ignored};
        let rua = "rua=mailto:d@example.org";
        let cases = [
            ("v=DMARC1; p=none".to_owned(), Applies, Applies),
            ("v=DMARC1".to_owned(), Ignored(TagName::P), Ignored(TagName::P)),
            ("v=DMARC1; p=none; sp=x".to_owned(), Ignored(TagName::Sp), Ignored(TagName::Sp)),
            (format!("v=DMARC1; p=none; sp=x; {rua}"), AsNone(TagName::Sp), AsNone(TagName::Sp)),
            ("v=DMARC1; p=reject; np=x".to_owned(), Ignored(TagName::Np), Applies),
            (format!("v=DMARC1; p=reject; np=x; {rua}"), AsNone(TagName::Np), Applies),
            ("v=DMARC1; sp=none; rua=nobody".to_owned(), Ignored(TagName::P), Ignored(TagName::P)),
        ];
        for (text, rfc9989, rfc7489) in cases {
            assert_eq!(standings(&text), (rfc9989, rfc7489), "{text}");
        }
    }

    #[test]
    fn a_record_without_p_is_valid_and_one_with_a_bad_p_is_not() {
        let is_valid = |text: &str| Reading::of(text.as_bytes()).unwrap().is_valid();
        assert!(is_valid("v=DMARC1; psd=n") && is_valid("v=DMARC1; p=x; rua=mailto:a@b"));
        assert!(!is_valid("v=DMARC1; p=bogus") && !is_valid("v=DMARC1; p=none; np="));
    }
}
