//! What a field says about encryption and authentication.

use super::lexer::{BETWEEN, SPACE, is_of};
use super::word::Word;
use crate::span::Span;

/// A version of TLS, or the protocols before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// SSL 2.0 or 3.0.
    Ssl,
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl TlsVersion {
    /// The version as it is usually written: `TLSv1.2`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ssl => "SSL",
            Self::Tls10 => "TLSv1",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }
}

/// What a server noted about the encryption of the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tls<'a> {
    /// The version, where one is named.
    pub version: Option<TlsVersion>,
    /// The cipher suite, as the server calls it.
    pub cipher: Option<Word<'a>>,
    /// Where the note stands.
    pub span: Span,
}

impl<'a> Tls<'a> {
    /// Reads a comment such as `using TLSv1.2 with cipher X (256/256 bits)`, `TLS1.3:X:256`,
    /// `version=TLS1_2, cipher=X` or `X encrypted`.
    pub(super) fn read(text: &'a [u8], span: Span) -> Option<Self> {
        let mut tls = Self { version: None, cipher: None, span };
        let mut is_tls = false;
        let mut last = Span::default();
        for word in words(text, span) {
            let bytes = text.get(word.start..word.end)?;
            let name = bytes.iter().position(|byte| *byte == b'=').map_or(0, |equals| equals.saturating_add(1));
            if let Some((version, length)) = version(bytes.get(name..)?) {
                is_tls = true;
                tls.version = tls.version.max(version);
                let behind = word.start.saturating_add(name).saturating_add(length);
                tls.cipher = tls.cipher.or_else(|| behind_colon(text, Span::new(behind, word.end)));
            } else if bytes.get(..name).is_some_and(|name| name.eq_ignore_ascii_case(b"cipher="))
                || is(text, last, "cipher")
            {
                tls.cipher = Some(Word::at(text, Span::new(word.start.saturating_add(name), word.end)));
            } else if bytes.eq_ignore_ascii_case(b"encrypted") && last.end > last.start {
                is_tls = true;
                tls.cipher = Some(Word::at(text, last));
            }
            last = word;
        }
        is_tls.then_some(tls)
    }

    pub(super) fn into_owned(self) -> Tls<'static> {
        Tls { version: self.version, cipher: self.cipher.map(Word::into_owned), span: self.span }
    }
}

/// How a server noted that the client had authenticated itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthenticatedBy {
    /// By the word behind `with` (RFC 3848).
    Protocol,
    /// By naming the mechanism, as in `(AUTH: LOGIN amy)`.
    Mechanism,
    /// `(Authenticated sender: amy)` of Postfix.
    Postfix,
    /// `(authenticated bits=0)` of sendmail.
    Sendmail,
    /// `(authenticated as amy)` of CriticalPath.
    CriticalPath,
    /// `(account amy)` of CommuniGate Pro.
    CommuniGate,
    /// A web page took the message: somebody was logged in there, or it was a form.
    Webmail,
    /// Other words that say so.
    Other,
}

/// That the client had authenticated itself, and as whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Authentication<'a> {
    /// What says so.
    pub by: AuthenticatedBy,
    /// The mechanism of SASL, or the word behind `with`, where there is one.
    pub mechanism: Option<Word<'a>>,
    /// Who it was, where that is told.
    pub user: Option<Word<'a>>,
}

impl<'a> Authentication<'a> {
    /// One of that kind, with nothing else said.
    pub(super) const fn by(by: AuthenticatedBy) -> Self {
        Self { by, mechanism: None, user: None }
    }

    /// One word for what says so: the mechanism or protocol where it is named, else the program's name.
    ///
    /// ```
    /// use deliverability_core::header::received::Received;
    /// let word = |text: &'static str| Received::parse(text.as_bytes()).authentication.unwrap().as_str().to_owned();
    /// assert_eq!(word("from a ([192.0.2.1]) (AUTH: LOGIN amy) by b with esmtp"), "LOGIN");
    /// assert_eq!(word("from a (a [192.0.2.1]) by b (Postfix) with ESMTPSA"), "ESMTPSA");
    /// assert_eq!(word("from a (a [192.0.2.1]) (authenticated bits=0) by b with ESMTP"), "Sendmail");
    /// ```
    pub fn as_str(&self) -> &str {
        match (&self.mechanism, self.by) {
            (Some(mechanism), _) => mechanism.as_str(),
            (None, AuthenticatedBy::Postfix) => "Postfix",
            (None, AuthenticatedBy::Sendmail) => "Sendmail",
            (None, AuthenticatedBy::CriticalPath) => "CriticalPath",
            (None, AuthenticatedBy::CommuniGate) => "CommuniGate",
            (None, AuthenticatedBy::Webmail) => "HTTP",
            (None, _) => "authenticated",
        }
    }

    /// Reads a comment such as `Authenticated sender: amy`, `authenticated bits=0`, `AUTH: LOGIN amy`,
    /// `SquirrelMail authenticated user amy`, `auth. user amy`, `account amy`.
    pub(super) fn read(text: &'a [u8], span: Span) -> Option<Self> {
        let mut words = words(text, span);
        let first = words.next()?;
        if is(text, first, "AUTH:") || is(text, first, "AUTH") {
            let mechanism = words.next().map(|word| Word::at(text, word));
            return Some(Self {
                by: AuthenticatedBy::Mechanism,
                mechanism,
                user: words.next().map(|word| Word::at(text, word)),
            });
        }
        if is(text, first, "account") {
            return Some(Self::by(AuthenticatedBy::CommuniGate).of_user(text, words.next()));
        }
        let says = |word: &Span| is(text, *word, "authenticated");
        let is_first = says(&first) || is(text, first, "auth.");
        // A program's name may stand in front: `SquirrelMail authenticated user amy`.
        if !is_first {
            words.next().filter(says)?;
        }
        let Some(second) = words.next() else { return Some(Self::by(AuthenticatedBy::Sendmail)) };
        if text.get(second.start..second.end)?.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"bits=")) {
            return Some(Self::by(AuthenticatedBy::Sendmail));
        }
        Some(Self::of_word(text, second, words.next()))
    }

    /// What the word behind `authenticated` makes of it.
    fn of_word(text: &'a [u8], word: Span, next: Option<Span>) -> Self {
        let by = match () {
            () if is(text, word, "sender:") => AuthenticatedBy::Postfix,
            () if is(text, word, "as") => AuthenticatedBy::CriticalPath,
            () => AuthenticatedBy::Other,
        };
        let introduces = by != AuthenticatedBy::Other
            || ["user", "user:", "id", "id:", "by"].iter().any(|known| is(text, word, known));
        Self::by(by).of_user(text, if introduces { next } else { Some(word) })
    }

    fn of_user(self, text: &'a [u8], user: Option<Span>) -> Self {
        Self { user: user.map(|user| Word::at(text, user)), ..self }
    }

    pub(super) fn into_owned(self) -> Authentication<'static> {
        Authentication {
            by: self.by,
            mechanism: self.mechanism.map(Word::into_owned),
            user: self.user.map(Word::into_owned),
        }
    }
}

/// The words of a comment: what stands between white space, parentheses and commas.
pub(super) fn words(text: &[u8], span: Span) -> impl Iterator<Item = Span> {
    let mut at = span.start;
    let is_between = |byte: u8| is_of(byte, SPACE | BETWEEN);
    core::iter::from_fn(move || {
        let rest = text.get(at..span.end)?;
        let start = at.saturating_add(rest.iter().position(|byte| !is_between(*byte))?);
        let rest = text.get(start..span.end)?;
        let end =
            rest.iter().position(|byte| is_between(*byte)).map_or(span.end, |length| start.saturating_add(length));
        at = end;
        Some(Span::new(start, end))
    })
}

/// Whether a span is this word; case does not matter.
pub(super) fn is(text: &[u8], span: Span, word: &str) -> bool {
    text.get(span.start..span.end).is_some_and(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()))
}

/// The version that a word starts with, and its length: `TLSv1.2`, `TLS1_2`, `TLS-1.0`, `TLS1.3:...`,
/// `SSLv3`, and `TLS` alone, which names none.
fn version(word: &[u8]) -> Option<(Option<TlsVersion>, usize)> {
    let (head, rest) = word.split_at_checked(3)?;
    let is_ssl = head.eq_ignore_ascii_case(b"SSL");
    if !is_ssl && !head.eq_ignore_ascii_case(b"TLS") {
        return None;
    }
    let length = rest.iter().position(|byte| matches!(byte, b':' | b'/')).unwrap_or(rest.len());
    let mut digits = rest.get(..length)?.iter().copied().filter(u8::is_ascii_digit);
    let digits = (digits.next(), digits.next());
    let is_version = rest
        .get(..length)?
        .iter()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'v' | b'V' | b'.' | b'_' | b'-'));
    let version = match digits {
        _ if !is_version => return None,
        _ if is_ssl => Some(TlsVersion::Ssl),
        (Some(b'1'), None | Some(b'0')) => Some(TlsVersion::Tls10),
        (Some(b'1'), Some(b'1')) => Some(TlsVersion::Tls11),
        (Some(b'1'), Some(b'2')) => Some(TlsVersion::Tls12),
        (Some(b'1'), Some(b'3')) => Some(TlsVersion::Tls13),
        _ => None,
    };
    Some((version, length.saturating_add(3)))
}

/// The cipher in `:cipher:bits`.
fn behind_colon(text: &[u8], span: Span) -> Option<Word<'_>> {
    let rest = text.get(span.start..span.end)?.strip_prefix(b":")?;
    let length = rest.iter().position(|byte| *byte == b':').unwrap_or(rest.len());
    let start = span.start.checked_add(1)?;
    (length > 0).then(|| Word::at(text, Span::new(start, start.saturating_add(length))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(text: &str) -> Option<(Option<&'static str>, Option<String>)> {
        let read = Tls::read(text.as_bytes(), Span::new(0, text.len()))?;
        Some((read.version.map(TlsVersion::as_str), read.cipher.map(|cipher| cipher.text.into_owned())))
    }

    #[test]
    fn encryption_is_read_as_servers_note_it() {
        for (text, version, cipher) in [
            ("using TLSv1.2 with cipher AES256-SHA (256/256 bits)", Some("TLSv1.2"), Some("AES256-SHA")),
            ("using TLSv1.3 with cipher X (256/256 bits) key-exchange X25519", Some("TLSv1.3"), Some("X")),
            ("TLSv1:DES-CBC3-SHA:168", Some("TLSv1"), Some("DES-CBC3-SHA")),
            ("TLS-1.0:RSA_3DES:24", Some("TLSv1"), Some("RSA_3DES")),
            ("version=TLSv1/SSLv3 cipher=RC4-MD5 bits=128 verify=NO", Some("TLSv1"), Some("RC4-MD5")),
            ("version=TLS1_2, cipher=TLS_ECDHE_RSA", Some("TLSv1.2"), Some("TLS_ECDHE_RSA")),
            ("TLS1.3", Some("TLSv1.3"), None),
            ("TLS", None, None),
            ("DHE-RSA-AES256-SHA encrypted", None, Some("DHE-RSA-AES256-SHA")),
        ] {
            assert_eq!(tls(text), Some((version, cipher.map(str::to_owned))), "{text}");
        }
        for text in ["", "Postfix", "encrypted", "TLSomething", "cipher x"] {
            assert_eq!(tls(text), None, "{text}");
        }
    }

    #[test]
    fn authentication_is_read_as_servers_note_it() {
        for (text, word, user) in [
            ("Authenticated sender: amy@a.test", "Postfix", Some("amy@a.test")),
            ("authenticated bits=128", "Sendmail", None),
            ("authenticated", "Sendmail", None),
            ("AUTH: LOGIN amy", "LOGIN", Some("amy")),
            ("authenticated as amy", "CriticalPath", Some("amy")),
            ("Roundcube authenticated user amy", "authenticated", Some("amy")),
            ("auth. user amy@192.0.2.1", "authenticated", Some("amy@192.0.2.1")),
            ("authenticated amy", "authenticated", Some("amy")),
            ("account amy@a.test", "CommuniGate", Some("amy@a.test")),
        ] {
            let read = Authentication::read(text.as_bytes(), Span::new(0, text.len())).unwrap();
            assert_eq!((read.as_str(), read.user.as_ref().map(Word::as_str)), (word, user), "{text}");
        }
        for text in ["", "not at all authenticated", "Postfix", "unauthenticated"] {
            assert_eq!(Authentication::read(text.as_bytes(), Span::new(0, text.len())), None, "{text}");
        }
    }
}
