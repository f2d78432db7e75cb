//! Blocklists: `dnsbl.ip-listed`, `dnsbl.query-refused`.

use core::net::IpAddr;

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Finding, Unknown};
use crate::dns::{Check, Known, Step};
use crate::dnsbl::{Impact, List, Lookup, Role, Status, Verdict};
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let checks: Vec<Lookup> = case.public_ips().map(|ip| Lookup::of(ip).lists(&case.lists)).collect();
    match checks.step(known) {
        Step::Need(needed) => Step::Need(needed),
        Step::Done(outcomes) => {
            let lookups = Lookups::over(known);
            let mut found = Examined::default();
            for (ip, verdicts) in case.public_ips().zip(&outcomes) {
                for verdict in verdicts {
                    judge(ip, verdict, &lookups, &mut found);
                }
            }
            lookups.finish(found)
        }
    }
}

fn judge(ip: IpAddr, verdict: &Verdict, lookups: &Lookups<'_>, found: &mut Examined) {
    let zone = verdict.list().zone();
    match verdict.status() {
        Status::Listed { reason, delist, .. } if verdict.list().role() == Role::Block => {
            found.find(listed(ip, verdict, reason.as_deref(), delist.as_deref(), lookups));
        }
        Status::Listed { .. } | Status::NotListed => {}
        status => {
            if matches!(status, Status::Refused { .. }) {
                found.find(refused(verdict, lookups));
            }
            let could_block =
                verdict.list().role() == Role::Block && weight(greatest(verdict.list())) == Severity::Blocks;
            let open = Unknown::new(format!("is {ip} listed at {zone}"), why(status), could_block);
            found.leave_open(open.for_want_of(verdict.queries()));
        }
    }
}

/// The status without the word that the report says already.
fn why(status: &Status) -> String {
    let words = status.to_string();
    words.strip_prefix("unknown: ").map_or_else(|| words.clone(), str::to_owned)
}

/// How much an entry can matter: by its code, or by the list itself.
fn greatest(list: &List) -> Option<Impact> {
    list.codes().iter().map(|code| code.impact).chain([list.impact()]).flatten().max()
}

/// Most receivers refuse mail by a critical or high list; the others add to a score.
fn weight(impact: Option<Impact>) -> Severity {
    match impact {
        Some(Impact::Critical | Impact::High) => Severity::Blocks,
        Some(Impact::Note) => Severity::Note,
        _ => Severity::Warning,
    }
}

fn listed(ip: IpAddr, verdict: &Verdict, reason: Option<&str>, delist: Option<&str>, lookups: &Lookups<'_>) -> Finding {
    let zone = verdict.list().zone();
    let says = reason.map(|reason| format!(" The list says: {reason}")).unwrap_or_default();
    let message = format!("{ip} is on the blocklist {zone}: {}.{says}", verdict.status());
    let removal = match delist {
        Some(page) => format!("ask for removal at {page}"),
        None => format!("ask the operator of {zone} for removal, or wait until the entry expires"),
    };
    let text = format!(
        "First stop the cause: look for a compromised account or script, an open relay, or an infected host behind the same \
         address, and for mail in the queue that nobody meant to send. Then {removal}. Verify: run this diagnosis again; \
         list answers are cached for minutes up to an hour."
    );
    Finding::new(RuleId::DnsblIpListed, weight(verdict.impact()), format!("{ip} at {zone}"), message)
        .by(Acts::ListOperator)
        .with_evidence(lookups.evidence_of(verdict.queries()))
        .with_remedy(text, Vec::new())
}

fn refused(verdict: &Verdict, lookups: &Lookups<'_>) -> Finding {
    let zone = verdict.list().zone();
    let message = format!(
        "{zone} does not answer this resolver ({}). The address is neither listed nor clean there: it is not known.",
        why(verdict.status())
    );
    let access = verdict
        .list()
        .access()
        .filter(|access| *access != "open")
        .map(|access| format!(" Access: {access}."))
        .unwrap_or_default();
    let text =
        format!("Ask again through a recursive resolver of your own, or with a key from the list's operator.{access}");
    Finding::new(RuleId::DnsblQueryRefused, Severity::Note, zone, message)
        .by(Acts::Resolver)
        .with_evidence(lookups.evidence(verdict.decided_by()))
        .with_remedy(text, Vec::new())
}
