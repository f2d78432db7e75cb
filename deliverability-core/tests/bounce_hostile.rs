//! Messages that are made to hurt: bounded time and memory, no panic.
#![cfg(feature = "bounce")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod bounce_support;

use std::fmt::Write as _;

use bounce_support::messages;
use deliverability_core::bounce::{self, Kind, Limits};

/// SplitMix64: the same inputs on every machine.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }

    /// A message with octets changed, pieces cut out, doubled, moved, or put in from another.
    fn mutated(&mut self, messages: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut octets = messages[self.below(messages.len())].1.clone();
        for _ in 0..=self.below(6) {
            let at = self.below(octets.len());
            let end = octets.len().min(at + self.below(200) + 1);
            match self.below(6) {
                0 => octets[at..end.min(at + 4)].fill(b"\n\r :<>@-=;\0\xff\x1b"[self.below(13)]),
                1 => drop(octets.drain(at..end)),
                2 => octets.extend_from_within(at..end),
                3 => {
                    let piece = octets[at..end].to_vec();
                    let to = self.below(octets.len());
                    octets.splice(to..to, piece);
                }
                4 => {
                    let other = &messages[self.below(messages.len())].1;
                    let from = self.below(other.len());
                    let piece = &other[from..(from + 400).min(other.len())];
                    octets.splice(at..at, piece.iter().copied());
                }
                _ => octets.truncate(end.max(octets.len() / 2)),
            }
            if octets.is_empty() {
                break;
            }
        }
        octets
    }
}

#[test]
fn ten_thousand_mutated_messages() {
    let corpus: Vec<_> = ["sisimai", "postfix", "exim"].into_iter().flat_map(messages).collect();
    if corpus.is_empty() {
        return;
    }
    let (mut seeded, limits) = (Seeded(0x0b01_1ce5), Limits::default());
    for _ in 0..10_000 {
        let bounce = bounce::read(&seeded.mutated(&corpus));
        assert!(bounce.recipients().len() <= limits.recipients);
        for recipient in bounce.recipients() {
            let sentence = recipient.reply().sentence();
            assert!(recipient.reply().text().get(sentence.start..sentence.end).is_some(), "{recipient:?}");
        }
    }
}

#[test]
fn every_prefix_of_a_message_is_read() {
    for (_, message) in messages("sisimai").into_iter().step_by(16) {
        for end in (0..message.len()).step_by(7) {
            bounce::read(&message[..end]);
        }
    }
}

#[test]
fn entities_nested_ten_thousand_deep() {
    let mut nested = String::from("From: MAILER-DAEMON@example.com\n");
    for depth in 0..10_000 {
        write!(nested, "Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n").unwrap();
    }
    nested.push_str("\n<a@example.org>: 550 no\n");
    bounce::read(nested.as_bytes());
    let same = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(10_000);
    bounce::read(same.as_bytes());
    let messages = "Content-Type: message/rfc822\n\n".repeat(10_000);
    bounce::read(messages.as_bytes());
    let json = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    bounce::read(format!("{{\"Message\":{json}}}").as_bytes());
}

#[test]
fn a_hundred_thousand_recipients() {
    let (mut fields, mut text, mut header) = (String::from("Reporting-MTA: dns; a\n\n"), String::new(), String::new());
    for number in 0..100_000 {
        write!(fields, "Final-Recipient: rfc822; u{number}@example.org\nAction: failed\nStatus: 5.1.1\n\n").unwrap();
        writeln!(text, "<u{number}@example.org>: 550 no").unwrap();
        writeln!(header, "X-Failed-Recipients: u{number}@example.org").unwrap();
    }
    let report = format!(
        "{header}From: MAILER-DAEMON@a.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\n{text}\n--b\nContent-Type: message/delivery-status\n\n{fields}\n--b--\n"
    );
    assert_eq!(bounce::read(report.as_bytes()).recipients().len(), Limits::default().recipients);
    let words = format!("{header}From: MAILER-DAEMON@a.example\n\n{text}");
    assert_eq!(bounce::read(words.as_bytes()).recipients().len(), Limits::default().recipients);
    let log =
        "Nov 21 postfix/smtp[1]: 4F: to=<b@example.org>, relay=none, dsn=5.1.1, status=bounced (no)\n".repeat(100_000);
    assert!(bounce::read(log.as_bytes()).recipients().len() <= Limits::default().recipients);
}

#[test]
fn giant_fields_and_lines() {
    let million = "a".repeat(1 << 20);
    for text in [
        format!("Subject: {million}\nFrom: MAILER-DAEMON@a.example\n\n<a@example.org>: 550 {million}\n"),
        format!("From: MAILER-DAEMON@a.example\n{}\n\nx\n", " folded\n".repeat(200_000)),
        format!("From: MAILER-DAEMON@a.example\n\n{}\n", "<a@example.org> ".repeat(100_000)),
        format!("From: MAILER-DAEMON@a.example\n\n{}\n", "550-".repeat(300_000)),
        format!("From: MAILER-DAEMON@a.example\n\n{}\n", ">>> RCPT TO:<a@example.org>\n<<< 550 no\n".repeat(30_000)),
        format!("From: MAILER-DAEMON@a.example\nContent-Type: text/html\n\n{}\n", "<b".repeat(500_000)),
        format!(
            "From: MAILER-DAEMON@a.example\nContent-Type: multipart/mixed; boundary=b\n\n{}",
            "--b\n\nx\n".repeat(200_000)
        ),
        format!("From x\nA: b\nB: c\n{}", "\n\nFrom x\nA: b\n\n".repeat(100_000)),
        format!("550 {}", "said: ".repeat(200_000)),
        "550 ".repeat(300_000),
        "@".repeat(1 << 20),
        "<".repeat(1 << 20),
    ] {
        bounce::read(text.as_bytes());
    }
}

#[test]
fn a_message_beyond_the_limit_is_read_up_to_it() {
    let mut limits = Limits::default();
    limits.octets = 120;
    let text = format!("From: MAILER-DAEMON@a.example\n\n<a@example.org>: 550 no\n{}", "x".repeat(1000));
    assert_eq!(bounce::read_within(text.as_bytes(), &limits).kind(), Kind::TextReport);
}
