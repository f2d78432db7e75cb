//! From the octets of a returned mail to what a case needs of it.

use std::borrow::Cow;
use std::sync::Arc;

use super::{CaseBounce, Envelope, Header, Hop, Parts, Way, domain_of};
use crate::bounce::{Kind, Original};
#[cfg(feature = "verify")]
use crate::diagnosis::message::CaseMessage;
use crate::diagnosis::sent::HEADER_OCTETS;
use crate::domain::DomainName;
use crate::header::addresses::{Domain, Mailbox};
use crate::header::received::Received;
use crate::header::trace::{self, Note, Trace};
use crate::header::{Field, ReceivedSpf, fields};
use crate::network::is_public;

impl CaseBounce {
    pub(in crate::diagnosis) fn of(octets: &[u8]) -> Self {
        let bounce = crate::bounce::read(octets);
        let original = bounce.original();
        let section = original.map(Original::octets).unwrap_or_default();
        let section = &*with_line_feeds(section.get(..HEADER_OCTETS).unwrap_or(section));
        #[cfg(feature = "verify")]
        let message = original.filter(|original| original.is_whole()).map(|it| CaseMessage::of(it.octets()));
        Self(Arc::new(Parts {
            octets: octets.len(),
            envelope: Envelope::read(octets, bounce.kind()),
            original: Header::read(section),
            way: Way::of(&Trace::of(section)),
            #[cfg(feature = "verify")]
            message,
            bounce,
        }))
    }
}

impl Way {
    fn of(trace: &Trace<'_>) -> Self {
        let hidden = trace.notes().iter().find_map(|note| match note {
            Note::HiddenClient { ip, .. } => Some((*ip, note.to_string())),
            _ => None,
        });
        let hop = |hop: &trace::Hop<'_>| Hop {
            ip: hop.ip(),
            helo: hop.received().helo.as_ref().map(ToString::to_string),
            is_authenticated: hop.received().is_authenticated(),
        };
        Self {
            hops: trace.hops().iter().map(hop).collect(),
            source: trace.source_ip(),
            hidden,
            origin: trace.origin(),
            script: trace.script().cloned(),
        }
    }
}

impl Envelope {
    fn read(octets: &[u8], kind: Kind) -> Self {
        if !matches!(kind, Kind::DeliveryReport | Kind::TextReport | Kind::AutoReply | Kind::FeedbackReport) {
            return Self::default();
        }
        let text = with_line_feeds(octets.get(..HEADER_OCTETS).unwrap_or(octets));
        let mut envelope = Self::default();
        for field in fields(&text) {
            // RFC 5321 §6.1: a report goes to the envelope sender of what it returns. A complaint goes elsewhere.
            if field.is("To") && kind != Kind::FeedbackReport {
                envelope.to = envelope.to.or_else(|| domain_of_mailbox(field.value));
            } else if field.is("Date") {
                envelope.at = envelope.at.or_else(|| seconds(field.value));
            }
        }
        envelope.sender = postfix_sender(&text);
        envelope
    }
}

/// The line of Postfix's reports that names the envelope sender: `X-Postfix-Sender: rfc822; amy@example.org`.
fn postfix_sender(text: &[u8]) -> Option<DomainName> {
    let name = b"x-postfix-sender:";
    let is_one = |line: &&[u8]| line.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    let line = text.split(|octet| *octet == b'\n').find(is_one)?;
    let value = String::from_utf8_lossy(line.get(name.len()..)?).into_owned();
    domain_of(value.split_once(';').map_or(value.as_str(), |(_, address)| address).trim())
}

fn seconds(date: &[u8]) -> Option<u64> {
    // The date of a Received field stands behind a semicolon.
    let field = [b"by date; ", date].concat();
    u64::try_from(Received::parse(&field).date?.seconds).ok()
}

/// Bare CRs as line feeds, where nothing else ends a line.
fn with_line_feeds(octets: &[u8]) -> Cow<'_, [u8]> {
    if octets.contains(&b'\n') || !octets.contains(&b'\r') {
        return Cow::Borrowed(octets);
    }
    Cow::Owned(octets.iter().map(|octet| if *octet == b'\r' { b'\n' } else { *octet }).collect())
}

impl Header {
    fn read(section: &[u8]) -> Self {
        let mut header = Self::default();
        for field in fields(section) {
            header.is_there = true;
            header.take(&field);
        }
        header.purported = header.is_there.then(|| {
            let found = crate::historic::sender_id::purported_responsible_address(section);
            found.map(|pra| pra.mailbox.to_string()).map_err(|error| error.to_string())
        });
        header
    }

    fn take(&mut self, field: &Field<'_>) {
        self.sent.take(field);
        if field.is("From") && self.from.is_none() {
            self.from = domain_of_mailbox(field.value);
        } else if field.is("Received-SPF") && self.spf_of_private.is_none() {
            let client = ReceivedSpf::parse(field.value).ok().and_then(|spf| spf.client_ip());
            self.spf_of_private = client.filter(|ip| !is_public(*ip));
        }
    }
}

fn domain_of_mailbox(value: &[u8]) -> Option<DomainName> {
    match Mailbox::parse(value).ok()?.domain {
        Domain::Name(name) => Some(name),
        Domain::Literal(_) => None,
    }
}
