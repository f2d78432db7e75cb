//! Header fields of messages, as strangers and receivers write them (RFC 5322).
//!
//! Only what a rule reads is read, and nothing is mended: a field that is malformed stays so.

pub mod addresses;
mod authentication_results;
mod fields;
mod folding;
mod quoting;
mod reading;
pub mod received;
mod received_spf;
pub mod trace;

pub use authentication_results::{
    AuthenticationResults, Claim, Departure, DepartureKind, MethodResult, Property, Standing,
};
pub use fields::{Field, body_start, fields, unfold};
#[cfg(feature = "verify")]
pub(crate) use fields::{Place, places};
pub use received_spf::{ErrorKind, ParseError, ReceivedSpf, StatedResult};
