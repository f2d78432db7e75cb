//! DKIM key records (RFC 6376 §3.6, RFC 8301, RFC 8463).
//!
//! [`KeyRecord`] reads a record by the grammar; [`lint_key`] names everything that is wrong with
//! one, with edits; [`KeyLookup`] asks for the key of a selector and says whether it can be used.

mod base64;
mod key_lookup;
mod key_record;
mod lint;
mod public_key;

pub use key_lookup::{KeyLookup, KeyOutcome, KeyStatus, Unusable};
pub use key_record::{ErrorKind, KeyRecord, KeyType, ParseError};
pub use lint::lint_key;
pub use public_key::{PublicKey, RsaForm};
