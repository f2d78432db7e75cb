//! A sender authorized at the right place.

use super::super::record::Qualifier;
use super::draft::Part;
use super::explore::{Stop, World, deciding_term, explore};
use super::plan::{Halt, Plan};
use super::sender::Sender;
use crate::dns::Known;
use crate::result::SpfResult;

impl Plan<'_> {
    /// Adds terms for the senders as late as they still pass: in front of the first term that
    /// decides against one of them. Nothing is added where all of them pass already.
    pub(super) fn add(&mut self, senders: &[Sender]) -> Result<(), Halt> {
        let parts: Vec<Part> =
            senders.iter().map(|sender| Part::directive(Qualifier::Pass, sender.mechanism())).collect();
        let place = self.place(&parts)?;
        self.added.extend(parts.iter().cloned());
        if let Some(at) = place {
            self.draft.insert(at, parts);
        }
        Ok(())
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
