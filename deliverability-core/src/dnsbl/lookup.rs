//! Asking many lists about one subject.

use core::net::IpAddr;

use super::catalogue::default_lists;
use super::health::{Health, Tested, settled};
use super::list::{List, TestPoint};
use super::query_name::{Subject, is_address_text};
use super::reason;
use super::response::{Code, ListAnswer};
use super::verdict::{Status, Verdict};
use crate::dns::{Answer, Check, DnsError, Known, Needed, Query, Step};
use crate::domain::DomainName;
use crate::network;

/// Asks lists about an address or a domain: one [`Verdict`] for each list that holds such
/// subjects, in order.
///
/// Without [`Lookup::lists`] it asks the [`default_lists`]. The question and the list's test points
/// go out in one round; TXT follows an entry that is believed.
///
/// ```
/// use deliverability_core::{Check, dns::Zone, dnsbl::{Kind, List, Lookup}};
///
/// let list = List::new("bl.example".parse()?, Kind::Ip).with_rfc_test_points();
/// // This list lists everything.
/// let zone: Zone = "*.bl.example A 127.0.0.2".parse()?;
/// let verdicts = Lookup::of("192.0.2.7".parse()?).lists(&[list]).in_zone(&zone);
/// assert!(!verdicts[0].is_listed());
/// assert_eq!(
///     verdicts[0].to_string(),
///     "bl.example: unknown: the list cannot be believed: its test point 127.0.0.1 must not be listed and is: \
///      the list may list everything",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    subject: Subject,
    parts: Vec<Part>,
}

/// One list and its question, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    list: List,
    question: Result<Query, String>,
}

/// What is not known yet, in the order wanted: questions, then test points, then texts.
#[derive(Default)]
pub(super) struct Missing {
    questions: Vec<Query>,
    points: Vec<Query>,
    texts: Vec<Query>,
}

impl Lookup {
    /// Asks about an address; an IPv4-mapped one as IPv4.
    pub fn of(ip: IpAddr) -> Self {
        Self::about(Subject::Ip(ip))
    }

    /// Asks about a domain or host name, as it is.
    pub fn of_domain(domain: DomainName) -> Self {
        Self::about(Subject::Domain(domain))
    }

    /// Asks these lists instead of the default ones; those that do not hold such subjects are left
    /// out.
    #[must_use]
    pub fn lists(self, lists: &[List]) -> Self {
        let fitting = lists.iter().filter(|list| list.kind().holds(&self.subject));
        let parts = fitting.map(|list| Part::new(list, &self.subject)).collect();
        Self { parts, ..self }
    }

    /// Asks one list, and does not look into the catalogue first.
    #[cfg(feature = "bulk")]
    pub(super) fn of_one(subject: Subject, list: &List) -> Self {
        Self { subject, parts: Vec::new() }.lists(core::slice::from_ref(list))
    }

    pub(super) fn about(subject: Subject) -> Self {
        let subject = match subject {
            Subject::Ip(ip) => Subject::Ip(network::canonical(ip)),
            domain @ Subject::Domain(_) => domain,
        };
        Self { subject, parts: Vec::new() }.lists(default_lists())
    }

    pub(super) const fn subject(&self) -> &Subject {
        &self.subject
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }
}

impl Check for Lookup {
    type Outcome = Vec<Verdict>;

    fn step(&self, known: &dyn Known) -> Step<Vec<Verdict>> {
        let mut missing = Missing::default();
        let verdicts =
            self.parts.iter().filter_map(|part| part.verdict(&self.subject, known, &mut missing).ok()).collect();
        missing.or_done(verdicts)
    }
}

impl Missing {
    /// Done with `outcome`, unless something is missing.
    pub(super) fn or_done<T>(self, outcome: T) -> Step<T> {
        let Self { questions, points, texts } = self;
        match Needed::in_order(questions.into_iter().chain(points).chain(texts)) {
            Some(needed) => Step::Need(needed),
            None => Step::Done(outcome),
        }
    }
}

/// Not known yet, and noted as missing.
pub(super) enum Pending {
    /// The answer of the list, or of its test points.
    Answer,
    /// The reason of an entry: the list does answer.
    Reason,
}

impl Part {
    fn new(list: &List, subject: &Subject) -> Self {
        Self { list: list.clone(), question: question(list, subject) }
    }

    pub(super) const fn list(&self) -> &List {
        &self.list
    }

    /// The verdict without asking, of a list that is left alone after the answer to `query`.
    pub(super) fn left_alone(&self, subject: &Subject, status: &Status, query: &Query) -> Verdict {
        match &self.question {
            Ok(question) => Verdict {
                left_alone: true,
                ..self.conclude(subject, status.clone(), question, query, vec![query.clone()])
            },
            Err(why) => self.not_asked(subject, why),
        }
    }

    pub(super) fn verdict(
        &self,
        subject: &Subject,
        known: &dyn Known,
        missing: &mut Missing,
    ) -> Result<Verdict, Pending> {
        let question = match &self.question {
            Ok(question) => question,
            Err(why) => return Ok(self.not_asked(subject, why)),
        };
        let mut evidence = Evidence { known, read: Vec::new() };
        let said = evidence.get(question, &mut missing.questions).map(|answer| self.list.decode(&answer));
        // A list that declined to answer is left alone: its test points are not asked.
        if let Some(status) = said.as_ref().ok().and_then(settled) {
            return Ok(self.conclude(subject, status, question, question, evidence.read));
        }
        // The test points go out beside the question, whatever its answer will be.
        let health = self.health(subject, &mut evidence, &mut missing.points);
        let (said, health) = (said?, health?);
        if let Some(doubt) = health.doubt(&said) {
            let shown_by = doubt.shown_by.unwrap_or(question);
            return Ok(self.conclude(subject, doubt.status, question, shown_by, evidence.read));
        }
        let status = match said {
            ListAnswer::Entry(codes) => self.listed(codes, question, &mut evidence, &mut missing.texts)?,
            _ => Status::NotListed,
        };
        Ok(self.conclude(subject, status, question, question, evidence.read))
    }

    fn health(
        &self,
        subject: &Subject,
        evidence: &mut Evidence<'_>,
        missing: &mut Vec<Query>,
    ) -> Result<Health<'_>, Pending> {
        let listed = evidence.test(&self.list, self.list.listed_point(subject), missing);
        let clean = evidence.test(&self.list, self.list.clean_point(subject), missing);
        Ok(Health { listed: listed?, clean: clean? })
    }

    /// RFC 5782 §2.1: the reason stands in TXT beside the entry.
    fn listed(
        &self,
        codes: Vec<Code>,
        question: &Query,
        evidence: &mut Evidence<'_>,
        missing: &mut Vec<Query>,
    ) -> Result<Status, Pending> {
        let text = evidence.get(&Query::txt(question.name.clone()), missing).map_err(|_| Pending::Reason)?;
        let reason = text.ok().and_then(|response| reason::from_texts(response.texts()));
        Ok(Status::Listed { codes, reason, delist: self.list.delist().map(str::to_owned) })
    }

    fn not_asked(&self, subject: &Subject, why: &str) -> Verdict {
        let zone = Query::a(self.list.zone().clone());
        self.conclude(subject, Status::Failed(DnsError::other(why)), &zone, &zone, Vec::new())
    }

    fn conclude(
        &self,
        subject: &Subject,
        status: Status,
        question: &Query,
        decided_by: &Query,
        read: Vec<Query>,
    ) -> Verdict {
        Verdict {
            list: self.list.clone(),
            subject: subject.clone(),
            status,
            question: question.clone(),
            decided_by: decided_by.clone(),
            read,
            left_alone: false,
        }
    }
}

/// The question for a subject, or why there is none.
pub(super) fn question(list: &List, subject: &Subject) -> Result<Query, String> {
    match subject {
        Subject::Domain(name) if is_address_text(name) => {
            Err(format!("{subject} is an address, and is not asked of a list of domains"))
        }
        _ => list
            .query(subject)
            .map_err(|_| format!("{subject} in front of {} makes no domain name that can be asked", list.zone())),
    }
}

/// Looks up and keeps what was read.
struct Evidence<'k> {
    known: &'k dyn Known,
    read: Vec<Query>,
}

impl Evidence<'_> {
    fn get(&mut self, query: &Query, missing: &mut Vec<Query>) -> Result<Answer, Pending> {
        match self.known.get(query) {
            Ok(answer) => {
                if !self.read.contains(query) {
                    self.read.push(query.clone());
                }
                Ok(answer)
            }
            Err(ask) => {
                missing.push(ask);
                Err(Pending::Answer)
            }
        }
    }

    /// The test point with its answer; nothing where the list has none.
    fn test<'p>(
        &mut self,
        list: &List,
        point: Option<&'p TestPoint>,
        missing: &mut Vec<Query>,
    ) -> Result<Option<Tested<'p>>, Pending> {
        let Some(point) = point else { return Ok(None) };
        let answer = self.get(&point.query, missing)?;
        Ok(Some(Tested::new(list, point, &answer)))
    }
}
