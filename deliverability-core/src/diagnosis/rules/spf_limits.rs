//! The limits of an evaluation (RFC 7208 §4.6.4), on the senders' paths and on all others:
//! `spf.too-many-lookups`, `spf.void-lookups`.

use std::sync::Arc;

use super::Examined;
use super::spf::deciding_evidence;
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Evidence, Finding, sentence};
use crate::diagnosis::proposal::Wish;
use crate::dns::Query;
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::rule_id::RuleId;
use crate::spf::{Count, Evaluation, LookupTerm, Node, Presence, Standing, TreeOutcome};

/// Most terms that are named one by one.
const MAX_NAMED: usize = 5;

/// A sender's own evaluation takes one look-up too many.
pub(super) fn lookups(case: &Case, evaluation: &Evaluation, tree: &TreeOutcome) -> Finding {
    Finding::new(RuleId::SpfTooManyLookups, Severity::Blocks, &case.domain, spent(evaluation))
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(spend_less(tree), Vec::new())
        .wishing(Wish::few_lookups(&case.domain))
}

/// An `mx` with too many hosts ends a sender's own evaluation.
pub(super) fn mx_hosts(case: &Case, evaluation: &Evaluation) -> Finding {
    let text = format!(
        "Name the hosts that send by ip4: and ip6: in place of that mx. Verify: SPF of {} gives no permerror.",
        case.domain
    );
    Finding::new(RuleId::SpfTooManyLookups, Severity::Blocks, &case.domain, spent(evaluation))
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(text, Vec::new())
}

/// A sender's own evaluation asks once too often for what does not exist.
pub(super) fn void_lookups(case: &Case, evaluation: &Evaluation, tree: &TreeOutcome) -> Finding {
    let dead = dead_terms(tree);
    Finding::new(RuleId::SpfVoidLookups, Severity::Error, &case.domain, spent(evaluation) + &listed(&dead))
        .with_evidence(deciding_evidence(evaluation))
        .with_remedy(delete_the_dead(&case.domain, &dead), Vec::new())
        .wishing(Wish::few_void_lookups(&case.domain))
}

/// The senders known stay within the limits, but not every path does.
pub(super) fn judge_others(tree: &TreeOutcome, found: &mut Examined) {
    // A loop is found as such.
    if tree.standing() == Standing::Over && tree.lookups() != Count::Endless {
        found.find(others_cut_off(tree));
    }
    if tree.void_standing() == Standing::Over {
        found.find(others_void(tree));
    }
}

fn spent(evaluation: &Evaluation) -> String {
    let ledger = evaluation.trace().ledger();
    format!(
        "{} Up to there: {} look-ups, {} of them void. The result is permerror.",
        sentence(evaluation.cause()),
        ledger.lookups(),
        ledger.void_lookups()
    )
}

fn others_cut_off(tree: &TreeOutcome) -> Finding {
    let (domain, limit) = (tree.domain(), tree.limits().lookups);
    let from = tree.cut_off().map(|term| tree.root().term_text(term).into_owned()).unwrap_or_default();
    let message = format!(
        "SPF of {domain} takes {} look-ups in the worst case, and {limit} are allowed: senders that only `{from}` or what \
         stands behind it names can get permerror. No sender known here comes to that.",
        tree.lookups(),
    );
    let span = tree.cut_off().map(LookupTerm::span);
    let evidence =
        tree.root().text().map(|text| Evidence::of_record(Query::txt(domain.clone()), Arc::clone(text), span));
    Finding::new(RuleId::SpfTooManyLookups, Severity::Error, domain, message)
        .with_evidence(evidence)
        .with_remedy(spend_less(tree), Vec::new())
        .wishing(Wish::few_lookups(domain))
}

fn spend_less(tree: &TreeOutcome) -> String {
    let (domain, limit) = (tree.domain(), tree.limits().lookups);
    let cost = |term: &LookupTerm| format!("{} ({})", tree.root().term_text(term), term.lookups());
    let spenders: Vec<String> = tree.spenders().into_iter().take(3).map(cost).collect();
    format!(
        "Remove terms of {domain} that are not needed, the costliest first: {}. Write your own static addresses as ip4: and \
         ip6:, and let a provider that takes many look-ups send from a subdomain with a record of its own. Verify: the whole \
         tree of {domain} takes at most {limit} look-ups.",
        spenders.join(", ")
    )
}

fn others_void(tree: &TreeOutcome) -> Finding {
    let (domain, limit) = (tree.domain(), tree.limits().void_lookups);
    let ip4 = tree.void_lookups_for_ip4();
    // Most hosts have no IPv6 address: then only clients with one ask in vain.
    let (severity, count, whose) = if ip4.exceeds(limit) {
        (Severity::Error, ip4, "")
    } else {
        (Severity::Warning, tree.void_lookups(), " of an IPv6 client")
    };
    let dead = dead_terms(tree);
    let message = format!(
        "An evaluation{whose} can ask {count} times for records that do not exist, and {limit} times are allowed: receivers \
         may end in permerror there.{}",
        listed(&dead)
    );
    let evidence = dead.iter().take(MAX_NAMED).filter_map(Dead::evidence);
    Finding::new(RuleId::SpfVoidLookups, severity, domain, message)
        .with_evidence(evidence)
        .with_remedy(delete_the_dead(domain, &dead), Vec::new())
        .wishing(Wish::few_void_lookups(domain))
}

/// A term whose host has no such records, for IPv4 clients or for all.
struct Dead<'a> {
    node: &'a Node,
    term: &'a LookupTerm,
}

impl Dead<'_> {
    fn text(&self) -> String {
        self.node.term_text(self.term).into_owned()
    }

    /// Whether it is dead for clients of both families.
    fn is_gone(&self) -> bool {
        self.term.host_for_ip4() == Presence::Void && self.term.host_for_ip6() == Presence::Void
    }

    fn evidence(&self) -> Option<Evidence> {
        let query = Query::txt(self.node.domain().clone());
        Some(Evidence::of_record(query, Arc::clone(self.node.text()?), Some(self.term.span())))
    }
}

/// Every term that some path asks in vain for, those that are gone for all first.
fn dead_terms(tree: &TreeOutcome) -> Vec<Dead<'_>> {
    let is_dead =
        |term: &&LookupTerm| term.is_reached() && [term.host_for_ip4(), term.host_for_ip6()].contains(&Presence::Void);
    let of = |node| Node::terms(node).iter().filter(is_dead).map(move |term| Dead { node, term });
    let mut dead: Vec<Dead<'_>> = tree.nodes().iter().flat_map(of).collect();
    dead.sort_by_key(|dead| !dead.is_gone());
    dead
}

fn listed(dead: &[Dead<'_>]) -> String {
    if dead.is_empty() {
        return String::new();
    }
    let one = |dead: &Dead<'_>| {
        let lacks = if dead.is_gone() { "" } else { ", which has no IPv6 address" };
        format!("`{}` in the record of {}{lacks}", dead.text(), dead.node.domain())
    };
    let named: Vec<String> = dead.iter().take(MAX_NAMED).map(one).collect();
    let more = match dead.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!(" They are {}{more}.", named.join("; "))
}

fn delete_the_dead(domain: &DomainName, dead: &[Dead<'_>]) -> String {
    let gone = || dead.iter().filter(|dead| dead.is_gone());
    let own: Vec<String> =
        gone().filter(|dead| dead.node.domain() == domain).map(|d| format!("`{}`", d.text())).collect();
    let foreign = gone().find(|dead| dead.node.domain() != domain);
    let delete = match own.as_slice() {
        [] => String::new(),
        own => format!("Delete the dead hosts from the record of {domain}: {}. ", own.join(", ")),
    };
    let tell = foreign
        .map(|dead| format!("Tell the owner of {} about the dead hosts in that record. ", dead.node.domain()))
        .unwrap_or_default();
    format!(
        "{delete}{tell}Write your own static addresses as ip4: and ip6:. Verify: SPF of {domain} gives no permerror."
    )
}
