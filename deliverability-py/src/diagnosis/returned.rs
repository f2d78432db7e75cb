//! What a returned mail says, put to the test.

use deliverability_core::bounce::Cause;
use deliverability_core::diagnosis as core_diagnosis;

use super::finding::Evidence;
use crate::bounce::reply::Reply;
use crate::bounce::words::Actor;
use crate::field::variant_words;
use crate::receivers::ReceiverPolicy;
use crate::value::value_class;

value_class! {
    /// What a returned mail says about one recipient, put to the test.
    Returned {
        /// The recipient's address, where it is told.
        recipient: Option<String>,
        /// The server that replied, where it is told.
        remote_host: Option<String>,
        /// The reply: its text, codes, cause and what it names.
        reply: Reply,
        /// Why: the last reply's cause where it was tried for too long.
        cause: Cause,
        /// Who must act.
        actor: Actor,
        /// Whether what the reply says is so now.
        confirmation: Confirmation,
        /// The answers that the confirmation rests on.
        evidence: Vec<Evidence>,
        /// The findings of the report that say the same: rule and subject.
        findings: Vec<(String, String)>,
        /// What to do, and who.
        advice: String,
        /// The receiver's published demand that was not met, where it has one.
        policy: Option<ReceiverPolicy>,
    }
}

impl From<&core_diagnosis::Returned> for Returned {
    fn from(returned: &core_diagnosis::Returned) -> Self {
        let findings = returned.findings().iter();
        Self {
            recipient: returned.recipient().map(str::to_owned),
            remote_host: returned.remote_host().map(str::to_owned),
            reply: returned.reply().into(),
            cause: returned.cause(),
            actor: returned.actor().into(),
            confirmation: returned.confirmation().into(),
            evidence: returned.evidence().iter().map(Evidence::from).collect(),
            findings: findings.map(|(rule, subject)| (rule.as_str().to_owned(), subject.clone())).collect(),
            advice: returned.advice().to_owned(),
            policy: returned.policy().map(ReceiverPolicy::from),
        }
    }
}

value_class! {
    /// Whether what a reply says is so, as far as the DNS and the returned message tell.
    Confirmation {
        /// Whether it is so.
        outcome: ConfirmationOutcome,
        /// What was seen, or why nothing could be.
        reason: String,
        /// The whole in words; `str(confirmation)` too.
        text: String,
    } with {
        fn __str__(&self) -> String {
            self.text.clone()
        }
    }
}

impl From<&core_diagnosis::Confirmation> for Confirmation {
    fn from(confirmation: &core_diagnosis::Confirmation) -> Self {
        Self { outcome: confirmation.into(), reason: confirmation.reason().to_owned(), text: confirmation.to_string() }
    }
}

variant_words! {
    /// Whether what a reply says is so now.
    ConfirmationOutcome from core_diagnosis::Confirmation {
        Confirmed = "confirmed",
        Refuted = "refuted",
        Unknown = "unknown",
        NotCheckable = "not_checkable",
    } else Unknown
}

value_class! {
    /// Something of the case that nobody gave: it was taken from the returned mail.
    Inferred {
        /// What it is: "domain", "sending_ip", "client" (the address that sent it, where that is not
        /// the sender's), "helo", "message", "list" or "at".
        what: String,
        /// Its value.
        value: String,
        /// Where it was found.
        source: String,
    } with {
        fn __str__(&self) -> String {
            format!("{} {}: {}", self.what, self.value, self.source)
        }
    }
}

impl From<&core_diagnosis::Inferred> for Inferred {
    fn from(inferred: &core_diagnosis::Inferred) -> Self {
        Self { what: inferred.what.to_owned(), value: inferred.value.clone(), source: inferred.source.clone() }
    }
}
