//! The SPF records that a diagnosis proposes: rewrites, each with its proof for every sender.

use core::cell::RefCell;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::finding::{Change, Finding, Remedy, sentence};
use crate::dns::{Answer, Check, Known, Needed, Overlay, Query, RecordData, Step, Text};
use crate::domain::DomainName;
use crate::spf::{Mechanism, Proof, Qualifier, Record, RecordChange, Refusal, Rewrite, Rewriter, Standing, Tree};

/// Octets of a record that still fits into a small answer (RFC 7208 §3.4).
const LONG_RECORD: usize = 450;
/// Most rewrites that are remembered: more than one diagnosis makes.
const MAX_REMEMBERED: usize = 12;

/// What is wanted of an SPF record: rewrites in the order of preference, and what one must reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    domain: DomainName,
    ways: Vec<Rewriter>,
    aim: Aim,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// What the rewrite says.
    Done,
    /// That those who pass by a term no longer do.
    TakenOut,
    /// No path with too many look-ups.
    FewLookups,
    /// No path with too many void look-ups.
    FewVoidLookups,
}

impl Wish {
    /// This rewrite.
    pub(super) fn of(domain: &DomainName, way: Rewriter) -> Self {
        Self { domain: domain.clone(), ways: vec![way], aim: Aim::Done }
    }

    /// The record without a term, so that who passes by it no longer does.
    #[cfg_attr(not(feature = "verify"), expect(dead_code, reason = "only a message shows who is to be taken out"))]
    pub(super) fn taking_out(domain: &DomainName, term: String) -> Self {
        Self { aim: Aim::TakenOut, ..Self::of(domain, Rewriter::of(domain.clone()).remove(term)) }
    }

    /// As few changes as bring every path within the limit of look-ups (RFC 7208 §4.6.4).
    pub(super) fn few_lookups(domain: &DomainName) -> Self {
        Self { aim: Aim::FewLookups, ..Self::leaner(domain) }
    }

    /// As few changes as bring every path within the limit of void look-ups.
    pub(super) fn few_void_lookups(domain: &DomainName) -> Self {
        Self { aim: Aim::FewVoidLookups, ..Self::leaner(domain) }
    }

    /// First what decides nothing goes; then own names become addresses too.
    fn leaner(domain: &DomainName) -> Self {
        let pruned = Rewriter::of(domain.clone()).prune();
        Self { ways: vec![pruned.clone(), pruned.flatten_own()], ..Self::of(domain, Rewriter::of(domain.clone())) }
    }
}

/// Makes the rewrites that findings wish for.
pub(super) struct Proposer<'a> {
    pub(super) memory: &'a Memory,
    pub(super) known: &'a dyn Known,
}

/// A rewrite and the number of its way, or why none is proposed.
type Proposal = Result<(usize, Rewrite), String>;

impl Proposer<'_> {
    /// Turns every wish into changes and words. What is needed for that is added to `needed`; the
    /// remedy is then left as it is.
    pub(super) fn propose(&self, findings: &mut [Finding], needed: &mut Needed) {
        // The addresses that one record refuses share their wish: it is granted once.
        let mut last: Option<(Wish, Option<Proposal>)> = None;
        for finding in findings {
            let Some(wish) = finding.wish.take() else { continue };
            if last.as_ref().is_none_or(|(of, _)| *of != wish) {
                let proposal = self.grant(&wish).or_need(needed);
                last = Some((wish, proposal));
            }
            if let Some((wish, Some(proposal))) = &last {
                write_into(&mut finding.remedy, wish.aim, proposal);
            }
        }
    }

    fn grant(&self, wish: &Wish) -> Step<Proposal> {
        let mut why = String::new();
        for (n, way) in wish.ways.iter().enumerate() {
            let lacks = match self.memory.rewrite(way, self.known) {
                Step::Need(needed) => return Step::Need(needed),
                Step::Done(Err(refusal)) => refusal.to_string(),
                Step::Done(Ok(rewrite)) => match self.lacks(wish, &rewrite) {
                    Step::Need(needed) => return Step::Need(needed),
                    Step::Done(None) => return Step::Done(Ok((n, rewrite))),
                    Step::Done(Some(lacks)) => lacks,
                },
            };
            why = lacks;
        }
        Step::Done(Err(why))
    }

    /// What keeps a rewrite from being proposed.
    fn lacks(&self, wish: &Wish, rewrite: &Rewrite) -> Step<Option<String>> {
        if let Some(own) = rewrite.changes().first()
            && names_nobody(&own.new)
            && !keeps_all(rewrite.proof())
        {
            // Where there is an error now, such a record fails mail that nothing fails yet.
            return Step::Done(Some("what is left of the record would authorize nobody".to_owned()));
        }
        match (wish.aim, rewrite.proof()) {
            (Aim::Done | Aim::TakenOut, _) if rewrite.changes().is_empty() => {
                Step::Done(Some("the record already says so".to_owned()))
            }
            (Aim::Done | Aim::TakenOut, _) => Step::Done(None),
            (_, refuted @ Proof::Refuted { .. }) => Step::Done(Some(in_words(refuted))),
            _ => self.is_over(wish, rewrite),
        }
    }

    /// Whether some path is still over the limit that is aimed at.
    fn is_over(&self, wish: &Wish, rewrite: &Rewrite) -> Step<Option<String>> {
        let mut after = Overlay::on(self.known);
        if let Err(missing) = rewrite.changes().iter().try_for_each(|change| change.lay(&mut after)) {
            return Step::Need(Needed::in_order([missing]).unwrap_or_default());
        }
        let tree = match Tree::of(wish.domain.clone()).with_hosts().step(&after) {
            Step::Need(needed) => return Step::Need(needed),
            Step::Done(tree) => tree,
        };
        let (standing, count, what) = match wish.aim {
            Aim::FewVoidLookups => (tree.void_standing(), tree.void_lookups(), "void look-ups"),
            _ => (tree.standing(), tree.lookups(), "look-ups"),
        };
        let domain = &wish.domain;
        Step::Done(if standing == Standing::Over {
            Some(format!(
                "without what decides nothing, and with addresses in place of {domain}'s own names, it still takes {count} \
                 {what} in the worst case"
            ))
        } else if rewrite.changes().is_empty() {
            Some("where its terms lead depends on who sends".to_owned())
        } else {
            None
        })
    }
}

fn write_into(remedy: &mut Remedy, aim: Aim, proposal: &Proposal) {
    let (n, rewrite) = match proposal {
        Ok((n, rewrite)) => (*n, rewrite),
        Err(why) => {
            remedy.text.extend([" No record is proposed here: ", why, "."]);
            return;
        }
    };
    remedy.changes.extend(rewrite.changes().iter().flat_map(changes));
    if rewrite.changes().iter().any(|change| change.new.len() > LONG_RECORD) {
        // RFC 7208 §3.4: the answer should fit into 512 octets.
        remedy.text.push_str(
            " The record gets over 450 octets, which not every receiver reads (RFC 7208 §3.4): name networks in place of \
             addresses, or move terms to an include.",
        );
    }
    if n > 0 {
        let copied = " It holds the addresses that hosts of your own have today: when one moves, change it too.";
        remedy.text.push_str(copied);
    }
    remedy.text.push(' ');
    remedy.text.push_str(&sentence(match (aim, rewrite.proof()) {
        (Aim::TakenOut, Proof::Refuted { difference }) => {
            format!(
                "the SPF change is meant to fail {} ({}), and fails whoever else passes by that term alone",
                difference.ip, difference.after
            )
        }
        (_, proof) => in_words(proof),
    }));
    remedy.proof = Some(rewrite.proof().clone());
}

/// A proof as a remedy tells it.
fn in_words(proof: &Proof) -> String {
    match proof {
        Proof::Proven { .. } => proof.to_string(),
        Proof::Unproven { why } => format!("not proven for every sender: {why}"),
        Proof::Refuted { difference } => format!("not every sender keeps its verdict: {difference}"),
    }
}

/// One record in place of all that stand there.
fn changes(change: &RecordChange) -> Vec<Change> {
    let new = RecordData::Txt(Text::from(change.new.as_str()));
    let old = |bytes: &Arc<[u8]>| RecordData::Txt(Text::new(Arc::clone(bytes)));
    let Some((first, rest)) = change.old.split_first() else { return vec![Change::add(change.name.clone(), new)] };
    let replaced = Change::replace(change.name.clone(), old(first), new);
    let deleted = rest.iter().map(|bytes| Change::delete(change.name.clone(), old(bytes)));
    core::iter::once(replaced).chain(deleted).collect()
}

/// Whether no term of a record lets anybody pass.
fn names_nobody(record: &str) -> bool {
    let Ok(record) = Record::parse(record.as_bytes()) else { return false };
    let names = record.directives().any(|d| d.qualifier == Qualifier::Pass && d.mechanism != Mechanism::All);
    !names && record.redirect().is_none()
}

/// Whether it is proven that every single verdict stays.
const fn keeps_all(proof: &Proof) -> bool {
    matches!(proof, Proof::Proven { repaired: 0, .. })
}

/// Rewrites made before, by the answers they rest on: a diagnosis is stepped through at every
/// answer that arrives, and a proof takes longer than all else together.
///
/// It changes no outcome: the same answers give the same rewrite.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(Arc<Mutex<Vec<Arc<Remembered>>>>);

#[derive(Debug)]
struct Remembered {
    rewriter: Rewriter,
    /// In the order read: with the same answers so far, the next query is one that has to be asked
    /// in any case.
    read: Vec<(Query, Answer)>,
    outcome: Result<Rewrite, Refusal>,
}

impl Memory {
    fn rewrite(&self, rewriter: &Rewriter, known: &dyn Known) -> Step<Result<Rewrite, Refusal>> {
        if let Some(found) = self.find(rewriter, known) {
            return Step::Done(found.outcome.clone());
        }
        let reading = InOrder { known, read: RefCell::default(), seen: RefCell::default() };
        let outcome = match rewriter.step(&reading) {
            Step::Need(needed) => return Step::Need(needed),
            Step::Done(outcome) => outcome,
        };
        let read = reading.read.into_inner();
        self.keep(Remembered { rewriter: rewriter.clone(), read, outcome: outcome.clone() });
        Step::Done(outcome)
    }

    fn find(&self, rewriter: &Rewriter, known: &dyn Known) -> Option<Arc<Remembered>> {
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_known = |(query, was): &(Query, Answer)| known.get(query).is_ok_and(|now| now == *was);
        remembered.into_iter().find(|one| one.rewriter == *rewriter && one.read.iter().all(is_known))
    }

    fn keep(&self, one: Remembered) {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MAX_REMEMBERED {
            remembered.remove(0);
        }
        remembered.push(Arc::new(one));
    }
}

/// Notes every answer once, in the order read.
struct InOrder<'a> {
    known: &'a dyn Known,
    read: RefCell<Vec<(Query, Answer)>>,
    seen: RefCell<HashSet<Query>>,
}

impl Known for InOrder<'_> {
    fn get(&self, query: &Query) -> Result<Answer, Query> {
        let answer = self.known.get(query)?;
        if !self.seen.borrow().contains(query) {
            self.seen.borrow_mut().insert(query.clone());
            self.read.borrow_mut().push((query.clone(), answer.clone()));
        }
        Ok(answer)
    }
}
