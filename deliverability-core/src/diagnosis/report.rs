//! The outcome of a diagnosis.

use core::fmt;
use std::collections::HashSet;

use super::case::Case;
use super::claimed::Claimed;
use super::demands;
use super::finding::{Finding, Unknown};
use super::judged::Judged;
use super::render;
use super::returned::{Inferred, Returned};
use super::rules::Examined;
use crate::dns::{Answers, DnsError, Query};
use crate::problem::Severity;

/// What a diagnosis found, what it could not tell, and the answers that both rest on.
///
/// `Display` is the report as text; with feature `serde`, [`Report::to_json`] is the report for
/// programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    case: Case,
    findings: Vec<Finding>,
    unknown: Vec<Unknown>,
    at_receiver: Vec<Judged>,
    claims: Vec<Claimed>,
    returned: Vec<Returned>,
    inferred: Vec<Inferred>,
    answers: Answers,
}

impl Report {
    /// What all families found, in the order that an expert works in.
    pub(super) fn of_parts(case: Case, parts: impl IntoIterator<Item = Examined>, answers: Answers) -> Self {
        let (mut findings, mut unknown, mut at_receiver) = (Vec::new(), Vec::new(), Vec::new());
        let (mut claims, mut returned) = (Vec::new(), Vec::new());
        for part in parts {
            findings.extend(part.findings);
            unknown.extend(part.unknown);
            at_receiver.extend(part.at_receiver);
            claims.extend(part.claims);
            returned.extend(part.returned);
        }
        unknown.extend(domain_not_known(&case));
        unknown.extend(silent_failures(&unknown, &answers));
        demands::note(&mut findings, &returned);
        for one in &mut returned {
            one.findings = demands::same(one, &findings);
        }
        // Stable: within a severity the order stays, but for what the returned mail is about, which goes first.
        let is_cause = |finding: &Finding| {
            returned
                .iter()
                .any(|one| one.findings.iter().any(|(rule, subject)| (*rule, subject.as_str()) == finding.identity()))
        };
        findings.sort_by_key(|finding| core::cmp::Reverse((finding.severity, is_cause(finding))));
        Self { case, findings, unknown, at_receiver, claims, returned, inferred: Vec::new(), answers }
    }

    pub(super) fn with_inferred(self, inferred: Vec<Inferred>) -> Self {
        Self { inferred, ..self }
    }

    /// The inputs.
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// The answer in one word.
    pub fn verdict(&self) -> Verdict {
        if self.returned.iter().any(Returned::explains) {
            return Verdict::Explained;
        }
        match self.findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::Blocks) => Verdict::Explained,
            Some(Severity::Error | Severity::Warning) => Verdict::AtRisk,
            _ if self.unknown.iter().any(|unknown| unknown.could_block) => Verdict::Unknown,
            _ => Verdict::NothingFound,
        }
    }

    /// What is wrong, the worst first.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What could not be told.
    pub fn unknown(&self) -> &[Unknown] {
        &self.unknown
    }

    /// What SPF, DKIM, DMARC and, where it carries a chain, ARC make of the message at a receiver; empty
    /// without one.
    pub fn at_receiver(&self) -> &[Judged] {
        &self.at_receiver
    }

    /// What the message itself says that others found, from the top; at most 50 results.
    pub fn claims(&self) -> &[Claimed] {
        &self.claims
    }

    /// What a returned mail says, recipient by recipient, put to the test; empty without one.
    pub fn returned(&self) -> &[Returned] {
        &self.returned
    }

    /// What of the case was taken from the returned mail, and from where.
    pub fn inferred(&self) -> &[Inferred] {
        &self.inferred
    }

    /// The answers read in the final step: the evidence, whatever drove the diagnosis.
    pub const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The report as Markdown, for a ticket or a chat: the cause first, its proof and the change, then what else was
    /// found. What strangers wrote is escaped: it is neither formatting nor HTML.
    ///
    /// ```
    /// use deliverability_core::{Check, Diagnosis, dns::Zone};
    /// let report = Diagnosis::of("example.org".parse()?).lists(&[]).in_zone(&Zone::new());
    /// assert!(report.to_markdown().starts_with("# example.org: explained\n"));
    /// # Ok::<(), deliverability_core::domain::ParseError>(())
    /// ```
    pub fn to_markdown(&self) -> String {
        render::markdown::Markdown(self).to_string()
    }

    /// The report as JSON, version 1, indented.
    ///
    /// `{"version", "case": {"domain" | null, "sending_ips", "helo", "selectors", "lists",
    /// "message": {"octets", "sha256", "author_domain", "author_domains", "source", "at", "trusted_authserv_ids"} | null,
    /// "bounce": {"kind", "octets", "reporting_mta"} | null}, "verdict",
    /// "findings": [{"rule", "severity", "subject", "message", "acts", "evidence": [{"query", "answer",
    /// "span"}], "remedy": {"text", "changes": [{"name", "type", "old", "new", "strings"?}], "proven", "streams":
    /// [{"ip", "sender", "before", "after"}], "tried", "proof": {"status": "proven" | "unproven" |
    /// "refuted", "message", "points", "repaired"} | null}, "reference", "policies": [policy]}], "unknown": [{"question",
    /// "reason", "could_block"}], "at_receiver": [{"method", "identity", "result", "reason"}],
    /// "claims": [{"authserv_id", "field", "trusted", "standing", "method", "result", "identity", "here"}],
    /// "returned": [{"recipient", "remote_host",
    /// "receiver", "reply", "code", "status", "permanence", "cause", "underlying", "sentence": {"text", "span"}, "acts",
    /// "parameters": {"list": {"name", "zone", "state"} | null, "url", "ip", "domain", "sender", "mx", "helo", "code",
    /// "spf", "dkim", "dmarc"}, "confirmation": {"outcome": "confirmed" | "refuted" | "unknown" | "not_checkable",
    /// "reason"}, "evidence", "findings": [{"rule", "subject"}], "advice", "policy": policy | null}], "inferred":
    /// [{"what", "value", "source"}], "answers": [{"name", "type", "records" | "error", "ttl"}]}`, where policy is
    /// `{"id", "receiver", "scope", "requirement", "demand", "since", "url", "as_of"}`. A span
    /// is `[start, end]` in the UTF-8 bytes of its answer, or null. `strings` stands there only
    /// for a new TXT record of more than 255 octets: `new`, cut as it has to be published. `streams` are those of
    /// [`Remedy::streams`](super::Remedy::streams), 32 at most; `tried` counts all. Fields may be
    /// added within version 1.
    ///
    /// ```
    /// use deliverability_core::{Check, Diagnosis, dns::Zone};
    /// let report = Diagnosis::of("example.org".parse()?).lists(&[]).in_zone(&Zone::new());
    /// assert!(report.to_json().starts_with("{\n  \"version\": 1,\n  \"case\": {"));
    /// # Ok::<(), deliverability_core::domain::ParseError>(())
    /// ```
    #[cfg(feature = "serde")]
    pub fn to_json(&self) -> String {
        // Nothing in a report can fail to serialise: every key is a string, every value finite.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Of a returned mail that does not tell its sender.
fn domain_not_known(case: &Case) -> Option<Unknown> {
    let reason = "the returned mail does not tell the sender's domain; give it to this diagnosis";
    case.domain.is_root().then(|| Unknown::new("are the sender's records in order", reason, true))
}

/// Failed queries that no unknown speaks of: they changed nothing here, and are named all the same.
fn silent_failures(unknown: &[Unknown], answers: &Answers) -> Vec<Unknown> {
    let spoken_of: HashSet<&Query> = unknown.iter().flat_map(Unknown::queries).collect();
    let failures = answers.iter().filter_map(|(query, answer)| Some((query, answer.as_ref().err()?)));
    failures.filter(|(query, _)| !spoken_of.contains(query)).map(of_failure).collect()
}

fn of_failure((query, error): (&Query, &DnsError)) -> Unknown {
    Unknown::new(format!("what {query} holds"), error, false).for_want_of([query])
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        render::text::report(self, f)
    }
}

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A finding was made that blocks mail by itself, or what a returned mail says is so.
    Explained,
    /// Nothing blocks by itself, but rules are broken or risks were seen.
    AtRisk,
    /// Nothing is wrong in what was asked, and all that could block was answered.
    NothingFound,
    /// Nothing was found, but a question that could have blocked has no answer.
    Unknown,
}

impl Verdict {
    /// The stable word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Explained => "explained",
            Self::AtRisk => "at_risk",
            Self::NothingFound => "nothing_found",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
