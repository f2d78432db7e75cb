//! One mailbox in a header field ([RFC 5322 §3.4](https://www.rfc-editor.org/rfc/rfc5322#section-3.4)).
//!
//! A strict reader of our own: whoever judges a sender must know that a field is malformed, and
//! the parsers made for mail programs read `a@b@c`, `a@b.test c@d.test` and `a@b..test` as
//! addresses. The obsolete forms of §4.4 are read, non-ASCII text too (RFC 6532).

mod error;
mod lexer;

pub use error::{ErrorKind, ParseError};

use core::fmt;

use super::quoting::{self, is_atext};
use crate::domain::DomainName;
use crate::span::Span;
use lexer::{Lexer, Word};

/// `mailbox`: an address, with a name in front or none.
///
/// ```
/// use deliverability_core::header::addresses::Mailbox;
///
/// let mailbox = Mailbox::parse(b" \"Amy A.\" (sales) <amy@Example.org>\r\n")?;
/// assert_eq!((mailbox.display_name.as_deref(), mailbox.to_string().as_str()), (Some("Amy A."), "amy@Example.org"));
/// assert!(Mailbox::parse(b"amy@example.org, bob@example.org").is_err());
/// # Ok::<(), deliverability_core::header::addresses::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    /// The name, without quotes and comments; encoded words (RFC 2047) as they stand.
    pub display_name: Option<String>,
    /// What stands before the `@`, without quotes.
    pub local_part: String,
    /// What stands behind it.
    pub domain: Domain,
}

impl Mailbox {
    /// Reads the value of a field that holds one mailbox, folds and all.
    ///
    /// # Errors
    ///
    /// There is none, there are several, it is malformed, or its domain is no domain name; with
    /// the place.
    pub fn parse(value: &[u8]) -> Result<Self, ParseError> {
        let mut lexer = Lexer::new(value);
        let mailbox = mailbox(&mut lexer)?;
        lexer.skip_comments()?;
        match lexer.peek() {
            None => Ok(mailbox),
            Some(b',') => Err(lexer.error(ErrorKind::Several)),
            Some(octet) => Err(lexer.error(ErrorKind::Unexpected { octet })),
        }
    }

    /// Reads the value of a field that holds a `mailbox-list`, such as From: one or more, at most 100.
    ///
    /// # Errors
    ///
    /// One of them is malformed, there is none, or there are more; with the place.
    pub fn parse_list(value: &[u8]) -> Result<Vec<Self>, ParseError> {
        let mut lexer = Lexer::new(value);
        let mut list = Vec::new();
        loop {
            // RFC 5322 §4.4, obs-mbox-list: elements may be empty.
            lexer.skip_comments()?;
            while !list.is_empty() && lexer.peek() == Some(b',') {
                lexer.take();
                lexer.skip_comments()?;
            }
            if !list.is_empty() && lexer.peek().is_none() {
                return Ok(list);
            }
            list.push(mailbox(&mut lexer)?);
            lexer.skip_comments()?;
            match lexer.peek() {
                None => return Ok(list),
                Some(b',') if list.len() < MAX_MAILBOXES => {}
                Some(b',') => return Err(lexer.error(ErrorKind::TooMany)),
                Some(octet) => return Err(lexer.error(ErrorKind::Unexpected { octet })),
            }
        }
    }
}

/// Most mailboxes of a list that are read.
const MAX_MAILBOXES: usize = 100;

/// The address alone, quoted where it must be; control characters are escaped.
impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", quoting::local_part(&self.local_part), self.domain)
    }
}

/// What stands behind the `@`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// A domain name.
    Name(DomainName),
    /// `domain-literal`: what stands in brackets, such as an address.
    Literal(String),
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Literal(text) => f.write_str(&quoting::domain_literal(text)),
        }
    }
}

/// `mailbox = name-addr / addr-spec`: both start with words, what follows them tells which it is.
fn mailbox(lexer: &mut Lexer<'_>) -> Result<Mailbox, ParseError> {
    let words = words(lexer)?;
    match lexer.peek() {
        Some(b'<') => Ok(Mailbox { display_name: display_name(&words), ..angle_addr(lexer)? }),
        Some(b'@') => addr_spec(lexer, &words),
        Some(b':') if !words.is_empty() => Err(lexer.error(ErrorKind::Group)),
        None if words.is_empty() => Err(lexer.error(ErrorKind::Empty)),
        // A name alone, or a name with a comma in it: what follows is another mailbox.
        None | Some(b',') => Err(lexer.error(ErrorKind::NoAddress)),
        Some(octet) => Err(lexer.error(ErrorKind::Unexpected { octet })),
    }
}

/// Words and the dots between them: `obs-phrase` as well as `obs-local-part` (§4.1, §4.4).
fn words(lexer: &mut Lexer<'_>) -> Result<Vec<Word>, ParseError> {
    let mut words = Vec::new();
    lexer.skip_comments()?;
    while let Some(word) = lexer.word()? {
        words.push(word);
        lexer.skip_comments()?;
    }
    Ok(words)
}

fn display_name(words: &[Word]) -> Option<String> {
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && !word.is_dot() {
            name.push(' ');
        }
        name.push_str(&word.text);
    }
    (!name.is_empty()).then_some(name)
}

/// `angle-addr`, with the route of `obs-route` left out.
fn angle_addr(lexer: &mut Lexer<'_>) -> Result<Mailbox, ParseError> {
    let open = lexer.take();
    route(lexer)?;
    let local_part = words(lexer)?;
    let mailbox = addr_spec(lexer, &local_part)?;
    lexer.skip_comments()?;
    match lexer.peek() {
        Some(b'>') => {
            lexer.take();
            Ok(mailbox)
        }
        None => Err(ParseError { kind: ErrorKind::Unclosed { what: "angle bracket" }, span: open }),
        Some(octet) => Err(lexer.error(ErrorKind::Unexpected { octet })),
    }
}

/// `obs-route = obs-domain-list ":"` (§4.4): hosts to go by, which nobody does.
fn route(lexer: &mut Lexer<'_>) -> Result<(), ParseError> {
    lexer.skip_comments()?;
    if !matches!(lexer.peek(), Some(b'@' | b',')) {
        return Ok(());
    }
    loop {
        lexer.skip_comments()?;
        match lexer.peek() {
            Some(b',') => {
                lexer.take();
            }
            Some(b'@') => {
                lexer.take();
                domain(lexer)?;
            }
            Some(b':') => {
                lexer.take();
                return Ok(());
            }
            _ => return Err(lexer.error(ErrorKind::NoLocalPart)),
        }
    }
}

/// `addr-spec = local-part "@" domain`, its words already read.
fn addr_spec(lexer: &mut Lexer<'_>, words: &[Word]) -> Result<Mailbox, ParseError> {
    if lexer.peek() != Some(b'@') {
        return Err(lexer.error(ErrorKind::NoAt));
    }
    let local_part = local_part(lexer, words)?;
    lexer.take();
    Ok(Mailbox { display_name: None, local_part, domain: domain(lexer)? })
}

/// `obs-local-part = word *("." word)`, which `local-part` is a part of.
fn local_part(lexer: &Lexer<'_>, words: &[Word]) -> Result<String, ParseError> {
    if words.is_empty() {
        return Err(lexer.error(ErrorKind::NoLocalPart));
    }
    for (n, word) in words.iter().enumerate() {
        let wants_dot = n % 2 == 1;
        if word.is_dot() != wants_dot {
            return Err(ParseError { kind: ErrorKind::BadLocalPart, span: word.span });
        }
    }
    match words.last() {
        Some(last) if last.is_dot() => Err(ParseError { kind: ErrorKind::BadLocalPart, span: last.span }),
        _ => Ok(words.iter().map(|word| &*word.text).collect()),
    }
}

/// `domain`: atoms with dots between, or a literal in brackets.
fn domain(lexer: &mut Lexer<'_>) -> Result<Domain, ParseError> {
    lexer.skip_comments()?;
    if lexer.peek() == Some(b'[') {
        return lexer.domain_literal().map(Domain::Literal);
    }
    let words = domain_words(lexer)?;
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return Err(lexer.error(ErrorKind::NoDomain));
    };
    let span = Span::new(first.span.start, last.span.end);
    let text: String = words.iter().map(|word| &*word.text).collect();
    // A final dot makes no domain of RFC 5322, and a backslash no escape.
    let name: Option<DomainName> = if last.is_dot() || text.contains('\\') { None } else { text.parse().ok() };
    // U-labels can map to characters that end an address, such as U+FF20 to an @.
    let name = name.filter(|name| name.labels().flatten().all(|octet| is_atext(*octet)));
    name.map(Domain::Name).ok_or(ParseError { kind: ErrorKind::BadDomain, span })
}

/// Atoms and dots in turn. Two atoms with a space between are not joined: the second is left.
fn domain_words(lexer: &mut Lexer<'_>) -> Result<Vec<Word>, ParseError> {
    let mut words: Vec<Word> = Vec::new();
    while let Some(next) = lexer.peek_is_dot() {
        if !next && words.last().is_some_and(|last| !last.is_dot()) {
            break;
        }
        words.extend(lexer.word()?);
        lexer.skip_comments()?;
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(value: &str) -> String {
        Mailbox::parse(value.as_bytes()).unwrap_or_else(|error| panic!("{value}: {error}")).to_string()
    }

    #[track_caller]
    fn assert_error(value: &str, at: &str, kind: &ErrorKind) {
        let error = Mailbox::parse(value.as_bytes()).expect_err(value);
        assert_eq!((&error.kind, error.span.of(value.as_bytes())), (kind, at.as_bytes()), "{value}: {error}");
    }

    #[test]
    fn one_mailbox_in_its_forms() {
        // RFC 5322 §3.4, §3.4.1, appendix A.1.2.
        for value in [
            "amy@a.test",
            "<amy@a.test>",
            " Amy A <amy@a.test> ",
            "\"Amy, A\" <amy@a.test>",
            "=?utf-8?q?Am=C3=BD?= <amy@a.test>",
            "Amy \"A\" B. C (x <y@z> (z)) <(c)amy(c)@(c)a.test(c)>(c)",
            "Am\u{fc} <amy@a.test>",
            "amy@a.test (Amy \\) (A))",
            "Amy\r\n <amy@a.test>\r\n",
            // Obsolete: RFC 5322 §4.4.
            "amy @ a . test",
            "<@x.test,@y.test:amy@a.test>",
        ] {
            assert_eq!(address(value), "amy@a.test", "{value}");
        }
        assert_eq!(Mailbox::parse(b"\xfcmy <amy@a.test>").unwrap().display_name.unwrap(), "\u{fffd}my");
        assert_eq!(Mailbox::parse(b"Amy A. <amy@a.test>").unwrap().display_name.unwrap(), "Amy A.");
    }

    #[test]
    fn local_parts_keep_their_meaning() {
        assert_eq!(address("\"a\\\"b c\"@a.test"), "\"a\\\"b c\"@a.test");
        assert_eq!(address("\"amy\"@a.test"), "amy@a.test");
        assert_eq!(address("list-amy=b.test@a.test"), "list-amy=b.test@a.test");
        assert_eq!(address("a.\"b c\".d@a.test"), "\"a.b c.d\"@a.test");
        assert_eq!(address("a@[x\\]y\r\n z]"), "a@[x\\]y z]");
        assert_eq!(Mailbox::parse(b"a@[192.0.2.1]").unwrap().domain, Domain::Literal("192.0.2.1".into()));
    }

    #[test]
    fn several_are_not_one() {
        assert_error("a@b.test, c@d.test", ",", &ErrorKind::Several);
        assert_error("a@b.test,", ",", &ErrorKind::Several);
        assert_error("Amy, Bob <a@b.test>", ",", &ErrorKind::NoAddress);
        assert_error("friends: a@b.test;", ":", &ErrorKind::Group);
        assert_error("a@b.test c@d.test", "c", &ErrorKind::Unexpected { octet: b'c' });
    }

    #[test]
    fn a_list_of_mailboxes() {
        // RFC 5322 §3.4, §4.4.
        let list = |value: &str| Mailbox::parse_list(value.as_bytes());
        let shown = |value: &str| list(value).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(shown("Amy <a@b.test>, \"Bob, B\" <c@d.test> (x, y)\r\n"), "a@b.test c@d.test");
        assert_eq!(shown("a@b.test, ,(x), c@d.test ,"), "a@b.test c@d.test");
        assert_eq!(shown("a@b.test"), "a@b.test");
        assert_eq!(list("a@b.test c@d.test").unwrap_err().kind, ErrorKind::Unexpected { octet: b'c' });
        assert_eq!(list(" ").unwrap_err().kind, ErrorKind::Empty);
        assert_eq!(list("Amy, Bob <a@b.test>").unwrap_err().kind, ErrorKind::NoAddress);
        assert_eq!(list(&"a@b.test,".repeat(100)).unwrap_err().kind, ErrorKind::TooMany);
        assert_eq!(list(&vec!["a@b.test"; 100].join(",")).unwrap().len(), 100);
    }

    #[test]
    fn what_is_hopeless_says_where() {
        assert_error(" ", "", &ErrorKind::Empty);
        assert_error("Amy", "", &ErrorKind::NoAddress);
        assert_error("<amy>", ">", &ErrorKind::NoAt);
        assert_error("<>", ">", &ErrorKind::NoAt);
        assert_error("@a.test", "@", &ErrorKind::NoLocalPart);
        assert_error("amy@", "", &ErrorKind::NoDomain);
        assert_error("a@b@c", "@", &ErrorKind::Unexpected { octet: b'@' });
        assert_error("a b@c.test", "b", &ErrorKind::BadLocalPart);
        assert_error("a..b@c.test", ".", &ErrorKind::BadLocalPart);
        assert_error(".a@c.test", ".", &ErrorKind::BadLocalPart);
        assert_error("a.@c.test", ".", &ErrorKind::BadLocalPart);
        assert_error("a@b..test", "b..test", &ErrorKind::BadDomain);
        assert_error("a@b.test.", "b.test.", &ErrorKind::BadDomain);
        assert_error("a@b\u{ff20}c.test", "b\u{ff20}c.test", &ErrorKind::BadDomain);
        assert_error("<a@b.test", "<", &ErrorKind::Unclosed { what: "angle bracket" });
        assert_error("\"a@b.test", "\"", &ErrorKind::Unclosed { what: "quoted string" });
        assert_error("a@b.test (x", "(", &ErrorKind::Unclosed { what: "comment" });
        assert_error("a@[192.0.2.1", "[", &ErrorKind::Unclosed { what: "domain literal" });
        assert_error("a\0@b.test", "\0", &ErrorKind::Unexpected { octet: 0 });
        assert_error("a\rb@b.test", "\r", &ErrorKind::Unexpected { octet: b'\r' });
    }

    #[test]
    fn messages_tell_the_fix() {
        let message = |value: &str| Mailbox::parse(value.as_bytes()).unwrap_err().to_string();
        assert_eq!(message("a@b.test, c@d.test"), "a comma starts another mailbox; expected one only (at byte 8)");
        assert_eq!(
            message("Amy"),
            "the name has no address; write it in angle brackets, such as Amy <amy@example.org>, and put a name with a comma in quotes (at byte 3)"
        );
        assert_eq!(message("a\0@b.test"), "octet 0x00 cannot stand here in a mailbox (at byte 1)");
    }
}
