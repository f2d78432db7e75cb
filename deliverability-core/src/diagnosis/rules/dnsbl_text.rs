//! What findings about lists say: what an entry means, what to stop first, how it is removed.

use core::fmt::Display;

use crate::diagnosis::finding::LIST_SAYS;
use crate::dnsbl::{Cause, Code, Impact, List, Status, Terms, Verdict};

/// The status without the word that the report says already.
pub(super) fn why(verdict: &Verdict) -> String {
    let words = verdict.status().to_string();
    let words = words.strip_prefix("unknown: ").unwrap_or(&words);
    let alone = if verdict.is_left_alone() { "; it was left alone then" } else { "" };
    format!("{words}{alone}")
}

/// Who is on which list, by which codes, and what the list says.
pub(super) fn entry(subject: impl Display, verdict: &Verdict, codes: &[&Code]) -> String {
    let zone = verdict.list().zone();
    let codes = joined(codes.iter().map(ToString::to_string), ", ");
    let says = match verdict.status() {
        Status::Listed { reason: Some(reason), .. } => format!("{LIST_SAYS}{reason}"),
        _ => String::new(),
    };
    format!("{subject} is on the blocklist {zone}: listed: {codes}.{says}")
}

/// What to stop first, how the entry is removed, how much it matters, and how to check again.
pub(super) fn remedy(verdict: &Verdict, codes: &[&Code], impact: Option<Impact>) -> String {
    let list = verdict.list();
    let parts = [
        Some(first_steps(codes)),
        Some(removal(list, codes)),
        list.note().map(|note| format!("Note: {note}.")),
        impact.map(|impact| matters(impact).to_owned()),
        Some("Verify: run this diagnosis again; list answers are cached for minutes up to an hour.".to_owned()),
    ];
    joined(parts.into_iter().flatten(), " ")
}

/// Each cause once; a cause that is not known may be any of the usual ones.
fn first_steps(codes: &[&Code]) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for code in codes {
        let step = code.cause.map_or(ANY_CAUSE, Cause::first_step);
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    match steps.as_slice() {
        [step] => format!("First {step}."),
        steps => {
            let numbered = steps.iter().zip(1_u8..).map(|(step, n)| format!("({n}) {step}"));
            format!("First: {}.", joined(numbered, "; "))
        }
    }
}

const ANY_CAUSE: &str = "stop the cause: look for a compromised account or script, an open relay, or an infected host behind \
                         the same address, and for mail in the queue that nobody meant to send";

fn removal(list: &List, codes: &[&Code]) -> String {
    let mut ways: Vec<(&str, Vec<String>)> = Vec::new();
    for code in codes {
        let Some(way) = code.removal.as_deref() else { continue };
        match ways.iter_mut().find(|(known, _)| *known == way) {
            Some((_, values)) => values.push(code.address.to_string()),
            None => ways.push((way, vec![code.address.to_string()])),
        }
    }
    match (list.delist(), ways.as_slice()) {
        (Some(page), []) => format!("Then ask for removal at {page}."),
        (None, []) => format!("Then ask the operator of {} for removal, or wait until the entry expires.", list.zone()),
        (page, [(way, _)]) => format!("Then removal{}: {way}.", at(page)),
        (page, ways) => {
            let each = ways.iter().map(|(way, values)| format!("of {}: {way}", joined(values.iter(), ", ")));
            format!("Then removal{}, {}.", at(page), joined(each, "; "))
        }
    }
}

fn at(page: Option<&str>) -> String {
    page.map(|page| format!(" ({page})")).unwrap_or_default()
}

const fn matters(impact: Impact) -> &'static str {
    match impact {
        Impact::Critical => "Most receivers refuse by this list: deal with it before any other.",
        Impact::High => "Many receivers refuse by this list.",
        Impact::Medium => "Some receivers refuse or junk by this list.",
        Impact::Low => "Few receivers use this list: deal with the greater ones first.",
        _ => "Hardly any receiver refuses by this: it can be ignored.",
    }
}

/// That a list does not answer, and that this is no verdict.
pub(super) fn refused(verdict: &Verdict) -> String {
    let status = verdict.status().to_string();
    let words = status.strip_prefix("unknown: ").unwrap_or(&status);
    format!(
        "{} does not answer this resolver ({words}). What was asked about is neither listed nor clean there: it is not \
         known.",
        verdict.list().zone()
    )
}

/// How the list can be asked.
pub(super) fn ask_otherwise(list: &List) -> String {
    let text = match list.terms() {
        Some(Terms::Registration) => "Register your resolver or account with the list's operator, then ask again.",
        Some(Terms::Key | Terms::Paid) => "Ask again with a key of your own from the list's operator.",
        _ => "Ask again through a recursive resolver of your own, or with a key from the list's operator.",
    };
    let access = list.access().filter(|access| *access != "open");
    access.map_or_else(|| text.to_owned(), |access| format!("{text} Access: {access}."))
}

fn joined(parts: impl Iterator<Item = impl Display>, between: &str) -> String {
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(between)
}
