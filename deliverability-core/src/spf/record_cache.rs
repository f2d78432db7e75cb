//! Parsed records, remembered by their bytes.

use core::fmt;
use std::sync::Arc;

use super::parse_error::ParseError;
use super::parser;
use super::record::Record;
use crate::remembered::Remembered;

/// What an entry costs beside its text, in octets: about what a short record takes when parsed.
const ENTRY: usize = 128;

/// Remembers records that were parsed, for many checks and many threads.
///
/// A record is known by its bytes, never by its domain, so nothing here expires or goes stale, and
/// outcomes are the same with and without. Records that do not parse are not remembered. When the
/// bound is reached, what was not asked for lately goes.
///
/// ```
/// use std::sync::Arc;
/// use deliverability_core::{Check, dns::Zone, spf::{CheckHost, RecordCache}};
///
/// let zone: Zone = r#"example.org TXT "v=spf1 ip4:192.0.2.0/24 -all""#.parse()?;
/// let records = Arc::new(RecordCache::default());
/// for ip in ["192.0.2.1", "192.0.2.2"] {
///     let check = CheckHost::new(ip.parse()?, "amy@example.org").record_cache(&records);
///     assert_eq!(check.in_zone(&zone).result().as_str(), "pass");
/// }
/// assert_eq!(records.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RecordCache(Remembered<Arc<Record>>);

impl RecordCache {
    /// A cache for records whose texts sum up to about `octets`. A parsed record takes about four
    /// times its text; one made to take the most, 32 times.
    pub fn new(octets: usize) -> Self {
        Self(Remembered::new(octets))
    }

    /// The record with these bytes, parsed now or before.
    ///
    /// # Errors
    ///
    /// As [`Record::parse`].
    pub fn parse(&self, text: &Arc<[u8]>) -> Result<Arc<Record>, ParseError> {
        self.record(text).map_err(|error| *error)
    }

    /// As [`RecordCache::parse`], with the error where it does not widen the result.
    pub(super) fn record(&self, text: &Arc<[u8]>) -> Result<Arc<Record>, Box<ParseError>> {
        if let Some(record) = self.0.get(text) {
            return Ok(record);
        }
        let record = Arc::new(parser::record(text)?);
        self.0.insert(text, Arc::clone(&record), text.len().saturating_add(ENTRY));
        Ok(record)
    }

    /// How many records are remembered.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no record is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for RecordCache {
    /// A cache for a mebibyte of records: some thousands.
    fn default() -> Self {
        Self::new(1 << 20)
    }
}

impl fmt::Debug for RecordCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordCache").field("octets", &self.0.bound()).field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(n: usize) -> Arc<[u8]> {
        Arc::from(format!("v=spf1 include:n{n}.test -all").as_bytes())
    }

    #[test]
    fn a_record_is_parsed_once() {
        let cache = RecordCache::default();
        let first = cache.parse(&text(1)).unwrap();
        assert!(Arc::ptr_eq(&first, &cache.parse(&text(1)).unwrap()));
        assert_eq!(*first, Record::parse(&text(1)).unwrap());
        assert!(cache.parse(&Arc::from(*b"v=spf1 ipv4:192.0.2.1")).is_err());
        assert_eq!(cache.len(), 1);
    }

    #[test]
    fn the_bound_holds_and_what_is_used_stays() {
        let cache = RecordCache::new(20 * ENTRY);
        let used = cache.parse(&text(0)).unwrap();
        for n in 1..1000 {
            cache.parse(&text(n)).unwrap();
            assert!(Arc::ptr_eq(&used, &cache.parse(&text(0)).unwrap()), "{n}");
            assert!(cache.len() <= 20, "{}", cache.len());
        }
        let long: Arc<[u8]> = Arc::from(format!("v=spf1 {}-all", "mx ".repeat(1000)).as_bytes());
        let before = cache.len();
        cache.parse(&long).unwrap();
        assert_eq!(cache.len(), before);
    }

    #[test]
    fn threads_share_it() {
        let cache = RecordCache::new(10 * ENTRY);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..2000).for_each(|n| drop(cache.parse(&text(n % 30)).unwrap())));
            }
        });
        assert!(!cache.is_empty() && cache.len() <= 10);
    }
}
