//! What servers note in comments: who wrote the field, who was logged in, the envelope sender, which
//! user of the server submitted the message.

use super::protocol::{Protocol, Transmission};
use super::security::{AuthenticatedBy, Authentication, Tls, is, words};
use super::word::Word;
use super::{Received, Submission, address};
use crate::span::Span;

/// What one comment says that is not put into the field at once.
#[derive(Default)]
pub(super) struct Notes<'a> {
    pub(super) authentication: Option<Authentication<'a>>,
    /// `(via HTTP)`.
    pub(super) via: Option<Span>,
    /// Whether the comment was understood.
    pub(super) is_read: bool,
}

/// First words of comments that are of no use here: about certificates, and how the message came to the
/// program.
const OF_NO_USE: &[&str] = &[
    "No client certificate",
    "Client did not present",
    "Client CN",
    "not verified",
    "invoked ",
    "ORCPT ",
    "envelope-from ",
    "single-drop",
    "multi-drop",
    "HTTP/1",
];

/// Reads a comment of any clause; `is_start` if nothing stands in front of it.
pub(super) fn read<'a>(text: &'a [u8], span: Span, is_start: bool, received: &mut Received<'a>) -> Notes<'a> {
    let mut notes = Notes::default();
    let mut all = words(text, span);
    let Some(first) = all.next() else { return Notes { is_read: true, ..notes } };
    let second = all.next();
    let bytes = text.get(span.start..span.end).unwrap_or_default();
    // Most comments are about something else, and their first letter tells.
    let letter = text.get(first.start).map_or(0, u8::to_ascii_lowercase);
    let may_be_tls = matches!(letter, b't' | b's' | b'u' | b'v') || bytes.ends_with(b"encrypted");
    if may_be_tls && received.tls.is_none() {
        received.tls = Tls::read(text, span);
        notes.is_read = received.tls.is_some();
    }
    let follows = || second.is_some_and(|second| is(text, second, "authenticated"));
    if !notes.is_read && (letter == b'a' || follows()) {
        notes.authentication = Authentication::read(text, span);
    }
    let may_be_of_no_use = matches!(letter, b'n' | b'c' | b'i' | b'o' | b'e' | b's' | b'm' | b'h');
    notes.is_read |= may_be_of_no_use && OF_NO_USE.iter().any(|known| starts_with(bytes, known));
    if matches!(letter, b'e' | b'r') {
        notes.is_read |= envelope_sender(text, first, second, all.next(), received);
    }
    notes.is_read |= submission(text, span, is_start, received);
    if is(text, first, "via") {
        notes.via = second;
        notes.is_read = true;
    }
    notes
}

fn starts_with(bytes: &[u8], head: &str) -> bool {
    bytes.get(..head.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(head.as_bytes()))
}

/// `envelope-from <amy@example.org>`, `envelope sender: <amy@example.org>` and alike.
fn envelope_sender<'a>(
    text: &'a [u8],
    first: Span,
    second: Option<Span>,
    third: Option<Span>,
    received: &mut Received<'a>,
) -> bool {
    let is_one =
        ["envelope-from", "envelope-from:", "envelope-sender", "envelope-sender:", "return-path:", "return-path"];
    let sender = if is_one.iter().any(|known| is(text, first, known)) {
        second
    } else {
        let follows = |span: &Span| is(text, *span, "sender:") || is(text, *span, "from:");
        third.filter(|_| is(text, first, "envelope") && second.as_ref().is_some_and(follows))
    };
    if let Some(sender) = sender {
        received.envelope_from.get_or_insert_with(|| Word::at(text, without_angles(text, sender)));
    }
    sender.is_some()
}

/// `Postfix, from userid 1000`, `qmail 123 invoked by uid 1000`, `uid 0`, and in front of all else
/// `from amy@localhost` of sendmail.
fn submission<'a>(text: &'a [u8], span: Span, is_start: bool, received: &mut Received<'a>) -> bool {
    let mut all = words(text, span);
    let Some(first) = all.next() else { return false };
    let is_qmail = is(text, first, "qmail");
    // The number of a user is the last word.
    if !is_qmail && !is_start && !text.get(span.end.saturating_sub(1)).is_some_and(u8::is_ascii_digit) {
        return false;
    }
    if is_qmail {
        received.software.get_or_insert_with(|| Word::at(text, first));
    }
    if is_start && is(text, first, "from") {
        received.submission = Some(Submission { uid: None, user: all.next().map(|user| Word::at(text, user)) });
        return true;
    }
    let mut last = first;
    for word in all {
        let uid = number(text, word).filter(|_| is(text, last, "uid") || is(text, last, "userid"));
        if uid.is_some() {
            received.submission = Some(Submission { uid, user: None });
            // The program stands in front of the first comma.
            let is_named = !is(text, first, "uid") && !is(text, first, "userid");
            if is_named {
                received.software.get_or_insert_with(|| Word::at(text, first));
            }
            return true;
        }
        last = word;
    }
    if is(text, first, "uid") && number(text, last).is_some() {
        received.submission = Some(Submission { uid: number(text, last), user: None });
    }
    is_qmail || received.submission.as_ref().is_some_and(|_| is(text, first, "uid"))
}

/// The address of the host behind `by`: `([192.0.2.1])`, `(mx.example.org [192.0.2.1])`, `(192.0.2.1)`.
pub(super) fn host_address(text: &[u8], span: Span, received: &mut Received<'_>) -> bool {
    let mut all = words(text, span).take(3);
    let (Some(first), second, None) = (all.next(), all.next(), all.next()) else { return false };
    let found = address::read(text, second.unwrap_or(first)).filter(|_| received.by_ip.is_none());
    received.by_ip = received.by_ip.or(found);
    found.is_some()
}

/// The program that wrote the field, which the first comment behind `by` names. Exim's own comment may
/// stand behind others, and tells how the rest is meant.
pub(super) fn software<'a>(text: &'a [u8], span: Span, received: &mut Received<'a>) -> bool {
    let is_exim = text.get(span.start..span.end).is_some_and(|bytes| starts_with(bytes, "Exim"));
    let is_taken = received.software.is_none() || is_exim;
    if is_taken {
        received.software = Some(Word::several(text, span));
    }
    is_taken
}

/// `auth=yes` and `user=amy` of OpenSMTPD, outside of comments.
pub(super) fn attribute<'a>(text: &'a [u8], span: Span, received: &mut Received<'a>) -> bool {
    let bytes = text.get(span.start..span.end).unwrap_or_default();
    if bytes.eq_ignore_ascii_case(b"auth=yes") {
        received.authentication.get_or_insert(Authentication::by(AuthenticatedBy::Other));
        return true;
    }
    let user = starts_with(bytes, "user=").then(|| Word::at(text, Span::new(span.start.saturating_add(5), span.end)));
    let is_user = user.is_some();
    if let Some(authentication) = received.authentication.as_mut().filter(|_| is_user) {
        authentication.user = user;
    }
    is_user
}

/// What follows from several clauses together.
pub(super) fn settle<'a>(received: &mut Received<'a>, mechanism: Option<Word<'a>>) {
    let transmission = received.transmission();
    if let Some(mechanism) = mechanism {
        let by = AuthenticatedBy::Mechanism;
        received.authentication = Some(Authentication { mechanism: Some(mechanism), ..Authentication::by(by) });
    }
    if transmission == Some(Transmission::Http) && received.ip.is_some() {
        let user = received.authentication.take().and_then(|authentication| authentication.user);
        received.authentication = Some(Authentication { user, ..Authentication::by(AuthenticatedBy::Webmail) });
    }
    let protocol = received.protocol.as_ref().filter(|protocol| protocol.is_authenticated);
    let by_protocol = protocol.map(|protocol| Authentication {
        mechanism: Some(protocol.word.clone()),
        ..Authentication::by(AuthenticatedBy::Protocol)
    });
    received.authentication = received.authentication.take().or(by_protocol);
    if transmission == Some(Transmission::Fetched) {
        // Whoever fetches is the client: the host named is a server.
        received.fetched_from = received.ip.take();
        (received.helo, received.rdns) = (None, None);
    }
    let is_local = transmission == Some(Transmission::Local) && received.ip.is_none();
    if is_local && received.submission.is_none() {
        let user = received.from.clone().filter(|from| !from.text.contains('.'));
        received.submission = Some(Submission { uid: None, user });
    }
}

/// What `via` means where `with` says nothing.
pub(super) fn by_via<'a>(via: Option<&Word<'a>>) -> Option<Protocol<'a>> {
    via.cloned().map(Protocol::of).filter(|via| via.transmission != Transmission::Other)
}

/// The text between angle brackets, or the span as it is.
pub(super) fn without_angles(text: &[u8], span: Span) -> Span {
    let bytes = text.get(span.start..span.end).unwrap_or_default();
    let opening = bytes.iter().take_while(|byte| **byte == b'<').count();
    let closing = bytes.iter().rev().take_while(|byte| **byte == b'>').count();
    let start = span.start.saturating_add(opening);
    Span::new(start, span.end.saturating_sub(closing))
}

/// Digits and nothing else.
pub(super) fn number(text: &[u8], span: Span) -> Option<u32> {
    let digits = text.get(span.start..span.end)?;
    let is_number = digits.iter().all(u8::is_ascii_digit);
    core::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}
