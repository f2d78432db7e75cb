//! The Received field: who handed a message over to whom, how and when
//! ([RFC 5321 §4.4](https://www.rfc-editor.org/rfc/rfc5321#section-4.4)).
//!
//! The grammar of the standard is followed by few. What is read here are the forms of Postfix, Exim,
//! sendmail, qmail, Exchange and Microsoft 365, Gmail, Yahoo, CommuniGate, Domino, OpenSMTPD and many
//! more, of web mail, of mailboxes that were fetched, and of programs on the server itself.

mod address;
mod client;
mod date;
mod lexer;
mod notes;
mod parser;
mod protocol;
mod security;
mod word;

use core::str::FromStr;

use crate::span::Span;

pub use date::DateTime;
pub use protocol::{Protocol, Transmission};
pub use security::{AuthenticatedBy, Authentication, Tls, TlsVersion};
pub use word::{Address, Word};

/// How many pieces that were not understood are kept.
const MAX_UNREAD: usize = 16;

/// A Received field, as far as it could be understood.
///
/// Reading never fails and takes time linear in the text. What is not understood is left in
/// [`unread`](Self::unread). All of it is what the server named in `by` says, if it was that server that wrote
/// the field: anybody may have. [`Trace`](crate::header::trace::Trace) tells which fields can be relied on.
///
/// ```
/// use deliverability_core::header::received::{Received, TlsVersion};
///
/// let field = "from mx.example.org (host7.example.net [192.0.2.7]) (using TLSv1.3 with cipher X)\r\n\
///     \tby mail.example.com (Postfix) with ESMTPS id 4F7D2; Tue, 2 Mar 2004 12:51:44 -0500 (EST)";
/// let received = Received::parse(field.as_bytes());
/// assert_eq!(received.helo.as_ref().unwrap().text, "mx.example.org");
/// assert_eq!(received.rdns.as_ref().unwrap().text, "host7.example.net");
/// assert_eq!(received.ip.unwrap().ip.to_string(), "192.0.2.7");
/// assert_eq!(received.ip.unwrap().span.of(field.as_bytes()), b"192.0.2.7");
/// assert_eq!(received.by.as_ref().unwrap().text, "mail.example.com");
/// assert_eq!(received.tls.as_ref().unwrap().version, Some(TlsVersion::Tls13));
/// assert_eq!(received.date.unwrap().seconds, 1_078_249_904);
/// assert!(received.is_encrypted() && !received.is_authenticated() && received.unread.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Received<'a> {
    /// The first word behind `from`, whatever it is: a host's name for itself, its name in DNS, an address or
    /// a user.
    pub from: Option<Word<'a>>,
    /// What the client called itself in HELO, EHLO or LHLO.
    pub helo: Option<Word<'a>>,
    /// The client's name as the server found it in DNS, without a final dot. `None` if there was none, and
    /// where the server does not tell.
    pub rdns: Option<Word<'a>>,
    /// Whether the server noted that `rdns` does not lead back to the address (`may be forged`).
    pub is_rdns_doubted: bool,
    /// The client's address, as the server saw it.
    pub ip: Option<Address>,
    /// The address of the server whose mailbox the message was fetched from: that is no client.
    pub fetched_from: Option<Address>,
    /// The user whom the client's ident service, or a qmail server's session, names.
    pub ident: Option<Word<'a>>,
    /// That the client had authenticated itself.
    pub authentication: Option<Authentication<'a>>,
    /// Encryption of the session, where more is told about it than in `protocol`.
    pub tls: Option<Tls<'a>>,
    /// The host that wrote the field.
    pub by: Option<Word<'a>>,
    /// An address that the field names for that host.
    pub by_ip: Option<Address>,
    /// What stands behind `via`.
    pub via: Option<Word<'a>>,
    /// What stands behind `with`; or behind `via`, if that is a protocol and nothing stands behind `with`.
    pub protocol: Option<Protocol<'a>>,
    /// The id of the message at that host.
    pub id: Option<Word<'a>>,
    /// The recipient behind `for`.
    pub recipient: Option<Word<'a>>,
    /// The envelope sender; an empty word for the null sender.
    pub envelope_from: Option<Word<'a>>,
    /// The program that wrote the field, as it calls itself: `Postfix`, `Exim 4.96`, `8.14.4/8.14.4`.
    pub software: Option<Word<'a>>,
    /// Who submitted the message on the host itself.
    pub submission: Option<Submission<'a>>,
    /// When the field was written.
    pub date: Option<DateTime>,
    /// Words and comments that were not understood; at most 16.
    pub unread: Vec<Span>,
}

/// A user or program of the host itself that submitted a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Submission<'a> {
    /// The number of the user.
    pub uid: Option<u32>,
    /// The name of the user.
    pub user: Option<Word<'a>>,
}

impl<'a> Received<'a> {
    /// Reads a field's value, or the whole field with its name, folds and all, from bytes that need not be
    /// UTF-8. Spans index `field`.
    pub fn parse(field: &'a [u8]) -> Self {
        let name = b"Received:";
        let has_name = field.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
        parser::Parser::read(field, if has_name { name.len() } else { 0 })
    }

    /// How the message was handed over, where the field says so.
    pub fn transmission(&self) -> Option<Transmission> {
        self.protocol.as_ref().map(|protocol| protocol.transmission)
    }

    /// Whether the field says that the client had authenticated itself.
    pub const fn is_authenticated(&self) -> bool {
        self.authentication.is_some()
    }

    /// Whether the field says that the session was encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.tls.is_some() || self.protocol.as_ref().is_some_and(|protocol| protocol.is_encrypted)
    }

    /// Whether a client on the Internet or in a network handed the message over, not a program or user of the
    /// host itself.
    pub const fn has_client(&self) -> bool {
        self.ip.is_some()
    }

    /// The same field, independent of the text that was read.
    pub fn into_owned(self) -> Received<'static> {
        let own = |word: Option<Word<'a>>| word.map(Word::into_owned);
        Received {
            from: own(self.from),
            helo: own(self.helo),
            rdns: own(self.rdns),
            is_rdns_doubted: self.is_rdns_doubted,
            ip: self.ip,
            fetched_from: self.fetched_from,
            ident: own(self.ident),
            authentication: self.authentication.map(Authentication::into_owned),
            tls: self.tls.map(Tls::into_owned),
            by: own(self.by),
            by_ip: self.by_ip,
            via: own(self.via),
            protocol: self.protocol.map(Protocol::into_owned),
            id: own(self.id),
            recipient: own(self.recipient),
            envelope_from: own(self.envelope_from),
            software: own(self.software),
            submission: self.submission.map(|by| Submission { uid: by.uid, user: own(by.user) }),
            date: self.date,
            unread: self.unread,
        }
    }
}

impl FromStr for Received<'static> {
    type Err = core::convert::Infallible;

    /// Reads a field; see [`Received::parse`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Received::parse(text.as_bytes()).into_owned())
    }
}
