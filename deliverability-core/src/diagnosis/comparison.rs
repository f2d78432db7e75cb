//! What became of a case from one report to the next.

use core::fmt;
use std::collections::HashSet;

use super::finding::{Finding, Unknown};
use super::report::Report;
use crate::dns::Query;

/// The findings of two reports on one case, compared.
///
/// ```
/// use deliverability_core::{Check, Diagnosis, dns::Zone};
///
/// let diagnosis = Diagnosis::of("example.org".parse()?).lists(&[]);
/// let before = diagnosis.in_zone(&"example.org MX 10 mx.example.org\nmx.example.org A 192.0.2.1".parse::<Zone>()?);
/// let now: Zone = r#"
/// example.org    MX  10 mx.example.org
/// example.org    TXT "v=spf1 mx -all"
/// mx.example.org A   192.0.2.1
/// "#.parse()?;
/// let comparison = diagnosis.in_zone(&now).since(&before);
/// assert_eq!(comparison.gone[0].rule.as_str(), "spf.none");
/// assert_eq!(comparison.to_string(), "gone: spf.none (example.org)\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// Findings that were not there before.
    pub appeared: Vec<Finding>,
    /// Findings that are worse, milder or say something else now: before, now.
    pub changed: Vec<(Finding, Finding)>,
    /// Findings of before whose answers are there and do not show them any more.
    pub gone: Vec<Finding>,
    /// Findings of before of which nothing is known now: an answer that they rest on is missing.
    pub became_unknown: Vec<Finding>,
    /// Findings that are there as before.
    pub still: Vec<Finding>,
}

impl Report {
    /// What became of the case since an earlier report on it.
    ///
    /// A finding is the same if its rule and its subject are. A question that was open and is
    /// answered now without a finding, or the other way round, is no change; nor is what a list
    /// adds to an entry in words of its own.
    pub fn since(&self, before: &Self) -> Comparison {
        let mut comparison = Comparison::default();
        for old in before.findings() {
            match self.findings().iter().find(|new| new.identity() == old.identity()) {
                Some(new) if (new.severity, new.told()) == (old.severity, old.told()) => {
                    comparison.still.push(new.clone());
                }
                Some(new) => comparison.changed.push((old.clone(), new.clone())),
                None if is_open(old, self) => comparison.became_unknown.push(old.clone()),
                None => comparison.gone.push(old.clone()),
            }
        }
        let known: HashSet<_> = before.findings().iter().map(Finding::identity).collect();
        let appeared = self.findings().iter().filter(|new| !known.contains(&new.identity()));
        comparison.appeared = appeared.cloned().collect();
        comparison
    }
}

/// Whether the report could not tell if the finding is still there: a query that it rests on failed
/// or belongs to an open question, or none of them was asked.
fn is_open(finding: &Finding, report: &Report) -> bool {
    let mut queries = finding.evidence.iter().map(|evidence| &evidence.query).peekable();
    if queries.peek().is_none() {
        return false;
    }
    let open: HashSet<&Query> = report.unknown().iter().flat_map(Unknown::queries).collect();
    let mut asked = false;
    for query in queries {
        match report.answers().get(query) {
            Some(Err(_)) => return true,
            Some(Ok(_)) => asked = true,
            None => {}
        }
        if open.contains(query) {
            return true;
        }
    }
    !asked
}

impl Comparison {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.appeared.is_empty() && self.changed.is_empty() && self.gone.is_empty() && self.became_unknown.is_empty()
    }
}

/// A line for each change, or `no change`.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changed: Vec<Finding> = self.changed.iter().map(|(_, now)| now.clone()).collect();
        let parts = [
            ("new", &self.appeared),
            ("changed", &changed),
            ("gone", &self.gone),
            ("unknown now", &self.became_unknown),
        ];
        for (word, findings) in parts {
            for finding in findings {
                writeln!(f, "{word}: {} ({})", finding.rule, finding.subject)?;
            }
        }
        if self.is_empty() { writeln!(f, "no change") } else { Ok(()) }
    }
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use crate::diagnosis::{Diagnosis, Report};
    use crate::dns::{Check, DnsError, Query, Zone};
    use crate::dnsbl::{Kind, List};

    const LISTED: &str = "2.0.0.127.bl.test A 127.0.0.2\n7.2.0.192.bl.test A 127.0.0.2";
    const OTHER: &str = "2.0.0.127.bl.test A 127.0.0.2\n7.2.0.192.bl.test A 127.0.0.4";
    const CLEAN: &str = "2.0.0.127.bl.test A 127.0.0.2";
    const REFUSES: &str = "*.bl.test A 127.255.255.254";

    fn report(zone: &Zone) -> Report {
        let list = List::new("bl.test".parse().unwrap(), Kind::Ip).with_rfc_test_points();
        Diagnosis::of("a.test".parse().unwrap()).sending_ip("192.0.2.7".parse().unwrap()).lists(&[list]).in_zone(zone)
    }

    /// What became of the listing.
    fn lines(before: &Zone, after: &Zone) -> Vec<String> {
        let lines = report(after).since(&report(before)).to_string();
        lines.lines().filter(|line| line.contains("dnsbl.ip-listed")).map(str::to_owned).collect()
    }

    fn zone(text: &str) -> Zone {
        text.parse().unwrap()
    }

    #[test]
    fn a_listing_appears_changes_and_goes() {
        assert_eq!(lines(&zone(CLEAN), &zone(LISTED)), ["new: dnsbl.ip-listed (192.0.2.7 at bl.test)"]);
        assert_eq!(lines(&zone(LISTED), &zone(OTHER)), ["changed: dnsbl.ip-listed (192.0.2.7 at bl.test)"]);
        assert_eq!(lines(&zone(LISTED), &zone(CLEAN)), ["gone: dnsbl.ip-listed (192.0.2.7 at bl.test)"]);
        assert!(lines(&zone(LISTED), &zone(LISTED)).is_empty());
        assert!(report(&zone(LISTED)).since(&report(&zone(LISTED))).is_empty());
    }

    #[test]
    fn what_the_list_adds_in_words_is_no_change() {
        let with = |words: &str| zone(&format!("{LISTED}\n7.2.0.192.bl.test TXT \"{words}\""));
        assert!(lines(&with("seen at 10:00"), &with("seen at 11:00")).is_empty());
        let mut silent = zone(LISTED);
        silent.fail(Query::txt("7.2.0.192.bl.test".parse().unwrap()), DnsError::Timeout);
        assert!(lines(&with("seen at 10:00"), &silent).is_empty());
        assert!(lines(&silent, &with("seen at 11:00")).is_empty());
    }

    #[test]
    fn a_listing_is_not_gone_because_nothing_answered() {
        let unknown = ["unknown now: dnsbl.ip-listed (192.0.2.7 at bl.test)"];
        assert_eq!(lines(&zone(LISTED), &zone(REFUSES)), unknown);
        // Emptied: the question has an answer, and the test point shows that it means nothing.
        assert_eq!(lines(&zone(LISTED), &zone("bl.test A 127.0.0.1")), unknown);
        let mut silent = zone(CLEAN);
        silent.fail(Query::a("7.2.0.192.bl.test".parse().unwrap()), DnsError::Timeout);
        assert_eq!(lines(&zone(LISTED), &silent), unknown);
        // A flap between unknown and clean is no change.
        assert!(lines(&zone(CLEAN), &silent).is_empty() && lines(&silent, &zone(CLEAN)).is_empty());
    }
}
