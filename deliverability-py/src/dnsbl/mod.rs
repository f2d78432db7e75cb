//! DNS lists.

pub(crate) mod list;
pub(crate) mod sighting;
pub(crate) mod verdict;
