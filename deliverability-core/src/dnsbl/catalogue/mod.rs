//! The lists known to the crate: in use, and dead.

mod addresses;
mod dead;
mod domains;
mod row;
mod small_addresses;
mod welcome;

use core::net::IpAddr;
use std::collections::HashMap;
use std::sync::LazyLock;

pub use dead::DeadList;

use super::list::{CodeRule, List};
use super::query_name::Subject;
use crate::domain::DomainName;
use row::{Clean, Code, Row};

/// Every list that is known and in use, whoever may ask it.
///
/// Facts about each with their source and the day they were read; see [`List::source`]. Lists
/// asked by the hash of an address are left out. In the zone of a list that is asked with a key,
/// the label `_key_` stands in the key's place.
///
/// ```
/// use deliverability_core::dnsbl::{Role, catalogue};
/// let spamcop = catalogue().iter().find(|list| list.zone().to_string() == "bl.spamcop.net").unwrap();
/// assert_eq!((spamcop.role(), spamcop.operator()), (Role::Block, Some("Cisco SpamCop")));
/// ```
pub fn catalogue() -> &'static [List] {
    static LISTS: LazyLock<Vec<List>> = LazyLock::new(|| rows().filter_map(list).collect());
    &LISTS
}

/// The default set: 22 lists of the [`catalogue`] that may be asked without key or registration.
///
/// ```
/// use deliverability_core::dnsbl::{Terms, default_lists};
/// assert!(default_lists().iter().all(|list| list.terms().is_some_and(Terms::is_open)));
/// ```
pub fn default_lists() -> &'static [List] {
    static LISTS: LazyLock<Vec<List>> = LazyLock::new(|| rows().filter(|row| row.default).filter_map(list).collect());
    &LISTS
}

/// What is known of the list that has this zone.
///
/// ```
/// use deliverability_core::dnsbl::{KnownList, known};
/// let Some(KnownList::Dead(sorbs)) = known("dnsbl.sorbs.net") else { panic!() };
/// assert_eq!(sorbs.to_string(), "dnsbl.sorbs.net is dead since 2024: it was closed and emptied, and lists nothing");
/// assert!(matches!(known("zen.spamhaus.org"), Some(KnownList::Active(_))));
/// assert!(known("bl.example").is_none());
/// ```
pub fn known(zone: &str) -> Option<KnownList> {
    known_zone(&zone.parse().ok()?)
}

/// As [`known`], for a name that was read already.
pub fn known_zone(zone: &DomainName) -> Option<KnownList> {
    static ZONES: LazyLock<HashMap<DomainName, KnownList>> = LazyLock::new(|| {
        let active = catalogue().iter().map(|list| (list.zone().clone(), KnownList::Active(list)));
        active.chain(dead_lists().iter().map(|list| (list.zone().clone(), KnownList::Dead(list)))).collect()
    });
    ZONES.get(zone).copied()
}

/// Every list that is known to be dead.
pub fn dead_lists() -> &'static [DeadList] {
    static LISTS: LazyLock<Vec<DeadList>> = LazyLock::new(dead::all);
    &LISTS
}

/// What is known of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KnownList {
    /// A list in use.
    Active(&'static List),
    /// A list that is no longer kept, or cannot be believed.
    Dead(&'static DeadList),
}

/// The rows, lists of addresses first.
fn rows() -> impl Iterator<Item = &'static Row> {
    [addresses::ROWS, small_addresses::ROWS, welcome::ROWS, domains::ROWS].into_iter().flatten()
}

/// The list of a row; a test holds that every row makes one.
fn list(row: &Row) -> Option<List> {
    let mut list = List::new(row.zone.parse().ok()?, row.kind)
        .with_role(row.role)
        .with_operator(row.operator)
        .with_terms(row.terms)
        .with_access(row.access)
        .with_name_form(row.name_form)
        .with_source(row.source, row.read);
    list = row.codes.iter().map(rule).fold(list, List::with_code_rule);
    for (pattern, why) in row.refusals {
        list = list.with_refusal(*pattern, *why);
    }
    list = row.impact.into_iter().fold(list, List::with_impact);
    list = row.cause.into_iter().fold(list, List::with_cause);
    list = row.delist.into_iter().fold(list, List::with_delist);
    list = row.removal.into_iter().fold(list, List::with_removal);
    list = row.note.into_iter().fold(list, List::with_note);
    with_points(list, row)
}

fn rule(code: &Code) -> CodeRule {
    let removal = code.removal.map(Into::into);
    let Code { impact, role, cause, is_number, .. } = *code;
    CodeRule { impact, role, cause, removal, is_number, ..CodeRule::new(code.pattern, code.meaning) }
}

fn with_points(mut list: List, row: &Row) -> Option<List> {
    for (point, value) in row.listed {
        list = match value {
            Some(value) => list.with_listed_point_giving(subject(point)?, (*value).into()),
            None => list.with_listed_point(subject(point)?),
        };
    }
    match row.clean {
        Clean::Rfc => Some(list),
        Clean::None => Some(list.without_clean_points()),
        Clean::At(points) => points.iter().try_fold(list, |list, point| Some(list.with_clean_point(subject(point)?))),
    }
}

fn subject(text: &str) -> Option<Subject> {
    text.parse::<IpAddr>().map(Subject::Ip).ok().or_else(|| text.parse().map(Subject::Domain).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dnsbl::words::{Role, Terms};

    #[test]
    fn every_row_makes_a_list_with_its_own_zone() {
        let mut zones: Vec<_> =
            catalogue().iter().map(List::zone).chain(dead_lists().iter().map(DeadList::zone)).collect();
        let count = zones.len();
        zones.sort();
        zones.dedup();
        assert_eq!((zones.len(), catalogue().len(), dead_lists().len()), (count, rows().count(), dead::count()));
    }

    #[test]
    fn every_row_has_all_its_points_for_what_it_holds() {
        for (row, list) in rows().zip(catalogue()) {
            let clean: &[&str] = if let Clean::At(points) = row.clean { points } else { &[] };
            for point in row.listed.iter().map(|(point, _)| point).chain(clean) {
                let point = subject(point).unwrap();
                assert!(list.kind().holds(&point), "{}: {point}", row.zone);
            }
            assert!(list.read().is_some_and(|day| day.len() == 10) && list.source().is_some_and(|s| !s.is_empty()));
        }
    }

    #[test]
    fn a_default_list_is_open_to_anybody_and_can_be_asked_in_plain() {
        assert_eq!(default_lists().len(), 22);
        for list in default_lists() {
            assert!(list.terms().is_some_and(Terms::is_open), "{}", list.zone());
            assert!(!list.zone().to_string().contains("_key_"));
        }
        for list in catalogue().iter().filter(|list| list.terms() == Some(Terms::Key)) {
            assert!(list.zone().to_string().starts_with("_key_."), "{}", list.zone());
        }
    }

    #[test]
    fn every_code_that_blocks_tells_what_to_stop_or_is_of_little_weight() {
        for list in catalogue().iter().filter(|list| list.can_mean(Role::Block)) {
            for code in list.codes().iter().filter(|code| code.role.unwrap_or(list.role()) == Role::Block) {
                let impact = code.impact.or(list.impact());
                assert!(impact.is_some(), "{}: {}", list.zone(), code.meaning);
                let cause = code.cause.or(list.cause());
                assert!(
                    cause.is_some() || impact < Some(super::super::words::Impact::Medium),
                    "{}: {}",
                    list.zone(),
                    code.meaning
                );
            }
        }
    }
}
