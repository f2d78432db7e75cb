//! A wildcard that answers where a DMARC record belongs (RFC 4592 §2.2, RFC 9989 §4.8).

use crate::diagnosis::finding::Finding;
use crate::dmarc::{DiscoveryOutcome, Level, Reading, RecordStatus};
use crate::dns::{Query, Text};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::rule_id::RuleId;

use super::Lookups;

/// A label that nobody publishes: what stands there is the answer of a wildcard.
const NOBODYS_LABEL: &str = "_no-such-name-deliverability";

/// Whether what stands at the query's name is what a wildcard says of every name beside it.
pub(super) fn answers(query: &Query, lookups: &Lookups<'_>) -> Option<Query> {
    let probe = Query::txt(query.name.parent()?.child(NOBODYS_LABEL).ok()?);
    let texts = |query: &Query| -> Option<Vec<Text>> {
        let answer = lookups.get(query)?.ok()?;
        let mut texts: Vec<Text> = answer.texts().cloned().collect();
        // The order of an answer means nothing (RFC 2181 §5).
        texts.sort();
        Some(texts)
    };
    let (here, beside) = (texts(query), texts(&probe));
    (here.is_some_and(|here| !here.is_empty() && Some(here) == beside)).then_some(probe)
}

/// The levels of one's own organization that hold texts which are no DMARC records: the ones that a wildcard
/// may have filled.
pub(super) fn suspects<'o>(
    outcome: &'o DiscoveryOutcome,
    organization: &DomainName,
) -> impl Iterator<Item = &'o Query> {
    let is_foreign = |level: &&Level| level.texts().iter().any(|text| Reading::of(text.bytes()).is_err());
    let is_own = |level: &&Level| level.domain().is_within(organization);
    outcome.walk().levels().filter(is_own).filter(is_foreign).map(Level::query)
}

pub(super) fn finding(outcome: &DiscoveryOutcome, query: &Query, probe: &Query, lookups: &Lookups<'_>) -> Finding {
    let above = query.name.parent().unwrap_or_else(DomainName::root);
    let message = format!(
        "What {} answers is a wildcard's: {}, a name that nobody publishes, answers the same. Receivers find no DMARC record \
         in it.",
        query.name, probe.name
    );
    let applies = matches!(outcome.status(), RecordStatus::Found(_));
    let severity = if applies { Severity::Note } else { Severity::Warning };
    let text = format!(
        "Publish a DMARC record at {}: a name of its own is not answered by *.{above} (RFC 4592 §2.2). The wildcard's TXT \
         record can stay, but it also answers wherever else a record is looked for, such as SPF of subdomains and DKIM \
         selectors. Verify: run this diagnosis again.",
        query.name
    );
    Finding::new(RuleId::DmarcRecordInvalid, severity, &query.name, message)
        .with_evidence(lookups.evidence_of([query, probe]))
        .with_remedy(text, Vec::new())
}
