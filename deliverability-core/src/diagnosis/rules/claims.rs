//! What the message says that others found, and `results.disagree`: where a trusted receiver found something
//! else than is found here.

use super::Examined;
use super::message::{Seen, Stream};
use crate::arc;
use crate::diagnosis::claimed::Claimed;
use crate::diagnosis::finding::{Acts, Finding};
use crate::dkim::SignatureOutcome;
use crate::domain::DomainName;
use crate::escaped::Escaped;
use crate::header::{AuthenticationResults, MethodResult, Standing};
use crate::problem::Severity;
use crate::result::{ArcResult, ChainStatus, DkimResult, DmarcResult, SpfResult};
use crate::rule_id::RuleId;

/// Most results of others that are shown.
const MAX_CLAIMS: usize = 50;
/// Most properties of a result that are shown.
const MAX_PROPERTIES: usize = 6;

pub(super) fn judge(seen: &Seen<'_>, found: &mut Examined) {
    let header = seen.message.mail().fields().text();
    let fields = AuthenticationResults::of_message(header, &seen.case.trusted_authserv_ids);
    let of_field = |field: &crate::header::Claim| -> Vec<Claimed> {
        let (standing, results) = (field.standing, &field.results);
        let claim = |result| Claimed {
            here: (standing == Standing::Trusted).then(|| here(seen, result)).flatten(),
            ..claimed(results, result, "Authentication-Results", standing)
        };
        results.results.iter().map(claim).collect()
    };
    let sealed = seen.chain.sets().iter().rev().flat_map(|set| of_set(seen.chain, set));
    found.claims = fields.iter().flat_map(of_field).chain(sealed).take(MAX_CLAIMS).collect();
    disagreements(found);
}

fn claimed(field: &AuthenticationResults, result: &MethodResult, name: &str, standing: Standing) -> Claimed {
    let shown = |text: &str| Escaped(text.as_bytes()).to_string();
    Claimed {
        authserv_id: field.authserv_id.as_deref().map(shown),
        field: name.to_owned(),
        trusted: standing == Standing::Trusted,
        standing: standing.as_str(),
        method: shown(&result.method),
        result: shown(&result.result),
        identity: identity(result),
        here: None,
    }
}

/// What the set of a chain says. A seal proves whose word it is, not that it is true.
fn of_set(chain: &arc::Chain, set: &arc::Set) -> Vec<Claimed> {
    let Some(results) = set.results() else { return Vec::new() };
    let standing = if chain.result() == ArcResult::Pass {
        "sealed, not verified: it stands with that host and all that sealed after it"
    } else {
        "not verified: the chain does not pass"
    };
    let name = format!("ARC-Authentication-Results i={}", set.instance());
    let claim = |result| Claimed { standing, ..claimed(results, result, &name, Standing::OtherHost) };
    results.results.iter().map(claim).collect()
}

/// The properties, as they stand in the field.
fn identity(result: &MethodResult) -> String {
    let one = |property: &crate::header::Property| {
        let shown = |text: &str| Escaped(text.as_bytes()).to_string();
        let dot = if property.ptype.is_empty() { "" } else { "." };
        format!("{}{dot}{}={}", shown(&property.ptype), shown(&property.name), shown(&property.value))
    };
    let properties: Vec<String> = result.properties.iter().take(MAX_PROPERTIES).map(one).collect();
    if properties.is_empty() { "it does not say of what".to_owned() } else { properties.join(" ") }
}

/// What is found here of the same identity; `None` for what is not looked at here.
fn here(seen: &Seen<'_>, theirs: &MethodResult) -> Option<String> {
    // RFC 8601 §2.6: what another version of a method means is not known.
    if !theirs.is_known_version() {
        return None;
    }
    // The receiver judged the address that handed the message over.
    let source = seen.message.source();
    let stream = seen.streams.first().filter(|stream| Some(stream.ip()) == source);
    // RFC 8601 §4.1: words that are not registered for a method are ignored.
    let word = theirs.result.as_str();
    match theirs.method.as_str() {
        "spf" if word.parse::<SpfResult>().is_ok() => spf(stream?, theirs),
        "dkim" if word.parse::<DkimResult>().is_ok() => dkim(seen.signatures, theirs),
        "dmarc" if word.parse::<DmarcResult>().is_ok() => dmarc(stream?, theirs),
        "arc" if word.parse::<ChainStatus>().is_ok() => Some(seen.chain.status().to_string()),
        _ => None,
    }
}

fn spf(stream: &Stream<'_>, theirs: &MethodResult) -> Option<String> {
    let address = theirs.property("smtp", "mailfrom").or_else(|| theirs.property("smtp", "helo"))?;
    let domain = address.rsplit('@').next().unwrap_or(address);
    domain.eq_ignore_ascii_case(stream.spf.domain()).then(|| stream.spf.result().to_string())
}

/// The best result of the signatures that the properties fit.
fn dkim(signatures: &[SignatureOutcome], theirs: &MethodResult) -> Option<String> {
    let fitting: Vec<DkimResult> =
        signatures.iter().filter(|outcome| fits(outcome, theirs)).map(SignatureOutcome::result).collect();
    let result = match fitting.first() {
        None if signatures.is_empty() => DkimResult::None,
        first => fitting.iter().find(|result| **result == DkimResult::Pass).or(first).copied()?,
    };
    Some(result.to_string())
}

/// Whether a result is about this signature, as far as it says.
pub(super) fn fits(outcome: &SignatureOutcome, theirs: &MethodResult) -> bool {
    let Some(signature) = outcome.signature() else { return false };
    let is = |name: &str, fit: &dyn Fn(&str) -> bool| theirs.property("header", name).is_none_or(fit);
    let domain = |text: &str| text.parse::<DomainName>().ok();
    let ours = outcome.authentication_result();
    let prefix = ours.property("header", "b").unwrap_or_default();
    is("d", &|d| domain(d).is_some_and(|d| d == signature.domain))
        && is("i", &|i| i.rsplit('@').next().and_then(domain).is_some_and(|i| i.is_within(&signature.domain)))
        && is("s", &|s| s.eq_ignore_ascii_case(&signature.selector))
        // RFC 6008 §4: case matters.
        && is("b", &|b| b.starts_with(prefix) || prefix.starts_with(b))
}

fn dmarc(stream: &Stream<'_>, theirs: &MethodResult) -> Option<String> {
    let author = stream.dmarc.identities().author_domain();
    let is_author = |from: &str| from.rsplit('@').next().and_then(|from| from.parse().ok()).as_ref() == Some(author);
    theirs.property("header", "from").is_none_or(is_author).then(|| stream.result().to_string())
}

fn disagreements(found: &mut Examined) {
    let parts: Vec<&Claimed> = found.claims.iter().filter(|claimed| claimed.disagrees()).collect();
    let Some(host) = parts.first().and_then(|claimed| claimed.authserv_id.clone()) else { return };
    let told: Vec<String> = parts.iter().map(|claimed| told(claimed)).collect();
    let message = format!(
        "{}. The message or the DNS was changed since, the message came another way, or one of the two is wrong.",
        told.join("; ")
    );
    let text = "Compare the message with the one that the receiver has, and the records with those of the day it came in. \
                Verify: give this diagnosis the message as that receiver stored it.";
    found.find(
        Finding::new(RuleId::ResultsDisagree, Severity::Note, host, message)
            .by(Acts::Receiver)
            .with_remedy(text, Vec::new()),
    );
}

fn told(claimed: &Claimed) -> String {
    let Claimed { method, result, identity, .. } = claimed;
    let host = claimed.authserv_id.as_deref().unwrap_or_default();
    format!("{host} found {method}={result} ({identity}), here it is {}", claimed.here.as_deref().unwrap_or_default())
}
