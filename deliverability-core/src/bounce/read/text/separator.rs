//! Where the bounce ends and the returned message begins.

use std::sync::LazyLock;

use crate::bounce::read::phrases::Phrases;

/// Splits a text at the line after which the returned message stands: what the bounce says, and what came back.
pub(in crate::bounce::read) fn split_original(text: &str) -> (&str, Option<&str>) {
    static WORDS: LazyLock<Phrases> =
        LazyLock::new(|| Phrases::new(&[&FIELDS[..], &ANYWHERE[..], &RULED[..]].concat()));
    for (at, _) in WORDS.find_all(text) {
        let begins = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let ends = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end + 1);
        let line = unquoted(text.get(begins..ends).unwrap_or_default());
        let said = text.get(..begins).unwrap_or(text);
        if is_first_field(line, said) {
            return (said, text.get(begins..));
        }
        if is_separator(line) {
            return (said, text.get(ends..).filter(|rest| !rest.trim().is_empty()));
        }
    }
    (text, None)
}

/// A field that begins a header section, after an empty line or a heading: servers append the message without a word, or
/// with one in any language.
fn is_first_field(line: &str, before: &str) -> bool {
    let is_field =
        FIELDS.iter().any(|name| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
    let last = before.strip_suffix('\n').map(|before| before.rsplit('\n').next().unwrap_or(before));
    is_field
        && last.map(|line| unquoted(line).trim()).is_some_and(|line| line.is_empty() || line.ends_with([':', '：']))
}

/// A line of a forwarded text without its quote marks. Three in a row are a command of a dialogue.
pub(super) fn unquoted(line: &str) -> &str {
    let mut line = line;
    while let Some(rest) = line.strip_prefix('>') {
        if rest.starts_with(">>>") || rest.starts_with("<<<") {
            return rest;
        }
        let is_nested = rest.starts_with('>') && !rest.starts_with(">>");
        if !(is_nested || rest.starts_with(' ') || rest.trim().is_empty()) {
            return line;
        }
        line = rest.strip_prefix(' ').unwrap_or(rest);
    }
    line
}

fn is_separator(line: &str) -> bool {
    let line = line.trim();
    if line.len() < 10 || line.len() > 200 {
        return false;
    }
    let lower = line.to_lowercase();
    ANYWHERE.iter().any(|words| lower.contains(words))
        || (is_ruled(line) || lower.ends_with(':')) && RULED.iter().any(|words| lower.contains(words))
}

/// Whether a line is drawn: rules on one side or both.
fn is_ruled(line: &str) -> bool {
    ["---", "***", "===", "___", "|--", "###"].iter().any(|rule| line.starts_with(rule) || line.ends_with(rule))
}

const FIELDS: [&str; 2] = ["received:", "return-path:"];

/// Words that no reply has.
const ANYWHERE: [&str; 18] = [
    "is a copy of the message",
    "is a copy of your message",
    "is a copy of the original message",
    "copy of the message header",
    "original message follows",
    "message headers follow",
    "message header follows",
    "message text follows",
    "unsent message follows",
    "original message headers:",
    "original mail as follows",
    "header of the original message",
    "headers of the original message",
    "original mail info",
    "message body follows",
    "your message reads (in part)",
    "the body of your message",
    "below is your original message",
];

/// Words that a reply could have, on a line that is drawn as a rule or ends as a heading does.
const RULED: [&str; 9] = [
    "original message",
    "returned message",
    "undelivered message",
    "message follows",
    "message header",
    "returned mail",
    "original headers",
    "rejected message",
    "original text",
];

#[cfg(test)]
mod tests {
    use super::split_original;

    #[test]
    fn the_returned_message_is_cut_off() {
        let forms = [
            "------ This is a copy of the message, including all the headers. ------",
            "--- Below this line is a copy of the message.",
            "----- Original message -----",
            "Message headers follow.",
            "------- Returned Message --------",
            "   ----- Unsent message follows -----",
            "-------original mail info",
            "|------------------------- Message text follows: ------------------------|",
        ];
        for form in forms {
            let text = format!("550 no\n\n{form}\n\nFrom: a@example.org\n");
            let (said, original) = split_original(&text);
            assert_eq!(said, "550 no\n\n", "{form}");
            assert!(original.is_some_and(|original| original.contains("From: a@")), "{form}");
        }
        assert_eq!(split_original("550 the original message was refused\n").1, None);
        assert_eq!(split_original("550 no\n\nReceived: from a\n").1, Some("Received: from a\n"));
    }
}
