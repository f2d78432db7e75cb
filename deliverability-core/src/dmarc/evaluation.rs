//! What receivers make of a message (RFC 9989 §5.3).

use std::collections::HashSet;

use super::alignment::{AlignedIdentifier, Alignment, are_related, mode};
use super::cause::Cause;
#[cfg(feature = "psl")]
use super::disagreement::{self, Disagreement};
use super::identities::{Identifier, Identities, MAX_IDENTIFIERS};
use super::policy_discovery::{Decision, Discovered, decide, discover, existence_query};
use super::record::{AlignmentMode, Record};
use super::standing::Rules;
use super::survey::{Found, Level, Survey};
use super::tree_walk::TreeWalk;
use super::verdict::Verdict;
use crate::dns::{Check, Known, Query, Step, Ternary};
use crate::domain::DomainName;
use crate::result::DmarcResult;

/// The evaluation of a message by its identities, under RFC 9989 and, with feature `psl`, under RFC 7489.
///
/// All its queries are known beforehand, so it takes one round.
///
/// ```
/// use deliverability_core::{Check, DmarcResult, SpfResult, dns::Zone, dmarc::{Evaluation, Identities, Policy, TagName}};
///
/// let zone: Zone = r#"_dmarc.example.org TXT "v=DMARC1; p=none; sp=reject""#.parse()?;
/// let identities = Identities::new("news.example.org".parse()?).spf(SpfResult::Pass, "mail.example.net".parse()?);
/// let outcome = Evaluation::of(identities).in_zone(&zone);
///
/// let verdict = outcome.rfc9989();
/// assert_eq!((verdict.result(), verdict.requested()), (DmarcResult::Fail, Some(Policy::Reject)));
/// let decision = verdict.decision().unwrap();
/// assert_eq!((decision.tag(), decision.span().of(decision.text())), (TagName::Sp, &b"sp=reject"[..]));
/// assert!(verdict.to_string().contains("what passed SPF or DKIM is not aligned with the author domain"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    identities: Identities,
}

impl Evaluation {
    /// The evaluation of a message with these identities, or of what has them.
    pub fn of(identities: impl Into<Identities>) -> Self {
        Self { identities: identities.into() }
    }
}

impl Check for Evaluation {
    type Outcome = Outcome;

    fn step(&self, known: &dyn Known) -> Step<Outcome> {
        let survey = Survey::new(known);
        let outcome = Outcome::of(&self.identities, &survey);
        match survey.needed() {
            Some(needed) => Step::Need(needed),
            None => Step::Done(outcome),
        }
    }
}

/// What receivers make of a message, under each set of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    identities: Identities,
    walk: TreeWalk,
    rfc9989: Verdict,
    #[cfg(feature = "psl")]
    rfc7489: Verdict,
}

impl Outcome {
    fn of(identities: &Identities, survey: &Survey<'_>) -> Self {
        let walk = TreeWalk::walk(identities.author_domain(), survey);
        let rfc9989 = evaluate(identities, &walk, survey);
        #[cfg(feature = "psl")]
        let rfc7489 = super::rfc7489::evaluate(identities, survey);
        Self {
            identities: identities.clone(),
            walk,
            rfc9989,
            #[cfg(feature = "psl")]
            rfc7489,
        }
    }

    /// What was judged.
    pub const fn identities(&self) -> &Identities {
        &self.identities
    }

    /// The result under RFC 9989.
    pub const fn result(&self) -> DmarcResult {
        self.rfc9989.result
    }

    /// The verdict of receivers that follow RFC 9989.
    pub const fn rfc9989(&self) -> &Verdict {
        &self.rfc9989
    }

    /// The verdict of receivers still on RFC 7489, with the public suffix list. Feature `psl`.
    #[cfg(feature = "psl")]
    pub const fn rfc7489(&self) -> &Verdict {
        &self.rfc7489
    }

    /// Where the two sets of rules part, and why; empty if nothing differs. Feature `psl`.
    #[cfg(feature = "psl")]
    pub fn disagreements(&self) -> Vec<Disagreement> {
        disagreement::between(self)
    }

    /// The tree walk from the author domain.
    pub const fn walk(&self) -> &TreeWalk {
        &self.walk
    }

    /// The queries that the verdict under RFC 9989 rests on, each once, in the order asked.
    pub fn queries(&self) -> Vec<&Query> {
        let identifiers = self.rfc9989.identifiers().iter().filter_map(AlignedIdentifier::walk);
        let existence = self.rfc9989.decision().and_then(Decision::existence_query);
        let all = self.walk.queries().chain(existence).chain(identifiers.flat_map(TreeWalk::queries));
        let mut seen = HashSet::new();
        all.filter(|query| seen.insert(*query)).collect()
    }
}

/// RFC 9989 §5.3.2 to §5.3.6.
fn evaluate(identities: &Identities, walk: &TreeWalk, survey: &Survey<'_>) -> Verdict {
    let mut aligner = Aligner { walk, survey, settled: survey.is_complete(), walks: 0 };
    let author = identities.author_domain();
    let level = match discover(walk) {
        Discovered::Record(level) => level,
        other => {
            // The record of a parent may still come, relaxed and with `np`.
            if !aligner.settled {
                let _ = existence(author, survey);
                aligner.align(identities, &Record::default());
            }
            return without_record(other, walk);
        }
    };
    let decision = decide(&level, author, Rules::Rfc9989, || existence(author, survey));
    let record = level.reading().map(|reading| reading.record().clone()).unwrap_or_default();
    let identifiers = aligner.align(identities, &record);
    let (result, cause) = judge(&identifiers);
    Verdict {
        rules: Rules::Rfc9989,
        result,
        cause,
        decision,
        testing: record.t,
        percentage: None,
        organization: walk.organizational_domain().ok().cloned(),
        identifiers,
    }
}

/// RFC 9989 §4.10.1: no record means no DMARC, a failed query means neither.
fn without_record(discovered: Discovered, walk: &TreeWalk) -> Verdict {
    let (result, cause) = match discovered {
        Discovered::Unknown(query, error) => (DmarcResult::Temperror, Cause::Dns { query, error }),
        Discovered::Ignored(level, tag) => {
            (DmarcResult::None, Cause::RecordIgnored { query: level.query().clone(), tag })
        }
        Discovered::Record(_) | Discovered::Nothing => (DmarcResult::None, no_record(walk.levels())),
    };
    Verdict::without_record(Rules::Rfc9989, result, cause, walk.organizational_domain().ok().cloned())
}

impl Verdict {
    pub(super) const fn without_record(
        rules: Rules,
        result: DmarcResult,
        cause: Cause,
        organization: Option<DomainName>,
    ) -> Self {
        Self {
            rules,
            result,
            cause,
            decision: None,
            testing: false,
            percentage: None,
            organization,
            identifiers: Vec::new(),
        }
    }
}

/// Why no record applies.
pub(super) fn no_record<'a>(mut levels: impl Iterator<Item = &'a Level>) -> Cause {
    let several = levels.find_map(|level| match level.found() {
        Found::Several { count } => Some((level.query().clone(), *count)),
        _ => None,
    });
    several.map_or(Cause::NoRecord, |(query, count)| Cause::SeveralRecords { query, count })
}

/// RFC 9989 §3.2.13: a name does not exist if a query for it, of any type, gives NXDOMAIN.
fn existence(name: &DomainName, survey: &Survey<'_>) -> Ternary {
    match survey.answer(&existence_query(name)) {
        None => Ternary::Yes,
        Some(Ok(response)) => Ternary::from(!(response.is_nxdomain() && response.aliases().is_empty())),
        Some(Err(error)) => Ternary::Unknown(error),
    }
}

/// Finds the alignment of identifiers, one walk each where it takes one.
struct Aligner<'a> {
    walk: &'a TreeWalk,
    survey: &'a Survey<'a>,
    /// The author's walk is known to its end: an organization it gives is not a guess.
    settled: bool,
    walks: usize,
}

impl Aligner<'_> {
    fn align(&mut self, identities: &Identities, record: &Record) -> Vec<AlignedIdentifier> {
        let one = |identifier: &Identifier| {
            let mode = mode(record, identifier.mechanism);
            let (alignment, walk) = self.alignment(&identifier.domain, mode);
            let organization = walk.as_ref().and_then(|walk| walk.organizational_domain().ok()).cloned();
            AlignedIdentifier { identifier: identifier.clone(), mode, alignment, organization, walk }
        };
        identities.identifiers().iter().map(one).collect()
    }

    /// RFC 9989 §4.10.2, for one identifier.
    fn alignment(&mut self, domain: &DomainName, mode: AlignmentMode) -> (Alignment, Option<TreeWalk>) {
        // "All the same domain, and there is a DMARC Policy Record": no walk is needed.
        if domain == self.walk.start() {
            return (Alignment::Same, None);
        }
        if mode == AlignmentMode::Strict || !are_related(domain, self.walk.start()) {
            return (Alignment::No, None);
        }
        // An organization that has both names is above both: a name beside the author's has another one.
        let ours = self.walk.organizational_domain();
        if self.settled && ours.is_ok_and(|organization| !domain.is_within(organization)) {
            return (Alignment::No, None);
        }
        self.walks += 1;
        if self.walks > MAX_IDENTIFIERS {
            return (Alignment::Unexamined, None);
        }
        let its = TreeWalk::walk(domain, self.survey);
        if let Some((query, error)) = self.walk.failed().or_else(|| its.failed()) {
            return (Alignment::Unknown { query: query.clone(), error: error.clone() }, Some(its));
        }
        let is_same = ours.is_ok() && its.organizational_domain() == ours;
        (if is_same { Alignment::Relaxed } else { Alignment::No }, Some(its))
    }
}

/// RFC 9989 §5.3.5, §5.3.6: pass if one is aligned; neither pass nor fail if that is not known.
pub(super) fn judge(identifiers: &[AlignedIdentifier]) -> (DmarcResult, Cause) {
    let of = |found: &AlignedIdentifier| (found.identifier.mechanism, found.identifier.domain.clone());
    if let Some((mechanism, domain)) = identifiers.iter().find(|found| found.makes_pass()).map(of) {
        return (DmarcResult::Pass, Cause::Aligned { mechanism, domain });
    }
    let failed = |found: &&AlignedIdentifier| !found.identifier.passed && found.alignment != Alignment::No;
    if let Some((mechanism, domain)) = identifiers.iter().find(failed).map(of) {
        return (DmarcResult::Temperror, Cause::Authentication { mechanism, domain });
    }
    let open = identifiers.iter().find_map(|found| match &found.alignment {
        Alignment::Unknown { query, error } => Some(Cause::Dns { query: query.clone(), error: error.clone() }),
        _ => None,
    });
    if let Some(cause) = open {
        return (DmarcResult::Temperror, cause);
    }
    if identifiers.iter().any(|found| found.alignment == Alignment::Unexamined) {
        return (DmarcResult::Permerror, Cause::TooManyIdentifiers);
    }
    let nothing_passed = !identifiers.iter().any(|found| found.identifier.passed);
    (DmarcResult::Fail, if nothing_passed { Cause::NotAuthenticated } else { Cause::NotAligned })
}
