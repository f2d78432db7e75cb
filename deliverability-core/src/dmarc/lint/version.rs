//! `v=DMARC1`: there, first, and in these letters (RFC 9989 §4.7, v).

use super::super::reading::Reading;
use super::{Linter, deletion, find, replacement};
use crate::escaped::Escaped;
use crate::problem::Severity;
use crate::span::Span;
use crate::tag_list;

impl Linter<'_> {
    pub(super) fn version(&mut self) {
        let blank = self.work.iter().take_while(|byte| **byte == b' ').count();
        if Reading::of(self.work.get(blank..).unwrap_or_default()).is_ok() {
            return;
        }
        let tags: Vec<_> = tag_list::tags(&self.work).collect();
        let is_version = |tag: &tag_list::Tag| tag.name.of(&self.work).eq_ignore_ascii_case(b"v");
        match tags.iter().position(|tag| tag.as_ref().is_ok_and(is_version)) {
            None => self.missing_version(blank),
            Some(n) => {
                if let Some(tag) = tags.get(n).and_then(|tag| tag.ok()) {
                    self.version_tag(n, tag, blank);
                }
            }
        }
    }

    /// There is no `v=`; perhaps `DMARC1` stands there in another dress.
    fn missing_version(&mut self, blank: usize) {
        let end = self.work.iter().position(|byte| *byte == b';').unwrap_or(self.work.len());
        let word = find(&self.work, b"DMARC1", 0).filter(|at| *at < end && *at <= blank.saturating_add(4));
        let message = "a DMARC record must start with v=DMARC1; it does not, and is ignored";
        match word {
            Some(at) => {
                let span = Span::new(blank, at.saturating_add(6));
                self.report(Severity::Error, span, message, replacement(span, "v=DMARC1"));
            }
            None => self.report(Severity::Error, Span::at(blank), message, replacement(Span::at(blank), "v=DMARC1; ")),
        }
    }

    fn version_tag(&mut self, n: usize, tag: tag_list::Tag, blank: usize) {
        let value = tag.value.of(&self.work).to_vec();
        if value != b"DMARC1" {
            let message = format!("the version is \"{}\" and must be DMARC1, in these letters", Escaped(&value));
            let edit = find(&value, b"DMARC1", 0).filter(|at| *at == 0 && value.len() < 12);
            let edit = edit.and_then(|_| replacement(tag.value, "DMARC1"));
            self.report(Severity::Error, tag.value, message, edit);
        } else if n > 0 {
            let before = Span::new(blank, tag.name.start);
            let moved = String::from_utf8_lossy(before.of(&self.work)).trim_end_matches([' ', ';']).to_owned();
            let span = Span::new(blank, tag.value.end);
            let edit = replacement(span, format!("v=DMARC1; {moved}"));
            self.report(Severity::Error, span, "v=DMARC1 must be the first tag, or the record is ignored", edit);
        } else {
            // Only what lies between can be wrong: white space that was covered, or an empty part.
            let span = Span::new(0, tag.name.start);
            self.report(Severity::Error, span, "nothing may stand before v=DMARC1; delete it", deletion(span));
        }
    }
}
