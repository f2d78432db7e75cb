//! The search for what happened to a body: likely changes first, as far as the budget goes.

use super::change::BodyChange;
use super::parts::{self, Kind, Part};
use super::rewrites::{self, Rewrite};
use super::search::{FINISH, Search, Wanted};
use super::signs::Signs;
use super::{banner, footer, insertion, recoding, wrapping};
use crate::dkim::body_hash;
use crate::dkim::message::{Fields, Limits};
use crate::dkim::signature::Canonicalization;

/// What happened to `body`, whose hash is not the wanted one.
pub(super) fn search(wanted: &Wanted, body: &[u8], fields: &Fields, limits: &Limits) -> BodyChange {
    let mut search = Search::new(wanted, body, fields, limits);
    let found = None
        .or_else(|| search.is(b"").then_some(BodyChange::Emptied))
        .or_else(|| banner::announced(&mut search))
        .or_else(|| footer::likely(&mut search))
        .or_else(|| in_parts(&mut search))
        .or_else(|| by_signs(&mut search, Signs::of(body)))
        .or_else(|| wrapping::undone(&mut search))
        .or_else(|| banner::any(&mut search))
        .or_else(|| footer::anywhere(&mut search))
        .or_else(|| one_line(&mut search))
        .or_else(|| banner::with_footer(&mut search));
    found.unwrap_or(if search.is_cut { BodyChange::PartlySearched } else { BodyChange::Unknown })
}

/// What is done to the parts of a multipart body, and to bodies that are encoded or HTML.
fn in_parts(search: &mut Search<'_>) -> Option<BodyChange> {
    if !search.take(search.body.len() / 3) {
        return None;
    }
    let parts = parts::of(search.body, search.fields);
    let is_plain = parts.iter().all(|part| part.kind == Kind::Text && part.encoding.is_empty());
    if is_plain {
        return None;
    }
    None.or_else(|| made_a_part(search, &parts))
        .or_else(|| insertion::undone(search, &parts))
        .or_else(|| recoding::undone(search, &parts))
}

/// A footer beside the body, where that was made a part, is no longer.
const BESIDE: usize = 8 << 10;

/// The body was the first part of what there is now, and a short text follows it.
fn made_a_part(search: &mut Search<'_>, parts: &[Part]) -> Option<BodyChange> {
    let [_, first, .., last] = parts else { return None };
    if !last.is_text() || last.body.len() > BESIDE {
        return None;
    }
    let body = search.body.get(first.body.clone())?;
    search.is(body).then_some(BodyChange::MadeAPart)
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
    let kind = body_hash::Kind { canonicalization, ..search.wanted.kind };
    search.is_under(kind, search.body).then_some(BodyChange::OtherCanonicalization)
}

/// One line added, an empty one removed, or one with another start or end. Takes half a pass for each line and
/// try, so only small bodies are searched to the end.
fn one_line(search: &mut Search<'_>) -> Option<BodyChange> {
    let simple = search.is_simple();
    let mut pass = search.pass();
    let mut behind = search.body;
    let lines = search.body.split_inclusive(|byte| *byte == b'\n');
    for (number, line) in (1..).zip(lines) {
        behind = behind.get(line.len()..)?;
        let tries: usize = if simple { 7 } else { 4 };
        if !search.take(behind.len().saturating_add(FINISH).saturating_mul(tries).saturating_add(line.len())) {
            return None;
        }
        if search.would_be(&pass, &[behind]) {
            return Some(BodyChange::LineAdded { line: number });
        }
        if search.would_be(&pass, &[b"\r\n", line, behind]) {
            return Some(BodyChange::LineRemoved { line: number });
        }
        let text = line.trim_ascii_end();
        if search.would_be(&pass, &[b".", line, behind]) {
            return Some(BodyChange::Dots);
        }
        if search.would_be(&pass, &[text, b"\n", behind]) {
            return Some(BodyChange::LineEnds);
        }
        if simple && [&b" \r\n"[..], b"\t\r\n", b"\r\n"].iter().any(|end| search.would_be(&pass, &[text, end, behind]))
        {
            return Some(BodyChange::TrailingSpace { line: Some(number) });
        }
        pass.feed(line);
    }
    None
}
