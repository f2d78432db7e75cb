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
struct Piece {
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
    fn value(&mut self) -> Piece {
        let start = self.at();
        if let Some((text, length)) = quoted_string(self.rest) {
            self.advance(length);
            // What folds a quoted string is no part of it (RFC 5322 §2.2.3).
            let text = text.replace(['\r', '\n'], "");
            // `"a b"@example.org` goes on behind the quotes.
            let tail = self.bare();
            let span = Span::new(start, self.at());
            if tail.is_empty() {
                return Piece { text, is_value: true, is_address: false, span };
            }
            let is_address = tail.strip_prefix('@').is_some_and(words::is_domain);
            // As it stands, escapes and all: only so can it be told from a local part without quotes.
            let text = span.of_text(self.whole).replace(['\r', '\n'], "");
            return Piece { text, is_value: false, is_address, span };
        }
        let text = self.bare();
        let span = Span::new(start, self.at());
        if text.starts_with('"') {
            self.departs(DepartureKind::Unclosed, span);
        }
        let (is_value, is_address) = (words::is_token(text), words::is_address(text));
        Piece { text: text.to_owned(), is_value, is_address, span }
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
                (Some((name, value)), None) => result = Some(self.method(&name, &value)),
                (Some((name, value)), Some(result)) => self.take(result, &name, value),
            }
            self.space();
        }
        let span = Span::new(start, self.at());
        self.semicolon();
        let comments = core::mem::take(&mut self.comments);
        if let Some(result) = result {
            return self.field.results.push(MethodResult { comments, ..result });
        }
        // The words of a part without a result are one departure, or none at all.
        self.field.departures.truncate(told);
        self.field.comments.extend(comments);
        let alone = self.parts == 1 && !self.open;
        self.without_result(span, words, nones, alone);
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
    fn pair(&mut self) -> Option<((String, Span), Piece)> {
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
    fn method(&mut self, (name, place): &(String, Span), result: &Piece) -> MethodResult {
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
    fn take(&mut self, result: &mut MethodResult, (name, place): &(String, Span), value: Piece) {
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
        self.field.comments.append(&mut self.comments);
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
mod tests;
