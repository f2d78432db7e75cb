//! qmail-send: `starting delivery 7: msg 12 to remote a@example.org`, then `delivery 7: failure: 192.0.2.1_does_not_like_
//! recipient./Remote_host_said:_550_…/`.

use std::collections::HashMap;

use super::between;
use crate::bounce::read::address::is_address;
use crate::bounce::read::draft::Draft;
use crate::bounce::read::text::{host_of, said};
use crate::bounce::returned::Action;

/// The deliveries that were started, by their number.
#[derive(Debug, Default)]
pub(super) struct Deliveries<'a>(HashMap<&'a str, &'a str>);

impl<'a> Deliveries<'a> {
    /// Reads the line in which a delivery ends, after that in which it began.
    pub(super) fn read(&mut self, line: &'a str) -> Option<Draft> {
        if let Some(started) = between(line, "starting delivery ", "\n") {
            let (number, _) = started.split_once(": ")?;
            self.0.insert(number, started.rsplit(' ').next().filter(|word| is_address(word))?);
            return None;
        }
        let (_, ended) = line.split_once("delivery ")?;
        let (number, rest) = ended.split_once(": ")?;
        let (word, report) = rest.split_once(": ")?;
        let action = match word {
            "failure" => Action::Failed,
            "deferral" => Action::Delayed,
            "success" => Action::Delivered,
            _ => return None,
        };
        let mut draft = self.0.remove(number).map(Draft::of).unwrap_or_default();
        draft.action = Some(action);
        let text = plain(report);
        draft.remote_host = host_of(&text).map(ToOwned::to_owned);
        draft.add_reply(said(&text).unwrap_or(&text));
        draft.add_reply(&text);
        Some(draft)
    }
}

/// qmail-send writes `_` for a space and `/` for a line end, and leaves slashes as they are: only those that end a
/// sentence of qmail's own are line ends.
fn plain(report: &str) -> String {
    let text = report.trim().replace('_', " ");
    let text = text.strip_suffix('/').unwrap_or(&text);
    ["Remote host said:", "Giving up on ", "I'm not going to try again"]
        .iter()
        .fold(text.to_owned(), |text, next| text.replace(&format!("/{next}"), &format!(" {next}")))
}
