//! The author domain of a message (RFC 9989 §3.2.2, §5.3.1).

use core::fmt;

use crate::domain::DomainName;
use crate::header;
use crate::header::addresses::{self, Domain, Mailbox};
use crate::span::Span;

/// Most author domains of a message that is judged. RFC 9989 §11.5 leaves the number to the receiver; each
/// may cost eight queries and more.
pub const MAX_AUTHOR_DOMAINS: usize = 5;

/// The one domain in the one From field of a message, or of its header section. Several addresses at one
/// domain have one author domain.
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
/// The message has no author domain, or more than one may be meant: DMARC validation is not possible then, or
/// goes forward with [`author_domains`] as a receiver may choose (RFC 9989 §5.3.1).
pub fn author_domain(message: &[u8]) -> Result<DomainName, AuthorError> {
    let (domains, span) = in_from(message)?;
    let count = domains.len();
    let mut domains = domains.into_iter();
    match (domains.next(), domains.next()) {
        (Some(domain), None) => Ok(domain),
        _ => Err(AuthorError { kind: AuthorErrorKind::SeveralDomains { count }, span }),
    }
}

/// Every domain in the one From field of a message, each once, in order: at least one and at most
/// [`MAX_AUTHOR_DOMAINS`].
///
/// Of a message with several, a receiver may judge each and apply the strictest policy among those that fail
/// (RFC 9989 §11.5).
///
/// ```
/// use deliverability_core::dmarc::author_domains;
///
/// let domains = author_domains(b"From: amy@example.org, bob@example.net, eve@example.org\r\n\r\n")?;
/// assert_eq!(domains.iter().map(ToString::to_string).collect::<Vec<_>>(), ["example.org", "example.net"]);
/// # Ok::<(), deliverability_core::dmarc::AuthorError>(())
/// ```
///
/// # Errors
///
/// There is none, an address is malformed or has no domain name, there are several From fields, or too many
/// domains.
pub fn author_domains(message: &[u8]) -> Result<Vec<DomainName>, AuthorError> {
    let (domains, span) = in_from(message)?;
    match domains.len() {
        count if count > MAX_AUTHOR_DOMAINS => {
            Err(AuthorError { kind: AuthorErrorKind::SeveralDomains { count }, span })
        }
        _ => Ok(domains),
    }
}

/// The domains, and where the second address starts, if there is one.
fn in_from(message: &[u8]) -> Result<(Vec<DomainName>, Span), AuthorError> {
    let mut from = header::fields(message).filter(|field| field.is("From"));
    let field = from.next().ok_or(AuthorError { kind: AuthorErrorKind::Missing, span: Span::at(0) })?;
    if let Some(second) = from.next() {
        return Err(AuthorError { kind: AuthorErrorKind::Several, span: second.span });
    }
    let list = Mailbox::parse_list(field.value).map_err(|error| AuthorError {
        span: error.span.shifted(field.value_span.start),
        kind: AuthorErrorKind::Address(error.kind),
    })?;
    let domains = of_mailboxes(&list).ok_or(AuthorError { kind: AuthorErrorKind::Literal, span: field.value_span })?;
    let second = Mailbox::parse(field.value).err().map(|error| error.span.shifted(field.value_span.start));
    Ok((domains, second.unwrap_or(field.value_span)))
}

/// The domains of some addresses, each once; `None` if one of them has no domain name.
pub(crate) fn of_mailboxes(list: &[Mailbox]) -> Option<Vec<DomainName>> {
    let mut domains = Vec::new();
    for mailbox in list {
        let Domain::Name(domain) = &mailbox.domain else { return None };
        if !domains.contains(domain) {
            domains.push(domain.clone());
        }
    }
    Some(domains)
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
    /// Its addresses are at several domains.
    SeveralDomains {
        /// How many.
        count: usize,
    },
    /// It does not hold addresses.
    Address(addresses::ErrorKind),
    /// Its address has no domain name, but a literal in brackets.
    Literal,
}

impl fmt::Display for AuthorErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the message has no From field"),
            Self::Several => f.write_str("the message has a second From field; there must be one (RFC 5322 §3.6)"),
            Self::SeveralDomains { count } => {
                write!(f, "the From field names {count} domains; DMARC is made for one (RFC 9989 §5.3.1)")
            }
            Self::Address(kind) => write!(f, "the From field holds no address: {kind}"),
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
            (b"From: a@b.test, c@d.test\n\n", "the From field names 2 domains", ","),
            (b"From: a@[192.0.2.1]\n\n", "the address in From has no domain name", " a@[192.0.2.1]"),
            (b"From: Amy\n\n", "the From field holds no address", ""),
        ];
        for (message, expected, place) in cases {
            let error = author_domain(message).unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
            assert_eq!(String::from_utf8_lossy(error.span.of(message)), place, "{error}");
        }
    }

    #[test]
    fn several_addresses_may_have_one_domain() {
        // RFC 9989 §5.3.1: it is the domains that are counted.
        assert_eq!(author_domain(b"From: a@B.test, c@b.test\n\n"), Ok("b.test".parse().unwrap()));
        let many = (0..6).map(|n| format!("a@d{n}.test")).collect::<Vec<_>>().join(", ");
        let error = author_domains(format!("From: {many}\n\n").as_bytes()).unwrap_err();
        assert_eq!(error.kind, AuthorErrorKind::SeveralDomains { count: 6 });
    }
}
