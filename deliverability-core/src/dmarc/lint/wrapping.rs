//! What does not belong to the record: other records, quotes, escapes, line breaks, stray bytes.

use super::super::record::Policy;
use super::super::tags::TagName;
use super::{Linter, deletion, find, replacement};
use crate::escaped::Escaped;
use crate::problem::{Edit, Severity};
use crate::span::Span;
use crate::tag_list::{self, is_white};

/// How records of other protocols start, and what they are.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"v=spf1", "an SPF record"),
    (b"spf2.0/", "a Sender ID record"),
    (b"v=DKIM1", "a DKIM key record"),
    (b"v=STSv1", "an MTA-STS record"),
    (b"v=TLSRPTv1", "a TLS reporting record"),
    (b"v=BIMI1", "a BIMI record"),
];
/// A quote as HTML has it. Its semicolon ends a tag, as any other does.
const ENTITY: &[u8] = b"&quot;";
/// How a DMARC record starts.
const DMARC: &[u8] = b"v=DMARC1";

impl Linter<'_> {
    /// Whether a DMARC record was meant; reports it if not.
    pub(super) fn is_meant(&mut self) -> bool {
        if find(self.text, b"DMARC1", 0).is_some() || tag_list::tags(self.text).flatten().any(|tag| self.is_dmarc(tag))
        {
            return true;
        }
        let start = self.text.iter().position(|byte| !is_white(*byte) && *byte != b'"').unwrap_or(0);
        let what = FOREIGN.iter().find(|(head, _)| find(self.text, head, start) == Some(start));
        let what = what.map_or("no DMARC record", |(_, what)| *what);
        let hint = if what == "no DMARC record" { "" } else { ", not a DMARC record" };
        let message = format!("this is {what}{hint}: it is ignored here");
        self.report(Severity::Warning, Span::new(0, self.text.len()), message, None);
        false
    }

    /// A tag that only DMARC records have.
    fn is_dmarc(&self, tag: tag_list::Tag) -> bool {
        let value = tag.value.of(self.text);
        match TagName::of(tag.name.of(self.text)) {
            Some(TagName::P | TagName::Sp | TagName::Np) => Policy::of(value).is_some(),
            Some(TagName::Rua | TagName::Ruf) => find(value, b"mailto:", 0).is_some(),
            _ => false,
        }
    }

    /// Other text in front of the record or behind it.
    pub(super) fn glued(&mut self) {
        self.glued_behind();
        let Some(start) = find(&self.work, DMARC, 0) else { return };
        let front = Span::new(0, start);
        let text = front.of(&self.work);
        let is_padding = |byte: &u8| is_white(*byte) || matches!(byte, b'"' | b'\\' | b'\'');
        // Tags in front of `v=` are out of order, not another text.
        if text.iter().all(is_padding) || text.trim_ascii_end().ends_with(b";") && !text.starts_with(ENTITY) {
            return;
        }
        let message = format!("\"{}\" stands before the record; delete it", Escaped(text));
        self.report(Severity::Error, front, message, deletion(front));
        self.cover(front);
    }

    fn glued_behind(&mut self) {
        let first = find(&self.work, DMARC, 0).unwrap_or(0);
        let after = first.saturating_add(1);
        let starts = FOREIGN.iter().map(|(start, what)| (*start, *what));
        let starts = starts.chain([(DMARC, "another DMARC record"), (b"._domainkey", "a DKIM key record")]);
        let glued = starts.filter_map(|(start, what)| Some((find(&self.work, start, after)?, what))).min();
        let Some((at, what)) = glued else { return };
        // Where a host name leads to it, its start is told by a semicolon alone.
        let name = self.work.get(..at).unwrap_or_default();
        let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let host = name.iter().rposition(|byte| !is_host(byte)).map_or(0, |before| before.saturating_add(1));
        let is_own = name.get(..host).unwrap_or_default().trim_ascii_end().ends_with(b";");
        let is_key = self.work.get(at) == Some(&b'.');
        let rest = Span::new(if is_own { host } else { at }, self.work.len());
        let edit = if is_key && !is_own { None } else { deletion(rest) };
        self.report(Severity::Error, rest, format!("{what} is glued onto the record; delete it"), edit);
        self.cover(rest);
    }

    /// Backslashes and quotes that were meant for a zone file.
    pub(super) fn escapes_and_quotes(&mut self) {
        let text = self.work.clone();
        let is_backslash = |at: usize| text.get(at) == Some(&b'\\');
        self.take_out(is_backslash, "backslashes of a zone file are left in the record; delete them");
        let is_quote = |at: usize| match text.get(at) {
            Some(b'"') => true,
            // An apostrophe may stand in an address, but not at an end.
            Some(b'\'') => at == 0 || at.saturating_add(1) == text.len(),
            Some(b';') if separates(&text, at) => false,
            _ => is_in(ENTITY, &text, at),
        };
        self.take_out(is_quote, "quotes of a zone file are left in the record; delete them");
    }

    /// Reports all bytes that are `gone` as one problem, and covers them.
    fn take_out(&mut self, gone: impl Fn(usize) -> bool, message: &str) {
        let places: Vec<usize> = (0..self.work.len()).filter(|at| gone(*at)).collect();
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return };
        let span = Span::new(*first, last.saturating_add(1));
        let kept = self.text.iter().enumerate().take(span.end).skip(span.start).filter(|(at, _)| !gone(*at));
        let kept: Vec<u8> = kept.map(|(_, byte)| *byte).collect();
        let edit = String::from_utf8(kept).ok().map(|kept| Edit { span, replacement: kept });
        self.report(Severity::Error, span, message, edit);
        for at in places {
            self.cover(Span::new(at, at.saturating_add(1)));
        }
    }

    /// White space in front of the record, line breaks and tabs in it.
    pub(super) fn white_space(&mut self) {
        let front = self.text.iter().position(|byte| !is_white(*byte)).unwrap_or(0);
        if front > 0 {
            let span = Span::new(0, front);
            let message = "white space stands before the record, which must start with v=DMARC1; delete it";
            self.report(Severity::Error, span, message, deletion(span));
        }
        let is_break = |at: usize, byte: u8| at >= front && matches!(byte, b'\r' | b'\n');
        for span in runs(&self.work, is_break) {
            let with = if span.end == self.work.len() { "" } else { " " };
            let message = "a line break stands in the record: the tag is ignored; write a space (RFC 9989 §4.8)";
            self.report(Severity::Error, span, message, replacement(span, with));
            self.cover(span);
        }
        let values: Vec<Span> = tag_list::tags(&self.work).flatten().map(|tag| tag.value).collect();
        for value in values {
            for tab in runs(value.of(&self.work), |_, byte| byte == b'\t') {
                let tab = tab.shifted(value.start);
                let message = "a tab stands in a value: the tag is ignored; write a space (RFC 9989 §4.8)";
                self.report(Severity::Error, tab, message, replacement(tab, " "));
                self.cover(tab);
            }
        }
    }

    /// Bytes that are no printable ASCII.
    pub(super) fn stray_bytes(&mut self) {
        for run in runs(&self.work, |_, byte| !byte.is_ascii_graphic() && !is_white(byte)) {
            let message = format!("\"{}\" is not printable ASCII; delete it", Escaped(run.of(&self.work)));
            self.report(Severity::Error, run, message, deletion(run));
            self.cover(run);
        }
    }
}

/// Whether the semicolon at `at` ends a quote of HTML and is all that stands between two tags, known or not.
fn separates(text: &[u8], at: usize) -> bool {
    let (before, behind) = text.split_at_checked(at.saturating_add(1)).unwrap_or_default();
    let Some(mut before) = before.strip_suffix(ENTITY).filter(|_| is_tag(behind)) else { return false };
    while let Some(shorter) = before.trim_ascii_end().strip_suffix(ENTITY) {
        before = shorter;
    }
    let before = before.trim_ascii_end();
    !before.is_empty() && !before.ends_with(b";")
}

/// Whether a text starts with a tag's name and an equals sign (RFC 6376 §3.2).
fn is_tag(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let name = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    name > 0 && text.get(name..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"="))
}

/// Whether the byte at `at` is part of `word`.
fn is_in(word: &[u8], text: &[u8], at: usize) -> bool {
    let first = at.saturating_sub(word.len().saturating_sub(1));
    (first..=at).any(|start| text.get(start..).is_some_and(|rest| rest.starts_with(word)))
}

/// Runs of bytes that are meant.
fn runs(text: &[u8], is_meant: impl Fn(usize, u8) -> bool) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(at, byte)| is_meant(*at, **byte)) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at.saturating_add(1),
            _ => runs.push(Span::new(at, at.saturating_add(1))),
        }
    }
    runs
}
