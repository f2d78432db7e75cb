//! What the PTR records of a sending address are worth.

use std::sync::Arc;

use super::generic_names;
use super::naming::{confirm_changes, name_the_address, pointer_owner, who_sets};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Scope, Unknown, sentence};
use crate::diagnosis::rules::{Examined, Lookups};
use crate::dns::RecordData;
use crate::problem::Severity;
use crate::result::IprevResult;
use crate::reverse_dns::{GenericName, HeloOutcome, IprevOutcome, Pointer, PointerState};
use crate::rule_id::RuleId;

pub(super) fn judge(
    case: &Case,
    lookups: &Lookups<'_>,
    outcome: &IprevOutcome,
    helo: &[HeloOutcome],
    found: &mut Examined,
) {
    let ip = outcome.address();
    match outcome.result() {
        IprevResult::Pass => {}
        IprevResult::Temperror => {
            let reason = outcome.error().map_or_else(String::new, ToString::to_string);
            let open = Unknown::new(format!("does {ip} have a confirmed PTR name"), reason, true);
            found.leave_open(open.for_want_of(outcome.queries()));
        }
        IprevResult::Permerror => found.find(missing(case, lookups, outcome, helo)),
        IprevResult::Fail => found.find(not_confirmed(case, lookups, outcome, helo)),
    }
    let names = generic_names(outcome);
    if !names.is_empty() {
        found.find(generic(case, lookups, outcome, helo, &names));
    }
    let is_alias = |pointer: &&Pointer| *pointer.state() == PointerState::Confirmed && !pointer.aliases().is_empty();
    if let Some(pointer) = outcome.pointers().iter().find(is_alias) {
        found.find(alias(lookups, outcome, pointer));
    }
}

fn missing(case: &Case, lookups: &Lookups<'_>, outcome: &IprevOutcome, helo: &[HeloOutcome]) -> Finding {
    let (text, changes) = name_the_address(case, lookups, outcome, helo);
    Finding::new(RuleId::PtrMissing, Severity::Blocks, outcome.address(), sentence(outcome))
        .about(Scope::Address(outcome.address()))
        .with_evidence(lookups.evidence(outcome.query()))
        .with_remedy(text, changes)
}

fn not_confirmed(case: &Case, lookups: &Lookups<'_>, outcome: &IprevOutcome, helo: &[HeloOutcome]) -> Finding {
    let ip = outcome.address();
    let text = format!(
        "Give the PTR name an address record for {ip}, or have the PTR record of {ip} set to a name that has one. {} Verify: \
         the PTR of {ip} gives a name, and that name gives {ip}.",
        who_sets(case, outcome)
    );
    Finding::new(RuleId::PtrNotForwardConfirmed, Severity::Blocks, ip, sentence(outcome))
        .about(Scope::Address(ip))
        .with_evidence(lookups.evidence_of(outcome.queries()))
        .with_remedy(text, confirm_changes(case, lookups, outcome, helo))
}

fn generic(
    case: &Case,
    lookups: &Lookups<'_>,
    outcome: &IprevOutcome,
    helo: &[HeloOutcome],
    names: &[GenericName],
) -> Finding {
    let ip = outcome.address();
    let first = names.first().map(|name| format!("{} {name}", name.text())).unwrap_or_default();
    let message = format!(
        "{ip} has a name that looks made by a machine: {first}. Receivers take such a name for an end user's line or a host \
         that nobody set up for mail, and refuse or junk what it sends."
    );
    // Somebody may have chosen a name that speaks of mail; receivers differ about those.
    let by_hand = names.iter().any(GenericName::speaks_of_mail);
    let severity = if by_hand { Severity::Warning } else { Severity::Error };
    let (text, changes) = name_the_address(case, lookups, outcome, helo);
    Finding::new(RuleId::PtrGeneric, severity, ip, message)
        .about(Scope::Address(ip))
        .with_evidence(names.iter().take(3).map(|name| matched(outcome, name)))
        .with_remedy(text, changes)
}

/// The name with the piece that says most.
fn matched(outcome: &IprevOutcome, name: &GenericName) -> Evidence {
    let span = name.strongest().map(|piece| piece.span);
    Evidence::of_record(outcome.query().clone(), Arc::from(name.text().as_bytes()), span)
}

fn alias(lookups: &Lookups<'_>, outcome: &IprevOutcome, pointer: &Pointer) -> Finding {
    let (ip, name) = (outcome.address(), pointer.name());
    let end = pointer.aliases().last().unwrap_or(name);
    let message =
        format!("The PTR record of {ip} names {name}, which is an alias of {end}: it must name the host itself.");
    let text =
        format!("Set the PTR record of {ip} to {end}. Verify: the PTR name of {ip} has an address record of its own.");
    let (old, new) = (RecordData::Ptr(name.clone()), RecordData::Ptr(end.clone()));
    Finding::new(RuleId::PtrCname, Severity::Error, ip, message)
        .about(Scope::Address(ip))
        .with_evidence(lookups.evidence_of([outcome.query(), pointer.query()]))
        .with_remedy(text, vec![Change::replace(pointer_owner(lookups, ip), old, new)])
}
