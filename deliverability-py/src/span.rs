//! Spans: byte offsets in the core, character offsets in Python.

use deliverability_core as core;
use pyo3::types::PyAnyMethods as _;

use crate::value::value_class;

value_class! {
    /// A half-open range of characters of the `text` beside it.
    Span {
        /// The first character.
        start: usize,
        /// Just past the last character.
        end: usize,
    } with {
        /// The characters of `text` that the span covers.
        fn of<'py>(&self, text: &pyo3::Bound<'py, pyo3::types::PyString>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
            let slice = pyo3::types::PySlice::new(text.py(), self.start.try_into()?, self.end.try_into()?, 1);
            text.as_any().get_item(slice)
        }
    }
}

impl Span {
    /// The characters that `span` covers in `bytes` as [`text`] shows them.
    pub(crate) fn of_bytes(bytes: &[u8], span: core::Span) -> Self {
        Self { start: characters_before(bytes, span.start), end: characters_before(bytes, span.end) }
    }

    /// The part of `bytes` that the span covers of them as [`text`] shows them; `None` if it is not
    /// all there.
    pub(crate) fn in_bytes(&self, bytes: &[u8]) -> Option<core::Span> {
        let (start, end) = (offset_of(bytes, self.start)?, offset_of(bytes, self.end)?);
        (start <= end).then(|| core::Span::new(start, end))
    }

    /// The characters of `text` that the span covers.
    pub(crate) fn slice(&self, text: &str) -> String {
        text.chars().skip(self.start).take(self.end.saturating_sub(self.start)).collect()
    }
}

/// Bytes as a `str`, with U+FFFD for what is not UTF-8.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How many characters of [`text`] start before byte `at`.
fn characters_before(bytes: &[u8], at: usize) -> usize {
    let starts = lengths(bytes).scan(0, |offset, length| Some(std::mem::replace(offset, *offset + length)));
    starts.take_while(|start| *start < at).count()
}

/// The byte that character `at` of [`text`] starts with; the length of the text behind its last one.
fn offset_of(bytes: &[u8], at: usize) -> Option<usize> {
    let mut lengths = lengths(bytes);
    (0..at).try_fold(0, |offset, _| Some(offset + lengths.next()?))
}

/// How many bytes each character of [`text`] stands for.
fn lengths(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let replaced = Some(chunk.invalid().len()).filter(|length| *length > 0);
        chunk.valid().chars().map(char::len_utf8).chain(replaced)
    })
}

/// The characters of line `number` of a text, counted from 1; all of the text for 0.
pub(crate) fn line(text: &str, number: usize) -> Span {
    let before: usize =
        text.split_inclusive('\n').take(number.saturating_sub(1)).map(|line| line.chars().count()).sum();
    let line = text.lines().nth(number.saturating_sub(1)).filter(|_| number > 0);
    let end = line.map_or_else(|| text.chars().count(), |line| before + line.chars().count());
    Span { start: before, end }
}
