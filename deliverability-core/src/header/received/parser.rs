//! The clauses of a Received field in any order, with all that is written between them
//! (RFC 5321 §4.4: `From-domain By-domain Opt-info [CFWS] ";" date-time`).

use super::client::Client;
use super::lexer::{Lexer, Token};
use super::notes;
use super::protocol::Protocol;
use super::security::{AuthenticatedBy, Authentication, Tls, is};
use super::word::Word;
use super::{MAX_UNREAD, Received, Submission, address, date};
use crate::span::Span;

/// What the words now being read belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clause {
    Start,
    From,
    By,
    Via,
    With,
    Id,
    For,
    /// `over TLS secured channel`, of Exchange.
    Over,
    /// `tls CIPHER`, of Exim.
    Cipher,
    /// `envelope-from <amy@example.org>` outside of a comment.
    EnvelopeFrom,
    /// `as user amy`, of Horde.
    As,
    /// Behind what a clause may hold.
    Rest,
    /// Just behind the date.
    Date,
}

/// The words that start a clause. The last ones are no words of the standard.
const KEYWORDS: &[(&str, Clause)] = &[
    ("by", Clause::By),
    ("via", Clause::Via),
    ("with", Clause::With),
    ("id", Clause::Id),
    ("for", Clause::For),
    ("over", Clause::Over),
    ("tls", Clause::Cipher),
    ("envelope-from", Clause::EnvelopeFrom),
    ("as", Clause::As),
];

pub(super) struct Parser<'a> {
    text: &'a [u8],
    lexer: Lexer<'a>,
    clause: Clause,
    client: Client,
    received: Received<'a>,
    with: Option<Span>,
    via: Option<Span>,
    recipient: Option<Span>,
}

impl<'a> Parser<'a> {
    /// Reads a field's value from `at` on.
    pub(super) fn read(text: &'a [u8], at: usize) -> Received<'a> {
        let mut parser = Self {
            text,
            lexer: Lexer::new(text, at),
            clause: Clause::Start,
            client: Client::default(),
            received: Received::default(),
            with: None,
            via: None,
            recipient: None,
        };
        while let Some(token) = parser.lexer.next() {
            match token {
                Token::Word(span) => parser.word(span),
                Token::Comment(span) => parser.comment(span),
                Token::Semicolon => parser.date(parser.lexer.at()),
            }
        }
        parser.finish()
    }

    /// A date, if one is there and none was before. Semicolons also stand where none belongs.
    fn date(&mut self, at: usize) {
        if self.received.date.is_some() {
            return;
        }
        if let Some(date) = date::read(self.text, at) {
            self.lexer.skip_to(date.span.end);
            self.received.date = Some(date);
            self.clause = Clause::Date;
        }
    }

    fn word(&mut self, span: Span) {
        let ends_in_comma =
            span.end > span.start.saturating_add(1) && self.text.get(span.end.saturating_sub(1)) == Some(&b',');
        let bare = Span::new(span.start, span.end.saturating_sub(usize::from(ends_in_comma)));
        if self.clause == Clause::From && self.client.awaits_name() && !self.is_missing_name(bare) {
            self.client.name = Some(bare);
            self.received.from = Some(Word::at(self.text, bare));
        } else if self.starts_clause(bare) || self.starts_date(span) {
            // Noted.
        } else if !self.word_of_clause(bare) {
            self.leave(bare);
        }
    }

    /// `from by mx.example.org`: nothing stands between the two words. A client may call itself `by`,
    /// though.
    fn is_missing_name(&self, span: Span) -> bool {
        if !is(self.text, span, "by") {
            return false;
        }
        match self.lexer.peek() {
            Some(Token::Comment(_)) => false,
            Some(Token::Word(next)) => !is(self.text, next, "by"),
            _ => true,
        }
    }

    fn starts_clause(&mut self, span: Span) -> bool {
        if !matches!(span.end.saturating_sub(span.start), 2..=5 | 13) {
            return false;
        }
        if self.clause == Clause::Start && self.received.by.is_none() && is(self.text, span, "from") {
            self.clause = Clause::From;
            return true;
        }
        let Some((_, clause)) = KEYWORDS.iter().find(|(word, _)| is(self.text, span, word)) else { return false };
        // The first of its kind counts: `by mx.example.org by uid 502`.
        let is_new = match clause {
            Clause::By => self.received.by.is_none(),
            Clause::With => self.with.is_none(),
            Clause::Id => self.received.id.is_none(),
            Clause::Cipher => self.received.tls.is_some(),
            Clause::As => self.clause == Clause::From,
            _ => true,
        };
        if is_new {
            self.clause = *clause;
        }
        is_new
    }

    /// A date without a semicolon in front of it, which starts with the name of a day.
    fn starts_date(&mut self, span: Span) -> bool {
        let is_day = span.end.saturating_sub(span.start) <= 4
            && self.text.get(span.start).is_some_and(|byte| matches!(byte, b'M' | b'T' | b'W' | b'F' | b'S'));
        if is_day && self.received.by.is_some() {
            self.date(span.start);
        }
        is_day && self.clause == Clause::Date
    }

    /// A word behind a keyword. Whether it belongs to the clause.
    fn word_of_clause(&mut self, span: Span) -> bool {
        match self.clause {
            Clause::From => self.client.word(self.text, span) || self.user_id(span),
            Clause::By if self.received.by.is_none() => self.host(span),
            Clause::By => {
                let address = address::read(self.text, span).filter(|_| self.received.by_ip.is_none());
                self.received.by_ip = self.received.by_ip.or(address);
                address.is_some() || self.by_user_id(span)
            }
            Clause::With => join(&mut self.with, span),
            Clause::Via => join(&mut self.via, span),
            Clause::Over => self.over(span),
            Clause::For => self.for_recipient(span),
            // An address glued to the id: `id 846CF2117for <amy@example.org>`.
            Clause::Rest if self.recipient.is_none() && self.text.get(span.start) == Some(&b'<') => {
                self.for_recipient(span)
            }
            _ => self.one_word(span),
        }
    }

    /// The only word of its clause.
    fn one_word(&mut self, span: Span) -> bool {
        let clause = core::mem::replace(&mut self.clause, Clause::Rest);
        let word = || Word::at(self.text, notes::without_angles(self.text, span));
        match clause {
            Clause::Id => self.received.id = Some(word()),
            Clause::EnvelopeFrom => self.received.envelope_from = Some(word()),
            Clause::Cipher => {
                let cipher = word();
                self.received.tls.iter_mut().for_each(|tls| tls.cipher = tls.cipher.take().or(Some(cipher.clone())));
            }
            Clause::As if is(self.text, span, "user") => self.clause = Clause::As,
            Clause::As => {
                self.authenticated(Authentication { user: Some(word()), ..Authentication::by(AuthenticatedBy::Other) });
            }
            _ => {
                self.clause = if clause == Clause::Date { Clause::Rest } else { clause };
                return notes::attribute(self.text, span, &mut self.received);
            }
        }
        true
    }

    /// `from userid 33`
    fn user_id(&mut self, span: Span) -> bool {
        let is_id = self.client.name.is_some_and(|name| is(self.text, name, "userid") || is(self.text, name, "uid"));
        is_id && self.submitted_by(span)
    }

    /// `by uid 502` of qmail-scanner, behind the host.
    fn by_user_id(&mut self, span: Span) -> bool {
        let Some(Token::Word(next)) = self.lexer.peek().filter(|_| is(self.text, span, "uid")) else { return false };
        let is_number = self.submitted_by(next);
        if is_number {
            self.lexer.skip_to(next.end);
        }
        is_number
    }

    fn submitted_by(&mut self, span: Span) -> bool {
        let uid = notes::number(self.text, span);
        if uid.is_some() {
            self.received.submission = Some(Submission { uid, user: None });
        }
        uid.is_some()
    }

    /// The host behind `by`; IndiMail writes `by host NAME`.
    fn host(&mut self, span: Span) -> bool {
        if is(self.text, span, "host") && matches!(self.lexer.peek(), Some(Token::Word(_))) {
            return true;
        }
        self.received.by_ip = address::read(self.text, span);
        self.received.by = Some(Word::at(self.text, span));
        true
    }

    fn over(&mut self, span: Span) -> bool {
        if is(self.text, span, "TLS") {
            self.received.tls = self.received.tls.take().or(Tls::read(self.text, span));
        }
        ["TLS", "secured", "channel"].iter().any(|known| is(self.text, span, known))
    }

    /// `<multiple recipients>` holds a space.
    fn for_recipient(&mut self, span: Span) -> bool {
        let is_open = |known: Span| {
            self.text.get(known.start) == Some(&b'<') && self.text.get(known.end.saturating_sub(1)) != Some(&b'>')
        };
        match self.recipient {
            Some(known) if !is_open(known) => return false,
            _ => join(&mut self.recipient, span),
        };
        true
    }

    fn comment(&mut self, span: Span) {
        let clause = self.clause;
        let notes = notes::read(self.text, span, clause == Clause::Start, &mut self.received);
        self.via = self.via.or(notes.via);
        if matches!(clause, Clause::With | Clause::Via | Clause::Over | Clause::Cipher | Clause::Date) {
            self.clause = Clause::Rest;
        }
        let names_user = notes.authentication.is_some();
        if let Some(authentication) = notes.authentication {
            self.authenticated(authentication);
        }
        let is_client = matches!(clause, Clause::From | Clause::Start) && !notes.is_read;
        if (is_client && self.client.comment(self.text, span, names_user)) || notes.is_read || names_user {
            return;
        }
        let is_read = match clause {
            // The zone's name.
            Clause::Date => true,
            Clause::From | Clause::Start => false,
            _ => {
                notes::host_address(self.text, span, &mut self.received)
                    || notes::software(self.text, span, &mut self.received)
            }
        };
        if !is_read {
            self.leave(span);
        }
    }

    /// The first note counts; a later one may name the user.
    fn authenticated(&mut self, authentication: Authentication<'a>) {
        match &mut self.received.authentication {
            Some(known) => known.user = known.user.take().or(authentication.user),
            none => *none = Some(authentication),
        }
    }

    fn leave(&mut self, span: Span) {
        if self.received.unread.len() < MAX_UNREAD {
            self.received.unread.push(span);
        }
    }

    fn finish(mut self) -> Received<'a> {
        let text = self.text;
        let word = |span: Span| Word::several(text, notes::without_angles(text, span));
        self.received.recipient = self.recipient.map(word);
        self.received.protocol = self.with.map(|with| Protocol::of(Word::several(text, with)));
        self.received.via = self.via.map(|via| Word::several(text, via));
        self.received.protocol = self.received.protocol.take().or_else(|| notes::by_via(self.received.via.as_ref()));
        let mechanism = self.client.mechanism.take();
        self.client.settle(text, &mut self.received);
        notes::settle(&mut self.received, mechanism.map(|mechanism| Word::at(text, mechanism)));
        self.received
    }
}

/// Lengthens a span to the end of another.
fn join(span: &mut Option<Span>, other: Span) -> bool {
    *span = Some(Span::new(span.map_or(other.start, |span| span.start), other.end));
    true
}
