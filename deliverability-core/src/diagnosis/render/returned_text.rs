//! The returned mail in the report for people: what it says, whether that is so, and what to do.

use core::fmt::{self, Formatter};

use super::text::{labelled, paragraph};
use super::words::{self, visible};
use crate::diagnosis::report::Report;
use crate::diagnosis::returned::Returned;

pub(super) fn returned(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    words::groups(report.returned()).iter().try_for_each(|group| one(group, f))
}

/// What of the case was taken from the returned mail.
pub(super) fn inferred(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    if !report.inferred().is_empty() {
        writeln!(f, "\nTaken from the returned mail:")?;
    }
    report.inferred().iter().try_for_each(|one| paragraph("  ", &one.to_string(), f))
}

fn one(group: &[&Returned], f: &mut Formatter<'_>) -> fmt::Result {
    let Some(first) = group.first() else { return Ok(()) };
    write!(f, "\nreturned: {} [{}]", first.cause(), first.reply().permanence().as_str())?;
    let recipients = words::recipients(group);
    if !recipients.is_empty() {
        write!(f, " {}", visible(&recipients))?;
    }
    writeln!(f)?;
    let (says, words) = words::says(first);
    labelled("says", &says, f)?;
    if let Some(words) = words {
        labelled("words", &words, f)?;
    }
    if let Some(by) = words::said_by(first) {
        labelled("by", &by, f)?;
    }
    labelled("so now", &first.confirmation().to_string(), f)?;
    labelled("who", words::actor(first.actor()), f)?;
    labelled("do", first.advice(), f)?;
    if let Some(policy) = first.policy() {
        labelled("demand", &words::policy(policy), f)?;
    }
    let see: Vec<String> = first.findings().iter().map(|(rule, subject)| format!("{rule} {subject}")).collect();
    if see.is_empty() { Ok(()) } else { labelled("see", &see.join("; "), f) }
}
