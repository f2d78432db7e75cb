//! A DNS world in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;

use crate::dns::{Answer, DnsError, Known, Query, RecordData, RecordType, Resolver, Response};
use crate::domain::DomainName;
use crate::hashing::Keyed;

/// Longest CNAME chain that is followed, as common resolvers do.
const MAX_CHAIN: usize = 8;

/// A DNS world in memory: every name that is not in it does not exist.
///
/// Follows CNAMEs, answers wildcards (RFC 4592) and knows empty non-terminals. Reads master-file
/// text (feature `zone-file`): names are absolute with or without the final dot, unless `$ORIGIN`
/// is set. Failures are set per query with [`Zone::fail`].
///
/// ```
/// use deliverability_core::dns::{DnsError, Query, Zone};
///
/// let mut zone: Zone = r#"
/// example.org       MX  10 mx.example.org
/// mx.example.org    A   192.0.2.1
/// *.example.org     TXT "any"
/// "#.parse()?;
/// zone.fail(Query::txt("slow.example.org".parse()?), DnsError::Timeout);
///
/// let any = zone.answer(&Query::txt("x.example.org".parse()?))?;
/// assert_eq!(any.texts().count(), 1);
/// assert_eq!(zone.answer(&Query::txt("slow.example.org".parse()?)), Err(DnsError::Timeout));
/// assert!(zone.answer(&Query::txt("org".parse()?))?.is_void());
/// assert!(zone.answer(&Query::txt("example.net".parse()?))?.is_nxdomain());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// Every owner and its ancestors.
    names: HashMap<DomainName, Node, Keyed>,
}

/// What stands at a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    /// Each set as the answer that it makes, so that to answer is to share.
    sets: BTreeMap<RecordType, Arc<Response>>,
    failures: BTreeMap<RecordType, DnsError>,
}

impl Zone {
    /// An empty world.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record, without a TTL.
    pub fn insert(&mut self, name: DomainName, data: RecordData) {
        self.insert_record(name, data, None);
    }

    /// Adds a record; the lowest TTL of a set is the set's (RFC 2181 §5.2).
    pub fn insert_record(&mut self, name: DomainName, data: RecordData, ttl: Option<u32>) {
        let sets = &mut self.node(name).sets;
        let set = sets.entry(data.record_type()).or_insert_with(|| Arc::new(Response::no_data()));
        Arc::make_mut(set).add(data, ttl);
    }

    /// Makes `name` exist, with no data unless records are added.
    pub fn add_name(&mut self, name: &DomainName) {
        self.node(name.clone());
    }

    /// Makes one query fail. A failure goes before any record.
    pub fn fail(&mut self, query: Query, error: DnsError) {
        self.node(query.name).failures.insert(query.record_type, error);
    }

    /// Adds all records and failures of `other`.
    pub fn merge(&mut self, other: Self) {
        for (name, node) in other.names {
            self.node(name.clone()).failures.extend(node.failures);
            for set in node.sets.values() {
                for data in set.records() {
                    self.insert_record(name.clone(), data.clone(), set.ttl());
                }
            }
        }
    }

    /// The records of all names as (name, data), ordered by name.
    pub fn records(&self) -> impl Iterator<Item = (&DomainName, &RecordData)> {
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(name, _)| *name);
        let sets = names.into_iter().flat_map(|(name, node)| node.sets.values().map(move |set| (name, set)));
        sets.flat_map(|(name, set)| set.records().iter().map(move |data| (name, data)))
    }

    /// What stands at `name`, which exists from now on, and so do its ancestors.
    fn node(&mut self, name: DomainName) -> &mut Node {
        if !self.names.contains_key(&name) {
            for parent in name.parents() {
                self.names.entry(parent).or_default();
            }
        }
        self.names.entry(name).or_default()
    }

    /// The answer that a resolver asking this world would give.
    ///
    /// # Errors
    ///
    /// What was set with [`Zone::fail`] for the query or an alias on the way; a CNAME loop is
    /// [`DnsError::Servfail`], as resolvers report it.
    pub fn answer(&self, query: &Query) -> Answer {
        let mut aliases = Vec::new();
        let mut at = &query.name;
        loop {
            let own = self.names.get(at);
            if let Some(error) = own.and_then(|node| node.failures.get(&query.record_type)) {
                return Err(error.clone());
            }
            let Some(node) = own.or_else(|| self.wildcard(at)) else {
                return Response::nxdomain().with_aliases(aliases).into_answer();
            };
            if let Some(set) = node.sets.get(&query.record_type) {
                return through(aliases, set);
            }
            let Some(target) = node.sets.get(&RecordType::Cname).and_then(|set| cname_target(set)) else {
                return Response::no_data().with_aliases(aliases).into_answer();
            };
            if aliases.len() >= MAX_CHAIN {
                return Err(DnsError::Servfail);
            }
            aliases.push(target.clone());
            at = target;
        }
    }

    /// What a wildcard says of a name that does not exist.
    fn wildcard(&self, name: &DomainName) -> Option<&Node> {
        // RFC 4592 §3.3.1: only a wildcard right below the closest encloser counts.
        let encloser = name.parents().find(|parent| self.names.contains_key(parent))?;
        self.names.get(&encloser.child("*").ok()?).filter(|node| !node.sets.is_empty())
    }
}

/// A set as it is answered at the end of a CNAME chain.
fn through(aliases: Vec<DomainName>, set: &Arc<Response>) -> Answer {
    if aliases.is_empty() { Ok(Arc::clone(set)) } else { Response::clone(set).with_aliases(aliases).into_answer() }
}

fn cname_target(set: &Response) -> Option<&DomainName> {
    set.records().iter().find_map(|data| if let RecordData::Cname(target) = data { Some(target) } else { None })
}

impl Known for Zone {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        Ok(self.answer(query))
    }
}

#[async_trait]
impl Resolver for Zone {
    async fn resolve(&self, query: &Query) -> Answer {
        self.answer(query)
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;

    fn zone(text: &str) -> Zone {
        text.parse().unwrap()
    }

    fn ask(zone: &Zone, name: &str, record_type: RecordType) -> Answer {
        zone.answer(&Query::new(name.parse().unwrap(), record_type))
    }

    #[test]
    fn cname_chains_are_followed_and_kept() {
        let zone = zone("a.test CNAME b.test\nb.test CNAME c.test\nc.test A 192.0.2.1\nd.test CNAME gone.test");
        let answer = ask(&zone, "a.test", RecordType::A).unwrap();
        assert_eq!(answer.addresses().count(), 1);
        assert_eq!(answer.aliases().len(), 2);
        assert_eq!(ask(&zone, "a.test", RecordType::Cname).unwrap().records().len(), 1);
        let dangling = ask(&zone, "d.test", RecordType::A).unwrap();
        assert!(dangling.is_nxdomain() && dangling.aliases().len() == 1);
    }

    #[test]
    fn cname_loops_end() {
        assert_eq!(
            ask(&zone("a.test CNAME b.test\nb.test CNAME a.test"), "a.test", RecordType::A),
            Err(DnsError::Servfail)
        );
    }

    #[test]
    fn wildcards_stop_at_existing_names() {
        // RFC 4592 §2.2.1: an existing name, even an empty one, shields what is below it.
        let zone = zone("*.w.test A 192.0.2.1\na.deep.w.test A 192.0.2.2");
        assert_eq!(ask(&zone, "x.w.test", RecordType::A).unwrap().addresses().count(), 1);
        assert_eq!(ask(&zone, "x.y.w.test", RecordType::A).unwrap().addresses().count(), 1);
        assert!(ask(&zone, "x.w.test", RecordType::Mx).unwrap().is_void());
        assert!(!ask(&zone, "x.w.test", RecordType::Mx).unwrap().is_nxdomain());
        assert!(!ask(&zone, "deep.w.test", RecordType::A).unwrap().is_nxdomain());
        assert!(ask(&zone, "x.deep.w.test", RecordType::A).unwrap().is_nxdomain());
    }

    #[test]
    fn failures_are_per_query() {
        let mut zone = zone("a.test TXT \"x\"");
        zone.fail(Query::a("a.test".parse().unwrap()), DnsError::Servfail);
        assert_eq!(ask(&zone, "a.test", RecordType::A), Err(DnsError::Servfail));
        assert!(ask(&zone, "A.TEST", RecordType::Txt).is_ok());
    }
}
