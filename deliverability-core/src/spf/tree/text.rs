//! The tree as text.

use core::fmt;

use super::outcome::{KnownSender, TreeOutcome};
use super::view::{self, Row};
use crate::escaped::Escaped;

/// A headline, the tree with the look-ups that each term can spend, and what there is to know.
impl fmt::Display for TreeOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", headline(self))?;
        let (rows, left_out) = view::rows(self);
        let width = rows.iter().map(|row| row.lookups.to_string().len()).max().unwrap_or_default();
        let mut open = Vec::new();
        for row in &rows {
            writeln!(f, "{:>width$}  {}{}", row.lookups.to_string(), lines(row, &mut open), named(row))?;
        }
        if left_out > 0 {
            writeln!(f, "{:>width$}  and more than {left_out} other terms", "")?;
        }
        for remark in remarks(self) {
            writeln!(f, "{remark}")?;
        }
        Ok(())
    }
}

pub(super) fn headline(outcome: &TreeOutcome) -> String {
    format!("{}: {}", outcome.domain(), worst_case(outcome))
}

/// What the worst case is, against its limit.
pub(super) fn worst_case(outcome: &TreeOutcome) -> String {
    let (limit, standing) = (outcome.limits().lookups, outcome.standing());
    let lookups = match outcome.lookups().finite() {
        None => "no end of look-ups".to_owned(),
        Some(1) => "1 look-up".to_owned(),
        Some(count) => format!("{count} look-ups"),
    };
    format!("{lookups} in the worst case; {limit} are allowed: {standing}")
}

/// What else there is to know, a sentence each.
pub(super) fn remarks(outcome: &TreeOutcome) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(term) = outcome.cut_off() {
        let term = outcome.root().term_text(term);
        remarks.push(format!("From {} on, clients can be cut off with permerror.", Escaped(term.as_bytes())));
    }
    if outcome.lookups_when_mended() > outcome.lookups() {
        let mended = outcome.lookups_when_mended();
        remarks.push(format!("What is broken ends evaluation early: once mended, it is {mended} look-ups or more."));
    }
    if !outcome.unknown().is_empty() {
        remarks.push("Records that are not known count as empty: the worst case can be worse.".to_owned());
    }
    let (void, at_most, limit) =
        (outcome.void_lookups(), outcome.void_lookups_at_most(), outcome.limits().void_lookups);
    let or_more = if void == at_most { String::new() } else { format!(", up to {at_most} by what is not known") };
    remarks.push(format!("Void look-ups: {void}{or_more}; {limit} are allowed: {}.", outcome.void_standing()));
    remarks.extend(outcome.senders().iter().map(sender));
    remarks
}

fn sender(sender: &KnownSender) -> String {
    let (ip, result, lookups) = (sender.ip(), sender.result(), sender.lookups());
    let cut_off = if sender.is_cut_off() { ", cut off by the limit" } else { "" };
    format!("{ip}: {result} after {lookups} look-up{}{cut_off}", if lookups == 1 { "" } else { "s" })
}

fn named(row: &Row) -> String {
    if row.note.is_empty() { row.label.clone() } else { format!("{} ({})", row.label, row.note) }
}

/// The lines in front of a row; `open` holds whether more is to come at each depth.
fn lines(row: &Row, open: &mut Vec<bool>) -> String {
    let Some(above) = row.depth.checked_sub(1) else { return String::new() };
    open.truncate(above);
    let mut text: String = open.iter().map(|more| if *more { "│  " } else { "   " }).collect();
    text.push_str(if row.is_last { "└─ " } else { "├─ " });
    open.push(!row.is_last);
    text
}
