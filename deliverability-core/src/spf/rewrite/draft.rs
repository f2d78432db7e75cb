//! A record's text under change: what stays keeps its spelling.

use core::fmt;

use super::super::record::{Directive, Mechanism, Modifier, Qualifier, Record, TermKind};
use super::super::selection::version_end;

/// The terms of a record with the text that writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    version: String,
    pub(super) parts: Vec<Part>,
    tail: String,
}

/// A term: the spaces in front of it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    lead: String,
    pub(super) text: String,
    pub(super) kind: TermKind,
}

impl Part {
    /// A directive in the one spelling.
    pub(super) fn directive(qualifier: Qualifier, mechanism: Mechanism) -> Self {
        let directive = Directive { qualifier, mechanism };
        Self { lead: " ".into(), text: directive.to_string(), kind: TermKind::Directive(directive) }
    }

    pub(super) const fn as_directive(&self) -> Option<&Directive> {
        match &self.kind {
            TermKind::Directive(directive) => Some(directive),
            TermKind::Modifier(_) => None,
        }
    }

    pub(super) fn is_all(&self) -> bool {
        self.as_directive().is_some_and(|directive| directive.mechanism == Mechanism::All)
    }

    pub(super) const fn is_redirect(&self) -> bool {
        matches!(self.kind, TermKind::Modifier(Modifier::Redirect(_)))
    }

    /// The part with one space in front.
    pub(super) fn spaced(self) -> Self {
        Self { lead: " ".into(), ..self }
    }

    /// The text of a directive without its qualifier.
    pub(super) fn unqualified(&self) -> &str {
        self.text.trim_start_matches(['+', '-', '~', '?'])
    }
}

impl Draft {
    /// A record's terms; `None` if it does not parse.
    pub(super) fn of(record: &[u8]) -> Option<Self> {
        let terms = Record::parse(record).ok()?.terms;
        let text = core::str::from_utf8(record).ok()?;
        let mut at = version_end(record)?;
        let mut draft = Self { version: text.get(..at)?.into(), parts: Vec::new(), tail: String::new() };
        for term in terms {
            let (lead, written) = (text.get(at..term.span.start)?, term.span.of_text(text));
            draft.parts.push(Part { lead: lead.into(), text: written.into(), kind: term.kind });
            at = term.span.end;
        }
        draft.tail = text.get(at..)?.into();
        Some(draft)
    }

    /// A record without terms.
    pub(super) fn empty() -> Self {
        Self { version: "v=spf1".into(), parts: Vec::new(), tail: String::new() }
    }

    /// Puts parts in front of the one at `at`, at the end where there is none, with single spaces.
    pub(super) fn insert(&mut self, at: usize, mut parts: Vec<Part>) {
        if let (Some(following), Some(first)) = (self.parts.get_mut(at), parts.first_mut()) {
            first.lead = core::mem::replace(&mut following.lead, " ".into());
        } else {
            // What ends the text would stand between terms now.
            self.tail.clear();
        }
        let at = at.min(self.parts.len());
        self.parts.splice(at..at, parts);
    }

    /// Takes the part at `at` out and puts others in its place.
    pub(super) fn replace(&mut self, at: usize, mut parts: Vec<Part>) {
        if at < self.parts.len() {
            let removed = self.parts.remove(at);
            if let Some(first) = parts.first_mut() {
                first.lead = removed.lead;
            }
            self.parts.splice(at..at, parts);
        }
    }

    /// Where nothing decides later: the first `all` or redirect, or the end.
    pub(super) fn end(&self) -> usize {
        let ends = |part: &Part| part.is_all() || part.is_redirect();
        self.parts.iter().position(ends).unwrap_or(self.parts.len())
    }

    /// In front of the first term by which a sender may not pass.
    pub(super) fn first_refusal(&self) -> usize {
        let refuses = |part: &Part| part.as_directive().is_some_and(|d| d.qualifier != Qualifier::Pass);
        self.parts.iter().position(refuses).map_or(self.end(), |at| at.min(self.end()))
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.version)?;
        self.parts.iter().try_for_each(|part| write!(f, "{}{}", part.lead, part.text))?;
        f.write_str(&self.tail)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::record::DualCidr;
    use super::*;

    #[test]
    fn a_draft_prints_what_it_read() {
        for text in ["v=spf1", "V=spf1  +A:x.test   ~ALL  ", "v=spf1 ip4:192.0.2.01/24"] {
            assert_eq!(Draft::of(text.as_bytes()).map(|draft| draft.to_string()).as_deref().unwrap_or(text), text);
        }
        assert_eq!(Draft::of(b"v=spf1 nonsense:"), None);
    }

    #[test]
    fn a_term_leaves_with_its_space_and_comes_with_one() {
        let mut draft = Draft::of(b"v=spf1 mx  include:x.test -all ").unwrap();
        draft.replace(1, Vec::new());
        assert_eq!(draft.to_string(), "v=spf1 mx -all ");
        let part = || Part::directive(Qualifier::Pass, Mechanism::A { domain_spec: None, cidr: DualCidr::default() });
        draft.insert(0, vec![part(), part()]);
        draft.insert(9, vec![part()]);
        assert_eq!(draft.to_string(), "v=spf1 a a mx -all a");
    }
}
