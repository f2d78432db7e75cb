//! How far a sweep is.

use super::cell::Cell;

/// How far a sweep is: numbers of cells, each one subject at one list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Handed out with an answer that a resumed sweep does not ask for again.
    pub settled: u64,
    /// Handed out, and listed.
    pub listed: u64,
    /// Handed out, and unknown.
    pub unknown: u64,
    /// Handed out although nobody was asked, because the list is left alone.
    pub left_alone: u64,
    /// Passed over, because an earlier run settled them.
    pub resumed: u64,
    /// Lists' tests and cells that are under way.
    pub in_flight: usize,
}

impl Progress {
    pub(super) fn count(&mut self, cell: &Cell) {
        self.settled += u64::from(cell.is_settled());
        self.listed += u64::from(cell.is_listed());
        self.unknown += u64::from(cell.is_unknown());
        self.left_alone += u64::from(!cell.was_asked());
    }
}
