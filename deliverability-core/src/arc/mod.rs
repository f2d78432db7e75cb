//! ARC: what the hosts that a message passed found when they checked it, under their seals
//! ([RFC 8617](https://www.rfc-editor.org/rfc/rfc8617), **experimental**).
//!
//! [`Verification`] judges the chain of a message read by [`dkim::Message`](crate::dkim::Message); a
//! [`Chain`] tells what became of it, set by set. ARC has the status of an experiment: no receiver has
//! to look at a chain, and none can be relied upon to. A chain that passes says who sealed the message
//! and that the seals hold, not that the sealers tell the truth: believe the results of hosts that one
//! trusts, and of no others (RFC 8617 §7.2, §9): [`Chain::trusted`].

mod authentication_result;
mod cause;
mod chain;
mod judge;
mod set;
mod structure;
mod verification;

pub use cause::{Cause, Failure, Field};
pub use chain::Chain;
pub use set::{MessageSignature, Seal, Set};
pub use verification::Verification;

/// The most sets of a chain, and the highest instance (RFC 8617 §4.2.1, §5.2).
pub const MAX_SETS: u8 = 50;
