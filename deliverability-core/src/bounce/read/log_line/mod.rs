//! Lines of a mail server's log.

mod exchange;
mod exim;
mod keyed;
mod postfix;
mod qmail;
mod sendmail;

use super::draft::Draft;
use super::limits::Limits;
use crate::bounce::returned::{Bounce, Kind};
use crate::cut::cut;

/// Reads the lines of a log that are about a recipient; `None` where there are none.
pub(super) fn read(text: &str, limits: &Limits) -> Option<Bounce> {
    let mut drafts = Vec::new();
    let mut states = States::default();
    for line in text.lines() {
        if drafts.len() >= limits.recipients {
            break;
        }
        states.read(cut(line, limits.reply), &mut drafts);
    }
    drafts.truncate(limits.recipients);
    if drafts.is_empty() {
        return None;
    }
    let recipients = drafts.into_iter().map(|draft: Draft| draft.into_recipient_of(None, limits)).collect();
    Some(Bounce { kind: Kind::LogLine, recipients, reporting_mta: None, original: None, feedback: None })
}

/// What lines before say of those after them.
#[derive(Debug, Default)]
struct States<'a> {
    qmail: qmail::Deliveries<'a>,
    exchange: exchange::Sessions,
}

impl<'a> States<'a> {
    fn read(&mut self, line: &'a str, drafts: &mut Vec<Draft>) {
        let single = postfix::read(line).or_else(|| exim::read(line)).or_else(|| self.qmail.read(line));
        if let Some(draft) = single {
            drafts.push(draft);
            return;
        }
        let before = drafts.len();
        drafts.extend(keyed::read(line));
        if drafts.len() == before {
            drafts.extend(sendmail::read(line));
        }
        if drafts.len() == before {
            drafts.extend(self.exchange.read(line));
        }
    }
}

/// What stands between two marks; to the end of the line where the second is missing.
fn between<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(start)?;
    Some(rest.split_once(end).map_or(rest, |(value, _)| value))
}
