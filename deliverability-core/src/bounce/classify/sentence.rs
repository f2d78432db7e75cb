//! The sentence around the words that decide.

use crate::span::Span;

/// Farthest that a sentence goes on beyond the words, in octets.
const REACH: usize = 300;

/// The sentence that holds `span`, from `from` on.
pub(super) fn around(text: &str, span: Span, from: usize) -> Span {
    let first = span.start.saturating_sub(REACH).max(from.min(span.start));
    let before = text.get(boundary(text, first)..span.start).unwrap_or_default();
    let start = ends(before)
        .last()
        .map_or_else(|| boundary(text, first), |at| span.start.saturating_sub(before.len()).saturating_add(at));
    let last = boundary(text, span.end.saturating_add(REACH).min(text.len()));
    let after = text.get(span.end..last).unwrap_or_default();
    let end = ends(after).next().map_or(last, |at| span.end.saturating_add(at));
    let found = text.get(start..end).unwrap_or_default();
    let front = found.len().saturating_sub(found.trim_start_matches([' ', '-', ';']).len());
    let back = found.trim_end_matches([' ', ';', '-']).len();
    Span::new(start.saturating_add(front), start.saturating_add(back.max(front)))
}

/// Where sentences end: after a full stop, a semicolon or a question mark before a space.
fn ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.as_bytes()
        .windows(2)
        .enumerate()
        .filter_map(|(at, pair)| matches!(pair, [b'.' | b';' | b'?' | b'!', b' ']).then_some(at.saturating_add(1)))
}

/// The next place at or after `at` that parts characters.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_found_around_the_words() {
        let text = "550 5.7.1 Hello there. Client host blocked; see http://x.example/a.b for more. Bye";
        let at = text.find("host blocked").unwrap();
        let span = around(text, Span::new(at, at + 12), 9);
        assert_eq!(span.of_text(text), "Client host blocked");
        let at = text.find("x.example").unwrap();
        assert_eq!(around(text, Span::new(at, at + 9), 9).of_text(text), "see http://x.example/a.b for more.");
        assert_eq!(around(text, Span::new(10, 15), 10).of_text(text), "Hello there.");
    }
}
