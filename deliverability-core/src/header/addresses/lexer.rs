//! The words of an address (RFC 5322 §3.2).

use super::{ErrorKind, ParseError};
use crate::header::quoting::is_atext;
use crate::span::Span;

/// An atom, a quoted string without its quotes, or a dot.
pub(super) struct Word {
    pub(super) text: Box<str>,
    pub(super) span: Span,
    kind: WordKind,
}

#[derive(Clone, Copy, PartialEq)]
enum WordKind {
    Atom,
    Quoted,
    Dot,
}

impl Word {
    pub(super) fn is_dot(&self) -> bool {
        self.kind == WordKind::Dot
    }
}

/// A place in a value.
pub(super) struct Lexer<'a> {
    value: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(value: &'a [u8]) -> Self {
        Self { value, at: 0 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.value.get(self.at).copied()
    }

    /// Takes one octet, and gives its place.
    pub(super) fn take(&mut self) -> Span {
        let span = self.here();
        self.at = span.end;
        span
    }

    fn here(&self) -> Span {
        Span::new(self.at, self.at.saturating_add(1).min(self.value.len()))
    }

    pub(super) fn error(&self, kind: ErrorKind) -> ParseError {
        ParseError { kind, span: self.here() }
    }

    /// Whether the next word of a domain is a dot; `None` if neither dot nor atom stands here.
    pub(super) fn peek_is_dot(&self) -> Option<bool> {
        let octet = self.peek()?;
        if octet == b'.' { Some(true) } else { is_atom_octet(octet).then_some(false) }
    }

    /// `CFWS`: white space, folds and comments, however deep they nest (§3.2.2).
    pub(super) fn skip_comments(&mut self) -> Result<(), ParseError> {
        let mut open: Vec<Span> = Vec::new();
        while let Some(octet) = self.peek() {
            match octet {
                b'(' => open.push(self.here()),
                b')' if open.pop().is_none() => return Ok(()),
                b')' => {}
                b'\\' if !open.is_empty() => {
                    self.take();
                }
                _ if !open.is_empty() || self.is_space() => {}
                _ => return Ok(()),
            }
            self.take();
        }
        match open.first() {
            Some(span) => Err(ParseError { kind: ErrorKind::Unclosed { what: "comment" }, span: *span }),
            None => Ok(()),
        }
    }

    /// A carriage return counts as white space only where it ends a line.
    fn is_space(&self) -> bool {
        match self.peek() {
            Some(b' ' | b'\t' | b'\n') => true,
            Some(b'\r') => self.value.get(self.at.saturating_add(1)).is_none_or(|next| *next == b'\n'),
            _ => false,
        }
    }

    /// `word / "."`; `None` if neither stands here.
    pub(super) fn word(&mut self) -> Result<Option<Word>, ParseError> {
        match self.peek() {
            Some(b'"') => self.quoted_string().map(Some),
            Some(b'.') => Ok(Some(Word { text: ".".into(), span: self.take(), kind: WordKind::Dot })),
            Some(octet) if is_atom_octet(octet) => Ok(Some(self.atom())),
            _ => Ok(None),
        }
    }

    fn atom(&mut self) -> Word {
        let rest = self.value.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|octet| !is_atom_octet(*octet)).unwrap_or(rest.len());
        let span = Span::new(self.at, self.at.saturating_add(length));
        self.at = span.end;
        Word { text: String::from_utf8_lossy(span.of(self.value)).into(), span, kind: WordKind::Atom }
    }

    /// `quoted-string` (§3.2.4): folds are taken out, quoted-pairs are what they quote.
    fn quoted_string(&mut self) -> Result<Word, ParseError> {
        let start = self.at;
        let text = self.enclosed(b'"', "quoted string")?;
        Ok(Word { text: text.into(), span: Span::new(start, self.at), kind: WordKind::Quoted })
    }

    /// `domain-literal` (§3.4.1).
    pub(super) fn domain_literal(&mut self) -> Result<String, ParseError> {
        self.enclosed(b']', "domain literal")
    }

    fn enclosed(&mut self, close: u8, what: &'static str) -> Result<String, ParseError> {
        let open = self.take();
        let mut text = Vec::new();
        while let Some(octet) = self.peek() {
            match octet {
                _ if octet == close => {
                    self.take();
                    return Ok(String::from_utf8_lossy(&text).into_owned());
                }
                b'\r' | b'\n' if self.is_space() => {}
                b'\\' => {
                    self.take();
                    text.extend(self.peek());
                }
                b'\t' => text.push(octet),
                0..0x20 | 0x7f => return Err(self.error(ErrorKind::Unexpected { octet })),
                _ => text.push(octet),
            }
            self.take();
        }
        Err(ParseError { kind: ErrorKind::Unclosed { what }, span: open })
    }
}

/// `atext`, and octets outside ASCII (RFC 6532 §3.2).
const fn is_atom_octet(octet: u8) -> bool {
    is_atext(octet) || !octet.is_ascii()
}
