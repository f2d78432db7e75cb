//! What the values of fields may have been before they were changed.

pub(super) mod addresses;
pub(super) mod content_type;
pub(super) mod dates;
pub(super) mod encoded_words;

use super::change;
use super::change::HeaderChange;
use crate::header::unfold;

/// Variants of one value at most, of each kind.
const MAX_VARIANTS: usize = 40;

/// Where software keeps a From field that it rewrites, or its address.
pub(super) const FROM_KEPT_IN: &[&str] =
    &["Reply-To", "X-Original-From", "Original-From", "X-Google-Original-From", "Old-From", "X-Original-Sender"];
/// Where the author's address may stand besides.
pub(super) const ADDRESS_KEPT_IN: &[&str] = &["Return-Path", "Sender", "X-Sender", "X-Envelope-From", "Cc"];
/// Before the names of fields that keep what was replaced.
pub(super) const KEEPERS: &[&str] =
    &["X-Original-", "Original-", "Old-", "X-Old-", "X-Google-Original-", "X-Microsoft-Original-", "X-"];
/// What nearly every message has.
pub(super) const USUAL: &[&str] = &["Date", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"];
/// Positions in a value at which a blank may be missing.
const POSITIONS: usize = 256;

/// A value that a field may have had.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub(super) value: Vec<u8>,
    pub(super) change: HeaderChange,
}

/// Subjects without a part of their words: the first ones, a group in brackets, the last ones.
pub(super) fn subject(value: &[u8]) -> Vec<Variant> {
    let text = value.trim_ascii_start();
    let lead = value.get(..value.len().saturating_sub(text.len())).unwrap_or_default();
    let variant = |before: &[u8], gone: &[u8], behind: &[u8]| Variant {
        value: [lead, before, behind].concat(),
        change: HeaderChange::SubjectPrefix { prefix: gone.trim_ascii().to_vec() },
    };
    let starts: Vec<usize> = word_starts(text).take(MAX_VARIANTS).collect();
    let first = starts.iter().filter_map(|at| text.split_at_checked(*at)).map(|(gone, rest)| variant(b"", gone, rest));
    let mut all: Vec<Variant> = first.collect();
    for start in core::iter::once(0).chain(starts.iter().copied()) {
        let Some((before, rest)) = text.split_at_checked(start).filter(|(_, rest)| rest.starts_with(b"[")) else {
            continue;
        };
        let end = rest.iter().position(|byte| *byte == b']').map_or(0, |at| at.saturating_add(1));
        let Some((gone, behind)) = rest.split_at_checked(end).filter(|_| end > 0 && start > 0) else { continue };
        all.push(variant(before, gone, behind.trim_ascii_start()));
    }
    let last = starts.iter().rev().take(8).filter_map(|at| text.split_at_checked(*at));
    all.extend(last.map(|(rest, gone)| variant(rest.trim_ascii_end(), gone, b"")));
    all
}

/// Where words start, the first one left out; also behind brackets and colons.
fn word_starts(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    text.iter().zip(text.iter().skip(1)).enumerate().filter_map(|(n, (before, byte))| {
        let starts = (before.is_ascii_whitespace() || matches!(before, b']' | b':')) && !byte.is_ascii_whitespace();
        starts.then(|| n.saturating_add(1))
    })
}

/// Other transfer encodings.
pub(super) fn encodings(value: &[u8]) -> Vec<Variant> {
    let name = "Content-Transfer-Encoding";
    let variant = |value: Vec<u8>| Variant { value, change: HeaderChange::Mime { name: name.to_owned() } };
    let mut all: Vec<Variant> = ENCODINGS.iter().map(|encoding| variant(encoding.to_vec())).collect();
    all.extend([variant(value.to_ascii_lowercase()), variant(value.to_ascii_uppercase())]);
    all
}

/// The version without a comment, and with none other (RFC 2045 §4).
pub(super) fn version(_value: &[u8]) -> Vec<Variant> {
    vec![Variant { value: b" 1.0".to_vec(), change: HeaderChange::Mime { name: "MIME-Version".to_owned() } }]
}

/// The value with a blank taken out, or one put in: a fold within a word, or one that was taken away with its blank.
pub(super) fn blanks(value: &[u8], change: &HeaderChange) -> Vec<Variant> {
    let flat = unfold(value);
    let variant = |value: Vec<u8>| Variant { value, change: change.clone() };
    let split = |at: usize| flat.split_at_checked(at);
    let out = flat.iter().enumerate().filter(|(_, byte)| matches!(byte, b' ' | b'\t')).map(|(at, _)| at);
    let out = out.filter_map(split).map(|(before, rest)| [before, rest.get(1..).unwrap_or_default()].concat());
    let mut all: Vec<Variant> = out.take(POSITIONS).map(variant).collect();
    all.extend(
        (1..flat.len().min(POSITIONS)).filter_map(split).map(|(before, rest)| variant([before, b" ", rest].concat())),
    );
    all
}

/// A signature's value without one of its tags, with other blanks behind the semicolons, and with names in small letters.
pub(super) fn signature(value: &[u8]) -> Vec<Variant> {
    let variant = |tag: &[u8], value: Vec<u8>| {
        let tag = String::from_utf8_lossy(tag.split(|byte| *byte == b'=').next().unwrap_or_default()).trim().to_owned();
        Variant { value, change: HeaderChange::Signature { tag } }
    };
    let tags: Vec<&[u8]> = value.split(|byte| *byte == b';').take(MAX_VARIANTS).collect();
    let mut all: Vec<Variant> = Vec::new();
    for (n, tag) in tags.iter().enumerate() {
        let others = || tags.iter().enumerate().filter(|(m, _)| *m != n).map(|(_, tag)| *tag);
        all.push(variant(tag, others().collect::<Vec<_>>().join(&b';')));
        let small =
            tags.iter().enumerate().map(|(m, tag)| if m == n { tag.to_ascii_lowercase() } else { tag.to_vec() });
        all.push(variant(tag, small.collect::<Vec<_>>().join(&b';')));
    }
    let trimmed: Vec<&[u8]> = tags.iter().map(|tag| tag.trim_ascii()).collect();
    for between in [&b"; "[..], b";"] {
        all.extend([b" ", &b""[..]].map(|lead| variant(b"", [lead, &trimmed.join(between)].concat())));
    }
    all.retain(|variant| variant.value != value);
    all
}

/// A field's name in other capitals.
pub(super) fn names(name: &str, in_signature: &str) -> Vec<String> {
    const KNOWN: [&str; 10] = [
        "Message-ID",
        "Message-Id",
        "MIME-Version",
        "Mime-Version",
        "CC",
        "Cc",
        "Content-type",
        "Content-Type",
        "List-ID",
        "List-Id",
    ];
    let mut all = vec![in_signature.to_owned(), titled(name), name.to_ascii_lowercase(), name.to_ascii_uppercase()];
    all.extend(KNOWN.iter().filter(|known| known.eq_ignore_ascii_case(name)).map(|known| (*known).to_owned()));
    all.retain(|other| other != name && other.eq_ignore_ascii_case(name));
    all
}

fn titled(name: &str) -> String {
    let mut at_start = true;
    let titled = name.chars().map(|character| {
        let is_first = core::mem::replace(&mut at_start, character == '-');
        if is_first { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() }
    });
    titled.collect()
}

const ENCODINGS: [&[u8]; 5] = [b" 7bit", b" 8bit", b" quoted-printable", b" base64", b" binary"];

/// What a field that is not there may have said.
pub(super) fn guesses(name: &str, from: &[u8]) -> Vec<Vec<u8>> {
    match name.to_ascii_lowercase().as_str() {
        "mime-version" => vec![b" 1.0".to_vec()],
        "content-transfer-encoding" => ENCODINGS.map(<[u8]>::to_vec).to_vec(),
        "reply-to" | "sender" => vec![from.to_vec()],
        "content-type" => [
            &b" text/plain; charset=utf-8"[..],
            b" text/plain; charset=UTF-8",
            b" text/plain; charset=\"utf-8\"",
            b" text/plain; charset=us-ascii",
            b" text/plain",
        ]
        .map(<[u8]>::to_vec)
        .to_vec(),
        _ => Vec::new(),
    }
}

/// The value without folds, with other white space at them, and with one fold at each space.
pub(super) fn folds(name: &str, value: &[u8]) -> Vec<Variant> {
    let variant = |value: Vec<u8>| Variant { value, change: HeaderChange::Refolded { name: name.to_owned() } };
    let flat = unfold(value);
    let mut all = vec![variant(flat.clone()), variant(with_folds_as(value, b" ")), variant(with_folds_as(value, b""))];
    all.extend([&b"\r\n "[..], b"\r\n\t"].map(|fold| variant(with_folds_as(value, fold))));
    // Blanks at both ends, and each doubled: simple keeps them.
    let text = flat.trim_ascii();
    all.extend(
        [[b" ", text].concat(), text.to_vec(), [b" ", text, b" "].concat(), [b"  ", text].concat()].map(variant),
    );
    let blanks = text.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at).take(MAX_VARIANTS);
    let doubled =
        blanks.filter_map(|at| text.split_at_checked(at)).map(|(before, rest)| [b" ", before, b" ", rest].concat());
    all.extend(doubled.map(variant));
    let single = with_folds_as(value, b" ");
    all.extend([flat, single].iter().flat_map(|flat| one_fold(flat)).map(variant));
    all.retain(|variant| variant.value != value);
    all
}

/// Each fold, with all white space behind it, as `with`.
pub(super) fn with_folds_as(value: &[u8], with: &[u8]) -> Vec<u8> {
    let mut lines = value.split(|byte| *byte == b'\n');
    let mut all = lines.next().unwrap_or_default().trim_ascii_end().to_vec();
    for line in lines {
        all.extend_from_slice(with);
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        all.extend_from_slice(text.trim_ascii_start());
    }
    all
}

fn one_fold(flat: &[u8]) -> Vec<Vec<u8>> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let blanks = flat.iter().enumerate().filter(|(_, byte)| is_blank(byte)).map(|(at, _)| at).take(MAX_VARIANTS);
    let parts = blanks.filter_map(|at| Some((flat.get(..at)?, flat.get(at.saturating_add(1)..)?)));
    parts.flat_map(|(before, behind)| [&b"\r\n "[..], b"\r\n\t"].map(|fold| [before, fold, behind].concat())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(variants: &[Variant]) -> Vec<String> {
        variants.iter().map(|variant| String::from_utf8(variant.value.clone()).unwrap()).collect()
    }

    #[test]
    fn subjects_lose_what_lists_put_in() {
        let all = values(&subject(b" [list] Re: [tag] hello you"));
        for wanted in [" Re: [tag] hello you", " hello you", " [list] Re: hello you", " [list] Re: [tag] hello"] {
            assert!(all.iter().any(|value| value == wanted), "{wanted}: {all:?}");
        }
    }

    #[test]
    fn folds_come_and_go() {
        let all = values(&folds("From", b" Alice\r\n Example <a@example.org>"));
        assert!(all.contains(&" Alice Example <a@example.org>".to_owned()));
        let all = values(&folds("To", b" a b"));
        assert!(all.contains(&" a\r\n b".to_owned()) && all.contains(&" a\r\n\tb".to_owned()), "{all:?}");
    }

    #[test]
    fn signatures_lose_a_tag() {
        let all = values(&signature(b" v=1; q=dns/txt; b="));
        assert!(all.contains(&" v=1; b=".to_owned()) && all.contains(&"v=1;q=dns/txt;b=".to_owned()), "{all:?}");
        assert!(values(&blanks(b" a bc", &HeaderChange::Unknown)).contains(&" a b c".to_owned()));
        assert_eq!(names("Message-Id", "message-id"), ["message-id", "message-id", "MESSAGE-ID", "Message-ID"]);
    }
}
