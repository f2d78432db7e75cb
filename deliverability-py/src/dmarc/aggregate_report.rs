//! DMARC aggregate reports.

use std::net::IpAddr;

use deliverability_core::SpfResult;
use deliverability_core::dmarc::aggregate_report as report;
use deliverability_core::dmarc::{self, aggregate_report::ReadError};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::record::AlignmentMode;
use crate::error::{Unreadable, kind_word};
use crate::span::Span;
use crate::value::value_class;

value_class! {
    /// What one receiver saw of a domain's mail: an aggregate report (RFC 9990, RFC 7489 §7.2).
    AggregateReport {
        /// Who reports, and about when.
        metadata: ReportMetadata,
        /// The record that was found.
        policy: PublishedPolicy,
        /// What was seen, by source and results.
        records: Vec<ReportRecord>,
        /// How many rows had no source address or no count: they are not among the records.
        unread_records: usize,
        /// The sources of which messages failed, those with the most failing messages first.
        failing_sources: Vec<FailingSource>,
    } with {
        /// How many messages the report is about.
        #[getter]
        fn messages(&self) -> u64 {
            self.records.iter().fold(0, |sum, record| sum.saturating_add(record.count))
        }
    }
}

value_class! {
    /// Who reports, and about when.
    ReportMetadata {
        /// The reporting organization.
        org_name: String,
        /// Whom to ask.
        email: String,
        /// More about that.
        extra_contact_info: Option<String>,
        /// Tells reports of one organization apart.
        report_id: String,
        /// When the time it covers begins, in seconds since 1970, UTC.
        begin: Option<u64>,
        /// When it ends.
        end: Option<u64>,
        /// What was wrong with the record, in the reporter's words.
        errors: Vec<String>,
        /// What software wrote it.
        generator: Option<String>,
    }
}

value_class! {
    /// The record that a reporter found; `None` for what it does not say.
    PublishedPolicy {
        /// The policy domain.
        domain: String,
        /// `p`.
        p: Option<dmarc::Policy>,
        /// `sp`.
        sp: Option<dmarc::Policy>,
        /// `np`.
        np: Option<dmarc::Policy>,
        /// `adkim`.
        adkim: Option<AlignmentMode>,
        /// `aspf`.
        aspf: Option<AlignmentMode>,
        /// `t`.
        testing: Option<bool>,
        /// `fo`.
        fo: Option<String>,
        /// `pct`, in reports by RFC 7489.
        pct: Option<u8>,
        /// "treewalk" or "psl": whose rules the reporter follows.
        discovery_method: Option<String>,
    }
}

value_class! {
    /// Messages of one source with the same results.
    ReportRecord {
        /// The address that they came from.
        source_ip: IpAddr,
        /// How many.
        count: u64,
        /// What was done with them: "none", "pass", "quarantine" or "reject".
        disposition: Option<String>,
        /// Whether an aligned DKIM signature passed, as far as that is said.
        dkim_aligned: Option<bool>,
        /// Whether SPF passed, aligned.
        spf_aligned: Option<bool>,
        /// Whether DMARC passed; `None` if the report does not say.
        passed: Option<bool>,
        /// Why something else was done than the record asks for.
        overrides: Vec<PolicyOverride>,
        /// The author domain.
        header_from: String,
        /// The MAIL FROM domain; empty for a null sender.
        envelope_from: Option<String>,
        /// The recipients' domain.
        envelope_to: Option<String>,
        /// The signatures that were looked at.
        dkim: Vec<DkimResultSeen>,
        /// The SPF results.
        spf: Vec<SpfResultSeen>,
    }
}

value_class! {
    /// Why a receiver did something else than the record asks for.
    PolicyOverride {
        /// Such as "local_policy", "mailing_list" or "trusted_forwarder".
        kind: String,
        /// More about it.
        comment: Option<String>,
    }
}

value_class! {
    /// A signature that a receiver looked at.
    DkimResultSeen {
        /// `d=`.
        domain: String,
        /// `s=`.
        selector: Option<String>,
        /// The result, as written.
        result: String,
        /// More about it.
        human_result: Option<String>,
    }
}

value_class! {
    /// An SPF result that a receiver found.
    SpfResultSeen {
        /// The domain that was checked.
        domain: String,
        /// "mfrom" or "helo".
        scope: Option<String>,
        /// The result, if it is one.
        result: Option<SpfResult>,
        /// More about it.
        human_result: Option<String>,
    }
}

value_class! {
    /// A source of which messages failed, and why.
    FailingSource {
        /// The address.
        ip: IpAddr,
        /// How many messages came from it.
        messages: u64,
        /// How many of them failed DMARC.
        failing: u64,
        /// Why, with the number of messages: one cause or more for each mechanism, SPF first.
        causes: Vec<(String, u64)>,
    }
}

/// Reads an aggregate report: XML, bare or in gzip or zip.
///
/// Any schema is taken that is sent in the name of RFC 9990 or RFC 7489. Raises `ParseError` if it
/// cannot be unpacked, is no report, or is larger than 32 MiB unpacked or 100,000 rows.
#[pyfunction]
pub(crate) fn read_aggregate_report(report: &Bound<'_, PyAny>) -> PyResult<AggregateReport> {
    let py = report.py();
    let bytes = if let Ok(bytes) = report.cast::<PyBytes>() {
        bytes.as_bytes().to_vec()
    } else if let Ok(text) = report.cast::<PyString>() {
        text.to_string_lossy().into_owned().into_bytes()
    } else {
        return Err(PyTypeError::new_err("an aggregate report is read from bytes or str"));
    };
    let read = py.detach(|| report::AggregateReport::read(&bytes).map(|report| AggregateReport::from(&report)));
    read.map_err(|error| unreadable(&error).into())
}

/// What is wrong stands in the unpacked XML, which is not shown: its place is in the message.
fn unreadable(error: &ReadError) -> Unreadable {
    let at = error.at.map(|at| format!(" (at byte {at} of the XML)")).unwrap_or_default();
    Unreadable {
        message: format!("aggregate report: {error}{at}"),
        kind: kind_word(&error.kind),
        span: Span { start: 0, end: 0 },
        text: String::new(),
    }
}

impl From<&report::AggregateReport> for AggregateReport {
    fn from(report: &report::AggregateReport) -> Self {
        Self {
            metadata: (&report.metadata).into(),
            policy: (&report.policy).into(),
            records: report.records.iter().map(ReportRecord::from).collect(),
            unread_records: report.unread_records,
            failing_sources: report.failing_sources().iter().map(FailingSource::from).collect(),
        }
    }
}

impl From<&report::Metadata> for ReportMetadata {
    fn from(metadata: &report::Metadata) -> Self {
        Self {
            org_name: metadata.org_name.clone(),
            email: metadata.email.clone(),
            extra_contact_info: metadata.extra_contact_info.clone(),
            report_id: metadata.report_id.clone(),
            begin: metadata.begin,
            end: metadata.end,
            errors: metadata.errors.clone(),
            generator: metadata.generator.clone(),
        }
    }
}

impl From<&report::PublishedPolicy> for PublishedPolicy {
    fn from(policy: &report::PublishedPolicy) -> Self {
        Self {
            domain: policy.domain.clone(),
            p: policy.p,
            sp: policy.sp,
            np: policy.np,
            adkim: policy.adkim.map(AlignmentMode::from),
            aspf: policy.aspf.map(AlignmentMode::from),
            testing: policy.testing,
            fo: policy.fo.clone(),
            pct: policy.pct,
            discovery_method: policy.discovery_method.clone(),
        }
    }
}

impl From<&report::ReportRecord> for ReportRecord {
    fn from(record: &report::ReportRecord) -> Self {
        let overrides = record.overrides.iter();
        Self {
            source_ip: record.source_ip,
            count: record.count,
            disposition: record.disposition.clone(),
            dkim_aligned: record.dkim_aligned,
            spf_aligned: record.spf_aligned,
            passed: record.passed(),
            overrides: overrides.map(|o| PolicyOverride { kind: o.kind.clone(), comment: o.comment.clone() }).collect(),
            header_from: record.header_from.clone(),
            envelope_from: record.envelope_from.clone(),
            envelope_to: record.envelope_to.clone(),
            dkim: record.dkim.iter().map(DkimResultSeen::from).collect(),
            spf: record.spf.iter().map(SpfResultSeen::from).collect(),
        }
    }
}

impl From<&report::DkimResultSeen> for DkimResultSeen {
    fn from(seen: &report::DkimResultSeen) -> Self {
        Self {
            domain: seen.domain.clone(),
            selector: seen.selector.clone(),
            result: seen.result.clone(),
            human_result: seen.human_result.clone(),
        }
    }
}

impl From<&report::SpfResultSeen> for SpfResultSeen {
    fn from(seen: &report::SpfResultSeen) -> Self {
        Self {
            domain: seen.domain.clone(),
            scope: seen.scope.clone(),
            result: seen.result,
            human_result: seen.human_result.clone(),
        }
    }
}

impl From<&report::FailingSource> for FailingSource {
    fn from(source: &report::FailingSource) -> Self {
        let causes = source.causes().map(|(cause, count)| (cause.to_string(), count)).collect();
        Self { ip: source.ip(), messages: source.messages(), failing: source.failing(), causes }
    }
}
