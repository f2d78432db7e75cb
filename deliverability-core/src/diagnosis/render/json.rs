//! The report for programs: version 1, stable.

use serde_json::{Value, json};

use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Remedy, Stream, Unknown, record_text};
use crate::diagnosis::report::Report;

pub(in crate::diagnosis) fn report(report: &Report) -> Value {
    json!({
        "version": 1,
        "case": case(report.case()),
        "verdict": report.verdict().as_str(),
        "findings": report.findings().iter().map(finding).collect::<Vec<_>>(),
        "unknown": report.unknown().iter().map(unknown).collect::<Vec<_>>(),
        "answers": report.answers(),
    })
}

fn case(case: &Case) -> Value {
    json!({
        "domain": case.domain,
        "sending_ips": case.sending_ips,
        "helo": case.helo,
        "selectors": case.selectors,
        "lists": case.lists.iter().map(|list| list.zone().to_string()).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule.as_str(),
        "severity": finding.severity.as_str(),
        "subject": finding.subject,
        "message": finding.message,
        "acts": finding.acts.as_str(),
        "evidence": finding.evidence.iter().map(evidence).collect::<Vec<_>>(),
        "remedy": remedy(&finding.remedy),
        "reference": finding.reference(),
    })
}

fn evidence(evidence: &Evidence) -> Value {
    json!({
        "query": evidence.query.to_string(),
        "answer": evidence.text(),
        "span": evidence.text_span().map(|span| [span.start, span.end]),
    })
}

fn remedy(remedy: &Remedy) -> Value {
    json!({
        "text": remedy.text,
        "changes": remedy.changes.iter().map(change).collect::<Vec<_>>(),
        "proven": remedy.proven.as_str(),
        "streams": remedy.streams.iter().map(stream).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    json!({
        "name": change.name,
        "type": change.record_type().as_str(),
        "old": change.old.as_ref().map(record_text),
        "new": change.new.as_ref().map(record_text),
    })
}

fn stream(stream: &Stream) -> Value {
    json!({
        "ip": stream.ip,
        "sender": stream.sender,
        "before": stream.before.as_str(),
        "after": stream.after.as_str(),
    })
}

fn unknown(unknown: &Unknown) -> Value {
    json!({ "question": unknown.question, "reason": unknown.reason })
}
