//! The returned mail in the report for programs.

use core::net::IpAddr;

use serde::Serialize;

use super::json::EvidenceJson;
use crate::bounce::{NamedList, Parameters};
use crate::diagnosis::returned::{Confirmation, Inferred, Returned};
use crate::dnsbl::KnownList;
use crate::domain::DomainName;
use crate::receivers::Policy;

#[derive(Serialize)]
pub(super) struct ReturnedJson<'a> {
    recipient: Option<&'a str>,
    remote_host: Option<&'a str>,
    receiver: Option<&'static str>,
    reply: &'a str,
    code: Option<u16>,
    status: Option<String>,
    permanence: &'static str,
    cause: &'static str,
    underlying: Option<&'static str>,
    sentence: SentenceJson<'a>,
    acts: &'static str,
    parameters: ParametersJson<'a>,
    confirmation: ConfirmationJson<'a>,
    evidence: Vec<EvidenceJson>,
    findings: Vec<FindingIdJson<'a>>,
    advice: &'a str,
    policy: Option<PolicyJson>,
}

/// The words that say the cause, and where they stand in the bytes of the reply.
#[derive(Serialize)]
struct SentenceJson<'a> {
    text: &'a str,
    span: [usize; 2],
}

#[derive(Serialize)]
struct ConfirmationJson<'a> {
    outcome: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct FindingIdJson<'a> {
    rule: &'static str,
    subject: &'a str,
}

impl<'a> ReturnedJson<'a> {
    pub(super) fn of(returned: &'a Returned) -> Self {
        let reply = returned.reply();
        let span = reply.sentence();
        Self {
            recipient: returned.recipient(),
            remote_host: returned.remote_host(),
            receiver: reply.receiver().map(crate::receivers::Receiver::as_str),
            reply: reply.text(),
            code: reply.code(),
            status: reply.status().map(|status| status.to_string()),
            permanence: reply.permanence().as_str(),
            cause: reply.cause().as_str(),
            underlying: reply.underlying().map(crate::bounce::Cause::as_str),
            sentence: SentenceJson { text: span.of_text(reply.text()), span: [span.start, span.end] },
            acts: returned.actor().as_str(),
            parameters: ParametersJson::of(reply.parameters()),
            confirmation: ConfirmationJson::of(returned.confirmation()),
            evidence: returned.evidence().iter().map(EvidenceJson::of).collect(),
            findings: returned
                .findings()
                .iter()
                .map(|(rule, subject)| FindingIdJson { rule: rule.as_str(), subject })
                .collect(),
            advice: returned.advice(),
            policy: returned.policy().map(PolicyJson::of),
        }
    }
}

impl<'a> ConfirmationJson<'a> {
    fn of(confirmation: &'a Confirmation) -> Self {
        Self { outcome: confirmation.as_str(), reason: confirmation.reason() }
    }
}

/// What the reply names; null where it does not.
#[derive(Serialize)]
struct ParametersJson<'a> {
    list: Option<ListJson<'a>>,
    url: Option<&'a str>,
    ip: Option<IpAddr>,
    domain: Option<&'a DomainName>,
    sender: Option<&'a str>,
    mx: Option<&'a str>,
    helo: Option<&'a str>,
    code: Option<&'a str>,
    spf: Option<&'static str>,
    dkim: Option<&'static str>,
    dmarc: Option<&'static str>,
}

#[derive(Serialize)]
struct ListJson<'a> {
    name: &'a str,
    zone: Option<&'a DomainName>,
    /// `active`, `dead`, or null for one that the catalogue does not know.
    state: Option<&'static str>,
}

impl<'a> ParametersJson<'a> {
    fn of(named: &'a Parameters) -> Self {
        Self {
            list: named.list.as_ref().map(ListJson::of),
            url: named.url.as_deref(),
            ip: named.ip,
            domain: named.domain.as_ref(),
            sender: named.sender.as_deref(),
            mx: named.mx.as_deref(),
            helo: named.helo.as_deref(),
            code: named.code.as_deref(),
            spf: named.spf.map(crate::result::SpfResult::as_str),
            dkim: named.dkim.map(crate::result::DkimResult::as_str),
            dmarc: named.dmarc.map(crate::result::DmarcResult::as_str),
        }
    }
}

impl<'a> ListJson<'a> {
    fn of(list: &'a NamedList) -> Self {
        let state = list.known.map(|known| match known {
            KnownList::Active(_) => "active",
            KnownList::Dead(_) => "dead",
        });
        Self { name: &list.name, zone: list.zone.as_ref(), state }
    }
}

/// A receiver's published demand.
#[derive(Serialize)]
pub(super) struct PolicyJson {
    id: &'static str,
    receiver: &'static str,
    scope: &'static str,
    requirement: &'static str,
    demand: &'static str,
    since: Option<&'static str>,
    url: &'static str,
    as_of: &'static str,
}

impl PolicyJson {
    pub(super) fn of(policy: &Policy) -> Self {
        Self {
            id: policy.id,
            receiver: policy.receiver.as_str(),
            scope: policy.scope.as_str(),
            requirement: policy.requirement.as_str(),
            demand: policy.demand,
            since: policy.since,
            url: policy.url,
            as_of: policy.as_of,
        }
    }
}

/// What was taken from the returned mail.
#[derive(Serialize)]
pub(super) struct InferredJson<'a> {
    what: &'static str,
    value: &'a str,
    source: &'a str,
}

impl<'a> InferredJson<'a> {
    pub(super) fn of(inferred: &'a Inferred) -> Self {
        Self { what: inferred.what, value: &inferred.value, source: &inferred.source }
    }
}
