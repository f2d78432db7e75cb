//! The report for people, as plain text of about 100 columns.

use core::fmt::{self, Formatter, Write as _};

use super::returned_text;
use super::words::{self, visible};
use crate::cut::cut;
use crate::diagnosis::finding::{Evidence, Finding, Remedy, Unknown};
use crate::diagnosis::report::Report;
use crate::problem::Severity;
use crate::span::Span;

/// Columns of running text.
const WIDTH: usize = 100;
/// Most bytes of a record shown around the span that matters.
const EXCERPT: usize = 84;

pub(in crate::diagnosis) fn report(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    head(report, f)?;
    returned_text::returned(report, f)?;
    if !report.at_receiver().is_empty() {
        writeln!(f, "\nThe message at a receiver:")?;
    }
    report.at_receiver().iter().try_for_each(|judged| paragraph("  ", &judged.to_string(), f))?;
    if !report.claims().is_empty() {
        writeln!(f, "\nWhat the message says that others found:")?;
    }
    report.claims().iter().try_for_each(|claimed| paragraph("  ", &claimed.to_string(), f))?;
    // The addresses that one record refuses share their remedy: it is shown once.
    let mut shown: Option<&Finding> = None;
    for (n, found) in report.findings().iter().enumerate() {
        let also = n > 0 && found.severity == Severity::Blocks;
        let same = shown.filter(|other| !found.remedy.changes.is_empty() && is_same(&other.remedy, &found.remedy));
        finding(found, also, same, f)?;
        if same.is_none() {
            shown = Some(found);
        }
    }
    if !report.unknown().is_empty() {
        writeln!(f, "\nNot known:")?;
    }
    report.unknown().iter().try_for_each(|open| unknown(open, f))?;
    returned_text::inferred(report, f)
}

fn head(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    let case = report.case();
    f.write_str(&words::domain(report))?;
    for (n, ip) in case.sending_ips.iter().enumerate() {
        write!(f, "{}{ip}", if n == 0 { ", sending from " } else { ", " })?;
    }
    if let Some(helo) = &case.helo {
        write!(f, " as {}", visible(helo))?;
    }
    writeln!(f, "\n{}", words::verdict(report))
}

fn is_same(one: &Remedy, other: &Remedy) -> bool {
    one.changes == other.changes && one.streams == other.streams && one.proven == other.proven
}

/// `same` is an earlier finding with the same changes.
pub(in crate::diagnosis) fn finding(
    finding: &Finding,
    also: bool,
    same: Option<&Finding>,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    let also = if also { "also " } else { "" };
    writeln!(f, "\n{also}{} [{}] {}", finding.rule, finding.severity, visible(&finding.subject))?;
    paragraph("  ", &finding.message, f)?;
    finding.evidence.iter().try_for_each(|proof| evidence(proof, f))?;
    labelled("who", finding.acts.in_words(), f)?;
    labelled("do", &finding.remedy.text, f)?;
    match same {
        Some(other) => labelled("change", &format!("the same as for {}, and as proven", other.subject), f)?,
        None => remedy(&finding.remedy, f)?,
    }
    labelled("source", &words::source(finding), f)
}

fn evidence(evidence: &Evidence, f: &mut Formatter<'_>) -> fmt::Result {
    let text = evidence.text();
    let span = evidence.text_span().unwrap_or(Span::new(0, 0));
    let (shown, marked) = excerpt(&text, span);
    writeln!(f, "  {:8}{}", "proof", visible(&evidence.query.to_string()))?;
    writeln!(f, "          {}", visible(shown))?;
    if marked.start < marked.end {
        let before = visible(Span::new(0, marked.start).of_text(shown)).chars().count();
        let width = visible(marked.of_text(shown)).chars().count();
        writeln!(f, "          {:before$}{}", "", "^".repeat(width.max(1)))?;
    }
    Ok(())
}

/// At most [`EXCERPT`] bytes of `text` around `span`, and the span in them.
fn excerpt(text: &str, span: Span) -> (&str, Span) {
    if text.len() <= EXCERPT {
        return (text, span);
    }
    let room = EXCERPT.saturating_sub(span.end.saturating_sub(span.start)) / 2;
    let start = cut(text, span.start.saturating_sub(room).min(text.len().saturating_sub(EXCERPT))).len();
    let shown = cut(text.get(start..).unwrap_or_default(), EXCERPT);
    (shown, Span::new(span.start.saturating_sub(start), span.end.saturating_sub(start).min(shown.len())))
}

fn remedy(remedy: &Remedy, f: &mut Formatter<'_>) -> fmt::Result {
    for line in remedy.changes.iter().flat_map(words::change) {
        writeln!(f, "        {line}")?;
    }
    if remedy.changes.is_empty() {
        return Ok(());
    }
    labelled("proven", &words::proven(remedy), f)?;
    for stream in &remedy.streams {
        writeln!(f, "          {} {}: {} -> {}", stream.ip, visible(&stream.sender), stream.before, stream.after)?;
    }
    match remedy.tried.saturating_sub(remedy.streams.len()) {
        0 => Ok(()),
        more => writeln!(f, "          and {more} more"),
    }
}

fn unknown(unknown: &Unknown, f: &mut Formatter<'_>) -> fmt::Result {
    paragraph("  ? ", &format!("{}: {}", unknown.question, unknown.reason), f)
}

pub(super) fn labelled(label: &str, text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    paragraph(&format!("  {label:8}"), text, f)
}

/// Running text behind `head`, wrapped at [`WIDTH`] and indented to it.
pub(super) fn paragraph(head: &str, text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    let indent = head.chars().count();
    f.write_str(head)?;
    let mut column = indent;
    for (n, word) in visible(text).split(' ').enumerate() {
        let length = word.chars().count();
        if n > 0 && column.saturating_add(length) >= WIDTH {
            write!(f, "\n{:indent$}", "")?;
            column = indent;
        } else if n > 0 {
            f.write_char(' ')?;
            column = column.saturating_add(1);
        }
        f.write_str(word)?;
        column = column.saturating_add(length);
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Shown<F>(F);

    impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> fmt::Display for Shown<F> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            (self.0)(f)
        }
    }

    #[test]
    fn text_wraps_behind_its_label() {
        let words = "word ".repeat(40);
        let shown = Shown(|f: &mut Formatter<'_>| labelled("do", words.trim_end(), f)).to_string();
        assert!(shown.lines().all(|line| line.len() <= WIDTH));
        assert!(shown.starts_with("  do      word"));
        assert!(shown.lines().nth(1).is_some_and(|line| line.starts_with("          word")));
    }

    #[test]
    fn an_excerpt_keeps_the_span_in_sight() {
        let text = format!("{}here{}", "é".repeat(100), "x".repeat(100));
        let (shown, span) = excerpt(&text, Span::new(200, 204));
        assert_eq!(span.of(shown.as_bytes()), b"here");
        assert!(shown.len() <= EXCERPT);
    }
}
