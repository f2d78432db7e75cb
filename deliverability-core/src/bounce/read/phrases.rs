//! Words looked for in any letter case, many in one pass.

use aho_corasick::{AhoCorasick, MatchKind};

/// A set of phrases; the earliest in the text is found, of several there the first of the list.
#[derive(Debug)]
pub(super) struct Phrases(Option<AhoCorasick>);

impl Phrases {
    /// Prepares the phrases. An automaton of a fixed short list always can be built.
    pub(super) fn new(phrases: &[&str]) -> Self {
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst);
        Self(builder.build(phrases).ok())
    }

    /// Where the first one begins and ends.
    pub(super) fn find(&self, text: &str) -> Option<(usize, usize)> {
        self.find_all(text).next()
    }

    /// Where they begin and end.
    pub(super) fn find_all<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        let found = self.0.iter().flat_map(move |automaton| automaton.find_iter(text));
        found.map(|found| (found.start(), found.end()))
    }

    /// Whether there is any.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.find(text).is_some()
    }
}
