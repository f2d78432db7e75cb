//! sendmail: `… to=<a@example.org>,<b@example.org>, …, relay=mx.example.org. [192.0.2.1], dsn=5.1.1, reply=550 5.1.1 …,
//! stat=User unknown`, and
//! `ruleset=check_rcpt, arg1=<a@example.org>, relay=…, reject=550 5.7.1 …`.

use super::between;
use crate::bounce::read::delivery_status::status;
use crate::bounce::read::draft::Draft;
use crate::bounce::returned::Action;

/// One for each recipient of the line.
pub(super) fn read(line: &str) -> Vec<Draft> {
    let Some(draft) = delivery(line) else { return rejection(line).into_iter().collect() };
    let to = between(line, " to=", ", ").unwrap_or_default();
    let addresses = to.split(',').map(|address| address.trim_matches(['<', '>']));
    addresses.map(|address| Draft { address: Some(address.to_owned()), ..draft.clone() }).collect()
}

fn delivery(line: &str) -> Option<Draft> {
    let (_, stat) = line.split_once(" stat=").filter(|_| line.contains(" to="))?;
    let stat = stat.trim();
    let mut draft = Draft::default();
    draft.status = between(line, " dsn=", ",").and_then(status);
    draft.action = Some(match draft.status.map(|status| status.class) {
        _ if stat.starts_with("Sent") => Action::Delivered,
        _ if stat.starts_with("Deferred") => Action::Delayed,
        Some(2) => Action::Delivered,
        Some(4) => Action::Delayed,
        _ => Action::Failed,
    });
    draft.remote_host = relay(line);
    draft.add_reply(between(line, " reply=", ", stat=").unwrap_or_default());
    draft.add_reply(stat.strip_prefix("Deferred: ").unwrap_or(stat));
    Some(draft)
}

/// Our own refusal of a client.
fn rejection(line: &str) -> Option<Draft> {
    let (_, text) = line.split_once(" reject=")?;
    let mut draft = Draft::default();
    if line.contains("check_rcpt") {
        draft.address = between(line, " arg1=", ",").map(|word| word.trim_matches(['<', '>']).to_owned());
    }
    draft.action = Some(if text.starts_with('4') { Action::Delayed } else { Action::Failed });
    draft.add_reply(text.trim());
    Some(draft)
}

fn relay(line: &str) -> Option<String> {
    let relay = between(line, " relay=", ",")?.split(' ').next()?.trim_end_matches('.');
    (!relay.is_empty()).then(|| relay.to_owned())
}
