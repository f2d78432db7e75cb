//! A message in the sender's name that none of its servers sent: `spoof.not-stopped`, `spoof.backscatter`.

use core::net::IpAddr;

use super::message::{Seen, Stream};
use super::{Examined, dmarc_message, spoof_costs, spoof_source};
use crate::diagnosis::finding::{Change, Finding};
use crate::diagnosis::proposal::Wish;
use crate::dmarc::{Mechanism, Policy, Reading, Verdict};
use crate::dns::{Query, RecordData, Text};
use crate::domain::DomainName;
use crate::mail_source::SourceOutcome;
use crate::problem::Severity;
use crate::public_suffix::organization;
use crate::result::{DmarcResult, SpfResult};
use crate::rule_id::RuleId;

/// Whether a signature of the author's own organization passes: then the message is no forgery, whatever
/// way it came.
pub(super) fn is_signed_by_author(stream: &Stream<'_>) -> bool {
    let author = organization(stream.dmarc.identities().author_domain());
    let identifiers = stream.dmarc.identities().identifiers().iter();
    let signed = identifiers.filter(|found| found.mechanism() == Mechanism::Dkim && found.passed());
    signed.into_iter().any(|found| found.domain().is_within(&author))
}

pub(super) fn judge(seen: &Seen<'_>, source: Option<&SourceOutcome>, found: &mut Examined) {
    let own = organization(&seen.case.domain);
    // Of a message in somebody else's name nothing can be said here.
    let is_ours = |stream: &&Stream<'_>| stream.dmarc.identities().author_domain().is_within(&own);
    for stream in seen.streams.iter().filter(is_ours) {
        let verdict = stream.dmarc.rfc9989();
        match verdict.result() {
            DmarcResult::Temperror | DmarcResult::Permerror => {}
            DmarcResult::Fail if verdict.requested().is_some_and(|policy| policy != Policy::None) => {
                found.find(stopped(seen, stream, source));
            }
            _ => found.find(not_stopped(seen, stream, source)),
        }
    }
}

fn stopped(seen: &Seen<'_>, stream: &Stream<'_>, source: Option<&SourceOutcome>) -> Finding {
    let (ip, verdict) = (stream.ip(), stream.dmarc.rfc9989());
    let message =
        format!("{} {verdict}: receivers that check DMARC do so.", spoof_source::in_words(seen, stream, source));
    let text = "Nothing has to be published. What comes back is the work of receivers that do not check: refuse at the MX host \
                bounces to addresses that sent nothing (BATV), and ask whoever runs the address to stop it.";
    Finding::new(RuleId::SpoofBackscatter, Severity::Note, ip, message)
        .with_evidence(dmarc_message::evidence(stream))
        .with_remedy(text, Vec::new())
}

fn not_stopped(seen: &Seen<'_>, stream: &Stream<'_>, source: Option<&SourceOutcome>) -> Finding {
    let (ip, verdict) = (stream.ip(), stream.dmarc.rfc9989());
    let author = stream.dmarc.identities().author_domain();
    let term = stream.spf.cause().term().filter(|_| stream.spf.result() == SpfResult::Pass);
    let by_spf = match &term {
        Some(term) => format!(
            " It passes SPF as {} by the term `{term}`: while that stands, no DMARC policy stops it.",
            stream.spf.cause().domain().map_or_else(String::new, ToString::to_string)
        ),
        None => " It does not pass SPF: a policy of quarantine or reject would have stopped it.".to_owned(),
    };
    let message = format!("{}{by_spf} As things stand: {verdict}.", spoof_source::in_words(seen, stream, source));
    let is_own = stream.spf.cause().domain() == Some(&seen.case.domain);
    let wish = term.as_ref().filter(|_| is_own).map(|term| Wish::taking_out(&seen.case.domain, term.to_string()));
    let policy = reject(author, verdict, seen);
    let todo =
        if policy.is_empty() && term.is_some() { only_spf(ip) } else { what_to_do(seen, author, ip, term.is_some()) };
    Finding::new(RuleId::SpoofNotStopped, Severity::Error, ip, message)
        .with_evidence(dmarc_message::evidence(stream))
        .with_remedy(todo, policy)
        .wishing(wish)
}

/// The policy asks for rejection already.
fn only_spf(ip: IpAddr) -> String {
    format!(
        "Take {ip} out of the SPF record: the message then fails DMARC, and receivers refuse it. What else breaks: mail that is \
         to leave {ip} in your name, such as forms of a web site. Verify: give this diagnosis the same message again."
    )
}

fn what_to_do(seen: &Seen<'_>, author: &DomainName, ip: IpAddr, passes_spf: bool) -> String {
    let first = if passes_spf { format!("Take {ip} out of the SPF record, and publish") } else { "Publish".to_owned() };
    format!(
        "{first} a DMARC policy of reject: the message then fails, and receivers refuse it. {} So sign first, publish p=none \
         with rua= for some weeks, and raise the policy when the reports show no mail of yours failing. Verify: give this \
         diagnosis the same message again.",
        spoof_costs::in_words(seen, author, ip)
    )
}

/// The record that applies, asking for rejection; a new one where there is none.
fn reject(author: &DomainName, verdict: &Verdict, seen: &Seen<'_>) -> Vec<Change> {
    let Some(decision) = verdict.decision() else {
        let name = organization(author).child("_dmarc").ok();
        let add = |name: DomainName| {
            let owner = seen.lookups.owner(&Query::txt(name));
            Change::add(owner, RecordData::Txt(Text::from("v=DMARC1; p=reject")))
        };
        return name.map(add).into_iter().collect();
    };
    let Ok(reading) = Reading::of(decision.text()) else { return Vec::new() };
    let before = reading.into_record();
    let mut record = before.clone();
    (record.p, record.t, record.pct) = (Some(Policy::Reject), false, None);
    record.sp = record.sp.map(|_| Policy::Reject);
    record.np = record.np.map(|_| Policy::Reject);
    if record == before {
        return Vec::new();
    }
    let owner = seen.lookups.owner(decision.query());
    vec![Change::replace_text(owner, decision.text(), &record.to_string())]
}
