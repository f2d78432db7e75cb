//! Is it listed: the list that the reply names is asked, about what the reply names.

use super::confirm::{Answered, Question};
use crate::bounce::Cause;
use crate::diagnosis::inference::list_of;
use crate::dnsbl::{KnownList, List, Lookup, Status, Subject};

pub(super) fn answer(question: &Question<'_>) -> Option<Answered> {
    let named = &question.reply().parameters().list;
    let Some(named) = named else {
        return Some(Answered::not_checkable("the reply does not name the list"));
    };
    if let Some(KnownList::Dead(dead)) = named.known {
        return Some(Answered::not_checkable(format!("{dead}: whoever still refuses by it refuses by nothing")));
    }
    let Some(list) = list_of(named, question.cause) else {
        return Some(Answered::not_checkable(
            "the list cannot be asked without a key, or not by DNS; its own page tells",
        ));
    };
    if question.case.lists.is_empty() {
        return Some(Answered::unknown("no list was to be asked"));
    }
    let subjects = subjects(question);
    if subjects.is_empty() {
        return Some(Answered::unknown("the reply does not say what is listed, and no sending address was given"));
    }
    let each = subjects.iter().map(|subject| ask(question, &list, subject)).collect::<Option<Vec<_>>>()?;
    let listings = each.iter().flat_map(|answered| answered.listings.iter().cloned()).collect();
    Answered::most(each).map(|answered| Answered { listings, ..answered })
}

/// What the reply says is listed.
fn subjects(question: &Question<'_>) -> Vec<Subject> {
    if question.cause == Cause::IpBlocklisted {
        return question.addresses().into_iter().map(Subject::Ip).collect();
    }
    let named = question.reply().parameters().domain.clone();
    // Which link of the content is meant, only the reply can tell.
    let own = || (question.cause == Cause::DomainBlocklisted).then(|| question.sender_domain())?;
    named.or_else(own).into_iter().map(Subject::Domain).collect()
}

fn ask(question: &Question<'_>, list: &List, subject: &Subject) -> Option<Answered> {
    let zone = list.zone();
    let lookup = match subject {
        Subject::Ip(ip) => Lookup::of(*ip),
        Subject::Domain(name) => Lookup::of_domain(list.name_for(name).unwrap_or_else(|| name.clone())),
    };
    let verdicts = question.run(&lookup.lists(core::slice::from_ref(list)))?;
    let Some(verdict) = verdicts.into_iter().next() else {
        return Some(Answered::not_checkable(format!("{zone} holds no entries of such a kind as {subject}")));
    };
    let answered = match verdict.status() {
        Status::Listed { .. } => Answered::confirmed(format!("{subject} is on {zone}: {}", verdict.status())),
        Status::NotListed => Answered::refuted(format!("{subject} is not, or no longer, on {zone}")),
        other => Answered::unknown(format!("{zone}: {}", trimmed(&other.to_string()))),
    };
    let evidence = question.lookups.evidence_of(verdict.queries());
    let answered = answered.asking(verdict.queries()).with(evidence);
    Some(Answered { listings: vec![verdict], ..answered })
}

fn trimmed(status: &str) -> &str {
    status.strip_prefix("unknown: ").unwrap_or(status)
}
