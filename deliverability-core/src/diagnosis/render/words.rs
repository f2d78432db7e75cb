//! What the reports for people share: words, and foreign text made safe.

use crate::bounce::Actor;
use crate::diagnosis::finding::{Change, Finding, Proven, Remedy};
use crate::diagnosis::report::{Report, Verdict};
use crate::diagnosis::returned::Returned;
use crate::dns::RecordData;
use crate::receivers::{Policy, Receiver};

/// The verdict in a sentence.
pub(super) fn verdict(report: &Report) -> &'static str {
    let could_block = report.unknown().iter().any(|unknown| unknown.could_block);
    match report.verdict() {
        Verdict::Explained if report.case().is_foreign() => {
            "explained: a server that is none of the domain's sent this mail"
        }
        Verdict::Explained => "explained: this keeps mail from arriving",
        Verdict::AtRisk if could_block => {
            "at risk: rules are broken; what would block mail was not found, and a question that matters has no answer"
        }
        Verdict::AtRisk => "at risk: nothing here blocks mail by itself, but rules are broken",
        Verdict::NothingFound if report.unknown().is_empty() => "nothing found: all that was asked is in order",
        Verdict::NothingFound => "nothing found: all that was answered is in order",
        Verdict::Unknown => "unknown: nothing found, but a question that matters has no answer",
    }
}

/// The domain of the case.
pub(super) fn domain(report: &Report) -> String {
    let domain = &report.case().domain;
    if domain.is_root() { "a sender that is not told".to_owned() } else { domain.to_string() }
}

/// Recipients with one reply are shown together.
pub(super) fn groups(all: &[Returned]) -> Vec<Vec<&Returned>> {
    let mut groups: Vec<Vec<&Returned>> = Vec::new();
    for one in all {
        let is_same = |other: &&Returned| {
            other.reply() == one.reply()
                && other.confirmation() == one.confirmation()
                && other.remote_host() == one.remote_host()
        };
        match groups.iter_mut().find(|group| group.first().is_some_and(is_same)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// The first recipients of a group, and how many more there are.
pub(super) fn recipients(group: &[&Returned]) -> String {
    let named: Vec<&str> = group.iter().filter_map(|one| one.recipient()).collect();
    let shown: Vec<&str> = named.iter().copied().take(3).collect();
    match named.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Most characters of a reply that are shown.
const REPLY: usize = 600;

/// The reply, and the words of it that say the cause where that is not most of it.
pub(super) fn says(returned: &Returned) -> (String, Option<String>) {
    let reply = returned.reply();
    if reply.text().is_empty() {
        return ("nothing: no reply is given".to_owned(), None);
    }
    let mut says: String = reply.text().chars().take(REPLY).collect();
    if says.len() < reply.text().len() {
        says.push('…');
    }
    let words = reply.sentence().of_text(reply.text());
    let is_part = !words.is_empty() && words.len().saturating_mul(5) < reply.text().len().saturating_mul(4);
    (says, is_part.then(|| words.to_owned()))
}

/// Who replied.
pub(super) fn said_by(returned: &Returned) -> Option<String> {
    let receiver = returned.reply().receiver().map(Receiver::title);
    match (returned.remote_host(), receiver) {
        (Some(host), Some(receiver)) => Some(format!("{host} ({receiver})")),
        (Some(host), None) => Some(host.to_owned()),
        (None, receiver) => receiver.map(str::to_owned),
    }
}

pub(super) const fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::SenderDns => "the sender's DNS",
        Actor::SenderServer => "the sending server's administrator",
        Actor::Sender => "who wrote the message",
        Actor::Receiver => "the receiver",
        Actor::Recipient => "the recipient",
        Actor::Nobody => "nobody, as far as the reply tells",
    }
}

/// A receiver's demand, in full.
pub(super) fn policy(policy: &Policy) -> String {
    format!("{policy}: {}; {}", policy.demand, policy.url)
}

/// What a finding rests on: an RFC, and the receivers' demands that it breaks.
pub(super) fn source(finding: &Finding) -> String {
    let demands = finding.policies.iter().map(|policy| format!("; {policy}"));
    core::iter::once(finding.reference().to_owned()).chain(demands).collect()
}

/// Whether the changes were seen to work, and over how many senders.
pub(super) fn proven(remedy: &Remedy) -> String {
    let tried = match remedy.tried {
        0 => String::new(),
        1 => "; 1 sender tried".to_owned(),
        many => format!("; {many} senders tried"),
    };
    let says = match remedy.proven {
        Proven::Yes => "with this the finding is gone, and no sender that passes now fails",
        Proven::No => "not enough by itself: the finding stays, or a sender that passes now would fail",
        Proven::Unknown => "could not be tried to the end: answers are missing",
    };
    format!("{}: {says}{tried}", remedy.proven.as_str())
}

/// The lines of a change: what goes, what comes.
pub(super) fn change(change: &Change) -> Vec<String> {
    let line =
        |sign: char, data: &RecordData| format!("{sign} {}. {} {}", change.name, change.record_type(), absolute(data));
    let old = change.old.as_ref().map(|data| line('-', data));
    old.into_iter().chain(change.new.as_ref().map(|data| line('+', data))).collect()
}

/// Record data as a zone file takes it, names with their final dot.
fn absolute(data: &RecordData) -> String {
    match data {
        RecordData::Cname(_) | RecordData::Ptr(_) | RecordData::Mx { .. } => format!("{data}."),
        other => other.to_string(),
    }
}

/// Foreign text without the characters that act on a terminal.
pub(super) fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || acts_on_layout(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Characters that reorder what is shown around them, or break the line.
const fn acts_on_layout(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_drive_a_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}"), "a\u{fffd}[2Jb\u{fffd}");
        assert_eq!(visible("a\u{61c}b\u{2028}c\u{85}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
    }
}
