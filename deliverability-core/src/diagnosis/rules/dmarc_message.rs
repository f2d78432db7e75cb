//! DMARC of a message that the sender's own servers sent: `dmarc.not-aligned`, `dmarc.author-foreign`.

use super::message::{Seen, Stream};
use super::{Examined, dmarc, spf};
use crate::diagnosis::finding::{Acts, Evidence, Finding};
use crate::dmarc::{Cause, Policy};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::result::DmarcResult;
use crate::rule_id::RuleId;

pub(super) fn judge(seen: &Seen<'_>, found: &mut Examined) {
    let failing: Vec<Stream<'_>> =
        seen.streams.iter().filter(|stream| stream.result() == DmarcResult::Fail).copied().collect();
    let Some(first) = failing.first() else { return };
    let author = first.dmarc.identities().author_domain();
    let requested = first.dmarc.rfc9989().requested();
    let is_strict = requested.is_some_and(|policy| policy != Policy::None);
    let is_foreign = dmarc::organization(author) != dmarc::organization(&seen.case.domain);
    if is_foreign && is_strict {
        found.find(foreign(seen, author, first));
    } else {
        found.find(not_aligned(author, first, &failing, is_strict));
    }
}

fn foreign(seen: &Seen<'_>, author: &DomainName, stream: &Stream<'_>) -> Finding {
    let domain = &seen.case.domain;
    let message = format!(
        "From names {author}, which is not of {domain}'s organization, and what was authenticated is not {author}'s: {}. \
         Receivers do what it asks for.",
        stream.dmarc.rfc9989()
    );
    let text = format!(
        "Write an address at {domain} in From, and the other one in Reply-To. If {author} is yours, have the mail signed with \
         d={author}. Verify: give this diagnosis the next message."
    );
    Finding::new(RuleId::DmarcAuthorForeign, Severity::Blocks, author, message)
        .by(Acts::SenderServer)
        .with_evidence(evidence(stream))
        .with_remedy(text, Vec::new())
}

fn not_aligned(author: &DomainName, first: &Stream<'_>, failing: &[Stream<'_>], is_strict: bool) -> Finding {
    let verdict = first.dmarc.rfc9989();
    let from: Vec<String> = failing.iter().take(5).map(|stream| stream.ip().to_string()).collect();
    let passed: Vec<String> = verdict
        .identifiers()
        .iter()
        .filter(|found| found.identifier().passed())
        .map(|found| format!("{} passes for {}", found.identifier().mechanism(), found.identifier().domain()))
        .collect();
    let what = if passed.is_empty() { "neither SPF nor DKIM passes".to_owned() } else { passed.join(", ") };
    let message = format!(
        "Sent from {}, the message with {author} in From fails: {what}; {}.",
        from.join(", "),
        verdict.to_string().trim_end_matches('.')
    );
    let todo = match verdict.cause() {
        Cause::NotAuthenticated => format!(
            "Authorize the address in the SPF record of a MAIL FROM domain under {author}, or sign with d={author}; best both"
        ),
        _ => format!("At the provider that sends, set a return path under {author} and DKIM signing with d={author}"),
    };
    let severity = if is_strict { Severity::Blocks } else { Severity::Error };
    Finding::new(RuleId::DmarcNotAligned, severity, author, message)
        .by(Acts::SenderServer)
        .with_evidence(evidence(first))
        .with_remedy(format!("{todo}. Verify: a message shows dmarc=pass at a receiver."), Vec::new())
}

/// The policy record, and what decided SPF.
pub(super) fn evidence(stream: &Stream<'_>) -> Vec<Evidence> {
    let decision = stream.dmarc.rfc9989().decision();
    let policy = decision
        .map(|decision| Evidence::of_record(decision.query().clone(), decision.text().clone(), Some(decision.span())));
    policy.into_iter().chain(spf::deciding_evidence(stream.spf)).collect()
}
