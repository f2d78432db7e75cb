//! The SPF records that a diagnosis proposes: rewrites, each with its proof for every sender.

use std::sync::{Arc, Mutex, PoisonError};

use super::finding::{Change, Finding, Remedy, sentence};
use crate::dns::{Answer, Answers, Check, Known, Needed, Overlay, Query, Reading, RecordData, Step, Text};
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

    /// As few changes as bring every path within the limit of look-ups (RFC 7208 §4.6.4).
    pub(super) fn few_lookups(domain: &DomainName) -> Self {
        Self { aim: Aim::FewLookups, ..Self::leaner(domain) }
    }

    /// As few changes as bring every path within the limit of void look-ups.
    pub(super) fn few_void_lookups(domain: &DomainName) -> Self {
        Self { aim: Aim::FewVoidLookups, ..Self::leaner(domain) }
    }

    /// First what decides nothing goes; then own names become addresses.
    fn leaner(domain: &DomainName) -> Self {
        let pruned = Rewriter::of(domain.clone()).prune();
        Self { ways: vec![pruned.clone(), pruned.flatten_own()], ..Self::of(domain, Rewriter::of(domain.clone())) }
    }
}

/// Makes the rewrites that findings wish for.
pub(super) struct Proposer<'a> {
    pub(super) memory: &'a Memory,
    /// What is known, unobserved.
    pub(super) asked: &'a dyn Known,
    /// The same; what is read of it becomes evidence.
    pub(super) known: &'a dyn Known,
}

/// A rewrite, or why none is proposed.
type Proposal = Result<Rewrite, String>;

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
            if let Some((_, Some(proposal))) = &last {
                write_into(&mut finding.remedy, proposal);
            }
        }
    }

    fn grant(&self, wish: &Wish) -> Step<Proposal> {
        let mut why = String::new();
        for way in &wish.ways {
            let lacks = match self.memory.rewrite(way, self.asked, self.known) {
                Step::Need(needed) => return Step::Need(needed),
                Step::Done(Err(refusal)) => refusal.to_string(),
                Step::Done(Ok(rewrite)) => match self.lacks(wish, &rewrite) {
                    Step::Need(needed) => return Step::Need(needed),
                    Step::Done(None) => return Step::Done(Ok(rewrite)),
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
            // DESIGN: where there is an error now, such a record fails mail that nothing fails yet.
            return Step::Done(Some("what is left of the record would authorize nobody".to_owned()));
        }
        let (limit, tree) = match wish.aim {
            Aim::Done if rewrite.changes().is_empty() => {
                return Step::Done(Some("the record already says so".to_owned()));
            }
            Aim::Done => return Step::Done(None),
            _ if matches!(rewrite.proof(), Proof::Refuted { .. }) => {
                return Step::Done(Some(in_words(rewrite.proof())));
            }
            Aim::FewLookups => ("look-ups", Tree::of(wish.domain.clone())),
            Aim::FewVoidLookups => ("void look-ups", Tree::of(wish.domain.clone()).with_hosts()),
        };
        let mut after = Overlay::on(self.known);
        if let Err(missing) = rewrite.changes().iter().try_for_each(|change| change.lay(&mut after)) {
            return Step::Need(Needed::in_order([missing]).unwrap_or_default());
        }
        let tree = match tree.step(&after) {
            Step::Need(needed) => return Step::Need(needed),
            Step::Done(tree) => tree,
        };
        let (standing, count) = match wish.aim {
            Aim::FewVoidLookups => (tree.void_standing(), tree.void_lookups()),
            _ => (tree.standing(), tree.lookups()),
        };
        let lacks = format!(
            "without what decides nothing, and with addresses in place of {}'s own names, it still takes {count} {limit} in the \
             worst case",
            wish.domain
        );
        Step::Done((standing == Standing::Over).then_some(lacks))
    }
}

fn write_into(remedy: &mut Remedy, proposal: &Proposal) {
    let rewrite = match proposal {
        Ok(rewrite) => rewrite,
        Err(why) => {
            remedy.text.extend([" No record is proposed here: ", why, "."]);
            return;
        }
    };
    remedy.changes = rewrite.changes().iter().flat_map(changes).collect();
    if rewrite.changes().iter().any(|change| change.new.len() > LONG_RECORD) {
        // RFC 7208 §3.4: the answer should fit into 512 octets.
        remedy.text.push_str(
            " The record gets over 450 octets, which not every receiver reads (RFC 7208 §3.4): name networks in place of \
             addresses, or move terms to an include.",
        );
    }
    remedy.text.push(' ');
    remedy.text.push_str(&sentence(in_words(rewrite.proof())));
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

#[derive(Clone, Debug)]
struct Remembered {
    rewriter: Rewriter,
    read: Answers,
    outcome: Result<Rewrite, Refusal>,
}

impl Memory {
    fn rewrite(&self, rewriter: &Rewriter, asked: &dyn Known, known: &dyn Known) -> Step<Result<Rewrite, Refusal>> {
        if let Some(found) = self.find(rewriter, asked) {
            // What it rests on is evidence here too.
            let missing = found.read.iter().find_map(|(query, _)| known.get(query).err());
            return match Needed::in_order(missing) {
                Some(needed) => Step::Need(needed),
                None => Step::Done(found.outcome.clone()),
            };
        }
        let reading = Reading::new(known);
        let outcome = match rewriter.step(&reading) {
            Step::Need(needed) => return Step::Need(needed),
            Step::Done(outcome) => outcome,
        };
        self.keep(Remembered { rewriter: rewriter.clone(), read: reading.into_answers(), outcome: outcome.clone() });
        Step::Done(outcome)
    }

    fn find(&self, rewriter: &Rewriter, asked: &dyn Known) -> Option<Arc<Remembered>> {
        let remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let is_known = |(query, was): (&Query, &Answer)| asked.get(query).is_ok_and(|now| now == *was);
        let same = |one: &Arc<Remembered>| one.rewriter == *rewriter && one.read.iter().all(is_known);
        remembered.into_iter().find(same)
    }

    fn keep(&self, one: Remembered) {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MAX_REMEMBERED {
            remembered.remove(0);
        }
        remembered.push(Arc::new(one));
    }
}
