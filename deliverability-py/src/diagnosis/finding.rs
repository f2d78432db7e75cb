//! What a diagnosis finds, and what it could not tell.

use core::net::IpAddr;

use deliverability_core::diagnosis::{self as core_diagnosis, Proven};
use deliverability_core::dns::{Query, RecordData};
use deliverability_core::{DomainName, SpfResult};

use crate::field::variant_words;
use crate::receivers::ReceiverPolicy;
use crate::span::{self, Span};
use crate::spf::rewrite::SpfProof;
use crate::value::value_class;
use crate::words::{Severity, Ternary};

value_class! {
    /// One thing that is wrong, with its proof and what to do about it.
    Finding {
        /// The rule that fired, such as "spf.ip-not-authorized".
        rule: String,
        /// How much it matters.
        severity: Severity,
        /// The identity judged: an address, a domain, a host name, a selector.
        subject: String,
        /// What was seen and why it matters.
        message: String,
        /// Who must act.
        acts: Acts,
        /// The answers that it rests on.
        evidence: Vec<Evidence>,
        /// What to do.
        remedy: Remedy,
        /// What the rule rests on: an RFC section or a receiver's page.
        reference: String,
        /// What the receivers that returned the mail demand and this breaks.
        policies: Vec<ReceiverPolicy>,
    }
}

impl From<&core_diagnosis::Finding> for Finding {
    fn from(finding: &core_diagnosis::Finding) -> Self {
        Self {
            rule: finding.rule.as_str().to_owned(),
            severity: finding.severity.into(),
            subject: finding.subject.clone(),
            message: finding.message.clone(),
            acts: finding.acts.into(),
            evidence: finding.evidence.iter().map(Evidence::from).collect(),
            remedy: (&finding.remedy).into(),
            reference: finding.reference().to_owned(),
            policies: finding.policies.iter().map(|policy| ReceiverPolicy::from(*policy)).collect(),
        }
    }
}

variant_words! {
    /// Who must act on a finding.
    Acts from core_diagnosis::Acts {
        SenderDns = "sender_dns",
        SenderServer = "sender_server",
        Receiver = "receiver",
        ListOperator = "list_operator",
        Resolver = "resolver",
        Forwarder = "forwarder",
    } else SenderDns
}

value_class! {
    /// One observation: a query, what came back, and the part of it that matters.
    Evidence {
        /// What was asked.
        query: Query,
        /// The record, or in words that there is none.
        answer: String,
        /// The part of `answer` that matters.
        span: Option<Span>,
    }
}

impl From<&core_diagnosis::Evidence> for Evidence {
    fn from(evidence: &core_diagnosis::Evidence) -> Self {
        Self {
            query: evidence.query.clone(),
            answer: span::text(&evidence.answer),
            span: evidence.span.map(|span| Span::of_bytes(&evidence.answer, span)),
        }
    }
}

value_class! {
    /// What to do about a finding.
    Remedy {
        /// In words, with how to verify it.
        text: String,
        /// The DNS changes to publish, all of them together.
        changes: Vec<Change>,
        /// Whether the changes were seen to work over the evidence.
        proven: Ternary,
        /// The senders whose SPF result was compared before and after the changes; of more than 32,
        /// that many, those whose result changes first.
        streams: Vec<Stream>,
        /// How many senders were compared.
        tried: usize,
        /// What a rewritten SPF record changes for all other senders; `None` where the changes are
        /// not a rewrite of an SPF record.
        proof: Option<SpfProof>,
    }
}

impl From<&core_diagnosis::Remedy> for Remedy {
    fn from(remedy: &core_diagnosis::Remedy) -> Self {
        let proven = match remedy.proven {
            Proven::Yes => Ternary::Yes,
            Proven::No => Ternary::No,
            Proven::Unknown => Ternary::Unknown,
        };
        Self {
            text: remedy.text.clone(),
            changes: remedy.changes.iter().map(Change::from).collect(),
            proven,
            streams: remedy.streams.iter().map(Stream::from).collect(),
            tried: remedy.tried,
            proof: remedy.proof.as_ref().map(SpfProof::from),
        }
    }
}

value_class! {
    /// One record to publish, to replace or to delete.
    Change {
        /// Where the record stands.
        name: DomainName,
        /// Its type.
        record_type: String,
        /// The record that stands there now; `None` to add one.
        old: Option<String>,
        /// The record to publish; `None` to delete.
        new: Option<String>,
    }
}

impl From<&core_diagnosis::Change> for Change {
    fn from(change: &core_diagnosis::Change) -> Self {
        Self {
            name: change.name.clone(),
            record_type: change.record_type().as_str().to_owned(),
            old: change.old.as_ref().map(record_text),
            new: change.new.as_ref().map(record_text),
        }
    }
}

/// As the report shows it: texts joined and bare, other records in master-file form.
fn record_text(data: &RecordData) -> String {
    match data {
        RecordData::Txt(text) => text.to_text().into_owned(),
        other => other.to_string(),
    }
}

value_class! {
    /// A sender whose SPF result was compared before and after a change.
    Stream {
        /// The sending address.
        ip: IpAddr,
        /// The MAIL FROM address.
        sender: String,
        /// The result as things stand.
        before: SpfResult,
        /// The result with the changes.
        after: SpfResult,
    }
}

impl From<&core_diagnosis::Stream> for Stream {
    fn from(stream: &core_diagnosis::Stream) -> Self {
        Self { ip: stream.ip, sender: stream.sender.clone(), before: stream.before, after: stream.after }
    }
}

value_class! {
    /// A question that could not be answered, and why.
    Unknown {
        /// The question.
        question: String,
        /// Why there is no answer.
        reason: String,
        /// Whether an answer could have been a finding that blocks mail.
        could_block: bool,
        /// The queries that were to answer it; none where somebody has to be asked.
        queries: Vec<Query>,
    }
}

impl From<&core_diagnosis::Unknown> for Unknown {
    fn from(unknown: &core_diagnosis::Unknown) -> Self {
        Self {
            question: unknown.question.clone(),
            reason: unknown.reason.clone(),
            could_block: unknown.could_block,
            queries: unknown.queries().to_vec(),
        }
    }
}
