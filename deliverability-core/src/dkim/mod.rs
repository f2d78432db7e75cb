//! DKIM: key records, signatures and their verification (RFC 6376, RFC 8301, RFC 8463, RFC 8616).
//!
//! [`KeyRecord`] reads a record by the grammar; [`lint_key`] names everything that is wrong with
//! one, with edits; [`KeyLookup`] asks for the key of a selector and says whether it can be used.
//! [`Signature`] reads a DKIM-Signature field. With the feature `verify`, [`Message`] reads a message
//! and hashes its body, and [`Verification`] judges each of its signatures and says why one fails.

mod base64;
#[cfg(feature = "verify")]
mod body_hash;
#[cfg(feature = "verify")]
mod canonicalization;
#[cfg(feature = "verify")]
mod crypto;
#[cfg(feature = "verify")]
mod explain;
#[cfg(feature = "verify")]
mod key_cache;
mod key_lookup;
mod key_record;
mod lint;
#[cfg(feature = "verify")]
mod message;
mod public_key;
mod set_up;
pub mod signature;
#[cfg(feature = "verify")]
mod verification;

#[cfg(feature = "verify")]
pub(crate) use crypto::{verifies, verifying};
#[cfg(feature = "verify")]
pub(crate) use explain::Signer;
#[cfg(feature = "verify")]
pub use explain::{BodyChange, HeaderChange};
#[cfg(feature = "verify")]
pub use key_cache::KeyCache;
pub use key_lookup::{KeyLookup, KeyOutcome, KeyStatus, Unusable};
pub use key_record::{ErrorKind, KeyRecord, KeyType, ParseError};
pub use lint::lint_key;
#[cfg(feature = "verify")]
pub(crate) use message::{Fields, Signed};
#[cfg(feature = "verify")]
pub use message::{Limits, Message, MessageReader};
pub use public_key::{PublicKey, RsaForm};
pub use set_up::{Namespace, SelectorOutcome, SetUp, SetUpOutcome};
pub use signature::Signature;
#[cfg(feature = "verify")]
pub use verification::{Cause, KeyCause, Note, SignatureOutcome, Verification, authentication_results, overall};
