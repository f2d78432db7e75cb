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
    let organization = public_suffix::organization(author);
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
        let its = public_suffix::organization(&identifier.domain);
        let alignment = match mode {
            _ if identifier.domain == *identities.author_domain() => Alignment::Same,
            AlignmentMode::Relaxed if its == *organization => Alignment::Relaxed,
            AlignmentMode::Relaxed | AlignmentMode::Strict => Alignment::No,
        };
        AlignedIdentifier { identifier: identifier.clone(), mode, alignment, organization: Some(its), walk: None }
    };
    identities.identifiers().iter().map(one).collect()
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use crate::dmarc::{Cause, Evaluation, Identities, Outcome, Policy};
    use crate::dns::{Check as _, DnsError, Query, Zone};
    use crate::result::{DmarcResult, SpfResult};

    fn zone(records: &[(&str, &str)]) -> Zone {
        let lines = records.iter().map(|(domain, text)| format!("_dmarc.{domain} TXT \"{text}\"\n"));
        lines.collect::<Vec<_>>().concat().parse().unwrap()
    }

    fn outcome(author: &str, zone: &Zone) -> Outcome {
        Evaluation::of(Identities::new(author.parse().unwrap())).in_zone(zone)
    }

    /// The result and what is asked for, of mail of `a.b.example.org` that nothing authenticates.
    fn asked(records: &[(&str, &str)]) -> (DmarcResult, Option<Policy>) {
        let outcome = outcome("a.b.example.org", &zone(records));
        (outcome.rfc7489().result(), outcome.rfc7489().requested())
    }

    const REJECT: &str = "v=DMARC1; p=reject";
    const NO_DMARC: (DmarcResult, Option<Policy>) = (DmarcResult::None, None);

    #[test]
    fn discovery_looks_at_two_names() {
        // RFC 7489 §6.6.3, steps 1 to 5.
        let fail = |policy| (DmarcResult::Fail, Some(policy));
        let (author, between, organization) = ("a.b.example.org", "b.example.org", "example.org");
        assert_eq!(asked(&[(author, REJECT), (organization, "v=DMARC1; p=none")]), fail(Policy::Reject));
        assert_eq!(asked(&[(between, REJECT)]), NO_DMARC);
        assert_eq!(asked(&[(between, REJECT), (organization, "v=DMARC1; p=quarantine")]), fail(Policy::Quarantine));
        // Step 2 and 4: what is no record of the version is discarded, here and there.
        assert_eq!(
            asked(&[(author, "v=DMARC2; p=none"), (organization, REJECT), (organization, "x")]),
            fail(Policy::Reject)
        );
        // Step 5: several end it, at either name.
        assert_eq!(asked(&[(author, REJECT), (author, "v=DMARC1; p=none"), (organization, REJECT)]), NO_DMARC);
        assert_eq!(asked(&[(organization, REJECT), (organization, "v=DMARC1; p=none")]), NO_DMARC);
        assert_eq!(asked(&[]), NO_DMARC);
    }

    #[test]
    fn a_failed_query_is_no_missing_record() {
        // RFC 7489 §6.6.3: a transient error is told apart from no record.
        for failing in ["_dmarc.a.b.example.org", "_dmarc.example.org"] {
            let mut zone = zone(&[("b.example.org", REJECT)]);
            zone.fail(Query::txt(failing.parse().unwrap()), DnsError::Servfail);
            let outcome = outcome("a.b.example.org", &zone);
            assert_eq!(outcome.rfc7489().result(), DmarcResult::Temperror, "{failing}");
            assert!(matches!(outcome.rfc7489().cause(), Cause::Dns { .. }));
        }
    }

    #[test]
    fn a_record_without_a_valid_policy_asks_for_reports_or_nothing() {
        // RFC 7489 §6.6.3, step 6.
        let none = (DmarcResult::Fail, Some(Policy::None));
        for text in ["v=DMARC1", "v=DMARC1; p=rejct", "v=DMARC1; p=reject; sp=rejct"] {
            assert_eq!(asked(&[("a.b.example.org", text)]), NO_DMARC, "{text}");
            let reported = format!("{text}; rua=mailto:d@example.org");
            assert_eq!(asked(&[("a.b.example.org", &reported)]), none, "{reported}");
            assert_eq!(asked(&[("a.b.example.org", &format!("{text}; rua=x y"))]), NO_DMARC, "{text}");
        }
        // np is no tag of that RFC: whatever it says, it loses nothing.
        assert_eq!(asked(&[("a.b.example.org", "v=DMARC1; p=reject; np=rejct")]).1, Some(Policy::Reject));
    }

    #[test]
    fn tags_of_later_rules_are_not_known() {
        // RFC 7489 §6.3: unknown tags are ignored; sp is for subdomains of the organizational domain.
        let at = |domain, text| asked(&[(domain, text)]).1;
        assert_eq!(
            at("example.org", "v=DMARC1; p=reject; sp=quarantine; np=none; t=y; psd=y"),
            Some(Policy::Quarantine)
        );
        assert_eq!(at("a.b.example.org", "v=DMARC1; p=reject; sp=none"), Some(Policy::Reject));
    }

    #[test]
    fn a_share_of_none_lowers_the_policy() {
        // RFC 7489 §6.6.4; §6.3: a value at fault is that of an absent tag.
        let of = |pct: &str| {
            let outcome = outcome("example.org", &zone(&[("example.org", &format!("v=DMARC1; p=reject{pct}"))]));
            (outcome.rfc7489().percentage(), outcome.rfc7489().requested(), outcome.rfc9989().requested())
        };
        let (reject, milder) = (Some(Policy::Reject), Some(Policy::Quarantine));
        assert_eq!(of(""), (Some(100), reject, reject));
        assert_eq!(of("; pct=0"), (Some(0), milder, reject));
        assert_eq!(of("; pct=1"), (Some(1), reject, reject));
        for fault in ["; pct=101", "; pct=-1", "; pct=1000", "; pct=a", "; pct="] {
            assert_eq!(of(fault), (Some(100), reject, reject), "{fault}");
        }
        let outcome = outcome("example.org", &zone(&[("example.org", "v=DMARC1; p=reject; pct=20")]));
        assert!(outcome.rfc7489().to_string().ends_with("example.org asks for reject, for 20 % of such mail"));
    }

    #[test]
    fn alignment_goes_by_the_public_suffix_list() {
        // RFC 7489 §3.1.2, §3.2.
        let spf = |text: &str, domain: &str| {
            let identities = Identities::new("a.example.co.uk".parse().unwrap());
            let identities = identities.spf(SpfResult::Pass, domain.parse().unwrap());
            let outcome = Evaluation::of(identities).in_zone(&zone(&[("example.co.uk", text)]));
            outcome.rfc7489().result()
        };
        let (pass, fail) = (DmarcResult::Pass, DmarcResult::Fail);
        assert_eq!(spf("v=DMARC1; p=none", "b.example.co.uk"), pass);
        assert_eq!(spf("v=DMARC1; p=none", "other.co.uk"), fail);
        assert_eq!(spf("v=DMARC1; p=none; aspf=s", "b.example.co.uk"), fail);
        assert_eq!(spf("v=DMARC1; p=none; aspf=s", "A.example.co.uk"), pass);
    }

    #[test]
    fn an_open_mechanism_is_no_failure() {
        // RFC 7489 §6.6.2: the policy is not applied while a mechanism had a temporary error.
        let identities = Identities::new("example.org".parse().unwrap());
        let identities = identities.spf(SpfResult::Temperror, "example.org".parse().unwrap());
        let outcome = Evaluation::of(identities).in_zone(&zone(&[("example.org", REJECT)]));
        assert_eq!((outcome.rfc7489().result(), outcome.rfc7489().requested()), (DmarcResult::Temperror, None));
    }
}
