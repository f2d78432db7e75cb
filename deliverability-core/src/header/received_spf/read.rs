//! Reading the field: the grammar of RFC 7208 §9.1 and what is written in its place.

use super::{ErrorKind, MAX_NAME, NAME, ParseError, ReceivedSpf, StatedResult};
use crate::header::fields;
use crate::header::reading::{comment, quoted_string};
use crate::span::Span;

/// Keys in use, before which a value without quotes ends in a field that has no `;` between pairs.
const KEYS: &[&str] = &["client-ip", "envelope-from", "helo", "problem", "receiver", "identity", "mechanism"];

pub(super) fn field(field: &[u8]) -> Result<ReceivedSpf, ParseError> {
    let unfolded = fields::unfold(field);
    let text = String::from_utf8_lossy(&unfolded);
    let mut reader = Reader { text: &text, at: 0, said: Vec::new(), spaced: false };
    reader.field_name();
    reader.comments();
    let result = reader.result()?;
    // Only then: a value may hold what looks like a key, and a sender may have given it.
    reader.spaced = !reader.rest().trim_end_matches(|c: char| c == ';' || c.is_whitespace()).contains(';');
    let pairs = reader.pairs();
    let comment = (!reader.said.is_empty()).then(|| reader.said.join("; "));
    Ok(ReceivedSpf { result, comment, pairs })
}

/// A place in an unfolded field, and what was said without a key up to there.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    said: Vec<String>,
    /// Whether a space and a known key start the next pair.
    spaced: bool,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn advance(&mut self, by: usize) {
        self.at = self.at.saturating_add(by);
    }

    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.advance(rest.len().saturating_sub(rest.trim_start_matches(skipped).len()));
    }

    fn skip_space(&mut self) {
        self.skip(char::is_whitespace);
    }

    /// The run of name characters that stands here.
    fn name(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !is_name_character(c)).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// `Received-SPF:`, if it stands in front.
    fn field_name(&mut self) {
        self.skip_space();
        let name = self.name();
        let after = self.rest().get(name.len()..).unwrap_or_default().trim_start();
        if name.eq_ignore_ascii_case(NAME)
            && let Some(value) = after.strip_prefix(':')
        {
            self.at = self.text.len().saturating_sub(value.len());
        }
    }

    /// Comments that stand here; they are kept.
    fn comments(&mut self) {
        self.skip_space();
        while let Some((comment, length)) = comment(self.rest()) {
            self.say(&comment);
            self.advance(length);
            self.skip_space();
        }
    }

    fn say(&mut self, words: &str) {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            self.said.push(words);
        }
    }

    fn result(&mut self) -> Result<StatedResult, ParseError> {
        let word = self.name();
        let span = Span::new(self.at, self.at.saturating_add(word.len()));
        let begins = word.starts_with(|c: char| c.is_ascii_alphabetic());
        if !begins || word.len() > MAX_NAME {
            return Err(ParseError { kind: ErrorKind::NoResult, span });
        }
        self.advance(word.len());
        if let Ok(result) = word.parse() {
            return Ok(StatedResult::Defined(result));
        }
        if self.rest().trim_start().starts_with(':') {
            return Err(ParseError { kind: ErrorKind::OtherField { name: word.to_owned() }, span });
        }
        Ok(StatedResult::Other(word.to_owned()))
    }

    /// `key-value-list`, with comments and stray words anywhere.
    fn pairs(&mut self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        loop {
            self.skip(|c| c.is_whitespace() || c == ';');
            self.comments();
            if self.rest().is_empty() {
                return pairs;
            }
            if self.rest().starts_with(';') {
                continue;
            }
            match self.key() {
                Some(key) => pairs.push((key.to_owned(), self.value())),
                None => self.stray_words(),
            }
        }
    }

    /// `key [CFWS] "="`; nothing is read if that does not stand here.
    fn key(&mut self) -> Option<&'a str> {
        let name = self.name();
        let is_key = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= MAX_NAME;
        let mut after = self.rest().get(name.len()..).unwrap_or_default().trim_start();
        let mut said = Vec::new();
        while is_key && let Some((comment, length)) = comment(after) {
            said.push(comment);
            after = after.get(length..).unwrap_or_default().trim_start();
        }
        let value = after.strip_prefix('=').filter(|_| is_key)?;
        for comment in &said {
            self.say(comment);
        }
        self.at = self.text.len().saturating_sub(value.len());
        Some(name)
    }

    /// `dot-atom / quoted-string`, or what stands there up to the next `;`, comment or known key.
    fn value(&mut self) -> String {
        let before = self.rest().len();
        self.comments();
        if let Some((value, length)) = quoted_string(self.rest()) {
            let after = self.rest().get(length..).unwrap_or_default();
            let ends = after.starts_with(|c: char| c.is_whitespace() || matches!(c, ';' | '('));
            if ends || after.is_empty() {
                self.advance(length);
                return value;
            }
        }
        let length = self.unquoted(self.rest(), self.rest().len() < before);
        let value = self.rest().get(..length).unwrap_or_default().trim_end();
        self.advance(length);
        value.to_owned()
    }

    /// Words that are neither pair nor comment: they are kept as if they were one.
    fn stray_words(&mut self) {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let after = rest.get(first..).unwrap_or_default();
        let after = after.split(['(', ';']).next().unwrap_or_default();
        let end = self.unquoted(after, false);
        let words = rest.get(..first.saturating_add(end)).unwrap_or_default();
        self.say(words);
        self.advance(words.len());
    }

    /// The length of a value in no quotes: up to a `;`, or to a space with a comment or key behind it.
    fn unquoted(&self, text: &str, after_space: bool) -> usize {
        let mut after_space = after_space;
        for (at, character) in text.char_indices() {
            let rest = text.get(at..).unwrap_or_default();
            let next = character == '(' || (self.spaced && starts_with_key(rest));
            if character == ';' || (after_space && next) {
                return at;
            }
            after_space = character.is_whitespace();
        }
        text.len()
    }
}

/// The characters of `name` in RFC 7208 §12.
fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn starts_with_key(text: &str) -> bool {
    KEYS.iter().any(|key| {
        let (name, after) = text.split_at_checked(key.len()).unwrap_or_default();
        name.eq_ignore_ascii_case(key) && after.starts_with('=')
    })
}

#[cfg(test)]
mod tests {
    use crate::header::{ReceivedSpf, StatedResult};
    use crate::result::SpfResult;

    fn read(text: &str) -> ReceivedSpf {
        ReceivedSpf::parse(text.as_bytes()).unwrap()
    }

    #[track_caller]
    fn assert_read(text: &str, result: &str, comment: Option<&str>, pairs: &[(&str, &str)]) {
        let field = read(text);
        assert_eq!((field.result.as_str(), field.comment.as_deref()), (result, comment), "{text}");
        let found: Vec<_> = field.pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(found, pairs, "{text}");
        let again = field.to_string();
        assert_eq!(read(&again), field, "{again}");
    }

    #[test]
    fn the_rfcs_form() {
        // RFC 7208 §9.1: keys, dot-atoms and quoted-strings, comments between, a last semicolon.
        assert_read(
            "Received-SPF: pass (mx.test: all is well)\r\n receiver=mx.test; client-ip=192.0.2.1;\r\n\tenvelope-from=\"amy@a.test\"; helo=a.test",
            "pass",
            Some("mx.test: all is well"),
            &[("receiver", "mx.test"), ("client-ip", "192.0.2.1"), ("envelope-from", "amy@a.test"), ("helo", "a.test")],
        );
        assert_read(
            "(first) fail (second) identity (what) = (which) mailfrom; x-note=\"a\\\"b; c\";",
            "fail",
            Some("first; second; what; which"),
            &[("identity", "mailfrom"), ("x-note", "a\"b; c")],
        );
    }

    #[test]
    fn the_examples_of_the_rfc() {
        // RFC 7208 §9.1: a comment, pairs, a semicolon at the end.
        let comment = "mybox.example.org: domain of myname@example.com designates 192.0.2.1 as permitted sender";
        assert_read(
            "Received-SPF: pass (mybox.example.org: domain of\r\n myname@example.com designates 192.0.2.1 as permitted sender)\r\n receiver=mybox.example.org; client-ip=192.0.2.1;\r\n envelope-from=\"myname@example.com\"; helo=foo.example.com;",
            "pass",
            Some(comment),
            &[
                ("receiver", "mybox.example.org"),
                ("client-ip", "192.0.2.1"),
                ("envelope-from", "myname@example.com"),
                ("helo", "foo.example.com"),
            ],
        );
    }

    #[test]
    fn no_pairs_at_all() {
        // RFC 7208 §9.1, erratum 5436: the result alone is a field.
        assert_read("none", "none", None, &[]);
        assert_read(" Neutral;", "neutral", None, &[]);
        assert_read("pass (domain of a.test is fine)", "pass", Some("domain of a.test is fine"), &[]);
        assert_read("softfail domain of a.test says no", "softfail", Some("domain of a.test says no"), &[]);
    }

    #[test]
    fn values_without_quotes() {
        assert_read(
            "Pass (x) receiver=<UNKNOWN>; client-ip=2001:db8::1; envelope-from=<amy+x@a.test>; helo=[192.0.2.1]; pr=C",
            "pass",
            Some("x"),
            &[
                ("receiver", "<UNKNOWN>"),
                ("client-ip", "2001:db8::1"),
                ("envelope-from", "<amy+x@a.test>"),
                ("helo", "[192.0.2.1]"),
                ("pr", "C"),
            ],
        );
        assert_read(
            "none SPF=MAILFROM; sender=amy@a.test; remotehost=; envelope-from=\"a b\"@a.test;;",
            "none",
            None,
            &[("SPF", "MAILFROM"), ("sender", "amy@a.test"), ("remotehost", ""), ("envelope-from", "\"a b\"@a.test")],
        );
        assert_read(
            "permerror problem=Two or more records (see there) client-ip=192.0.2.1 helo=\"not closed",
            "permerror",
            Some("see there"),
            &[("problem", "Two or more records"), ("client-ip", "192.0.2.1"), ("helo", "\"not closed")],
        );
    }

    #[test]
    fn a_value_is_no_pair() {
        // What a sender gave as its name must not be read as what the receiver saw.
        let spoofed = read("pass helo=x client-ip=192.0.2.9; client-ip=192.0.2.1");
        assert_eq!((spoofed.get("helo"), spoofed.get("client-ip")), (Some("x client-ip=192.0.2.9"), Some("192.0.2.1")));
        assert_read("pass helo=client-ip=192.0.2.9", "pass", None, &[("helo", "client-ip=192.0.2.9")]);
        assert_read("pass helo= client-ip=192.0.2.9;", "pass", None, &[("helo", ""), ("client-ip", "192.0.2.9")]);
    }

    #[test]
    fn comments_nest_and_need_not_end() {
        assert_read("fail (SPF (a.test: (twice) over) \\) no)", "fail", Some("SPF (a.test: (twice) over) ) no"), &[]);
        assert_read("fail (SPF (never closed; helo=x", "fail", Some("SPF (never closed; helo=x"), &[]);
        assert_read("fail (a) (b) c) helo=x", "fail", Some("a; b; c)"), &[("helo", "x")]);
    }

    #[test]
    fn results_of_old_drafts() {
        for (word, meaning) in [
            ("unknown", Some(SpfResult::Permerror)),
            ("Error", Some(SpfResult::Temperror)),
            ("HardFail", Some(SpfResult::Fail)),
            ("PermError", Some(SpfResult::Permerror)),
            ("skipped", None),
        ] {
            assert_eq!(read(&format!("{word} (why)")).result.meaning(), meaning, "{word}");
        }
        assert_eq!(read("skipped").result, StatedResult::Other("skipped".into()));
    }

    #[test]
    fn what_is_no_such_field_says_so() {
        let error = |text: &str| ReceivedSpf::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(error(""), "a result is missing; expected a word such as pass, fail or none (at byte 0)");
        assert_eq!(error("Received-SPF: (only this)").split(" (").nth(1).unwrap(), "at byte 25)");
        assert_eq!(error("Received: from x"), "this is the field Received, not Received-SPF (at byte 0)");
    }

    #[test]
    fn reasons_survive() {
        assert_eq!(read("permerror (c) problem=\"why\"").reason(), Some("why"));
        assert_eq!(read("permerror (c) problem=").reason(), Some("c"));
        assert_eq!(ReceivedSpf::parse(b"fail (\xff)").unwrap().reason(), Some("\u{fffd}"));
    }
}
