//! Blocklists: `dnsbl.ip-listed`, `ip.dynamic-or-policy-listed`, `dnsbl.domain-listed`,
//! `dnsbl.query-refused`, `dnsbl.list-dead`.

use super::dnsbl_subjects::{Asked, Untold, subjects};
use super::dnsbl_text::{self as text, why};
use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Finding, Unknown};
use crate::dns::{Known, Step};
use crate::dnsbl::{
    Cause, Code, DeadList, Impact, KnownList, List, LookupEach, Role, Status, Subject, Verdict, known_zone,
};
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    let lists = lists_alive(case, &mut found);
    let (asked, untold) = subjects(case, &lists, &lookups);
    if let Some(outcomes) = lookups.run(&LookupEach::all(asked.iter().map(|asked| asked.lookup.clone()))) {
        for (asked, verdicts) in asked.iter().zip(&outcomes) {
            for verdict in verdicts {
                judge(asked, verdict, &lookups, &mut found);
            }
        }
        for untold in &untold {
            leave_untold(untold, &mut found);
        }
    }
    lookups.finish(found)
}

/// The lists of the case without those that are known to be dead, which are named.
fn lists_alive(case: &Case, found: &mut Examined) -> Vec<List> {
    let mut alive = Vec::new();
    for list in case.lists.iter() {
        match dead(list) {
            Some(dead) => found.find(is_dead(dead)),
            None => alive.push(list.clone()),
        }
    }
    alive
}

/// What is known of a list that is dead.
pub(super) fn dead(list: &List) -> Option<&'static DeadList> {
    match known_zone(list.zone())? {
        KnownList::Dead(dead) => Some(dead),
        _ => None,
    }
}

fn is_dead(dead: &DeadList) -> Finding {
    let message = format!("{dead}. It was not asked, and what it seems to say means nothing.");
    let text = format!(
        "Take {} off your list of lists, and tell a receiver who still refuses by it. Nothing has to be done for delivery \
         otherwise. Source: {}, read {}.",
        dead.zone(),
        dead.source(),
        dead.read()
    );
    Finding::new(RuleId::DnsblListDead, Severity::Note, dead.zone(), message)
        .by(Acts::Resolver)
        .with_remedy(text, Vec::new())
}

fn judge(asked: &Asked, verdict: &Verdict, lookups: &Lookups<'_>, found: &mut Examined) {
    let zone = verdict.list().zone();
    match verdict.status() {
        Status::Listed { .. } => {
            for finding in listed(asked, verdict, lookups) {
                found.find(if asked.is_elsewhere { of_another(asked, finding) } else { finding });
            }
        }
        Status::NotListed => {}
        status => {
            if matches!(status, Status::Refused { .. }) {
                found.find(refused(verdict, lookups));
            }
            let blocks = could_block(verdict.list()) && !asked.is_elsewhere;
            let open = Unknown::new(format!("is {asked} listed at {zone}"), why(verdict), blocks);
            found.leave_open(open.for_want_of(verdict.queries()));
        }
    }
}

/// The entry of an address that is not the sender's: it tells who sent the message, and keeps no mail of
/// the sender's own from arriving.
fn of_another(asked: &Asked, finding: Finding) -> Finding {
    let message = format!(
        "{asked} handed the message over and is none of the sending addresses of this case. {} That says nothing about mail \
         of your own.",
        finding.message
    );
    let text = format!(
        "There is nothing for you to have removed: the list speaks of whoever runs {asked}. Report the message to them, and \
         see that no SPF record of yours names {asked}. Verify: run this diagnosis again."
    );
    Finding { severity: Severity::Note, message, ..finding }.with_remedy(text, Vec::new())
}

fn leave_untold(untold: &Untold, found: &mut Examined) {
    for list in &untold.lists {
        let question = format!("is the domain of {} listed at {}", untold.host, list.zone());
        let reason = "which part of the name is registered cannot be told without the public suffix list";
        found.leave_open(Unknown::new(question, reason, could_block(list)));
    }
}

/// Whether an entry of the list could be why mail is refused.
fn could_block(list: &List) -> bool {
    let greatest = list.codes().iter().map(|code| code.impact).chain([list.impact()]).flatten().max();
    list.can_mean(Role::Block) && weight(greatest) == Severity::Blocks
}

/// Most receivers refuse mail by a critical or high list; the others add to a score.
fn weight(impact: Option<Impact>) -> Severity {
    match impact {
        Some(Impact::Critical | Impact::High) => Severity::Blocks,
        Some(Impact::Note) => Severity::Note,
        _ => Severity::Warning,
    }
}

/// The findings of one entry: what is policy about the range is another matter than abuse.
fn listed(asked: &Asked, verdict: &Verdict, lookups: &Lookups<'_>) -> Vec<Finding> {
    let blocking = verdict.codes().iter().filter(|code| code.role == Role::Block);
    let (policy, abuse): (Vec<&Code>, Vec<&Code>) = blocking.partition(|code| code.cause == Some(Cause::EndUserRange));
    let mut findings = Vec::new();
    if !abuse.is_empty() {
        let (rule, acts) = match verdict.subject() {
            Subject::Domain(_) => (RuleId::DnsblDomainListed, Acts::ListOperator),
            _ => (RuleId::DnsblIpListed, Acts::ListOperator),
        };
        findings.push(entry(rule, impact_of(&abuse, verdict.list()), acts, asked, verdict, &abuse, lookups));
    }
    if !policy.is_empty() {
        // A policy code weighs less than abuse, but whoever refuses by the list refuses by it too.
        let impact = impact_of(&policy, verdict.list()).max(verdict.list().impact());
        let (rule, acts) = (RuleId::IpDynamicOrPolicyListed, Acts::SenderServer);
        findings.push(entry(rule, impact, acts, asked, verdict, &policy, lookups));
    }
    findings
}

fn impact_of(codes: &[&Code], list: &List) -> Option<Impact> {
    codes.iter().filter_map(|code| code.impact.or(list.impact())).max()
}

fn entry(
    rule: RuleId,
    impact: Option<Impact>,
    acts: Acts,
    asked: &Asked,
    verdict: &Verdict,
    codes: &[&Code],
    lookups: &Lookups<'_>,
) -> Finding {
    let subject = format!("{asked} at {}", verdict.list().zone());
    Finding::new(rule, weight(impact), subject, text::entry(asked, verdict, codes))
        .by(acts)
        .with_evidence(lookups.evidence_of(verdict.queries()))
        .with_remedy(text::remedy(verdict, codes, impact), Vec::new())
}

fn refused(verdict: &Verdict, lookups: &Lookups<'_>) -> Finding {
    Finding::new(RuleId::DnsblQueryRefused, Severity::Note, verdict.list().zone(), text::refused(verdict))
        .by(Acts::Resolver)
        .with_evidence(lookups.evidence(verdict.decided_by()))
        .with_remedy(text::ask_otherwise(verdict.list()), Vec::new())
}
