//! What does not belong to the record: other records, quotes, escapes, PEM lines, stray bytes.

use super::{Linter, deletion, find};
use crate::escaped::Escaped;
use crate::problem::{Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::tag_list::is_white;

/// How records of other protocols start, and what they are.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"v=spf1", "an SPF record"),
    (b"spf2.0/", "a Sender ID record"),
    (b"v=DMARC1", "a DMARC record"),
    (b"v=STSv1", "an MTA-STS record"),
    (b"v=TLSRPTv1", "a TLS reporting record"),
    (b"v=BIMI1", "a BIMI record"),
];
/// How a key record starts.
const KEY: &[u8] = b"v=DKIM1";
/// How one starts that leaves the version out.
const KEY_STARTS: &[&[u8]] = &[b"k=rsa", b"k=ed25519", b"p=MI"];

impl Linter<'_> {
    /// Whether there is a key record in the text at all; reports it if not.
    pub(super) fn is_a_key(&mut self) -> bool {
        let text = self.work.as_slice();
        let foreign = foreign_at(text, first_black(text));
        let starts = core::iter::once(&KEY).chain(KEY_STARTS).any(|start| find(text, start, 0).is_some());
        if starts || (foreign.is_none() && (has_tag(text, b'p') || has_tag(text, b'k'))) {
            return true;
        }
        let message = match foreign {
            Some(what) => format!("this is {what}, not a DKIM key record"),
            None => "this is no DKIM key record: it has neither v=DKIM1 nor p=".to_owned(),
        };
        let whole = Span::new(0, text.len());
        self.problems.push(Problem::new(RuleId::DkimKeyMissing, Severity::Blocks, whole, message));
        false
    }

    /// Reports and covers what does not belong to the record.
    pub(super) fn wrapping(&mut self) {
        self.glued_in_front();
        self.glued_behind();
        self.pem_lines();
        self.escapes();
        self.quotes();
        self.stray_bytes();
    }

    fn glued_in_front(&mut self) {
        let Some(start) = self.key_start() else { return };
        let front = Span::new(0, start);
        let is_padding = |byte: &u8| is_white(*byte) || matches!(byte, b'"' | b'\\' | b'\'' | b'`' | b'(');
        let text = front.of(&self.work);
        // Tags that stand before `v=` are out of order, not another record.
        let is_out_of_order = text.trim_ascii_end().ends_with(b";") && foreign_at(text, first_black(text)).is_none();
        if text.iter().all(is_padding) || is_out_of_order {
            return;
        }
        let message = format!("\"{}\" stands before the key record; delete it", Escaped(text));
        self.report(self.fault, front, message, Some(deletion(front)));
        self.cover(front);
    }

    /// Where the key record starts in the text, as far as anything shows it.
    fn key_start(&self) -> Option<usize> {
        let text = self.work.as_slice();
        find(text, KEY, 0).or_else(|| {
            foreign_at(text, first_black(text))?;
            KEY_STARTS.iter().filter_map(|start| find(text, start, 0)).min()
        })
    }

    fn glued_behind(&mut self) {
        let after = first_black(&self.work).saturating_add(1);
        let starts = FOREIGN.iter().map(|(start, what)| (*start, *what)).chain([(KEY, "another key record")]);
        let glued = starts.filter_map(|(start, what)| Some((find(&self.work, start, after)?, what))).min();
        let Some((at, what)) = glued else { return };
        // A version tag in its own place is out of order, not glued on: `tags` says so.
        let before = Span::new(0, at).of(&self.work).trim_ascii_end();
        if what == "another key record" && before.ends_with(b";") && find(&self.work, KEY, 0) == Some(at) {
            return;
        }
        let rest = Span::new(at, self.work.len());
        self.report(self.fault, rest, format!("{what} is glued onto the key record; delete it"), Some(deletion(rest)));
        self.cover(rest);
    }

    fn pem_lines(&mut self) {
        const DASHES: &[u8] = b"-----";
        let mut from = 0;
        while let Some(open) = find(&self.work, DASHES, from) {
            let label = open.saturating_add(DASHES.len());
            let Some(close) = find(&self.work, DASHES, label) else { return };
            let line = Span::new(open, close.saturating_add(DASHES.len()));
            let message = format!("the line \"{}\" of a PEM file is left in; delete it", Escaped(line.of(&self.work)));
            self.report(self.fault, line, message, Some(deletion(line)));
            self.cover(line);
            from = line.end;
        }
    }

    fn escapes(&mut self) {
        let text = self.work.clone();
        let is_gone = |at: usize| match text.get(at) {
            Some(b'\\') => true,
            // The letter of a line break that was written out.
            Some(b'n' | b'r' | b't') => at.checked_sub(1).is_some_and(|before| text.get(before) == Some(&b'\\')),
            _ => false,
        };
        self.take_out(is_gone, "backslashes of a zone file are left in the record; delete them");
    }

    fn quotes(&mut self) {
        let text = self.work.clone();
        let is_quote = |at: usize| text.get(at) == Some(&b'"');
        self.take_out(is_quote, "quotes of a zone file are left in the record; delete them");
    }

    /// Reports all bytes that are `gone` as one problem, and covers them.
    fn take_out(&mut self, gone: impl Fn(usize) -> bool, message: &str) {
        let places = || (0..self.work.len()).filter(|at| gone(*at));
        let (Some(first), Some(last)) = (places().next(), places().last()) else { return };
        let span = Span::new(first, last.saturating_add(1));
        let edit = self.without(span, &gone);
        self.report(self.fault, span, message, edit);
        for (_, byte) in self.work.iter_mut().enumerate().filter(|(at, _)| gone(*at)) {
            *byte = b' ';
        }
    }

    fn stray_bytes(&mut self) {
        let is_stray = |byte: &u8| !byte.is_ascii_graphic() && !is_white(*byte);
        let mut runs: Vec<Span> = Vec::new();
        for (at, _) in self.work.iter().enumerate().filter(|(_, byte)| is_stray(byte)) {
            match runs.last_mut() {
                Some(run) if run.end == at => run.end = at.saturating_add(1),
                _ => runs.push(Span::new(at, at.saturating_add(1))),
            }
        }
        for run in runs {
            let shown = Escaped(run.of(&self.work)).to_string();
            let message = format!("\"{shown}\" is not printable ASCII; delete it");
            self.report(self.fault, run, message, Some(deletion(run)));
            self.cover(run);
        }
    }
}

/// Which other record starts at `at`.
fn foreign_at(text: &[u8], at: usize) -> Option<&'static str> {
    let starts = |start: &[u8]| {
        text.get(at..).and_then(|rest| rest.get(..start.len())).is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    FOREIGN.iter().find(|(start, _)| starts(start)).map(|(_, what)| *what)
}

/// Where the text starts, behind white space and quotes.
fn first_black(text: &[u8]) -> usize {
    text.iter().position(|byte| !is_white(*byte) && *byte != b'"').unwrap_or(0)
}

/// Whether a tag of this one letter stands somewhere, in either case.
fn has_tag(text: &[u8], letter: u8) -> bool {
    text.split(|byte| *byte == b';').any(|spec| {
        let spec = spec.get(first_black(spec)..).unwrap_or_default();
        let mut rest = spec.iter().filter(|byte| !is_white(**byte));
        rest.next().is_some_and(|first| first.eq_ignore_ascii_case(&letter)) && rest.next() == Some(&b'=')
    })
}
