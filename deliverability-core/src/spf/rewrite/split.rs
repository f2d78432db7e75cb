//! A record spread over several names to fit into answers (RFC 7208 §3.3, §3.4).

use super::super::record::{DomainSpec, Mechanism, Qualifier};
use super::draft::Part;
use super::plan::{Halt, Plan, asked};
use super::refusal::Refusal;
use crate::dns::{Query, RecordData, Text};
use crate::domain::DomainName;

/// How large the answer with a record may become.
///
/// Strings never pass 255 octets: a longer record is cut into several (RFC 7208 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AnswerSize {
    octets: usize,
}

impl AnswerSize {
    /// 512 octets: what reaches every resolver over UDP (RFC 1035 §2.3.4, RFC 7208 §3.4).
    pub const CLASSIC: Self = Self { octets: 512 };
    /// 1,232 octets: the largest answer that today's servers send over UDP by default, set on DNS
    /// Flag Day 2020.
    pub const UDP: Self = Self { octets: 1232 };

    /// A budget of one's own; at least that of [`AnswerSize::CLASSIC`].
    pub const fn of(octets: usize) -> Self {
        if octets < 512 { Self::CLASSIC } else { Self { octets } }
    }

    /// The budget in octets.
    pub const fn octets(self) -> usize {
        self.octets
    }
}

/// Header, type and class of the question, and the OPT record of EDNS (RFC 1035 §4.1, RFC 6891 §6.1.2).
const MESSAGE: usize = 12 + 4 + 11;
/// Pointer to the name, type, class, TTL and length (RFC 1035 §4.1.3, §4.1.4).
const RECORD: usize = 2 + 2 + 2 + 4 + 2;
/// Most names to look at for free ones.
const MAX_NAMES: usize = 40;

impl Plan<'_> {
    /// Moves runs of terms into records of their own, the longest first, until the answer fits.
    pub(super) fn split(&mut self, budget: AnswerSize) -> Result<(), Halt> {
        let mut number = 0;
        while self.octets() > budget.octets {
            let Some((start, end)) = self.longest_run() else {
                return Err(Refusal::TooLarge { octets: self.octets(), limit: budget.octets }.into());
            };
            let run: Vec<Part> = self.draft.parts.get(start..end).unwrap_or_default().to_vec();
            let includes = self.move_out(&run, budget, &mut number)?;
            for _ in start.saturating_add(1)..end {
                self.draft.replace(start.saturating_add(1), Vec::new());
            }
            self.draft.replace(start, includes);
        }
        Ok(())
    }

    /// Writes the run into as few further records as it takes; gives the includes in its place.
    fn move_out(&mut self, run: &[Part], budget: AnswerSize, number: &mut usize) -> Result<Vec<Part>, Halt> {
        let qualifier = run.first().and_then(Part::as_directive).map_or(Qualifier::Pass, |d| d.qualifier);
        let mut includes = Vec::new();
        let mut rest = run;
        while !rest.is_empty() {
            let name = self.free_name(number)?;
            let fits = |count: &usize| {
                let record = record_of(rest.get(..*count).unwrap_or_default());
                answer_octets(&name, &[], &record) <= budget.octets
            };
            // Written so that the last one may be short; a single term always fits 512 octets or fails here.
            let Some(count) = (1..=rest.len()).rev().find(fits) else {
                return Err(Refusal::TooLarge { octets: self.octets(), limit: budget.octets }.into());
            };
            let (now, later) = rest.split_at(count);
            self.further.push((name.clone(), record_of(now)));
            includes.push(Part::directive(qualifier, Mechanism::Include(DomainSpec::Name(name))));
            rest = later;
        }
        Ok(includes)
    }

    /// The next of `_spf1`, `_spf2`, ... below the domain that has no text.
    fn free_name(&self, number: &mut usize) -> Result<DomainName, Halt> {
        while *number < MAX_NAMES {
            *number += 1;
            let Ok(name) = self.domain.child(&format!("_spf{number}")) else { break };
            let answer = asked(self.known, &Query::txt(name.clone()))?;
            if answer.is_ok_and(|found| found.is_void()) {
                return Ok(name);
            }
        }
        Err(Refusal::TooLarge { octets: self.octets(), limit: 0 }.into())
    }

    /// The octets of the answer with the domain's texts.
    fn octets(&self) -> usize {
        answer_octets(self.domain, self.others(), &self.draft.to_string())
    }

    /// The longest run of directives with one qualifier that mean the same in any record: more
    /// than the include that takes its place.
    fn longest_run(&self) -> Option<(usize, usize)> {
        let parts = &self.draft.parts;
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for n in (0..parts.len()).filter(|n| parts.get(*n).is_some_and(|part| self.is_movable(part))) {
            let qualifier = |n: usize| parts.get(n).and_then(Part::as_directive).map(|d| d.qualifier);
            match runs.last_mut() {
                Some((_, end)) if *end == n && qualifier(n) == qualifier(n.saturating_sub(1)) => *end = n + 1,
                _ => runs.push((n, n + 1)),
            }
        }
        let octets = |(start, end): &(usize, usize)| -> usize {
            parts.get(*start..*end).unwrap_or_default().iter().map(|part| part.text.len().saturating_add(1)).sum()
        };
        let include = "include:_spf99.".len().saturating_add(self.domain.to_string().len()).saturating_add(1);
        runs.into_iter().max_by_key(octets).filter(|run| octets(run) > include)
    }

    /// Whether a directive means the same in a record of another name.
    fn is_movable(&self, part: &Part) -> bool {
        let Some(directive) = part.as_directive() else { return false };
        match &directive.mechanism {
            // What a split moved out stays there.
            Mechanism::Include(DomainSpec::Name(name)) => !self.further.iter().any(|(further, _)| further == name),
            Mechanism::Ip4(_)
            | Mechanism::Ip6(_)
            | Mechanism::Exists(DomainSpec::Name(_))
            | Mechanism::A { domain_spec: Some(DomainSpec::Name(_)), .. }
            | Mechanism::Mx { domain_spec: Some(DomainSpec::Name(_)), .. } => true,
            _ => false,
        }
    }
}

/// A record in which the parts pass; in an include, `-all` is no match (RFC 7208 §5.2).
fn record_of(parts: &[Part]) -> String {
    let terms: Vec<&str> = parts.iter().map(Part::unqualified).collect();
    format!("v=spf1 {} -all", terms.join(" "))
}

/// The octets of a DNS message that answers for the texts at a name.
fn answer_octets(name: &DomainName, others: &[RecordData], record: &str) -> usize {
    let wire = |text: &Text| text.strings().map(|string| string.len().saturating_add(1)).sum::<usize>();
    let others = others.iter().map(|data| match data {
        RecordData::Txt(text) => wire(text).saturating_add(RECORD),
        _ => 0,
    });
    let owner: usize = name.labels().map(|label| label.len().saturating_add(1)).sum::<usize>().saturating_add(1);
    let own = wire(&Text::from(record)).saturating_add(RECORD);
    others.fold(MESSAGE.saturating_add(owner).saturating_add(own), usize::saturating_add)
}
