//! What the values of fields may have been before they were changed.

use super::change::HeaderChange;
use crate::header::unfold;

/// Variants of one value at most, of each kind.
const MAX_VARIANTS: usize = 40;

/// Where software keeps a From field that it rewrites.
pub(super) const FROM_KEPT_IN: &[&str] = &["Reply-To", "X-Original-From", "Original-From", "X-Google-Original-From"];

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

/// Display names with and without quotes (RFC 5322 §3.2.4): they mean the same.
pub(super) fn quotes(name: &str, value: &[u8]) -> Vec<Variant> {
    let variant = |value: Vec<u8>| Variant { value, change: HeaderChange::Quotes { name: name.to_owned() } };
    let mut all = vec![variant(value.iter().copied().filter(|byte| *byte != b'"').collect())];
    let angle = value.iter().position(|byte| *byte == b'<');
    if let Some((phrase, address)) = angle.and_then(|at| value.split_at_checked(at)) {
        let words = phrase.trim_ascii();
        if !words.is_empty() && !words.contains(&b'"') {
            all.push(variant([b" \"", words, b"\" ", address].concat()));
        }
    }
    all
}

/// Other MIME words that mean the same, and other transfer encodings.
pub(super) fn mime(name: &str, value: &[u8]) -> Vec<Variant> {
    let variant = |value: Vec<u8>| Variant { value, change: HeaderChange::Mime { name: name.to_owned() } };
    if name == "Content-Transfer-Encoding" {
        return ENCODINGS.iter().map(|encoding| variant(encoding.to_vec())).collect();
    }
    let mut all = vec![variant(value.iter().copied().filter(|byte| *byte != b'"').collect())];
    all.push(variant(value.to_ascii_lowercase()));
    let charsets = [&b"utf-8"[..], b"UTF-8", b"us-ascii", b"US-ASCII", b"iso-8859-1", b"ISO-8859-1", b"windows-1252"];
    let lower = value.to_ascii_lowercase();
    let start = lower.windows(8).position(|window| window == b"charset=").map(|at| at.saturating_add(8));
    if let Some((before, rest)) = start.and_then(|start| value.split_at_checked(start)) {
        let quoted = rest.starts_with(b"\"");
        let end = rest.iter().skip(1).position(|byte| b"\"; \t\r\n".contains(byte));
        let end = end.map_or(rest.len(), |at| at.saturating_add(1).saturating_add(usize::from(quoted)));
        let behind = rest.get(end..).unwrap_or_default();
        for charset in charsets {
            all.push(variant([before, charset, behind].concat()));
            all.push(variant([before, b"\"", charset, b"\"", behind].concat()));
        }
    }
    all
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
    let single = with_folds_as(value, b" ");
    all.extend([flat, single].iter().flat_map(|flat| one_fold(flat)).map(variant));
    all.retain(|variant| variant.value != value);
    all
}

/// Each fold, with all white space behind it, as `with`.
fn with_folds_as(value: &[u8], with: &[u8]) -> Vec<u8> {
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
    let spaces = flat.iter().enumerate().filter(|(_, byte)| **byte == b' ').map(|(at, _)| at).take(MAX_VARIANTS);
    let parts = spaces.filter_map(|at| Some((flat.get(..at)?, flat.get(at.saturating_add(1)..)?)));
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
    fn mime_words() {
        let all = values(&mime("Content-Type", b" text/plain; charset=\"UTF-8\"; format=flowed"));
        assert!(all.contains(&" text/plain; charset=iso-8859-1; format=flowed".to_owned()), "{all:?}");
        assert!(all.contains(&" text/plain; charset=UTF-8; format=flowed".to_owned()));
    }
}
