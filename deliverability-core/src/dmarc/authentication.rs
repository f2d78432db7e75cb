//! SPF and DKIM of a message, and DMARC over both (RFC 9989 §5.3).

use super::evaluation::{Evaluation, Outcome};
use super::identities::Identities;
use crate::dkim::{SignatureOutcome, Verification};
use crate::dns::{Check, Known, Needed, Step};
use crate::domain::DomainName;
use crate::result::DkimResult;
use crate::spf::{self, CheckHost};

/// The authentication of a message: SPF and DKIM are evaluated first, DMARC with what they found. What is
/// not given was not found.
///
/// ```
/// use deliverability_core::{Check, DmarcResult, DomainName, dns::Zone, dmarc::Authentication, spf::CheckHost};
///
/// let zone: Zone = "example.org TXT \"v=spf1 ip4:192.0.2.1 -all\"\n\
///                   _dmarc.example.org TXT \"v=DMARC1; p=reject\"".parse()?;
/// let spf = |ip: &str| CheckHost::new(ip.parse().unwrap(), "amy@example.org");
/// let author: DomainName = "example.org".parse()?;
/// let authentication = Authentication::of(author);
/// let outcome = authentication.clone().spf(spf("192.0.2.1")).in_zone(&zone);
/// assert_eq!(outcome.dmarc().result(), DmarcResult::Pass);
/// let outcome = authentication.spf(spf("192.0.2.2")).in_zone(&zone);
/// assert_eq!(outcome.dmarc().result(), DmarcResult::Fail);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Authentication {
    identities: Identities,
    spf: Option<CheckHost>,
    dkim: Option<Verification>,
}

impl Authentication {
    /// The authentication of a message with this domain in its From field, see
    /// [`author_domain`](super::author_domain), or of what SPF and DKIM found of it already.
    pub fn of(identities: impl Into<Identities>) -> Self {
        Self { identities: identities.into(), spf: None, dkim: None }
    }

    /// Evaluates SPF: MAIL FROM, with a null sender HELO (RFC 9989 §3.2.4).
    #[must_use]
    pub fn spf(self, check: CheckHost) -> Self {
        Self { spf: Some(check), ..self }
    }

    /// Verifies the message's signatures.
    #[must_use]
    pub fn dkim(self, verification: Verification) -> Self {
        Self { dkim: Some(verification), ..self }
    }
}

impl From<DomainName> for Identities {
    /// As [`Identities::new`].
    fn from(author_domain: DomainName) -> Self {
        Self::new(author_domain)
    }
}

impl Identities {
    /// Adds what SPF and DKIM found of the message.
    pub(crate) fn with_found(self, spf: Option<&spf::Evaluation>, dkim: &[SignatureOutcome]) -> Self {
        let mut found = self.with_evaluated(spf);
        for outcome in dkim {
            let Some(domain) = outcome.signature().map(|signature| signature.domain.clone()) else { continue };
            found = match outcome.result() {
                DkimResult::Pass => found.dkim_pass(domain),
                DkimResult::Temperror => found.dkim_temperror(domain),
                _ => found,
            };
        }
        found
    }
}

impl Check for Authentication {
    type Outcome = AuthenticationOutcome;

    fn step(&self, known: &dyn Known) -> Step<AuthenticationOutcome> {
        let mut needed = Needed::default();
        let spf = self.spf.as_ref().and_then(|check| check.step(known).or_need(&mut needed));
        let dkim = self.dkim.as_ref().and_then(|check| check.step(known).or_need(&mut needed));
        let settled = needed.is_empty();
        let dkim = dkim.unwrap_or_default();
        let identities = self.identities.clone().with_found(spf.as_ref(), &dkim);
        // The walk from the author domain is foreseen while SPF and DKIM are under way.
        match Evaluation::of(identities).step(known).or_need(&mut needed) {
            Some(dmarc) if settled => Step::Done(AuthenticationOutcome { spf, dkim, dmarc }),
            _ => Step::Need(needed),
        }
    }
}

/// What SPF, DKIM and DMARC found of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthenticationOutcome {
    spf: Option<spf::Evaluation>,
    dkim: Vec<SignatureOutcome>,
    dmarc: Outcome,
}

impl AuthenticationOutcome {
    /// What SPF found; `None` if it was not to be evaluated.
    pub const fn spf(&self) -> Option<&spf::Evaluation> {
        self.spf.as_ref()
    }

    /// What became of each signature.
    pub fn dkim(&self) -> &[SignatureOutcome] {
        &self.dkim
    }

    /// What DMARC makes of them.
    pub const fn dmarc(&self) -> &Outcome {
        &self.dmarc
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dkim::Message;
    use crate::dns::{DnsError, Query, Zone};
    use crate::result::DmarcResult;

    #[test]
    fn a_failed_query_of_a_mechanism_leaves_the_result_open() {
        // RFC 9989 §5.3.6: neither pass nor fail while an aligned identifier may still pass.
        let mut zone: Zone = "_dmarc.example.org TXT \"v=DMARC1; p=reject\"".parse().unwrap();
        zone.fail(Query::txt("example.org".parse().unwrap()), DnsError::Timeout);
        zone.fail(Query::txt("s1._domainkey.example.org".parse().unwrap()), DnsError::Timeout);
        let message = Message::of(
            b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from;\r\n\
              \tbh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=; b=AAAA\r\nFrom: amy@example.org\r\n\r\n",
        );
        let open = Authentication::of(Identities::new("example.org".parse().unwrap()));
        let spf = open.clone().spf(CheckHost::new("192.0.2.1".parse().unwrap(), "amy@example.org"));
        let dkim = open.clone().dkim(Verification::of(&message));
        for check in [spf, dkim] {
            let outcome = check.in_zone(&zone);
            assert_eq!(outcome.dmarc().result(), DmarcResult::Temperror, "{outcome:?}");
        }
        assert_eq!(open.in_zone(&zone).dmarc().result(), DmarcResult::Fail);
    }
}
