//! DNS blocklists and welcome lists (RFC 5782): is an address or a domain listed, and can the answer be believed?
//!
//! A list is asked three things at once: the question, its must-be-listed test point and its
//! must-not-be-listed test point ([RFC 5782] §5). A list that lists the world, is parked, was
//! emptied or refuses to answer gives [`Status::Unhealthy`] or [`Status::Refused`], never
//! "listed" and never "not listed".
//!
//! ```
//! use deliverability_core::{Check, dns::Zone, dnsbl::{self, Lookup}};
//!
//! let zone: Zone = r#"
//! 2.0.0.127.bl.spamcop.net  A   127.0.0.2
//! 7.2.0.192.bl.spamcop.net  A   127.0.0.2
//! 7.2.0.192.bl.spamcop.net  TXT "Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.7"
//! "#.parse()?;
//! let verdicts = Lookup::of("192.0.2.7".parse()?).in_zone(&zone);
//! let listed: Vec<String> = verdicts.iter().filter(|v| v.is_listed()).map(|v| v.to_string()).collect();
//! assert_eq!(listed, ["bl.spamcop.net: listed: 127.0.0.2 (reported spam source)"]);
//! // The other lists do not exist in this zone: their silence is not taken for a clean answer.
//! assert!(verdicts.iter().all(|v| v.is_listed() || v.is_unknown()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [RFC 5782]: https://www.rfc-editor.org/rfc/rfc5782

mod authentication_result;
mod catalogue;
mod health;
#[cfg(feature = "tokio")]
mod health_memory;
mod list;
#[cfg(feature = "list-file")]
mod list_file;
mod lookup;
mod lookup_each;
mod names;
mod pattern;
mod query_name;
mod reason;
mod response;
mod sighting;
#[cfg(feature = "bulk")]
pub mod sweep;
#[cfg(feature = "bulk")]
mod test_points;
mod verdict;
mod words;

pub use catalogue::{DeadList, KnownList, catalogue, dead_lists, default_lists, known, known_zone};
#[cfg(feature = "tokio")]
pub use health_memory::HealthMemory;
pub use list::{CodeRule, List, RefusalRule, TestPoint};
#[cfg(feature = "list-file")]
pub use list_file::{ListFileError, ListFileErrorKind, lists_from_toml};
pub use lookup::Lookup;
pub use lookup_each::LookupEach;
pub use pattern::{NoPattern, Pattern};
pub use query_name::{Subject, query_name};
pub use response::{Code, ListAnswer};
pub use sighting::{Change, ChangeKind, Sighting};
pub use verdict::{Status, Verdict};
pub use words::{Cause, Fate, Impact, Kind, NameForm, Role, Terms};
