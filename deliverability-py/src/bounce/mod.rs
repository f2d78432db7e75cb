//! Returned mail and SMTP replies.

pub(crate) mod reply;
pub(crate) mod returned;
pub(crate) mod words;
