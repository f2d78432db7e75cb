//! Records of protocols that receivers no longer read: Sender ID, DomainKeys and ADSP, all of them
//! `legacy.senderid-domainkeys`.

use std::sync::Arc;

use super::{Examined, Lookups};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, sentence};
use crate::dns::{Known, Query, RecordData, Step, Text};
use crate::domain::DomainName;
use crate::historic::adsp::{self, Practices};
use crate::historic::domainkeys::{self, Policy};
use crate::historic::sender_id::{Record, is_record};
use crate::problem::Severity;
use crate::rule_id::RuleId;

/// Records of one kind that stand at a name.
struct Standing<'t> {
    name: DomainName,
    /// Where they can be deleted: the end of a CNAME chain.
    owner: DomainName,
    query: Query,
    texts: Vec<&'t Text>,
}

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    let names = [Some(case.domain.clone()), domainkeys::policy_name(&case.domain).ok(), adsp::name(&case.domain).ok()];
    let kinds: [(Kind, IsOne); 3] =
        [(sender_id, is_record), (domainkeys, is_policy), (signing_practices, is_practices)];
    for (name, (finding, is_one)) in names.into_iter().zip(kinds) {
        let Some(name) = name else { continue };
        let query = Query::txt(name.clone());
        let Some(Ok(response)) = lookups.get(&query) else { continue };
        let mut texts: Vec<&Text> = response.texts().filter(|text| is_one(text.bytes())).collect();
        // The order of an answer means nothing (RFC 2181 §5).
        texts.sort();
        if !texts.is_empty() {
            let owner = lookups.owner(&query);
            found.find(finding(case, &Standing { name, owner, query, texts }));
        }
    }
    lookups.finish(found)
}

/// What one kind of record comes to.
type Kind = fn(&Case, &Standing<'_>) -> Finding;

/// Whether a text is a record of the kind.
type IsOne = fn(&[u8]) -> bool;

fn is_policy(text: &[u8]) -> bool {
    Policy::parse(text).is_ok()
}

fn is_practices(text: &[u8]) -> bool {
    Practices::parse(text).is_ok()
}

fn sender_id(case: &Case, standing: &Standing<'_>) -> Finding {
    let domain = &case.domain;
    let what: Vec<String> = standing.texts.iter().map(|text| in_words(text.bytes())).collect();
    let message = format!(
        "{domain} publishes Sender ID: {}. Receivers ignore it today; it neither authorizes a sender nor stands in for SPF, \
         DKIM or DMARC.",
        what.join("; ")
    );
    let text = format!(
        "Nothing has to be done: remove the record or leave it. The change below deletes it; SPF does not read it. Say who \
         sends for {domain} in the SPF record. Verify: no TXT record of {domain} starts with spf2."
    );
    standing.finding(message, text)
}

fn domainkeys(case: &Case, standing: &Standing<'_>) -> Finding {
    let (domain, name) = (&case.domain, &standing.name);
    let what: Vec<String> = standing.texts.iter().map(|text| domainkeys::in_words(text.bytes())).collect();
    let message = format!(
        "{name} holds a DomainKeys policy: {}. DKIM replaced DomainKeys in 2007 and receivers ignore the policy today. A key \
         at a selector of {domain} is another matter: DKIM verifiers read it.",
        what.join("; ")
    );
    let text = format!(
        "Nothing has to be done: remove the record or leave it. The change below deletes it; keys below {name} stay. What \
         receivers are to make of mail without a signature is said by DMARC. Verify: {name} has no TXT record."
    );
    standing.finding(message, text)
}

fn signing_practices(_case: &Case, standing: &Standing<'_>) -> Finding {
    let name = &standing.name;
    let what: Vec<String> =
        standing.texts.iter().filter_map(|text| Practices::parse(text.bytes()).ok()).map(|p| p.to_string()).collect();
    let message = format!(
        "{name} holds author domain signing practices (ADSP): {}. They are historic since 2013 and receivers ignore them; \
         DMARC took their place.",
        what.join("; ")
    );
    let text = format!(
        "Nothing has to be done: remove the record or leave it. The change below deletes it. Verify: {name} has no TXT record."
    );
    standing.finding(message, text)
}

impl Standing<'_> {
    fn finding(&self, message: String, text: String) -> Finding {
        let evidence =
            self.texts.iter().map(|text| Evidence::of_record(self.query.clone(), Arc::clone(text.bytes()), None));
        let delete = |text: &&Text| Change::delete(self.owner.clone(), RecordData::Txt((*text).clone()));
        Finding::new(RuleId::LegacySenderidDomainkeys, Severity::Note, &self.name, message)
            .with_evidence(evidence)
            .with_remedy(text, self.texts.iter().map(delete).collect())
    }
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

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use crate::diagnosis::{Diagnosis, Finding, Proven};
    use crate::dns::{Check, Zone};
    use crate::rule_id::RuleId;

    fn found(zone: &str) -> Vec<Finding> {
        let report = Diagnosis::of("a.test".parse().unwrap()).lists(&[]).in_zone(&zone.parse::<Zone>().unwrap());
        let legacy = report.findings().iter().filter(|found| found.rule == RuleId::LegacySenderidDomainkeys);
        legacy.cloned().collect()
    }

    #[test]
    fn a_domainkeys_policy_is_explained_and_its_keys_are_left() {
        // RFC 4870 §3.6; the selector record below it is a key of DKIM's today.
        let found = found("_domainkey.a.test TXT \"t=y; o=~\"\ns._domainkey.a.test TXT \"k=rsa; p=MEww\"");
        assert_eq!(found.len(), 1);
        assert!(found[0].message.starts_with(
            "_domainkey.a.test holds a DomainKeys policy: some mail is signed, in test mode. DKIM replaced DomainKeys"
        ));
        assert_eq!(found[0].remedy.changes[0].name.to_string(), "_domainkey.a.test");
        assert_eq!((found[0].remedy.changes[0].new.as_ref(), found[0].remedy.proven), (None, Proven::Yes));
    }

    #[test]
    fn signing_practices_are_explained() {
        // RFC 5617 §4.2.1.
        let found = found("_adsp._domainkey.a.test TXT dkim=discardable");
        assert!(found[0].message.contains("(ADSP): dkim=discardable. They are historic"), "{}", found[0].message);
    }

    #[test]
    fn other_texts_there_are_not_taken_for_policies() {
        assert!(found("_domainkey.a.test TXT \"v=DKIM1; p=MEww\"\n*.a.test TXT \"v=spf1 -all\"").is_empty());
    }
}
