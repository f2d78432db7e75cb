//! Tries a remedy over the evidence before it is shown.

use super::case::Case;
use super::finding::{Change, Finding, Proven, Stream};
use super::rules::Examined;
use crate::dns::{Check, Known, Needed, Overlay, Query, RecordData, Step};
use crate::problem::Severity;
use crate::result::SpfResult;
use crate::spf::{CheckHost, Evaluation};

/// Examines one family of rules over some answers.
pub(super) type Examine<'a> = &'a dyn Fn(&dyn Known) -> Step<Examined>;

/// Lays the finding's changes over `known`, examines its family again and compares every stream.
/// What is needed for that is added to `needed`; the remedy is then left as it is.
pub(super) fn prove(
    finding: &mut Finding,
    case: &Case,
    before: &Examined,
    examine: Examine<'_>,
    known: &dyn Known,
    needed: &mut Needed,
) {
    if finding.remedy.changes.is_empty() {
        return;
    }
    let Some(proposed) = lay(&finding.remedy.changes, known, needed) else { return };
    let after = examine(&proposed).or_need(needed);
    let streams = compare_streams(case, known, &proposed, needed);
    let (Some(after), Some(streams)) = (after, streams) else { return };
    finding.remedy.proven = judge(finding, before, &after, &streams);
    finding.remedy.streams = streams;
}

fn judge(finding: &Finding, before: &Examined, after: &Examined, streams: &[Stream]) -> Proven {
    let breaks = |stream: &Stream| {
        stream.before == SpfResult::Pass && !matches!(stream.after, SpfResult::Pass | SpfResult::Temperror)
    };
    let cannot_tell = |stream: &Stream| stream.after == SpfResult::Temperror && stream.before != SpfResult::Temperror;
    let remains = after.findings.iter().any(|other| other.is_same(finding));
    let is_new = |found: &Finding| !before.findings.iter().any(|other| other.is_same(found));
    let trades = after.findings.iter().any(|found| found.severity == Severity::Blocks && is_new(found));
    if remains || trades || streams.iter().any(breaks) {
        Proven::No
    } else if streams.iter().any(cannot_tell) || after.unknown.iter().any(|unknown| !before.unknown.contains(unknown)) {
        Proven::Unknown
    } else {
        Proven::Yes
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
    case.sending_ips
        .iter()
        .map(|ip| {
            let check = CheckHost::new(*ip, case.sender());
            case.helo.iter().fold(check, CheckHost::helo)
        })
        .collect()
}

fn compare_streams(case: &Case, known: &dyn Known, proposed: &dyn Known, needed: &mut Needed) -> Option<Vec<Stream>> {
    let checks = streams(case);
    let before = checks.step(known).or_need(needed)?;
    let after = checks.step(proposed).or_need(needed)?;
    let stream = |(ip, (before, after)): (&core::net::IpAddr, (&Evaluation, &Evaluation))| Stream {
        ip: *ip,
        sender: case.sender(),
        before: before.result(),
        after: after.result(),
    };
    Some(case.sending_ips.iter().zip(before.iter().zip(&after)).map(stream).collect())
}
