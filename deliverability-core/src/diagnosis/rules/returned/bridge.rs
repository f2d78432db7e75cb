//! SPF judged for an address that no sender has: `spf.bridge-address`.

use core::net::IpAddr;

use super::confirm::{Answered, Question};
use crate::bounce::Cause;
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::network::{canonical, is_public};
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn judge_reply(question: &Question<'_>, _answered: &Answered, found: &mut Examined) {
    let is_by_address = matches!(
        question.cause,
        Cause::SpfFail
            | Cause::SpfError
            | Cause::AuthMissing
            | Cause::DmarcPolicy
            | Cause::PtrMissing
            | Cause::PtrMismatch
            | Cause::PtrGeneric
    );
    if let Some(ip) = question.reply().parameters().ip.filter(|ip| is_by_address && !is_public(*ip)) {
        found.find(finding(ip, "The reply names it as the client", Severity::Blocks));
    }
}

/// What the header of the message that came back tells: its Received fields, its Received-SPF field.
pub(super) fn judge_header(case: &Case, found: &mut Examined) {
    if let Some((ip, says)) = case.bounce.as_ref().and_then(|bounce| bounce.way().hidden.as_ref()) {
        let message = format!("In the message that came back {says}.");
        found.find(with_remedy(Finding::new(RuleId::SpfBridgeAddress, Severity::Error, ip, message)));
    }
    if let Some(ip) = case.bounce.as_ref().and_then(|bounce| bounce.original().spf_of_private) {
        found.find(finding(
            ip,
            "A Received-SPF field of the message that came back names it as the client",
            Severity::Error,
        ));
    }
}

fn finding(ip: IpAddr, said: &str, severity: Severity) -> Finding {
    let what = if is_container_bridge(ip) { "such as container bridges have" } else { "of an inside network" };
    let message = format!(
        "{said}: {ip} is a private address, {what}. The server that judged SPF does not see who really connects; no record of the \
         sender can name that address."
    );
    with_remedy(Finding::new(RuleId::SpfBridgeAddress, severity, ip, message))
}

fn with_remedy(finding: Finding) -> Finding {
    let text = "Whoever runs the server that judged: let it see the client's own address (PROXY protocol from the balancer, host network \
                in place of the container's bridge, no source NAT), or judge SPF at the host in front. Do not add the private address to \
                the SPF record. Verify: a new Received field there names a public client address.";
    finding.by(Acts::Receiver).with_remedy(text, Vec::new())
}

/// Docker takes its bridges from 172.17.0.0/16 to 172.31.0.0/16.
fn is_container_bridge(ip: IpAddr) -> bool {
    matches!(canonical(ip), IpAddr::V4(v4) if matches!(v4.octets(), [172, 17..=31, ..]))
}
