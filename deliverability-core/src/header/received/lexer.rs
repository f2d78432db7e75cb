//! Tokens of a Received field: words, comments and semicolons (RFC 5322 §3.2.2).

use crate::span::Span;

/// A piece of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Visible characters, up to white space, a comment or a semicolon.
    Word(Span),
    /// What stands between parentheses, without them.
    Comment(Span),
    /// A semicolon outside of comments.
    Semicolon,
}

/// Reads tokens from left to right, in time linear in the text.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the last closing parenthesis stands.
    last_close: Option<usize>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at, last_close: text.iter().rposition(|byte| *byte == b')') }
    }

    /// Where the next token is looked for.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Goes on behind something read by other means.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.at = self.at.max(at);
    }

    /// The next token, left where it is.
    pub(super) fn peek(&self) -> Option<Token> {
        self.clone().next()
    }

    /// A comment. One that is not closed ends at the last closing parenthesis there is, else in front of
    /// the next semicolon: the date behind it is worth more.
    fn comment(&mut self) -> Span {
        let start = self.at.saturating_add(1);
        let closing =
            self.last_close.filter(|last| *last >= start).map(|last| closing(self.text, start).unwrap_or(last));
        let end = closing.unwrap_or_else(|| find(self.text, start, |byte| byte == b';'));
        self.at = if closing.is_some() { end.saturating_add(1) } else { end };
        Span::new(start, end)
    }

    fn word(&mut self) -> Span {
        let start = self.at;
        let enclosed = match self.text.get(start) {
            Some(b'<') => enclosed(self.text, start, b'>'),
            Some(b'"') => enclosed(self.text, start, b'"'),
            _ => None,
        };
        let from = enclosed.unwrap_or_else(|| start.saturating_add(1));
        self.at = find(self.text, from, |byte| is_of(byte, SPACE | STOP));
        Span::new(start, self.at)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.at = find(self.text, self.at, |byte| !is_of(byte, SPACE));
        match self.text.get(self.at)? {
            b'(' => Some(Token::Comment(self.comment())),
            b';' => {
                self.at = self.at.saturating_add(1);
                Some(Token::Semicolon)
            }
            _ => Some(Token::Word(self.word())),
        }
    }
}

/// White space.
pub(super) const SPACE: u8 = 1;
/// What ends a word outside of comments: the start of a comment, a semicolon.
const STOP: u8 = 2;
/// What stands between the words of a comment, besides white space.
pub(super) const BETWEEN: u8 = 4;

/// The kinds that each byte belongs to.
static KINDS: [u8; 256] = kinds();

#[expect(clippy::indexing_slicing, reason = "run by the compiler, which refuses an index that is too high")]
const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    kinds[b' ' as usize] = SPACE;
    kinds[b'\t' as usize] = SPACE;
    kinds[b'\r' as usize] = SPACE;
    kinds[b'\n' as usize] = SPACE;
    kinds[0x0c] = SPACE;
    kinds[b';' as usize] = STOP;
    kinds[b'(' as usize] = STOP | BETWEEN;
    kinds[b')' as usize] = BETWEEN;
    kinds[b',' as usize] = BETWEEN;
    kinds
}

/// Whether a byte belongs to one of the kinds.
#[inline]
pub(super) fn is_of(byte: u8, of: u8) -> bool {
    KINDS.get(usize::from(byte)).is_some_and(|kinds| kinds & of != 0)
}

/// Where the first byte of a kind stands at or behind `from`; the end if there is none.
pub(super) fn find(text: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.iter().position(|byte| is(*byte)).map_or(text.len(), |at| from.saturating_add(at))
}

/// Where the parenthesis closes that was opened in front of `start`; comments nest.
fn closing(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 1_usize;
    let mut is_quoted = false;
    for (at, byte) in text.iter().enumerate().skip(start) {
        match byte {
            _ if is_quoted => is_quoted = false,
            b'\\' => is_quoted = true,
            b'(' => depth = depth.saturating_add(1),
            b')' if depth == 1 => return Some(at),
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Just behind the closing sign of a word without white space in it, such as `<a(b);c@d.test>`.
fn enclosed(text: &[u8], start: usize, close: u8) -> Option<usize> {
    let start = start.saturating_add(1);
    let end = find(text, start, |byte| byte == close || byte.is_ascii_whitespace());
    (text.get(end) == Some(&close)).then(|| end.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let shown = |span: Span| String::from_utf8_lossy(span.of(text.as_bytes())).into_owned();
        let show = |token| match token {
            Token::Word(span) => shown(span),
            Token::Comment(span) => format!("({})", shown(span)),
            Token::Semicolon => ";".to_owned(),
        };
        Lexer::new(text.as_bytes(), 0).map(show).collect()
    }

    #[test]
    fn comments_nest_and_need_no_space_around_them() {
        // RFC 5322 §3.2.2.
        assert_eq!(tokens("a(b [c] (d))by\r\n\t e ;f"), ["a", "(b [c] (d))", "by", "e", ";", "f"]);
        assert_eq!(tokens(r"(a\)b)c"), [r"(a\)b)", "c"]);
    }

    #[test]
    fn what_is_not_closed_does_not_hide_the_rest() {
        assert_eq!(tokens("a (b; c"), ["a", "(b)", ";", "c"]);
        assert_eq!(tokens("a (b (c) d; e"), ["a", "(b (c)", "d", ";", "e"]);
        assert_eq!(tokens(") a <b (c;"), [")", "a", "<b", "(c)", ";"]);
    }

    #[test]
    fn brackets_hold_what_is_in_them() {
        assert_eq!(tokens("for <a(b);c@d.test>;"), ["for", "<a(b);c@d.test>", ";"]);
        assert_eq!(tokens("<<a@b.test>>"), ["<<a@b.test>>"]);
    }
}
