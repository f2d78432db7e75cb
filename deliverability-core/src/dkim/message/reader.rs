//! Reading a message in one pass.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use super::line_ends::{self, LineEnds};
use super::{Fields, Limits, Message, Parts, Signed};
use crate::dkim::body_hash::{Hashes, Kind, Pass};
use crate::dkim::explain;
use crate::dkim::signature::{Reading, Signature};
use crate::header;

/// No more ARC-Message-Signature fields are hashed for: a longer chain fails (RFC 8617 §5.2).
const MAX_ARC_SETS: usize = 50;
/// Octets that are hashed at a time, few enough to stay in the processor's cache.
const PIECE: usize = 1 << 14;

/// Reads a message that comes in pieces. Memory is bounded by the [`Limits`], not by the message.
///
/// Also takes what is written to it, so that [`std::io::copy`] reads a file.
///
/// ```
/// use deliverability_core::dkim::Message;
///
/// let mut file = &b"From: amy@example.org\r\n\r\nbody\r\n"[..];
/// let mut reader = Message::reader();
/// std::io::copy(&mut file, &mut reader)?;
/// assert_eq!(reader.finish(), Message::of(b"From: amy@example.org\r\n\r\nbody\r\n"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MessageReader {
    limits: Limits,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    /// The header section so far, and where its last line starts.
    Header { octets: Vec<u8>, line: usize },
    /// Behind it: the pass over the body, and the body for the search of a cause.
    Body { body: Box<Body>, kept: Option<Vec<u8>> },
}

impl MessageReader {
    /// A reader with these limits.
    pub const fn new(limits: Limits) -> Self {
        Self { limits, state: State::Header { octets: Vec::new(), line: 0 } }
    }

    /// The next octets.
    pub fn feed(&mut self, octets: &[u8]) {
        match &mut self.state {
            State::Body { body, kept } => {
                body.feed(octets);
                keep(kept, octets, self.limits.explained_octets);
            }
            State::Header { .. } => self.feed_header(octets),
        }
    }

    fn feed_header(&mut self, more: &[u8]) {
        let State::Header { octets, line } = &mut self.state else { return };
        octets.extend_from_slice(more);
        // An octet is looked at twice at most: only a line end can end the header section.
        let unread = octets.get(*line..).filter(|_| more.contains(&b'\n')).unwrap_or_default();
        let start = header::body_start(unread).map(|start| start.saturating_add(*line));
        if start.is_none() && octets.len() <= self.limits.header_octets {
            *line = unread
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(*line, |at| line.saturating_add(at).saturating_add(1));
            return;
        }
        let octets = core::mem::take(octets);
        let (head, rest) = octets.split_at_checked(start.unwrap_or(octets.len())).unwrap_or((&octets, &[]));
        self.state = State::Body { body: Box::new(Body::new(head, &self.limits)), kept: Some(Vec::new()) };
        self.feed(rest);
    }

    /// The end of the message.
    pub fn finish(self) -> Message {
        match self.state {
            State::Header { octets, .. } => Body::new(&octets, &self.limits).finish(Some(&[])),
            State::Body { body, kept } => body.finish(kept.as_deref()),
        }
    }
}

/// Keeps a body until it is too large.
fn keep(kept: &mut Option<Vec<u8>>, octets: &[u8], limit: usize) {
    match kept {
        Some(all) if all.len().saturating_add(octets.len()) <= limit => all.extend_from_slice(octets),
        _ => *kept = None,
    }
}

impl io::Write for MessageReader {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.feed(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A whole message.
pub(super) fn read(message: &[u8], limits: Limits) -> Message {
    let start = header::body_start(message).unwrap_or(message.len());
    let (head, text) = message.split_at_checked(start).unwrap_or((message, &[]));
    let mut body = Body::new(head, &limits);
    body.feed(text);
    body.finish((text.len() <= limits.explained_octets).then_some(text))
}

/// A message under reading, behind its header section.
#[derive(Clone, Debug)]
struct Body {
    fields: Fields,
    signed: Vec<Signed>,
    arc: Vec<Signed>,
    unjudged: usize,
    passes: Vec<Pass>,
    /// Mends the body of a message that was stored with LF.
    line_ends: Option<LineEnds>,
}

impl Body {
    fn new(head: &[u8], limits: &Limits) -> Self {
        let kept = head.get(..limits.header_octets).unwrap_or(head);
        let is_cut = kept.len() < head.len();
        let fields = Fields::of(kept, limits, is_cut);
        let all = fields.named("DKIM-Signature");
        let arc = fields.named("ARC-Message-Signature").iter().take(MAX_ARC_SETS);
        let arc: Vec<Signed> = arc.map(|field| signed(&fields, *field, Reading::of_arc)).collect();
        let judged = all.get(..limits.signatures).unwrap_or(all);
        let signed: Vec<Signed> = judged.iter().map(|field| signed(&fields, *field, Reading::of)).collect();
        let unjudged = all.len().saturating_sub(judged.len());
        let passes = if fields.is_cut { Vec::new() } else { passes(signed.iter().chain(&arc)) };
        let line_ends = line_ends::is_stored_with_lf(head).then(LineEnds::default);
        Self { fields, signed, arc, unjudged, passes, line_ends }
    }

    fn feed(&mut self, octets: &[u8]) {
        let Self { passes, line_ends, .. } = self;
        let mut hash = |octets: &[u8]| {
            for piece in octets.chunks(PIECE) {
                for pass in passes.iter_mut() {
                    pass.feed(piece);
                }
            }
        };
        match line_ends {
            Some(line_ends) => line_ends.feed(octets, &mut hash),
            None => hash(octets),
        }
    }

    /// `body` as it came, if it is small enough to be searched for the cause of a change.
    fn finish(mut self, body: Option<&[u8]>) -> Message {
        let hashes: Vec<Hashes> = self.passes.drain(..).map(Pass::finish).collect();
        for signed in self.signed.iter_mut().chain(&mut self.arc) {
            let signature = signed.reading.signature.as_ref();
            signed.body = signature.and_then(|signature| {
                let hashes = hashes.iter().find(|hashes| hashes.kind == kind(signature))?;
                Some(hashes.of(signature.body_length))
            });
        }
        self.explain(body);
        let stored_with_lf = self.line_ends.is_some();
        let Self { fields, signed, arc, unjudged, .. } = self;
        Message(Arc::new(Parts { fields, signed, arc, unjudged, stored_with_lf }))
    }

    fn explain(&mut self, body: Option<&[u8]>) {
        if self.signed.iter().chain(&self.arc).all(|signed| signed.body_matches() != Some(false)) {
            return;
        }
        let mended = body.map(|body| match self.line_ends {
            Some(_) => Cow::Owned(line_ends::mended(body)),
            None => Cow::Borrowed(body),
        });
        // DKIM's own signatures first: the searches are few.
        explain::bodies(self.signed.iter_mut().chain(&mut self.arc), &self.fields, mended.as_deref());
    }
}

fn signed(fields: &Fields, field: usize, read: impl FnOnce(&[u8]) -> Reading) -> Signed {
    let value = fields.value(field);
    Signed { field, reading: Arc::new(read(value)), text: value.into(), body: None, change: None }
}

fn kind(signature: &Signature) -> Kind {
    Kind { canonicalization: signature.body_canonicalization, hash: signature.algorithm.hash() }
}

/// A pass for each kind of hash: four at most.
fn passes<'a>(signed: impl Iterator<Item = &'a Signed>) -> Vec<Pass> {
    let mut passes: Vec<Pass> = Vec::new();
    for signature in signed.filter_map(|signed| signed.reading.signature.as_ref()) {
        let kind = kind(signature);
        let at = passes.iter().position(|pass| pass.kind() == kind).unwrap_or_else(|| {
            passes.push(Pass::new(kind));
            passes.len().saturating_sub(1)
        });
        if let Some(pass) = passes.get_mut(at) {
            pass.want(signature.body_length);
        }
    }
    passes
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s; h=from; \r\n\
        \tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\nFrom: a@example.org\r\n\r\nline\r\n\r\nline\r\n";

    #[test]
    fn pieces_of_any_size_give_the_same_message() {
        let lf = String::from_utf8(MESSAGE.to_vec()).unwrap().replace('\r', "");
        for message in [MESSAGE, lf.as_bytes(), b"", b"\r\n", b"From: a", b"A: 1\r\n\r\n"] {
            for size in [1, 2, 3, 7, 64] {
                let mut reader = Message::reader();
                message.chunks(size).for_each(|piece| reader.feed(piece));
                assert_eq!(reader.finish(), Message::of(message), "{size}");
            }
        }
    }

    #[test]
    fn a_message_stored_with_lf_hashes_as_on_the_wire() {
        let lf = String::from_utf8(MESSAGE.to_vec()).unwrap().replace('\r', "");
        let (wire, stored) = (Message::of(MESSAGE), Message::of(lf.as_bytes()));
        assert_eq!(wire.signed()[0].body, stored.signed()[0].body);
        assert!(stored.is_stored_with_lf() && !wire.is_stored_with_lf());
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { signatures: 1, header_octets: 200, ..Limits::default() };
        let line = MESSAGE.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let many = [&MESSAGE[..line], MESSAGE].concat();
        let message = Message::with_limits(&many, limits);
        assert!(message.fields().is_cut && message.signature_count() == 2 && message.signed().len() == 1);
        let mut reader = MessageReader::new(limits);
        many.chunks(10).for_each(|piece| reader.feed(piece));
        assert!(reader.finish().fields().is_cut);
    }
}
