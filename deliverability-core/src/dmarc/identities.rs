//! What a message was authenticated as (RFC 9989 §3.2, §4.3).

use core::fmt;

use crate::domain::DomainName;
use crate::result::SpfResult;
use crate::spf::Evaluation;

/// How many identifiers of one message are looked at, beyond those that need no query. No RFC sets a limit;
/// each may cost eight queries.
pub const MAX_IDENTIFIERS: usize = 20;

/// The author domain of a message and what SPF and DKIM found.
///
/// ```
/// use deliverability_core::{SpfResult, dmarc::Identities};
///
/// let identities = Identities::new("example.org".parse()?)
///     .spf(SpfResult::Pass, "bounce.example.net".parse()?)
///     .dkim_pass("example.org".parse()?);
/// assert_eq!(identities.identifiers().len(), 2);
/// # Ok::<(), deliverability_core::domain::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Identities {
    author_domain: DomainName,
    identifiers: Vec<Identifier>,
}

impl Identities {
    /// A message with this domain in its From field, not authenticated so far.
    pub const fn new(author_domain: DomainName) -> Self {
        Self { author_domain, identifiers: Vec::new() }
    }

    /// The SPF result for the MAIL FROM identity; with a null sender that is the HELO domain
    /// (RFC 9989 §3.2.4).
    #[must_use]
    pub fn spf(self, result: SpfResult, domain: DomainName) -> Self {
        match result {
            SpfResult::Pass => self.with(Mechanism::Spf, domain, true),
            SpfResult::Temperror => self.with(Mechanism::Spf, domain, false),
            _ => self,
        }
    }

    /// What `check_host()` found, as [`Self::spf`].
    pub(crate) fn with_evaluated(self, spf: Option<&Evaluation>) -> Self {
        match spf.and_then(|found| Some((found.result(), found.domain().parse().ok()?))) {
            Some((result, domain)) => self.spf(result, domain),
            None => self,
        }
    }

    /// A DKIM signature that was verified, by its `d=`.
    #[must_use]
    pub fn dkim_pass(self, signing_domain: DomainName) -> Self {
        self.with(Mechanism::Dkim, signing_domain, true)
    }

    /// A DKIM signature whose key could not be looked up for now.
    #[must_use]
    pub fn dkim_temperror(self, signing_domain: DomainName) -> Self {
        self.with(Mechanism::Dkim, signing_domain, false)
    }

    fn with(mut self, mechanism: Mechanism, domain: DomainName, passed: bool) -> Self {
        let identifier = Identifier { mechanism, domain, passed };
        if !self.identifiers.contains(&identifier) {
            self.identifiers.push(identifier);
        }
        self
    }

    /// The domain of the From field.
    pub const fn author_domain(&self) -> &DomainName {
        &self.author_domain
    }

    /// What was authenticated, or could not be for now, in the order given and without repetitions.
    pub fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }
}

/// A domain that a mechanism authenticated, or could not for now.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Identifier {
    pub(super) mechanism: Mechanism,
    pub(super) domain: DomainName,
    pub(super) passed: bool,
}

impl Identifier {
    /// What looked at it.
    pub const fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The domain.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// Whether it is authenticated; else its mechanism gave temperror.
    pub const fn passed(&self) -> bool {
        self.passed
    }
}

/// An authentication mechanism of DMARC (RFC 9989 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// RFC 7208.
    Spf,
    /// RFC 6376.
    Dkim,
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if *self == Self::Spf { "SPF" } else { "DKIM" })
    }
}
