//! What a text says, whatever white space, quotes, dashes and invisible characters it came with.

use core::ops::Range;

use crate::span::Span;

/// A piece of text between what separates terms or seems to.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    /// What it says; visible ASCII, and letters of other scripts.
    pub(super) text: String,
    /// Where the character of each byte of `text` comes from.
    from: Vec<Span>,
    /// Characters inside that are not what the grammar allows.
    pub(super) oddities: Vec<Oddity>,
}

/// A character that reads as another one, or as nothing.
#[derive(Clone, Debug)]
pub(super) struct Oddity {
    pub(super) span: Span,
    /// What it reads as; `None` for nothing.
    pub(super) reads: Option<char>,
}

impl Word {
    /// Where a part of the text stands in the record.
    pub(super) fn span(&self, part: Range<usize>) -> Span {
        let from = self.from.get(part).unwrap_or_default();
        let (first, last) = (from.first().copied().unwrap_or_default(), from.last().copied().unwrap_or_default());
        Span::new(first.start, last.end)
    }

    /// Where the word stands in the record.
    pub(super) fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The place in the text of a byte of the record.
    pub(super) fn position(&self, byte: usize) -> usize {
        self.from.partition_point(|from| from.start < byte)
    }

    /// The word without its first `length` bytes.
    pub(super) fn without_head(&self, length: usize) -> Self {
        Self {
            text: self.text.get(length..).unwrap_or_default().to_owned(),
            from: self.from.get(length..).unwrap_or_default().to_vec(),
            oddities: self.oddities.clone(),
        }
    }

    /// The two words as one, without what stands between them.
    pub(super) fn joined(&self, next: &Self) -> Self {
        Self {
            text: format!("{}{}", self.text, next.text),
            from: [self.from.as_slice(), &next.from].concat(),
            oddities: [self.oddities.as_slice(), &next.oddities].concat(),
        }
    }

    fn push(&mut self, character: char, span: Span) {
        self.text.push(character);
        self.from.resize(self.text.len(), span);
    }
}

/// The words of a record.
pub(super) fn words(record: &[u8]) -> Vec<Word> {
    let (mut words, mut word, mut pending) = (Vec::new(), Word::default(), Vec::new());
    let mut at = 0;
    while let Some(rest) = record.get(at..).filter(|rest| !rest.is_empty()) {
        let (reading, length) = read(rest);
        let span = Span::new(at, at.saturating_add(length.max(1)));
        at = span.end;
        match reading {
            Reading::Space if word.text.is_empty() => pending.clear(),
            Reading::Space => {
                pending.clear();
                words.push(core::mem::take(&mut word));
            }
            Reading::Nothing => pending.push(Oddity { span, reads: None }),
            Reading::Plain(character) | Reading::As(character) => {
                // Invisible characters in front of a word belong to the gap before it.
                let inside = core::mem::take(&mut pending);
                word.oddities.extend(inside.into_iter().filter(|_| !word.text.is_empty()));
                if matches!(reading, Reading::As(_)) {
                    word.oddities.push(Oddity { span, reads: Some(character) });
                }
                word.push(character, span);
            }
        }
    }
    words.extend((!word.text.is_empty()).then_some(word));
    words
}

/// How the start of a text reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// As it stands.
    Plain(char),
    /// As another character.
    As(char),
    /// As white space.
    Space,
    /// Not at all.
    Nothing,
}

/// The reading of the first character or escape, and its length in bytes.
fn read(rest: &[u8]) -> (Reading, usize) {
    match rest {
        [b'\\', ..] => escape(rest),
        [b'&', ..] if rest.starts_with(b"&nbsp;") => (Reading::Space, 6),
        [b'<', ..] => (Reading::Nothing, markup(rest)),
        [b' ' | b'"' | b'\'' | b'`' | 0x09..=0x0d, ..] => (Reading::Space, 1),
        [byte @ 0x21..=0x7e, ..] => (Reading::Plain(char::from(*byte)), 1),
        [byte, ..] if byte.is_ascii() => (Reading::Nothing, 1),
        _ => mangled(rest).unwrap_or_else(|| foreign(rest)),
    }
}

/// What a zone file's or a programmer's escape stands for.
fn escape(rest: &[u8]) -> (Reading, usize) {
    match rest {
        [_, a, b, c, ..] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => (Reading::Space, 4),
        [_, b'n' | b'r' | b't' | b'"', ..] => (Reading::Space, 2),
        _ => (Reading::Nothing, 1),
    }
}

/// The length of a tag or of an address in angle brackets; 1 where nothing closes it.
fn markup(rest: &[u8]) -> usize {
    const LONGEST: usize = 200;
    let close = rest.iter().take(LONGEST).position(|byte| *byte == b'>');
    close.map_or(1, |close| close.saturating_add(1))
}

/// UTF-8 that was taken for Latin-1 or Windows-1252 and encoded once more.
fn mangled(rest: &[u8]) -> Option<(Reading, usize)> {
    match rest {
        [0xc3, 0xa2, 0xc2, 0x80, 0xc2, last @ 0x80..=0xbf, ..] => {
            let character = char::from_u32(0x2000 | u32::from(last & 0x3f))?;
            Some((character_reading(character), 6))
        }
        [0xc3, 0xa2, 0xe2, 0x82, 0xac, 0xe2, 0x80, 0x9c | 0x9d, ..] => Some((Reading::As('-'), 8)),
        [0xc3, 0x82, 0xc2, 0xa0, ..] => Some((Reading::Space, 4)),
        _ => None,
    }
}

fn foreign(rest: &[u8]) -> (Reading, usize) {
    let head = rest.get(..4).unwrap_or(rest);
    let first = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    match (first, rest.first()) {
        (Some(character), _) => (character_reading(character), character.len_utf8()),
        // Latin-1 and Windows-1252.
        (None, Some(0xa0 | 0x91..=0x94)) => (Reading::Space, 1),
        (None, Some(0x96 | 0x97)) => (Reading::As('-'), 1),
        _ => (Reading::Nothing, 1),
    }
}

/// How a character outside ASCII reads.
fn character_reading(character: char) -> Reading {
    match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Reading::As('-'),
        '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{b4}' => Reading::Space,
        // Full-width forms of visible ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            let ascii = u32::from(character).saturating_sub(0xfee0);
            char::from_u32(ascii).map_or(Reading::Nothing, Reading::As)
        }
        _ if character.is_whitespace() => Reading::Space,
        _ if character.is_control() || is_invisible(character) => Reading::Nothing,
        _ => Reading::Plain(character),
    }
}

/// Marks that show nothing, and what stands for a character that was lost.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffd}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(record: &[u8]) -> Vec<String> {
        words(record).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn what_looks_like_a_space_is_one() {
        let record = "v=spf1\ta\u{a0}b\r\nc&nbsp;d\\\"e\"f\\032g\u{200b} \u{200e}h";
        assert_eq!(texts(record.as_bytes()), ["v=spf1", "a", "b", "c", "d", "e", "f", "g", "h"]);
        assert_eq!(texts(b"a\xa0b"), ["a", "b"]);
        assert_eq!(texts(b"  "), [""; 0]);
    }

    #[test]
    fn dashes_and_mangled_text_are_read_as_meant() {
        assert_eq!(texts("\u{2013}all \u{ff0d}all".as_bytes()), ["-all", "-all"]);
        assert_eq!(texts("â\u{80}\u{93}all x.130â\u{80}\u{8e} â€“all".as_bytes()), ["-all", "x.130", "-all"]);
        assert_eq!(texts(b"_<http://a.test/>spf.a.test \\;x"), ["_spf.a.test", ";x"]);
    }

    #[test]
    fn words_know_where_they_come_from() {
        let record = "v=spf1 m\u{200b}x";
        let word = words(record.as_bytes()).remove(1);
        assert_eq!((word.text.as_str(), word.whole()), ("mx", Span::new(7, 12)));
        assert_eq!(word.span(1..2), Span::new(11, 12));
        assert_eq!(word.oddities.len(), 1);
    }
}
