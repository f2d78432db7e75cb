//! Words looked for in replies: those of every table, in one pass.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{blocklist, callout, extract, families, rule};
use crate::receivers::Receiver;

/// A table of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// The first parts of the phrases.
    Phrases,
    /// Words of failed verifications.
    Callouts,
    /// Names of lists.
    Lists,
    /// Words before the zone of a list.
    Leads,
    /// Marks of receivers.
    Receivers,
    /// Checks whose results a reply may state.
    Checks,
    /// Things that a reply may speak of.
    Things,
}

impl Table {
    const ALL: [Self; 7] =
        [Self::Phrases, Self::Callouts, Self::Lists, Self::Leads, Self::Receivers, Self::Checks, Self::Things];

    /// Its words, in lower case.
    fn words(self) -> Vec<&'static str> {
        match self {
            Self::Phrases => rule::firsts(),
            Self::Callouts => callout::signs(),
            Self::Lists => blocklist::marks(),
            Self::Leads => blocklist::LEADS.to_vec(),
            Self::Receivers => Receiver::marks().collect(),
            Self::Checks => extract::CHECKS.to_vec(),
            Self::Things => families::words(),
        }
    }
}

/// A word that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word {
    /// Its place in its table.
    pub(super) rank: usize,
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// The words of a text.
#[derive(Debug)]
pub(super) struct Words(Vec<(Table, Word)>);

impl Words {
    /// Finds every word of every table in a text in lower case.
    pub(super) fn of(lower: &str) -> Self {
        static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::all);
        Self(VOCABULARY.find(lower))
    }

    /// The words of a table that begin at `from` or behind it, overlapping ones too; those of one word by where they stand.
    pub(super) fn of_table(&self, table: Table, from: usize) -> impl Iterator<Item = Word> + '_ {
        self.0.iter().filter(move |(of, word)| *of == table && word.start >= from).map(|(_, word)| *word)
    }
}

/// Octets of a word that the automaton knows; the others are compared. Of whole words it has twelve megabytes, and each
/// step waits for memory; of their beginnings it has one, which stays at hand.
const BEGINNING: usize = 4;

/// The words of every table.
struct Vocabulary {
    /// Finds how words begin. One that cannot be built finds nothing; a test holds that it can.
    beginnings: Option<AhoCorasick>,
    /// For each beginning, the words: of which table, which place in it.
    words: Vec<Vec<(Table, usize, &'static str)>>,
}

impl Vocabulary {
    fn all() -> Self {
        let mut words: BTreeMap<&[u8], Vec<_>> = BTreeMap::new();
        for table in Table::ALL {
            for (rank, word) in table.words().into_iter().enumerate() {
                let beginning = word.as_bytes().get(..BEGINNING).unwrap_or(word.as_bytes());
                words.entry(beginning).or_default().push((table, rank, word));
            }
        }
        let beginnings = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(words.keys());
        Self { beginnings: beginnings.ok(), words: words.into_values().collect() }
    }

    fn find(&self, lower: &str) -> Vec<(Table, Word)> {
        let mut seen = Vec::new();
        for found in self.beginnings.iter().flat_map(|beginnings| beginnings.find_overlapping_iter(lower)) {
            let (start, rest) = (found.start(), lower.as_bytes().get(found.start()..).unwrap_or_default());
            for (table, rank, word) in self.words.get(found.pattern().as_usize()).into_iter().flatten() {
                if rest.starts_with(word.as_bytes()) {
                    seen.push((*table, Word { rank: *rank, start, end: start.saturating_add(word.len()) }));
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_in_lower_case() {
        for table in Table::ALL {
            for (rank, word) in table.words().into_iter().enumerate() {
                assert_eq!(word.to_lowercase(), word);
                assert!(
                    Words::of(word).of_table(table, 0).any(|found| found.rank == rank && found.start == 0),
                    "{word}"
                );
            }
        }
    }
}
