//! What a message must have: `bulk.unsubscribe-or-format` (RFC 5322 §3.6, RFC 8058).

use super::Examined;
use super::message::Seen;
use crate::diagnosis::finding::{Acts, Finding};
use crate::dkim::SignatureOutcome;
use crate::problem::Severity;
use crate::result::DkimResult;
use crate::rule_id::RuleId;

pub(super) fn judge(seen: &Seen<'_>, found: &mut Examined) {
    let faults = format_faults(seen);
    if !faults.is_empty() {
        let message = format!("The header of the message breaks RFC 5322 §3.6: {}.", faults.join("; "));
        let text = "Write each of From, Date and Message-ID once, with one address in From. Verify: give this diagnosis the \
                    next message.";
        found.find(finding("header", message, text));
    }
    let faults = unsubscribe_faults(seen);
    if !faults.is_empty() {
        let field = seen.message.header().bulk.unwrap_or_default();
        let message = format!(
            "The message went to many, as its {field} field says, and cannot be unsubscribed from with one click: {}. Gmail \
             and Yahoo want that of bulk senders.",
            faults.join("; ")
        );
        let text = "Add `List-Unsubscribe: <https://…>` and `List-Unsubscribe-Post: List-Unsubscribe=One-Click`, and name both \
                    in h= of the DKIM signature. Verify: give this diagnosis the next message.";
        found.find(finding("List-Unsubscribe", message, text));
    }
}

fn finding(subject: &str, message: String, text: &str) -> Finding {
    Finding::new(RuleId::BulkUnsubscribeOrFormat, Severity::Error, subject, message)
        .by(Acts::SenderServer)
        .with_remedy(text, Vec::new())
}

fn format_faults(seen: &Seen<'_>) -> Vec<String> {
    let header = seen.message.header();
    let mut faults = Vec::new();
    match &header.from[..] {
        [] => faults.push("it has no From field".to_owned()),
        [Ok(list)] => {
            if list.len() > 1 {
                faults.push(format!(
                    "its From field has {} addresses, and large receivers refuse more than one",
                    list.len()
                ));
            }
            // RFC 5322 §3.6.2: of several authors one sent it.
            if list.len() > 1 && !header.has_sender {
                faults.push("it has several authors and no Sender field".to_owned());
            }
        }
        [Err(error)] => faults.push(format!("its From field does not read as addresses: {error}")),
        _ => faults.push("it has several From fields".to_owned()),
    }
    for (name, count) in [("Date", header.dates), ("Message-ID", header.message_ids)] {
        match count {
            0 => faults.push(format!("it has no {name} field")),
            1 => {}
            count => faults.push(format!("it has {count} {name} fields")),
        }
    }
    faults
}

/// RFC 8058 §3.1, §4: both fields, an https URI, and a signature over both.
fn unsubscribe_faults(seen: &Seen<'_>) -> Vec<&'static str> {
    let header = seen.message.header();
    if header.bulk.is_none() {
        return Vec::new();
    }
    let has_https = |text: &String| text.to_ascii_lowercase().contains("<https://");
    let is_post = |text: &String| text.eq_ignore_ascii_case("List-Unsubscribe=One-Click");
    let mut faults = Vec::new();
    match &header.list_unsubscribe {
        None => faults.push("it has no List-Unsubscribe field"),
        Some(text) if !has_https(text) => faults.push("List-Unsubscribe has no https URI"),
        Some(_) => {}
    }
    if !header.list_unsubscribe_post.as_ref().is_some_and(is_post) {
        faults.push("it has no field List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    }
    let covers = |outcome: &SignatureOutcome| {
        let signs = |name| outcome.signature().is_some_and(|signature| signature.signs(name));
        outcome.result() == DkimResult::Pass && signs("List-Unsubscribe") && signs("List-Unsubscribe-Post")
    };
    if faults.is_empty() && !seen.signatures.iter().any(covers) {
        faults.push("no valid signature covers both fields");
    }
    faults
}
