//! The tags of a key record: their form, their names and the values of all but `p=`.

use std::collections::HashMap;

use super::{Linter, deletion};
use crate::escaped::Escaped;
use crate::problem::{Edit, Severity};
use crate::span::Span;
use crate::tag_list::{self, ErrorKind, Tag, is_white};

/// The tags of RFC 6376 §3.6.1.
const KNOWN: &[&[u8]] = &[b"v", b"h", b"k", b"n", b"p", b"s", b"t"];

impl Linter<'_> {
    /// Reports what is wrong with tags, `p=` left out.
    pub(super) fn tags(&mut self) {
        self.missing_semicolons();
        let list: Vec<Result<Tag, tag_list::ParseError>> = tag_list::tags(&self.work).collect();
        let mut first: HashMap<Vec<u8>, Tag> = HashMap::new();
        for (n, tag) in list.into_iter().enumerate() {
            let tag = match tag {
                Ok(tag) => tag,
                Err(error) => {
                    self.form(error);
                    continue;
                }
            };
            let name = tag.name.of(&self.work).to_vec();
            if let Some(before) = first.get(&name) {
                self.duplicate(*before, tag);
                continue;
            }
            match &name[..] {
                b"v" => self.version(n, tag),
                b"k" => self.key_type(tag),
                b"h" => self.hashes(tag),
                b"s" => self.services(tag),
                b"t" => self.flags(tag),
                b"n" | b"p" => {}
                _ => self.unknown_name(tag),
            }
            first.insert(name, tag);
        }
    }

    /// `v=DKIM1 k=rsa`: the space is where a semicolon was meant.
    fn missing_semicolons(&mut self) {
        let short = |tag: &Tag| matches!(tag.name.of(&self.work), b"v" | b"k" | b"h" | b"s" | b"t");
        let values: Vec<Span> = tag_list::tags(&self.work).flatten().filter(short).map(|tag| tag.value).collect();
        for value in values {
            for gap in gaps(value.of(&self.work)) {
                let gap = gap.shifted(value.start);
                let edit = Edit { span: gap, replacement: "; ".into() };
                self.report(self.fault, gap, "a semicolon is missing between two tags", Some(edit));
                if let Some(byte) = self.work.get_mut(gap.start) {
                    *byte = b';';
                }
            }
        }
    }

    fn form(&mut self, error: tag_list::ParseError) {
        let at = error.span.start;
        let edit = match error.kind {
            ErrorKind::Empty => Some(deletion(Span::new(at.saturating_sub(1), at.max(1)))),
            _ => None,
        };
        self.report(self.fault, error.span, error.kind.to_string(), edit);
    }

    fn duplicate(&mut self, before: Tag, tag: Tag) {
        let name = Escaped(tag.name.of(&self.work)).to_string();
        let same = before.value.of(&self.work) == tag.value.of(&self.work);
        let end = tag.value.end.saturating_add(usize::from(self.work.get(tag.value.end) == Some(&b';')));
        let edit = same.then(|| deletion(Span::new(tag.name.start, end)));
        self.report(self.fault, tag.name, format!("the tag {name}= stands twice; keep one"), edit);
    }

    fn version(&mut self, n: usize, tag: Tag) {
        let value = tag.value.of(&self.work);
        if value != b"DKIM1" {
            let edit = Edit { span: tag.value, replacement: "DKIM1".into() };
            let message = format!("the version is \"{}\" and must be DKIM1, in these letters", Escaped(value));
            self.report(Severity::Blocks, tag.value, message, Some(edit));
        } else if n > 0 {
            self.report(Severity::Blocks, tag.name, "v=DKIM1 must be the first tag (RFC 6376 §3.6.1)", None);
        }
    }

    fn key_type(&mut self, tag: Tag) {
        let value = tag.value.of(&self.work);
        if matches!(value, b"rsa" | b"ed25519") {
            return;
        }
        let lower = value.to_ascii_lowercase();
        let meant = match &lower[..] {
            b"rsa" | b"rsa-sha256" | b"rsa-sha1" | b"rsa1024" | b"rsa2048" => Some("rsa"),
            b"ed25519" | b"ed25519-sha256" => Some("ed25519"),
            _ => None,
        };
        let edit = meant.map(|meant| Edit { span: tag.value, replacement: meant.into() });
        let message = format!("the key type \"{}\" is not known; use rsa or ed25519 (RFC 6376 §3.6.1)", Escaped(value));
        self.report(Severity::Blocks, tag.value, message, edit);
    }

    fn hashes(&mut self, tag: Tag) {
        let value = tag.value.of(&self.work);
        if words(value).any(|word| word == b"sha256") {
            return;
        }
        let meant = words(value).any(|word| word.to_ascii_lowercase().ends_with(b"sha256"));
        let edit = meant.then(|| Edit { span: tag.value, replacement: "sha256".into() });
        let message = match value {
            b"sha1" => "h=sha1 leaves sha256 out; sha1 must not be used (RFC 8301 §3.1)".to_owned(),
            _ => format!("h=\"{}\" has no hash in use; write h=sha256 or delete the tag", Escaped(value)),
        };
        self.report(Severity::Blocks, tag.value, message, edit);
    }

    fn services(&mut self, tag: Tag) {
        let value = tag.value.of(&self.work);
        if !words(value).any(|word| matches!(word, b"*" | b"email")) {
            let message = format!("s=\"{}\" leaves mail out; delete the tag or write s=email", Escaped(value));
            self.report(Severity::Blocks, tag.value, message, None);
        }
    }

    fn flags(&mut self, tag: Tag) {
        let value = tag.value.of(&self.work).to_vec();
        if words(&value).any(|word| word == b"y") {
            let message = "t=y says that DKIM is being tested here; delete it when tests are over (RFC 6376 §3.6.1)";
            self.report(Severity::Note, tag.value, message, None);
        }
        if let Some(odd) = words(&value).find(|word| !matches!(*word, b"y" | b"s")) {
            let message = format!("the flag \"{}\" is not known and is ignored", Escaped(odd));
            self.report(Severity::Note, tag.value, message, None);
        }
    }

    fn unknown_name(&mut self, tag: Tag) {
        let name = tag.name.of(&self.work);
        let shown = Escaped(name).to_string();
        let lower = name.to_ascii_lowercase();
        if KNOWN.contains(&&lower[..]) {
            let edit = Edit { span: tag.name, replacement: shown.to_ascii_lowercase() };
            let message = format!("tags are case-sensitive: {shown}= is ignored (RFC 6376 §3.2)");
            self.report(Severity::Error, tag.name, message, Some(edit));
        } else if name == b"g" {
            let message = "g= was withdrawn with RFC 4871 and is ignored; delete it (RFC 6376 appendix E)";
            self.report(Severity::Note, tag.name, message, None);
        } else {
            let message = format!("{shown}= is no tag of a key record and is ignored");
            self.report(Severity::Note, tag.name, message, None);
        }
    }
}

/// The words of a list with colons between.
fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b':').map(<[u8]>::trim_ascii)
}

/// White space that `letter=` follows.
fn gaps(value: &[u8]) -> Vec<Span> {
    let mut gaps = Vec::new();
    let mut start = None;
    for (at, byte) in value.iter().enumerate() {
        if is_white(*byte) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take()
            && byte.is_ascii_alphabetic()
            && value.get(at.saturating_add(1)) == Some(&b'=')
        {
            gaps.push(Span::new(start, at));
        }
    }
    gaps
}
