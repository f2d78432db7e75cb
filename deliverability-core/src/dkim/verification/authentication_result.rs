//! What a receiver writes about signatures (RFC 8601 §2.7.1, RFC 6008).

use super::{Cause, SignatureOutcome};
use crate::header::MethodResult;
use crate::result::DkimResult;

/// How many characters of `b=` tell signatures apart, at least (RFC 6008 §4).
const PREFIX: usize = 8;

impl SignatureOutcome {
    /// The result for an Authentication-Results field (RFC 8601 §2.7.1): the domain, identity, selector,
    /// algorithm and the first eight characters of the signature, as far as it has them, and why it does
    /// not pass. For several signatures see [`authentication_results`].
    pub fn authentication_result(&self) -> MethodResult {
        self.with_prefix(&self.prefix(PREFIX))
    }

    fn with_prefix(&self, prefix: &str) -> MethodResult {
        let reading = &self.reading;
        let mut result = MethodResult::new("dkim", self.result());
        result.reason = self.cause().map(ToString::to_string);
        if let Some(domain) = reading.domain() {
            result = result.with("header", "d", domain);
        }
        if let Some(signature) = reading.signature.as_ref().filter(|_| reading.tag("i").is_some()) {
            result = result.with("header", "i", &signature.identity);
        }
        if let Some(selector) = reading.selector() {
            result = result.with("header", "s", selector);
        }
        if let Some(signature) = &reading.signature {
            result = result.with("header", "a", signature.algorithm);
        }
        if prefix.is_empty() { result } else { result.with("header", "b", prefix) }
    }

    /// The first characters of `b=`, without white space.
    fn prefix(&self, length: usize) -> String {
        let b = self.reading.tag("b").map(|span| span.of(&self.text)).unwrap_or_default();
        let characters = b.iter().filter(|byte| !byte.is_ascii_whitespace()).take(length).copied().collect();
        String::from_utf8(characters).unwrap_or_default()
    }
}

/// The results of all signatures for an Authentication-Results field, `dkim=none` for a message without
/// one. Each says as much of its `b=` as tells it from the others (RFC 6008 §4); of the signatures beyond
/// the limit only that there are some.
///
/// ```
/// use deliverability_core::dkim;
/// assert_eq!(dkim::authentication_results(&[])[0].to_string(), "dkim=none");
/// ```
pub fn authentication_results(outcomes: &[SignatureOutcome]) -> Vec<MethodResult> {
    let is_judged = |outcome: &&SignatureOutcome| !matches!(outcome.cause(), Some(Cause::TooManySignatures));
    let judged: Vec<&SignatureOutcome> = outcomes.iter().filter(is_judged).collect();
    let beyond = outcomes.iter().find(|outcome| !is_judged(outcome));
    let mut results: Vec<MethodResult> =
        judged.iter().map(|outcome| outcome.with_prefix(&distinct(outcome, &judged))).collect();
    results.extend(beyond.map(SignatureOutcome::authentication_result));
    if results.is_empty() {
        results.push(MethodResult::new("dkim", DkimResult::None));
    }
    results
}

/// As much of `b=` as no other signature has.
fn distinct(outcome: &SignatureOutcome, all: &[&SignatureOutcome]) -> String {
    let whole = outcome.prefix(usize::MAX);
    let common = |other: &str| whole.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let others = all.iter().map(|other| other.prefix(usize::MAX)).filter(|other| *other != whole);
    let shared = others.map(|other| common(&other)).max().unwrap_or_default();
    outcome.prefix(shared.saturating_add(1).max(PREFIX))
}

#[cfg(test)]
mod tests {
    use crate::dkim::{Message, Verification, authentication_results};
    use crate::dns::{Check as _, Zone};

    fn results(fields: &[&str]) -> Vec<String> {
        let fields = fields.iter().map(|value| format!("DKIM-Signature: {value}\r\n")).collect::<Vec<_>>().concat();
        let message = Message::of(format!("{fields}From: amy@a.test\r\n\r\nbody\r\n").as_bytes());
        let outcomes = Verification::of(&message).in_zone(&Zone::new());
        authentication_results(&outcomes).iter().map(ToString::to_string).collect()
    }

    const REST: &str = "h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn every_signature_is_told_from_the_others() {
        // RFC 6008 §4: eight characters, and more where they are not enough.
        let of = |b: &str| format!("v=1; a=rsa-sha256; d=a.test; s=s1; i=@b.a.test; {REST}; b={b}");
        let found = results(&[&of("AAAA BBBB\r\n\tCCCC"), &of("AAAABBBBDDDD"), &of("EEEEFFFFGGGG")]);
        let told: Vec<&str> =
            found.iter().filter_map(|result| result.split_once(" header.").map(|(_, told)| told)).collect();
        let of = |b: &str| format!("d=a.test header.i=@b.a.test header.s=s1 header.a=rsa-sha256 header.b={b}");
        assert_eq!(told, [of("AAAABBBBC"), of("AAAABBBBD"), of("EEEEFFFF")]);
        assert!(found.iter().all(|result| result.starts_with("dkim=permerror reason=\"")), "{found:?}");
    }

    #[test]
    fn what_cannot_be_read_says_what_it_can() {
        let found = results(&["v=1; d=a.test; s=s1; b=AB/=", "nothing", "d=x; b=\"\u{1b}é\r\n Bcc: x"]);
        assert!(found[0].ends_with(" header.d=a.test header.s=s1 header.b=\"AB/=\""), "{found:?}");
        assert!(found.iter().all(|result| !result.chars().any(char::is_control)), "{found:?}");
    }

    #[test]
    fn signatures_beyond_the_limit_are_one_result() {
        let value = format!("v=1; a=rsa-sha256; d=a.test; s=s1; {REST}; b=AAAA");
        let found = results(&[value.as_str(); 1000]);
        assert_eq!(found.len(), 21);
        assert!(found[20].starts_with("dkim=neutral reason=") && !found[20].contains("header."), "{found:?}");
        assert_eq!(results(&[]), ["dkim=none"]);
    }
}
