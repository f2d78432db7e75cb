//! Words looked for in replies: those of every table, in one pass.

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
        Self(VOCABULARY.find(lower).collect())
    }

    /// The words of a table that begin at `from` or behind it, overlapping ones too, by where they end.
    pub(super) fn of_table(&self, table: Table, from: usize) -> impl Iterator<Item = Word> + '_ {
        self.0.iter().filter(move |(of, word)| *of == table && word.start >= from).map(|(_, word)| *word)
    }
}

/// The words of every table.
struct Vocabulary {
    /// A table that cannot be built finds nothing; a test holds that it can.
    automaton: Option<AhoCorasick>,
    /// For each word, the table and the place in it.
    places: Vec<(Table, usize)>,
}

impl Vocabulary {
    fn all() -> Self {
        let words = Table::ALL.map(Table::words);
        let places =
            Table::ALL.iter().zip(&words).flat_map(|(table, words)| (0..words.len()).map(|rank| (*table, rank)));
        // Some megabytes, and several times the speed of the smaller kind.
        let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(words.iter().flatten());
        Self { automaton: automaton.ok(), places: places.collect() }
    }

    fn find<'a>(&'a self, lower: &'a str) -> impl Iterator<Item = (Table, Word)> + 'a {
        self.automaton.iter().flat_map(move |automaton| automaton.find_overlapping_iter(lower)).filter_map(|found| {
            let (table, rank) = *self.places.get(found.pattern().as_usize())?;
            Some((table, Word { rank, start: found.start(), end: found.end() }))
        })
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
