//! The purported responsible address (RFC 4407 §2).

use core::fmt;

use crate::header::addresses::{self, Domain, Mailbox};
use crate::header::{self, Field};
use crate::span::Span;

/// The address that seems to have put a message on its way last, by the six steps of RFC 4407 §2.
///
/// `header` is the header section with or without the body behind it. A selected field that is
/// malformed ends the search: no later step is fallen back to (step 5).
///
/// ```
/// use deliverability_core::historic::sender_id::{PraField, purported_responsible_address};
///
/// let header = b"Sender: The List <list@example.net>\r\nFrom: amy@example.org\r\n";
/// let pra = purported_responsible_address(header)?;
/// assert_eq!((pra.field, pra.mailbox.to_string().as_str()), (PraField::Sender, "list@example.net"));
/// # Ok::<(), deliverability_core::historic::sender_id::PraError>(())
/// ```
///
/// # Errors
///
/// Step 6: the message has no such address, with why and where.
pub fn purported_responsible_address(header: &[u8]) -> Result<Pra, PraError> {
    let fields = Selected::among(header);
    let (name, field) = fields.select(header.len())?;
    let at = field.value_span;
    let mailbox = Mailbox::parse(field.value).map_err(|error| PraError {
        span: error.span.shifted(at.start),
        kind: PraErrorKind::Malformed { field: name, error: error.kind },
    })?;
    // RFC 4407 §2, step 5: an address literal is no domain name.
    match mailbox.domain {
        Domain::Name(_) => Ok(Pra { field: name, mailbox }),
        Domain::Literal(_) => Err(PraError { span: at, kind: PraErrorKind::NoDomainName { field: name } }),
    }
}

/// The fields that the steps look at; blank ones count as absent (§2).
#[derive(Default)]
struct Selected<'a> {
    resent_sender: Option<Field<'a>>,
    resent_from: Option<Field<'a>>,
    /// Whether a trace field stands between some Resent-From and the first Resent-Sender.
    resent_sender_is_older: bool,
    sender: Vec<Field<'a>>,
    from: Vec<Field<'a>>,
}

impl<'a> Selected<'a> {
    fn among(header: &'a [u8]) -> Self {
        let mut selected = Self::default();
        let mut trace_after_resent_from = false;
        for field in header::fields(header) {
            // RFC 4407 §2: blank fields of any name are as good as not there.
            if field.is_blank() {
                continue;
            }
            if field.is("Received") || field.is("Return-Path") {
                trace_after_resent_from |= selected.resent_from.is_some();
            } else if field.is("Resent-Sender") {
                if selected.resent_sender.is_none() {
                    selected.resent_sender = Some(field);
                    selected.resent_sender_is_older = trace_after_resent_from;
                }
            } else if field.is("Resent-From") {
                selected.resent_from.get_or_insert(field);
            } else if field.is("Sender") {
                selected.sender.push(field);
            } else if field.is("From") {
                selected.from.push(field);
            }
        }
        selected
    }

    /// Steps 1 to 4. `end` is where a field is missing.
    fn select(&self, end: usize) -> Result<(PraField, Field<'a>), PraError> {
        // Step 1: a Resent-Sender below another hop's Resent-From belongs to an earlier resending.
        if let Some(field) = self.resent_sender.filter(|_| !self.resent_sender_is_older) {
            return Ok((PraField::ResentSender, field));
        }
        // Step 2.
        if let Some(field) = self.resent_from {
            return Ok((PraField::ResentFrom, field));
        }
        let several = |field, of: &[Field<'_>]| {
            let span = of.get(1).map(|second| second.value_span).unwrap_or_default();
            Err(PraError { span, kind: PraErrorKind::Several { field, count: of.len() } })
        };
        // Steps 3 and 4.
        match (self.sender.as_slice(), self.from.as_slice()) {
            ([sender], _) => Ok((PraField::Sender, *sender)),
            ([], [from]) => Ok((PraField::From, *from)),
            ([], []) => Err(PraError { span: Span::at(end), kind: PraErrorKind::NoFrom }),
            ([], several_from) => several(PraField::From, several_from),
            (several_sender, _) => several(PraField::Sender, several_sender),
        }
    }
}

/// A purported responsible address, and the field that gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pra {
    /// The field selected.
    pub field: PraField,
    /// Its mailbox; the domain is a name.
    pub mailbox: Mailbox,
}

/// A field that can give the purported responsible address, in the order of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PraField {
    /// `Resent-Sender` (step 1).
    ResentSender,
    /// `Resent-From` (step 2).
    ResentFrom,
    /// `Sender` (step 3).
    Sender,
    /// `From` (step 4).
    From,
}

impl PraField {
    /// The field's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResentSender => "Resent-Sender",
            Self::ResentFrom => "Resent-From",
            Self::Sender => "Sender",
            Self::From => "From",
        }
    }
}

impl fmt::Display for PraField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a message has no purported responsible address (step 6), and where in its header.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{kind} (at byte {})", span.start)]
#[non_exhaustive]
pub struct PraError {
    /// What is wrong.
    pub kind: PraErrorKind,
    /// Where, in bytes of the header.
    pub span: Span,
}

/// What leaves a message without a purported responsible address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PraErrorKind {
    /// There is no From field, nor any of those before it.
    #[error("the message has no From field, and no Sender or Resent- field instead")]
    NoFrom,
    /// A field that must be one stands several times.
    #[error("the message has {count} {field} fields; at most one is allowed")]
    Several {
        /// The field.
        field: PraField,
        /// How many there are.
        count: usize,
    },
    /// The field selected is malformed.
    #[error("the {field} field is malformed: {error}")]
    Malformed {
        /// The field.
        field: PraField,
        /// What is wrong.
        error: addresses::ErrorKind,
    },
    /// The field selected has an address literal.
    #[error("the address in the {field} field has no domain name")]
    NoDomainName {
        /// The field.
        field: PraField,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field and address, or the error.
    fn pra(header: &str) -> String {
        match purported_responsible_address(header.as_bytes()) {
            Ok(Pra { field, mailbox }) => format!("{field} {mailbox}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn step_1_a_resent_sender_of_the_last_resending() {
        // RFC 4407 §2.
        let from = "From: f@f.test\n";
        assert_eq!(pra(&format!("{from}Resent-Sender: s@s.test\nResent-From: r@r.test\n")), "Resent-Sender s@s.test");
        assert_eq!(pra(&format!("Resent-From: r@r.test\nResent-Sender: s@s.test\n{from}")), "Resent-Sender s@s.test");
        for trace in ["Received: x", "return-path: <x@x.test>"] {
            let older = format!("Resent-From: r@r.test\n{trace}\nResent-Sender: s@s.test\n{from}");
            assert_eq!(pra(&older), "Resent-From r@r.test", "{trace}");
            let before = format!("{trace}\nResent-From: r@r.test\nResent-Sender: s@s.test\n{trace}\n{from}");
            assert_eq!(pra(&before), "Resent-Sender s@s.test", "{trace}");
        }
        // A blank Resent-From does not count, nor a blank trace field; the first Resent-Sender does, whatever follows.
        assert_eq!(pra("Resent-From:\nReceived: x\nResent-Sender: s@s.test\n"), "Resent-Sender s@s.test");
        let blank = "Resent-From: r@r.test\nReceived: \n \nReturn-Path:\nResent-Sender: s@s.test\n";
        assert_eq!(pra(blank), "Resent-Sender s@s.test");
        assert_eq!(pra("Resent-Sender: 1@s.test\nResent-Sender: 2@s.test\n"), "Resent-Sender 1@s.test");
    }

    #[test]
    fn step_1_trace_behind_any_resent_from_before_it_counts() {
        // RFC 4407 §2: a trace field between a Resent-From and the first Resent-Sender, though
        // another Resent-From follows; then step 2 takes the first Resent-From of all.
        let header = "Resent-From: 1@r.test\nReceived: x\nResent-From: 2@r.test\nResent-Sender: 2@s.test\n";
        assert_eq!(pra(header), "Resent-From 1@r.test");
    }

    #[test]
    fn step_2_the_first_resent_from() {
        assert_eq!(pra("Resent-From: 1@r.test\nResent-From: 2@r.test\nSender: s@s.test\n"), "Resent-From 1@r.test");
        assert_eq!(pra("Resent-From: \n \nResent-From: 2@r.test\n"), "Resent-From 2@r.test");
    }

    #[test]
    fn step_3_exactly_one_sender() {
        assert_eq!(pra("From: f@f.test\nSender: s@s.test\nFrom: g@f.test\n"), "Sender s@s.test");
        assert_eq!(pra("Sender:\nSender: s@s.test\n"), "Sender s@s.test");
        assert_eq!(
            pra("Sender: a@s.test\nSender: b@s.test\nFrom: f@f.test\n"),
            "the message has 2 Sender fields; at most one is allowed (at byte 24)"
        );
    }

    #[test]
    fn step_4_exactly_one_from() {
        assert_eq!(pra("From: Amy <f@f.test>\r\n\r\nSender: body@b.test\r\n"), "From f@f.test");
        assert_eq!(
            pra("From: f@f.test\nFrom: g@f.test\n"),
            "the message has 2 From fields; at most one is allowed (at byte 20)"
        );
        assert_eq!(
            pra("To: x@x.test\n"),
            "the message has no From field, and no Sender or Resent- field instead (at byte 13)"
        );
    }

    #[test]
    fn step_5_a_malformed_field_is_no_reason_to_go_on() {
        // The From field would do, but is not asked.
        assert_eq!(
            pra("Sender: not an address\nFrom: f@f.test\n").split(';').next().unwrap(),
            "the Sender field is malformed: the name has no address"
        );
        assert_eq!(
            pra("Resent-From: a@b.test, c@d.test\nFrom: f@f.test\n"),
            "the Resent-From field is malformed: a comma starts another mailbox; expected one only (at byte 21)"
        );
        assert_eq!(
            pra("Sender: s@[192.0.2.1]\nFrom: f@f.test\n"),
            "the address in the Sender field has no domain name (at byte 7)"
        );
        // Steps 1 and 2 are not fallen back to either.
        assert!(pra("Resent-Sender: <>\nResent-From: r@r.test\n").starts_with("the Resent-Sender field is malformed"));
        assert!(pra("From: friends: a@b.test;\n").starts_with("the From field is malformed: this is a group"));
        let error = purported_responsible_address(b"From: x\r\n <a@b\r\n").unwrap_err();
        assert_eq!(error.span, Span::new(10, 11));
    }
}
