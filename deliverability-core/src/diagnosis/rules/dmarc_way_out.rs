//! What makes a message of one's own pass DMARC: a change to the DNS where the evidence names one, else words.

use core::net::IpAddr;

use super::message::{Seen, Stream};
use crate::diagnosis::finding::Change;
use crate::diagnosis::proposal::Wish;
use crate::dkim::KeyLookup;
use crate::dmarc::{AlignmentMode, Cause, Mechanism, Reading, Verdict};
use crate::domain::DomainName;
use crate::public_suffix::organization;
use crate::result::SpfResult;
use crate::spf::Rewriter;

/// What to do, and the change that does it where there is one.
#[derive(Default)]
pub(super) struct WayOut {
    pub(super) todo: String,
    pub(super) changes: Vec<Change>,
    pub(super) wish: Option<Wish>,
}

impl WayOut {
    fn words(todo: String) -> Self {
        Self { todo, ..Self::default() }
    }
}

/// The way out for the streams of a message that fail for one author domain.
pub(super) fn of(seen: &Seen<'_>, author: &DomainName, failing: &[Stream<'_>]) -> WayOut {
    let Some(first) = failing.first() else { return WayOut::default() };
    let verdict = first.dmarc.rfc9989();
    relaxed(seen, author, verdict)
        .or_else(|| authorized(seen, author, failing))
        .or_else(|| return_path(seen, author, first))
        .or_else(|| not_own(seen, author, first))
        .unwrap_or_else(|| WayOut::words(in_words(seen, author, verdict)))
}

/// The address that handed the message over is none of the case's own: it is never to be authorized unseen.
fn not_own(seen: &Seen<'_>, author: &DomainName, stream: &Stream<'_>) -> Option<WayOut> {
    let (ip, key) = (stream.ip(), published_key(seen, author));
    let todo = match passed_on(seen, ip) {
        _ if seen.is_own(ip) => return None,
        // RFC 7960 §2.1: SPF does not survive forwarding.
        Some(why) => format!(
            "Do not authorize {ip} in SPF: it passed the message on, as {why}. Sign with d={author}, which survives that as \
             long as nothing signed is changed.{key} Only if {ip} is a relay of your own, give it to this diagnosis as a \
             sending address."
        ),
        None => format!(
            "If {ip} sends for you, authorize it in the SPF record of a MAIL FROM domain under {author}, or have it sign with \
             d={author}; best both.{key} If it does not, the message is somebody else's or was forwarded, and nothing is to \
             be published for it."
        ),
    };
    Some(WayOut::words(todo))
}

/// What shows that the message came from elsewhere to the address that handed it over.
fn passed_on(seen: &Seen<'_>, ip: IpAddr) -> Option<String> {
    let below = seen.message.hops().iter().find(|hop| **hop != ip && seen.is_own(**hop));
    below
        .map(|own| format!("a Received field below says that it had it from {own}"))
        .or_else(|| {
            seen.message.header().list_id.then(|| "its List-Id field says, which mailing lists write".to_owned())
        })
        .or_else(|| (!seen.chain.sets().is_empty()).then(|| "its ARC sets say".to_owned()))
}

fn in_words(seen: &Seen<'_>, author: &DomainName, verdict: &Verdict) -> String {
    let key = published_key(seen, author);
    match verdict.cause() {
        Cause::NotAuthenticated => format!(
            "Authorize the address in the SPF record of a MAIL FROM domain under {author}, or sign with d={author}; best \
             both.{key}"
        ),
        _ => format!(
            "At the provider that sends, set a return path under {author}, with the records that it names for that, and DKIM \
             signing with d={author}.{key}"
        ),
    }
}

/// The record asks for strict alignment, and relaxed would do (RFC 9989 §4.4).
fn relaxed(seen: &Seen<'_>, author: &DomainName, verdict: &Verdict) -> Option<WayOut> {
    let authors = organization(author);
    let decision = verdict.decision()?;
    // The record of others is not ours to change.
    if !decision.domain().is_within(&organization(&seen.case.domain)) {
        return None;
    }
    let found = verdict.identifiers().iter().find(|found| {
        let identifier = found.identifier();
        found.mode() == AlignmentMode::Strict && identifier.passed() && identifier.domain().is_within(&authors)
    })?;
    let mut record = Reading::of(decision.text()).ok()?.into_record();
    let tag = match found.identifier().mechanism() {
        Mechanism::Spf => {
            record.aspf = AlignmentMode::Relaxed;
            "aspf=s"
        }
        Mechanism::Dkim => {
            record.adkim = AlignmentMode::Relaxed;
            "adkim=s"
        }
    };
    let todo = format!(
        "The record asks for {author} itself ({tag}), and {} passes for {}, which is of the same organization: take {tag} out, \
         or use {author} there.",
        found.identifier().mechanism(),
        found.identifier().domain()
    );
    let owner = seen.lookups.owner(decision.query());
    let changes = vec![Change::replace_text(owner, decision.text(), &record.to_string())];
    Some(WayOut { todo, changes, wish: None })
}

/// The MAIL FROM domain is aligned, and its SPF record does not have the sending addresses.
fn authorized(seen: &Seen<'_>, author: &DomainName, failing: &[Stream<'_>]) -> Option<WayOut> {
    let own = organization(&seen.case.domain);
    let domain: DomainName = failing.first()?.spf.domain().parse().ok().filter(|domain| may_align(author, domain))?;
    let refused = |stream: &&Stream<'_>| {
        matches!(stream.spf.result(), SpfResult::Fail | SpfResult::Softfail | SpfResult::Neutral)
            && seen.is_own(stream.ip())
    };
    let ips: Vec<IpAddr> = failing.iter().filter(refused).map(Stream::ip).collect();
    if ips.is_empty() || !domain.is_within(&own) {
        return None;
    }
    let todo = format!(
        "Authorize the sending address in the SPF record of {domain}, which is aligned with {author}, and sign with \
         d={author} too: SPF does not survive forwarding.{}",
        published_key(seen, author)
    );
    let way = ips.into_iter().fold(Rewriter::of(domain.clone()), Rewriter::authorize);
    Some(WayOut { todo, changes: Vec::new(), wish: Some(Wish::of(&domain, way)) })
}

/// SPF authorizes the address for the author's organization already: only the return path is another.
fn return_path(seen: &Seen<'_>, author: &DomainName, stream: &Stream<'_>) -> Option<WayOut> {
    let domain = Some(&seen.case.domain).filter(|domain| may_align(author, domain))?;
    let evaluation = seen.lookups.run(&seen.case.check_host(stream.ip()))?;
    let is_ready = evaluation.result() == SpfResult::Pass && stream.spf.result() == SpfResult::Pass;
    is_ready.then(|| {
        WayOut::words(format!(
            "Have the server use a return path (MAIL FROM) at {domain}: its SPF record authorizes {} already, so nothing has \
             to be published for that. If the return path has to stay {}, sign with d={author}.{}",
            stream.ip(),
            crate::escaped::Escaped(stream.spf.domain().as_bytes()),
            published_key(seen, author)
        ))
    })
}

/// Whether SPF or DKIM for the domain would be aligned, under relaxed rules.
fn may_align(author: &DomainName, domain: &DomainName) -> bool {
    organization(author) == organization(domain)
}

/// A key that is there to sign with.
fn published_key(seen: &Seen<'_>, author: &DomainName) -> String {
    let of = |selector: &String| {
        let outcome = seen.lookups.run(&KeyLookup::new(selector, author.clone()))?;
        outcome.key().is_some().then(|| selector.clone())
    };
    let selectors: Vec<String> = seen.case.selectors.iter().filter_map(of).collect();
    selectors
        .first()
        .map_or_else(String::new, |selector| format!(" A key for that stands under the selector {selector}."))
}
