//! Which record applies to an author domain, and which policy of it (RFC 9989 §4.10.1).

use std::sync::Arc;

use super::reading::Reading;
use super::record::Policy;
use super::standing::{Rules, Standing};
use super::survey::{Found, Level};
use super::tags::TagName;
use super::tree_walk::TreeWalk;
use crate::dns::{DnsError, Query, Ternary};
use crate::domain::DomainName;
use crate::span::Span;

/// The record that applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Discovered {
    /// It applies, as it stands or as `p=none`.
    Record(Arc<Level>),
    /// A record was found that asks for nothing: this tag of it is missing or not valid.
    Ignored(Arc<Level>, TagName),
    /// There is none. Several records at a name are none too.
    Nothing,
    /// Not known.
    Unknown(Query, DnsError),
}

/// RFC 9989 §4.10.1: the record of the author domain, else of its organizational domain, else of its public
/// suffix domain.
pub(super) fn discover(walk: &TreeWalk) -> Discovered {
    if let Some(level) = walk.level_of(walk.start()) {
        match level.found() {
            Found::Record { .. } => return standing(level, Rules::Rfc9989),
            Found::Unknown(error) => return Discovered::Unknown(level.query().clone(), error.clone()),
            Found::Several { .. } | Found::Nothing { .. } => {}
        }
    }
    if let Some((query, error)) = walk.failed() {
        return Discovered::Unknown(query.clone(), error.clone());
    }
    let organization = walk.organizational_domain().ok().and_then(|domain| walk.level_of(domain));
    let with_record = |level: &&Arc<Level>| level.reading().is_some_and(Reading::is_valid);
    let invalid = || walk.levels().find(|level| level.reading().is_some()).and_then(|l| walk.level_of(l.domain()));
    match organization.filter(with_record).or_else(|| walk.public_suffix()).or_else(invalid) {
        Some(level) => standing(level, Rules::Rfc9989),
        None => Discovered::Nothing,
    }
}

/// What the one record of a level comes to.
pub(super) fn standing(level: &Arc<Level>, rules: Rules) -> Discovered {
    match level.reading().map(|reading| reading.standing(rules)) {
        Some(Standing::Ignored(tag)) => Discovered::Ignored(Arc::clone(level), tag),
        Some(_) => Discovered::Record(Arc::clone(level)),
        None => Discovered::Nothing,
    }
}

/// The policy that applies to the author domain, and what in the record says so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    domain: DomainName,
    query: Query,
    text: Arc<[u8]>,
    tag: TagName,
    span: Span,
    policy: Policy,
    as_none: bool,
    existence: Option<Query>,
}

impl Decision {
    /// The policy domain: where the record stands, without `_dmarc`.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The query that found the record.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// The record's bytes, which the span indexes.
    pub const fn text(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// The tag that decided. With [`Decision::acts_as_none`] the one that is missing or not valid.
    pub const fn tag(&self) -> TagName {
        self.tag
    }

    /// Where the tag stands; the whole record where it is missing.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The Domain Owner Assessment Policy.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Whether the record acts as `p=none` because of a tag that is missing or not valid
    /// (RFC 9989 §4.10.1).
    pub const fn acts_as_none(&self) -> bool {
        self.as_none
    }

    /// The query that said whether the author domain exists, where `np` made that matter.
    pub const fn existence_query(&self) -> Option<&Query> {
        self.existence.as_ref()
    }
}

/// The policy of the record at `level` for `author`. `exists` is asked only where `np` matters.
///
/// # Errors
///
/// It is not known whether the author domain exists, and the policy depends on it.
pub(super) fn decide(
    level: &Level,
    author: &DomainName,
    rules: Rules,
    exists: impl FnOnce() -> Ternary,
) -> Option<Result<Decision, DnsError>> {
    let (reading, text) = (level.reading()?, level.text()?);
    let decision = |policy, tag, as_none| Decision {
        domain: level.domain().clone(),
        query: level.query().clone(),
        text: Arc::clone(text),
        tag,
        span: place(reading, tag, text.len()),
        policy,
        as_none,
        existence: None,
    };
    if let Standing::AsNone(tag) = reading.standing(rules) {
        return Some(Ok(decision(Policy::None, tag, true)));
    }
    if level.domain() == author {
        return Some(Ok(decision(reading.record().p?, TagName::P, false)));
    }
    let (policy, tag) = reading.subdomain_policy()?;
    let np = reading.record().np.filter(|np| rules == Rules::Rfc9989 && *np != policy);
    let Some(np) = np else { return Some(Ok(decision(policy, tag, false))) };
    // RFC 9989 §4.7, np: only for names that do not exist; without it sp, then p.
    let decided = match exists() {
        Ternary::No => decision(np, TagName::Np, false),
        Ternary::Yes => decision(policy, tag, false),
        Ternary::Unknown(error) => return Some(Err(error)),
    };
    Some(Ok(Decision { existence: Some(existence_query(author)), ..decided }))
}

/// The question whether a name exists: NXDOMAIN says no, whatever the type (RFC 9989 §3.2.13).
pub(super) fn existence_query(name: &DomainName) -> Query {
    Query::a(name.clone())
}

/// Where a tag stands, or where it is at fault, or the whole record.
fn place(reading: &Reading, tag: TagName, length: usize) -> Span {
    let fault = || reading.faults().iter().find(|fault| fault.kind.tag() == Some(tag)).map(|fault| fault.span);
    reading.span_of(tag).or_else(fault).unwrap_or(Span::new(0, length))
}
