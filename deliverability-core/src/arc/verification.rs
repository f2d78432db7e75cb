//! The verification of a message's chain (RFC 8617 §5.2).

use super::judge::{self, Sealed};
use super::structure::{Slot, Structure};
use super::{Chain, Set};
use crate::dkim::{KeyLookup, KeyOutcome, Message};
use crate::dns::{Check, Known, Needed, Step};
use crate::domain::DomainName;

/// The verification of the Authenticated Received Chain of a message (experimental, RFC 8617).
///
/// Every seal and every message signature of the chain is judged, whatever failed before; a chain has
/// 50 sets at most. `t=` and `x=` are not judged: a chain is as old as its message.
///
/// ```
/// use deliverability_core::{arc, dkim::Message, dns::Zone, ArcResult, Check};
///
/// let message = Message::of(b"ARC-Seal: i=1; cv=fail; a=rsa-sha256; d=example.org; s=s1; b=AAAA\r\n\r\nbody\r\n");
/// let chain = arc::Verification::of(&message).in_zone(&Zone::new());
/// assert_eq!(chain.result(), ArcResult::Fail);
/// assert_eq!(chain.cause().unwrap().code(), "arc.cv.fail");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    message: Message,
    structure: Structure,
    /// For each set where its keys stand: that of the message signature, that of the seal.
    keys: Vec<[Option<KeyLookup>; 2]>,
}

impl Verification {
    /// The verification of the chain of `message`.
    pub fn of(message: &Message) -> Self {
        let structure = Structure::of(message);
        let keys = structure.slots.iter().map(lookups).collect();
        Self { message: message.clone(), structure, keys }
    }
}

fn lookups(slot: &Slot) -> [Option<KeyLookup>; 2] {
    let signature = slot.message_signature.as_ref().map(|signed| &*signed.reading);
    let signature = signature.and_then(|reading| lookup(reading.selector(), reading.domain()));
    let seal = slot.seal.as_ref().and_then(|(_, seal)| lookup(seal.selector.as_deref(), seal.domain.as_ref()));
    [signature, seal]
}

fn lookup(selector: Option<&str>, domain: Option<&DomainName>) -> Option<KeyLookup> {
    Some(KeyLookup::new(selector?, domain?.clone()))
}

impl Check for Verification {
    type Outcome = Chain;

    fn step(&self, known: &dyn Known) -> Step<Chain> {
        let mut needed = Needed::default();
        let mut ask = |key: &Option<KeyLookup>| key.as_ref().and_then(|key| key.step(known).or_need(&mut needed));
        // RFC 8617 §5.2 starts at the newest set.
        let mut keys: Vec<[Option<KeyOutcome>; 2]> =
            self.keys.iter().rev().map(|pair| pair.each_ref().map(&mut ask)).collect();
        if let Some(needed) = Needed::in_order(needed.blocking) {
            return Step::Need(needed);
        }
        keys.reverse();
        Step::Done(self.chain(keys))
    }
}

impl Verification {
    fn chain(&self, keys: Vec<[Option<KeyOutcome>; 2]>) -> Chain {
        let fields = self.message.fields();
        let mut sealed = Sealed::new(fields);
        let sets = self.structure.slots.iter().zip(keys).map(|(slot, [signature_key, seal_key])| Set {
            instance: slot.instance,
            results: slot.results.as_ref().map(|(_, results)| results.clone()),
            message_signature: slot
                .message_signature
                .as_ref()
                .map(|signed| judge::message_signature(&self.message, slot.instance, signed, signature_key)),
            seal: sealed.seal(slot, seal_key),
        });
        Chain::new(fields.text(), sets.collect(), self.structure.failures.clone())
    }
}
