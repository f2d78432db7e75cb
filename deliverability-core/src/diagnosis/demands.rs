//! Which published demand of a receiver a reply or a finding is about.

use super::finding::Finding;
use super::returned::Returned;
use crate::bounce::{Actor, Cause, Reply};
use crate::receivers::{Policy, Requirement, policies};
use crate::rule_id::RuleId;

/// The demand that a reply says was not met: the one with its code, else the first that fits its cause.
pub(super) fn of_reply(reply: &Reply) -> Option<&'static Policy> {
    let receiver = reply.receiver()?;
    let fitting = fitting(reply.underlying().unwrap_or_else(|| reply.cause()));
    let own = || policies().filter(move |policy| policy.receiver == receiver && fitting.contains(&policy.requirement));
    let status = reply.status().map(|status| status.to_string());
    let codes = || status.as_deref().into_iter().chain(reply.parameters().code.as_deref());
    let first = |requirement: &Requirement| own().find(|policy| policy.requirement == *requirement);
    own().find(|policy| codes().any(|code| policy.has_code(code))).or_else(|| fitting.iter().find_map(first))
}

/// What may be demanded where a cause is given, the likeliest first.
const fn fitting(cause: Cause) -> &'static [Requirement] {
    use Requirement as R;
    match cause {
        Cause::SpfFail | Cause::SpfError => &[R::Spf, R::SpfOrDkim, R::Alignment],
        Cause::DkimFail => &[R::Dkim, R::SpfOrDkim, R::Alignment],
        Cause::AuthMissing => &[R::SpfOrDkim, R::Spf, R::Dkim, R::DmarcRecord, R::Alignment],
        Cause::AuthLevel => &[R::Alignment, R::Spf, R::Dkim, R::DmarcRecord],
        Cause::DmarcPolicy => &[R::DmarcPolicy, R::Alignment, R::DmarcRecord],
        Cause::ArcFail => &[R::Forwarding],
        Cause::PtrMissing | Cause::PtrMismatch => &[R::ForwardConfirmed, R::Ptr],
        Cause::PtrGeneric | Cause::IpDynamic => &[R::PtrNotGeneric, R::Ptr],
        Cause::HeloRejected => &[R::Helo],
        Cause::TlsRequired => &[R::Tls],
        Cause::SenderDomain | Cause::SenderUnroutable | Cause::SenderNullMx => &[R::SenderResolvable],
        Cause::IpBlocklisted | Cause::IpBlockedPrivate | Cause::IpReputation => &[R::Reputation],
        Cause::RateLimited => &[R::SpamRate],
        Cause::RfcNoncompliant => &[R::Format, R::OneClickUnsubscribe],
        _ => &[],
    }
}

/// The rules that find a demand not met.
const fn rules(requirement: Requirement) -> &'static [RuleId] {
    use RuleId as R;
    match requirement {
        Requirement::Spf => &[
            R::SpfNone,
            R::SpfIpNotAuthorized,
            R::SpfMultipleRecords,
            R::SpfTooManyLookups,
            R::SpfSyntax,
            R::SpfIncludeBroken,
        ],
        Requirement::Dkim => &[
            R::DkimNone,
            R::DkimKeyMissing,
            R::DkimKeyBad,
            R::DkimBodyChanged,
            R::DkimHeaderChanged,
            R::DkimKeyMismatch,
        ],
        Requirement::DmarcRecord => &[R::DmarcNone, R::DmarcRecordInvalid],
        Requirement::Alignment => &[R::DmarcNotAligned, R::DmarcAuthorForeign],
        Requirement::Ptr => &[R::PtrMissing],
        Requirement::ForwardConfirmed => &[R::PtrMissing, R::PtrNotForwardConfirmed],
        Requirement::PtrNotGeneric => &[R::PtrGeneric],
        Requirement::Helo => &[R::HeloInvalid],
        Requirement::Tls => &[R::TlsNone],
        Requirement::OneClickUnsubscribe | Requirement::Format => &[R::BulkUnsubscribeOrFormat],
        Requirement::SenderResolvable => &[R::SenderUnresolvable],
        Requirement::Reputation => &[R::DnsblIpListed, R::IpDynamicOrPolicyListed, R::ReceiverPrivateBlock],
        Requirement::Forwarding => &[R::ForwardBreaksAuth],
        _ => &[],
    }
}

/// Notes on each finding which demands of the receivers that returned the mail it breaks.
pub(super) fn note(findings: &mut [Finding], returned: &[Returned]) {
    let receivers: Vec<_> = returned.iter().filter_map(|one| one.reply().receiver()).collect();
    if receivers.is_empty() {
        return;
    }
    for finding in findings {
        let broken = policies()
            .filter(|policy| receivers.contains(&policy.receiver) && rules(policy.requirement).contains(&finding.rule));
        finding.policies = broken.collect();
    }
}

/// The findings that say what a reply says.
pub(super) fn same(returned: &Returned, findings: &[Finding]) -> Vec<(RuleId, String)> {
    let named = returned.reply().parameters();
    let about = |finding: &&Finding| {
        let subject = &finding.subject;
        let of_ip = named.ip.is_none_or(|ip| !starts_with_address(subject) || subject.starts_with(&ip.to_string()));
        causes(returned.cause()).contains(&finding.rule) && of_ip && of_list(finding, returned)
    };
    findings.iter().filter(about).map(|finding| (finding.rule, finding.subject.clone())).collect()
}

/// Of lists only the one that is named, where one is.
fn of_list(finding: &Finding, returned: &Returned) -> bool {
    let zone = returned.reply().parameters().list.as_ref().and_then(|list| list.zone.as_ref());
    match finding.rule {
        RuleId::DnsblIpListed
        | RuleId::DnsblDomainListed
        | RuleId::IpDynamicOrPolicyListed
        | RuleId::PtrExplainsListing => zone.is_none_or(|zone| finding.subject.ends_with(&format!(" at {zone}"))),
        RuleId::DnsblListDead => zone.is_some_and(|zone| finding.subject == zone.to_string()),
        RuleId::AbuseCompromisedOrRelay => returned.actor() != Actor::Receiver,
        _ => true,
    }
}

fn starts_with_address(subject: &str) -> bool {
    subject.split(' ').next().is_some_and(|word| word.parse::<core::net::IpAddr>().is_ok())
}

/// The rules that find what a cause is about.
const fn causes(cause: Cause) -> &'static [RuleId] {
    use RuleId as R;
    match cause {
        Cause::IpBlocklisted => &[
            R::DnsblIpListed,
            R::IpDynamicOrPolicyListed,
            R::DnsblListDead,
            R::AbuseCompromisedOrRelay,
            R::PtrExplainsListing,
        ],
        Cause::IpDynamic => &[R::IpDynamicOrPolicyListed, R::PtrGeneric, R::PtrMissing],
        Cause::IpBlockedPrivate | Cause::IpReputation => &[R::ReceiverPrivateBlock, R::AbuseCompromisedOrRelay],
        Cause::DomainBlocklisted | Cause::UrlBlocklisted => &[R::DnsblDomainListed, R::DnsblListDead],
        Cause::SpfFail => &[R::SpfIpNotAuthorized, R::SpfNone, R::ForwardBreaksAuth, R::SpfBridgeAddress],
        Cause::SpfError => {
            &[R::SpfSyntax, R::SpfMultipleRecords, R::SpfTooManyLookups, R::SpfVoidLookups, R::SpfIncludeBroken]
        }
        Cause::DkimFail => &[
            R::DkimNone,
            R::DkimKeyMissing,
            R::DkimKeyBad,
            R::DkimBodyChanged,
            R::DkimHeaderChanged,
            R::DkimKeyMismatch,
            R::DkimSignatureBad,
        ],
        Cause::DmarcPolicy | Cause::AuthLevel => &[
            R::DmarcNotAligned,
            R::DmarcNone,
            R::DmarcAuthorForeign,
            R::SpfIpNotAuthorized,
            R::DkimNone,
            R::ForwardBreaksAuth,
        ],
        Cause::AuthMissing => {
            &[R::SpfIpNotAuthorized, R::SpfNone, R::DkimNone, R::DmarcNotAligned, R::ForwardBreaksAuth]
        }
        Cause::ArcFail => &[R::ForwardBreaksAuth],
        Cause::PtrMissing | Cause::PtrMismatch => &[R::PtrMissing, R::PtrNotForwardConfirmed, R::Ipv6HalfConfigured],
        Cause::PtrGeneric => &[R::PtrGeneric, R::PtrMissing, R::PtrNotForwardConfirmed],
        Cause::HeloRejected => &[R::HeloInvalid, R::HeloMismatch],
        Cause::SenderDomain | Cause::SenderUnroutable | Cause::SenderNullMx => {
            &[R::SenderUnresolvable, R::MxNone, R::MxNullBesideOthers]
        }
        Cause::CalloutUnreachable => {
            &[R::CalloutTimeout, R::CalloutPolicy, R::SenderUnresolvable, R::MxNone, R::MxDangling, R::MxPrivateIp]
        }
        Cause::CalloutNullSenderRefused => &[R::CalloutNullSenderRefused],
        Cause::CalloutGreylisted => &[R::CalloutGreylisted],
        Cause::CalloutRejected => &[R::CalloutNoSuchUser, R::CalloutPolicy],
        Cause::CalloutPostmaster => &[R::CalloutPostmaster],
        Cause::SenderVerifyFailed => &[R::CalloutUnspecified, R::SenderUnresolvable],
        Cause::TlsRequired | Cause::TlsCertificate => {
            &[R::TlsNone, R::TlsCert, R::TlsMtaStsMismatch, R::TlsDaneMismatch]
        }
        Cause::RfcNoncompliant => &[R::BulkUnsubscribeOrFormat],
        Cause::PraFailure => &[R::LegacySenderidDomainkeys],
        _ => &[],
    }
}
