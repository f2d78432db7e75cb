//! DMARC of a message that the sender's own servers sent: `dmarc.not-aligned`, `dmarc.author-foreign`.

use super::dmarc_way_out::{self, WayOut};
use super::message::{Seen, Stream};
use super::{Examined, spf};
use crate::diagnosis::finding::{Acts, Evidence, Finding};
use crate::dmarc::{Policy, Reason};
use crate::domain::DomainName;
use crate::problem::Severity;
use crate::public_suffix::organization;
use crate::result::DmarcResult;
use crate::rule_id::RuleId;

pub(super) fn judge(seen: &Seen<'_>, found: &mut Examined) {
    let Some(first) = strictest(seen) else { return };
    let author = first.dmarc.identities().author_domain();
    let of_author = |stream: &&Stream<'_>| stream.dmarc.identities().author_domain() == author;
    let mut failing: Vec<Stream<'_>> = failing(seen).filter(of_author).copied().collect();
    // What one's own servers can mend comes before what a forwarder did.
    failing.sort_by_key(|stream| !seen.is_own(stream.ip()));
    let requested = first.dmarc.rfc9989().requested();
    let is_strict = requested.is_some_and(|policy| policy != Policy::None);
    let is_foreign = organization(author) != organization(&seen.case.domain);
    if is_foreign && is_strict {
        found.find(foreign(seen, author, first));
    } else {
        found.find(not_aligned(seen, author, &failing, is_strict));
    }
}

fn failing<'s>(seen: &'s Seen<'_>) -> impl Iterator<Item = &'s Stream<'s>> {
    seen.streams.iter().filter(|stream| stream.result() == DmarcResult::Fail)
}

/// RFC 9989 §11.5: of several author domains the strictest policy applies, among those that fail.
fn strictest<'s>(seen: &'s Seen<'_>) -> Option<&'s Stream<'s>> {
    let requested = |stream: &Stream<'_>| stream.dmarc.rfc9989().requested();
    // The first of several that are equal.
    failing(seen).fold(None, |found, stream| match found {
        Some(strict) if requested(strict) >= requested(stream) => found,
        _ => Some(stream),
    })
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

fn not_aligned(seen: &Seen<'_>, author: &DomainName, failing: &[Stream<'_>], is_strict: bool) -> Finding {
    let severity = if is_strict { Severity::Blocks } else { Severity::Error };
    let WayOut { todo, changes, wish } = dmarc_way_out::of(seen, author, failing);
    let acts = if changes.is_empty() && wish.is_none() { Acts::SenderServer } else { Acts::SenderDns };
    Finding::new(RuleId::DmarcNotAligned, severity, author, what_fails(seen, author, failing))
        .by(acts)
        .with_evidence(failing.first().into_iter().flat_map(evidence))
        .with_remedy(format!("{todo} Verify: a message shows dmarc=pass at a receiver."), changes)
        .wishing(wish)
}

fn what_fails(seen: &Seen<'_>, author: &DomainName, failing: &[Stream<'_>]) -> String {
    let Some(verdict) = failing.first().map(|stream| stream.dmarc.rfc9989()) else { return String::new() };
    let from: Vec<String> = failing.iter().take(5).map(|stream| stream.ip().to_string()).collect();
    let passed: Vec<String> = verdict
        .identifiers()
        .iter()
        .filter(|found| found.identifier().passed())
        .map(|found| format!("{} passes for {}", found.identifier().mechanism(), found.identifier().domain()))
        .collect();
    let passed = if passed.is_empty() { String::new() } else { format!(" {}.", passed.join(", ")) };
    let several = match seen.message.author_domains().len() {
        0 | 1 => String::new(),
        count => format!(
            " From names {count} domains: receivers may refuse that alone, or judge each and go by the strictest policy \
             that fails (RFC 9989 §5.3.1, §11.5)."
        ),
    };
    format!(
        "Handed over by {}, the message with {author} in From fails DMARC {}.{passed}{several}",
        from.join(", "),
        Reason(verdict)
    )
}

/// The policy record, and what decided SPF.
pub(super) fn evidence(stream: &Stream<'_>) -> Vec<Evidence> {
    let decision = stream.dmarc.rfc9989().decision();
    let policy = decision
        .map(|decision| Evidence::of_record(decision.query().clone(), decision.text().clone(), Some(decision.span())));
    policy.into_iter().chain(spf::deciding_evidence(stream.spf)).collect()
}
