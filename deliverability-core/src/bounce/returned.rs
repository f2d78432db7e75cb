//! A returned message, read.

use core::net::IpAddr;
use std::sync::Arc;

use super::cause::Cause;
use super::reply::Reply;
use super::status_code::EnhancedStatusCode;

/// What a message, a reply or a log line says about mail that did not arrive.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bounce {
    pub(super) kind: Kind,
    pub(super) recipients: Vec<Recipient>,
    pub(super) reporting_mta: Option<String>,
    pub(super) original: Option<Original>,
    pub(super) feedback: Option<Feedback>,
}

impl Bounce {
    /// What it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What it says about each recipient, in the order of the message. One whose address it does not give
    /// has none.
    pub fn recipients(&self) -> &[Recipient] {
        &self.recipients
    }

    /// The server that wrote the report (RFC 3464 §2.2.2).
    pub fn reporting_mta(&self) -> Option<&str> {
        self.reporting_mta.as_deref()
    }

    /// What came back of the message that was sent.
    pub const fn original(&self) -> Option<&Original> {
        self.original.as_ref()
    }

    /// What a complaint says of itself: for [`Kind::FeedbackReport`].
    pub const fn feedback(&self) -> Option<&Feedback> {
        self.feedback.as_ref()
    }
}

/// What a text about mail is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A delivery report (RFC 3464).
    DeliveryReport,
    /// A bounce in words: qmail, Exim, vendors.
    TextReport,
    /// A complaint in the Abuse Reporting Format (RFC 5965).
    FeedbackReport,
    /// An automatic answer (RFC 3834): not a bounce.
    AutoReply,
    /// A notification in JSON: Amazon SNS.
    Notification,
    /// A bare reply of an SMTP server.
    Reply,
    /// A line of a mail server's log.
    LogLine,
    /// None of these.
    Other,
}

impl Kind {
    /// The stable word, in JSON and Python.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeliveryReport => "delivery_report",
            Self::TextReport => "text_report",
            Self::FeedbackReport => "feedback_report",
            Self::AutoReply => "auto_reply",
            Self::Notification => "notification",
            Self::Reply => "reply",
            Self::LogLine => "log_line",
            Self::Other => "other",
        }
    }
}

/// What is said about one recipient.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recipient {
    pub(super) address: Option<String>,
    pub(super) original_address: Option<String>,
    pub(super) action: Option<Action>,
    pub(super) status: Option<EnhancedStatusCode>,
    pub(super) remote_host: Option<String>,
    pub(super) reply: Reply,
}

impl Recipient {
    /// The address that was tried: the final one of a delivery report (RFC 3464 §2.3.2), which is what the reply is about.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// The address that the sender wrote, where the report gives it (RFC 3464 §2.3.1): it differs from
    /// [`Recipient::address`] after an alias or a forward.
    pub fn original_address(&self) -> Option<&str> {
        self.original_address.as_deref()
    }

    /// What became of the message (RFC 3464 §2.3.3).
    pub const fn action(&self) -> Option<Action> {
        self.action
    }

    /// The `Status` field (RFC 3464 §2.3.4), which may differ from the reply's own code.
    pub const fn status(&self) -> Option<EnhancedStatusCode> {
        self.status
    }

    /// The server that replied.
    pub fn remote_host(&self) -> Option<&str> {
        self.remote_host.as_deref()
    }

    /// What was replied; its text is empty where nothing was.
    pub const fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Why, as [`Reply::cause`].
    pub const fn cause(&self) -> Cause {
        self.reply.cause()
    }
}

/// What became of a message for a recipient (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed by RFC 3464 §2.3.3")]
pub enum Action {
    /// It could not be delivered.
    Failed,
    /// It is still tried.
    Delayed,
    /// It was delivered.
    Delivered,
    /// It went on to a server that gives no reports.
    Relayed,
    /// It went to several in the recipient's place.
    Expanded,
}

impl Action {
    /// The RFC's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// What came back of the message that was sent: its header section, and what follows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Original {
    pub(super) octets: Arc<[u8]>,
    pub(super) is_whole: bool,
}

impl Original {
    /// The header section, with the body if it came back too.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Whether the body came back too: only then can a DKIM signature be verified.
    pub const fn is_whole(&self) -> bool {
        self.is_whole
    }
}

/// The fields of a complaint (RFC 5965 §3), as it states them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Feedback {
    /// `abuse`, `fraud`, `not-spam`, `virus`, `auth-failure`, `opt-out`, in lower case.
    pub kind: String,
    /// The address that the message came from.
    pub source_ip: Option<IpAddr>,
    /// The domain that is complained about.
    pub reported_domain: Option<String>,
    /// The envelope sender.
    pub original_sender: Option<String>,
    /// The method that failed, for `auth-failure` (RFC 6591 §3.1).
    pub authentication_failure: Option<String>,
}
