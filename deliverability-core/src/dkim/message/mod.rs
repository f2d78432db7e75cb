//! A message as its signatures see it: read once, its body hashed on the way.

mod fields;
mod line_ends;
mod reader;

use std::sync::Arc;

pub(crate) use fields::Fields;
pub use reader::MessageReader;

use super::body_hash::BodyHash;
use super::explain::BodyChange;
use super::signature::Reading;

/// A message, read and hashed for the signatures that it carries (RFC 6376 §6.1).
///
/// Lines end in CR LF. A line end without CR counts as one in the header; in the body it does if
/// the message was stored so, which its first line shows (RFC 6376 §5.3): what is hashed then is
/// what was on the wire. Otherwise a lone LF in the body is an octet as any other.
///
/// A message does not keep its body: what verification needs of it was taken in one pass. Cheap to
/// clone.
///
/// ```
/// use deliverability_core::dkim::Message;
/// let message = Message::of(b"From: amy@example.org\r\nSubject: hello\r\n\r\nbody\r\n");
/// assert_eq!(message.signature_count(), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(Arc<Parts>);

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    fields: Fields,
    signed: Vec<Signed>,
    /// The ARC-Message-Signature fields (RFC 8617 §4.1.2), from the top.
    arc: Vec<Signed>,
    unjudged: usize,
    stored_with_lf: bool,
}

/// One signature and what was found of the body for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    /// Which field it is.
    pub(crate) field: usize,
    pub(crate) reading: Arc<Reading>,
    /// The value of the field: what spans index.
    pub(super) text: Arc<[u8]>,
    /// `None` if the signature does not say how to hash the body.
    pub(super) body: Option<BodyHash>,
    /// What happened to the body, if its hash differs.
    pub(crate) change: Option<BodyChange>,
}

impl Signed {
    /// Whether the body has the hash that was signed.
    pub(crate) fn body_matches(&self) -> Option<bool> {
        let (body, signature) = (self.body.as_ref()?, self.reading.signature.as_ref()?);
        Some(body.digest.as_deref() == Some(&signature.body_hash))
    }
}

impl Message {
    /// Reads a whole message under the default [`Limits`].
    pub fn of(message: &[u8]) -> Self {
        Self::with_limits(message, Limits::default())
    }

    /// Reads a whole message.
    pub fn with_limits(message: &[u8], limits: Limits) -> Self {
        reader::read(message, limits)
    }

    /// Reads a message that comes in pieces, under the default [`Limits`].
    pub fn reader() -> MessageReader {
        MessageReader::new(Limits::default())
    }

    /// How many DKIM-Signature fields the message has, judged or not.
    pub fn signature_count(&self) -> usize {
        self.0.signed.len().saturating_add(self.0.unjudged)
    }

    /// Whether its lines ended in LF alone, as mail is stored on disk.
    pub fn is_stored_with_lf(&self) -> bool {
        self.0.stored_with_lf
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.0.fields
    }

    pub(super) fn signed(&self) -> &[Signed] {
        &self.0.signed
    }

    pub(crate) fn arc_signed(&self) -> &[Signed] {
        &self.0.arc
    }

    /// How many signatures stand beyond the limit.
    pub(super) fn unjudged(&self) -> usize {
        self.0.unjudged
    }
}

/// How much of a message is looked at. Time is linear in the message whatever the limits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Signatures that are judged, from the top; the others are neutral
    /// ([`Cause::TooManySignatures`](super::Cause::TooManySignatures)). RFC 6376 §8.4 asks for a
    /// limit. 20. ARC has a limit of its own, 50 sets (RFC 8617 §5.2).
    pub signatures: usize,
    /// Octets of the header section; beyond them the message is not judged
    /// ([`Cause::HeaderTooLarge`](super::Cause::HeaderTooLarge)). 1 MiB.
    pub header_octets: usize,
    /// Fields of the header section; the same. 10,000.
    pub header_fields: usize,
    /// A changed body is searched for the cause up to this size, in octets; a streamed body is kept
    /// up to it until then. Beyond it the cause is not known
    /// ([`BodyChange::NotSearched`](super::BodyChange::NotSearched)). 4 MiB.
    pub explained_octets: usize,
    /// What a search for the cause may hash, for each of four different body hashes at most: so many
    /// times the octets of the changed body, counted as 40 KiB at least, and as 240 KiB up to 12 KiB; a
    /// quarter of one time goes for looking at it. Likely causes come first; what there is no room for is
    /// not looked for ([`BodyChange::PartlySearched`](super::BodyChange::PartlySearched)). 2: a message
    /// of 40 KiB or more whose body was changed then costs no more than three that verify, a smaller one
    /// less than a millisecond more.
    pub explained_passes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            signatures: 20,
            header_octets: 1 << 20,
            header_fields: 10_000,
            explained_octets: 4 << 20,
            explained_passes: 2,
        }
    }
}

impl Limits {
    /// The default limits, and a longer search for what happened to a body: 32 passes over it. For
    /// those who want to know rather than to receive mail.
    pub fn thorough() -> Self {
        Self { explained_passes: 32, ..Self::default() }
    }
}
