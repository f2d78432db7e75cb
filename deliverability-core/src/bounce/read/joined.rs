//! Lines of a reply made one sentence again.

use memchr::memchr_iter;

use crate::cut::cut;

/// Joins the lines of a text with one space, puts folded URLs together, and leaves out the code that a server repeats
/// on every line of a multiline reply (RFC 5321 §4.2.1): `550-5.7.26 first 550 5.7.26 second`.
pub(super) fn joined<'a>(lines: impl Iterator<Item = &'a str>, limit: usize) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim_ascii();
        let folds_url = ends_in_cut_url(&text);
        if !folds_url && is_even(line) {
            push(&mut text, line);
        } else {
            push_words(&mut text, line, folds_url);
        }
        if text.len() >= limit {
            text.truncate(cut(&text, limit).len());
            break;
        }
    }
    match repeated_code(&text) {
        Some(code) => without_repeated_codes(&text, code),
        None => text,
    }
}

/// Whether a line is words with one space between them, as most are.
fn is_even(line: &str) -> bool {
    // White space beyond ASCII is among the characters that begin with these octets.
    let is_other = |octet: &u8| matches!(octet, b'\t'..=b'\r' | 0xC2 | 0xE1..=0xE3);
    line.bytes().filter(is_other).count() == 0 && !line.contains("  ")
}

fn push_words(text: &mut String, line: &str, folds_url: bool) {
    for (position, word) in line.split_whitespace().enumerate() {
        if !(text.is_empty() || position == 0 && folds_url && continues_url(word)) {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// A URL that ends in a character that cannot end one.
fn ends_in_cut_url(text: &str) -> bool {
    text.ends_with(['/', '=', '?', '&', '-', '_', '%'])
        && text.rsplit(' ').next().is_some_and(|word| word.contains("://"))
}

fn continues_url(word: &str) -> bool {
    word.contains(['/', '=', '&', '?', '%', '#', '-', '_', '.']) && !word.contains("://") && !word.starts_with('(')
        || word.bytes().all(|octet| octet.is_ascii_digit())
}

fn without_repeated_codes(text: &str, code: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut words = text.split(' ').peekable();
    let mut left = text.split(' ').filter(|word| *word == code).count();
    let mut has_first = false;
    while let Some(word) = words.next() {
        let is_last = word == code;
        left = left.saturating_sub(is_last.into());
        // `550-Response: 550 5.1.1 …` quotes a reply, where the last line of this one is still to come.
        let is_quoted = is_last && left > 0 && plain.ends_with(':');
        let is_code = word.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        if !is_code || is_quoted || !has_first {
            has_first |= is_code;
            match word.split_once('-').filter(|_| is_code) {
                Some((code, rest)) => [code, rest].into_iter().for_each(|word| push(&mut plain, word)),
                None => push(&mut plain, word),
            }
            continue;
        }
        let after = word.get(code.len() + 1..).unwrap_or_default();
        let repeats_status = if is_last { words.peek().is_some_and(|next| is_status(next)) } else { is_status(after) };
        if is_last && repeats_status {
            words.next();
        } else if !repeats_status {
            push(&mut plain, after);
        }
    }
    plain
}

fn push(text: &mut String, word: &str) {
    if !word.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// The code of a multiline reply: a word of three digits and a hyphen.
fn repeated_code(text: &str) -> Option<&str> {
    let octets = text.as_bytes();
    memchr_iter(b'-', octets).find_map(|at| {
        let start = at.checked_sub(3)?;
        let starts_word = start.checked_sub(1).is_none_or(|before| octets.get(before) == Some(&b' '));
        let code = octets.get(start..at)?;
        let is_code = starts_word && matches!(code, [b'4' | b'5', b'0'..=b'9', b'0'..=b'9']);
        let after = text.get(at + 1..)?.split(' ').next()?;
        // A date, a version or an identifier goes on with digits; a reply with a word or a status code.
        let is_line =
            is_code && (after.is_empty() || is_status(after) || !after.starts_with(|c: char| c.is_ascii_digit()));
        is_line.then(|| text.get(start..at)).flatten()
    })
}

fn is_status(word: &str) -> bool {
    let word = word.trim_start_matches('#').trim_end_matches(':');
    let mut numbers = word.split('.');
    matches!(numbers.next(), Some("4" | "5"))
        && numbers.clone().count() == 2
        && numbers
            .all(|number| !number.is_empty() && number.len() <= 3 && number.bytes().all(|octet| octet.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::joined;

    fn of(text: &str) -> String {
        joined(text.lines(), 1000)
    }

    #[test]
    fn continuation_prefixes_are_left_out() {
        let reply = "550-5.7.26 Unauthenticated email from example.jp\n550-5.7.26 is not accepted\n550 5.7.26  https://x.example/p a1 - gsmtp";
        assert_eq!(
            of(reply),
            "550 5.7.26 Unauthenticated email from example.jp is not accepted https://x.example/p a1 - gsmtp"
        );
        assert_eq!(of("said: 550-Blocked\n    550-see page\n    550 end"), "said: 550 Blocked see page end");
        assert_eq!(
            of("550-Sent: RCPT TO:<a@example.org>\n550-Response: 550 5.1.1 no such user\n550 Sender verify failed"),
            "550 Sent: RCPT TO:<a@example.org> Response: 550 5.1.1 no such user Sender verify failed"
        );
        assert_eq!(of("550 5.1.1 at 450 Main Street"), "550 5.1.1 at 450 Main Street");
    }

    #[test]
    fn folded_urls_are_joined() {
        assert_eq!(
            of("see http://www.example.org/\n  reputation/?ip=192.0.2.1 now"),
            "see http://www.example.org/reputation/?ip=192.0.2.1 now"
        );
        assert_eq!(of("see http://www.example.org/ for\nmore"), "see http://www.example.org/ for more");
    }
}
