//! Byte ranges into a text that the outcome owns.

use core::fmt;
use core::ops::Range;

/// A half-open range of byte offsets, `start..end`.
///
/// Spans index the *joined* bytes of a record (which need not be UTF-8), or the text that was
/// parsed. They order by start, then end.
///
/// ```
/// use deliverability_core::Span;
///
/// let span = Span::new(7, 9);
/// assert_eq!(span.of(b"v=spf1 mx -all"), b"mx");
/// assert_eq!(span.to_string(), "7..9");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just past the last byte; equal to `start` for a place between two bytes.
    pub end: usize,
}

impl Span {
    /// The range `start..end`; an `end` before `start` is taken as `start`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// The empty range at `at`.
    pub const fn at(at: usize) -> Self {
        Self { start: at, end: at }
    }

    /// The bytes of `text` that the span covers; what lies beyond the text is left out.
    pub fn of(self, text: &[u8]) -> &[u8] {
        let end = self.end.min(text.len());
        text.get(self.start.min(end)..end).unwrap_or_default()
    }

    /// The part of `text` that the span covers; empty where it cuts a character in two.
    pub fn of_text(self, text: &str) -> &str {
        text.get(self.start..self.end.min(text.len())).unwrap_or_default()
    }

    /// The span as a standard range.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The same span in a text that starts `by` bytes earlier.
    #[must_use]
    pub const fn shifted(self, by: usize) -> Self {
        Self { start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
