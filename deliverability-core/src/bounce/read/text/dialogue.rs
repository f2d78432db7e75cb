//! An SMTP dialogue that a bounce shows: commands, and the replies to them.

use std::sync::LazyLock;

use super::separator::unquoted;
use crate::bounce::read::address::all_in;
use crate::bounce::read::joined::joined;
use crate::bounce::read::phrases::Phrases;

/// The refusals of a dialogue.
#[derive(Debug, Default)]
pub(in crate::bounce::read) struct Dialogue {
    refusals: Vec<Refusal>,
    named: Vec<String>,
    /// What the sending server makes of it, after the dialogue: `554 5.3.0 unknown mailer error 255`.
    verdict: Option<String>,
    /// The same about one recipient: `550 5.1.2 <a@example.org>... Host unknown`.
    verdicts: Vec<Refusal>,
    host: Option<String>,
}

#[derive(Debug)]
struct Refusal {
    recipient: Option<String>,
    reply: String,
    host: Option<String>,
}

impl Dialogue {
    /// Reads the dialogue of a text: `>>>` and `<<<` (sendmail and many after it), `In:` and `Out:` (Postfix), `Sent
    /// <<<` and `Received >>>` (InterScan).
    pub(in crate::bounce::read) fn of(text: &str, limit: usize) -> Self {
        static MARKS: LazyLock<Phrases> =
            LazyLock::new(|| Phrases::new(&["<<<", "received >>>", "out: ", "transcript of session"]));
        let mut dialogue = Self::default();
        if !MARKS.is_in(text) {
            return dialogue;
        }
        let mut recipient = None;
        let mut reply: Vec<&str> = Vec::new();
        for line in text.lines().map(|line| unquoted(line).trim()) {
            if let Some(host) = host_of(line) {
                dialogue.host = Some(host);
            }
            if let Some(command) = command_of(line) {
                dialogue.end(&mut reply, recipient.as_ref(), limit);
                recipient = is_recipient(command).then(|| all_in(command).next().map(ToOwned::to_owned)).flatten();
                dialogue.named.extend(recipient.clone().filter(|_| dialogue.named.len() < 1000));
            } else if is_verdict(line) {
                dialogue.end(&mut reply, recipient.as_ref(), limit);
                dialogue.judge(joined(core::iter::once(line), limit));
            } else if let Some(part) = reply_of(line) {
                reply.push(part);
                if !is_continued(part) {
                    dialogue.end(&mut reply, recipient.as_ref(), limit);
                }
            }
        }
        dialogue.end(&mut reply, recipient.as_ref(), limit);
        dialogue
    }

    /// The recipients that were refused; where the refusal is of another command, all that were named.
    pub(in crate::bounce::read) fn recipients(&self) -> Vec<String> {
        let refused: Vec<_> = self.refusals.iter().filter_map(|refusal| refusal.recipient.clone()).collect();
        if refused.is_empty() && !self.refusals.is_empty() { self.named.clone() } else { refused }
    }

    /// The last refusal of that recipient, else the last that is about all; with the host that said it.
    pub(in crate::bounce::read) fn refusal_of(&self, address: &str) -> Option<(&str, Option<&str>)> {
        let is_own = |refusal: &&Refusal| {
            refusal.recipient.as_ref().is_some_and(|recipient| recipient.eq_ignore_ascii_case(address))
        };
        let own = self.refusals.iter().rfind(is_own);
        let of_all = || self.refusals.iter().rfind(|refusal| refusal.recipient.is_none());
        let refusal = own.or_else(of_all).or_else(|| self.verdicts.iter().find(is_own))?;
        Some((&refusal.reply, refusal.host.as_deref()))
    }

    /// What the sending server makes of it.
    pub(in crate::bounce::read) fn verdict(&self) -> Option<&str> {
        self.verdict.as_deref()
    }

    /// Whether anything was refused.
    pub(in crate::bounce::read) fn is_empty(&self) -> bool {
        self.refusals.is_empty()
    }

    /// The last refusal.
    pub(in crate::bounce::read) fn last(&self) -> Option<&str> {
        self.refusals.last().map(|refusal| refusal.reply.as_str())
    }

    fn judge(&mut self, verdict: String) {
        let subject = verdict.split_once(">... ").and_then(|(before, _)| all_in(before).last().map(ToOwned::to_owned));
        if subject.is_some() && self.verdicts.len() < 1000 {
            self.verdicts.push(Refusal { recipient: subject, reply: verdict.clone(), host: None });
        }
        self.verdict = Some(verdict);
    }

    fn end(&mut self, lines: &mut Vec<&str>, recipient: Option<&String>, limit: usize) {
        let lines = core::mem::take(lines);
        // RFC 5321 §4.2.1: 4yz and 5yz refuse. 503 after them says only that the client went on regardless.
        let is_refusal = lines.first().is_some_and(|line| line.starts_with(['4', '5']) && !line.starts_with("503"));
        if is_refusal && self.refusals.len() < 1000 {
            let reply = joined(lines.into_iter(), limit);
            self.refusals.push(Refusal { recipient: recipient.cloned(), reply, host: self.host.clone() });
        }
    }
}

fn command_of(line: &str) -> Option<&str> {
    [">>>", "Sent <<<", "Sent >>>", "In:"].iter().find_map(|mark| line.strip_prefix(mark)).map(str::trim)
}

fn reply_of(line: &str) -> Option<&str> {
    ["<<<", "Received >>>", "Received <<<", "Out:"].iter().find_map(|mark| line.strip_prefix(mark)).map(str::trim)
}

fn is_verdict(line: &str) -> bool {
    matches!(line.as_bytes(), [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', b' ', ..])
}

fn is_continued(line: &str) -> bool {
    line.as_bytes().get(3) == Some(&b'-')
}

fn is_recipient(command: &str) -> bool {
    command.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case("RCPT"))
}

/// `... while talking to mx.example.org.:`
fn host_of(line: &str) -> Option<String> {
    let at = line.to_ascii_lowercase().find("while talking to ")?;
    let name = line.get(at + 17..)?.split([' ', ':']).next()?.trim_matches(['.', '[', ']']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Dialogue;

    #[test]
    fn replies_belong_to_their_command() {
        let text = "... while talking to mx.example.org.:\n>>> RCPT To:<a@example.org>\n<<< 550-5.1.1 no\n<<< 550 5.1.1 such user\n>>> DATA\n<<< 554 5.7.1 spam\n<<< 503 need RCPT\n";
        let dialogue = Dialogue::of(text, 1000);
        assert_eq!(dialogue.refusal_of("a@example.org"), Some(("550 5.1.1 no such user", Some("mx.example.org"))));
        assert_eq!(dialogue.refusal_of("b@example.org"), Some(("554 5.7.1 spam", Some("mx.example.org"))));
    }
}
