//! From the text of a reply to its cause.
//!
//! The order of belief: a failed sender verification, as it quotes foreign replies; then the receiver's own codes and
//! words; then the list that is named; then phrases that anybody may use; then words for a thing beside words for what is
//! wrong with it; then words of refusal without a reason; then the enhanced status code by the receiver's and by the
//! registry's meaning; then the reply code. What none of them knows is unknown.

#![allow(clippy::enum_glob_use, reason = "a prefix on a thousand rows of causes would bury the words")]

mod blocklist;
mod callout;
mod extract;
mod fallback;
mod families;
mod reading;
mod receivers;
mod rule;
mod sentence;
mod topics;
mod verdict;
mod words;

use core::cell::LazyCell;

use self::blocklist::Listing;
use self::callout::Callout;
use self::families::Things;
use self::reading::Reading;
use self::receivers::Dialect;
use self::rule::{Found, Matches};
use self::verdict::Verdict;
use self::words::Table;
use super::cause::Cause;
use super::parameters::{NamedList, Parameters};
use super::reply::{Permanence, Reply};
use super::status_code::EnhancedStatusCode;
use crate::receivers::Receiver;
use crate::span::Span;

/// What is known of a reply besides its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The server that replied.
    pub remote_host: Option<&'a str>,
    /// The recipient it is about.
    pub recipient: Option<&'a str>,
    /// The `Status` field of the delivery report: believed where the text has no code of its own.
    pub status: Option<EnhancedStatusCode>,
}

impl<'a> Context<'a> {
    /// What stands behind the last `@` of the recipient.
    fn recipient_domain(&self) -> Option<&'a str> {
        self.recipient?.rsplit('@').next()
    }
}

/// Classifies an SMTP reply: bare, with the codes of several lines joined or not, or as a server quotes it.
///
/// Texts are read up to 8,192 octets; what is beyond is left out of [`Reply::text`] too.
///
/// ```
/// use deliverability_core::bounce::{Cause, classify_reply};
///
/// let reply = classify_reply("554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; \
///                             https://www.spamhaus.org/query/ip/192.0.2.25");
/// let list = reply.parameters().list.as_ref().unwrap();
/// assert_eq!((reply.cause(), list.name.as_str()), (Cause::IpBlocklisted, "spamhaus-zen"));
/// assert_eq!(reply.parameters().ip, Some("192.0.2.25".parse()?));
/// assert_eq!(reply.sentence().of_text(reply.text()), "Client host [192.0.2.25] blocked using zen.spamhaus.org");
///
/// // A callout that failed does not make the recipient unknown, whatever the reply that it quotes.
/// let reply = classify_reply("550-Verification failed for <amy@example.org>\r\n550-Called:   192.0.2.3\r\n\
///                             550-Sent:     RCPT TO:<amy@example.org>\r\n550-Response: 550 no such user\r\n\
///                             550 Sender verify failed");
/// assert_eq!((reply.cause(), reply.parameters().mx.as_deref()), (Cause::CalloutRejected, Some("192.0.2.3")));
/// assert_eq!(classify_reply("550 Nyaan").cause(), Cause::Unknown);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn classify_reply(text: &str) -> Reply {
    classify_reply_in(text, &Context::default())
}

/// As [`classify_reply`], with what else is known of the reply.
///
/// ```
/// use deliverability_core::bounce::{Cause, Context, classify_reply_in};
///
/// let mut context = Context::default();
/// context.remote_host = Some("gmail-smtp-in.l.google.com");
/// assert_eq!(classify_reply_in("550 5.7.27 Refused", &context).cause(), Cause::SpfFail);
/// context.remote_host = Some("mx.example.net");
/// assert_eq!(classify_reply_in("550 5.7.27 Refused", &context).cause(), Cause::SenderNullMx);
/// ```
pub fn classify_reply_in(text: &str, context: &Context<'_>) -> Reply {
    let reading = Reading::of(text);
    let status = reading.status.or(context.status);
    let receiver = receiver(&reading, status, context);
    let judged = Judged::of(&reading, status, receiver, context);
    let permanence = judged.permanence.unwrap_or_else(|| permanence(reading.code, status));
    Reply {
        sentence: judged.sentence(&reading),
        cause: judged.cause,
        underlying: judged.underlying,
        parameters: judged.parameters,
        code: reading.code,
        text: reading.text.into(),
        status,
        receiver,
        permanence,
    }
}

/// Who wrote the reply: by its marks, then by the server's name, then by whom it was for.
fn receiver(reading: &Reading, status: Option<EnhancedStatusCode>, context: &Context<'_>) -> Option<Receiver> {
    let of_recipient = || {
        let domain = context.recipient_domain()?;
        Receiver::of_host(domain).filter(|_| reading.code.is_some())
    };
    // Nobody but Microsoft numbers its conditions from 300 on.
    let is_microsoft = status.is_some_and(|status| status.detail >= 300);
    let marks = reading.found.of_table(Table::Receivers, 0);
    Receiver::of_marks(marks.map(|mark| mark.rank))
        .or_else(|| context.remote_host.and_then(Receiver::of_host))
        .or_else(of_recipient)
        .or_else(|| is_microsoft.then_some(Receiver::Microsoft365))
}

/// RFC 5321 §4.2.1: the first digit of the reply code decides; without one, the class of the status.
fn permanence(code: Option<u16>, status: Option<EnhancedStatusCode>) -> Permanence {
    match code.and_then(|code| code.checked_div(100)).or_else(|| status.map(|status| u16::from(status.class))) {
        Some(4) => Permanence::Temporary,
        Some(5) => Permanence::Permanent,
        _ => Permanence::Unknown,
    }
}

/// What the steps come to.
struct Judged {
    cause: Cause,
    underlying: Option<Cause>,
    parameters: Parameters,
    span: Option<Span>,
    permanence: Option<Permanence>,
}

impl Judged {
    fn of(
        reading: &Reading,
        status: Option<EnhancedStatusCode>,
        receiver: Option<Receiver>,
        context: &Context<'_>,
    ) -> Self {
        if let Some(callout) = callout::judge(reading) {
            return Self::of_callout(reading, callout);
        }
        let matches = rule::matches(&reading.lower, &reading.found, reading.start, receiver);
        let judged = Self::of_words(reading, status, receiver, context, &matches);
        match matches.expired {
            Some(found) => judged.behind(found),
            None => judged,
        }
    }

    fn of_callout(reading: &Reading, callout: Callout) -> Self {
        let mut parameters = extract::parameters(reading, callout.cause, callout.sender.as_deref());
        parameters.mx = callout.mx;
        Self { cause: callout.cause, underlying: None, parameters, span: Some(callout.span), permanence: None }
    }

    fn of_words(
        reading: &Reading,
        status: Option<EnhancedStatusCode>,
        receiver: Option<Receiver>,
        context: &Context<'_>,
        matches: &Matches,
    ) -> Self {
        let dialect = receiver.and_then(Dialect::of);
        if let Some(verdict) = dialect.and_then(|dialect| (dialect.code)(reading)) {
            return Self::of_verdict(reading, verdict);
        }
        let own_status = || dialect.zip(status).and_then(|(dialect, status)| dialect.status(status));
        let urls = extract::urls(&reading.text, reading.start);
        let listing = blocklist::find(reading, &urls);
        // A list that is named says more than that the receiver refuses.
        let is_less = |found: Found| {
            listing.as_ref().is_some_and(Listing::is_known)
                && matches!(found.cause, Cause::IpBlockedPrivate | Cause::IpReputation | Cause::PolicyUnspecified)
        };
        if let Some(found) = matches.own.filter(|found| !is_less(*found)) {
            return Self::of_found(reading, found);
        }
        // "blocked using grey.rbl; greylisting in action": no list, whatever the receiver calls it.
        let is_put_off = matches.common.is_some_and(|found| found.cause == Cause::Greylisted);
        if let Some(listing) = listing.filter(|listing| listing.is_known() || !is_put_off) {
            let cause = listing.cause_for(&[context.remote_host, context.recipient_domain()]);
            return Self::of_listing(reading, listing, cause);
        }
        if let Some(cause) = own_status() {
            return Self::of_cause(reading, cause, None);
        }
        let things = LazyCell::new(|| Things::of(reading, &urls));
        let reason = LazyCell::new(|| things.reason());
        let found = matches
            .common
            .filter(|found| !is_general(found.cause) || reason.is_none_or(|kin| !tells_more(kin.cause, found.cause)));
        if let Some(found) = found {
            return Self::of_found(reading, side(reading, status, context, found));
        }
        if let Some(kin) = *reason {
            return Self::of_cause(reading, kin.cause, Some(kin.span));
        }
        if let Some(found) = matches.policy {
            return Self::of_found(reading, found);
        }
        if let Some(kin) = things.refusal() {
            return Self::of_cause(reading, kin.cause, Some(kin.span));
        }
        if let Some(found) = matches.weak {
            return Self::of_found(reading, side(reading, status, context, found));
        }
        if let Some(found) = missing_domain(reading, context) {
            return Self::of_found(reading, side(reading, status, context, found));
        }
        let of_status = status.map_or(Cause::Unknown, fallback::of_status);
        let cause = match (of_status, reading.code) {
            (Cause::Unknown, Some(code)) => fallback::of_code(code),
            (cause, _) => cause,
        };
        Self::of_cause(reading, cause, None)
    }

    fn of_cause(reading: &Reading, cause: Cause, span: Option<Span>) -> Self {
        let parameters = extract::parameters(reading, cause, None);
        Self { cause, underlying: None, parameters, span, permanence: None }
    }

    fn of_found(reading: &Reading, found: Found) -> Self {
        // Yahoo defers "permanently" with a temporary code.
        let is_final = reading.lower.contains("retrying will not succeed");
        let permanence = is_final.then_some(Permanence::Permanent);
        Self { permanence, ..Self::of_cause(reading, found.cause, Some(found.span)) }
    }

    fn of_verdict(reading: &Reading, verdict: Verdict) -> Self {
        let mut judged = Self::of_cause(reading, verdict.cause, Some(verdict.span));
        let mut lists = verdict.lists.into_iter().filter_map(blocklist::of_word);
        judged.parameters.list = lists.next();
        judged.parameters.other_lists = lists.collect();
        judged.permanence = verdict.permanence;
        judged
    }

    fn of_listing(reading: &Reading, listing: Listing, cause: Cause) -> Self {
        let mut judged = Self::of_cause(reading, cause, Some(listing.span));
        judged.parameters.ip = judged.parameters.ip.or(listing.ip);
        judged.parameters.url = page_of(reading, &listing.list).or(judged.parameters.url);
        judged.parameters.list = Some(listing.list);
        judged
    }

    /// The same, behind a delivery that was given up.
    fn behind(self, found: Found) -> Self {
        // "Retry timeout exceeded" says no more than that it was tried for long.
        let is_same = self.span.is_some_and(|span| found.span.start <= span.start && span.end <= found.span.end);
        let is_known = !is_same && !matches!(self.cause, Cause::Unknown | Cause::Expired);
        let underlying = is_known.then_some(self.cause);
        Self { cause: Cause::Expired, underlying, span: Some(found.span), ..self }
    }

    /// The sentence that says the cause; the codes, where they alone say it.
    fn sentence(&self, reading: &Reading) -> Span {
        match self.span {
            _ if self.cause == Cause::Unknown => Span::at(0),
            Some(span) => sentence::around(&reading.text, span, reading.words),
            None => Span::new(reading.start, reading.words),
        }
    }
}

/// Whether a phrase says what came of it rather than why: "connection refused" beside a HELO that is invalid.
const fn is_general(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::Network | Cause::ServerError | Cause::SenderRejected | Cause::IpBlockedPrivate | Cause::RecipientDomain
    )
}

/// Whether what a reply speaks of says more than its general phrase.
const fn tells_more(reason: Cause, general: Cause) -> bool {
    match reason {
        Cause::SenderDomain => !matches!(general, Cause::IpBlockedPrivate),
        Cause::SpfFail
        | Cause::SpfError
        | Cause::AuthMissing
        | Cause::DkimFail
        | Cause::DmarcPolicy
        | Cause::ArcFail
        | Cause::PraFailure
        | Cause::PtrMissing
        | Cause::PtrMismatch
        | Cause::PtrGeneric
        | Cause::HeloRejected => !matches!(general, Cause::RecipientDomain),
        _ => false,
    }
}

/// Whose domain does not exist, where the words do not say: the sender's, if the code is one of the sender's
/// (RFC 3463 §3.2), or if `MAIL FROM` was what the reply was to.
fn side(reading: &Reading, status: Option<EnhancedStatusCode>, context: &Context<'_>, found: Found) -> Found {
    let of_sender = status.is_some_and(|status| matches!((status.subject, status.detail), (1, 7 | 8)));
    if found.cause == Cause::UserUnknown && of_sender {
        return Found { cause: Cause::SenderRejected, ..found };
    }
    if found.cause != Cause::RecipientDomain {
        return found;
    }
    let to_mail_from = ["in reply to mail from", "after mail from", "[mail_from]"].iter();
    let is_to_mail_from = to_mail_from.clone().any(|mark| reading.lower.contains(mark));
    let is_other = missing_domain(reading, context).is_some_and(|found| found.cause == Cause::SenderDomain);
    // Courier refuses senders with a code of its own.
    let is_of_courier = reading.code == Some(517);
    if of_sender || is_to_mail_from || is_other || is_of_courier {
        Found { cause: Cause::SenderDomain, ..found }
    } else {
        found
    }
}

/// "example.org does not exist": the recipient's domain, or another one, which is the sender's then. Without a
/// recipient to compare with it is nobody's.
fn missing_domain(reading: &Reading, context: &Context<'_>) -> Option<Found> {
    let at = reading.lower.get(reading.words..)?.find(" does not exist")?.checked_add(reading.words)?;
    let before = reading.text.get(..at)?;
    let start = before.rfind(' ').map_or(0, |at| at.saturating_add(1));
    let host = extract::hosts(before, start).next()?;
    let is_recipient = host.name.eq_ignore_ascii_case(context.recipient_domain()?);
    let cause = if is_recipient { Cause::RecipientDomain } else { Cause::SenderDomain };
    (!before.get(start..)?.contains('@')).then(|| Found {
        cause,
        rank: usize::MAX,
        span: Span::new(start, at.saturating_add(" does not exist".len())),
    })
}

/// The page of the list's operator, where several pages are named.
fn page_of(reading: &Reading, list: &NamedList) -> Option<String> {
    let operator = list.name.split('-').next().filter(|word| word.len() > 2)?;
    let urls = extract::urls(&reading.text, reading.start);
    urls.iter().find(|url| url.host().to_ascii_lowercase().contains(operator)).map(|url| url.text.to_owned())
}
