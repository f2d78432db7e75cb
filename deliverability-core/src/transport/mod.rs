//! Records around the mailbox: MTA-STS (RFC 8461), TLS reporting (RFC 8460) and BIMI.
//!
//! Each has its record, read and linted from its text, and a [`Lookup`] that finds it in the DNS. The
//! policies, logos and certificates that they point at are not fetched.

mod bimi;
mod lint;
mod lookup;
mod mta_sts;
mod parse_error;
mod record_kind;
mod tls_reporting;
mod uri;

pub use bimi::{BimiAddressPreference, BimiRecord};
pub use lint::lint;
pub use lookup::{Lookup, LookupOutcome, Status};
pub use mta_sts::MtaStsRecord;
pub use parse_error::{ErrorKind, ParseError};
pub use record_kind::{AnyRecord, RecordKind};
pub use tls_reporting::TlsReportingRecord;
