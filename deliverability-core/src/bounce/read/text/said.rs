//! The reply within a block: what the other server said, and which server.

use std::sync::LazyLock;

use crate::bounce::read::phrases::Phrases;

/// What the other server said, in a block's joined text: nothing where the block does not mark it.
pub(in crate::bounce::read) fn said(text: &str) -> Option<&str> {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&LEADS));
    let lead = WORDS.find(text).map(|(_, end)| end);
    let from = lead.or_else(|| after_command(text)).or_else(|| code_at(text))?;
    let reply = text.get(from..)?.trim_start_matches([' ', ':', '\'', '"']);
    Some(without_tail(without_host(reply))).filter(|reply| !reply.is_empty())
}

/// Words right before a reply.
const LEADS: [&str; 17] = [
    " said:",
    "remote host said[response message]:",
    "refused to talk to me:",
    "other server returned was:",
    "response from the remote server was:",
    "response from the remote server:",
    "the response was:",
    "remote server returned",
    "generated response:",
    "diagnostic code: smtp;",
    "server message",
    "reason: smtp error:",
    "server replied:",
    "responded with:",
    "(reason:",
    "responded as follows:",
    "failed with:",
];

/// Exim: `SMTP error from remote mail server after RCPT TO:<a@example.org>: host mx.example.org [192.0.2.1]: 550 …`
fn after_command(text: &str) -> Option<usize> {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&COMMANDS));
    static ENDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&COMMAND_ENDS));
    let at = WORDS.find(text)?.1;
    let rest = text.get(at..)?;
    ENDS.find(rest).map(|(_, end)| at + end).or_else(|| code_at(rest).map(|code| at + code))
}

const COMMANDS: [&str; 4] = [
    "error from remote mail server after",
    "error from remote mailer after",
    "error from remote server for",
    "error from remote server after",
];

const COMMAND_ENDS: [&str; 7] = [">:", "connection:", "data:", "helo:", "reason:", "greeting:", "command:"];

/// Where a reply code stands: three digits at the start of a word, and text or an enhanced status code after them.
fn code_at(text: &str) -> Option<usize> {
    let octets = text.as_bytes();
    let starts_word = |at: usize| {
        at.checked_sub(1).and_then(|before| octets.get(before)).is_none_or(|octet| b" (':\"#<[".contains(octet))
    };
    (0..octets.len()).find(|&at| match octets.get(at..) {
        Some([b'4' | b'5', b'0'..=b'7', b'0'..=b'9', rest @ ..]) if starts_word(at) => {
            matches!(rest, [b' ' | b'-' | b':', next, ..] if !next.is_ascii_whitespace()) && !is_amount(rest)
        }
        _ => false,
    })
}

/// `500 KB`, `450 seconds`: an amount, not a code.
fn is_amount(rest: &[u8]) -> bool {
    const UNITS: [&[u8]; 10] = [
        b" KB",
        b" MB",
        b" bytes",
        b" seconds",
        b" minutes",
        b" hours",
        b" days",
        b" messages",
        b" attempts",
        b" octets",
    ];
    UNITS.iter().any(|unit| rest.get(..unit.len()).is_some_and(|start| start.eq_ignore_ascii_case(unit)))
}

/// `host mx.example.org [192.0.2.1]: 550 …` without the host.
fn without_host(reply: &str) -> &str {
    if !reply.starts_with("host ") && !reply.starts_with('<') {
        return reply;
    }
    match code_at(reply) {
        Some(at) => reply.get(at..).unwrap_or(reply),
        None => reply,
    }
}

/// Without what the sending server adds after the reply.
pub(in crate::bounce::read) fn without_tail(reply: &str) -> &str {
    const TAILS: [&str; 10] = [
        " (in reply to ",
        " Giving up on ",
        " STEP: ",
        " Remote system: ",
        " Last reply was",
        ": retry timeout exceeded",
        " Diagnostic information for administrators",
        " ----",
        " ****",
        " ====",
    ];
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&TAILS));
    let end = WORDS.find(reply).map_or(reply.len(), |(start, _)| start);
    let reply = reply.get(..end).unwrap_or(reply).trim_end_matches(['\'', ' ']);
    // sendmail puts the reply in parentheses.
    let has_odd_end = reply.ends_with(')') && reply.matches(')').count() > reply.matches('(').count();
    if has_odd_end { reply.strip_suffix(')').unwrap_or(reply) } else { reply }
}

/// `host mx.example.org[192.0.2.1] said`, `by mx.example.org. [192.0.2.1]`, `192.0.2.1 does not like recipient`.
pub(in crate::bounce::read) fn host_of(text: &str) -> Option<&str> {
    static QMAIL: LazyLock<Phrases> =
        LazyLock::new(|| Phrases::new(&[" does not like recipient", " failed after i sent the message"]));
    static MARKS: LazyLock<Phrases> =
        LazyLock::new(|| Phrases::new(&["host ", "domain by ", " by ", "connect to ", "connection with "]));
    if let Some((at, _)) = QMAIL.find(text) {
        return text.get(..at)?.rsplit(' ').next().filter(|word| is_host(word));
    }
    MARKS.find_all(text).take(8).find_map(|(_, end)| {
        let word = text.get(end..)?.split([' ', '[', '(', ':', ',']).next()?.trim_end_matches('.');
        is_host(word).then_some(word)
    })
}

fn is_host(word: &str) -> bool {
    word.contains('.')
        && !word.contains('@')
        && word.bytes().all(|octet| octet.is_ascii_alphanumeric() || b".-_".contains(&octet))
}

#[cfg(test)]
mod tests {
    use super::{host_of, said};

    #[test]
    fn the_reply_is_told_from_what_leads_to_it() {
        let postfix = "host mx.example.org[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)";
        assert_eq!((host_of(postfix), said(postfix)), (Some("mx.example.org"), Some("550 5.1.1 no such user")));
        let exim =
            "SMTP error from remote mail server after RCPT TO:<a@example.org>: host mx.example.org [192.0.2.1]: 550 no";
        assert_eq!((host_of(exim), said(exim)), (Some("mx.example.org"), Some("550 no")));
        let qmail = "192.0.2.1 does not like recipient. Remote host said: 552 quota exceeded Giving up on 192.0.2.1.";
        assert_eq!((host_of(qmail), said(qmail)), (Some("192.0.2.1"), Some("552 quota exceeded")));
        assert_eq!(said("Remote Server returned '550 5.1.10 not found'"), Some("550 5.1.10 not found"));
        assert_eq!(said("Mailbox is full, 450 MB used"), None);
    }
}
