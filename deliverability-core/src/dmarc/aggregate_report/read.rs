//! XML to rows, in one pass over the text.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::assign::Draft;
use super::{AggregateReport, Limits, MAX_DEPTH};
use crate::cut::cut;
use crate::escaped::Escaped;

/// Why a report cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
#[non_exhaustive]
pub struct ReadError {
    /// What is wrong.
    pub kind: ReadErrorKind,
    /// Where, in bytes of the unpacked XML; `None` for what is wrong before.
    pub at: Option<u64>,
}

impl ReadError {
    pub(super) const fn new(kind: ReadErrorKind) -> Self {
        Self { kind, at: None }
    }
}

/// What is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The gzip or zip data is damaged.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// The zip archive is encrypted or packed in a way that reports are not.
    #[error("the zip archive is encrypted or uses a method other than deflate")]
    Unsupported,
    /// The XML is longer than [`Limits::unpacked`].
    #[error("the report is longer than {limit} bytes, unpacked")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// There are more rows than [`Limits::records`].
    #[error("the report has more than {limit} records")]
    TooManyRecords {
        /// The limit.
        limit: usize,
    },
    /// Elements nest deeper than any report's.
    #[error("the elements of the report nest too deep")]
    TooDeep,
    /// It is no well-formed XML.
    #[error("the report is no well-formed XML: {0}")]
    Xml(String),
    /// It is no report: there is no `feedback` element, or it has neither a policy nor a record.
    #[error("this is no DMARC aggregate report: it has no <feedback> with a policy or a record")]
    NotAReport,
}

pub(super) fn read(xml: &str, limits: &Limits) -> Result<AggregateReport, ReadError> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}').trim_start());
    // Names of organizations come with a bare `&` now and then.
    reader.config_mut().allow_dangling_amp = true;
    let mut builder = Builder { draft: Draft::default(), path: Vec::new(), text: String::new(), limits };
    loop {
        let event = reader.read_event().map_err(|error| ReadError {
            kind: ReadErrorKind::Xml(Escaped(error.to_string().as_bytes()).to_string()),
            at: Some(reader.error_position()),
        })?;
        let done = builder.event(event).map_err(|kind| ReadError { kind, at: Some(reader.buffer_position()) })?;
        if done {
            return builder.finish();
        }
    }
}

struct Builder<'a> {
    draft: Draft,
    /// The names of the open elements, without their prefixes.
    path: Vec<String>,
    /// The text of the innermost element.
    text: String,
    limits: &'a Limits,
}

impl Builder<'_> {
    /// Takes one event; true at the end.
    fn event(&mut self, event: Event<'_>) -> Result<bool, ReadErrorKind> {
        match event {
            Event::Start(start) => self.open(start.local_name().into_inner())?,
            Event::Empty(empty) => {
                self.open(empty.local_name().into_inner())?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.push(&text.xml10_content()),
            Event::CData(text) => self.push(&text.xml10_content()),
            Event::GeneralRef(reference) => self.reference(&reference),
            // Nothing is expanded: a report needs no document type.
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof if self.path.is_empty() => return Ok(true),
            Event::Eof => return Err(ReadErrorKind::Xml("it ends inside an element".to_owned())),
        }
        Ok(false)
    }

    fn open(&mut self, name: &str) -> Result<(), ReadErrorKind> {
        if self.path.len() >= MAX_DEPTH {
            return Err(ReadErrorKind::TooDeep);
        }
        self.path.push(name.chars().take(self.limits.text).collect());
        self.text.clear();
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        if self.draft.open(&path) && self.draft.records() >= self.limits.records {
            return Err(ReadErrorKind::TooManyRecords { limit: self.limits.records });
        }
        Ok(())
    }

    fn close(&mut self) {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        self.draft.close(&path, self.text.trim());
        self.path.pop();
        self.text.clear();
    }

    fn push(&mut self, text: &str) {
        let room = self.limits.text.saturating_sub(self.text.len());
        self.text.push_str(cut(text, room));
    }

    /// `&amp;` and its like, and characters by number.
    fn reference(&mut self, reference: &BytesRef<'_>) {
        let character = match &*reference.xml10_content() {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        if let Some(character) = character {
            self.push(character.encode_utf8(&mut [0; 4]));
        }
    }

    fn finish(self) -> Result<AggregateReport, ReadError> {
        let report = self.draft.finish().ok_or(ReadError::new(ReadErrorKind::NotAReport))?;
        let is_empty = report.policy.domain.is_empty() && report.records.is_empty() && report.unread_records == 0;
        if is_empty { Err(ReadError::new(ReadErrorKind::NotAReport)) } else { Ok(report) }
    }
}
