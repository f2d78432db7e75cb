//! Why mail that should arrive does not, the proof, and exactly what to change.
//!
//! First result in six lines:
//!
//! ```
//! use deliverability_core::{Check, dns::Zone, spf::CheckHost};
//!
//! let zone: Zone = r#"example.org TXT "v=spf1 ip4:192.0.2.1 -all""#.parse()?;
//! let evaluation = CheckHost::new("198.51.100.7".parse()?, "amy@example.org").in_zone(&zone);
//! assert_eq!(evaluation.result().as_str(), "fail");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Every check is a pure function of the DNS answers known so far ([`Check`]): run it over a
//! [`Zone`](dns::Zone) in memory, a blocking callback, recorded answers, or any async
//! [`Resolver`](dns::Resolver).
//!
//! # The floors
//!
//! A module uses lower floors only, never a neighbour on its own; `tests/floors.rs` holds it.
//!
//! | floor | what it knows | modules |
//! |---|---|---|
//! | 0 | words, in three steps | [`span`], [`result`], [`rule_id`], `cut`, `escaped`, `hashing`, `words`; [`domain`]; [`network`], [`mailbox`], [`problem`], [`tag_list`], `public_suffix` |
//! | 1 | questions to the world, header fields | [`dns`], [`header`] |
//! | 2 | protocols | [`spf`], [`dkim`], [`dnsbl`], [`reverse_dns`], [`mail_route`], [`historic`], [`transport`], [`receivers`] |
//! | 3 | composed | [`dmarc`], [`mail_source`], `arc` (feature `verify`), [`bounce`] |
//! | 4 | judgement | [`diagnosis`] |

#[cfg(feature = "verify")]
pub mod arc;
pub mod bounce;
mod cut;
pub mod diagnosis;
pub mod dkim;
pub mod dmarc;
pub mod dns;
pub mod dnsbl;
pub mod domain;
mod escaped;
mod hashing;
pub mod header;
pub mod historic;
pub mod mail_route;
pub mod mail_source;
pub mod mailbox;
pub mod network;
pub mod problem;
#[cfg(not(feature = "psl"))]
mod public_suffix;
#[cfg(feature = "psl")]
pub mod public_suffix;
pub mod receivers;
mod remembered;
pub mod result;
pub mod reverse_dns;
pub mod rule_id;
pub mod span;
pub mod spf;
pub mod tag_list;
pub mod transport;
mod words;

pub use diagnosis::Diagnosis;
pub use dns::{Check, Needed, Step};
pub use domain::DomainName;
pub use problem::{Edit, Problem, Severity};
pub use result::{ArcResult, DkimResult, DmarcResult, IprevResult, SpfResult};
pub use rule_id::RuleId;
pub use span::Span;

/// The examples of the README files run too.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../README.md")]
    struct OfTheRepository;
    #[doc = include_str!("../README.md")]
    struct OfTheCrate;
}
