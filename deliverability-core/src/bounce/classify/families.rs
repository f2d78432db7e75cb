//! What a reply is about, where no phrase of the tables stands in it: a word for the thing, and near it, in the same
//! sentence, a word for what is wrong with it. "PTR" beside "inconsistent" says the same in any order of words.

use std::sync::LazyLock;

use super::extract::{addresses, urls};
use super::reading::{Reading, window};
use super::words::Words;
use crate::bounce::cause::Cause::{self, *};
use crate::span::Span;

/// Farthest that the two words stand apart, in octets.
const REACH: usize = 70;

/// Most words for things that are looked at in one reply.
const MOST: usize = 64;

/// Stands for an address of a host among the words for things.
const ADDRESS: &str = "[ip]";

/// Words for a thing, and words for what is wrong with it.
struct Family {
    cause: Cause,
    /// Whole words, in lower case.
    about: &'static [&'static str],
    /// Beginnings of words, in lower case; none where the thing alone says enough.
    wrong: &'static [&'static str],
    /// Whether what is wrong may stand before the thing too.
    either: bool,
}

const fn after(cause: Cause, about: &'static [&'static str], wrong: &'static [&'static str]) -> Family {
    Family { cause, about, wrong, either: false }
}

const fn beside(cause: Cause, about: &'static [&'static str], wrong: &'static [&'static str]) -> Family {
    Family { cause, about, wrong, either: true }
}

const fn alone(cause: Cause, about: &'static [&'static str]) -> Family {
    Family { cause, about, wrong: &[], either: false }
}

const SPF: &[&str] = &["spf", "sender policy framework", "spf record", "spf-record"];
const REVERSE: &[&str] = &[
    "ptr",
    "rdns",
    "reverse dns",
    "reverse-dns",
    "reverse lookup",
    "reverse lookups",
    "reverse name",
    "reverse hostname",
    "reverse host name",
    "reverse record",
    "reverse entry",
    "reverse mapping",
    "reverse resolution",
    "reverse address",
    "reverse domain",
];
const REFUSED: &[&str] = &[
    "block",
    "black list",
    "black-list",
    "blacklist",
    "banned",
    "denied",
    "denylist",
    "refused",
    "reject",
    "not allow",
    "not permit",
    "not accept",
    "not welcome",
    "forbidden",
    "prohibited",
];

/// What is asked first decides.
const FAMILIES: &[Family] = &[
    beside(
        SpfError,
        SPF,
        &["temporar", "temperror", "permerror", "permanent error", "error", "syntax", "time", "lookup"],
    ),
    beside(
        AuthMissing,
        SPF,
        &["none", "no spf", "no valid spf", "missing", "not have", "without", "lack", "not publish"],
    ),
    alone(SpfFail, SPF),
    alone(DkimFail, &["dkim", "domainkeys", "dkim signature", "dkim-signature"]),
    alone(DmarcPolicy, &["dmarc"]),
    after(ArcFail, &["arc"], &["fail", "invalid", "broken", "not valid", "error"]),
    beside(PtrGeneric, REVERSE, &["generic", "dynamic", "contains", "residential"]),
    beside(
        PtrMismatch,
        REVERSE,
        &["mismatch", "not match", "doesn't match", "forged", "inconsistent", "forward", "not resolve"],
    ),
    alone(PtrMissing, REVERSE),
    after(
        PtrMissing,
        &[ADDRESS, "ip", "ip address"],
        &[
            "does not resolve",
            "doesn't resolve",
            "not resolvable",
            "must resolve",
            "can't be resolved",
            "cannot be resolved",
            "could not be resolved",
        ],
    ),
    beside(
        HeloRejected,
        &["helo", "ehlo", "helo/ehlo", "ehlo/helo"],
        &[
            "invalid",
            "denied",
            "reject",
            "refused",
            "resolve",
            "not exist",
            "missing",
            "illegal",
            "bad",
            "argument",
            "fqdn",
            "fully qualified",
            "fully-qualified",
            "not valid",
            "mismatch",
            "spoof",
            "forged",
            "impersonat",
            "not allow",
            "malformed",
            "syntax",
            "not found",
            "unacceptable",
            "localhost",
            "dns",
            "faked",
            "fake",
        ],
    ),
    beside(
        SenderDomain,
        &[
            "sender domain",
            "sender's domain",
            "sending domain",
            "domain of sender",
            "domain of the sender",
            "domain of your sender",
            "from domain",
            "from: domain",
            "mail from domain",
            "mailfrom domain",
            "envelope domain",
            "envelope sender domain",
            "return-path domain",
            "return path domain",
            "your domain",
            "domain name of the sender",
            "domain in sender",
        ],
        &[
            "invalid",
            "not exist",
            "doesn't exist",
            "not found",
            "not resolve",
            "unresolv",
            "be resolved",
            "resolvable",
            "unable to resolve",
            "cannot resolve",
            "can't resolve",
            "no mx",
            "no valid mx",
            "no a record",
            "no dns",
            "no mail exchanger",
            "unknown",
            "nonexist",
            "non-exist",
            "no such",
            "mx record",
            "no valid dns",
        ],
    ),
    beside(
        SenderDomain,
        &[
            "sender",
            "sender address",
            "mail from",
            "mailfrom",
            "return path",
            "return-path",
            "envelope from",
            "from address",
        ],
        &[
            "no mx",
            "valid mx",
            "no a,",
            "no a or",
            "no dns record",
            "mx record",
            "mx or a",
            "a or mx",
            "mx/a",
            "a/mx",
            "no mail exchanger",
            "mail exchanger",
            "unresolv",
            "not resolvable",
            "resolve",
            "domain name required",
            "domain required",
            "nxdomain",
            "fully qualified",
            "fully-qualified",
        ],
    ),
    beside(
        RelayDenied,
        &["relay", "relaying", "relayed"],
        &[
            "denied",
            "denies",
            "not allow",
            "not permit",
            "prohibited",
            "refused",
            "disallow",
            "unable",
            "cannot",
            "not configured",
            "unauthorized",
            "not authorized",
            "trying to use",
            "reject",
            "do not",
            "don't",
        ],
    ),
    beside(
        RateLimited,
        &[
            "per hour",
            "per minute",
            "per day",
            "per second",
            "this hour",
            "last hour",
            "an hour",
            "today",
            "in the last",
            "short period",
            "short time",
            "minutes",
            "60 seconds",
            "hourly",
            "daily",
        ],
        &[
            "too many",
            "too much",
            "too often",
            "exceed",
            "limit",
            "quota",
            "sent to many",
            "many messages",
            "many mails",
            "many emails",
        ],
    ),
    beside(
        UrlBlocklisted,
        &["url", "urls", "url(s)", "link", "links", "uri", "uris", "website", "web site"],
        &["block", "blacklist", "black list", "listed", "spam", "bad", "banned"],
    ),
    beside(
        DomainBlocklisted,
        &["sender domain", "your domain", "sending domain", "domain name", "from domain"],
        &["blacklist", "black list", "blocklist", "block list", "listed"],
    ),
    beside(
        IpDynamic,
        &["ip", "ips", "ip address", "ip addresses", "address", "addresses", "range", "host", "hosts", ADDRESS],
        &["dynamic", "residential", "dial-up", "dialup", "dsl"],
    ),
    beside(
        IpReputation,
        &[
            "this ip",
            "your ip",
            "this host",
            "your host",
            "your server",
            "your network",
            "your mail server",
            "this server",
        ],
        &["spam", "complaint", "junk", "abuse"],
    ),
    after(
        IpBlockedPrivate,
        &[
            ADDRESS,
            "your ip",
            "ip address",
            "ip-address",
            "sending ip",
            "sender ip",
            "client ip",
            "connecting ip",
            "the ip",
            "this ip",
            "ip",
            "your host",
            "your server",
            "your mail server",
            "your mta",
            "client host",
            "sending host",
            "connecting host",
            "sending server",
            "your network",
            "this host",
            "remote host",
        ],
        REFUSED,
    ),
    beside(IpBlockedPrivate, &["country", "countries"], REFUSED),
    after(
        SenderRejected,
        &[
            "sender",
            "sender address",
            "sender's address",
            "mail from",
            "return path",
            "return-path",
            "envelope sender",
            "from address",
            "sender e-mail",
            "sender email",
        ],
        REFUSED,
    ),
    beside(
        SenderRejected,
        &["sender", "sender address"],
        &[
            "invalid",
            "illegal",
            "unacceptable",
            "bad sender",
            "banned sender",
            "blocked sender",
            "not authorized",
            "unauthorized",
        ],
    ),
    beside(
        AttachmentBlocked,
        &["attachment", "attachments", "attached file", "attached files", "file type", "filetype", "file extension"],
        &[
            "block",
            "banned",
            "not allow",
            "not accept",
            "not permit",
            "denied",
            "reject",
            "restricted",
            "prohibited",
            "forbidden",
            "unwanted",
            "unacceptable",
            "illegal",
            "dangerous",
            "filter",
            "polic",
        ],
    ),
    alone(ContentSpam, &["spam", "antispam", "anti-spam", "junk", "spammy", "ube", "uce", "unsolicited"]),
    beside(
        AuthRequired,
        &["authenticate", "authentication", "authenticated", "smtp auth", "smtp-auth", "log in", "login", "logged in"],
        &["require", "must", "please", "need", "without", "only"],
    ),
    beside(
        RfcNoncompliant,
        &["header", "headers", "date field", "from field", "message-id", "line", "lines", "mime"],
        &[
            "missing",
            "malformed",
            "invalid",
            "too long",
            "exactly one",
            "duplicate",
            "illegal",
            "syntax",
            "not rfc",
            "longer",
            "length",
            "octets",
        ],
    ),
    after(MailboxFull, &["mailbox", "inbox", "quota", "storage", "mail box", "maildir"], &["full", "exceed", "over"]),
];

/// A family that a reply belongs to: its cause, and the words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kin {
    pub(super) cause: Cause,
    pub(super) span: Span,
}

/// The first family of the order that the reply belongs to.
pub(super) fn find(reading: &Reading) -> Option<Kin> {
    let things = things(reading);
    FAMILIES.iter().enumerate().find_map(|(rank, family)| {
        let own = things.iter().filter(|thing| thing.families.contains(&rank));
        own.copied().find_map(|thing| family.span(reading, thing.span)).map(|span| Kin { cause: family.cause, span })
    })
}

/// A word for a thing in a reply, and the families that it is of.
#[derive(Clone, Copy)]
struct Thing {
    families: &'static [usize],
    span: Span,
}

/// The words for things, each with its families.
fn things(reading: &Reading) -> Vec<Thing> {
    static ABOUT: LazyLock<(Words, Vec<Vec<usize>>, Vec<usize>)> = LazyLock::new(|| {
        let mut words: Vec<&'static str> = Vec::new();
        for word in FAMILIES.iter().flat_map(|family| family.about).filter(|word| **word != ADDRESS) {
            if !words.contains(word) {
                words.push(word);
            }
        }
        let of = |word: &str| -> Vec<usize> {
            let holds = FAMILIES.iter().enumerate().filter(|(_, family)| family.about.contains(&word));
            holds.map(|(rank, _)| rank).collect()
        };
        let families = words.iter().map(|word| of(word)).collect();
        (Words::new(words.iter().copied()), families, of(ADDRESS))
    });
    let pages = urls(&reading.text, reading.start);
    let is_outside = |at: usize| !pages.iter().any(|url| (url.start..url.end()).contains(&at));
    let words = ABOUT.0.all(&reading.lower, reading.start).filter_map(|word| {
        let span = Span::new(word.start, word.end);
        let is_meant =
            is_whole(&reading.lower, span) && is_outside(word.start) && !is_of_dialogue(&reading.lower, span);
        Some(Thing { families: ABOUT.1.get(word.rank).filter(|_| is_meant)?, span })
    });
    let hosts = addresses(&reading.text, reading.start)
        .filter(|(at, _)| is_outside(*at))
        .map(|(at, _)| Thing { families: &ABOUT.2, span: Span::new(at, at) });
    words.take(MOST).chain(hosts.take(8)).collect()
}

/// Whether a word stands alone, and not inside the name of a host.
fn is_whole(lower: &str, span: Span) -> bool {
    let bytes = lower.as_bytes();
    let before = span.start.checked_sub(1).and_then(|at| bytes.get(at));
    let mut rest = bytes.get(span.end..).unwrap_or_default().iter();
    let (next, then) = (rest.next(), rest.next());
    let is_glued = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b".-_@/=~".contains(byte));
    let goes_on = next.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_@".contains(byte))
        || (next.is_some_and(|byte| b".-".contains(byte)) && then.is_some_and(u8::is_ascii_alphanumeric));
    !is_glued && !goes_on
}

/// Whether a word only tells at which command the reply came: "in reply to EHLO command".
fn is_of_dialogue(lower: &str, span: Span) -> bool {
    let before = lower.get(..span.start).unwrap_or_default();
    ["reply to ", "after ", "sending ", "performing the ", "send ", "say "].iter().any(|lead| before.ends_with(lead))
}

impl Family {
    /// From the thing to what is wrong with it, if it stands near.
    fn span(&self, reading: &Reading, thing: Span) -> Option<Span> {
        if self.wrong.is_empty() {
            return Some(thing);
        }
        let lower = &reading.lower;
        let next = clause(window(lower, thing.end, REACH));
        if let Some((_, end)) = self.wrong.iter().filter_map(|word| found(next, word)).min() {
            return Some(Span::new(thing.start, thing.end.checked_add(end)?));
        }
        if !self.either {
            return None;
        }
        let mut from = thing.start.saturating_sub(REACH).max(reading.words.min(thing.start));
        while !lower.is_char_boundary(from) {
            from = from.saturating_add(1);
        }
        let before = lower.get(from..thing.start)?;
        let begin = before.rfind(". ").or_else(|| before.rfind("; ")).map_or(0, |at| at.saturating_add(2));
        let (start, _) = self.wrong.iter().filter_map(|word| found(before.get(begin..)?, word)).max()?;
        let start = from.checked_add(begin)?.checked_add(start)?;
        Some(Span::new(start, thing.end))
    }
}

/// As far as the sentence goes.
fn clause(text: &str) -> &str {
    let end = [". ", "; ", "? ", "! "].iter().filter_map(|end| text.find(end)).min();
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Where a word that begins with `word` stands in `text`.
fn found(text: &str, word: &str) -> Option<(usize, usize)> {
    text.match_indices(word).find_map(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let is_start = before.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        if is_start { Some((at, at.checked_add(word.len())?)) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(text: &str) -> Option<Cause> {
        find(&Reading::of(text)).map(|kin| kin.cause)
    }

    #[test]
    fn words_are_lower_case() {
        for word in FAMILIES.iter().flat_map(|family| family.about.iter().chain(family.wrong)) {
            assert_eq!(&word.to_ascii_lowercase(), word);
        }
    }

    #[test]
    fn the_order_of_words_does_not_matter() {
        for text in ["550 PTR of your host is inconsistent", "550 inconsistent PTR", "550 Forged PTR found"] {
            assert_eq!(cause(text), Some(PtrMismatch), "{text}");
        }
        assert_eq!(cause("451 problem with the PTR of your server"), Some(PtrMissing));
    }

    #[test]
    fn names_of_hosts_and_commands_of_the_dialogue_are_not_meant() {
        for text in [
            "550 spf.example.org is down",
            "550 relay-1.example.org refused",
            "550 see https://example.org/spf",
            "550 Access denied (in reply to EHLO command)",
            "550 no",
        ] {
            assert_eq!(cause(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_stands_in_the_same_sentence() {
        assert_eq!(cause("550 Your IP was seen. Nothing is blocked"), None);
        assert_eq!(cause("550 198.51.100.7 is not allowed"), Some(IpBlockedPrivate));
    }
}
