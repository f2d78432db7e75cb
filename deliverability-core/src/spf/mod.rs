//! Sender Policy Framework ([RFC 7208](https://www.rfc-editor.org/rfc/rfc7208)).
//!
//! [`CheckHost`] is the RFC's `check_host()` as a [`Check`](crate::dns::Check); [`Record`] is the
//! grammar of §12 as plain types.
//!
//! ```
//! use deliverability_core::{Check, dns::Zone, spf::CheckHost};
//!
//! let zone: Zone = r#"
//! example.org       TXT "v=spf1 include:_spf.example.net -all"
//! _spf.example.net  TXT "v=spf1 ip4:192.0.2.0/24 -all"
//! "#.parse()?;
//! let evaluation = CheckHost::new("198.51.100.7".parse()?, "amy@example.org").in_zone(&zone);
//! assert_eq!(evaluation.result().as_str(), "fail");
//! assert_eq!(evaluation.cause().term().as_deref(), Some("-all"));
//! assert_eq!(evaluation.trace().ledger().lookups(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cause;
mod check_host;
mod cidr;
mod evaluation;
mod expansion;
mod explain;
mod explanation;
mod lexer;
mod limits;
mod lint;
mod macro_parser;
mod macro_string;
mod mechanisms;
mod parse_error;
mod parser;
mod received_spf;
mod record;
mod record_cache;
mod rewrite;
mod selection;
mod subject;
mod trace;
mod tree;
mod validated_name;
mod walk;
mod what_if;

pub use cause::{Cause, CauseKind};
pub use check_host::CheckHost;
pub use evaluation::Evaluation;
pub use explain::{ExplainedStep, Explanation, explain};
pub use limits::Limits;
pub use lint::{lint, lint_text};
pub use macro_string::{Delimiters, MacroExpand, MacroLetter, MacroString, Segment};
pub use parse_error::{ErrorKind, ParseError};
pub use received_spf::received_spf;
pub use record::{Directive, DomainSpec, DualCidr, Mechanism, Modifier, Qualifier, Record, Term, TermKind};
pub use record_cache::RecordCache;
pub use rewrite::{AnswerSize, Claim, Difference, Proof, RecordChange, Refusal, Rewrite, Rewriter, Sender, Unproven};
pub use selection::{is_spf_record, select};
pub use subject::Identity;
pub use trace::{Evaluated, Ledger, Lookup, TermOutcome, Trace, Via, Visit};
pub use tree::{Caller, Count, KnownSender, LookupTerm, Loop, Node, Presence, Standing, Target, Tree, TreeOutcome};
pub use what_if::{Compared, Verdict, WhatIf};
