//! TLS between servers: `tls.none`, `tls.cert`, `tls.mta-sts-mismatch`, `tls.dane-mismatch`.

use super::confirm::{Answered, Question};
use crate::bounce::{Cause, Reply};
use crate::diagnosis::bounce::domain_of;
use crate::diagnosis::finding::{Acts, Finding};
use crate::diagnosis::rules::Examined;
use crate::escaped::without_unseen;
use crate::problem::Severity;
use crate::rule_id::RuleId;

pub(super) fn judge(question: &Question<'_>, _answered: &Answered, found: &mut Examined) {
    let Some((rule, acts)) = rule(question) else { return };
    let domain = question.recipient.address().and_then(domain_of);
    let host = question.recipient.remote_host().map(without_unseen);
    let receiver = domain.map(|domain| domain.to_string()).or(host).unwrap_or_else(|| "the receiver".to_owned());
    let (what, todo) = words(rule, acts);
    let message = format!("{what} The reply to mail for {receiver} says so.");
    found.find(Finding::new(rule, Severity::Blocks, receiver, message).by(acts).with_remedy(todo, Vec::new()));
}

fn rule(question: &Question<'_>) -> Option<(RuleId, Acts)> {
    let reply = question.reply();
    match question.cause {
        Cause::TlsRequired | Cause::TlsCertificate if is_not_offered(reply) => Some((RuleId::TlsNone, Acts::Receiver)),
        Cause::TlsRequired => Some((RuleId::TlsNone, Acts::SenderServer)),
        Cause::TlsCertificate => Some((of_certificate(reply), Acts::Receiver)),
        _ => None,
    }
}

/// Exchange Online's 5.7.321, and others in words: the receiving server does not offer STARTTLS.
fn is_not_offered(reply: &Reply) -> bool {
    has(
        reply,
        &[
            "starttls-not-supported",
            "does not support starttls",
            "did not offer starttls",
            "tls is required, but was not offered",
        ],
    )
}

fn of_certificate(reply: &Reply) -> RuleId {
    if has(reply, &["tlsa", "dane", "dnssec"]) {
        RuleId::TlsDaneMismatch
    } else if has(reply, &["mta-sts", "sts-"]) {
        RuleId::TlsMtaStsMismatch
    } else {
        RuleId::TlsCert
    }
}

fn has(reply: &Reply, words: &[&str]) -> bool {
    let text = reply.text().to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}

fn words(rule: RuleId, acts: Acts) -> (&'static str, &'static str) {
    match rule {
        RuleId::TlsNone if acts == Acts::SenderServer => (
            "The receiver takes mail over TLS only, and the sending server did not use STARTTLS.",
            "Turn opportunistic TLS on in the sending server (Postfix: smtp_tls_security_level = may; Exim does it unless hosts_avoid_tls \
             is set), and see that no filter in between strips STARTTLS from the answer to EHLO. Verify: the log shows a TLS connection to \
             the receiver.",
        ),
        RuleId::TlsNone => (
            "The sending server was told to use TLS, and the receiving one does not offer STARTTLS.",
            "The receiving site turns STARTTLS on at every MX host. Until then the sender sends without, where its own rules allow it. \
             Verify: EHLO at the MX host shows STARTTLS.",
        ),
        RuleId::TlsDaneMismatch => (
            "The certificate of the receiving server does not match its TLSA record, or the signatures of its zone do not verify.",
            "The receiving site publishes the TLSA record of the certificate in use, at _25._tcp below each MX host, and mends DNSSEC. \
             Verify: a DANE check of each MX host passes.",
        ),
        RuleId::TlsMtaStsMismatch => (
            "The receiving servers do not keep to the MTA-STS policy of their domain.",
            "The receiving site makes the mx: lines of its policy cover every MX host, gives those certificates that name them, and changes \
             id= in the _mta-sts record. Verify: the policy file, the MX records and the certificates agree.",
        ),
        _ => (
            "The certificate of the receiving server was not accepted.",
            "The receiving site renews the certificate, with the name of each MX host in it and the whole chain. Verify: a TLS session to \
             the MX host on port 25 verifies.",
        ),
    }
}
