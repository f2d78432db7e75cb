//! Microsoft Exchange, [message tracking](https://learn.microsoft.com/exchange/mail-flow/transport-logs/message-tracking)
//! (`…,SMTP,FAIL,…,a@example.org,550 5.1.1 …,…`) and [protocol
//! logs](https://learn.microsoft.com/exchange/mail-flow/connectors/protocol-logging) (`…,192.0.2.1:25,<,550 5.1.1 …,`).

use std::collections::HashMap;

use super::between;
use crate::bounce::read::address::{all_in, is_address};
use crate::bounce::read::draft::Draft;
use crate::bounce::returned::Action;

/// The recipient that each session named last.
#[derive(Debug, Default)]
pub(super) struct Sessions(HashMap<String, String>);

impl Sessions {
    /// One for each recipient of a line.
    pub(super) fn read(&mut self, line: &str) -> Vec<Draft> {
        // RFC 3339: every line begins with its time, `2026-11-21T18:50:50.123Z,`.
        if line.as_bytes().get(10) != Some(&b'T') || line.split(',').next().is_none_or(|time| !time.ends_with('Z')) {
            return Vec::new();
        }
        let values = values(line);
        let tracked = tracked(&values);
        if tracked.is_empty() { self.exchanged(&values).into_iter().collect() } else { tracked }
    }

    /// A line of a protocol log: what one side said, `<` received and `>` sent.
    fn exchanged(&mut self, values: &[String]) -> Option<Draft> {
        let [_, _, session, _, _, remote, direction, data, ..] = values else { return None };
        if !matches!(direction.as_str(), "<" | ">") {
            return None;
        }
        if data.get(..8).is_some_and(|verb| verb.eq_ignore_ascii_case("RCPT TO:")) {
            self.0.insert(session.clone(), all_in(data).next()?.to_owned());
            return None;
        }
        if !matches!(data.as_bytes(), [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', b' ', ..]) {
            return None;
        }
        let mut draft = self.0.get(session).map(|address| Draft::of(address)).unwrap_or_default();
        draft.action = Some(if data.starts_with('4') { Action::Delayed } else { Action::Failed });
        // What was received comes from the other server.
        draft.remote_host = remote.rsplit_once(':').filter(|_| direction == "<").map(|(host, _)| host.to_owned());
        draft.add_reply(data);
        Some(draft)
    }
}

/// A line of message tracking: the event, later the recipients, and after them what became of each.
fn tracked(values: &[String]) -> Vec<Draft> {
    let event = values.iter().position(|value| matches!(value.as_str(), "FAIL" | "DEFER" | "DELIVER"));
    let Some((event, rest)) = event.and_then(|at| Some((values.get(at)?, values.get(at + 1..)?))) else {
        return Vec::new();
    };
    let is_recipients = |value: &String| value.split(';').all(is_address);
    let Some(at) = rest.iter().position(is_recipients) else { return Vec::new() };
    let status = rest.get(at + 1).map(String::as_str).unwrap_or_default();
    // Since 2013 the status is `{[{LED=550 5.1.1 …};{MSG=};{FQDN=mx.example.org};…}]}`.
    let reply = between(status, "{LED=", "};").unwrap_or(status);
    let host = between(status, "{FQDN=", "}").filter(|host| !host.is_empty());
    let action = match event.as_str() {
        "FAIL" => Action::Failed,
        "DEFER" => Action::Delayed,
        _ => Action::Delivered,
    };
    let recipients = rest.get(at).map(String::as_str).unwrap_or_default().split(';');
    recipients
        .map(|address| {
            let mut draft = Draft { action: Some(action), ..Draft::of(address) };
            draft.remote_host = host.map(ToOwned::to_owned);
            draft.add_reply(reply);
            draft
        })
        .collect()
}

/// The values of a line (RFC 4180 §2): quoted ones may have commas, and quotes in twos.
fn values(line: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => values.push(String::new()),
            _ => values.last_mut().into_iter().for_each(|value| value.push(c)),
        }
    }
    values
}
