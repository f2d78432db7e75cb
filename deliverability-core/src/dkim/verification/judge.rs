//! One signature judged: every check, whatever failed before (RFC 6376 §6.1).

use std::borrow::Cow;
use std::sync::Arc;

use aws_lc_rs::digest;

use super::outcome::Checks;
use super::{Cause, KeyCause, Note, SignatureOutcome};
use crate::dkim::body_hash;
use crate::dkim::crypto;
use crate::dkim::explain::{self, BodyChange, HeaderChange, Hops, Recovered, Signer};
use crate::dkim::key_cache::KeyCache;
use crate::dkim::key_lookup::{KeyOutcome, KeyStatus, Unusable};
use crate::dkim::key_record::{KeyRecord, KeyType};
use crate::dkim::message::{Message, Signed};
use crate::dkim::public_key::PublicKey;
use crate::dkim::signature::{Algorithm, Signature};

/// How far a clock may run ahead of the verifier's, in seconds.
const CLOCK_DRIFT: u64 = 300;
/// The key size that RFC 8301 §3.2 asks signers for, in bits.
const GOOD_RSA_BITS: usize = 2048;
/// Tries of a search for what changed in the header, where a try is a hash.
const HASH_TRIES: usize = 4000;
/// The same where a try is a signature check.
const SIGNATURE_TRIES: usize = 400;

/// Judges one signature by what stands at its selector.
pub(super) fn judge(
    message: &Message,
    signed: &Signed,
    key: Option<KeyOutcome>,
    time: Option<u64>,
    known_keys: Option<&KeyCache>,
) -> SignatureOutcome {
    let mut judge = Judge {
        message,
        signed,
        key: key.as_ref(),
        known_keys,
        checks: Checks::default(),
        causes: Vec::new(),
        notes: Vec::new(),
    };
    if message.fields().is_cut {
        judge.causes.push(Cause::HeaderTooLarge);
    } else {
        judge.all(time);
    }
    let Judge { checks, mut causes, notes, .. } = judge;
    causes.sort_by_key(Cause::rank);
    let changed = causes
        .iter()
        .any(|cause| matches!(cause, Cause::BodyChanged(_) | Cause::HeaderChanged(_) | Cause::SignatureMismatch));
    let hops = if changed { hops(message, signed) } else { Hops::default() };
    let (reading, text) = (Arc::clone(&signed.reading), Arc::clone(&signed.text));
    SignatureOutcome { reading, text, key, checks, causes, notes, hops }
}

fn hops(message: &Message, signed: &Signed) -> Hops {
    let signs_list = signed.reading.signature.as_ref().is_some_and(|signature| signature.signs("List-Id"));
    explain::hops(message.fields(), signed.field, signs_list)
}

struct Judge<'a> {
    message: &'a Message,
    signed: &'a Signed,
    key: Option<&'a KeyOutcome>,
    known_keys: Option<&'a KeyCache>,
    checks: Checks,
    causes: Vec<Cause>,
    notes: Vec<Note>,
}

impl<'a> Judge<'a> {
    fn all(&mut self, time: Option<u64>) {
        self.causes.extend(self.signed.reading.errors.iter().copied().map(Cause::Signature));
        self.stored();
        self.key_record();
        let Some(signature) = &self.signed.reading.signature else { return };
        if signature.algorithm == Algorithm::RsaSha1 {
            self.causes.push(Cause::RetiredAlgorithm);
        }
        self.time(signature, time);
        self.body(signature);
        self.fields(signature);
        match self.usable_key(signature) {
            Some(key) => self.with_key(signature, &key),
            None => self.several_keys(signature),
        }
    }

    fn stored(&mut self) {
        if self.message.is_stored_with_lf() {
            self.notes.push(Note::StoredWithLf);
        } else if self.message.fields().has_lone_lf {
            self.notes.push(Note::LoneLf);
        }
    }

    /// RFC 6376 §6.1.2.
    fn key_record(&mut self) {
        let Some(key) = self.key else { return };
        self.causes.extend(KeyCause::of(key).map(Cause::Key));
        let others = key.record().map_or(0, |_| key.texts().len().saturating_sub(1));
        if others > 0 {
            self.notes.push(Note::OtherRecords { count: others });
        }
    }

    /// RFC 6376 §3.5, t= and x=.
    fn time(&mut self, signature: &Signature, time: Option<u64>) {
        let Some(at) = time else { return };
        let expired = signature.expiration.filter(|expiration| *expiration < at);
        let future = signature.timestamp.filter(|timestamp| *timestamp > at.saturating_add(CLOCK_DRIFT));
        self.causes.extend(expired.map(|expiration| Cause::Expired { expiration, at }));
        self.causes.extend(future.map(|timestamp| Cause::Future { timestamp, at }));
        self.checks.time = Some(expired.is_none() && future.is_none());
    }

    /// RFC 6376 §6.1.3: the body hash.
    fn body(&mut self, signature: &Signature) {
        self.checks.body = self.signed.body_matches();
        if self.checks.body == Some(false) {
            self.causes.push(Cause::BodyChanged(self.signed.change.clone().unwrap_or(BodyChange::NotSearched)));
        }
        let octets = self.signed.body.as_ref().map_or(0, |body| body.octets);
        match signature.body_length {
            Some(0) if octets > 0 => self.notes.push(Note::BodyUnsigned),
            Some(length) if length < octets => {
                self.notes.push(Note::TailUnsigned { octets: octets.saturating_sub(length) });
            }
            _ => {}
        }
    }

    /// What `h=` leaves open.
    fn fields(&mut self, signature: &Signature) {
        let fields = self.message.fields();
        let from = fields.named("From").len();
        let signed = signature.signed_fields.iter().filter(|name| name.eq_ignore_ascii_case("From")).count();
        // RFC 6376 §8.15: a second From is seen by readers and passes unsigned.
        if from > signed {
            self.notes.push(Note::UnsignedFrom { fields: from });
        }
        if signature.signs("DKIM-Signature") && self.message.signature_count() == 1 {
            self.notes.push(Note::SignsItself);
        }
    }

    /// The key, if its record can be read at all and is of the right kind for the signature.
    fn usable_key(&mut self, signature: &Signature) -> Option<Cow<'a, KeyRecord>> {
        let outcome = self.key?;
        // RFC 8301 §3.1 retired sha1; a key for it alone still says whether the signature verifies.
        let key = match outcome.status() {
            KeyStatus::Usable(key) => Cow::Borrowed(&**key),
            KeyStatus::Unusable(Unusable::Hash) => Cow::Owned(KeyRecord::parse(outcome.record()?).ok()?),
            _ => return None,
        };
        if key.key_type.as_str() != signature.algorithm.key_type() {
            let word = if key.key_type == KeyType::Ed25519 { "ed25519" } else { "rsa" };
            self.causes.push(Cause::Key(KeyCause::Type { key: word, signature: signature.algorithm.key_type() }));
            return None;
        }
        Some(key)
    }

    fn with_key(&mut self, signature: &Signature, key: &KeyRecord) {
        let hash = signature.algorithm.hash().as_str();
        if !key.allows_hash(hash) {
            self.causes.push(Cause::Key(KeyCause::Hash { hash }));
        }
        if key.is_testing() {
            self.notes.push(Note::Testing);
        }
        if let PublicKey::Rsa { bits, .. } = key.public_key
            && bits < GOOD_RSA_BITS
        {
            self.notes.push(Note::ShortKey { bits });
        }
        // RFC 6376 §3.6.1, t=s.
        let strict = key.is_strict() && signature.identity.domain != signature.domain;
        if strict {
            self.causes.push(Cause::StrictIdentity);
        }
        self.checks.identity = Some(!strict && signature.identity.domain.is_within(&signature.domain));
        let signer = self.signer(signature);
        let text = signer.text();
        self.checks.signature = self.verifies(signature, key, &text);
        if self.checks.signature == Some(false) {
            let why = why(&signer, key);
            // Then the body is the one that was signed.
            if matches!(&why, Cause::HeaderChanged(HeaderChange::Signature { tag }) if tag == "bh") {
                self.causes.retain(|cause| !matches!(cause, Cause::BodyChanged(_)));
            }
            self.causes.push(why);
        }
    }

    /// By the key as it was made ready before, if it was.
    fn verifies(&self, signature: &Signature, key: &KeyRecord, text: &[u8]) -> Option<bool> {
        let record = self.key.and_then(KeyOutcome::record);
        let known = self.known_keys.zip(record).filter(|_| signature.algorithm == Algorithm::RsaSha256);
        known
            .and_then(|(keys, record)| keys.verifies(record, text, &signature.octets))
            .or_else(|| crypto::verifies(signature.algorithm, key, text, &signature.octets))
    }

    fn signer(&self, signature: &'a Signature) -> Signer<'a> {
        Signer { fields: self.message.fields(), signed: self.signed, signature }
    }

    /// Which of several keys verify the signature: verifiers may take any (RFC 6376 §6.1.2).
    fn several_keys(&mut self, signature: &Signature) {
        let Some(key) = self.key else { return };
        let KeyStatus::Several { count } = key.status() else { return };
        let text = self.signer(signature).text();
        let verifying = crypto::verifying(key, signature.algorithm, &text, &signature.octets);
        for cause in &mut self.causes {
            if let Cause::Key(several @ KeyCause::Several { .. }) = cause {
                *several = KeyCause::Several { count: *count, verifying };
            }
        }
    }
}

/// The octets of an Ed25519 signature.
const ED25519_OCTETS: usize = 64;

/// Why a signature does not verify with its key.
fn why(signer: &Signer<'_>, key: &KeyRecord) -> Cause {
    let signature = signer.signature;
    let Some((modulus, exponent)) = crypto::numbers(key) else { return why_ed25519(signer, key) };
    match explain::recover(modulus, exponent, &signature.octets) {
        Recovered::Hash { algorithm, digest } => {
            let function = body_hash::algorithm(algorithm);
            let mut is_signed = |text: &[u8]| digest::digest(function, text).as_ref() == &*digest;
            Cause::HeaderChanged(explain::header_change(signer, HASH_TRIES, &mut is_signed))
        }
        Recovered::Other => Cause::HeaderChanged(HeaderChange::Unknown),
        Recovered::Length { signature, key } => Cause::SignatureLength { signature, key },
        Recovered::NotPadded => Cause::KeyMismatch,
        Recovered::NotTried => Cause::SignatureMismatch,
    }
}

/// An Ed25519 signature does not give the hash away: each try is a check of the signature.
fn why_ed25519(signer: &Signer<'_>, key: &KeyRecord) -> Cause {
    let signature = signer.signature;
    // RFC 8032 §5.1.6: it is never of another length.
    if signature.octets.len() != ED25519_OCTETS {
        return Cause::SignatureLength { signature: signature.octets.len(), key: ED25519_OCTETS };
    }
    let mut is_signed = |text: &[u8]| crypto::verifies(signature.algorithm, key, text, &signature.octets) == Some(true);
    match explain::header_change(signer, SIGNATURE_TRIES, &mut is_signed) {
        HeaderChange::Unknown | HeaderChange::Removed { proven: false, .. } => Cause::SignatureMismatch,
        change => Cause::HeaderChanged(change),
    }
}
