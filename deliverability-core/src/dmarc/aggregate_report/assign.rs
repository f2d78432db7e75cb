//! Which element of the schema fills which field (RFC 9990 appendix A, RFC 7489 appendix C).

use super::{
    AggregateReport, DkimResultSeen, MAX_ITEMS, Metadata, PolicyOverride, PublishedPolicy, ReportRecord, SpfResultSeen,
};
use crate::dmarc::record::{AlignmentMode, Policy};
use crate::result::SpfResult;

/// A report under construction.
#[derive(Default)]
pub(super) struct Draft {
    is_feedback: bool,
    report: AggregateReport,
    row: Row,
}

/// A row under construction.
#[derive(Default)]
struct Row {
    source_ip: Option<core::net::IpAddr>,
    count: Option<u64>,
    disposition: Option<String>,
    dkim_aligned: Option<bool>,
    spf_aligned: Option<bool>,
    overrides: Vec<PolicyOverride>,
    header_from: String,
    envelope_from: Option<String>,
    envelope_to: Option<String>,
    dkim: Vec<DkimResultSeen>,
    spf: Vec<SpfResultSeen>,
}

impl Draft {
    /// An element opens; true if it is a row.
    pub(super) fn open(&mut self, path: &[&str]) -> bool {
        match path {
            ["feedback"] => self.is_feedback = true,
            ["feedback", "record"] => {
                self.row = Row::default();
                return true;
            }
            ["feedback", "record", "row", "policy_evaluated", "reason"] => add(&mut self.row.overrides),
            ["feedback", "record", "auth_results", "dkim"] => add(&mut self.row.dkim),
            ["feedback", "record", "auth_results", "spf"] => add(&mut self.row.spf),
            _ => {}
        }
        false
    }

    /// Rows so far, read or not.
    pub(super) fn records(&self) -> usize {
        self.report.records.len().saturating_add(self.report.unread_records)
    }

    /// An element closes, with its text.
    pub(super) fn close(&mut self, path: &[&str], text: &str) {
        match path {
            ["feedback", "report_metadata", rest @ ..] => metadata(&mut self.report.metadata, rest, text),
            ["feedback", "policy_published", field] => policy(&mut self.report.policy, field, text),
            ["feedback", "record"] => match core::mem::take(&mut self.row).finish() {
                Some(record) => self.report.records.push(record),
                None => self.report.unread_records = self.report.unread_records.saturating_add(1),
            },
            ["feedback", "record", rest @ ..] => self.row.close(rest, text),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Option<AggregateReport> {
        self.is_feedback.then_some(self.report)
    }
}

/// One more item. Beyond the limit there is one, filled again and again, that is not kept.
fn add<T: Default>(items: &mut Vec<T>) {
    if items.len() <= MAX_ITEMS {
        items.push(T::default());
    }
}

fn kept<T>(mut items: Vec<T>) -> Vec<T> {
    items.truncate(MAX_ITEMS);
    items
}

fn metadata(metadata: &mut Metadata, path: &[&str], text: &str) {
    match path {
        ["org_name"] => text.clone_into(&mut metadata.org_name),
        ["email"] => text.clone_into(&mut metadata.email),
        ["extra_contact_info"] => metadata.extra_contact_info = said(text),
        ["report_id"] => text.clone_into(&mut metadata.report_id),
        ["date_range", "begin"] => metadata.begin = text.parse().ok(),
        ["date_range", "end"] => metadata.end = text.parse().ok(),
        ["error"] if metadata.errors.len() < MAX_ITEMS => metadata.errors.extend(said(text)),
        ["generator"] => metadata.generator = said(text),
        _ => {}
    }
}

fn policy(policy: &mut PublishedPolicy, field: &str, text: &str) {
    match field {
        "domain" => text.clone_into(&mut policy.domain),
        "p" => policy.p = Policy::of(text.as_bytes()),
        "sp" => policy.sp = Policy::of(text.as_bytes()),
        "np" => policy.np = Policy::of(text.as_bytes()),
        "adkim" => policy.adkim = mode(text),
        "aspf" => policy.aspf = mode(text),
        "testing" => policy.testing = pick(text, &[("y", true), ("n", false)]),
        "fo" => policy.fo = said(text),
        "pct" => policy.pct = text.parse().ok().filter(|percent| *percent <= 100),
        "discovery_method" => policy.discovery_method = said(text),
        _ => {}
    }
}

impl Row {
    fn close(&mut self, path: &[&str], text: &str) {
        match path {
            ["row", "source_ip"] => self.source_ip = text.parse().ok(),
            ["row", "count"] => self.count = text.parse().ok(),
            ["row", "policy_evaluated", rest @ ..] => self.evaluated(rest, text),
            ["identifiers", "header_from"] => text.clone_into(&mut self.header_from),
            // A null sender is an empty element (RFC 9990 §3.1.1).
            ["identifiers", "envelope_from"] => self.envelope_from = Some(text.to_owned()),
            ["identifiers", "envelope_to"] => self.envelope_to = said(text),
            ["auth_results", "dkim", field] => self.dkim(field, text),
            ["auth_results", "spf", field] => self.spf(field, text),
            _ => {}
        }
    }

    fn evaluated(&mut self, path: &[&str], text: &str) {
        let aligned = pick(text, &[("pass", true), ("fail", false)]);
        match path {
            ["disposition"] => self.disposition = said(text),
            ["dkim"] => self.dkim_aligned = aligned,
            ["spf"] => self.spf_aligned = aligned,
            ["reason", field] => {
                let Some(reason) = self.overrides.last_mut() else { return };
                match *field {
                    "type" => text.clone_into(&mut reason.kind),
                    "comment" => reason.comment = said(text),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn dkim(&mut self, field: &str, text: &str) {
        let Some(dkim) = self.dkim.last_mut() else { return };
        match field {
            "domain" => text.clone_into(&mut dkim.domain),
            "selector" => dkim.selector = said(text),
            "result" => dkim.result = text.to_ascii_lowercase(),
            "human_result" => dkim.human_result = said(text),
            _ => {}
        }
    }

    fn spf(&mut self, field: &str, text: &str) {
        let Some(spf) = self.spf.last_mut() else { return };
        match field {
            "domain" => text.clone_into(&mut spf.domain),
            "scope" => spf.scope = said(text),
            "result" => spf.result = spf_result(text),
            "human_result" => spf.human_result = said(text),
            _ => {}
        }
    }

    /// The row, if it has what every row must.
    fn finish(self) -> Option<ReportRecord> {
        Some(ReportRecord {
            source_ip: self.source_ip?,
            count: self.count?,
            disposition: self.disposition,
            dkim_aligned: self.dkim_aligned,
            spf_aligned: self.spf_aligned,
            overrides: kept(self.overrides),
            header_from: self.header_from,
            envelope_from: self.envelope_from,
            envelope_to: self.envelope_to,
            dkim: kept(self.dkim),
            spf: kept(self.spf),
        })
    }
}

/// RFC 7489 appendix C: commonly written "unknown" and "error"; RFC 5451 had "hardfail".
fn spf_result(text: &str) -> Option<SpfResult> {
    let old = [("unknown", SpfResult::Temperror), ("error", SpfResult::Permerror), ("hardfail", SpfResult::Fail)];
    text.parse().ok().or_else(|| pick(text, &old))
}

fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn mode(text: &str) -> Option<AlignmentMode> {
    pick(text, &[("r", AlignmentMode::Relaxed), ("s", AlignmentMode::Strict)])
}

fn pick<T: Copy>(text: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, value)| *value)
}
