//! Reading the field: the grammar of RFC 8601 §2.2 and what is written in its place.

use super::{AuthenticationResults, Departure, MethodResult, Property};
use crate::header::fields;
use crate::header::reading::{comment, quoted_string};

/// Most results that are read of one field.
const MAX_RESULTS: usize = 100;
/// The highest instance of an ARC set (RFC 8617 §4.2.1).
const MAX_INSTANCE: u8 = 50;

pub(super) fn field(field: &[u8], names: &[&str]) -> AuthenticationResults {
    let unfolded = fields::unfold(field);
    let text = String::from_utf8_lossy(&unfolded);
    read(value_of(&text, names))
}

pub(super) fn arc(field: &[u8]) -> Option<(u8, AuthenticationResults)> {
    let unfolded = fields::unfold(field);
    let text = String::from_utf8_lossy(&unfolded);
    let value = value_of(&text, &["ARC-Authentication-Results"]).trim_start();
    let (instance, rest) = value.split_once(';')?;
    let (tag, number) = instance.split_once('=')?;
    let instance: u8 = number.trim().parse().ok()?;
    (tag.trim() == "i" && (1..=MAX_INSTANCE).contains(&instance)).then(|| (instance, read(rest)))
}

/// What follows the field's name, if one of these stands in front.
fn value_of<'t>(text: &'t str, names: &[&str]) -> &'t str {
    match text.split_once(':') {
        Some((name, value)) if names.iter().any(|known| name.trim().eq_ignore_ascii_case(known)) => value,
        _ => text,
    }
}

fn read(text: &str) -> AuthenticationResults {
    let mut reader = Reader { rest: text, comments: Vec::new(), field: AuthenticationResults::default() };
    reader.head();
    while !reader.rest.is_empty() {
        reader.part();
    }
    reader.finish()
}

/// A place in an unfolded field, the comments since the last piece, and what was read.
struct Reader<'t> {
    rest: &'t str,
    comments: Vec<String>,
    field: AuthenticationResults,
}

impl Reader<'_> {
    fn departs(&mut self, departure: Departure) {
        if !self.field.departures.contains(&departure) {
            self.field.departures.push(departure);
        }
    }

    /// `CFWS`; the comments are kept.
    fn space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some((words, length)) = comment(self.rest) else { return };
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            if !words.is_empty() {
                self.comments.push(words);
            }
            self.advance(length);
        }
    }

    fn advance(&mut self, by: usize) {
        self.rest = self.rest.get(by..).unwrap_or_default();
    }

    /// A value: a quoted-string, or what stands up to white space, a comment or a semicolon.
    fn value(&mut self) -> String {
        if let Some((value, length)) = quoted_string(self.rest) {
            self.advance(length);
            // `"a b"@example.org` goes on behind the quotes.
            let tail = self.bare();
            return if tail.is_empty() { value } else { format!("\"{value}\"{tail}") };
        }
        self.bare()
    }

    fn bare(&mut self) -> String {
        let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, ';' | '(')).unwrap_or(self.rest.len());
        let value = self.rest.get(..end).unwrap_or_default().to_owned();
        self.advance(end);
        value
    }

    /// `authserv-id [CFWS authres-version]`, up to the first semicolon. A result that stands there
    /// instead is left for [`Reader::part`].
    fn head(&mut self) {
        self.space();
        let before = self.rest;
        let id = self.value();
        if id.is_empty() || is_result(&id) || (id == "none" && self.at_end()) {
            self.departs(Departure::NoAuthservId);
            self.rest = before;
            return;
        }
        self.field.authserv_id = Some(id);
        self.space();
        let digits = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        self.field.version = self.rest.get(..digits).and_then(|digits| digits.parse().ok());
        self.advance(digits);
        self.space();
        // What was said of the host is of no result.
        self.comments.clear();
        if self.at_end() {
            self.advance(1);
        } else {
            self.departs(Departure::StrayWords);
        }
    }

    /// Whether a part ends here.
    fn at_end(&self) -> bool {
        self.rest.is_empty() || self.rest.starts_with(';')
    }

    /// `resinfo`, with the semicolon behind it.
    fn part(&mut self) {
        self.space();
        let mut result: Option<MethodResult> = None;
        let mut said_none = false;
        while !self.at_end() {
            match self.pair() {
                None => said_none |= self.stray(),
                Some((name, value)) => match &mut result {
                    None => result = Some(method(&name, &value)),
                    Some(result) => self.take(result, &name, value),
                },
            }
            self.space();
        }
        self.advance(1);
        let comments = core::mem::take(&mut self.comments);
        match result {
            Some(_) if self.field.results.len() >= MAX_RESULTS => self.departs(Departure::TooMany),
            Some(result) => self.field.results.push(MethodResult { comments, ..result }),
            None if said_none || self.rest.is_empty() => {}
            None => self.departs(Departure::NoResult),
        }
    }

    /// `name = value`, with comments between; nothing is read if that does not stand here.
    fn pair(&mut self) -> Option<(String, String)> {
        let (before, said) = (self.rest, self.comments.len());
        let mut name = self.name();
        self.space();
        // RFC 8601 §2.2: comments and spaces may stand around the "/" and the "." within a name.
        while !name.is_empty() && (self.rest.starts_with(['/', '.']) || name.ends_with(['/', '.'])) {
            let more = self.name();
            if more.is_empty() {
                break;
            }
            name.push_str(&more);
            self.space();
        }
        if name.is_empty() || !self.rest.starts_with('=') {
            self.rest = before;
            self.comments.truncate(said);
            return None;
        }
        self.advance(1);
        self.space();
        Some((name, self.value()))
    }

    /// The run of a name's characters that stands here, in lower case.
    fn name(&mut self) -> String {
        let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | '=' | '"'));
        let name = self.rest.get(..end.unwrap_or(self.rest.len())).unwrap_or_default().to_ascii_lowercase();
        self.advance(name.len());
        name
    }

    /// Passes over a word that belongs to nothing. Whether it is `none`.
    fn stray(&mut self) -> bool {
        let before = self.rest.len();
        let word = self.value();
        if self.rest.len() == before {
            let first = self.rest.chars().next().map_or(1, char::len_utf8);
            self.advance(first);
        }
        let is_none = word.eq_ignore_ascii_case("none");
        if !is_none {
            self.departs(Departure::StrayWords);
        }
        is_none
    }

    /// `reasonspec` or `propspec`.
    fn take(&mut self, result: &mut MethodResult, name: &str, value: String) {
        if name == "reason" && result.reason.is_none() {
            result.reason = Some(value);
            return;
        }
        let (ptype, name) = name.split_once('.').unwrap_or(("", name));
        if ptype.is_empty() {
            self.departs(Departure::NoPropertyType);
        }
        result.properties.push(Property { ptype: ptype.into(), name: name.into(), value });
    }

    fn finish(mut self) -> AuthenticationResults {
        if self.field.authserv_id.is_none() && self.field.results.is_empty() {
            self.departs(Departure::Nothing);
        }
        self.field
    }
}

/// Whether a word is `method=result`.
fn is_result(word: &str) -> bool {
    word.split_once('=').is_some_and(|(method, result)| {
        !result.is_empty()
            && !method.is_empty()
            && method.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'/')
    })
}

/// `method [ "/" version ] "=" result`.
fn method(name: &str, result: &str) -> MethodResult {
    let (method, version) = name.split_once('/').unwrap_or((name, ""));
    MethodResult {
        method: method.trim().to_owned(),
        version: version.trim().parse().ok(),
        result: result.to_ascii_lowercase(),
        ..MethodResult::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> AuthenticationResults {
        let field = AuthenticationResults::parse(text.as_bytes());
        let again = AuthenticationResults::parse(field.to_string().as_bytes());
        assert_eq!(again.results, field.results, "{text}\n{field}");
        field
    }

    /// Method, result and properties of each.
    fn shown(field: &AuthenticationResults) -> Vec<String> {
        let property = |p: &Property| format!(" {}.{}={}", p.ptype, p.name, p.value);
        let result = |r: &MethodResult| {
            format!("{}={}{}", r.method, r.result, r.properties.iter().map(property).collect::<String>())
        };
        field.results.iter().map(result).collect()
    }

    #[test]
    fn the_forms_of_the_rfc() {
        // RFC 8601 appendix B: nothing done, one result, several, comments everywhere.
        let none = read("Authentication-Results: mx.test 1; none");
        assert_eq!((none.authserv_id.as_deref(), none.version, none.results.len()), (Some("mx.test"), Some(1), 0));
        assert!(none.departures.is_empty());
        let several = read(
            "Authentication-Results: mx.test;\r\n auth=pass (cram-md5) smtp.auth=amy@a.test;\r\n\tspf=fail smtp.mailfrom=a.test",
        );
        assert_eq!(shown(&several), ["auth=pass smtp.auth=amy@a.test", "spf=fail smtp.mailfrom=a.test"]);
        assert_eq!(several.results[0].comments, ["cram-md5"]);
        let odd = read(
            "foo.test (foo) 1 (bar); dkim (Because I like it) / 1 (One yay) = (wait) fail policy (A dot) . expired (x) = 5",
        );
        assert_eq!((odd.authserv_id.as_deref(), odd.results[0].version), (Some("foo.test"), Some(1)));
        assert_eq!((shown(&odd), odd.departures.len()), (vec!["dkim=fail policy.expired=5".to_owned()], 0));
    }

    #[test]
    fn reasons_and_quoted_values() {
        let field = read(
            "mx.test; dkim=fail reason=\"bad; (really)\" header.i=@a.test header.b=\"ab/c=\"; iprev=pass policy.iprev=\"2001:db8::1\"",
        );
        assert_eq!(field.results[0].reason.as_deref(), Some("bad; (really)"));
        assert_eq!(shown(&field), ["dkim=fail header.i=@a.test header.b=ab/c=", "iprev=pass policy.iprev=2001:db8::1"]);
        assert!(field.departures.is_empty());
        let quoted = read("mx.test; spf=pass smtp.mailfrom=\"a b\"@a.test");
        assert_eq!(quoted.results[0].property("smtp", "mailfrom"), Some("\"a b\"@a.test"));
    }

    #[test]
    fn as_it_is_written_in_the_wild() {
        // No host in front, a property without a type (Microsoft 365).
        let field = read(
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.test; dkim=pass (signature was verified) header.d=a.test;dmarc=pass action=none header.from=a.test;compauth=pass reason=100",
        );
        assert_eq!(field.authserv_id, None);
        assert_eq!(shown(&field)[2], "dmarc=pass .action=none header.from=a.test");
        assert_eq!(field.results[3].reason.as_deref(), Some("100"));
        assert_eq!(field.departures, [Departure::NoAuthservId, Departure::NoPropertyType]);
        // A semicolon at the end; values in no quotes.
        let field = read(
            "mx.test; dkim=pass header.i=@a.test header.s=s1 header.b=\"a/b\"; spf=pass (mx.test: domain of amy@a.test designates 2001:db8::1) smtp.mailfrom=amy@a.test;",
        );
        assert_eq!(field.results.len(), 2);
        assert!(field.departures.is_empty());
        let field = read("mx.test; spf=softfail is what we say smtp.mailfrom=a.test");
        assert_eq!(
            (shown(&field)[0].as_str(), field.departures.as_slice()),
            ("spf=softfail smtp.mailfrom=a.test", &[Departure::StrayWords][..])
        );
    }

    #[test]
    fn what_says_nothing_is_said_to() {
        assert_eq!(read("").departures, [Departure::NoAuthservId, Departure::Nothing]);
        assert_eq!(read("mx.test; ;x; spf=pass").departures, [Departure::NoResult, Departure::StrayWords]);
        assert_eq!(read("none").authserv_id, None);
        let many = read(&format!("mx.test{}", "; spf=pass".repeat(1000)));
        assert_eq!((many.results.len(), many.departures.as_slice()), (MAX_RESULTS, &[Departure::TooMany][..]));
    }

    #[test]
    fn the_results_of_an_arc_set() {
        // RFC 8617 §4.1.1.
        let arc = |text: &str| AuthenticationResults::parse_arc(text.as_bytes());
        let (instance, field) = arc("ARC-Authentication-Results: i=2; mx.test; arc=pass header.oldest-pass=0").unwrap();
        assert_eq!(
            (instance, field.authserv_id.as_deref(), field.results[0].result.as_str()),
            (2, Some("mx.test"), "pass")
        );
        for none in ["mx.test; spf=pass", "i=0; mx.test", "i=51; mx.test", "i=x; mx.test", ""] {
            assert!(arc(none).is_none(), "{none}");
        }
    }

    #[test]
    fn foreign_text_stays_in_its_place() {
        let hostile =
            MethodResult::new("spf", "fail").because("a\"\r\nBcc: x").with("smtp", "mail from", "x; dkim=pass");
        let written = AuthenticationResults::new("mx.test\r\nBcc: x").with(hostile).to_string();
        assert!(!written.contains('\n') || written.lines().skip(1).all(|line| line.starts_with(' ')), "{written}");
        let again = AuthenticationResults::parse(written.as_bytes());
        assert_eq!((again.results.len(), again.of("dkim").count()), (1, 0), "{written}");
        assert_eq!(again.results[0].property("smtp", "mailfrom"), Some("x; dkim=pass"));
    }
}
