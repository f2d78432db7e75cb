//! Postfix: `… to=<a@example.org>, relay=mx.example.org[192.0.2.1]:25, dsn=5.1.1, status=bounced (host … said: …)`, and
//! `NOQUEUE: reject: RCPT from client[192.0.2.2]: 554 5.7.1 …; from=<…> to=<…> proto=… helo=<…>`, which cleanup words
//! `reject: header … from client[192.0.2.2]; from=<…> to=<…> proto=… helo=<…>: 5.7.1 …`.

use super::between;
use crate::bounce::read::address::is_address;
use crate::bounce::read::delivery_status::status;
use crate::bounce::read::draft::Draft;
use crate::bounce::read::text::{host_of, said};
use crate::bounce::returned::Action;

pub(super) fn read(line: &str) -> Option<Draft> {
    delivery(line).or_else(|| rejection(line)).or_else(|| given_up(line))
}

/// `qmgr[1]: 4F2A1: from=<a@example.com>, status=expired, returned to sender`
fn given_up(line: &str) -> Option<Draft> {
    let (_, text) = line.split_once(" status=").filter(|(_, text)| text.starts_with("expired, "))?;
    let mut draft = Draft { action: Some(Action::Failed), ..Draft::default() };
    draft.add_reply(&format!("message {text}"));
    Some(draft)
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
        // A name alone is that of a transport, or `none`.
        .and_then(|relay| Some(relay.split_once('[')?.0));
    draft.remote_host = host_of(text).or(relay).map(ToOwned::to_owned);
    draft.add_reply(said(text).unwrap_or(text));
    draft.add_reply(text);
    Some(draft)
}

/// Our own refusal of a client.
fn rejection(line: &str) -> Option<Draft> {
    const MARKS: [&str; 4] = [": reject: ", ": milter-reject: ", ": proxy-reject: ", ": reject_warning: "];
    let (mark, rest) = MARKS.iter().find_map(|mark| Some((mark, line.split_once(mark)?.1)))?;
    let text = refusal(rest)?;
    let mut draft = recipient(line).unwrap_or_default();
    // A warning refuses nothing.
    draft.action = match *mark {
        ": reject_warning: " => None,
        _ if text.starts_with('4') => Some(Action::Delayed),
        _ => Some(Action::Failed),
    };
    draft.add_reply(text);
    Some(draft)
}

/// What the client was told: before the fields in angle brackets; after them, where cleanup looked into the content.
fn refusal(rest: &str) -> Option<&str> {
    if rest.starts_with("header ") || rest.starts_with("body ") {
        return Some(rest.rsplit_once(">: ")?.1);
    }
    // A proxy's refusal does not name the client; postscreen writes its port before the reply.
    let is_of_proxy = rest.split(' ').next().is_some_and(|command| command.ends_with(':'));
    let text = if is_of_proxy { rest } else { rest.split_once(']')?.1 };
    let (_, text) = text.split_once(": ")?;
    let end = ["; from=<", "; proto="].iter().find_map(|mark| text.find(mark)).unwrap_or(text.len());
    text.get(..end)
}

fn recipient(line: &str) -> Option<Draft> {
    let address = between(line, " to=<", ">")?;
    let mut draft = Draft::of(address);
    draft.original_address = between(line, " orig_to=<", ">").filter(|word| is_address(word)).map(ToOwned::to_owned);
    Some(draft)
}
