//! Protocols that receivers no longer read, so that what still stands in a zone can be explained.

pub mod adsp;
pub mod domainkeys;
pub mod sender_id;
