//! An SMTP session that somebody pasted: `RCPT TO:<a@example.org>` and `550 5.1.1 …` below it, as telnet shows it, or with
//! the marks of swaks and of servers' logs.

use crate::bounce::read::address::all_in;
use crate::bounce::read::joined::joined;

/// What was refused, of whom, and by which server.
#[derive(Debug, Default)]
pub(in crate::bounce::read) struct Session {
    pub(in crate::bounce::read) host: Option<String>,
    pub(in crate::bounce::read) recipient: Option<String>,
    pub(in crate::bounce::read) reply: String,
}

impl Session {
    /// The first refusal of a session; `None` where the text is none, or nothing was refused.
    pub(in crate::bounce::read) fn of(text: &str, limit: usize) -> Option<Self> {
        let mut session = Self::default();
        let (mut commands, mut refusal) = (0, Vec::new());
        for line in text.lines().map(unmarked) {
            match line.as_bytes() {
                [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', mark @ (b' ' | b'-'), ..] if commands > 0 => {
                    refusal.push(line);
                    if *mark == b' ' {
                        break;
                    }
                }
                [b'2', b'2', b'0', b' ' | b'-', ..] if session.host.is_none() && commands == 0 => {
                    session.host = line.get(4..)?.split(' ').next().map(ToOwned::to_owned);
                }
                _ if is_command(line) => {
                    commands += 1;
                    let is_recipient = line.get(..4).is_some_and(|verb| verb.eq_ignore_ascii_case("RCPT"));
                    session.recipient = all_in(line).next().filter(|_| is_recipient).map(ToOwned::to_owned);
                }
                _ => {}
            }
        }
        session.reply = joined(refusal.into_iter(), limit);
        (!session.reply.is_empty()).then_some(session)
    }
}

/// A line without the mark of who said it, and the time before it (MDaemon, hMailServer).
fn unmarked(line: &str) -> &str {
    let line = line.trim();
    let starts = ["<** ", "<~* ", "<- ", "<~ ", "-> ", "~> ", "S: ", "C: ", "< ", "> "];
    let start = starts.iter().find_map(|mark| line.strip_prefix(mark));
    let marks = ["<-- ", "--> ", "\"RECEIVED: ", "\"SENT: "];
    let within = || marks.iter().find_map(|mark| line.split_once(mark)).map(|(_, said)| said.trim_end_matches('"'));
    start.or_else(within).unwrap_or(line).trim()
}

/// RFC 5321 §4.1.1: the commands that a server answers.
fn is_command(line: &str) -> bool {
    const VERBS: [&str; 6] = ["EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:", "DATA", "STARTTLS"];
    VERBS.iter().any(|verb| line.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb)))
}

#[cfg(test)]
mod tests {
    use super::Session;

    #[test]
    fn the_refusal_belongs_to_the_command_before_it() {
        let swaks = "<-  220 mx.example.org ESMTP\n -> EHLO a.example\n<-  250 ok\n -> MAIL FROM:<a@example.com>\n<-  250 ok\n -> RCPT TO:<b@example.org>\n<** 550-5.1.1 no\n<** 550 5.1.1 such user\n -> QUIT\n";
        let session = Session::of(swaks, 1000).unwrap_or_default();
        assert_eq!(session.reply, "550 5.1.1 no such user");
        assert_eq!(session.recipient.as_deref(), Some("b@example.org"));
        assert_eq!(session.host.as_deref(), Some("mx.example.org"));
        assert!(Session::of("550 5.1.1 RCPT TO:<a@example.org>\n550 no", 1000).is_none());
    }
}
