//! The returned mail in the report for tickets.

use core::fmt::{self, Formatter};

use super::markdown_text::{code, marked, prose};
use super::words;
use crate::diagnosis::report::Report;
use crate::diagnosis::returned::Returned;

pub(super) fn returned(report: &Report, f: &mut Formatter<'_>) -> fmt::Result {
    if report.returned().is_empty() {
        return Ok(());
    }
    writeln!(f, "\n## What came back")?;
    words::groups(report.returned()).iter().try_for_each(|group| one(group, f))?;
    if report.inferred().is_empty() {
        return Ok(());
    }
    writeln!(f, "\n### Taken from the returned mail\n")?;
    report.inferred().iter().try_for_each(|one| writeln!(f, "- {}", prose(&one.to_string())))
}

fn one(group: &[&Returned], f: &mut Formatter<'_>) -> fmt::Result {
    let Some(first) = group.first() else { return Ok(()) };
    let reply = first.reply();
    let (cause, permanence) = (code(first.cause().as_str()), reply.permanence().as_str());
    writeln!(f, "\n### {cause} {}: {permanence}\n", prose(&words::recipients(group)))?;
    if !reply.text().is_empty() {
        writeln!(f, "- **It says:** {}", marked(reply.text(), reply.sentence()))?;
    }
    if let Some(by) = words::said_by(first) {
        writeln!(f, "- **By:** {}", prose(&by))?;
    }
    writeln!(f, "- **So now:** {}", prose(&first.confirmation().to_string()))?;
    writeln!(f, "- **Who:** {}", words::actor(first.actor()))?;
    writeln!(f, "- **Do:** {}", prose(first.advice()))?;
    if let Some(policy) = first.policy() {
        writeln!(f, "- **Demand:** {}", prose(&words::policy(policy)))?;
    }
    first
        .findings()
        .iter()
        .try_for_each(|(rule, subject)| writeln!(f, "- **See:** {} {}", code(rule.as_str()), prose(subject)))
}
