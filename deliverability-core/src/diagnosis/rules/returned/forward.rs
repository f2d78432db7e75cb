//! A forwarder between the sender and the receiver: `forward.breaks-auth`.

use core::net::IpAddr;

use super::confirm::{Answered, Question};
use crate::bounce::Cause;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::escaped::without_unseen;
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn judge(question: &Question<'_>, answered: &Answered, found: &mut Examined) {
    let forwarder = question.case.route.as_ref().and_then(|route| route.forwarder);
    let is_auth = matches!(
        question.cause,
        Cause::SpfFail | Cause::SpfError | Cause::DkimFail | Cause::DmarcPolicy | Cause::AuthMissing | Cause::AuthLevel
    );
    let subject = match (forwarder, question.cause) {
        (Some(ip), _) if is_auth => ip.to_string(),
        (ip, Cause::ArcFail) => ip.map_or_else(|| "the forwarder".to_owned(), |ip| ip.to_string()),
        _ => return,
    };
    let message = match question.cause {
        Cause::ArcFail => {
            format!("The receiver could not verify the ARC chain of the message that {subject} passed on.")
        }
        _ => passed_on(question, forwarder),
    };
    let text = format!(
        "At {subject}: rewrite the envelope sender to a domain of its own (SRS), leave subject and body as they are, and seal with \
         ARC last. At the sender: sign all mail with DKIM and d= of the domain in From, which survives forwarding; do not add the \
         forwarder to the SPF record. Verify: a forwarded message shows dkim=pass or arc=pass at the receiver."
    );
    found.find(
        Finding::new(RuleId::ForwardBreaksAuth, Severity::Error, subject, message)
            .by(Acts::Forwarder)
            .with_evidence(answered.evidence.iter().cloned())
            .with_remedy(text, Vec::new()),
    );
}

fn passed_on(question: &Question<'_>, forwarder: Option<IpAddr>) -> String {
    let (recipient, case) = (question.recipient, question.case);
    let by = forwarder.map_or_else(|| "the forwarder".to_owned(), |ip| ip.to_string());
    let from: Vec<String> = case.sending_ips.iter().take(3).map(ToString::to_string).collect();
    let to = match (recipient.original_address(), recipient.address()) {
        (Some(first), Some(last)) if !first.eq_ignore_ascii_case(last) => {
            format!(" It was written to {} and went on to {}.", without_unseen(first), without_unseen(last))
        }
        _ => String::new(),
    };
    format!(
        "The message left the sender's own server ({}), and {by} passed it on: the receiver judged SPF there, where it cannot \
         pass, and nothing else authenticated the message.{to}",
        from.join(", ")
    )
}
