//! A server that verifies senders: `callout.timeout`, `callout.null-sender-refused`, `callout.greylisted`,
//! `callout.no-such-user`, `callout.postmaster`, `callout.policy`, `callout.unspecified`.

use super::confirm::{Answered, Question};
use crate::bounce::{Cause, classify_reply};
use crate::diagnosis::bounce::domain_of;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::domain::DomainName;
use crate::escaped::without_unseen;
use crate::problem::Severity;
use crate::public_suffix::organization;
use crate::rule_id::RuleId;

pub(super) fn judge(question: &Question<'_>, answered: &Answered, found: &mut Examined) {
    let Some(rule) = rule(question) else { return };
    let named = question.reply().parameters();
    let sender = named.sender.as_deref().map(without_unseen);
    let domain = named.sender.as_deref().and_then(domain_of).or_else(|| question.sender_domain());
    let subject = sender.or_else(|| domain.as_ref().map(ToString::to_string));
    let subject = subject.unwrap_or_else(|| "the envelope sender".to_owned());
    let is_ours = !asks_theirs(question, domain.as_ref());
    // A later try mostly passes a greylist.
    let severity = if rule == RuleId::CalloutGreylisted { Severity::Error } else { Severity::Blocks };
    let message =
        format!("{} {}", who_asked(question, &subject, domain.as_ref(), is_ours), what_happened(rule, question));
    found.find(
        Finding::new(rule, severity, &subject, message)
            .by(Acts::SenderServer)
            .with_evidence(answered.evidence.iter().cloned())
            .with_remedy(what_to_do(rule, domain.as_ref(), is_ours), Vec::new()),
    );
}

fn rule(question: &Question<'_>) -> Option<RuleId> {
    Some(match question.cause {
        Cause::CalloutUnreachable | Cause::CalloutRejected if is_refused_by_policy(question.reply().text()) => {
            RuleId::CalloutPolicy
        }
        Cause::CalloutUnreachable => RuleId::CalloutTimeout,
        Cause::CalloutNullSenderRefused => RuleId::CalloutNullSenderRefused,
        Cause::CalloutGreylisted => RuleId::CalloutGreylisted,
        Cause::CalloutRejected => RuleId::CalloutNoSuchUser,
        Cause::CalloutPostmaster => RuleId::CalloutPostmaster,
        Cause::SenderVerifyFailed => RuleId::CalloutUnspecified,
        _ => return None,
    })
}

/// Whether what the sender's host answered, which the reply quotes, refuses the client and not the address.
fn is_refused_by_policy(text: &str) -> bool {
    let quoted = text.split_once("Response:").or_else(|| text.split_once(" said:")).map(|(_, behind)| behind.trim());
    // What the asking server itself says follows the quotation.
    let quoted = quoted.and_then(|quoted| quoted.split(" Sender verif").next());
    let answer = quoted.map(|quoted| classify_reply(quoted).cause());
    matches!(
        answer,
        Some(
            Cause::IpBlocklisted
                | Cause::IpBlockedPrivate
                | Cause::IpReputation
                | Cause::IpDynamic
                | Cause::PtrMissing
                | Cause::PtrMismatch
                | Cause::PtrGeneric
                | Cause::HeloRejected
                | Cause::SpfFail
                | Cause::PolicyUnspecified
        )
    )
}

/// Whether it is a server of this case that asks, and a stranger's that is asked: the recipient is ours, the sender
/// is not.
fn asks_theirs(question: &Question<'_>, sender: Option<&DomainName>) -> bool {
    let own = organization(&question.case.domain);
    let recipient = question.recipient.address().and_then(domain_of);
    !own.is_root()
        && recipient.is_some_and(|domain| domain.is_within(&own))
        && sender.is_some_and(|domain| !domain.is_within(&own))
}

fn who_asked(question: &Question<'_>, subject: &str, domain: Option<&DomainName>, is_ours: bool) -> String {
    let host = question.recipient.remote_host().map(without_unseen);
    let asking = match (is_ours, host) {
        (true, Some(host)) => format!("The receiver's server {host}"),
        (true, None) => "The receiver's server".to_owned(),
        (false, Some(host)) => format!("Your own server {host}"),
        (false, None) => "Your own server".to_owned(),
    };
    let asked = question.reply().parameters().mx.as_deref();
    let host = || domain.map_or_else(|| "its mail host".to_owned(), |domain| format!("the mail host of {domain}"));
    let asked = asked.map_or_else(host, without_unseen);
    format!("{asking} verifies senders: it asked {asked} whether {subject} can be answered.")
}

fn what_happened(rule: RuleId, question: &Question<'_>) -> &'static str {
    match rule {
        RuleId::CalloutTimeout => {
            "It got no answer, or not in time, so it did not take the mail. The recipient's address has nothing to do with it."
        }
        RuleId::CalloutNullSenderRefused => "MAIL FROM:<> was refused there, which every server must take.",
        RuleId::CalloutGreylisted => "It was put off there (greylisting), so the mail is put off too.",
        RuleId::CalloutPolicy => "The asking server itself was refused there, not the address.",
        RuleId::CalloutPostmaster => "Mail for postmaster was refused there.",
        RuleId::CalloutNoSuchUser if question.reply().text().contains("cached") => {
            "The answer was that this sender does not exist: it is remembered from an earlier time, mostly for hours."
        }
        RuleId::CalloutNoSuchUser => {
            "The answer was that this sender does not exist. It is not the recipient that does not exist."
        }
        _ => "That failed, and the reply does not say how.",
    }
}

/// Whose server must change, and how.
fn what_to_do(rule: RuleId, domain: Option<&DomainName>, is_ours: bool) -> String {
    let domain = domain.map_or_else(|| "the envelope sender's domain".to_owned(), ToString::to_string);
    let whose = if is_ours {
        format!("At the mail hosts of {domain}, which are yours: ")
    } else {
        format!(
            "The mail hosts of {domain} must change, which are the sender's: tell its postmaster. Until then turn the callout off in \
             your own server (Exim: take /callout from `verify = sender`, Postfix: reject_unverified_sender), at least for {domain}. \
             There: "
        )
    };
    let how = match rule {
        RuleId::CalloutTimeout => {
            "let every MX host answer on port 25 from anywhere, greet at once and answer RCPT within 30 seconds; take MX hosts that are \
             gone out of the DNS"
        }
        RuleId::CalloutNullSenderRefused => "accept MAIL FROM:<> for every address that mail is taken for",
        RuleId::CalloutGreylisted => "exempt the null sender from greylisting and tarpits up to the DATA command",
        RuleId::CalloutPolicy => "exempt the null sender from lists, PTR and HELO rules up to the DATA command",
        RuleId::CalloutPostmaster => "create postmaster, as a mailbox or an alias",
        RuleId::CalloutNoSuchUser => "create the address, or send with an envelope sender that exists",
        _ => "accept MAIL FROM:<> and RCPT TO:<the envelope sender>, on every MX host",
    };
    format!(
        "{whose}{how}. Verify from outside, with an SMTP dialogue: connect to each MX host, EHLO, MAIL FROM:<>, RCPT TO:<the envelope sender>: 250."
    )
}
