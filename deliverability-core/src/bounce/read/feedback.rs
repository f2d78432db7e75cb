//! Complaints in the Abuse Reporting Format ([RFC 5965](https://www.rfc-editor.org/rfc/rfc5965),
//! [RFC 6591](https://www.rfc-editor.org/rfc/rfc6591) for authentication failures).

use core::net::IpAddr;

use super::address::all_in;
use super::draft::Draft;
use super::entity::HeaderSection;
use crate::bounce::returned::Feedback;

/// The fields of `message/feedback-report`.
pub(super) fn fields(text: &str) -> Feedback {
    let header = HeaderSection(text.trim_start().as_bytes());
    let value = |name: &str| header.value(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    Feedback {
        kind: value("Feedback-Type").unwrap_or_default().to_ascii_lowercase(),
        source_ip: value("Source-IP").and_then(|ip| address_of(&ip)),
        reported_domain: value("Reported-Domain"),
        original_sender: value("Original-Mail-From").map(|sender| sender.trim_matches(['<', '>']).to_owned()),
        authentication_failure: value("Auth-Failure").map(|word| word.to_ascii_lowercase()),
    }
}

/// A complaint that is no RFC 5965 report: Hotmail's, which says so in its subject, and a reader's wish to be left out
/// (Apple).
pub(super) fn without_fields(header: HeaderSection<'_>) -> Option<Feedback> {
    let subject = header.value("Subject").unwrap_or_default();
    let from = header.value("From").unwrap_or_default();
    if from.contains("staff@hotmail.com") && subject.trim_start().starts_with("complaint about message from") {
        let source_ip = subject.rsplit(' ').next().and_then(address_of);
        return Some(Feedback { kind: "abuse".to_owned(), source_ip, ..Feedback::default() });
    }
    header.value("X-Apple-Unsubscribe").filter(|word| word.eq_ignore_ascii_case("true"))?;
    Some(Feedback { kind: "opt-out".to_owned(), ..Feedback::default() })
}

/// Who complained: `Original-Rcpt-To` (RFC 5965 §3.2), `Removal-Recipient`, else whom the message was for.
pub(super) fn recipients(text: &str, original: HeaderSection<'_>, own: HeaderSection<'_>, limit: usize) -> Vec<Draft> {
    let header = HeaderSection(text.trim_start().as_bytes());
    let mut drafts: Vec<Draft> = Vec::new();
    for name in ["Original-Rcpt-To", "Removal-Recipient"] {
        for value in header.values(name) {
            add(&mut drafts, &value, limit);
        }
    }
    let others = ["X-HmXmrOriginalRecipient", "To"].iter().filter_map(|name| original.value(name));
    let asking = own.value("X-Apple-Unsubscribe").and_then(|_| own.value("From"));
    for value in others.chain(asking) {
        if drafts.is_empty() {
            add(&mut drafts, &value, limit);
        }
    }
    drafts
}

fn add(drafts: &mut Vec<Draft>, value: &str, limit: usize) {
    for address in all_in(value) {
        if drafts.len() < limit && !drafts.iter().any(|draft| draft.has_address(address)) {
            drafts.push(Draft::of(address));
        }
    }
}

fn address_of(text: &str) -> Option<IpAddr> {
    let text = text.split([' ', '(']).next()?.trim_matches(['[', ']']);
    text.parse().ok()
}
