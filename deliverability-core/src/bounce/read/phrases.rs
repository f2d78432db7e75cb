//! Words looked for in any letter case, many in one pass.

use aho_corasick::packed::Searcher;
use aho_corasick::{AhoCorasick, Input, Match, MatchKind, Span};

/// A set of phrases; the earliest in the text is found, of several there the first of the list.
#[derive(Debug)]
pub(super) enum Phrases {
    /// For processors that compare many octets at a time.
    Packed(Searcher),
    /// For all others; an automaton of a fixed short list always can be built.
    Single(Option<AhoCorasick>),
}

impl Phrases {
    /// Prepares the phrases.
    pub(super) fn new(phrases: &[&str]) -> Self {
        let phrases: Vec<_> = phrases.iter().map(|phrase| phrase.to_ascii_lowercase()).collect();
        let single = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&phrases);
        Searcher::new(&phrases).map_or_else(|| Self::Single(single().ok()), Self::Packed)
    }

    /// Where the first one begins and ends.
    pub(super) fn find(&self, text: &str) -> Option<(usize, usize)> {
        self.find_all(text).next()
    }

    /// Where they begin and end.
    pub(super) fn find_all(&self, text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
        let lower = text.to_ascii_lowercase();
        let mut from = 0;
        core::iter::from_fn(move || {
            let found = self.next(&lower, from)?;
            from = found.end();
            Some((found.start(), found.end()))
        })
    }

    /// Whether there is any.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.find(text).is_some()
    }

    fn next(&self, lower: &str, from: usize) -> Option<Match> {
        let rest = Span::from(from..lower.len());
        match self {
            Self::Packed(searcher) => searcher.find_in(lower, rest),
            Self::Single(automaton) => automaton.as_ref()?.find(Input::new(lower).span(rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_find_the_same() {
        let phrases = ["original message", "Message Follows", "message", ">:"];
        let packed = Phrases::new(&phrases);
        let lower = phrases.map(str::to_ascii_lowercase);
        let single = Phrases::Single(AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&lower).ok());
        for text in ["", ">:", "The ORIGINAL message follows: <a@example.org>: messages", "the message FOLLOWS message"]
        {
            let found: Vec<_> = packed.find_all(text).collect();
            assert_eq!(found, single.find_all(text).collect::<Vec<_>>(), "{text}");
            assert_eq!(packed.find(text), found.first().copied(), "{text}");
        }
        assert_eq!(packed.find("a Message Follows"), Some((2, 17)));
    }
}
