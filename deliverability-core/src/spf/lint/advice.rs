//! What is well-formed and yet unwise (RFC 7208 §5, §6, §8; RFC 6652).

use std::collections::HashMap;

use super::glued;
use super::pieces::{Action, Note, Pieces, Place};
use super::repair::{self, Reading, Surroundings};
use crate::escaped::Escaped;
use crate::problem::{Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::record::{Directive, Mechanism, Modifier, Qualifier, TermKind};

/// Adds what is unwise about terms other than networks. No edit changes what the record says.
pub(super) fn advise(pieces: &mut Pieces<'_>) {
    let mut notes = dead_terms(pieces);
    notes.extend(repeated_terms(pieces));
    notes.extend(pieces.terms().filter_map(|(place, kind)| match kind {
        TermKind::Directive(directive) => weak_directive(place, directive),
        TermKind::Modifier(modifier) => odd_modifier(place, modifier),
    }));
    let ends = pieces.terms().any(|(_, kind)| ends_the_record(kind)) || pieces.found.iter().any(|piece| piece.unknown);
    pieces.apply(notes);
    if !ends {
        let message = "neither all nor redirect= ends the record, so strangers get neutral; end it in ~all or -all (RFC 7208 §4.7)";
        let end = Span::at(pieces.end());
        pieces.others.push(Problem::new(RuleId::SpfWeakAll, Severity::Warning, end, message));
    }
}

fn note(place: Place, rule: RuleId, severity: Severity, message: impl Into<String>, action: Action) -> Note {
    Note { place, rule, severity, message: message.into(), action }
}

/// Terms behind `all`, and `redirect=` next to it.
fn dead_terms(pieces: &Pieces<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let pasted = pieces
        .terms()
        .any(|(_, kind)| matches!(kind, TermKind::Modifier(modifier) if is_version(&modifier.to_string())));
    // The text of a second record shows what its publisher wanted: it is not for deletion.
    let delete = || if pasted { Action::Keep } else { Action::Delete };
    let has_all = pieces.terms().any(|(_, kind)| is_all(kind));
    let mut after_all = false;
    for (place, kind) in pieces.terms() {
        match kind {
            TermKind::Directive(_) if after_all => {
                let message = format!(
                    "\"{}\" stands behind all and is never tried; delete it or put it in front (RFC 7208 §5.1)",
                    shown(kind)
                );
                notes.push(note(place, RuleId::SpfDeadTerm, Severity::Warning, message, delete()));
            }
            TermKind::Modifier(Modifier::Redirect(_)) if has_all && !pieces.malformed => {
                let message = "redirect= is ignored next to all; delete one of them (RFC 7208 §6.1)";
                notes.push(note(place, RuleId::SpfDeadTerm, Severity::Warning, message, delete()));
            }
            _ => after_all |= is_all(kind),
        }
    }
    notes
}

/// Mechanisms that stood there before.
fn repeated_terms(pieces: &Pieces<'_>) -> Vec<Note> {
    let mut seen: HashMap<&Mechanism, Qualifier> = HashMap::new();
    let mut notes = Vec::new();
    for (place, kind) in pieces.terms() {
        let TermKind::Directive(directive) = kind else { continue };
        if directive.mechanism == Mechanism::All {
            break;
        }
        if let Some(first) = seen.get(&directive.mechanism) {
            let (message, action) = repeated_term(directive, *first, pieces.malformed);
            notes.push(note(place, RuleId::SpfDuplicateTerm, Severity::Warning, message, action));
        } else {
            seen.insert(&directive.mechanism, directive.qualifier);
        }
    }
    notes
}

/// What there is to say about a mechanism that stands there before, with the qualifier `first`.
fn repeated_term(directive: &Directive, first: Qualifier, malformed: bool) -> (String, Action) {
    let text = directive.to_string();
    let text = Escaped(text.as_bytes());
    if first != directive.qualifier {
        // Which of the two was meant is not for us to say.
        let message = format!(
            "\"{text}\" stands there before with the qualifier \"{}\", which decides; delete one of them (RFC 7208 §4.6.2)",
            first.as_char()
        );
        return (message, Action::Keep);
    }
    if !directive.mechanism.is_lookup() {
        return (format!("\"{text}\" stands twice; delete the second one (RFC 7208 §4.6.2)"), Action::Delete);
    }
    // RFC 7208 §4.6.4: one look-up fewer can lift a permerror, and no edit of a record that is valid
    // changes a verdict. One that does not parse has no verdict to keep.
    let action = if malformed { Action::Delete } else { Action::Keep };
    let message = "stands twice and costs a look-up each time; delete the second one (RFC 7208 §4.6.4)";
    (format!("\"{text}\" {message}"), action)
}

fn weak_directive(place: Place, directive: &Directive) -> Option<Note> {
    let (rule, severity, message) = match (&directive.mechanism, directive.qualifier) {
        (Mechanism::All, Qualifier::Pass) => (
            RuleId::SpfWeakAll,
            Severity::Blocks,
            "+all authorizes everyone on the Internet; write ~all or -all (RFC 7208 §5.1, §8.3)",
        ),
        (Mechanism::All, Qualifier::Neutral) => (
            RuleId::SpfWeakAll,
            Severity::Warning,
            "?all says nothing about strangers; write ~all or -all (RFC 7208 §5.1, §8.2)",
        ),
        (Mechanism::Ptr { .. }, _) => (
            RuleId::SpfPtr,
            Severity::Warning,
            "ptr should not be published: it is slow and unreliable; name the hosts by a, mx, ip4 or ip6 (RFC 7208 §5.5)",
        ),
        (mechanism, _) if mechanism.domain_spec().is_some() && glued::is_run_together(&mechanism.to_string()) => (
            RuleId::SpfSyntax,
            Severity::Warning,
            "a domain name runs into another term or name; a space seems to be missing (RFC 7208 §4.6.1)",
        ),
        _ => return None,
    };
    Some(note(place, rule, severity, message, Action::Keep))
}

fn odd_modifier(place: Place, modifier: &Modifier) -> Option<Note> {
    let Modifier::Unknown { name, value } = modifier else { return None };
    let text = format!("{name}={value}");
    let shown = Escaped(text.as_bytes());
    let (severity, message) = if is_version(&text) {
        (Severity::Warning, "a second record starts here; write its terms in front of the first record's all, and leave the version out (RFC 7208 §4.5)".to_owned())
    } else if matches!(name.to_ascii_lowercase().as_str(), "ra" | "rp" | "rr") {
        (
            Severity::Note,
            format!("\"{shown}\" asks for reports: it is valid, but some checkers reject it (RFC 6652 §3)"),
        )
    } else if let Some(meant) = meant(&text) {
        (
            Severity::Warning,
            format!(
                "\"{shown}\" is a modifier that nobody knows, so it has no effect; \"{}\" seems to be meant (RFC 7208 §6)",
                Escaped(meant.as_bytes())
            ),
        )
    } else if glued::is_foreign(&text) || name.contains("verification") || name.eq_ignore_ascii_case("ms") {
        (
            Severity::Warning,
            format!("\"{shown}\" has no effect here; publish it in a TXT record of its own (RFC 7208 §6)"),
        )
    } else {
        (Severity::Note, format!("\"{shown}\" is a modifier that nobody knows; it has no effect (RFC 7208 §6)"))
    };
    Some(note(place, RuleId::SpfUnknownModifier, severity, message, Action::Keep))
}

/// The term that a modifier which is not known seems to be a slip of.
fn meant(text: &str) -> Option<String> {
    match repair::read(text, Surroundings::default()) {
        Reading::Meant(terms, _) if !terms.is_empty() => {
            Some(terms.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        }
        _ => None,
    }
}

/// Whether a modifier's text is the version of a second record, with or without terms behind it.
fn is_version(text: &str) -> bool {
    const VERSION: &str = "v=spf1";
    text.get(..VERSION.len()).is_some_and(|head| head.eq_ignore_ascii_case(VERSION))
}

fn is_all(kind: &TermKind) -> bool {
    matches!(kind, TermKind::Directive(directive) if directive.mechanism == Mechanism::All)
}

fn ends_the_record(kind: &TermKind) -> bool {
    is_all(kind) || matches!(kind, TermKind::Modifier(Modifier::Redirect(_)))
}

/// A term as a message may show it.
fn shown(kind: &TermKind) -> String {
    let text = match kind {
        TermKind::Directive(directive) => directive.to_string(),
        TermKind::Modifier(modifier) => modifier.to_string(),
    };
    Escaped(text.as_bytes()).to_string()
}
