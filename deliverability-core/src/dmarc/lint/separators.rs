//! Semicolons that are missing, or commas and colons in the place of others.

use super::super::tags::TagName;
use super::{Linter, deletion, replacement};
use crate::problem::Severity;
use crate::span::Span;
use crate::tag_list::{self, is_white};

impl Linter<'_> {
    /// `v=DMARC1 p=none`, `adkim=r, aspf=r`, `pct:100`.
    pub(super) fn separators(&mut self) {
        self.colons();
        let tags: Vec<_> = tag_list::tags(&self.work).flatten().collect();
        for tag in tags {
            let own = TagName::of(tag.name.of(&self.work));
            for gap in gaps(&self.work, tag.value) {
                self.gap(&gap, own);
            }
        }
    }

    fn gap(&mut self, gap: &Gap, own: Option<TagName>) {
        let Gap { between, name, tag } = *gap;
        let has_comma = between.of(&self.work).contains(&b',');
        if has_comma && own == Some(tag) {
            // `rua=mailto:a, rua=mailto:b`: one tag takes a list.
            let again = Span::new(name.start, name.end);
            let message = format!("{tag}= is written again inside its list; delete it");
            self.report(Severity::Error, again, message, deletion(again));
            self.cover(again);
            return;
        }
        if own.is_none_or(|own| matches!(own, TagName::Rf | TagName::Ri)) {
            // Any text may stand in the value of a tag that is ignored.
            let message = format!("{tag}= stands inside the value of a tag that is ignored: is a semicolon missing?");
            return self.report(Severity::Warning, name, message, None);
        }
        let message = if has_comma {
            "a comma stands between two tags; write a semicolon"
        } else {
            "a semicolon is missing between two tags"
        };
        self.report(Severity::Error, between, message, replacement(between, "; "));
        self.cover(between);
        if let Some(byte) = self.work.get_mut(between.start) {
            *byte = b';';
        }
    }

    /// A colon behind the name of a tag.
    fn colons(&mut self) {
        let mut start = 0;
        let specs: Vec<Span> = self
            .work
            .split(|byte| *byte == b';')
            .map(|spec| {
                let span = Span::new(start, start.saturating_add(spec.len()));
                start = span.end.saturating_add(1);
                span
            })
            .collect();
        for spec in specs {
            let text = spec.of(&self.work);
            let Some(at) = text.iter().position(|byte| matches!(byte, b':' | b'=')) else { continue };
            let name = text.get(..at).unwrap_or_default().trim_ascii();
            if text.get(at) == Some(&b':') && TagName::of(name).is_some() {
                let at = spec.start.saturating_add(at);
                let colon = Span::new(at, at.saturating_add(1));
                self.report(
                    Severity::Error,
                    colon,
                    "a colon stands behind a tag's name; write =",
                    replacement(colon, "="),
                );
                if let Some(byte) = self.work.get_mut(at) {
                    *byte = b'=';
                }
            }
        }
    }
}

/// White space or a comma inside a value, with `tag=` behind.
struct Gap {
    between: Span,
    /// The tag's name and its equals sign.
    name: Span,
    tag: TagName,
}

fn gaps(text: &[u8], value: Span) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut start: Option<usize> = None;
    for (at, byte) in text.iter().enumerate().take(value.end).skip(value.start) {
        if is_white(*byte) || *byte == b',' {
            start.get_or_insert(at);
        } else if let Some(start) = start.take()
            && let Some((tag, end)) = tag_at(text, at)
        {
            gaps.push(Gap { between: Span::new(start, at), name: Span::new(at, end), tag });
        }
    }
    gaps
}

/// The tag whose name and equals sign stand at `at`, and where they end.
fn tag_at(text: &[u8], at: usize) -> Option<(TagName, usize)> {
    let rest = text.get(at..)?;
    let name = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let white = rest.iter().skip(name).take_while(|byte| is_white(**byte)).count();
    let equals = name.saturating_add(white);
    (rest.get(equals) == Some(&b'=')).then_some(())?;
    Some((TagName::of(rest.get(..name)?)?, at.saturating_add(equals).saturating_add(1)))
}
