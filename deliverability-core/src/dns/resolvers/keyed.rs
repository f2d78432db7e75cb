//! Keys in the names of lists that want one, kept out of everything but the wire.

use core::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::dns::{Answer, DnsError, Query, RecordData, Resolver, Response, Text};
use crate::domain::DomainName;

/// The label that stands for a key in the names that the core sees.
const PLACEHOLDER: &str = "_key_";
/// Shortest key. A shorter one could not be taken out of texts without harm to other words.
const SHORTEST: usize = 8;

/// Puts secret keys into the names of lists that want one on the way out, and takes them out of
/// every answer.
///
/// Some lists give each customer a key that stands as a label in every query name, such as
/// `7.2.0.192.KEY.zen.dq.example`. It is a secret, and a query name travels far: into answers,
/// traces, recordings, reports. So the zone of such a list is written with the label `_key_` in its
/// place, and only this resolver, next to the one that asks, knows the key.
///
/// - In a name below a zone that was given to [`Keyed::key`], each label `_key_` becomes the key.
/// - In what comes back (names, texts, words of errors) each occurrence of any of the keys becomes
///   `_key_`, upper or lower case.
/// - A name with `_key_` below no such zone is not asked: the answer is a [`DnsError::Other`] that
///   says so.
///
/// Put what records or caches around it, not inside it. `Debug` shows the zones, never the keys
/// and never the resolver inside.
///
/// ```
/// use deliverability_core::{dns::{Keyed, Query, Resolver, Zone}, dnsbl::{Kind, List, Lookup}, Check};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let asks: Zone = "*.s3cr3tk3y.zen.dq.example A 127.0.0.2".parse()?;
/// let resolver = Keyed::of(asks).key("dq.example".parse()?, "s3cr3tk3y")?;
/// let list = List::new("_key_.zen.dq.example".parse()?, Kind::Ip).with_rfc_test_points();
/// let verdicts = Lookup::of("192.0.2.7".parse()?).lists(&[list]).run(&resolver).await;
/// # Ok(()) }
/// ```
pub struct Keyed<R> {
    inner: R,
    keys: Vec<(DomainName, Arc<str>)>,
}

impl<R> Keyed<R> {
    /// Knows no key yet.
    pub fn of(inner: R) -> Self {
        Self { inner, keys: Vec::new() }
    }

    /// Uses this key in names below `zone`; of several zones the longest counts.
    ///
    /// # Errors
    ///
    /// The key is not 8 to 63 letters, digits, hyphens and underscores. The error does not show
    /// it.
    pub fn key(mut self, zone: DomainName, key: &str) -> Result<Self, KeyError> {
        let is_label = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        if !is_label || !(SHORTEST..=crate::domain::MAX_LABEL).contains(&key.len()) {
            return Err(KeyError { zone });
        }
        self.keys.retain(|(known, _)| *known != zone);
        self.keys.push((zone, key.into()));
        // The longest zone first: it is the one that counts.
        self.keys.sort_by_key(|(zone, _)| core::cmp::Reverse(zone.label_count()));
        Ok(self)
    }

    /// The name to ask for.
    fn with_key(&self, name: &DomainName) -> Result<DomainName, DnsError> {
        let found = self.keys.iter().find(|(zone, _)| name.is_within(zone));
        let Some((_, key)) = found else {
            let why = format!("no key is known for {name}: give the resolver one for its zone");
            return Err(DnsError::other(why));
        };
        let labels = name.labels().map(|label| if is_placeholder(label) { key.as_bytes() } else { label });
        DomainName::from_labels(labels)
            .map_err(|_| DnsError::other(format!("{name} is too long a name with the key in place")))
    }

    fn without_keys(&self, answer: Answer) -> Answer {
        match answer {
            Ok(response) if self.is_clean(&response) => Ok(response),
            Ok(response) => {
                let records = response.records().iter().map(|data| self.clean_record(data));
                let aliases = response.aliases().iter().map(|name| self.clean_name(name));
                let clean = if response.is_nxdomain() { Response::nxdomain() } else { Response::new(records) };
                let clean = clean.with_aliases(aliases);
                match response.ttl() {
                    Some(ttl) => clean.with_ttl(ttl),
                    None => clean,
                }
                .into_answer()
            }
            Err(DnsError::Other(why)) => Err(DnsError::other(self.clean_words(&why))),
            Err(error) => Err(error),
        }
    }

    /// Whether there is nothing that a key could stand in.
    fn is_clean(&self, response: &Response) -> bool {
        self.keys.is_empty()
            || response.aliases().is_empty() && response.records().iter().all(|data| data.address().is_some())
    }

    fn clean_record(&self, data: &RecordData) -> RecordData {
        match data {
            RecordData::A(_) | RecordData::Aaaa(_) => data.clone(),
            RecordData::Cname(name) => RecordData::Cname(self.clean_name(name)),
            RecordData::Ptr(name) => RecordData::Ptr(self.clean_name(name)),
            RecordData::Mx { preference, exchange } => {
                RecordData::Mx { preference: *preference, exchange: self.clean_name(exchange) }
            }
            RecordData::Txt(text) => RecordData::Txt(self.clean_text(text)),
        }
    }

    fn clean_name(&self, name: &DomainName) -> DomainName {
        let labels = name.labels().map(|label| self.clean_octets(label));
        // The placeholder is shorter than any key, and nothing gets longer.
        DomainName::from_labels(labels).unwrap_or_else(|_| DomainName::root())
    }

    /// A key may lie across the cuts of a text: such a text loses its cuts.
    fn clean_text(&self, text: &Text) -> Text {
        let joined = self.clean_octets(text.bytes());
        if joined == text.bytes()[..] {
            return text.clone();
        }
        let strings: Vec<Vec<u8>> = text.strings().map(|string| self.clean_octets(string)).collect();
        if strings.concat() == joined { Text::from_strings(strings) } else { Text::new(joined) }
    }

    fn clean_words(&self, words: &str) -> String {
        String::from_utf8_lossy(&self.clean_octets(words.as_bytes())).into_owned()
    }

    fn clean_octets(&self, octets: &[u8]) -> Vec<u8> {
        // A longer key may hold a shorter one.
        let mut keys: Vec<&[u8]> = self.keys.iter().map(|(_, key)| key.as_bytes()).collect();
        keys.sort_by_key(|key| core::cmp::Reverse(key.len()));
        let (mut clean, mut rest) = (Vec::with_capacity(octets.len()), octets);
        while let Some((first, tail)) = rest.split_first() {
            let starts_with = |key: &&&[u8]| rest.get(..key.len()).is_some_and(|there| there.eq_ignore_ascii_case(key));
            if let Some(key) = keys.iter().find(starts_with) {
                clean.extend_from_slice(PLACEHOLDER.as_bytes());
                rest = rest.get(key.len()..).unwrap_or_default();
            } else {
                clean.push(*first);
                rest = tail;
            }
        }
        clean
    }
}

#[async_trait]
impl<R: Resolver> Resolver for Keyed<R> {
    async fn resolve(&self, query: &Query) -> Answer {
        if !query.name.labels().any(is_placeholder) {
            return self.without_keys(self.inner.resolve(query).await);
        }
        let asked = Query::new(self.with_key(&query.name)?, query.record_type);
        self.without_keys(self.inner.resolve(&asked).await)
    }
}

impl<R> fmt::Debug for Keyed<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zones: Vec<&DomainName> = self.keys.iter().map(|(zone, _)| zone).collect();
        f.debug_struct("Keyed").field("zones", &zones).finish_non_exhaustive()
    }
}

fn is_placeholder(label: &[u8]) -> bool {
    label.eq_ignore_ascii_case(PLACEHOLDER.as_bytes())
}

/// A key that cannot stand in a name. It is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key for {zone} is not 8 to 63 letters, digits, hyphens and underscores")]
#[non_exhaustive]
pub struct KeyError {
    /// The zone that it was given for.
    pub zone: DomainName,
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::sync::Mutex;

    const KEY: &str = "Abcd-1234_xyz";

    /// Gives one answer to all, and keeps what it was asked.
    struct Fixed(Answer, Mutex<Vec<Query>>);

    #[async_trait]
    impl Resolver for Fixed {
        async fn resolve(&self, query: &Query) -> Answer {
            self.1.lock().unwrap().push(query.clone());
            self.0.clone()
        }
    }

    fn keyed(answer: Answer) -> Keyed<Fixed> {
        let keyed = Keyed::of(Fixed(answer, Mutex::default()));
        let keyed = keyed.key("dq.test".parse().unwrap(), KEY).unwrap();
        keyed.key("other.dq.test".parse().unwrap(), "0therk3y").unwrap()
    }

    fn ask(keyed: &Keyed<Fixed>, name: &str) -> Answer {
        keyed.resolve(&Query::txt(name.parse().unwrap())).now_or_never().unwrap()
    }

    fn asked(keyed: &Keyed<Fixed>) -> Vec<String> {
        keyed.inner.1.lock().unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_key_goes_out_in_names_of_its_zone_only() {
        let keyed = keyed(Response::no_data().into_answer());
        for name in ["2.0.0.127._key_.zen.dq.test", "x._KEY_.other.dq.test", "example.org", "key.dq.test"] {
            ask(&keyed, name).unwrap();
        }
        let names = ["2.0.0.127.Abcd-1234_xyz.zen.dq.test TXT", "x.0therk3y.other.dq.test TXT"];
        assert_eq!(asked(&keyed), [names[0], names[1], "example.org TXT", "key.dq.test TXT"]);
    }

    #[test]
    fn without_a_key_nobody_is_asked() {
        let keyed = keyed(Response::no_data().into_answer());
        let error = ask(&keyed, "2.0.0.127._key_.elsewhere.test").unwrap_err();
        assert_eq!(
            error.to_string(),
            "no key is known for 2.0.0.127._key_.elsewhere.test: give the resolver one for its zone"
        );
        let long = format!("_key_.{}dq.test", format!("{}.", "x".repeat(58)).repeat(4));
        assert!(ask(&keyed, &long).unwrap_err().to_string().ends_with("too long a name with the key in place"));
        assert!(asked(&keyed).is_empty());
    }

    #[test]
    fn no_answer_holds_a_key() {
        let name = |text: &str| text.parse::<DomainName>().unwrap();
        let texts = [
            Text::from("see https://dq.test/?k=ABCD-1234_XYZ&ip=192.0.2.1"),
            Text::from_strings(["cut Abcd-12", "34_xyz across"]),
            Text::from_strings(["uncut 0therk3y", "and more"]),
        ];
        let records = [
            RecordData::Cname(name("a.abcd-1234_xyz.zen.dq.test")),
            RecordData::Ptr(name("in-Abcd-1234_xyz-it.test")),
            RecordData::Mx { preference: 1, exchange: name("0therk3y.test") },
        ];
        let response = Response::new(records.into_iter().chain(texts.map(RecordData::Txt)))
            .with_aliases([name("x.Abcd-1234_xyz.dq.test")])
            .with_ttl(7);
        let clean = ask(&keyed(response.into_answer()), "example.org").unwrap();
        let shown: Vec<String> = clean.records().iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "a._key_.zen.dq.test",
                "in-_key_-it.test",
                "1 _key_.test",
                "\"see https://dq.test/?k=_key_&ip=192.0.2.1\"",
                "\"cut _key_ across\"",
                "\"uncut _key_\" \"and more\"",
            ]
        );
        assert_eq!((clean.aliases()[0].to_string(), clean.ttl()), ("x._key_.dq.test".into(), Some(7)));
        let gone = Response::nxdomain().with_aliases([name("x.Abcd-1234_xyz.dq.test")]).into_answer();
        let gone = ask(&keyed(gone), "example.org").unwrap();
        assert!(gone.is_nxdomain() && gone.aliases()[0] == name("x._key_.dq.test"));
        let error = DnsError::other("1.abcd-1234_xyz.dq.test: no route");
        assert_eq!(ask(&keyed(Err(error)), "example.org"), Err(DnsError::other("1._key_.dq.test: no route")));
        assert_eq!(ask(&keyed(Err(DnsError::Servfail)), "example.org"), Err(DnsError::Servfail));
    }

    #[test]
    fn a_key_is_never_shown() {
        let shown = format!("{:?}", keyed(Err(DnsError::Timeout)));
        assert!(shown.contains("dq") && !shown.contains("Abcd") && !shown.contains("0ther"), "{shown}");
        for wrong in ["short", "with.a.dot", "with space", &"x".repeat(64), "ümlaut-key"] {
            let error = Keyed::of(()).key("dq.test".parse().unwrap(), wrong).unwrap_err();
            assert!(!error.to_string().contains(wrong) && !format!("{error:?}").contains(wrong));
        }
    }
}
