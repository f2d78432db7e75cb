//! Lines of a mail server's log.

mod exim;
mod postfix;
mod sendmail;

use super::draft::Draft;
use super::limits::Limits;
use crate::bounce::returned::{Bounce, Kind};
use crate::cut::cut;

/// Reads the lines of a log that are about a recipient; `None` where there are none.
pub(super) fn read(text: &str, limits: &Limits) -> Option<Bounce> {
    let mut drafts = Vec::new();
    for line in text.lines() {
        if drafts.len() >= limits.recipients {
            break;
        }
        let line = cut(line, limits.reply);
        drafts.extend(postfix::read(line).or_else(|| exim::read(line)).or_else(|| sendmail::read(line)));
    }
    if drafts.is_empty() {
        return None;
    }
    let recipients = drafts.into_iter().map(|draft: Draft| draft.into_recipient_of(None, limits)).collect();
    Some(Bounce { kind: Kind::LogLine, recipients, reporting_mta: None, original: None, feedback: None })
}

/// What stands between two marks; to the end of the line where the second is missing.
fn between<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(start)?;
    Some(rest.split_once(end).map_or(rest, |(value, _)| value))
}
