//! DNS lists.

pub(crate) mod cell;
pub(crate) mod list;
pub(crate) mod sighting;
mod subjects;
pub(crate) mod sweep;
pub(crate) mod verdict;
