//! What was read about one recipient, before it is classified.

use super::limits::Limits;
use crate::bounce::cause::Cause;
use crate::bounce::classify::{Context, classify_reply_in};
use crate::bounce::parameters::Parameters;
use crate::bounce::reply::{Permanence, Reply};
use crate::bounce::returned::{Action, Recipient};
use crate::bounce::status_code::EnhancedStatusCode;
use crate::cut::cut;
use crate::span::Span;

/// One recipient, as the forms fill it in.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// The address that was tried.
    pub(super) address: Option<String>,
    /// The address that the sender wrote.
    pub(super) original_address: Option<String>,
    pub(super) action: Option<Action>,
    pub(super) status: Option<EnhancedStatusCode>,
    pub(super) status_comment: Option<String>,
    pub(super) remote_host: Option<String>,
    /// What may be the reply: the best first.
    pub(super) replies: Vec<String>,
}

impl Draft {
    /// A recipient of whom only the address is known.
    pub(super) fn of(address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..Self::default() }
    }

    /// Adds a text unless it is blank or already there.
    pub(super) fn add_reply(&mut self, text: &str) {
        if !text.trim().is_empty() && !self.replies.iter().any(|known| known == text) {
            self.replies.push(text.to_owned());
        }
    }

    /// Adds what the words of the bounce quote: ahead of the report's own text where they have all of it and more.
    pub(super) fn add_fuller(&mut self, text: &str) {
        if self.replies.iter().any(|known| known == text) {
            return;
        }
        let is_fuller = self.replies.first().is_some_and(|known| is_fuller(text, known));
        if is_fuller {
            self.replies.insert(0, text.to_owned());
        } else {
            self.add_reply(text);
        }
    }

    /// Whether the address is one of this recipient's.
    pub(super) fn has_address(&self, address: &str) -> bool {
        [&self.address, &self.original_address].into_iter().flatten().any(|own| own.eq_ignore_ascii_case(address))
    }

    /// Classified; with a cause that the form of the message itself gives, if any.
    pub(super) fn into_recipient_of(mut self, cause: Option<Cause>, limits: &Limits) -> Recipient {
        self.cut_replies(limits);
        match cause {
            Some(cause) => self.stated(cause),
            None => self.into_recipient_with(|_| (), limits),
        }
    }

    /// Classified; where none of its texts tells the cause, `more` adds others.
    pub(super) fn into_recipient_with(mut self, more: impl FnOnce(&mut Self), limits: &Limits) -> Recipient {
        self.cut_replies(limits);
        let reply = self.known(0).unwrap_or_else(|| {
            let seen = self.replies.len();
            more(&mut self);
            self.cut_replies(limits);
            self.known(seen).unwrap_or_else(|| self.of_status())
        });
        self.into_recipient(reply)
    }

    fn cut_replies(&mut self, limits: &Limits) {
        for text in &mut self.replies {
            text.truncate(cut(text, limits.reply).len());
        }
    }

    fn into_recipient(self, mut reply: Reply) -> Recipient {
        // What is still tried has not been tried for too long.
        if let Some(cause) = reply.underlying.filter(|_| self.action == Some(Action::Delayed)) {
            (reply.cause, reply.underlying) = (cause, None);
        }
        Recipient {
            original_address: self.original_address,
            address: self.address,
            action: self.action,
            status: self.status,
            remote_host: self.remote_host,
            reply,
        }
    }

    /// The first text, under a cause that needs no reading.
    fn stated(self, cause: Cause) -> Recipient {
        let text = self.replies.first().map(String::as_str).unwrap_or_default();
        let reply = Reply {
            text: text.into(),
            code: None,
            status: self.status,
            cause,
            underlying: None,
            parameters: Parameters::default(),
            receiver: None,
            permanence: Permanence::Unknown,
            sentence: Span::new(0, text.len()),
        };
        self.into_recipient(reply)
    }

    /// The first text, from the one at `seen` on, whose own words or codes tell the cause.
    fn known(&self, seen: usize) -> Option<Reply> {
        let context = self.context();
        let mut replies = self.replies.iter().skip(seen).map(|text| classify_reply_in(text, &context));
        replies.find(|reply| reply.cause() != Cause::Unknown).map(|reply| self.with_status(reply))
    }

    /// The first text, where only the report's `Status` is left to decide.
    fn of_status(&self) -> Reply {
        let context = Context { status: self.status, ..self.context() };
        classify_reply_in(self.replies.first().map(String::as_str).unwrap_or_default(), &context)
    }

    fn context(&self) -> Context<'_> {
        Context { remote_host: self.remote_host.as_deref(), recipient: self.address.as_deref(), ..Context::default() }
    }

    /// With what the `Status` field adds to a text that has no code of its own.
    fn with_status(&self, mut reply: Reply) -> Reply {
        reply.status = reply.status.or(self.status);
        if reply.permanence == Permanence::Unknown {
            reply.permanence = match self.status.map(|status| status.class) {
                Some(4) => Permanence::Temporary,
                Some(5) => Permanence::Permanent,
                _ => Permanence::Unknown,
            };
        }
        reply
    }
}

/// Whether a text says what another says, and goes on; a text without words says nothing.
fn is_fuller(text: &str, known: &str) -> bool {
    if text.len() + 16 < known.len() {
        return false;
    }
    let keeps_code = starts_with_code(text) || !starts_with_code(known);
    let (text, known) = (words(text), words(known));
    text.len() > known.len() && text.starts_with(known.trim_end()) && (keeps_code || known.is_empty())
}

fn starts_with_code(text: &str) -> bool {
    matches!(text.as_bytes(), [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', ..])
}

/// The letters of a text, one space between words, reply codes and enhanced status codes left out.
fn words(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if word.contains(|c: char| c.is_alphabetic()) {
            plain.extend(word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase));
            plain.push(' ');
        }
    }
    plain
}
