//! Foreign text made fit to be shown: bounded, with nothing that could act on a terminal.

use crate::dns::Text;
use crate::escaped::push_seen;

/// Most characters of a list's own words that are kept.
const MAX_REASON: usize = 500;

/// The texts of a list's TXT answer as one line (RFC 5782 §2.1); `None` if they say nothing.
///
/// Control and invisible characters are escaped. Text over 500 characters is cut between words,
/// so that a URL is kept whole or not at all.
pub(super) fn from_texts<'a>(texts: impl Iterator<Item = &'a Text>) -> Option<String> {
    let mut reason = Line::default();
    for text in texts {
        if reason.is_full() {
            break;
        }
        // No character takes more than four octets: what lies beyond would be cut anyway.
        let octets = text.bytes().get(..MAX_REASON * 4).unwrap_or(text.bytes());
        let words = String::from_utf8_lossy(octets);
        let words = words.trim();
        if !words.is_empty() {
            reason.push_all(if reason.shown.is_empty() { "" } else { "; " });
            reason.push_all(words);
        }
    }
    reason.finish()
}

/// One foreign word or sentence made fit to be shown.
pub(super) fn shown(text: &str) -> String {
    let mut line = Line::default();
    line.push_all(text);
    line.finish().unwrap_or_default()
}

#[derive(Default)]
struct Line {
    shown: String,
    characters: usize,
}

impl Line {
    fn is_full(&self) -> bool {
        self.characters > MAX_REASON
    }

    fn push_all(&mut self, text: &str) {
        for character in text.chars() {
            if self.is_full() {
                return;
            }
            push_seen(&mut self.shown, character);
            self.characters += 1;
        }
    }

    fn finish(mut self) -> Option<String> {
        if self.is_full() {
            let end = self.shown.char_indices().next_back().map_or(0, |(at, _)| at);
            self.shown.truncate(self.shown.rfind(' ').unwrap_or(end));
            self.shown.push('…');
        }
        (!self.shown.is_empty()).then_some(self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(texts: &[&str]) -> Option<String> {
        let texts: Vec<Text> = texts.iter().map(|text| Text::from(*text)).collect();
        from_texts(texts.iter())
    }

    #[test]
    fn control_and_bidi_characters_are_escaped() {
        assert_eq!(reason(&["a\u{1b}[2J\nb\u{202e}c"]).unwrap(), "a\\u{1b}[2J\\u{a}b\\u{202e}c");
    }

    #[test]
    fn long_text_is_cut_between_words() {
        let long = format!("see https://list.example/why?ip=192.0.2.7 {}", "x".repeat(600));
        assert_eq!(reason(&[&long]).unwrap(), "see https://list.example/why?ip=192.0.2.7…");
        let one_word = reason(&[&"é".repeat(70_000)]).unwrap();
        assert_eq!(one_word.chars().count(), MAX_REASON + 1);
    }

    #[test]
    fn several_texts_are_one_line_and_none_is_none() {
        assert_eq!(reason(&["one", " ", "two"]).unwrap(), "one; two");
        assert_eq!(reason(&["", "  "]), None);
        assert_eq!(reason(&[]), None);
    }
}
