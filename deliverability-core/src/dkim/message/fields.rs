//! The header section with its fields found by name.

use core::cmp::Ordering;
use std::sync::Arc;

use super::Limits;
use crate::dkim::canonicalization;
use crate::dkim::signature::Canonicalization;
use crate::header::{self, Place};
use crate::span::Span;

/// The fields of a message, in order, and by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fields {
    text: Arc<[u8]>,
    places: Vec<Place>,
    /// The fields by name, and those of one name from the top down.
    sorted: Vec<usize>,
    /// The keys of their names, in the same order.
    keys: Vec<u64>,
    /// The header section is larger than the limits: this is its start.
    pub(crate) is_cut: bool,
    /// Some line ends without CR.
    pub(crate) has_lone_lf: bool,
}

impl Fields {
    /// Reads a header section; `is_cut` if it is known to be longer.
    pub(crate) fn of(text: &[u8], limits: &Limits, is_cut: bool) -> Self {
        let mut places = Vec::with_capacity(16);
        let mut is_cut = is_cut;
        for place in header::places(text) {
            if places.len() >= limits.header_fields {
                is_cut = true;
                break;
            }
            places.push(place);
        }
        let mut keyed: Vec<(u64, usize)> =
            places.iter().enumerate().map(|(field, place)| (key(place.name.of(text)), field)).collect();
        keyed.sort_by(|one, other| {
            let by_key = one.0.cmp(&other.0);
            by_key.then_with(|| compare(name_of(text, &places, one.1), name_of(text, &places, other.1)))
        });
        let (keys, sorted) = keyed.into_iter().unzip();
        Self { text: text.into(), places, sorted, keys, is_cut, has_lone_lf: has_lone_lf(text) }
    }

    pub(crate) fn name(&self, field: usize) -> &[u8] {
        name_of(&self.text, &self.places, field)
    }

    pub(crate) fn value(&self, field: usize) -> &[u8] {
        self.places.get(field).map_or(&[], |place| place.value.of(&self.text))
    }

    /// The header section: what [`value_span`](Self::value_span) indexes.
    pub(crate) const fn text(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// Where the value of a field stands in the header section.
    pub(crate) fn value_span(&self, field: usize) -> Span {
        self.places.get(field).map_or(Span::at(0), |place| place.value)
    }

    /// The whole field without its last line end.
    pub(crate) fn raw(&self, field: usize) -> &[u8] {
        self.places.get(field).map_or(&[], |place| Span::new(place.name.start, place.value.end).of(&self.text))
    }

    /// The fields of a name, from the top down; case does not matter.
    pub(crate) fn named(&self, name: &str) -> &[usize] {
        self.place_of(name).1
    }

    /// The fields of a name, and where they start in `sorted`.
    fn place_of(&self, name: &str) -> (usize, &[usize]) {
        let name = name.as_bytes();
        let key = key(name);
        let start = self.keys.partition_point(|other| *other < key);
        let same_key = self.keys.get(start..).unwrap_or_default().partition_point(|other| *other == key);
        let same_key = self.sorted.get(start..).and_then(|rest| rest.get(..same_key)).unwrap_or_default();
        // Names in order: those between two of the same name are it too.
        if let (Some(first), Some(last)) = (same_key.first(), same_key.last())
            && is_same(self.name(*first), name)
            && (first == last || is_same(self.name(*last), name))
        {
            return (start, same_key);
        }
        let before = same_key.partition_point(|field| compare(self.name(*field), name) == Ordering::Less);
        let rest = same_key.get(before..).unwrap_or_default();
        let count = rest.partition_point(|field| compare(self.name(*field), name) == Ordering::Equal);
        (start.saturating_add(before), rest.get(..count).unwrap_or_default())
    }

    /// The fields that `h=` selects, in its order (RFC 6376 §5.4.2): of each name those from the
    /// bottom up, `None` where there are no more. `own` is the signature, which is never selected.
    pub(crate) fn select(&self, names: &[String], own: usize) -> Vec<Option<usize>> {
        let mut used = vec![0_usize; self.sorted.len()];
        names.iter().map(|name| self.next_of(name, own, &mut used)).collect()
    }

    fn next_of(&self, name: &str, own: usize, used: &mut [usize]) -> Option<usize> {
        let (start, of_name) = self.place_of(name);
        let used = used.get_mut(start)?;
        loop {
            let field = of_name.len().checked_sub(*used)?.checked_sub(1).and_then(|at| of_name.get(at))?;
            *used = used.saturating_add(1);
            if *field != own {
                return Some(*field);
            }
        }
    }

    /// Appends a field as it is hashed, without its last line end.
    pub(crate) fn canonical(&self, how: Canonicalization, field: usize, out: &mut Vec<u8>) {
        canonicalization::field(how, self.raw(field), self.name(field), self.value(field), out);
    }

    /// Appends a signature as it is hashed into itself: without the value of `b=` (RFC 6376 §3.7).
    pub(crate) fn canonical_without(&self, how: Canonicalization, field: usize, b: Option<Span>, out: &mut Vec<u8>) {
        let value = self.value_without(field, b);
        if how == Canonicalization::Relaxed {
            return canonicalization::field(how, &[], self.name(field), &value, out);
        }
        let raw = self.raw(field);
        let head = raw.len().saturating_sub(self.value(field).len());
        let raw = [raw.get(..head).unwrap_or_default(), &value].concat();
        canonicalization::field(how, &raw, self.name(field), &value, out);
    }

    pub(in crate::dkim) fn value_without(&self, field: usize, cut: Option<Span>) -> Vec<u8> {
        let value = self.value(field);
        let Some(cut) = cut else { return value.to_vec() };
        let (before, behind) = (value.get(..cut.start), value.get(cut.end..));
        [before.unwrap_or_default(), behind.unwrap_or_default()].concat()
    }
}

fn name_of<'a>(text: &'a [u8], fields: &[Place], field: usize) -> &'a [u8] {
    fields.get(field).map_or(&[], |place| place.name.of(text))
}

/// A name's length, first and last octets, without case: what tells most names apart.
fn key(name: &[u8]) -> u64 {
    /// The bit that tells upper case from lower, in each octet.
    const CASE: u64 = u64::from_ne_bytes([0x20; 8]);
    let ends = name.first_chunk().zip(name.last_chunk()).map(|(first, last)| [*first, *last]);
    let [first, last] = ends.unwrap_or_else(|| {
        let octet = |n: usize| name.get(n).copied().unwrap_or_default();
        [[octet(0), octet(1), octet(2), 0]; 2]
    });
    let ends = u64::from(u32::from_le_bytes(first)) << 32 | u64::from(u32::from_le_bytes(last));
    (ends | CASE) ^ (name.len() as u64)
}

/// Whether names are the same without case; most are to the letter.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other || one.eq_ignore_ascii_case(other)
}

/// The order of names, without case.
fn compare(one: &[u8], other: &[u8]) -> Ordering {
    one.iter().map(u8::to_ascii_lowercase).cmp(other.iter().map(u8::to_ascii_lowercase))
}

fn has_lone_lf(text: &[u8]) -> bool {
    // Without a branch an octet, so that it is done in parallel.
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let lone = pairs.fold(0, |lone, (before, octet)| lone | (u8::from(*octet == b'\n') & u8::from(*before != b'\r')));
    lone != 0 || text.first() == Some(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Fields {
        Fields::of(text.as_bytes(), &Limits::default(), false)
    }

    fn names(of: &[&str]) -> Vec<String> {
        of.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn fields_of_a_name_are_taken_from_the_bottom_up() {
        // RFC 6376 §5.4.2.
        let fields = fields("A: 1\r\nB: 2\r\na: 3\r\nAB: 4\r\n");
        assert_eq!(fields.named("a"), [0, 2]);
        assert_eq!(fields.select(&names(&["A", "b", "a", "a", "c"]), 9), [Some(2), Some(1), Some(0), None, None]);
    }

    #[test]
    fn names_are_told_apart_by_all_their_octets() {
        let fields =
            fields("X-Forwarded-To: 1\r\nX-Forwarded-By: 2\r\nx-forwarded-to: 3\r\nX-Forwar: 4\r\nX-Forwa: 5\r\n");
        assert_eq!((fields.named("X-Forwarded-To"), fields.named("x-forwarded-by")), (&[0, 2][..], &[1][..]));
        assert_eq!((fields.named("X-FORWAR"), fields.named("X-Forwa")), (&[3][..], &[4][..]));
        assert!(fields.named("X-Forwarded-Up").is_empty() && fields.named("").is_empty());
        let picked = fields.select(&names(&["X-Forwarded-To", "X-Forwarded-By", "X-Forwarded-To"]), 9);
        assert_eq!(picked, [Some(2), Some(1), Some(0)]);
    }

    #[test]
    fn a_signature_never_selects_itself() {
        // RFC 6376 §3.5, h=.
        let fields = fields("S: 1\r\nS: 2\r\nS: 3\r\n");
        assert_eq!(fields.select(&names(&["s", "s", "s"]), 1), [Some(2), Some(0), None]);
    }

    #[test]
    fn limits_cut() {
        let few = Limits { header_fields: 1, ..Limits::default() };
        assert!(Fields::of(b"A: 1\r\nB: 2\r\n", &few, false).is_cut);
        assert!(!Fields::of(b"A: 1\r\n", &few, false).is_cut);
    }
}
