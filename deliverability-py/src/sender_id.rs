//! Sender ID, which receivers ignore today.

use deliverability_core::header::addresses::{Domain, Mailbox};
use deliverability_core::historic::sender_id::{self, ErrorKind, Record};
use deliverability_core::{DomainName, Span as CoreSpan};
use pyo3::prelude::*;

use crate::error::{Unreadable, kind_word};
use crate::field::{Field as _, variant_words};
use crate::record::{self, bytes_of, record_class};
use crate::span::{self, Span};
use crate::tree::Tree;
use crate::value::value_class;

record_class! {
    /// A Sender ID record (RFC 4406 §3.1): which identities it is about, and terms as in SPF.
    ///
    /// Receivers ignore such records today (RFC 6686).
    SenderIdRecord of Record, matched by (scopes, terms) {
        /// The digits behind `spf2.`: "0" in every record that the RFC knows.
        #[getter]
        fn minor(&self) -> &str {
            &self.record.minor
        }

        /// The identities that the record is about, in order: "mfrom", "pra", or another word.
        #[getter]
        fn scopes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            scopes(&self.record).to_py(py)
        }

        /// What follows the version and the scopes; not read here.
        #[getter]
        fn terms(&self) -> &str {
            &self.record.terms
        }

        /// The same terms as the text of an SPF record, for `SpfRecord.parse` to read.
        fn as_spf(&self) -> String {
            self.record.as_spf()
        }
    }
}

impl record::Record for Record {
    const WHAT: &'static str = "Sender ID record";
    type Kind = ErrorKind;

    fn read(bytes: &[u8]) -> Result<Self, (ErrorKind, CoreSpan, String)> {
        Self::parse(bytes).map_err(|error| (error.kind.clone(), error.span, error.to_string()))
    }

    fn parts(&self, _bytes: &[u8]) -> Vec<(&'static str, Tree)> {
        let (minor, terms) = (Tree::Text(self.minor.to_string()), Tree::Text(self.terms.to_string()));
        vec![("minor", minor), ("scopes", scopes(self).tree()), ("terms", terms)]
    }
}

fn scopes(record: &Record) -> Vec<String> {
    record.scopes.iter().map(ToString::to_string).collect()
}

value_class! {
    /// The purported responsible address of a message (RFC 4407), and the field that gave it.
    Pra {
        /// The field selected.
        field: PraField,
        /// The name in front of the address, without quotes; encoded words as they stand.
        display_name: Option<String>,
        /// What stands before the `@`, without quotes.
        local_part: String,
        /// The domain behind it.
        domain: DomainName,
    } with {
        /// The address alone, quoted where it must be; `str(pra)` too.
        #[getter]
        fn address(&self) -> String {
            let Self { display_name, local_part, domain, .. } = self.clone();
            Mailbox { display_name, local_part, domain: Domain::Name(domain) }.to_string()
        }

        fn __str__(&self) -> String {
            self.address()
        }
    }
}

variant_words! {
    /// A field that can give the purported responsible address, in the order of the steps.
    PraField from sender_id::PraField {
        ResentSender = "Resent-Sender",
        ResentFrom = "Resent-From",
        Sender = "Sender",
        From = "From",
    }
}

/// The address that seems to have put a message on its way last, by the six steps of RFC 4407 §2.
///
/// `message` is a whole message or its header section. Receivers ignore this address today; it
/// explains what an old receiver's reply meant. Raises `ParseError` if there is none: a selected
/// field that is malformed ends the search, and no later step is fallen back to.
#[pyfunction]
pub(crate) fn purported_responsible_address(message: &Bound<'_, PyAny>) -> PyResult<Pra> {
    let bytes = bytes_of(message, "a message")?;
    let header = header_section(&bytes);
    let pra = sender_id::purported_responsible_address(header).map_err(|error| unreadable(&error, header))?;
    let Mailbox { display_name, local_part, domain } = pra.mailbox;
    match domain {
        Domain::Name(domain) => Ok(Pra { field: pra.field.into(), display_name, local_part, domain }),
        Domain::Literal(text) => {
            Err(Unreadable::whole("domain name", &"it is a literal", "no_domain_name", &text).into())
        }
    }
}

/// The header section: errors show no body.
fn header_section(message: &[u8]) -> &[u8] {
    let empty_line = |three: &[u8]| three.starts_with(b"\n\n") || three == b"\n\r\n";
    let end = message.windows(3).position(empty_line).map_or(message.len(), |at| at + 1);
    message.get(..end).unwrap_or(message)
}

fn unreadable(error: &sender_id::PraError, header: &[u8]) -> Unreadable {
    Unreadable {
        message: error.to_string(),
        kind: kind_word(&error.kind),
        span: Span::of_bytes(header, error.span),
        text: span::text(header),
    }
}
