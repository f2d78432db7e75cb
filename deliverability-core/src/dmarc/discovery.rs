//! The DMARC record of a domain, without a message: found, misplaced or missing (RFC 9989 §4.10.1).

use core::fmt;

use super::cause::Cause;
use super::evaluation::no_record;
use super::lint::lint_text;
use super::policy_discovery::{Decision, Discovered, decide, discover};
use super::reading::Reading;
use super::standing::Rules;
use super::survey::{Found, LABEL, Level, Survey};
use super::tree_walk::TreeWalk;
use crate::dns::{Check, DnsError, Known, Query, Step, Ternary, Text};
use crate::domain::DomainName;
use crate::problem::{Problem, Severity};
use crate::rule_id::RuleId;
use crate::span::Span;

/// The look-up of the record that applies to mail from a domain, and of records that were meant to.
///
/// The walk is one round; where it finds nothing, a second one looks in the places where records are
/// published by mistake.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, dmarc::{Discovery, RecordStatus}};
///
/// let zone: Zone = r#"example.org TXT "v=DMARC1; p=none""#.parse()?;
/// let outcome = Discovery::of("example.org".parse()?).in_zone(&zone);
/// assert_eq!(outcome.status(), &RecordStatus::None);
/// let misplaced: Vec<String> = outcome.misplaced().map(|(query, _)| query.to_string()).collect();
/// assert_eq!(misplaced, ["example.org TXT"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    domain: DomainName,
}

impl Discovery {
    /// The look-up for mail with `domain` in its From field.
    pub const fn of(domain: DomainName) -> Self {
        Self { domain }
    }
}

impl Check for Discovery {
    type Outcome = DiscoveryOutcome;

    fn step(&self, known: &dyn Known) -> Step<DiscoveryOutcome> {
        let survey = Survey::new(known);
        let walk = TreeWalk::walk(&self.domain, &survey);
        let status = if survey.is_complete() { RecordStatus::of(&walk) } else { RecordStatus::None };
        // Looked for only where the walk has come to its end without a record.
        let searched = survey.is_complete() && !matches!(status, RecordStatus::Found(_));
        let misplaced = if searched { misplaced(&self.domain, &survey) } else { Vec::new() };
        match survey.needed() {
            Some(needed) => Step::Need(needed),
            None => Step::Done(DiscoveryOutcome { problems: problems(&walk), walk, status, misplaced }),
        }
    }
}

/// Whether a record applies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordStatus {
    /// One does, with this policy if the domain exists.
    Found(Box<Decision>),
    /// One was found that asks for nothing, or several that count as none.
    Invalid(Cause),
    /// There is none.
    None,
    /// Not known: this query failed.
    Unknown(Query, DnsError),
}

impl RecordStatus {
    fn of(walk: &TreeWalk) -> Self {
        let decided = match discover(walk) {
            Discovered::Record(level) => decide(&level, walk.start(), Rules::Rfc9989, || Ternary::Yes),
            Discovered::Ignored(level, tag) => {
                return Self::Invalid(Cause::RecordIgnored { query: level.query().clone(), tag });
            }
            Discovered::Unknown(query, error) => return Self::Unknown(query, error),
            Discovered::Nothing => None,
        };
        match (decided, no_record(walk.levels())) {
            (Some(Ok(decision)), _) => Self::Found(Box::new(decision)),
            (_, Cause::NoRecord) => Self::None,
            (_, several) => Self::Invalid(several),
        }
    }
}

/// What stands in the DNS for a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiscoveryOutcome {
    walk: TreeWalk,
    status: RecordStatus,
    misplaced: Vec<(Query, Text)>,
    problems: Vec<(Query, Text, Problem)>,
}

impl DiscoveryOutcome {
    /// Whether a record applies.
    pub const fn status(&self) -> &RecordStatus {
        &self.status
    }

    /// The tree walk.
    pub const fn walk(&self) -> &TreeWalk {
        &self.walk
    }

    /// DMARC records in places where nobody looks: at the domain itself, or below its name written twice.
    /// Looked for only if no record applies.
    pub fn misplaced(&self) -> impl Iterator<Item = (&Query, &Text)> {
        self.misplaced.iter().map(|(query, text)| (query, text))
    }

    /// Everything that is wrong with what stands at the names of the walk: the query, the text that the
    /// problem's span indexes, the problem.
    pub fn problems(&self) -> impl Iterator<Item = (&Query, &Text, &Problem)> {
        self.problems.iter().map(|(query, text, problem)| (query, text, problem))
    }
}

/// One sentence, without a final stop.
impl fmt::Display for DiscoveryOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.walk.start();
        match &self.status {
            RecordStatus::Found(decision) if decision.domain() == domain => {
                write!(f, "{domain} has a DMARC record: {}={}", decision.tag(), decision.policy())
            }
            RecordStatus::Found(decision) => {
                let (from, tag, policy) = (decision.domain(), decision.tag(), decision.policy());
                write!(f, "the DMARC record of {from} applies to {domain}: {tag}={policy}")
            }
            RecordStatus::Invalid(cause) => write!(f, "no DMARC record applies to {domain}: {cause}"),
            RecordStatus::None => write!(f, "no DMARC record applies to {domain}"),
            RecordStatus::Unknown(query, error) => {
                write!(f, "it is not known whether {domain} has a DMARC record: {query}: {error}")
            }
        }
    }
}

/// Records at the domain itself, and where a zone's name was added twice.
fn misplaced(domain: &DomainName, survey: &Survey<'_>) -> Vec<(Query, Text)> {
    let doubled = domain.prefixed(domain).and_then(|twice| twice.child(LABEL)).ok();
    let names = core::iter::once(domain.clone()).chain(doubled);
    let mut found = Vec::new();
    for query in names.map(Query::txt) {
        let Some(Ok(response)) = survey.answer(&query) else { continue };
        let records = response.texts().filter(|text| Reading::of(text.bytes()).is_ok());
        found.extend(records.map(|text| (query.clone(), text.clone())));
    }
    found
}

/// The problems of each text at each level. What is no DMARC record and does not mean to be is a note.
fn problems(walk: &TreeWalk) -> Vec<(Query, Text, Problem)> {
    walk.levels().flat_map(level_problems).collect()
}

fn level_problems(level: &Level) -> Vec<(Query, Text, Problem)> {
    let mut problems = Vec::new();
    for text in level.texts() {
        let found = lint_text(text).into_iter();
        problems.extend(found.map(|problem| (level.query().clone(), text.clone(), problem)));
    }
    if let (Found::Several { count }, Some(first)) = (level.found(), level.texts().first()) {
        let message = format!("{count} DMARC records stand at one name and count as none; keep one (RFC 9989 §4.10)");
        let problem = Problem::new(RuleId::DmarcRecordInvalid, Severity::Error, Span::at(0), message);
        problems.push((level.query().clone(), first.clone(), problem));
    }
    problems
}
