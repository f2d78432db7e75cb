//! `read_bounce`.

use core::net::IpAddr;
use std::sync::Arc;

use deliverability_core::bounce::{self, Cause, EnhancedStatusCode};
use pyo3::prelude::*;

use super::reply::Reply;
use super::words::{BounceAction, BounceKind};
use crate::field::{Field as _, Octets};
use crate::record::bytes_of;
use crate::value::value_class;

value_class! {
    /// What a message, a reply or a log line says about mail that did not arrive.
    Bounce {
        /// What it is.
        kind: BounceKind,
        /// What it says about each recipient, in the order of the message. One whose address it does
        /// not give has none.
        recipients: Vec<Recipient>,
        /// The server that wrote the report (RFC 3464 §2.2.2).
        reporting_mta: Option<String>,
        /// What came back of the message that was sent.
        original: Option<Original>,
        /// What a complaint says of itself: for "feedback_report".
        feedback: Option<Feedback>,
    }
}

impl From<&bounce::Bounce> for Bounce {
    fn from(bounce: &bounce::Bounce) -> Self {
        Self {
            kind: bounce.kind().into(),
            recipients: bounce.recipients().iter().map(Recipient::from).collect(),
            reporting_mta: bounce.reporting_mta().map(str::to_owned),
            original: bounce.original().map(Original::from),
            feedback: bounce.feedback().map(Feedback::from),
        }
    }
}

value_class! {
    /// What is said about one recipient.
    Recipient {
        /// The address that was tried, which is what the reply is about.
        address: Option<String>,
        /// The address that the sender wrote, where the report gives it: it differs after an alias or
        /// a forward.
        original_address: Option<String>,
        /// What became of the message (RFC 3464 §2.3.3).
        action: Option<BounceAction>,
        /// The `Status` field, such as "5.7.1", which may differ from the reply's own code.
        status: Option<EnhancedStatusCode>,
        /// The server that replied.
        remote_host: Option<String>,
        /// What was replied; its text is empty where nothing was.
        reply: Reply,
    } with {
        /// Why, as `reply.cause`.
        #[getter]
        fn cause<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            Cause::to_py(&self.reply.cause, py)
        }
    }
}

impl From<&bounce::Recipient> for Recipient {
    fn from(recipient: &bounce::Recipient) -> Self {
        Self {
            address: recipient.address().map(str::to_owned),
            original_address: recipient.original_address().map(str::to_owned),
            action: recipient.action().map(BounceAction::from),
            status: recipient.status(),
            remote_host: recipient.remote_host().map(str::to_owned),
            reply: recipient.reply().into(),
        }
    }
}

value_class! {
    /// What came back of the message that was sent.
    Original {
        /// The header section, with the body if it came back too.
        octets: Octets,
        /// Whether the body came back too: only then can a DKIM signature be verified.
        is_whole: bool,
    }
}

impl From<&bounce::Original> for Original {
    fn from(original: &bounce::Original) -> Self {
        Self { octets: Octets(Arc::from(original.octets())), is_whole: original.is_whole() }
    }
}

value_class! {
    /// The fields of a complaint (RFC 5965 §3), as it states them.
    Feedback {
        /// "abuse", "fraud", "not-spam", "virus", "auth-failure", "opt-out" or another word.
        kind: String,
        /// The address that the message came from.
        source_ip: Option<IpAddr>,
        /// The domain that is complained about.
        reported_domain: Option<String>,
        /// The envelope sender.
        original_sender: Option<String>,
        /// The method that failed, for "auth-failure" (RFC 6591 §3.1).
        authentication_failure: Option<String>,
    }
}

impl From<&bounce::Feedback> for Feedback {
    fn from(feedback: &bounce::Feedback) -> Self {
        Self {
            kind: feedback.kind.clone(),
            source_ip: feedback.source_ip,
            reported_domain: feedback.reported_domain.clone(),
            original_sender: feedback.original_sender.clone(),
            authentication_failure: feedback.authentication_failure.clone(),
        }
    }
}

/// Reads a returned message, a bare reply or a line of a mail server's log.
///
/// `raw` is best given as `bytes`. Nothing is refused: what says nothing about mail has no recipients.
/// At most so many `octets` of it are read (32 MiB), entities nested to this `depth` (8), leaf `parts` (64),
/// octets of the `text` of each (256 KiB), `recipients` (1,000) and octets of a `reply` (8 KiB): what is beyond
/// is left unread, and what was read stands.
///
/// >>> import deliverability as dv
/// >>> dv.read_bounce(b"From: amy@example.org\n\nhello").recipients
/// ()
#[pyfunction]
#[pyo3(signature = (raw, *, octets=None, depth=None, parts=None, text=None, recipients=None, reply=None))]
pub(crate) fn read_bounce(
    raw: &Bound<'_, PyAny>,
    octets: Option<usize>,
    depth: Option<usize>,
    parts: Option<usize>,
    text: Option<usize>,
    recipients: Option<usize>,
    reply: Option<usize>,
) -> PyResult<Bounce> {
    let bytes = bytes_of(raw, "a returned message")?;
    let mut limits = bounce::Limits::default();
    limits.octets = octets.unwrap_or(limits.octets);
    limits.depth = depth.unwrap_or(limits.depth);
    limits.parts = parts.unwrap_or(limits.parts);
    limits.text = text.unwrap_or(limits.text);
    limits.recipients = recipients.unwrap_or(limits.recipients);
    limits.reply = reply.unwrap_or(limits.reply);
    Ok(raw.py().detach(|| Bounce::from(&bounce::read_within(&bytes, &limits))))
}
