//! Why an evaluation ended as it did.

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use super::parse_error::{ParseError, shown};
use crate::dns::{DnsError, Query};
use crate::domain::DomainName;
use crate::result::SpfResult;
use crate::span::Span;

/// What decided a result: which term of which record, or why there is an error or no result.
///
/// `Display` is one plain sentence.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, spf::CheckHost};
///
/// let zone: Zone = r#"example.org TXT "v=spf1 mx -all""#.parse()?;
/// let evaluation = CheckHost::new("192.0.2.1".parse()?, "amy@example.org").in_zone(&zone);
/// let cause = evaluation.cause();
/// assert_eq!(cause.span().unwrap().of(cause.record().unwrap()), b"-all");
/// assert_eq!(cause.to_string(), "the term \"-all\" in the SPF record of example.org matches");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    kind: CauseKind,
    domain: Option<DomainName>,
    record: Option<Arc<[u8]>>,
    span: Option<Span>,
    query: Option<Query>,
}

impl Cause {
    pub(super) const fn new(kind: CauseKind) -> Self {
        Self { kind, domain: None, record: None, span: None, query: None }
    }

    pub(super) fn of_domain(self, domain: &DomainName) -> Self {
        Self { domain: Some(domain.clone()), ..self }
    }

    pub(super) fn in_record(self, record: &Arc<[u8]>, span: Option<Span>) -> Self {
        Self { record: Some(Arc::clone(record)), span, ..self }
    }

    pub(super) fn by(self, query: Option<Query>) -> Self {
        Self { query, ..self }
    }

    /// What happened.
    pub fn kind(&self) -> &CauseKind {
        &self.kind
    }

    /// Whose record (or missing record) decided.
    pub fn domain(&self) -> Option<&DomainName> {
        self.domain.as_ref()
    }

    /// The joined bytes of that record.
    pub fn record(&self) -> Option<&Arc<[u8]>> {
        self.record.as_ref()
    }

    /// The deciding bytes of the record: a term, or what is wrong in it.
    pub fn span(&self) -> Option<Span> {
        self.span
    }

    /// The text of the deciding bytes, with U+FFFD for what is not UTF-8.
    pub fn term(&self) -> Option<Cow<'_, str>> {
        Some(String::from_utf8_lossy(self.span?.of(self.record.as_ref()?)))
    }

    /// The query whose answer decided, where one did.
    pub fn query(&self) -> Option<&Query> {
        self.query.as_ref()
    }

    /// The result of an evaluation that ends with this error.
    pub(super) const fn error_result(&self) -> SpfResult {
        if matches!(self.kind, CauseKind::Dns(_)) { SpfResult::Temperror } else { SpfResult::Permerror }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(span), Some(record)) = (self.span, &self.record) {
            write!(f, "the term \"{}\" in ", shown(term_around(record, span)))?;
        }
        match &self.domain {
            Some(domain) => write!(f, "the SPF record of {domain} {}", self.kind)?,
            None => self.kind.fmt(f)?,
        }
        match (&self.kind, &self.query) {
            (CauseKind::Dns(_), Some(query)) => write!(f, " (asked: {query})"),
            _ => Ok(()),
        }
    }
}

/// The whole term that holds a span: what is wrong may be a part of it, or lacking in it.
fn term_around(record: &[u8], span: Span) -> &[u8] {
    let (before, after) = (Span::new(0, span.start).of(record), Span::new(span.end, record.len()).of(record));
    let is_space = |byte: &u8| *byte == b' ';
    let start = before.iter().rposition(is_space).map_or(0, |at| at.saturating_add(1));
    let length = after.iter().position(is_space).unwrap_or(after.len());
    Span::new(start, span.end.saturating_add(length)).of(record)
}

/// What decided. `Display` continues a sentence that starts with the term or the record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CauseKind {
    /// A directive matched: its qualifier is the result (§4.6.2).
    #[error("matches")]
    Matched,
    /// No directive matched and there is no redirect: neutral (§4.7).
    #[error("has no term that matches, and no redirect")]
    NoMatch,
    /// The identity holds no fully qualified domain name: none (§4.3).
    #[error("\"{text}\" is no fully qualified domain name, so there is nothing to check")]
    MalformedDomain {
        /// What stands there, escaped and cut.
        text: Box<str>,
    },
    /// The domain does not exist: none (§4.3).
    #[error("is missing: the domain does not exist")]
    NoDomain,
    /// The domain has no SPF record: none (§4.5).
    #[error("is missing: the domain has no TXT record that starts with \"v=spf1\"")]
    NoRecord,
    /// The domain has several SPF records: permerror (§4.5).
    #[error("is not unique: there are {count}, and at most one is allowed")]
    MultipleRecords {
        /// How many there are.
        count: usize,
    },
    /// The record does not parse: permerror (§4.6).
    #[error("is malformed: {0}")]
    Syntax(ParseError),
    /// A term would be the eleventh that causes queries: permerror (§4.6.4).
    #[error("needs one look-up more than the {limit} allowed")]
    TooManyLookups {
        /// The limit.
        limit: u8,
    },
    /// A query is the third that finds nothing: permerror (§4.6.4).
    #[error("asks for records that do not exist, once more than the {limit} times allowed")]
    TooManyVoidLookups {
        /// The limit.
        limit: u8,
    },
    /// An `mx` has more than ten hosts: permerror (§4.6.4).
    #[error("leads to {count} mail exchangers; at most {limit} are allowed")]
    TooManyMxHosts {
        /// How many there are.
        count: usize,
        /// The limit.
        limit: u8,
    },
    /// An include leads to a domain without an SPF record: permerror (§5.2).
    #[error("includes {target}, which has no SPF record")]
    IncludeWithoutRecord {
        /// The domain.
        target: DomainName,
    },
    /// A redirect leads to a domain without an SPF record: permerror (§6.1).
    #[error("redirects to {target}, which has no SPF record")]
    RedirectWithoutRecord {
        /// The domain.
        target: DomainName,
    },
    /// The target of an include or redirect is no domain name after macro expansion: permerror
    /// (§4.3, §5.2, §6.1).
    #[error("leads to no domain name")]
    InvalidDomainSpec,
    /// A query failed: temperror (§4.4, §5).
    #[error("could not be evaluated: {0}")]
    Dns(DnsError),
}
