//! `classify_reply`.

use core::net::IpAddr;

use deliverability_core::bounce::{self, Cause, Context, EnhancedStatusCode};
use deliverability_core::dnsbl::KnownList;
use deliverability_core::receivers::Receiver;
use deliverability_core::{DkimResult, DmarcResult, DomainName, SpfResult};
use pyo3::prelude::*;

use super::words::Permanence;
use crate::dnsbl::list::{DeadDnsblList, DnsblList};
use crate::field::Field;
use crate::input::Session;
use crate::span::Span;
use crate::tree::Tree;
use crate::value::value_class;

value_class! {
    /// What an SMTP reply says.
    Reply {
        /// The text as read: lines joined by one space, continuation prefixes left out.
        text: String,
        /// The reply code (RFC 5321 §4.2), 200 to 599.
        code: Option<u16>,
        /// The enhanced status code (RFC 3463), such as "5.7.26": that of the text, else that of the
        /// delivery report.
        status: Option<EnhancedStatusCode>,
        /// Why.
        cause: Cause,
        /// Behind "expired": what the last reply said before the sender gave up.
        underlying: Option<Cause>,
        /// What it names.
        parameters: Parameters,
        /// Who wrote it, where that can be told.
        receiver: Option<Receiver>,
        /// Whether a later try can help.
        permanence: Permanence,
        /// The words of `text` that say the cause; empty for "unknown".
        sentence: Span,
    } with {
        /// What the registry says of `status` (RFC 5248); a receiver may mean something else by it.
        #[getter]
        fn status_meaning(&self) -> Option<&'static str> {
            self.status?.meaning()
        }
    }
}

impl From<&bounce::Reply> for Reply {
    fn from(reply: &bounce::Reply) -> Self {
        Self {
            text: reply.text().to_owned(),
            code: reply.code(),
            status: reply.status(),
            cause: reply.cause(),
            underlying: reply.underlying(),
            parameters: reply.parameters().into(),
            receiver: reply.receiver(),
            permanence: reply.permanence().into(),
            sentence: Span::of_bytes(reply.text().as_bytes(), reply.sentence()),
        }
    }
}

value_class! {
    /// What a reply names: each is what the text says, not what is true.
    Parameters {
        /// The blocklist that it names.
        list: Option<NamedList>,
        /// The page that it points to: a look-up, a removal form, an explanation.
        url: Option<String>,
        /// The address that it is about: the client that was refused, as far as the text tells.
        ip: Option<IpAddr>,
        /// The domain that it is about: the one whose SPF, DMARC, DNS or name on a list is the matter.
        domain: Option<DomainName>,
        /// The sender's address that it is about, where it was verified or refused.
        sender: Option<String>,
        /// The sender's server that a callout asked, as an address or a name.
        mx: Option<String>,
        /// The HELO name that it is about.
        helo: Option<String>,
        /// The receiver's own code, such as "S3150".
        code: Option<String>,
        /// What the receiver's SPF check came to.
        spf: Option<SpfResult>,
        /// What the receiver's DKIM check came to.
        dkim: Option<DkimResult>,
        /// What the receiver's DMARC check came to.
        dmarc: Option<DmarcResult>,
    }
}

impl From<&bounce::Parameters> for Parameters {
    fn from(parameters: &bounce::Parameters) -> Self {
        Self {
            list: parameters.list.as_ref().map(NamedList::from),
            url: parameters.url.clone(),
            ip: parameters.ip,
            domain: parameters.domain.clone(),
            sender: parameters.sender.clone(),
            mx: parameters.mx.clone(),
            helo: parameters.helo.clone(),
            code: parameters.code.clone(),
            spf: parameters.spf,
            dkim: parameters.dkim,
            dmarc: parameters.dmarc,
        }
    }
}

value_class! {
    /// A blocklist that a reply names.
    NamedList {
        /// The stable word for it, such as "spamhaus-zen".
        name: String,
        /// Its zone, where the text or the catalogue tells one.
        zone: Option<DomainName>,
        /// What the catalogue knows of the zone.
        known: Option<Known>,
    }
}

impl From<&bounce::NamedList> for NamedList {
    fn from(list: &bounce::NamedList) -> Self {
        Self { name: list.name.clone(), zone: list.zone.clone(), known: list.known.as_ref().and_then(Known::of) }
    }
}

/// A list in use, or a dead one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Known {
    Active(DnsblList),
    Dead(DeadDnsblList),
}

impl Known {
    fn of(list: &KnownList) -> Option<Self> {
        match list {
            KnownList::Active(list) => Some(Self::Active(DnsblList::of(list))),
            KnownList::Dead(dead) => Some(Self::Dead(DeadDnsblList::of(dead))),
            _ => None,
        }
    }
}

impl Field for Known {
    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Active(list) => list.to_py(py),
            Self::Dead(list) => list.to_py(py),
        }
    }

    fn from_py(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        match DnsblList::from_py(value) {
            Ok(list) => Ok(Self::Active(list)),
            Err(_) => DeadDnsblList::from_py(value).map(Self::Dead),
        }
    }

    fn tree(&self) -> Tree {
        match self {
            Self::Active(list) => list.tree(),
            Self::Dead(list) => list.tree(),
        }
    }
}

/// What an SMTP reply says: why mail was refused or put off, what it names, who must act.
///
/// `remote_host` is the server that replied, `recipient` whom it was about, `status` the `Status` of
/// the delivery report, such as "5.7.1": each is a help where the text says less.
///
/// >>> import deliverability as dv
/// >>> reply = dv.classify_reply("550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org")
/// >>> reply.cause, reply.cause.actor, reply.parameters.ip, reply.parameters.list.zone
/// (Cause.IP_BLOCKLISTED, Actor.SENDER_SERVER, '192.0.2.7', 'zen.spamhaus.org')
#[pyfunction]
#[pyo3(signature = (text, *, remote_host=None, recipient=None, status=None))]
pub(crate) fn classify_reply(
    py: Python<'_>,
    text: Session,
    remote_host: Option<Session>,
    recipient: Option<Session>,
    status: Option<&Bound<'_, PyAny>>,
) -> PyResult<Reply> {
    let (Session(text), status) = (text, status.map(EnhancedStatusCode::from_py).transpose()?);
    let (remote_host, recipient) = (remote_host.map(|host| host.0), recipient.map(|recipient| recipient.0));
    let mut context = Context::default();
    (context.remote_host, context.recipient) = (remote_host.as_deref(), recipient.as_deref());
    context.status = status;
    Ok(py.detach(|| Reply::from(&bounce::classify_reply_in(&text, &context))))
}
