//! The search for what happened to the signed header fields.

use super::change::HeaderChange;
use super::header_variants::{self as variants, Variant};
use crate::dkim::canonicalization;
use crate::dkim::message::{Fields, Signed};
use crate::dkim::signature::{Canonicalization, Signature};
use crate::domain::DomainName;

/// No search with more signed fields than this: a forged signature may name many.
const MAX_FIELDS: usize = 500;
/// No more fields of one name are varied, and no longer values.
const MAX_SLOTS: usize = 20;
const MAX_VALUE: usize = 4096;
/// Room for the signed fields at first, in octets; more are few.
const ROOM: usize = 1 << 13;
/// Of what is tried together, so many of each kind.
const PAIRED: usize = 12;
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
        && search.is_with(&[changes])
    {
        return change.clone();
    }
    let guess = copied.map(|(_, change)| change.unproven());
    let guess = guess.or_else(|| search.maybe_from_rewritten()).or_else(|| search.maybe_removed());
    search.proven().or(guess).unwrap_or(HeaderChange::Unknown)
}

/// Pieces of the signed text to put in place of what stands there; an empty one takes it out.
type Changes = Vec<(usize, Vec<u8>)>;

/// Changes, and what they undo.
type Found = (Changes, HeaderChange);

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

    /// Whether the text with these changes, the first of a slot counting, is the one that was signed.
    fn is_with(&mut self, changes: &[&Changes]) -> bool {
        if self.tries == 0 || self.octets == 0 {
            return false;
        }
        let mut text = Vec::new();
        for (n, piece) in self.pieces.iter().enumerate() {
            let instead = changes.iter().copied().flatten().find(|(slot, _)| *slot == n).map(|(_, instead)| instead);
            text.extend_from_slice(instead.unwrap_or(piece));
        }
        let is_left = text.len() <= self.octets;
        self.tries = self.tries.saturating_sub(1);
        self.octets = self.octets.saturating_sub(text.len());
        is_left && (self.is_signed)(&text)
    }

    /// As many as can be tried: a try hashes what it changes.
    fn affordable(&self, all: impl Iterator<Item = Found>) -> Vec<Found> {
        let mut left = self.octets;
        let octets =
            |(changes, _): &Found| changes.iter().fold(1, |sum: usize, (_, piece)| sum.saturating_add(piece.len()));
        all.map_while(|found| {
            left = left.checked_sub(octets(&found))?;
            Some(found)
        })
        .collect()
    }

    /// The first change that is proven, likely ones first.
    fn proven(&mut self) -> Option<HeaderChange> {
        let subject = self.of_values("Subject", variants::subject);
        let from = self.author_rewritten();
        let added = self.added();
        let single: [fn(&Self) -> Vec<Found>; 5] =
            [Self::removed, Self::kept, Self::signs_itself, Self::reordered, Self::renamed];
        None.or_else(|| self.first(&subject))
            .or_else(|| self.first(&from))
            .or_else(|| self.first(&added))
            .or_else(|| single.iter().find_map(|all| self.first(&all(self))))
            .or_else(|| self.refolded())
            .or_else(|| self.combined(&subject, &from, &added))
            .or_else(|| self.rewritten())
            .or_else(|| self.encoded_anew())
            .or_else(|| self.first(&self.own_changed()))
            .or_else(|| self.blanks())
    }

    fn first(&mut self, all: &[Found]) -> Option<HeaderChange> {
        all.iter().find(|(changes, _)| self.is_with(&[changes])).map(|(_, change)| change.clone())
    }

    /// Two or three changes, as mailing lists make them: they rewrite From, mark the subject, add Reply-To.
    fn combined(&mut self, subject: &[Found], from: &[Found], added: &[Found]) -> Option<HeaderChange> {
        let marked = || subject.iter().take(12).flat_map(|one| from.iter().take(PAIRED).map(move |other| (one, other)));
        let found = marked().find(|(one, other)| self.is_with(&[&one.0, &other.0])).map(|(one, _)| one.1.clone());
        let found = found.or_else(|| self.paired(from.get(..8).unwrap_or(from), added));
        let found = found.or_else(|| self.paired(subject, added)).or_else(|| self.paired(added, added));
        found.or_else(|| {
            let mut all =
                marked().take(2 * PAIRED).flat_map(|pair| added.iter().take(PAIRED).map(move |last| (pair, last)));
            all.find(|((one, other), last)| self.is_with(&[&one.0, &other.0, &last.0]))
                .map(|((one, _), _)| one.1.clone())
        })
    }

    /// One of each.
    fn paired(&mut self, ones: &[Found], others: &[Found]) -> Option<HeaderChange> {
        let mut pairs =
            ones.iter().take(PAIRED).flat_map(|one| others.iter().take(PAIRED).map(move |other| (one, other)));
        pairs.find(|(one, other)| self.is_with(&[&one.0, &other.0])).map(|(one, _)| one.1.clone())
    }

    /// Values that mean the same in other words.
    fn rewritten(&mut self) -> Option<HeaderChange> {
        const ADDRESSES: [&str; 5] = ["From", "To", "Cc", "Reply-To", "Sender"];
        const WORDS: [&str; 4] = ["Subject", "From", "To", "Comments"];
        let found = ADDRESSES
            .iter()
            .find_map(|name| self.first(&self.of_values(name, |value| variants::addresses::forms(name, value))));
        let of = |name: &'static str, vary: fn(&[u8]) -> Vec<Variant>| (name, vary);
        let others = [
            of("Content-Transfer-Encoding", variants::encodings),
            of("Content-Type", variants::content_type::forms),
            of("MIME-Version", variants::version),
            of("Date", variants::dates::same),
        ];
        found.or_else(|| others.iter().find_map(|(name, vary)| self.first(&self.of_values(name, vary)))).or_else(|| {
            WORDS
                .iter()
                .find_map(|name| self.first(&self.of_values(name, |value| variants::encoded_words::forms(name, value))))
        })
    }

    /// Both fields of an encoding: one changed, the other too or taken out.
    fn encoded_anew(&mut self) -> Option<HeaderChange> {
        let mut encodings = self.of_values("Content-Transfer-Encoding", variants::encodings);
        let removed = self.removed().into_iter();
        encodings.extend(removed.filter(|(_, change)| change.is_of("Content-Transfer-Encoding")));
        let types = self.of_values("Content-Type", variants::content_type::forms);
        let pairs = types.iter().flat_map(|(one, change)| {
            encodings.iter().map(move |(other, _)| ([&one[..], other].concat(), change.clone()))
        });
        let pairs: Vec<Found> = pairs.collect();
        self.first(&pairs)
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
    fn of_values(&self, name: &str, vary: impl Fn(&[u8]) -> Vec<Variant>) -> Vec<Found> {
        let slots = self.slots_of(name).into_iter();
        let fields = slots.filter_map(|slot| Some((slot, self.slots.get(slot).copied().flatten()?))).take(MAX_SLOTS);
        let fields = fields.filter(|(_, field)| self.signer.fields.value(*field).len() <= MAX_VALUE);
        let varied = fields.flat_map(|(slot, field)| {
            let variants = vary(self.signer.fields.value(field)).into_iter();
            variants.map(move |variant| (slot, field, variant))
        });
        self.affordable(
            varied.map(|(slot, field, variant)| (vec![(slot, self.line_with(field, &variant.value))], variant.change)),
        )
    }

    /// What other fields keep of an original From, or of its address.
    fn author_rewritten(&self) -> Vec<Found> {
        let fields = self.signer.fields;
        let values = |names: &[&str]| -> Vec<&[u8]> {
            names.iter().filter_map(|name| fields.named(name).last()).map(|field| fields.value(*field)).collect()
        };
        let kept = values(variants::FROM_KEPT_IN);
        let mut addresses: Vec<Vec<u8>> = self.identity().into_iter().collect();
        addresses.extend(
            kept.iter().chain(&values(variants::ADDRESS_KEPT_IN)).map(|value| variants::addresses::spec(value)),
        );
        self.of_values("From", |value| {
            let change = || HeaderChange::FromRewritten { proven: true };
            let whole = kept.iter().map(|value| Variant { value: value.to_vec(), change: change() });
            whole.chain(variants::addresses::before_list(value, &addresses)).collect()
        })
    }

    /// `i=`, if it names somebody.
    fn identity(&self) -> Option<Vec<u8>> {
        let identity = &self.signer.signature.identity;
        (!identity.local_part.is_empty()).then(|| format!("{}@{}", identity.local_part, identity.domain).into_bytes())
    }

    /// Whether From looks as lists leave it: it is of a domain that did not sign, and says "via", or the list's own
    /// fields are of that domain.
    fn maybe_from_rewritten(&self) -> Option<HeaderChange> {
        let fields = self.signer.fields;
        let from = fields.value(*fields.named("From").last()?);
        let spec = variants::addresses::spec(from);
        let domain = DomainName::from_ascii(spec.rsplit(|byte| *byte == b'@').next()?).ok()?;
        let signer = &self.signer.signature.domain;
        let name = variants::addresses::display_name(from).to_ascii_lowercase();
        let is_list = |name: &str| {
            let domain = domain.to_string();
            let has = |field: &usize| memchr::memmem::find(fields.value(*field), domain.as_bytes()).is_some();
            fields.named(name).last().is_some_and(has)
        };
        let is_rewritten = !domain.is_within(signer)
            && !signer.is_within(&domain)
            && (memchr::memmem::find(&name, b" via ").is_some() || is_list("List-Id") || is_list("List-Post"));
        is_rewritten.then_some(HeaderChange::FromRewritten { proven: false })
    }

    /// What other fields keep of a value that was replaced.
    fn kept(&self) -> Vec<Found> {
        let fields = self.signer.fields;
        let mut all = Vec::new();
        for name in self.names() {
            for keeper in variants::KEEPERS {
                let kept_in = format!("{keeper}{name}");
                let Some(kept) = fields.named(&kept_in).last().map(|field| fields.value(*field)) else { continue };
                let change = HeaderChange::Replaced { name: name.clone(), kept_in };
                all.extend(self.of_values(name, |_| vec![Variant { value: kept.to_vec(), change: change.clone() }]));
            }
        }
        all
    }

    /// Each field of a signed name left out: those above it take its place.
    fn added(&self) -> Vec<Found> {
        let names = self.names().into_iter().flat_map(|name| {
            let of_name = self.signer.fields.named(name).iter().rev();
            of_name.take(20).filter(|field| **field != self.signer.signed.field).map(move |field| (name, *field))
        });
        self.affordable(
            names.map(|(name, field)| (self.without(name, field), HeaderChange::Added { name: name.clone() })),
        )
    }

    fn without(&self, name: &str, field: usize) -> Changes {
        let of_name = self.signer.fields.named(name).iter().rev();
        let mut left = of_name.filter(|other| **other != field && **other != self.signer.signed.field);
        let slots = self.slots_of(name).into_iter();
        slots.map(|slot| (slot, left.next().map_or(Vec::new(), |field| self.line(*field)))).collect()
    }

    /// Signed fields that are not there, with values that can be guessed.
    fn removed(&self) -> Vec<Found> {
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

    /// A name that is signed once and is not there: one that nearly every message has, or the only one. Signers name
    /// many fields that are not there, so that nobody adds them (RFC 6376 §5.4).
    fn maybe_removed(&self) -> Option<HeaderChange> {
        let mut names = self.names();
        names.retain(|name| self.signer.fields.named(name).is_empty() && self.slots_of(name).len() == 1);
        let is_usual = |name: &&&String| variants::USUAL.iter().any(|usual| usual.eq_ignore_ascii_case(name));
        let name = names.iter().find(is_usual).or(match &names[..] {
            [only] => Some(only),
            _ => None,
        })?;
        Some(HeaderChange::Removed { name: (*name).clone(), proven: false })
    }

    /// The signature hashed as one of its own fields.
    fn signs_itself(&self) -> Vec<Found> {
        let own = [self.pieces.last().map(Vec::as_slice).unwrap_or_default(), b"\r\n"].concat();
        let whole = self.line(self.signer.signed.field);
        let slots = self.slots_of("DKIM-Signature").into_iter();
        let both = slots.flat_map(|slot| [(slot, own.clone()), (slot, whole.clone())]);
        both.map(|change| (vec![change], HeaderChange::SignsItself)).collect()
    }

    /// The fields of a name from the top down.
    fn reordered(&self) -> Vec<Found> {
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
            let found = self.first(&self.of_values(name, |value| variants::folds(name, value)));
            if found.is_some() {
                return found;
            }
        }
        self.first(&self.own(|value| variants::folds("DKIM-Signature", value)))
            .or_else(|| self.first(&self.all_unfolded()))
    }

    /// Every field on one line.
    fn all_unfolded(&self) -> Vec<Found> {
        let of = |flat: fn(&[u8]) -> Vec<u8>| {
            let slots = self.slots.iter().enumerate().filter_map(|(slot, field)| Some((slot, (*field)?)));
            let changes: Changes = slots
                .map(|(slot, field)| (slot, self.line_with(field, &flat(self.signer.fields.value(field)))))
                .collect();
            (changes, HeaderChange::Refolded { name: "Subject".to_owned() })
        };
        vec![of(crate::header::unfold), of(|value| variants::with_folds_as(value, b" "))]
    }

    /// RFC 6376 §3.4.1: nor does it tolerate other capitals of a name: of one, or of all that are known by two.
    fn renamed(&self) -> Vec<Found> {
        if self.signer.how() == Canonicalization::Relaxed {
            return Vec::new();
        }
        let (mut all, mut together) = (Vec::new(), Changes::new());
        for (slot, signed) in self.signer.signature.signed_fields.iter().enumerate() {
            let Some(field) = self.slots.get(slot).copied().flatten() else { continue };
            let (now, value) = (self.signer.fields.name(field), self.signer.fields.value(field));
            let now = String::from_utf8_lossy(now).into_owned();
            let names = variants::names(&now, signed);
            let lines = names.iter().map(|name| (slot, [name.as_bytes(), b":", value, b"\r\n"].concat()));
            let lines: Changes = lines.collect();
            together.extend(lines.first().filter(|_| *signed != now).cloned());
            let change = HeaderChange::NameCase { name: now };
            all.extend(lines.into_iter().map(|line| (vec![line], change.clone())));
        }
        let change = all.first().map(|(_, change)| change.clone());
        all.extend(change.map(|change| (together, change)));
        all
    }

    /// The signature's own field with other values.
    fn own(&self, vary: impl Fn(&[u8]) -> Vec<Variant>) -> Vec<Found> {
        let value = self.signer.fields.value_without(self.signer.signed.field, self.signer.signed.reading.b);
        let variants = if value.len() > MAX_VALUE { Vec::new() } else { vary(&value) };
        let with = |variant: Variant| {
            let mut own = Vec::new();
            self.signer.piece(self.signer.signed.field, &variant.value, &mut own);
            (vec![(self.slots.len(), own)], variant.change)
        };
        variants.into_iter().map(with).collect()
    }

    /// Tags of the signature, among them a body hash that is not the body's.
    fn own_changed(&self) -> Vec<Found> {
        let digest = self.signer.signed.body.as_ref().and_then(|body| body.digest.as_deref());
        let (reading, text) = (&self.signer.signed.reading, &self.signer.signed.text);
        let real =
            digest.zip(reading.tag("bh")).map(|(digest, bh)| (data_encoding::BASE64.encode(digest), bh.of(text)));
        let mut all = real.map_or_else(Vec::new, |(real, stated)| {
            self.own(|value| {
                let at = memchr::memmem::find(value, stated).unwrap_or_default();
                let behind = value.get(at.saturating_add(stated.len())..).unwrap_or_default();
                let value = [value.get(..at).unwrap_or_default(), real.as_bytes(), behind].concat();
                vec![Variant { value, change: HeaderChange::Signature { tag: "bh".to_owned() } }]
            })
        });
        all.extend(self.own(variants::signature));
        all
    }

    /// A blank that came or went, where folding changes words.
    fn blanks(&mut self) -> Option<HeaderChange> {
        const NAMES: [&str; 6] = ["Subject", "To", "Content-Type", "References", "Cc", "From"];
        let found = NAMES.iter().find_map(|name| {
            let change = HeaderChange::Refolded { name: (*name).to_owned() };
            self.first(&self.of_values(name, |value| variants::blanks(value, &change)))
        });
        let own = HeaderChange::Refolded { name: "DKIM-Signature".to_owned() };
        found.or_else(|| self.first(&self.own(|value| variants::blanks(value, &own))))
    }

    /// The fields as `z=` has them, where they differ.
    fn copied(&self) -> Option<Found> {
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
    /// Whether a field of this name was removed.
    fn is_of(&self, name: &str) -> bool {
        matches!(self, Self::Removed { name: of, .. } if of.eq_ignore_ascii_case(name))
    }

    fn unproven(self) -> Self {
        match self {
            Self::Copied { names, .. } => Self::Copied { names, proven: false },
            other => other,
        }
    }
}
