//! Sender ID ([RFC 4406](https://www.rfc-editor.org/rfc/rfc4406)) and the purported responsible
//! address ([RFC 4407](https://www.rfc-editor.org/rfc/rfc4407)).
//!
//! Receivers ignore it today. [RFC 6686](https://www.rfc-editor.org/rfc/rfc6686) measured that it
//! was hardly published nor checked, and both RFCs are historic. A `spf2.0/` record neither
//! authorizes a sender nor stands in for an SPF record, and no receiver looks at the PRA; what is
//! here explains what still stands in a zone, and what an old receiver's reply meant.
//!
//! Terms of a record are those of SPF: [`Record::as_spf`] gives them as an SPF record, for
//! `spf::Record` to read.

mod address;
mod record;
mod selection;

pub use address::{Pra, PraError, PraErrorKind, PraField, purported_responsible_address};
pub use record::{ErrorKind, ParseError, Record, Scope, is_record};
pub use selection::{Selected, select};
