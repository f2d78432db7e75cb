//! Why a rewrite was not made.

use super::super::parse_error::ParseError;
use super::proof::Unproven;
use crate::dns::{DnsError, Query};
use crate::domain::DomainName;

/// Why a rewrite was not made. `Display` is one sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The domain is none that mail can be sent from (RFC 7208 §4.3).
    #[error("{domain} is no domain that SPF is evaluated for")]
    NotADomain {
        /// The domain.
        domain: DomainName,
    },
    /// A query failed without whose answer there is nothing to rewrite.
    #[error("{query} could not be asked: {error}")]
    Dns {
        /// The query.
        query: Query,
        /// How it failed.
        error: DnsError,
    },
    /// The domain has no SPF record.
    #[error("{domain} has no SPF record")]
    NoRecord {
        /// The domain.
        domain: DomainName,
    },
    /// The domain has several SPF records: [`Rewriter::merge`](super::Rewriter::merge) them.
    #[error("{domain} has {count} SPF records; merge them first")]
    SeveralRecords {
        /// The domain.
        domain: DomainName,
        /// How many there are.
        count: usize,
    },
    /// A record does not parse.
    #[error("a record does not parse: {0}")]
    Malformed(ParseError),
    /// A host without an address, or an include that lets nobody pass: adding it authorizes no one.
    #[error("\"{term}\" would authorize nobody")]
    AuthorizesNobody {
        /// The term.
        term: String,
    },
    /// The record has no such term.
    #[error("the record has no term \"{term}\"")]
    NoSuchTerm {
        /// The term asked for.
        term: String,
    },
    /// What an include authorizes is not a set of addresses, or not known: it stays.
    #[error("include:{target} cannot become addresses: {why}")]
    NotFlat {
        /// The included domain.
        target: DomainName,
        /// Why not.
        why: Unproven,
    },
    /// An include gives an error for some senders: it is to be mended or taken out.
    #[error("include:{target} cannot become addresses: it gives {result} for some senders")]
    BrokenInclude {
        /// The included domain.
        target: DomainName,
        /// permerror or temperror.
        result: crate::result::SpfResult,
    },
    /// What a merged record redirects to cannot be known.
    #[error("the target of {term} is not known, so it cannot be merged")]
    UnknownRedirect {
        /// The term.
        term: String,
    },
    /// No split brings the record within the budget.
    #[error("the record still takes an answer of {octets} octets; {limit} are allowed")]
    TooLarge {
        /// The answer's octets.
        octets: usize,
        /// The budget.
        limit: usize,
    },
    /// A record would be longer than any that can be published.
    #[error("a record would take {octets} octets, and at most {limit} can be published")]
    TooLong {
        /// The record's octets.
        octets: usize,
        /// The most that fit into one record.
        limit: usize,
    },
    /// A name was given that no SPF record can hold.
    #[error("\"{record}\" would not be read as it is meant")]
    NotWritable {
        /// The record.
        record: String,
    },
}
