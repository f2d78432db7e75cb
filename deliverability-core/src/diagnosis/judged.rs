//! What a receiver makes of a message: a line for each result.

use core::fmt;
#[cfg(feature = "verify")]
use core::net::IpAddr;

#[cfg(feature = "verify")]
use crate::arc;
#[cfg(feature = "verify")]
use crate::dkim::SignatureOutcome;
#[cfg(feature = "verify")]
use crate::dmarc;
#[cfg(feature = "verify")]
use crate::result::ArcResult;
#[cfg(feature = "verify")]
use crate::spf;

/// What SPF, DKIM or DMARC comes to at a receiver, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judged {
    /// `spf`, `dkim`, `dmarc` or `arc`.
    pub method: &'static str,
    /// What was judged: the domain, and the address that it was judged for.
    pub identity: String,
    /// The RFC's word.
    pub result: &'static str,
    /// Why.
    pub reason: String,
}

#[cfg(feature = "verify")]
impl Judged {
    pub(super) fn of_spf(evaluation: &spf::Evaluation) -> Self {
        let domain = crate::escaped::Escaped(evaluation.domain().as_bytes());
        Self {
            method: "spf",
            identity: format!("{domain} from {}", evaluation.ip()),
            result: evaluation.result().as_str(),
            reason: evaluation.cause().to_string(),
        }
    }

    pub(super) fn of_dkim(outcome: &SignatureOutcome) -> Self {
        let identity = match outcome.signature() {
            Some(signature) => format!("d={} s={}", signature.domain, signature.selector),
            None => "a signature that cannot be read".to_owned(),
        };
        let reason = outcome.cause().map_or_else(|| "the signature verifies".to_owned(), ToString::to_string);
        Self { method: "dkim", identity, result: outcome.result().as_str(), reason }
    }

    /// `None` without a chain.
    pub(super) fn of_arc(chain: &arc::Chain) -> Option<Self> {
        let sets = chain.sets().len();
        let sealer = chain.sealer().map(|sealer| format!(", sealed last by {sealer}")).unwrap_or_default();
        let why = chain
            .failures()
            .first()
            .map_or_else(|| "every seal and the newest message signature verify".to_owned(), ToString::to_string);
        (chain.result() != ArcResult::None).then(|| Self {
            method: "arc",
            identity: format!("{sets} {}{sealer}", if sets == 1 { "set" } else { "sets" }),
            result: chain.result().as_str(),
            reason: format!("{why}; an experiment (RFC 8617)"),
        })
    }

    /// Under RFC 9989; under RFC 7489 too where receivers that follow it see something else.
    pub(super) fn of_dmarc(ip: IpAddr, outcome: &dmarc::Outcome) -> Vec<Self> {
        let author = outcome.identities().author_domain();
        let of = |verdict: &dmarc::Verdict, reason: String| Self {
            method: "dmarc",
            identity: format!("{author} from {ip}"),
            result: verdict.result().as_str(),
            reason,
        };
        #[cfg_attr(not(feature = "psl"), expect(unused_mut, reason = "the list is needed for more"))]
        let mut all = vec![of(outcome.rfc9989(), dmarc::Reason(outcome.rfc9989()).to_string())];
        #[cfg(feature = "psl")]
        {
            let parts: Vec<String> = outcome.disagreements().iter().map(ToString::to_string).collect();
            let told = || format!("{} ({})", dmarc::Reason(outcome.rfc7489()), parts.join("; "));
            all.extend((!parts.is_empty()).then(|| of(outcome.rfc7489(), told())));
        }
        all
    }
}

/// As a receiver would note it: `spf=pass (example.org from 192.0.2.1): why`.
impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={} ({}): {}", self.method, self.result, self.identity, self.reason)
    }
}
