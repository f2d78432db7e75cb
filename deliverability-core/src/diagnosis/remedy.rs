//! Tries a remedy over the evidence before it is shown.

use std::collections::{HashMap, HashSet};

use super::case::Case;
use super::finding::{Change, Finding, Proven, Stream};
use super::rules::Examined;
use crate::dns::{Answers, Check, Known, Needed, Overlay, Query, Reading, RecordData, Step};
use crate::problem::Severity;
use crate::result::SpfResult;
use crate::rule_id::RuleId;
use crate::spf::{CheckHost, Evaluation};

/// Most streams that a remedy shows.
const MAX_STREAMS: usize = 32;

/// Examines one family of rules over some answers.
pub(super) type Examine = fn(&Case, &dyn Known) -> Step<Examined>;

/// Lays the changes of each finding over `known`, examines its family again and compares every
/// stream. What is needed for that is added to `needed`; the remedy is then left as it is.
pub(super) fn prove(findings: &mut [Finding], case: &Case, examine: Examine, known: &dyn Known, needed: &mut Needed) {
    let with_changes = || findings.iter().filter(|finding| !finding.remedy.changes.is_empty());
    if with_changes().next().is_none() {
        return;
    }
    let senders = Senders::of(case, known, needed);
    // The addresses that one record refuses share their remedy: it is tried once.
    let mut last: Option<(Vec<Change>, Option<Trial>)> = None;
    for finding in findings.iter_mut().filter(|finding| !finding.remedy.changes.is_empty()) {
        if last.as_ref().is_none_or(|(changes, _)| *changes != finding.remedy.changes) {
            let trial = Trial::of(finding, case, examine, senders.as_ref(), known, needed);
            last = Some((finding.remedy.changes.clone(), trial));
        }
        if let Some((_, Some(trial))) = &last {
            finding.remedy.proven = trial.judge(finding);
            finding.remedy.tried = trial.streams.len();
            finding.remedy.streams = trial.shown();
        }
    }
}

/// What came of some changes.
struct Trial {
    /// What is found with them, and how bad it is.
    remains: HashMap<(RuleId, String), Severity>,
    /// The worst of what is found with them and not without.
    brings: Option<Severity>,
    /// Whether something is not known with them that is known without.
    opens: bool,
    streams: Vec<Stream>,
}

impl Trial {
    fn of(
        finding: &Finding,
        case: &Case,
        examine: Examine,
        senders: Option<&Senders>,
        known: &dyn Known,
        needed: &mut Needed,
    ) -> Option<Self> {
        let changes = &finding.remedy.changes;
        let proposed = lay(changes, known, needed)?;
        let part = case.part(&finding.scope);
        let before = examine(&part, known).or_need(needed);
        let after = examine(&part, &proposed).or_need(needed);
        let streams = senders.and_then(|senders| senders.with(changes, &proposed, needed));
        let (before, after, streams) = (before?, after?, streams?);
        let was: HashSet<_> = before.findings.iter().map(Finding::identity).collect();
        let new = after.findings.iter().filter(|found| !was.contains(&found.identity()));
        Some(Self {
            brings: new.map(|found| found.severity).max(),
            remains: after.findings.iter().map(|found| ((found.rule, found.subject.clone()), found.severity)).collect(),
            opens: after.unknown.iter().any(|unknown| !before.unknown.contains(unknown)),
            streams,
        })
    }

    /// The streams that a remedy shows: every finding of a case shows them, so not too many.
    fn shown(&self) -> Vec<Stream> {
        if self.streams.len() <= MAX_STREAMS {
            return self.streams.clone();
        }
        let (changed, same): (Vec<&Stream>, Vec<&Stream>) = self.streams.iter().partition(|s| s.before != s.after);
        changed.into_iter().chain(same).take(MAX_STREAMS).cloned().collect()
    }

    fn judge(&self, finding: &Finding) -> Proven {
        let breaks = |stream: &Stream| {
            stream.before == SpfResult::Pass && !matches!(stream.after, SpfResult::Pass | SpfResult::Temperror)
        };
        let cannot_tell =
            |stream: &Stream| stream.after == SpfResult::Temperror && stream.before != SpfResult::Temperror;
        // What is left of it may be a lesser thing that the change was not about.
        let left = self.remains.get(&(finding.rule, finding.subject.clone()));
        let remains = left.is_some_and(|severity| *severity >= finding.severity);
        let trades = self.brings >= Some(finding.severity);
        if remains || trades || self.streams.iter().any(breaks) {
            Proven::No
        } else if self.opens || self.streams.iter().any(cannot_tell) {
            Proven::Unknown
        } else {
            Proven::Yes
        }
    }
}

/// The changes laid over `known`: each replaces one record of its set.
fn lay<'a>(changes: &[Change], known: &'a dyn Known, needed: &mut Needed) -> Option<Overlay<&'a dyn Known>> {
    let mut sets: Vec<(Query, Vec<RecordData>)> = Vec::new();
    let mut missing = Vec::new();
    for change in changes {
        let query = change.query();
        if !sets.iter().any(|(laid, _)| *laid == query) {
            match known.get(&query) {
                Ok(answer) => {
                    sets.push((query.clone(), answer.map(|found| found.records().to_vec()).unwrap_or_default()));
                }
                Err(ask) => missing.push(ask),
            }
        }
        if let Some((_, records)) = sets.iter_mut().find(|(laid, _)| *laid == query) {
            apply(change, records);
        }
    }
    if let Some(more) = Needed::in_order(missing) {
        needed.extend(more);
        return None;
    }
    let mut overlay = Overlay::on(known);
    for (query, records) in sets {
        overlay.lay(query, records);
    }
    Some(overlay)
}

fn apply(change: &Change, records: &mut Vec<RecordData>) {
    if let Some(old) = &change.old {
        let same = |record: &RecordData| match (record, old) {
            // A text's cuts do not matter here: rules know the joined bytes.
            (RecordData::Txt(one), RecordData::Txt(other)) => one.bytes() == other.bytes(),
            _ => record == old,
        };
        records.retain(|record| !same(record));
    }
    records.extend(change.new.clone());
}

/// The check of every stream of the case.
pub(super) fn streams(case: &Case) -> Vec<CheckHost> {
    case.public_ips().map(|ip| case.check_host(ip)).collect()
}

/// The streams of a case as things stand.
struct Senders {
    checks: Vec<CheckHost>,
    before: Vec<Stream>,
    read: Answers,
}

impl Senders {
    fn of(case: &Case, known: &dyn Known, needed: &mut Needed) -> Option<Self> {
        let (checks, reading) = (streams(case), Reading::new(known));
        let evaluations = checks.step(&reading).or_need(needed)?;
        let stream = |evaluation: &Evaluation| Stream {
            ip: evaluation.ip(),
            sender: case.sender(),
            before: evaluation.result(),
            after: evaluation.result(),
        };
        let before = evaluations.iter().map(stream).collect();
        Some(Self { checks, before, read: reading.into_answers() })
    }

    fn with(&self, changes: &[Change], proposed: &dyn Known, needed: &mut Needed) -> Option<Vec<Stream>> {
        if !changes.iter().any(|change| self.have_read(change)) {
            return Some(self.before.clone());
        }
        let after = self.checks.step(proposed).or_need(needed)?;
        let stream = |(stream, after): (&Stream, &Evaluation)| Stream { after: after.result(), ..stream.clone() };
        Some(self.before.iter().zip(&after).map(stream).collect())
    }

    /// Whether an answer that a stream rests on is another one with the change, as [`Overlay`]
    /// has it: for its name, for an alias on the way, or because the name is no longer absent.
    fn have_read(&self, change: &Change) -> bool {
        self.read.iter().any(|(query, answer)| {
            let aliases = answer.iter().flat_map(|response| response.aliases());
            let mut names = core::iter::once(&query.name).chain(aliases);
            let absent = answer.as_ref().is_ok_and(|response| response.is_nxdomain());
            names.any(|name| *name == change.name || absent && change.name.is_within(name))
        })
    }
}
