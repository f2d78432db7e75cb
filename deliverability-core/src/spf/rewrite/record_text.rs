//! Changes to one record's text, so that what stays keeps its spelling: what a diagnosis proposes.
//!
//! Nothing here evaluates anything: the diagnosis tries each text before it shows it. What changes
//! several records, or must be proven for every sender, is a [`Rewriter`](super::Rewriter)'s work.

use core::net::IpAddr;

use crate::span::Span;
use crate::spf::record::{Directive, Mechanism, Modifier, Qualifier, Record, TermKind};

/// The `ip4:` or `ip6:` term of one address.
pub(crate) fn address_term(ip: IpAddr) -> String {
    format!("{}:{ip}", if ip.is_ipv4() { "ip4" } else { "ip6" })
}

/// The record with terms for more addresses, in front of `all`, of `redirect=`, or of the term at
/// `deciding`, whichever comes first; at the end where there is none of them.
///
/// Without addresses it is the record as it stands. `None` if the record does not parse or is not
/// ASCII.
pub(crate) fn authorize(record: &[u8], ips: &[IpAddr], deciding: Option<Span>) -> Option<String> {
    let terms = Record::parse(record).ok()?.terms;
    let text = core::str::from_utf8(record).ok()?;
    if ips.is_empty() {
        return Some(text.to_owned());
    }
    let ends_the_walk = |kind: &TermKind| match kind {
        TermKind::Directive(directive) => directive.mechanism == Mechanism::All,
        TermKind::Modifier(modifier) => matches!(modifier, Modifier::Redirect(_)),
    };
    let at =
        terms.iter().find(|term| ends_the_walk(&term.kind) || Some(term.span) == deciding).map(|term| term.span.start);
    let added = ips.iter().map(|ip| address_term(*ip)).collect::<Vec<_>>().join(" ");
    match at {
        Some(at) => Some(format!("{}{added} {}", text.get(..at)?, text.get(at..)?)),
        None => Some(format!("{} {added}", text.trim_end_matches(' '))),
    }
}

/// The record without the term at `span`, and without the space in front of it.
///
/// `None` if nothing stands there or the record is not ASCII.
pub(crate) fn without_term(record: &[u8], span: Span) -> Option<String> {
    let text = core::str::from_utf8(record).ok()?;
    let (before, after) = (text.get(..span.start)?, text.get(span.end..)?);
    (span.start < span.end).then(|| format!("{}{after}", before.trim_end_matches(' ')))
}

/// One record that authorizes what any of `records` does: all terms once, in order, then one `all`.
/// What stands behind the `all` of its own record counted for nothing there, and is left out.
///
/// Where the records end differently, the merged one ends in `~all`. `None` if one of them does not
/// parse or has a `redirect=`, which cannot be merged without knowing its target.
pub(crate) fn merge(records: &[&[u8]]) -> Option<String> {
    let (mut terms, mut ends): (Vec<String>, Vec<Qualifier>) = (Vec::new(), Vec::new());
    for record in records {
        let mut ended = false;
        for term in Record::parse(record).ok()?.terms {
            match &term.kind {
                TermKind::Modifier(Modifier::Redirect(_)) => return None,
                // RFC 7208 §5.1: mechanisms behind all are never tested.
                TermKind::Directive(_) if ended => {}
                TermKind::Directive(Directive { qualifier, mechanism: Mechanism::All }) => {
                    ends.push(*qualifier);
                    ended = true;
                }
                TermKind::Modifier(Modifier::Explanation(_)) if terms.iter().any(|t| t.starts_with("exp=")) => {}
                _ => {
                    let text = term.to_string();
                    if !terms.contains(&text) {
                        terms.push(text);
                    }
                }
            }
        }
    }
    let agree = ends.first().filter(|first| ends.len() == records.len() && ends.iter().all(|end| end == *first));
    let end = agree.copied().unwrap_or(Qualifier::Softfail);
    terms.push(Directive { qualifier: end, mechanism: Mechanism::All }.to_string());
    Some(format!("v=spf1 {}", terms.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn addresses_come_in_front_of_what_ends_the_walk() {
        let add = |record: &str| authorize(record.as_bytes(), &ips(&["192.0.2.7", "2001:db8::1"]), None).unwrap();
        assert_eq!(add("v=spf1 a  ~all exp=e.test"), "v=spf1 a  ip4:192.0.2.7 ip6:2001:db8::1 ~all exp=e.test");
        assert_eq!(add("v=spf1 redirect=_spf.test"), "v=spf1 ip4:192.0.2.7 ip6:2001:db8::1 redirect=_spf.test");
        assert_eq!(add("v=spf1 a "), "v=spf1 a ip4:192.0.2.7 ip6:2001:db8::1");
        assert_eq!(authorize(b"v=spf1 nonsense:", &ips(&["192.0.2.7"]), None), None);
        assert_eq!(authorize(b"v=spf1 a -all", &[], None).unwrap(), "v=spf1 a -all");
    }

    #[test]
    fn addresses_come_in_front_of_the_term_that_refused_them() {
        let added = authorize(b"v=spf1 -ip4:192.0.2.0/24 mx -all", &ips(&["192.0.2.7"]), Some(Span::new(7, 24)));
        assert_eq!(added.unwrap(), "v=spf1 ip4:192.0.2.7 -ip4:192.0.2.0/24 mx -all");
    }

    #[test]
    fn a_term_leaves_with_its_space() {
        assert_eq!(without_term(b"v=spf1 mx include:x.test -all", Span::new(10, 24)).unwrap(), "v=spf1 mx -all");
        assert_eq!(without_term(b"v=spf1 -all", Span::new(40, 44)), None);
    }

    #[test]
    fn merging_keeps_every_term_once() {
        let merged = |records: &[&str]| merge(&records.iter().map(|r| r.as_bytes()).collect::<Vec<_>>());
        assert_eq!(merged(&["v=spf1 a -all", "v=spf1 a mx -all"]).unwrap(), "v=spf1 a mx -all");
        assert_eq!(merged(&["v=spf1 a", "v=spf1 mx -all"]).unwrap(), "v=spf1 a mx ~all");
        assert_eq!(merged(&["v=spf1 a -all", "v=spf1 redirect=x.test"]), None);
        // RFC 7208 §5.1: neither record authorizes what stands behind its all.
        let behind = ["v=spf1 a -all ip4:192.0.2.7 exp=why.test", "v=spf1 mx -all +all"];
        assert_eq!(merged(&behind).unwrap(), "v=spf1 a exp=why.test mx -all");
    }
}
