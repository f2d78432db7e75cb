//! Questions to the DNS, their answers, and checks as pure functions of the answers known so far.
//!
//! A [`Check`] looks up what it needs in a [`Known`] and either is done or says what to ask next;
//! a [`Driver`] asks a [`Resolver`] and steps again. Nothing here does I/O, reads a clock or needs
//! a runtime, but for the resolvers behind features. See [`Check`] for the ways to run one.

mod answers;
mod check;
mod driver;
mod error;
#[cfg(feature = "serde")]
mod json;
mod query;
mod resolver;
pub mod resolvers;
mod response;
mod ternary;
mod text;

pub use answers::{Answers, Reading};
pub use check::{Check, Known, Needed, Step};
pub use driver::Driver;
pub use error::DnsError;
#[cfg(feature = "serde")]
pub use json::{JsonError, answer_to_json};
pub use query::{Query, RecordType, UnknownRecordType};
pub use resolver::Resolver;
#[cfg(feature = "bulk")]
pub use resolvers::Bulk;
#[cfg(feature = "hickory")]
pub use resolvers::Hickory;
#[cfg(feature = "tokio")]
pub use resolvers::{Caching, Deadline};
pub use resolvers::{Keyed, Overlay, Recording, Zone};
pub use response::{RecordData, Response};
pub use ternary::Ternary;
pub use text::Text;

/// What came back for a query: records, "no such data", "no such name", or a failure.
///
/// A failure is an answer too: a check turns it into its own result and goes on.
pub type Answer = Result<std::sync::Arc<Response>, DnsError>;
