//! Phrases, and what they mean: data, found in one pass.

use std::collections::HashMap;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::reading::window;
use super::receivers::DIALECTS;
use super::topics::{POLICY, TOPICS, WEAK};
use super::words::{Table, Words};
use crate::bounce::cause::Cause;
use crate::receivers::Receiver;
use crate::span::Span;

/// Phrases from one source.
#[derive(Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "where they are from is for who reads and mends the tables"))]
pub(super) struct Phrases {
    /// Whose texts they are, and where such are said: a program, a published page, returned mail.
    pub(super) source: &'static str,
    /// The day that they were compared with the texts as published, with which, and what was not among them. `None`:
    /// written down from general knowledge of such replies and from returned mail, and compared with no page.
    pub(super) compared: Option<&'static str>,
    /// The words in lower case, and what they mean; the first that is found decides. `*` stands for any words.
    pub(super) says: &'static [(&'static str, Cause)],
}

/// A phrase that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// What it means.
    pub(super) cause: Cause,
    /// Its place in the order: the lower decides.
    pub(super) rank: usize,
    /// From its first word to its last.
    pub(super) span: Span,
}

/// What was found of a text: one answer for each question that the order asks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Matches {
    /// The receiver's own phrase.
    pub(super) own: Option<Found>,
    /// A phrase that anybody may use.
    pub(super) common: Option<Found>,
    /// That a policy without a name refuses it.
    pub(super) policy: Option<Found>,
    /// A phrase of refusal without a reason.
    pub(super) weak: Option<Found>,
    /// That the sender gave up; what lies behind it is in the others.
    pub(super) expired: Option<Found>,
}

/// Finds the phrases of `receiver` and those of all in a text in lower case: in the reply, which begins at `start`, and
/// if it says nothing, in what stands before it too.
pub(super) fn matches(lower: &str, words: &Words, start: usize, receiver: Option<Receiver>) -> Matches {
    let whole = RULES.search(lower, words, 0, receiver);
    let is_before = |found: Option<Found>| found.is_some_and(|found| found.span.start < start);
    if start == 0 || ![whole.own, whole.common, whole.policy, whole.weak].into_iter().any(is_before) {
        return whole;
    }
    let reply = RULES.search(lower, words, start, receiver);
    match (reply.own, reply.common, reply.policy, reply.weak) {
        (None, None, None, None) => whole,
        _ => Matches { expired: whole.expired, ..reply },
    }
}

/// The first parts of the phrases.
pub(super) fn firsts() -> Vec<&'static str> {
    RULES.firsts.clone()
}

static RULES: LazyLock<Rules> = LazyLock::new(Rules::all);

/// Farthest that two parts of a phrase stand apart, in octets.
const REACH: usize = 250;

/// A phrase, taken apart at its stars.
struct Rule {
    first: &'static str,
    rest: Vec<Finder<'static>>,
    cause: Cause,
    /// Whose it is; of all, if of nobody.
    of: &'static [Receiver],
    tier: Tier,
}

/// How much a phrase says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tier {
    /// What is wrong.
    Reason,
    /// That it is a matter of policy.
    Policy,
    /// That mail is refused.
    Refusal,
}

impl Rule {
    /// The span of the phrase whose first part was found at `start`, if the other parts follow.
    fn span(&self, lower: &str, start: usize) -> Option<Span> {
        let before = start.checked_sub(1).and_then(|at| lower.as_bytes().get(at));
        let is_inside = before.is_some_and(u8::is_ascii_alphanumeric)
            && self.first.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let mut end = start.checked_add(self.first.len())?;
        for part in &self.rest {
            let at = part.find(window(lower, end, REACH).as_bytes())?;
            end = end.checked_add(at)?.checked_add(part.needle().len())?;
        }
        (!is_inside).then_some(Span::new(start, end))
    }
}

struct Rules {
    ranked: Vec<Rule>,
    /// The first parts, each once.
    firsts: Vec<&'static str>,
    /// For each first part, the rules that begin with it.
    by_first: Vec<Vec<usize>>,
}

impl Rules {
    fn all() -> Self {
        let own = DIALECTS.iter().flat_map(|dialect| dialect.phrases.iter().map(|phrases| (phrases, dialect.of)));
        let own = own.flat_map(|(phrases, of)| rules_of(phrases, of, Tier::Reason));
        let of_all = |topics: &'static [&'static [Phrases]], tier| {
            topics.iter().copied().flatten().flat_map(move |phrases| rules_of(phrases, &[], tier))
        };
        let rules: Vec<Rule> = own
            .chain(of_all(TOPICS, Tier::Reason))
            .chain(of_all(POLICY, Tier::Policy))
            .chain(of_all(WEAK, Tier::Refusal))
            .collect();
        let mut firsts: Vec<&'static str> = Vec::new();
        let mut by_first: Vec<Vec<usize>> = Vec::new();
        let mut places: HashMap<&'static str, usize> = HashMap::new();
        for (rank, rule) in rules.iter().enumerate() {
            let place = *places.entry(rule.first).or_insert_with(|| {
                firsts.push(rule.first);
                by_first.push(Vec::new());
                firsts.len().saturating_sub(1)
            });
            if let Some(ranks) = by_first.get_mut(place) {
                ranks.push(rank);
            }
        }
        Self { ranked: rules, firsts, by_first }
    }

    fn search(&self, lower: &str, words: &Words, from: usize, receiver: Option<Receiver>) -> Matches {
        let mut matches = Matches::default();
        for found in words.of_table(Table::Phrases, from) {
            for rank in self.by_first.get(found.rank).into_iter().flatten().copied() {
                let Some(rule) = self.ranked.get(rank) else { continue };
                let place = match (rule.of, rule.cause) {
                    ([], Cause::Expired) => &mut matches.expired,
                    ([], _) if rule.tier == Tier::Policy => &mut matches.policy,
                    ([], _) if rule.tier == Tier::Refusal => &mut matches.weak,
                    ([], _) => &mut matches.common,
                    (of, _) if receiver.is_some_and(|receiver| of.contains(&receiver)) => &mut matches.own,
                    _ => continue,
                };
                if place.is_some_and(|best| best.rank <= rank) {
                    continue;
                }
                if let Some(span) = rule.span(lower, found.start) {
                    *place = Some(Found { cause: rule.cause, rank, span });
                }
            }
        }
        matches
    }
}

fn rules_of(phrases: &'static Phrases, of: &'static [Receiver], tier: Tier) -> impl Iterator<Item = Rule> {
    phrases.says.iter().filter_map(move |(phrase, cause)| {
        let mut parts = phrase.split('*');
        Some(Rule { first: parts.next()?, rest: parts.map(Finder::new).collect(), cause: *cause, of, tier })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_can_be_found_and_has_its_source() {
        let rules = Rules::all();
        assert!(rules.ranked.len() > 500, "{}", rules.ranked.len());
        let own = DIALECTS.iter().flat_map(|dialect| dialect.phrases);
        for phrases in own.chain(TOPICS.iter().chain(POLICY).chain(WEAK).copied().flatten()) {
            let is_told =
                phrases.compared.is_none_or(|with| with.starts_with("20") && with.len() > "2026-01-01: ".len());
            assert!(phrases.source.len() > 3 && is_told, "{phrases:?}");
            for (phrase, _) in phrases.says {
                assert!(phrase.split('*').all(|part| part.len() > 1), "{phrase}");
                assert_eq!(&phrase.to_ascii_lowercase(), phrase);
            }
        }
    }

    #[test]
    fn no_phrase_stands_twice_for_the_same_readers() {
        let mut seen = std::collections::HashSet::new();
        for rule in Rules::all().ranked {
            let rest: Vec<_> = rule.rest.iter().map(|part| part.needle().to_vec()).collect();
            assert!(seen.insert((rule.first, rest, rule.of)), "{}", rule.first);
        }
    }

    #[test]
    fn a_phrase_begins_at_a_word() {
        let common = |text| matches(text, &Words::of(text), 0, None).common;
        assert!(common("the superuser unknown to all").is_none());
        assert_eq!(common("550 user unknown").map(|found| found.cause), Some(Cause::UserUnknown));
    }
}
