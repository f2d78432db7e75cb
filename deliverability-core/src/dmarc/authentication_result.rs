//! What a receiver writes about DMARC (RFC 9989 §9.1, RFC 8601 §2.7).

#[cfg(feature = "verify")]
use super::authentication::AuthenticationOutcome;
use super::evaluation::Outcome;
use super::verdict::Verdict;
#[cfg(feature = "verify")]
use crate::dkim;
use crate::header::MethodResult;
use crate::result::DmarcResult;

impl Outcome {
    /// The result under RFC 9989 for an Authentication-Results field: the author domain in A-labels, the
    /// policy that its record asks for where one applies, and why it does not pass.
    ///
    /// ```
    /// use deliverability_core::{Check, dns::Zone, dmarc::{Evaluation, Identities}};
    ///
    /// let zone: Zone = r#"_dmarc.example.org TXT "v=DMARC1; p=reject; t=y""#.parse()?;
    /// let outcome = Evaluation::of(Identities::new("example.org".parse()?)).in_zone(&zone);
    /// assert_eq!(
    ///     outcome.authentication_result().to_string(),
    ///     r#"dmarc=fail reason="neither SPF nor DKIM passed" header.from=example.org policy.dmarc=quarantine"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authentication_result(&self) -> MethodResult {
        let verdict = self.rfc9989();
        let mut result = MethodResult::new("dmarc", verdict.result());
        result.reason = (verdict.result() != DmarcResult::Pass).then(|| verdict.cause().to_string());
        result = result.with("header", "from", self.identities().author_domain());
        match evaluated(verdict) {
            Some(policy) => result.with("policy", "dmarc", policy),
            None => result,
        }
    }
}

/// RFC 9989 §9.1: the policy after its options were processed, of which test mode is the one left.
fn evaluated(verdict: &Verdict) -> Option<super::record::Policy> {
    verdict.policy().map(|policy| if verdict.is_testing() { policy.one_below() } else { policy })
}

#[cfg(feature = "verify")]
impl AuthenticationOutcome {
    /// The results of SPF, if it was evaluated, of each signature and of DMARC, for an
    /// [`AuthenticationResults`](crate::header::AuthenticationResults) field.
    pub fn authentication_results(&self) -> Vec<MethodResult> {
        let spf = self.spf().map(crate::spf::Evaluation::authentication_result);
        let dkim = dkim::authentication_results(self.dkim());
        spf.into_iter().chain(dkim).chain([self.dmarc().authentication_result()]).collect()
    }
}
