//! Split DNS: other answers inside a network than outside (RFC 9499 §6), and what follows from it.

use core::fmt;
use std::collections::HashSet;

use super::finding::{Evidence, Finding};
use super::render;
use super::report::Report;
use crate::dns::{Answer, Answers, DnsError, Query, RecordData, Response, Ternary};
use crate::dnsbl::List;
use crate::domain::DomainName;
use crate::escaped::Escaped;
use crate::network::is_public;
use crate::problem::Severity;
use crate::rule_id::RuleId;

/// The same diagnosis through a resolver inside the sender's network and one outside of it, and
/// where they part.
///
/// Two answers part if their records differ as sets. What is not a horizon does not count: the TTL,
/// the order of records, "no such name" against "no data", and sets of public addresses that share
/// one, as those of a balanced name do. Where one side has no answer, it is not known whether they
/// part: [`SplitHorizon::open`]. Blocklists answer by who asks, and are left out.
///
/// ```
/// use deliverability_core::{Check, Diagnosis, diagnosis::SplitHorizon, dns::Zone};
///
/// let diagnosis = Diagnosis::of("example.org".parse()?).sending_ip("192.0.2.1".parse()?).lists(&[]);
/// let inside: Zone = "1.2.0.192.in-addr.arpa PTR app.example.org\napp.example.org A 192.0.2.1".parse()?;
/// let (inside, outside) = (diagnosis.in_zone(&inside), diagnosis.in_zone(&Zone::new()));
/// let horizon = SplitHorizon::of(&inside, &outside);
/// let pointer = &horizon.differences()[0];
/// assert_eq!(pointer.query().to_string(), "1.2.0.192.in-addr.arpa PTR");
/// assert_eq!(pointer.only_outside()[0].rule.as_str(), "ptr.missing");
/// assert_eq!(horizon.findings()[0].rule.as_str(), "dns.split-horizon");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SplitHorizon {
    differences: Vec<Difference>,
    open: Vec<(Query, DnsError)>,
}

impl SplitHorizon {
    /// Compares two reports on the same case: which answers differ, and which findings are made on
    /// one side only because of it.
    pub fn of(inside: &Report, outside: &Report) -> Self {
        let lists: HashSet<&DomainName> =
            [inside, outside].iter().flat_map(|report| report.case().lists.iter()).map(List::zone).collect();
        let mut horizon = Self::of_answers(inside.answers(), outside.answers());
        let of_a_list = |query: &Query| query.name.parents().any(|parent| lists.contains(&parent));
        horizon.differences.retain(|difference| !of_a_list(&difference.query));
        horizon.open.retain(|(query, _)| !of_a_list(query));
        let (only_inside, only_outside) = (only_in(inside, outside), only_in(outside, inside));
        for difference in &mut horizon.differences {
            difference.only_inside = difference.behind(&only_inside, &difference.inside);
            difference.only_outside = difference.behind(&only_outside, &difference.outside);
        }
        horizon
    }

    /// Compares answers alone: no findings follow from them. Queries asked on one side only are
    /// not compared.
    pub fn of_answers(inside: &Answers, outside: &Answers) -> Self {
        let (mut differences, mut open) = (Vec::new(), Vec::new());
        for (query, within) in inside.iter() {
            match (within, outside.get(query)) {
                (Ok(one), Some(Ok(other))) if differ(one, other) => {
                    differences.push(Difference::new(query.clone(), within.clone(), Ok(other.clone())));
                }
                (Err(error), Some(_)) | (Ok(_), Some(Err(error))) => open.push((query.clone(), error.clone())),
                _ => {}
            }
        }
        Self { differences, open }
    }

    /// The answers that differ, ordered by name, then type.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// The queries that have no answer on one side or both, and why: whether they differ is not
    /// known.
    pub fn open(&self) -> &[(Query, DnsError)] {
        &self.open
    }

    /// Whether the two sides differ; unknown if they do not as far as both answered.
    pub fn is_split(&self) -> Ternary {
        match self.open.first() {
            _ if !self.differences.is_empty() => Ternary::Yes,
            Some((_, error)) => Ternary::Unknown(error.clone()),
            None => Ternary::No,
        }
    }

    /// A `dns.split-horizon` finding for each difference, the worst first. Its evidence is the
    /// answer inside, then the one outside.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.differences.iter().map(Difference::finding).collect();
        findings.sort_by_key(|finding| core::cmp::Reverse(finding.severity));
        findings
    }
}

/// The findings, then what is not known.
impl fmt::Display for SplitHorizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_split() {
            Ternary::Yes => writeln!(f, "inside and outside differ in {} answers", self.differences.len())?,
            Ternary::No => writeln!(f, "inside and outside give the same answers")?,
            Ternary::Unknown(_) => writeln!(f, "inside and outside give the same answers as far as both answered")?,
        }
        self.findings().iter().try_for_each(|finding| render::text::finding(finding, false, None, f))?;
        if !self.open.is_empty() {
            writeln!(f, "\nNot known:")?;
        }
        self.open.iter().try_for_each(|(query, error)| {
            writeln!(f, "  ? does {} differ: {error}", Escaped(query.to_string().as_bytes()))
        })
    }
}

/// The findings of `report` that `other` does not have.
fn only_in<'a>(report: &'a Report, other: &Report) -> Vec<&'a Finding> {
    let there: HashSet<_> = other.findings().iter().map(Finding::identity).collect();
    report.findings().iter().filter(|finding| !there.contains(&finding.identity())).collect()
}

/// Whether two answers tell mail different things.
fn differ(inside: &Response, outside: &Response) -> bool {
    if same_set(inside, outside) {
        return false;
    }
    let public = |response: &Response| response.addresses().all(is_public);
    let shared = inside.addresses().any(|address| outside.addresses().any(|other| other == address));
    !(shared && public(inside) && public(outside))
}

fn same_set(one: &Response, other: &Response) -> bool {
    let holds = |set: &Response, record: &RecordData| set.records().iter().any(|own| same_record(own, record));
    one.records().iter().all(|record| holds(other, record)) && other.records().iter().all(|record| holds(one, record))
}

fn same_record(one: &RecordData, other: &RecordData) -> bool {
    match (one, other) {
        // How a text is cut into strings does not matter (RFC 7208 §3.3).
        (RecordData::Txt(one), RecordData::Txt(other)) => one.bytes() == other.bytes(),
        _ => one == other,
    }
}

/// A query that is answered otherwise inside than outside.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    query: Query,
    inside: Answer,
    outside: Answer,
    only_inside: Vec<Finding>,
    only_outside: Vec<Finding>,
}

impl Difference {
    const fn new(query: Query, inside: Answer, outside: Answer) -> Self {
        Self { query, inside, outside, only_inside: Vec::new(), only_outside: Vec::new() }
    }

    /// The query.
    pub const fn query(&self) -> &Query {
        &self.query
    }

    /// The answer inside.
    pub const fn inside(&self) -> &Answer {
        &self.inside
    }

    /// The answer outside, which receivers see.
    pub const fn outside(&self) -> &Answer {
        &self.outside
    }

    /// The findings that rest on this answer and are made inside only.
    pub fn only_inside(&self) -> &[Finding] {
        &self.only_inside
    }

    /// The findings that rest on this answer and are made outside only: what receivers see and a
    /// check inside does not.
    pub fn only_outside(&self) -> &[Finding] {
        &self.only_outside
    }

    /// Those of `findings` that rest on the query, or on a name that `answer` leads to.
    fn behind(&self, findings: &[&Finding], answer: &Answer) -> Vec<Finding> {
        let named = |name: &DomainName| answer.iter().any(|response| response.records().iter().any(|r| names(r, name)));
        let rests = |evidence: &Evidence| evidence.query == self.query || named(&evidence.query.name);
        let resting = findings.iter().filter(|finding| finding.evidence.iter().any(rests));
        resting.map(|finding| (*finding).clone()).collect()
    }

    /// Both answers as reports show them: inside, then outside.
    pub fn evidence(&self) -> [Evidence; 2] {
        [&self.inside, &self.outside].map(|answer| Evidence::of_answer(self.query.clone(), answer))
    }

    fn finding(&self) -> Finding {
        let [within, without] = self.evidence();
        let shown = |evidence: &Evidence| Escaped(&evidence.answer).to_string();
        let message = format!(
            "Inside, {} gives: {}. Outside, where receivers ask, it gives: {}.{}{}",
            self.query,
            shown(&within),
            shown(&without),
            follows("Because of that, only outside", &self.only_outside),
            follows("Only inside", &self.only_inside),
        );
        let matters = |finding: &Finding| finding.severity > Severity::Note;
        let matters = self.only_outside.iter().chain(&self.only_inside).any(matters);
        let severity = if matters { Severity::Warning } else { Severity::Note };
        let text = format!(
            "Go by what stands outside: receivers see nothing else. Publish there what they need, and check mail through a \
             resolver outside of your network. Verify: both sides answer {} alike, or the difference is meant.",
            self.query
        );
        Finding::new(RuleId::DnsSplitHorizon, severity, &self.query, message)
            .with_evidence([within, without])
            .with_remedy(text, Vec::new())
    }
}

/// Whether the data of a record names `name`.
fn names(record: &RecordData, name: &DomainName) -> bool {
    match record {
        RecordData::Mx { exchange: host, .. } | RecordData::Ptr(host) | RecordData::Cname(host) => host == name,
        _ => false,
    }
}

fn follows(side: &str, findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let told: Vec<String> = findings
        .iter()
        .map(|found| format!("{} [{}] {}", found.rule, found.severity, Escaped(found.subject.as_bytes())))
        .collect();
    format!(" {side}: {}.", told.join(", "))
}
