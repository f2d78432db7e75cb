//! Keys that were used before, remembered by the bytes of their records.

use core::fmt;
use std::sync::{Arc, OnceLock};

use aws_lc_rs::signature::ParsedPublicKey;

use super::crypto;
use super::key_lookup::KeyStatus;
use super::key_record::KeyRecord;
use crate::remembered::Remembered;

/// What a key takes beside what grows with its record, in octets.
const ENTRY: usize = 1024;
/// What a flag, a service or a hash takes, in octets.
const WORD: usize = 64;

/// Remembers the keys of signatures, parsed and made ready, for many messages and many threads.
///
/// A key is known by the bytes of its record, never by its name, so nothing here expires or goes
/// stale, and outcomes are the same with and without. Records that verifiers cannot use are not
/// remembered. When the bound is reached, what was not asked for lately goes.
///
/// ```
/// use std::sync::Arc;
/// use deliverability_core::{Check, dkim::{KeyCache, Message, Verification}, dns::Zone};
///
/// let zone: Zone =
///     r#"s1._domainkey.example.org TXT "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=""#.parse()?;
/// let message = Message::of(
///     b"DKIM-Signature: v=1; a=ed25519-sha256; d=example.org; s=s1; h=from;\r\n\
///       \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\nFrom: amy@example.org\r\n\r\nbody\r\n",
/// );
/// let keys = Arc::new(KeyCache::default());
/// for _ in 0..2 {
///     let outcomes = Verification::of(&message).key_cache(&keys).in_zone(&zone);
///     assert_eq!(outcomes, Verification::of(&message).in_zone(&zone));
/// }
/// assert_eq!(keys.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct KeyCache(Remembered<Arc<Key>>);

struct Key {
    record: Arc<KeyRecord>,
    /// Made when a signature first asks for it; `None` if it is no RSA key that can be.
    rsa_sha256: OnceLock<Option<ParsedPublicKey>>,
}

impl KeyCache {
    /// A cache that takes about so many octets of memory: an RSA key of 2048 bits takes 4,000.
    pub fn new(octets: usize) -> Self {
        Self(Remembered::new(octets))
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the bytes of a record amount to, read now or before.
    pub(super) fn status(&self, text: &Arc<[u8]>) -> KeyStatus {
        if let Some(key) = self.0.get(text) {
            return KeyStatus::Usable(Arc::clone(&key.record));
        }
        let status = KeyStatus::of(text);
        if let KeyStatus::Usable(record) = &status {
            let key = Key { record: Arc::clone(record), rsa_sha256: OnceLock::new() };
            self.0.insert(text, Arc::new(key), cost(text, record));
        }
        status
    }

    /// Whether the octets sign the text by rsa-sha256 with the key of this record; `None` if the key
    /// is not remembered, or no RSA key that can be made ready.
    pub(super) fn verifies(&self, record: &[u8], text: &[u8], octets: &[u8]) -> Option<bool> {
        let key = self.0.get(record)?;
        let ready = key.rsa_sha256.get_or_init(|| crypto::prepared(&key.record)).as_ref()?;
        Some(ready.verify_sig(text, octets).is_ok())
    }
}

/// The memory of a key, in octets. The numbers of an RSA key stand in it six times over, as they
/// are, encoded and ready for use.
fn cost(text: &[u8], record: &KeyRecord) -> usize {
    let lists = [record.hash_algorithms.as_deref(), record.services.as_deref(), Some(&*record.flags)];
    let words = lists.into_iter().flatten().map(<[String]>::len).fold(0, usize::saturating_add);
    // The text itself, the notes, and the words' letters.
    let texts = text.len().saturating_mul(3);
    let numbers = record.data.len().saturating_mul(6);
    words.saturating_mul(WORD).saturating_add(texts).saturating_add(numbers).saturating_add(ENTRY)
}

impl Default for KeyCache {
    /// A cache of 8 MiB: about two thousand RSA keys of 2048 bits.
    fn default() -> Self {
        Self::new(8 << 20)
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache").field("octets", &self.0.bound()).field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    fn text(record: &str) -> Arc<[u8]> {
        Arc::from(record.as_bytes())
    }

    #[test]
    fn a_key_is_parsed_once() {
        let keys = KeyCache::default();
        let record = text(&format!("k=ed25519; p={ED25519}"));
        let (KeyStatus::Usable(one), KeyStatus::Usable(other)) = (keys.status(&record), keys.status(&record)) else {
            panic!("usable")
        };
        assert!(Arc::ptr_eq(&one, &other));
        // It is not made ready for RSA, and a key that was never seen is not either.
        assert_eq!((keys.verifies(&record, b"", b""), keys.verifies(b"p=", b"", b"")), (None, None));
    }

    #[test]
    fn only_keys_that_can_be_used_are_remembered() {
        let keys = KeyCache::default();
        for record in ["p=", "v=DKIM1", "k=later; p=AAAA", &format!("k=ed25519; h=sha1; p={ED25519}"), ""] {
            assert_eq!(keys.status(&text(record)), KeyStatus::of(record.as_bytes()));
        }
        assert!(keys.is_empty());
    }

    #[test]
    fn the_bound_holds_for_records_made_to_take_the_most() {
        let keys = KeyCache::new(1 << 16);
        for n in 0..1000 {
            keys.status(&text(&format!("k=ed25519; n={n}; p={ED25519}")));
            assert!(keys.len() <= 64);
        }
        let before = keys.len();
        keys.status(&text(&format!("k=ed25519; t={}; p={ED25519}", "a:".repeat(1000))));
        keys.status(&text(&format!("k=ed25519; n={}; p={ED25519}", "a".repeat(1 << 14))));
        assert_eq!(keys.len(), before);
    }
}
