//! Many words looked for at once.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

/// Words to look for in one pass.
pub(super) struct Words(Option<AhoCorasick>);

/// A word that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word {
    /// Its place in the list of words.
    pub(super) rank: usize,
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

impl Words {
    /// The words, in lower case. A table that cannot be built finds nothing; tests hold that each can.
    pub(super) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        // Some megabytes for the largest table, and several times the speed of the smaller kind.
        Self(AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(words).ok())
    }

    /// Whether any of them stands in the text.
    pub(super) fn any(&self, lower: &str) -> bool {
        self.0.as_ref().is_some_and(|automaton| automaton.is_match(lower))
    }

    /// Every word that stands in the text from `from` on, overlapping ones too, by where it ends.
    pub(super) fn all<'a>(&'a self, lower: &'a str, from: usize) -> impl Iterator<Item = Word> + 'a {
        let from = from.min(lower.len());
        let found =
            self.0.iter().flat_map(move |automaton| automaton.find_overlapping_iter(Input::new(lower).range(from..)));
        found.map(|found| Word { rank: found.pattern().as_usize(), start: found.start(), end: found.end() })
    }

    /// Whether the words could be made a table.
    #[cfg(test)]
    pub(super) const fn is_built(&self) -> bool {
        self.0.is_some()
    }
}
