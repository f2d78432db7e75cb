//! The fields of a chain, collected into sets (RFC 8617 §4.2, §5.2).

use std::sync::Arc;

use super::{Cause, Failure, Field, MAX_SETS};
use crate::dkim::signature;
use crate::dkim::{Fields, Message, Signed};
use crate::header::AuthenticationResults;
use crate::span::Span;

/// The sets of a message, and what is wrong with their structure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Structure {
    /// From instance 1 up; one for each, though it may be empty.
    pub(super) slots: Vec<Slot>,
    pub(super) failures: Vec<Failure>,
}

/// The fields of one instance. A field that stands more than once is left out: nobody can say which
/// one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) instance: u8,
    pub(super) results: Option<(usize, AuthenticationResults)>,
    pub(super) message_signature: Option<Signed>,
    pub(super) seal: Option<(usize, Arc<signature::Seal>)>,
}

impl Structure {
    pub(super) fn of(message: &Message) -> Self {
        let fields = message.fields();
        let too_many = Field::ALL.iter().any(|field| fields.named(field.as_str()).len() > usize::from(MAX_SETS));
        let cause = match (fields.is_cut, too_many) {
            (true, _) => Cause::HeaderTooLarge,
            (_, true) => Cause::TooManySets,
            _ => return Collector::new(message).structure(),
        };
        let failure = Failure { instance: None, field: None, cause, span: Span::at(0) };
        Self { slots: Vec::new(), failures: vec![failure] }
    }
}

struct Collector<'a> {
    fields: &'a Fields,
    results: Vec<(u8, (usize, AuthenticationResults))>,
    message_signatures: Vec<(u8, Signed)>,
    seals: Vec<(u8, (usize, Arc<signature::Seal>))>,
    failures: Vec<Failure>,
}

impl<'a> Collector<'a> {
    fn new(message: &'a Message) -> Self {
        let fields = message.fields();
        let (results, message_signatures, seals, failures) = Default::default();
        let mut collector = Self { fields, results, message_signatures, seals, failures };
        collector.collect(message.arc_signed());
        collector
    }

    fn collect(&mut self, signed: &[Signed]) {
        let fields = self.fields;
        for place in fields.named(Field::AuthenticationResults.as_str()) {
            match AuthenticationResults::parse_arc(fields.value(*place)) {
                Some((instance, results)) => self.results.push((instance, (*place, results))),
                None => self.no_instance(Field::AuthenticationResults, *place, None),
            }
        }
        for signed in signed {
            let span = signed.reading.tag("i");
            match instance(fields.value(signed.field), span) {
                Some(instance) => self.message_signatures.push((instance, signed.clone())),
                None => self.no_instance(Field::MessageSignature, signed.field, span),
            }
        }
        for place in fields.named(Field::Seal.as_str()) {
            let seal = signature::Seal::of(fields.value(*place));
            let span = seal.reading.tag("i");
            match instance(fields.value(*place), span) {
                Some(instance) => self.seals.push((instance, (*place, Arc::new(seal)))),
                None => self.no_instance(Field::Seal, *place, span),
            }
        }
    }

    fn no_instance(&mut self, field: Field, place: usize, tag: Option<Span>) {
        let value = self.fields.value_span(place);
        let span = tag.map_or(value, |tag| tag.shifted(value.start));
        self.failures.push(Failure { instance: None, field: Some(field), cause: Cause::Instance, span });
    }

    fn structure(mut self) -> Structure {
        let instances = self.results.iter().map(|(instance, _)| *instance);
        let instances = instances.chain(self.message_signatures.iter().map(|(instance, _)| *instance));
        let highest = instances.chain(self.seals.iter().map(|(instance, _)| *instance)).max().unwrap_or_default();
        let slots = (1..=highest).map(|instance| self.slot(instance)).collect();
        Structure { slots, failures: self.failures }
    }

    fn slot(&mut self, instance: u8) -> Slot {
        let results = taken(&mut self.results, instance);
        let message_signatures = taken(&mut self.message_signatures, instance);
        let seals = taken(&mut self.seals, instance);
        let places: [Vec<usize>; 3] = [
            results.iter().map(|(place, _)| *place).collect(),
            message_signatures.iter().map(|signed| signed.field).collect(),
            seals.iter().map(|(place, _)| *place).collect(),
        ];
        self.check(instance, &places);
        Slot { instance, results: only(results), message_signature: only(message_signatures), seal: only(seals) }
    }

    /// RFC 8617 §5.2: each set has each field exactly once.
    fn check(&mut self, instance: u8, places: &[Vec<usize>; 3]) {
        let failure = |field, cause, span| Failure { instance: Some(instance), field, cause, span };
        if places.iter().all(Vec::is_empty) {
            return self.failures.push(failure(None, Cause::MissingSet, Span::at(0)));
        }
        for (field, places) in Field::ALL.into_iter().zip(places) {
            let (cause, span) = match places[..] {
                [_] => continue,
                [] => (Cause::MissingField, Span::at(0)),
                [_, second, ..] => (Cause::DuplicateField { count: places.len() }, self.fields.value_span(second)),
            };
            self.failures.push(failure(Some(field), cause, span));
        }
    }
}

/// Takes what belongs to an instance.
fn taken<T>(all: &mut Vec<(u8, T)>, instance: u8) -> Vec<T> {
    let (of_instance, others) = core::mem::take(all).into_iter().partition(|(of, _)| *of == instance);
    *all = others;
    let of_instance: Vec<(u8, T)> = of_instance;
    of_instance.into_iter().map(|(_, field)| field).collect()
}

fn only<T>(mut fields: Vec<T>) -> Option<T> {
    if fields.len() == 1 { fields.pop() } else { None }
}

/// `position = 1*2DIGIT ; 1 - 50` (RFC 8617 §4.2.1).
fn instance(value: &[u8], span: Option<Span>) -> Option<u8> {
    let digits = span?.of(value);
    let number = match digits {
        [one] if one.is_ascii_digit() => one - b'0',
        [ten, one] if ten.is_ascii_digit() && one.is_ascii_digit() => {
            (ten - b'0').saturating_mul(10).saturating_add(one - b'0')
        }
        _ => return None,
    };
    (1..=MAX_SETS).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_numbers_from_1_to_50() {
        // RFC 8617 §4.2.1.
        let read = |text: &str| instance(text.as_bytes(), Some(Span::new(0, text.len())));
        assert_eq!((read("1"), read("01"), read("50")), (Some(1), Some(1), Some(50)));
        for none in ["", "0", "00", "51", "99", "-1", "1a", "001", "a"] {
            assert_eq!(read(none), None, "{none}");
        }
        assert_eq!(instance(b"1", None), None);
    }
}
