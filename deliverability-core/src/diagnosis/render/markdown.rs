//! The report for tickets and chats, as Markdown: cause first, proof, change, what else was found.

use core::fmt::{self, Formatter};

use super::markdown_text::{code, marked, prose};
use super::returned_markdown;
use super::words::{self, visible};
use crate::diagnosis::finding::{Evidence, Finding, Remedy};
use crate::diagnosis::report::Report;
use crate::problem::Severity;
use crate::span::Span;

/// Shows a report as Markdown.
pub(in crate::diagnosis) struct Markdown<'a>(pub(in crate::diagnosis) &'a Report);

impl fmt::Display for Markdown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let report = self.0;
        head(report, f)?;
        returned_markdown::returned(report, f)?;
        at_receiver(report, f)?;
        let is_cause = |finding: &&Finding| finding.severity == Severity::Blocks;
        let (causes, others): (Vec<&Finding>, Vec<&Finding>) = report.findings().iter().partition(is_cause);
        section("What keeps mail from arriving", &causes, f)?;
        section(if causes.is_empty() { "What was found" } else { "What else was found" }, &others, f)?;
        unknown(report, f)
    }
}

fn head(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    let case = report.case();
    let says = words::verdict(report);
    let (word, rest) = says.split_once(": ").unwrap_or((says, ""));
    writeln!(f, "# {}: {word}\n\n{rest}.\n", prose(&words::domain(report)))?;
    if !case.sending_ips.is_empty() {
        let ips: Vec<String> = case.sending_ips.iter().map(|ip| code(&ip.to_string())).collect();
        writeln!(f, "- sending from {}", ips.join(", "))?;
    }
    match &case.helo {
        Some(helo) => writeln!(f, "- as {}", code(helo)),
        None => Ok(()),
    }
}

fn at_receiver(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    if report.at_receiver().is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## The message at a receiver\n")?;
    report.at_receiver().iter().try_for_each(|judged| {
        let what = format!("{}={}", judged.method, judged.result);
        writeln!(f, "- **{}** {}: {}", prose(&what), prose(&judged.identity), prose(&judged.reason))
    })
}

fn section(title: &str, findings: &[&Finding], f: &mut Formatter<'_>) -> fmt::Result {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## {title}")?;
    findings.iter().try_for_each(|found| finding(found, f))
}

fn finding(finding: &Finding, f: &mut Formatter<'_>) -> fmt::Result {
    let (rule, severity) = (finding.rule.as_str(), finding.severity);
    writeln!(f, "\n### {} {}: {severity}\n\n{}\n", code(rule), prose(&finding.subject), prose(&finding.message))?;
    finding.evidence.iter().try_for_each(|proof| evidence(proof, f))?;
    writeln!(f, "- **Who:** {}", finding.acts.in_words())?;
    writeln!(f, "- **Do:** {}", prose(&finding.remedy.text))?;
    remedy(&finding.remedy, f)?;
    writeln!(f, "- **Source:** {}", prose(&words::source(finding)))
}

fn evidence(evidence: &Evidence, f: &mut Formatter<'_>) -> fmt::Result {
    let span = evidence.text_span().unwrap_or(Span::at(0));
    writeln!(f, "- **Proof:** {} gives {}", code(&evidence.query.to_string()), marked(&evidence.text(), span))
}

fn remedy(remedy: &Remedy, f: &mut Formatter<'_>) -> fmt::Result {
    if remedy.changes.is_empty() {
        return Ok(());
    }
    // Every line within begins with its sign: none can close the fence.
    writeln!(f, "- **Change:**\n\n  ```diff")?;
    for line in remedy.changes.iter().flat_map(words::change) {
        writeln!(f, "  {}", visible(&line))?;
    }
    writeln!(f, "  ```\n\n- **Proven:** {}", words::proven(remedy))?;
    for stream in &remedy.streams {
        let (ip, sender) = (stream.ip, prose(&stream.sender));
        writeln!(f, "  - {ip} {sender}: {} → {}", stream.before, stream.after)?;
    }
    match remedy.tried.saturating_sub(remedy.streams.len()) {
        0 => Ok(()),
        more => writeln!(f, "  - and {more} more"),
    }
}

fn unknown(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    if report.unknown().is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## Not known\n")?;
    report.unknown().iter().try_for_each(|open| writeln!(f, "- {}: {}", prose(&open.question), prose(&open.reason)))
}
