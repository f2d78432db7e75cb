//! Aggregate reports (RFC 9990 §3, RFC 7489 §7.2): what receivers saw of a domain's mail. Feature `reports`.
//!
//! Reads the schema of RFC 9990, that of RFC 7489 and what is sent in their name: any namespace or none,
//! fields left out or in another order. What cannot be read of a row is counted, never guessed.

mod assign;
mod failing;
mod read;
mod unpack;
mod zip;

use core::net::IpAddr;

use super::record::{AlignmentMode, Policy};
use crate::result::SpfResult;

pub use failing::{FailingSource, FailureCause};
pub use read::{ReadError, ReadErrorKind};

/// What a report may cost. A report beyond a limit gives [`ReadErrorKind`] of the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of XML, unpacked: [`ReadErrorKind::TooLarge`]. 32 MiB, some 50,000 rows. Memory is at most
    /// about twice that.
    pub unpacked: u64,
    /// Rows: [`ReadErrorKind::TooManyRecords`]. 100,000.
    pub records: usize,
    /// Bytes of one element's text that are kept; more are cut off. 1,000.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { unpacked: 32 << 20, records: 100_000, text: 1_000 }
    }
}

/// How deep elements may nest: twice what the schema needs.
const MAX_DEPTH: usize = 12;

/// How many signatures, SPF results, overrides or errors of one row or report are kept. RFC 9990 §3.1.3:
/// "no more than 100 signatures for a given row".
const MAX_ITEMS: usize = 100;

/// A report.
///
/// ```
/// use deliverability_core::dmarc::AggregateReport;
///
/// let report = AggregateReport::read(br#"<feedback>
///   <report_metadata><org_name>Example</org_name><report_id>1</report_id></report_metadata>
///   <policy_published><domain>example.org</domain><p>none</p></policy_published>
///   <record>
///     <row><source_ip>192.0.2.1</source_ip><count>7</count>
///       <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
///     <identifiers><header_from>example.org</header_from></identifiers>
///     <auth_results><spf><domain>esp.example</domain><result>pass</result></spf></auth_results>
///   </record>
/// </feedback>"#)?;
/// let failing = report.failing_sources();
/// assert_eq!((failing[0].ip(), failing[0].failing()), ("192.0.2.1".parse()?, 7));
/// let causes: Vec<String> = failing[0].causes().map(|(cause, _)| cause.to_string()).collect();
/// assert_eq!(causes, ["SPF passed for esp.example, which is not aligned", "no DKIM signature was seen"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AggregateReport {
    /// Who reports, and about when.
    pub metadata: Metadata,
    /// The record that was found.
    pub policy: PublishedPolicy,
    /// What was seen, by source and results.
    pub records: Vec<ReportRecord>,
    /// Rows without a source address or a count: they are not among the records.
    pub unread_records: usize,
}

impl AggregateReport {
    /// Reads a report: XML, bare or in gzip or zip, told apart by their first bytes.
    ///
    /// # Errors
    ///
    /// It cannot be unpacked, is no XML, is no report, or goes beyond the default [`Limits`].
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        Self::read_within(bytes, &Limits::default())
    }

    /// As [`AggregateReport::read`], with other limits.
    ///
    /// # Errors
    ///
    /// As [`AggregateReport::read`].
    pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        let xml = unpack::unpack(bytes, limits.unpacked)?;
        read::read(&String::from_utf8_lossy(&xml), limits)
    }

    /// How many messages the report is about.
    pub fn messages(&self) -> u64 {
        self.records.iter().fold(0, |sum, record| sum.saturating_add(record.count))
    }
}

/// Who reports, and about when (RFC 9990 §3.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata {
    /// The reporting organization.
    pub org_name: String,
    /// Whom to ask.
    pub email: String,
    /// More about that.
    pub extra_contact_info: Option<String>,
    /// Tells reports of one organization apart.
    pub report_id: String,
    /// When the time it covers begins, in seconds since 1970, UTC.
    pub begin: Option<u64>,
    /// When it ends.
    pub end: Option<u64>,
    /// What was wrong with the record, in the reporter's words.
    pub errors: Vec<String>,
    /// What software wrote it.
    pub generator: Option<String>,
}

/// The record that the reporter found (RFC 9990 §3.1.1). `None`: not said, or not readable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishedPolicy {
    /// The policy domain.
    pub domain: String,
    /// `p`.
    pub p: Option<Policy>,
    /// `sp`.
    pub sp: Option<Policy>,
    /// `np`.
    pub np: Option<Policy>,
    /// `adkim`.
    pub adkim: Option<AlignmentMode>,
    /// `aspf`.
    pub aspf: Option<AlignmentMode>,
    /// `t`.
    pub testing: Option<bool>,
    /// `fo`.
    pub fo: Option<String>,
    /// `pct`, in reports by RFC 7489.
    pub pct: Option<u8>,
    /// `treewalk` or `psl`: whose rules the reporter follows.
    pub discovery_method: Option<String>,
}

/// Messages of one source with the same results.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportRecord {
    /// The address that they came from.
    pub source_ip: IpAddr,
    /// How many.
    pub count: u64,
    /// What was done with them: `none`, `pass`, `quarantine` or `reject`.
    pub disposition: Option<String>,
    /// Whether an aligned DKIM signature passed, as far as that is said.
    pub dkim_aligned: Option<bool>,
    /// Whether SPF passed, aligned.
    pub spf_aligned: Option<bool>,
    /// Why something else was done than the record asks for.
    pub overrides: Vec<PolicyOverride>,
    /// The author domain.
    pub header_from: String,
    /// The MAIL FROM domain; empty for a null sender.
    pub envelope_from: Option<String>,
    /// The recipients' domain.
    pub envelope_to: Option<String>,
    /// The signatures that were looked at.
    pub dkim: Vec<DkimResultSeen>,
    /// The SPF results.
    pub spf: Vec<SpfResultSeen>,
}

impl ReportRecord {
    /// Whether DMARC passed; `None` if the report does not say.
    pub fn passed(&self) -> Option<bool> {
        match (self.dkim_aligned, self.spf_aligned) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }
    }
}

/// Why a receiver did something else than the record asks for (RFC 9990 §3.1.6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyOverride {
    /// Such as `local_policy`, `mailing_list`, `policy_test_mode` or `trusted_forwarder`.
    pub kind: String,
    /// More about it.
    pub comment: Option<String>,
}

/// A signature that a receiver looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DkimResultSeen {
    /// `d=`.
    pub domain: String,
    /// `s=`.
    pub selector: Option<String>,
    /// A result of RFC 8601 §2.7.1, as written.
    pub result: String,
    /// More about it.
    pub human_result: Option<String>,
}

/// An SPF result that a receiver found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpfResultSeen {
    /// The domain that was checked.
    pub domain: String,
    /// `mfrom` or `helo`.
    pub scope: Option<String>,
    /// The result, if it is one of RFC 8601 §2.7.2.
    pub result: Option<SpfResult>,
    /// More about it.
    pub human_result: Option<String>,
}

#[cfg(test)]
mod tests;
