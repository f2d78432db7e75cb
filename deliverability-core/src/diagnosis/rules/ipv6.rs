//! IPv6 beside IPv4: `ipv6.half-configured`.
//!
//! A sending host that has an IPv6 address uses it wherever the receiver has one, told or not. So
//! the AAAA records of every name that leads to a sending IPv4 address are judged: those of the
//! HELO name, of the PTR names and of the MX hosts.

use core::net::IpAddr;
use std::sync::Arc;

use super::reverse_dns::pointer_owner;
use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Unknown, sentence};
use crate::diagnosis::proposal::Wish;
use crate::dns::{Known, Query, RecordData, Step};
use crate::domain::DomainName;
use crate::network::{arpa_name, is_public};
use crate::problem::Severity;
use crate::result::{IprevResult, SpfResult};
use crate::reverse_dns::{HeloForm, Iprev, IprevOutcome};
use crate::rule_id::RuleId;
use crate::spf::{Evaluation, Rewriter};

/// How many names, and how many IPv6 addresses of them, are looked at.
const MOST: usize = 10;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    let v4: Vec<IpAddr> = case.public_ips().filter(IpAddr::is_ipv4).collect();
    // Without IPv4 there is nothing to be half of.
    let hosts = if v4.is_empty() { Vec::new() } else { hosts(case, &v4, &lookups) };
    for host in public(hosts) {
        judge(case, &v4, &host, &lookups, &mut found);
    }
    lookups.finish(found)
}

/// A name that leads to a sending IPv4 address, and an IPv6 address of it.
struct Host {
    name: DomainName,
    v6: IpAddr,
}

/// The IPv6 addresses of the names that lead to one of `v4`.
fn hosts(case: &Case, v4: &[IpAddr], lookups: &Lookups<'_>) -> Vec<Host> {
    let mut names: Vec<DomainName> = Vec::new();
    for name in helo_name(case).into_iter().chain(pointers(v4, lookups)).chain(exchanges(case, lookups)) {
        if !names.contains(&name) && names.len() < MOST {
            names.push(name);
        }
    }
    let mut hosts = Vec::new();
    for name in names {
        let answers = [Query::a(name.clone()), Query::aaaa(name.clone())].map(|query| lookups.get(&query));
        let [Some(Ok(own)), Some(Ok(other))] = answers else { continue };
        if own.addresses().any(|address| v4.contains(&address)) {
            hosts.extend(other.addresses().map(|v6| Host { name: name.clone(), v6 }));
        }
    }
    hosts
}

fn helo_name(case: &Case) -> Option<DomainName> {
    let form = HeloForm::read(case.helo.as_ref()?);
    form.name().filter(|_| form.is_valid()).cloned()
}

fn pointers(v4: &[IpAddr], lookups: &Lookups<'_>) -> Vec<DomainName> {
    let answers = v4.iter().filter_map(|ip| lookups.get(&Query::ptr(arpa_name(*ip)))?.ok());
    answers.flat_map(|answer| answer.pointers().cloned().collect::<Vec<_>>()).collect()
}

fn exchanges(case: &Case, lookups: &Lookups<'_>) -> Vec<DomainName> {
    let answer = lookups.get(&Query::mx(case.domain.clone())).and_then(Result::ok);
    let mut hosts: Vec<_> = answer.iter().flat_map(|found| found.exchanges()).collect();
    hosts.sort();
    hosts.into_iter().map(|(_, host)| host.clone()).filter(DomainName::is_host_name).collect()
}

/// Each public address once, with the first name that leads to it.
fn public(hosts: Vec<Host>) -> Vec<Host> {
    let mut seen: Vec<Host> = Vec::new();
    for host in hosts.into_iter().filter(|host| is_public(host.v6)) {
        if seen.len() < MOST && seen.iter().all(|other| other.v6 != host.v6) {
            seen.push(host);
        }
    }
    seen
}

/// What IPv4 has, and IPv6 lacks.
struct Lacks {
    pointer: Option<IprevOutcome>,
    spf: Option<Evaluation>,
}

fn judge(case: &Case, v4: &[IpAddr], host: &Host, lookups: &Lookups<'_>, found: &mut Examined) {
    let pointer = lookups.run(&Iprev::of(host.v6));
    let spf = lookups.run(&case.check_host(host.v6));
    let four_named: Vec<_> = v4.iter().filter_map(|ip| lookups.run(&Iprev::of(*ip))).collect();
    let four_pass: Vec<_> = v4.iter().filter_map(|ip| lookups.run(&case.check_host(*ip))).collect();
    let (Some(pointer), Some(spf)) = (pointer, spf) else { return };
    if let Some(error) = pointer.error().filter(|_| pointer.result() == IprevResult::Temperror) {
        let question = format!("does {}, the IPv6 address of {}, have a confirmed PTR name", host.v6, host.name);
        found.leave_open(Unknown::new(question, error, false).for_want_of(pointer.queries()));
    }
    // What IPv4 lacks as well is found of IPv4.
    let is_named = four_named.iter().any(|outcome| outcome.result() == IprevResult::Pass);
    let passes = four_pass.iter().any(|evaluation| evaluation.result() == SpfResult::Pass);
    let unnamed = matches!(pointer.result(), IprevResult::Permerror | IprevResult::Fail) && is_named;
    let refused = matches!(spf.result(), SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral) && passes;
    if unnamed || refused {
        let lacks = Lacks { pointer: unnamed.then_some(pointer), spf: refused.then_some(spf) };
        found.find(half_configured(case, host, &lacks, lookups));
    }
}

fn half_configured(case: &Case, host: &Host, lacks: &Lacks, lookups: &Lookups<'_>) -> Finding {
    let Host { name, v6 } = host;
    let told = case.sending_ips.contains(v6);
    let named = lacks.pointer.as_ref().map(sentence);
    let refused = lacks.spf.as_ref().map(|spf| format!("SPF gives {} for it.", spf.result()));
    let what: Vec<String> = named.into_iter().chain(refused).collect();
    let message = format!(
        "{name} has the IPv6 address {v6} beside IPv4, and IPv6 is not set up for mail: {} Mail fails only at receivers that \
         have IPv6 too, so it comes and goes.",
        what.join(" ")
    );
    let text = format!(
        "Set IPv6 up as IPv4 is, with the records below; the owner of {v6} sets its PTR record. Or let the server send over \
         IPv4 only (Postfix: inet_protocols = ipv4, Exim: disable_ipv6 = true). Verify: a message sent over IPv6 shows \
         iprev=pass and spf=pass at a receiver."
    );
    let aaaa = Query::aaaa(name.clone());
    let pointer = lacks.pointer.iter().flat_map(IprevOutcome::queries);
    let severity = if told { Severity::Blocks } else { Severity::Warning };
    Finding::new(RuleId::Ipv6HalfConfigured, severity, v6, message)
        .with_evidence(lookups.evidence_of(core::iter::once(&aaaa).chain(pointer)))
        .with_evidence(lacks.spf.as_ref().and_then(deciding))
        .with_remedy(text, pointer_change(host, lacks, lookups))
        .wishing(lacks.spf.is_some().then(|| authorized(case, host.v6)))
}

fn deciding(spf: &Evaluation) -> Option<Evidence> {
    let (domain, record) = (spf.cause().domain()?, spf.cause().record()?);
    Some(Evidence::of_record(Query::txt(domain.clone()), Arc::clone(record), spf.cause().span()))
}

fn pointer_change(host: &Host, lacks: &Lacks, lookups: &Lookups<'_>) -> Vec<Change> {
    let change = lacks.pointer.as_ref().map(|outcome| {
        let (owner, new) = (pointer_owner(lookups, host.v6), RecordData::Ptr(host.name.clone()));
        match outcome.pointers().first() {
            Some(old) => Change::replace(owner, RecordData::Ptr(old.name().clone()), new),
            None => Change::add(owner, new),
        }
    });
    change.into_iter().collect()
}

/// The domain's record with the address in it.
fn authorized(case: &Case, v6: IpAddr) -> Wish {
    Wish::of(&case.domain, Rewriter::of(case.domain.clone()).authorize(v6))
}
