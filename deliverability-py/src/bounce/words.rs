//! The words of returned mail.

use deliverability_core::bounce;
use deliverability_core::receivers::Receiver;
use pyo3::prelude::*;

use crate::field::{Field as _, core_words, variant_words};

core_words! {
    bounce::Cause = "Cause";
    Receiver = "Receiver";
}

variant_words! {
    /// Who must act on a cause.
    Actor {
        SenderDns = "sender_dns",
        SenderServer = "sender_server",
        Sender = "sender",
        Receiver = "receiver",
        Recipient = "recipient",
        Nobody = "nobody",
    }
}

impl From<bounce::Actor> for Actor {
    fn from(actor: bounce::Actor) -> Self {
        match actor {
            bounce::Actor::SenderDns => Self::SenderDns,
            bounce::Actor::SenderServer => Self::SenderServer,
            bounce::Actor::Sender => Self::Sender,
            bounce::Actor::Receiver => Self::Receiver,
            bounce::Actor::Recipient => Self::Recipient,
            _ => Self::Nobody,
        }
    }
}

variant_words! {
    /// Whether a later try can help.
    Permanence { Temporary = "temporary", Permanent = "permanent", Unknown = "unknown", }
}

impl From<bounce::Permanence> for Permanence {
    fn from(permanence: bounce::Permanence) -> Self {
        match permanence {
            bounce::Permanence::Temporary => Self::Temporary,
            bounce::Permanence::Permanent => Self::Permanent,
            _ => Self::Unknown,
        }
    }
}

variant_words! {
    /// What a text about mail is.
    BounceKind {
        DeliveryReport = "delivery_report",
        TextReport = "text_report",
        FeedbackReport = "feedback_report",
        AutoReply = "auto_reply",
        Notification = "notification",
        Reply = "reply",
        LogLine = "log_line",
        Other = "other",
    }
}

impl From<bounce::Kind> for BounceKind {
    fn from(kind: bounce::Kind) -> Self {
        match kind {
            bounce::Kind::DeliveryReport => Self::DeliveryReport,
            bounce::Kind::TextReport => Self::TextReport,
            bounce::Kind::FeedbackReport => Self::FeedbackReport,
            bounce::Kind::AutoReply => Self::AutoReply,
            bounce::Kind::Notification => Self::Notification,
            bounce::Kind::Reply => Self::Reply,
            bounce::Kind::LogLine => Self::LogLine,
            _ => Self::Other,
        }
    }
}

variant_words! {
    /// What became of a message for a recipient.
    BounceAction {
        Failed = "failed",
        Delayed = "delayed",
        Delivered = "delivered",
        Relayed = "relayed",
        Expanded = "expanded",
    }
}

impl From<bounce::Action> for BounceAction {
    fn from(action: bounce::Action) -> Self {
        match action {
            bounce::Action::Failed => Self::Failed,
            bounce::Action::Delayed => Self::Delayed,
            bounce::Action::Delivered => Self::Delivered,
            bounce::Action::Relayed => Self::Relayed,
            bounce::Action::Expanded => Self::Expanded,
        }
    }
}

/// Who must act on a cause: what `Cause.actor` is.
#[pyfunction(name = "_actor")]
pub(crate) fn actor<'py>(cause: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    Actor::from(bounce::Cause::from_py(cause)?.actor()).to_py(cause.py())
}

/// The name of a receiver for people: what `Receiver.display_name` is.
#[pyfunction(name = "_receiver_title")]
pub(crate) fn receiver_title(receiver: &Bound<'_, PyAny>) -> PyResult<&'static str> {
    Ok(Receiver::from_py(receiver)?.title())
}
