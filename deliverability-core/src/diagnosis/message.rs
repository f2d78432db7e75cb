//! The message of a case: what its header says, and nothing of its content.

use core::fmt::Write as _;
use core::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};

use super::sent::{HEADER_OCTETS, Sent};
use crate::dkim;
use crate::dmarc;
use crate::domain::DomainName;
use crate::header::addresses::Mailbox;
use crate::header::trace::{Note, Trace};
use crate::header::{body_start, fields, unfold};
use crate::network::is_public;

/// Most Received fields with a public address that are looked at.
const MAX_HOPS: usize = 50;
/// Most characters of a foreign field that are kept.
const MAX_EXCERPT: usize = 120;

/// A message given to a diagnosis, read once. Cheap to clone; its content is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMessage(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    mail: dkim::Message,
    octets: usize,
    sha256: String,
    header: Header,
}

/// What the rules read of the header section.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// The addresses in each From field, or why there are none.
    pub(super) from: Vec<Result<Vec<Mailbox>, String>>,
    /// The domains of the addresses in the one From field.
    authors: Vec<DomainName>,
    pub(super) has_sender: bool,
    pub(super) dates: usize,
    pub(super) message_ids: usize,
    /// A field that says that the message went to many.
    pub(super) bulk: Option<&'static str>,
    pub(super) list_id: bool,
    pub(super) list_unsubscribe: Option<String>,
    pub(super) list_unsubscribe_post: Option<String>,
    /// A field in which a host wrote what made the message, and its value: anybody can write one.
    pub(super) origin: Option<(&'static str, String)>,
    pub(super) sent: Sent,
    /// The public addresses that handed the message over, one a Received field, from the top.
    hops: Vec<IpAddr>,
    /// Who handed it to the receiving server, where that is known.
    source: Option<IpAddr>,
    /// What that client said in HELO, by the same field.
    pub(super) source_helo: Option<String>,
    /// What the trace says about a client whose address the server did not see.
    hidden: Option<String>,
}

impl CaseMessage {
    pub(super) fn of(message: &[u8]) -> Self {
        let start = body_start(message).unwrap_or(message.len()).min(HEADER_OCTETS);
        let header = Header::read(message.get(..start).unwrap_or(message));
        let sha256 = digest(&SHA256, message).as_ref().iter().fold(String::new(), |mut text, octet| {
            // A String takes whatever is written.
            let _ = write!(text, "{octet:02x}");
            text
        });
        Self(Arc::new(Parts {
            mail: dkim::Message::with_limits(message, dkim::Limits::thorough()),
            octets: message.len(),
            sha256,
            header,
        }))
    }

    /// How many octets it has.
    pub fn octets(&self) -> usize {
        self.0.octets
    }

    /// The SHA-256 digest of the whole message as given, in hexadecimal: which message it was.
    pub fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// The one domain in its one From field; `None` where there is no such thing.
    pub fn author_domain(&self) -> Option<&DomainName> {
        if let [one] = self.author_domains() { Some(one) } else { None }
    }

    /// The domains in its one From field, each once; none where the field is missing, repeated or malformed,
    /// or names more than [`dmarc::MAX_AUTHOR_DOMAINS`].
    pub fn author_domains(&self) -> &[DomainName] {
        &self.0.header.authors
    }

    /// The address that handed the message over, as the trace infers it: what the topmost Received field
    /// that tells of a client from elsewhere says, as true as that field is. Those below it may be written by
    /// anybody.
    pub fn source(&self) -> Option<IpAddr> {
        self.0.header.source
    }

    /// What hides the address that handed the message over, if its server saw a container network instead.
    pub(super) fn hidden_source(&self) -> Option<&str> {
        self.0.header.hidden.as_deref()
    }

    /// The public addresses of its Received fields, from the top: at most 50.
    pub(super) fn hops(&self) -> &[IpAddr] {
        &self.0.header.hops
    }

    /// The selector and domain of each signature that can be read: at most 20.
    pub(super) fn keys(&self) -> &[(String, DomainName)] {
        &self.0.header.sent.keys
    }

    pub(super) fn mail(&self) -> &dkim::Message {
        &self.0.mail
    }

    pub(super) fn header(&self) -> &Header {
        &self.0.header
    }
}

impl Header {
    fn read(section: &[u8]) -> Self {
        let mut header = Self::default();
        for field in fields(section) {
            header.take(&field.name.to_ascii_lowercase(), field.value);
            header.sent.take(&field);
        }
        if let [Ok(list)] = &header.from[..] {
            header.authors = dmarc::of_mailboxes(list).unwrap_or_default();
        }
        if header.authors.len() > dmarc::MAX_AUTHOR_DOMAINS {
            header.authors.clear();
        }
        header.follow(&Trace::of(section));
        header
    }

    fn follow(&mut self, trace: &Trace<'_>) {
        self.hops = trace.addresses().filter(|ip| is_public(*ip)).take(MAX_HOPS).collect();
        self.source = trace.source_ip();
        let hop = self.source.and(trace.source().hop()).and_then(|n| trace.hops().get(n));
        self.source_helo = hop.and_then(|hop| hop.received().helo.as_ref()).map(|helo| helo.text.clone().into_owned());
        let hidden = trace.notes().iter().find(|note| matches!(note, Note::HiddenClient { .. }));
        self.hidden = hidden.map(ToString::to_string);
    }

    fn take(&mut self, name: &str, value: &[u8]) {
        let text = || String::from_utf8_lossy(&unfold(value)).trim().to_owned();
        match name {
            // Two tell as much as a thousand.
            "from" if self.from.len() < 2 => {
                self.from.push(Mailbox::parse_list(value).map_err(|error| error.to_string()));
            }
            "sender" => self.has_sender = true,
            "date" => self.dates = self.dates.saturating_add(1),
            "message-id" => self.message_ids = self.message_ids.saturating_add(1),
            "list-unsubscribe" => {
                self.list_unsubscribe.get_or_insert_with(text);
                self.bulk.get_or_insert("List-Unsubscribe");
            }
            "list-unsubscribe-post" => {
                self.list_unsubscribe_post.get_or_insert_with(text);
            }
            "list-id" => {
                self.list_id = true;
                self.bulk.get_or_insert("List-Id");
            }
            "feedback-id" => {
                self.bulk.get_or_insert("Feedback-ID");
            }
            "precedence" if ["bulk", "list"].contains(&text().to_ascii_lowercase().as_str()) => {
                self.bulk.get_or_insert("Precedence");
            }
            "x-php-originating-script" => self.claim("X-PHP-Originating-Script", &text()),
            "x-php-script" => self.claim("X-PHP-Script", &text()),
            "x-authenticated-sender" => self.claim("X-Authenticated-Sender", &text()),
            _ => {}
        }
    }

    fn claim(&mut self, name: &'static str, text: &str) {
        self.origin.get_or_insert_with(|| (name, text.chars().take(MAX_EXCERPT).collect()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_what_the_topmost_public_hop_saw() {
        let message = CaseMessage::of(
            b"Received: from in (in [10.0.0.1]) by mx; now\r\n\
              Received: from a.test (b.test [IPv6:2001:db8::7])\r\n\tby in [192.0.2.9]; then\r\n\
              Received: from c.test ([192.0.2.7]) by a.test; earlier\r\n\
              Return-Path: <amy@a.test>\r\nFrom: Amy <amy@A.test>\r\n\r\nbody\r\n",
        );
        assert_eq!(message.source(), Some("2001:db8::7".parse().unwrap()));
        assert_eq!(message.author_domain(), Some(&"a.test".parse().unwrap()));
        assert_eq!(message.header().sent.return_path.as_deref(), Some("amy@a.test"));
        assert_eq!((message.octets(), message.sha256().len()), (238, 64));
    }

    #[test]
    fn a_container_gateway_is_no_source() {
        let message = CaseMessage::of(
            b"Received: from a.test (unknown [172.17.0.1]) by mx.test; now\r\n\
              Received: from c.test ([192.0.2.7]) by a.test; earlier\r\n\r\nbody\r\n",
        );
        assert_eq!((message.source(), message.hops()), (None, &["192.0.2.7".parse().unwrap()][..]));
        assert!(message.hidden_source().unwrap().starts_with("mx.test saw the client as 172.17.0.1"));
    }

    #[test]
    fn two_authors_are_none() {
        assert_eq!(CaseMessage::of(b"From: a@a.test\r\nFrom: b@b.test\r\n\r\n").author_domain(), None);
        let several = CaseMessage::of(b"From: a@a.test, b@b.test, c@a.test\r\n\r\n");
        assert_eq!((several.author_domain(), several.author_domains().len()), (None, 2));
        let same = CaseMessage::of(b"From: a@a.test, b@a.test\r\n\r\n");
        assert_eq!(same.author_domain(), Some(&"a.test".parse().unwrap()));
        assert_eq!(CaseMessage::of(b"").author_domain(), None);
    }
}
