//! DNS lists.

pub(crate) mod list;
pub(crate) mod verdict;
