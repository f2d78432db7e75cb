//! Lines that belong to an address.

use std::sync::LazyLock;

use memchr::memchr;

use super::separator::unquoted;
use crate::bounce::read::address::{all_in, leading};
use crate::bounce::read::phrases::Phrases;

/// A text, cut where an address heads what follows.
#[derive(Debug, Default)]
pub(in crate::bounce::read) struct Blocks<'a> {
    /// What stands before the first address.
    pub(in crate::bounce::read) preamble: Vec<&'a str>,
    pub(in crate::bounce::read) blocks: Vec<Block<'a>>,
}

/// What is said under an address.
#[derive(Debug)]
pub(in crate::bounce::read) struct Block<'a> {
    pub(in crate::bounce::read) address: &'a str,
    pub(in crate::bounce::read) lines: Vec<&'a str>,
}

impl<'a> Block<'a> {
    /// The lines up to the first empty one, those that are empty from the start left out.
    pub(in crate::bounce::read) fn first_paragraph(&self) -> impl Iterator<Item = &'a str> {
        let is_blank = |line: &&&str| line.trim().is_empty();
        self.lines.iter().skip_while(is_blank).take_while(|line| !line.trim().is_empty()).copied()
    }
}

impl<'a> Blocks<'a> {
    /// Cuts a text; addresses of `own`, to whom the bounce went, head nothing.
    pub(in crate::bounce::read) fn of(text: &'a str, own: &str, limit: usize) -> Self {
        let mut found = Self::default();
        let (mut before, mut last_words) = ("", "");
        for line in text.lines().map(unquoted) {
            match heading_of(line, before, last_words, own) {
                Some(heading) => found.begin(&heading, line, limit),
                None => found.lines().push(line),
            }
            before = line;
            if !line.trim_ascii().is_empty() {
                last_words = line;
            }
        }
        found.hand_down();
        found
    }

    /// Domino writes the reason above its address: where nothing follows the last of several addresses, each has what stands
    /// right above it.
    fn hand_down(&mut self) {
        let is_blank = |line: &&str| line.trim().is_empty();
        let is_bare = self.blocks.len() > 1 && self.blocks.last().is_some_and(|last| last.lines.iter().all(is_blank));
        let above = self.preamble.last().filter(|line| !is_blank(line) && !line.trim_end().ends_with([':', '-', '=']));
        if let Some(above) = above.filter(|_| is_bare) {
            let mut lines = vec![*above];
            for block in &mut self.blocks {
                core::mem::swap(&mut block.lines, &mut lines);
            }
        }
    }

    /// Adds those of a further text.
    pub(in crate::bounce::read) fn add(&mut self, further: Self) {
        if self.preamble.is_empty() && self.blocks.is_empty() {
            *self = further;
        } else {
            self.preamble.extend(further.preamble);
            self.blocks.extend(further.blocks);
        }
    }

    fn lines(&mut self) -> &mut Vec<&'a str> {
        match self.blocks.last_mut() {
            Some(block) => &mut block.lines,
            None => &mut self.preamble,
        }
    }

    fn begin(&mut self, heading: &Heading<'a>, line: &'a str, limit: usize) {
        // An address that is repeated within its own block is part of a sentence.
        let repeats = self.blocks.last().is_some_and(|block| block.address.eq_ignore_ascii_case(heading.address));
        if repeats || self.blocks.len() >= limit {
            self.lines().push(line);
            return;
        }
        self.blocks.push(Block { address: heading.address, lines: vec![heading.rest] });
    }
}

/// A line that names the recipient of the lines below.
struct Heading<'a> {
    address: &'a str,
    rest: &'a str,
    has_colon: bool,
}

/// The heading that a line is, unless it is for help or greets the sender.
fn heading_of<'a>(line: &'a str, before: &str, last_words: &str, own: &str) -> Option<Heading<'a>> {
    memchr(b'@', line.as_bytes())?;
    // The sender's own address opens a greeting; with a colon after it, it failed itself.
    heading(line, before)
        .filter(|heading| heading.has_colon || !heading.address.eq_ignore_ascii_case(own))
        .filter(|_| last_words.len() > 200 || !is_for_help(last_words))
        .filter(|heading| heading.has_colon || !is_of_sender(last_words))
}

/// `Sender Address:`, with the address on the next line.
fn is_of_sender(before: &str) -> bool {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&SENDERS));
    before.len() < 60 && before.trim_end().ends_with(':') && WORDS.is_in(before)
}

const SENDERS: [&str; 7] = ["sender", "from:", "absender", "expéditeur", "remitente", "mittente", "afzender"];

fn heading<'a>(line: &'a str, before: &str) -> Option<Heading<'a>> {
    let trimmed = line.trim();
    let bare = trimmed.trim_start_matches(['*', '-', '•', '·', '\u{a0}', ' ']);
    let bare = bare.strip_prefix(">>> ").or_else(|| bare.strip_prefix('"')).unwrap_or(bare);
    if let Some((address, rest)) = leading(bare) {
        // `Name or address <address>`: the one in brackets is the address.
        let (address, after) =
            leading(rest.trim_start()).filter(|_| rest.trim_start().starts_with('<')).unwrap_or((address, rest));
        return heads(rest, before).then(|| Heading {
            address,
            rest: after.trim_start_matches(['"', ':', ' ']),
            has_colon: after.trim_start_matches('"').starts_with(':'),
        });
    }
    labelled(trimmed)
}

/// Whether an address at the start of a line heads a block, rather than going on with a sentence.
fn heads(rest: &str, before: &str) -> bool {
    let rest = rest.trim().trim_start_matches('"');
    let before = before.trim_end();
    let is_start = before.trim().is_empty() || before.ends_with([':', '-', '=', '*', '|']) || before.contains('@');
    rest.is_empty()
        || rest.starts_with(':')
        || rest.starts_with("...")
        || rest.starts_with('<')
        || rest.starts_with(", ")
        || is_start
        || rest.starts_with("on ")
        || rest.starts_with("(unrecoverable")
}

/// `Unknown user: a@example.org`, `There was an error delivering your mail to <a@example.org>.`
fn labelled(line: &str) -> Option<Heading<'_>> {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&LABELS));
    if line.len() > 400 {
        return None;
    }
    let at = WORDS.find(line)?.0;
    let is_dialogue = [">>>", "<<<", "Sent <<<", "Sent >>>", "In:", "-> ", "~> ", "--> ", "C: "]
        .iter()
        .any(|mark| line.starts_with(mark));
    if is_dialogue || is_for_help(line) || starts_with_code(line) {
        return None;
    }
    let address = all_in(line.get(at..)?).next()?;
    Some(Heading { address, rest: line, has_colon: line.ends_with(':') })
}

/// A line of a reply names addresses too, and heads nothing.
fn starts_with_code(line: &str) -> bool {
    matches!(line.as_bytes(), [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..])
}

/// Words before the address of whom a message did not reach.
const LABELS: [&str; 35] = [
    "unknown user:",
    "user unknown:",
    "delivery failed",
    "delivery failure",
    "undeliverable to",
    "undeliverable:",
    "recipient address:",
    "recipient:",
    "recipients:",
    "delivered to:",
    "delivering your mail to",
    "deliver message to",
    "deliver your message to",
    "deliver mail to",
    "delivery to",
    "delivered to",
    "failed recipient",
    "failed address",
    "generated by",
    "not a member of this mailing list",
    "duplicated message-id in",
    "your message to",
    "message you sent to",
    "reached:",
    "rcpt to:",
    "rejected recipient",
    "addressed to:",
    "delivery userid:",
    "address: <",
    "empfänger:",
    "destinataire :",
    "destinatario:",
    "收件人：",
    "宛先：",
    "受信者：",
];

fn is_for_help(line: &str) -> bool {
    static WORDS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(&EXCUSES));
    let mut found = WORDS.find_all(line).filter_map(|(start, end)| line.get(start..end));
    found.any(|words| !words.eq_ignore_ascii_case(EXCUSES[0]))
}

/// Words that say the address is for help; the first says that it was refused in a dialogue.
const EXCUSES: [&str; 8] = [
    "in reply to",
    "to the address",
    "contact",
    "assistance",
    "delivered-to:",
    "send mail to",
    "reply to",
    "generated from",
];

#[cfg(test)]
mod tests {
    use super::Blocks;

    fn addresses(text: &str) -> Vec<&str> {
        Blocks::of(text, "me@example.com", 100).blocks.iter().map(|block| block.address).collect()
    }

    #[test]
    fn an_address_heads_its_lines() {
        let exim = "failed:\n\n  a@example.org\n    SMTP error after RCPT TO:<a@example.org>:\n    550 no\n  b@example.org\n    551 no\n";
        assert_eq!(addresses(exim), ["a@example.org", "b@example.org"]);
        assert_eq!(addresses("x\n\n<a@example.org>: host mx said: 550 <a@example.org>\n    no\n"), ["a@example.org"]);
        assert_eq!(addresses("There was an error delivering your mail to <a@example.org>.\n"), ["a@example.org"]);
        let james = "Message details:\n  MAIL FROM: me@example.net\n  RCPT TO: a@example.org\n\nError message below:\n550 - no\n";
        assert_eq!(addresses(james), ["a@example.org"]);
        assert_eq!(addresses("failed:\n\n\"a@example.org\":\nSMTP error from remote server\n"), ["a@example.org"]);
        assert_eq!(addresses("SMTP Server <mx.example.org> rejected recipient <a@example.org>\n"), ["a@example.org"]);
        assert_eq!(addresses("[Status: Error, Address: <a@example.org>, ResponseCode 421]\n"), ["a@example.org"]);
        assert_eq!(addresses("contact\nhelp@example.org for advice\n"), Vec::<&str>::new());
        assert_eq!(addresses("Hello me@example.com,\n\nno such group\n"), Vec::<&str>::new());
    }
}
