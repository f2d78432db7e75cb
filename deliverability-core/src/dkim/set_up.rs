//! How the selectors of a domain are published: what stands at each, where a missing key went
//! instead, and whether there can be any key at all (RFC 6376 §3.6.2.1, RFC 8020).

use core::fmt;

use super::key_lookup::{KeyLookup, KeyOutcome, KeyStatus};
use crate::dns::{Answer, Check, DnsError, Known, Needed, Query, Step};
use crate::domain::DomainName;
use crate::public_suffix::organization;

/// How many domains a zone's name is looked for in: the signing domain, and those above it.
const MAX_ZONES: usize = 3;

/// The look-up of a domain's selectors. Where one has no key, a second round looks in the places
/// where keys are published by mistake, and asks whether the domain can have any.
///
/// ```
/// use deliverability_core::{Check, dkim::SetUp, dns::Zone};
///
/// let zone: Zone = r#"
/// s1._domainkey.example.org.example.org TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
/// "#.parse()?;
/// let outcome = SetUp::of("example.org".parse()?).selector("s1").in_zone(&zone);
/// let selector = &outcome.selectors()[0];
/// assert!(selector.key().key().is_none());
/// let doubled = selector.doubled().unwrap();
/// assert_eq!(doubled.query().unwrap().to_string(), "s1._domainkey.example.org.example.org TXT");
/// assert_eq!(outcome.namespace().unwrap().to_string(), "does not exist: no selector is published there (RFC 8020 §2)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUp {
    domain: DomainName,
    lookups: Vec<KeyLookup>,
}

impl SetUp {
    /// The look-up of the signing domain (`d=`), without a selector so far.
    pub const fn of(domain: DomainName) -> Self {
        Self { domain, lookups: Vec::new() }
    }

    /// Adds a selector in use (`s=`).
    #[must_use]
    pub fn selector(mut self, selector: &str) -> Self {
        self.lookups.push(KeyLookup::new(selector, self.domain.clone()));
        self
    }
}

impl Check for SetUp {
    type Outcome = SetUpOutcome;

    fn step(&self, known: &dyn Known) -> Step<SetUpOutcome> {
        let mut needed = Needed::default();
        let keys: Vec<KeyOutcome> =
            self.lookups.iter().filter_map(|lookup| lookup.step(known).or_need(&mut needed)).collect();
        let is_missing = |key: &KeyOutcome| matches!(key.status(), KeyStatus::Missing { .. });
        let asks = self.lookups.is_empty() || keys.iter().any(is_missing);
        let namespace = if asks { self.namespace(&keys, known, &mut needed) } else { None };
        let place = |key: KeyOutcome| if is_missing(&key) { self.search(key, known, &mut needed) } else { key.into() };
        let selectors = keys.into_iter().map(place).collect();
        match Needed::in_order(needed.blocking) {
            Some(needed) => Step::Need(needed),
            None => Step::Done(SetUpOutcome { domain: self.domain.clone(), selectors, namespace }),
        }
    }
}

impl SetUp {
    fn namespace(&self, keys: &[KeyOutcome], known: &dyn Known, needed: &mut Needed) -> Option<(Query, Namespace)> {
        let query = Query::txt(self.domain.child("_domainkey").ok()?);
        match known.get(&query) {
            Ok(answer) => Some((query, Namespace::of(&answer, keys.iter().any(exists)))),
            Err(wanted) => {
                needed.blocking.push(wanted);
                None
            }
        }
    }

    /// Looks for a key that is missing where the name of a zone was added by mistake.
    fn search(&self, key: KeyOutcome, known: &dyn Known, needed: &mut Needed) -> SelectorOutcome {
        let mut at = |name: DomainName| key.lookup().at(name).step(known).or_need(needed);
        let is_usable = |key: &KeyOutcome| key.key().is_some();
        let mut doubled: Vec<KeyOutcome> = self.doubled_names(&key).into_iter().filter_map(&mut at).collect();
        doubled.retain(is_usable);
        let mut behind: Vec<KeyOutcome> = self.shortened_targets(&key).into_iter().filter_map(&mut at).collect();
        behind.retain(is_usable);
        SelectorOutcome { key, doubled: doubled.into_iter().next(), behind: behind.into_iter().next() }
    }

    /// What many panels make of a full name: they add the zone's.
    fn doubled_names(&self, key: &KeyOutcome) -> Vec<DomainName> {
        let Some(query) = key.query() else { return Vec::new() };
        self.zones().filter_map(|zone| zone.prefixed(&query.name).ok()).collect()
    }

    /// The targets that a CNAME may have been meant to have: a zone adds its name to one that lacks
    /// the final dot (RFC 1035 §5.1).
    fn shortened_targets(&self, key: &KeyOutcome) -> Vec<DomainName> {
        let KeyStatus::Missing { alias: Some(target), .. } = key.status() else { return Vec::new() };
        let below = |zone: DomainName| {
            let labels = target.label_count().checked_sub(zone.label_count()).filter(|_| target.is_within(&zone))?;
            DomainName::from_labels(target.labels().take(labels)).ok().filter(|name| name.label_count() > 1)
        };
        self.zones().filter_map(below).collect()
    }

    /// The zones of its owner that the domain may be in: below a name that belongs to others, a stranger could
    /// publish a key of his own.
    fn zones(&self) -> impl Iterator<Item = DomainName> {
        let organization = organization(&self.domain);
        let above = self.domain.parents().take_while(move |name| name.is_within(&organization));
        core::iter::once(self.domain.clone()).chain(above).take(MAX_ZONES)
    }
}

/// Whether the answer shows that the selector's name exists, and so all names above it.
fn exists(key: &KeyOutcome) -> bool {
    match key.status() {
        KeyStatus::Missing { nxdomain, alias } => !nxdomain || alias.is_some(),
        KeyStatus::Unknown(_) | KeyStatus::BadSelector(_) => false,
        _ => true,
    }
}

/// Whether there can be a selector: what `_domainkey` below the domain says of the names below it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Namespace {
    /// It does not exist, and so nothing below it does (RFC 8020 §2): no selector is published.
    Empty,
    /// It exists: selectors may be published. Nobody can list them.
    Exists,
    /// It is said not to exist, and a name below it does: the server breaks RFC 8020, and what it says
    /// of this name tells nothing.
    Contradicted,
    /// Not known: the query failed.
    Unknown(DnsError),
}

impl Namespace {
    fn of(answer: &Answer, a_selector_exists: bool) -> Self {
        match answer {
            Err(error) => Self::Unknown(error.clone()),
            // RFC 8020 §2: behind an alias it is the alias's target that does not exist.
            Ok(response) if !response.is_nxdomain() || !response.aliases().is_empty() => Self::Exists,
            Ok(_) if a_selector_exists => Self::Contradicted,
            Ok(_) => Self::Empty,
        }
    }
}

/// What is to be said of the name, without a final stop.
impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("does not exist: no selector is published there (RFC 8020 §2)"),
            Self::Exists => f.write_str("exists: selectors may be published below it, and nobody can list them"),
            Self::Contradicted => f.write_str(
                "is said not to exist, though a name below it does: the name server breaks RFC 8020, and nothing follows",
            ),
            Self::Unknown(error) => write!(f, "is not known: {error}"),
        }
    }
}

/// How the selectors of a domain are published.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetUpOutcome {
    domain: DomainName,
    selectors: Vec<SelectorOutcome>,
    namespace: Option<(Query, Namespace)>,
}

impl SetUpOutcome {
    /// The signing domain.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// What stands at each selector, in the order given.
    pub fn selectors(&self) -> &[SelectorOutcome] {
        &self.selectors
    }

    /// Whether there can be a selector. `None` if that was not asked, since every selector given has a
    /// record or could not be looked up.
    pub fn namespace(&self) -> Option<&Namespace> {
        self.namespace.as_ref().map(|(_, namespace)| namespace)
    }

    /// The query for the name that all selectors stand below.
    pub fn namespace_query(&self) -> Option<&Query> {
        self.namespace.as_ref().map(|(query, _)| query)
    }
}

/// A line for each selector, and one for the name that they stand below, where that was asked.
impl fmt::Display for SetUpOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: Vec<String> = self.selectors.iter().map(ToString::to_string).collect();
        if let Some((query, namespace)) = &self.namespace {
            lines.push(format!("{} {namespace}", query.name));
        }
        f.write_str(&lines.join("\n"))
    }
}

/// What stands at a selector; where there is no key, a place where it may stand instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SelectorOutcome {
    key: KeyOutcome,
    doubled: Option<KeyOutcome>,
    behind: Option<KeyOutcome>,
}

impl SelectorOutcome {
    /// What stands at the selector's own name.
    pub const fn key(&self) -> &KeyOutcome {
        &self.key
    }

    /// A usable key at the selector's name with the zone's name added once more. Looked for only if
    /// the key is missing.
    pub const fn doubled(&self) -> Option<&KeyOutcome> {
        self.doubled.as_ref()
    }

    /// A usable key at the target of the selector's CNAME without the zone's name behind it, as a
    /// missing final dot adds it. Looked for only if the target has no key.
    pub const fn behind_cname(&self) -> Option<&KeyOutcome> {
        self.behind.as_ref()
    }
}

/// What the key's outcome says, and where a key stands instead.
impl fmt::Display for SelectorOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)?;
        let elsewhere = self.doubled.iter().chain(&self.behind).filter_map(KeyOutcome::query);
        elsewhere.into_iter().try_for_each(|query| write!(f, "; a key stands at {}", query.name))
    }
}

impl From<KeyOutcome> for SelectorOutcome {
    fn from(key: KeyOutcome) -> Self {
        Self { key, doubled: None, behind: None }
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use super::*;
    use crate::dns::{DnsError, Zone};

    const KEY: &str = "TXT \"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"";

    fn look_up(domain: &str, zone: &str) -> SetUpOutcome {
        SetUp::of(domain.parse().unwrap()).selector("s").in_zone(&zone.parse().unwrap())
    }

    fn name(key: Option<&KeyOutcome>) -> Option<String> {
        Some(key?.query()?.name.to_string())
    }

    #[test]
    fn a_key_in_its_place_asks_nothing_more() {
        let outcome = look_up("a.test", &format!("s._domainkey.a.test {KEY}"));
        assert!(outcome.selectors()[0].key().key().is_some());
        assert_eq!((outcome.namespace(), outcome.selectors()[0].doubled()), (None, None));
    }

    #[test]
    fn a_missing_key_is_looked_for_where_the_zones_name_was_added() {
        let doubled = look_up("a.test", &format!("s._domainkey.a.test.a.test {KEY}"));
        assert_eq!(name(doubled.selectors()[0].doubled()).as_deref(), Some("s._domainkey.a.test.a.test"));
        let text = doubled.to_string();
        let (selector, namespace) = text.split_once('\n').unwrap();
        assert!(selector.ends_with("; a key stands at s._domainkey.a.test.a.test"), "{selector}");
        assert!(namespace.starts_with("_domainkey.a.test does not exist"), "{namespace}");
        // What stands there is no key.
        let other = look_up("a.test", "s._domainkey.a.test.a.test TXT \"v=spf1 -all\"");
        assert_eq!(other.selectors()[0].doubled(), None);
    }

    #[cfg(feature = "psl")]
    #[test]
    fn zones_are_the_owners_own() {
        // The zone is the organization's, the signing domain below it.
        let above = look_up("news.a.test", &format!("s._domainkey.news.a.test.a.test {KEY}"));
        assert_eq!(name(above.selectors()[0].doubled()).as_deref(), Some("s._domainkey.news.a.test.a.test"));
        // Whoever registered uk.co.uk could publish this one.
        let stranger = look_up("a.co.uk", &format!("s._domainkey.a.co.uk.co.uk {KEY}"));
        assert_eq!(stranger.selectors()[0].doubled(), None);
    }

    #[test]
    fn a_target_without_its_final_dot_is_found() {
        // RFC 1035 §5.1.
        let zone = format!("s._domainkey.a.test CNAME s.esp.example.a.test\ns.esp.example {KEY}");
        let outcome = look_up("a.test", &zone);
        assert_eq!(name(outcome.selectors()[0].behind_cname()).as_deref(), Some("s.esp.example"));
        let dead = look_up("a.test", "s._domainkey.a.test CNAME s.esp.example");
        assert_eq!(dead.selectors()[0].behind_cname(), None);
    }

    #[test]
    fn what_the_name_above_the_selectors_says() {
        // RFC 8020 §2: NXDOMAIN denies everything below; no data denies nothing.
        assert_eq!(look_up("a.test", "").namespace(), Some(&Namespace::Empty));
        let other = format!("t._domainkey.a.test {KEY}");
        assert_eq!(look_up("a.test", &other).namespace(), Some(&Namespace::Exists));
        assert_eq!(look_up("a.test", "_domainkey.a.test CNAME gone.test").namespace(), Some(&Namespace::Exists));
        let mut zone = Zone::new();
        zone.fail(Query::txt("_domainkey.a.test".parse().unwrap()), DnsError::Timeout);
        let failed = SetUp::of("a.test".parse().unwrap()).in_zone(&zone);
        assert_eq!(failed.namespace(), Some(&Namespace::Unknown(DnsError::Timeout)));
    }

    #[test]
    fn a_server_that_denies_an_empty_non_terminal_is_not_believed() {
        // RFC 8020 §5: some servers answer NXDOMAIN for a name that only has names below it.
        let zone: Zone = "s._domainkey.a.test A 192.0.2.1".parse().unwrap();
        let broken = |query: &Query| match query.name.to_string().as_str() {
            "_domainkey.a.test" => crate::dns::Response::nxdomain().into_answer(),
            _ => zone.answer(query),
        };
        let outcome = SetUp::of("a.test".parse().unwrap()).selector("s").run_with(broken);
        assert_eq!(outcome.namespace(), Some(&Namespace::Contradicted));
    }
}
