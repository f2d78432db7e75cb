//! DMARC failure reports.

use core::net::IpAddr;

use deliverability_core::dmarc;
use pyo3::prelude::*;

use super::verdict::DmarcMechanism;
use crate::record::bytes_of;
use crate::value::value_class;

value_class! {
    /// What one receiver says of one message that failed (RFC 9991, RFC 6591). `None` or empty: not said.
    FailureReport {
        /// What failed: "dmarc", "spf", "signature", "bodyhash" or "revoked".
        auth_failure: String,
        /// The mechanisms without an aligned pass.
        not_aligned: Option<Vec<DmarcMechanism>>,
        /// Where the message came from.
        source_ip: Option<IpAddr>,
        /// The domain that the report is about.
        reported_domain: Option<String>,
        /// The MAIL FROM address.
        original_mail_from: Option<String>,
        /// The recipients.
        original_rcpt_to: Vec<String>,
        /// When the message came, as written.
        arrival_date: Option<String>,
        /// What was done with it: "delivered", "spam", "policy", "reject" or "other".
        delivery_result: Option<String>,
        /// `d=` of the signature.
        dkim_domain: Option<String>,
        /// `s=` of the signature.
        dkim_selector: Option<String>,
        /// `i=` of the signature.
        dkim_identity: Option<String>,
        /// The SPF records that were used.
        spf_dns: Vec<String>,
        /// What the receiver found, as written.
        authentication_results: Vec<String>,
    }
}

impl From<dmarc::FailureReport> for FailureReport {
    fn from(report: dmarc::FailureReport) -> Self {
        let mechanisms = |found: Vec<dmarc::Mechanism>| found.into_iter().map(DmarcMechanism::from).collect();
        Self {
            auth_failure: report.auth_failure,
            not_aligned: report.not_aligned.map(mechanisms),
            source_ip: report.source_ip,
            reported_domain: report.reported_domain,
            original_mail_from: report.original_mail_from,
            original_rcpt_to: report.original_rcpt_to,
            arrival_date: report.arrival_date,
            delivery_result: report.delivery_result,
            dkim_domain: report.dkim_domain,
            dkim_selector: report.dkim_selector,
            dkim_identity: report.dkim_identity,
            spf_dns: report.spf_dns,
            authentication_results: report.authentication_results,
        }
    }
}

/// Reads the `message/feedback-report` part of a failure report; `None` if it is no such report.
#[pyfunction]
pub(crate) fn read_failure_report(part: &Bound<'_, PyAny>) -> PyResult<Option<FailureReport>> {
    let bytes = bytes_of(part, "a failure report")?;
    Ok(dmarc::FailureReport::read(&bytes).map(FailureReport::from))
}
