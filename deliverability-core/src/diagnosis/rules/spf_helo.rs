//! SPF of the HELO name: `spf.helo-none`.

use core::net::{IpAddr, Ipv4Addr};

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Finding, Unknown};
use crate::diagnosis::proposal::Wish;
use crate::dns::Query;
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::result::SpfResult;
use crate::reverse_dns::{Helo, HeloForm};
use crate::rule_id::RuleId;
use crate::spf::{CauseKind, CheckHost, Evaluation, Qualifier, Rewriter, Sender};

/// The check of the HELO name, where it is a host name of its own: other forms are other rules'
/// findings, and the record of the envelope domain is judged as such.
pub(super) fn checks(case: &Case) -> Vec<CheckHost> {
    // The same record is read whatever the address.
    let ip = case.public_ips().next().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    host_name(case).into_iter().map(|name| CheckHost::of_helo(ip, name.to_string())).collect()
}

/// RFC 7208 §2.3, §2.4: the HELO name stands in for the null sender.
pub(super) fn judge(case: &Case, evaluation: &Evaluation, lookups: &Lookups<'_>, found: &mut Examined) {
    let Some(name) = host_name(case) else { return };
    let query = Query::txt(name.clone());
    match (evaluation.result(), evaluation.cause().kind()) {
        (SpfResult::None, CauseKind::NoRecord) => found.find(none(case, &name, lookups)),
        (SpfResult::Temperror, CauseKind::Dns(error)) if is_about(evaluation, &query) => {
            let question = format!("does the HELO name {name} have an SPF record");
            found.leave_open(Unknown::new(question, error, false).for_want_of([&query]));
        }
        _ => {}
    }
}

fn host_name(case: &Case) -> Option<DomainName> {
    match Helo::of(case.helo.as_deref()?, Ipv4Addr::UNSPECIFIED.into()).form() {
        HeloForm::HostName(name) if name.is_host_name() && *name != case.domain => Some(name.clone()),
        _ => None,
    }
}

fn is_about(evaluation: &Evaluation, query: &Query) -> bool {
    evaluation.cause().query() == Some(query)
}

fn none(case: &Case, name: &DomainName, lookups: &Lookups<'_>) -> Finding {
    let message = format!(
        "{name}, the name that the server says in HELO, has no SPF record. Mail with the null sender, such as bounces and \
         callouts, is checked by that name alone."
    );
    let leads = case.public_ips().any(|ip| leads_to(name, ip, lookups));
    let only = if leads {
        ""
    } else {
        " It does not lead to a sending address known here: give it an address record first, or say a name that does."
    };
    let text = format!(
        "Publish a TXT record at {name} that names its own addresses: v=spf1 a -all.{only} Verify: a bounce from the server \
         shows spf=pass at a receiver."
    );
    let way = || Rewriter::of(name.clone()).authorize(Sender::OwnHost).ending(Qualifier::Fail);
    // The name of somebody else's server is for its owner to publish.
    let severity = if name.is_within(&case.domain) { Severity::Warning } else { Severity::Note };
    Finding::new(RuleId::SpfHeloNone, severity, name, message)
        .with_evidence(lookups.evidence(&Query::txt(name.clone())))
        .with_remedy(text, Vec::new())
        .wishing(leads.then(|| Wish::of(name, way())))
}

fn leads_to(name: &DomainName, ip: IpAddr, lookups: &Lookups<'_>) -> bool {
    let answer = lookups.get(&Query::address(name.clone(), ip));
    answer.is_some_and(|answer| answer.is_ok_and(|found| found.addresses().any(|address| address == ip)))
}
