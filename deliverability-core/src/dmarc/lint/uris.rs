//! The addresses that reports go to.

use super::super::report_uri::ReportUri;
use super::super::tags::TagName;
use super::{Linter, deletion, replacement};
use crate::escaped::Escaped;
use crate::problem::{Edit, Severity};
use crate::span::Span;
use crate::tag_list::Tag;

impl Linter<'_> {
    /// `dmarc-urilist` (RFC 9989 §4.8).
    pub(super) fn uris(&mut self, name: TagName, tag: Tag) {
        let mut at = tag.value.start;
        let mut items = Vec::new();
        for item in tag.value.of(&self.work).split(|byte| *byte == b',') {
            let start = at.saturating_add(item.len().saturating_sub(item.trim_ascii_start().len()));
            at = at.saturating_add(item.len()).saturating_add(1);
            items.push(Span::new(start, start.saturating_add(item.trim_ascii().len())));
        }
        for span in items {
            let item = span.of(&self.work).to_vec();
            match ReportUri::parse(&item) {
                Ok(uri) => self.uri(name, span, &uri),
                Err(error) => self.no_uri(name, span, &item, error.span.shifted(span.start)),
            }
        }
    }

    /// A URI, and whether reports can go there.
    fn uri(&mut self, name: TagName, span: Span, uri: &ReportUri) {
        if let Some(limit) = &uri.size_limit {
            let limit = Span::new(span.end.saturating_sub(limit.len().saturating_add(1)), span.end);
            let message = "size limits are obsolete and ignored; delete it (RFC 9989 §4.8)";
            self.report(Severity::Note, limit, message, deletion(limit));
        }
        if uri.is_mailto() && uri.mail_domain().is_none() {
            // RFC 9989 §4.8 takes any URI, RFC 6068 §2 wants an address.
            let message = format!("{name}= has a mailto: without an address; write mailto:reports@example.org");
            self.report(Severity::Warning, span, message, None);
        } else if !uri.is_mailto() {
            let message =
                format!("receivers send reports by mail: {}: is ignored by most", Escaped(uri.scheme().as_bytes()));
            self.report(Severity::Warning, span, message, None);
        }
    }

    fn no_uri(&mut self, name: TagName, span: Span, item: &[u8], fault: Span) {
        if item.is_empty() {
            let comma = Span::new(span.start.saturating_sub(1), span.start);
            let comma = if comma.of(&self.work) == b"," { deletion(comma) } else { None };
            return self.report(Severity::Error, span, format!("an item of {name}= is empty; delete it"), comma);
        }
        let has_scheme = item.get(..7).is_some_and(|head| head.eq_ignore_ascii_case(b"mailto:"));
        if !has_scheme && is_address(item) {
            let message = "a reporting address must be a URI: write mailto: in front";
            return self.report(Severity::Error, span, message, replacement(Span::at(span.start), "mailto:"));
        }
        let address = item.get(7..).unwrap_or_default().trim_ascii();
        let white = item.len().saturating_sub(address.len()).saturating_sub(7);
        let edit = (has_scheme && white > 0 && is_address(address)).then(|| {
            let start = span.start.saturating_add(7);
            Edit { span: Span::new(start, start.saturating_add(white)), replacement: String::new() }
        });
        let shown = Escaped(fault.of(&self.work)).to_string();
        let message = match &edit {
            Some(_) => "a space stands inside the URI, which is ignored; delete it".to_owned(),
            None => format!("{name}= has an item that is no URI, at \"{shown}\"; write mailto:reports@example.org"),
        };
        self.report(Severity::Error, fault, message, edit);
    }
}

/// Whether a text would be a URI with `mailto:` in front.
fn is_address(text: &[u8]) -> bool {
    let whole = [b"mailto:", text].concat();
    !text.contains(&b':') && ReportUri::parse(&whole).is_ok_and(|uri| uri.mail_domain().is_some())
}
