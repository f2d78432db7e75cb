//! The report for programs: version 1, stable, its fields in the order documented.

use core::net::IpAddr;

use serde::{Serialize, Serializer};

use super::returned_json::{InferredJson, PolicyJson, ReturnedJson};
use crate::diagnosis::bounce::CaseBounce;
use crate::diagnosis::case::Case;
use crate::diagnosis::claimed::Claimed;
use crate::diagnosis::finding::{Change, Evidence, Finding, Remedy, Stream, Unknown, record_text};
use crate::diagnosis::judged::Judged;
#[cfg(feature = "verify")]
use crate::diagnosis::message::CaseMessage;
use crate::diagnosis::report::Report;
use crate::dns::{Answers, RecordData};
use crate::dnsbl;
use crate::domain::DomainName;
use crate::spf::Proof;

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ReportJson {
            version: 1,
            case: CaseJson::of(self.case()),
            verdict: self.verdict().as_str(),
            findings: self.findings().iter().map(FindingJson::of).collect(),
            unknown: self.unknown().iter().map(UnknownJson::of).collect(),
            at_receiver: self.at_receiver().iter().map(JudgedJson::of).collect(),
            claims: self.claims().iter().map(ClaimedJson::of).collect(),
            returned: self.returned().iter().map(ReturnedJson::of).collect(),
            inferred: self.inferred().iter().map(InferredJson::of).collect(),
            answers: self.answers(),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct ReportJson<'a> {
    version: u8,
    case: CaseJson<'a>,
    verdict: &'static str,
    findings: Vec<FindingJson<'a>>,
    unknown: Vec<UnknownJson<'a>>,
    at_receiver: Vec<JudgedJson<'a>>,
    claims: Vec<ClaimedJson<'a>>,
    returned: Vec<ReturnedJson<'a>>,
    inferred: Vec<InferredJson<'a>>,
    answers: &'a Answers,
}

#[derive(Serialize)]
struct CaseJson<'a> {
    /// Null where a returned mail does not tell it.
    domain: Option<&'a DomainName>,
    sending_ips: &'a [IpAddr],
    helo: Option<&'a str>,
    selectors: &'a [String],
    lists: Vec<&'a DomainName>,
    /// Always null without feature `verify`.
    message: Option<MessageJson<'a>>,
    bounce: Option<BounceJson<'a>>,
}

/// Which returned mail it was.
#[derive(Serialize)]
struct BounceJson<'a> {
    kind: &'static str,
    octets: usize,
    reporting_mta: Option<&'a str>,
}

impl<'a> BounceJson<'a> {
    fn of(bounce: &'a CaseBounce) -> Self {
        let read = bounce.bounce();
        Self { kind: read.kind().as_str(), octets: bounce.octets(), reporting_mta: read.reporting_mta() }
    }
}

/// Which message it was; its content is nobody's business here.
#[derive(Serialize)]
struct MessageJson<'a> {
    octets: usize,
    sha256: &'a str,
    author_domain: Option<&'a DomainName>,
    author_domains: &'a [DomainName],
    source: Option<IpAddr>,
    at: Option<u64>,
    trusted_authserv_ids: &'a [String],
}

impl<'a> MessageJson<'a> {
    #[cfg(feature = "verify")]
    fn of(case: &'a Case) -> Option<Self> {
        let of = |message: &'a CaseMessage| Self {
            octets: message.octets(),
            sha256: message.sha256(),
            author_domain: message.author_domain(),
            author_domains: message.author_domains(),
            source: message.source(),
            at: case.at,
            trusted_authserv_ids: &case.trusted_authserv_ids,
        };
        case.message.as_ref().map(of)
    }

    #[cfg(not(feature = "verify"))]
    const fn of(_case: &'a Case) -> Option<Self> {
        None
    }
}

#[derive(Serialize)]
struct JudgedJson<'a> {
    method: &'static str,
    identity: &'a str,
    result: &'static str,
    reason: &'a str,
}

impl<'a> JudgedJson<'a> {
    fn of(judged: &'a Judged) -> Self {
        Self { method: judged.method, identity: &judged.identity, result: judged.result, reason: &judged.reason }
    }
}

#[derive(Serialize)]
struct ClaimedJson<'a> {
    authserv_id: Option<&'a str>,
    field: &'a str,
    trusted: bool,
    standing: &'static str,
    method: &'a str,
    result: &'a str,
    identity: &'a str,
    here: Option<&'a str>,
}

impl<'a> ClaimedJson<'a> {
    fn of(claimed: &'a Claimed) -> Self {
        Self {
            authserv_id: claimed.authserv_id.as_deref(),
            field: &claimed.field,
            trusted: claimed.trusted,
            standing: claimed.standing,
            method: &claimed.method,
            result: &claimed.result,
            identity: &claimed.identity,
            here: claimed.here.as_deref(),
        }
    }
}

impl<'a> CaseJson<'a> {
    fn of(case: &'a Case) -> Self {
        Self {
            domain: Some(&case.domain).filter(|domain| !domain.is_root()),
            sending_ips: &case.sending_ips,
            helo: case.helo.as_deref(),
            selectors: &case.selectors,
            lists: case.lists.iter().map(dnsbl::List::zone).collect(),
            message: MessageJson::of(case),
            bounce: case.bounce.as_ref().map(BounceJson::of),
        }
    }
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'static str,
    severity: &'static str,
    subject: &'a str,
    message: &'a str,
    acts: &'static str,
    evidence: Vec<EvidenceJson>,
    remedy: RemedyJson<'a>,
    reference: &'static str,
    policies: Vec<PolicyJson>,
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            rule: finding.rule.as_str(),
            severity: finding.severity.as_str(),
            subject: &finding.subject,
            message: &finding.message,
            acts: finding.acts.as_str(),
            evidence: finding.evidence.iter().map(EvidenceJson::of).collect(),
            remedy: RemedyJson::of(&finding.remedy),
            reference: finding.reference(),
            policies: finding.policies.iter().map(|policy| PolicyJson::of(policy)).collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct EvidenceJson {
    query: String,
    answer: String,
    /// Start and end in the bytes of `answer`.
    span: Option<[usize; 2]>,
}

impl EvidenceJson {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let span = evidence.text_span().map(|span| [span.start, span.end]);
        Self { query: evidence.query.to_string(), answer: evidence.text(), span }
    }
}

#[derive(Serialize)]
struct RemedyJson<'a> {
    text: &'a str,
    changes: Vec<ChangeJson<'a>>,
    proven: &'static str,
    streams: Vec<StreamJson<'a>>,
    tried: usize,
    proof: Option<ProofJson>,
}

impl<'a> RemedyJson<'a> {
    fn of(remedy: &'a Remedy) -> Self {
        Self {
            text: &remedy.text,
            changes: remedy.changes.iter().map(ChangeJson::of).collect(),
            proven: remedy.proven.as_str(),
            streams: remedy.streams.iter().map(StreamJson::of).collect(),
            tried: remedy.tried,
            proof: remedy.proof.as_ref().map(ProofJson::of),
        }
    }
}

#[derive(Serialize)]
struct ProofJson {
    status: &'static str,
    message: String,
    points: Option<usize>,
    repaired: Option<usize>,
}

impl ProofJson {
    fn of(proof: &Proof) -> Self {
        let (status, points, repaired) = match proof {
            Proof::Proven { points, repaired, .. } => ("proven", Some(*points), Some(*repaired)),
            Proof::Unproven { .. } => ("unproven", None, None),
            Proof::Refuted { .. } => ("refuted", None, None),
        };
        Self { status, message: proof.to_string(), points, repaired }
    }
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    name: &'a DomainName,
    r#type: &'static str,
    old: Option<String>,
    new: Option<String>,
    /// A new TXT record of more than 255 octets as it is to be published, string by string.
    #[serde(skip_serializing_if = "Option::is_none")]
    strings: Option<Vec<String>>,
}

impl<'a> ChangeJson<'a> {
    fn of(change: &'a Change) -> Self {
        let (old, new) = (change.old.as_ref().map(record_text), change.new.as_ref().map(record_text));
        let strings = match &change.new {
            Some(RecordData::Txt(text)) if text.strings().nth(1).is_some() => {
                Some(text.strings().map(|string| String::from_utf8_lossy(string).into_owned()).collect())
            }
            _ => None,
        };
        Self { name: &change.name, r#type: change.record_type().as_str(), old, new, strings }
    }
}

#[derive(Serialize)]
struct StreamJson<'a> {
    ip: IpAddr,
    sender: &'a str,
    before: &'static str,
    after: &'static str,
}

impl<'a> StreamJson<'a> {
    fn of(stream: &'a Stream) -> Self {
        Self { ip: stream.ip, sender: &stream.sender, before: stream.before.as_str(), after: stream.after.as_str() }
    }
}

#[derive(Serialize)]
struct UnknownJson<'a> {
    question: &'a str,
    reason: &'a str,
    could_block: bool,
}

impl<'a> UnknownJson<'a> {
    fn of(unknown: &'a Unknown) -> Self {
        Self { question: &unknown.question, reason: &unknown.reason, could_block: unknown.could_block }
    }
}
