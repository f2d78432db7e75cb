//! The returned mail of a case: what it says, and what the message that came back tells of its sender.

use core::net::IpAddr;
use std::borrow::Cow;
use std::sync::Arc;

#[cfg(feature = "verify")]
use super::message::CaseMessage;
use crate::bounce::{Bounce, Kind, Original, Recipient};
use crate::dkim::Signature;
use crate::domain::DomainName;
use crate::header::addresses::{Domain, Mailbox};
use crate::header::received::Received;
use crate::header::trace::{self, Note, Origin, Script, Trace};
use crate::header::{Field, ReceivedSpf, fields};
use crate::mailbox;
use crate::network::is_public;

/// Octets of a header section that are read here.
const HEADER_OCTETS: usize = 1 << 20;
/// Most signatures whose keys are looked up.
const MAX_KEYS: usize = 20;
/// Most recipients whose replies are put to the test.
const MAX_RECIPIENTS: usize = 100;

/// A returned mail given to a diagnosis, read once. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseBounce(Arc<Parts>);

#[derive(Debug, PartialEq)]
struct Parts {
    bounce: Bounce,
    octets: usize,
    envelope: Envelope,
    original: Header,
    way: Way,
    #[cfg(feature = "verify")]
    message: Option<CaseMessage>,
}

/// The way of the message that came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The Received fields, from the top.
    hops: Vec<Hop>,
    /// The client that handed the message to the topmost server from elsewhere.
    pub(super) source: Option<IpAddr>,
    /// The address that a server saw in place of the client's, and what that means.
    pub(super) hidden: Option<(IpAddr, String)>,
    pub(super) origin: Origin,
    pub(super) script: Option<Script>,
}

/// A Received field: who handed the message over.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) ip: Option<IpAddr>,
    pub(super) helo: Option<String>,
    /// Whether the client had logged in.
    pub(super) is_authenticated: bool,
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

/// What the report itself says of the message that it returns.
#[derive(Debug, Default, PartialEq, Eq)]
struct Envelope {
    /// Whom the report went to: the envelope sender of what it returns (RFC 5321 §6.1).
    to: Option<DomainName>,
    /// `X-Postfix-Sender`.
    sender: Option<DomainName>,
    at: Option<u64>,
}

/// What the header section that came back says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// The MAIL FROM address that a server noted; empty for the null sender.
    pub(super) return_path: Option<String>,
    pub(super) from: Option<DomainName>,
    /// The selectors and domains of its signatures.
    pub(super) keys: Vec<(String, DomainName)>,
    /// The purported responsible address (RFC 4407), or why there is none.
    pub(super) purported: Option<Result<String, String>>,
    /// A private address that SPF was judged for, as a Received-SPF field has it.
    pub(super) spf_of_private: Option<IpAddr>,
    /// Whether a field was there at all.
    is_there: bool,
}

impl CaseBounce {
    #[cfg(feature = "bounce")]
    pub(super) fn of(octets: &[u8]) -> Self {
        let bounce = crate::bounce::read(octets);
        let original = bounce.original();
        let section = original.map(Original::octets).unwrap_or_default();
        let section = section.get(..HEADER_OCTETS).unwrap_or(section);
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

    /// What it says, recipient by recipient.
    pub fn bounce(&self) -> &Bounce {
        &self.0.bounce
    }

    /// How many octets were given.
    pub fn octets(&self) -> usize {
        self.0.octets
    }

    /// The Received fields of the message that came back, from the top.
    pub(super) fn hops(&self) -> &[Hop] {
        &self.0.way.hops
    }

    /// The way of the message that came back, as its Received fields tell it.
    pub(super) fn way(&self) -> &Way {
        &self.0.way
    }

    /// When it was returned, in seconds since 1970, by its Date field.
    pub fn at(&self) -> Option<u64> {
        self.0.envelope.at
    }

    /// Whether a script, or a user of the server itself, submitted the message.
    pub(super) fn is_by_script(&self) -> bool {
        matches!(self.0.way.origin, Origin::Script | Origin::LocalSubmission)
    }

    pub(super) fn original(&self) -> &Header {
        &self.0.original
    }

    /// The message that came back, if all of it did.
    #[cfg(feature = "verify")]
    pub(super) fn message(&self) -> Option<&CaseMessage> {
        self.0.message.as_ref()
    }

    /// The recipients that are looked at.
    pub(super) fn recipients(&self) -> &[Recipient] {
        let all = self.0.bounce.recipients();
        all.get(..MAX_RECIPIENTS).unwrap_or(all)
    }

    /// The envelope sender's domain and where it stands, the surest first.
    pub(super) fn sender_domains(&self) -> Vec<(DomainName, &'static str)> {
        let Parts { envelope, original, .. } = &*self.0;
        let replies = || self.recipients().iter().map(|recipient| recipient.reply().parameters());
        let return_path = original.return_path.as_deref().and_then(domain_of);
        let found = [
            (envelope.sender.clone(), "the report names the envelope sender"),
            (return_path, "the Return-Path of the message that came back"),
            (replies().find_map(|named| named.sender.as_deref().and_then(domain_of)), "the reply names the sender"),
            (envelope.to.clone(), "the report was sent to the envelope sender there"),
            (original.from.clone(), "the From field of the message that came back"),
            (replies().find_map(|named| named.domain.clone()), "the reply names it"),
        ];
        found.into_iter().filter_map(|(domain, source)| Some((domain?, source))).collect()
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
        let text = || String::from_utf8_lossy(&field.unfolded()).trim().to_owned();
        if field.is("Return-Path") && self.return_path.is_none() {
            let value = text();
            let inner = value.strip_prefix('<').and_then(|value| value.strip_suffix('>'));
            self.return_path = inner.filter(|inner| inner.is_empty() || inner.contains('@')).map(str::to_owned);
        } else if field.is("From") && self.from.is_none() {
            self.from = domain_of_mailbox(field.value);
        } else if field.is("DKIM-Signature") && self.keys.len() < MAX_KEYS {
            let signature = Signature::parse(field.value).ok();
            self.keys.extend(signature.map(|signature| (signature.selector, signature.domain)));
        } else if field.is("Received-SPF") && self.spf_of_private.is_none() {
            let client = ReceivedSpf::parse(field.value).ok().and_then(|spf| spf.client_ip());
            self.spf_of_private = client.filter(|ip| !is_public(*ip));
        }
    }

    /// Whether the header section came back, and holds no signature.
    pub(super) fn is_unsigned(&self) -> bool {
        self.is_there && self.keys.is_empty()
    }
}

/// The domain of an address in a session or a report.
pub(super) fn domain_of(address: &str) -> Option<DomainName> {
    let mailbox = mailbox::Mailbox::from_session(address);
    let name: DomainName = mailbox.text().contains('@').then(|| mailbox.domain().parse().ok())??;
    (!name.is_root()).then_some(name)
}

fn domain_of_mailbox(value: &[u8]) -> Option<DomainName> {
    match Mailbox::parse(value).ok()?.domain {
        Domain::Name(name) => Some(name),
        Domain::Literal(_) => None,
    }
}
