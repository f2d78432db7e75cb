//! What stands behind `from`: the client's name for itself, its name in DNS and its address. Every
//! program has its own order for them.

use super::Received;
use super::address;
use super::protocol::Transmission;
use super::security::{is, words};
use super::word::{Address, Word};
use crate::span::Span;

/// How the address is written, which tells what the name in front of it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a comment, in brackets.
    Bracketed,
    /// In a comment, without brackets.
    Bare,
    /// Outside of comments.
    Outside,
}

/// The parts, as they were met.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    /// The first word.
    pub(super) name: Option<Span>,
    /// Whether the first comment follows the name without a space; `None` before it was met.
    first_is_glued: Option<bool>,
    /// What was said in HELO, EHLO or LHLO; empty if it is said that there was nothing.
    helo: Option<Span>,
    /// The name in front of the address, in its comment.
    rdns: Option<Span>,
    address: Option<(Address, Place)>,
    /// A word alone in a comment.
    plain: Option<Span>,
    ident: Option<Span>,
    /// The SASL mechanism behind `with`.
    pub(super) mechanism: Option<Span>,
    is_verified: bool,
    is_doubted: bool,
}

/// What the words of a comment have said so far.
#[derive(Default)]
struct Seen {
    candidate: Option<Span>,
    count: usize,
    awaits: Awaits,
    is_client: bool,
}

#[derive(Default, PartialEq, Eq)]
enum Awaits {
    #[default]
    Nothing,
    Helo,
    Mechanism,
}

/// Words for a name that was not found.
const PLACEHOLDERS: &[&str] = &[
    "unknown",
    "<unknown>",
    "unavailable",
    "softdnserr",
    "unverified",
    "nodnsquery",
    "<unknown.domain>",
    "unknown.domain",
];

impl Client {
    /// Whether an address was met.
    pub(super) const fn has_address(&self) -> bool {
        self.address.is_some()
    }

    /// Whether the place of the name is still open: it does not follow a comment.
    pub(super) const fn awaits_name(&self) -> bool {
        self.name.is_none() && self.first_is_glued.is_none()
    }

    /// A word outside of comments, behind the name. Whether it could be read.
    pub(super) fn word(&mut self, text: &[u8], span: Span) -> bool {
        if is(text, span, "verified") {
            self.is_verified = true;
            return true;
        }
        let address = address::read(text, span).filter(|_| self.address.is_none());
        self.address = self.address.or(address.map(|address| (address, Place::Outside)));
        address.is_some()
    }

    /// A comment. Whether it is about the client. Where it `names_user`, its first words are no name.
    pub(super) fn comment(&mut self, text: &[u8], span: Span, names_user: bool) -> bool {
        let is_first = !self.has_address() && self.plain.is_none() && self.helo.is_none();
        let is_glued = self.name.is_some_and(|name| span.start == name.end.saturating_add(1));
        self.first_is_glued.get_or_insert(is_glued);
        let mut seen = Seen::default();
        for word in words(text, span) {
            self.word_of_comment(text, word, &mut seen);
        }
        if seen.awaits == Awaits::Helo {
            self.helo.get_or_insert(Span::at(span.end));
        }
        if seen.is_client && !names_user {
            self.rdns = self.rdns.or(seen.candidate);
        } else if seen.count == 1 && !seen.is_client {
            self.plain = self.plain.or(seen.candidate);
        }
        seen.is_client || (seen.count == 1 && is_first && !names_user && seen.candidate.is_some())
    }

    fn word_of_comment(&mut self, text: &[u8], word: Span, seen: &mut Seen) {
        seen.count = seen.count.saturating_add(1);
        match core::mem::take(&mut seen.awaits) {
            Awaits::Helo => {
                self.helo.get_or_insert(word);
                return;
            }
            Awaits::Mechanism => {
                self.mechanism.get_or_insert(word);
                return;
            }
            Awaits::Nothing => {}
        }
        if ["HELO", "EHLO", "LHLO"].iter().any(|verb| is(text, word, verb)) {
            seen.awaits = Awaits::Helo;
            seen.is_client = true;
        } else if seen.is_client && is(text, word, "with") {
            seen.awaits = Awaits::Mechanism;
        } else if !self.attribute(text, word, seen) && !self.address_in(text, word, seen) {
            self.remark(text, word, seen);
        }
    }

    /// `helo=`, `ident=` and `port=` of Exim.
    fn attribute(&mut self, text: &[u8], word: Span, seen: &mut Seen) -> bool {
        let Some(value) = [("helo=", 0), ("ident=", 1), ("port=", 2)].iter().find_map(|(key, n)| {
            let head = text.get(word.start..word.start.checked_add(key.len())?.min(word.end))?;
            let start = word.start.checked_add(key.len())?;
            head.eq_ignore_ascii_case(key.as_bytes()).then_some((*n, Span::new(start, word.end)))
        }) else {
            return false;
        };
        match value {
            (0, helo) => self.helo = self.helo.or(Some(helo)),
            (1, ident) => self.ident = self.ident.or(Some(ident)),
            _ => {}
        }
        seen.is_client = true;
        true
    }

    /// An address, with or without a name or a user in front of it: `[192.0.2.1]`, `a.test[192.0.2.1]`,
    /// `192.0.2.1`, `amy@192.0.2.1`.
    fn address_in(&mut self, text: &[u8], word: Span, seen: &mut Seen) -> bool {
        let bytes = text.get(word.start..word.end).unwrap_or_default();
        let behind = |at: usize| Span::new(word.start.saturating_add(at), word.end);
        let (place, found, in_front) = if let Some(bracket) = bytes.iter().position(|byte| *byte == b'[') {
            (Place::Bracketed, address::read(text, behind(bracket)), bracket)
        } else {
            let at = bytes.iter().rposition(|byte| *byte == b'@');
            let found = address::read(text, behind(at.map_or(0, |at| at.saturating_add(1))));
            (Place::Bare, found, at.unwrap_or(0))
        };
        let Some(address) = found else {
            let is_local = is(text, word, "[local]");
            seen.is_client |= is_local;
            return is_local;
        };
        let before = (in_front > 0).then(|| Span::new(word.start, word.start.saturating_add(in_front)));
        let is_better = self
            .address
            .is_none_or(|(_, known)| known == Place::Outside || (known, place) == (Place::Bare, Place::Bracketed));
        if is_better {
            self.address = Some((address, place));
        }
        match place {
            Place::Bracketed => seen.candidate = seen.candidate.or(before.map(|span| without_brackets(text, span))),
            _ => self.ident = self.ident.or(before),
        }
        seen.is_client = true;
        true
    }

    fn remark(&mut self, text: &[u8], word: Span, seen: &mut Seen) {
        let says = |known: &[&str]| known.iter().any(|known| is(text, word, known));
        if says(&["verified"]) {
            self.is_verified = true;
        } else if says(&["forged", "failed", "unverified"]) {
            self.is_doubted = true;
        } else if !seen.is_client && seen.candidate.is_none() {
            seen.candidate = Some(word);
        }
    }

    /// Says what is what, now that the whole field has been read.
    pub(super) fn settle<'a>(self, text: &'a [u8], received: &mut Received<'a>) {
        let own = self.name.and_then(|name| address::read(text, name));
        let is_http = received.transmission() == Some(Transmission::Http);
        let is_exim = received.software.as_ref().is_some_and(|software| software.text.starts_with("Exim"));
        let (helo, rdns) = match self.address {
            _ if self.helo.is_some() => (self.helo, self.rdns.or(self.name)),
            None if own.is_some() => (self.name.filter(|name| !is_http && text.get(name.start) == Some(&b'[')), None),
            None => (None, None),
            // Smail and ZMailer: what DNS calls the client, its address glued to it.
            Some((_, Place::Bare)) if self.first_is_glued == Some(true) => (None, self.name),
            Some((_, Place::Bare)) if self.rdns.is_some() => (self.name, self.rdns),
            Some((_, Place::Bare)) if gives_helo(received) => (self.name, None),
            // qmail leaves HELO out where it was the name in DNS.
            Some((_, Place::Bare)) => (self.name, self.name),
            Some((_, Place::Outside)) if self.plain.is_some() => (self.plain, self.name),
            _ if self.rdns.is_some() => (self.name, self.rdns),
            // Exim writes one name where it knows that both are the same; CommuniGate says `verified`.
            _ if is_exim || self.is_verified => (self.name, self.name),
            Some((address, _)) if is_anonymous(received, own, address) => (None, None),
            _ => (self.name, None),
        };
        received.helo = helo.filter(|helo| helo.start < helo.end).map(|helo| Word::at(text, helo));
        received.rdns = rdns.and_then(|rdns| dns_name(text, rdns));
        received.ident = self.ident.filter(|ident| ident.start < ident.end).map(|ident| Word::at(text, ident));
        received.is_rdns_doubted = self.is_doubted;
        received.ip = self.address.map(|(address, _)| address).or(own);
    }
}

/// Whether the program puts the HELO name in front of a bare address: Exchange and MDaemon do.
fn gives_helo(received: &Received<'_>) -> bool {
    let is_exchange = received.protocol.as_ref().is_some_and(|protocol| protocol.word.text.starts_with("Microsoft"));
    is_exchange || received.software.as_ref().is_some_and(|software| software.text.starts_with("MDaemon"))
}

/// Whether the name is no name that the client gave: Ecelerity writes the address for want of one,
/// Postini writes `source`.
fn is_anonymous(received: &Received<'_>, own: Option<Address>, address: Address) -> bool {
    let is_ecelerity = received.software.as_ref().is_some_and(|software| software.text.starts_with("ecelerity"));
    let is_postini = received.by.as_ref().is_some_and(|by| by.text.ends_with(".postini.com"));
    (is_ecelerity && own.is_some_and(|own| own.ip == address.ip))
        || (is_postini && received.from.as_ref().is_some_and(|from| from.text == "source"))
}

/// A name that DNS gave: no placeholder, no address, without its final dot.
fn dns_name(text: &[u8], span: Span) -> Option<Word<'_>> {
    let is_placeholder = PLACEHOLDERS.iter().any(|word| is(text, span, word));
    let is_name = span.start < span.end && text.get(span.start) != Some(&b'[') && address::read(text, span).is_none();
    let ends_in_dot = text.get(span.end.saturating_sub(1)) == Some(&b'.');
    let end = span.end.saturating_sub(usize::from(ends_in_dot));
    (is_name && !is_placeholder).then(|| Word::at(text, Span::new(span.start, end)))
}

/// `<unknown.domain>` is written with its brackets by some.
fn without_brackets(text: &[u8], span: Span) -> Span {
    let starts = text.get(span.start) == Some(&b'<');
    let ends = text.get(span.end.saturating_sub(1)) == Some(&b'>');
    Span::new(span.start.saturating_add(usize::from(starts)), span.end.saturating_sub(usize::from(ends)))
}
