//! The text of a reply, made plain: one line, its code, its enhanced status code.

use memchr::{memchr, memchr2_iter, memchr3_iter};

use super::words::Words;
use crate::bounce::status_code::EnhancedStatusCode;
use crate::cut::cut;

/// Longest text that is read, in octets; what is beyond is left out. RFC 5321 §4.5.3.1.5 allows 512 octets a reply
/// line, and no receiver writes more than a dozen of them.
pub(super) const MAX_TEXT: usize = 8192;

/// A reply, read.
#[derive(Debug)]
pub(super) struct Reading {
    /// Lines joined by one space, continuation prefixes left out.
    pub(super) text: String,
    /// The same in ASCII lower case, octet for octet, the local parts of addresses blotted out: a user may be
    /// called `greylisted`.
    pub(super) lower: String,
    /// Where the reply itself begins, after "host mx.example.net said:" and the like.
    pub(super) start: usize,
    /// Where its words begin, after the codes.
    pub(super) words: usize,
    /// The reply code.
    pub(super) code: Option<u16>,
    /// The enhanced status code of the text.
    pub(super) status: Option<EnhancedStatusCode>,
    /// What the tables of words know of it.
    pub(super) found: Words,
}

impl Reading {
    /// Reads a reply as a server sent it, as a log or a bounce quotes it, with any line ends.
    pub(super) fn of(raw: &str) -> Self {
        let lines = Lines::of(cut(raw, MAX_TEXT));
        let found = find_code(&lines.text);
        let text = match found {
            Some(code) if lines.may_repeat(code) => without_prefixes(&lines, code),
            _ => lines.text,
        };
        let start = found.map_or_else(|| after_said(&text), |code| beginning(&text, code));
        let adjacent = found.and_then(|code| status_at(&text, code.end, code.digits(&text)));
        let class = found.and_then(|code| code.value.checked_div(100));
        let status = adjacent.map(|(status, _)| status).or_else(|| {
            loose_status(&text).filter(|status| class.is_none_or(|class| class == u16::from(status.class)))
        });
        let words = match found {
            Some(code) if code.start == start => adjacent.map_or(code.end, |(_, end)| end),
            _ => start,
        };
        let lower = blotted(text.to_ascii_lowercase());
        let code = found.map(|code| code.value);
        Self { found: Words::of(&lower), text, lower, start, words, code, status }
    }

    /// The words, lower case.
    pub(super) fn said(&self) -> &str {
        self.lower.get(self.start..).unwrap_or_default()
    }
}

/// The text with `~` for every octet of a local part.
fn blotted(mut lower: String) -> String {
    if !lower.contains('@') {
        return lower;
    }
    let mut bytes = lower.into_bytes();
    let is_end = |byte: &u8| b" <>\"()[],:;@".contains(byte);
    let mut from = 0;
    while let Some(at) = bytes.get(from..).and_then(|rest| memchr(b'@', rest)).and_then(|at| from.checked_add(at)) {
        let before = bytes.get_mut(from..at).unwrap_or_default();
        let start = before.iter().rposition(is_end).map_or(0, |end| end.saturating_add(1));
        before.get_mut(start..).unwrap_or_default().fill(b'~');
        from = at.saturating_add(1);
    }
    // Whole local parts were overwritten with ASCII, so characters are whole still.
    lower = String::from_utf8(bytes).unwrap_or_default();
    lower
}

/// At most `length` octets of a text from `start` on, in whole characters.
pub(super) fn window(text: &str, start: usize, length: usize) -> &str {
    cut(text.get(start..).unwrap_or_default(), length)
}

/// Lines joined, and where each began.
struct Lines {
    text: String,
    starts: Vec<usize>,
}

impl Lines {
    fn of(raw: &str) -> Self {
        let mut lines = Self { text: String::with_capacity(raw.len()), starts: Vec::new() };
        let mut from = 0;
        for end in memchr2_iter(b'\r', b'\n', raw.as_bytes()).chain([raw.len()]) {
            lines.add(raw.get(from..end).unwrap_or_default());
            from = end.saturating_add(1);
        }
        lines
    }

    /// Whether the code, or a status code at the start of a line, may stand there again.
    fn may_repeat(&self, code: Code) -> bool {
        let after = self.text.get(code.end..).unwrap_or_default();
        self.starts.len() > 1 || after.starts_with('-') || after.contains(code.digits(&self.text))
    }

    fn add(&mut self, line: &str) {
        if is_even(line) {
            return self.push(line, true);
        }
        for (position, word) in line.split(is_gap).filter(|word| !word.is_empty()).enumerate() {
            self.push(word, position == 0);
        }
    }

    fn push(&mut self, words: &str, is_start: bool) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        if is_start {
            self.starts.push(self.text.len());
        }
        self.text.push_str(words);
    }
}

/// Whether a line is words with one space between them, as most are.
fn is_even(line: &str) -> bool {
    // C2 begins the control characters beyond ASCII.
    let others = line.bytes().filter(|octet| octet.is_ascii_control() || *octet == 0xC2).count();
    others == 0 && !line.is_empty() && !line.starts_with(' ') && !line.ends_with(' ') && !line.contains("  ")
}

/// White space and control characters part words, and none of them is kept.
fn is_gap(character: char) -> bool {
    character == ' ' || character.is_control()
}

/// A reply code found in a text.
#[derive(Clone, Copy)]
struct Code {
    value: u16,
    start: usize,
    end: usize,
}

impl Code {
    fn digits(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// The first reply code (RFC 5321 §4.2): at the start, after a mark of quotation, or before what follows codes only.
fn find_code(text: &str) -> Option<Code> {
    let bytes = text.as_bytes();
    memchr3_iter(b'2', b'4', b'5', bytes).filter_map(|at| code_at(bytes, at)).find(|code| {
        let before = text.get(..code.start).unwrap_or_default().trim_end_matches(' ').bytes().next_back();
        let is_quoted = before.is_none_or(|byte| b":;>#([<'\"".contains(&byte));
        let has_status =
            || status_at(text, code.end, "").is_some_and(|(status, _)| u16::from(status.class) == code.value / 100);
        // RFC 5321 §4.2.1 ends the second digit at 5; some servers go on: 571, 591. They are believed at a start only.
        let is_known = code.value / 10 % 10 <= 5;
        is_quoted || (is_known && (bytes.get(code.end) == Some(&b'-') || has_status()))
    })
}

/// Three digits that can be a code, with nothing glued to them.
fn code_at(bytes: &[u8], at: usize) -> Option<Code> {
    let [first @ (b'2' | b'4' | b'5'), second @ b'0'..=b'9', third @ b'0'..=b'9'] =
        *bytes.get(at..)?.first_chunk::<3>()?
    else {
        return None;
    };
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    let is_glued = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b".-_/=@+%".contains(byte));
    let end = at.checked_add(3)?;
    let ends = bytes.get(end).is_none_or(|byte| b" -:,".contains(byte));
    let digit = |byte: u8| u16::from(byte & 15);
    let value =
        digit(first).checked_mul(100)?.checked_add(digit(second).checked_mul(10)?)?.checked_add(digit(third))?;
    (!is_glued && ends).then_some(Code { value, start: at, end })
}

/// The enhanced status code right after a reply code, and where it ends.
fn status_at(text: &str, at: usize, digits: &str) -> Option<(EnhancedStatusCode, usize)> {
    let rest = text.get(at..)?;
    let mut after = rest.trim_start_matches([' ', '-', ':', '\'', '"', '(', '#', '[', ',']);
    // Some servers say the code twice: "550 550 5.7.1".
    if let Some(again) = after.strip_prefix(digits).filter(|_| !digits.is_empty()) {
        after = again.trim_start_matches([' ', '-', '#']);
    }
    let (status, length) = EnhancedStatusCode::leading(after)?;
    Some((status, text.len().checked_sub(after.len())?.checked_add(length)?))
}

/// An enhanced status code elsewhere: `(#5.1.1)`. Not one that belongs to a reply quoted inside.
fn loose_status(text: &str) -> Option<EnhancedStatusCode> {
    let bytes = text.as_bytes();
    let may_start = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b".-_/=@".contains(byte))
    };
    let is_of_other = |at: usize| {
        let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '-']);
        before.len().checked_sub(3).is_some_and(|at| code_at(bytes, at).is_some())
    };
    memchr2_iter(b'4', b'5', bytes)
        .filter(|at| may_start(*at) && !is_of_other(*at))
        .find_map(|at| EnhancedStatusCode::leading(text.get(at..)?))
        .filter(|(status, _)| status.subject <= 7)
        .map(|(status, _)| status)
}

/// Where the reply begins: at its code, unless many words stand before it. Some reports lose the code of the first
/// lines of a reply and keep that of the last.
fn beginning(text: &str, code: Code) -> usize {
    let before = text.get(..code.start).unwrap_or_default();
    let said = after_said(before);
    let words = before.get(said..).unwrap_or_default();
    let is_quoting = ["host", "error", "server", "remote", "reply", "response"].iter().any(|word| words.contains(word));
    if words.split(' ').count() > 8 && !is_quoting { said } else { code.start }
}

/// Where the words of another server begin, where no code shows it.
fn after_said(text: &str) -> usize {
    text.find(" said: ").map_or(0, |at| at.saturating_add(7))
}

/// The text without the codes that a reply of several lines repeats (RFC 5321 §4.2.1): at the start of a line, or,
/// where somebody joined the lines, inside a sentence.
fn without_prefixes(lines: &Lines, code: Code) -> String {
    let digits = code.digits(&lines.text);
    let mut join = Join { digits, status: None, text: String::with_capacity(lines.text.len()), in_lines: false };
    join.text.push_str(lines.text.get(..code.start).unwrap_or_default());
    join.status = status_at(&lines.text, code.end, digits).map(|(status, _)| status);
    let mut starts = lines.starts.iter().copied().peekable();
    let mut at = code.start;
    let mut is_start = true;
    for word in lines.text.get(code.start..).unwrap_or_default().split(' ') {
        while starts.peek().is_some_and(|start| *start < at) {
            starts.next();
        }
        is_start |= starts.peek() == Some(&at);
        is_start = if at == code.start { join.first(word) } else { join.word(word, is_start) };
        at = at.saturating_add(word.len()).saturating_add(1);
    }
    join.text
}

/// Joins the words of a reply.
struct Join<'a> {
    digits: &'a str,
    status: Option<EnhancedStatusCode>,
    text: String,
    /// Whether a code with a hyphen was seen: only then is a code inside the text a prefix.
    in_lines: bool,
}

impl Join<'_> {
    /// The word that the code is in; gives whether a prefix may go on after it.
    fn first(&mut self, word: &str) -> bool {
        let rest = word.strip_prefix(self.digits).unwrap_or_default();
        self.text.push_str(self.digits);
        match rest.strip_prefix('-') {
            Some(rest) => {
                self.in_lines = true;
                self.push(rest);
            }
            None => self.text.push_str(rest),
        }
        false
    }

    /// Another word, at the start of a line or after what was left out there; gives whether this is still so.
    fn word(&mut self, word: &str, is_start: bool) -> bool {
        if is_start && (word == "<<<" || self.is_own_status(word)) {
            return true;
        }
        let is_quoted = !is_start && self.text.ends_with(':');
        let rest = word.strip_prefix(self.digits).filter(|_| !is_quoted);
        match rest.map(|rest| rest.strip_prefix('-').ok_or(rest)) {
            Some(Ok("")) => self.in_lines = true,
            Some(Ok(rest)) => {
                self.in_lines = true;
                if !self.is_own_status(rest) {
                    self.push(rest);
                }
                return false;
            }
            Some(Err("")) if is_start || self.in_lines => {}
            _ => {
                self.push(word);
                return false;
            }
        }
        true
    }

    fn is_own_status(&self, word: &str) -> bool {
        self.status.is_some() && word.parse().ok() == self.status
    }

    fn push(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> (String, Option<u16>, Option<String>) {
        let reading = Reading::of(raw);
        assert_eq!(reading.text.len(), reading.lower.len());
        (reading.text, reading.code, reading.status.map(|status| status.to_string()))
    }

    #[test]
    fn line_ends_do_not_matter() {
        let lines = ["550-5.7.26 Unauthenticated email", "550-5.7.26 from example.org", "550 5.7.26 is refused"];
        let expected =
            ("550 5.7.26 Unauthenticated email from example.org is refused".into(), Some(550), Some("5.7.26".into()));
        for join in ["\r\n", "\n", "\r", " ", "\r\n\t", "  "] {
            assert_eq!(read(&lines.join(join)), expected, "{join:?}");
        }
    }

    #[test]
    fn a_code_quoted_inside_stays() {
        let text = "550-Verification failed for <bad@example.org> 550-Called:   192.0.2.3 550-Response: 550 5.1.1 no such \
                    user 550 Sender verify failed";
        let plain = "550 Verification failed for <bad@example.org> Called: 192.0.2.3 Response: 550 5.1.1 no such user Sender \
                     verify failed";
        assert_eq!(read(text), (plain.into(), Some(550), None));
    }

    #[test]
    fn codes_are_found_behind_what_quotes_them() {
        for (text, code, status) in [
            ("591 your host is blacklisted", Some(591), None),
            ("room 591: your host is blacklisted", None, None),
            (
                "host mx.example.net[192.0.2.1] said: 550 5.1.1 no (in reply to RCPT TO command)",
                Some(550),
                Some("5.1.1"),
            ),
            ("smtp; 554 554 5.7.0 Header error (state 18)", Some(554), Some("5.7.0")),
            (
                "5.1.0 - Unknown address error 550-'5.2.2 <a@example.jp>... Mailbox Full' (delivery attempts: 0)",
                Some(550),
                Some("5.2.2"),
            ),
            ("<a@example.org>: 550: 5.1.1 <a@example.org>... User Unknown", Some(550), Some("5.1.1")),
            ("Sorry, no mailbox here by that name. (#5.1.1)", None, Some("5.1.1")),
            ("said: 501 Rcpt-To validation failed: 5.7.1 This system", Some(501), Some("5.7.1")),
            ("#550 5.7.1 RESOLVER.RST.AuthRequired; authentication required ##", Some(550), Some("5.7.1")),
            ("connect to mx.example.net[192.0.2.25]:25: Connection timed out", None, None),
            ("Giving up after 450 seconds with Exim 4.96.1", None, None),
        ] {
            let (_, found, own) = read(text);
            assert_eq!((found, own.as_deref()), (code, status), "{text}");
        }
    }

    #[test]
    fn hostile_text_is_cut_and_cleaned() {
        let (text, code, _) = read(&"550-\u{0}\u{1b}[2J\u{85}ü".repeat(200_000));
        assert!(text.len() <= MAX_TEXT && !text.contains(char::is_control) && code == Some(550));
    }
}
