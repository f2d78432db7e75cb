//! The receiver's own list or opinion: `receiver.private-block`.

use super::confirm::{Answered, Question};
use crate::bounce::{Cause, Permanence};
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::escaped::without_unseen;
use crate::problem::Severity;
use crate::receivers::Receiver;
use crate::rule_id::RuleId;

pub(super) fn judge(question: &Question<'_>, _answered: &Answered, found: &mut Examined) {
    if !matches!(question.cause, Cause::IpBlockedPrivate | Cause::IpReputation) {
        return;
    }
    let reply = question.reply();
    let receiver = reply.receiver().map_or_else(|| receiving_host(question), |receiver| receiver.title().to_owned());
    let who = question.addresses().first().map_or_else(|| "the sending address".to_owned(), ToString::to_string);
    let code = reply.parameters().code.as_deref();
    let by = code.map_or_else(String::new, |code| format!(" (its code {})", without_unseen(code)));
    let is_slowed = reply.permanence() == Permanence::Temporary;
    let does = if is_slowed { "puts off mail" } else { "refuses mail" };
    let message = format!(
        "{receiver} {does} from {who} by its own judgement{by}, not by a public list: nothing that is published in the DNS lifts it."
    );
    let severity = if is_slowed { Severity::Error } else { Severity::Blocks };
    found.find(
        Finding::new(RuleId::ReceiverPrivateBlock, severity, format!("{who} at {receiver}"), message)
            .by(Acts::Receiver)
            .with_remedy(what_to_do(question, &who), Vec::new()),
    );
}

fn receiving_host(question: &Question<'_>) -> String {
    question.recipient.remote_host().map_or_else(|| "the receiver".to_owned(), without_unseen)
}

fn what_to_do(question: &Question<'_>, who: &str) -> String {
    let reply = question.reply();
    let page = reply.parameters().url.as_deref().map(|url| format!(" The reply points to {}.", without_unseen(url)));
    let portal = reply.receiver().and_then(Receiver::portal);
    let portal = portal.map(|portal| format!(" Where to ask: {portal}.")).unwrap_or_default();
    let code = reply
        .parameters()
        .code
        .as_deref()
        .map_or_else(String::new, |code| format!(", its code {}", without_unseen(code)));
    format!(
        "First stop what the receiver saw: look for an account, a script or a newsletter that sends what is not wanted, and mend \
         all that is found here, which the receiver checks first.{}{portal} Give it: {who}, its PTR and HELO name, how much it \
         sends and what, the whole reply{code} with its date, what was wrong and since when it is mended. Ask once, and again \
         after some working days. Verify: a message to the receiver is accepted.",
        page.unwrap_or_default()
    )
}
