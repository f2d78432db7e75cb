//! What a diagnosis finds: a rule that fired, its proof, who must act, and the change.

use core::fmt;
use std::sync::Arc;

use super::proposal::Wish;
use crate::dns::{Answer, Query, RecordData, RecordType, Response, Text};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::receivers::Policy;
use crate::rule_id::RuleId;
use crate::span::Span;
use crate::spf::Proof;

/// What goes before a list's own words in a message.
pub(super) const LIST_SAYS: &str = " The list says: ";

/// One thing that is wrong, with its proof and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule that fired.
    pub rule: RuleId,
    /// How much it matters.
    pub severity: Severity,
    /// The identity judged: an address, a domain, a host name, a selector.
    pub subject: String,
    /// What was seen and why it matters, in a sentence or two.
    pub message: String,
    /// Who must act.
    pub acts: Acts,
    /// The answers that it rests on.
    pub evidence: Vec<Evidence>,
    /// What to do.
    pub remedy: Remedy,
    /// What the receivers that returned the mail demand and this breaks.
    pub policies: Vec<&'static Policy>,
    pub(super) scope: Scope,
    /// The rewrite that the remedy is to become.
    pub(super) wish: Option<Wish>,
}

/// The part of a case that decides whether a finding is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of it.
    #[default]
    Case,
    /// One sending address, and the HELO name.
    Address(core::net::IpAddr),
    /// One selector, and its domain.
    Selector(String, DomainName),
}

impl Finding {
    pub(super) fn new(
        rule: RuleId,
        severity: Severity,
        subject: impl fmt::Display,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity,
            subject: subject.to_string(),
            message: message.into(),
            acts: Acts::SenderDns,
            evidence: Vec::new(),
            remedy: Remedy::default(),
            policies: Vec::new(),
            scope: Scope::default(),
            wish: None,
        }
    }

    pub(super) fn about(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    pub(super) fn by(self, acts: Acts) -> Self {
        Self { acts, ..self }
    }

    pub(super) fn with_evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    pub(super) fn with_remedy(self, text: impl Into<String>, changes: Vec<Change>) -> Self {
        Self { remedy: Remedy { text: text.into(), changes, ..Remedy::default() }, ..self }
    }

    pub(super) fn wishing(self, wish: impl Into<Option<Wish>>) -> Self {
        Self { wish: wish.into(), ..self }
    }

    /// What the rule rests on: an RFC section or a receiver's page.
    pub fn reference(&self) -> &'static str {
        self.rule.reference()
    }

    /// The message without a list's own words, which may be others at each look, or not be there.
    pub(super) fn told(&self) -> &str {
        self.message.split(LIST_SAYS).next().unwrap_or_default()
    }

    /// Two findings of one rule about one subject are the same.
    pub(super) fn identity(&self) -> (RuleId, &str) {
        (self.rule, &self.subject)
    }
}

/// Who must act on a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Acts {
    /// Whoever publishes the sender's DNS, forward or reverse.
    SenderDns,
    /// Whoever runs the sending server.
    SenderServer,
    /// The receiver.
    Receiver,
    /// The operator of a blocklist.
    ListOperator,
    /// Whoever runs the resolver that this diagnosis asked.
    Resolver,
    /// Whoever runs the server that forwarded the message.
    Forwarder,
}

impl Acts {
    /// The stable word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SenderDns => "sender_dns",
            Self::SenderServer => "sender_server",
            Self::Receiver => "receiver",
            Self::ListOperator => "list_operator",
            Self::Resolver => "resolver",
            Self::Forwarder => "forwarder",
        }
    }

    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::SenderDns => "the sender's DNS",
            Self::SenderServer => "the sending server's administrator",
            Self::Receiver => "the receiver",
            Self::ListOperator => "the list's operator, after the cause is gone",
            Self::Resolver => "whoever runs the resolver asked here",
            Self::Forwarder => "the forwarding server's administrator",
        }
    }
}

/// One observation: a query, what came back, and the bytes of it that matter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// What was asked.
    pub query: Query,
    /// The record, or in words that there is none; its spans index these bytes.
    pub answer: Arc<[u8]>,
    /// The bytes that matter.
    pub span: Option<Span>,
}

impl Evidence {
    /// A record of the answer, and the bytes in it that matter.
    pub(super) fn of_record(query: Query, record: Arc<[u8]>, span: Option<Span>) -> Self {
        Self { query, answer: record, span }
    }

    /// A whole answer: its records, or in words that there is none.
    pub(super) fn of_answer(query: Query, answer: &Answer) -> Self {
        let text = match answer {
            Err(error) => error.to_string(),
            Ok(response) if response.is_nxdomain() => "no such name (NXDOMAIN)".to_owned(),
            Ok(response) if response.is_void() => format!("no {} record", query.record_type),
            Ok(response) => all_records(response),
        };
        Self { query, answer: text.into_bytes().into(), span: None }
    }

    /// The answer as text, with U+FFFD for what is not UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.answer).into_owned()
    }

    /// The span in the bytes of [`Evidence::text`].
    pub fn text_span(&self) -> Option<Span> {
        let lossy_length = |end: usize| {
            let before = Span::new(0, end).of(&self.answer);
            String::from_utf8_lossy(before).len()
        };
        self.span.map(|span| Span::new(lossy_length(span.start), lossy_length(span.end)))
    }
}

/// The records in an order of their own: that of the answer means nothing (RFC 2181 §5).
fn all_records(response: &Response) -> String {
    let mut records: Vec<&RecordData> = response.records().iter().collect();
    records.sort();
    records.into_iter().map(record_text).collect::<Vec<_>>().join(", ")
}

/// A record as reports show it: text records as their joined text, others in master-file form.
pub(super) fn record_text(data: &RecordData) -> String {
    match data {
        RecordData::Txt(text) => text.to_text().into_owned(),
        other => other.to_string(),
    }
}

/// An outcome's words as a sentence: a capital in front, a full stop behind.
pub(super) fn sentence(words: impl fmt::Display) -> String {
    let words = words.to_string();
    let mut characters = words.chars();
    let first = characters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(characters).chain(['.']).collect()
}

/// What to do about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remedy {
    /// In words, with how to verify it.
    pub text: String,
    /// The DNS changes to publish, all of them together.
    pub changes: Vec<Change>,
    /// Whether the changes were seen to work over the evidence.
    pub proven: Proven,
    /// The senders whose SPF result was compared before and after the changes; of more than 32,
    /// that many, those whose result changes first.
    pub streams: Vec<Stream>,
    /// How many senders were compared.
    pub tried: usize,
    /// What a rewritten SPF record changes for all other senders, at every network edge; `None`
    /// where the changes are not a rewrite of an SPF record.
    pub proof: Option<Proof>,
}

/// Whether a remedy was seen to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Proven {
    /// With the changes the finding is gone, and no sender that passes now fails.
    Yes,
    /// The changes do not help, bring another finding that is as bad, or a sender that passes now
    /// would fail.
    No,
    /// Answers are missing, or the remedy is no DNS change.
    #[default]
    Unknown,
}

impl Proven {
    /// The stable word of the JSON report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

/// One record to publish, to replace or to delete.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Where the record stands.
    pub name: DomainName,
    /// The record that stands there now; `None` to add one.
    pub old: Option<RecordData>,
    /// The record to publish; `None` to delete.
    pub new: Option<RecordData>,
    record_type: RecordType,
}

impl Change {
    /// A record to publish beside what stands there.
    pub fn add(name: DomainName, new: RecordData) -> Self {
        Self { name, record_type: new.record_type(), old: None, new: Some(new) }
    }

    /// A record to publish in place of another one of the same type.
    pub fn replace(name: DomainName, old: RecordData, new: RecordData) -> Self {
        Self { name, record_type: new.record_type(), old: Some(old), new: Some(new) }
    }

    /// A record to take away.
    pub fn delete(name: DomainName, old: RecordData) -> Self {
        Self { name, record_type: old.record_type(), old: Some(old), new: None }
    }

    pub(super) fn replace_text(name: DomainName, old: &[u8], new: &str) -> Self {
        Self::replace(name, RecordData::Txt(Text::new(old)), RecordData::Txt(Text::from(new)))
    }

    /// The type of the record.
    pub const fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The set of records that the change is in.
    pub fn query(&self) -> Query {
        Query::new(self.name.clone(), self.record_type)
    }
}

/// A sender whose SPF result was compared before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stream {
    /// The sending address.
    pub ip: core::net::IpAddr,
    /// The MAIL FROM address.
    pub sender: String,
    /// The result as things stand.
    pub before: crate::result::SpfResult,
    /// The result with the changes.
    pub after: crate::result::SpfResult,
}

/// A question that could not be answered, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unknown {
    /// The question.
    pub question: String,
    /// Why there is no answer.
    pub reason: String,
    /// Whether an answer could have been a finding that blocks mail.
    pub could_block: bool,
    /// The queries that were to answer it.
    queries: Vec<Query>,
}

impl Unknown {
    pub(super) fn new(question: impl Into<String>, reason: impl fmt::Display, could_block: bool) -> Self {
        Self { question: question.into(), reason: reason.to_string(), could_block, queries: Vec::new() }
    }

    /// The same unknown, resting on these queries.
    pub(super) fn for_want_of<'q>(mut self, queries: impl IntoIterator<Item = &'q Query>) -> Self {
        self.queries.extend(queries.into_iter().cloned());
        self
    }

    /// The queries that were to answer the question; none where somebody has to be asked.
    pub fn queries(&self) -> &[Query] {
        &self.queries
    }
}
