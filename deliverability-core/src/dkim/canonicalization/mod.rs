//! How messages are prepared for hashing (RFC 6376 §3.4).

mod body;
mod header;
mod white_space;

pub(super) use body::Body;
pub(super) use header::field;
