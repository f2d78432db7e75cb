//! The tags of a record: their form and their names, and which of them are missing.

use std::collections::HashMap;

use super::super::reading::Reading;
use super::super::tags::TagName;
use super::{Linter, deletion, replacement};
use crate::escaped::Escaped;
use crate::problem::{Edit, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::tag_list::{self, ErrorKind, Tag};

impl Linter<'_> {
    pub(super) fn tags(&mut self) {
        let list: Vec<Result<Tag, tag_list::ParseError>> = tag_list::tags(&self.work).collect();
        let mut seen: HashMap<TagName, (usize, Tag)> = HashMap::new();
        for (n, tag) in list.into_iter().enumerate() {
            let tag = match tag {
                Ok(tag) => tag,
                Err(error) => {
                    self.form(error);
                    continue;
                }
            };
            match TagName::of(tag.name.of(&self.work)) {
                None => self.unknown(tag),
                // The version has a pass of its own.
                Some(TagName::V) if n == 0 => {}
                Some(name) => {
                    if let Some((_, before)) = seen.get(&name) {
                        self.duplicate(name, *before, tag);
                    } else {
                        self.known(name, tag);
                        seen.insert(name, (n, tag));
                    }
                }
            }
        }
        self.whole(&seen);
    }

    fn form(&mut self, error: tag_list::ParseError) {
        let whole = self.spec(error.span.start);
        if error.kind == ErrorKind::Empty {
            let edit = deletion(Span::new(whole.start, whole.end.saturating_add(1)));
            return self.report(Severity::Warning, error.span, error.kind.to_string(), edit);
        }
        let shown = Escaped(whole.of(&self.work).trim_ascii()).to_string();
        let message = format!("\"{shown}\" is no tag and is ignored; delete it");
        self.report(Severity::Warning, error.span, message, self.without(whole));
    }

    /// What stands between two semicolons around a place.
    fn spec(&self, at: usize) -> Span {
        let before = self.work.get(..at).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b';').map_or(0, |at| at.saturating_add(1));
        let after = self.work.get(at..).unwrap_or_default();
        let end = after.iter().position(|byte| *byte == b';').unwrap_or(after.len());
        Span::new(start, end.saturating_add(at))
    }

    /// The edit that deletes a part with the semicolon behind it, or before it at the end.
    pub(super) fn without(&self, spec: Span) -> Option<Edit> {
        let has_next = self.work.get(spec.end) == Some(&b';');
        let start = if has_next { spec.start } else { spec.start.saturating_sub(1) };
        deletion(Span::new(start, spec.end.saturating_add(usize::from(has_next))))
    }

    /// The edit that deletes a tag.
    pub(super) fn without_tag(&self, tag: Tag) -> Option<Edit> {
        self.without(self.spec(tag.name.start))
    }

    fn unknown(&mut self, tag: Tag) {
        let name = Escaped(tag.name.of(&self.work)).to_string();
        let message = format!("{name}= is no tag of a DMARC record and is ignored");
        self.report(Severity::Note, tag.name, message, None);
    }

    fn duplicate(&mut self, name: TagName, before: Tag, tag: Tag) {
        let same = before.value.of(&self.work) == tag.value.of(&self.work);
        let edit = if same { self.without_tag(tag) } else { None };
        let message = if same {
            format!("{name}= stands twice; delete one")
        } else {
            format!("{name}= stands twice with different values; receivers differ in which one counts; keep one")
        };
        self.report(Severity::Error, tag.name, message, edit);
    }

    fn known(&mut self, name: TagName, tag: Tag) {
        let written = tag.name.of(&self.work);
        if written != name.as_str().as_bytes() {
            let message = format!("some receivers take {} for another tag; write {name}", Escaped(written));
            self.report(Severity::Warning, tag.name, message, replacement(tag.name, name.as_str()));
        }
        if tag.value.of(&self.work).is_empty() {
            let edit = if name == TagName::P { None } else { self.without_tag(tag) };
            let span = Span::new(tag.name.start, tag.value.end);
            return self.report(Severity::Error, span, format!("{name}= has no value and is ignored"), edit);
        }
        if name.is_removed() {
            self.removed(name, tag);
        }
        self.value(name, tag);
    }

    /// RFC 9989 appendix C.5.2.
    fn removed(&mut self, name: TagName, tag: Tag) {
        let span = Span::new(tag.name.start, tag.value.end);
        let value = tag.value.of(&self.work);
        // Without it receivers of RFC 7489 would apply the policy to more mail: that is for the owner to choose.
        let lowers = name == TagName::Pct && value != b"100";
        let edit = if lowers { None } else { self.without_tag(tag) };
        let (severity, message) = if lowers {
            let message = "pct= was removed by RFC 9989: receivers of today apply the policy to all mail; to try a \
                           policy out, write t=y";
            (Severity::Warning, message.to_owned())
        } else {
            (Severity::Note, format!("{name}= was removed by RFC 9989 and is ignored; delete it"))
        };
        self.report_as(RuleId::DmarcRemovedTag, severity, span, message, edit);
    }

    /// What only the whole record shows.
    fn whole(&mut self, seen: &HashMap<TagName, (usize, Tag)>) {
        // What another pass has covered may still count.
        let counts = Reading::of(self.text).ok();
        let has = |name| seen.contains_key(&name) || counts.as_ref().is_some_and(|c| c.span_of(name).is_some());
        if has(TagName::P) && !seen.contains_key(&TagName::P) {
            return;
        }
        let version = self.work.iter().position(|byte| *byte == b';').unwrap_or(self.work.len());
        match (seen.get(&TagName::P), has(TagName::Rua)) {
            (None, true) => {
                let message = "p= is missing: the record acts as p=none (RFC 9989 §4.10.1)";
                self.report(Severity::Warning, Span::at(version), message, replacement(Span::at(version), "; p=none"));
            }
            (None, false) => {
                let message = "p= is missing, and rua= too: the record is ignored (RFC 9989 §4.10.1)";
                self.report(Severity::Error, Span::at(version), message, replacement(Span::at(version), "; p=none"));
            }
            (Some((n, tag)), _) if *n > 1 => {
                let message = "RFC 7489 §6.3 wants p= right behind the version; a few old receivers insist on it";
                self.report(Severity::Note, tag.name, message, None);
            }
            (Some(_), _) => {}
        }
        if let Some((_, fo)) = seen.get(&TagName::Fo).filter(|_| !has(TagName::Ruf)) {
            self.report(Severity::Note, fo.name, "fo= means nothing without ruf= (RFC 9989 §4.7)", None);
        }
    }
}
