//! The search for what happened to the signed header fields.

use super::change::HeaderChange;
use super::header_variants::{self as variants, Variant};
use crate::dkim::canonicalization;
use crate::dkim::message::{Fields, Signed};
use crate::dkim::signature::{Canonicalization, Signature};

/// No search with more signed fields than this: a forged signature may name many.
const MAX_FIELDS: usize = 500;
/// No more fields of one name are varied, and no longer values.
const MAX_SLOTS: usize = 20;
const MAX_VALUE: usize = 4096;
/// Room for the signed fields at first, in octets; more are few.
const ROOM: usize = 1 << 13;
/// Octets that a search hashes.
const MAX_OCTETS: usize = 1 << 22;

/// What a signature says about the header of its message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signer<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) signed: &'a Signed,
    pub(crate) signature: &'a Signature,
}

impl Signer<'_> {
    /// What is hashed and signed (RFC 6376 §3.7).
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.fields.text().len().min(ROOM));
        for field in self.selected().into_iter().flatten() {
            self.fields.canonical(self.how(), field, &mut text);
            text.extend_from_slice(b"\r\n");
        }
        self.own(&mut text);
        text
    }

    fn selected(&self) -> Vec<Option<usize>> {
        self.fields.select(&self.signature.signed_fields, self.signed.field)
    }

    pub(super) fn how(&self) -> Canonicalization {
        self.signature.header_canonicalization
    }

    /// The signature itself, with an empty `b=` and no line end at the end.
    fn own(&self, text: &mut Vec<u8>) {
        self.fields.canonical_without(self.how(), self.signed.field, self.signed.reading.b, text);
    }

    /// A field as it is hashed with another value.
    fn piece(&self, field: usize, value: &[u8], out: &mut Vec<u8>) {
        let raw = self.fields.raw(field);
        let head = raw.len().saturating_sub(self.fields.value(field).len());
        let raw = [raw.get(..head).unwrap_or_default(), value].concat();
        canonicalization::field(self.how(), &raw, self.fields.name(field), value, out);
    }
}

/// What happened to the fields. `is_signed` says whether a text is the one that was signed; it is
/// asked `tries` times at most.
pub(in crate::dkim) fn header_change(
    signer: &Signer<'_>,
    tries: usize,
    is_signed: &mut dyn FnMut(&[u8]) -> bool,
) -> HeaderChange {
    let slots = signer.selected();
    if slots.len() > MAX_FIELDS {
        return HeaderChange::Unknown;
    }
    let mut search = Search::new(*signer, slots, tries, is_signed);
    let copied = search.copied();
    if let Some((changes, change)) = &copied
        && search.is_with(changes)
    {
        return change.clone();
    }
    let guess = copied.map(|(_, change)| change.unproven()).or_else(|| search.maybe_removed());
    search.proven().or(guess).unwrap_or(HeaderChange::Unknown)
}

/// Pieces of the signed text to put in place of what stands there; an empty one takes it out.
type Changes = Vec<(usize, Vec<u8>)>;

struct Search<'a, 'b> {
    signer: Signer<'a>,
    /// The field of each name of `h=`.
    slots: Vec<Option<usize>>,
    /// Their texts with line ends, and that of the signature as the last.
    pieces: Vec<Vec<u8>>,
    tries: usize,
    octets: usize,
    is_signed: &'b mut dyn FnMut(&[u8]) -> bool,
}

impl<'a, 'b> Search<'a, 'b> {
    fn new(
        signer: Signer<'a>,
        slots: Vec<Option<usize>>,
        tries: usize,
        is_signed: &'b mut dyn FnMut(&[u8]) -> bool,
    ) -> Self {
        let mut search = Self { signer, slots, pieces: Vec::new(), tries, octets: MAX_OCTETS, is_signed };
        search.pieces = search.slots.iter().map(|slot| slot.map_or(Vec::new(), |field| search.line(field))).collect();
        let mut own = Vec::new();
        signer.own(&mut own);
        search.pieces.push(own);
        search
    }

    /// Whether the text with these changes is the one that was signed.
    fn is_with(&mut self, changes: &Changes) -> bool {
        let mut text = Vec::new();
        for (n, piece) in self.pieces.iter().enumerate() {
            let instead = changes.iter().find(|(slot, _)| *slot == n).map(|(_, instead)| instead);
            text.extend_from_slice(instead.unwrap_or(piece));
        }
        let left = self.tries.checked_sub(1).zip(self.octets.checked_sub(text.len()));
        let Some((tries, octets)) = left else { return false };
        (self.tries, self.octets) = (tries, octets);
        (self.is_signed)(&text)
    }

    /// The first change that is proven, likely ones first.
    fn proven(&mut self) -> Option<HeaderChange> {
        let subject = self.of_values("Subject", variants::subject);
        let from = self.author_rewritten();
        // A mailing list that rewrites From marks the subject too.
        let pairs = subject.iter().take(12).flat_map(|(subject, change)| {
            from.iter().take(3).map(|(from, _)| ([&subject[..], from].concat(), change.clone()))
        });
        let pairs: Vec<_> = pairs.collect();
        None.or_else(|| self.first(subject))
            .or_else(|| self.first(from))
            .or_else(|| self.first(self.added()))
            .or_else(|| self.first(self.removed()))
            .or_else(|| self.rewritten())
            .or_else(|| self.first(self.signs_itself()))
            .or_else(|| self.first(self.reordered()))
            .or_else(|| self.refolded())
            .or_else(|| self.first(pairs))
    }

    fn first(&mut self, all: Vec<(Changes, HeaderChange)>) -> Option<HeaderChange> {
        all.into_iter().find(|(changes, _)| self.is_with(changes)).map(|(_, change)| change)
    }

    /// Values that mean the same in other words.
    fn rewritten(&mut self) -> Option<HeaderChange> {
        let quotes = ["From", "To", "Cc", "Reply-To", "Sender"];
        let mime = ["Content-Transfer-Encoding", "Content-Type"];
        let found =
            quotes.iter().find_map(|name| self.first(self.of_values(name, |value| variants::quotes(name, value))));
        found.or_else(|| {
            mime.iter().find_map(|name| self.first(self.of_values(name, |value| variants::mime(name, value))))
        })
    }

    /// The text of a field with its line end.
    fn line(&self, field: usize) -> Vec<u8> {
        self.line_with(field, self.signer.fields.value(field))
    }

    fn line_with(&self, field: usize, value: &[u8]) -> Vec<u8> {
        let mut line = Vec::new();
        self.signer.piece(field, value, &mut line);
        line.extend_from_slice(b"\r\n");
        line
    }

    /// The names of `h=`, each once, with the slots that have it.
    fn slots_of(&self, name: &str) -> Vec<usize> {
        let names = self.signer.signature.signed_fields.iter().enumerate();
        names.filter(|(_, signed)| signed.eq_ignore_ascii_case(name)).map(|(n, _)| n).collect()
    }

    fn names(&self) -> Vec<&'a String> {
        let mut names: Vec<&String> = self.signer.signature.signed_fields.iter().collect();
        names.sort_by_key(|name| name.to_ascii_lowercase());
        names.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        names
    }

    /// Every field of a name with other values.
    fn of_values(&self, name: &str, vary: impl Fn(&[u8]) -> Vec<Variant>) -> Vec<(Changes, HeaderChange)> {
        let slots = self.slots_of(name).into_iter();
        let fields = slots.filter_map(|slot| Some((slot, self.slots.get(slot).copied().flatten()?))).take(MAX_SLOTS);
        let fields = fields.filter(|(_, field)| self.signer.fields.value(*field).len() <= MAX_VALUE);
        let varied = fields.flat_map(|(slot, field)| {
            let variants = vary(self.signer.fields.value(field)).into_iter();
            variants.map(move |variant| (slot, field, variant))
        });
        varied
            .map(|(slot, field, variant)| (vec![(slot, self.line_with(field, &variant.value))], variant.change))
            .collect()
    }

    /// What other fields keep of an original From.
    fn author_rewritten(&self) -> Vec<(Changes, HeaderChange)> {
        let fields = self.signer.fields;
        let kept = variants::FROM_KEPT_IN.iter().filter_map(|name| fields.named(name).last());
        let values: Vec<&[u8]> = kept.map(|field| fields.value(*field)).collect();
        self.of_values("From", |_| {
            let of = |value: &&[u8]| Variant { value: value.to_vec(), change: HeaderChange::FromRewritten };
            values.iter().map(of).collect()
        })
    }

    /// Each field of a signed name left out: those above it take its place.
    fn added(&self) -> Vec<(Changes, HeaderChange)> {
        let mut all = Vec::new();
        for name in self.names() {
            let slots = self.slots_of(name);
            let of_name = self.signer.fields.named(name);
            for without in of_name.iter().rev().take(20).filter(|field| **field != self.signer.signed.field) {
                let mut left =
                    of_name.iter().rev().filter(|field| *field != without && **field != self.signer.signed.field);
                let changes =
                    slots.iter().map(|slot| (*slot, left.next().map_or(Vec::new(), |field| self.line(*field))));
                all.push((changes.collect(), HeaderChange::Added { name: name.clone() }));
            }
        }
        all
    }

    /// Signed fields that are not there, with values that can be guessed.
    fn removed(&self) -> Vec<(Changes, HeaderChange)> {
        let fields = self.signer.fields;
        let from = fields.named("From").last().map(|field| fields.value(*field)).unwrap_or_default();
        let mut all = Vec::new();
        for (slot, name) in self.signer.signature.signed_fields.iter().enumerate() {
            if self.slots.get(slot).is_none_or(Option::is_some) {
                continue;
            }
            for value in variants::guesses(name, from) {
                let mut piece = Vec::new();
                let raw = [name.as_bytes(), b":", &value].concat();
                canonicalization::field(self.signer.how(), &raw, name.as_bytes(), &value, &mut piece);
                piece.extend_from_slice(b"\r\n");
                all.push((vec![(slot, piece)], HeaderChange::Removed { name: name.clone(), proven: true }));
            }
        }
        all
    }

    /// A name that is signed once and is not there.
    fn maybe_removed(&self) -> Option<HeaderChange> {
        let mut names = self.names().into_iter();
        let name = names.find(|name| self.signer.fields.named(name).is_empty() && self.slots_of(name).len() == 1)?;
        Some(HeaderChange::Removed { name: name.clone(), proven: false })
    }

    /// The signature hashed as one of its own fields.
    fn signs_itself(&self) -> Vec<(Changes, HeaderChange)> {
        let own = [self.pieces.last().map(Vec::as_slice).unwrap_or_default(), b"\r\n"].concat();
        let whole = self.line(self.signer.signed.field);
        let slots = self.slots_of("DKIM-Signature").into_iter();
        let both = slots.flat_map(|slot| [(slot, own.clone()), (slot, whole.clone())]);
        both.map(|change| (vec![change], HeaderChange::SignsItself)).collect()
    }

    /// The fields of a name from the top down.
    fn reordered(&self) -> Vec<(Changes, HeaderChange)> {
        let mut all = Vec::new();
        for name in self.names() {
            let slots = self.slots_of(name);
            let there: Vec<usize> =
                slots.into_iter().filter(|slot| self.slots.get(*slot).copied().flatten().is_some()).collect();
            if there.len() > 1 {
                let pieces = there.iter().rev().filter_map(|slot| self.pieces.get(*slot).cloned());
                all.push((there.iter().copied().zip(pieces).collect(), HeaderChange::Reordered { name: name.clone() }));
            }
        }
        all
    }

    /// RFC 6376 §3.4.1: simple does not tolerate other folds.
    fn refolded(&mut self) -> Option<HeaderChange> {
        if self.signer.how() == Canonicalization::Relaxed {
            return None;
        }
        for name in self.names() {
            let found = self.first(self.of_values(name, |value| variants::folds(name, value)));
            if found.is_some() {
                return found;
            }
        }
        self.first(self.own_refolded())
    }

    fn own_refolded(&self) -> Vec<(Changes, HeaderChange)> {
        let value = self.signer.fields.value_without(self.signer.signed.field, self.signer.signed.reading.b);
        let variants = if value.len() > MAX_VALUE { Vec::new() } else { variants::folds("DKIM-Signature", &value) };
        let with = |variant: variants::Variant| {
            let mut own = Vec::new();
            self.signer.piece(self.signer.signed.field, &variant.value, &mut own);
            (vec![(self.slots.len(), own)], variant.change)
        };
        variants.into_iter().map(with).collect()
    }

    /// The fields as `z=` has them, where they differ.
    fn copied(&self) -> Option<(Changes, HeaderChange)> {
        let (mut changes, mut names) = (Changes::new(), Vec::new());
        for copy in &self.signer.signature.copied_fields {
            let taken = changes.len();
            let slots = self.slots_of(&copy.name);
            let free = slots.into_iter().find(|slot| changes.iter().all(|(used, _)| used != slot));
            let Some(slot) = free.filter(|_| taken < MAX_FIELDS) else { continue };
            let raw = [copy.name.as_bytes(), b":", &copy.value].concat();
            let mut piece = Vec::new();
            canonicalization::field(self.signer.how(), &raw, copy.name.as_bytes(), &copy.value, &mut piece);
            piece.extend_from_slice(b"\r\n");
            if self.pieces.get(slot) != Some(&piece) {
                names.push(copy.name.clone());
            }
            changes.push((slot, piece));
        }
        (!names.is_empty()).then_some((changes, HeaderChange::Copied { names, proven: true }))
    }
}

impl HeaderChange {
    fn unproven(self) -> Self {
        match self {
            Self::Copied { names, .. } => Self::Copied { names, proven: false },
            other => other,
        }
    }
}
