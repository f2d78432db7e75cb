//! Reading the field: the grammar of RFC 8601 §2.2 and what is written in its place.

use super::{AuthenticationResults, Departure, DepartureKind, MethodResult, Property, words};
use crate::header::reading::{comment, quoted_string};
use crate::span::Span;

/// Most results that are read of one field.
const MAX_RESULTS: usize = 100;
/// Most departures that are told of one field.
const MAX_DEPARTURES: usize = 1000;
/// The highest instance of an ARC set (RFC 8617 §4.2.1).
const MAX_INSTANCE: u8 = 50;

pub(super) fn field(field: &[u8], name: &str) -> AuthenticationResults {
    let text = String::from_utf8_lossy(field);
    Reader::of(&text, name).read(field)
}

pub(super) fn arc(field: &[u8]) -> Option<(u8, AuthenticationResults)> {
    let text = String::from_utf8_lossy(field);
    let mut reader = Reader::of(&text, "ARC-Authentication-Results");
    let instance = reader.instance()?;
    Some((instance, reader.read(field)))
}

/// A place in a field, the comments since the last piece, and what was read.
struct Reader<'t> {
    whole: &'t str,
    rest: &'t str,
    comments: Vec<String>,
    /// Whether a semicolon was read, and not what must follow it.
    open: bool,
    /// How many parts were read.
    parts: usize,
    field: AuthenticationResults,
}

/// A value as it was read.
struct Value {
    text: String,
    /// A token or a quoted string (RFC 2045 §5.1).
    is_value: bool,
    /// An address or a domain name behind `@`.
    is_address: bool,
    span: Span,
}

impl<'t> Reader<'t> {
    /// Behind the field's name, if it stands in front.
    fn of(whole: &'t str, name: &str) -> Self {
        let rest = match whole.split_once(':') {
            Some((before, value)) if before.trim().eq_ignore_ascii_case(name) => value,
            _ => whole,
        };
        Self { whole, rest, comments: Vec::new(), open: false, parts: 0, field: AuthenticationResults::default() }
    }

    fn read(mut self, field: &[u8]) -> AuthenticationResults {
        self.head();
        while (self.open || !self.rest.is_empty()) && self.field.results.len() < MAX_RESULTS {
            self.part();
        }
        self.finish(field)
    }

    /// How far it was read.
    fn at(&self) -> usize {
        self.whole.len().saturating_sub(self.rest.len())
    }

    fn departs(&mut self, kind: DepartureKind, span: Span) {
        let told = &mut self.field.departures;
        let room = told.len() < MAX_DEPARTURES;
        match told.last_mut() {
            // Words in a row are one departure.
            Some(last)
                if last.kind == kind && kind == DepartureKind::StrayWords && is_gap(self.whole, last.span, span) =>
            {
                last.span.end = span.end;
            }
            Some(last) if !room => {
                *last = Departure { kind: DepartureKind::TooMany, span: Span::new(last.span.start, self.whole.len()) };
            }
            _ => told.push(Departure { kind, span }),
        }
    }

    /// `instance [CFWS] ";"` (RFC 8617 §3.9, §4.1.1).
    fn instance(&mut self) -> Option<u8> {
        self.space();
        self.rest = self.rest.strip_prefix('i')?;
        self.space();
        self.rest = self.rest.strip_prefix('=')?;
        self.space();
        let digits = self.digits();
        // position = 1*2DIGIT
        let instance = Some(digits).filter(|digits| digits.len() <= 2)?.parse().ok()?;
        self.space();
        self.rest = self.rest.strip_prefix(';')?;
        (1..=MAX_INSTANCE).contains(&instance).then_some(instance)
    }

    fn digits(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        digits
    }

    /// `CFWS`; the comments are kept.
    fn space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some((words, length)) = comment(self.rest) else { return };
            let start = self.at();
            if length == self.rest.len() && !is_closed(self.rest) {
                self.departs(DepartureKind::Unclosed, Span::new(start, self.whole.len()));
            }
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
    fn value(&mut self) -> Value {
        let start = self.at();
        if let Some((text, length)) = quoted_string(self.rest) {
            self.advance(length);
            // What folds a quoted string is no part of it (RFC 5322 §2.2.3).
            let text = text.replace(['\r', '\n'], "");
            // `"a b"@example.org` goes on behind the quotes.
            let tail = self.bare();
            let span = Span::new(start, self.at());
            if tail.is_empty() {
                return Value { text, is_value: true, is_address: false, span };
            }
            let is_address = tail.strip_prefix('@').is_some_and(words::is_domain);
            return Value { text: format!("\"{text}\"{tail}"), is_value: false, is_address, span };
        }
        let text = self.bare();
        let span = Span::new(start, self.at());
        if text.starts_with('"') {
            self.departs(DepartureKind::Unclosed, span);
        }
        let (is_value, is_address) = (words::is_token(text), words::is_address(text));
        Value { text: text.to_owned(), is_value, is_address, span }
    }

    fn bare(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| c.is_whitespace() || matches!(c, ';' | '('));
        let (value, rest) = self.rest.split_at_checked(end.unwrap_or(self.rest.len())).unwrap_or_default();
        self.rest = rest;
        value
    }

    /// `authserv-id [CFWS authres-version]`, up to the first semicolon. A result that stands there
    /// instead is left for [`Reader::part`].
    fn head(&mut self) {
        self.space();
        let (before, start) = (self.rest, self.at());
        let id = self.value();
        if id.text.is_empty() || words::is_result(&id.text) || (id.text == "none" && self.at_end()) {
            self.departs(DepartureKind::NoAuthservId, Span::at(start));
            self.rest = before;
            return;
        }
        if !id.is_value {
            self.departs(DepartureKind::Value, id.span);
        }
        self.field.authserv_id = Some(id.text);
        self.space();
        self.version();
        self.space();
        self.field.comments = core::mem::take(&mut self.comments);
        self.before_parts();
    }

    /// What stands between the host and the first semicolon. A result there is left for the first part.
    fn before_parts(&mut self) {
        while !self.at_end() {
            let (before, said, told) = (self.rest, self.comments.len(), self.field.departures.len());
            if self.pair().is_some() {
                self.rest = before;
                self.comments.truncate(said);
                self.field.departures.truncate(told);
                return self.departs(DepartureKind::StrayWords, Span::at(self.at()));
            }
            self.stray();
            self.space();
        }
        self.semicolon();
    }

    fn semicolon(&mut self) {
        self.open = self.rest.starts_with(';');
        self.advance(usize::from(self.open));
    }

    fn version(&mut self) {
        let start = self.at();
        let digits = self.digits();
        if digits.is_empty() {
            return;
        }
        let version = digits.parse().unwrap_or(u32::MAX);
        if version != 1 {
            self.departs(DepartureKind::Version, Span::new(start, self.at()));
        }
        self.field.version = Some(version);
    }

    /// Whether a part ends here.
    fn at_end(&self) -> bool {
        self.rest.is_empty() || self.rest.starts_with(';')
    }

    /// `resinfo`, with the semicolon behind it; or `none`, which is the only part.
    fn part(&mut self) {
        self.parts = self.parts.saturating_add(1);
        self.space();
        let start = self.at();
        let mut result: Option<MethodResult> = None;
        let mut words = 0_usize;
        let mut nones = 0_usize;
        let told = self.field.departures.len();
        while !self.at_end() {
            match (self.pair(), &mut result) {
                (None, _) => {
                    words = words.saturating_add(1);
                    nones = nones.saturating_add(usize::from(self.stray()));
                }
                (Some((name, value)), None) => result = Some(self.method(&name, value)),
                (Some((name, value)), Some(result)) => self.take(result, &name, value),
            }
            self.space();
        }
        let span = Span::new(start, self.at());
        self.semicolon();
        let comments = core::mem::take(&mut self.comments);
        match result {
            Some(result) => self.field.results.push(MethodResult { comments, ..result }),
            None => {
                // The words of a part without a result are one departure, or none at all.
                self.field.departures.truncate(told);
                self.field.comments.extend(comments);
                let alone = self.parts == 1 && !self.open;
                self.without_result(span, words, nones, alone);
            }
        }
    }

    fn without_result(&mut self, span: Span, words: usize, nones: usize, alone: bool) {
        match (words, nones) {
            (0, _) => self.departs(DepartureKind::EmptyPart, span),
            (1, 1) if alone => {}
            (1, 1) => self.departs(DepartureKind::NoneBesideResults, span),
            _ => self.departs(DepartureKind::NoResult, span),
        }
    }

    /// `name = value`, with comments between; nothing is read if that does not stand here.
    fn pair(&mut self) -> Option<((String, Span), Value)> {
        let (before, start, said) = (self.rest, self.at(), self.comments.len());
        let mut name = self.name();
        let mut end = self.at();
        self.space();
        // RFC 8601 §2.2: comments and spaces may stand around the "/" and the "." within a name.
        while !name.is_empty() && (self.rest.starts_with(['/', '.']) || name.ends_with(['/', '.'])) {
            let more = self.name();
            if more.is_empty() {
                break;
            }
            name.push_str(&more);
            end = self.at();
            self.space();
        }
        if name.is_empty() || !self.rest.starts_with('=') {
            self.rest = before;
            self.comments.truncate(said);
            return None;
        }
        self.advance(1);
        self.space();
        Some(((name, Span::new(start, end)), self.value()))
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
        let start = self.at();
        let word = self.value();
        if self.at() == start {
            let first = self.rest.chars().next().map_or(1, char::len_utf8);
            self.advance(first);
        }
        self.departs(DepartureKind::StrayWords, Span::new(start, self.at()));
        word.text.eq_ignore_ascii_case("none")
    }

    /// `method [ "/" version ] "=" result`.
    fn method(&mut self, (name, place): &(String, Span), result: Value) -> MethodResult {
        let (method, version) =
            name.split_once('/').map_or((&**name, None), |(method, version)| (method, Some(version)));
        let number = version.filter(|version| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()));
        if !words::is_keyword(method) || version.is_some() != number.is_some() {
            self.departs(DepartureKind::Name, *place);
        }
        if !words::is_keyword(&result.text) {
            self.departs(DepartureKind::Name, result.span);
        }
        MethodResult {
            method: method.to_owned(),
            // A number beyond all bounds is that of no version.
            version: number.map(|number| number.parse().unwrap_or(u32::MAX)),
            result: result.text.to_ascii_lowercase(),
            ..MethodResult::default()
        }
    }

    /// `reasonspec` or `propspec`.
    fn take(&mut self, result: &mut MethodResult, (name, place): &(String, Span), value: Value) {
        if name == "reason" {
            if result.reason.is_some() || !result.properties.is_empty() {
                self.departs(DepartureKind::LateReason, *place);
            } else if !value.is_value {
                self.departs(DepartureKind::Value, value.span);
            }
            if result.reason.is_none() {
                result.reason = Some(value.text);
                return;
            }
        }
        let (ptype, property) = name.split_once('.').unwrap_or(("", name));
        if !name.contains('.') {
            self.departs(DepartureKind::NoPropertyType, *place);
        } else if !words::is_keyword(ptype) || !words::is_keyword(property) {
            self.departs(DepartureKind::Name, *place);
        }
        if !value.is_value && !value.is_address {
            self.departs(DepartureKind::Value, value.span);
        }
        result.properties.push(Property { ptype: ptype.into(), name: property.into(), value: value.text });
    }

    fn finish(mut self, field: &[u8]) -> AuthenticationResults {
        let (start, end) = (self.at(), self.whole.len());
        if !self.rest.is_empty() {
            self.departs(DepartureKind::TooMany, Span::new(start, end));
        }
        if self.parts == 0 {
            self.departs(DepartureKind::Nothing, Span::at(end));
        }
        for departure in &mut self.field.departures {
            let Span { start, end } = departure.span;
            departure.span = Span::new(in_bytes(field, start), in_bytes(field, end));
        }
        self.field
    }
}

/// Whether nothing but white space stands between two places.
fn is_gap(text: &str, before: Span, after: Span) -> bool {
    Span::new(before.end, after.start).of_text(text).trim().is_empty()
}

/// Whether the comment that ends a text is closed: one more parenthesis is no part of it.
fn is_closed(text: &str) -> bool {
    comment(&format!("{text})")).is_none_or(|(_, length)| length <= text.len())
}

/// A place in the text as a place in the bytes: what is no UTF-8 was read as U+FFFD, of three bytes.
fn in_bytes(bytes: &[u8], at: usize) -> usize {
    let (mut text, mut place) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid().len();
        let within = at.saturating_sub(text);
        if within <= valid {
            return place.saturating_add(within);
        }
        let read = char::REPLACEMENT_CHARACTER.len_utf8();
        text = text.saturating_add(valid).saturating_add(read);
        place = place.saturating_add(valid).saturating_add(chunk.invalid().len());
    }
    place.min(bytes.len())
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

    fn kinds(field: &AuthenticationResults) -> Vec<DepartureKind> {
        field.departures.iter().map(|departure| departure.kind).collect()
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
        assert_eq!(kinds(&field), [DepartureKind::NoAuthservId, DepartureKind::NoPropertyType]);
        // A semicolon at the end; values in no quotes.
        let field = read(
            "mx.test; dkim=pass header.i=@a.test header.s=s1 header.b=\"a/b\"; spf=pass (mx.test: domain of amy@a.test designates 2001:db8::1) smtp.mailfrom=amy@a.test;",
        );
        assert_eq!(field.results.len(), 2);
        assert_eq!(kinds(&field), [DepartureKind::EmptyPart]);
        let field = read("mx.test; spf=softfail is what we say smtp.mailfrom=a.test");
        assert_eq!((shown(&field)[0].as_str(), kinds(&field).len()), ("spf=softfail smtp.mailfrom=a.test", 1));
        assert_eq!(field.departures[0].kind, DepartureKind::StrayWords);
    }

    #[test]
    fn every_departure_has_its_place() {
        // RFC 8601 §2.2, production by production.
        use DepartureKind as Kind;
        for (text, kind, place) in [
            ("a@b; spf=pass", Kind::Value, "a@b"),
            ("mx.test 2; spf=pass", Kind::Version, "2"),
            ("mx.test 99999999999; spf=pass", Kind::Version, "99999999999"),
            ("mx.test 1 x; spf=pass", Kind::StrayWords, "x"),
            ("mx.test", Kind::Nothing, ""),
            ("mx.test 1 (only said)", Kind::Nothing, ""),
            ("mx.test;", Kind::EmptyPart, ""),
            ("mx.test; ; spf=pass", Kind::EmptyPart, ""),
            ("mx.test; x y; spf=pass", Kind::NoResult, "x y"),
            ("mx.test; none; spf=pass", Kind::NoneBesideResults, "none"),
            ("mx.test; spf=pass; none", Kind::NoneBesideResults, "none"),
            ("mx.test; none none", Kind::NoResult, "none none"),
            ("mx.test; s_p_f=pass", Kind::Name, "s_p_f"),
            ("mx.test; spf/x=pass", Kind::Name, "spf/x"),
            ("mx.test; spf/=pass", Kind::Name, "spf/"),
            ("mx.test; spf=\"p p\"", Kind::Name, "\"p p\""),
            ("mx.test; spf=pass smtp.a.b=c", Kind::Name, "smtp.a.b"),
            ("mx.test; spf=pass .b=c", Kind::Name, ".b"),
            ("mx.test; spf=pass client-ip=c", Kind::NoPropertyType, "client-ip"),
            ("mx.test; spf=pass smtp.helo=", Kind::Value, ""),
            ("mx.test; spf=pass smtp.mailfrom=<a@b.test>", Kind::Value, "<a@b.test>"),
            ("mx.test; iprev=pass policy.iprev=2001:db8::1", Kind::Value, "2001:db8::1"),
            ("mx.test; dkim=pass header.b=a/b=", Kind::Value, "a/b="),
            ("mx.test; spf=pass smtp.mailfrom=\"a\"b", Kind::Value, "\"a\"b"),
            ("mx.test; spf=pass smtp.helo=a reason=b", Kind::LateReason, "reason"),
            ("mx.test; spf=pass reason=a/b", Kind::Value, "a/b"),
            ("mx.test; spf=pass (a (b)", Kind::Unclosed, "(a (b)"),
            ("mx.test; spf=pass and more (x) words smtp.helo=a", Kind::StrayWords, "and more"),
        ] {
            let field = AuthenticationResults::parse(text.as_bytes());
            let found = field.departures.first().unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.kind, found.span.of_text(text)), (kind, place), "{text}");
        }
        let none: &[&str] = &[
            "mx.test; NONE (x)",
            "mx.test 1;\r\n\tnone",
            "\"a b\" 1; none",
            "mx.test; spf/1=pass reason=a smtp.mailfrom=@a.test",
        ];
        for text in none {
            assert!(read(text).departures.is_empty(), "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_bytes() {
        let text = b"mx.test; spf=pass (\xff\xfe) x/\xff y=\xc3\xa9 \xff= ; w";
        let field = AuthenticationResults::parse(text);
        let told: Vec<&[u8]> = field.departures.iter().map(|departure| departure.span.of(text)).collect();
        assert_eq!(told, [&b"x/\xff"[..], b"y", b"\xff", b"", b"w"]);
    }

    #[test]
    fn what_is_said_of_the_host_is_kept() {
        let field = read("mx.test (gate\r\n two) 1 (b); spf=pass (c); ; (d) x (e)");
        assert_eq!(
            (field.comments.join(" "), field.results[0].comments.join(" ")),
            ("gate two b d e".into(), "c".into())
        );
    }

    #[test]
    fn what_says_nothing_is_said_to() {
        assert_eq!(kinds(&read("")), [DepartureKind::NoAuthservId, DepartureKind::Nothing]);
        assert_eq!(read("none").authserv_id, None);
        let many = read(&format!("mx.test{}", "; spf=pass".repeat(1000)));
        assert_eq!((many.results.len(), kinds(&many)), (MAX_RESULTS, vec![DepartureKind::TooMany]));
        let many = read(&format!("mx.test{}", "; x".repeat(100_000)));
        assert_eq!((many.departures.len(), many.departures[999].kind), (MAX_DEPARTURES, DepartureKind::TooMany));
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
        // RFC 8617 §3.9: CFWS wherever it may stand, one or two digits, "i" in lower case.
        let (instance, field) = arc(" (a;b) i (c) = (d)\r\n 03 (e) ; (f) mx.test (g); spf=pass").unwrap();
        assert_eq!((instance, field.comments.join(" "), field.results.len()), (3, "a;b c d e f g".to_owned(), 1));
        for none in ["mx.test; spf=pass", "i=0; mx.test", "i=51; mx.test", "i=x; mx.test", "", "i=1", "i=; a", "I=1; a"]
        {
            assert!(arc(none).is_none(), "{none}");
        }
        for none in ["i=+1; mx.test", "i=001; mx.test", "i=1 2; mx.test", "i=1x; mx.test", "t=1; i=1; mx.test"] {
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
