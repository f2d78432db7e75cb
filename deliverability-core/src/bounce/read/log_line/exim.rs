//! Exim: `** a@example.org R=… T=… H=mx.example.org [192.0.2.1]: SMTP error from remote mail server after …: 550 …`, the
//! same with `==` where it is put off and `=>` where it arrived, and `H=client [192.0.2.2] F=<…> rejected RCPT <a@example.org>: …`.

use super::between;
use crate::bounce::read::address::{all_in, leading};
use crate::bounce::read::draft::Draft;
use crate::bounce::read::text::{host_of, said};
use crate::bounce::returned::Action;

pub(super) fn read(line: &str) -> Option<Draft> {
    delivery(line, " ** ", Action::Failed)
        .or_else(|| delivery(line, " == ", Action::Delayed))
        .or_else(|| arrival(line))
        .or_else(|| rejection(line))
}

fn delivery(line: &str, mark: &str, action: Action) -> Option<Draft> {
    let (_, rest) = line.split_once(mark)?;
    let (address, rest) = leading(rest)?;
    let text = reason(rest)?;
    let mut draft = Draft { action: Some(action), ..Draft::of(address) };
    // `new@example.org <old@example.org>`: what the address was before it was redirected.
    draft.original_address =
        leading(rest.trim_start()).filter(|_| rest.trim_start().starts_with('<')).map(|(word, _)| word.to_owned());
    let host = between(rest, " H=", " ").or_else(|| host_of(text));
    draft.remote_host = host.map(ToOwned::to_owned);
    draft.add_reply(said(text).unwrap_or(text));
    draft.add_reply(text);
    Some(draft)
}

/// What follows the fields `R= T= H= X= defer (-53)`: after the first colon and space, none of which a field has.
fn reason(rest: &str) -> Option<&str> {
    match rest.split_once(": ") {
        Some((fields, text)) if fields.contains('=') || fields.trim().is_empty() || fields.contains('<') => {
            Some(text.trim())
        }
        _ => rest.split_once("defer ").map(|(_, text)| text.trim()),
    }
}

/// `=> a@example.org R=… T=… H=mx.example.org [192.0.2.1] C="250 OK"`; `->` for a further recipient of the same copy.
fn arrival(line: &str) -> Option<Draft> {
    let (_, rest) = line.split_once(" => ").or_else(|| line.split_once(" -> "))?;
    let (fields, _) = rest.split_once(" R=").filter(|(_, after)| after.contains(" T="))?;
    let address = all_in(fields).next()?;
    let mut draft = Draft { action: Some(Action::Delivered), ..Draft::of(address) };
    draft.remote_host = between(rest, " H=", " ").map(ToOwned::to_owned);
    draft.add_reply(between(rest, " C=\"", "\"").unwrap_or_default());
    Some(draft)
}

/// Our own refusal of a client.
fn rejection(line: &str) -> Option<Draft> {
    let (before, rest) = line.split_once(" rejected ").or_else(|| line.split_once(" temporarily rejected "))?;
    if !before.contains("H=") {
        return None;
    }
    let (command, text) = rest.split_once(": ")?;
    let address = command.split_once('<').and_then(|(_, word)| word.split_once('>')).map(|(word, _)| word);
    let mut draft = Draft::default();
    if command.starts_with("RCPT") {
        draft.address = address.map(ToOwned::to_owned);
    }
    let is_temporary = before.ends_with("temporarily");
    draft.action = Some(if is_temporary { Action::Delayed } else { Action::Failed });
    draft.add_reply(text.trim());
    Some(draft)
}
