//! The author domain of a message (RFC 9989 §3.2.2, §5.3.1).

use core::fmt;

use crate::domain::DomainName;
use crate::header;
use crate::header::addresses::{self, Domain, Mailbox};
use crate::span::Span;

/// The domain of the one address in the one From field of a message, or of its header section.
///
/// ```
/// use deliverability_core::dmarc::author_domain;
///
/// let domain = author_domain(b"From: Amy <amy@news.example.org>\r\nSubject: hello\r\n\r\nbody\r\n")?;
/// assert_eq!(domain.to_string(), "news.example.org");
/// let error = author_domain(b"Subject: hello\r\n\r\nFrom: amy@example.org\r\n").unwrap_err();
/// assert_eq!(error.to_string(), "the message has no From field (at byte 0)");
/// # Ok::<(), deliverability_core::dmarc::AuthorError>(())
/// ```
///
/// # Errors
///
/// The message has no author domain, or more than one may be meant: there is nothing to evaluate then
/// (RFC 9989 §5.3.1).
pub fn author_domain(message: &[u8]) -> Result<DomainName, AuthorError> {
    let mut from = header::fields(message).filter(|field| field.is("From"));
    let field = from.next().ok_or(AuthorError { kind: AuthorErrorKind::Missing, span: Span::at(0) })?;
    if let Some(second) = from.next() {
        return Err(AuthorError { kind: AuthorErrorKind::Several, span: second.span });
    }
    let mailbox = Mailbox::parse(field.value).map_err(|error| AuthorError {
        span: error.span.shifted(field.value_span.start),
        kind: AuthorErrorKind::Address(error.kind),
    })?;
    match mailbox.domain {
        Domain::Name(domain) => Ok(domain),
        Domain::Literal(_) => Err(AuthorError { kind: AuthorErrorKind::Literal, span: field.value_span }),
    }
}

/// Why a message has no author domain, and which of its bytes say so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct AuthorError {
    /// What is wrong.
    pub kind: AuthorErrorKind,
    /// Where, in bytes of the message.
    pub span: Span,
}

/// What is wrong with the From field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorErrorKind {
    /// There is none.
    Missing,
    /// There are several (RFC 5322 §3.6 allows one).
    Several,
    /// It does not hold one address.
    Address(addresses::ErrorKind),
    /// Its address has no domain name, but a literal in brackets.
    Literal,
}

impl fmt::Display for AuthorErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the message has no From field"),
            Self::Several => f.write_str("the message has a second From field; there must be one (RFC 5322 §3.6)"),
            Self::Address(kind) => write!(f, "the From field has no single address: {kind}"),
            Self::Literal => f.write_str("the address in From has no domain name behind the @"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_field_with_one_address_has_an_author_domain() {
        // RFC 9989 §5.3.1: messages without a single author domain are not evaluated.
        let cases: [(&[u8], &str, &str); 4] = [
            (b"From: a@b.test\nfrom: c@d.test\n\n", "the message has a second From field", "from: c@d.test"),
            (b"From: a@b.test, c@d.test\n\n", "the From field has no single address", ","),
            (b"From: a@[192.0.2.1]\n\n", "the address in From has no domain name", " a@[192.0.2.1]"),
            (b"From: Amy\n\n", "the From field has no single address", ""),
        ];
        for (message, expected, place) in cases {
            let error = author_domain(message).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
            assert_eq!(String::from_utf8_lossy(error.span.of(message)), place, "{error}");
        }
    }
}
