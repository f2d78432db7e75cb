//! A sender authorized at the right place.

use super::super::record::{Qualifier, Record};
use super::draft::Part;
use super::explore::{Stop, World, deciding_term, explore};
use super::plan::{Halt, Plan};
use super::refusal::Refusal;
use super::sender::Sender;
use crate::dns::Known;
use crate::escaped::Escaped;
use crate::result::SpfResult;

impl Plan<'_> {
    /// Adds terms for the senders as late as they still pass: in front of the first term that
    /// decides against one of them. Nothing is added where all of them pass already.
    pub(super) fn add(&mut self, senders: &[Sender]) -> Result<(), Halt> {
        let parts: Vec<Part> = senders.iter().map(term_of).collect::<Result<_, _>>()?;
        for (sender, part) in senders.iter().zip(&parts) {
            if matches!(sender, Sender::Host(_) | Sender::OwnHost | Sender::Include(_)) && !self.lets_pass(part)? {
                return Err(Refusal::AuthorizesNobody { term: part.text.clone() }.into());
            }
        }
        let place = self.place(&parts)?;
        self.added.extend(parts.iter().cloned());
        if let Some(at) = place {
            self.draft.insert(at, parts);
        }
        Ok(())
    }

    /// Whether anybody passes by the term alone, as far as can be told.
    fn lets_pass(&self, part: &Part) -> Result<bool, Halt> {
        let alone = self.with_only(core::slice::from_ref(part));
        let mut passes = false;
        let explored = explore(self.domain, &[World::new(&alone)], &mut |_, evaluations| {
            passes |= evaluations.iter().any(|evaluation| evaluation.result() == SpfResult::Pass);
            Ok(())
        });
        match explored {
            Err(Stop::Need(needed)) => Err(needed.into()),
            Err(_) => Ok(true),
            Ok(_) => Ok(passes),
        }
    }

    fn place(&self, parts: &[Part]) -> Result<Option<usize>, Halt> {
        let (now, wanted) = (self.rewritten(), self.with_only(parts));
        let worlds = [World::new(&now as &dyn Known), World::new(&wanted)];
        let end = self.draft.parts.len();
        let mut place: Option<usize> = None;
        let explored = explore(self.domain, &worlds, &mut |_, evaluations| {
            if let [now, wanted] = evaluations
                && wanted.result() == SpfResult::Pass
                && now.result() != SpfResult::Pass
            {
                let decides = deciding_term(now).unwrap_or(end);
                place = Some(place.map_or(decides, |place| place.min(decides)));
            }
            Ok(())
        });
        match explored {
            Ok(_) => Ok(place),
            Err(Stop::Need(needed)) => Err(needed.into()),
            // Not all is known: in front of everything by which a sender may not pass.
            Err(_) => Ok(Some(self.draft.first_refusal())),
        }
    }
}

/// The term that authorizes the sender, if a record can hold it.
fn term_of(sender: &Sender) -> Result<Part, Refusal> {
    let part = Part::directive(Qualifier::Pass, sender.mechanism());
    let record = format!("v=spf1 {}", part.text);
    let is_read =
        Record::parse(record.as_bytes()).is_ok_and(|record| record.terms.iter().map(|t| &t.kind).eq([&part.kind]));
    if is_read { Ok(part) } else { Err(Refusal::NotWritable { record: Escaped(record.as_bytes()).to_string() }) }
}
