//! The search for what happened to a body.

use super::change::BodyChange;
use super::{footer, rewrites};
use crate::dkim::body_hash::{Kind, Pass};
use crate::dkim::message::Fields;
use crate::dkim::signature::{Canonicalization, Signature};

/// Octets that a search hashes beyond three passes over the body.
const MORE_OCTETS: usize = 1 << 21;

/// Largest body that is searched for a change of one line, in octets.
const MAX_BY_LINE: usize = 1 << 14;

/// A hash that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) kind: Kind,
    pub(super) length: Option<u64>,
    pub(super) digest: Box<[u8]>,
}

impl Wanted {
    pub(super) fn of(signature: &Signature) -> Self {
        let kind = Kind { canonicalization: signature.body_canonicalization, hash: signature.algorithm.hash() };
        Self { kind, length: signature.body_length, digest: signature.body_hash.clone() }
    }

    /// Whether this is the body that was signed.
    fn is(&self, body: &[u8]) -> bool {
        self.is_under(self.kind, &[body])
    }

    fn is_of(&self, parts: &[&[u8]]) -> bool {
        self.is_under(self.kind, parts)
    }

    fn is_under(&self, kind: Kind, parts: &[&[u8]]) -> bool {
        let mut pass = Pass::new(kind);
        pass.want(self.length);
        for part in parts {
            pass.feed(part);
        }
        pass.finish().of(self.length).digest.as_deref() == Some(&self.digest)
    }
}

/// What happened to `body`, whose hash is not the wanted one. Likely changes come first.
pub(super) fn search(wanted: &Wanted, body: &[u8], fields: &Fields) -> BodyChange {
    let mut budget = Budget(MORE_OCTETS.saturating_add(body.len().saturating_mul(16)));
    None.or_else(|| wanted.is(b"").then_some(BodyChange::Emptied))
        .or_else(|| footer::search(wanted, body))
        .or_else(|| rewritten(wanted, body, fields, &mut budget))
        .or_else(|| other_canonicalization(wanted, body))
        .or_else(|| banner(wanted, body, &mut budget))
        .or_else(|| one_line(wanted, body, &mut budget))
        .unwrap_or(BodyChange::Unknown)
}

/// Octets that may still be hashed.
struct Budget(usize);

impl Budget {
    fn take(&mut self, octets: usize) -> Option<()> {
        self.0 = self.0.checked_sub(octets.saturating_add(64))?;
        Some(())
    }
}

fn rewritten(wanted: &Wanted, body: &[u8], fields: &Fields, budget: &mut Budget) -> Option<BodyChange> {
    for rewrite in rewrites::ALL {
        let Some(before) = (rewrite.undo)(body, fields).filter(|before| before != body) else { continue };
        budget.take(before.len())?;
        if wanted.is(&before) {
            return Some(rewrite.change.clone());
        }
        // A list that re-encodes a body often appends its footer too; the former is named.
        if rewrite.is_encoding && footer::short(wanted, &before).is_some() {
            return Some(rewrite.change.clone());
        }
    }
    None
}

fn other_canonicalization(wanted: &Wanted, body: &[u8]) -> Option<BodyChange> {
    let canonicalization = match wanted.kind.canonicalization {
        Canonicalization::Simple => Canonicalization::Relaxed,
        Canonicalization::Relaxed => Canonicalization::Simple,
    };
    let kind = Kind { canonicalization, ..wanted.kind };
    wanted.is_under(kind, &[body]).then_some(BodyChange::OtherCanonicalization)
}

/// Lines in front: 32 at most.
fn banner(wanted: &Wanted, body: &[u8], budget: &mut Budget) -> Option<BodyChange> {
    let mut rest = body;
    for lines in 1..=32 {
        rest = after_line(rest)?;
        budget.take(rest.len())?;
        if wanted.is(rest) {
            return Some(BodyChange::Banner { lines });
        }
    }
    None
}

fn after_line(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    text.get(end.saturating_add(1)..)
}

/// One line added, or with other white space at its end. Takes a pass over the body for each line,
/// so only small bodies are searched.
fn one_line(wanted: &Wanted, body: &[u8], budget: &mut Budget) -> Option<BodyChange> {
    if body.len() > MAX_BY_LINE {
        return None;
    }
    let simple = wanted.kind.canonicalization == Canonicalization::Simple;
    let mut start = 0;
    for (n, line) in body.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = n.saturating_add(1);
        let (before, rest) = body.split_at_checked(start)?;
        let behind = rest.get(line.len()..)?;
        start = start.saturating_add(line.len());
        budget.take(body.len())?;
        if wanted.is_of(&[before, behind]) {
            return Some(BodyChange::LineAdded { line: number });
        }
        if simple {
            let text = line.trim_ascii_end();
            for end in [&b" \r\n"[..], b"\t\r\n", b"\r\n"] {
                budget.take(body.len())?;
                if wanted.is_of(&[before, text, end, behind]) {
                    return Some(BodyChange::TrailingSpace { line: Some(number) });
                }
            }
        }
    }
    None
}
