//! What became of one signature.

use std::sync::Arc;

use core::fmt;

use super::{Cause, Note};
use crate::dkim::explain::Hops;
use crate::dkim::key_lookup::KeyOutcome;
use crate::dkim::signature::{Reading, Signature};
use crate::problem::{Problem, Severity};
use crate::result::DkimResult;
use crate::rule_id::RuleId;
use crate::span::Span;

/// What became of one signature: every check was made that could be, whatever failed before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureOutcome {
    pub(super) reading: Arc<Reading>,
    pub(super) text: Arc<[u8]>,
    pub(super) key: Option<KeyOutcome>,
    pub(super) checks: Checks,
    /// The first decides.
    pub(super) causes: Vec<Cause>,
    pub(super) notes: Vec<Note>,
    pub(super) hops: Hops,
}

/// What each check found; `None` if it could not be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Checks {
    pub(super) time: Option<bool>,
    pub(super) body: Option<bool>,
    pub(super) signature: Option<bool>,
    pub(super) identity: Option<bool>,
}

impl SignatureOutcome {
    /// The outcome of a signature that was not judged.
    pub(super) fn beyond_limit() -> Self {
        Self {
            reading: Arc::new(Reading::of(b"")),
            text: Arc::default(),
            key: None,
            checks: Checks::default(),
            causes: vec![Cause::TooManySignatures],
            notes: Vec::new(),
            hops: Hops::default(),
        }
    }

    /// The result; never `none`.
    pub fn result(&self) -> DkimResult {
        self.causes.first().map_or(DkimResult::Pass, Cause::result)
    }

    /// Why it does not pass: the cause that decides. `None` if it passes.
    pub fn cause(&self) -> Option<&Cause> {
        self.causes.first()
    }

    /// Every reason why it does not pass, the one that decides first.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// What is worth knowing of it, whether it passes or not.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The signature; `None` if the field cannot be verified.
    pub fn signature(&self) -> Option<&Signature> {
        self.reading.signature.as_ref()
    }

    /// The value of the DKIM-Signature field as it came: what the spans of the problems index.
    pub const fn text(&self) -> &Arc<[u8]> {
        &self.text
    }

    /// What stands at its selector; `None` if the signature does not say where its key is.
    pub const fn key(&self) -> Option<&KeyOutcome> {
        self.key.as_ref()
    }

    /// Whether it is neither expired nor from the future. `None` without a time to judge at.
    pub const fn is_in_time(&self) -> Option<bool> {
        self.checks.time
    }

    /// Whether the body has the hash that was signed. `None` if it could not be hashed.
    pub const fn body_matches(&self) -> Option<bool> {
        self.checks.body
    }

    /// Whether the signed fields carry this signature. `None` without a usable key.
    pub const fn signature_verifies(&self) -> Option<bool> {
        self.checks.signature
    }

    /// Whether `i=` is one that the domain and its key allow. `None` if that is not known.
    pub const fn identity_allowed(&self) -> Option<bool> {
        self.checks.identity
    }

    /// The hosts that had the message after it was signed, first to last, as its Received fields
    /// say: some of them may have changed it. A hint: any of them may write any field.
    pub fn later_hosts(&self) -> &[String] {
        &self.hops.hosts
    }

    /// The mailing list that the message came through, as its unsigned List-Id field says. A hint.
    pub fn mailing_list(&self) -> Option<&str> {
        self.hops.list.as_deref()
    }

    /// All causes and notes, with their places in [`text`](Self::text).
    pub fn problems(&self) -> Vec<Problem> {
        let causes = self.causes.iter().map(|cause| self.problem(cause));
        let notes = self.notes.iter().map(|note| {
            Problem::new(RuleId::DkimSignatureRisk, note.severity(), self.reading.span(note.tag()), note.to_string())
        });
        causes.chain(notes).collect()
    }

    fn problem(&self, cause: &Cause) -> Problem {
        let (rule, span) = match cause {
            Cause::Signature(error) => (RuleId::DkimSignatureBad, error.span),
            Cause::RetiredAlgorithm => (RuleId::DkimSignatureBad, self.reading.span("a")),
            Cause::Key(key) => (key_rule(key), self.reading.span("s")),
            Cause::StrictIdentity => (RuleId::DkimSignatureBad, self.reading.span("i")),
            Cause::BodyChanged(_) => (RuleId::DkimBodyChanged, self.reading.span("bh")),
            Cause::HeaderChanged(_) | Cause::SignatureMismatch => (RuleId::DkimHeaderChanged, self.reading.span("h")),
            Cause::KeyMismatch | Cause::SignatureLength { .. } => (RuleId::DkimKeyMismatch, self.reading.span("b")),
            Cause::Expired { .. } => (RuleId::DkimSignatureBad, self.reading.span("x")),
            Cause::Future { .. } => (RuleId::DkimSignatureBad, self.reading.span("t")),
            Cause::HeaderTooLarge | Cause::TooManySignatures => (RuleId::DkimSignatureBad, Span::at(0)),
        };
        let severity = if cause.result() == DkimResult::Temperror { Severity::Warning } else { Severity::Error };
        Problem::new(rule, severity, span, cause.to_string())
    }
}

const fn key_rule(cause: &super::KeyCause) -> RuleId {
    match cause {
        super::KeyCause::Missing { .. } | super::KeyCause::Revoked => RuleId::DkimKeyMissing,
        super::KeyCause::Type { .. } => RuleId::DkimKeyMismatch,
        _ => RuleId::DkimKeyBad,
    }
}

/// One sentence, without a final stop.
impl fmt::Display for SignatureOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.result().as_str())?;
        if let Some(domain) = self.reading.domain() {
            write!(f, " for {domain}")?;
        }
        match self.cause() {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

/// The result of a message: pass if any signature passes, none if there is none, else that of the
/// topmost one (RFC 6376 §6.1: a signature that fails is as good as none).
///
/// ```
/// use deliverability_core::{dkim, result::DkimResult};
/// assert_eq!(dkim::overall(&[]), DkimResult::None);
/// ```
pub fn overall(outcomes: &[SignatureOutcome]) -> DkimResult {
    let mut results = outcomes.iter().map(SignatureOutcome::result);
    let first = results.next().unwrap_or(DkimResult::None);
    if results.any(|result| result == DkimResult::Pass) { DkimResult::Pass } else { first }
}
