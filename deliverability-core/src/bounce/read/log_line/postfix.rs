//! Postfix: `… to=<a@example.org>, relay=mx.example.org[192.0.2.1]:25, dsn=5.1.1, status=bounced (host … said: …)`, and
//! `NOQUEUE: reject: RCPT from client[192.0.2.2]: 554 5.7.1 …; from=<…> to=<…> proto=… helo=<…>`.

use super::between;
use crate::bounce::read::address::is_address;
use crate::bounce::read::delivery_status::status;
use crate::bounce::read::draft::Draft;
use crate::bounce::read::text::{host_of, said};
use crate::bounce::returned::Action;

pub(super) fn read(line: &str) -> Option<Draft> {
    delivery(line).or_else(|| rejection(line))
}

fn delivery(line: &str) -> Option<Draft> {
    let word = between(line, " status=", " ")?;
    let mut draft = recipient(line)?;
    draft.action = match word {
        "bounced" | "expired" | "undeliverable" => Some(Action::Failed),
        "deferred" => Some(Action::Delayed),
        "sent" | "deliverable" => Some(Action::Delivered),
        _ => None,
    };
    draft.status = between(line, " dsn=", ",").and_then(status);
    let (_, text) = line.split_once(" status=")?.1.split_once(" (")?;
    let text = text.trim_end().strip_suffix(')').unwrap_or(text);
    let relay = between(line, " relay=", ",")
        .map(|relay| relay.split('[').next().unwrap_or(relay))
        .filter(|&relay| relay != "none");
    draft.remote_host = host_of(text).or(relay).map(ToOwned::to_owned);
    draft.add_reply(said(text).unwrap_or(text));
    draft.add_reply(text);
    Some(draft)
}

/// Our own refusal of a client.
fn rejection(line: &str) -> Option<Draft> {
    let (_, rest) = line.split_once(": reject: ").or_else(|| line.split_once(": reject_warning: "))?;
    let text = rest.split_once(']')?.1.strip_prefix(':')?;
    // postscreen writes the client's port before the reply.
    let text = if text.starts_with(' ') { text.trim_start() } else { text.split_once(": ")?.1 };
    let text = match text.find("; from=<") {
        Some(end) => text.get(..end)?,
        None => text,
    };
    let mut draft = recipient(line).unwrap_or_default();
    draft.action = Some(if text.starts_with('4') { Action::Delayed } else { Action::Failed });
    draft.add_reply(text);
    Some(draft)
}

fn recipient(line: &str) -> Option<Draft> {
    let address = between(line, " to=<", ">")?;
    let mut draft = Draft::of(address);
    draft.original_address = between(line, " orig_to=<", ">").filter(|word| is_address(word)).map(ToOwned::to_owned);
    Some(draft)
}
