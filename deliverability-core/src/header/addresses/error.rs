//! Why a value is not one mailbox.

use crate::span::Span;

/// What is wrong with a mailbox, and which of the value's bytes say so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct ParseError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where, in bytes of the value.
    pub span: Span,
}

/// What makes a value no mailbox, or more than one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing but white space and comments.
    #[error("a mailbox is missing; expected one such as amy@example.org")]
    Empty,
    /// A comma behind a mailbox.
    #[error("a comma starts another mailbox; expected one only")]
    Several,
    /// A comma behind the last mailbox of a list that is read.
    #[error("the list holds more than 100 mailboxes")]
    TooMany,
    /// A group of mailboxes (RFC 5322 §3.4).
    #[error("this is a group; expected one mailbox")]
    Group,
    /// A name and no address.
    #[error(
        "the name has no address; write it in angle brackets, such as Amy <amy@example.org>, and put a name with a comma in quotes"
    )]
    NoAddress,
    /// The brackets hold no `@`.
    #[error("an @ is missing; an address is a local part, @ and a domain")]
    NoAt,
    /// Nothing stands in front of the `@`.
    #[error("the local part is missing in front of the @")]
    NoLocalPart,
    /// Dots are not single and between words, or a space stands where a dot is expected.
    #[error("this cannot stand here in a local part; it is words with single dots between, or a quoted string")]
    BadLocalPart,
    /// Nothing stands behind the `@`.
    #[error("the domain is missing behind the @")]
    NoDomain,
    /// What stands behind the `@` is no domain name.
    #[error("this is no domain name; expected labels with single dots between")]
    BadDomain,
    /// A delimiter is open at the end.
    #[error("a {what} is not closed")]
    Unclosed {
        /// Which one.
        what: &'static str,
    },
    /// An octet that no grammar allows here.
    #[error("octet {octet:#04x} cannot stand here in a mailbox")]
    Unexpected {
        /// The octet.
        octet: u8,
    },
}
