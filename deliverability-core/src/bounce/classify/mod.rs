//! From the text of a reply to its cause.

use super::cause::Cause;
use super::parameters::Parameters;
use super::reply::{Permanence, Reply};
use super::status_code::EnhancedStatusCode;
use crate::span::Span;

/// What is known of a reply besides its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The server that replied.
    pub remote_host: Option<&'a str>,
    /// The recipient it is about.
    pub recipient: Option<&'a str>,
    /// The `Status` field of the delivery report: believed where the text has no code of its own.
    pub status: Option<EnhancedStatusCode>,
}

/// Classifies an SMTP reply.
pub fn classify_reply(text: &str) -> Reply {
    classify_reply_in(text, &Context::default())
}

/// As [`classify_reply`], with what else is known of the reply.
pub fn classify_reply_in(text: &str, context: &Context<'_>) -> Reply {
    Reply {
        text: text.into(),
        code: None,
        status: context.status,
        cause: Cause::Unknown,
        underlying: None,
        parameters: Parameters::default(),
        receiver: None,
        permanence: Permanence::Unknown,
        sentence: Span::new(0, 0),
    }
}
