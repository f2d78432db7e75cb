//! Where one word holds several terms.

use core::ops::Range;

/// A term, or what stands in its place, inside a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) range: Range<usize>,
    /// A comma or the like stands before it: it goes on with a list.
    pub(super) listed: bool,
    /// It follows `all` without a space.
    pub(super) tail: bool,
}

/// What starts a term, or another record, wherever it stands.
const STARTS: &[&str] = &[
    "v=spf1",
    "include:",
    "include=",
    "exists:",
    "redirect=",
    "redirect:",
    "exp=",
    "ip4:",
    "ip6:",
    "ip4=",
    "ip6=",
    "ipv4:",
    "ipv6:",
];
/// How texts start that other services ask to be published, and records of other protocols.
const FOREIGN: &[&str] = &[
    "_globalsign-domain",
    "adobe-idp-site",
    "apple-domain-ver",
    "atlassian-domain",
    "brevo-code",
    "docusign=",
    "facebook-domain",
    "globalsign-domain",
    "google-gws-recovery",
    "google-site-ver",
    "have-i-been",
    "mailru-ver",
    "ms=ms",
    "sendinblue-code",
    "spf2.0/",
    "stripe-ver",
    "v=bimi1",
    "v=dkim1",
    "v=dmarc1",
    "v=sts",
    "v=tlsrpt",
    "yandex-ver",
    "zoho-ver",
];

/// The parts of a word that is no term; one part where nothing divides it.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut cutter = Cutter { text: text.as_bytes(), parts: Vec::new(), start: 0, listed: false, tail: false };
    let mut at = 0;
    while let Some(byte) = cutter.text.get(at).copied() {
        if let Some(length) = macro_length(cutter.rest(at)) {
            at = at.saturating_add(length);
        } else if matches!(byte, b',' | b';' | b'|') {
            let tail = cutter.tail && cutter.start == at;
            cutter.cut(at, at.saturating_add(1), true, tail);
            at = at.saturating_add(1);
        } else {
            if cutter.is_inside(at) && starts_a_term(cutter.rest(at)) {
                cutter.cut(at, at, false, false);
            }
            at = cutter.after_all(at).unwrap_or_else(|| at.saturating_add(1));
        }
    }
    cutter.cut(text.len(), text.len(), false, false);
    cutter.parts
}

/// Whether a text is what another service or protocol asked to be published.
pub(super) fn is_foreign(text: &str) -> bool {
    FOREIGN.iter().any(|start| starts_with(text.as_bytes(), start))
}

/// Whether a text starts with a mechanism or modifier and its argument, qualified or not.
pub(super) fn is_start(text: &str) -> bool {
    let text = text.strip_prefix(is_qualifier).unwrap_or(text).as_bytes();
    STARTS.iter().any(|start| starts_with(text, start))
}

/// Whether a text holds several terms, though the grammar may take it for one: a domain name may
/// hold colons and commas, but none in use does.
pub(super) fn is_run_together(text: &str) -> bool {
    parts(text).len() > 1
}

/// Whether a character is a qualifier (RFC 7208 §4.6.1).
pub(super) const fn is_qualifier(character: char) -> bool {
    matches!(character, '+' | '-' | '?' | '~')
}

struct Cutter<'a> {
    text: &'a [u8],
    parts: Vec<Part>,
    /// Where the part under way starts.
    start: usize,
    listed: bool,
    tail: bool,
}

impl Cutter<'_> {
    fn rest(&self, at: usize) -> &[u8] {
        self.text.get(at..).unwrap_or_default()
    }

    /// Ends the part under way at `end`; the next one starts at `next`.
    fn cut(&mut self, end: usize, next: usize, listed: bool, tail: bool) {
        if self.start < end {
            self.parts.push(Part { range: self.start..end, listed: self.listed, tail: self.tail });
        }
        (self.start, self.listed, self.tail) = (next, listed, tail);
    }

    /// Whether `at` lies behind the start of a part and its qualifier; the start of a tail counts.
    fn is_inside(&self, at: usize) -> bool {
        let qualified = self.text.get(self.start).is_some_and(|byte| is_qualifier(char::from(*byte)));
        at > self.start.saturating_add(usize::from(qualified)) || (self.tail && at == self.start)
    }

    /// Where a part that starts at `at` with a version or with `all` ends, if more follows; cuts there.
    fn after_all(&mut self, at: usize) -> Option<usize> {
        if at != self.start || self.tail {
            return None;
        }
        let (version, all) = (version_length(self.rest(at)), all_length(self.rest(at)));
        let end = at.saturating_add(version.or(all)?);
        self.cut(end, end, false, version.is_none());
        Some(end)
    }
}

/// The length of a version, with a qualifier that came before it, where more follows.
fn version_length(text: &[u8]) -> Option<usize> {
    const VERSION: &str = "v=spf1";
    let qualified = text.first().is_some_and(|byte| is_qualifier(char::from(*byte)));
    let length = usize::from(qualified).saturating_add(VERSION.len());
    (starts_with(text.get(usize::from(qualified)..)?, VERSION) && text.len() > length).then_some(length)
}

/// The length of `all` with its qualifier, where more follows that is no longer name.
fn all_length(text: &[u8]) -> Option<usize> {
    let qualified = text.first().is_some_and(|byte| is_qualifier(char::from(*byte)));
    let length = usize::from(qualified).saturating_add(3);
    let next = text.get(length)?;
    let is_all = starts_with(text.get(usize::from(qualified)..)?, "all");
    (is_all && (qualified || !is_name(*next))).then_some(length)
}

/// The length of a macro at the start of the text.
fn macro_length(text: &[u8]) -> Option<usize> {
    const LONGEST: usize = 32;
    let inside = text.strip_prefix(b"%{")?;
    let close = inside.iter().take(LONGEST).position(|byte| *byte == b'}')?;
    Some(close.saturating_add(3))
}

fn starts_a_term(text: &[u8]) -> bool {
    let qualifier = text.first().copied().map(char::from).filter(|first| is_qualifier(*first));
    let named = if qualifier.is_some() { text.get(1..).unwrap_or_default() } else { text };
    STARTS.iter().chain(FOREIGN).any(|start| starts_with(named, start))
        || qualifier.is_some_and(|qualifier| starts_a_short_term(qualifier, named))
}

/// Whether a mechanism that needs no argument follows a qualifier. A hyphen may be part of a host
/// name, so there the mechanism has to end with the word.
fn starts_a_short_term(qualifier: char, text: &[u8]) -> bool {
    ["all", "mx", "ptr", "a"].into_iter().filter(|name| starts_with(text, name)).any(|name| {
        let next = text.get(name.len());
        next.is_none_or(|next| !is_name(*next)) || (name == "all" && qualifier != '-')
    })
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn starts_with(text: &[u8], start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        parts(text).into_iter().map(|part| &text[part.range]).collect()
    }

    #[test]
    fn terms_part_where_one_starts() {
        assert_eq!(cut("amxinclude:a.testip4:192.0.2.1/32-all"), ["amx", "include:a.test", "ip4:192.0.2.1/32", "-all"]);
        assert_eq!(cut("+a+mx~all"), ["+a", "+mx", "~all"]);
        assert_eq!(cut("ip4:192.0.2.1,192.0.2.2"), ["ip4:192.0.2.1", "192.0.2.2"]);
        assert_eq!(cut("~allv=spf1"), ["~all", "v=spf1"]);
        assert_eq!(cut("+v=spf1mxip4:192.0.2.1"), ["+v=spf1", "mx", "ip4:192.0.2.1"]);
        assert_eq!(cut("~allgoogle-site-verification=x"), ["~all", "google-site-verification=x"]);
        assert_eq!(cut("redirect=a.testgoogle-gws-recovery=1"), ["redirect=a.test", "google-gws-recovery=1"]);
        assert!(parts("~alll").last().is_some_and(|part| part.tail));
    }

    #[test]
    fn host_names_and_macros_stay_whole() {
        for whole in ["include:spf-all.a.test", "x:a-mx.test", "a:%{l1r+-,}.test", "allowed.test", "+include:a.test"] {
            assert_eq!(cut(whole), [whole]);
        }
    }
}
