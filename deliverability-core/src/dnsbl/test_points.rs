//! The queries that show whether lists are in health (RFC 5782 §5).

use core::net::{Ipv4Addr, Ipv6Addr};

use super::list::List;
use super::query_name::Subject;
use crate::dns::Query;

/// The queries for the test points that a list has for subjects such as this one: all that it is
/// asked at first, but for the question.
pub(super) fn test_queries_for(list: &List, subject: &Subject) -> Vec<Query> {
    let points = [list.listed_point(subject), list.clean_point(subject)];
    points.into_iter().flatten().map(|point| point.query.clone()).collect()
}

/// One subject of each kind, which no list need know.
pub(super) fn examples() -> impl Iterator<Item = Subject> {
    let v4 = Ipv4Addr::new(192, 0, 2, 1);
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    let domain = "example.com".parse().ok().map(Subject::Domain);
    [Some(Subject::Ip(v4.into())), Some(Subject::Ip(v6.into())), domain].into_iter().flatten()
}
