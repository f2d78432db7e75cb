//! A key and a signature that do not belong together: `dkim.key-mismatch`.

use super::dkim_missing::PUBLIC_HALF;
use super::dkim_other_keys::{Tried, try_all};
use super::message::Seen;
use crate::diagnosis::finding::{Acts, Finding, sentence};
use crate::dkim::{Cause, KeyCause, KeyOutcome, SignatureOutcome};
use crate::dns::Query;
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::public_suffix::organization;
use crate::rule_id::RuleId;

/// Octets of an Ed25519 signature (RFC 8032 §5.1.6); no RSA key that is taken makes so few.
const ED25519_OCTETS: usize = 64;
/// Most names that a sentence lists.
const MAX_NAMES: usize = 5;

/// The finding on a signature that the key at its selector did not make.
pub(super) fn of(
    n: usize,
    outcome: &SignatureOutcome,
    subject: &str,
    one_passes: bool,
    seen: &Seen<'_>,
) -> Option<Finding> {
    let cause = outcome.causes().iter().find(|cause| may_be_another(cause))?;
    let own = outcome.key()?;
    let query = own.query()?;
    let tried = try_all(seen.case, n, own, seen.lookups);
    // Ed25519 does not tell a changed header from another key: only the key itself does.
    if tried.verifying.is_none() && matches!(cause, Cause::SignatureMismatch) {
        return None;
    }
    let severity = if one_passes { Severity::Error } else { Severity::Blocks };
    let acts = if tried.verifying.is_some() { Acts::SenderServer } else { Acts::SenderDns };
    let places = [Some(query), tried.verifying.as_ref().and_then(KeyOutcome::query)];
    let finding = Finding::new(RuleId::DkimKeyMismatch, severity, subject, seen_in(cause, &tried))
        .by(acts)
        .with_evidence(seen.lookups.evidence_of(places.into_iter().flatten()));
    let text = format!("{} Verify: give this diagnosis the next message.", todo(own, query, &tried));
    Some(finding.with_remedy(text, Vec::new()))
}

const fn may_be_another(cause: &Cause) -> bool {
    match cause {
        // Every Ed25519 key makes signatures of one length: b= was cut.
        Cause::SignatureLength { key, .. } => *key != ED25519_OCTETS,
        Cause::KeyMismatch | Cause::SignatureMismatch | Cause::Key(KeyCause::Type { .. }) => true,
        _ => false,
    }
}

fn seen_in(cause: &Cause, tried: &Tried) -> String {
    if let Some(at) = tried.verifying.as_ref().and_then(KeyOutcome::query) {
        return format!(
            "The signature does not verify with the key at its selector. It verifies with the key at {}: that is the one \
             that signs.",
            at.name
        );
    }
    let size = match cause {
        Cause::SignatureLength { signature, .. } => {
            format!(" If b= is whole, the key that signs has {} bits.", signature.saturating_mul(8))
        }
        _ => String::new(),
    };
    let names: Vec<String> = tried.in_vain.iter().take(MAX_NAMES).map(DomainName::to_string).collect();
    let in_vain = if names.is_empty() {
        String::new()
    } else {
        format!(" Nor did the key at {} make it.", names.join(" or at "))
    };
    format!("{}{size}{in_vain}", sentence(cause))
}

fn todo(own: &KeyOutcome, query: &Query, tried: &Tried) -> String {
    let name = &query.name;
    match tried.verifying.as_ref().and_then(|key| Some((key, key.query()?))) {
        // Whoever wrote the message may have made that key: it is never proposed to be published.
        Some((key, _)) if organization(key.domain()) != organization(own.domain()) => format!(
            "If {} sends for you, publish at {name} what it asks for. If not, the message is not yours, and nothing is to be \
             published.",
            key.domain()
        ),
        Some((key, at)) => format!(
            "Have the server sign with s={}; d={}: nothing has to be published. Or publish at {name} the record that stands \
             at {}, if no other server signs with the key at {name}.",
            key.selector(),
            key.domain(),
            at.name
        ),
        None => format!(
            "Publish at {name} the public half of the key that the server signs with; if other servers sign with the key that \
             stands there, publish it under a new selector and sign with that. {PUBLIC_HALF} Write it as `v=DKIM1; k=rsa; \
             p=…` (k=ed25519 for such a key), in strings of at most 255 octets."
        ),
    }
}
