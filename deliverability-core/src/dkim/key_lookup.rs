//! Asking for the key of a selector (RFC 6376 §3.6.2).

use core::fmt;
use std::sync::{Arc, OnceLock};

use super::key_record::{KeyRecord, KeyType, ParseError};
use super::lint::lint_key;
use super::public_key::PublicKey;
use crate::dns::{Check, DnsError, Known, Needed, Query, Response, Step, Text};
use crate::domain::{self, DomainName};
use crate::escaped::Escaped;
use crate::problem::{Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::tag_list;

/// The smallest RSA key that verifiers accept, in bits (RFC 8301 §3.2).
pub(super) const MIN_RSA_BITS: usize = 1024;

/// The look-up of one selector's key record, at `SELECTOR._domainkey.DOMAIN`.
///
/// ```
/// use deliverability_core::{dkim::{KeyLookup, KeyStatus}, dns::Zone, Check};
///
/// let zone: Zone = r#"s1._domainkey.example.org TXT "v=DKIM1; k=rsa; p=""#.parse()?;
/// let outcome = KeyLookup::new("s1", "example.org".parse()?).in_zone(&zone);
/// assert_eq!(outcome.status(), &KeyStatus::Revoked);
/// assert_eq!(outcome.to_string(), "the DKIM key s1._domainkey.example.org has been revoked");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLookup {
    selector: Arc<str>,
    domain: DomainName,
    query: Result<Query, domain::ParseError>,
}

impl KeyLookup {
    /// The look-up of `selector` at `domain`. A selector is one or more labels (RFC 6376 §3.1);
    /// one that cannot be a name gives [`KeyStatus::BadSelector`].
    pub fn new(selector: &str, domain: DomainName) -> Self {
        let query = key_name(selector, &domain).map(Query::txt);
        Self { selector: selector.into(), domain, query }
    }

    /// The TXT query; `None` if the selector cannot be part of a name.
    pub(crate) fn query(&self) -> Option<&Query> {
        self.query.as_ref().ok()
    }

    /// The same look-up at another name.
    pub(super) fn at(&self, name: DomainName) -> Self {
        Self { query: Ok(Query::txt(name)), ..self.clone() }
    }
}

fn key_name(selector: &str, domain: &DomainName) -> Result<DomainName, domain::ParseError> {
    let selector: DomainName = selector.parse()?;
    // RFC 6376 §3.1: a selector has a label at least; the root would ask for `_domainkey` itself.
    if selector.is_root() {
        return Err(domain::ParseError { kind: domain::ErrorKind::Empty, span: Span::at(0) });
    }
    DomainName::from_labels(selector.labels().chain([&b"_domainkey"[..]]).chain(domain.labels()))
}

impl Check for KeyLookup {
    type Outcome = KeyOutcome;

    fn step(&self, known: &dyn Known) -> Step<KeyOutcome> {
        self.step_with(known, |record| KeyStatus::of(record))
    }
}

impl KeyLookup {
    /// The step, with a way to what a record's bytes amount to.
    pub(super) fn step_with(
        &self,
        known: &dyn Known,
        status_of: impl FnOnce(&Arc<[u8]>) -> KeyStatus,
    ) -> Step<KeyOutcome> {
        let query = match &self.query {
            Ok(query) => query,
            Err(error) => return Step::Done(self.outcome(KeyStatus::BadSelector(error.clone()), Vec::new())),
        };
        match known.get(query) {
            Ok(Ok(response)) => Step::Done(self.read(&response, status_of)),
            Ok(Err(error)) => Step::Done(self.outcome(KeyStatus::Unknown(error), Vec::new())),
            Err(wanted) => Step::Need(Needed { blocking: vec![wanted], ..Needed::default() }),
        }
    }

    fn outcome(&self, status: KeyStatus, texts: Vec<Text>) -> KeyOutcome {
        KeyOutcome { lookup: self.clone(), status, texts, record: None, problems: Problems::default() }
    }

    fn read(&self, response: &Response, status_of: impl FnOnce(&Arc<[u8]>) -> KeyStatus) -> KeyOutcome {
        let texts: Vec<Text> = response.texts().cloned().collect();
        // RFC 6376 §3.6.2.2: several records leave it undefined which one counts. A TXT record of
        // another protocol is passed over by verifiers that look for a key.
        let keys: Vec<usize> = (0..texts.len()).filter(|n| texts.get(*n).is_some_and(looks_like_key)).collect();
        let record = match (&keys[..], texts.len()) {
            ([one], _) => Some(*one),
            ([], 1..) => Some(0),
            _ => None,
        };
        let Some(text) = record.and_then(|n| texts.get(n)) else {
            return self.without_record(response, texts, keys.len());
        };
        let status = status_of(text.bytes());
        KeyOutcome { record, ..self.outcome(status, texts) }
    }

    /// There is no record, or there are several keys.
    fn without_record(&self, response: &Response, texts: Vec<Text>, keys: usize) -> KeyOutcome {
        if keys > 1 {
            return self.outcome(KeyStatus::Several { count: keys }, texts);
        }
        let alias = response.aliases().last().cloned();
        self.outcome(KeyStatus::Missing { nxdomain: response.is_nxdomain(), alias }, texts)
    }
}

/// Whether a text is meant as a key record: it says so, or has a `p=` and no other protocol's version.
fn looks_like_key(text: &Text) -> bool {
    let bytes = text.bytes();
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part));
    if has(b"v=DKIM1") {
        return true;
    }
    let mut tags = tag_list::tags(bytes).flatten();
    let foreign = tags.next().is_some_and(|tag| {
        tag.name.of(bytes) == b"v" && [&b"spf1"[..], b"DMARC1"].iter().any(|v| tag.value.of(bytes).starts_with(v))
    });
    !foreign && tag_list::tags(bytes).flatten().any(|tag| tag.name.of(bytes).eq_ignore_ascii_case(b"p"))
}

/// Whether a selector has a key that verifiers can use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyStatus {
    /// The key can be used. It may still be weak, or in testing.
    Usable(Arc<KeyRecord>),
    /// `p=` is empty: the key has been revoked (RFC 6376 §3.6.1).
    Revoked,
    /// There is no TXT record.
    Missing {
        /// The name, or the end of its CNAME chain, does not exist at all.
        nxdomain: bool,
        /// The name is an alias of this one, which has no TXT record.
        alias: Option<DomainName>,
    },
    /// Several key records stand at the name: which one counts is undefined (RFC 6376 §3.6.2.2).
    Several {
        /// How many.
        count: usize,
    },
    /// There is a record, and verifiers cannot use it.
    Unusable(Unusable),
    /// Not known: the query failed.
    Unknown(DnsError),
    /// The selector cannot be part of a domain name: nothing was asked.
    BadSelector(domain::ParseError),
}

impl KeyStatus {
    pub(super) fn of(record: &[u8]) -> Self {
        let record = match KeyRecord::parse(record) {
            Ok(record) => record,
            Err(error) => return Self::Unusable(Unusable::Syntax(error)),
        };
        let unusable = match (&record.public_key, &record.key_type) {
            (PublicKey::Revoked, _) => return Self::Revoked,
            (_, KeyType::Unknown(word)) => Some(Unusable::KeyType(word.clone())),
            (PublicKey::Rsa { bits, .. }, _) if *bits < MIN_RSA_BITS => Some(Unusable::Weak { bits: *bits }),
            _ if !record.is_for_email() => Some(Unusable::Service),
            _ if !record.allows_hash("sha256") => Some(Unusable::Hash),
            _ => None,
        };
        unusable.map_or_else(|| Self::Usable(Arc::new(record)), Self::Unusable)
    }
}

/// Why verifiers cannot use a key record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// It does not parse.
    #[error("{0}")]
    Syntax(ParseError),
    /// Its key type is not known (RFC 6376 §3.6.1).
    #[error("the key type '{}' is not known; use rsa or ed25519", Escaped(.0.as_bytes()))]
    KeyType(String),
    /// Its RSA key is below 1024 bits (RFC 8301 §3.2).
    #[error("the RSA key has {bits} bits; verifiers refuse keys below 1024 (RFC 8301 §3.2)")]
    Weak {
        /// The size of the key.
        bits: usize,
    },
    /// `s=` leaves mail out (RFC 6376 §3.6.1).
    #[error("s= leaves mail out; delete it or write s=email")]
    Service,
    /// `h=` leaves sha256 out, the only hash that RFC 8301 §3.1 allows.
    #[error("h= leaves sha256 out, the only hash that is still in use (RFC 8301 §3.1)")]
    Hash,
}

/// What stands at a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyOutcome {
    lookup: KeyLookup,
    status: KeyStatus,
    texts: Vec<Text>,
    /// Which of the texts is the key record.
    record: Option<usize>,
    problems: Problems,
}

/// The problems, found when they are first asked for: a verifier of mail has no use for them. They
/// follow from the rest of the outcome, and so any two are equal.
#[derive(Clone, Debug, Default)]
struct Problems(OnceLock<Vec<Problem>>);

impl PartialEq for Problems {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Problems {}

impl KeyOutcome {
    /// Whether there is a key that verifiers can use.
    pub const fn status(&self) -> &KeyStatus {
        &self.status
    }

    pub(super) const fn lookup(&self) -> &KeyLookup {
        &self.lookup
    }

    /// The selector as given.
    pub fn selector(&self) -> &str {
        &self.lookup.selector
    }

    /// The signing domain (`d=`).
    pub const fn domain(&self) -> &DomainName {
        &self.lookup.domain
    }

    /// The TXT query; `None` if the selector cannot be part of a name.
    pub fn query(&self) -> Option<&Query> {
        self.lookup.query()
    }

    /// Every TXT record at the name, key records or not.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// The joined bytes of the record that was read; the problems' spans index them. `None` if
    /// there is none, or several.
    pub fn record(&self) -> Option<&Arc<[u8]>> {
        self.record.and_then(|n| self.texts.get(n)).map(Text::bytes)
    }

    /// The key record, if verifiers can use it.
    pub fn key(&self) -> Option<&KeyRecord> {
        if let KeyStatus::Usable(record) = &self.status { Some(record) } else { None }
    }

    /// Everything that is wrong with what stands there, also with a key that can be used.
    pub fn problems(&self) -> &[Problem] {
        self.problems.0.get_or_init(|| self.find_problems())
    }

    fn find_problems(&self) -> Vec<Problem> {
        if let Some(text) = self.record.and_then(|n| self.texts.get(n)) {
            return self.problems_of(text);
        }
        let (rule, severity, message) = match &self.status {
            KeyStatus::Several { count } => {
                let message = format!("{count} key records stand at one selector; keep one (RFC 6376 §3.6.2.2)");
                (RuleId::DkimKeyBad, Severity::Error, message)
            }
            KeyStatus::Missing { .. } => {
                (RuleId::DkimKeyMissing, Severity::Blocks, "no key record stands at the selector".to_owned())
            }
            _ => return Vec::new(),
        };
        vec![Problem::new(rule, severity, Span::at(0), message)]
    }

    fn problems_of(&self, text: &Text) -> Vec<Problem> {
        let mut problems = lint_key(text);
        let others = self.texts.len().saturating_sub(1);
        if others > 0 {
            let message = format!("{others} more TXT records stand at the name; delete what is no key");
            problems.push(Problem::new(RuleId::DkimKeyBad, Severity::Warning, Span::at(0), message));
        }
        problems
    }
}

/// One sentence, without a final stop.
impl fmt::Display for KeyOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(query) = self.query() {
            return self.fmt_asked(&query.name, f);
        }
        let selector = Escaped(self.selector().as_bytes());
        write!(f, "the DKIM selector \"{selector}\" cannot be part of a domain name")
    }
}

impl KeyOutcome {
    fn fmt_asked(&self, name: &DomainName, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.status {
            KeyStatus::Usable(record) => {
                write!(f, "the DKIM key {name} is usable: {}", record.public_key)?;
                f.write_str(if record.is_testing() { ", in testing (t=y)" } else { "" })
            }
            KeyStatus::Revoked => write!(f, "the DKIM key {name} has been revoked"),
            KeyStatus::Missing { alias: Some(alias), .. } => {
                write!(f, "there is no DKIM key at {name}: it is an alias of {alias}, which has no TXT record")
            }
            KeyStatus::Missing { nxdomain, .. } => {
                let why = if *nxdomain { "does not exist" } else { "has no TXT record" };
                write!(f, "there is no DKIM key at {name}: the name {why}")
            }
            KeyStatus::Several { count } => {
                write!(f, "there are {count} DKIM keys at {name}: which one counts is undefined (RFC 6376 §3.6.2.2)")
            }
            KeyStatus::Unusable(why) => match self.problems().iter().find(|p| p.rule == RuleId::DkimKeyMissing) {
                Some(no_key) => write!(f, "there is no DKIM key at {name}: {}", no_key.message),
                None => write!(f, "the DKIM key {name} cannot be used: {why}"),
            },
            KeyStatus::Unknown(error) => write!(f, "the DKIM key {name} is not known: {error}"),
            KeyStatus::BadSelector(error) => write!(f, "there can be no DKIM key: {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{RecordData, Zone};

    const ED25519: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    fn zone(records: &[&str]) -> Zone {
        let mut zone = Zone::new();
        for record in records {
            zone.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Txt(Text::from(*record)));
        }
        zone
    }

    fn look_up(zone: &Zone) -> KeyOutcome {
        KeyLookup::new("s", "example.org".parse().unwrap()).in_zone(zone)
    }

    #[test]
    fn a_usable_key() {
        let outcome = look_up(&zone(&[ED25519]));
        assert!(outcome.key().is_some() && outcome.problems().is_empty(), "{:?}", outcome.problems());
        assert_eq!(outcome.record().unwrap()[..], *ED25519.as_bytes());
        assert_eq!(outcome.query().unwrap().to_string(), "s._domainkey.example.org TXT");
        assert_eq!(outcome.to_string(), "the DKIM key s._domainkey.example.org is usable: Ed25519");
    }

    #[test]
    fn strings_are_joined_without_anything_between() {
        // RFC 6376 §3.6.2.2.
        let mut zone = Zone::new();
        let (one, other) = ED25519.split_at(30);
        zone.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Txt(Text::from_strings([one, other])));
        assert!(look_up(&zone).key().is_some());
    }

    #[test]
    fn kinds_of_nothing() {
        let gone = look_up(&Zone::new());
        assert_eq!(gone.status(), &KeyStatus::Missing { nxdomain: true, alias: None });
        assert_eq!(gone.problems()[0].rule, RuleId::DkimKeyMissing);
        assert!(gone.to_string().ends_with("the name does not exist"), "{gone}");

        let mut alias = Zone::new();
        let target: DomainName = "s.provider.example".parse().unwrap();
        alias.insert("s._domainkey.example.org".parse().unwrap(), RecordData::Cname(target.clone()));
        let dangling = look_up(&alias);
        assert_eq!(dangling.status(), &KeyStatus::Missing { nxdomain: true, alias: Some(target) });
        assert!(dangling.to_string().contains("an alias of s.provider.example, which has no TXT record"));
    }

    #[test]
    fn a_failure_is_unknown_and_never_missing() {
        let mut zone = zone(&[ED25519]);
        zone.fail(Query::txt("s._domainkey.example.org".parse().unwrap()), DnsError::Timeout);
        let outcome = look_up(&zone);
        assert_eq!(outcome.status(), &KeyStatus::Unknown(DnsError::Timeout));
        assert!(outcome.problems().is_empty());
        assert_eq!(outcome.to_string(), "the DKIM key s._domainkey.example.org is not known: no answer in time");
    }

    #[test]
    fn several_records() {
        let outcome = look_up(&zone(&[ED25519, "v=DKIM1; p="]));
        assert_eq!(outcome.status(), &KeyStatus::Several { count: 2 });
        assert_eq!((outcome.texts().len(), outcome.record()), (2, None));

        let beside = look_up(&zone(&["v=spf1 -all", ED25519]));
        assert!(beside.key().is_some());
        assert_eq!(beside.problems()[0].severity, Severity::Warning);
        assert_eq!(beside.problems()[0].message, "1 more TXT records stand at the name; delete what is no key");
    }

    #[test]
    fn what_verifiers_cannot_use() {
        let why = |record: &str| look_up(&zone(&[record])).to_string();
        let with = |tag: &str| ED25519.replace("; p=", &format!("; {tag}; p="));
        assert!(why(&with("s=other")).ends_with("s= leaves mail out; delete it or write s=email"));
        assert!(why(&with("h=sha1")).contains("h= leaves sha256 out"));
        assert!(why("v=DKIM1; k=x\u{1b}; p=AAAA").contains("cannot be used: a value holds a byte outside"));
        assert!(why("v=DKIM1; k=foo; p=AAAA").contains("the key type 'foo' is not known; use rsa or ed25519"));
        assert!(why("k=rsa; p=*").contains("cannot be used: "));
        // What a wildcard answers at every selector is no key that somebody spoilt.
        assert_eq!(
            why("v=spf1 -all"),
            "there is no DKIM key at s._domainkey.example.org: this is an SPF record, not a DKIM key record"
        );
    }

    #[test]
    fn selectors_that_are_no_names() {
        let long = "a".repeat(64);
        for selector in ["", ".", "a..b", &long] {
            let outcome = KeyLookup::new(selector, "example.org".parse().unwrap()).in_zone(&Zone::new());
            assert!(matches!(outcome.status(), KeyStatus::BadSelector(_)), "{selector}");
            assert_eq!(outcome.query(), None);
            assert!(outcome.to_string().ends_with("cannot be part of a domain name"));
        }
        let dotted = KeyLookup::new("mail.2024", "example.org".parse().unwrap()).in_zone(&Zone::new());
        assert_eq!(dotted.query().unwrap().name.to_string(), "mail.2024._domainkey.example.org");
    }
}
