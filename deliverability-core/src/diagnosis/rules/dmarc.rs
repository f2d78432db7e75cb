//! The DMARC record of the author domain: `dmarc.none`, `dmarc.record-invalid`, `dmarc.removed-tag`.

use super::{Examined, Lookups, dmarc_text};
use crate::diagnosis::case::Case;
use crate::diagnosis::finding::{Change, Evidence, Finding, Unknown, sentence};
use crate::dmarc::{
    Cause, Decision, Destination, Destinations, Discovery, DiscoveryOutcome, Level, Permission, Reading, RecordStatus,
};
use crate::dns::{Check, Known, Query, RecordData, Step, Text};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::public_suffix::organization;
use crate::rule_id::RuleId;

/// The record that asks receivers for nothing: the first step for every domain.
const FIRST_RECORD: &str = "v=DMARC1; p=none";

pub(super) fn examine(case: &Case, known: &dyn Known) -> Step<Examined> {
    let author = case.author_domain();
    let outcome = match Discovery::of(author.clone()).step(known) {
        Step::Need(needed) => return Step::Need(needed),
        Step::Done(outcome) => outcome,
    };
    let lookups = Lookups::over(known);
    let mut found = Examined::default();
    match outcome.status() {
        RecordStatus::Found(decision) => judge_destinations(decision, &lookups, &mut found),
        RecordStatus::Invalid(why) => found.find(invalid(author, why, &outcome, &lookups)),
        RecordStatus::None => judge_none(author, &outcome, &lookups, &mut found),
        RecordStatus::Unknown(query, error) => {
            let question = format!("does a DMARC record apply to {author}");
            found.leave_open(Unknown::new(question, error, case.has_message()).for_want_of([query]));
        }
    }
    for finding in dmarc_text::judge(&outcome, &organization(author), &lookups) {
        found.find(finding);
    }
    lookups.finish(found)
}

fn judge_none(author: &DomainName, outcome: &DiscoveryOutcome, lookups: &Lookups<'_>, found: &mut Examined) {
    let exists = lookups.get(&Query::txt(author.clone()));
    if exists.is_some_and(|answer| answer.is_ok_and(|response| response.is_nxdomain())) {
        // That the domain does not exist is another finding: no record can stand below it.
        return;
    }
    let mut misplaced: Vec<(&Query, &Text)> = outcome.misplaced().collect();
    // The order of an answer means nothing (RFC 2181 §5).
    misplaced.sort_by_key(|(query, text)| (query.name.clone(), text.bytes().to_vec()));
    match misplaced.split_first() {
        Some(_) => found.find(out_of_place(author, &misplaced, lookups)),
        None => found.find(none(author, outcome, lookups)),
    }
}

fn none(author: &DomainName, outcome: &DiscoveryOutcome, lookups: &Lookups<'_>) -> Finding {
    let organization = organization(author);
    let message = format!(
        "{}: nothing says what receivers are to do with mail in its name that is not authenticated. Gmail, Yahoo and \
         Outlook refuse or junk bulk mail from such a domain, and anybody can use it in a From field.",
        sentence(outcome).trim_end_matches('.')
    );
    let text = "Publish the record below, with the address that is to get reports, such as `; rua=mailto:` and a mailbox \
                of yours: p=none changes no verdict, and the reports name every server that sends in your name. Raise the \
                policy to quarantine and reject once they show all of your own mail aligned. Verify: run this diagnosis again.";
    let finding = Finding::new(RuleId::DmarcNone, Severity::Error, author, message)
        .with_evidence(outcome.walk().levels().filter_map(|level| lookups.evidence(level.query())).take(3));
    let changes = record_name(&organization).map(|name| add_record(name, FIRST_RECORD, lookups));
    finding.with_remedy(text, changes.into_iter().collect())
}

/// `_dmarc` below a domain; `None` if that is too long to be a name.
fn record_name(domain: &DomainName) -> Option<DomainName> {
    domain.child("_dmarc").ok()
}

fn add_record(name: DomainName, record: &str, lookups: &Lookups<'_>) -> Change {
    let owner = lookups.owner(&Query::txt(name));
    Change::add(owner, RecordData::Txt(Text::from(record)))
}

/// A record where nobody looks for one.
fn out_of_place(author: &DomainName, misplaced: &[(&Query, &Text)], lookups: &Lookups<'_>) -> Finding {
    let names: Vec<String> = misplaced.iter().map(|(query, _)| query.name.to_string()).collect();
    let message = format!(
        "A DMARC record stands at {}, where no receiver looks: none applies to {author} (RFC 9989 §4.10).",
        names.join(" and ")
    );
    let text = "Publish the record at _dmarc below the domain, and delete it where it stands now. In most DNS panels the name \
                to enter is `_dmarc` alone: the panel adds the domain. Verify: run this diagnosis again.";
    let evidence = misplaced
        .iter()
        .map(|(query, text)| Evidence::of_record((*query).clone(), text.bytes().clone(), None))
        .collect::<Vec<_>>();
    let record = misplaced.first().map(|(_, text)| RecordData::Txt((*text).clone()));
    let put =
        record_name(author).zip(record).map(|(name, record)| Change::add(lookups.owner(&Query::txt(name)), record));
    let delete =
        |(query, text): &(&Query, &Text)| Change::delete(lookups.owner(query), RecordData::Txt((*text).clone()));
    let changes = put.into_iter().chain(misplaced.iter().map(delete)).collect();
    Finding::new(RuleId::DmarcRecordInvalid, Severity::Error, author, message)
        .with_evidence(evidence)
        .with_remedy(text, changes)
}

/// Records stand there, and none of them applies.
fn invalid(author: &DomainName, cause: &Cause, outcome: &DiscoveryOutcome, lookups: &Lookups<'_>) -> Finding {
    match cause {
        Cause::SeveralRecords { query, .. } => several(author, query, outcome, lookups),
        Cause::RecordIgnored { query, .. } => {
            let message = format!("{}.", sentence(outcome).trim_end_matches('.'));
            let text = "Publish one valid record there, such as `v=DMARC1; p=none`. Verify: run this diagnosis again.";
            let finding = Finding::new(RuleId::DmarcRecordInvalid, Severity::Error, &query.name, message);
            let changes = dmarc_text::mended(outcome, query, lookups).or_else(|| plain(outcome, query, lookups));
            finding.with_evidence(lookups.evidence(query)).with_remedy(text, changes.into_iter().collect())
        }
        other => Finding::new(RuleId::DmarcRecordInvalid, Severity::Error, author, sentence(other)),
    }
}

/// The record with `p=none` in place of what no receiver can read.
fn plain(outcome: &DiscoveryOutcome, query: &Query, lookups: &Lookups<'_>) -> Option<Change> {
    let level = outcome.walk().levels().find(|level| level.query() == query)?;
    Some(Change::replace_text(lookups.owner(query), level.text()?, FIRST_RECORD))
}

/// RFC 9989 §4.10: several records count as none.
fn several(author: &DomainName, query: &Query, outcome: &DiscoveryOutcome, lookups: &Lookups<'_>) -> Finding {
    let level = outcome.walk().levels().find(|level| level.query() == query);
    let mut records: Vec<(Reading, &Text)> = level
        .into_iter()
        .flat_map(Level::texts)
        .filter_map(|text| Some((Reading::of(text.bytes()).ok()?, text)))
        .collect();
    // The mildest is kept: none applies today, and a stricter one would be a change of its own.
    records.sort_by_key(|(reading, text)| {
        let record = reading.record();
        (record.p, record.rua.is_empty(), text.bytes().to_vec())
    });
    let kept = records.iter().position(|(reading, _)| reading.record().p.is_some()).unwrap_or_default();
    let owner = lookups.owner(query);
    let others = records.iter().enumerate().filter(|(n, _)| *n != kept);
    let changes =
        others.map(|(_, (_, text))| Change::delete(owner.clone(), RecordData::Txt((*text).clone()))).collect();
    let message = format!(
        "{} DMARC records stand at {}; receivers take none of them, and no policy applies to {author}.",
        records.len(),
        query.name
    );
    let text = "Keep one record. The changes below keep the one that asks for the least, which changes no verdict; if another \
                is the right one, keep that. Verify: run this diagnosis again.";
    Finding::new(RuleId::DmarcRecordInvalid, Severity::Error, &query.name, message)
        .with_evidence(lookups.evidence(query))
        .with_remedy(text, changes)
}

/// Whether those who are to get reports take them (RFC 9990 §4).
fn judge_destinations(decision: &Decision, lookups: &Lookups<'_>, found: &mut Examined) {
    let Ok(reading) = Reading::of(decision.text()) else { return };
    let check = Destinations::of(decision.domain().clone(), reading.record());
    let Some(outcome) = lookups.run(&check) else { return };
    for destination in outcome.destinations() {
        judge_destination(decision, destination, lookups, found);
    }
}

fn judge_destination(decision: &Decision, to: &Destination, lookups: &Lookups<'_>, found: &mut Examined) {
    if let Permission::Unknown(query, error) = to.permission() {
        let question = format!(
            "may DMARC reports about {} go to {}",
            decision.domain(),
            crate::escaped::Escaped(to.host().as_bytes())
        );
        found.leave_open(Unknown::new(question, error, false).for_want_of([query]));
    }
    if to.is_allowed() != Some(false) {
        return;
    }
    let subject = to.query().map_or_else(|| decision.query().name.to_string(), |query| query.name.to_string());
    let text = "Have those who run that domain publish the record below, or name a mailbox of the domain itself in rua and ruf. \
                Mail is not affected, but the reports do not come. Verify: run this diagnosis again.";
    let refused = matches!(to.permission(), Permission::Refused);
    let add = to.query().filter(|_| refused).map(|query| add_record(query.name.clone(), "v=DMARC1;", lookups));
    found.find(
        Finding::new(RuleId::DmarcRecordInvalid, Severity::Warning, subject, sentence(to))
            .with_evidence(to.query().into_iter().chain([decision.query()]).filter_map(|query| lookups.evidence(query)))
            .with_remedy(text, add.into_iter().collect()),
    );
}

#[cfg(test)]
#[cfg(feature = "zone-file")]
mod tests {
    use crate::diagnosis::{Diagnosis, Finding, Proven, Report};
    use crate::dns::{Check, DnsError, Query, Zone};
    use crate::problem::Severity;
    use crate::rule_id::RuleId;

    fn report(domain: &str, zone: &str) -> Report {
        let zone: Zone = format!("a.test MX 10 mx.a.test\nmx.a.test A 192.0.2.1\n{zone}").parse().unwrap();
        Diagnosis::of(domain.parse().unwrap()).lists(&[]).in_zone(&zone)
    }

    fn found(zone: &str) -> Vec<Finding> {
        let report = report("a.test", zone);
        report.findings().iter().filter(|found| found.rule.as_str().starts_with("dmarc.")).cloned().collect()
    }

    fn changes(found: &Finding) -> Vec<String> {
        let shown = |change: &crate::diagnosis::Change| {
            let data =
                |data: &Option<crate::dns::RecordData>| data.as_ref().map_or("-".to_owned(), ToString::to_string);
            format!("{} {} -> {}", change.name, data(&change.old), data(&change.new))
        };
        found.remedy.changes.iter().map(shown).collect()
    }

    #[test]
    fn no_record_gets_one_that_changes_no_verdict() {
        // RFC 9989 §4.10.1.
        let found = found("");
        assert_eq!((found.len(), found[0].rule, found[0].severity), (1, RuleId::DmarcNone, Severity::Error));
        assert_eq!(changes(&found[0]), ["_dmarc.a.test - -> \"v=DMARC1; p=none\""]);
        assert_eq!(found[0].remedy.proven, Proven::Yes);
    }

    #[cfg(feature = "psl")]
    #[test]
    fn the_record_belongs_to_the_organization() {
        let report = report("news.a.test", "news.a.test A 192.0.2.1");
        let found = report.findings().iter().find(|found| found.rule == RuleId::DmarcNone).unwrap();
        assert_eq!((found.subject.as_str(), found.remedy.proven), ("news.a.test", Proven::Yes));
        assert_eq!(changes(found), ["_dmarc.a.test - -> \"v=DMARC1; p=none\""]);
    }

    #[test]
    fn a_record_out_of_place_is_moved() {
        let found = found("a.test TXT \"v=DMARC1; p=reject\"");
        assert_eq!((found.len(), found[0].rule, found[0].remedy.proven), (1, RuleId::DmarcRecordInvalid, Proven::Yes));
        let moved = ["_dmarc.a.test - -> \"v=DMARC1; p=reject\"", "a.test \"v=DMARC1; p=reject\" -> -"];
        assert_eq!(changes(&found[0]), moved);
    }

    #[test]
    fn of_several_records_the_mildest_stays() {
        // RFC 9989 §4.10.
        let found = found("_dmarc.a.test TXT \"v=DMARC1; p=reject\"\n_dmarc.a.test TXT \"v=DMARC1; p=none\"");
        assert_eq!((found.len(), found[0].remedy.proven), (1, Proven::Yes), "{found:?}");
        assert_eq!(changes(&found[0]), ["_dmarc.a.test \"v=DMARC1; p=reject\" -> -"]);
    }

    #[test]
    fn a_policy_that_is_none_is_mended() {
        // RFC 9989 §4.10.1: without a valid p and without rua no record applies.
        let found = found("_dmarc.a.test TXT \"v=DMARC1; p=rejct\"");
        assert_eq!((found.len(), found[0].rule, found[0].remedy.proven), (1, RuleId::DmarcRecordInvalid, Proven::Yes));
        assert_eq!(changes(&found[0]), ["_dmarc.a.test \"v=DMARC1; p=rejct\" -> \"v=DMARC1; p=reject\""]);
    }

    #[test]
    fn a_removed_tag_goes() {
        let found = found("_dmarc.a.test TXT \"v=DMARC1; p=none; ri=3600\"");
        assert_eq!((found.len(), found[0].rule, found[0].severity), (1, RuleId::DmarcRemovedTag, Severity::Note));
        assert_eq!((found[0].remedy.proven, found[0].remedy.changes.len()), (Proven::Yes, 1));
    }

    #[test]
    fn whoever_gets_reports_must_say_so() {
        // RFC 9990 §4.
        let found = found("_dmarc.a.test TXT \"v=DMARC1; p=none; rua=mailto:d@reports.example\"");
        assert_eq!((found.len(), found[0].severity), (1, Severity::Warning));
        assert_eq!(changes(&found[0]), ["a.test._report._dmarc.reports.example - -> \"v=DMARC1;\""]);
        assert_eq!(found[0].remedy.proven, Proven::Yes);
    }

    #[test]
    fn a_record_under_the_name_doubled_is_moved() {
        // RFC 9989 §4.5: the panel added the zone's name.
        let found = found("_dmarc.a.test.a.test TXT \"v=DMARC1; p=reject\"");
        assert_eq!((found.len(), found[0].rule, found[0].remedy.proven), (1, RuleId::DmarcRecordInvalid, Proven::Yes));
        let moved = ["_dmarc.a.test - -> \"v=DMARC1; p=reject\"", "_dmarc.a.test.a.test \"v=DMARC1; p=reject\" -> -"];
        assert_eq!(changes(&found[0]), moved);
    }

    #[test]
    fn a_wildcard_is_no_record_and_is_named() {
        // RFC 4592 §2.2, RULES 27.
        let wildcard = found("*.a.test TXT \"v=spf1 -all\"");
        let none = wildcard.iter().find(|found| found.rule == RuleId::DmarcNone).unwrap();
        assert_eq!(
            (changes(none), none.remedy.proven),
            (vec!["_dmarc.a.test - -> \"v=DMARC1; p=none\"".into()], Proven::Yes)
        );
        let said = wildcard.iter().find(|found| found.rule == RuleId::DmarcRecordInvalid).unwrap();
        assert!(said.message.contains("is a wildcard's") && said.severity == Severity::Warning, "{said:?}");
        assert_eq!((said.evidence.len(), said.remedy.changes.len()), (2, 0));
        // A text that somebody put there can be deleted there.
        let own = found("_dmarc.a.test TXT \"v=spf1 -all\"");
        let said = own.iter().find(|found| found.rule == RuleId::DmarcRecordInvalid).unwrap();
        assert!(said.remedy.text.contains("delete it if it is no DMARC record"), "{said:?}");
        // A record beside which a wildcard stands is not the wildcard's.
        let beside = found("*.a.test TXT \"v=spf1 -all\"\n_dmarc.a.test TXT \"v=DMARC1; p=none\"");
        assert_eq!(beside, []);
    }

    #[test]
    fn a_failure_is_no_missing_record() {
        let mut zone: Zone = "a.test A 192.0.2.1".parse().unwrap();
        let query = Query::txt("_dmarc.a.test".parse().unwrap());
        zone.fail(query.clone(), DnsError::Timeout);
        let report = Diagnosis::of("a.test".parse().unwrap()).lists(&[]).in_zone(&zone);
        assert!(report.findings().iter().all(|found| !found.rule.as_str().starts_with("dmarc.")), "{report}");
        assert!(report.unknown().iter().any(|open| open.queries() == [query.clone()]), "{report}");
    }
}
