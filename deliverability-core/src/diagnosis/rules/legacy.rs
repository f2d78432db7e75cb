//! Records of protocols that receivers no longer read: `legacy.senderid-domainkeys`.

use std::sync::Arc;

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, sentence};
use crate::dns::{Known, Query, RecordData, Step, Text};
use crate::historic::sender_id::{Record, is_record};
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    let query = Query::txt(case.domain.clone());
    if let Some(Ok(response)) = lookups.get(&query) {
        let mut texts: Vec<&Text> = response.texts().filter(|text| is_record(text.bytes())).collect();
        // The order of an answer means nothing (RFC 2181 §5).
        texts.sort();
        if !texts.is_empty() {
            found.find(sender_id(case, &query, &texts));
        }
    }
    lookups.finish(found)
}

fn sender_id(case: &Case, query: &Query, texts: &[&Text]) -> Finding {
    let domain = &case.domain;
    let what: Vec<String> = texts.iter().map(|text| in_words(text.bytes())).collect();
    let message = format!(
        "{domain} publishes Sender ID: {}. Receivers ignore it today; it neither authorizes a sender nor stands in for SPF, \
         DKIM or DMARC.",
        what.join("; ")
    );
    let text = format!(
        "Nothing has to be done: remove the record or leave it. The change below deletes it; SPF does not read it. Say who \
         sends for {domain} in the SPF record. Verify: no TXT record of {domain} starts with spf2."
    );
    let evidence = texts.iter().map(|text| Evidence::of_record(query.clone(), Arc::clone(text.bytes()), None));
    let delete = |text: &&Text| Change::delete(domain.clone(), RecordData::Txt((*text).clone()));
    Finding::new(RuleId::LegacySenderidDomainkeys, Severity::Note, domain, message)
        .with_evidence(evidence)
        .with_remedy(text, texts.iter().map(delete).collect())
}

/// The identities that a record is about, or why it is none.
fn in_words(text: &[u8]) -> String {
    match Record::parse(text) {
        Ok(record) => {
            let scopes: Vec<String> = record.scopes.iter().take(3).map(ToString::to_string).collect();
            format!("a record for {}", scopes.join(" and "))
        }
        Err(error) => {
            let why = sentence(error);
            format!("a record that does not parse ({})", why.trim_end_matches('.'))
        }
    }
}
