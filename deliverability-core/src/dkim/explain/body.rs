//! The search for what happened to a body: likely changes first, as far as the budget goes.

use super::change::BodyChange;
use super::rewrites::{self, Rewrite};
use super::search::{FINISH, Search, Wanted};
use super::signs::Signs;
use super::{banner, footer};
use crate::dkim::body_hash::Kind;
use crate::dkim::message::{Fields, Limits};
use crate::dkim::signature::Canonicalization;

/// What happened to `body`, whose hash is not the wanted one.
pub(super) fn search(wanted: &Wanted, body: &[u8], fields: &Fields, limits: &Limits) -> BodyChange {
    let mut search = Search::new(wanted, body, fields, limits);
    let found = None
        .or_else(|| search.is(b"").then_some(BodyChange::Emptied))
        .or_else(|| banner::announced(&mut search))
        .or_else(|| footer::likely(&mut search))
        .or_else(|| by_signs(&mut search, Signs::of(body)))
        .or_else(|| banner::any(&mut search))
        .or_else(|| footer::anywhere(&mut search))
        .or_else(|| one_line(&mut search));
    found.unwrap_or(if search.is_cut { BodyChange::PartlySearched } else { BodyChange::Unknown })
}

fn by_signs(search: &mut Search<'_>, signs: Signs) -> Option<BodyChange> {
    None.or_else(|| rewritten(search, signs, rewrites::SEEN))
        .or_else(|| other_canonicalization(search, signs))
        .or_else(|| rewritten(search, signs, rewrites::UNSEEN))
}

fn rewritten(search: &mut Search<'_>, signs: Signs, all: &[Rewrite]) -> Option<BodyChange> {
    for rewrite in all {
        if !signs.have(rewrite.sign) || (rewrite.simple_only && !search.is_simple()) {
            continue;
        }
        // What cannot be hashed is not made.
        if !search.has(search.body.len()) || !search.take(search.body.len() / 2) {
            return None;
        }
        let before = (rewrite.undo)(search.body, search.fields).filter(|before| before != search.body);
        let Some(before) = before else { continue };
        // Who re-encodes a body often appends a footer too; the former is named.
        let is = if rewrite.is_encoding { footer::is_with_or_without(search, &before) } else { search.is(&before) };
        if is {
            return Some(rewrite.change.clone());
        }
    }
    None
}

fn other_canonicalization(search: &mut Search<'_>, signs: Signs) -> Option<BodyChange> {
    // RFC 6376 §3.4.4: they differ in nothing but white space, and where the body is empty.
    if !signs.have(Signs::WHITE) && !search.body.trim_ascii().is_empty() {
        return None;
    }
    let canonicalization = if search.is_simple() { Canonicalization::Relaxed } else { Canonicalization::Simple };
    let kind = Kind { canonicalization, ..search.wanted.kind };
    search.is_under(kind, search.body).then_some(BodyChange::OtherCanonicalization)
}

/// One line added, or with other white space at its end. Takes half a pass for each line, so only
/// small bodies are searched to the end.
fn one_line(search: &mut Search<'_>) -> Option<BodyChange> {
    let simple = search.is_simple();
    let mut pass = search.pass();
    let mut behind = search.body;
    let lines = search.body.split_inclusive(|byte| *byte == b'\n');
    for (number, line) in (1..).zip(lines) {
        behind = behind.get(line.len()..)?;
        let tries: usize = if simple { 4 } else { 1 };
        if !search.take(behind.len().saturating_add(FINISH).saturating_mul(tries).saturating_add(line.len())) {
            return None;
        }
        if search.would_be(&pass, &[behind]) {
            return Some(BodyChange::LineAdded { line: number });
        }
        let text = line.trim_ascii_end();
        if simple && [&b" \r\n"[..], b"\t\r\n", b"\r\n"].iter().any(|end| search.would_be(&pass, &[text, end, behind]))
        {
            return Some(BodyChange::TrailingSpace { line: Some(number) });
        }
        pass.feed(line);
    }
    None
}
