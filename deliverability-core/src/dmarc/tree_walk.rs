//! The DNS tree walk (RFC 9989 §4.10).

use std::sync::Arc;

use super::reading::Reading;
use super::record::Psd;
use super::survey::{Level, Survey};
use crate::dns::{DnsError, Query};
use crate::domain::DomainName;

/// The most queries of a walk (RFC 9989 §4.10).
pub const MAX_QUERIES: usize = 8;

/// The walk from a domain towards the root: what stands at each name, and whose organization it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TreeWalk {
    start: DomainName,
    levels: Vec<Arc<Level>>,
    organization: Result<DomainName, DnsError>,
}

impl TreeWalk {
    /// All names of the walk are known beforehand: a missing answer stands in as "nothing there".
    pub(super) fn walk(start: &DomainName, survey: &Survey<'_>) -> Self {
        let mut levels = Vec::new();
        for target in targets(start) {
            let Some(level) = survey.level(&target) else { continue };
            let stops = level.reading().is_some_and(|reading| reading.record().psd != Psd::U);
            levels.push(level);
            // RFC 9989 §4.10 steps 2 and 6.
            if stops {
                break;
            }
        }
        let organization = organization(start, &levels);
        Self { start: start.clone(), levels, organization }
    }

    /// Where the walk started.
    pub const fn start(&self) -> &DomainName {
        &self.start
    }

    /// What stands at each name, the longest name first: at most [`MAX_QUERIES`].
    pub fn levels(&self) -> impl Iterator<Item = &Level> {
        self.levels.iter().map(Arc::as_ref)
    }

    /// The organizational domain (RFC 9989 §4.10.2).
    ///
    /// # Errors
    ///
    /// A query failed whose answer may decide it.
    pub const fn organizational_domain(&self) -> Result<&DomainName, &DnsError> {
        self.organization.as_ref()
    }

    /// The queries, in order.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.levels().map(Level::query)
    }

    /// What stands at one of its names.
    pub(super) fn level_of(&self, domain: &DomainName) -> Option<&Arc<Level>> {
        self.levels.iter().find(|level| level.domain() == domain)
    }

    /// The query that failed first.
    pub(super) fn failed(&self) -> Option<(&Query, &DnsError)> {
        self.levels().find_map(|level| Some((level.query(), level.error()?)))
    }

    /// The public suffix domain that the walk ended at, with its record.
    pub(super) fn public_suffix(&self) -> Option<&Arc<Level>> {
        self.levels
            .last()
            .filter(|level| level.reading().is_some_and(|reading| reading.record().psd == Psd::Y && reading.is_valid()))
    }
}

/// RFC 9989 §4.10 steps 3 to 7: the domain, then its ancestors of at most seven labels.
fn targets(start: &DomainName) -> impl Iterator<Item = DomainName> {
    let ancestors = start.parents().filter(|name| name.label_count() < MAX_QUERIES);
    core::iter::once(start.clone()).chain(ancestors).filter(|name| !name.is_root())
}

/// RFC 9989 §4.10.2: selected from the domains with valid records, the longest first.
fn organization(start: &DomainName, levels: &[Arc<Level>]) -> Result<DomainName, DnsError> {
    if let Some(error) = levels.iter().find_map(|level| level.error()) {
        return Err(error.clone());
    }
    let mut fewest_labels = start;
    for level in levels {
        let Some(reading) = level.reading().filter(|reading: &&Reading| reading.is_valid()) else { continue };
        match reading.record().psd {
            Psd::N => return Ok(level.domain().clone()),
            Psd::Y if level.domain() != start => return Ok(one_below(start, level.domain())),
            Psd::Y | Psd::U => fewest_labels = level.domain(),
        }
    }
    Ok(fewest_labels.clone())
}

/// The name one label below `above`, on the way to `start`.
fn one_below(start: &DomainName, above: &DomainName) -> DomainName {
    let mut below = start.clone();
    for name in start.parents().take_while(|name| name != above) {
        below = name;
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Zone;

    fn walk(start: &str, zone: &str) -> TreeWalk {
        let zone: Zone = zone.parse().unwrap();
        TreeWalk::walk(&start.parse().unwrap(), &Survey::new(&zone))
    }

    fn organization(start: &str, zone: &str) -> String {
        walk(start, zone).organizational_domain().unwrap().to_string()
    }

    #[test]
    fn eight_queries_at_most() {
        // RFC 9989 §4.10, its illustration.
        let walk = walk("a.b.c.d.e.f.g.h.i.j.mail.example.com", "");
        let names: Vec<String> = walk.queries().map(|query| query.name.to_string()).collect();
        assert_eq!(
            names,
            [
                "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com",
                "_dmarc.g.h.i.j.mail.example.com",
                "_dmarc.h.i.j.mail.example.com",
                "_dmarc.i.j.mail.example.com",
                "_dmarc.j.mail.example.com",
                "_dmarc.mail.example.com",
                "_dmarc.example.com",
                "_dmarc.com",
            ]
        );
        for (labels, queries) in [(1, 1), (7, 7), (8, 8), (9, 8), (30, 8)] {
            let name = vec!["a"; labels].join(".");
            assert_eq!(super::targets(&name.parse().unwrap()).count(), queries, "{labels} labels");
        }
        assert_eq!(super::targets(&DomainName::root()).count(), 0);
    }

    #[test]
    fn the_examples_of_section_4_10_2() {
        let two = "_dmarc.mail.example.com TXT \"v=DMARC1; p=none\"\n_dmarc.example.com TXT \"v=DMARC1; p=none\"";
        assert_eq!(organization("a.mail.example.com", two), "example.com");
        let no = "_dmarc.mail.example.com TXT \"v=DMARC1; p=none; psd=n\"\n_dmarc.example.com TXT \"v=DMARC1; p=none\"";
        assert_eq!(organization("a.mail.example.com", no), "mail.example.com");
        assert_eq!(walk("a.mail.example.com", no).levels().count(), 2);
        let yes = "_dmarc.com TXT \"v=DMARC1; p=none; psd=y\"";
        assert_eq!(organization("a.mail.example.com", yes), "example.com");
        // A public suffix domain as the start is its own organization.
        assert_eq!(organization("com", yes), "com");
        assert_eq!(organization("a.mail.example.com", ""), "a.mail.example.com");
    }

    #[test]
    fn a_failed_query_leaves_the_organization_unknown() {
        let mut zone: Zone = "_dmarc.example.com TXT \"v=DMARC1; p=none\"".parse().unwrap();
        zone.fail(Query::txt("_dmarc.com".parse().unwrap()), DnsError::Servfail);
        let walk = TreeWalk::walk(&"a.example.com".parse().unwrap(), &Survey::new(&zone));
        assert_eq!(walk.organizational_domain(), Err(&DnsError::Servfail));
        assert_eq!(walk.failed().unwrap().0.to_string(), "_dmarc.com TXT");
    }

    #[test]
    fn a_name_that_the_dns_cannot_hold_has_no_record() {
        let long = vec!["a".repeat(61); 4].join(".");
        let walk = walk(&long, "");
        assert_eq!(walk.levels().count(), 3);
        assert_eq!(walk.organizational_domain().unwrap(), walk.start());
    }
}
