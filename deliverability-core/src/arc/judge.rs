//! The signatures of a chain judged, whatever failed before (RFC 8617 §5.2).

use std::sync::Arc;

use super::set::Tags;
use super::structure::Slot;
use super::{Cause, Failure, Field, MessageSignature, Seal};
use crate::dkim::signature::{Algorithm, Canonicalization, Signature};
use crate::dkim::{self, Fields, KeyCause, KeyOutcome, KeyRecord, KeyStatus, KeyType, Message, Signed, Signer};
use crate::result::ChainStatus;
use crate::span::Span;

/// Judges an ARC-Message-Signature as a DKIM-Signature (RFC 8617 §4.1.2).
pub(super) fn message_signature(
    message: &Message,
    instance: u8,
    signed: &Signed,
    key: Option<KeyOutcome>,
) -> MessageSignature {
    let (fields, reading) = (message.fields(), &*signed.reading);
    let start = fields.value_span(signed.field).start;
    let tags = Tags { instance, field: Field::MessageSignature, reading, start };
    let mut failures: Vec<Failure> = reading
        .errors
        .iter()
        .map(|error| tags.failure_at(Cause::MessageSignatureMalformed(*error), error.span))
        .collect();
    let mut verified = None;
    if let Some(signature) = &reading.signature {
        // RFC 8617 §4.1.2 tells sealers to leave out all three fields of a set and Authentication-Results. §5.2 does not
        // make that a reason to fail, and chains whose message signature covers one of the others are about: they
        // verify, as the validation suite of the protocol expects. A seal that is made after the signature cannot be
        // covered by it, so that name is a fault.
        if signature.signs(Field::Seal.as_str()) {
            failures.push(tags.failure(Cause::SignsSeal, "h"));
        }
        if signed.body_matches() != Some(true) {
            failures.push(tags.failure(Cause::BodyChanged, "bh"));
        }
        let text = signed_text(fields, signed, signature, key.as_ref());
        let work = Work { algorithm: signature.algorithm, octets: &signature.octets, text: &text };
        verified = work.judge(tags, key.as_ref(), Cause::MessageSignatureMismatch, &mut failures);
    } else {
        failures.extend(key.as_ref().and_then(KeyCause::of).map(|cause| tags.failure(Cause::Key(cause), "s")));
    }
    MessageSignature { signed: signed.clone(), key, verified, failures }
}

/// What a message signature covers. Without `c=` DKIM's `simple` holds (RFC 8617 §4.1.2), but there are
/// sealers that leave it out and write a relaxed header: the one that verifies counts.
fn signed_text(fields: &Fields, signed: &Signed, signature: &Signature, key: Option<&KeyOutcome>) -> Vec<u8> {
    let text = Signer { fields, signed, signature }.text();
    let Some(key) = key.and_then(KeyOutcome::key).filter(|_| signed.reading.tag("c").is_none()) else { return text };
    let verifies = |text: &[u8]| dkim::verifies(signature.algorithm, key, text, &signature.octets) == Some(true);
    let relaxed = Signature { header_canonicalization: Canonicalization::Relaxed, ..signature.clone() };
    let relaxed = Signer { fields, signed, signature: &relaxed }.text();
    if !verifies(&text) && verifies(&relaxed) { relaxed } else { text }
}

/// What is signed, and how.
struct Work<'a> {
    algorithm: Algorithm,
    octets: &'a [u8],
    text: &'a [u8],
}

impl Work<'_> {
    /// Whether it verifies; why it does not pass goes to the failures.
    fn judge(
        &self,
        tags: Tags<'_>,
        key: Option<&KeyOutcome>,
        mismatch: Cause,
        failures: &mut Vec<Failure>,
    ) -> Option<bool> {
        // RFC 8617 §4.1.2: the algorithms are those of DKIM.
        if self.algorithm == Algorithm::RsaSha1 {
            failures.push(tags.failure(Cause::RetiredAlgorithm, "a"));
        }
        let Some(record) = key.and_then(KeyOutcome::key) else {
            failures.extend(self.key_cause(key).map(|cause| tags.failure(Cause::Key(cause), "s")));
            return None;
        };
        let verified = dkim::verifies(self.algorithm, record, self.text, self.octets);
        match verified {
            Some(true) => {}
            Some(false) => failures.push(tags.failure(mismatch, "b")),
            None => {
                let cause = KeyCause::Type { key: key_word(record), signature: self.algorithm.key_type() };
                failures.push(tags.failure(Cause::Key(cause), "s"));
            }
        }
        verified
    }

    fn key_cause(&self, key: Option<&KeyOutcome>) -> Option<KeyCause> {
        let Some(key) = key else { return Some(KeyCause::BadSelector) };
        match key.status() {
            KeyStatus::Several { count } => {
                let verifying = dkim::verifying(key, self.algorithm, self.text, self.octets);
                Some(KeyCause::Several { count: *count, verifying })
            }
            _ => KeyCause::of(key),
        }
    }
}

/// `k=` of a key that can be used.
fn key_word(key: &KeyRecord) -> &'static str {
    if key.key_type == KeyType::Ed25519 { "ed25519" } else { "rsa" }
}

/// The text that seals cover: the sets in order, from the first (RFC 8617 §5.1.1).
pub(super) struct Sealed<'a> {
    fields: &'a Fields,
    /// The whole sets so far; `None` behind a set that is not whole.
    text: Option<Vec<u8>>,
}

impl<'a> Sealed<'a> {
    pub(super) const fn new(fields: &'a Fields) -> Self {
        Self { fields, text: Some(Vec::new()) }
    }

    /// Judges the seal of the next set, then adds the set.
    pub(super) fn seal(&mut self, slot: &Slot, key: Option<KeyOutcome>) -> Option<Seal> {
        let seal = slot.seal.as_ref().map(|(place, _)| self.judge(slot, *place, key));
        self.add(slot);
        seal.flatten()
    }

    fn judge(&self, slot: &Slot, place: usize, key: Option<KeyOutcome>) -> Option<Seal> {
        let (_, seal) = slot.seal.as_ref()?;
        let (reading, value) = (&seal.reading, self.fields.value(place));
        let start = self.fields.value_span(place).start;
        let tags = Tags { instance: slot.instance, field: Field::Seal, reading, start };
        let status = seal.reading.tag("cv").and_then(|span| status(span.of(value)));
        let mut failures: Vec<Failure> =
            reading.errors.iter().map(|error| tags.failure_at(Cause::SealMalformed(*error), error.span)).collect();
        if let Some(span) = reading.tag("h") {
            failures.push(tags.failure_at(Cause::SealSignsFields, span));
        }
        failures.extend(status_cause(slot.instance, status).map(|cause| tags.failure(cause, "cv")));
        let text = self.covered(slot, place, reading.b, status);
        let verified = match (seal.algorithm.zip(seal.octets.as_deref()), &text) {
            (Some((algorithm, octets)), Some(text)) => {
                Work { algorithm, octets, text }.judge(tags, key.as_ref(), Cause::SealMismatch, &mut failures)
            }
            (Some(_), None) => {
                failures.push(tags.failure(Cause::SealUnchecked, "b"));
                None
            }
            (None, _) => None,
        };
        Some(Seal { tags: Arc::clone(seal), status, key, verified, failures })
    }

    /// What a seal signs.
    fn covered(&self, slot: &Slot, place: usize, b: Option<Span>, status: Option<ChainStatus>) -> Option<Vec<u8>> {
        // RFC 8617 §5.1.2: a seal that says fail covers its own set alone.
        let mut text = if status == Some(ChainStatus::Fail) { Vec::new() } else { self.text.clone()? };
        for field in signed_places(slot)? {
            self.line(field, &mut text);
        }
        self.fields.canonical_without(Canonicalization::Relaxed, place, b, &mut text);
        Some(text)
    }

    fn add(&mut self, slot: &Slot) {
        let places = signed_places(slot).zip(slot.seal.as_ref());
        let Some((places, (seal, _))) = places else {
            self.text = None;
            return;
        };
        let Some(mut text) = self.text.take() else { return };
        for field in places.into_iter().chain([*seal]) {
            self.line(field, &mut text);
        }
        self.text = Some(text);
    }

    fn line(&self, field: usize, text: &mut Vec<u8>) {
        self.fields.canonical(Canonicalization::Relaxed, field, text);
        text.extend_from_slice(b"\r\n");
    }
}

/// The fields of a set that stand before its seal, in order.
fn signed_places(slot: &Slot) -> Option<[usize; 2]> {
    Some([slot.results.as_ref()?.0, slot.message_signature.as_ref()?.field])
}

fn status(word: &[u8]) -> Option<ChainStatus> {
    core::str::from_utf8(word).ok()?.parse().ok()
}

/// RFC 8617 §5.2, step 3: none in the first set, pass in the others.
fn status_cause(instance: u8, status: Option<ChainStatus>) -> Option<Cause> {
    let expected = if instance == 1 { ChainStatus::None } else { ChainStatus::Pass };
    match status {
        None => Some(Cause::StatusUnreadable),
        Some(ChainStatus::Fail) => Some(Cause::SealedFail),
        Some(found) if found != expected => Some(Cause::StatusWrong { found, expected }),
        Some(_) => None,
    }
}
