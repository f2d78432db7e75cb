//! The same message at receivers still on RFC 7489, with the public suffix list.

use std::sync::Arc;

use super::alignment::{AlignedIdentifier, Alignment, mode};
use super::cause::Cause;
use super::evaluation::{judge, no_record};
use super::identities::{Identifier, Identities};
use super::policy_discovery::{Discovered, decide, standing};
use super::record::{AlignmentMode, Record};
use super::standing::Rules;
use super::survey::{Found, Level, Survey};
use super::verdict::Verdict;
use crate::dns::Ternary;
use crate::domain::DomainName;
use crate::public_suffix;
use crate::result::DmarcResult;

/// RFC 7489 §6.6.
pub(super) fn evaluate(identities: &Identities, survey: &Survey<'_>) -> Verdict {
    let author = identities.author_domain();
    let organization = organizational_domain(author);
    let none = |result, cause| Verdict::without_record(Rules::Rfc7489, result, cause, Some(organization.clone()));
    let level = match discover(author, &organization, survey) {
        (Discovered::Record(level), _) => level,
        (Discovered::Unknown(query, error), _) => return none(DmarcResult::Temperror, Cause::Dns { query, error }),
        (Discovered::Ignored(level, tag), _) => {
            return none(DmarcResult::None, Cause::RecordIgnored { query: level.query().clone(), tag });
        }
        (Discovered::Nothing, levels) => {
            return none(DmarcResult::None, no_record(levels.iter().map(Arc::as_ref)));
        }
    };
    let record = level.reading().map(|reading| reading.record().clone()).unwrap_or_default();
    let identifiers = align(identities, &record, &organization);
    let (result, cause) = judge(&identifiers);
    Verdict {
        rules: Rules::Rfc7489,
        result,
        cause,
        decision: decide(&level, author, Rules::Rfc7489, || Ternary::Yes),
        testing: false,
        percentage: Some(record.pct.unwrap_or(100)),
        organization: Some(organization),
        identifiers,
    }
}

/// RFC 7489 §3.2. A public suffix itself has no organization above it: it stands for itself.
fn organizational_domain(name: &DomainName) -> DomainName {
    public_suffix::organizational_domain(name).unwrap_or_else(|| name.clone())
}

/// RFC 7489 §6.6.3: the record of the author domain, else of its organizational domain. Gives what was
/// looked at too.
fn discover(author: &DomainName, organization: &DomainName, survey: &Survey<'_>) -> (Discovered, Vec<Arc<Level>>) {
    let mut levels = Vec::new();
    for domain in [author, organization] {
        let Some(level) = survey.level(domain) else { continue };
        levels.push(Arc::clone(&level));
        match level.found() {
            Found::Record { .. } => return (standing(&level, Rules::Rfc7489), levels),
            Found::Unknown(error) => return (Discovered::Unknown(level.query().clone(), error.clone()), levels),
            // Step 5: with several records, discovery ends.
            Found::Several { .. } => break,
            Found::Nothing { .. } => {}
        }
    }
    (Discovered::Nothing, levels)
}

/// RFC 7489 §3.1: needs no query.
fn align(identities: &Identities, record: &Record, organization: &DomainName) -> Vec<AlignedIdentifier> {
    let one = |identifier: &Identifier| {
        let mode = mode(record, identifier.mechanism);
        let its = organizational_domain(&identifier.domain);
        let alignment = match mode {
            _ if identifier.domain == *identities.author_domain() => Alignment::Same,
            AlignmentMode::Relaxed if its == *organization => Alignment::Relaxed,
            AlignmentMode::Relaxed | AlignmentMode::Strict => Alignment::No,
        };
        AlignedIdentifier { identifier: identifier.clone(), mode, alignment, organization: Some(its), walk: None }
    };
    identities.identifiers().iter().map(one).collect()
}
