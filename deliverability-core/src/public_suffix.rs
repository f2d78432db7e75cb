//! The public suffix list: under which names anybody can register one (<https://publicsuffix.org>).
//!
//! The list is compiled in, as of the day that the `psl` crate was published; its ICANN and its private
//! section both count. Feature `psl`.

#[cfg(feature = "psl")]
use psl::{List, Psl as _};

use crate::domain::DomainName;

/// The organizational domain of a name as RFC 7489 §3.2 finds it: the public suffix and one label more.
/// `None` for a public suffix itself, and for the root.
///
/// A name whose top-level domain is not on the list has that as its public suffix.
///
/// ```
/// use deliverability_core::public_suffix::organizational_domain;
///
/// assert_eq!(organizational_domain(&"mail.example.co.uk".parse()?), Some("example.co.uk".parse()?));
/// assert_eq!(organizational_domain(&"co.uk".parse()?), None);
/// # Ok::<(), deliverability_core::domain::ParseError>(())
/// ```
#[cfg(feature = "psl")]
pub fn organizational_domain(name: &DomainName) -> Option<DomainName> {
    let suffix_labels = public_suffix_labels(name);
    let surplus = name.label_count().checked_sub(suffix_labels.checked_add(1)?)?;
    core::iter::once(name.clone()).chain(name.parents()).nth(surplus)
}

/// The same for a name that stands for itself where it has no organization above it: a public suffix, and
/// without feature `psl` every name.
pub(crate) fn organization(name: &DomainName) -> DomainName {
    #[cfg(feature = "psl")]
    if let Some(organization) = organizational_domain(name) {
        return organization;
    }
    name.clone()
}

/// How many labels the public suffix of a name has; at most all of them.
#[cfg(feature = "psl")]
fn public_suffix_labels(name: &DomainName) -> usize {
    // The list is in lower case.
    let labels: Vec<Vec<u8>> = name.labels().map(<[u8]>::to_ascii_lowercase).collect();
    let octets = List.find(labels.iter().rev().map(Vec::as_slice)).len;
    let mut suffix = 0;
    let mut count = 0_usize;
    for label in labels.iter().rev() {
        // The list counts the octets of a suffix with the dots between its labels.
        suffix += label.len() + usize::from(count > 0);
        count += 1;
        if suffix >= octets {
            break;
        }
    }
    count
}

#[cfg(feature = "psl")]
#[cfg(test)]
mod tests {
    use super::*;

    fn organization(name: &str) -> Option<String> {
        organizational_domain(&name.parse().unwrap()).map(|name| name.to_string())
    }

    #[test]
    fn rules_exceptions_and_wildcards_of_the_list() {
        // The examples of publicsuffix.org's own test data.
        let cases = [
            ("com", None),
            ("example.com", Some("example.com")),
            ("b.EXAMPLE.com", Some("EXAMPLE.com")),
            ("a.b.example.uk.com", Some("example.uk.com")),
            ("test.ac", Some("test.ac")),
            ("c.mm", None),
            ("a.b.c.mm", Some("b.c.mm")),
            ("city.kawasaki.jp", Some("city.kawasaki.jp")),
            ("www.ck", Some("www.ck")),
            ("b.example.example", Some("example.example")),
            ("alice.github.io", Some("alice.github.io")),
        ];
        for (name, expected) in cases {
            assert_eq!(organization(name).as_deref(), expected, "{name}");
        }
        assert_eq!(organizational_domain(&DomainName::root()), None);
    }
}
