//! From the octets of a returned message to what it says.
//!
//! One file a form: [`delivery_status`] (RFC 3464), [`feedback`] (RFC 5965), [`auto_reply`] (RFC 3834), [`sns`] (JSON),
//! [`text`] (bounces in words), [`log_line`]. [`message`] tells a message's form; this file tells a message from a
//! notification, a log line and a bare reply.

mod address;
mod auto_reply;
mod contents;
mod delivery_status;
mod draft;
mod entity;
mod feedback;
mod html;
mod joined;
mod limits;
mod line_ends;
mod log_line;
mod message;
mod phrases;
mod sns;
mod spoken;
mod text;

pub use limits::Limits;
use memchr::memchr;

use super::returned::{Bounce, Kind};
use draft::Draft;
use joined::joined;
use line_ends::to_lf;

/// Reads a returned message, with its header section or without, an Amazon SNS notification, a bare reply, an SMTP session, or
/// lines of a mail log.
///
/// Never fails: what is none of these is [`Kind::Other`] without recipients. Line ends of any kind give the same result.
///
/// ```
/// use deliverability_core::bounce::{self, Kind};
///
/// let bounce = bounce::read(b"550 5.1.1 <bob@example.org>: user unknown");
/// assert_eq!(bounce.kind(), Kind::Reply);
/// ```
pub fn read(octets: &[u8]) -> Bounce {
    read_within(octets, &Limits::default())
}

/// As [`read`], within other bounds.
pub fn read_within(octets: &[u8], limits: &Limits) -> Bounce {
    let octets = octets.get(..limits.octets).unwrap_or(octets);
    let octets = octets.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(octets);
    let lines = to_lf(octets);
    let lines = lines.as_ref();
    let start = lines.trim_ascii_start();
    if start.starts_with(b"{") {
        let text = String::from_utf8_lossy(start);
        if let Some(notification) = sns::read(&text, limits) {
            return notification;
        }
    }
    if is_message(lines) {
        return mailbox(lines, limits);
    }
    let text = String::from_utf8_lossy(start.get(..limits.text).unwrap_or(start));
    log_line::read(&text, limits).or_else(|| pasted(&text, limits)).unwrap_or_else(|| bare_reply(&text, limits))
}

/// The words of a bounce whose header section was left behind: a person copied what a mail client shows.
fn pasted(text: &str, limits: &Limits) -> Option<Bounce> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let bounce = message::read(format!("\n{text}").as_bytes(), limits);
    bounce.recipients().iter().any(|recipient| recipient.address().is_some()).then_some(bounce)
}

/// A message; of an mbox file ([RFC 4155](https://www.rfc-editor.org/rfc/rfc4155)) all of them, as one bounce.
fn mailbox(lines: &[u8], limits: &Limits) -> Bounce {
    let mut rest = lines;
    let mut whole: Option<Bounce> = None;
    while !rest.is_empty() {
        let end = if lines.starts_with(b"From ") { mbox_end(rest) } else { rest.len() };
        let (message, after) = rest.split_at_checked(end).unwrap_or((rest, b""));
        rest = after;
        let bounce = message::read(message, limits);
        match &mut whole {
            None => whole = Some(bounce),
            Some(whole) => {
                let room = limits.recipients.saturating_sub(whole.recipients.len());
                whole.recipients.extend(bounce.recipients.into_iter().take(room));
            }
        }
        if whole.as_ref().is_some_and(|whole| whole.recipients.len() >= limits.recipients) {
            break;
        }
    }
    whole.unwrap_or_else(|| message::read(lines, limits))
}

/// Where the next message of an mbox begins: at an empty line, `From `, an address and a date, then a field.
fn mbox_end(lines: &[u8]) -> usize {
    let mut from = 1;
    while let Some(found) = lines.get(from..).and_then(|rest| entity::find(rest, b"\n\nFrom ")) {
        let begins = from + found + 2;
        let mut next = lines.get(begins..).unwrap_or_default().split(|&octet| octet == b'\n').skip(1);
        if next.next().is_some_and(is_field) {
            return begins;
        }
        from = begins;
    }
    lines.len()
}

/// Whether the text begins with a header section (RFC 5322 §2.2): at least two fields, or one and an empty line.
fn is_message(lines: &[u8]) -> bool {
    let mut fields = 0;
    for line in lines.split(|&octet| octet == b'\n').take(20) {
        if line.is_empty() {
            return fields > 0;
        }
        // An mbox file begins with a line of its own (RFC 4155).
        let is_mbox = fields == 0 && line.starts_with(b"From ");
        if line.starts_with(b" ") || line.starts_with(b"\t") || is_mbox {
            continue;
        }
        if !is_field(line) {
            return false;
        }
        fields += 1;
    }
    fields > 1
}

/// RFC 5322 §2.2: a field name has no space, and a colon after it. A timestamp begins with a digit.
fn is_field(line: &[u8]) -> bool {
    let name = line.get(..memchr(b':', line).unwrap_or(line.len())).unwrap_or_default().trim_ascii_end();
    name.len() < line.len()
        && name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(u8::is_ascii_graphic)
}

fn bare_reply(text: &str, limits: &Limits) -> Bounce {
    let mut draft = Draft::default();
    let session = text::Session::of(text, limits.reply);
    let is_session = session.is_some();
    let whole = if is_session { String::new() } else { joined(text.lines(), limits.reply) };
    draft.remote_host = text::host_of(&whole).map(ToOwned::to_owned);
    draft.add_reply(&whole);
    if let Some(session) = session {
        (draft.address, draft.remote_host) = (session.recipient, session.host);
        draft.add_reply(&session.reply);
    }
    let is_reply = is_session || text::said(&whole).is_some();
    let recipient = draft.into_recipient_of(None, limits);
    let is_known = recipient.cause() != super::cause::Cause::Unknown;
    let kind = if is_reply || is_known { Kind::Reply } else { Kind::Other };
    let recipients = if kind == Kind::Reply { vec![recipient] } else { Vec::new() };
    Bounce { kind, recipients, reporting_mta: None, original: None, feedback: None }
}
