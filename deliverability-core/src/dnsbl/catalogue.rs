//! The lists known to the crate.

use core::net::IpAddr;
use std::sync::LazyLock;

use super::catalogue_rows::{ROWS, Row};
use super::list::{CodeRule, List};
use super::query_name::Subject;

/// The default set: 20 lists that are in use and may be asked without key or registration.
///
/// Facts about each with their source and the day they were read; see [`List::source`].
///
/// ```
/// use deliverability_core::dnsbl::{Role, catalogue};
/// let spamcop = catalogue().iter().find(|list| list.zone().to_string() == "bl.spamcop.net").unwrap();
/// assert_eq!((spamcop.role(), spamcop.operator()), (Role::Block, Some("Cisco SpamCop")));
/// ```
pub fn catalogue() -> &'static [List] {
    static LISTS: LazyLock<Vec<List>> = LazyLock::new(|| ROWS.iter().filter_map(list).collect());
    &LISTS
}

/// The list of a row; a test holds that every row makes one.
fn list(row: &Row) -> Option<List> {
    let mut list = List::new(row.zone.parse().ok()?, row.kind)
        .with_role(row.role)
        .with_operator(row.operator)
        .with_access(row.access)
        .with_source(row.source, row.read);
    for (pattern, meaning, impact) in row.codes {
        list = list.with_code_rule(CodeRule { pattern: *pattern, meaning: (*meaning).into(), impact: *impact });
    }
    for (pattern, why) in row.refusals {
        list = list.with_refusal(*pattern, *why);
    }
    for (point, value) in row.listed {
        list = match value {
            Some(value) => list.with_listed_point_giving(subject(point)?, (*value).into()),
            None => list.with_listed_point(subject(point)?),
        };
    }
    for point in row.clean {
        list = list.with_clean_point(subject(point)?);
    }
    list = row.impact.into_iter().fold(list, List::with_impact);
    Some(row.delist.into_iter().fold(list, List::with_delist))
}

fn subject(text: &str) -> Option<Subject> {
    text.parse::<IpAddr>().map(Subject::Ip).ok().or_else(|| text.parse().map(Subject::Domain).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_makes_a_list_with_its_own_zone() {
        let mut zones: Vec<_> = catalogue().iter().map(List::zone).collect();
        zones.sort();
        zones.dedup();
        assert_eq!((zones.len(), ROWS.len()), (20, 20));
    }

    #[test]
    fn every_row_has_all_its_points_for_what_it_holds() {
        for (row, list) in ROWS.iter().zip(catalogue()) {
            for point in row.listed.iter().map(|(point, _)| point).chain(row.clean) {
                let point = subject(point).unwrap();
                assert!(list.kind().holds(&point), "{}: {point}", row.zone);
            }
            assert!(list.read().is_some_and(|day| day.len() == 10) && list.source().is_some_and(|s| !s.is_empty()));
        }
    }
}
