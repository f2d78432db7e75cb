//! What one list says about one subject, and why it can or cannot be believed.

use core::fmt;

use super::list::List;
use super::query_name::Subject;
use super::reason;
use super::response::Code;
use super::words::{Impact, Role};
use crate::dns::{DnsError, Query};

/// The verdict of one list on one subject.
///
/// ```
/// use deliverability_core::{Check, dns::{DnsError, Query, Zone}, dnsbl::{Kind, List, Lookup, Status}};
///
/// let list = List::new("bl.example".parse()?, Kind::Ipv4).with_rfc_test_points();
/// let mut zone = Zone::new();
/// zone.fail(Query::a("7.2.0.192.bl.example".parse()?), DnsError::Timeout);
/// let verdicts = Lookup::of("192.0.2.7".parse()?).lists(&[list]).in_zone(&zone);
/// assert_eq!(verdicts[0].status(), &Status::Failed(DnsError::Timeout));
/// assert!(verdicts[0].is_unknown());
/// assert_eq!(verdicts[0].to_string(), "bl.example: unknown: no answer in time");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    pub(super) list: List,
    pub(super) subject: Subject,
    pub(super) status: Status,
    pub(super) question: Query,
    pub(super) decided_by: Query,
    pub(super) read: Vec<Query>,
    pub(super) left_alone: bool,
}

impl Verdict {
    /// The list that was asked.
    pub const fn list(&self) -> &List {
        &self.list
    }

    /// What it was asked about.
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// What came out.
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// The question. Where its name would be over the wire limit it was not asked: then this is
    /// the zone's own name, and [`Verdict::queries`] is empty.
    pub const fn query(&self) -> &Query {
        &self.question
    }

    /// The query whose answer decided: the question, or the test point that showed the list to be
    /// unhealthy, refusing or silent.
    pub const fn decided_by(&self) -> &Query {
        &self.decided_by
    }

    /// Whether the question was not asked, because the list refused another one or did not answer
    /// it in time: then that query decided, and is the only one of [`Verdict::queries`].
    pub const fn is_left_alone(&self) -> bool {
        self.left_alone
    }

    /// Every query whose answer was read: the question, the test points, the TXT of an entry.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.read.iter()
    }

    /// Whether the subject is listed; on a welcome list that is a good thing.
    pub const fn is_listed(&self) -> bool {
        self.status.is_listed()
    }

    /// Whether the subject is listed by a code that is a reason to block.
    pub fn is_blocked(&self) -> bool {
        self.status.is_blocked()
    }

    /// Every A value of an entry, decoded; empty unless listed.
    pub fn codes(&self) -> &[Code] {
        self.status.codes()
    }

    /// Whether neither "listed" nor "not listed" could be established.
    pub const fn is_unknown(&self) -> bool {
        self.status.is_unknown()
    }

    /// How much the listing matters: the greatest impact of its codes, else the list's; `None`
    /// where that is not known or nothing is listed.
    pub fn impact(&self) -> Option<Impact> {
        self.codes().iter().filter_map(|code| code.impact.or(self.list.impact())).max()
    }
}

/// The zone and the status in plain words; a failure names the query if that was a test point's.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.list.zone(), self.status)?;
        if self.left_alone {
            return write!(f, " (left alone after {})", self.decided_by);
        }
        if matches!(self.status, Status::Failed(_)) && self.decided_by != self.question {
            write!(f, " (its test point {})", self.decided_by)?;
        }
        Ok(())
    }
}

/// What came out of asking a list. All but the first two mean: unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Listed, by a list that does not list everything.
    Listed {
        /// Every A value, decoded.
        codes: Vec<Code>,
        /// The list's own words from TXT (RFC 5782 §2.1): at most 500 characters, control
        /// characters escaped.
        reason: Option<String>,
        /// The page where removal is asked for.
        delist: Option<String>,
    },
    /// Not listed, by a list whose must-be-listed test point is there.
    NotListed,
    /// The list declined to answer this resolver.
    Refused {
        /// By which value, and what it means.
        why: String,
    },
    /// The list lists the world, is parked or was emptied.
    Unhealthy {
        /// What showed it.
        why: String,
    },
    /// No test point is known that could confirm the answer: a missing entry may be a dead list,
    /// an entry may be a list that lists the world.
    Untestable,
    /// The question, or the test point that had to confirm its answer, failed in DNS.
    Failed(DnsError),
}

impl Status {
    /// Whether this is [`Status::Listed`].
    pub const fn is_listed(&self) -> bool {
        matches!(self, Self::Listed { .. })
    }

    /// Every A value of an entry, decoded; empty unless listed.
    pub fn codes(&self) -> &[Code] {
        if let Self::Listed { codes, .. } = self { codes } else { &[] }
    }

    /// Whether this is an entry by a code that is a reason to block.
    pub fn is_blocked(&self) -> bool {
        self.codes().iter().any(|code| code.role == Role::Block)
    }

    /// Whether this is neither [`Status::Listed`] nor [`Status::NotListed`].
    pub const fn is_unknown(&self) -> bool {
        !matches!(self, Self::Listed { .. } | Self::NotListed)
    }
}

/// In plain words; every unknown begins with `unknown: `.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed { codes, .. } => {
                f.write_str("listed: ")?;
                for (n, code) in codes.iter().enumerate() {
                    write!(f, "{}{code}", if n == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::NotListed => f.write_str("not listed"),
            Self::Refused { why } => write!(f, "unknown: the list refused to answer: {why}"),
            Self::Unhealthy { why } => write!(f, "unknown: the list cannot be believed: {why}"),
            Self::Untestable => {
                f.write_str("unknown: no test point of the list is known that could confirm its answer")
            }
            Self::Failed(error) => write!(f, "unknown: {}", reason::shown(&error.to_string())),
        }
    }
}
