//! Somebody else sends through the server: `abuse.compromised-or-relay`.

use super::confirm::{Answered, Question};
use crate::bounce::Cause;
use crate::diagnosis::bounce::CaseBounce;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::dnsbl::{self, Verdict};
use crate::escaped::Escaped;
use crate::header::trace::{Origin, Script};
use crate::problem::Severity;
use crate::rule_id::RuleId;

/// Outlook.com's own codes for what looks like a compromised server.
const CODES: &[&str] = &["SC-003", "DY-002"];

pub(super) fn judge(question: &Question<'_>, answered: &Answered, found: &mut Examined) {
    // What somebody else's server sends is not for the sender to stop.
    if question.case.is_foreign() {
        return;
    }
    let listed: Vec<&Verdict> = answered.listings.iter().filter(|verdict| speaks_of_abuse(verdict)).collect();
    let code = question.reply().parameters().code.as_deref().filter(|code| CODES.contains(code));
    let origin = question.case.bounce.as_ref().map(|bounce| bounce.way().origin);
    let is_by_script = origin == Some(Origin::Script);
    let is_spam =
        is_by_script && matches!(question.cause, Cause::ContentSpam | Cause::IpReputation | Cause::IpBlockedPrivate);
    let (subject, seen) = match (listed.first(), code) {
        (Some(verdict), _) => {
            (verdict.subject().to_string(), format!("{} says of it: {}.", verdict.list().zone(), verdict.status()))
        }
        (None, Some(code)) => (who(question), format!("The receiver's code {code} is for that.")),
        (None, None) if is_spam => (who(question), "The receiver takes what it sends for spam.".to_owned()),
        (None, None) => return,
    };
    // That a script sent what is taken for spam is a hint, no proof.
    let severity = if listed.is_empty() && code.is_none() { Severity::Warning } else { Severity::Blocks };
    let hints = question.case.bounce.as_ref().map(hints).unwrap_or_default();
    let message = format!("Something seems to send through {subject} that nobody meant to. {seen}{hints}");
    found.find(
        Finding::new(RuleId::AbuseCompromisedOrRelay, severity, subject, message)
            .by(Acts::SenderServer)
            .with_evidence(answered.evidence.iter().cloned())
            .with_remedy(REMEDY, Vec::new()),
    );
}

const REMEDY: &str = "Stop it before anything is delisted: count the log by login, by script and by client address, and look into the \
    queue for mail that nobody meant to send. Lock the account or the script, change the password, close the relay (only own networks \
    and logged-in users may send to others), clear the queue. Then ask for removal. Verify: for a day nothing leaves the server that \
    its users did not write, and the entry does not come back.";

fn who(question: &Question<'_>) -> String {
    question.addresses().first().map_or_else(|| "the sending server".to_owned(), ToString::to_string)
}

fn speaks_of_abuse(verdict: &Verdict) -> bool {
    let causes = [dnsbl::Cause::Spam, dnsbl::Cause::Exploit, dnsbl::Cause::Relay];
    verdict.codes().iter().any(|code| code.cause.is_some_and(|cause| causes.contains(&cause)))
}

/// What the message that came back tells of who submitted it.
fn hints(bounce: &CaseBounce) -> String {
    let script = bounce.way().script.as_ref();
    let path = script
        .and_then(Script::path)
        .map(|path| format!(" The message that came back was sent by the script {}.", Escaped(path.as_bytes())));
    let account = script.and_then(Script::account);
    let account = account.map(|account| format!(" The account {} was logged in.", Escaped(account.as_bytes())));
    let is_local = bounce.way().origin == Origin::LocalSubmission;
    let local = is_local.then(|| " It was submitted on the server itself, not over the network.".to_owned());
    let client = bounce.hops().iter().find(|hop| hop.is_authenticated).and_then(|hop| hop.ip);
    let client = client.map(|ip| format!(" The message that came back was submitted by {ip}, which had logged in."));
    [path, account, local, client].into_iter().flatten().collect()
}
