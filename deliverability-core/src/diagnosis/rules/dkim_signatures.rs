//! The signatures of a message: `dkim.none`, `dkim.body-changed`, `dkim.header-changed`,
//! `dkim.signature-bad`, `dkim.signature-risk`. Their keys are the key rules' own.

use super::message::Seen;
use super::{Examined, dkim_mismatch};
use crate::diagnosis::finding::{Acts, Finding, sentence};
use crate::dkim::{Cause, Note, SignatureOutcome};
use crate::problem::{Problem, Severity};
use crate::result::DkimResult;
use crate::rule_id::RuleId;

pub(super) fn judge(seen: &Seen<'_>, found: &mut Examined) {
    if seen.signatures.is_empty() {
        found.find(none(seen));
    }
    let one_passes = seen.signatures.iter().any(|outcome| outcome.result() == DkimResult::Pass);
    for (n, outcome) in seen.signatures.iter().enumerate() {
        for finding in of_signature(n, outcome, one_passes, seen) {
            found.find(finding);
        }
    }
}

fn none(seen: &Seen<'_>) -> Finding {
    let author = seen.case.author_domain();
    let message = format!(
        "The message carries no DKIM signature. SPF alone does not survive forwarding; Gmail, Yahoo, Outlook and WEB.DE \
         refuse mail to many without one, so DMARC for {author} rests on SPF alone."
    );
    let text = format!(
        "Turn DKIM signing on at the server or provider that sends, with d={author}, and publish the key record that it \
         gives. Verify: give this diagnosis the next message."
    );
    Finding::new(RuleId::DkimNone, Severity::Error, author, message)
        .by(Acts::SenderServer)
        .with_remedy(text, Vec::new())
}

fn of_signature(n: usize, outcome: &SignatureOutcome, one_passes: bool, seen: &Seen<'_>) -> Vec<Finding> {
    let subject = match outcome.signature() {
        Some(signature) => format!("{}._domainkey.{}", signature.selector, signature.domain),
        None => format!("signature {}", n.saturating_add(1)),
    };
    let rules =
        [RuleId::DkimBodyChanged, RuleId::DkimHeaderChanged, RuleId::DkimSignatureBad, RuleId::DkimSignatureRisk];
    let mismatch = dkim_mismatch::of(n, outcome, &subject, one_passes, seen);
    let mut problems = problems(outcome);
    if mismatch.is_some() {
        // That another key signed explains it.
        let explained = Cause::SignatureMismatch.to_string();
        problems.retain(|problem| problem.message != explained);
    }
    let advice = outcome.causes().iter().map(Cause::advice).collect::<Vec<_>>().join(" ");
    let of_rule = |rule: &RuleId| {
        let told: Vec<&Problem> = problems.iter().filter(|problem| problem.rule == *rule).collect();
        let severity = told.iter().map(|problem| problem.severity).max()?;
        let words = told.iter().map(|problem| sentence(&problem.message)).collect::<Vec<_>>().join(" ");
        let todo = if *rule == RuleId::DkimSignatureRisk { what_to_do(*rule) } else { advice.clone() };
        let evidence = outcome.key().and_then(|key| key.query()).and_then(|query| seen.lookups.evidence(query));
        let finding = Finding::new(*rule, severity, &subject, format!("{words}{}", hops(*rule, outcome)));
        let text = format!("{todo} Verify: give this diagnosis the next message.");
        Some(finding.by(Acts::SenderServer).with_evidence(evidence).with_remedy(text, Vec::new()))
    };
    rules.iter().filter_map(of_rule).chain(mismatch).collect()
}

/// What is worth a finding: how a message was stored is not.
fn problems(outcome: &SignatureOutcome) -> Vec<Problem> {
    let stored: Vec<String> = outcome
        .notes()
        .iter()
        .filter(|note| matches!(note, Note::StoredWithLf | Note::LoneLf))
        .map(ToString::to_string)
        .collect();
    outcome.problems().into_iter().filter(|problem| !stored.contains(&problem.message)).collect()
}

/// Who may have changed the message, as its Received fields say.
fn hops(rule: RuleId, outcome: &SignatureOutcome) -> String {
    if !matches!(rule, RuleId::DkimBodyChanged | RuleId::DkimHeaderChanged) {
        return String::new();
    }
    let mut hosts: Vec<&str> = outcome.later_hosts().iter().map(String::as_str).collect();
    hosts.dedup();
    hosts.truncate(5);
    let list = outcome.mailing_list().map(|list| format!(" It came through the mailing list {list}."));
    let hosts = (!hosts.is_empty()).then(|| format!(" After it was signed, these hosts had it: {}.", hosts.join(", ")));
    [hosts, list].into_iter().flatten().collect()
}

/// The last paragraph of a rule's explanation says what to do.
fn what_to_do(rule: RuleId) -> String {
    let explanation = rule.explanation().trim();
    let last = explanation.rsplit("\n\n").next().unwrap_or(explanation);
    last.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
