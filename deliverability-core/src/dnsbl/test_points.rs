//! The queries that show whether lists are in health (RFC 5782 §5).

use core::net::{Ipv4Addr, Ipv6Addr};

use super::list::List;
use super::lookup::Lookup;
use super::query_name::Subject;
use crate::dns::{Answers, Check, Query, Step};

/// The queries for every test point of these lists.
///
/// What they answer holds for all subjects: a resolver that remembers it for a while saves asking
/// it for each, as `Caching::keeping` does (feature `tokio`).
///
/// ```
/// use deliverability_core::dnsbl::{Kind, List, test_queries};
/// let list = List::new("bl.example".parse()?, Kind::Ipv4).with_rfc_test_points();
/// let queries: Vec<String> = test_queries([&list]).iter().map(ToString::to_string).collect();
/// assert_eq!(queries, ["2.0.0.127.bl.example A", "1.0.0.127.bl.example A"]);
/// # Ok::<(), deliverability_core::domain::ParseError>(())
/// ```
pub fn test_queries<'a>(lists: impl IntoIterator<Item = &'a List>) -> Vec<Query> {
    let of_list = |list: &'a List| examples().flat_map(move |subject| test_queries_for(list, &subject));
    lists.into_iter().flat_map(of_list).collect()
}

/// The queries for the test points that a list has for subjects such as this one: all that it is
/// asked at first, but for the question.
pub(super) fn test_queries_for(list: &List, subject: &Subject) -> Vec<Query> {
    let own = list.query(subject).ok();
    match Lookup::of_one(subject.clone(), list).step(&Answers::new()) {
        Step::Done(_) => Vec::new(),
        Step::Need(needed) => {
            let all = needed.blocking.into_iter().chain(needed.foreseen);
            all.filter(|query| own.as_ref().is_none_or(|own| own.name != query.name)).collect()
        }
    }
}

/// One subject of each kind, which no list need know.
pub(super) fn examples() -> impl Iterator<Item = Subject> {
    let v4 = Ipv4Addr::new(192, 0, 2, 1);
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    let domain = "example.com".parse().ok().map(Subject::Domain);
    [Some(Subject::Ip(v4.into())), Some(Subject::Ip(v6.into())), domain].into_iter().flatten()
}
