//! DomainKeys ([RFC 4870](https://www.rfc-editor.org/rfc/rfc4870)), which DKIM replaced in 2007.
//!
//! Receivers ignore its policy record today, and signatures in a `DomainKey-Signature` field. Its
//! selector records stand where DKIM's do, and DKIM verifiers read them as key records of theirs.

use core::fmt;
use core::str::FromStr;

use crate::domain::{DomainName, ParseError as DomainError};
use crate::escaped::Escaped;
use crate::span::Span;
use crate::tag_list::{self, Tag};

/// Where the policy of a domain stands (RFC 4870 §3.6): `_domainkey.` and the domain.
///
/// # Errors
///
/// The name would be too long.
pub fn policy_name(domain: &DomainName) -> Result<DomainName, DomainError> {
    domain.child("_domainkey")
}

/// What a domain said of its signing (RFC 4870 §3.6). Receivers ignore it today.
///
/// ```
/// use deliverability_core::historic::domainkeys::{Policy, Signs};
/// let policy: Policy = "t=y; o=~; r=postmaster@example.org".parse()?;
/// assert_eq!((policy.signs, policy.is_testing), (Signs::Some, true));
/// assert_eq!(policy.to_string(), "o=~; t=y; r=postmaster@example.org");
/// # Ok::<(), deliverability_core::historic::domainkeys::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// `o=`: how much of the domain's mail is signed; some, if absent.
    pub signs: Signs,
    /// `t=y`: the domain is testing DomainKeys.
    pub is_testing: bool,
    /// `r=`: whom to tell about mail that does not verify.
    pub reports_to: Option<Box<str>>,
    /// `n=`: a note for people.
    pub notes: Option<Box<str>>,
}

/// How much of a domain's mail is signed (`o=`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signs {
    /// `~`: some of it.
    Some,
    /// `-`: all of it.
    All,
}

impl Policy {
    /// Reads a policy from the joined bytes of a TXT record. Other tags are ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind`] with the bytes at fault.
    pub fn parse(record: &[u8]) -> Result<Self, ParseError> {
        let tags = Tags::read(record)?;
        // RFC 4870 §3.6: `o`, `t`, `r` and `n` are all optional, but a text with none of them is no policy.
        if ["o", "t", "r", "n"].iter().all(|name| tags.get(name).is_none()) {
            return Err(ParseError { kind: ErrorKind::NoPolicy, span: Span::new(0, record.len()) });
        }
        let signs = match tags.get("o") {
            None => Signs::Some,
            Some(tag) => match tag.value.of(record) {
                b"~" => Signs::Some,
                b"-" => Signs::All,
                _ => return Err(ParseError { kind: ErrorKind::Signs, span: tag.value }),
            },
        };
        let is_testing = tags.text("t").is_some_and(|flags| flags.contains('y'));
        Ok(Self { signs, is_testing, reports_to: tags.text("r"), notes: tags.text("n") })
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.signs {
            Signs::Some => "o=~",
            Signs::All => "o=-",
        })?;
        if self.is_testing {
            f.write_str("; t=y")?;
        }
        for (name, value) in [("r", &self.reports_to), ("n", &self.notes)] {
            if let Some(value) = value {
                write!(f, "; {name}={value}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Policy {
    type Err = ParseError;

    /// As [`Policy::parse`].
    fn from_str(record: &str) -> Result<Self, ParseError> {
        Self::parse(record.as_bytes())
    }
}

/// A selector record of DomainKeys (RFC 4870 §3.2.3). It is the ancestor of DKIM's key record, and
/// DKIM verifiers read it as one: what they make of it is in [`crate::dkim`].
///
/// ```
/// use deliverability_core::historic::domainkeys::SelectorRecord;
/// let record: SelectorRecord = "g=amy; k=rsa; t=y; p=MEwwDQYJ".parse()?;
/// assert_eq!((record.granularity.as_deref(), record.is_revoked()), (Some("amy"), false));
/// # Ok::<(), deliverability_core::historic::domainkeys::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SelectorRecord {
    /// `g=`: the only local part that may use the key; anyone if absent. DKIM dropped the tag
    /// (RFC 6376 §C.2), so that it restricts nobody today.
    pub granularity: Option<Box<str>>,
    /// `k=`: the key type, `rsa` if absent, the only one there was.
    pub key_type: Box<str>,
    /// `n=`: a note for people.
    pub notes: Option<Box<str>>,
    /// `p=`: the key in base64, without white space; empty if it has been revoked.
    pub public_key: Box<str>,
    /// `t=y`: the domain is testing DomainKeys.
    pub is_testing: bool,
}

impl SelectorRecord {
    /// Reads a selector record from the joined bytes of a TXT record. Other tags are ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind`] with the bytes at fault.
    pub fn parse(record: &[u8]) -> Result<Self, ParseError> {
        let tags = Tags::read(record)?;
        let whole = Span::new(0, record.len());
        let public_key = tags.text("p").ok_or(ParseError { kind: ErrorKind::NoKey, span: whole })?;
        Ok(Self {
            granularity: tags.text("g").filter(|local_part| !local_part.is_empty()),
            key_type: tags.text("k").unwrap_or_else(|| "rsa".into()),
            notes: tags.text("n"),
            public_key: public_key.split_ascii_whitespace().collect(),
            is_testing: tags.text("t").is_some_and(|flags| flags.contains('y')),
        })
    }

    /// Whether the key has been revoked: `p=` is empty.
    pub fn is_revoked(&self) -> bool {
        self.public_key.is_empty()
    }
}

impl FromStr for SelectorRecord {
    type Err = ParseError;

    /// As [`SelectorRecord::parse`].
    fn from_str(record: &str) -> Result<Self, ParseError> {
        Self::parse(record.as_bytes())
    }
}

/// The tags of a record.
struct Tags<'r> {
    record: &'r [u8],
    tags: Vec<Tag>,
}

impl<'r> Tags<'r> {
    /// RFC 4870 §3.2.3: `tag=value` pairs between semicolons, as DKIM has them.
    fn read(record: &'r [u8]) -> Result<Self, ParseError> {
        let tags = tag_list::parse(record);
        let tags = tags.map_err(|e| ParseError { kind: ErrorKind::TagList(e.kind), span: e.span })?;
        Ok(Self { record, tags })
    }

    fn get(&self, name: &str) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.name.of(self.record) == name.as_bytes())
    }

    /// A value holds printable ASCII and white space only: the grammar saw to it.
    fn text(&self, name: &str) -> Option<Box<str>> {
        let value = self.get(name)?.value.of(self.record);
        let words: Vec<&str> = core::str::from_utf8(value).ok()?.split_ascii_whitespace().collect();
        Some(words.join(" ").into())
    }
}

/// Why a text is no record of DomainKeys, and which of its bytes say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the record.
    pub span: Span,
}

/// What makes a text no record of DomainKeys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It is no list of tags.
    TagList(tag_list::ErrorKind),
    /// None of the tags of a policy stands in it.
    NoPolicy,
    /// `o=` is neither `~` nor `-`.
    Signs,
    /// A selector record has no `p=`.
    NoKey,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagList(kind) => kind.fmt(f),
            Self::NoPolicy => f.write_str("none of o=, t=, r= and n= stands in it: this is no DomainKeys policy"),
            Self::Signs => f.write_str("o= must be '~' (some mail is signed) or '-' (all of it)"),
            Self::NoKey => f.write_str("p= with the public key is missing"),
        }
    }
}

/// The policy in words, for reports.
pub fn in_words(record: &[u8]) -> String {
    match Policy::parse(record) {
        Ok(policy) => {
            let signs = match policy.signs {
                Signs::Some => "some mail is signed",
                Signs::All => "all mail is signed",
            };
            format!("{signs}{}", if policy.is_testing { ", in test mode" } else { "" })
        }
        Err(error) => format!("{:?} does not parse: {error}", Escaped(record).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(record: &str) -> (ErrorKind, Span) {
        let error = record.parse::<Policy>().unwrap_err();
        (error.kind, error.span)
    }

    #[test]
    fn a_policy_has_defaults() {
        // RFC 4870 §3.6: without o= some mail is signed.
        let policy: Policy = "t=y".parse().unwrap();
        assert_eq!((policy.signs, policy.is_testing, policy.reports_to), (Signs::Some, true, None));
        let all: Policy = " o=- ; n=a  note;".parse().unwrap();
        assert_eq!((all.signs, all.is_testing, all.notes.as_deref()), (Signs::All, false, Some("a note")));
        assert_eq!(all.to_string().parse(), Ok(all));
    }

    #[test]
    fn what_is_no_policy_says_why() {
        assert_eq!(error("o=+"), (ErrorKind::Signs, Span::new(2, 3)));
        assert_eq!(error("k=rsa; p=abc"), (ErrorKind::NoPolicy, Span::new(0, 12)));
        assert_eq!(error("o=~; o=-"), (ErrorKind::TagList(tag_list::ErrorKind::Duplicate), Span::new(5, 6)));
        assert_eq!(
            "o=x".parse::<Policy>().unwrap_err().to_string(),
            "o= must be '~' (some mail is signed) or '-' (all of it) (at byte 2)"
        );
    }

    #[test]
    fn a_selector_record_without_a_key_is_none() {
        let revoked: SelectorRecord = "g=; p=".parse().unwrap();
        assert!(revoked.is_revoked() && revoked.granularity.is_none());
        assert_eq!("k=rsa".parse::<SelectorRecord>().unwrap_err().kind, ErrorKind::NoKey);
        let folded: SelectorRecord = "p=MEww DQYJ".parse().unwrap();
        assert_eq!((&*folded.public_key, &*folded.key_type), ("MEwwDQYJ", "rsa"));
    }
}
