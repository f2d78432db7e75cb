//! The words behind `with` and `via` (RFC 5321 §4.4), and what they say about the session
//! ([RFC 3848](https://www.rfc-editor.org/rfc/rfc3848) and the registry of mail transmission types).

use super::word::Word;

/// How a message was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transmission {
    /// SMTP, in any of its forms, ESMTP and message submission among them.
    Smtp,
    /// LMTP (RFC 2033): to a mailbox or a filter, inside of one system.
    Lmtp,
    /// A web page or a web service took it.
    Http,
    /// A mailbox program of Microsoft Exchange.
    Mapi,
    /// A program on the server itself.
    Local,
    /// It was fetched from a mailbox by POP or IMAP.
    Fetched,
    /// Anything else, such as UUCP or a system's own protocol.
    Other,
}

/// The protocol that a field names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Protocol<'a> {
    /// What stands behind `with`, such as `ESMTPSA` or `Microsoft SMTP Server`.
    pub word: Word<'a>,
    /// What it means.
    pub transmission: Transmission,
    /// Whether the word says that the client had authenticated itself (RFC 3848, the `A`).
    pub is_authenticated: bool,
    /// Whether the word says that the session was encrypted (RFC 3848, the `S`).
    pub is_encrypted: bool,
}

impl<'a> Protocol<'a> {
    /// The meaning of what stands behind `with` or `via`.
    pub(super) fn of(word: Word<'a>) -> Self {
        let mut read = Self { transmission: Transmission::Other, is_authenticated: false, is_encrypted: false, word };
        let text = read.word.text.clone();
        for part in text.split(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | ';')) {
            read.is_encrypted |= part.eq_ignore_ascii_case("encrypted");
            if let Some((transmission, suffix)) = meaning(part) {
                read.transmission = transmission;
                read.is_authenticated |= suffix.contains(['A', 'a']);
                read.is_encrypted |= suffix.contains(['S', 's']);
                break;
            }
        }
        read
    }

    pub(super) fn into_owned(self) -> Protocol<'static> {
        Protocol { word: self.word.into_owned(), ..self }
    }
}

/// The bare words. The longest that a word starts with counts; what follows it is `S`, `A`, both, or
/// the name of a program's version.
const BARE: &[(&str, Transmission)] = &[
    ("UTF8SMTP", Transmission::Smtp),
    ("UTF8LMTP", Transmission::Lmtp),
    ("SMTPSVC", Transmission::Smtp),
    ("ESMTP", Transmission::Smtp),
    ("SMTP", Transmission::Smtp),
    ("BSMTP", Transmission::Smtp),
    ("SUBMISSION", Transmission::Smtp),
    ("LMTP", Transmission::Lmtp),
    ("HTTP", Transmission::Http),
    ("MAPI", Transmission::Mapi),
    ("LOCAL", Transmission::Local),
    ("POP3", Transmission::Fetched),
    ("IMAP", Transmission::Fetched),
];

/// What a word means, and its letters for security.
fn meaning(word: &str) -> Option<(Transmission, &str)> {
    // Exim before 4.43 wrote asmtp for what is now esmtpa.
    if word.eq_ignore_ascii_case("asmtp") {
        return Some((Transmission::Smtp, "A"));
    }
    let (_, transmission, suffix) = BARE.iter().find_map(|(bare, transmission)| {
        let (head, suffix) = word.split_at_checked(bare.len())?;
        head.eq_ignore_ascii_case(bare).then_some((head, *transmission, suffix))
    })?;
    let is_one_of = |known: &[&str]| known.iter().any(|known| suffix.eq_ignore_ascii_case(known));
    match suffix {
        _ if is_one_of(&["", "A", "S", "SA"]) => Some((transmission, suffix)),
        _ if is_one_of(&["-SSL", "-TLS", "/TLS"]) => Some((transmission, "S")),
        // local-smtp and local-esmtp of Exim, IMAP4, HTTPREST, HTTPU and alike.
        _ if matches!(transmission, Transmission::Local | Transmission::Fetched | Transmission::Http) => {
            Some((transmission, ""))
        }
        _ if suffix.starts_with(|c: char| !c.is_ascii_alphanumeric()) => Some((transmission, "")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    fn read(word: &str) -> (Transmission, bool, bool) {
        let protocol = Protocol::of(Word::at(word.as_bytes(), Span::new(0, word.len())));
        (protocol.transmission, protocol.is_authenticated, protocol.is_encrypted)
    }

    #[test]
    fn registered_words_say_how_safe_the_session_was() {
        // RFC 3848, RFC 6531 §4.3.
        for (word, authenticated, encrypted) in [
            ("SMTP", false, false),
            ("ESMTP", false, false),
            ("ESMTPA", true, false),
            ("ESMTPS", false, true),
            ("ESMTPSA", true, true),
            ("UTF8SMTPSA", true, true),
            ("esmtpsa", true, true),
            ("smtps", false, true),
            ("asmtp", true, false),
            ("Microsoft SMTP Server", false, false),
            ("MailEnable ESMTPA", true, false),
            ("DHE-RSA-AES256-SHA encrypted SMTP", false, true),
        ] {
            assert_eq!(read(word), (Transmission::Smtp, authenticated, encrypted), "{word}");
        }
        assert_eq!(read("LMTPSA"), (Transmission::Lmtp, true, true));
    }

    #[test]
    fn other_words_tell_what_it_was() {
        for (word, transmission) in [
            ("HTTP", Transmission::Http),
            ("HTTPREST", Transmission::Http),
            ("mapi", Transmission::Mapi),
            ("local-esmtp", Transmission::Local),
            ("POP3", Transmission::Fetched),
            ("IMAP4rev1", Transmission::Fetched),
            ("NNFMP", Transmission::Other),
            ("smtpd", Transmission::Other),
            ("", Transmission::Other),
        ] {
            assert_eq!(read(word).0, transmission, "{word}");
        }
        assert_eq!(read("HTTPS"), (Transmission::Http, false, true));
    }
}
