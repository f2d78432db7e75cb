//! A record as receivers read it: what counts, and what is ignored (RFC 9989 §4.7, §4.8).

use core::ops::Range;

use super::parse_error::{ErrorKind, ParseError};
use super::record::{AlignmentMode, FailureOptions, Policy, Psd, Record};
use super::report_uri::ReportUri;
use super::tags::TagName;
use crate::span::Span;
use crate::tag_list::{self, Tag};

/// A DMARC record with what counts of it, where that stands, and the faults that cost the rest.
///
/// ```
/// use deliverability_core::dmarc::{ErrorKind, Reading, TagName};
///
/// let reading = Reading::of(b"v=DMARC1; p=reject; fo=9")?;
/// assert_eq!(reading.record().to_string(), "v=DMARC1; p=reject");
/// assert_eq!(reading.faults()[0].kind, ErrorKind::FailureOptions);
/// assert_eq!(reading.span_of(TagName::P).unwrap().of(b"v=DMARC1; p=reject; fo=9"), b"p=reject");
/// # Ok::<(), deliverability_core::dmarc::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    record: Record,
    /// The tags that count.
    places: Vec<(TagName, Span)>,
    /// The tags that were written and do not count.
    lost: Vec<TagName>,
    faults: Vec<ParseError>,
}

impl Reading {
    /// Reads the bytes of a TXT record.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Version`] only: the text is no DMARC record (RFC 9989 §4.7). Every other fault costs its
    /// tag alone (§4.8) and is one of [`Reading::faults`].
    pub fn of(text: &[u8]) -> Result<Self, ParseError> {
        let version = version(text)?;
        let mut reader = Reader {
            text,
            reading: Self {
                record: Record::default(),
                places: vec![(TagName::V, Span::new(0, version.start))],
                lost: Vec::new(),
                faults: Vec::new(),
            },
        };
        let rest = Span::from(version).of(text);
        for tag in tag_list::tags(rest) {
            reader.spec(tag, text.len().saturating_sub(rest.len()));
        }
        Ok(reader.reading)
    }

    /// What counts.
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// What counts, owned.
    pub fn into_record(self) -> Record {
        self.record
    }

    /// What does not count and why, in the order of the text.
    pub fn faults(&self) -> &[ParseError] {
        &self.faults
    }

    /// Where a tag stands that counts: from its name to the end of its value.
    pub fn span_of(&self, tag: TagName) -> Option<Span> {
        self.places.iter().find(|(name, _)| *name == tag).map(|(_, span)| *span)
    }

    /// Whether a tag was written and does not count.
    pub(super) fn is_lost(&self, tag: TagName) -> bool {
        self.lost.contains(&tag) && self.span_of(tag).is_none()
    }
}

/// `dmarc-version`: gives what follows its semicolon.
fn version(text: &[u8]) -> Result<Range<usize>, ParseError> {
    let fault = || {
        let end = text.iter().position(|byte| *byte == b';').unwrap_or(text.len());
        ParseError::new(ErrorKind::Version, Span::new(0, end))
    };
    let rest = text.strip_prefix(b"v").or_else(|| text.strip_prefix(b"V")).ok_or_else(fault)?;
    let rest = without_wsp(rest).strip_prefix(b"=").ok_or_else(fault)?;
    // RFC 9989 §4.8: of all the literals this one alone is case-sensitive.
    let rest = without_wsp(rest).strip_prefix(b"DMARC1").ok_or_else(fault)?;
    match without_wsp(rest).split_first() {
        None => Ok(text.len()..text.len()),
        Some((b';', tags)) => Ok(text.len().saturating_sub(tags.len())..text.len()),
        Some(_) => Err(fault()),
    }
}

fn without_wsp(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
    text.get(end..).unwrap_or_default()
}

struct Reader<'a> {
    text: &'a [u8],
    reading: Reading,
}

impl Reader<'_> {
    /// One part between semicolons. Spans count from `start` of the text.
    fn spec(&mut self, spec: Result<Tag, tag_list::ParseError>, start: usize) {
        let tag = match spec {
            Ok(tag) => tag,
            Err(error) => return self.fault(ErrorKind::Form(error.kind), error.span.shifted(start)),
        };
        let tag = Tag { name: tag.name.shifted(start), value: tag.value.shifted(start) };
        let written = tag.name.of(self.text);
        let name = TagName::of(written);
        if let Some(place) = self.white_space(tag) {
            self.reading.lost.extend(name);
            return self.fault(ErrorKind::WhiteSpace, place);
        }
        let Some(name) = name else {
            // RFC 9989 §4.8: a tag's name is letters only; unknown ones are ignored without a fault.
            if !written.iter().all(u8::is_ascii_alphabetic) {
                self.fault(ErrorKind::Form(tag_list::ErrorKind::Name), tag.name);
            }
            return;
        };
        if let Err(fault) = self.known(name, tag) {
            self.reading.lost.push(name);
            self.reading.faults.push(fault);
        }
    }

    fn fault(&mut self, kind: ErrorKind, span: Span) {
        self.reading.faults.push(ParseError::new(kind, span));
    }

    /// RFC 9989 §4.8: WSP, which is spaces and tabs, may stand between tags, and spaces in a value.
    fn white_space(&self, tag: Tag) -> Option<Span> {
        let before = Span::new(0, tag.name.start).of(self.text);
        let start = before.iter().rposition(|byte| *byte == b';').map_or(0, |at| at.saturating_add(1));
        let after = self.text.get(tag.value.end..).unwrap_or_default();
        let end = after.iter().position(|byte| *byte == b';').unwrap_or(after.len());
        let end = end.saturating_add(tag.value.end);
        let is_bad = |at: usize, byte: u8| match byte {
            b'\r' | b'\n' => true,
            b'\t' => tag.value.start <= at && at < tag.value.end,
            _ => false,
        };
        let spec = Span::new(start, end).of(self.text);
        let at = start.saturating_add(spec.iter().zip(start..).position(|(byte, at)| is_bad(at, *byte))?);
        Some(Span::new(at, at.saturating_add(1)))
    }

    fn known(&mut self, name: TagName, tag: Tag) -> Result<(), ParseError> {
        let value = tag.value.of(self.text);
        // RFC 6376 §3.2 forbids a second one, RFC 9989 §4.8 discards what is wrong after the version: the
        // first counts.
        if self.reading.span_of(name).is_some() || self.reading.lost.contains(&name) {
            return Err(ParseError::new(ErrorKind::Duplicate(name), tag.name));
        }
        if value.is_empty() {
            return Err(ParseError::new(ErrorKind::EmptyValue(name), Span::new(tag.name.start, tag.value.end)));
        }
        self.value(name, tag.value)?;
        let record = &self.reading.record;
        let has_no_uri = match name {
            TagName::Rua => record.rua.is_empty(),
            TagName::Ruf => record.ruf.is_empty(),
            _ => false,
        };
        if has_no_uri {
            self.reading.lost.push(name);
        } else {
            self.reading.places.push((name, Span::new(tag.name.start, tag.value.end)));
        }
        Ok(())
    }

    fn value(&mut self, name: TagName, span: Span) -> Result<(), ParseError> {
        let value = span.of(self.text);
        let uris = if takes_uris(name) { self.uris(name, span) } else { Vec::new() };
        let fault = |kind| ParseError::new(kind, span);
        let policy = || Policy::of(value).map(Some).ok_or(fault(ErrorKind::Policy(name)));
        let record = &mut self.reading.record;
        match name {
            TagName::P => record.p = policy()?,
            TagName::Sp => record.sp = policy()?,
            TagName::Np => record.np = policy()?,
            TagName::Psd => record.psd = psd(value).ok_or(fault(ErrorKind::Psd))?,
            TagName::T => record.t = testing(value).ok_or(fault(ErrorKind::Testing))?,
            TagName::Adkim => record.adkim = mode(value).ok_or(fault(ErrorKind::Alignment(name)))?,
            TagName::Aspf => record.aspf = mode(value).ok_or(fault(ErrorKind::Alignment(name)))?,
            TagName::Fo => record.fo = FailureOptions::of(value).ok_or(fault(ErrorKind::FailureOptions))?,
            TagName::Pct => record.pct = Some(percentage(value).ok_or(fault(ErrorKind::Percentage))?),
            TagName::Rua => record.rua = uris,
            TagName::Ruf => record.ruf = uris,
            TagName::V | TagName::Rf | TagName::Ri => {}
        }
        Ok(())
    }

    /// `dmarc-urilist`. RFC 9989 §4.10.1 asks for "at least one" valid URI: a bad one does not cost the others.
    fn uris(&mut self, name: TagName, span: Span) -> Vec<ReportUri> {
        let mut uris = Vec::new();
        let mut at = span.start;
        for item in span.of(self.text).split(|byte| *byte == b',') {
            let start = at.saturating_add(item.len().saturating_sub(item.trim_ascii_start().len()));
            at = at.saturating_add(item.len()).saturating_add(1);
            match ReportUri::parse(item.trim_ascii()) {
                Ok(uri) => uris.push(uri),
                Err(error) => self.fault(ErrorKind::Uri(name), error.span.shifted(start)),
            }
        }
        uris
    }
}

const fn takes_uris(name: TagName) -> bool {
    matches!(name, TagName::Rua | TagName::Ruf)
}

const fn psd(value: &[u8]) -> Option<Psd> {
    match value {
        b"y" | b"Y" => Some(Psd::Y),
        b"n" | b"N" => Some(Psd::N),
        b"u" | b"U" => Some(Psd::U),
        _ => None,
    }
}

const fn testing(value: &[u8]) -> Option<bool> {
    match value {
        b"y" | b"Y" => Some(true),
        b"n" | b"N" => Some(false),
        _ => None,
    }
}

const fn mode(value: &[u8]) -> Option<AlignmentMode> {
    match value {
        b"r" | b"R" => Some(AlignmentMode::Relaxed),
        b"s" | b"S" => Some(AlignmentMode::Strict),
        _ => None,
    }
}

/// `1*3DIGIT`, at most 100 (RFC 7489 §6.3).
fn percentage(value: &[u8]) -> Option<u8> {
    let digits = core::str::from_utf8(value).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok().filter(|percent| *percent <= 100)
}

#[cfg(test)]
mod tests;
