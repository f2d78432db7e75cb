//! Proposed records laid over what is known: what if this were published?

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;

use crate::dns::{Answer, DnsError, Known, Query, RecordData, RecordType, Resolver, Response};
use crate::domain::DomainName;

/// Longest CNAME chain that is followed.
const MAX_CHAIN: usize = 8;

/// Proposed records over a base, which is a [`Known`] or a [`Resolver`].
///
/// A laid set replaces the whole set of its name and type; an empty one deletes it. A laid name
/// and its ancestors exist, for every type. A laid CNAME covers all types, and its target is asked
/// in its place. Chains of the base are followed again from the first laid name.
///
/// ```
/// use deliverability_core::{dns::{Overlay, Query, RecordType, Zone}, spf::CheckHost, Check, Step};
///
/// let zone: Zone = r#"example.org TXT "v=spf1 -all""#.parse()?;
/// let check = CheckHost::new("192.0.2.1".parse()?, "amy@example.org");
/// assert_eq!(check.in_zone(&zone).result().as_str(), "fail");
///
/// let mut proposed = Overlay::on(&zone);
/// proposed.lay_text("example.org".parse()?, "v=spf1 ip4:192.0.2.1 -all");
/// let Step::Done(after) = check.step(&proposed) else { unreachable!() };
/// assert_eq!(after.result().as_str(), "pass");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Overlay<B> {
    base: B,
    laid: HashMap<Query, Vec<RecordData>>,
    /// Laid names, for whatever type.
    laid_names: HashSet<DomainName>,
    /// Laid names and their ancestors.
    existing: HashSet<DomainName>,
}

impl<B> Overlay<B> {
    /// Nothing laid over `base` yet.
    pub fn on(base: B) -> Self {
        Self { base, laid: HashMap::new(), laid_names: HashSet::new(), existing: HashSet::new() }
    }

    /// Lays the records of one type at a name in place of the base's; none deletes them.
    pub fn lay(&mut self, query: Query, records: impl IntoIterator<Item = RecordData>) {
        let records = records.into_iter().filter(|data| data.record_type() == query.record_type).collect();
        self.existing.insert(query.name.clone());
        self.existing.extend(query.name.parents());
        self.laid_names.insert(query.name.clone());
        self.laid.insert(query, records);
    }

    /// Lays one TXT record in place of all TXT records at `name`.
    pub fn lay_text(&mut self, name: DomainName, text: &str) {
        self.lay(Query::txt(name), [RecordData::Txt(text.into())]);
    }

    /// One walk along the chain: the answer, or what the base must be asked.
    fn walk(&self, query: &Query, base: &dyn Fn(&Query) -> Result<Answer, Query>) -> Result<Answer, Query> {
        let mut chain: Vec<DomainName> = Vec::new();
        let mut at = query.clone();
        while chain.len() <= MAX_CHAIN {
            let target = match self.laid_at(&at) {
                Laid::Records(records) => {
                    return Ok(Response::new(records.iter().cloned()).with_aliases(chain).into_answer());
                }
                Laid::Alias(target) => target.clone(),
                Laid::Nothing => match self.through_base(&at, base(&at)?) {
                    Through::Answer(answer) => return Ok(behind(chain, answer)),
                    Through::Alias(mut aliases) => {
                        let Some(last) = aliases.pop() else { break };
                        chain.append(&mut aliases);
                        last
                    }
                },
            };
            chain.push(target.clone());
            at.name = target;
        }
        Ok(Err(DnsError::Servfail))
    }

    fn laid_at(&self, query: &Query) -> Laid<'_> {
        if let Some(records) = self.laid.get(query) {
            return Laid::Records(records);
        }
        let alias = Query::new(query.name.clone(), RecordType::Cname);
        match self.laid.get(&alias).map(Vec::as_slice) {
            Some([RecordData::Cname(target), ..]) => Laid::Alias(target),
            // A deleted CNAME leaves nothing: its owner had no other data (RFC 1034 §3.6.2).
            Some(_) => Laid::Records(&[]),
            None => Laid::Nothing,
        }
    }

    /// What the base's answer becomes: cut at the first alias that is laid, and no NXDOMAIN for a
    /// name that exists now.
    fn through_base(&self, query: &Query, answer: Answer) -> Through {
        let Ok(response) = &answer else { return Through::Answer(answer) };
        let laid = response.aliases().iter().position(|alias| self.laid_names.contains(alias));
        if let Some(n) = laid {
            return Through::Alias(response.aliases().iter().take(n + 1).cloned().collect());
        }
        let end = response.aliases().last().unwrap_or(&query.name);
        if response.is_nxdomain() && self.existing.contains(end) {
            return Through::Answer(Response::no_data().with_aliases(response.aliases().to_vec()).into_answer());
        }
        Through::Answer(answer)
    }
}

enum Laid<'a> {
    Records(&'a [RecordData]),
    Alias(&'a DomainName),
    Nothing,
}

enum Through {
    Answer(Answer),
    /// The base's aliases up to the first laid name.
    Alias(Vec<DomainName>),
}

/// `answer`, reached through `chain`.
fn behind(chain: Vec<DomainName>, answer: Answer) -> Answer {
    if chain.is_empty() {
        return answer;
    }
    answer.map(|response| {
        let aliases: Vec<_> = chain.into_iter().chain(response.aliases().iter().cloned()).collect();
        Arc::new(Response::clone(&response).with_aliases(aliases))
    })
}

impl<B: Known> Known for Overlay<B> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        self.walk(query, &|q| self.base.get(q))
    }
}

#[async_trait]
impl<B: Resolver> Resolver for Overlay<B> {
    async fn resolve(&self, query: &Query) -> Answer {
        let mut answers: HashMap<Query, Answer> = HashMap::new();
        loop {
            let step = self.walk(query, &|q| answers.get(q).cloned().ok_or_else(|| q.clone()));
            match step {
                Ok(answer) => return answer,
                Err(missing) => {
                    let answer = self.base.resolve(&missing).await;
                    answers.insert(missing, answer);
                }
            }
        }
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::{Answers, Zone};

    fn name(text: &str) -> DomainName {
        text.parse().unwrap()
    }

    fn overlay(zone: &str) -> Overlay<Zone> {
        Overlay::on(zone.parse().unwrap())
    }

    fn get<B: Known>(overlay: &Overlay<B>, at: &str, record_type: RecordType) -> Arc<Response> {
        overlay.get(&Query::new(name(at), record_type)).unwrap().unwrap()
    }

    #[test]
    fn a_laid_set_replaces_and_an_empty_one_deletes() {
        let mut over = overlay("a.test TXT old\na.test A 192.0.2.1");
        over.lay_text(name("a.test"), "new");
        assert_eq!(get(&over, "a.test", RecordType::Txt).texts().next().unwrap().to_text(), "new");
        assert_eq!(get(&over, "a.test", RecordType::A).addresses().count(), 1);
        over.lay(Query::txt(name("a.test")), []);
        assert!(get(&over, "a.test", RecordType::Txt).is_void());
    }

    #[test]
    fn a_laid_name_and_its_ancestors_exist() {
        let mut over = overlay("");
        over.lay_text(name("x.y.test"), "t");
        assert!(!get(&over, "y.test", RecordType::A).is_nxdomain());
        assert!(!get(&over, "x.y.test", RecordType::Mx).is_nxdomain());
        assert!(get(&over, "z.test", RecordType::A).is_nxdomain());
    }

    #[test]
    fn a_laid_cname_asks_for_its_target() {
        let mut over = Overlay::on(Answers::new());
        over.lay(Query::new(name("a.test"), RecordType::Cname), [RecordData::Cname(name("b.test"))]);
        assert_eq!(over.get(&Query::txt(name("a.test"))), Err(Query::txt(name("b.test"))));
    }

    #[test]
    fn chains_of_the_base_are_followed_again_from_the_first_laid_name() {
        let mut over = overlay("a.test CNAME b.test\nb.test CNAME c.test\nc.test TXT old\nd.test TXT other");
        over.lay(Query::new(name("b.test"), RecordType::Cname), [RecordData::Cname(name("d.test"))]);
        let answer = get(&over, "a.test", RecordType::Txt);
        assert_eq!(answer.texts().next().unwrap().to_text(), "other");
        assert_eq!(answer.aliases(), [name("b.test"), name("d.test")]);
    }

    #[test]
    fn a_laid_loop_ends() {
        let mut over = overlay("");
        over.lay(Query::new(name("a.test"), RecordType::Cname), [RecordData::Cname(name("a.test"))]);
        assert_eq!(over.get(&Query::txt(name("a.test"))), Ok(Err(DnsError::Servfail)));
    }
}
