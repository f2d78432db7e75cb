//! MIME entities ([RFC 2045](https://www.rfc-editor.org/rfc/rfc2045), [RFC 2046](https://www.rfc-editor.org/rfc/rfc2046))
//! as far as a bounce needs them: the leaves, in order, within bounds.
//!
//! Decoding is `mail-parser`'s. The walk is our own: it goes no deeper than it is told, never into the returned
//! message, and repairs the boundaries that gateways lose.

use std::borrow::Cow;
use std::sync::LazyLock;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::parsers::MessageStream;
use memchr::memchr;
use memchr::memmem::{self, Finder};

use super::html;
use super::limits::Limits;
use super::line_ends::{text_to_lf, to_lf};

/// A header section and what follows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entity<'a> {
    pub(super) header: HeaderSection<'a>,
    pub(super) body: &'a [u8],
}

impl<'a> Entity<'a> {
    /// Splits at the first empty line.
    pub(super) fn split(octets: &'a [u8]) -> Self {
        static EMPTY_LINE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\n\n"));
        if let Some(body) = octets.strip_prefix(b"\n") {
            return Self { header: HeaderSection(b""), body };
        }
        match EMPTY_LINE.find(octets) {
            Some(at) => Self {
                header: HeaderSection(octets.get(..=at).unwrap_or(octets)),
                body: octets.get(at + 2..).unwrap_or_default(),
            },
            None => Self { header: HeaderSection(octets), body: b"" },
        }
    }

    /// `text/plain`, in lower case; empty where the field is missing.
    pub(super) fn media_type(&self) -> String {
        let value = self.header.value("Content-Type").unwrap_or_default();
        value.split([';', ' ', '\t']).next().unwrap_or_default().to_ascii_lowercase()
    }

    /// The body without its transfer encoding (RFC 2045 §6), lines ended by LF. What does not decode is left as it is.
    pub(super) fn decoded(&self, limit: usize) -> Cow<'a, [u8]> {
        let body = self.body.get(..limit).unwrap_or(self.body);
        let encoding = self.header.value("Content-Transfer-Encoding").unwrap_or_default();
        let decoded = match encoding.trim() {
            word if word.eq_ignore_ascii_case("quoted-printable") => quoted_printable_decode(body),
            word if word.eq_ignore_ascii_case("base64") => base64_decode(body),
            _ => None,
        };
        match decoded {
            Some(octets) if memchr(b'\r', &octets).is_some() => Cow::Owned(to_lf(&octets).into_owned()),
            Some(octets) => Cow::Owned(octets),
            None => Cow::Borrowed(body),
        }
    }

    /// The body as text in its charset; without one, UTF-8.
    pub(super) fn text(&self, limit: usize) -> Cow<'a, str> {
        let octets = self.decoded(limit);
        let content_type = self.header.value("Content-Type").unwrap_or_default();
        let charset = parameter(&content_type, "charset").unwrap_or_default();
        // ISO-2022-JP (RFC 1468) marks itself: Japanese servers leave the charset out.
        if charset.is_empty() && find(&octets, b"\x1b$").is_some() {
            return Cow::Owned(text_to_lf(
                charset_decoder(b"iso-2022-jp").map_or_else(String::new, |decoder| decoder(&octets)),
            ));
        }
        if charset.is_empty() || charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("us-ascii") {
            return lossy(octets);
        }
        match charset_decoder(charset.as_bytes()) {
            Some(decoder) => Cow::Owned(text_to_lf(decoder(&octets))),
            None => lossy(octets),
        }
    }

    /// An HTML body as text.
    pub(super) fn html(&self, limit: usize) -> String {
        text_to_lf(html::text_of(&self.text(limit)))
    }
}

fn lossy(octets: Cow<'_, [u8]>) -> Cow<'_, str> {
    match octets {
        Cow::Borrowed(octets) => plain(octets),
        Cow::Owned(octets) => Cow::Owned(
            String::from_utf8(octets).unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned()),
        ),
    }
}

/// As [`String::from_utf8_lossy`], which is slow where nothing is lost.
fn plain(octets: &[u8]) -> Cow<'_, str> {
    core::str::from_utf8(octets).map_or_else(|_| String::from_utf8_lossy(octets), Cow::Borrowed)
}

/// Header fields, lines ended by LF.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeaderSection<'a>(pub(super) &'a [u8]);

impl<'a> HeaderSection<'a> {
    /// All of it.
    pub(super) fn text(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.0)
    }

    /// The raw values of the fields of that name, folds and all.
    fn raw_values(self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            while !rest.is_empty() {
                let end = field_end(rest);
                let (field, after) = rest.split_at_checked(end)?;
                rest = after;
                if let Some(value) = value_of(field, name) {
                    return Some(value);
                }
            }
            None
        })
    }

    /// The unfolded value of the first field of that name.
    pub(super) fn value(self, name: &str) -> Option<Cow<'a, str>> {
        self.raw_values(name).next().map(unfolded)
    }

    /// The unfolded value of an unstructured field, its encoded words (RFC 2047) decoded.
    pub(super) fn words(self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.value(name)?;
        if !value.contains("=?") {
            return Some(value);
        }
        let line = format!("{value}\n");
        let decoded = MessageStream::new(line.as_bytes()).parse_unstructured();
        Some(decoded.as_text().map_or(value, |text| Cow::Owned(text.to_owned())))
    }

    /// The unfolded values of every field of that name.
    pub(super) fn values(self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        self.raw_values(name).map(unfolded)
    }
}

/// Where the first field ends: before the first line that is no continuation.
fn field_end(octets: &[u8]) -> usize {
    let mut from = 0;
    loop {
        let Some(at) = octets.get(from..).and_then(|rest| memchr(b'\n', rest)) else { return octets.len() };
        from += at + 1;
        if !matches!(octets.get(from), Some(b' ' | b'\t')) {
            return from;
        }
    }
}

fn value_of<'a>(field: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (start, rest) = field.split_at_checked(name.len())?;
    // Most differ in the first letter.
    let may_be =
        start.first().map(u8::to_ascii_lowercase) == name.bytes().next().map(|octet| octet.to_ascii_lowercase());
    if !may_be || !start.eq_ignore_ascii_case(name.as_bytes()) {
        return None;
    }
    rest.trim_ascii_start().strip_prefix(b":")
}

fn unfolded(value: &[u8]) -> Cow<'_, str> {
    let value = value.trim_ascii();
    if memchr(b'\n', value).is_some() {
        let lines: Vec<_> = value.split(|&octet| octet == b'\n').map(<[u8]>::trim_ascii).collect();
        return Cow::Owned(plain(&lines.join(&b' ')).into_owned());
    }
    plain(value)
}

/// A parameter of a structured field (RFC 2045 §5.1), its quotes left out.
pub(super) fn parameter(value: &str, name: &str) -> Option<String> {
    for part in value.split(';').skip(1) {
        let Some((attribute, value)) = part.split_once('=') else { continue };
        if attribute.trim().eq_ignore_ascii_case(name) {
            let value = value.trim();
            let inner = value.strip_prefix('"').map(|quoted| quoted.split('"').next().unwrap_or(quoted));
            return Some(inner.unwrap_or(value).to_owned());
        }
    }
    None
}

/// The leaves of a message, the returned message being one.
pub(super) fn leaves<'a>(message: Entity<'a>, limits: &Limits) -> Vec<Entity<'a>> {
    let mut leaves = Vec::new();
    descend(message, limits.depth, limits, &mut leaves);
    leaves
}

fn descend<'a>(entity: Entity<'a>, depth: usize, limits: &Limits, leaves: &mut Vec<Entity<'a>>) {
    if leaves.len() >= limits.parts {
        return;
    }
    let parts = if depth > 1 { parts(&entity, limits.parts) } else { Vec::new() };
    if parts.is_empty() {
        leaves.push(entity);
    }
    let is_digest = !parts.is_empty() && entity.media_type() == "multipart/digest";
    for part in parts {
        let mut part = Entity::split(part);
        // RFC 2046 §5.1.5: a part of a digest that does not say what it is, is a message.
        if is_digest && part.header.value("Content-Type").is_none() {
            part.header = HeaderSection(b"Content-Type: message/rfc822\n");
        }
        descend(part, depth - 1, limits, leaves);
    }
}

/// The body parts of a multipart (RFC 2046 §5.1.1), none for another entity.
fn parts<'a>(entity: &Entity<'a>, limit: usize) -> Vec<&'a [u8]> {
    let content_type = entity.header.value("Content-Type").unwrap_or_default();
    let is_multipart = content_type.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"));
    let declared = if is_multipart { parameter(&content_type, "boundary") } else { None };
    if let Some(boundary) = declared.filter(|boundary| !boundary.is_empty()) {
        let parts = between(entity.body, boundary.as_bytes(), limit);
        if !parts.is_empty() {
            return parts;
        }
    }
    // Gateways drop or change the Content-Type field and leave the multipart's text: it says itself where its parts are.
    if !is_multipart && !says_mime(entity.body) {
        return Vec::new();
    }
    lost_boundary(entity.body).map(|boundary| between(entity.body, boundary, limit)).unwrap_or_default()
}

fn says_mime(body: &[u8]) -> bool {
    static SIGNS: LazyLock<[Finder<'_>; 2]> =
        LazyLock::new(|| [Finder::new("MIME-encapsulated message"), Finder::new("multi-part message in MIME")]);
    let start = body.get(..200).unwrap_or(body);
    SIGNS.iter().any(|sign| sign.find(start).is_some())
}

/// The boundary that a body itself shows: a line of `--` and more before a line of a `Content-` field.
fn lost_boundary(body: &[u8]) -> Option<&[u8]> {
    let mut before: Option<&[u8]> = None;
    for line in body.split(|&octet| octet == b'\n').take(400) {
        let starts = line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        if let Some(boundary) = before.filter(|boundary| starts && boundary.len() > 2) {
            return Some(boundary);
        }
        before = line.strip_prefix(b"--").map(<[u8]>::trim_ascii_end);
    }
    None
}

/// RFC 2046 §5.1.1: what lies between delimiter lines; the line end before a delimiter belongs to it.
fn between<'a>(body: &'a [u8], boundary: &[u8], limit: usize) -> Vec<&'a [u8]> {
    static DASHES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\n--"));
    let first = body.starts_with(b"--").then_some(0);
    let mut parts = Vec::new();
    let mut start = None;
    for at in first.into_iter().chain(DASHES.find_iter(body).map(|at| at + 1)) {
        let line_end = body.get(at..).and_then(|rest| memchr(b'\n', rest)).map_or(body.len(), |end| at + end + 1);
        let after = body.get(at + 2..line_end).and_then(|line| line.strip_prefix(boundary)).map(<[u8]>::trim_ascii);
        let Some(after) = after.filter(|after| after.is_empty() || *after == b"--") else { continue };
        if let Some(start) = start {
            parts.push(body.get(start..at.saturating_sub(1).max(start)).unwrap_or_default());
        }
        start = after.is_empty().then_some(line_end);
        if start.is_none() || parts.len() >= limit {
            return parts;
        }
    }
    if let Some(start) = start {
        parts.push(body.get(start..).unwrap_or_default());
    }
    parts
}

/// Where a short word first stands.
pub(super) fn find(octets: &[u8], word: &[u8]) -> Option<usize> {
    memmem::find(octets, word)
}
