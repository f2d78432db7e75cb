//! DMARC (RFC 9989, and RFC 7489 beside it): records, their discovery, and what a receiver makes of a message.
//!
//! [`Record`] is the grammar, [`Reading`] a record as receivers take it, [`lint`] everything that is wrong
//! with a text. [`Discovery`] finds the record of a domain, [`Evaluation`] judges a message by its
//! identities, [`Destinations`] checks who may be sent reports, [`AggregateReport`]
//! (feature `reports`) and [`FailureReport`] read what receivers sent.

#[cfg(feature = "reports")]
pub mod aggregate_report;
mod alignment;
#[cfg(feature = "verify")]
mod authentication;
mod authentication_result;
mod author;
mod cause;
mod destinations;
#[cfg(feature = "psl")]
mod disagreement;
mod discovery;
mod distance;
mod evaluation;
mod failure_report;
mod identities;
mod lint;
mod parse_error;
mod policy_discovery;
mod reading;
mod record;
mod report_uri;
#[cfg(feature = "psl")]
mod rfc7489;
mod standing;
mod survey;
mod tags;
mod tree_walk;
mod verdict;

#[cfg(feature = "reports")]
pub use aggregate_report::AggregateReport;
pub use alignment::{AlignedIdentifier, Alignment};
#[cfg(feature = "verify")]
pub use authentication::{Authentication, AuthenticationOutcome};
#[cfg(feature = "verify")]
pub(crate) use author::of_mailboxes;
pub use author::{AuthorError, AuthorErrorKind, MAX_AUTHOR_DOMAINS, author_domain, author_domains};
pub use cause::Cause;
pub use destinations::{Destination, Destinations, DestinationsOutcome, Permission};
#[cfg(feature = "psl")]
pub use disagreement::Disagreement;
pub use discovery::{Discovery, DiscoveryOutcome, RecordStatus};
pub use evaluation::{Evaluation, Outcome};
pub use failure_report::FailureReport;
pub use identities::{Identifier, Identities, MAX_IDENTIFIERS, Mechanism};
pub use lint::{lint, lint_text};
pub use parse_error::{ErrorKind, ParseError};
pub use policy_discovery::Decision;
pub use reading::Reading;
pub use record::{AlignmentMode, FailureOptions, Policy, Psd, Record};
pub use report_uri::{ReportUri, UriError};
pub use standing::{Rules, Standing};
pub use survey::{Found, Level};
pub use tags::TagName;
pub use tree_walk::{MAX_QUERIES, TreeWalk};
#[cfg(feature = "verify")]
pub(crate) use verdict::Reason;
pub use verdict::Verdict;
