//! Returned mail and SMTP replies: what they say, and why the mail did not arrive.
//!
//! [`classify_reply`] reads one reply; `read` (feature `bounce`) reads a whole returned message, whatever
//! wrote it, and classifies what it says about each recipient.

mod cause;
mod classify;
mod parameters;
#[cfg(feature = "bounce")]
mod read;
mod reply;
mod returned;
mod status_code;

pub use cause::{Actor, Cause};
pub use classify::{Context, classify_reply, classify_reply_in};
pub use parameters::{NamedList, Parameters};
#[cfg(feature = "bounce")]
pub use read::{Limits, read, read_within};
pub use reply::{Permanence, Reply};
pub use returned::{Action, Bounce, Feedback, Kind, Original, Recipient};
pub use status_code::{EnhancedStatusCode, NoStatusCode};
