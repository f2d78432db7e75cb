//! What receivers make of a message, under one set of rules.

use deliverability_core::dmarc::{self, AlignedIdentifier, Alignment, Cause, Disagreement, Mechanism, Verdict};
use deliverability_core::dns::DnsError;
use deliverability_core::{DmarcResult, DomainName};

use super::record::AlignmentMode;
use crate::field::variant_words;
use crate::span::{self, Span};
use crate::value::value_class;

value_class! {
    /// The result of DMARC evaluation under one set of rules, with what it rests on.
    DmarcVerdict {
        /// "RFC 9989" or "RFC 7489".
        rules: String,
        /// The result.
        result: DmarcResult,
        /// Why, in a word.
        cause: DmarcCause,
        /// Why, as a clause that follows "because".
        reason: String,
        /// The policy for the author domain, whatever the result; `None` if no record applies.
        policy: Option<dmarc::Policy>,
        /// What the domain owner asks to be done with this message; `None` unless the result is fail.
        requested: Option<dmarc::Policy>,
        /// Why the policy is not known although a record applies.
        unknown_policy: Option<DnsError>,
        /// Where the record stands, without `_dmarc`.
        record_domain: Option<DomainName>,
        /// The text of the record that applies.
        record: Option<String>,
        /// The tag that gives the policy.
        tag: Option<String>,
        /// Where that tag stands in the record; the whole record where it is missing.
        span: Option<Span>,
        /// Whether the record acts as `p=none`, since that tag is missing or not valid.
        acts_as_none: bool,
        /// Whether the record is in test mode (`t=y`).
        is_testing: bool,
        /// The share of failing messages that the policy is for, in percent; `None` under RFC 9989.
        percentage: Option<u8>,
        /// The organizational domain of the author domain; `None` if it is not known.
        organizational_domain: Option<DomainName>,
        /// Every identifier, and how it stands to the author domain; empty if no record applies.
        identifiers: Vec<DmarcIdentifier>,
        /// One sentence.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&Verdict> for DmarcVerdict {
    fn from(verdict: &Verdict) -> Self {
        let decision = verdict.decision();
        Self {
            rules: verdict.rules().to_string(),
            result: verdict.result(),
            cause: verdict.cause().into(),
            reason: verdict.cause().to_string(),
            policy: verdict.policy(),
            requested: verdict.requested(),
            unknown_policy: verdict.unknown_policy().cloned(),
            record_domain: decision.map(|decision| decision.domain().clone()),
            record: decision.map(|decision| span::text(decision.text())),
            tag: decision.map(|decision| decision.tag().to_string()),
            span: decision.map(|decision| Span::of_bytes(decision.text(), decision.span())),
            acts_as_none: decision.is_some_and(dmarc::Decision::acts_as_none),
            is_testing: verdict.is_testing(),
            percentage: verdict.percentage(),
            organizational_domain: verdict.organizational_domain().cloned(),
            identifiers: verdict.identifiers().iter().map(DmarcIdentifier::from).collect(),
            text: verdict.to_string(),
        }
    }
}

value_class! {
    /// A domain that SPF or DKIM authenticated, or could not for now, and how it stands to the author domain.
    DmarcIdentifier {
        /// What looked at it.
        mechanism: DmarcMechanism,
        /// The domain.
        domain: DomainName,
        /// Whether it is authenticated; else its mechanism gave temperror.
        passed: bool,
        /// What the record asks for.
        mode: AlignmentMode,
        /// Whether it is aligned.
        alignment: DmarcAlignment,
        /// Its organizational domain, where that had to be found.
        organizational_domain: Option<DomainName>,
        /// One sentence.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&AlignedIdentifier> for DmarcIdentifier {
    fn from(found: &AlignedIdentifier) -> Self {
        let identifier = found.identifier();
        Self {
            mechanism: identifier.mechanism().into(),
            domain: identifier.domain().clone(),
            passed: identifier.passed(),
            mode: found.mode().into(),
            alignment: found.alignment().into(),
            organizational_domain: found.organizational_domain().cloned(),
            text: found.to_string(),
        }
    }
}

value_class! {
    /// One thing that RFC 9989 and RFC 7489 see differently.
    DmarcDisagreement {
        /// What it is about.
        kind: DisagreementKind,
        /// What each of them sees, as one sentence.
        message: String,
    } with {
        fn __str__(&self) -> String {
            self.message.clone()
        }
    }
}

impl From<&Disagreement> for DmarcDisagreement {
    fn from(disagreement: &Disagreement) -> Self {
        Self { kind: disagreement.into(), message: disagreement.to_string() }
    }
}

variant_words! {
    /// An authentication mechanism of DMARC.
    DmarcMechanism from Mechanism { Spf = "spf", Dkim = "dkim", }
}

variant_words! {
    /// Whether an identifier is aligned with the author domain.
    DmarcAlignment from Alignment {
        Same = "same",
        Relaxed = "relaxed",
        No = "no",
        Unknown = "unknown",
        Unexamined = "unexamined",
    } else Unknown
}

variant_words! {
    /// Why DMARC evaluation came to its result.
    DmarcCause from Cause {
        Aligned = "aligned",
        NotAuthenticated = "not_authenticated",
        NotAligned = "not_aligned",
        NoRecord = "no_record",
        SeveralRecords = "several_records",
        RecordIgnored = "record_ignored",
        Dns = "dns",
        Authentication = "authentication",
        TooManyIdentifiers = "too_many_identifiers",
    } else Other = "other"
}

variant_words! {
    /// What the two sets of rules see differently.
    DisagreementKind from Disagreement {
        OrganizationalDomain = "organizational_domain",
        PolicyDomain = "policy_domain",
        SeveralRecords = "several_records",
        PolicyTag = "policy_tag",
        TestMode = "test_mode",
        Percentage = "percentage",
        Alignment = "alignment",
    } else Other = "other"
}
