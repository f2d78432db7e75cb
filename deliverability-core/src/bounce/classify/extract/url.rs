//! Pages that a reply points to.

use memchr::memchr_iter;

/// A URL in a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::bounce::classify) struct Url<'a> {
    pub(in crate::bounce::classify) text: &'a str,
    pub(in crate::bounce::classify) start: usize,
}

impl<'a> Url<'a> {
    /// Where it ends in the text.
    pub(in crate::bounce::classify) const fn end(&self) -> usize {
        self.start.saturating_add(self.text.len())
    }

    /// The host's name.
    pub(in crate::bounce::classify) fn host(&self) -> &'a str {
        let rest = self.text.split_once("//").map_or(self.text, |(_, rest)| rest);
        rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
    }
}

/// Every URL from `start` on.
pub(in crate::bounce::classify) fn urls(text: &str, start: usize) -> Vec<Url<'_>> {
    let mut found = Vec::new();
    let mut at = start;
    while let Some(next) = next(text, at) {
        at = next.end().max(at.saturating_add(1));
        found.push(next);
    }
    found
}

fn next(text: &str, from: usize) -> Option<Url<'_>> {
    let rest = text.get(from..)?;
    let at = memchr_iter(b':', rest.as_bytes()).find_map(|at| {
        let (scheme, _) = rest.split_at_checked(at).filter(|(_, rest)| rest.starts_with("://"))?;
        let length = ["https", "http"].into_iter().find(|known| ends_without_case(scheme, known))?.len();
        at.checked_sub(length)
    })?;
    let start = from.checked_add(at)?;
    let rest = text.get(start..)?;
    let end = rest.find([' ', '<', '>', '"', '|', '\\']).unwrap_or(rest.len());
    let url = rest.get(..end)?.trim_end_matches(['.', ',', ';', ')', ']', '}', '\'', ':', '!']);
    (url.len() > 8).then_some(Url { text: url, start })
}

fn ends_without_case(text: &str, end: &str) -> bool {
    let at = text.len().checked_sub(end.len());
    at.and_then(|at| text.get(at..)).is_some_and(|found| found.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_end_before_what_closes_them() {
        let text = "see <http://x.co/srbounce>, HTTPS://example.org/a?b=c;d=e. (https://example.net/x) http:// ";
        let found: Vec<_> = urls(text, 0).iter().map(|url| (url.text, url.host())).collect();
        let expected = [
            ("http://x.co/srbounce", "x.co"),
            ("HTTPS://example.org/a?b=c;d=e", "example.org"),
            ("https://example.net/x", "example.net"),
        ];
        assert_eq!(found, expected);
    }
}
