//! The values of tags.

use super::super::distance::nearest;
use super::super::reading::Reading;
use super::super::record::{FailureOptions, Policy};
use super::super::tags::TagName;
use super::{Linter, replacement};
use crate::escaped::Escaped;
use crate::problem::{Edit, Severity};
use crate::tag_list::Tag;

impl Linter<'_> {
    pub(super) fn value(&mut self, name: TagName, tag: Tag) {
        match name {
            TagName::P | TagName::Sp | TagName::Np => self.policy(name, tag),
            TagName::Adkim | TagName::Aspf => {
                self.letter(name, tag, &[("r", "r"), ("s", "s"), ("relaxed", "r"), ("strict", "s")]);
            }
            TagName::Psd => self.letter(name, tag, &[("y", "y"), ("n", "n"), ("u", "u"), ("yes", "y"), ("no", "n")]),
            TagName::T => self.letter(name, tag, &[("y", "y"), ("n", "n"), ("yes", "y"), ("no", "n")]),
            TagName::Fo => self.failure_options(tag),
            TagName::Rua | TagName::Ruf => self.uris(name, tag),
            TagName::Pct => self.percentage(tag),
            TagName::V | TagName::Rf | TagName::Ri => {}
        }
    }

    fn policy(&mut self, name: TagName, tag: Tag) {
        let value = tag.value.of(&self.work);
        if Policy::of(value).is_some() {
            return;
        }
        let words: Vec<&str> = Policy::ALL.iter().map(|policy| policy.as_str()).collect();
        let first = value.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let meant = Policy::of(first).map(Policy::as_str).or_else(|| nearest(value, &words));
        let message = format!("{name}=\"{}\" is no policy; write none, quarantine or reject", Escaped(value));
        let edit = meant.and_then(|meant| replacement(tag.value, meant));
        self.report(Severity::Error, tag.value, message, edit);
    }

    /// A value of one letter; words that say the same are mended.
    fn letter(&mut self, name: TagName, tag: Tag, words: &[(&str, &str)]) {
        let value = tag.value.of(&self.work);
        let found = words.iter().find(|(word, _)| value.eq_ignore_ascii_case(word.as_bytes()));
        if found.is_some_and(|(word, letter)| word == letter) {
            return;
        }
        let letters: Vec<&str> = words.iter().filter(|(word, letter)| word == letter).map(|(word, _)| *word).collect();
        let choice = letters.join(" or ");
        let message = format!("{name}=\"{}\" is ignored; write {choice}", Escaped(value));
        let edit = found.and_then(|(_, letter)| replacement(tag.value, *letter));
        self.report(Severity::Error, tag.value, message, edit);
    }

    fn failure_options(&mut self, tag: Tag) {
        let value = tag.value.of(&self.work);
        if FailureOptions::of(value).is_some() {
            return;
        }
        // RFC 7489 §6.4 has a list of any of the four, with white space; RFC 9989 §4.7 lets 0 and 1 exclude each other.
        let both = [&b"0"[..], b"1"].iter().all(|option| value.split(|byte| *byte == b':').any(|word| word == *option));
        let message = if both {
            format!(
                "fo=\"{}\" is ignored: 0 and 1 exclude each other (RFC 9989 §4.7); write one of them",
                Escaped(value)
            )
        } else {
            format!("fo=\"{}\" is ignored; write 0 or 1, d and s, with colons between", Escaped(value))
        };
        let edit = mended_options(value).map(|replacement| Edit { span: tag.value, replacement });
        self.report(Severity::Error, tag.value, message, edit);
    }

    fn percentage(&mut self, tag: Tag) {
        let value = tag.value.of(&self.work);
        let alone = [b"v=DMARC1; pct=", value].concat();
        if Reading::of(&alone).is_ok_and(|reading| !reading.faults().is_empty()) {
            let message = format!("pct=\"{}\" is no number from 0 to 100", Escaped(value));
            let edit = self.without_tag(tag);
            self.report(Severity::Error, tag.value, message, edit);
        }
    }
}

/// Other separators made colons, repetitions dropped; `1` asks for all that `0` does.
fn mended_options(value: &[u8]) -> Option<String> {
    let mut letters: Vec<char> = Vec::new();
    for byte in value {
        let letter = char::from(byte.to_ascii_lowercase());
        match letter {
            '0' | '1' | 'd' | 's' if letters.contains(&letter) => {}
            '0' | '1' | 'd' | 's' => letters.push(letter),
            ':' | ',' | ' ' | '/' | '|' => {}
            _ => return None,
        }
    }
    if letters.contains(&'1') {
        letters.retain(|letter| *letter != '0');
    }
    let words: Vec<String> = letters.iter().map(char::to_string).collect();
    (!words.is_empty()).then(|| words.join(":"))
}
