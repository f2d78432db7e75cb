//! The reply within a block: what the other server said, and which server.

/// What a block quotes.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::bounce::read) struct Said<'a> {
    /// The server.
    pub(in crate::bounce::read) host: Option<&'a str>,
    /// Its words, where the block marks them; else nothing.
    pub(in crate::bounce::read) reply: Option<&'a str>,
}

/// Finds the reply in a block's joined text.
pub(in crate::bounce::read) fn said(text: &str) -> Said<'_> {
    let lower = text.to_ascii_lowercase();
    let lead = LEADS.iter().filter_map(|lead| lower.find(lead).map(|at| at + lead.len())).min();
    let from = lead.or_else(|| after_command(&lower)).or_else(|| code_at(text));
    let reply = from.and_then(|from| text.get(from..)).map(|reply| reply.trim_start_matches([' ', ':', '\'', '"']));
    let reply = reply.map(|reply| without_host(reply)).map(without_tail).filter(|reply| !reply.is_empty());
    Said { host: host_of(text, &lower), reply }
}

/// Words right before a reply.
const LEADS: [&str; 15] = [
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
];

/// Exim: `SMTP error from remote mail server after RCPT TO:<a@example.org>: host mx.example.org [192.0.2.1]: 550 …`
fn after_command(lower: &str) -> Option<usize> {
    let at = ["error from remote mail server after", "error from remote mailer after", "error from remote server for"]
        .iter()
        .find_map(|words| lower.find(words))?;
    let rest = lower.get(at..)?;
    let colon = [">:", "connection:", "data:", "helo:", "reason:", "greeting:"]
        .iter()
        .filter_map(|mark| rest.find(mark).map(|found| found + mark.len()))
        .min()
        .or_else(|| code_at(rest))?;
    Some(at + colon)
}

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
    let end = TAILS.iter().filter_map(|tail| reply.find(tail)).min().unwrap_or(reply.len());
    let reply = reply.get(..end).unwrap_or(reply).trim_end_matches(['\'', ' ']);
    // sendmail puts the reply in parentheses.
    let has_odd_end = reply.ends_with(')') && reply.matches(')').count() > reply.matches('(').count();
    if has_odd_end { reply.strip_suffix(')').unwrap_or(reply) } else { reply }
}

/// `host mx.example.org[192.0.2.1] said`, `by mx.example.org. [192.0.2.1]`, `192.0.2.1 does not like recipient`.
fn host_of<'a>(text: &'a str, lower: &str) -> Option<&'a str> {
    if let Some(at) = lower.find(" does not like recipient").or_else(|| lower.find(" failed after i sent the message"))
    {
        return text.get(..at)?.rsplit(' ').next().filter(|word| is_host(word));
    }
    ["host ", "domain by ", " by ", "connect to ", "connection with "].iter().find_map(|mark| {
        let rest = text.get(lower.find(mark)? + mark.len()..)?;
        let word = rest.split([' ', '[', '(', ':', ',']).next()?.trim_end_matches('.');
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
    use super::said;

    fn reply(text: &str) -> Option<&str> {
        said(text).reply
    }

    #[test]
    fn the_reply_is_told_from_what_leads_to_it() {
        let postfix = said("host mx.example.org[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)");
        assert_eq!((postfix.host, postfix.reply), (Some("mx.example.org"), Some("550 5.1.1 no such user")));
        let exim = said(
            "SMTP error from remote mail server after RCPT TO:<a@example.org>: host mx.example.org [192.0.2.1]: 550 no",
        );
        assert_eq!((exim.host, exim.reply), (Some("mx.example.org"), Some("550 no")));
        let qmail =
            said("192.0.2.1 does not like recipient. Remote host said: 552 quota exceeded Giving up on 192.0.2.1.");
        assert_eq!((qmail.host, qmail.reply), (Some("192.0.2.1"), Some("552 quota exceeded")));
        assert_eq!(reply("Remote Server returned '550 5.1.10 not found'"), Some("550 5.1.10 not found"));
        assert_eq!(reply("Mailbox is full, 450 MB used"), None);
    }
}
