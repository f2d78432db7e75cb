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
    Actor from bounce::Actor {
        SenderDns = "sender_dns",
        SenderServer = "sender_server",
        Sender = "sender",
        Receiver = "receiver",
        Recipient = "recipient",
        Nobody = "nobody",
    } else Nobody
}

variant_words! {
    /// Whether a later try can help.
    Permanence from bounce::Permanence {
        Temporary = "temporary",
        Permanent = "permanent",
        Unknown = "unknown",
    } else Unknown
}

variant_words! {
    /// What a text about mail is.
    BounceKind from bounce::Kind {
        DeliveryReport = "delivery_report",
        TextReport = "text_report",
        FeedbackReport = "feedback_report",
        AutoReply = "auto_reply",
        Notification = "notification",
        Reply = "reply",
        LogLine = "log_line",
        Other = "other",
    } else Other
}

variant_words! {
    /// What became of a message for a recipient.
    BounceAction from bounce::Action {
        Failed = "failed",
        Delayed = "delayed",
        Delivered = "delivered",
        Relayed = "relayed",
        Expanded = "expanded",
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
