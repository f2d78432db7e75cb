//! Lines of named values: OpenSMTPD (`… to=<a@example.org> … relay="192.0.2.1 (mx.example.org)" … result="PermFail"
//! stat="550 5.1.1 …"`), Haraka (`bounced … recipients="<a@example.org>" reason="550 5.1.1 …"`), and servers like them.

use super::between;
use crate::bounce::read::address::all_in;
use crate::bounce::read::draft::Draft;
use crate::bounce::returned::Action;

/// One for each recipient of the line; none where it does not say what became of the message.
pub(super) fn read(line: &str) -> Vec<Draft> {
    let reply = ["stat", "reason", "response", "reply"].iter().find_map(|name| quoted(line, name));
    let (Some(reply), Some(action)) = (reply, action(line)) else { return Vec::new() };
    let to = ["to", "rcpt", "recipient", "recipients"].iter().find_map(|name| value(line, name));
    let host = ["relay", "host"].iter().find_map(|name| quoted(line, name)).and_then(host);
    let draft_of = |address| {
        let mut draft = Draft { action: Some(action), ..Draft::of(address) };
        draft.remote_host = host.map(ToOwned::to_owned);
        draft.add_reply(reply);
        draft
    };
    to.map(|to| all_in(to).map(draft_of).collect()).unwrap_or_default()
}

fn action(line: &str) -> Option<Action> {
    let word = quoted(line, "result").or_else(|| {
        let words = ["bounced", "deferred", "delayed", "delivered"];
        words.iter().find(|word| line.split(' ').any(|own| own == **word)).copied()
    })?;
    Some(match word {
        "PermFail" | "bounced" => Action::Failed,
        "TempFail" | "deferred" | "delayed" => Action::Delayed,
        "Ok" | "delivered" => Action::Delivered,
        _ => return None,
    })
}

fn quoted<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    between(line, &format!(" {name}=\""), "\"")
}

fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    quoted(line, name).or_else(|| between(line, &format!(" {name}="), " "))
}

/// The name that stands beside the address, else the address.
fn host(relay: &str) -> Option<&str> {
    let name = between(relay, "(", ")").filter(|name| !name.is_empty());
    name.or_else(|| relay.split(' ').next()).filter(|host| !host.is_empty() && *host != "-")
}
