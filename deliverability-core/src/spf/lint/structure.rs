//! What is wrong between the terms of a record that does not parse: pasted records, terms behind
//! `all`, modifiers that stand twice (RFC 7208 §4.5, §5.1, §6).

use super::message;
use super::pieces::{Action, Note, Pieces, Place};
use crate::problem::Severity;
use crate::rule_id::RuleId;
use crate::spf::record::{Directive, Mechanism, Modifier, Qualifier, TermKind};

/// Mends what no single term shows. The record is void as it stands, so what its text names is
/// what it is to authorize.
pub(super) fn mend(pieces: &mut Pieces<'_>) {
    drop_versions(pieces);
    drop_repeated_modifiers(pieces);
    include_redirect(pieces);
    move_all(pieces);
}

fn drop_versions(pieces: &mut Pieces<'_>) {
    for piece in pieces.found.iter_mut().filter(|piece| piece.version) {
        let message =
            "a second record starts here; a domain has one, so its terms join the first record's (RFC 7208 §4.5)";
        piece.problems.push(message::blocking(piece.span, message.to_owned()));
    }
}

fn drop_repeated_modifiers(pieces: &mut Pieces<'_>) {
    let (mut redirect, mut explanation, mut notes) = (None, None, Vec::new());
    for (place, kind) in pieces.terms() {
        let TermKind::Modifier(modifier) = kind else { continue };
        let (first, name) = match modifier {
            Modifier::Redirect(_) => (&mut redirect, "redirect"),
            Modifier::Explanation(_) => (&mut explanation, "exp"),
            Modifier::Unknown { .. } => continue,
        };
        let same = first.as_ref().is_some_and(|first| *first == modifier);
        if first.replace(modifier).is_some() {
            let action = if same { Action::Delete } else { Action::Keep };
            notes.push(blocking(place, format!("{name}= stands twice; at most one is allowed (RFC 7208 §6)"), action));
        }
    }
    pieces.apply(notes);
}

/// RFC 7208 §6.1: redirect is ignored where there is an `all`.
fn include_redirect(pieces: &mut Pieces<'_>) {
    if !pieces.terms().any(|(_, kind)| is_all(kind)) {
        return;
    }
    let note = |(place, kind): (Place, &TermKind)| {
        let TermKind::Modifier(Modifier::Redirect(domain_spec)) = kind else { return None };
        let include = format!("include:{domain_spec}");
        let message = format!(
            "redirect= is ignored next to all; write \"{}\" (RFC 7208 §6.1)",
            crate::escaped::Escaped(include.as_bytes())
        );
        Some(blocking(place, message, Action::Write(include)))
    };
    let notes = pieces.terms().filter_map(note).collect();
    pieces.apply(notes);
}

/// RFC 7208 §5.1: what stands behind `all` is never tried.
fn move_all(pieces: &mut Pieces<'_>) {
    let directives = || pieces.terms().filter(|(_, kind)| matches!(kind, TermKind::Directive(_)) || is_include(kind));
    let alls: Vec<(Place, Qualifier)> =
        pieces.terms().filter_map(|(place, kind)| Some((place, all_qualifier(kind)?))).collect();
    let (Some((last_all, last)), Some((last_directive, _))) = (alls.last().copied(), directives().next_back()) else {
        return;
    };
    let agree = alls.iter().all(|(_, qualifier)| *qualifier == last);
    let end = Directive { qualifier: if agree { last } else { Qualifier::Softfail }, mechanism: Mechanism::All };
    let stays = last_all == last_directive;
    let message = || "terms behind all are never tried; it has to be the last mechanism (RFC 7208 §5.1)".to_owned();
    let gone = alls.iter().filter(|(place, _)| !stays || *place != last_all);
    let mut notes: Vec<Note> = gone.map(|(place, _)| blocking(*place, message(), Action::Delete)).collect();
    if stays && end.qualifier != last {
        let message = format!("the records that were joined end differently; write \"{end}\" (RFC 7208 §5.1)");
        notes.push(blocking(last_all, message, Action::Write(end.to_string())));
    }
    if !stays {
        pieces.append(end.to_string());
    }
    pieces.apply(notes);
}

fn blocking(place: Place, message: String, action: Action) -> Note {
    Note { place, rule: RuleId::SpfSyntax, severity: Severity::Blocks, message, action }
}

/// A redirect that became an include.
fn is_include(kind: &TermKind) -> bool {
    matches!(kind, TermKind::Modifier(Modifier::Redirect(_)))
}

fn all_qualifier(kind: &TermKind) -> Option<Qualifier> {
    match kind {
        TermKind::Directive(Directive { qualifier, mechanism: Mechanism::All }) => Some(*qualifier),
        _ => None,
    }
}

fn is_all(kind: &TermKind) -> bool {
    all_qualifier(kind).is_some()
}
