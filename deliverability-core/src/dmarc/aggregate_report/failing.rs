//! Which sources fail, and why.

use core::cmp::Reverse;
use core::fmt;
use core::net::IpAddr;
use std::collections::BTreeMap;

use super::{AggregateReport, DkimResultSeen, ReportRecord, SpfResultSeen};
use crate::escaped::Escaped;
use crate::result::SpfResult;

/// Why DMARC failed for messages, on the side of one mechanism.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FailureCause {
    /// SPF passed, for a domain that is not aligned.
    SpfNotAligned {
        /// The domain.
        domain: String,
    },
    /// SPF did not pass.
    SpfFailed {
        /// The domain.
        domain: String,
        /// The result; `None` if the report's word is no SPF result.
        result: Option<SpfResult>,
    },
    /// The report has no SPF result.
    NoSpf,
    /// A signature passed, of a domain that is not aligned.
    DkimNotAligned {
        /// `d=`.
        domain: String,
    },
    /// A signature did not pass.
    DkimFailed {
        /// `d=`.
        domain: String,
        /// `s=`.
        selector: Option<String>,
        /// The result, as written.
        result: String,
    },
    /// The report has no signature.
    NotSigned,
}

/// One clause.
impl fmt::Display for FailureCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| Escaped(text.as_bytes()).to_string();
        match self {
            Self::SpfNotAligned { domain } => write!(f, "SPF passed for {}, which is not aligned", shown(domain)),
            Self::SpfFailed { domain, result } => {
                let result = result.map_or("no known result", SpfResult::as_str);
                write!(f, "SPF gave {result} for {}", shown(domain))
            }
            Self::NoSpf => f.write_str("no SPF result was reported"),
            Self::DkimNotAligned { domain } => {
                write!(f, "DKIM passed for {}, which is not aligned", shown(domain))
            }
            Self::DkimFailed { domain, selector, result } => {
                let selector = selector.as_deref().map(|s| format!(", selector {}", shown(s))).unwrap_or_default();
                write!(f, "DKIM gave {} for {}{selector}", shown(result), shown(domain))
            }
            Self::NotSigned => f.write_str("no DKIM signature was seen"),
        }
    }
}

/// A source of which messages failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailingSource {
    ip: IpAddr,
    messages: u64,
    failing: u64,
    causes: BTreeMap<FailureCause, u64>,
}

impl FailingSource {
    /// The address.
    pub const fn ip(&self) -> IpAddr {
        self.ip
    }

    /// How many messages came from it.
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// How many of them failed DMARC.
    pub const fn failing(&self) -> u64 {
        self.failing
    }

    /// Why, with the number of messages: one cause or more for each mechanism, SPF first.
    pub fn causes(&self) -> impl Iterator<Item = (&FailureCause, u64)> {
        self.causes.iter().map(|(cause, count)| (cause, *count))
    }
}

impl AggregateReport {
    /// The sources of which messages failed DMARC, those with the most failing messages first.
    pub fn failing_sources(&self) -> Vec<FailingSource> {
        let mut sources: BTreeMap<IpAddr, FailingSource> = BTreeMap::new();
        for record in &self.records {
            let ip = record.source_ip;
            let new = || FailingSource { ip, messages: 0, failing: 0, causes: BTreeMap::new() };
            let source = sources.entry(ip).or_insert_with(new);
            source.messages = source.messages.saturating_add(record.count);
            if record.passed() == Some(false) {
                source.failing = source.failing.saturating_add(record.count);
                for cause in record.failure_causes() {
                    let count = source.causes.entry(cause).or_default();
                    *count = count.saturating_add(record.count);
                }
            }
        }
        let mut failing: Vec<_> = sources.into_values().filter(|source| source.failing > 0).collect();
        failing.sort_by_key(|source| Reverse(source.failing));
        failing
    }
}

impl ReportRecord {
    /// Why DMARC failed, on each side; empty if it passed or that is not said.
    pub fn failure_causes(&self) -> Vec<FailureCause> {
        if self.passed() != Some(false) {
            return Vec::new();
        }
        // A message has one MAIL FROM: the HELO result beside it does not count (RFC 9989 §4.4.2).
        let counts = |spf: &&SpfResultSeen| spf.scope.as_deref() != Some("helo") || self.spf.len() == 1;
        let mut causes: Vec<FailureCause> = self.spf.iter().filter(counts).map(spf_cause).collect();
        if causes.is_empty() {
            causes.push(FailureCause::NoSpf);
        }
        causes.extend(self.dkim.iter().map(dkim_cause));
        if self.dkim.is_empty() {
            causes.push(FailureCause::NotSigned);
        }
        causes.sort();
        causes.dedup();
        causes
    }
}

fn spf_cause(spf: &SpfResultSeen) -> FailureCause {
    let domain = spf.domain.to_ascii_lowercase();
    match spf.result {
        Some(SpfResult::Pass) => FailureCause::SpfNotAligned { domain },
        result => FailureCause::SpfFailed { domain, result },
    }
}

fn dkim_cause(dkim: &DkimResultSeen) -> FailureCause {
    let domain = dkim.domain.to_ascii_lowercase();
    match &*dkim.result {
        "pass" => FailureCause::DkimNotAligned { domain },
        result => FailureCause::DkimFailed { domain, selector: dkim.selector.clone(), result: result.to_owned() },
    }
}
