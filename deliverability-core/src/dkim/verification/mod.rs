//! Verification of a message's signatures (RFC 6376 §6, RFC 8301, RFC 8463).

mod authentication_result;
mod cause;
mod judge;
mod key_cause;
mod note;
mod outcome;

pub use authentication_result::authentication_results;
pub use cause::Cause;
pub use key_cause::KeyCause;
pub use note::Note;
pub use outcome::{SignatureOutcome, overall};

use std::sync::Arc;

use super::crypto;
use super::explain::Signer;
use super::key_cache::KeyCache;
use super::key_lookup::{KeyLookup, KeyOutcome};
use super::key_record::KeyRecord;
use super::message::{Message, Signed};
use crate::dns::{Check, Known, Needed, Query, Step};

/// The verification of every signature of a message, each judged for itself: its time, key, body
/// hash, signature and identity. One outcome a signature, from the top down; none for a message
/// that is not signed.
///
/// ```
/// use deliverability_core::{dkim::{Message, Verification}, dns::Zone, Check};
///
/// let message = Message::of(
///     b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from;\r\n\
///       \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\nFrom: amy@example.org\r\n\r\nbody\r\n",
/// );
/// let zone: Zone = r#"s1._domainkey.example.org TXT "v=DKIM1; p=""#.parse()?;
/// let outcomes = Verification::of(&message).at(1_767_225_600).in_zone(&zone);
/// assert_eq!(outcomes[0].result().as_str(), "permerror");
/// let codes: Vec<&str> = outcomes[0].causes().iter().map(|cause| cause.code()).collect();
/// assert_eq!(codes, ["dkim.key.revoked", "dkim.body-changed"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verification {
    message: Message,
    keys: Vec<Option<KeyLookup>>,
    time: Option<u64>,
    known_keys: Option<Arc<KeyCache>>,
}

impl Verification {
    /// The verification of the signatures of `message`.
    pub fn of(message: &Message) -> Self {
        let keys = message.signed().iter().map(key_lookup).collect();
        Self { message: message.clone(), keys, time: None, known_keys: None }
    }

    /// Judges `t=` and `x=` at this time, in seconds since 1970. Without one they are not judged.
    #[must_use]
    pub fn at(self, seconds: u64) -> Self {
        Self { time: Some(seconds), ..self }
    }

    /// Where keys that were used before are found, by the bytes of their records: for many messages,
    /// quicker. The outcome is the same.
    #[must_use]
    pub fn key_cache(self, keys: &Arc<KeyCache>) -> Self {
        Self { known_keys: Some(Arc::clone(keys)), ..self }
    }

    /// Whether the signed fields carry the signature `index`, from the top down, by each of these keys,
    /// whatever stands at its selector. `None` where there is no such signature, or the key is of another
    /// kind.
    ///
    /// It says which key signed, not that the message passes: the body, the times and the identity are
    /// not looked at.
    pub fn try_keys<'k>(&self, index: usize, keys: impl IntoIterator<Item = &'k KeyRecord>) -> Vec<Option<bool>> {
        let whole = self.message.signed().get(index).filter(|_| !self.message.fields().is_cut);
        let signer = whole.and_then(|signed| {
            let signature = signed.reading.signature.as_ref()?;
            Some(Signer { fields: self.message.fields(), signed, signature })
        });
        let text = signer.as_ref().map(Signer::text).unwrap_or_default();
        let verifies = |key: &KeyRecord| {
            let signature = signer.as_ref()?.signature;
            crypto::verifies(signature.algorithm, key, &text, &signature.octets)
        };
        keys.into_iter().map(verifies).collect()
    }

    fn key(&self, lookup: &KeyLookup, known: &dyn Known) -> Step<KeyOutcome> {
        match &self.known_keys {
            Some(keys) => lookup.step_with(known, |record| keys.status(record)),
            None => lookup.step(known),
        }
    }

    /// The places of the signatures whose key stands at this query's name.
    pub(crate) fn of_key<'q>(&'q self, query: &'q Query) -> impl Iterator<Item = usize> + 'q {
        let is_meant = move |key: &Option<KeyLookup>| key.as_ref().is_some_and(|key| key.query() == Some(query));
        self.keys.iter().enumerate().filter(move |(_, key)| is_meant(key)).map(|(n, _)| n)
    }
}

/// The same question; where keys are remembered changes no answer.
impl PartialEq for Verification {
    fn eq(&self, other: &Self) -> bool {
        (&self.message, &self.keys, self.time) == (&other.message, &other.keys, other.time)
    }
}

impl Eq for Verification {}

fn key_lookup(signed: &Signed) -> Option<KeyLookup> {
    let reading = &signed.reading;
    Some(KeyLookup::new(reading.selector()?, reading.domain()?.clone()))
}

impl Check for Verification {
    type Outcome = Vec<SignatureOutcome>;

    fn step(&self, known: &dyn Known) -> Step<Self::Outcome> {
        let mut needed = Needed::default();
        let keys: Vec<Option<KeyOutcome>> =
            self.keys.iter().map(|key| self.key(key.as_ref()?, known).or_need(&mut needed)).collect();
        if let Some(needed) = Needed::in_order(needed.blocking) {
            return Step::Need(needed);
        }
        let judged = self
            .message
            .signed()
            .iter()
            .zip(keys)
            .map(|(signed, key)| judge::judge(&self.message, signed, key, self.time, self.known_keys.as_deref()));
        let beyond = core::iter::repeat_with(SignatureOutcome::beyond_limit).take(self.message.unjudged());
        Step::Done(judged.chain(beyond).collect())
    }
}
