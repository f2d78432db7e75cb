//! Sender verification: a server asks the sender's own servers whether the sender's mailbox exists (Exim's callout,
//! Postfix's `reject_unverified_sender`), and refuses when they do not say yes. What fails then is the sender's side,
//! or the way to it; the recipient is not the matter, whatever the reply that is quoted inside may say of "users".

use core::ops::Range;

use super::extract::{addresses, hosts, mailbox};
use super::reading::{Reading, window};
use super::sentence::boundary;
use super::words::{Table, Word};
use crate::bounce::cause::Cause::{self, *};
use crate::span::Span;

/// A failed verification.
#[derive(Debug)]
pub(super) struct Callout {
    pub(super) cause: Cause,
    pub(super) span: Span,
    /// Who was verified.
    pub(super) sender: Option<String>,
    /// The server that was asked.
    pub(super) mx: Option<String>,
}

/// Words that only a failed verification of a sender has (Exim, Postfix, cPanel, milters). Those of Exim's callback setup,
/// of its incomplete callout and of senders in header lines were compared with its source (2026-11-22), the others not.
const OF_SENDER: &[&str] = &[
    "sender verify",
    "sender verification",
    "sender address verification",
    "sender callout",
    "sender callback",
    "sender address rejected: unverified address",
    "sender address rejected: undeliverable address",
    "verification failed for <",
    "verification failed while checking",
    "callback setup failed",
    "callout verification failure",
    "callback verification",
    "callout verification",
    "callback failed",
    "callout failed",
    "could not complete callout",
    "could not complete sender",
    "could not verify sender",
    "could not verify the sender",
    "cannot verify sender",
    "can't verify sender",
    "unable to verify sender",
    "unable to verify the sender",
    "failed to verify sender",
    "sender could not be verified",
    "sender address could not be verified",
    "sender's address could not be verified",
    "sender cannot be verified",
    "sender unverified",
    "unverified sender",
    "verification of envelope sender",
    "verification of sender",
    "verify return path",
    "return path verification",
    "return-path verification",
    "return path could not be verified",
    "mail from verification",
    "mailfrom verification",
    "response to \"rcpt to:<",
    "response to \"mail from:<",
    "sender must exist",
    "verify failed",
    "no valid sender in any header",
    "no verifiable sender address",
    "absender konnte nicht verifiziert",
];

/// The same done for the recipient, at a server behind the one that replied.
const OF_RECIPIENT: &[&str] = &[
    "recipient address rejected: unverified address",
    "recipient verify",
    "recipient verification",
    "recipient address verification",
];

/// Words that a verification is told with in some other way: a call back, or a sender beside "verified".
const OTHER: &[&str] = &["callback", "call-back", "callout", "call-out", "verif"];

/// What verifies a sender without asking its servers.
const AUTHENTICATION: &[&str] = &["spf", "dkim", "dmarc"];

/// Words of a verification that asked.
const OF_DIALOGUE: &[&str] = &[
    "callout",
    "callback",
    "verify failed",
    "verification failed",
    "address rejected: un",
    "rcpt to",
    "mail from:<>",
    "null sender",
    "called: ",
];

/// What else is verified.
const NO_SENDER: &[&str] = &[
    "signature",
    "dkim",
    "spf",
    "dmarc",
    "certificate",
    "identity",
    "identities",
    "sender id",
    "sender-id",
    "domain ownership",
    "captcha",
];

/// The words of all, the sender's first, the other ones last.
pub(super) fn signs() -> Vec<&'static str> {
    [OF_SENDER, OF_RECIPIENT, OTHER].concat()
}

/// Judges a reply that a failed verification made; `None` for any other.
pub(super) fn judge(reading: &Reading) -> Option<Callout> {
    let said = reading.said();
    let signs = || reading.found.of_table(Table::Callouts, reading.start);
    let first = |ranks: Range<usize>| {
        let of_side = signs().filter(|word| ranks.contains(&word.rank));
        of_side.map(|word| Span::new(word.start, word.end)).min_by_key(|span| (span.start, span.end))
    };
    let others = OF_SENDER.len().saturating_add(OF_RECIPIENT.len());
    if let Some(span) = first(OF_SENDER.len()..others) {
        return Some(of_recipient(reading, said, span));
    }
    let span = first(0..OF_SENDER.len())
        .or_else(|| in_other_words(said, reading.start, signs().filter(|word| word.rank >= others)))?;
    // "The sender could not be verified by SPF or DKIM": nobody asked the sender's servers.
    if has(said, AUTHENTICATION) && !has(said, OF_DIALOGUE) {
        return None;
    }
    // Local parts are wanted here: the callout for postmaster is told by them.
    let plain = reading.text.get(reading.start..)?.to_ascii_lowercase();
    let cause = class(&plain, reading);
    Some(Callout {
        cause,
        span,
        sender: mailbox(&reading.text, reading.start),
        mx: if cause == SenderVerifyFailed { None } else { asked(reading, &plain) },
    })
}

/// A verification of the sender in words that no list foresees: the first of those that say so, `said` beginning at `from`.
fn in_other_words(said: &str, from: usize, words: impl Iterator<Item = Word>) -> Option<Span> {
    let is_start = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| said.as_bytes().get(at));
        before.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b".-/".contains(byte))
    };
    // "Sender not verified" is what services say to customers who have not shown that an address is theirs.
    let is_of_other = has(said, NO_SENDER) || said.contains("not verified");
    let is_meant = |word: &Word| {
        let Some(at) = word.start.checked_sub(from) else { return false };
        let is_verified = said.get(at..).is_some_and(|rest| rest.starts_with("verif"));
        is_start(at) && (!is_verified || (!is_of_other && is_of_sender(said, at)))
    };
    words
        .take(64)
        .filter(is_meant)
        .min_by_key(|word| (word.rank, word.start))
        .map(|word| Span::new(word.start, word.end))
}

/// Whether a sender stands near "verified", and nothing else that is verified.
fn is_of_sender(said: &str, at: usize) -> bool {
    let near = window(said, boundary(said, at.saturating_sub(70)), 140);
    has(
        near,
        &[
            "sender",
            "absender",
            "return address",
            "return path",
            "return-path",
            "reverse-path",
            "mail from",
            "from address",
            "exp\u{e9}diteur",
            "expediteur",
            "remitente",
        ],
    )
}

/// The server could not ask the one behind it: its own affair.
fn of_recipient(reading: &Reading, said: &str, span: Span) -> Callout {
    let is_final = reading.code.is_some_and(|code| code / 100 == 5);
    let cause = if has(said, &["address verification in progress"]) {
        Greylisted
    } else if has(said, &["user unknown", "unknown user", "no such user", "does not exist"]) {
        UserUnknown
    } else if is_final && !has(said, &["time", "connect", "temporar", "complete", "unavailable"]) {
        // RFC 5321 §4.2.1: the one behind was asked, and said no for good.
        UserUnknown
    } else {
        ServerError
    };
    Callout { cause, span, sender: None, mx: None }
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// How the verification failed.
fn class(plain: &str, reading: &Reading) -> Cause {
    of_domain(plain).or_else(|| of_command(plain)).unwrap_or_else(|| {
        let inner = inner(plain);
        match inner.and_then(Inner::of) {
            Some(inner) => inner.cause(),
            None => without_reply(plain, reading),
        }
    })
}

/// The sender's domain, rather than a server, was the end of it.
fn of_domain(plain: &str) -> Option<Cause> {
    if has(plain, &["nullmx", "null mx", "indicated no smtp service", "does not accept mail (null"]) {
        return Some(SenderNullMx);
    }
    let is_unresolved = has(
        plain,
        &[
            "host or domain name not found",
            "name service error",
            "domain not found",
            "host not found",
            "non-existent hosts",
            "no such domain",
            "host lookup did not complete",
            "nxdomain",
            "unknown domain",
            "domain does not exist",
            "does not resolve",
            "unresolvable",
        ],
    );
    if is_unresolved {
        return Some(SenderDomain);
    }
    let is_unroutable = has(
        plain,
        &[
            "unrouteable address",
            "unroutable address",
            "unrouteable mail domain",
            "due to route",
            "unrouteable domain",
            "unroutable domain",
            "loops back to",
            "lowest numbered mx",
            "could not deliver mail to",
            "no route to",
        ],
    );
    let is_network = plain.contains("no route to host");
    (is_unroutable && !is_network).then_some(SenderUnroutable)
}

/// Which command of the callout was refused, where the reply tells.
fn of_command(plain: &str) -> Option<Cause> {
    if has(plain, &["postmaster verification failed", "rcpt to:<postmaster@"]) {
        return Some(CalloutPostmaster);
    }
    let is_null_sender = has(
        plain,
        &[
            "mail from:<>",
            "in reply to mail from",
            "null sender",
            "empty sender",
            "null reverse",
            "empty envelope",
            "mail from: <>",
            "null envelope",
            "bounces are not",
            "bounce messages are not",
            "callback setup failed",
            "servers refuse bounces",
        ],
    );
    if is_null_sender
        && !is_put_off(plain)
        && !has(plain, &["sent: helo", "sent: ehlo", "initial connection: ", "timed out"])
    {
        return Some(CalloutNullSenderRefused);
    }
    None
}

fn is_put_off(text: &str) -> bool {
    has(
        text,
        &[
            "greylist",
            "graylist",
            "grey list",
            "gray list",
            "grey-list",
            "try again later",
            "try later",
            "come back",
            "retry later",
            "please retry",
            "try again in",
        ],
    )
}

/// What the sender's server replied, where it is quoted.
fn inner(plain: &str) -> Option<&str> {
    let marks = [
        "response: ",
        " was: ",
        " said: ",
        "returned: ",
        "replied: ",
        "responded: ",
        "said \"",
        "failed: ",
        "with: ",
        "answer: ",
    ];
    let (at, length) = marks.iter().filter_map(|mark| Some((plain.find(mark)?, mark.len()))).min()?;
    plain.get(at.checked_add(length)?..)
}

/// A quoted reply: whether a later try may do, and its words.
struct Inner<'a> {
    is_temporary: bool,
    text: &'a str,
}

impl<'a> Inner<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let class = text.trim_start_matches(['<', '"', ' ']).bytes().next()?;
        matches!(class, b'4' | b'5').then_some(Self { is_temporary: class == b'4', text })
    }

    fn cause(&self) -> Cause {
        if is_put_off(self.text) && (self.is_temporary || has(self.text, &["greylist", "graylist"])) {
            return CalloutGreylisted;
        }
        // A server that refuses the one who asks says nothing of the sender.
        let is_about_asker = has(
            self.text,
            &[
                "blocked using",
                "dnsbl",
                "blacklist",
                "blocklist",
                "block list",
                " rbl",
                "client host",
                "reverse dns",
                "helo",
                "banned",
            ],
        );
        if self.is_temporary || is_about_asker { CalloutUnreachable } else { CalloutRejected }
    }
}

/// That the sender does not exist, or takes no mail.
const NO_SUCH_SENDER: &[&str] = &[
    "no such user",
    "no such person",
    "user unknown",
    "unknown user",
    "does not exist",
    "cached) callout",
    "earlier callout",
    "earlier verification",
    "earlier call",
    "cached) verification",
    "not recognize",
    "not recognise",
    "not found",
    "not exist",
    "unknown in ",
    "unknown local",
    "unknown recipient",
    "unknown address",
    "recipient unknown",
    "recipient cannot be verified",
    "recipient rejected",
    "no mailbox",
    "no such mailbox",
    "no such account",
    "over quota",
    "mailbox is full",
    "mailbox full",
    "account disabled",
    "is disabled",
    "invalid recipient",
    "invalid mailbox",
    "invalid address",
    "undeliverable address",
    "mailbox unavailable",
    "not a valid",
    "invalid user",
    "sender unknown",
    "no such address",
    "no such recipient",
];

/// That nothing came of asking.
const UNANSWERED: &[&str] = &[
    "could not complete",
    "unable to complete",
    "timed out",
    "timeout",
    "connection refused",
    "could not connect",
    "connect to ",
    "no route to host",
    "unreachable",
    "lost connection",
    "verification in progress",
    "address lookup failed",
    "unverified address",
    "callout failed",
    "callback failed",
    "did not respond",
    "not responding",
    "temporar",
    "not complete",
];

/// No reply is quoted: the words of the server that asked.
fn without_reply(plain: &str, reading: &Reading) -> Cause {
    if is_put_off(plain) && has(plain, &["greylist", "graylist", "grey"]) {
        return CalloutGreylisted;
    }
    if has(plain, NO_SUCH_SENDER) {
        return CalloutRejected;
    }
    let is_temporary = reading.code.is_some_and(|code| code / 100 == 4);
    if has(plain, UNANSWERED) || (is_temporary && has(plain, &["callout", "callback"])) {
        CalloutUnreachable
    } else {
        SenderVerifyFailed
    }
}

/// The server that was asked: its address, else its name.
fn asked(reading: &Reading, plain: &str) -> Option<String> {
    const MARKS: &[&str] = &[
        "called: ",
        "could not connect to ",
        "connect to ",
        "lost connection with ",
        "conversation with ",
        "unverified address: host ",
        "undeliverable address: host ",
        "verifying: host ",
        "> from ",
        "\" from ",
        "host ",
    ];
    MARKS.iter().find_map(|mark| {
        let at = reading.start.checked_add(plain.find(mark)?)?.checked_add(mark.len())?;
        let near = reading.text.get(at..)?;
        let near = near.split([' ', ';']).take(2).map(str::len).sum::<usize>();
        let piece = reading.text.get(..at.checked_add(near)?.checked_add(1)?.min(reading.text.len()))?;
        let address = addresses(piece, at).next().map(|found| found.1.to_string());
        address.or_else(|| hosts(piece, at).next().map(|host| host.name.to_owned()))
    })
}
