//! What a reply is about, where no phrase of the tables stands in it: a word for the thing, and near it, in the same
//! sentence, a word for what is wrong with it. "PTR" beside "inconsistent" says the same in any order of words.

mod table;

use core::ops::Range;
use std::sync::LazyLock;

use self::table::{ADDRESS, Family, REASONS, RECIPIENT, REFUSALS};
use super::extract::{Url, addresses};
use super::reading::{Reading, window};
use super::sentence::boundary;
use super::words::Table;
use crate::bounce::cause::Cause;
use crate::span::Span;

/// Farthest that the two words stand apart, in octets.
const REACH: usize = 70;

/// Most words for things that are looked at in one reply.
const MOST: usize = 64;

/// Words that show that a reply is about the sender, whatever it says of users and mailboxes.
const SENDER: &[&str] = &[
    "sender",
    "mail from",
    "return path",
    "return-path",
    "return address",
    "from address",
    "absender",
    "purported",
    "callout",
    "callback",
];

/// A family that a reply belongs to: its cause, and the words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kin {
    pub(super) cause: Cause,
    pub(super) span: Span,
}

/// The things that a reply speaks of.
#[derive(Debug)]
pub(super) struct Things<'a> {
    reading: &'a Reading,
    all: Vec<Thing>,
}

impl<'a> Things<'a> {
    /// Looks for the words for things, outside `pages`, the URLs of the reply.
    pub(super) fn of(reading: &'a Reading, pages: &[Url<'_>]) -> Self {
        let is_outside = |at: usize| !pages.iter().any(|url| (url.start..url.end()).contains(&at));
        let words = reading.found.of_table(Table::Things, reading.start).filter_map(|word| {
            let span = Span::new(word.start, word.end);
            let is_meant =
                is_whole(&reading.lower, span) && is_outside(word.start) && !is_of_dialogue(&reading.lower, span);
            Some(Thing { families: ABOUT.families.get(word.rank).filter(|_| is_meant)?, span })
        });
        let hosts = addresses(&reading.text, reading.start)
            .filter(|(at, _)| is_outside(*at))
            .map(|(at, _)| Thing { families: &ABOUT.of_address, span: Span::new(at, at) });
        Self { reading, all: words.take(MOST).chain(hosts.take(8)).collect() }
    }

    /// What the reply says to be wrong.
    pub(super) fn reason(&self) -> Option<Kin> {
        self.find(0..REASONS.len())
    }

    /// Whom the reply refuses.
    pub(super) fn refusal(&self) -> Option<Kin> {
        self.find(REASONS.len()..usize::MAX)
    }

    /// The first family of those ranks that the reply belongs to.
    fn find(&self, ranks: Range<usize>) -> Option<Kin> {
        let reading = self.reading;
        let is_of_sender = SENDER.iter().any(|word| reading.said().contains(word));
        let is_of_recipient = ["recipient's domain", "recipient domain", "destination domain"]
            .iter()
            .any(|word| reading.said().contains(word));
        let is_meant = |family: &Family| match family.cause {
            Cause::UserUnknown | Cause::MailboxDisabled => !(is_of_sender && core::ptr::eq(family.about, RECIPIENT)),
            Cause::SenderDomain => !is_of_recipient,
            _ => true,
        };
        let families = families().filter(|(_, family)| is_meant(family));
        families.filter(|(rank, _)| ranks.contains(rank)).find_map(|(rank, family)| {
            let own = self.all.iter().filter(|thing| thing.families.contains(&rank));
            own.copied()
                .find_map(|thing| family.span(reading, thing.span))
                .map(|span| Kin { cause: family.cause, span })
        })
    }
}

fn families() -> impl Iterator<Item = (usize, &'static Family)> {
    REASONS.iter().chain(REFUSALS).enumerate()
}

/// A word for a thing in a reply, and the families that it is of.
#[derive(Clone, Copy, Debug)]
struct Thing {
    families: &'static [usize],
    span: Span,
}

/// The words for things, each once.
pub(super) fn words() -> Vec<&'static str> {
    ABOUT.words.clone()
}

/// The words for things, and which families each is of.
struct About {
    words: Vec<&'static str>,
    families: Vec<Vec<usize>>,
    /// Those of a host's address.
    of_address: Vec<usize>,
}

static ABOUT: LazyLock<About> = LazyLock::new(|| {
    let of = |word: &str| -> Vec<usize> {
        families().filter(|(_, family)| family.about.contains(&word)).map(|(rank, _)| rank).collect()
    };
    let mut words: Vec<&'static str> = Vec::new();
    for word in families().flat_map(|(_, family)| family.about).filter(|word| **word != ADDRESS) {
        if !words.contains(word) {
            words.push(word);
        }
    }
    About { families: words.iter().map(|word| of(word)).collect(), of_address: of(ADDRESS), words }
});

/// Whether a word stands alone, and not inside the name of a host.
fn is_whole(lower: &str, span: Span) -> bool {
    let bytes = lower.as_bytes();
    let before = span.start.checked_sub(1).and_then(|at| bytes.get(at));
    let mut rest = bytes.get(span.end..).unwrap_or_default().iter();
    let (next, then) = (rest.next(), rest.next());
    let is_glued = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b".-_@/=~".contains(byte));
    let goes_on = next.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_@".contains(byte))
        || (next.is_some_and(|byte| b".-".contains(byte)) && then.is_some_and(u8::is_ascii_alphanumeric));
    !is_glued && !goes_on
}

/// Whether a word only tells at which command the reply came: "in reply to EHLO command".
fn is_of_dialogue(lower: &str, span: Span) -> bool {
    let before = lower.get(..span.start).unwrap_or_default();
    ["reply to ", "after ", "sending ", "performing the ", "send "].iter().any(|lead| before.ends_with(lead))
}

impl Family {
    /// From the thing to what is wrong with it, if it stands near.
    fn span(&self, reading: &Reading, thing: Span) -> Option<Span> {
        if self.wrong.is_empty() {
            return Some(thing);
        }
        let lower = &reading.lower;
        let next = clause(window(lower, thing.end, REACH));
        if let Some((start, end)) = self.wrong.iter().filter_map(|word| found(next, word)).min() {
            // "[192.0.2.1] Message rejected": the address is told, not refused.
            let is_other = self.cause == Cause::IpBlockedPrivate && next.get(..start)?.contains("message");
            return (!is_other).then_some(Span::new(thing.start, thing.end.checked_add(end)?));
        }
        if !self.either {
            return None;
        }
        let from = boundary(lower, thing.start.saturating_sub(REACH).max(reading.words.min(thing.start)));
        let before = lower.get(from..thing.start)?;
        let begin = before.rfind(". ").or_else(|| before.rfind("; ")).map_or(0, |at| at.saturating_add(2));
        let (start, _) = self.wrong.iter().filter_map(|word| found(before.get(begin..)?, word)).max()?;
        let start = from.checked_add(begin)?.checked_add(start)?;
        Some(Span::new(start, thing.end))
    }
}

/// As far as the sentence goes.
fn clause(text: &str) -> &str {
    let end = [". ", "; ", "? ", "! "].iter().filter_map(|end| text.find(end)).min();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Where a word that begins with `word` stands in `text`.
fn found(text: &str, word: &str) -> Option<(usize, usize)> {
    text.match_indices(word).find_map(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let is_start = before.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if is_start { Some((at, at.checked_add(word.len())?)) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounce::cause::Cause::*;
    use crate::bounce::classify::extract::urls;

    fn cause(text: &str) -> Option<Cause> {
        let reading = Reading::of(text);
        let things = Things::of(&reading, &urls(&reading.text, reading.start));
        things.reason().or_else(|| things.refusal()).map(|kin| kin.cause)
    }

    #[test]
    fn words_are_lower_case() {
        for word in families().flat_map(|(_, family)| family.about.iter().chain(family.wrong)) {
            assert_eq!(&word.to_ascii_lowercase(), word);
        }
    }

    #[test]
    fn the_order_of_words_does_not_matter() {
        for text in ["550 PTR of your host is inconsistent", "550 inconsistent PTR", "550 Forged PTR found"] {
            assert_eq!(cause(text), Some(PtrMismatch), "{text}");
        }
        assert_eq!(cause("451 problem with the PTR of your server"), Some(PtrMissing));
    }

    #[test]
    fn names_of_hosts_and_commands_of_the_dialogue_are_not_meant() {
        for text in [
            "550 spf.example.org is down",
            "550 relay-1.example.org refused",
            "550 see https://example.org/spf",
            "550 Access denied (in reply to EHLO command)",
            "550 no",
        ] {
            assert_eq!(cause(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_stands_in_the_same_sentence() {
        assert_eq!(cause("550 Your IP was seen. Nothing is blocked"), None);
        assert_eq!(cause("550 198.51.100.7 is not allowed"), Some(IpBlockedPrivate));
    }
}
