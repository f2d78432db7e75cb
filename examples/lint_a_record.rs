//! What is wrong with an SPF record, where, and what it was meant to be.
//!
//! ```text
//! cargo example lint_a_record
//! cargo example lint_a_record -- "v=spf1 ipv4:192.0.2.1 -all"
//! ```
//!
//! Ends with status 1 if the record makes mail fail as it stands.

use std::process::ExitCode;

use deliverability_core::problem::apply_edits;
use deliverability_core::{Problem, RuleId, Severity, Span, spf};

/// Seven slips of the pen in one record.
const BAD: &str = "v=spf1 mx ipv4:192.0.2.1 include: _spf.example.net 198.51.100.7 ip4:203.0.113.9/24 mx \u{2013}allgoogle-site-verification=x";

fn main() -> ExitCode {
    let record = std::env::args().nth(1).unwrap_or_else(|| BAD.to_owned());
    let problems = spf::lint(&record);
    if problems.is_empty() {
        println!("{}\n\nNo problem found.", shown(&record));
        return ExitCode::SUCCESS;
    }
    for problem in &problems {
        print(&record, problem);
    }
    let mended = String::from_utf8_lossy(&apply_edits(record.as_bytes(), &problems)).into_owned();
    if mended != record {
        println!("Mended:\n  {}", shown(&mended));
    }
    let left = spf::lint(&mended).into_iter().filter(|problem| problem.rule == RuleId::SpfSyntax).count();
    if left > 0 {
        println!("{left} problems are left that only the record's owner can mend.");
    }
    let fails = problems.iter().any(|problem| problem.severity >= Severity::Error);
    if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The problem under the part of the record that it is about.
fn print(record: &str, problem: &Problem) {
    const AROUND: usize = 30;
    let Span { start, end } = problem.span;
    let part = |from: usize, to: usize| shown(&String::from_utf8_lossy(Span::new(from, to).of(record.as_bytes())));
    let (before, at) = (part(start.saturating_sub(AROUND), start), part(start, end));
    let after = part(end, end.saturating_add(AROUND));
    let carets = "^".repeat(at.chars().count().max(1));
    println!("  {before}{at}{after}\n  {:width$}{carets}", "", width = before.chars().count());
    println!("{} {}: {}\n", problem.severity, problem.rule, problem.message);
}

/// The text as a terminal may show it.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
