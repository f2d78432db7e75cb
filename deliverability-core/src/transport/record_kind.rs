//! The three kinds of records, and what they have in common.

use core::fmt;

use super::bimi::BimiRecord;
use super::mta_sts::MtaStsRecord;
use super::parse_error::{ErrorKind, ParseError};
use super::tls_reporting::TlsReportingRecord;
use crate::domain::{self, DomainName};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::tag_list::{self, Tag};

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RecordKind {
    /// MTA-STS (RFC 8461 §3.1), at `_mta-sts`.
    MtaSts,
    /// TLS reporting (RFC 8460 §3), at `_smtp._tls`.
    TlsReporting,
    /// BIMI (draft-brand-indicators-for-message-identification §4.2), at `default._bimi`.
    Bimi,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::MtaSts, Self::TlsReporting, Self::Bimi];

    /// The version that its records start with.
    pub const fn version(self) -> &'static str {
        match self {
            Self::MtaSts => "STSv1",
            Self::TlsReporting => "TLSRPTv1",
            Self::Bimi => "BIMI1",
        }
    }

    /// Where the record of a domain stands.
    ///
    /// # Errors
    ///
    /// The name is too long for the DNS.
    pub fn name(self, domain: &DomainName) -> Result<DomainName, domain::ParseError> {
        match self {
            Self::MtaSts => domain.child("_mta-sts"),
            Self::TlsReporting => domain.child("_tls")?.child("_smtp"),
            Self::Bimi => domain.child("_bimi")?.child("default"),
        }
    }

    /// The rule that speaks of its faults.
    pub(super) const fn rule(self) -> RuleId {
        match self {
            Self::MtaSts => RuleId::TlsMtaStsRecord,
            Self::TlsReporting => RuleId::TlsReportingRecord,
            Self::Bimi => RuleId::BimiRecord,
        }
    }

    /// The tags that it knows, the version left out.
    pub(super) const fn tags(self) -> &'static [&'static str] {
        match self {
            Self::MtaSts => &["id"],
            Self::TlsReporting => &["rua"],
            Self::Bimi => &["l", "a", "avp", "lps"],
        }
    }

    /// Reads a record of this kind.
    ///
    /// # Errors
    ///
    /// As the kind's own `parse`.
    pub fn parse(self, text: &[u8]) -> Result<AnyRecord, ParseError> {
        match self {
            Self::MtaSts => MtaStsRecord::parse(text).map(AnyRecord::MtaSts),
            Self::TlsReporting => TlsReportingRecord::parse(text).map(AnyRecord::TlsReporting),
            Self::Bimi => BimiRecord::parse(text).map(AnyRecord::Bimi),
        }
    }

    /// Whether a text is meant as a record of this kind: it starts with the version, which is the whole first
    /// tag (RFC 8461 §3.1, RFC 8460 §3: what does not is discarded).
    pub(super) fn is_selected(self, text: &[u8]) -> bool {
        self.version_end(text).is_some()
    }

    /// Whether a text names the version, in whatever dress.
    pub(super) fn is_meant(self, text: &[u8]) -> bool {
        let version = self.version().as_bytes();
        text.windows(version.len()).any(|window| window.eq_ignore_ascii_case(version))
    }

    /// Where the version and its semicolon end.
    fn version_end(self, text: &[u8]) -> Option<usize> {
        let rest = text.strip_prefix(b"v=")?.strip_prefix(self.version().as_bytes())?;
        let tags = match rest.trim_ascii_start().split_first() {
            None => rest,
            Some((b';', tags)) => tags,
            Some(_) => return None,
        };
        Some(text.len().saturating_sub(tags.len()))
    }

    /// The tags behind the version.
    pub(super) fn read_tags(self, text: &[u8]) -> Result<Vec<Tag>, ParseError> {
        let end = text.iter().position(|byte| *byte == b';').unwrap_or(text.len());
        let no_version = ParseError::new(ErrorKind::Version(self.version()), Span::new(0, end));
        let start = self.version_end(text).ok_or(no_version)?;
        let tags = tag_list::parse(text.get(start..).unwrap_or_default());
        let tags = tags.map_err(|e| ParseError::new(ErrorKind::Form(e.kind), e.span.shifted(start)))?;
        let shift = |tag: &Tag| Tag { name: tag.name.shifted(start), value: tag.value.shifted(start) };
        Ok(tags.iter().map(shift).collect())
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::MtaSts => "MTA-STS",
            Self::TlsReporting => "TLS reporting",
            Self::Bimi => "BIMI",
        })
    }
}

/// A record of one of the kinds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnyRecord {
    /// MTA-STS.
    MtaSts(MtaStsRecord),
    /// TLS reporting.
    TlsReporting(TlsReportingRecord),
    /// BIMI.
    Bimi(BimiRecord),
}

impl fmt::Display for AnyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MtaSts(record) => record.fmt(f),
            Self::TlsReporting(record) => record.fmt(f),
            Self::Bimi(record) => record.fmt(f),
        }
    }
}

/// The value of a tag, if it is there.
pub(super) fn value_of(tags: &[Tag], text: &[u8], name: &str) -> Option<Span> {
    tags.iter().find(|tag| tag.name.of(text) == name.as_bytes()).map(|tag| tag.value)
}
